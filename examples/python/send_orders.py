#!/usr/bin/env python3
"""Sends some orders to a topic over the frame protocol and says what became of each frame.

    examples/python/send_orders.py --topic orders --events 10000
"""

import argparse
import json
import sys
import time

from headgate.frames import HeadgateClient, Record, RESULTS_RANGES


def orders(count, aggregates):
    for number in range(count):
        order = "order-%d" % (number % aggregates)
        event = {"eventType": "OrderPlaced", "aggregateId": order, "number": number, "total": number % 500}
        yield Record(json.dumps(event, separators=(",", ":")).encode(), key=order.encode(), headers=(("source", b"example"),))


def frames(records, size):
    batch = []
    for record in records:
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7070)
    parser.add_argument("--topic", default="orders")
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--aggregates", type=int, default=100)
    parser.add_argument("--batch", type=int, default=200, help="records a frame")
    parser.add_argument("--quiet", action="store_true", help="only the totals")
    options = parser.parse_args()

    began = time.monotonic()
    failed = 0
    with HeadgateClient(options.host, options.port, name="send_orders.py") as client:
        print("connected to %s: %d records a frame at most" % (client.server, client.records_max))

        def show(answers):
            nonlocal failed
            for answer in answers:
                failed += not answer.succeeded
                if not options.quiet or not answer.succeeded:
                    print("frame %d: %d records %s %s" % (answer.sequence, answer.records, answer.status, answer.detail))
                for partition, records, first, last in answer.ranges if not options.quiet else ():
                    print("  partition %d: %d records, offsets %d to %d" % (partition, records, first, last))
                for failure in answer.failures:
                    print("  record %d: %s (%s) %s" % (failure.index, failure.outcome, failure.reason, failure.detail))

        for batch in frames(orders(options.events, options.aggregates), options.batch):
            client.publish(options.topic, batch, results=RESULTS_RANGES)
            show(client.poll())
        show(client.flush())
        counts = ", ".join("%s %d" % item for item in client.counts.items() if item[1])
    print("%d events in %.2f s: %s" % (options.events, time.monotonic() - began, counts))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
