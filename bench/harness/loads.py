"""The loads: the generators and reference producers as functions that return what they counted."""

import json
import resource
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.processes import Program, run_json


class Loads:
    def __init__(self, tools, work, kafka, connections=64, batch=100):
        self.tools, self.work, self.kafka = Path(tools), Path(work), kafka
        self.connections, self.batch = connections, batch
        self.script = Path(__file__).resolve().parent.parent / "generators/post.lua"

    def events_file(self, size, events=12_800):
        path = self.work / f"events-{size}.ndjson"
        if not path.exists():
            with open(path, "wb") as out:
                subprocess.run([self.tools / "bench-events", str(events), str(size)], stdout=out, check=True)
        return path

    def post(self, url, seconds, size=256, batch=None, connections=None, credential=None, dialect=None):
        """wrk, closed loop: `batch` events a request as NDJSON, or one as application/json, or as a dialect of post.lua writes them."""
        batch = batch or self.batch
        result = self.flood(url, seconds, size, batch, connections or self.connections, credential, dialect)
        if result["errors"] or result["refused"]:
            raise RuntimeError(f"wrk {url}: {result}")
        return {**result, "events": result["requests"] * batch}

    def flood(self, url, seconds, size, batch, connections, credential=None, dialect=None):
        """The same where being refused is expected."""
        return run_json(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", self.script, url,
                         "--", self.events_file(size), batch, credential or "", dialect or ""])

    def single(self, url, seconds, connections=256, credential=None):
        return self.post(url, seconds, batch=1, connections=connections, credential=credential)

    def frames(self, port, topic, seconds, size=256, connections=4):
        return run_json([self.tools / "bench-frames", "--port", port, "--topic", topic, "--size", size, "--seconds", seconds,
                         "--connections", connections], accepted=(0, 1))

    def open_loop(self, port, topic, seconds, rate=10_000):
        return run_json([self.tools / "bench-open-loop", "--port", port, "--path", f"/v1/topics/{topic}/events", "--rate", rate,
                         "--seconds", seconds])

    def generator(self, target, topic, seconds, *options):
        """headgate-loadgen in a closed loop, and what it costs itself: user and system time of its whole life, by events acked."""
        result = self.work / "generator.json"
        command = [self.tools / "headgate-loadgen", "run", "--target", target, "--topic", topic, "--duration", f"{seconds}s",
                   "--connections", self.connections, "--batch", self.batch, "--threads", 1, "--run-file", "-", "--quiet",
                   "--json", result, *options]
        before, start = _cpu_seconds_of_children(), time.monotonic()
        subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=300)
        cpu, seconds = _cpu_seconds_of_children() - before, time.monotonic() - start
        events = json.loads(result.read_text())["totals"]["events_acked"]
        return {"events": events, "seconds": seconds, "cpu_ns_per_event": cpu / events * 1e9, "events_per_second": events / seconds}

    def reference(self, kind, topic, seconds, size=256, compression="none", level=None, linger=None, by_reference=False, properties=None):
        """R-naive or R-grouped, or raw librdkafka's latency: kind is naive, grouped or latency."""
        command = [self.tools / f"bench-{kind}", "--kafka", self.kafka.bootstrap, "--topic", topic, "--size", size,
                   "--seconds", seconds, "--compression", compression]
        command += ["--level", level] if level is not None else []
        command += ["--linger", linger] if linger is not None else []
        command += ["--by-reference"] if by_reference else []
        for name, value in (properties or {}).items():
            command += ["--property", f"{name}={value}"]
        return run_json(command)

    def latency_beside_clients(self, topic, seconds, linger=0):
        """Raw librdkafka's latency while the open loop's clients, at R-sink, take the cores that they take from the gateway."""
        server = self.sink_server()
        try:
            with ThreadPoolExecutor(1) as background:
                clients = background.submit(self.open_loop, self.port_of(server), topic, seconds)
                result = self.reference("latency", topic, seconds, linger=linger)
                clients.result()
        finally:
            server.stop()
        return result

    def sink_server(self):
        return Program([self.tools / "bench-sink"], self.work / "sink.log", ready="ready")

    @staticmethod
    def port_of(server):
        return server.output().split(":")[-1].strip()

    def sink(self, seconds, connections=256):
        """R-sink under the same single POSTs."""
        server = self.sink_server()
        try:
            port = self.port_of(server)
            result = self.single(f"http://127.0.0.1:{port}/v1/topics/none/events", seconds, connections)
            cpu = server.cpu_seconds()
        finally:
            server.stop()
        return {**result, "cpu_ns_per_event": cpu / result["requests"] * 1e9,
                "events_per_second": result["requests"] / result["seconds"]}

    def relay(self, topic, partitions, seconds):
        """R-relay under the same bodies as ours: by events it has answered, all of which Kafka has acked."""
        port = self.kafka.bootstrap.rsplit(":", 1)[1]
        server = Program([self.tools / "bench-relay", port, topic, partitions], self.work / "relay.log", ready="ready")
        try:
            result = self.post(f"http://127.0.0.1:{self.port_of(server)}/v1/topics/{topic}/events", seconds)
            cpu = server.cpu_seconds()
        finally:
            server.stop()
        return {**result, "cpu_ns_per_event": cpu / result["events"] * 1e9, "events_per_second": result["events"] / result["seconds"]}


def _cpu_seconds_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
