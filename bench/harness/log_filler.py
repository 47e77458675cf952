"""Fills a topic with events for projections: JSON of about 200 bytes, keyed by aggregate. Each aggregate gets its events while a number of others are
open too, which is what a projector sees: the events of one cart come within its life, among those of other carts. A process of its own:

    log_filler.py KAFKA TOPIC EVENTS EVENTS_AN_AGGREGATE OPEN [RATE SAMPLES_FILE]

With a rate (events a second), writes a line `partition offset time` into SAMPLES_FILE for one event in SAMPLED: the time at which it was produced."""
import sys
import time

SAMPLED = 100
PAD = "".join(chr(97 + i * 7 % 26) for i in range(120))
TICK_S = 0.005


def keys(events, each, opened):
    """One key an event."""
    for first in range(0, events // each + opened, opened):  # the aggregates that are open together
        for _ in range(each):
            for aggregate in range(first, first + opened):
                yield f"aggregate-{aggregate}"


def producer(kafka):
    from confluent_kafka import Producer  # Debian: python3-confluent-kafka

    return Producer({"bootstrap.servers": kafka, "enable.idempotence": True, "linger.ms": 5, "queue.buffering.max.messages": 200_000,
                     "partitioner": "murmur2_random"})


def send(to, topic, key, number, **more):
    value = f'{{"eventType":"ItemAdded","number":{number},"note":"{PAD}"}}'
    while True:
        try:
            to.produce(topic, value, key, **more)
            return
        except BufferError:
            to.poll(0.05)


def fill(to, topic, events, each, opened):
    for number, key in zip(range(events), keys(events, each, opened)):
        send(to, topic, key, number)
        if number % 1000 == 0:
            to.poll(0)
    to.flush()


def trickle(to, topic, events, each, opened, rate, samples):
    began, numbered = time.time(), zip(range(events), keys(events, each, opened))

    def note(produced_at):
        return lambda error, message: samples.write(f"{message.partition()} {message.offset()} {produced_at}\n") if error is None else None

    for number, key in numbered:
        while (wait := began + number / rate - time.time()) > 0:
            to.poll(0)
            time.sleep(min(TICK_S, max(wait, 0.001)))
        if number % SAMPLED == 0:
            send(to, topic, key, number, on_delivery=note(time.time()))
        else:
            send(to, topic, key, number)
    to.flush()


def main():
    kafka, topic, events, each, opened = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
    if len(sys.argv) <= 6:
        fill(producer(kafka), topic, events, each, opened)
        return
    with open(sys.argv[7], "w", encoding="ascii") as samples:
        trickle(producer(kafka), topic, events, each, opened, float(sys.argv[6]), samples)


if __name__ == "__main__":
    main()
