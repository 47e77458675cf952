"""headgate-loadgen store as the load on an event store, and as its first auditor. Used by store_run.py."""
import json
import subprocess


class StoreLoad:
    def __init__(self, program, folder, targets, topic, kafka, rate, seed):
        self.command = [str(program), "store", "--target", ",".join(targets), "--topic", topic, "--verify", kafka, "--rate", str(rate),
                        "--seed", str(seed), "--timeout", "3s", "--aggregates", "32", "--patience", "60s", "--kafka-wait", "120s", "--history",
                        str(folder / "history.ndjson"), "--json", str(folder / "store.json")]
        self.folder, self.process = folder, None

    def start(self, seconds, *options):
        with open(self.folder / "store.log", "wb") as log:
            self.process = subprocess.Popen([*self.command, "--duration", f"{seconds}s", *options], stdout=log, stderr=log)

    def stop(self, seconds=300):
        """Waits until it has judged; ends it when that does not come."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.close()

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def result(self):
        """None: there is no verdict."""
        try:
            result = json.loads((self.folder / "store.json").read_text())
        except (OSError, ValueError):
            return None
        return result if result.get("verify") else None

    def said(self):
        return (self.folder / "store.log").read_text(errors="replace").strip()[-600:]
