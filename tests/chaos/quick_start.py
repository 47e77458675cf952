"""Brokers that start in a third of the time: a campaign starts hundreds of them, and their compilers would take the CPU of what is
tested. Used by cluster.py."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

ARCHIVE = ROOT / "build/kafka/classes.jsa"
NAME = "chaos-classes"


def java_options():
    archive = f" -XX:SharedArchiveFile={ARCHIVE}" if ARCHIVE.exists() else ""
    return {"HEADGATE_KAFKA_HEAP": "320m", "JAVA_TOOL_OPTIONS": f"-XX:TieredStopAtLevel=1{archive}"}


def make_archive(port):
    """A broker writes down its loaded classes when it ends. If that fails, brokers only start more slowly."""
    if ARCHIVE.exists():
        return
    options = {**os.environ, "JAVA_TOOL_OPTIONS": f"-XX:ArchiveClassesAtExit={ARCHIVE}.new"}
    # The first start formats, in a JVM that would write its own classes.
    kafka("start", "1", "--port", str(port), "--fresh", environment=os.environ)
    kafka("stop", environment=os.environ)
    kafka("start", "1", "--port", str(port), environment=options)
    kafka("stop", environment=options)
    written = ARCHIVE.with_suffix(".jsa.new")
    if written.exists():
        written.rename(ARCHIVE)


def kafka(*arguments, environment):
    command = [str(ROOT / "scripts/kafka"), *arguments, "--name", NAME]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, check=False)
