"""Peers on the same broker, with the same events, in the same run as R-grouped and ours."""

import socket
import time

from capacity.experiments import plain
from harness.measure import ratio
from peers.catalogue import GoFranz


def measure(b, peer, topic, load):
    """As Gateway.measure: CPU of the whole process tree by events really in Kafka."""
    before, cpu_before = b.kafka.end(topic), peer.program.cpu_seconds()
    start = time.monotonic()
    counted = load() or {}
    wall = counted.get("seconds", time.monotonic() - start)
    after, cpu_after = b.kafka.settled_end(topic), peer.program.cpu_seconds()
    if after == before:
        raise RuntimeError(f"{peer.name}: nothing arrived in Kafka; its log ends: {peer.program.output()[-1000:]}")
    return {"events": after - before, "cpu_ns_per_event": (cpu_after - cpu_before) / (after - before) * 1e9,
            "events_per_second": (after - before) / wall, "rss_bytes": peer.program.rss_bytes(), "load": counted}


def send_lines(b, port):
    data = b.loads.events_file(256).read_bytes()
    deadline = time.monotonic() + b.seconds
    with socket.create_connection(("127.0.0.1", port)) as s:
        while time.monotonic() < deadline:
            s.sendall(data)


def batches(b, peer, topic):
    if peer.takes == "lines":
        return lambda: measure(b, peer, topic, lambda: send_lines(b, peer.port))
    return lambda: measure(b, peer, topic, lambda: b.loads.post(peer.url, b.seconds))


def singles(b, peer, topic):
    return lambda: measure(b, peer, topic, lambda: b.loads.single(peer.url, b.seconds))


def leanest(b):
    """Row 15."""
    topic = b.kafka.create("bench-leanest", 12)
    peer = GoFranz(b.work.parent / "peers", b.kafka)
    peer.install()
    peer.start(topic)
    g = b.gateway("beside-peer", plain)
    try:
        many = b.run("franz-go, NDJSON", {"ours": b.ndjson(g, topic), "peer": batches(b, peer, topic)})
        one = b.run("franz-go, single POST", {"ours": b.single(g, topic), "peer": singles(b, peer, topic)})
    finally:
        g.stop(), peer.stop(), b.kafka.delete(topic)
    yield "15a", ratio(many["peer"], many["ours"]), ""
    yield "15b", ratio(one["peer"], one["ours"]), ""
