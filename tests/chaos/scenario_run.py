"""One run of one scenario: topics, gateway, loads, faults on their schedule, recovery, audit. Used by command_line.py."""
import dataclasses
import http.client
import json
import random
import time

from chaos import amplification, audit, faults, kafka_records, own_load
from chaos.cluster import ClusterLost, wait_until
from chaos.gateway import check_conservation
from local_kafka.wire import KafkaError
from chaos.load_generator import LoadGenerator
from chaos.stage import Stage

PARTITIONS = 4
AFTERMATH = 3.0  # seconds of load after the last fault, and again after recovery: what comes after is held to the promises too
AMPLIFICATION_MAX = 10.0


@dataclasses.dataclass
class Verdict:
    scenario: str
    seed: int
    good: bool
    problems: list
    void: bool = False  # Kafka itself did not come back: says nothing, counts for nothing
    verified: int = 0
    counts: dict = dataclasses.field(default_factory=dict)
    rss_mib: int = 0
    seconds: float = 0.0
    steps: list = dataclasses.field(default_factory=list)


class ScenarioRun:
    def __init__(self, scenario, seed, cluster, programs, folder, rate):
        self.scenario, self.seed, self.cluster, self.programs, self.folder = scenario, seed, cluster, programs, folder
        self.rate = scenario.rate or rate
        self.random = random.Random(f"{scenario.name}/{seed}")
        self.mark = f"{scenario.name.replace('_', '-')}-{seed}-{time.time_ns() // 1000000 % 10**8}"
        self.own_topic, self.load_topic = f"{self.mark}-own", f"{self.mark}-load"
        self.topics = (self.own_topic, self.load_topic)
        self.terms = dataclasses.replace(scenario.terms)
        self.problems, self.seen, self.steps, self.counts = [], {}, [], {}
        self.void = self.quota_is_set = False
        self.own = self.load = None
        self.stage = Stage(scenario, cluster, programs, folder, seed)
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def gateway(self):
        return self.stage.gateways[0]

    def execute(self):
        began = time.monotonic()
        try:
            self.prepare()
            self.run_faults()
            self.recover()
            self.finish()
            self.verify()
        except (ClusterLost, KafkaError) as problem:
            self.void = True
            self.problems.append(f"void, {type(problem).__name__}: {problem}")
        except Exception as problem:  # whatever it is, the run failed, the rest of the campaign goes on
            self.problems.append(f"{type(problem).__name__}: {problem}")
        finally:
            self.end_processes()  # also when interrupted
        self.restore()
        return self.verdict(time.monotonic() - began)

    def prepare(self):
        self.stage.build()
        if self.scenario.small_disks:
            self.stage.disks.make_small(self.scenario.small_disks)
        for topic in self.topics:
            self.create_topic(topic)
        if self.scenario.starts_without_kafka:
            faults.all_brokers(self, "kill")
        self.host, self.port = self.stage.open()
        knows_kafka = not self.scenario.starts_without_kafka and self.scenario.way != "name"
        if knows_kafka and not wait_until(lambda: all(map(self.knows_topic, self.topics)), 90):
            raise RuntimeError("the gateway does not learn of the topics")
        query = self.scenario.query
        plan = own_load.Plan(self.host, self.port, self.own_topic, self.mark, self.seed, query=query, pause=self.scenario.own_pause_s,
                             large_bytes=self.scenario.large_bytes, guard=self.stage.guard)
        self.own = own_load.OwnLoad(plan, self.scenario.retriers)
        plan = {"rate": self.rate, "query": query.strip("&"), "size": self.scenario.load_size,
                "connections": self.scenario.load_connections}
        self.load = LoadGenerator(self.programs.loadgen, self.folder, self.load_target(), self.load_topic, self.cluster.bootstrap,
                                  plan, self.seed)

    def load_target(self):
        """One run in three sends frames instead of HTTP, where the scenario leaves the choice."""
        frames = self.seed % 3 == 0 and not self.scenario.query and len(self.stage.gateways) == 1
        return f"tcp://{self.host}:{self.gateway.tcp}" if frames else f"http://{self.host}:{self.port}"

    def create_topic(self, topic):
        mine = topic == self.own_topic
        assignment = [list(self.scenario.topic_brokers)] * PARTITIONS if mine and self.scenario.topic_brokers else None
        self.cluster.kafka.create_topic(topic, PARTITIONS, 3, self.scenario.topic if mine else {}, assignment)

    def knows_topic(self, topic):
        return all(knows(gateway, topic) for gateway in self.stage.gateways)

    def start_loads(self):
        self.load.start(self.scenario.seconds)
        self.own.start()

    def run_faults(self):
        self.start_loads()
        self.began = start = time.monotonic()
        for at, fault, *arguments in sorted(self.scenario.schedule(self.random), key=lambda step: step[0]):
            time.sleep(max(0.0, start + at - time.monotonic()))
            self.steps.append(f"{time.monotonic() - start:.1f} s: {fault} {' '.join(map(str, arguments))}".strip())
            self.first_fault = min(getattr(self, "first_fault", float("inf")), time.monotonic())
            getattr(faults, fault)(self, *arguments)
        time.sleep(max(AFTERMATH, start + self.scenario.seconds - time.monotonic()))

    def recover(self):
        """The causes end; from here on nobody helps the gateway: it must take events again by itself."""
        self.stage.heal()
        self.cluster.heal()
        moment, patience = time.time(), self.scenario.recovery_s_max
        if self.scenario.name != "topic_deleted" and not wait_until(lambda: self.takes_events(moment), patience):
            self.problems.append(f"{patience} s after the last fault the gateway takes no events: {self.why_not()}")
        self.counts["recovery_s"] = round(time.time() - moment, 1)
        time.sleep(AFTERMATH)

    def takes_events(self, moment):
        ready = all(gateway.is_ready() for gateway in self.stage.gateways)
        return ready and (self.scenario.query or self.own.persisted_since(moment))

    def why_not(self):
        try:
            return self.gateway.get("/readyz")
        except OSError as problem:
            return problem

    def finish(self):
        self.own.stop()
        self.load.stop()
        for gateway in self.stage.gateways:
            self.note(check_conservation(gateway))
            for name, value in gateway.metrics().items():
                self.seen[name] = self.seen.get(name, 0) + value
            status = gateway.terminate()
            if status != 0:
                self.problems.append(f"the gateway, with nothing left to do, ends with exit code {status}")

    def note(self, problem):
        if problem:
            self.problems.append(problem)

    def verify(self):
        self.note_all(self.own.problems())
        records = [] if self.scenario.name == "topic_deleted" else kafka_records.read_topic(self.cluster.kafka, self.own_topic)
        events = self.own.events()
        found = audit.audit(events, records, own_load.id_of, self.terms)
        self.keep_audit(found, events)
        self.counts.update(found.counts)
        self.note_all([f"{kind}: {count}" for kind, count in found.kinds().items()])
        self.note_all([str(finding) for finding in found.findings[:5]])
        problems, load = self.load.verify(self.terms.accepted_is_promised)
        self.note_all(problems)
        self.counts.update({f"load_{key}": value for key, value in load.items()})
        self.check_expectations()
        self.check_bounds()

    def note_all(self, problems):
        self.problems += problems[:10]

    def keep_audit(self, found, events):
        (self.folder / "findings.txt").write_text("".join(f"{finding}\n" for finding in found.findings))
        with open(self.folder / "answers.ndjson", "w", encoding="utf-8") as file:
            for event in events:
                file.write(json.dumps({**event.__dict__, "line": len(event.line)}) + "\n")

    def check_expectations(self):
        for outcome in self.scenario.must_see:
            if not self.counts.get(outcome):
                self.problems.append(f"no event was answered {outcome}: the fault did not bite")
        for metric, least in self.scenario.must_count.items():
            if self.seen.get(metric, 0) < least:
                self.problems.append(f"{metric} is {self.seen.get(metric)}, expected {least}: the fault did not bite")
        if self.counts.get("unplaced", 0) > self.counts["events"] / 10:
            self.problems.append(f"{self.counts['unplaced']} acked events without an offset: that is for rare cases")
        if self.stage.wires:
            self.counts["packets_dropped"] = self.stage.wires.dropped
            self.note("" if self.stage.wires.dropped else "no packet was dropped: the fault did not bite")
        if not self.counts.get("persisted") and not self.counts.get("accepted"):
            self.problems.append("nothing was acked: nothing was proved")

    def check_bounds(self):
        """Memory, the budget, requests to Kafka, and how long nobody was served."""
        resident = max(gateway.rss_max for gateway in self.stage.gateways)
        if resident > self.scenario.rss_bytes_max:
            self.problems.append(f"memory: {resident >> 20} MiB resident, more than {self.scenario.rss_bytes_max >> 20}")
        held, limit = (max(g.held_max for g in self.stage.gateways), self.seen["headgate_in_flight_limit_bytes"] / len(self.stage.gateways))
        if held > limit:
            self.problems.append(f"budget: {held:.0f} bytes in flight, more than {limit:.0f}")
        pause = round(self.own.longest_pause(), 1)
        if pause > self.scenario.pause_s_max:
            self.problems.append(f"pause: nobody was served for {pause} s")
        ratios = [amplification.amplification(g.samples, self.began, getattr(self, "first_fault", self.began), time.monotonic())
                  for g in self.stage.gateways]
        worst = max((ratio for ratio in ratios if ratio is not None), default=None)
        if worst is not None and worst > AMPLIFICATION_MAX:
            self.problems.append(f"storm: {worst} times the requests to Kafka")
        self.counts.update(held_bytes=held, pause_s=pause, amplification=worst)

    def end_processes(self):
        if self.own:
            self.own.stopped.set()
        if self.load:
            self.load.close()
        self.stage.close()

    def restore(self):
        """The cluster as the next run wants it."""
        try:
            self.cluster.heal()
            self.stage.disks.restore()
            if self.quota_is_set:
                faults.quota_end(self)
            for topic in self.topics:
                self.cluster.kafka.delete_topic(topic)
        except Exception as problem:
            self.void = True
            self.problems.append(f"void, cleaning up: {problem}")

    def verdict(self, seconds):
        good, problems = not self.problems, self.problems
        void = self.void and all(problem.startswith("void") for problem in problems)  # what else was found stands
        if self.scenario.must_find and not void:
            missing = [kind for kind in self.scenario.must_find if not any(p.startswith(kind) for p in self.problems)]
            good, problems = not missing, [f"the control found no {kind}" for kind in missing] or []
            problems += self.problems if missing else [f"as it must: {problem}" for problem in self.problems[:3]]
        verified = self.counts.get("events", 0) + self.counts.get("load_acked", 0) + self.counts.get("load_refused", 0)
        memory = max((gateway.rss_max >> 20 for gateway in self.stage.gateways), default=0)
        verdict = Verdict(self.scenario.name, self.seed, good, problems, void, 0 if void else verified, self.counts, memory, seconds,
                          self.steps)
        (self.folder / "verdict.json").write_text(json.dumps(dataclasses.asdict(verdict), indent=1))
        return verdict


def knows(gateway, topic):
    connection = http.client.HTTPConnection(gateway.host, gateway.http, timeout=5)
    try:
        connection.request("GET", f"/v1/topics/{topic}")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
