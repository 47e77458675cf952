"""Store topics on a Kafka as it is run in production (the fixture secure_kafka), and instances of one group that speak TLS to each other: appends,
conflicts, reads, restarts, logins that end, a quota, and what `headgate check` says. Each wait has a bound.

    secure_store_test.py HEADGATE [unittest's arguments]"""

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import uuid
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts/lib"), str(Path(__file__).resolve().parent)]

import told_broker  # noqa: E402
from gateway_process import IN_TIME_S, GatewayProcess  # noqa: E402
from local_kafka.listeners import OFFSETS, PASSWORD, USER  # noqa: E402

HEADGATE = sys.argv.pop(1)
NAME = os.environ.get("HEADGATE_TEST_SECURE_KAFKA_NAME", "secure")
STATE = ROOT / "build/kafka" / NAME
PARTITIONS = 4
LOGIN_ENDS_S = 6  # of the fixture (connections.max.reauth.ms)
Answer = Tuple[int, Dict[str, str], bytes]


def kafka(*arguments: str) -> str:
    done = subprocess.run([str(ROOT / "scripts/kafka"), *arguments, "--name", NAME], capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise AssertionError(f"scripts/kafka {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def certificate(name: str) -> str:
    return str(STATE / "certificates" / name)


def at_kafka(user: str = USER, password: str = PASSWORD) -> Dict[str, Any]:
    port = int((STATE / "shape").read_text().split()[1])
    return {"bootstrap": f"127.0.0.1:{port + OFFSETS['SASL_SSL']}", "tls": {"ca": certificate("ca.crt")},
            "login": {"mechanism": "SCRAM-SHA-512", "username": user, "password": password}, "compression": "none"}


class Gateway(GatewayProcess):
    def __init__(self, folder: Path, name: str, settings: Dict[str, Any]) -> None:
        self.name = name
        config = folder / f"{name}.yaml"
        store = {"directory": str(folder / name), **settings.pop("store", {})}
        config.write_text(json.dumps({"listen": {"http": "127.0.0.1:0", "tcp": "127.0.0.1:0", "admin": "127.0.0.1:0"}, "lanes": 1, "store": store,
                                      **settings}), encoding="utf-8")
        super().__init__(HEADGATE, config)

    def ask(self, path: str, body: Optional[bytes] = None, fields: Optional[Dict[str, str]] = None, port: Optional[int] = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=IN_TIME_S)
        try:
            connection.request("GET" if body is None else "POST", path, body, {"Content-Type": "application/json", **(fields or {})})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def metric(self, pattern: str) -> float:
        _, _, body = self.ask("/metrics", port=self.admin)
        return sum(float(n) for n in re.findall(rf"^{pattern} (\S+)", body.decode(), re.M))


class SecureStoreTest(unittest.TestCase):
    def setUp(self) -> None:
        self.topic = "store-" + uuid.uuid4().hex[:8]
        kafka("topic", "create", self.topic, "--partitions", str(PARTITIONS))
        self.folder = Path(tempfile.mkdtemp(prefix="headgate-secure-store-"))
        self.addCleanup(shutil.rmtree, self.folder, True)

    def gateway(self, name: str = "one", at: Optional[Dict[str, Any]] = None, **more: Any) -> Gateway:
        made = Gateway(self.folder, name, {"kafka": at or at_kafka(), "topics": [{"pattern": self.topic, "mode": "store"}], **more})
        self.addCleanup(made.end)
        return made

    def path(self, aggregate: str, query: str = "") -> str:
        return f"/v1/topics/{self.topic}/aggregates/{aggregate}/events{query}"

    def append(self, at: Gateway, aggregate: str, version: int, **more: Any) -> Answer:
        body = json.dumps({"eventId": f"{aggregate}-{version + 1}", "n": version + 1, **more}).encode()
        return at.ask(self.path(aggregate), body, {"Expected-Version": str(version)})

    def versions(self, at: Gateway, aggregate: str) -> List[int]:
        status, _, body = at.ask(self.path(aggregate, "?fresh=true&limit=100000"))
        self.assertEqual(status, 200, body)
        return [e["version"] for e in json.loads(body)]

    def until(self, holds: Callable[[], bool], what: str, within: float = IN_TIME_S) -> None:
        end = time.monotonic() + within
        while not holds():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.05)

    def check(self, settings: Dict[str, Any]) -> Tuple[int, str]:
        config = self.folder / "checked.yaml"
        config.write_text(json.dumps(settings), encoding="utf-8")
        done = subprocess.run([HEADGATE, "check", "--config", str(config)], capture_output=True, text=True, check=False, timeout=60)
        self.assertNotIn(PASSWORD, done.stdout + done.stderr)
        return done.returncode, done.stderr

    # One gateway.

    def test_append_conflict_read_restart_and_kill(self) -> None:
        gateway = self.gateway()
        status, _, body = self.append(gateway, "a", 0)
        self.assertEqual((status, json.loads(body)["version"]), (201, 1), body)
        self.assertEqual(self.append(gateway, "a", 0)[0], 200, "the same append again")
        status, _, body = gateway.ask(self.path("a"), b'{"eventId":"other"}', {"Expected-Version": "0"})
        self.assertEqual((status, json.loads(body)["current_version"]), (409, 1))
        self.assertEqual(self.versions(gateway, "a"), [1])
        for kill in (False, True):
            gateway.end(kill)
            gateway.start()
            known = len(self.versions(gateway, "a"))
            self.assertEqual(self.append(gateway, "a", known)[0], 201)
        self.assertEqual(self.versions(gateway, "a"), [1, 2, 3])
        self.assertNotIn(PASSWORD, gateway.log())

    def test_produce_is_spoken_in_the_newest_version_and_shown(self) -> None:
        """librdkafka publishes, so that the store's connections are the only ones of ours."""
        gateway = self.gateway(at={**at_kafka(), "publisher": "librdkafka"})
        self.assertEqual(self.append(gateway, "a", 0)[0], 201)
        self.until(lambda: gateway.metric(r'headgate_kafka_broker_produce_version\{broker="[^"]*/1"\}') == 11, "Produce 11")

    def test_logins_that_end_are_renewed_and_no_append_notices(self) -> None:
        gateway = self.gateway()
        version, slowest, until = 0, 0.0, time.monotonic() + 2.5 * LOGIN_ENDS_S
        while time.monotonic() < until:
            began = time.monotonic()
            status, _, body = self.append(gateway, "renewed", version)
            self.assertEqual((status, json.loads(body)["version"]), (201, version + 1), body)
            slowest = max(slowest, time.monotonic() - began)
            version += 1
            time.sleep(0.01)
        self.assertEqual(self.versions(gateway, "renewed"), list(range(1, version + 1)))
        renewals = gateway.metric(r"headgate_kafka_broker_login_renewals_total\{[^}]*\}")
        print(f"{version} appends, slowest {slowest * 1000:.0f} ms, {renewals:.0f} logins renewed")
        self.assertGreaterEqual(renewals, 3, "of the store's own connections too")
        self.assertEqual(gateway.metric(r"headgate_kafka_broker_timeouts_total\{[^}]*\}"), 0)
        self.assertEqual(gateway.metric(r"headgate_store_take_overs_total\{[^}]*reason=\"(?!assigned|starting)[^}]*\}"), 0, "nothing was lost")

    def test_a_quota_holds_appends_back_and_loses_none(self) -> None:
        kafka("user", "add", "slow-store", "slow-secret", "--mechanism", "SCRAM-SHA-512")
        kafka("quota", "slow-store", "--produce-bytes", "20000")
        gateway = self.gateway(at=at_kafka("slow-store", "slow-secret"), limits={"answer_time_default": "60s", "answer_time_max": "60s"})
        for n in range(6):
            status, _, body = self.append(gateway, "slow", n, text="x" * 60_000)
            self.assertEqual(status, 201, body)
        self.assertEqual(self.versions(gateway, "slow"), [1, 2, 3, 4, 5, 6])
        self.assertIn("Kafka throttles this gateway", gateway.log())
        self.assertGreater(gateway.metric(r"headgate_kafka_broker_throttle_seconds\{[^}]*\}"), 0)
        self.assertEqual(gateway.metric(r"headgate_kafka_broker_timeouts_total\{[^}]*\}"), 0, "a broker that throttles is not silent")

    def test_check_names_a_broker_that_is_too_old_for_store_topics(self) -> None:
        with told_broker.Broker() as broker:
            code, told = self.check({"kafka": {"bootstrap": f"127.0.0.1:{broker.port}"}, "topics": [{"pattern": self.topic, "mode": "store"}]})
        self.assertEqual((code, len(told.strip().splitlines())), (1, 1), told)
        self.assertIn("for store topics: they need ", told)

    # Instances of one group.

    def instances(self, ca: str = "ca.crt", **more: Any) -> List[Gateway]:
        secret = self.folder / "secret"
        secret.write_text(uuid.uuid4().hex + "\n", encoding="utf-8")
        secret.chmod(0o600)
        group = "group-" + uuid.uuid4().hex[:8]
        both = [self.gateway(name, store={"group": group, "instance": name, "session_timeout": "6s", "peer_secret_file": str(secret),
                                          "peer_ca": certificate(ca), "advertise": "127.0.0.1"},
                             tls={"certificate": certificate("trusted.crt"), "key": certificate("trusted.key"), **more},
                             **{"listen": {"http": "127.0.0.1:0", "tcp": "127.0.0.1:0", "admin": "127.0.0.1:0", "http_tls": {"mode": "off"}}})
                for name in ("one", "two")]
        owned = rf'headgate_store_owned_partitions\{{topic="{self.topic}"\}}'
        self.until(lambda: all(0 < g.metric(owned) < PARTITIONS for g in both), "both own some")
        return both

    def test_instances_pass_requests_on_over_tls(self) -> None:
        one, two = self.instances(client_ca=certificate("ca.crt"), client_auth="required")
        owners = set()
        for n in range(16):
            status, fields, body = self.append(one, f"a-{n}", 0)
            self.assertEqual(status, 201, body)
            owners.add(fields["headgate-owner"])
            self.assertEqual(self.append(two, f"a-{n}", 1)[0], 201)
            for at in (one, two):
                self.assertEqual(self.append(at, f"a-{n}", 0)[0], 200, "the same append again")
                self.assertEqual(self.versions(at, f"a-{n}"), [1, 2])
                self.assertEqual(at.ask(self.path(f"a-{n}"), b'{"eventId":"late"}', {"Expected-Version": "1"})[0], 409)
        self.assertEqual(owners, {"one", "two"})
        for at in (one, two):
            self.assertGreater(at.metric(r'headgate_store_forwarded_total\{kind="append",outcome="answered"\}'), 0)
            self.assertGreater(at.metric(r'headgate_store_forwarded_total\{kind="read",outcome="answered"\}'), 0)
            self.assertGreater(at.metric(r'headgate_tls_handshakes_total\{listener="tcp"[^}]*\}'), 0, "it came over TLS")

    def test_instances_that_do_not_trust_each_other_say_so(self) -> None:
        one, _ = self.instances(ca="other-ca.crt")
        self.assertEqual({self.append(one, f"s-{n}", 0)[0] for n in range(12)}, {201, 503})
        self.assertRegex(one.log(), "store_peer_lost.*authority that is not trusted")
        warning = "an instance of the store.group with these settings would not get into listen.tcp at '127.0.0.1': .*as store.peer_ca"
        self.assertRegex(one.log(), "setup_weak.*" + warning)
        code, told = self.check(json.loads((self.folder / "one.yaml").read_text()))
        self.assertEqual(code, 0, told)
        self.assertRegex(told, "warning: " + warning)

    def test_check_names_a_certificate_that_is_for_another_name_than_the_advertised_one(self) -> None:
        one, _ = self.instances()
        settings = json.loads((self.folder / "one.yaml").read_text())
        self.assertNotIn("store.group", self.check(settings)[1])
        self.assertNotIn("setup_weak", one.log())
        settings["store"]["advertise"] = "gate-1.internal"
        self.assertRegex(self.check(settings)[1], "is not for 'gate-1.internal': its store.advertise must be a name that its certificate has")


if __name__ == "__main__":
    unittest.main(verbosity=2)
