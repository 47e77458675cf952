"""A gateway as a process, for the tests here in Python: started from a configuration file with port 0 for each listener that is asked for, and its
ports read from the line that says what it listens on. Every wait is bounded, or ends with the process. Imported by event_store_test.py,
store_instances_test.py, secure_store_test.py and dialects_test.py."""

import re
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Dict

IN_TIME_S = 60.0


class GatewayProcess:
    def __init__(self, program: str, config: Path) -> None:
        self._command = [program, "--config", str(config)]
        self.start()

    def start(self) -> None:
        self._log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=self._log, text=True)
        line = self.process.stdout.readline()
        self.ports: Dict[str, int] = {name: int(port) for name, port in re.findall(r"\b(http|tcp|admin)=127\.0\.0\.1:(\d+)", line)}
        if not {"http", "admin"} <= set(self.ports):
            self.process.kill()
            raise AssertionError("it is not ready: " + line + self.log())

    @property
    def port(self) -> int:
        return self.ports["http"]

    @property
    def admin(self) -> int:
        return self.ports["admin"]

    def log(self) -> str:
        self._log.seek(0)
        return self._log.read()

    def end(self, kill: bool = False) -> None:
        """A frozen one is woken first. Its log can still be read."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill() if kill else self.process.terminate()
        self.process.wait(IN_TIME_S)
        self.process.stdout.close()
