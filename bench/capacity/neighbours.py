"""Row 23: nobody makes another wait. /healthz beside hostile clients, and one tenant's single POSTs beside another that is at its limit."""

import gzip
import http.client
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from capacity.experiments import plain
from harness.credentials import Certificate, Guard
from harness.gateway import Gateway
from harness.measure import difference

probes_a_second = 100
halves_max = 200  # connections that begin something and go on with nothing
bomb = gzip.compress(b"[" + b"0," * 4_000_000 + b"0]")  # 8 MB of events in 8 KB
FIELDS = {"Content-Type": "application/json"}


def waits(b):
    topic = b.kafka.create("bench-waits", 12)
    try:
        yield "23a", *hostile(b, topic)
        yield "23b", *tenant_at_limit(b, topic)
    finally:
        b.kafka.delete(topic)


def probe(port, seconds, method="GET", path="/healthz", body=None, fields=None):
    """An open loop over one connection: what waits makes those behind it wait, and that counts."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    times, begin = [], time.monotonic()
    for i in range(int(seconds * probes_a_second)):
        due = begin + i / probes_a_second
        time.sleep(max(0.0, due - time.monotonic()))
        connection.request(method, path, body, fields or {})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answers {answer.status}")
        times.append((time.monotonic() - due) * 1e3)
    connection.close()
    times.sort()
    return {"p50_ms": times[len(times) // 2], "p99_ms": times[len(times) * 99 // 100], "max_ms": times[-1]}


def beside(probe_once, flood):
    """`flood(stop)` runs in the background for as long as the probe takes."""
    stop = threading.Event()
    with ThreadPoolExecutor(1) as background:
        going = background.submit(flood, stop)
        try:
            time.sleep(0.5)
            return probe_once()
        finally:
            stop.set()
            going.result()


def hostile(b, topic):
    certificate = Certificate(b.work)
    g = b.gateway("hostile", plain, *certificate.settings(), "listen.http_tls.mode=optional")
    try:
        def healthz():
            return probe(g.ports["http"], b.seconds)
        s = b.run("/healthz beside hostile clients", {"alone": healthz, "beside": lambda: beside(healthz, lambda stop: attack(g.ports["http"], topic, stop))})
    finally:
        g.stop()
    return difference(s["beside"], s["alone"], "p99_ms"), "bombs, half a TLS handshake, half a head, half a body"


def attack(port, topic, stop):
    halves = [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"POST /v1/topics/", b"POST /v1/topics/x/events HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{"]
    held = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while not stop.is_set():
        if len(held) >= halves_max:
            held.pop(0).close()
        s = socket.create_connection(("127.0.0.1", port))
        s.sendall(halves[len(held) % len(halves)])
        held.append(s)
        try:
            connection.request("POST", f"/v1/topics/{topic}/events", bomb, {**FIELDS, "Content-Encoding": "gzip"})
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            connection.close()
    for s in (*held, connection):
        s.close()


def tenant_at_limit(b, topic):
    guard = Guard(b.binary, b.work, {"calm": {}, "loud": {"events": "1000/s", "requests": "1000/s"}})
    g = Gateway(b.binary, b.kafka, b.work, "tenants", [plain], guard.extra())
    server = b.loads.sink_server()
    sink = f"http://127.0.0.1:{b.loads.port_of(server)}/v1/topics/none/events"
    calm = {**FIELDS, "Authorization": guard.key_of["calm"]}

    def post():
        return probe(g.ports["http"], b.seconds, "POST", f"/v1/topics/{topic}/events", '{"aggregateId":"a"}', calm)

    def flood(url, credential):
        return lambda stop: b.loads.flood(url, b.seconds + 1, 256, 1, 64, credential)

    try:
        s = b.run("single POSTs beside a tenant at its limit",
                  {"beside": lambda: beside(post, flood(g.url(topic), guard.key_of["loud"])), "elsewhere": lambda: beside(post, flood(sink, None)),
                   "alone": post})
    finally:
        g.stop(), server.stop()
    alone = difference(s["beside"], s["alone"], "p99_ms")["median"]
    return difference(s["beside"], s["elsewhere"], "p99_ms"), f"over nobody beside it: {alone:+.2f} ms"
