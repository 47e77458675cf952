"""A client for Headgate's event store, with Python's own library only. Copy it: it is small enough to be yours."""

import json
import random
import time
import urllib.error
import urllib.request
import uuid
from typing import Any, Callable, Dict, List, NamedTuple, Optional
from urllib.parse import quote, urlencode

Event = Dict[str, Any]


class Conflict(Exception):
    """The aggregate is at another version than expected: read, decide again, append again."""

    def __init__(self, current_version: int) -> None:
        super().__init__(f"the aggregate is at version {current_version}")
        self.current_version = current_version


class Aggregate(NamedTuple):
    version: int
    events: List[Event]


class EventStore:
    def __init__(self, base: str = "http://127.0.0.1:8080", topic: str = "carts", patience_s: float = 30.0) -> None:
        self._base = f"{base}/v1/topics/{topic}/aggregates"
        self._patience_s = patience_s

    def read(self, aggregate: str, **query: Any) -> Aggregate:
        """All events. Options: from, limit, direction, at_least, token, wait_ms, fresh (docs/event-store.md)."""
        query.setdefault("limit", 1_000_000)
        with self._ask(urllib.request.Request(f"{self._path(aggregate)}?{urlencode(query)}")) as answer:
            events = [line["event"] for line in json.load(answer)]
            return Aggregate(int(answer.headers["Headgate-Aggregate-Version"]), events)

    def append(self, aggregate: str, events: List[Event], expected_version: Optional[int] = None) -> int:
        """All or nothing; returns the new version. Events get ids here, so that sending them again is safe."""
        named = [{"eventId": str(uuid.uuid4()), **e} for e in events]
        request = urllib.request.Request(self._path(aggregate), json.dumps(named).encode(), method="POST")
        request.add_header("Content-Type", "application/json")
        request.add_header("Expected-Version", "any" if expected_version is None else str(expected_version))
        with self._ask(request) as answer:
            return json.load(answer)["version"]

    def decide(self, aggregate: str, decision: Callable[[List[Event]], List[Event]]) -> int:
        """Reads, lets `decision` say what happens, appends that; again when somebody else was faster."""
        while True:
            version, events = self.read(aggregate)
            happens = decision(events)
            if not happens:
                return version
            try:
                return self.append(aggregate, happens, version)
            except Conflict:
                time.sleep(random.uniform(0, 0.01))

    def _path(self, aggregate: str) -> str:
        return f"{self._base}/{quote(aggregate, safe='')}/events"

    def _ask(self, request: urllib.request.Request) -> Any:
        """The same request again while the gateway starts, moves or cannot be reached: it finds its own events."""
        until = time.monotonic() + self._patience_s
        while True:
            try:
                return urllib.request.urlopen(request, timeout=self._patience_s)
            except urllib.error.HTTPError as error:
                if error.code in (409, 412):
                    raise Conflict(json.load(error)["current_version"]) from None
                if error.code not in (503, 504) or time.monotonic() > until:
                    raise RuntimeError(error.read().decode()) from None
            except OSError:
                if time.monotonic() > until:
                    raise
            time.sleep(0.2)
