"""Rows 11 and 12: what the process holds, from /proc."""

import resource
import socket
import ssl
import subprocess
import threading
import time

from capacity.experiments import plain
from harness.credentials import Certificate
from harness.measure import spread

connections = 10_000
tls_connections = 1_000
kafka_down_seconds = 12


def idle_connections(b):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, connections + 1000)), hard))
    b.kafka.create("bench-idle", 12)
    b.say(f"idle connections: {connections:,} that have each been answered once")
    values = [_price(b.gateway("idle", plain), connections) for _ in range(min(b.pairs, 3))]
    b.say(f"and {tls_connections:,} with TLS")
    shown = Certificate(b.work).settings()
    encrypted = [_price(b.gateway("idle-tls", plain, *shown), tls_connections, _client_context()) for _ in range(min(b.pairs, 3))]
    b.samples["idle connections"] = {"bytes": values, "tls_bytes": encrypted}
    b.kafka.delete("bench-idle")
    yield "11", spread(values), "growth of the resident set / connections"
    yield "11b", spread(encrypted), "13.9 KB of it are OpenSSL 3.0's own"


def _client_context():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _price(gateway, count, context=None):
    try:
        held = _connect(gateway, 200, context)  # what the first ones warm up is not a connection's price
        before = gateway.program.rss_bytes()
        held += _connect(gateway, count, context)
        time.sleep(1)
        price = (gateway.program.rss_bytes() - before) / count
        for s in held:
            s.close()
        return price
    finally:
        gateway.stop()


def _connect(gateway, count, context=None):
    held = []
    for _ in range(count):
        s = socket.create_connection(("127.0.0.1", gateway.ports["http"]))
        s = context.wrap_socket(s) if context else s
        s.sendall(b"GET /healthz HTTP/1.1\r\nHost: gateway\r\n\r\n")
        if b"200" not in s.recv(4096):
            raise RuntimeError("/healthz did not answer 200")
        held.append(s)
    return held


def resident(b):
    # One topic may hold half of the budget: three of them fill it.
    topics = [b.kafka.create(f"bench-memory-{i}", 12) for i in range(3)]
    idle, saturated, down = [], [], []
    for _ in range(min(b.pairs, 3)):
        g = b.gateway("memory", plain)
        try:
            time.sleep(2)
            idle.append(g.program.rss_bytes() / 1e6)
            saturated.append(_peak(g, lambda: b.loads.post(g.url(topics[0]), b.seconds)) / 1e6)
            down.append(_kafka_down(b, g, topics, idle[-1] * 1e6))
        finally:
            g.stop()
        b.say(f"  resident: idle {idle[-1]:.1f} MB, saturated {saturated[-1]:.1f} MB, Kafka down {down[-1]:.2f} of the budget")
    b.samples["resident"] = {"idle_mb": idle, "saturated_mb": saturated, "kafka_down_by_budget": down}
    for topic in topics:
        b.kafka.delete(topic)
    yield "12a", spread(idle), ""
    yield "12b", spread(saturated), "highest seen, 64 connections of 100-event requests"
    yield "12c", spread(down), f"budget 64 MiB, broker frozen for {kafka_down_seconds} s, 2,100 connections sending on"


def _peak(gateway, load):
    done, peak = threading.Event(), [0]

    def watch():
        while not done.wait(0.1):
            peak[0] = max(peak[0], gateway.program.rss_bytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        load()
    finally:
        done.set(), watcher.join()
    return peak[0]


def _kafka_down(b, gateway, topics, idle_bytes):
    """The highest resident memory beyond idle while the broker is frozen, by the budget. Refused requests come again at once."""
    def flood(topic):
        command = ["wrk", "-t1", "-c700", f"-d{kafka_down_seconds}s", "--timeout", "60s", "-s", b.loads.script, gateway.url(topic),
                   "--", b.loads.events_file(256), "100"]
        return subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)

    b.kafka.pause()
    try:
        floods = [flood(topic) for topic in topics]
        peak = _peak(gateway, lambda: [f.wait() for f in floods])
    finally:
        b.kafka.resume()
    for topic in topics:
        b.kafka.settled_end(topic)
    return (peak - idle_bytes) / (64 << 20)
