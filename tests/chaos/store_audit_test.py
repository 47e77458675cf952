"""The second auditor of event stores finds every kind of lie: a sound history, and one spoiled copy of it for each."""
import copy
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent), str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lib")]

from chaos.kafka_records import Record  # noqa: E402
from chaos.store_audit import Audit  # noqa: E402

RUN = "00000abc"
CART = f"{RUN}-cart-0000000"


def told(begin, said, version=0, events=1):
    return {"begin": begin, "end": begin + 5, "said": said, "version": version, "first_version": version - events + 1}


class StoreAuditTest(unittest.TestCase):
    def setUp(self):
        self.appends, self.reads, self.records = [], [], []
        self.append(0, 10, "written", 1)
        self.append(1, 20, "written", 3, ids=2)
        self.append(0, 30, "conflict", 3, stored=False)
        self.append(3, 40, "unknown", 4)
        self.appends[-1]["attempts"].append(told(50, "duplicate", 4))
        self.reads.append({"read": CART, "begin": 60, "end": 65, "asked": "fresh", "promised": 0, "version": 4, "low": 1, "count": 4})

    def append(self, expected, begin, said, version, ids=1, stored=True):
        names = [f"{RUN}-{len(self.appends):04x}-{i}" for i in range(ids)]
        self.appends.append({"append": len(self.appends), "aggregate": CART, "expected": expected, "ids": names,
                             "attempts": [told(begin, said, version, ids)]})
        for name in names if stored else []:
            self.store(name)
        return names[0]

    def store(self, name):
        at = len(self.records)
        self.records.append(Record(2, at, CART.encode(), b"{}", [(b"event-id", name.encode()), (b"aggregate-version", str(at + 1).encode())], False))

    def kinds(self):
        return dict(Audit(RUN, copy.deepcopy(self.appends), self.reads, self.records).kinds())

    def test_a_sound_history_is_sound(self):
        self.assertEqual(self.kinds(), {})

    def test_markers_and_others_are_left_out(self):
        self.records.insert(0, Record(2, -1, b"\0\0\0\0", b"", [], True))
        self.records.append(Record(2, 9, b"cart-1", b"{}", [], False))
        self.assertEqual(self.kinds(), {})

    def test_lost(self):
        self.append(4, 70, "written", 5, stored=False)
        self.assertEqual(self.kinds(), {"lost": 1})

    def test_torn(self):
        self.append(4, 70, "unknown", 6, ids=2)
        del self.records[-1]
        self.assertEqual(self.kinds(), {"torn": 1})

    def test_version(self):
        self.records[3] = self.records[3]._replace(headers=[self.records[3].headers[0], (b"aggregate-version", b"3")])
        self.assertEqual(self.kinds(), {"version": 1})

    def test_expected(self):
        self.appends[3]["expected"] = 2
        self.assertEqual(self.kinds(), {"expected": 1})

    def test_repeated(self):
        self.store(self.appends[3]["ids"][0])
        self.assertEqual(self.kinds(), {"repeated": 1})

    def test_a_repeat_without_expectation_beyond_the_last_events_is_allowed(self):
        name = self.append(None, 70, "unknown", 5)
        for i in range(32):
            self.append(None, 80 + i, "unknown", 6 + i)
        self.store(name)
        self.assertEqual(self.kinds(), {})
        del self.records[-2:]
        self.store(name)
        self.assertEqual(self.kinds().get("repeated"), 1)

    def test_a_repeat_that_is_not_recognised(self):
        self.appends[3]["attempts"].append(told(90, "conflict", 4))
        self.assertIn("repeated", self.kinds())

    def test_denied(self):
        self.append(4, 70, "refused", 0)
        self.assertEqual(self.kinds(), {"denied": 1})

    def test_misplaced(self):
        self.appends[0]["attempts"][0].update(version=2, first_version=2)
        self.assertIn("misplaced", self.kinds())

    def test_invented(self):
        self.store(f"{RUN}-ffff-0")
        self.assertEqual(self.kinds(), {"invented": 1})

    def test_split(self):
        self.records[3] = self.records[3]._replace(partition=1)
        self.assertEqual(self.kinds(), {"split": 1})

    def test_conflict(self):
        self.append(4, 70, "conflict", 4, stored=False)
        self.append(4, 80, "conflict", 9, stored=False)
        self.assertEqual(self.kinds(), {"conflict": 2})

    def test_stale_conflict(self):
        self.append(0, 70, "conflict", 1, stored=False)
        self.assertEqual(self.kinds(), {"stale_conflict": 1})

    def test_stale_read(self):
        self.reads[0]["version"] = 3
        self.assertEqual(self.kinds(), {"stale_read": 1})
        self.reads[0].update(asked="token", promised=4)
        self.assertEqual(self.kinds(), {"stale_read": 1})

    def test_read_of_what_is_not_there(self):
        self.reads[0]["version"] = 7
        self.assertEqual(self.kinds(), {"read": 1})

    def test_order(self):
        self.appends[0]["attempts"][0].update(begin=100, end=105)
        self.assertIn("order", self.kinds())


if __name__ == "__main__":
    unittest.main()
