"""The gateway's direct publisher against a Kafka as it is run in production (the fixture secure_kafka): every listener and mechanism carries events,
and `headgate check` says in one sentence what is wrong. Each wait has a bound. secure_gateway_test.py HEADGATE [unittest's arguments]"""

import http.server
import json
import os
import pathlib
import re
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts/lib"), str(pathlib.Path(__file__).resolve().parent)]

import told_broker  # noqa: E402
from local_kafka.listeners import ISSUER_OFFSET, OFFSETS, PASSWORD, USER  # noqa: E402

HEADGATE = sys.argv.pop(1)
NAME = os.environ.get("HEADGATE_TEST_SECURE_KAFKA_NAME", "secure")
STATE = ROOT / "build/kafka" / NAME
IN_TIME_S = 30.0
PASSWORDS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


def kafka(*arguments: str) -> str:
    done = subprocess.run([str(ROOT / "scripts/kafka"), *arguments, "--name", NAME], capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise AssertionError(f"scripts/kafka {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def written(settings: dict) -> str:
    """A configuration file; JSON is YAML."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False) as file:
        json.dump({"listen": {"http": "127.0.0.1:0", "tcp": "off", "admin": "127.0.0.1:0"}, "lanes": 1, **settings}, file)
    return file.name


class Gateway:
    """A running headgate; everything it wrote is in text()."""

    def __init__(self, settings: dict) -> None:
        self.file = written(settings)
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")
        self.process = subprocess.Popen([HEADGATE, "--config", self.file], stdout=self.log, stderr=self.log)

    def text(self) -> str:
        return pathlib.Path(self.log.name).read_text(encoding="utf-8")

    def url(self, listener: str, path: str) -> str:
        until = time.monotonic() + IN_TIME_S
        while time.monotonic() < until:
            found = re.search(rf"headgate ready .*\b{listener}=(\S+)", self.text())
            if found:
                return f"http://{found[1]}{path}"
            time.sleep(0.05)
        raise AssertionError("it is not ready:\n" + self.text())

    def post(self, topic: str, events: list) -> dict:
        request = urllib.request.Request(self.url("http", f"/v1/topics/{topic}/events"), json.dumps(events).encode(),
                                         {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=IN_TIME_S) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{refused.code}: {refused.read().decode()}\n{self.text()}") from refused

    def metrics(self) -> str:
        with urllib.request.urlopen(self.url("admin", "/metrics"), timeout=IN_TIME_S) as answer:
            return answer.read().decode()

    def __enter__(self) -> "Gateway":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(IN_TIME_S)
        self.log.close()
        os.unlink(self.file)


class EncryptedIssuer:
    """The fixture's issuer of tokens behind TLS: what it is asked goes on to the real one. certificate: what it shows, PEM with its key."""

    def __init__(self, certificate: str, issuer: str) -> None:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                passed_on = urllib.request.Request(issuer, body, {name: self.headers[name] for name in ("Authorization", "Content-Type")})
                try:
                    with urllib.request.urlopen(passed_on, timeout=IN_TIME_S) as answer:
                        status, text = answer.status, answer.read()
                except urllib.error.HTTPError as refused:
                    status, text = refused.code, refused.read()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                pass  # a client that refuses our certificate

        self.server = Server(("127.0.0.1", 0), Handler)
        shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        shown.load_cert_chain(certificate)
        self.server.socket = shown.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}/token"

    def __enter__(self) -> "EncryptedIssuer":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


class SecureGatewayTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.port = int((STATE / "shape").read_text().split()[1])
        kafka("topic", "create", "orders", "--partitions", "3")

    def certificate(self, name: str) -> str:
        return str(STATE / "certificates" / name)

    def kafka(self, listener: str, *, login: dict = None, tls: dict = None, **more: object) -> dict:
        found = {"bootstrap": f"127.0.0.1:{self.port + OFFSETS[listener]}", "publisher": "direct", **more}
        if listener.endswith("SSL"):
            found["tls"] = {"ca": self.certificate("ca.crt"), **(tls or {})}
        if login:
            found["login"] = login
        return {"kafka": found}

    def password(self, mechanism: str, **changed: str) -> dict:
        return {"mechanism": mechanism, "username": USER, "password": PASSWORD, **changed}

    def endpoint(self, **changed: str) -> dict:
        return {"mechanism": "OAUTHBEARER", "token_endpoint": f"http://127.0.0.1:{self.port + ISSUER_OFFSET}/token", "client_id": USER,
                "client_secret": PASSWORD, **changed}

    def encrypted_issuer(self, shows: str = "trusted.pem") -> EncryptedIssuer:
        return EncryptedIssuer(self.certificate(shows), f"http://127.0.0.1:{self.port + ISSUER_OFFSET}/token")

    def tokens_of(self, issuer: EncryptedIssuer, ca: str = "ca.crt", **changed: str) -> dict:
        return self.kafka("SASL_SSL", login=self.endpoint(**{"token_endpoint": issuer.url, "token_ca": self.certificate(ca), **changed}))

    def assert_carries(self, settings: dict) -> None:
        self.assertEqual((0, ""), self.check(settings)[:2])
        with Gateway(settings) as gateway:
            events = [{"aggregateId": f"a-{i}", "n": i} for i in range(20)]
            self.assertEqual(20, gateway.post("orders", events)["persisted"])
            self.assertIn('headgate_kafka_publisher_info{publisher="direct"} 1', gateway.metrics())
            self.assertNotIn(PASSWORD, gateway.text())

    def check(self, settings: dict) -> tuple:
        file = written(settings)
        try:
            done = subprocess.run([HEADGATE, "check", "--config", file], capture_output=True, text=True, check=False, timeout=60)
            self.assertNotIn(PASSWORD, done.stderr + done.stdout)
            return done.returncode, done.stderr, done.stdout
        finally:
            os.unlink(file)

    def assert_told(self, settings: dict, sentence: str) -> None:
        code, told, _ = self.check(settings)
        self.assertEqual(1, code)
        self.assertRegex(told, sentence)
        self.assertEqual(1, len(told.strip().splitlines()), told)

    # The programs that carry events.

    def test_tls_alone(self) -> None:
        self.assert_carries(self.kafka("SSL"))

    def test_tls_with_a_certificate_of_ours(self) -> None:
        self.assert_carries(self.kafka("SSL", tls={"certificate": self.certificate("client.crt"), "key": self.certificate("client.key")}))

    def test_every_password_mechanism_over_tls(self) -> None:
        for mechanism in PASSWORDS:
            with self.subTest(mechanism=mechanism):
                self.assert_carries(self.kafka("SASL_SSL", login=self.password(mechanism)))

    def test_a_login_without_tls(self) -> None:
        self.assert_carries(self.kafka("SASL_PLAINTEXT", login=self.password("SCRAM-SHA-256")))

    def test_tokens_of_an_endpoint_and_of_a_file(self) -> None:
        self.assert_carries(self.kafka("SASL_SSL", login=self.endpoint()))
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(kafka("token"))
            file.flush()
            self.assert_carries(self.kafka("SASL_SSL", login={"mechanism": "OAUTHBEARER", "token_file": file.name}))

    def test_tokens_of_an_endpoint_over_tls(self) -> None:
        with self.encrypted_issuer() as issuer:
            self.assert_carries(self.tokens_of(issuer))

    def test_librdkafkas_properties_mean_the_same(self) -> None:
        self.assert_carries({"kafka": {
            "bootstrap": f"127.0.0.1:{self.port + OFFSETS['SASL_SSL']}", "publisher": "direct",
            "properties": {"security.protocol": "sasl_ssl", "ssl.ca.location": self.certificate("ca.crt"), "sasl.mechanisms": "SCRAM-SHA-512",
                           "sasl.username": USER, "sasl.password": PASSWORD}}})

    def test_a_login_that_ends_is_renewed_without_a_lost_event(self) -> None:
        """The fixture ends each login after 6 s (connections.max.reauth.ms)."""
        with Gateway(self.kafka("SASL_SSL", login=self.password("SCRAM-SHA-512"))) as gateway:
            sent, until = 0, time.monotonic() + 14
            while time.monotonic() < until:
                sent += 1
                self.assertEqual(1, gateway.post("orders", [{"aggregateId": "renewed", "n": sent}])["persisted"])
            counts = [int(float(n)) for n in re.findall(r"headgate_kafka_broker_connects_total\{[^}]*\} (\S+)", gateway.metrics())]
            self.assertGreaterEqual(max(counts), 3, "the login was renewed")

    def test_a_quota_holds_records_back_and_loses_none(self) -> None:
        kafka("user", "add", "slow", "slow-secret", "--mechanism", "SCRAM-SHA-512")
        kafka("quota", "slow", "--produce-bytes", "10000")
        login = self.password("SCRAM-SHA-512", username="slow", password="slow-secret")
        settings = self.kafka("SASL_PLAINTEXT", login=login, compression="none")
        settings["limits"] = {"answer_time_default": "60s"}
        with Gateway(settings) as gateway:
            for i in range(4):
                events = [{"aggregateId": f"s-{n}", "text": "x" * 900} for n in range(50)]
                self.assertEqual(50, gateway.post("orders", events)["persisted"], i)
            self.assertIn("Kafka throttles this gateway", gateway.text())
            throttles = [float(n) for n in re.findall(r"headgate_kafka_broker_throttle_seconds\{[^}]*\} (\S+)", gateway.metrics())]
            self.assertGreater(max(throttles), 0)

    # The words of check.

    def test_a_wrong_password_is_named(self) -> None:
        for mechanism in PASSWORDS:
            with self.subTest(mechanism=mechanism):
                self.assert_told(self.kafka("SASL_SSL", login=self.password(mechanism, password="wrong")), "check user and password|password is wrong")

    def test_what_brokers_refuse_is_said_while_the_gateway_waits_for_them(self) -> None:
        wrong = {"check user and password|password is wrong": self.kafka("SASL_SSL", login=self.password("SCRAM-SHA-512", password="wrong")),
                 "authority that is not trusted.*kafka.tls.ca": self.kafka("SSL", tls={"ca": self.certificate("other-ca.crt")})}
        for sentence, settings in wrong.items():
            with self.subTest(sentence=sentence), Gateway(settings) as gateway:
                until = time.monotonic() + IN_TIME_S
                while "kafka_refused" not in gateway.text() and time.monotonic() < until:
                    time.sleep(0.1)
                self.assertRegex(gateway.text(), f"kafka_refused: .*({sentence})")

    def test_a_wrong_secret_for_tokens_is_named(self) -> None:
        self.assert_told(self.kafka("SASL_SSL", login=self.endpoint(client_secret="wrong")), "check client_id, client_secret")

    def test_an_endpoint_of_tokens_that_is_not_trusted_is_named(self) -> None:
        for shows, ca, sentence in (("trusted.pem", "other-ca.crt", "authority that is not trusted: .* as kafka.login.token_ca"),
                                    ("expired.pem", "ca.crt", "has expired: renew the token endpoint's certificate"),
                                    ("wrong-host.pem", "ca.crt", "is not for '127.0.0.1': kafka.login.token_endpoint must have a name")):
            with self.subTest(shows=shows, ca=ca), self.encrypted_issuer(shows) as issuer:
                self.assert_told(self.tokens_of(issuer, ca), "kafka.login: the token endpoint: its certificate .*" + sentence)

    def test_an_endpoint_of_tokens_that_refuses_us_or_speaks_no_tls_is_named(self) -> None:
        with self.encrypted_issuer() as issuer:
            self.assert_told(self.tokens_of(issuer, client_secret="wrong"), "check client_id, client_secret")
            self.assert_told(self.tokens_of(issuer, "nowhere.crt"), "kafka.login.token_ca: .*nowhere.crt")
            plain = f"https://127.0.0.1:{self.port + ISSUER_OFFSET}/token"
            self.assert_told(self.tokens_of(issuer, token_endpoint=plain), "does not speak TLS .*write http in kafka.login.token_endpoint")

    def test_an_unknown_authority_is_named(self) -> None:
        self.assert_told(self.kafka("SSL", tls={"ca": self.certificate("other-ca.crt")}), "authority that is not trusted.*kafka.tls.ca")

    def test_a_certificate_of_ours_that_brokers_refuse_is_named(self) -> None:
        self.assert_told(self.kafka("SSL", tls={"certificate": self.certificate("other-client.crt"), "key": self.certificate("other-client.key")}),
                         "refuses our certificate")

    def test_certificates_of_brokers_that_do_not_do_are_named(self) -> None:
        try:
            for kind, sentence in (("expired", "has expired: renew the broker's"), ("wrong-host", "is not for '127.0.0.1'")):
                with self.subTest(kind=kind):
                    kafka("certificates", "use", kind)
                    self.assert_told(self.kafka("SSL"), sentence)
        finally:
            kafka("certificates", "use", "trusted")

    def test_a_port_of_the_other_kind_is_named(self) -> None:
        plain = self.kafka("SSL")
        plain["kafka"].pop("tls")
        self.assert_told(plain, "kafka.tls")
        encrypted = self.kafka("SSL")
        encrypted["kafka"]["bootstrap"] = f"127.0.0.1:{self.port}"
        self.assert_told(encrypted, "TLS")

    def test_a_login_that_is_not_wanted_or_is_missing_is_named(self) -> None:
        without = self.kafka("SASL_PLAINTEXT")
        self.assert_told(without, "write kafka.login")

    def test_missing_rights_are_named(self) -> None:
        for topic in ("closed", "half"):
            kafka("topic", "create", topic)
            kafka("acl", "allow", "somebody", "write", "topic", topic)
        kafka("acl", "allow", USER, "describe", "topic", "half")
        settings = self.kafka("SASL_SSL", login=self.password("SCRAM-SHA-512"))
        for topic, right in (("closed", "Describe and Write"), ("half", "allow it Write")):
            with self.subTest(topic=topic):
                self.assert_told({**settings, "topics": [{"pattern": topic}]}, f"topic '{topic}': this login may not .*{right}")

    def test_a_topic_that_is_not_there_is_named(self) -> None:
        self.assert_told({**self.kafka("SSL"), "topics": [{"pattern": "nowhere"}]}, "topic 'nowhere' does not exist")

    def test_nobody_at_the_address_is_named(self) -> None:
        self.assert_told({"kafka": {"bootstrap": "127.0.0.1:1"}}, r"Kafka at 127.0.0.1:1 \(kafka.bootstrap\): cannot connect: Connection refused")

    def test_an_advertised_address_that_is_not_reached_is_named(self) -> None:
        with told_broker.Broker(advertised=("127.0.0.1", 1)) as broker:
            self.assert_told({"kafka": {"bootstrap": f"127.0.0.1:{broker.port}"}}, "127.0.0.1:1, as broker 7 advertises itself: cannot connect")

    def test_too_old_a_broker_is_named(self) -> None:
        with told_broker.Broker(produce_newest=6) as broker:
            self.assert_told({"kafka": {"bootstrap": f"127.0.0.1:{broker.port}"}}, "the broker is too old")


if __name__ == "__main__":
    unittest.main()
