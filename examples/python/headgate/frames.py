"""A small client for Headgate's frame protocol (docs/protocol.md), standard library only.

    from headgate.frames import HeadgateClient, Record
    with HeadgateClient("127.0.0.1", 7070, name="orders-service") as client:
        client.publish("orders", [Record(b'{"total":10}', key=b"order-1")])
        for answer in client.flush():
            print(answer.sequence, answer.persisted, answer.failures)

publish() does not wait for answers, only for credit; flush() waits until everything sent so far is answered.
Not thread-safe: one client, one thread. Python computes the checksum at some MB/s; that is what limits it.
"""

import dataclasses
import socket
import struct
import time

VERSION = 1
HELLO, WELCOME, PUBLISH, ACK, CREDIT, PING, PONG, CLOSE, ERROR = range(1, 10)

ACK_DEFAULT, ACK_BROKER, ACK_NONE = range(3)
ON_INVALID_DEFAULT, ON_INVALID_SKIP, ON_INVALID_FENCE, ON_INVALID_REFUSE = range(4)
RESULTS_FAILURES, RESULTS_RANGES, RESULTS_POSITIONS = range(3)
OPTION_JSON = 1

OUTCOMES = ("persisted", "duplicate", "rejected", "not_persisted", "possibly_persisted", "blocked")
REASONS = ("none", "invalid_json", "invalid_key", "missing_key", "event_too_large", "key_too_large", "empty_event",
           "request_refused", "aggregate_fenced", "partition_full", "kafka_refused", "message_too_large", "topic_gone",
           "not_authorized", "producer_failed", "earlier_record_unknown", "answer_timeout", "shutting_down", "abandoned",
           "earlier_record_failed", "cluster_refused", "unknown_partition", "invalid_header", "invalid_timestamp",
           "missing_timestamp", "missing_event_id", "invalid_event_id", "missing_event_type", "invalid_event_type",
           "missing_payload", "invalid_payload", "no_route", "unknown_topic", "no_owner")
FRAME_STATUS = ("taken", "unknown_topic", "ack_not_allowed", "no_records")
ERRORS = (None, "not_headgate", "unsupported_version", "unknown_type", "unexpected_frame", "frame_too_large",
          "bad_checksum", "malformed_frame", "malformed_records", "bad_compression", "limit_exceeded", "bad_sequence",
          "credit_exceeded", "timeout", "internal")
CLOSE_REASONS = ("finished", "draining", "idle")

_HEADER = struct.Struct("<IBBHI")
_HELLO = struct.Struct("<8sHHIIH")
_WELCOME = struct.Struct("<HHIIIIQQH")
_PUBLISH = struct.Struct("<QBBBBHHII")
_RECORD = struct.Struct("<IHH")
_RECORD_HEADER = struct.Struct("<HI")
_ACK = struct.Struct("<QII8I")
_ENTRY = struct.Struct("<QBBHIIII")
_FAILURE = struct.Struct("<IBBH")
_RANGE = struct.Struct("<iIqq")
_POSITION = struct.Struct("<iq")
_CREDIT = struct.Struct("<QQ")
_CLOSE = struct.Struct("<QBBH")
_ERROR = struct.Struct("<QQHH")


def _crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _crc_table()


def crc32c(data, before=0):
    crc = before ^ 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def frame(kind, payload):
    head = struct.pack("<IBBH", len(payload), kind, 0, 0)
    return head + struct.pack("<I", crc32c(payload, crc32c(head))) + payload


@dataclasses.dataclass
class Record:
    value: bytes
    key: bytes = None  # None: no key
    headers: tuple = ()  # of (name: str, value: bytes)

    def encode(self):
        key = self.key if self.key is not None else b""
        parts = [_RECORD.pack(len(self.value), 0xFFFF if self.key is None else len(key), len(self.headers)), key, self.value]
        for name, value in self.headers:
            raw = name.encode()
            parts += [_RECORD_HEADER.pack(len(raw), len(value)), raw, value]
        return b"".join(parts)


@dataclasses.dataclass
class Failure:
    index: int
    outcome: str
    reason: str
    detail: str


@dataclasses.dataclass
class Answer:
    """The result of one PUBLISH frame."""
    sequence: int
    records: int
    status: str = "taken"
    detail: str = ""
    failures: list = dataclasses.field(default_factory=list)
    ranges: list = dataclasses.field(default_factory=list)     # (partition, records, first_offset, last_offset)
    positions: list = dataclasses.field(default_factory=list)  # (partition, offset) of each record

    @property
    def succeeded(self):
        """Every record is persisted or duplicate (with ack none: accepted)."""
        return self.status == "taken" and not self.failures


class ConnectionClosed(Exception):
    """The connection is gone. `unanswered`: sequences whose records are unknown; sending them again may duplicate.
    `not_taken`: sequences that were certainly not taken; sending them again is safe."""

    def __init__(self, text, unanswered=(), not_taken=()):
        super().__init__(text)
        self.unanswered = list(unanswered)
        self.not_taken = list(not_taken)


class ProtocolError(ConnectionClosed):
    """The gateway ended the connection with an ERROR frame, or sent something that cannot be understood."""


class HeadgateClient:
    def __init__(self, host="127.0.0.1", port=7070, name="headgate_client.py", timeout=10.0,
                 credential=""):
        self._socket = socket.create_connection((host, port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = bytearray()
        self._answers = []
        self._open = {}            # sequence -> number of records
        self._sent_sequence = 0
        self._sent_bytes = 0
        self._acked_sequence = 0
        self._pongs = 0
        self.closing = None        # the gateway's CLOSE: (last sequence taken, reason, text)
        self._error = None         # the gateway's ERROR: (last sequence taken, text)
        self.counts = dict.fromkeys(OUTCOMES + ("accepted", "refused"), 0)
        raw = name.encode()
        secret = credential.encode()  # an API key or a token
        self._socket.sendall(frame(HELLO, _HELLO.pack(b"HEADGATE", VERSION, VERSION, 0, 0, len(raw)) + raw +
                                   (struct.pack("<H", len(secret)) + secret if secret else b"")))
        self._greeted = False
        self._run(lambda: self._greeted, timeout)

    # The functions that a program calls.

    def publish(self, topic, records, ack=ACK_DEFAULT, on_invalid=ON_INVALID_DEFAULT, results=RESULTS_FAILURES, json=False,
                timeout=None):
        """Sends one frame as soon as credit allows; returns its sequence. timeout None: waits as long as it takes."""
        if len(records) > self.records_max:
            raise ValueError("more than %d records in a frame" % self.records_max)
        block = b"".join(record.encode() for record in records)
        name = topic.encode()
        size = _HEADER.size + _PUBLISH.size + len(name) + len(block)
        if size > self.frame_bytes_max or len(block) > self.decoded_bytes_max:
            raise ValueError("a frame of %d bytes is larger than the gateway takes" % size)
        self._run(lambda: self._has_credit(size), timeout)
        sequence = self._sent_sequence + 1
        payload = _PUBLISH.pack(sequence, ack, on_invalid, 0, results, OPTION_JSON if json else 0, len(name), len(records),
                                len(block)) + name + block
        self._sent_sequence = sequence
        self._sent_bytes += size
        self._open[sequence] = len(records)
        self._send(frame(PUBLISH, payload))
        return sequence

    def poll(self, timeout=0.0):
        """Answers that have arrived, waiting up to `timeout` for the first."""
        if not self._answers and self._open:
            try:
                self._run(lambda: self._answers, timeout)
            except TimeoutError:
                pass
        return self._take_answers()

    def flush(self, timeout=None):
        """Waits until everything sent is answered; returns the answers not returned yet."""
        self._run(lambda: not self._open, timeout)
        return self._take_answers()

    def ping(self, timeout=10.0):
        before = self._pongs
        self._send(frame(PING, struct.pack("<Q", before)))
        self._run(lambda: self._pongs > before, timeout)

    def close(self, timeout=None):
        """Orderly: waits for what is open, then for the gateway's CLOSE. Returns the last answers."""
        if self.closing is None:
            self._send(frame(CLOSE, _CLOSE.pack(self._sent_sequence, 0, 0, 0)))
        self._run(lambda: self.closing is not None and not self._open, timeout)
        self._socket.close()
        return self._take_answers()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.close()
        else:
            self._socket.close()

    # The client's inner workings.

    def _has_credit(self, size):
        if self.closing is not None:
            raise self._closed("the gateway closes: %s" % self.closing[1])
        return self._sent_sequence < self.credit_sequence and self._sent_bytes + size <= self.credit_bytes

    def _take_answers(self):
        answers, self._answers = self._answers, []
        return answers

    def _closed(self, text):
        last, kind = self._sent_sequence, ConnectionClosed
        if self.closing is not None:
            last = self.closing[0]
        if self._error is not None:
            (last, text), kind = self._error, ProtocolError
        return kind(text, [s for s in self._open if s <= last], [s for s in self._open if s > last])

    def _send(self, data):
        """Sends all of it and reads meanwhile, so that neither side waits for the other for ever."""
        view = memoryview(data)
        while view:
            self._socket.settimeout(0.05)
            try:
                view = view[self._socket.send(view):]
            except TimeoutError:
                self._receive(0.0)
            except OSError as error:
                self._drain_input()
                raise self._closed("sending failed: %s" % error) from error

    def _run(self, done, timeout):
        deadline = None if timeout is None else time.monotonic() + timeout
        while not done():
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left < 0:
                raise TimeoutError("no answer within %s s" % timeout)
            self._receive(left)

    def _receive(self, timeout):
        self._socket.settimeout(timeout if timeout is None else max(timeout, 0.001))
        try:
            data = self._socket.recv(1 << 18)
        except TimeoutError:
            return
        except OSError as error:
            raise self._closed("receiving failed: %s" % error) from error
        if not data:
            raise self._closed("the gateway has ended the connection")
        self._received += data
        self._handle_frames()

    def _drain_input(self):
        """The gateway's last words, e.g. an ERROR, may be waiting."""
        try:
            for _ in range(10):
                self._receive(0.1)
        except ConnectionClosed:
            return

    def _handle_frames(self):
        at = 0
        while len(self._received) - at >= _HEADER.size:
            length, kind, flags, reserved, checksum = _HEADER.unpack_from(self._received, at)
            end = at + _HEADER.size + length
            if len(self._received) < end:
                break
            payload = bytes(self._received[at + _HEADER.size:end])
            if flags or reserved or crc32c(payload, crc32c(self._received[at:at + 8])) != checksum:
                raise ProtocolError("a damaged frame from the gateway")
            at = end
            self._handle(kind, payload)
        del self._received[:at]

    def _handle(self, kind, payload):
        if kind == WELCOME:
            (self.version, self.compressions, self.frame_bytes_max, self.decoded_bytes_max, self.records_max, self.idle_ms,
             self.credit_sequence, self.credit_bytes, size) = _WELCOME.unpack_from(payload)
            self.server = payload[_WELCOME.size:_WELCOME.size + size].decode()
            self._greeted = True
        elif kind == ACK:
            self._handle_ack(payload)
        elif kind == CREDIT:
            self.credit_sequence, self.credit_bytes = _CREDIT.unpack(payload)
        elif kind == PING:
            self._send(frame(PONG, payload))
        elif kind == PONG:
            self._pongs += 1
        elif kind == CLOSE:
            last, reason, _, size = _CLOSE.unpack_from(payload)
            name = CLOSE_REASONS[reason] if reason < len(CLOSE_REASONS) else "reason %d" % reason
            self.closing = (last, name, payload[_CLOSE.size:_CLOSE.size + size].decode())
            if not self._greeted:
                raise self._closed("the gateway closes: %s" % name)
        elif kind == ERROR:
            sequence, last, code, size = _ERROR.unpack_from(payload)
            name = ERRORS[code] if code < len(ERRORS) else "code %d" % code
            text = payload[_ERROR.size:_ERROR.size + size].decode()
            self._error = (last, "%s (frame %d, last taken %d): %s" % (name, sequence, last, text))  # ACKs may follow
        else:
            raise ProtocolError("frame type %d is not one the gateway sends" % kind)

    def _handle_ack(self, payload):
        fields = _ACK.unpack_from(payload)
        sequence, frames, entries = fields[:3]
        for name, count in zip(self.counts, fields[3:]):
            self.counts[name] += count
        special, at = {}, _ACK.size
        for _ in range(entries):
            answer, at = self._read_entry(payload, at)
            special[answer.sequence] = answer
        for answered in range(sequence - frames + 1, sequence + 1):
            records = self._open.pop(answered)
            self._answers.append(special.get(answered) or Answer(answered, records))
        self._acked_sequence = sequence

    @staticmethod
    def _read_entry(payload, at):
        sequence, status, _, detail, records, failures, ranges, positions = _ENTRY.unpack_from(payload, at)
        at += _ENTRY.size
        answer = Answer(sequence, records, FRAME_STATUS[status] if status < len(FRAME_STATUS) else "status %d" % status,
                        payload[at:at + detail].decode())
        at += detail
        for _ in range(failures):
            index, outcome, reason, size = _FAILURE.unpack_from(payload, at)
            at += _FAILURE.size
            name = REASONS[reason] if reason < len(REASONS) else "reason %d" % reason
            answer.failures.append(Failure(index, OUTCOMES[outcome], name, payload[at:at + size].decode()))
            at += size
        for _ in range(ranges):
            answer.ranges.append(_RANGE.unpack_from(payload, at))
            at += _RANGE.size
        for _ in range(positions):
            answer.positions.append(_POSITION.unpack_from(payload, at))
            at += _POSITION.size
        return answer, at
