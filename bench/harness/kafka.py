"""The broker of the measurements: a cluster of our own from scripts/kafka, and what is really in it."""

import os
import subprocess
import time
from pathlib import Path


class Kafka:
    name = "bench"
    start_options = ()

    def __init__(self, root, tools, port=19892, bootstrap=None):
        """`tools`: the folder with bench-topics. `bootstrap`: use that Kafka instead of starting one."""
        self.script, self.tools, self.port = Path(root) / "scripts/kafka", Path(tools), port
        self.own = bootstrap is None
        self.bootstrap = self.admin = bootstrap or f"127.0.0.1:{port}"  # for programs under measurement, and for our own questions
        self._topics = []

    def __enter__(self):
        if self.own:
            self._cluster("stop", "--now")
            self._cluster("start", "1", "--port", str(self.port), "--fresh", *self.start_options)
        self._tool("wait")
        return self

    def __exit__(self, *_):
        if self.own:
            self._cluster("stop", "--now")
        else:
            for topic in self._topics:
                self._tool("delete", topic)

    def _cluster(self, *arguments):
        environment = {"HEADGATE_KAFKA_HEAP": "1g", **os.environ}
        subprocess.run([self.script, "--name", self.name, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)

    def _tool(self, *arguments):
        command = [self.tools / "bench-topics", self.admin, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr}")
        return done.stdout.strip()

    def create(self, topic, partitions):
        self._tool("create", topic, partitions)
        self._topics.append(topic)
        return topic

    def delete(self, topic):
        self._tool("delete", topic)
        self._topics.remove(topic)

    def end(self, topic):
        """The events that are really there: the sum of the end offsets."""
        return int(self._tool("end", topic))

    def settled_end(self, topic, seconds=20):
        """The same, once it stands still."""
        last, deadline = self.end(topic), time.monotonic() + seconds
        while time.monotonic() < deadline:
            time.sleep(0.25)
            now = self.end(topic)
            if now == last:
                return now
            last = now
        return last

    def pause(self):
        self._cluster("pause", "1")

    def resume(self):
        self._cluster("resume", "1")
