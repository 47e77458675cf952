"""Reads a partition of a Kafka topic whole, byte for byte, with Python's own library: Fetch version 4, record batches of version 2
that are not compressed. For tests that compare what is stored with what was sent."""

import socket
import struct
from typing import List, NamedTuple, Optional, Tuple

FETCH, BYTES_MAX = 1, 4 << 20


class Record(NamedTuple):
    offset: int
    timestamp: int
    key: Optional[bytes]
    value: Optional[bytes]
    headers: List[Tuple[str, Optional[bytes]]]


class _Bytes:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, n: int) -> bytes:
        piece = self.data[self.at:self.at + n]
        if len(piece) < n:
            raise EOFError
        self.at += n
        return piece

    def number(self, form: str) -> int:
        return struct.unpack(">" + form, self.take(struct.calcsize(">" + form)))[0]

    def varint(self) -> int:
        raw = shift = 0
        while True:
            byte = self.take(1)[0]
            raw |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return (raw >> 1) ^ -(raw & 1)

    def text(self) -> Optional[bytes]:
        n = self.varint()
        return None if n < 0 else self.take(n)


def read_partition(address: str, topic: str, partition: int) -> List[Record]:
    host, port = address.rsplit(":", 1)
    records: List[Record] = []
    with socket.create_connection((host, int(port)), 10) as s:
        while True:
            more = _fetch(s, topic, partition, records[-1].offset + 1 if records else 0)
            if not more:
                return records
            records += more


def _fetch(s: socket.socket, topic: str, partition: int, offset: int) -> List[Record]:
    name = topic.encode()
    body = struct.pack(">iiiib", -1, 200, 1, BYTES_MAX, 0) + struct.pack(">ih", 1, len(name)) + name
    body += struct.pack(">iiqi", 1, partition, offset, BYTES_MAX)
    head = struct.pack(">hhih", FETCH, 4, 1, -1)
    s.sendall(struct.pack(">i", len(head + body)) + head + body)
    said = _Bytes(_exactly(s, struct.unpack(">i", _exactly(s, 4))[0]))
    said.take(4 + 4 + 4)  # correlation, throttle time, one topic
    said.take(said.number("h"))
    said.take(4 + 4)
    error = said.number("h")
    if error != 0:
        raise RuntimeError(f"Kafka answers error {error}")
    said.take(8 + 8)
    for _ in range(max(0, said.number("i"))):  # aborted transactions
        said.take(16)
    size = said.number("i")
    return [r for r in _batches(_Bytes(said.take(max(0, size)))) if r.offset >= offset]


def _batches(of: _Bytes) -> List[Record]:
    records: List[Record] = []
    while of.at < len(of.data):
        try:
            base = of.number("q")
            batch = _Bytes(of.take(of.number("i")))
        except EOFError:  # Kafka cuts the last one where the answer is full
            return records
        batch.take(4 + 1 + 4)
        if batch.number("h") & 7:
            raise RuntimeError("a compressed record batch: this reader takes none")
        batch.take(4)
        first = batch.number("q")
        batch.take(8 + 8 + 2 + 4)
        for _ in range(batch.number("i")):
            records.append(_record(batch, base, first))
    return records


def _record(of: _Bytes, base: int, first: int) -> Record:
    of.varint()
    of.take(1)
    timestamp, offset = first + of.varint(), base + of.varint()
    key, value = of.text(), of.text()
    headers = [((of.text() or b"").decode(), of.text()) for _ in range(of.varint())]
    return Record(offset, timestamp, key, value, headers)


def _exactly(s: socket.socket, n: int) -> bytes:
    data = b""
    while len(data) < n:
        piece = s.recv(n - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data
