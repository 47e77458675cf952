"""Does a Cassandra answer? `cassandra_ready.py PORT [--ca FILE] [--login]`: exit 0 if it answers OPTIONS in the native protocol, over TLS with
--ca, and with --login lets its first user in; else exit 1 and one line that says why."""
import argparse
import socket
import ssl
import struct
import sys

OPTIONS, STARTUP, AUTH_RESPONSE = 5, 1, 15
SUPPORTED, AUTH_SUCCESS, READY = 6, 16, 2


def ask(link, opcode, body=b""):
    """The opcode of the answer."""
    link.sendall(struct.pack(">BBhBi", 4, 0, 0, opcode, len(body)) + body)
    head = read(link, 9)
    read(link, struct.unpack(">i", head[5:])[0])
    return head[4]


def read(link, size):
    data = b""
    while len(data) < size:
        more = link.recv(size - len(data))
        if not more:
            raise OSError("it closed the connection")
        data += more
    return data


def expect(answer, *wanted):
    if answer not in wanted:
        raise OSError(f"it answered with opcode {answer}")


def log_in(link):
    if ask(link, STARTUP, struct.pack(">HH", 1, 11) + b"CQL_VERSION" + struct.pack(">H", 5) + b"3.0.0") == READY:
        return
    token = b"\0cassandra\0cassandra"
    expect(ask(link, AUTH_RESPONSE, struct.pack(">i", len(token)) + token), AUTH_SUCCESS)


def main() -> int:
    p = argparse.ArgumentParser()
    p.add_argument("port", type=int)
    p.add_argument("--ca")
    p.add_argument("--login", action="store_true")
    a = p.parse_args()
    try:
        with socket.create_connection(("127.0.0.1", a.port), timeout=2) as plain:
            link = ssl.create_default_context(cafile=a.ca).wrap_socket(plain, server_hostname="127.0.0.1") if a.ca else plain
            expect(ask(link, OPTIONS), SUPPORTED)
            if a.login:
                log_in(link)
    except OSError as why:
        print(why)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
