"""Rows 20 and 21: what TLS costs a byte and a handshake, and what a credential costs a request."""

import re
import shutil
import subprocess

from capacity.experiments import plain
from harness.credentials import Certificate, Guard, openssl
from harness.gateway import Gateway
from harness.measure import interleave, ratio, spread
from harness.processes import Program

event_bytes = 1024
NGINX = """daemon off; master_process off; error_log {folder}/nginx-error.log; pid {folder}/nginx.pid;
events {{ }}
http {{ access_log off; server {{ listen 127.0.0.1:{port} ssl; ssl_protocols TLSv1.3; ssl_certificate {crt}; ssl_certificate_key {key};
  location / {{ return 200 "alive"; }} }} }}
"""


def https(b):
    certificate = Certificate(b.work)
    topic = b.kafka.create("bench-https", 12)
    open_, encrypted = b.gateway("http", plain), b.gateway("https", plain, *certificate.settings())
    try:
        s = b.run("HTTPS", {"plain": b.ndjson(open_, topic, size=event_bytes),
                            "tls": lambda: encrypted.measure(topic, lambda: b.loads.post(
                                encrypted.url(topic).replace("http:", "https:"), b.seconds, size=event_bytes))})
        floor = cipher_ns_per_byte()
        added = [(t["cpu_ns_per_event"] - p["cpu_ns_per_event"]) / event_bytes / floor for t, p in zip(s["tls"], s["plain"])]
        yield "20a", spread(added), f"openssl speed: {floor:.3f} ns a byte"
        if shutil.which("nginx"):
            yield handshakes(b, encrypted, certificate)
        else:
            b.say("row 20b is left out: nginx is not installed (Debian: apt-get install nginx)")
    finally:
        open_.stop(), encrypted.stop(), b.kafka.delete(topic)


def cipher_ns_per_byte():
    told = openssl("speed", "-mr", "-elapsed", "-seconds", "2", "-bytes", "16384", "-evp", "aes-128-gcm").decode()
    return 1e9 / float(re.search(r"^\+F:.*:([0-9.e+]+)$", told, re.M)[1])


def handshakes(b, ours, certificate):
    port = 18443
    config = b.work / "nginx.conf"
    config.write_text(NGINX.format(folder=b.work, port=port, crt=certificate.certificate, key=certificate.key))
    nginx = Program(["nginx", "-c", config], b.work / "nginx.log")
    try:
        s = interleave({"ours": lambda: greet(ours.program, ours.ports["http"], b.seconds), "nginx": lambda: greet(nginx, port, b.seconds)},
                       b.pairs)
    finally:
        nginx.stop()
    b.samples["handshakes"] = s
    return "20b", ratio(s["ours"], s["nginx"], "handshakes_per_cpu_second"), "P-256, TLS 1.3, no resumption"


def greet(program, port, seconds):
    before = program.cpu_seconds()
    told = subprocess.run(["openssl", "s_time", "-connect", f"127.0.0.1:{port}", "-new", "-tls1_3", "-time", str(seconds)], capture_output=True,
                          text=True, timeout=seconds + 60).stdout
    count = int(re.search(r"(\d+) connections in \d+ real seconds", told)[1])
    cpu = max(program.cpu_seconds() - before, 0.01)
    return {"handshakes_per_cpu_second": count / cpu, "cpu_ns_per_event": cpu / max(count, 1) * 1e9, "events_per_second": count / seconds}


def logins(b):
    topic = b.kafka.create("bench-logins", 12)
    guard = Guard(b.binary, b.work, {"shop": {}})
    key, token = guard.key_of["shop"], "Bearer " + guard.issuer.token("shop")
    open_ = b.gateway("open", plain)
    guarded = Gateway(b.binary, b.kafka, b.work, "guarded", [plain], guard.extra())
    try:
        for rows, what in ((("21a", "21b"), b.loads.post), (("21c", "21d"), b.loads.single)):
            def leg(g, credential, what=what):
                return lambda: g.measure(topic, lambda: what(g.url(topic), b.seconds, credential=credential))
            s = b.run(f"logins, {'NDJSON' if rows[0] == '21a' else 'single POST'}",
                      {"open": leg(open_, None), "key": leg(guarded, key), "token": leg(guarded, token)})
            yield rows[0], ratio(s["key"], s["open"]), ""
            yield rows[1], ratio(s["token"], s["open"]), ""
    finally:
        open_.stop(), guarded.stop(), b.kafka.delete(topic)
