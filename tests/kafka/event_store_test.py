"""The event store as a process on a real Kafka: append, conflict, retry, read back; again after a restart, after kill -9, and
without its index; and the worked example of docs/event-store.md.

    event_store_test.py HEADGATE SCRIPTS_KAFKA, with HEADGATE_TEST_KAFKA=HOST:PORT and HEADGATE_TEST_KAFKA_NAME"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from gateway_process import IN_TIME_S, GatewayProcess

KAFKA_SCRIPT = sys.argv.pop(2)
HEADGATE = sys.argv.pop(1)
KAFKA = os.environ["HEADGATE_TEST_KAFKA"]
KAFKA_NAME = os.environ.get("HEADGATE_TEST_KAFKA_NAME", "test")
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "event_store" / "cart.py"


class Gateway(GatewayProcess):
    """A running headgate whose topics STEM-* are event stores, or ordinary ones; those of other tests are not its own to take."""

    def __init__(self, folder: Path, stem: str, mode: str = "store") -> None:
        config = folder / f"{mode}.yaml"
        config.write_text(f"""
kafka: {{ bootstrap: "{KAFKA}" }}
listen: {{ http: "127.0.0.1:0", tcp: "off", admin: "127.0.0.1:0" }}
store: {{ directory: "{folder / 'index'}" }}
topics: [{{ pattern: "{stem}-*", mode: {mode} }}]
""", encoding="utf-8")
        super().__init__(HEADGATE, config)

    def ask(self, path: str, body: Optional[bytes] = None, fields: Optional[Dict[str, str]] = None,
            on: Optional[int] = None) -> Tuple[int, Dict[str, str], bytes]:
        request = urllib.request.Request(f"http://127.0.0.1:{on or self.port}{path}", body, fields or {})
        if body is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=IN_TIME_S) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()


class EventStoreTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.stem = "store-" + uuid.uuid4().hex[:8]
        cls.topic = cls.stem + "-1"
        subprocess.run([KAFKA_SCRIPT, "topic", "create", cls.topic, "--partitions", "4", "--name", KAFKA_NAME],
                       check=True, stdout=subprocess.DEVNULL)
        cls.folder = Path(tempfile.mkdtemp(prefix="headgate-store-test-"))
        cls.gateway = Gateway(cls.folder, cls.stem)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.gateway.end()
        shutil.rmtree(cls.folder)

    def setUp(self) -> None:
        self.aggregate = "cart-" + uuid.uuid4().hex[:8]

    def path(self, aggregate: str = "", query: str = "") -> str:
        return f"/v1/topics/{self.topic}/aggregates/{aggregate or self.aggregate}/events{query}"

    def append(self, events: Any, **fields: str) -> Tuple[int, Dict[str, Any]]:
        status, _, body = self.gateway.ask(self.path(), json.dumps(events).encode(),
                                           {k.replace("_", "-"): v for k, v in fields.items()})
        return status, json.loads(body)

    def versions(self, query: str = "") -> List[int]:
        status, _, body = self.gateway.ask(self.path(query=query))
        self.assertEqual(status, 200, body)
        return [e["version"] for e in json.loads(body)]

    def test_append_conflict_retry_and_read(self) -> None:
        events = [{"eventId": "1", "n": 1}, {"eventId": "2", "n": 2}]
        status, answer = self.append(events, Expected_Version="0")
        self.assertEqual(status, 201, answer)
        self.assertEqual((answer["version"], answer["first_version"], answer["events"]), (2, 1, 2))
        self.assertEqual(answer["last_offset"], answer["first_offset"] + 1)
        status, again = self.append(events, Expected_Version="0")
        self.assertEqual(status, 200, again)
        self.assertTrue(again.pop("duplicate"))
        self.assertEqual(again, answer)
        status, conflict = self.append([{"eventId": "3"}], Expected_Version="1")
        self.assertEqual((status, conflict["current_version"]), (409, 2))
        status, _ = self.append([{"eventId": "3"}], If_Match='"2"')
        self.assertEqual(status, 201)
        status, fields, body = self.gateway.ask(self.path(query="?fresh=true&token=" + answer["token"]))
        self.assertEqual((status, fields["ETag"]), (200, '"3"'), body)
        self.assertEqual([e["event"] for e in json.loads(body)], events + [{"eventId": "3"}])
        self.assertEqual(self.versions("?direction=backward&limit=2"), [3, 2])

    def test_ordinary_posts_get_versions(self) -> None:
        body = json.dumps([{"aggregateId": self.aggregate, "n": n} for n in range(3)]).encode()
        status, _, answer = self.gateway.ask(f"/v1/topics/{self.topic}/events", body)
        self.assertEqual((status, json.loads(answer)["persisted"]), (200, 3), answer)
        self.assertEqual(self.versions(), [1, 2, 3])

    def test_a_strangers_record_counts_alike_for_reads_and_appends(self) -> None:
        stranger = Gateway(self.folder, self.stem, "stream")
        self.addCleanup(stranger.end)

        def write_as_stranger() -> None:
            body = json.dumps({"aggregateId": self.aggregate, "n": 0}).encode()
            self.assertEqual(stranger.ask(f"/v1/topics/{self.topic}/events", body)[0], 200)

        self.assertEqual(self.append([{"eventId": "1"}], Expected_Version="0")[0], 201)
        write_as_stranger()
        status, late = self.append([{"eventId": "2"}], Expected_Version="1")
        self.assertEqual((status, late["version"]), (201, 3), late)
        status, again = self.append([{"eventId": "2"}], Expected_Version="1")
        self.assertEqual((status, again["version"], again["last_offset"]), (200, 3, late["last_offset"]), again)
        self.assertEqual(self.versions("?fresh=true"), [1, 2, 3])
        self.assertEqual(self.append([{"eventId": "3"}], Expected_Version="3")[0], 201)
        write_as_stranger()
        until = time.monotonic() + IN_TIME_S
        while self.versions("?fresh=true") != [1, 2, 3, 4, 5] and time.monotonic() < until:
            time.sleep(0.05)
        status, conflict = self.append([{"eventId": "4"}], Expected_Version="4")
        self.assertEqual((status, conflict.get("current_version")), (409, 5), conflict)
        self.assertEqual(self.append([{"eventId": "4"}], Expected_Version="5")[0], 201)

    def test_a_restart_a_kill_and_a_lost_index_lose_nothing(self) -> None:
        self.append([{"eventId": "1"}], Expected_Version="0")
        self.gateway.end()
        self.gateway.start()
        self.assertEqual(self.versions(), [1])
        self.assertEqual(self.append([{"eventId": "2"}], Expected_Version="1")[0], 201)
        self.gateway.end(kill=True)
        self.gateway.start()
        self.assertEqual(self.versions(), [1, 2])
        self.assertEqual(self.append([{"eventId": "2"}], Expected_Version="1")[0], 200)
        self.gateway.end(kill=True)
        shutil.rmtree(self.folder / "index")
        self.gateway.start()
        self.assertEqual(self.versions(), [1, 2])
        self.assertEqual(self.append([{"eventId": "3"}], Expected_Version="2")[0], 201)

    def test_an_index_that_is_damaged_while_it_runs_is_folded_again(self) -> None:
        # A block of a file each: one that was read at the start stays in memory.
        events = [{"eventId": str(n), "x": os.urandom(10000).hex()} for n in range(5)]
        self.assertEqual(self.append(events, Expected_Version="0")[0], 201)
        self.gateway.end()
        self.gateway.start()  # so that the events are in files
        process = self.gateway.process
        for file in (self.folder / "index").glob("*.sst"):
            with open(file, "r+b") as damaged:
                damaged.write(bytes(file.stat().st_size // 2))
        deadline = time.monotonic() + IN_TIME_S
        while (answer := self.gateway.ask(self.path()))[0] != 200 or answer[1]["ETag"] != '"5"':
            self.assertIn(answer[0], (200, 503), answer)
            self.assertLess(time.monotonic(), deadline, answer)
            time.sleep(0.1)
        self.assertEqual(self.versions(), [1, 2, 3, 4, 5])
        self.assertEqual(self.append(events, Expected_Version="0")[0], 200, "its ids are known again")
        self.assertEqual(self.append([{"eventId": "6"}], Expected_Version="5")[0], 201)
        self.assertIsNone(process.poll())
        self.assertIn("store_index_thrown_away", self.gateway.log())

    def test_a_topic_that_is_not_set_up_for_it_is_not_served_until_it_is(self) -> None:
        topic = self.stem + "-unfit"
        kafka = [KAFKA_SCRIPT, "--name", KAFKA_NAME]
        subprocess.run([*kafka, "topic", "create", topic, "--config", "cleanup.policy=compact"], check=True, stdout=subprocess.DEVNULL)
        path, body = f"/v1/topics/{topic}/aggregates/a/events", b'{"eventId":"1"}'
        deadline = time.monotonic() + IN_TIME_S
        while (answer := self.gateway.ask(path, body))[0] != 503 or b"store_unfit" not in answer[2]:
            self.assertLess(time.monotonic(), deadline, answer)
            self.assertIn(answer[0], (404, 503), "it is never served")
            time.sleep(0.2)
        self.assertIn(b"cleanup.policy=compact", answer[2])
        change = ["--alter", "--entity-type", "topics", "--entity-name", topic, "--add-config", "cleanup.policy=delete"]
        subprocess.run([*kafka, "cli", "kafka.admin.ConfigCommand", "--bootstrap-server", KAFKA, *change], check=True, stdout=subprocess.DEVNULL)
        while (answer := self.gateway.ask(path, body))[0] not in (200, 201):
            self.assertLess(time.monotonic(), deadline, answer)
            time.sleep(0.5)

    def test_colliding_writers_make_one_chain(self) -> None:
        steps, writers = 25, 4

        def work(writer: int) -> None:
            for step in range(steps):
                while True:
                    _, fields, _ = self.gateway.ask(self.path(query="?limit=1"))
                    status, _ = self.append([{"eventId": f"{writer}-{step}"}],
                                            Expected_Version=fields["Headgate-Aggregate-Version"])
                    if status == 201:
                        break

        threads = [threading.Thread(target=work, args=(w,)) for w in range(writers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.versions(), list(range(1, steps * writers + 1)))

    def test_what_is_larger_than_a_record_batch_is_refused(self) -> None:
        status, answer = self.append([{"x": "x" * 600_000}, {"x": "x" * 600_000}])
        self.assertEqual((status, answer["code"]), (413, "append_too_large"))

    def test_the_worked_example_sells_what_is_there(self) -> None:
        ran = subprocess.run([sys.executable, "-B", str(EXAMPLE), "--gateway", f"http://127.0.0.1:{self.gateway.port}",
                              "--topic", self.topic, "--stock", "5", "--buyers", "12", "--article", self.aggregate],
                             capture_output=True, text=True, timeout=IN_TIME_S)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("5 buyers have a packet, 7 came too late", ran.stdout)

    def test_metrics_count_appends(self) -> None:
        self.append([{"eventId": "1"}], Expected_Version="0")
        self.append([{"eventId": "2"}], Expected_Version="0")
        _, _, body = self.gateway.ask("/metrics", on=self.gateway.admin)
        for outcome in ("appended", "conflict"):
            found = re.search(rf'^headgate_store_appends_total{{topic="{self.topic}",outcome="{outcome}"}} (\d+)', body.decode(), re.M)
            self.assertIsNotNone(found, outcome)
            self.assertGreater(int(found[1]), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
