"""What an operator changes in Kafka while it runs: quotas and rights. Requests of kafka_wire.py's kind. Used by faults.py."""
import struct

from chaos.kafka_wire import KafkaError, array, ask, text

CREATE_ACLS, DELETE_ACLS, CLIENT_QUOTAS = 30, 31, 49
TOPIC, LITERAL, WRITE, DENY = 2, 3, 4, 2
RATE = "producer_byte_rate"


def set_quota_at(port, bytes_per_second):
    """For every client that has no quota of its own; None takes it away."""
    entity = array([text("client-id") + text(None)])
    operation = array([text(RATE) + struct.pack(">d?", bytes_per_second or 0.0, bytes_per_second is None)])
    answer = ask(port, CLIENT_QUOTAS, 0, array([entity + operation]) + b"\0")
    answer.take(">i")
    for error, message in answer.array(lambda r: (r.take(">h"), r.text(), r.array(lambda x: (x.text(), x.text())))[:2]):
        if error:
            raise KafkaError(f"quota: error {error} {message}")


def deny_write_at(port, topic, principal):
    entry = struct.pack(">b", TOPIC) + text(topic) + struct.pack(">b", LITERAL) + text(principal) + text("*") + struct.pack(">bb", WRITE, DENY)
    check(ask(port, CREATE_ACLS, 1, array([entry])))


def allow_write_at(port, topic, principal):
    entry = struct.pack(">b", TOPIC) + text(topic) + struct.pack(">b", LITERAL) + text(principal) + text("*") + struct.pack(">bb", WRITE, DENY)
    check(ask(port, DELETE_ACLS, 1, array([entry])))


def check(answer):
    """The first error of an answer about rights."""
    answer.take(">i")
    if answer.take(">i") != 1:
        raise KafkaError("an answer about another number of rights")
    error, message = answer.take(">h"), answer.text()
    if error:
        raise KafkaError(f"rights: error {error} {message}")
