"""Aggregates on topics of `mode: store`: append with an expected version, read back, decide. Events get ids here, so every
request may be sent again."""

import json
import random
import time
import uuid
from typing import Any, Callable, Dict, List, NamedTuple, Optional
from urllib.parse import quote, urlencode

from headgate.http import Connection
from headgate.retry import Answer, HeadgateError, Patience, Refused

Event = Dict[str, Any]


class Conflict(HeadgateError):
    """The aggregate is at another version than expected: read, decide again, append again."""

    def __init__(self, current_version: int) -> None:
        super().__init__(f"the aggregate is at version {current_version}")
        self.current_version = current_version


class Aggregate(NamedTuple):
    version: int
    events: List[Event]


class Store:
    """One connection, one thread."""

    def __init__(self, base: str = "http://127.0.0.1:8080", topic: str = "carts", token: Optional[str] = None,
                 patience: Patience = Patience(), timeout: float = 45.0) -> None:
        self._connection = Connection(base, token, timeout, None)
        self._topic = quote(topic, safe="")
        self._patience = patience

    def append(self, aggregate: str, events: List[Event], expected_version: Optional[int] = None) -> int:
        """All or nothing; the new version. Raises Conflict where the aggregate is at another version."""
        named = [{"eventId": str(uuid.uuid4()), **e} for e in events]
        fields = {"Content-Type": "application/json",
                  "Expected-Version": "any" if expected_version is None else str(expected_version)}
        answer, _ = self._ask("POST", self._path(aggregate), json.dumps(named).encode(), fields)
        said = json.loads(answer.body)
        if answer.status in (409, 412):
            raise Conflict(said["current_version"])
        if answer.status not in (200, 201):
            raise Refused(answer.status, said.get("code", ""), said.get("detail", ""))
        return said["version"]

    def read(self, aggregate: str, **query: Any) -> Aggregate:
        """Options: from, limit, direction, at_least, token, wait_ms, fresh (docs/event-store.md)."""
        query.setdefault("limit", 1_000_000)
        answer, fields = self._ask("GET", f"{self._path(aggregate)}?{urlencode(query)}")
        if answer.status != 200:
            raise Refused(answer.status, "", answer.body[:300].decode(errors="replace"))
        return Aggregate(int(fields["Headgate-Aggregate-Version"]), [line["event"] for line in json.loads(answer.body)])

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

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _path(self, aggregate: str) -> str:
        return f"/v1/topics/{self._topic}/aggregates/{quote(aggregate, safe='')}/events"

    def _ask(self, method: str, target: str, body: Optional[bytes] = None, fields: Optional[Dict[str, str]] = None):
        """Ids make everything here safe to repeat: no answer, 429, 503 and 504 too."""
        until = time.monotonic() + self._patience.seconds
        wait = self._patience.first_wait
        while True:
            answer, head = self._connection.ask_whole(method, target, body, fields)
            if answer.status not in (0, 408, 429, 500, 502, 503, 504):
                return answer, head
            pause = (answer.retry_after or 0) + random.uniform(wait / 2, wait)
            if time.monotonic() + pause > until:
                raise HeadgateError(f"no answer that helps in time: {_words(answer)}")
            time.sleep(pause)
            wait = min(wait * 2, self._patience.wait_max)


def _words(answer: Answer) -> str:
    return answer.error or f"{answer.status} {answer.body[:200].decode(errors='replace')}"
