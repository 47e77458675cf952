"""Does a Cassandra answer? `cassandra_ready.py PORT`: exit 0 if it answers OPTIONS in the native protocol, else 1 and one line that says why."""
import socket
import struct
import sys


def main() -> int:
    try:
        with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=2) as link:
            link.sendall(struct.pack(">BBhBi", 4, 0, 0, 5, 0))  # OPTIONS
            head = b""
            while len(head) < 9:
                more = link.recv(9 - len(head))
                if not more:
                    raise OSError("it closed the connection")
                head += more
            if head[4] != 6:  # SUPPORTED
                raise OSError(f"it answered with opcode {head[4]}")
    except OSError as why:
        print(why)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
