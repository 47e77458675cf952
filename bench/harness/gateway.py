"""The program under measurement, started with ports of its own choice; and one measured load on it."""

import re
import time

from harness.processes import Program


class Gateway:
    def __init__(self, binary, kafka, work, name, settings=(), extra=()):
        """`settings`: key=value, as for --set."""
        self.name, self.settings = name, list(settings)
        command = [binary, "--kafka", kafka.bootstrap, "--http", "127.0.0.1:0", "--tcp", "127.0.0.1:0"]
        if not any(setting.startswith("listen.admin=") for setting in settings):
            command += ["--admin", "127.0.0.1:0"]
        for setting in settings:
            command += ["--set", setting]
        self.program = Program([*command, *extra], work / f"gateway-{name}.log", ready="headgate ready")
        self.kafka = kafka
        self.ports = {what: int(port) for what, port in re.findall(r"(http|tcp|admin)=\S*?:(\d+)", self.program.output())}

    def url(self, topic):
        return f"http://127.0.0.1:{self.ports['http']}/v1/topics/{topic}/events"

    def measure(self, topic, load):
        """Runs `load` and tells CPU by events really in Kafka. The CPU counts until the last of them is there."""
        before, cpu_before = self.kafka.end(topic), self.program.cpu_seconds()
        start = time.monotonic()
        counted = load()
        wall = counted.get("seconds", time.monotonic() - start)
        after, cpu_after = self.kafka.settled_end(topic), self.program.cpu_seconds()
        events = after - before
        if events <= 0:
            raise RuntimeError(f"gateway {self.name}: nothing arrived in Kafka ({counted})")
        answered = counted.get("events", counted.get("records", events))
        return {"events": events, "refused_events": max(0, answered - events), "cpu_seconds": cpu_after - cpu_before, "seconds": wall, "load": counted,
                "cpu_ns_per_event": (cpu_after - cpu_before) / events * 1e9, "events_per_second": events / wall,
                "rss_bytes": self.program.rss_bytes()}

    def stop(self):
        return self.program.stop()
