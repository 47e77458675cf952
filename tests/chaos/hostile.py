"""Clients that mean no good, each of a kind, beside those that do: frames and bodies that are promised and never come, answers that nobody
reads, little that unpacks to much. They never publish. Used by faults.py."""
import functools
import socket
import struct
import threading
import time
import zlib

BODY = 8 << 20  # promised
HELD = 1 << 20  # sent of it at once
BOMB = 256 << 20  # unpacked
FRAME = 4 << 20


def head(topic, *fields):
    lines = (f"POST /v1/topics/{topic}/events HTTP/1.1", "Host: h", "Content-Type: application/x-ndjson", *fields)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def connect(at):
    client = socket.create_connection(at, timeout=5)
    client.settimeout(0.5)
    return client


def slow_body(run, client, until):
    """Promises much, and sends a byte now and then."""
    client.sendall(head(run.load_topic, f"Content-Length: {BODY}") + b"x" * HELD)
    while time.monotonic() < until:
        client.sendall(b"x")
        time.sleep(0.2)


def slow_chunks(run, client, until):
    client.sendall(head(run.load_topic, "Transfer-Encoding: chunked"))
    while time.monotonic() < until:
        client.sendall(b"1;a=b\r\nx\r\n")
        time.sleep(0.05)


def pipelined(_, client, until):
    """One question after the other, no answer read."""
    many = b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n" * 1000
    while time.monotonic() < until:
        client.send(many)


@functools.lru_cache(maxsize=1)
def packed_bomb():
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join(packer.compress(b"\0" * (1 << 20)) for _ in range(BOMB >> 20)) + packer.flush()


def bomb(run, client, _):
    packed = packed_bomb()
    client.sendall(head(run.load_topic, "Content-Encoding: gzip", f"Content-Length: {len(packed)}") + packed)
    client.recv(1000)
    time.sleep(0.2)


def many_headers(_, client, until):
    while time.monotonic() < until:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\n" + b"x:\r\n" * 60 + b"\r\n")
        client.recv(1000)
        time.sleep(0.01)


def silent_head(_, client, until):
    client.sendall(b"POST /v1/top")
    time.sleep(max(0.0, until - time.monotonic()))


def crc32c(data):
    register = 0xFFFFFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
    return register ^ 0xFFFFFFFF


def hello():
    payload = b"HEADGATE" + struct.pack("<HHIIH", 1, 1, 0, 0, 0)
    start = struct.pack("<IBBH", len(payload), 1, 0, 0)
    return start + struct.pack("<I", crc32c(start + payload)) + payload


def half_frame(_, client, until):
    """A greeting, and the first bytes of a frame that is as large as may be."""
    client.sendall(hello())
    client.recv(1000)
    client.sendall(struct.pack("<IBBHI", FRAME - 12, 3, 0, 0, 0) + b"\0" * 100000)
    while time.monotonic() < until and client.recv(1000):
        pass


HTTP = (slow_body, slow_chunks, pipelined, bomb, many_headers, silent_head)


def play(what, run, at, until):
    """The same again whenever the gateway ends it."""
    while time.monotonic() < until:
        try:
            with connect(at) as client:
                what(run, client, until)
        except socket.timeout:
            pass
        except OSError:
            time.sleep(0.1)  # refused or closed: as it should be


def attack(run, each, seconds):
    """So many of each kind, for so long."""
    packed_bomb()  # before the others begin
    until = time.monotonic() + seconds
    ways = [(what, (run.host, run.port)) for what in HTTP] + [(half_frame, (run.host, run.gateway.tcp))]
    threads = [threading.Thread(target=play, args=(what, run, at, until), daemon=True) for what, at in ways for _ in range(each)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
