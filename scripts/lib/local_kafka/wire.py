"""One request to a broker, and its answer's fields: the parts of Kafka's protocol that all requests are made of."""
import socket
import struct

HOST = "127.0.0.1"


class KafkaError(Exception):
    """An answer that is an error, or no answer."""


def text(value):
    """A nullable string."""
    if value is None:
        return struct.pack(">h", -1)
    data = value.encode()
    return struct.pack(">h", len(data)) + data


def array(items):
    """An array of encoded items."""
    return struct.pack(">i", len(items)) + b"".join(items)


def numbers(values):
    return array([struct.pack(">i", value) for value in values])


def compact(items):
    """An array in a flexible version; at most 126 items."""
    return bytes([len(items) + 1]) + b"".join(items)


def short(data):
    """Bytes or a string in a flexible version; at most 126 bytes."""
    return bytes([len(data) + 1]) + data


class Reader:
    """Takes the fields of an answer one after the other."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, shape):
        values = struct.unpack_from(shape, self.data, self.at)
        self.at += struct.calcsize(shape)
        return values[0] if len(values) == 1 else values

    def text(self):
        size = self.take(">h")
        return None if size < 0 else self.raw(size).decode()

    def short(self):
        size = self.take(">B")
        return None if size == 0 else self.raw(size - 1).decode()

    def raw(self, size):
        self.at += size
        return self.data[self.at - size:self.at]

    def data_block(self):
        size = self.take(">i")
        return b"" if size < 0 else self.raw(size)

    def array(self, item):
        return [item(self) for _ in range(max(0, self.take(">i")))]


def ask(port, api, version, body, timeout=20.0, flexible=False):
    """One request on a connection of its own; the answer's body."""
    head = struct.pack(">hhi", api, version, 7) + text("local-kafka") + (b"\0" if flexible else b"")
    with socket.create_connection((HOST, port), timeout=timeout) as connection:
        connection.sendall(struct.pack(">i", len(head) + len(body)) + head + body)
        stream = connection.makefile("rb")
        size = stream.read(4)
        answer = stream.read(struct.unpack(">i", size)[0]) if len(size) == 4 else b""
    if len(answer) < 4:
        raise KafkaError("connection closed")
    return Reader(answer[5 if flexible else 4:])
