"""One run of one store scenario: like scenario_run.py, with headgate-loadgen store as load and first auditor, and store_audit.py as
the second. Used by command_line.py."""
import concurrent.futures
import dataclasses
import http.client
import time

from chaos import expirations, kafka_records, store_audit
from chaos.cluster import wait_until
from chaos.scenario_run import AFTERMATH, PARTITIONS, ScenarioRun
from chaos.store_load import StoreLoad
from local_kafka.wire import KafkaError


class StoreRun(ScenarioRun):
    def __init__(self, scenario, seed, cluster, programs, folder, rate):
        group = f"chaos-{scenario.name}-{seed}-{time.time_ns() // 1000000 % 10**8}" if scenario.shares else ""
        scenario = dataclasses.replace(scenario, gateway={**scenario.gateway, "store_group": group})
        super().__init__(scenario, seed, cluster, programs, folder, rate)
        self.own_topic = self.load_topic = f"{self.mark}-store"
        self.topics = (self.own_topic,)

    def prepare(self):
        self.stage.build()
        self.create_topic(self.own_topic)
        self.host, self.port = self.stage.open()
        if not wait_until(lambda: all(gateway.is_ready() for gateway in self.stage.gateways), 90):
            raise RuntimeError("the gateways are not ready within 90 s")
        if self.scenario.ids_expire:  # only now: the gateway refuses a store topic where it finds such a Kafka at its start
            expirations.shorten(self.cluster, True)
            if not wait_until(self.takes_appends, 90):
                raise RuntimeError("the gateways take no appends within 90 s after the brokers' restart")
        targets = [f"http://{gateway.host}:{gateway.http}" for gateway in self.stage.gateways]
        self.load = StoreLoad(self.programs.loadgen, self.folder, targets, self.own_topic, self.cluster.bootstrap, self.rate, self.seed)

    def start_loads(self):
        self.load.start(self.scenario.seconds, *self.scenario.load)

    def recover(self):
        """The causes end; from here on nobody helps: every aggregate must be writable again, whoever owns its partition."""
        self.stage.heal()
        self.cluster.heal()
        moment = time.time()
        if not wait_until(self.takes_appends, self.scenario.recovery_s_max, 0.1):
            self.problems.append(f"{self.scenario.recovery_s_max} s after the last fault not every partition takes appends")
        self.counts["recovery_s"] = round(time.time() - moment, 1)
        time.sleep(AFTERMATH if self.scenario.seconds > AFTERMATH else 0)

    def takes_appends(self):
        """Aggregates enough that every partition has one. At once, as who does not own a partition answers after a while."""
        takes = lambda aggregate: any(self.append(gateway, aggregate) for gateway in self.stage.gateways)
        with concurrent.futures.ThreadPoolExecutor(4 * PARTITIONS) as pool:
            return all(pool.map(takes, [f"probe-{i}" for i in range(4 * PARTITIONS)]))

    def append(self, gateway, aggregate):
        connection = http.client.HTTPConnection(gateway.host, gateway.http, timeout=10)
        try:
            connection.request("POST", f"/v1/topics/{self.own_topic}/aggregates/{aggregate}/events", b'{"probe":true}',
                               {"Content-Type": "application/json"})
            return connection.getresponse().status == 201
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def finish(self):
        self.load.stop()
        for gateway in self.stage.gateways:
            for name, value in gateway.metrics().items():
                self.seen[name] = self.seen.get(name, 0) + value
            status = gateway.terminate()
            if status != 0:
                self.problems.append(f"the gateway, with nothing left to do, ends with exit code {status}")

    def verify(self):
        result = self.load.result()
        if result is None:
            raise KafkaError(f"no verdict of the load generator: {self.load.said()}")
        self.take_first(result)
        self.take_second()
        self.check_expectations()
        resident = max(gateway.rss_max for gateway in self.stage.gateways)
        if resident > self.scenario.rss_bytes_max:
            self.problems.append(f"memory: {resident >> 20} MiB resident, more than {self.scenario.rss_bytes_max >> 20}")

    def take_first(self, result):
        totals, verdict = result["totals"], result["verify"]
        self.note_all([f"store {kind}: {count}" for kind, count in verdict["findings"].items() if count])
        self.note_all([f"{each['kind']} {each['subject']}: {each['detail']}" for each in verdict["examples"]])
        self.counts.update({name: totals[name] for name in ("appends", "conflicts", "refused", "unknown", "sent_again", "repeats", "reads")})
        self.counts.update(load_acked=totals["appends_acked"], load_refused=totals["conflicts"], load_unknown=totals["unknown"],
                           pause_s=round(totals["longest_pause_ms"] / 1000, 1), events=0, unknown_present=verdict["unknown_present"],
                           p99_ms=round(result["append_latency_ms"]["p99"], 1))

    def take_second(self):
        records = kafka_records.read_topic(self.cluster.kafka, self.own_topic)
        found = store_audit.Audit(*store_audit.read_history(self.folder / "history.ndjson"), records)
        (self.folder / "findings.txt").write_text("".join(f"{finding}\n" for finding in found.findings))
        self.note_all([f"audit {kind}: {count}" for kind, count in found.kinds().items()])
        self.counts["audited"] = found.counts["acked"] + found.counts["not_acked"]
        if self.counts["audited"] != self.counts["appends"]:
            self.problems.append(f"the auditors do not speak of the same appends: {self.counts['appends']} and {self.counts['audited']}")

    def check_expectations(self):
        for count in self.scenario.must_see:
            if not self.counts.get(count):
                self.problems.append(f"{count} is 0: the fault did not bite")
        for metric, least in self.scenario.must_count.items():
            if self.seen.get(metric, 0) < least:
                self.problems.append(f"{metric} is {self.seen.get(metric)}, expected {least}: the fault did not bite")
        if not self.counts["load_acked"]:
            self.problems.append("nothing was acked: nothing was proved")
        if self.counts["pause_s"] > self.scenario.pause_s_max:
            self.problems.append(f"pause: some partition took nothing for {self.counts['pause_s']} s")

    def restore(self):
        super().restore()
        if self.scenario.ids_expire and not self.void:
            expirations.shorten(self.cluster, False)
