"""Asks testssl.sh about each TLS listener of a running gateway: it finds nothing to mend. Skipped (77) where it is not installed (Debian: apt-get install
testssl.sh). Takes some minutes; its result is noted in docs/security.md.

    testssl_test.py HEADGATE [LISTENER...]"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Dict, List

SKIPPED = 77
TESTSSL = shutil.which("testssl") or shutil.which("testssl.sh")
HEADGATE = sys.argv[1]
LISTENERS = sys.argv[2:] or ["http", "tcp", "lines", "admin"]
START_S = 30.0
SCAN_S = 900.0
# Of the test's own authority, which nobody can ask: no revocation list, no OCSP, no CAA record in the DNS.
NOT_OURS = {"cert_revocation", "DNS_CAArecord", "cert_crlDistributionPoints", "cert_ocspURL", "OCSP_stapling", "cert_mustStapleExtension",
            "certificate_transparency"}
TO_MEND = {"LOW", "MEDIUM", "HIGH", "CRITICAL", "FATAL"}

CONFIG = """
kafka.bootstrap: 127.0.0.1:1
lanes: 1
listen: {{ http: "127.0.0.1:0", tcp: "127.0.0.1:0", lines: "127.0.0.1:0", lines_topic: t, admin: "127.0.0.1:0" }}
listen.admin_tls.mode: required
tls: {{ certificate: {folder}/gate.crt, key: {folder}/gate.key }}
"""


class TestsslTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(tempfile.mkdtemp())
        cls.make_certificate()
        (cls.folder / "headgate.yaml").write_text(CONFIG.format(folder=cls.folder), encoding="utf-8")
        cls.log = open(cls.folder / "log", "wb")
        cls.process = subprocess.Popen([HEADGATE, "--config", str(cls.folder / "headgate.yaml")], stdout=cls.log, stderr=cls.log)
        cls.ports = cls.await_ports()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.process.terminate()
        cls.process.wait(START_S)
        cls.log.close()
        shutil.rmtree(cls.folder, ignore_errors=True)

    @classmethod
    def make_certificate(cls) -> None:
        run = lambda *a: subprocess.run(["openssl", *a], cwd=cls.folder, check=True, capture_output=True, timeout=START_S)  # noqa: E731
        run("req", "-x509", "-newkey", "rsa:3072", "-nodes", "-subj", "/CN=authority", "-days", "300", "-keyout", "ca.key", "-out", "ca.crt")
        (cls.folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n", encoding="utf-8")
        run("req", "-newkey", "rsa:3072", "-nodes", "-subj", "/CN=localhost", "-keyout", "gate.key", "-out", "gate.csr")
        run("x509", "-req", "-in", "gate.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "200", "-extfile", "names",
            "-out", "gate.crt")
        os.chmod(cls.folder / "gate.key", 0o600)

    @classmethod
    def await_ports(cls) -> Dict[str, str]:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            found = dict(re.findall(r"\b(http|tcp|lines|admin)=127\.0\.0\.1:(\d+)", (cls.folder / "log").read_text(encoding="utf-8")))
            if len(found) == 4:
                return found
            time.sleep(0.05)
        raise AssertionError("it does not listen: " + (cls.folder / "log").read_text(encoding="utf-8"))

    def scan(self, listener: str) -> List[dict]:
        out = self.folder / f"{listener}.json"
        subprocess.run([TESTSSL, "--quiet", "--color", "0", "--warnings", "off", "--ip", "127.0.0.1", "--nodns", "none", "--add-ca",
                        str(self.folder / "ca.crt"), "--protocols", "--std", "--pfs", "--server-preference", "--server-defaults", "--vulnerable",
                        "--jsonfile", str(out), f"localhost:{self.ports[listener]}"],
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SCAN_S, check=False)
        return json.loads(out.read_text(encoding="utf-8"))

    def test_there_is_nothing_to_mend(self) -> None:
        for listener in LISTENERS:
            with self.subTest(listener):
                findings = self.scan(listener)
                told = {f["id"] for f in findings}
                self.assertTrue({"TLS1_2", "TLS1_3", "heartbleed"} <= told, f"the scan is not whole: {sorted(told)}")
                offered = {f["id"]: f["finding"] for f in findings}
                self.assertIn("offered", offered["TLS1_3"])
                wrong = [f"{f['severity']} {f['id']}: {f['finding']}" for f in findings if f["severity"] in TO_MEND and f["id"] not in NOT_OURS]
                print(f"{listener}: {len(findings)} findings, to mend: {wrong or 'nothing'}", flush=True)
                self.assertEqual(wrong, [])


if __name__ == "__main__":
    if TESTSSL is None:
        print("skipped: testssl.sh is not installed (Debian: apt-get install testssl.sh)")
        sys.exit(SKIPPED)
    unittest.main(argv=sys.argv[:1])
