"""The events that are sent again, and those that are not: no socket, no clock."""

import json
import unittest

from headgate.retry import Answer, Keys, Patience, Refused, Sending, batches, encode, key_at, retry_after_of


def itemised(status, *failures, retry_after=None):
    body = json.dumps({"failures": [{"index": i, "outcome": o, "code": c} for i, o, c in failures]}).encode()
    return Answer(status, body, retry_after)


def outcomes(sending):
    return [(f.index, f.outcome) for f in sending.report.failures]


class RetryTest(unittest.TestCase):
    def sending(self, keys="abab", **patience):
        return Sending(list(keys), Patience(**patience))

    def test_all_stored(self):
        s = self.sending()
        s.settle(Answer(200, b'{"events":4}'))
        self.assertEqual((s.pending, s.report.stored, s.report.all_stored), ([], 4, True))

    def test_what_was_not_written_is_sent_again_in_order(self):
        s = self.sending()
        s.settle(itemised(207, (1, "not_persisted", "partition_full"), (3, "blocked", "earlier_record_failed")))
        self.assertEqual(s.pending, [1, 3])
        s.settle(itemised(207, (0, "not_persisted", "partition_full")))  # of the second request
        self.assertEqual(s.pending, [1])
        s.settle(Answer(200, b"{}"))
        self.assertTrue(s.report.all_stored)
        self.assertEqual(s.report.attempts, 3)

    def test_rejected_is_for_good_and_leaves_no_hole(self):
        s = self.sending()
        s.settle(itemised(207, (0, "rejected", "invalid_json"), (2, "not_persisted", "partition_full")))
        self.assertEqual((s.pending, outcomes(s)), ([2], [(0, "rejected")]))

    def test_what_may_be_stored_is_not_sent_again_nor_anything_behind_it(self):
        s = self.sending()
        s.settle(itemised(504, (0, "possibly_persisted", "answer_timeout"), (1, "not_persisted", "answer_timeout"),
                          (2, "blocked", "earlier_record_unknown")))
        self.assertEqual(s.pending, [1])
        self.assertEqual(outcomes(s), [(0, "possibly_persisted"), (2, "blocked")])

    def test_at_least_once_sends_it_again(self):
        s = self.sending(at_least_once=True)
        s.settle(itemised(504, (0, "possibly_persisted", "answer_timeout"), (2, "blocked", "earlier_record_unknown")))
        self.assertEqual(s.pending, [0, 2])
        s.give_up("late")
        self.assertEqual(outcomes(s), [(0, "possibly_persisted"), (2, "not_persisted")])

    def test_an_unknown_key_may_be_any(self):
        s = Sending([None, None], Patience())
        s.settle(itemised(504, (0, "possibly_persisted", "answer_timeout"), (1, "not_persisted", "answer_timeout")))
        self.assertEqual((s.pending, outcomes(s)), ([], [(0, "possibly_persisted"), (1, "not_persisted")]))

    def test_later_parts_write_nothing_behind_a_hole(self):
        parted = Keys()
        first = Sending(["a", "b"], Patience(), parted)
        first.settle(itemised(504, (0, "possibly_persisted", "answer_timeout")))
        second = Sending(["a", "b"], Patience(), parted)
        self.assertEqual((second.pending, outcomes(second)), ([1], [(0, "blocked")]))

    def test_a_refusal_that_passes_sends_everything_again(self):
        for status in (429, 503):
            s = self.sending()
            answer = Answer(status, b'{"code":"overloaded"}', 2.0)
            s.settle(answer)
            self.assertEqual(s.pending, [0, 1, 2, 3])
            self.assertGreaterEqual(s.wait(answer), 2.0)

    def test_no_connection_is_safe_and_no_answer_is_not(self):
        s = self.sending()
        s.settle(Answer(0, was_sent=False, error="refused"))
        self.assertEqual(s.pending, [0, 1, 2, 3])
        for lost in (Answer(0, error="reset"), Answer(502, b"<html>")):
            s = self.sending()
            s.settle(lost)
            self.assertEqual(s.pending, [])
            self.assertEqual({o for _, o in outcomes(s)}, {"possibly_persisted"})

    def test_a_refusal_for_good_is_raised(self):
        for status in (400, 401, 403, 404, 413, 415):
            with self.assertRaises(Refused) as raised:
                self.sending().settle(Answer(status, b'{"code":"x","detail":"y"}'))
            self.assertEqual((raised.exception.status, raised.exception.code), (status, "x"))

    def test_hopeless_ones_are_not_sent_again(self):
        s = self.sending()
        s.settle(itemised(422, (0, "rejected", "invalid_json"), (1, "not_persisted", "request_refused")))
        self.assertEqual(s.pending, [])

    def test_waits_grow_and_end(self):
        s = self.sending(first_wait=1.0, wait_max=4.0)
        for most in (1.0, 2.0, 4.0, 4.0):
            s.report.attempts += 1
            self.assertTrue(most / 2 <= s.wait(Answer(503)) <= most)


class PartsTest(unittest.TestCase):
    def test_keys(self):
        self.assertEqual(key_at({"a": {"b/c": 7}}, "/a/b~1c"), "7")
        self.assertEqual(key_at([{"id": "x"}], "/0/id"), "x")
        for event, pointer in (({}, "/a"), ({"a": None}, "/a"), ({"a": {}}, "/a"), (7, "/a")):
            self.assertIsNone(key_at(event, pointer))

    def test_batches(self):
        lines = [b"12345"] * 5
        self.assertEqual(batches(lines, 2, 1000), [range(0, 2), range(2, 4), range(4, 5)])
        self.assertEqual(batches(lines, 100, 12), [range(0, 2), range(2, 4), range(4, 5)])
        self.assertEqual(batches(lines, 100, 1), [range(i, i + 1) for i in range(5)])
        self.assertEqual(batches([], 2, 2), [])

    def test_lines(self):
        self.assertEqual(encode({"a": "é"}), '{"a":"é"}'.encode())
        with self.assertRaises(ValueError):
            encode(b"{\n}")

    def test_retry_after(self):
        self.assertEqual([retry_after_of(t) for t in ("7", None, "", "soon")], [7.0, None, None, None])


if __name__ == "__main__":
    unittest.main()
