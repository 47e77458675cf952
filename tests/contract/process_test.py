"""The gateway as a process, without a Kafka: its limits, and what it owes to whoever has spoken before SIGTERM."""

import os
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from typing import Dict, List, Optional

HEADGATE = sys.argv.pop(1)
NOBODY = "127.0.0.1:1"
IN_TIME_S = 20.0


class Gateway:
    """A running headgate; its ports are read from the line that says what it listens on."""

    def __init__(self, *settings: str, files: Optional[tuple] = None) -> None:
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")
        command = [HEADGATE, "--kafka", NOBODY, "--set", "lanes=1"]
        for at in ("http", "admin"):
            command += ["--set", f"listen.{at}=127.0.0.1:0"]
        command += ["--set", "listen.tcp=off"]
        for setting in settings:
            command += ["--set", setting]
        limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, files)) if files else None
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self.log, preexec_fn=limit)
        self.ports = self._read_ports()

    def _read_ports(self) -> Dict[str, int]:
        until = time.monotonic() + IN_TIME_S
        while time.monotonic() < until:
            found = dict(re.findall(r"\b(http|admin)=127\.0\.0\.1:(\d+)", self.text()))
            if len(found) == 2:
                return {name: int(port) for name, port in found.items()}
            time.sleep(0.02)
        raise AssertionError("it does not listen:\n" + self.text())

    def text(self) -> str:
        with open(self.log.name, encoding="utf-8") as log:
            return log.read()

    def open_files(self) -> int:
        with open(f"/proc/{self.process.pid}/limits", encoding="utf-8") as limits:
            return int(re.search(r"Max open files\s+(\d+)", limits.read())[1])

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(IN_TIME_S)
        self.log.close()


def ask(s: socket.socket, path: str) -> bytes:
    s.sendall(f"GET {path} HTTP/1.1\r\nHost: t\r\n\r\n".encode())
    return s.recv(65536)


def everything(s: socket.socket) -> bytes:
    got = b""
    while piece := s.recv(65536):
        got += piece
    return got


POST = b"POST /v1/topics/orders/events HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class ProcessTest(unittest.TestCase):
    def start(self, *settings: str, files: Optional[tuple] = None) -> Gateway:
        gateway = Gateway(*settings, files=files)
        self.addCleanup(gateway.end)
        return gateway

    def connect(self, port: int) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", port), timeout=IN_TIME_S)
        self.addCleanup(client.close)
        return client

    def test_clients_that_use_up_the_connections_do_not_keep_the_admin_out(self) -> None:
        gateway = self.start("limits.connections_max=2")
        clients = [self.connect(gateway.ports["http"]) for _ in range(2)]
        for c in clients:
            self.assertIn(b" 200 ", ask(c, "/healthz"))
        refused = self.connect(gateway.ports["http"])
        self.assertEqual(refused.recv(100), b"", "the third is closed")
        for _ in range(5):
            self.assertIn(b" 200 ", ask(self.connect(gateway.ports["admin"]), "/metrics"))

    def test_the_soft_limit_of_open_files_is_raised_and_a_shortage_named(self) -> None:
        gateway = self.start("limits.connections_max=1000", files=(64, 700))
        self.assertEqual(gateway.open_files(), 700)
        self.assertIn("open_files_short", gateway.text())
        self.assertIn("may open 700 files, and limits.connections_max of 1000 needs 1256", gateway.text())

    def test_enough_files_are_no_warning(self) -> None:
        gateway = self.start("limits.connections_max=400", files=(64, 700))
        self.assertNotIn("open_files_short", gateway.text())

    def test_lanes_follow_the_affinity_mask(self) -> None:
        one = {min(os.sched_getaffinity(0))}
        shown = subprocess.run([HEADGATE, "config", "--kafka", NOBODY], stdout=subprocess.PIPE, check=True, text=True,
                               preexec_fn=lambda: os.sched_setaffinity(0, one)).stdout
        self.assertRegex(shown, r"lanes: 1 +# default: 1 by the ")

    def test_what_was_sent_before_sigterm_is_answered(self) -> None:
        gateway = self.start()
        idle = [self.connect(gateway.ports["http"]) for _ in range(20)]
        for c in idle:
            self.assertIn(b" 200 ", ask(c, "/healthz"))
        time.sleep(0.4)  # longer than a drain spares a connection that has just been used
        gateway.process.send_signal(signal.SIGSTOP)
        for c in idle:
            c.sendall(POST)
        queued: List[socket.socket] = [self.connect(gateway.ports["http"]) for _ in range(20)]
        for c in queued:
            c.sendall(POST)
        gateway.process.send_signal(signal.SIGTERM)
        gateway.process.send_signal(signal.SIGCONT)
        for c in idle + queued:
            answer = everything(c)
            self.assertTrue(answer.startswith(b"HTTP/1.1 503 "), answer)
            self.assertIn(b"retry-after:", answer.lower())
        self.assertEqual(gateway.process.wait(IN_TIME_S), 0)


if __name__ == "__main__":
    unittest.main()
