"""The log as the shop's commands see it: read an aggregate, append to it if it is still where it was. Two ways to the gateway with one face."""
import collections
import http.client
import json
import threading
import urllib.parse


class Conflict(Exception):
    """Somebody else appended first: read again, decide again."""


class Unavailable(Exception):
    """Not written, or nobody knows: send the same events, with the same ids, again."""


Written = collections.namedtuple("Written", "version token")


class Gateway:
    """One keep-alive connection a thread."""

    def __init__(self, address):
        self.address = address
        self.local = threading.local()

    def request(self, method, path, body=None, headers=None):
        """(status, header fields, body); OSError where there is no answer."""
        link = getattr(self.local, "link", None)
        if link is None:
            link = self.local.link = http.client.HTTPConnection(self.address, timeout=30)
        try:
            link.request(method, path, body, headers or {})
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException) as why:
            self.local.link = None
            link.close()
            raise OSError(str(why)) from why


class EventStore:
    """A topic of mode: store. The gateway checks the version, so any number of shops may write."""

    def __init__(self, gateway):
        self.gateway = gateway

    def path(self, topic, aggregate):
        return f"/v1/topics/{topic}/aggregates/{urllib.parse.quote(aggregate, safe='')}/events"

    def read(self, topic, aggregate):
        try:
            status, fields, body = self.gateway.request("GET", self.path(topic, aggregate))
        except OSError as why:
            raise Unavailable(str(why)) from why
        if status != 200:
            raise Unavailable(f"{status} {body[:200]!r}")
        return [entry["event"] for entry in json.loads(body)], int(fields["Headgate-Aggregate-Version"])

    def append(self, topic, aggregate, expected, events):
        lines = "".join(json.dumps(event) + "\n" for event in events).encode()
        fields = {"Content-Type": "application/x-ndjson", "Expected-Version": str(expected)}
        try:
            status, _, body = self.gateway.request("POST", self.path(topic, aggregate), lines, fields)
        except OSError as why:
            raise Unavailable(str(why)) from why
        if status in (200, 201):
            answer = json.loads(body)
            return Written(answer["version"], answer["token"])
        if status == 409:
            raise Conflict()
        raise Unavailable(f"{status} {body[:200]!r}")


class OneWriter:
    """A plain topic: nobody checks versions, so there must be one shop only, which knows its aggregates by heart and begins with none."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.lock = threading.Lock()
        self.aggregates = collections.defaultdict(list)
        self.writing = collections.defaultdict(threading.Lock)

    def read(self, topic, aggregate):
        with self.lock:
            events = list(self.aggregates[topic, aggregate])
        return events, len(events)

    def append(self, topic, aggregate, expected, events):
        with self.lock:
            turn = self.writing[topic, aggregate]
        with turn:
            if len(self.read(topic, aggregate)[0]) != expected:
                raise Conflict()
            token = self.send(topic, aggregate, events)
            with self.lock:
                self.aggregates[topic, aggregate] += events
            return Written(expected + len(events), token)

    def send(self, topic, aggregate, events):
        lines = "".join(json.dumps({"aggregateId": aggregate, **event}) + "\n" for event in events).encode()
        try:
            status, _, body = self.gateway.request("POST", f"/v1/topics/{topic}/events", lines, {"Content-Type": "application/x-ndjson"})
        except OSError as why:
            raise Unavailable(str(why)) from why
        if status != 200:
            raise Unavailable(f"{status} {body[:200]!r}")
        part = json.loads(body)["partitions"][0]
        return f"{part['partition']}:{part['last_offset']}"
