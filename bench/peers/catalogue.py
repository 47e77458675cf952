"""The peers: how each is installed below build/peers, started, and what it is. Versions are pinned in their own files."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from harness.processes import Program

here = Path(__file__).resolve().parent


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _need(program, hint):
    if not shutil.which(program):
        raise RuntimeError(f"{program} is missing: {hint}")


def _run(*command, folder=None, **environment):
    subprocess.run([str(c) for c in command], check=True, cwd=folder, env={**os.environ, **environment},
                   stdout=subprocess.DEVNULL)


class Peer:
    """One service. `install()` once, `start()` for a topic; `url` afterwards."""

    name, keys, answers, takes = "", "aggregate id", "after Kafka's ack", "http"

    def __init__(self, work, kafka):
        self.work, self.kafka = work / type(self).__name__.lower(), kafka
        self.work.mkdir(parents=True, exist_ok=True)

    def start(self, topic):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/events"
        self.program = self._start(topic)

    def _log(self):
        return self.work / "peer.log"

    def stop(self):
        self.program.stop()


class GoFranz(Peer):
    name = "net/http + franz-go 1.22.2"

    def install(self):
        _need("go", "Go 1.26 or newer")
        _run("go", "build", "-o", self.work / "peer", ".", folder=here / "gofranz", GOFLAGS="-mod=readonly")

    def _start(self, topic):
        return Program([self.work / "peer", "-kafka", self.kafka.bootstrap, "-topic", topic, "-listen", f"127.0.0.1:{self.port}"],
                       self._log(), ready="ready")


class FastApi(Peer):
    name = "FastAPI 0.165.0 + confluent-kafka 2.16.1"

    def install(self):
        if not (self.work / "venv/bin/uvicorn").exists():
            _run(sys.executable, "-m", "venv", self.work / "venv")
            _run(self.work / "venv/bin/pip", "install", "-q", "-r", here / "fastapi/requirements.txt")

    def _start(self, topic):
        command = [self.work / "venv/bin/uvicorn", "app:app", "--port", self.port, "--loop", "uvloop", "--http", "httptools",
                   "--no-access-log"]
        environment = {"KAFKA": self.kafka.bootstrap, "TOPIC": topic, "PYTHONDONTWRITEBYTECODE": "1"}
        return Program(command, self._log(), ready="startup complete", folder=here / "fastapi", environment=environment)


class Fastify(Peer):
    name = "fastify 5.12.8 + kafkajs 2.2.4"

    def install(self):
        _need("npm", "Node.js 20 or newer")
        for file in ("package.json", "package-lock.json", "server.js"):
            shutil.copy(here / "fastify" / file, self.work)
        if not (self.work / "node_modules").exists():
            _run("npm", "ci", "--silent", folder=self.work)

    def _start(self, topic):
        environment = {"KAFKA": self.kafka.bootstrap, "TOPIC": topic, "PORT": str(self.port), "KAFKAJS_NO_PARTITIONER_WARNING": "1",
                       "NODE_ENV": "production"}
        return Program(["node", "server.js"], self._log(), ready="ready", folder=self.work, environment=environment)


class Rsyslog(Peer):
    name, keys, answers, takes = "rsyslog imptcp + omkafka", "none", "never", "lines"

    def install(self):
        _need("rsyslogd", "Debian packages rsyslog and rsyslog-kafka")

    def _start(self, topic):
        configuration = (here / "rsyslog/rsyslog.conf").read_text()
        for name, value in {"WORK": self.work, "PORT": self.port, "KAFKA": self.kafka.bootstrap, "TOPIC": topic}.items():
            configuration = configuration.replace(f"@{name}@", str(value))
        (self.work / "rsyslog.conf").write_text(configuration)
        program = Program(["rsyslogd", "-n", "-f", self.work / "rsyslog.conf", "-i", self.work / "pid"], self._log())
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return program
            except OSError:
                import time

                time.sleep(0.1)
        program.stop()
        raise RuntimeError(f"rsyslogd does not listen: {program.output()}")


PEERS = [GoFranz, FastApi, Fastify, Rsyslog]
