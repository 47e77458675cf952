"""Instances of one store.group as processes on a real Kafka: each takes appends and reads of every aggregate; one is killed under load,
one is restarted in order, one is frozen and woken again. Every acknowledged append is there once, with the version it was told.

    store_instances_test.py HEADGATE SCRIPTS_KAFKA, with HEADGATE_TEST_KAFKA=HOST:PORT and HEADGATE_TEST_KAFKA_NAME"""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import uuid
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

from gateway_process import IN_TIME_S, GatewayProcess

KAFKA_SCRIPT = sys.argv.pop(2)
HEADGATE = sys.argv.pop(1)
KAFKA = os.environ["HEADGATE_TEST_KAFKA"]
KAFKA_NAME = os.environ.get("HEADGATE_TEST_KAFKA_NAME", "test")
SESSION_S = 6.0
PARTITIONS = 8
Answer = Tuple[int, Dict[str, str], bytes]


def is_stopped(pid: int) -> bool:
    stats = [stat.read_text() for stat in Path(f"/proc/{pid}/task").glob("*/stat")]
    return all(stat.rsplit(")", 1)[1].split()[0] == "T" for stat in stats)


class Instance(GatewayProcess):
    def __init__(self, folder: Path, name: str, group: str, topic: str) -> None:
        self.name = name
        config = folder / f"{name}.yaml"
        config.write_text(f"""
kafka: {{ bootstrap: "{KAFKA}" }}
listen: {{ http: "127.0.0.1:0", tcp: "127.0.0.1:0", admin: "127.0.0.1:0" }}
lanes: 1
store: {{ directory: "{folder / name}", group: "{group}", session_timeout: "{int(SESSION_S)}s", instance: "{name}",
         peer_secret_file: "{folder / 'secret'}" }}
topics: [{{ pattern: "{topic}", mode: store }}]
""", encoding="utf-8")
        super().__init__(HEADGATE, config)

    def ask(self, path: str, body: Optional[bytes] = None, fields: Optional[Dict[str, str]] = None,
            port: Optional[int] = None, timeout: float = IN_TIME_S, method: Optional[str] = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=timeout)
        try:
            connection.request(method or ("GET" if body is None else "POST"), path, body,
                               {"Content-Type": "application/json", **(fields or {})})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def metric(self, pattern: str) -> int:
        _, _, body = self.ask("/metrics", port=self.admin)
        return sum(int(float(n)) for n in re.findall(rf"^{pattern} (\S+)", body.decode(), re.M))


class Writers:
    """Threads that append to aggregates of their own, one event at a time, each with the version it expects and an id; a lost answer, a 504
    and a 503 are asked again, with the same request. Alternates between the instances, and goes to another where one does not answer."""

    def __init__(self, test: "StoreInstancesTest", ports: Callable[[], List[int]], count: int = 8) -> None:
        self._test, self._ports = test, ports
        self._stop = threading.Event()
        self.acked: Dict[str, int] = {}
        self.statuses: Dict[int, int] = {}
        self.refused: List[Tuple[float, float]] = []  # when a request was refused with 503 first, and how long that went on
        self.slowest: float = 0
        self.wrong: List[str] = []
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._work, args=(n,)) for n in range(count)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self, number: int) -> None:
        aggregate, version = f"w-{number}-{uuid.uuid4().hex[:6]}", 0
        while not self._stop.is_set():
            began = time.monotonic()
            told = self._append(aggregate, version, number + version)
            if told is None:
                return
            self.slowest = max(self.slowest, time.monotonic() - began)
            version += 1
            if told != version:
                self.wrong.append(f"{aggregate}: expected version {version}, was told {told}")
            with self._lock:
                self.acked[aggregate] = version
            time.sleep(0.005)

    def _append(self, aggregate: str, version: int, turn: int) -> Optional[int]:
        body = json.dumps({"eventId": f"{aggregate}-{version + 1}", "n": version + 1}).encode()
        refused_at: Optional[float] = None
        give_up_at = time.monotonic() + IN_TIME_S
        while time.monotonic() < give_up_at:
            ports = self._ports()
            turn += 1
            try:
                status, _, answer = self._test.one.ask(self._test.path(aggregate), body, {"Expected-Version": str(version)},
                                                       port=ports[turn % len(ports)], timeout=10)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            with self._lock:
                self.statuses[status] = self.statuses.get(status, 0) + 1
            if status == 503:
                refused_at = refused_at or time.monotonic()
                time.sleep(0.05)
                continue
            if status == 504:
                continue
            if refused_at:
                self.refused.append((refused_at, time.monotonic() - refused_at))
            if status not in (200, 201):
                self.wrong.append(f"{aggregate} at {version}: {status} {answer.decode()}")
                return None
            return int(json.loads(answer)["version"])
        self.wrong.append(f"{aggregate} at {version}: not taken within {IN_TIME_S} s")
        return None


class StoreInstancesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.topic = "store-" + uuid.uuid4().hex[:8]
        subprocess.run([KAFKA_SCRIPT, "topic", "create", self.topic, "--partitions", str(PARTITIONS), "--name", KAFKA_NAME],
                       check=True, stdout=subprocess.DEVNULL)
        self.folder = Path(tempfile.mkdtemp(prefix="headgate-instances-"))
        (self.folder / "secret").write_text(uuid.uuid4().hex + "\n", encoding="utf-8")
        self.group = "group-" + uuid.uuid4().hex[:8]
        self.one = Instance(self.folder, "one", self.group, self.topic)
        self.addCleanup(self.one.end)
        self.two = Instance(self.folder, "two", self.group, self.topic)
        self.addCleanup(self.two.end)
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.until(lambda: all(0 < self.owned(i) < PARTITIONS for i in (self.one, self.two)), "both own some")

    def owned(self, instance: Instance) -> int:
        return instance.metric(rf'headgate_store_owned_partitions{{topic="{self.topic}"}}')

    def until(self, holds: Callable[[], bool], what: str, within: float = IN_TIME_S) -> None:
        end = time.monotonic() + within
        while not holds():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.05)

    def path(self, aggregate: str, query: str = "") -> str:
        return f"/v1/topics/{self.topic}/aggregates/{aggregate}/events{query}"

    def append(self, at: Instance, aggregate: str, version: int, **more: Any) -> Answer:
        body = json.dumps({"eventId": f"{aggregate}-{version + 1}", "n": version + 1}).encode()
        return at.ask(self.path(aggregate), body, {"Expected-Version": str(version)}, **more)

    def versions(self, at: Instance, aggregate: str, query: str = "?limit=100000") -> List[int]:
        status, _, body = at.ask(self.path(aggregate, query))
        self.assertEqual(status, 200, body)
        return [e["version"] for e in json.loads(body)]

    def check(self, written: Writers, at: Instance) -> None:
        self.assertEqual(written.wrong, [])
        self.assertGreater(len(written.acked), 0)
        for aggregate, version in written.acked.items():
            self.assertEqual(self.versions(at, aggregate)[:version], list(range(1, version + 1)), aggregate)

    def test_each_takes_appends_and_reads_of_every_aggregate(self) -> None:
        owners = set()
        for n in range(24):
            a = f"a-{n}"
            status, fields, body = self.append(self.one, a, 0)
            self.assertEqual(status, 201, body)
            owners.add(fields["headgate-owner"])
            status, fields, body = self.append(self.two, a, 1)
            self.assertEqual((status, json.loads(body)["version"]), (201, 2), body)
            self.assertEqual(self.append(self.one, a, 1)[0], 200, "a retry at the other instance is a duplicate")
            stale = b'{"eventId":"stale"}'
            for at in (self.one, self.two):
                status, _, body = at.ask(self.path(a), stale, {"Expected-Version": "1"})
                self.assertEqual((status, json.loads(body)["current_version"]), (409, 2))
                status, told, body = at.ask(self.path(a, "?fresh=true&at_least=2"))
                self.assertEqual((status, told["etag"]), (200, '"2"'), body)
                self.assertEqual([e["event"] for e in json.loads(body)],
                                 [{"eventId": f"{a}-1", "n": 1}, {"eventId": f"{a}-2", "n": 2}])
                self.assertEqual(told["headgate-owner"], fields["headgate-owner"])
                self.assertEqual(self.versions(at, a, "?direction=backward&limit=1"), [2])
                status, told, _ = at.ask(self.path(a), method="HEAD")
                self.assertEqual((status, told["headgate-aggregate-version"]), (200, "2"))
                self.assertEqual(at.ask(self.path(a, "?at_least=9&wait_ms=50"))[0], 504)
        self.assertEqual(owners, {"one", "two"})
        for at in (self.one, self.two):
            self.assertGreater(at.metric(r'headgate_store_forwarded_total{kind="append",outcome="answered"}'), 0)
            self.assertGreater(at.metric(r'headgate_store_forwarded_total{kind="read",outcome="answered"}'), 0)

    def test_ordinary_posts_and_long_reads_go_to_the_owner(self) -> None:
        events = [{"aggregateId": f"p-{n % 16}", "n": n} for n in range(1600)]
        status, _, body = self.two.ask(f"/v1/topics/{self.topic}/events", json.dumps(events).encode())
        self.assertEqual((status, json.loads(body)["persisted"]), (200, 1600), body[:300])
        for n in range(16):
            for at in (self.one, self.two):
                self.assertEqual(self.versions(at, f"p-{n}"), list(range(1, 101)))
        big = json.dumps([{"n": n, "x": "x" * 2000} for n in range(400)]).encode()
        for at in (self.one, self.two):
            self.assertEqual(at.ask(self.path("big"), big)[0], 201)
        for at in (self.one, self.two):
            self.assertEqual(self.versions(at, "big"), list(range(1, 801)))
            self.assertEqual(self.versions(at, "big", "?limit=700&direction=backward"), list(range(800, 100, -1)))

    def test_a_killed_instance_is_replaced(self) -> None:
        alive = [self.one.port, self.two.port]
        written = Writers(self, lambda: alive)
        time.sleep(2)
        killed_at = time.monotonic()
        self.two.end(kill=True)
        alive = [self.one.port]
        self.until(lambda: self.owned(self.one) == PARTITIONS, "the other has all partitions", SESSION_S + 5)
        took = time.monotonic() - killed_at
        time.sleep(2)
        written.stop()
        print(f"killed: all partitions with the other after {took:.1f} s, slowest append {written.slowest:.1f} s, {written.statuses}")
        self.check(written, self.one)
        self.assertLess(written.slowest, SESSION_S + 4)

    def test_a_rolling_restart_is_not_seen(self) -> None:
        serving = [self.one, self.two]
        written = Writers(self, lambda: [i.port for i in serving])
        for instance in (self.one, self.two):
            time.sleep(2)
            serving.remove(instance)  # as a balancer that has seen /readyz
            time.sleep(0.1)
            instance.end()
            self.assertEqual(instance.process.returncode, 0, instance.log())
            time.sleep(1)
            instance.start()
            serving.append(instance)
            self.until(lambda: all(0 < self.owned(i) for i in serving), "both own some again")
        time.sleep(2)
        written.stop()
        longest = max((took for _, took in written.refused), default=0)
        print(f"rolling: slowest append {written.slowest:.2f} s, refused {len(written.refused)} (longest {longest:.2f} s), {written.statuses}")
        self.check(written, self.one)
        self.assertLess(longest, 1.0)
        self.assertNotIn(504, written.statuses)

    def test_a_frozen_owner_is_overtaken_and_never_believed(self) -> None:
        frozen, other = self.two, self.one
        mine = next(f"f-{n}" for n in range(100)
                    if self.append(frozen, f"f-{n}", 0)[1]["headgate-owner"] == frozen.name)
        frozen.process.send_signal(signal.SIGSTOP)
        self.until(lambda: is_stopped(frozen.process.pid), "it stands still: on a busy machine its threads run on for a moment")
        late: List[Any] = []
        waiting = [threading.Thread(target=lambda: late.append(self.append(frozen, mine, 1, timeout=90))),
                   threading.Thread(target=lambda: late.append(frozen.ask(self.path(mine, "?fresh=true"), timeout=90)))]
        for thread in waiting:
            thread.start()
        began = time.monotonic()
        while True:  # another event than the one that waits at the frozen owner
            status, _, body = other.ask(self.path(mine), b'{"eventId":"by-the-other"}', {"Expected-Version": "1"})
            if status == 201:
                break
            self.assertIn(status, (503, 504), body)
            self.assertLess(time.monotonic() - began, SESSION_S + 15)
            time.sleep(0.1)
        frozen.process.send_signal(signal.SIGCONT)
        for thread in waiting:
            thread.join()
        for status, _, body in late:
            self.assertNotEqual(status, 201, body)
            if status == 200:
                self.assertEqual([e["version"] for e in json.loads(body)], [1, 2], "a fresh read is not stale")
        for at in (frozen, other):
            self.until(lambda: at.ask(self.path(mine))[0] == 200, "it answers again")
            _, _, body = at.ask(self.path(mine, "?fresh=true"))
            self.assertEqual([e["event"]["eventId"] for e in json.loads(body)], [f"{mine}-1", "by-the-other"])

    def test_an_instance_with_another_secret_is_not_believed(self) -> None:
        (self.folder / "secret").write_text(uuid.uuid4().hex + "\n", encoding="utf-8")
        self.two.end()
        self.two.start()
        self.until(lambda: 0 < self.owned(self.two) < PARTITIONS, "both own some")
        statuses = {self.append(self.one, f"s-{n}", 0)[0] for n in range(12)}
        self.assertEqual(statuses, {201, 503})
        self.assertIn("store_peer_lost", self.one.log())


if __name__ == "__main__":
    unittest.main(verbosity=2)
