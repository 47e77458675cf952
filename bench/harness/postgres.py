"""A PostgreSQL of the measurements' own (the distribution's package, its defaults), and loads on it by its own pgbench."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import quantiles

from harness.processes import Program

PROGRAMS = Path("/usr/lib/postgresql")


def newest():
    """Its folder of programs."""
    found = sorted(PROGRAMS.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL is missing: apt-get install postgresql (it need not run)")
    return found[-1].parent


def as_postgres(*command):
    """PostgreSQL refuses to run as root."""
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    return [*user, *map(str, command)]


class Postgres:
    def __init__(self, port, settings=()):
        """Beside the defaults only `settings`, as name=value."""
        self.programs, self.port, self.settings = newest(), port, settings

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="headgate-postgres-"))
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        self.data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.data, "postgres", "postgres")
        self._run("initdb", "--pgdata", self.data, "--username", "bench", "--auth", "trust", "--encoding", "UTF8")
        options = [part for setting in self.settings for part in ("-c", setting)]
        self.program = Program(as_postgres(self.programs / "postgres", "-D", self.data, "-p", self.port, "-k", self.data, "-c",
                                           "listen_addresses=127.0.0.1", *options), str(self.folder / "server.log"),
                               ready="ready to accept connections")
        return self

    def __exit__(self, *_):
        self.program.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program, *arguments):
        done = subprocess.run(as_postgres(self.programs / program, *arguments), capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")
        return done.stdout

    def version(self):
        return self._run("postgres", "--version").strip()

    def query(self, sql):
        return self._run("psql", "-h", "127.0.0.1", "-p", self.port, "-U", "bench", "-d", "postgres", "-X", "-At", "-v", "ON_ERROR_STOP=1",
                         "-c", sql).strip()

    def load(self, script, clients, seconds, rate=None, variables=()):
        """{"appends", "seconds", "p50_ms", "p99_ms", "cpu_seconds"}: CPU of the server alone, once the clients have gone."""
        logs = Path(tempfile.mkdtemp(dir=self.folder))
        logs.chmod(0o777)
        before = self.program.cpu_seconds()
        self._run("pgbench", "-h", "127.0.0.1", "-p", self.port, "-U", "bench", "-n", "-M", "prepared", "-f", script, "-c", clients, "-j", 1,
                  "-T", seconds, "-l", "--log-prefix", logs / "log", *(["-R", rate] if rate else []),
                  *[part for variable in variables for part in ("-D", variable)], "postgres")
        cpu = self.program.cpu_seconds() - before
        # client, transaction, microseconds from when it was due, ..
        took = [int(line.split()[2]) / 1000 for log in logs.iterdir() for line in log.read_text().splitlines()]
        points = quantiles(took, n=100)
        return {"appends": len(took), "seconds": seconds, "p50_ms": points[49], "p99_ms": points[98], "cpu_seconds": cpu}
