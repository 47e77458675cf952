"""The Cassandra of the measurements: one node of our own from scripts/cassandra, with all of Java's compilers, and what stands in it."""

import os
import subprocess
import sys
from pathlib import Path


class Cassandra:
    name = "bench"

    def __init__(self, root, port):
        self.root, self.port, self.address = Path(root), port, f"127.0.0.1:{port}"
        sys.path.insert(0, str(self.root / "examples/shop"))

    def __enter__(self):
        self._script("stop", "--now")
        self._script("start", "--fresh", "--port", self.port)
        self.pid = int((self.root / f"build/cassandra/{self.name}/pid").read_text())
        return self

    def __exit__(self, *_):
        self._script("stop", "--now")

    def _script(self, *words):
        environment = {"HEADGATE_CASSANDRA_HEAP": "1g", "HEADGATE_CASSANDRA_JAVA": "-XX:TieredStopAtLevel=4", **os.environ}
        subprocess.run([self.root / "scripts/cassandra", "--name", self.name, *map(str, words)], check=True, stdout=subprocess.DEVNULL, env=environment)

    def session(self):
        """A connection of the least client there is; for the questions of the measurement itself."""
        import cql

        return cql.Session(self.address)

    def positions(self, session, keyspace, projection="latest", generation=1):
        """partition -> everything before is in the view."""
        rows = session.query(f"select part, next from {keyspace}.readmodel_positions where projection = '{projection}' and generation = {generation}")
        return {int.from_bytes(part, "big"): int.from_bytes(following, "big") for part, following in rows}
