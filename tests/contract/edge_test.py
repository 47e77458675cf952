"""TLS, keys and certificates of a running process as Python's ssl and `openssl s_client` see them, and what changes under load: certificates are renewed
without a connection dropped, revoked keys and tenants that are taken away end on connections that are open.  edge_test.py HEADGATE"""

import contextlib
import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from typing import List, Optional

from running import IN_TIME_S, NOBODY, Authority, Running, eventually, key_command

sys.path.append(str(Path(__file__).resolve().parents[2] / "examples" / "python"))
from headgate.frames import ConnectionClosed, HeadgateClient, Record  # noqa: E402

HEADGATE = sys.argv.pop(1)
TAKEN_UP_S = 4.0  # what changes on the disk is in force
CLIENTS = 12
CONFIG = """
kafka.bootstrap: {kafka}
lanes: 2
listen: {{ http: "127.0.0.1:0", tcp: "127.0.0.1:0", lines: "127.0.0.1:0", lines_topic: orders, admin: "127.0.0.1:0" }}
listen.tcp_tls.mode: off
listen.lines_tls: {{ client_auth: required }}
tls: {{ certificate: ["{folder}/gate.crt", "{folder}/other.crt"], key: ["{folder}/gate.key", "{folder}/other.key"], client_ca: "{folder}/ca.crt", client_auth: optional }}
auth:
  api_keys: {{ file: "{folder}/keys.yaml" }}
  certificates: {{ tenant_from: CN }}
tenants:
  shop: {{ write: [orders], read: [orders] }}
{more}
"""


class Asking(threading.Thread):
    """One connection that asks again and again; what it was answered, and whether it was ever dropped."""

    def __init__(self, test: "EdgeTest", key: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.connection, self.key, self.stop = test.https(), key, stop
        self.statuses: List[int] = []
        self.dropped: Optional[Exception] = None
        self.connection.connect()
        self.first_certificate = self.connection.sock.getpeercert()["serialNumber"]

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self.connection.request("GET", "/v1/topics", headers={"X-Api-Key": self.key})
                answer = self.connection.getresponse()
                answer.read()
                self.statuses.append(answer.status)
        except (OSError, http.client.HTTPException) as why:
            self.dropped = why
        finally:
            self.connection.close()


class EdgeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.authority = Authority(cls.folder.name)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def setUp(self) -> None:
        for name, names in (("gate", "DNS:localhost,IP:127.0.0.1"), ("other", "DNS:other.example")):
            self.authority.sign(name, name, names)
        self.authority.sign("client", "shop", "DNS:c.example")
        Path(self.keys).unlink(missing_ok=True)
        self.key, self.spare = (key_command(HEADGATE, "new", "--tenant", "shop", "--file", self.keys) for _ in range(2))
        self.gate = Running(HEADGATE, self.config(), ["http", "tcp", "lines", "admin"])
        self.addCleanup(self.gate.end)

    @property
    def keys(self) -> str:
        return self.authority.path("keys.yaml")

    def config(self, more: str = "") -> str:
        return CONFIG.format(kafka=NOBODY, folder=self.folder.name, more=more)

    def context(self, client: Optional[str] = None) -> ssl.SSLContext:
        made = ssl.create_default_context(cafile=self.authority.path("ca.crt"))
        if client:
            made.load_cert_chain(self.authority.path(client + ".crt"), self.authority.path(client + ".key"))
        return made

    def https(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection("localhost", self.gate.ports["http"], timeout=IN_TIME_S, context=self.context())

    def status(self, connection: http.client.HTTPConnection, key: str) -> int:
        connection.request("GET", "/v1/topics", headers={"X-Api-Key": key})
        answer = connection.getresponse()
        answer.read()
        return answer.status

    def s_client(self, *arguments: str, listener: str = "http", sends: bytes = b"") -> str:
        done = subprocess.run(["openssl", "s_client", "-connect", f"localhost:{self.gate.ports[listener]}", "-CAfile", self.authority.path("ca.crt"),
                               *arguments], input=sends, capture_output=True, timeout=IN_TIME_S, check=False)
        return done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace")

    def test_versions_suites_and_protocols_as_s_client_sees_them(self) -> None:
        for listener in ("http", "admin"):
            for version, suite in (("-tls1_3", "TLS_AES_128_GCM_SHA256"), ("-tls1_2", "ECDHE-ECDSA-AES(128|256)-GCM-SHA")):
                told = self.s_client(version, "-alpn", "h2,http/1.1", listener=listener)
                self.assertIn("Verify return code: 0 (ok)", told)
                self.assertRegex(told, suite)
                self.assertIn("ALPN protocol: http/1.1", told)
            self.assertIn("alert", self.s_client("-tls1_3", "-alpn", "h2", listener=listener))
        for old in (["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], ["-tls1", "-cipher", "ALL:@SECLEVEL=0"], ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"],
                    ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256"]):
            self.assertRegex(self.s_client(*old), r"(?i)alert|no protocols available|Cipher is \(NONE\)", old)

    def test_the_server_name_chooses_the_certificate(self) -> None:
        self.assertRegex(self.s_client("-servername", "other.example"), r"subject=CN ?= ?other")
        for name in ("localhost", "nobody.example"):
            self.assertRegex(self.s_client("-servername", name), r"subject=CN ?= ?gate")

    def test_a_ticket_is_taken_also_after_a_renewal(self) -> None:
        ticket = self.authority.path("ticket.pem")
        asks = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        for version in ("-tls1_2", "-tls1_3"):
            self.assertIn("New, ", self.s_client(version, "-sess_out", ticket, "-ign_eof", sends=asks))
            self.assertIn("Reused, ", self.s_client(version, "-sess_in", ticket))
        self.renew("gate")
        self.assertIn("Reused, ", self.s_client("-tls1_3", "-sess_in", ticket))

    def test_plain_bytes_on_a_port_with_tls_are_answered_in_words(self) -> None:
        with socket.create_connection(("127.0.0.1", self.gate.ports["http"]), IN_TIME_S) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            said = b""
            while piece := plain.recv(4096):
                said += piece
        self.assertIn(b"400", said.split(b"\r\n")[0])
        self.assertIn(b"https", said)

    def test_lines_need_a_certificate_of_the_authority(self) -> None:
        os.makedirs(self.authority.path("strange"), exist_ok=True)
        strange = Authority(self.authority.path("strange"))
        strange.sign("client", "shop", "DNS:c.example")
        foreign = ssl.create_default_context(cafile=self.authority.path("ca.crt"))
        foreign.load_cert_chain(strange.path("client.crt"), strange.path("client.key"))
        for context in (self.context(), foreign):
            with self.assertRaises(OSError):
                with self.lines(context) as refused:
                    refused.sendall(b"{}\n")
                    self.assertEqual(refused.recv(1), b"")
                    raise OSError("it ended without an alert")

    def lines(self, context: ssl.SSLContext) -> ssl.SSLSocket:
        return context.wrap_socket(socket.create_connection(("localhost", self.gate.ports["lines"]), IN_TIME_S), server_hostname="localhost")

    def renew(self, name: str) -> None:
        before = self.shown()
        self.authority.sign(name, name, "DNS:localhost,IP:127.0.0.1")
        self.assertTrue(eventually(lambda: self.shown() != before, TAKEN_UP_S), "new connections still see the old certificate")

    def shown(self) -> str:
        with self.context().wrap_socket(socket.create_connection(("localhost", self.gate.ports["http"]), IN_TIME_S), server_hostname="localhost") as s:
            return s.getpeercert()["serialNumber"]

    def under_load(self, change) -> List[Asking]:
        """Half of the clients with the one key, half with the other."""
        stop = threading.Event()
        asking = [Asking(self, self.key if i % 2 == 0 else self.spare, stop) for i in range(CLIENTS)]
        for each in asking:
            each.start()
        try:
            self.assertTrue(eventually(lambda: all(each.statuses for each in asking)))
            change(asking)
        finally:
            stop.set()
            for each in asking:
                each.join(IN_TIME_S)
        return asking

    def test_certificates_are_renewed_under_load_and_no_connection_is_dropped(self) -> None:
        def change(asking: List[Asking]) -> None:
            for _ in range(2):
                self.renew("gate")
            self.gate.process.send_signal(signal.SIGHUP)
            before = [len(each.statuses) for each in asking]
            self.assertTrue(eventually(lambda: all(len(each.statuses) > n for each, n in zip(asking, before))))

        for each in self.under_load(change):
            self.assertIsNone(each.dropped)
            self.assertEqual(set(each.statuses), {200})
            self.assertNotEqual(each.first_certificate, self.shown())

    def test_a_revoked_key_is_refused_on_open_connections_under_load_and_the_other_goes_on(self) -> None:
        def change(asking: List[Asking]) -> None:
            key_command(HEADGATE, "revoke", self.key, "--file", self.keys)
            # 429: that many failures of one address are slowed down
            self.assertTrue(eventually(lambda: all(each.statuses[-1] in (401, 429) for each in asking[::2]), TAKEN_UP_S))
            time.sleep(0.3)

        asking = self.under_load(change)
        for each in asking[::2]:
            self.assertIsNone(each.dropped)
            refused = [status != 200 for status in each.statuses]
            after = each.statuses[refused.index(True):]
            self.assertLessEqual(set(after), {401, 429}, "a revoked key was taken again")
        for each in asking[1::2]:
            self.assertIsNone(each.dropped)
            self.assertEqual(set(each.statuses), {200})

    def test_a_revoked_key_ends_a_connection_of_frames(self) -> None:
        def publish(client: HeadgateClient) -> None:
            client.publish("orders", [Record(b"{}")], timeout=1.0)
            client.poll(0.1)

        with contextlib.suppress(ConnectionClosed), HeadgateClient("127.0.0.1", self.gate.ports["tcp"], credential=self.key) as client:
            publish(client)
            key_command(HEADGATE, "revoke", self.key, "--file", self.keys)
            with self.assertRaises(ConnectionClosed) as ended:
                until = time.monotonic() + TAKEN_UP_S
                while time.monotonic() < until:
                    publish(client)
            self.assertIn("credential", str(ended.exception))
        with self.assertRaises(ConnectionClosed):
            HeadgateClient("127.0.0.1", self.gate.ports["tcp"], credential=self.key)

    def test_a_tenant_that_is_taken_away_ends_its_lines(self) -> None:
        with self.lines(self.context("client")) as stream:
            stream.sendall(b'{"aggregateId":"a"}\n')
            stream.settimeout(0.3)
            with self.assertRaises(TimeoutError):
                stream.recv(1)
            self.gate.write(self.config().replace("  shop:", "  other:"))
            self.gate.process.send_signal(signal.SIGHUP)
            stream.settimeout(IN_TIME_S)
            stream.sendall(b'{"aggregateId":"a"}\n')
            self.assertTrue(eventually(lambda: self.has_ended(stream), TAKEN_UP_S), self.gate.text())

    @staticmethod
    def has_ended(stream: ssl.SSLSocket) -> bool:
        stream.settimeout(0.2)
        try:
            return stream.recv(1) == b""
        except TimeoutError:
            return False
        except OSError:
            return True


if __name__ == "__main__":
    unittest.main()
