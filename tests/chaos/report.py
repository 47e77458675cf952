"""The summary of many runs as a page to keep. Used by command_line.py."""
import collections
import json
import os
import platform
import subprocess
import time
import types

from chaos.cluster import ROOT


def commit_of(program):
    """The commit the tested program says it was built from."""
    told = subprocess.run([str(program), "--version"], stdout=subprocess.PIPE, text=True, check=False).stdout
    return " ".join(told.split("\n")[0].split())


def driver_commit():
    return subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE, text=True, check=False).stdout.strip()


def outcomes(counts):
    names = ("persisted", "accepted", "rejected", "not_persisted", "blocked", "refused", "possibly_persisted", "unanswered")
    return ", ".join(f"{counts[name]} {name}" for name in names if counts.get(name))


def kept(folder):
    """The verdicts of all runs whose logs are in the folder, in the order they were made."""
    files = sorted(folder.rglob("verdict.json"), key=lambda file: file.stat().st_mtime)
    return [types.SimpleNamespace(**json.loads(file.read_text())) for file in files]


def row(verdict):
    counts = verdict.counts
    if "appends" in counts:
        return store_row(verdict)
    load = f"{counts.get('load_acked', 0)} acked, {counts.get('load_refused', 0)} refused, {counts.get('load_unknown', 0)} unknown"
    return (f"| {verdict.scenario} | {verdict.seed} | {verdict_word(verdict)} | {outcomes(counts)} | {load} "
            f"| {verdict.rss_mib} | {counts.get('recovery_s', '')} | {counts.get('amplification') or ''} |")


def store_row(verdict):
    counts = verdict.counts
    load = f"{counts['load_acked']} acked, {counts['conflicts']} conflicts, {counts['unknown']} unknown, {counts['reads']} reads"
    return (f"| {verdict.scenario} | {verdict.seed} | {verdict_word(verdict)} | pause {counts.get('pause_s')} s | {load} | {verdict.rss_mib} "
            f"| {counts.get('recovery_s', '')} | |")


def verdict_word(verdict):
    return "good" if verdict.good else "void" if verdict.void else "**failed**"


def totals(verdicts):
    """The answers of all runs together, and the worst of each measure."""
    sums = collections.Counter()
    for verdict in verdicts:
        sums.update({key: value for key, value in verdict.counts.items() if isinstance(value, int) and not verdict.void})
    if sums["appends"]:
        return store_totals(verdicts, sums)
    worst = {key: max((v.counts.get(key) or 0 for v in verdicts if not v.void), default=0) for key in ("recovery_s", "amplification")}
    return [f"- own clients: {sums['events']} events: {outcomes(sums)}",
            f"- load generator: {sums['load_acked']} acked, {sums['load_refused']} refused, {sums['load_unknown']} unknown",
            f"- worst recovery {worst['recovery_s']} s; worst requests {worst['amplification']} times; most memory "
            f"{max((v.rss_mib for v in verdicts), default=0)} MiB; {sum(v.seconds for v in verdicts) / 60:.0f} minutes of runs"]


def store_totals(verdicts, sums):
    pause = max((v.counts.get("pause_s") or 0 for v in verdicts if not v.void), default=0)
    return [f"- {sums['appends']} appends: {sums['load_acked']} acked, {sums['conflicts']} conflicts, {sums['refused']} refused, {sums['unknown']} unknown; "
            f"{sums['repeats']} repeated on purpose, {sums['sent_again']} attempts sent again; {sums['reads']} reads; {sums['audited']} appends judged twice",
            f"- longest time without an ack in some partition {pause} s (second column: of the run); most memory "
            f"{max((v.rss_mib for v in verdicts), default=0)} MiB; {sum(v.seconds for v in verdicts) / 60:.0f} minutes of runs"]


def summary(verdicts, options):
    good = sum(verdict.good for verdict in verdicts)
    kind = options.about or (f"campaign of {options.campaign}, seed {options.seed}" if options.campaign else "seeds as below")
    lines = [f"# Chaos runs, {time.strftime('%Y-%m-%d %H:%M')}", "",
             f"- program: {commit_of(options.headgate)}; driver: {driver_commit()}; {kind}",
             f"- machine: {os.cpu_count()} cores, {platform.system()} {platform.release()}, shared with other work; three brokers on the same machine",
             f"- **{good} of {len(verdicts)} runs good, {sum(v.void for v in verdicts)} void, {sum(v.verified for v in verdicts)} events verified against Kafka**",
             "",
             "Own clients: each event's answer against its place in Kafka. Load generator: its own verifier. Recovery: seconds from the end of",
             "the last fault until an event was acked again. Requests: to Kafka, worst 3 s after the first fault, as a multiple of those before.", "",
             *totals(verdicts), "", "| scenario | seed | verdict | own clients' events | load generator | max MiB | recovery s | requests |", "|---|---|---|---|---|---|---|---|"]
    lines += [row(verdict) for verdict in verdicts]
    failures = [f"- {v.scenario} --seed {v.seed}: {' '.join('; '.join(v.problems).split())[:600]}" for v in verdicts if not v.good]
    controls = [f"- {v.scenario}: {'; '.join(v.problems)[:400]}" for v in verdicts if v.good and v.problems]
    lines += ["", "## Failures", "", *failures] if failures else []
    lines += ["", "## What the controls found", "", *controls] if controls else []
    return "\n".join(lines) + "\n"
