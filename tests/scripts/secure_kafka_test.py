#!/usr/bin/env python3
"""A secure cluster of scripts/kafka lets in whom it should, by every listener and mechanism, and refuses the others: tried with librdkafka on the
cluster that HEADGATE_TEST_KAFKA_NAME names. What is changed is put back."""
import os
import pathlib
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts/lib"), str(pathlib.Path(__file__).resolve().parent)]

import rdkafka  # noqa: E402
from local_kafka import listeners  # noqa: E402
from local_kafka.certificates import Certificates  # noqa: E402

NAME = os.environ.get("HEADGATE_TEST_KAFKA_NAME", "test")
STATE = ROOT / "build/kafka" / NAME
REFUSED_S = 1.5  # then its errors are read, which may take longer


def kafka(*arguments):
    done = subprocess.run([str(ROOT / "scripts/kafka"), *arguments, "--name", NAME], capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"scripts/kafka {' '.join(arguments)}: {done.stderr}")
    return done.stdout


class SecureKafkaTest(unittest.TestCase):
    def setUp(self):
        brokers, port, *_ = (STATE / "shape").read_text().split()
        self.brokers, self.port, self.certificates = int(brokers), int(port), Certificates(STATE)

    def properties(self, listener, mechanism="SCRAM-SHA-512", **changed):
        found = {"bootstrap.servers": listeners.bootstrap(listener, self.port, self.brokers),
                 **listeners.client_properties(STATE, self.port, listener, mechanism)}
        return found | {name.replace("_", "."): value for name, value in changed.items()}

    def own_certificate(self, name):
        return {"ssl.certificate.location": self.certificates.folder / f"{name}.crt", "ssl.key.location": self.certificates.folder / f"{name}.key"}

    def assert_let_in(self, properties):
        answer = rdkafka.ask(properties)
        self.assertEqual((self.brokers, []), (answer.brokers, answer.errors))

    def assert_refused(self, properties, error, text):
        answer = rdkafka.ask(properties, REFUSED_S)
        self.assertEqual(0, answer.brokers, "was let in")
        self.assertEqual(error, answer.first()[0], answer.errors)
        self.assertIn(text, answer.first()[1])

    def test_every_listener_and_mechanism_lets_its_user_in(self):
        for listener in ("SASL_SSL", "SASL_PLAINTEXT"):
            for mechanism in listeners.MECHANISMS:
                with self.subTest(listener=listener, mechanism=mechanism):
                    self.assert_let_in(self.properties(listener, mechanism))

    def test_ssl_lets_in_with_and_without_a_certificate(self):
        self.assert_let_in(self.properties("SSL"))
        self.assert_let_in(self.properties("SSL") | self.own_certificate("client"))

    def test_a_certificate_of_another_authority_is_refused(self):
        answer = rdkafka.ask(self.properties("SSL") | self.own_certificate("other-client"), REFUSED_S)
        self.assertEqual(0, answer.brokers, "was let in")
        self.assertIn("alert", " ".join(text for _, text in answer.errors))  # after TLS 1.3's handshake: no error of its own

    def test_a_wrong_password_is_refused(self):
        for mechanism in ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"):
            with self.subTest(mechanism=mechanism):
                self.assert_refused(self.properties("SASL_SSL", mechanism, sasl_password="wrong"), "_AUTHENTICATION", "SASL authentication error")

    def test_a_wrong_secret_gets_no_token(self):
        self.assert_refused(self.properties("SASL_PLAINTEXT", "OAUTHBEARER") | {"sasl.oauthbearer.client.secret": "wrong"}, "_AUTHENTICATION", "")

    def test_a_client_that_trusts_another_authority_does_not_connect(self):
        self.assert_refused(self.properties("SASL_SSL") | {"ssl.ca.location": self.certificates.authority("other-ca")}, "_SSL", "verify failed")

    def test_a_user_comes_and_goes(self):
        as_guest = self.properties("SASL_PLAINTEXT", "SCRAM-SHA-256", sasl_username="guest", sasl_password="of-honour")
        kafka("user", "add", "guest", "of-honour", "--mechanism", "SCRAM-SHA-256")
        self.assert_let_in(as_guest)
        kafka("user", "remove", "guest", "--mechanism", "SCRAM-SHA-256")
        self.assert_refused(as_guest, "_AUTHENTICATION", "SASL authentication error")

    def test_brokers_show_what_they_are_told_to(self):
        try:
            for kind, text in (("strange", "verify failed"), ("expired", "verify failed"), ("wrong-host", "verify failed")):
                with self.subTest(kind=kind):
                    kafka("certificates", "use", kind)
                    self.assert_refused(self.properties("SSL"), "_SSL", text)
        finally:
            kafka("certificates", "use", "trusted")
        self.assert_let_in(self.properties("SSL"))


if __name__ == "__main__":
    unittest.main()
