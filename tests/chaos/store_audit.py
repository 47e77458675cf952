"""The second auditor of event stores: judges the history that headgate-loadgen store leaves (docs/loadgen.md) against the records that
kafka_records.py reads. Written apart from the first, which is the load generator's own. Pure: lists in, findings out."""
import collections
import json

Finding = collections.namedtuple("Finding", "kind subject detail")
ACKS = ("written", "duplicate")
RECOGNISED = 32  # events of an aggregate among which a repeat without an expected version is recognised


def read_history(path):
    """(run, [append], [read])"""
    with open(path, encoding="utf-8") as lines:
        run = json.loads(next(lines))["run"]
        rest = [json.loads(line) for line in lines]
    return run, [each for each in rest if "append" in each], [each for each in rest if "read" in each]


class Audit:
    def __init__(self, run, appends, reads, records):
        self.findings, self.counts = [], collections.Counter()
        self.appends = {each["ids"][0]: each for each in appends}
        self.of_id = {name: each for each in appends for name in each["ids"]}
        self.chains = collections.defaultdict(list)  # aggregate -> [(id, partition, offset)]: version v stands at v - 1
        self.versions = collections.defaultdict(list)  # id -> [version]
        self.seen_at = {}  # aggregate -> [when an answer first showed version v or a later one]
        self.collect(run, records)
        self.note_shown(reads)
        for each in self.appends.values():
            self.judge(each)
        for each in reads:
            self.judge_read(each)
        self.judge_order()

    def find(self, kind, subject, detail=""):
        self.findings.append(Finding(kind, subject, str(detail)))

    def kinds(self):
        return collections.Counter(each.kind for each in self.findings)

    def collect(self, run, records):
        for record in records:
            aggregate = (record.key or b"").decode(errors="replace")
            if record.is_control or not aggregate.startswith(f"{run}-cart-"):
                continue
            headers = dict(record.headers)
            name, version = headers.get(b"event-id", b"").decode(), headers.get(b"aggregate-version", b"").decode()
            chain = self.chains[aggregate]
            chain.append((name, record.partition, record.offset))
            self.versions[name].append(len(chain))
            self.counts["records"] += 1
            if version != str(len(chain)):
                self.find("version", aggregate, f"header {version!r} where counting gives {len(chain)} at {record.partition}:{record.offset}")
            if name not in self.of_id or self.of_id[name]["aggregate"] != aggregate:
                self.find("invented", name, aggregate)
            if chain[0][1] != record.partition:
                self.find("split", aggregate, record.partition)

    def note_shown(self, reads):
        for aggregate, chain in self.chains.items():
            self.seen_at[aggregate] = [float("inf")] * (len(chain) + 1)
        for append in self.appends.values():
            for told in append["attempts"]:
                if told["said"] in (*ACKS, "conflict"):
                    self.shown(append["aggregate"], told["version"], told["end"])
        for read in reads:
            self.shown(read["read"], read["version"], read["end"])
        for times in self.seen_at.values():
            for v in range(len(times) - 1, 0, -1):
                times[v - 1] = min(times[v - 1], times[v])

    def shown(self, aggregate, version, when):
        times = self.seen_at.get(aggregate, [])
        if version < len(times):
            times[version] = min(times[version], when)

    def seen(self, aggregate, version):
        times = self.seen_at.get(aggregate, [])
        return times[version] if version < len(times) else float("inf")

    def judge(self, append):
        name, told = append["ids"][0], append["attempts"]
        first = self.versions.get(name, [0])[0]
        acked = [each for each in told if each["said"] in ACKS]
        is_late = self.judge_repeats(append, first)
        if acked and not first:
            self.find("lost", name, append["aggregate"])
        if first and [self.versions.get(each, [0])[0] for each in append["ids"]] != list(range(first, first + len(append["ids"]))):
            self.find("torn", name, [self.versions.get(each) for each in append["ids"]])
        if first and append["expected"] is not None and first != append["expected"] + 1:
            self.find("expected", name, f"expected {append['expected']}, first version {first}")
        if first and not acked and self.is_denied(append):
            self.find("denied", name, [each["said"] for each in told])
        self.counts["acked" if acked else "not_acked"] += 1
        for each in acked:
            if first and not is_late and (each["first_version"], each["version"]) != (first, first + len(append["ids"]) - 1):
                self.find("misplaced", name, f"answered {each['first_version']}, is {first}")
        for each in told:
            if each["said"] == "conflict":
                self.judge_conflict(append, each)

    def judge_repeats(self, append, first):
        """True: repeated where that is not excluded."""
        again = [version for version in self.versions.get(append["ids"][0], [])[1:]]
        late = [version for version in again if append["expected"] is None and version > first + RECOGNISED]
        if len(again) > len(late):
            self.find("repeated", append["ids"][0], [first, *again])
        said = [each["said"] for each in append["attempts"]]
        first_ack = next((i for i, each in enumerate(said) if each in ACKS), len(said))
        if not late and any(each in ("written", "conflict") for each in said[first_ack + 1:]):
            self.find("repeated", append["ids"][0], said)
        return bool(late)

    @staticmethod
    def is_denied(append):
        told, expected = append["attempts"], append["expected"]
        is_final = any(each["said"] == "conflict" and expected is not None and each["version"] > expected for each in told)
        return is_final or all(each["said"] in ("refused", "conflict") for each in told)

    def judge_conflict(self, append, told):
        self.counts["conflicts"] += 1
        aggregate, version = append["aggregate"], told["version"]
        chain = self.chains.get(aggregate, [])
        if append["expected"] in (None, version) or version > len(chain):
            self.find("conflict", append["ids"][0], f"expected {append['expected']}, told {version} of {len(chain)}")
        elif self.seen(aggregate, version + 1) < told["begin"]:
            self.find("stale_conflict", append["ids"][0], f"version {version + 1} had been seen before")
        elif version and self.sent(chain[version - 1][0]) > told["end"]:
            self.find("conflict", append["ids"][0], f"version {version} was sent later")

    def sent(self, name):
        told = self.of_id.get(name, {}).get("attempts")
        return told[0]["begin"] if told else 0

    def judge_read(self, read):
        self.counts["reads"] += 1
        aggregate = read["read"]
        due = read["promised"] if read["asked"] in ("token", "at_least") else 0
        if read["asked"] == "fresh":
            due = max((v for v, seen in enumerate(self.seen_at.get(aggregate, [])) if seen < read["begin"]), default=0)
        if read["version"] < due:
            self.find("stale_read", aggregate, f"{read['asked']}: {read['version']} where {due} is due")
        if read["version"] > len(self.chains.get(aggregate, [])):
            self.find("read", aggregate, f"version {read['version']} of {len(self.chains.get(aggregate, []))}")

    def judge_order(self):
        for aggregate, chain in self.chains.items():
            for version, (name, _, _) in enumerate(chain, start=1):
                if self.sent(name) > self.seen(aggregate, version):
                    self.find("order", name, f"version {version} was seen before it was sent")
