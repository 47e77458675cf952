"""The experiment of each row. An experiment measures its legs interleaved and yields (row, spread, remark); the samples go
into the result file beside it."""

import json
import statistics
import threading
import time
import urllib.request

from harness.gateway import Gateway
from harness.measure import difference, field, interleave, ratio

# The references send uncompressed; so does the gateway wherever it is held against them (its default is zstd 1: row 7).
plain = "kafka.compression=none"


class Bench:
    """The things every experiment needs."""

    def __init__(self, kafka, loads, binary, work, pairs, seconds, say):
        self.kafka, self.loads, self.binary, self.work = kafka, loads, binary, work
        self.pairs, self.seconds, self.say = pairs, seconds, say
        self.samples = {}

    def gateway(self, name, *settings):
        return Gateway(self.binary, self.kafka, self.work, name, settings)

    def run(self, experiment, legs):
        self.say(f"{experiment}:")
        self.samples[experiment] = interleave(legs, self.pairs, self.say)
        return self.samples[experiment]

    def ndjson(self, gateway, topic, **how):
        return lambda: gateway.measure(topic, lambda: self.loads.post(gateway.url(topic), self.seconds, **how))

    def single(self, gateway, topic, connections=256):
        return lambda: gateway.measure(topic, lambda: self.loads.single(gateway.url(topic), self.seconds, connections))

    def reference(self, kind, topic, **how):
        return lambda: self.loads.reference(kind, topic, self.seconds, **how)


def field_median(samples, name):
    return statistics.median(field(samples, name))


def ndjson(b):
    topic = b.kafka.create("bench-ndjson", 12)
    full, unvalidated = b.gateway("full", plain), b.gateway("unvalidated", plain, "topic_defaults.validate=none")
    try:
        s = b.run("NDJSON", {"ours": b.ndjson(full, topic), "grouped": b.reference("grouped", topic),
                             "unvalidated": b.ndjson(unvalidated, topic), "naive": b.reference("naive", topic)})
    finally:
        full.stop(), unvalidated.stop(), b.kafka.delete(topic)
    without = ratio(s["unvalidated"], s["grouped"])
    yield "1", ratio(s["ours"], s["grouped"]), f"validate: none gives {without['median']:.2f}"
    yield "2", ratio(s["ours"], s["naive"]), ""
    yield "5", ratio(s["ours"], s["grouped"], "events_per_second"), ""


def frames(b):
    topic = b.kafka.create("bench-frames", 12)
    g = b.gateway("frames", plain)
    try:
        s = b.run("frames", {
            "ours": lambda: g.measure(topic, lambda: b.loads.frames(g.ports["tcp"], topic, b.seconds)),
            "grouped": b.reference("grouped", topic)})
    finally:
        g.stop(), b.kafka.delete(topic)
    faster = ratio(s["ours"], s["grouped"], "events_per_second")["median"]
    yield "4", ratio(s["ours"], s["grouped"]), f"delivers {faster:.2f} of R-grouped's rate"


def kibibyte(b):
    topic = b.kafka.create("bench-1k", 12)
    g = b.gateway("1k", plain)
    try:
        s = b.run("1 KiB", {"ours": b.ndjson(g, topic, size=1024), "grouped": b.reference("grouped", topic, size=1024)})
    finally:
        g.stop(), b.kafka.delete(topic)
    yield "6", ratio(s["ours"], s["grouped"]), ""


def zstd(b):
    topic = b.kafka.create("bench-zstd", 12)
    g = b.gateway("zstd", "kafka.compression=zstd", "kafka.compression_level=1")
    try:
        s = b.run("zstd", {"ours": b.ndjson(g, topic),
                           "grouped": b.reference("grouped", topic, compression="zstd", level=1)})
    finally:
        g.stop(), b.kafka.delete(topic)
    rate = ratio(s["ours"], s["grouped"], "events_per_second")["median"]
    yield "7", ratio(s["ours"], s["grouped"]), f"delivers {rate:.2f} of R-grouped's rate"


def single_post(b):
    topic = b.kafka.create("bench-single", 12)
    g = b.gateway("single", plain)
    try:
        s = b.run("single POST", {"ours": b.single(g, topic), "sink": lambda: b.loads.sink(b.seconds)})
    finally:
        g.stop(), b.kafka.delete(topic)
    yield "8", ratio(s["ours"], s["sink"]), "R-sink answers before anything is done; ours after Kafka's ack"


def few_connections(b):
    topic = b.kafka.create("bench-few", 12)
    g = b.gateway("few", plain)
    try:
        for row, n in (("8b", 16), ("8c", 32)):
            s = b.run(f"single POST, {n} connections", {"ours": b.single(g, topic, n), "sink": lambda: b.loads.sink(b.seconds, n)})
            yield row, ratio(s["ours"], s["sink"]), f"{field_median(s['ours'], 'events_per_second'):,.0f} events/s, in a closed loop"
    finally:
        g.stop(), b.kafka.delete(topic)


def relay(b):
    topic = b.kafka.create("bench-relay", 12)
    g = b.gateway("beside-relay", plain)
    try:
        s = b.run("R-relay", {
            "NDJSON": b.ndjson(g, topic), "relay": lambda: b.loads.relay(topic, 12, b.seconds),
            "frames": lambda: g.measure(topic, lambda: b.loads.frames(g.ports["tcp"], topic, b.seconds))})
    finally:
        g.stop(), b.kafka.delete(topic)
    cost = f"R-relay: {field_median(s['relay'], 'cpu_ns_per_event'):.0f} ns an event"
    yield "18a", ratio(s["NDJSON"], s["relay"]), cost
    yield "18b", ratio(s["frames"], s["relay"]), cost


def dialects(b):
    """The same events, 100 a request, as other protocols write them."""
    topic = b.kafka.create("bench-dialects", 12)
    g = b.gateway("dialects", plain)
    with urllib.request.urlopen(f"http://127.0.0.1:{g.ports['http']}/v3/clusters", timeout=10) as answer:
        cluster = json.load(answer)["data"][0]["cluster_id"]
    paths = {"v2": f"/topics/{topic}", "v3": f"/v3/clusters/{cluster}/topics/{topic}/records", "cloudevents": f"/v1/topics/{topic}/events"}

    def dressed(dialect):
        url = f"http://127.0.0.1:{g.ports['http']}{paths[dialect]}"
        return lambda: g.measure(topic, lambda: b.loads.post(url, b.seconds, dialect=dialect))

    try:
        s = b.run("dialects", {"NDJSON": b.ndjson(g, topic)} | {d: dressed(d) for d in paths})
    finally:
        g.stop(), b.kafka.delete(topic)
    for row, dialect in (("22a", "v2"), ("22b", "v3"), ("22c", "cloudevents")):
        yield row, ratio(s[dialect], s["NDJSON"]), ""


def latency(b):
    topic = b.kafka.create("bench-latency", 12)
    g = b.gateway("latency", plain)
    try:
        s = b.run("latency", {
            "ours": lambda: b.loads.open_loop(g.ports["http"], topic, b.seconds),
            "raw": lambda: b.loads.reference("latency", topic, b.seconds, linger=0),
            "raw beside clients": lambda: b.loads.latency_beside_clients(topic, b.seconds)})
    finally:
        g.stop(), b.kafka.delete(topic)
    for row, what in (("9a", "p50_ms"), ("9b", "p99_ms")):
        beside = difference(s["ours"], s["raw beside clients"], what)["median"]
        yield row, difference(s["ours"], s["raw"], what), f"over raw beside the same clients at R-sink: {beside:+.2f} ms"


def switches(b):
    topic = b.kafka.create("bench-switches", 12)
    on = b.gateway("on", plain)
    off = b.gateway("off", plain, "listen.admin=off", "log.level=error", "limits.in_flight_bytes_max=1GiB",
                    "limits.connections_max=1000000", "limits.pipelined_requests_max=1024")
    over = threading.Event()

    def scrape():
        while not over.wait(1.0):
            urllib.request.urlopen(f"http://127.0.0.1:{on.ports['admin']}/metrics", timeout=10).read()

    scraper = threading.Thread(target=scrape)
    scraper.start()
    try:
        s = b.run("switches", {"on": b.ndjson(on, topic), "off": b.ndjson(off, topic)})
    finally:
        over.set(), scraper.join(), on.stop(), off.stop(), b.kafka.delete(topic)
    yield "10", ratio(s["on"], s["off"]), "on: scraped every second"


def partitions(b):
    topics = {n: b.kafka.create(f"bench-{n}-partitions", n) for n in (12, 64, 256)}
    g = b.gateway("partitions", plain)
    time.sleep(1)
    try:
        s = b.run("partitions", {f"ours {n}": b.ndjson(g, topic) for n, topic in topics.items()} |
                                {f"grouped {n}": b.reference("grouped", topic) for n, topic in topics.items()})
    finally:
        g.stop()
        for topic in topics.values():
            b.kafka.delete(topic)
    for row, n in (("13a", 64), ("13b", 256)):
        grouped = ratio(s[f"grouped {n}"], s["grouped 12"])["median"]
        beside = ratio(s[f"ours {n}"], s[f"grouped {n}"])["median"]
        yield row, ratio(s[f"ours {n}"], s["ours 12"]), f"R-grouped's own: {grouped:.2f}; ours / R-grouped there: {beside:.2f}"
