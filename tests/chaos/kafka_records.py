"""Reads a whole topic back from its leaders, uncompressed batches only, and proves that nothing was skipped. Used by scenario_run.py,
store_run.py and tests/kafka/dialects_test.py."""
import collections
import struct
import time

from chaos import kafka_wire
from local_kafka.wire import KafkaError, array, text

Record = collections.namedtuple("Record", "partition offset key value headers is_control timestamp", defaults=((), False, None))
EARLIEST, LATEST = -2, -1
CONTROL = 32  # of a batch's attributes: markers of transactions, not a client's records


def read_topic(kafka, topic, seconds=180):
    """Every record of the topic, in offset order within each partition."""
    _, partitions = kafka.metadata(topic)
    found = []
    for index in sorted(partitions):
        found += read_partition(kafka, topic, index, time.monotonic() + seconds)
    return found


def read_partition(kafka, topic, index, deadline):
    """Tries until the partition was read without a gap from its first to its last offset."""
    while True:
        try:
            port = leader_port(kafka, topic, index)
            first, end = (offset_at(port, topic, index, which) for which in (EARLIEST, LATEST))
            records = fetch_range(port, topic, index, first, end)
            check_complete(topic, index, records, first, end)
            return records
        except (OSError, KafkaError, struct.error) as problem:
            if time.monotonic() > deadline:
                raise KafkaError(f"{topic}/{index} cannot be read: {problem}") from problem
            time.sleep(0.5)


def leader_port(kafka, topic, index):
    leader = kafka.metadata(topic)[1][index][0]
    if leader < 1:
        raise KafkaError("no leader")
    return kafka.ports[leader - 1]


def check_complete(topic, index, records, first, end):
    """Offsets without a gap: what a reader did not get must not count as lost by the gateway."""
    offsets = [record.offset for record in records]
    if offsets != list(range(first, end)):
        raise KafkaError(f"{topic}/{index}: read {len(offsets)} records of offsets {first} to {end}")


def offset_at(port, topic, index, which):
    body = struct.pack(">i", -1) + array([text(topic) + array([struct.pack(">iq", index, which)])])
    answer = kafka_wire.ask(port, kafka_wire.LIST_OFFSETS, 1, body)
    topics = answer.array(lambda r: (r.text(), r.array(lambda p: p.take(">ihqq"))))
    _, error, _, offset = topics[0][1][0]
    if error:
        raise KafkaError(f"list offsets: error {error}")
    return offset


def fetch_range(port, topic, index, first, end):
    records, at = [], first
    while at < end:
        batch = [r for r in decode(fetch(port, topic, index, at), index) if at <= r.offset < end]
        if not batch:
            raise KafkaError(f"nothing at offset {at} of {end}")
        records += batch
        at = batch[-1].offset + 1
    return records


def fetch(port, topic, index, offset):
    body = struct.pack(">iiiib", -1, 2000, 1, 8 << 20, 0)
    body += array([text(topic) + array([struct.pack(">iqi", index, offset, 4 << 20)])])
    answer = kafka_wire.ask(port, kafka_wire.FETCH, 4, body)
    answer.take(">i")

    def partition(r):
        _, error, _, _ = r.take(">ihqq")
        r.array(lambda aborted: aborted.take(">qq"))
        return error, r.data_block()

    error, data = answer.array(lambda r: (r.text(), r.array(partition)))[0][1][0]
    if error:
        raise KafkaError(f"fetch: error {error}")
    return data


def decode(data, partition):
    """The records of a run of record batches (format 2); a cut last batch is left out."""
    records, at = [], 0
    while at + 61 <= len(data):
        base, size = struct.unpack_from(">qi", data, at)
        if at + 12 + size > len(data):
            break
        magic, _, attributes = struct.unpack_from(">bIh", data, at + 16)
        if magic != 2 or attributes & 7:
            raise KafkaError(f"batch at {base}: magic {magic}, codec {attributes & 7}: only plain batches can be read here")
        first_timestamp, = struct.unpack_from(">q", data, at + 27)
        count, = struct.unpack_from(">i", data, at + 57)
        records += decode_batch(data, at + 61, base, first_timestamp, count, partition, bool(attributes & CONTROL))
        at += 12 + size
    return records


def decode_batch(data, at, base, first_timestamp, count, partition, is_control):
    records = []
    for _ in range(count):
        size, at = varint(data, at)
        end = at + size
        later, at = varint(data, at + 1)
        delta, at = varint(data, at)
        key, at = sized(data, at)
        value, at = sized(data, at)
        headers, at = decode_headers(data, at)
        records.append(Record(partition, base + delta, key, value, headers, is_control, first_timestamp + later))
        at = end
    return records


def decode_headers(data, at):
    """([(name, value)], where the next record begins)"""
    count, at = varint(data, at)
    headers = []
    for _ in range(count):
        name, at = sized(data, at)
        value, at = sized(data, at)
        headers.append((name, value))
    return headers, at


def sized(data, at):
    size, at = varint(data, at)
    return (None, at) if size < 0 else (data[at:at + size], at + size)


def varint(data, at):
    """A zigzag varint: (value, where the next begins)."""
    value, shift = 0, 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return (value >> 1) ^ -(value & 1), at
