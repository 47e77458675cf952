"""A projector as it is written first: Python on the distribution's clients (Debian: python3-confluent-kafka, python3-cassandra). It writes each event
and its aggregate's row, pipelined, and stores its position once all of a batch was acknowledged. `projector.py KAFKA TOPIC CASSANDRA SECONDS_MAX`
prints how many events it has projected in how many seconds; it ends when it has caught up."""
import json
import os
import sys
import time

from cassandra.cluster import Cluster
from cassandra.concurrent import execute_concurrent
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

KEYSPACE = "python_projector"
TABLES = ("events(aggregate text, place bigint, body text, primary key (aggregate, place))", "latest(aggregate text primary key, event text)",
          "positions(topic text, part int, next bigint, primary key (topic, part))")


def main():
    kafka, topic, (host, port), seconds_max = sys.argv[1], sys.argv[2], sys.argv[3].split(":"), float(sys.argv[4])
    session = Cluster([host], port=int(port)).connect()
    session.execute(f"create keyspace if not exists {KEYSPACE} with replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}")
    for table in TABLES:
        session.execute(f"create table if not exists {KEYSPACE}.{table}")
    event = session.prepare(f"insert into {KEYSPACE}.events (aggregate, place, body) values (?, ?, ?)")
    latest = session.prepare(f"update {KEYSPACE}.latest using timestamp ? set event = ? where aggregate = ?")
    position = session.prepare(f"insert into {KEYSPACE}.positions (topic, part, next) values (?, ?, ?)")
    consumer = Consumer({"bootstrap.servers": kafka, "group.id": "python", "enable.auto.commit": False, "isolation.level": "read_committed"})
    partitions = consumer.list_topics(topic, 10).topics[topic].partitions
    consumer.assign([TopicPartition(topic, p, OFFSET_BEGINNING) for p in partitions])
    end = {p: consumer.get_watermark_offsets(TopicPartition(topic, p), 10)[1] for p in partitions}
    at, done, start = dict.fromkeys(partitions, 0), 0, time.time()
    while any(at[p] < end[p] for p in partitions) and time.time() - start < seconds_max:
        read = [m for m in consumer.consume(1000, 0.5) if not m.error()]
        steps = []
        for m in read:
            json.loads(m.value())
            key, body = m.key().decode(), m.value().decode()
            steps += [(event, (key, m.offset(), body)), (latest, (m.offset() + 1, body, key))]
            at[m.partition()] = m.offset() + 1
        execute_concurrent(session, steps, concurrency=100, raise_on_first_error=True)
        for p in {m.partition() for m in read}:
            session.execute(position, (topic, p, at[p]))
        done += len(read)
    print(json.dumps({"events": done, "seconds": time.time() - start, "cpu_seconds": sum(os.times()[:2])}), flush=True)
    os._exit(0)  # the driver's threads


if __name__ == "__main__":
    main()
