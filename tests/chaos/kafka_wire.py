"""The few Kafka requests the driver needs, spoken directly: a JVM for each question would cost seconds, and a reader that shares
nothing with the gateway's client library is the better witness. Used by cluster.py and kafka_records.py."""
import struct
import time

from local_kafka.wire import KafkaError, array, ask, compact, numbers, text

NO_ERROR, UNKNOWN_TOPIC, TOPIC_EXISTS = 0, 3, 36
FETCH, LIST_OFFSETS, METADATA, FIND_COORDINATOR, CREATE_TOPICS, DELETE_TOPICS = 1, 2, 3, 10, 19, 20
CREATE_PARTITIONS, ELECT_LEADERS, REASSIGN = 37, 43, 45


class Kafka:
    """A cluster by its brokers' ports (broker i is at ports[i - 1]). Every call tries until its deadline."""

    def __init__(self, ports):
        self.ports = ports

    def insist(self, what, seconds, *arguments):
        """Calls what(port, ...) on one broker after another until it succeeds."""
        deadline, turn = time.monotonic() + seconds, 0
        while True:
            try:
                return what(self.ports[turn % len(self.ports)], *arguments)
            except (OSError, KafkaError, struct.error) as problem:
                if time.monotonic() > deadline:
                    raise KafkaError(f"{getattr(what, '__name__', what)}: {problem or type(problem)}") from problem
            turn += 1
            time.sleep(0.3)

    def metadata(self, topic, seconds=60):
        """(brokers alive, {partition: (leader, replicas, isr)})"""
        return self.insist(metadata_from, seconds, topic)

    def create_topic(self, topic, partitions, replicas=3, config=None, assignment=None):
        self.insist(create_topic_at, 120, topic, partitions, replicas, config or {}, assignment or [])

    def delete_topic(self, topic):
        self.insist(delete_topic_at, 120, topic)

    def add_partitions(self, topic, count):
        self.insist(add_partitions_at, 120, topic, count)

    def move_leaders(self, topic, replicas_of):
        """Another order of replicas for each partition, then the first of each becomes the leader."""
        self.insist(reassign_at, 60, topic, replicas_of)
        self.insist(elect_at, 60, topic, list(replicas_of))

    def coordinator(self, transactional_id):
        """The broker that keeps this id."""
        return self.insist(coordinator_from, 60, transactional_id)

    def wait_in_sync(self, topic, replicas=3, seconds=180):
        """Until every partition of the topic has all its replicas in sync."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            _, partitions = self.metadata(topic, seconds)
            if partitions and all(len(isr) >= replicas and leader > 0 for leader, _, isr in partitions.values()):
                return
            time.sleep(0.5)
        raise KafkaError(f"{topic} is not in sync after {seconds} s: {partitions}")


def coordinator_from(port, transactional_id):
    answer = ask(port, FIND_COORDINATOR, 1, text(transactional_id) + struct.pack(">b", 1))
    _, error = answer.take(">ih")
    answer.text()
    if error:
        raise KafkaError(f"coordinator of {transactional_id}: error {error}")
    return answer.take(">i")


def metadata_from(port, topic):
    answer = ask(port, METADATA, 1, array([text(topic)]))
    brokers = answer.array(lambda r: (r.take(">i"), r.text(), r.take(">i"), r.text())[0])
    answer.take(">i")

    def partition(r):
        _, index, leader = r.take(">hii")
        return index, (leader, r.array(lambda x: x.take(">i")), r.array(lambda x: x.take(">i")))

    topics = answer.array(lambda r: (r.take(">h"), r.text(), r.take(">b"), dict(r.array(partition))))
    if topics[0][0] not in (NO_ERROR, UNKNOWN_TOPIC):
        raise KafkaError(f"metadata error {topics[0][0]}")
    return brokers, topics[0][3]


def check_each(answer, allowed=()):
    """An answer that is a list of (topic, error, message)."""
    for name, error, message in answer.array(lambda r: (r.text(), r.take(">h"), r.text())):
        if error and error not in allowed:
            raise KafkaError(f"{name}: error {error} {message}")


def create_topic_at(port, topic, partitions, replicas, config, assignment):
    where = [struct.pack(">i", index) + numbers(brokers) for index, brokers in enumerate(assignment)]
    shape = (-1, -1) if assignment else (partitions, replicas)
    configs = [text(key) + text(str(value)) for key, value in config.items()]
    body = array([text(topic) + struct.pack(">ih", *shape) + array(where) + array(configs)])
    answer = ask(port, CREATE_TOPICS, 2, body + struct.pack(">ib", 15000, 0))
    answer.take(">i")
    check_each(answer, (TOPIC_EXISTS,))


def delete_topic_at(port, topic):
    answer = ask(port, DELETE_TOPICS, 1, array([text(topic)]) + struct.pack(">i", 15000))
    answer.take(">i")
    name, error = answer.array(lambda r: (r.text(), r.take(">h")))[0]
    if error not in (NO_ERROR, UNKNOWN_TOPIC):
        raise KafkaError(f"{name}: error {error}")


def add_partitions_at(port, topic, count):
    body = array([text(topic) + struct.pack(">ii", count, -1)]) + struct.pack(">ib", 15000, 0)
    answer = ask(port, CREATE_PARTITIONS, 0, body)
    answer.take(">i")
    check_each(answer)


def reassign_at(port, topic, replicas_of):
    parts = [struct.pack(">i", index) + compact([struct.pack(">i", b) for b in brokers]) + b"\0"
             for index, brokers in replicas_of.items()]
    name = bytes([len(topic) + 1]) + topic.encode()
    body = struct.pack(">i", 15000) + compact([name + compact(parts) + b"\0"]) + b"\0"
    error = ask(port, REASSIGN, 0, body, flexible=True).take(">ih")[1]
    if error:
        raise KafkaError(f"reassignment: error {error}")


def elect_at(port, topic, partitions):
    body = array([text(topic) + numbers(partitions)]) + struct.pack(">i", 15000)
    ask(port, ELECT_LEADERS, 0, body)
