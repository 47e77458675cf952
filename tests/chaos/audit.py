"""Holds what the gateway answered against what Kafka holds. Pure: lists in, findings out, so that audit_test.py can show that every
kind of lie is found. Events are those of own_load.py, records those of kafka_records.py."""
import collections
import dataclasses

PROMISED = ("persisted", "duplicate")
ABSENT = ("rejected", "not_persisted", "blocked", "refused")
OPEN = ("possibly_persisted", "accepted", "unanswered")
UNKNOWN_OFFSET = -1  # Kafka had the event already from a request before a failure, and did not say where: nobody can know better


@dataclasses.dataclass
class Event:
    """One event as it was sent, and what was answered."""
    id: str
    aggregate: str
    number: int  # position among its aggregate's events, in the order of sending
    request: int
    line: bytes
    sound: bool = True  # Kafka would take it: nothing may reject it
    outcome: str = "unanswered"
    code: str = ""
    partition: int = -1
    offset: int = -1
    answered_at: float = 0.0
    sent: int = 1  # how often its client sent it, each time after an answer that left its fate open, or none
    doubtful: bool = False  # an earlier time was answered so: no later answer can deny that it is there


@dataclasses.dataclass
class Terms:
    """The excuses that this scenario allows, each for a stated reason."""
    forgive_before: float = 0.0  # answers before this moment may have been lost by Kafka itself (topic deleted, unclean election)
    keys_move: bool = False  # partitions were added: order holds within each partition
    accepted_is_promised: bool = False  # ack=none taken for a promise: what a control does
    answers_all: bool = False  # the gateway was ended in an orderly way: what it took it answered
    one_process: bool = True  # all events of an aggregate went through one gateway: late copies have no excuse
    rights_are_taken: bool = False  # Kafka refuses for a while what nothing is wrong with
    never_refused: bool = False  # there was room for honest clients all the time


@dataclasses.dataclass
class Finding:
    kind: str
    event: str
    detail: str

    def __str__(self):
        return f"{self.kind}: {self.event}: {self.detail}"


@dataclasses.dataclass
class Audit:
    findings: list
    counts: dict

    @property
    def sound(self):
        return not self.findings

    def kinds(self):
        return dict(collections.Counter(finding.kind for finding in self.findings))


def audit(events, records, id_of, terms=None):
    """id_of(value) names the event of a record, or None for one that is not ours."""
    terms = terms or Terms()
    places = collections.defaultdict(list)
    for record in records:
        places[id_of(record.value)].append(record)
    known = {event.id for event in events}
    findings = [Finding("foreign", str(name), f"{len(found)} records nobody sent, first at {where(found[0])}")
                for name, found in places.items() if name not in known]
    for event in events:
        findings += check_event(event, places.get(event.id, []), terms)
    findings += check_order(events, places, terms)
    if terms.one_process and not terms.keys_move:
        findings += check_late_copies(events, places, terms)
    findings += check_holes(events)
    return Audit(findings, counts_of(events, places, records))


def where(record):
    return f"{record.partition}@{record.offset}"


def check_event(event, found, terms):
    if len(found) > event.sent:
        yield Finding("repeated", event.id, f"{event.outcome}, {len(found)} times: {', '.join(map(where, found[:4]))}")
    for record in found:
        if record.value != event.line or record.key != event.aggregate.encode():
            yield Finding("altered", event.id, f"at {where(record)}: key {record.key!r}, value {record.value[:80]!r}")
    if found and event.outcome in ABSENT and not event.doubtful:
        yield Finding("denied", event.id, f"answered {event.outcome} ({event.code}) but is at {where(found[0])}")
    if event.outcome == "refused" and terms.never_refused:
        yield Finding("turned_away", event.id, f"answered {event.code}, and there was room")
    forgiven = event.answered_at < terms.forgive_before
    if event.outcome == "rejected" and event.sound and not terms.rights_are_taken:
        yield Finding("unjust", event.id, f"answered rejected ({event.code}), and nothing is wrong with it")
    if event.outcome in PROMISED and not forgiven:
        yield from check_promise(event, found)
    if found and event.outcome == "unanswered" and terms.answers_all:
        yield Finding("unanswered", event.id, f"is at {where(found[0])}, and its client was not told")
    if event.outcome == "accepted" and terms.accepted_is_promised and not found:
        yield Finding("lost", event.id, "answered accepted, and it is not there")


def check_promise(event, found):
    if not found:
        yield Finding("lost", event.id, f"answered {event.outcome} at {event.partition}@{event.offset}, and it is not there")
    elif not any(record.partition == event.partition and event.offset in (record.offset, UNKNOWN_OFFSET) for record in found):
        yield Finding("misplaced", event.id, f"answered {event.partition}@{event.offset}, is at {where(found[0])}")


def check_order(events, places, terms):
    """Acked events of one aggregate, in the order of sending: one partition, rising offsets; where the answer has none, that in Kafka."""
    last = {}
    for event in sorted(events, key=lambda e: e.number):
        if event.outcome != "persisted" or event.answered_at < terms.forgive_before:
            continue
        lane = (event.aggregate, event.partition) if terms.keys_move else event.aggregate
        before, offset = last.get(lane), event.offset
        if offset == UNKNOWN_OFFSET and places.get(event.id):
            offset = places[event.id][0].offset
        if before and event.partition != before[0].partition:
            yield Finding("moved", event.id, f"partition {event.partition}, the one before it {before[0].partition}")
        elif before and offset <= before[1]:
            yield Finding("reordered", event.id, f"number {event.number} at {offset}, {before[0].number} at {before[1]}")
        last[lane] = (event, offset)


def check_late_copies(events, places, terms):
    """Behind an event that was acked stands no copy of one that its client had sent before, whatever was answered for that one: a
    compacted topic would keep the older of the two."""
    acked = {}
    for event in sorted(events, key=lambda e: -e.number):
        following = acked.get(event.aggregate)
        if following:
            for record in places.get(event.id, []):
                if record.partition == following.partition and record.offset > following.offset:
                    yield Finding("late_copy", event.id, f"a copy at {where(record)}, behind number {following.number} at {following.offset}")
        if event.outcome == "persisted" and event.offset >= 0 and event.answered_at >= terms.forgive_before:
            acked[event.aggregate] = event


def check_holes(events):
    """Within one request nothing is written past an event of the same aggregate that Kafka did not take."""
    holes = {}
    for event in sorted(events, key=lambda e: e.number):
        place = (event.request, event.aggregate)
        if event.outcome == "not_persisted":
            holes[place] = event
        elif event.outcome == "persisted" and place in holes:
            hole = holes[place]
            yield Finding("past_hole", event.id, f"persisted after number {hole.number} was not ({hole.code})")


def counts_of(events, places, records):
    counts = collections.Counter(event.outcome for event in events)
    counts["events"] = len(events)
    counts["records"] = len(records)
    counts["unplaced"] = sum(1 for event in events if event.outcome in PROMISED and event.offset == UNKNOWN_OFFSET)
    counts["resent"] = sum(1 for event in events if event.sent > 1)
    counts["open_present"] = sum(1 for event in events if event.outcome in OPEN and places.get(event.id))
    return dict(counts)
