"""Keys and rights of a running process, without a Kafka: `headgate key`, what a running gateway takes up by itself, and what it refuses to
start with."""

import base64
import http.client
import http.server
import json
import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HEADGATE = sys.argv.pop(1)
NOBODY = "127.0.0.1:1"
IN_TIME_S = 20.0

CONFIG = """
kafka.bootstrap: %s
lanes: 1
listen: { http: "127.0.0.1:0", tcp: off, admin: "127.0.0.1:0" }
auth:
  api_keys: { file: %s }
tenants:
  shop: { write: [orders], read: [orders] }
"""


class KeysTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.keys = os.path.join(folder.name, "keys.yaml")
        self.config = os.path.join(folder.name, "headgate.yaml")
        with open(self.config, "w", encoding="utf-8") as out:
            out.write(CONFIG % (NOBODY, self.keys))

    def run_it(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([HEADGATE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=IN_TIME_S, check=False)

    def new_key(self) -> str:
        made = self.run_it("key", "new", "--tenant", "shop", "--config", self.config, "--note", "of a test")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertRegex(made.stdout, r"^hgk_[a-z0-9]{12}_[A-Za-z0-9]{43}\n$")
        return made.stdout.strip()

    def start(self) -> None:
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")
        self.process = subprocess.Popen([HEADGATE, "--config", self.config], stdout=subprocess.DEVNULL, stderr=self.log)
        self.addCleanup(self.end)
        until = time.monotonic() + IN_TIME_S
        while time.monotonic() < until:
            found = dict(re.findall(r"\b(http|admin)=127\.0\.0\.1:(\d+)", self.text()))
            if len(found) == 2:
                self.port, self.admin = int(found["http"]), int(found["admin"])
                return
            time.sleep(0.02)
        self.fail("it does not listen:\n" + self.text())

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(IN_TIME_S)
        self.log.close()

    def text(self) -> str:
        with open(self.log.name, encoding="utf-8") as log:
            return log.read()

    def status(self, key: str, path: str = "/v1/topics", port: int = 0) -> int:
        c = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=IN_TIME_S)
        c.request("GET", path, headers={"Authorization": "Bearer " + key} if key else {})
        answer = c.getresponse()
        answer.read()
        c.close()
        return answer.status

    def await_status(self, key: str, wanted: int) -> None:
        until = time.monotonic() + IN_TIME_S
        while self.status(key) != wanted:
            self.assertLess(time.monotonic(), until, self.text())
            time.sleep(0.1)

    def test_a_key_is_shown_once_and_kept_as_a_salted_hash(self) -> None:
        key = self.new_key()
        self.assertEqual(stat.S_IMODE(os.stat(self.keys).st_mode), 0o600)
        with open(self.keys, encoding="utf-8") as kept:
            text = kept.read()
        self.assertNotIn(key.rsplit("_", 1)[1], text)
        listed = self.run_it("key", "list", "--file", self.keys).stdout
        self.assertIn(key.split("_")[1], listed)
        self.assertIn("of a test", listed)
        self.assertNotIn(key, listed)

    def test_what_is_no_tenant_or_no_key_is_refused(self) -> None:
        made = self.run_it("key", "new", "--tenant", "ship", "--config", self.config)
        self.assertEqual((made.returncode, made.stdout), (1, ""))
        self.assertIn("there is no tenant 'ship'", made.stderr)
        self.assertEqual(self.run_it("key", "revoke", "nope", "--file", self.keys).returncode, 1)
        self.assertEqual(self.run_it("key", "new", "--file", self.keys).returncode, 2)

    def test_keys_come_and_go_without_a_restart(self) -> None:
        self.start()
        self.assertEqual(self.status(""), 401)
        self.assertEqual(self.status("", "/healthz"), 200)
        key = self.new_key()
        self.await_status(key, 200)
        self.assertEqual(self.run_it("key", "revoke", key, "--config", self.config).returncode, 0)
        self.await_status(key, 401)
        self.assertNotIn(key.rsplit("_", 1)[1], self.text())

    def test_sighup_takes_a_tenant_away(self) -> None:
        key = self.new_key()
        self.start()
        self.await_status(key, 200)
        with open(self.config, encoding="utf-8") as old:
            text = old.read()
        with open(self.config, "w", encoding="utf-8") as out:
            out.write(text.replace("shop:", "other:"))
        self.process.send_signal(signal.SIGHUP)
        self.await_status(key, 401)
        self.assertIn("rights_changed", self.text())

    def test_metrics_count_tenants_and_refusals(self) -> None:
        key = self.new_key()
        self.start()
        self.await_status(key, 200)
        self.status("wrong")
        c = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=IN_TIME_S)
        c.request("GET", "/metrics")
        text = c.getresponse().read().decode()
        c.close()
        self.assertRegex(text, r'headgate_tenant_requests_total\{tenant="shop"\} [1-9]')
        self.assertRegex(text, r'headgate_logins_refused_total\{reason="malformed"\} 1')

    def test_the_issuers_keys_come_over_http_and_a_wrong_token_is_refused(self) -> None:
        keys = {"keys": [{"kty": "EC", "crv": "P-256", "kid": "1", "use": "sig",  # RFC 7517, A.1
                          "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}

        class Issuer(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(keys).encode())

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Issuer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        with open(self.config, "a", encoding="utf-8") as out:
            out.write(f'auth.jwt: {{ issuer: i, audience: a, jwks: "http://127.0.0.1:{server.server_port}/keys?a=1" }}\n')
        self.start()
        head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
                      for part in ({"alg": "ES256", "kid": "1"}, {"iss": "i", "aud": "a", "tenant": "shop", "exp": 9999999999}))
        self.await_status(f"{head}.{body}.{'A' * 86}", 401)
        self.assertIn("the issuer's keys are in force keys=1", self.text())

    def test_without_auth_only_loopback_is_listened_on(self) -> None:
        for at in ("0.0.0.0:0", "[::]:0", "*:0"):
            refused = self.run_it("--kafka", NOBODY, "--http", at)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("listen.insecure: true", refused.stderr)
        shown = self.run_it("config", "--kafka", NOBODY, "--http", "*:0", "--set", "listen.insecure=true")
        self.assertEqual(shown.returncode, 0, shown.stderr)

    def test_check_names_what_is_exposed(self) -> None:
        self.new_key()
        os.chmod(self.keys, 0o644)
        with open(self.config, "a", encoding="utf-8") as out:
            out.write("listen.admin_token: a-token-of-twenty-chars\n")
        checked = self.run_it("check", "--config", self.config)
        self.assertEqual(checked.returncode, 1)
        self.assertIn("chmod 600", checked.stderr)
        self.assertIn("listen.admin_token", checked.stderr)
        self.assertNotIn("a-token-of", checked.stderr + self.run_it("config", "--config", self.config).stdout)


if __name__ == "__main__":
    unittest.main()
