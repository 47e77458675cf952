#!/usr/bin/env python3
"""Does this Kafka really answer? kafka_ready.py PORT BROKERS [SECONDS]: exit 0 once the broker at 127.0.0.1:PORT names that
many brokers and hands out a producer id (a fresh broker answers "coordinator load in progress" for a moment). Used by
scripts/kafka; speaks the protocol itself because a JVM per question costs two seconds."""
import socket
import struct
import sys
import time

METADATA, INIT_PRODUCER_ID = 3, 22


def ask(port: int, api: int, body: bytes) -> bytes:
    request = struct.pack(">hhih", api, 0, 1, -1) + body
    with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        connection.settimeout(5)
        connection.sendall(struct.pack(">i", len(request)) + request)
        answer = connection.makefile("rb")
        (size,) = struct.unpack(">i", answer.read(4))
        return answer.read(size)[4:]


def brokers(port: int) -> int:
    return struct.unpack(">i", ask(port, METADATA, struct.pack(">i", 0))[:4])[0]


def producer_id_error(port: int) -> int:
    return struct.unpack(">ih", ask(port, INIT_PRODUCER_ID, struct.pack(">hi", -1, 60_000))[:6])[1]


def ready(port: int, count: int) -> str:
    """Empty when ready, else what is missing."""
    try:
        seen = brokers(port)
        if seen != count:
            return f"{seen} of {count} brokers known"
        error = producer_id_error(port)
        return f"producer ids not yet handed out (error {error})" if error else ""
    except (OSError, struct.error) as problem:
        return f"no answer on port {port} ({problem})"


def main() -> int:
    port, count = int(sys.argv[1]), int(sys.argv[2])
    deadline = time.monotonic() + float(sys.argv[3] if len(sys.argv) > 3 else 0)
    while (missing := ready(port, count)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if missing:
        print(missing, file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
