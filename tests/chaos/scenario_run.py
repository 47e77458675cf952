"""One run of one scenario: topics, gateway, loads, faults on their schedule, recovery, audit. Used by command_line.py."""
import dataclasses
import http.client
import json
import random
import time

from chaos import audit, faults, kafka_records, own_load
from chaos.cluster import wait_until
from chaos.gateway import Gateway, check_conservation
from chaos.load_generator import LoadGenerator
from chaos.proxy import Proxy, add_listener

PARTITIONS = 4
AFTERMATH = 4.0  # seconds of load after the last fault, and again after recovery: what comes after is held to the promises too


@dataclasses.dataclass
class Verdict:
    scenario: str
    seed: int
    good: bool
    problems: list
    verified: int = 0
    counts: dict = dataclasses.field(default_factory=dict)
    rss_mib: int = 0
    seconds: float = 0.0
    steps: list = dataclasses.field(default_factory=list)


class ScenarioRun:
    def __init__(self, scenario, seed, cluster, programs, folder, rate):
        self.scenario, self.seed, self.cluster, self.programs, self.folder = scenario, seed, cluster, programs, folder
        self.rate = rate
        self.random = random.Random(f"{scenario.name}/{seed}")
        self.mark = f"{scenario.name.replace('_', '-')}-{seed}-{time.time_ns() // 1000000 % 10**8}"
        self.own_topic, self.load_topic = f"{self.mark}-own", f"{self.mark}-load"
        self.topics = (self.own_topic, self.load_topic)
        self.terms = dataclasses.replace(scenario.terms)
        self.problems, self.seen, self.steps, self.counts = [], {}, [], {}
        self.own = self.load = self.proxy = self.gateway = None
        folder.mkdir(parents=True, exist_ok=True)

    def execute(self):
        began = time.monotonic()
        try:
            self.prepare()
            self.run_faults()
            self.recover()
            self.finish()
            self.verify()
        except Exception as problem:  # whatever it is, the run failed, the rest of the campaign goes on
            self.problems.append(f"{type(problem).__name__}: {problem}")
        finally:
            self.end_processes()  # also when interrupted
        self.restore()
        return self.verdict(time.monotonic() - began)

    def prepare(self):
        if self.scenario.proxied:
            add_listener(self.cluster)
            self.proxy = Proxy(self.cluster)
        bootstrap = (self.proxy or self.cluster).bootstrap
        self.gateway = Gateway(self.programs.headgate, self.folder, bootstrap, self.scenario.gateway)
        for topic in self.topics:
            self.create_topic(topic)
        if self.scenario.starts_without_kafka:
            faults.all_brokers(self, "kill")
        self.gateway.start()
        if not self.scenario.starts_without_kafka and not wait_until(lambda: all(map(self.knows_topic, self.topics)), 90):
            raise RuntimeError("the gateway does not learn of the topics")
        query = self.scenario.query
        plan = own_load.Plan(self.gateway.http, self.own_topic, self.mark, self.seed, query=query, large_bytes=self.scenario.large_bytes)
        self.own = own_load.OwnLoad(plan)
        self.load = LoadGenerator(self.programs.loadgen, self.folder, self.gateway.http, self.load_topic, self.cluster.bootstrap,
                                  {"rate": self.rate, "query": query.strip("&")}, self.seed)

    def create_topic(self, topic):
        mine = topic == self.own_topic
        assignment = [list(self.scenario.topic_brokers)] * PARTITIONS if mine and self.scenario.topic_brokers else None
        self.cluster.kafka.create_topic(topic, PARTITIONS, 3, self.scenario.topic if mine else {}, assignment)

    def knows_topic(self, topic):
        connection = http.client.HTTPConnection("127.0.0.1", self.gateway.http, timeout=5)
        try:
            connection.request("GET", f"/v1/topics/{topic}")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def run_faults(self):
        self.load.start(self.scenario.seconds)
        self.own.start()
        start = time.monotonic()
        for at, fault, *arguments in sorted(self.scenario.schedule(self.random), key=lambda step: step[0]):
            time.sleep(max(0.0, start + at - time.monotonic()))
            self.steps.append(f"{time.monotonic() - start:.1f} s: {fault} {' '.join(map(str, arguments))}".strip())
            getattr(faults, fault)(self, *arguments)
        time.sleep(max(AFTERMATH, start + self.scenario.seconds - time.monotonic()))

    def recover(self):
        """The causes end; from here on nobody helps the gateway: it must take events again by itself."""
        self.cluster.heal()
        for broker in self.proxy.roads if self.proxy else ():
            self.proxy.resume(broker)
        moment = time.time()
        if self.scenario.name != "topic_deleted" and not wait_until(lambda: self.takes_events(moment), 180):
            self.problems.append(f"180 s after the last fault the gateway takes no events: {self.why_not()}")
        self.counts["recovery_s"] = round(time.time() - moment, 1)
        time.sleep(AFTERMATH)

    def takes_events(self, moment):
        answered = self.own.persisted_since(moment) or (self.scenario.query and self.gateway.is_ready())
        return answered and self.gateway.is_ready()

    def why_not(self):
        try:
            return self.gateway.get("/readyz")
        except OSError as problem:
            return problem

    def finish(self):
        self.own.stop()
        self.load.stop()
        self.note(check_conservation(self.gateway))
        for name, value in self.gateway.metrics().items():
            self.seen[name] = value
        status = self.gateway.terminate()
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

    def note_all(self, problems):
        self.problems += problems[:10]

    def keep_audit(self, found, events):
        (self.folder / "findings.txt").write_text("".join(f"{finding}\n" for finding in found.findings))
        with open(self.folder / "answers.ndjson", "w", encoding="utf-8") as file:
            for event in events:
                file.write(json.dumps({**dataclasses.asdict(event), "line": len(event.line)}) + "\n")

    def check_expectations(self):
        for outcome in self.scenario.must_see:
            if not self.counts.get(outcome):
                self.problems.append(f"no event was answered {outcome}: the fault did not bite")
        for metric, least in self.scenario.must_count.items():
            if self.seen.get(metric, 0) < least:
                self.problems.append(f"{metric} is {self.seen.get(metric)}, expected {least}: the fault did not bite")
        if self.gateway.rss_max > self.scenario.rss_bytes_max:
            self.problems.append(f"{self.gateway.rss_max >> 20} MiB resident, more than {self.scenario.rss_bytes_max >> 20}")
        if not self.counts.get("persisted") and not self.counts.get("accepted"):
            self.problems.append("nothing was acked: nothing was proved")

    def end_processes(self):
        if self.own:
            self.own.stopped.set()
        if self.load:
            self.load.close()
        if self.gateway:
            self.gateway.close()
        if self.proxy:
            self.proxy.close()

    def restore(self):
        """The cluster as the next run wants it."""
        try:
            self.cluster.heal()
            for topic in self.topics:
                self.cluster.kafka.delete_topic(topic)
        except Exception as problem:
            self.problems.append(f"cleaning up: {problem}")

    def verdict(self, seconds):
        good, problems = not self.problems, self.problems
        if self.scenario.must_find:
            missing = [kind for kind in self.scenario.must_find if not any(p.startswith(kind) for p in self.problems)]
            good, problems = not missing, [f"the control found no {kind}" for kind in missing] or []
            problems += self.problems if missing else [f"as it must: {problem}" for problem in self.problems[:3]]
        verified = self.counts.get("events", 0) + self.counts.get("load_acked", 0) + self.counts.get("load_refused", 0)
        memory = self.gateway.rss_max >> 20 if self.gateway else 0
        verdict = Verdict(self.scenario.name, self.seed, good, problems, verified, self.counts, memory, seconds, self.steps)
        (self.folder / "verdict.json").write_text(json.dumps(dataclasses.asdict(verdict), indent=1))
        return verdict
