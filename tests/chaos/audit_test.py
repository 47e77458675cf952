"""The auditor must name every kind of lie: answers and records that agree, then one thing changed at a time."""
import copy
import json
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from chaos import amplification, audit, kafka_records, own_load  # noqa: E402
from chaos.kafka_records import Record  # noqa: E402


def world():
    """Two aggregates with five events each, all acked, as they stand in Kafka."""
    events, records = [], []
    for number in range(5):
        for partition, aggregate in enumerate(("a", "b")):
            line = json.dumps({"aggregateId": aggregate, "id": f"{aggregate}{number}"}, separators=(",", ":")).encode()
            events.append(audit.Event(f"{aggregate}{number}", aggregate, number, number // 2, line, True, "persisted", "",
                                      partition, number, 10.0 + number))
            records.append(Record(partition, number, aggregate.encode(), line))
    return events, records


class AuditTest(unittest.TestCase):
    def setUp(self):
        self.events, self.records = world()

    def kinds(self, **terms):
        return audit.audit(self.events, self.records, own_load.id_of, audit.Terms(**terms)).kinds()

    def event(self, name):
        return next(event for event in self.events if event.id == name)

    def test_finds_nothing_where_answers_and_records_agree(self):
        self.assertEqual(self.kinds(), {})

    def test_names_a_dropped_record(self):
        del self.records[3]
        self.assertEqual(self.kinds(), {"lost": 1})

    def test_names_a_repeated_record(self):
        self.records.append(self.records[2]._replace(offset=77))
        self.assertEqual(self.kinds(), {"repeated": 1, "late_copy": 1})

    def test_names_two_swapped_records_of_an_aggregate(self):
        first, second = self.records[0], self.records[2]
        self.records[0], self.records[2] = first._replace(value=second.value), second._replace(value=first.value)
        self.assertEqual(self.kinds(), {"misplaced": 2})

    def test_names_two_answers_in_the_wrong_order(self):
        a0, a1 = self.event("a0"), self.event("a1")
        a0.offset, a1.offset = a1.offset, a0.offset
        self.assertEqual(self.kinds()["reordered"], 1)

    def test_names_a_wrong_offset(self):
        self.event("b4").offset = 99
        self.assertEqual(self.kinds(), {"misplaced": 1})

    def test_takes_an_unknown_offset_but_not_a_made_up_one(self):
        self.event("b4").offset = audit.UNKNOWN_OFFSET
        self.assertEqual(self.kinds(), {})
        self.event("b4").offset = -1001
        self.assertEqual(self.kinds(), {"misplaced": 1, "reordered": 1})

    def test_names_what_is_lost_or_out_of_order_also_at_an_unknown_offset(self):
        self.event("a3").offset = self.event("a2").offset = audit.UNKNOWN_OFFSET
        second, third = self.records[4], self.records[6]
        self.records[4], self.records[6] = second._replace(value=third.value), third._replace(value=second.value)
        self.assertEqual(self.kinds(), {"reordered": 1})
        self.records.remove(self.records[6])
        self.assertEqual(self.kinds()["lost"], 1)

    def test_names_present_events_answered_as_absent(self):
        self.event("a4").sound = False
        for outcome in audit.ABSENT:
            self.event("a4").outcome = outcome
            self.assertEqual(self.kinds(), {"denied": 1}, outcome)

    def test_names_a_rejection_without_a_cause(self):
        self.event("b4").outcome = "rejected"
        self.records = [record for record in self.records if b'"b4"' not in record.value]
        self.assertEqual(self.kinds(), {"unjust": 1})
        self.event("b4").sound = False
        self.assertEqual(self.kinds(), {})

    def test_names_a_late_copy_behind_an_acked_event_also_where_the_client_sent_it_twice(self):
        self.event("a1").sent = 2
        self.records.append(self.records[2]._replace(offset=40))
        self.assertEqual(self.kinds(), {"late_copy": 1})
        self.assertEqual(self.kinds(one_process=False), {})
        self.event("a1").outcome = "possibly_persisted"
        self.assertEqual(self.kinds(), {"late_copy": 1})

    def test_takes_a_second_copy_before_the_next_event_of_a_client_that_sent_it_twice(self):
        self.records = [record._replace(offset=record.offset * 10) for record in self.records]
        for event in self.events:
            event.offset *= 10
        self.event("a1").sent = 2
        self.records.append(self.records[2]._replace(offset=15))
        self.assertEqual(self.kinds(), {})
        self.records.append(self.records[2]._replace(offset=16))
        self.assertEqual(self.kinds(), {"repeated": 1})

    def test_no_later_answer_denies_what_an_earlier_one_left_open(self):
        self.event("a4").outcome, self.event("a4").doubtful = "not_persisted", True
        self.assertEqual(self.kinds(), {})

    def test_names_a_client_that_was_turned_away_where_there_was_room(self):
        self.event("a4").outcome = "refused"
        self.records = [record for record in self.records if b'"a4"' not in record.value]
        self.assertEqual(self.kinds(), {})
        self.assertEqual(self.kinds(never_refused=True), {"turned_away": 1})

    def test_names_altered_bytes_and_keys(self):
        self.records[1] = self.records[1]._replace(value=self.records[1].value + b" ")
        self.records[4] = self.records[4]._replace(key=b"other")
        self.assertEqual(self.kinds(), {"altered": 2})

    def test_names_a_record_nobody_sent(self):
        self.records.append(Record(0, 5, b"a", b'{"id":"x9"}'))
        self.assertEqual(self.kinds(), {"foreign": 1})

    def test_names_an_aggregate_that_moved(self):
        self.event("a3").partition = 1
        self.event("a3").offset = 50
        self.records[6] = self.records[6]._replace(partition=1, offset=50)
        self.assertEqual(self.kinds(), {"moved": 2})
        self.assertEqual(self.kinds(keys_move=True), {})

    def test_names_an_event_written_past_a_hole(self):
        self.event("a2").outcome = "not_persisted"
        self.records = [record for record in self.records if b'"a2"' not in record.value]
        self.assertEqual(self.kinds(), {"past_hole": 1})

    def test_leaves_open_what_was_answered_as_open_but_never_twice(self):
        self.event("a1").outcome = "possibly_persisted"
        self.assertEqual(self.kinds(), {})
        absent = copy.copy(self.records)
        self.records.append(self.records[2]._replace(offset=40))
        self.assertEqual(self.kinds(), {"repeated": 1, "late_copy": 1})
        self.records = [record for record in absent if b'"a1"' not in record.value]
        self.assertEqual(self.kinds(), {})

    def test_names_a_taken_event_without_answer_after_an_orderly_end(self):
        self.event("b2").outcome = "unanswered"
        self.assertEqual(self.kinds(), {})
        self.assertEqual(self.kinds(answers_all=True), {"unanswered": 1})

    def test_takes_accepted_for_a_promise_only_in_controls(self):
        self.event("b1").outcome = "accepted"
        self.records = [record for record in self.records if b'"b1"' not in record.value]
        self.assertEqual(self.kinds(), {})
        self.assertEqual(self.kinds(accepted_is_promised=True), {"lost": 1})

    def test_forgives_only_answers_before_the_moment(self):
        self.records = [record for record in self.records if record.offset > 2]
        self.assertEqual(self.kinds(forgive_before=12.5), {})
        self.assertEqual(self.kinds(forgive_before=11.5), {"lost": 2})


class AmplificationTest(unittest.TestCase):
    def worst(self, requests, batches):
        """Totals each second; the fault begins at second 3."""
        samples = [amplification.Sample(float(at), *totals, 1) for at, totals in enumerate(zip(requests, batches))]
        return amplification.amplification(samples, 0.0, 3.0, float(len(samples)))

    def test_is_measured_against_the_time_before_the_fault(self):
        self.assertEqual(self.worst([0, 10, 20, 30, 130, 230, 330, 430, 530], [0] * 9), 10.0)

    def test_does_not_count_requests_that_carry_more_batches(self):
        self.assertEqual(self.worst([0, 10, 20, 30, 130, 230, 330, 430, 530], [0, 10, 20, 30, 130, 230, 330, 430, 530]), 1.0)

    def test_says_nothing_where_there_was_no_load(self):
        self.assertIsNone(self.worst([0, 1, 2, 3, 100, 200, 300, 400, 500], [0] * 9))

    def test_does_not_compare_across_a_restart(self):
        samples = [amplification.Sample(float(at), 10.0 * at, 0, 1) for at in range(6)]
        samples += [amplification.Sample(float(at), 10.0 * (at - 5), 0, 2) for at in range(6, 12)]
        self.assertEqual(amplification.amplification(samples, 0.0, 3.0, 12.0), 1.0)


class ReaderTest(unittest.TestCase):
    def test_refuses_a_partition_read_with_a_gap(self):
        records = [Record(0, offset, b"", b"") for offset in (0, 1, 3)]
        with self.assertRaises(kafka_records.KafkaError):
            kafka_records.check_complete("t", 0, records, 0, 4)


if __name__ == "__main__":
    unittest.main()
