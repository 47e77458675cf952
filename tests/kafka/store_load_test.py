"""headgate-loadgen store against a gateway on a real Kafka: colliding writers and readers, every answer proven from the topic; the
same while the gateway is killed and started again, with its index and without; and two gateways that take the partitions from each other.

    store_load_test.py HEADGATE LOADGEN SCRIPTS_KAFKA, with HEADGATE_TEST_KAFKA=HOST:PORT and HEADGATE_TEST_KAFKA_NAME"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
import uuid
from pathlib import Path
from typing import Any, Dict, List

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from chaos.ports import free_port  # noqa: E402

KAFKA_SCRIPT = sys.argv.pop(3)
LOADGEN = sys.argv.pop(2)
HEADGATE = sys.argv.pop(1)
KAFKA = os.environ["HEADGATE_TEST_KAFKA"]
KAFKA_NAME = os.environ.get("HEADGATE_TEST_KAFKA_NAME", "test")
IN_TIME_S = 60.0


class Gateway:
    """On ports of its own, which it keeps over restarts."""

    def __init__(self, folder: Path, topic: str, index: bool = True) -> None:
        self.folder, self.topic = folder, topic
        self.http, self.admin = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.http}"
        self._config = folder / f"headgate-{self.http}.yaml"
        directory = f"store: {{ directory: {folder / f'index-{self.http}'} }}" if index else ""
        self._config.write_text(f"""
kafka: {{ bootstrap: "{KAFKA}" }}
listen: {{ http: "127.0.0.1:{self.http}", tcp: "off", admin: "127.0.0.1:{self.admin}" }}
{directory}
topics: [{{ pattern: "{topic}", mode: store }}]
""", encoding="utf-8")
        self.start()

    def start(self) -> None:
        with open(self.folder / f"gateway-{self.http}.log", "ab") as log:
            self.process = subprocess.Popen([HEADGATE, "--config", str(self._config)], stdout=log, stderr=log)
        deadline = time.monotonic() + IN_TIME_S
        while not self.is_listening():
            assert time.monotonic() < deadline and self.process.poll() is None, self.log()
            time.sleep(0.1)

    def is_listening(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def take_overs(self) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return sum(int(float(line.rsplit(" ", 1)[1])) for line in lines if line.startswith(f'headgate_store_take_overs_total{{topic="{self.topic}",'))

    def log(self) -> str:
        return (self.folder / f"gateway-{self.http}.log").read_text(encoding="utf-8", errors="replace")[-4000:]

    def end(self, kill: bool = False) -> None:
        if self.process.poll() is None:
            self.process.kill() if kill else self.process.terminate()
        self.process.wait(IN_TIME_S)


class StoreLoadTest(unittest.TestCase):
    def setUp(self) -> None:
        self.topic = "store-" + uuid.uuid4().hex[:8]
        subprocess.run([KAFKA_SCRIPT, "topic", "create", self.topic, "--partitions", "4", "--name", KAFKA_NAME], check=True,
                       stdout=subprocess.DEVNULL)
        self.folder = Path(tempfile.mkdtemp(prefix="headgate-store-load-"))
        self.gateways: List[Gateway] = []
        self.addCleanup(self.clean)

    def clean(self) -> None:
        for gateway in self.gateways:
            gateway.end(kill=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def gateway(self, **how: Any) -> Gateway:
        self.gateways.append(Gateway(self.folder, self.topic, **how))
        return self.gateways[-1]

    def load(self, *options: str) -> subprocess.Popen:
        targets = ",".join(gateway.url for gateway in self.gateways)
        return subprocess.Popen([LOADGEN, "store", "--target", targets, "--topic", self.topic, "--verify", KAFKA, "--json",
                                 str(self.folder / "result.json"), "--history", str(self.folder / "history.ndjson"), *options],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def proven(self, load: subprocess.Popen) -> Dict[str, Any]:
        said, _ = load.communicate(timeout=180)
        self.assertEqual(load.returncode, 0, said)
        return json.loads((self.folder / "result.json").read_text())

    def test_a_gateway_under_colliding_writers_is_proven(self) -> None:
        self.gateway()
        result = self.proven(self.load("--duration", "4s", "--aggregates", "40", "--seed", "3"))
        self.assertGreater(result["verify"]["acked_present"], 100)
        self.assertGreater(result["verify"]["conflicts"], 10)
        self.assertGreater(result["verify"]["repeats"], 3)
        self.assertGreater(result["verify"]["reads"], 100)
        history = [json.loads(line) for line in (self.folder / "history.ndjson").read_text().splitlines()]
        self.assertEqual(sum("append" in each for each in history), result["totals"]["appends"])

    def test_a_gateway_that_is_killed_under_load_is_proven(self) -> None:
        gateway = self.gateway()
        load = self.load("--rate", "300", "--duration", "9s", "--aggregates", "40", "--seed", "4", "--timeout", "2s")
        time.sleep(2.5)
        gateway.end(kill=True)
        time.sleep(0.5)
        gateway.start()
        time.sleep(2.5)
        gateway.end(kill=True)
        shutil.rmtree(self.folder / f"index-{gateway.http}")
        gateway.start()
        result = self.proven(load)
        self.assertEqual(result["totals"]["unknown"], 0, "each append was sent again until its fate was known")
        self.assertGreater(result["errors"]["connections_broken"] + result["errors"]["connect_failures"], 0)
        self.assertGreater(result["totals"]["appends_acked"], 100, "it served before, between and after")

    def test_gateways_that_take_the_partitions_from_each_other_are_proven(self) -> None:
        """Without store.group each believes that it owns all: what a wrong assignment looks like at its worst."""
        self.gateway(index=False)
        self.gateway(index=False)
        result = self.proven(self.load("--rate", "200", "--duration", "8s", "--aggregates", "40", "--seed", "5", "--timeout", "2s",
                                       "--patience", "8s"))
        self.assertGreater(result["totals"]["appends_acked"], 100)
        self.assertGreater(sum(each.take_overs() for each in self.gateways), 2 * 4, "each partition changed hands after the start")


if __name__ == "__main__":
    unittest.main(verbosity=2)
