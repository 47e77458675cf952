"""Programs under measurement: started in their own session, their CPU and memory read from /proc, always ended."""

import os
import signal
import subprocess
import time

_ticks = os.sysconf("SC_CLK_TCK")
_page = os.sysconf("SC_PAGE_SIZE")


class Program:
    """One started program and its children."""

    def __init__(self, command, log, ready=None, environment=None, folder=None, seconds=30):
        """Waits until `ready` (a text) is in its output. Raises with the end of the log when it does not come."""
        os.makedirs(os.path.dirname(log), exist_ok=True)
        self.log = log
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                [str(part) for part in command], stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                cwd=folder, env={**os.environ, **(environment or {})}, start_new_session=True)
        deadline = time.monotonic() + seconds
        while ready is not None and ready not in self.output():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{command[0]} did not become ready; the end of {log}:\n{self.output()[-2000:]}")
            time.sleep(0.02)

    @property
    def pid(self):
        return self.process.pid

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()

    def pids(self):
        found, left = [], [self.pid]
        while left:
            pid = left.pop()
            found.append(pid)
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{task}/children") as f:
                        left += [int(child) for child in f.read().split()]
            except OSError:
                pass
        return found

    def cpu_seconds(self):
        """User and system time of the whole tree; children that ended are in their parent's."""
        total = 0
        for pid in self.pids():
            try:
                with open(f"/proc/{pid}/stat") as f:
                    fields = f.read().rsplit(")", 1)[1].split()
                total += sum(int(fields[i]) for i in (11, 12, 13, 14))
            except OSError:
                pass
        return total / _ticks

    def rss_bytes(self):
        total = 0
        for pid in self.pids():
            with open(f"/proc/{pid}/statm") as f:
                total += int(f.read().split()[1]) * _page
        return total

    def alive(self):
        return self.process.poll() is None

    def stop(self, seconds=20):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)  # what it left behind
        except ProcessLookupError:
            pass
        self.process.wait()
        return self.process.returncode


def run_json(command, seconds=300, accepted=(0,)):
    """Runs a tool that prints one line of JSON last; a tool that fails otherwise than `accepted` is an error with its words."""
    import json

    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=seconds)
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    if done.returncode not in accepted or not lines:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return json.loads(lines[-1].removeprefix("RESULT "))
