"""The driver's command line: which scenarios, with which seeds, and what is said about them."""
import argparse
import collections
import pathlib
import random
import signal
import sys
import time

from chaos import report
from chaos.cluster import ROOT, Cluster
from chaos.scenario_run import ScenarioRun
from chaos.controls import CONTROLS
from chaos.scenarios import SCENARIOS
from chaos.store_run import StoreRun
from chaos.store_scenarios import STORE_CONTROLS, STORE_SCENARIOS, StoreScenario

Programs = collections.namedtuple("Programs", "headgate loadgen shim unsafe")
ALL = [*SCENARIOS, *CONTROLS, *STORE_SCENARIOS, *STORE_CONTROLS]
BY_NAME = {scenario.name: scenario for scenario in ALL}
VOIDS_MAX = 5  # in a row: then the machine is not fit


def parse(arguments):
    parser = argparse.ArgumentParser(prog="tests/chaos/run", description="Faults on a real three-broker Kafka under load, audited from Kafka itself. "
                                     "Exit code 0: every promise held (and every control found what it must).")
    parser.add_argument("scenario", nargs="*", help="one or more names, see --list")
    parser.add_argument("--list", action="store_true", help="the scenarios")
    parser.add_argument("--all", action="store_true", help="every scenario once")
    parser.add_argument("--campaign", type=int, metavar="N", help="N schedules, scenario and times drawn by --seed")
    parser.add_argument("--seed", type=int, default=None, help="the same seed makes the same schedule (default: a new one, which is printed)")
    parser.add_argument("--controls", action="store_true", help="every control once")
    parser.add_argument("--store", action="store_true", help="with --all, --campaign, --controls: those of the event store instead")
    parser.add_argument("--rate", type=int, default=1000, help="events a second of the load generator")
    parser.add_argument("--until", metavar="HH:MM", help="begin no further run after this time")
    parser.add_argument("--summary", type=pathlib.Path, help="write the summary (Markdown) to this file")
    parser.add_argument("--about", help="what the summary says of its runs")
    parser.add_argument("--start-cluster", action="store_true", help="no run: start the brokers as scenarios want them, and leave them running")
    parser.add_argument("--collect", action="store_true", help="no run: write the summary of all runs kept in --folder")
    parser.add_argument("--headgate", type=pathlib.Path, default=ROOT / "build/release/headgate")
    parser.add_argument("--loadgen", type=pathlib.Path, default=ROOT / "build/release/headgate-loadgen")
    parser.add_argument("--shim", type=pathlib.Path, help="preloaded into the gateway by some scenarios (default: beside --headgate)")
    parser.add_argument("--unsafe", type=pathlib.Path, help="what the store's controls run instead of --headgate (default: headgate_unsafe beside it)")
    parser.add_argument("--cluster", default="chaos", help="name for scripts/kafka; a running one is used and left running")
    parser.add_argument("--port", type=int, default=19930, help="first port of the brokers")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build/chaos", help="where logs and audits are kept")
    return parser.parse_args(arguments)


def choose(options):
    """[(scenario, seed)]"""
    seed = options.seed if options.seed is not None else random.randrange(10**6)
    scenarios, controls = (STORE_SCENARIOS, STORE_CONTROLS) if options.store else (SCENARIOS, CONTROLS)
    if options.campaign:
        draw, names, weights = random.Random(seed), [s.name for s in scenarios], [s.weight for s in scenarios]
        return [(draw.choices(names, weights)[0], draw.randrange(10**6)) for _ in range(options.campaign)]
    names = [s.name for s in (*scenarios, *controls)] if options.all else [s.name for s in controls] if options.controls else options.scenario
    return [(name, seed) for name in names]


def run_one(options, cluster, name, seed):
    """Runs one and says in one line how it went; a failure says how to repeat it."""
    headgate = options.headgate.resolve()
    programs = Programs(headgate, options.loadgen.resolve(), options.shim or headgate.parent / "libheadgate_chaos_shim.so",
                        options.unsafe or headgate.parent / "headgate_unsafe")
    folder = options.folder.resolve() / f"{time.strftime('%H%M%S')}-{name}-{seed}"
    how = StoreRun if isinstance(BY_NAME[name], StoreScenario) else ScenarioRun
    verdict = how(BY_NAME[name], seed, cluster, programs, folder, options.rate).execute()
    word = "ok    " if verdict.good else "void  " if verdict.void else "FAILED"
    print(f"{word} {name} --seed {seed}: {verdict.verified} events, {verdict.seconds:.0f} s, {verdict.rss_mib} MiB", flush=True)
    for problem in verdict.problems:
        print(f"         {problem}", flush=True)
    if not verdict.good:
        print(f"         repeat: tests/chaos/run {name} --seed {seed}   logs: {folder}", flush=True)
    return verdict


def main(arguments):
    options = parse(arguments)
    if options.list:
        for scenario in ALL:
            print(f"{scenario.name:22} {scenario.about}")
        return 0
    if options.collect:
        write_summary(options, report.kept(options.folder))
        return 0
    if options.start_cluster:
        Cluster(options.cluster, options.port).rebuild()
        return 0
    unknown = [name for name in options.scenario if name not in BY_NAME]
    if unknown or not (options.scenario or options.all or options.controls or options.campaign):
        print(f"no such scenario: {', '.join(unknown)} (--list)" if unknown else "name a scenario, or --all, or --campaign N (--help)", file=sys.stderr)
        return 2
    return run_all(options)


def write_summary(options, verdicts):
    options.summary.parent.mkdir(parents=True, exist_ok=True)
    options.summary.write_text(report.summary(verdicts, options))


def run_all(options):
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends what we started, as Ctrl-C does
    cluster, verdicts = Cluster(options.cluster, options.port), []
    try:
        cluster.start()
        for name, seed in choose(options):
            if options.until and time.strftime("%H:%M") >= options.until:
                break
            verdicts.append(run_one(options, cluster, name, seed))
            if options.summary:
                write_summary(options, verdicts)  # after each: an interrupted campaign leaves what it has found
            if verdicts[-1].void and not go_on(cluster, verdicts):
                break
    finally:
        cluster.stop()
    return conclude(options, verdicts)


def go_on(cluster, verdicts):
    """A cluster that did not come back is made anew, unless that does not help."""
    if len(verdicts) >= VOIDS_MAX and all(verdict.void for verdict in verdicts[-VOIDS_MAX:]):
        return False
    cluster.rebuild()
    return True


def conclude(options, verdicts):
    """Void runs prove nothing: a campaign may have some, a scenario asked for by name may not."""
    good, void = sum(v.good for v in verdicts), sum(v.void for v in verdicts)
    print(f"{good} of {len(verdicts)} good, {void} void, {sum(v.verified for v in verdicts)} events verified")
    return 0 if good and good + (void if options.campaign else 0) == len(verdicts) else 1
