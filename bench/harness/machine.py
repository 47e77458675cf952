"""The machine and the programs of a measurement: goes into every result file."""

import datetime
import platform
import subprocess


def _output(*command, cwd=None):
    try:
        return subprocess.run([str(c) for c in command], capture_output=True, text=True, cwd=cwd, timeout=20).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def describe(root, gateway):
    cpu = {}
    for line in _output("lscpu").splitlines():
        name, _, value = line.partition(":")
        cpu[name.strip()] = value.strip()
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _output("git", "rev-parse", "--short=10", "HEAD", cwd=root),
        "uncommitted_changes": bool(_output("git", "status", "--porcelain", "--untracked-files=no", cwd=root)),
        "machine": f"{cpu.get('Model name', platform.machine())} (family {cpu.get('CPU family', '?')}), "
                   f"{cpu.get('CPU(s)', '?')} cores, {cpu.get('Hypervisor vendor', 'no')} hypervisor",
        "kernel": platform.release(),
        "compiler": _output("c++", "--version").splitlines()[:1],
        "gateway": _output(gateway, "--version").splitlines(),
        "librdkafka": _output("pkg-config", "--modversion", "rdkafka"),
        "kafka": "4.1.1, one broker, on the same cores as everything else",
        "wrk": (_output("wrk", "--version").splitlines() or [""])[0],
    }
