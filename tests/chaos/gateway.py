"""One gateway process under test: its configuration, its life, its metrics, its memory. Used by scenario_run.py and faults.py."""
import dataclasses
import http.client
import json
import os
import re
import resource
import signal
import subprocess
import threading
import time

from chaos.amplification import Sample
from chaos.cluster import wait_until
from chaos.ports import free_port

CONFIG = """kafka:
  bootstrap: {bootstrap}
  metadata_refresh: 1s
  publisher: {publisher}
  properties: {properties}
batch:
  bytes_max: {batch}
listen:
  http: {host}:{http}
  tcp: {host}:{tcp}
  admin: {host}:{admin}
lanes: 2
limits:
  in_flight_bytes_max: {budget}
  drain_time_max: {drain}
{limits}lag:
  groups: [chaos]  # the lag's client lives through every outage too
  interval: 1s
topics:
  - pattern: "*-own"  # the driver's reader takes no compressed batches
    compression: none
{store}"""
STORE = """  - pattern: "*-store"
    mode: store
    compression: none
store:
  directory: {directory}
  group: "{group}"
  session_timeout: 6s
"""
SAMPLE = re.compile(r"^(headgate_\w+)(\{.*\})? ([0-9.eE+-]+)", re.M)


@dataclasses.dataclass
class Surroundings:
    host: str = "127.0.0.1"
    prefix: list = dataclasses.field(default_factory=list)
    environment: dict = dataclasses.field(default_factory=dict)


class Gateway:
    """Keeps its ports over restarts, as a supervised service would. surroundings: what stands before its command line, where it listens,
    and its environment."""

    def __init__(self, program, folder, bootstrap, settings, surroundings=None):
        self.program, self.folder, self.settings = str(program), folder, settings
        self.around = surroundings or Surroundings()
        self.host = self.around.host
        self.http, self.tcp, self.admin = free_port(), free_port(), free_port()
        self.process, self.starts, self.rss_max, self.held_max = None, 0, 0, 0
        self.exits, self.samples = [], []
        self.config = folder / f"headgate-{self.http}.yaml"
        self.config.write_text(self.config_text(bootstrap))
        self.watching = threading.Event()

    def config_text(self, bootstrap):
        return CONFIG.format(bootstrap=bootstrap, host=self.host, http=self.http, tcp=self.tcp, admin=self.admin,
                             properties=json.dumps(self.settings.get("properties", {})), budget=self.settings.get("budget", "32MiB"),
                             publisher=self.settings.get("publisher", "auto"),
                             store=self.store_text(), batch=self.settings.get("batch_bytes", "512KiB"), drain=self.settings.get("drain", "120s"),
                             limits="".join(f"  {name}: {value}\n" for name, value in self.settings.get("limits", {}).items())) + self.settings.get("more", "")

    def store_text(self):
        """store_group: the group by which instances share the partitions, "" where each believes that it owns all; None: no store."""
        group = self.settings.get("store_group")
        return "" if group is None else STORE.format(directory=self.folder / f"index-{self.http}", group=group)

    def start(self, wait=60):
        self.starts += 1
        log = open(self.folder / f"gateway-{self.http}-{self.starts}.log", "wb")
        limit = self.settings.get("files")
        self.process = subprocess.Popen([*self.around.prefix, self.program, "--config", str(self.config)], stdout=log, stderr=log,
                                        env={**os.environ, **self.around.environment},
                                        preexec_fn=limit and (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))))
        log.close()
        if wait and not wait_until(self.is_listening, wait):
            raise RuntimeError(f"the gateway does not start, see {log.name}")
        if not self.watching.is_set():
            self.watching.set()
            threading.Thread(target=self.watch, daemon=True).start()

    def is_listening(self):
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def is_ready(self):
        try:
            return self.get("/readyz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def get(self, path, timeout=5):
        connection = http.client.HTTPConnection(self.host, self.admin, timeout=timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def has_said(self, happening):
        return re.search(f'headgate_happenings_total{{happening="{happening}",[^}}]*}} [1-9]', self.get("/metrics")[1]) is not None

    def metrics(self):
        """{name: sum over its labels}"""
        totals = {}
        for name, _, value in SAMPLE.findall(self.get("/metrics")[1]):
            totals[name] = totals.get(name, 0.0) + float(value)
        return totals

    def watch(self):
        while self.watching.is_set():
            for _ in range(4):
                self.rss_max = max(self.rss_max, resident_bytes(self.process.pid))
                time.sleep(0.25)
            self.sample()

    def sample(self):
        """Notes how much it holds, and how many requests it has sent to Kafka so far."""
        began = self.starts
        try:
            seen = self.metrics()
        except (OSError, http.client.HTTPException):
            return
        self.held_max = max(self.held_max, seen.get("headgate_in_flight_bytes", 0))
        requests, batches = (seen.get(f"headgate_{name}_total", 0) for name in ("kafka_broker_requests", "batches"))
        self.samples.append(Sample(time.monotonic(), requests, batches, began))

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.exits.append(self.process.wait())

    def terminate(self, seconds=180):
        """SIGTERM; its exit code, or None if it had to be killed."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.exits.append(self.process.wait(seconds))
        except subprocess.TimeoutExpired:
            self.kill()
            return None
        return self.exits[-1]

    def freeze(self, seconds):
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.process.send_signal(signal.SIGCONT)

    def close(self):
        self.watching.clear()
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.kill()


def resident_bytes(pid):
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def check_conservation(gateway):
    """Once nothing is in flight: admitted = settled. A problem in words, or None."""
    seen = {}

    def settled():
        try:
            seen.update(gateway.metrics())
        except (OSError, http.client.HTTPException):
            return False
        return seen.get("headgate_in_flight_records") == 0

    if not wait_until(settled, 180, 0.5):
        return f"records stay in flight: {seen.get('headgate_in_flight_records')}"
    admitted, done = seen["headgate_records_admitted_total"], seen["headgate_records_settled_total"]
    if admitted != done:
        return f"{admitted:.0f} records admitted, {done:.0f} settled, none in flight"
    if seen["headgate_in_flight_bytes"] != 0:
        return f"nothing in flight, but {seen['headgate_in_flight_bytes']:.0f} bytes of the budget held"
    (gateway.folder / "metrics.json").write_text(json.dumps(seen, indent=1, sort_keys=True))
    return None
