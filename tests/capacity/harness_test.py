#!/usr/bin/env python3
"""The arithmetic of bench/: a figure that is computed wrongly is worse than none."""

import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "bench"))

from capacity import flame, goals, report  # noqa: E402
from harness.lag import at_percentile, delays  # noqa: E402
from harness.log_filler import keys  # noqa: E402
from harness.measure import difference, interleave, ratio, spread  # noqa: E402
from harness.processes import Program  # noqa: E402


def sample(cpu):
    return {"cpu_ns_per_event": cpu, "events_per_second": 1e9 / cpu}


class ReadModel(unittest.TestCase):
    def test_an_event_is_shown_by_the_first_look_with_a_position_behind_it(self):
        seen = [(10, {}), (11, {0: 5}), (12, {0: 6, 1: 1}), (13, {0: 6, 1: 9})]
        took, lost = delays([("0", "5", "9.5"), ("0", "4", "9"), ("1", "0", "11"), ("1", "9", "12")], seen)
        self.assertEqual(took, [1, 2, 2.5])  # offset 0 of 1 at 12, 4 at 11, 5 at 12
        self.assertEqual(lost, 1)  # offset 9: the position is 9, not behind it

    def test_percentiles_are_of_what_was_seen(self):
        self.assertEqual([at_percentile(list(range(200)), q) for q in (50, 99)], [100, 198])
        self.assertEqual(at_percentile([3], 99), 3)

    def test_each_aggregate_gets_its_events_among_those_that_are_open_with_it(self):
        first = [key for _, key in zip(range(9), keys(9, 2, 3))]
        self.assertEqual(first, [f"aggregate-{n}" for n in (0, 1, 2, 0, 1, 2, 3, 4, 5)])


class Measure(unittest.TestCase):
    def test_ratio_is_of_neighbours_not_of_medians(self):
        ours, reference = [sample(c) for c in (10, 40, 90)], [sample(c) for c in (10, 20, 30)]
        self.assertEqual(ratio(ours, reference)["median"], 2)
        self.assertEqual((ratio(ours, reference)["low"], ratio(ours, reference)["high"]), (1, 3))

    def test_one_round_does_not_count_and_every_other_pair_runs_backwards(self):
        order = []
        legs = {name: lambda name=name: order.append(name) or sample(len(order)) for name in "abc"}
        samples = interleave(legs, 2)
        self.assertEqual("".join(order), "abc" "abccba")
        self.assertEqual([s["cpu_ns_per_event"] for s in samples["a"]], [4, 9])

    def test_difference_and_a_single_sample(self):
        self.assertEqual(difference([{"p50_ms": 3}], [{"p50_ms": 1}], "p50_ms")["median"], 2)
        self.assertEqual(spread([7])["quartile_high"], 7)


class Goals(unittest.TestCase):
    def test_verdicts_on_both_sides_of_both_bounds(self):
        lower, higher = goals.goal("1"), goals.goal("5")
        self.assertEqual([lower.verdict(v) for v in (0.45, 0.60, 0.61)], ["after", "must", "MISSED"])
        self.assertEqual([higher.verdict(v) for v in (1.3, 1.0, 0.99)], ["after", "must", "MISSED"])

    def test_a_kind_of_processor_may_have_stricter_bounds(self):
        self.assertEqual([goals.goal("1").verdict(0.42, kind) for kind in ("Zen 5", "Zen 4")], ["MISSED", "after"])

    def test_the_table_has_a_column_for_each_kind_and_its_newest_figure(self):
        def run(family, value):
            return {"machine": {"machine": f"AMD EPYC ({family}), 2 cores"}, "rows": {"1": {"spread": spread([value])}}}
        table = list(report.by_machine([run("family 26", 0.5), run("family 26", 0.3), run("family 25, model 17", 0.7)]))
        self.assertEqual(table[0][4:], ["Zen 5", "Zen 4"])
        self.assertEqual(table[2][4:], ["0.30 (0.30 .. 0.30), after", "**0.70 (0.70 .. 0.70)**, missed"])

    def test_a_missed_row_is_named_and_every_row_is_told_apart(self):
        results = {"2": {"spread": spread([0.9]), "remark": ""}, "8": {"spread": spread([1.0]), "remark": "r"}}
        self.assertEqual(report.missed(results), ["2"])
        self.assertEqual([row[0] for row in report.rows(results)], ["2", "8"])
        self.assertEqual(len({g.row for g in goals.GOALS}), len(goals.GOALS))


class Pictures(unittest.TestCase):
    def test_flame_graph_escapes_and_sizes(self):
        svg = flame.draw({("t", "f<int>"): 3, ("t", "g"): 1}, "a & b")
        self.assertIn("f&lt;int&gt; 75.0%", svg)
        self.assertIn("a &amp; b", svg)
        self.assertIn('width="900.0"', svg)


class Processes(unittest.TestCase):
    def test_cpu_of_children_counts(self):
        log = f"/tmp/headgate-harness-test-{os.getpid()}.log"
        burn = "import time\nend=time.process_time()+0.3\nwhile time.process_time()<end: pass\nprint('done',flush=True)\ntime.sleep(60)"
        program = Program(["sh", "-c", f"{sys.executable} -c \"{burn}\"; true"], log, ready="done")
        try:
            self.assertGreater(program.cpu_seconds(), 0.25)
            self.assertGreater(program.rss_bytes(), 1_000_000)
        finally:
            program.stop()
            os.remove(log)
        self.assertFalse(program.alive())


if __name__ == "__main__":
    unittest.main()
