"""FastAPI + confluent-kafka: answers when every event of the request has its delivery report; keys by aggregate id."""

import asyncio
import os
import threading

import orjson
from confluent_kafka import Producer
from fastapi import FastAPI, Request, Response

topic = os.environ["TOPIC"]
producer = Producer(
    {
        "bootstrap.servers": os.environ["KAFKA"],
        "acks": "all",
        "enable.idempotence": True,
        "partitioner": "murmur2_random",
        "linger.ms": 5,
        "compression.type": os.environ.get("COMPRESSION", "none"),
        "socket.nagle.disable": True,
    }
)
app = FastAPI()


def serve_reports():
    while True:
        producer.poll(0.1)


@app.on_event("startup")
def start():
    producer.list_topics(topic, 10)
    threading.Thread(target=serve_reports, daemon=True).start()


class Waiting:
    """One request: wakes its coroutine once, from the thread that serves reports."""

    __slots__ = ("open", "failed", "loop", "done")

    def __init__(self, events):
        self.open, self.failed = events, 0
        self.loop = asyncio.get_running_loop()
        self.done = self.loop.create_future()

    def report(self, error, _message):
        if error is not None:
            self.failed += 1
        self.open -= 1
        if self.open == 0:
            self.loop.call_soon_threadsafe(self.done.set_result, None)


@app.post("/events")
async def take(request: Request):
    try:
        lines = [line for line in (await request.body()).split(b"\n") if line]
        keys = [orjson.loads(line)["aggregateId"] for line in lines]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        return Response(str(error), 400)
    if not lines:
        return Response("no events", 400)
    waiting = Waiting(len(lines))
    for key, line in zip(keys, lines):
        while True:
            try:
                producer.produce(topic, line, key, on_delivery=waiting.report)
                break
            except BufferError:
                await asyncio.sleep(0.005)
    await waiting.done
    if waiting.failed:
        return Response(b'{"failed":%d}' % waiting.failed, 502, media_type="application/json")
    return Response(b'{"persisted":%d}' % len(lines), media_type="application/json")
