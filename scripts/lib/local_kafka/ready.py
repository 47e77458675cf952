"""Does this Kafka really answer? Once a broker names all brokers and hands out a producer id (a fresh one answers "coordinator load in
progress" for a moment)."""
import struct
import time

from local_kafka.wire import KafkaError, array, ask, text

METADATA, INIT_PRODUCER_ID = 3, 22
TIMEOUT = 5.0


def brokers(port):
    return ask(port, METADATA, 1, array([]), TIMEOUT).take(">i")


def producer_id_error(port):
    return ask(port, INIT_PRODUCER_ID, 1, text(None) + struct.pack(">i", 60_000), TIMEOUT).take(">ih")[1]


def missing(port, count):
    """Empty when ready, else what is not there yet."""
    try:
        seen = brokers(port)
        if seen != count:
            return f"{seen} of {count} brokers known"
        error = producer_id_error(port)
        return f"producer ids not yet handed out (error {error})" if error else ""
    except (OSError, KafkaError, struct.error) as problem:
        return f"no answer on port {port} ({problem})"


def wait(port, count, seconds):
    """Names what is still missing after so many seconds."""
    deadline = time.monotonic() + seconds
    while (problem := missing(port, count)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return problem
