"""How much a client may write, read or ask of each broker; above it Kafka holds its answers back and says for how long."""
import struct

from local_kafka.wire import KafkaError, array, ask, text

CLIENT_QUOTAS = 49
KINDS = {"produce-bytes": "producer_byte_rate", "fetch-bytes": "consumer_byte_rate", "request-percentage": "request_percentage"}
EVERYONE = ("client-id", None)  # who has no quota of his own


def change(port, who, rates):
    """who: ("user" or "client-id", name; None stands for everyone else); rates: {kind: rate, None takes it away}."""
    entity = array([text(who[0]) + text(who[1])])
    operations = [text(KINDS[kind]) + struct.pack(">d?", rate or 0.0, rate is None) for kind, rate in rates.items()]
    answer = ask(port, CLIENT_QUOTAS, 0, array([entity + array(operations)]) + b"\0")
    answer.take(">i")
    for error, message in answer.array(lambda r: (r.take(">h"), r.text(), r.array(lambda x: (x.text(), x.text())))[:2]):
        if error:
            raise KafkaError(f"quota: error {error} {message}")
