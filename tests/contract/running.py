"""A headgate process for tests in Python, without a Kafka: a folder, a configuration, ports, certificates of an authority of its own. Every wait is
bounded. Imported by tokens_test.py and edge_test.py."""

import os
import re
import subprocess
import tempfile
import time
from typing import Dict, List

IN_TIME_S = 20.0
NOBODY = "127.0.0.1:1"
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")


class Authority:
    """Signs certificates with openssl; files are put in place by renames."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.openssl("req", "-x509", *NEW_KEY, "-nodes", "-subj", "/CN=authority", "-days", "30", "-keyout", "ca.key", "-out", "ca.crt")

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True, timeout=IN_TIME_S)

    def sign(self, name: str, common_name: str = "gate", names: str = "DNS:localhost,IP:127.0.0.1") -> None:
        with open(self.path("names"), "w", encoding="utf-8") as out:
            out.write(f"subjectAltName={names}\n")
        self.openssl("req", *NEW_KEY, "-nodes", "-subj", f"/CN={common_name}", "-keyout", "new.key", "-out", "new.csr")
        self.openssl("x509", "-req", "-in", "new.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "names",
                     "-out", "new.crt")
        os.chmod(self.path("new.key"), 0o600)
        for kind in ("key", "crt"):
            os.replace(self.path("new." + kind), self.path(f"{name}.{kind}"))


class Running:
    def __init__(self, program: str, config: str, listeners: List[str]) -> None:
        """`listeners`: those whose ports are awaited; each is configured with port 0."""
        self.program = program
        self.folder = tempfile.TemporaryDirectory()
        self.config = os.path.join(self.folder.name, "headgate.yaml")
        self.log = os.path.join(self.folder.name, "log")
        self.write(config)
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen([program, "--config", self.config], stdout=subprocess.DEVNULL, stderr=out)
        self.ports = self.await_ports(listeners)

    def write(self, config: str) -> None:
        with open(self.config, "w", encoding="utf-8") as out:
            out.write(config)

    def text(self) -> str:
        with open(self.log, encoding="utf-8") as log:
            return log.read()

    def await_ports(self, listeners: List[str]) -> Dict[str, int]:
        until = time.monotonic() + IN_TIME_S
        while time.monotonic() < until and self.process.poll() is None:
            found = dict(re.findall(r"\b(http|tcp|lines|admin)=127\.0\.0\.1:(\d+)", self.text()))
            if set(listeners) <= set(found):
                return {name: int(port) for name, port in found.items()}
            time.sleep(0.02)
        text = self.text()
        self.end()
        raise AssertionError("it does not listen:\n" + text)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(IN_TIME_S)
        self.folder.cleanup()


def key_command(program: str, *arguments: str) -> str:
    return subprocess.run([program, "key", *arguments], check=True, capture_output=True, text=True, timeout=IN_TIME_S).stdout.strip()


def eventually(condition, within: float = IN_TIME_S) -> bool:
    until = time.monotonic() + within
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
