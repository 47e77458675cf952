"""The machine and the programs of a measurement: goes into every result file."""

import datetime
import platform
import subprocess
import time
from pathlib import Path


def _output(*command, cwd=None):
    try:
        return subprocess.run([str(c) for c in command], capture_output=True, text=True, cwd=cwd, timeout=20).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


NOBODY = "nothing else ran"
BUSY_SHARE_MAX = 0.03  # of the machine, in the seconds before: a quiet system's own housekeeping
QUIET_SECONDS = 3


def _busy_and_all():
    with open("/proc/stat", encoding="ascii") as f:
        ticks = [int(n) for n in f.readline().split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)


def others(seconds=QUIET_SECONDS):
    """The processor time of other programs before anything of ours runs."""
    busy, everything = _busy_and_all()
    time.sleep(seconds)
    busy, everything = (after - before for after, before in zip(_busy_and_all(), (busy, everything)))
    share = busy / everything
    return NOBODY if share <= BUSY_SHARE_MAX else f"other programs took {share:.0%} of the machine"


def _mitigations():
    folder = Path("/sys/devices/system/cpu/vulnerabilities")
    found = {f.name: f.read_text().strip() for f in sorted(folder.glob("*"))} if folder.is_dir() else {}
    return [f"{name}: {state}" for name, state in found.items() if state != "Not affected"]


def _vectors(flags):
    return next((name for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2"), ("sse4_2", "SSE 4.2"), ("asimd", "NEON")) if flag in flags), "none")


def describe(root, gateway):
    cpu = {}
    for line in _output("lscpu").splitlines():
        name, _, value = line.partition(":")
        cpu[name.strip()] = value.strip()
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _output("git", "rev-parse", "--short=10", "HEAD", cwd=root),
        "uncommitted_changes": bool(_output("git", "status", "--porcelain", "--untracked-files=no", cwd=root)),
        "machine": f"{cpu.get('Model name', platform.machine())} (family {cpu.get('CPU family', '?')}, model {cpu.get('Model', '?')}), "
                   f"{cpu.get('CPU(s)', '?')} cores, {cpu.get('Hypervisor vendor', 'no')} hypervisor",
        "vectors": _vectors(cpu.get("Flags", "").split()),
        "others_before": others(),
        "mitigations": _mitigations(),
        "kernel": platform.release(),
        "compiler": _output("c++", "--version").splitlines()[:1],
        "gateway": _output(gateway, "--version").splitlines(),
        "librdkafka": _output("pkg-config", "--modversion", "rdkafka"),
        "kafka": "4.1.1, one broker, on the same cores as everything else",
        "wrk": (_output("wrk", "--version").splitlines() or [""])[0],
    }
