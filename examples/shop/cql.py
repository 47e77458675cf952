"""The least of Cassandra's native protocol (version 4) that a query side needs: one connection, statements with values, rows back as bytes."""
import socket
import struct
import threading


class CassandraError(Exception):
    pass


class Session:
    """Any thread; one statement at a time. A lost connection is opened again for the next statement."""

    def __init__(self, address: str):
        host, port = address.rsplit(":", 1)
        self.address = (host, int(port))
        self.lock = threading.Lock()
        self.link = None

    def query(self, text: str, values=()):
        """Rows as lists of bytes or None. Raises CassandraError or OSError."""
        with self.lock:
            try:
                if self.link is None:
                    self._connect()
                return self._ask(7, self._query_body(text, values))
            except (OSError, CassandraError):
                self._close()
                raise

    def _connect(self):
        self.link = socket.create_connection(self.address, timeout=5)
        self._ask(1, struct.pack(">HH", 1, 11) + b"CQL_VERSION" + struct.pack(">H", 5) + b"3.0.0")

    def _close(self):
        if self.link is not None:
            self.link.close()
        self.link = None

    @staticmethod
    def _query_body(text, values):
        body = struct.pack(">i", len(text)) + text.encode() + struct.pack(">HB", 1, 1 if values else 0)  # consistency ONE
        if values:
            body += struct.pack(">H", len(values)) + b"".join(struct.pack(">i", len(v)) + v for v in values)
        return body

    def _ask(self, opcode, body):
        self.link.sendall(struct.pack(">BBhBi", 4, 0, 0, opcode, len(body)) + body)
        _, flags, _, answer, size = struct.unpack(">BBhBi", self._read(9))
        data = self._read(size)
        if answer == 0:
            raise CassandraError(data[6:].decode(errors="replace"))
        return self._rows(data) if answer == 8 and flags == 0 else []

    def _read(self, size):
        data = b""
        while len(data) < size:
            more = self.link.recv(size - len(data))
            if not more:
                raise OSError("Cassandra closed the connection")
            data += more
        return data

    @staticmethod
    def _rows(data):
        at = 0

        def take(form):
            nonlocal at
            (value,) = struct.unpack_from(form, data, at)
            at += struct.calcsize(form)
            return value

        def skip_string():
            nonlocal at
            size = take(">H")
            at += size

        if take(">i") != 2:  # not rows
            return []
        flags, columns = take(">i"), take(">i")
        if flags & 2:
            size = take(">i")
            at += size
        if flags & 1:
            skip_string(), skip_string()
        for _ in range(columns):
            if not flags & 1:
                skip_string(), skip_string()
            skip_string()
            take(">H")  # a simple type: the views have no others
        rows = []
        for _ in range(take(">i")):
            row = []
            for _ in range(columns):
                size = take(">i")
                row.append(None if size < 0 else data[at:at + size])
                at += max(size, 0)
            rows.append(row)
        return rows


def number(value):
    return None if value is None else int.from_bytes(value, "big", signed=True)


def text(value):
    return None if value is None else value.decode()
