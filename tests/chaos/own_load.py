"""The driver's own clients: NDJSON over HTTP, several connections with aggregates of their own, every answer kept. They never send an event
twice, so whatever is in Kafka twice was doubled by the gateway. Used by scenario_run.py."""
import dataclasses
import http.client
import json
import random
import re
import threading
import time

from chaos.audit import ABSENT, Event

RETRIER_TIMEOUT_MS = 1000  # shorter than any stall of a scenario
ID = re.compile(rb'"id":"([^"]+)"')


def id_of(value):
    """The id in a record's value, also where the rest of it is not JSON."""
    found = ID.search(value or b"")
    return found.group(1).decode() if found else None


@dataclasses.dataclass
class Plan:
    host: str
    port: int
    topic: str
    mark: str
    seed: int
    clients: int = 4
    batch: int = 20
    pause: float = 0.15
    aggregates: int = 6  # of each client
    query: str = ""
    large_bytes: int = 0  # now and then an event of this size
    timeout_ms: int = 20000
    guard: object = None  # guarded.Guard: how to connect, and with which key


class Client(threading.Thread):
    """One connection. Waits for each answer before it sends on, as the order of an aggregate asks of a client."""

    def __init__(self, plan, index, stop):
        super().__init__(daemon=True)
        self.plan, self.index, self.stopped = plan, index, stop
        self.random = random.Random(f"{plan.seed}/{index}")
        self.numbers = [0] * plan.aggregates
        self.events, self.problems, self.requests = [], [], 0
        self.connection = None
        self.sent_at = 0.0
        self.last_persisted = self.last_written = 0.0  # when it was told so, and when it had sent that

    def run(self):
        while not self.stopped.is_set():
            events = self.make_request()
            self.events += events
            self.send(events)
            self.stopped.wait(self.plan.pause * self.random.uniform(0.5, 1.5))

    def make_request(self):
        self.requests += 1
        return [self.make_event() for _ in range(self.random.randint(1, self.plan.batch * 2 - 1))]

    def make_event(self):
        which = self.random.randrange(self.plan.aggregates)
        aggregate, number = f"{self.plan.mark}-{self.index}-{which}", self.numbers[which]
        self.numbers[which] += 1
        name, dice = f"{aggregate}-{number}", self.random.random()
        line = f'{{"aggregateId":"{aggregate}","id":"{name}","number":{number},"fill":"{"x" * self.fill(dice)}"'
        line += "" if 0.5 < dice < 0.505 else "}"  # a few are broken on purpose: rejected ones must not be in Kafka
        sound = line.endswith("}") and len(line) < (self.plan.large_bytes or 10**6)
        return Event(name, aggregate, number, self.requests * 1000 + self.index, line.encode(), sound)

    def fill(self, dice):
        return self.plan.large_bytes if self.plan.large_bytes and dice < 0.01 else int(dice * 400)

    def send(self, events):
        self.sent_at = time.time()
        path = f"/v1/topics/{self.plan.topic}/events?results=each&timeout_ms={self.plan.timeout_ms}{self.plan.query}"
        try:
            if not self.connection:
                self.connection = self.connect(self.plan.timeout_ms / 1000 + 40)
            body = b"\n".join(event.line for event in events)
            credential = self.plan.guard.credential(self.index) if self.plan.guard else {}
            self.connection.request("POST", path, body, {"Content-Type": "application/x-ndjson", **credential})
            answer = self.connection.getresponse()
            self.check_head(answer)
            self.take(answer.status, answer.read(), events)
        except (OSError, http.client.HTTPException):
            self.disconnect()
            self.stopped.wait(0.3)

    def connect(self, patience):
        if self.plan.guard:
            return self.plan.guard.connect(self.plan.host, self.plan.port, patience)
        return http.client.HTTPConnection(self.plan.host, self.plan.port, timeout=patience)

    def check_head(self, answer):
        """A client that is sent away is told when to come back."""
        if answer.status in (429, 503) and not (answer.getheader("Retry-After") or "").isdigit():
            self.problems.append(f"status {answer.status} with Retry-After {answer.getheader('Retry-After')}")

    def disconnect(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def take(self, status, body, events):
        """Notes in each event what the answer says of it."""
        now = time.time()
        for event in events:
            event.answered_at = now
        try:
            told = json.loads(body)
        except ValueError:
            self.problems.append(f"status {status} with a body that is not JSON: {body[:80]!r}")
            return
        if "results" in told or "failures" in told:
            self.take_each(told, events)
        elif status >= 400:
            for event in events:
                event.outcome, event.code = "refused", f"{status} {told.get('code')}"
            self.stopped.wait(0.3)
        elif status == 202:
            self.accept_all(events, told)
        else:
            self.problems.append(f"status {status} without results: {body[:80]!r}")

    def accept_all(self, events, told):
        if told.get("accepted", told.get("events")) != len(events):
            self.problems.append(f"202 that does not count {len(events)} events: {told}")
        for event in events:
            event.outcome = "accepted"

    def take_each(self, told, events):
        said = {}
        for item in told.get("failures", []) + told.get("results", []):
            said[item["index"]] = {**said.get(item["index"], {}), **item}
        silent = [index for index in range(len(events)) if index not in said]
        if silent or len(said) != len(events):
            self.problems.append(f"{len(events)} events, {len(said)} outcomes: {str(told)[:200]}")
        for index, item in said.items():
            event = events[index]
            event.outcome, event.code = item["outcome"], item.get("code", "")
            event.partition, event.offset = item.get("partition", -1), item.get("offset", -1)
        if any(event.outcome == "persisted" for event in events):
            self.last_persisted, self.last_written = time.time(), self.sent_at


class Retrier(Client):
    """Sends one event at a time, and the same one again over a new connection until it is acked or refused for good: only then the next."""

    def run(self):
        while not self.stopped.is_set():
            event = self.make_event()
            self.events.append(event)
            self.send([event])
            while event.outcome not in ("persisted", "rejected") and not self.stopped.is_set():
                event.doubtful = event.doubtful or event.outcome not in ABSENT
                event.outcome, event.sent = "unanswered", event.sent + 1
                self.disconnect()
                self.send([event])
            self.stopped.wait(self.plan.pause * self.random.uniform(0.1, 0.5))


class OwnLoad:
    """All clients of one run."""

    def __init__(self, plan, retriers=0):
        self.stopped = threading.Event()
        self.clients = [Client(plan, index, self.stopped) for index in range(plan.clients)]
        patient = dataclasses.replace(plan, timeout_ms=RETRIER_TIMEOUT_MS, mark=f"{plan.mark}-again")
        self.clients += [Retrier(patient, index, self.stopped) for index in range(retriers)]

    def start(self):
        for client in self.clients:
            client.start()

    def stop(self):
        self.stopped.set()
        for client in self.clients:
            client.join(120)
            if client.is_alive():
                client.problems.append("a request was never answered")
            else:
                client.disconnect()

    def events(self):
        return [event for client in self.clients for event in client.events]

    def problems(self):
        return [problem for client in self.clients for problem in client.problems]

    def persisted_since(self, moment):
        return any(client.last_persisted > moment for client in self.clients)

    def longest_pause(self):
        """The longest time in which no event of any client was acked."""
        moments = sorted({event.answered_at for event in self.events() if event.outcome == "persisted"})
        return max((after - before for before, after in zip(moments, moments[1:])), default=0.0)
