"""Decides what an answer means, and what is sent again. No socket and no clock here: the clients ask, and wait as they are told.

Rules, which keep each key's events in order:
- `rejected` is for good. `not_persisted` and `blocked` were not written: they are sent again.
- `possibly_persisted` may be written. It is sent again only where the caller takes duplicates (at_least_once). Otherwise it
  is reported, and with it every later event of its key that was not written: writing those would part what is in order.
- 429 and 503 without outcomes: nothing was taken; everything is sent again after Retry-After.
- No answer, 500, 502 and 504 without outcomes: everything is possibly_persisted, unless not a byte of it was sent."""

import dataclasses
import json
import random
from typing import Any, Dict, Iterable, List, Optional, Sequence

STORED = ("persisted", "duplicate")
RETRIABLE = ("not_persisted", "blocked")
# Not written because of a rejected event of the same request: the same request fails again.
HOPELESS_CODES = ("request_refused", "aggregate_fenced")
UNKNOWN_STATUS = (408, 500, 502, 504)


class HeadgateError(Exception):
    """Something is wrong that sending again does not mend."""


class Refused(HeadgateError):
    """The whole request is refused, and nothing of it stored."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code, self.detail = status, code, detail


@dataclasses.dataclass(frozen=True)
class Failure:
    """An event that is not known to be stored. `index`: in what was given to send()."""
    index: int
    outcome: str  # rejected, not_persisted, possibly_persisted, blocked
    code: str
    detail: str = ""


@dataclasses.dataclass
class Report:
    """The results of all events of one send()."""
    events: int
    failures: List[Failure] = dataclasses.field(default_factory=list)
    attempts: int = 0

    @property
    def stored(self) -> int:
        return self.events - len(self.failures)

    @property
    def all_stored(self) -> bool:
        return not self.failures


@dataclasses.dataclass(frozen=True)
class Patience:
    """How long, and how hard."""
    seconds: float = 60.0           # in all
    attempts_max: int = 20
    first_wait: float = 0.05        # doubled each time, where the gateway does not say
    wait_max: float = 10.0
    at_least_once: bool = False     # send again what may be stored: it may be stored twice then


@dataclasses.dataclass(frozen=True)
class Answer:
    """Of one HTTP request; status 0: there is none. `was_sent`: some byte of the request may have arrived."""
    status: int
    body: bytes = b""
    retry_after: Optional[float] = None
    was_sent: bool = True
    error: str = ""


def retry_after_of(text: Optional[str]) -> Optional[float]:
    """Seconds; a date, or nonsense, is as if it were not there."""
    return float(text) if text and text.strip().isdigit() else None


def key_at(event: Any, pointer: str) -> Optional[str]:
    """Returns the value at an RFC 6901 pointer, as the gateway writes it; None: nothing."""
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        if isinstance(event, dict):
            event = event.get(token)
        elif isinstance(event, list) and token.isdigit() and int(token) < len(event):
            event = event[int(token)]
        else:
            return None
    return None if event is None or isinstance(event, (dict, list)) else str(event)


class Sending:
    """One send(): which events are open, and what became of the others. Ask `pending`, send them in one request, tell
    settle(); until nothing is pending."""

    def __init__(self, keys: Sequence[Optional[Any]], patience: Patience, parted: Optional["Keys"] = None) -> None:
        """`parted`: keys of which an earlier event may be missing; shared by the parts of one send()."""
        self._keys = keys  # None: unknown, and so any of them
        self._patience = patience
        self._parted = Keys() if parted is None else parted
        self._unknown: set = set()  # may be stored
        self.pending: List[int] = []
        self.report = Report(len(keys))
        for index, key in enumerate(keys):
            if self._parted.has(key):
                self._fail(index, "blocked", "earlier_record_failed", "an earlier event of its key is not known to be stored")
            else:
                self.pending.append(index)

    def settle(self, answer: Answer) -> None:
        """Of a request with the events `pending`, in their order."""
        self.report.attempts += 1
        said = _document(answer.body)
        if 200 <= answer.status < 300 or isinstance(said.get("failures"), list):
            self._settle_each(self._outcomes(said))
        elif answer.status in (429, 503) or (answer.status == 0 and not answer.was_sent):
            pass  # nothing was taken
        elif answer.status == 0 or answer.status in UNKNOWN_STATUS:
            detail = answer.error or f"answered {answer.status}"
            self._settle_each({i: ("possibly_persisted", "no_answer", detail) for i in range(len(self.pending))})
        else:
            raise Refused(answer.status, str(said.get("code", "refused")), str(said.get("detail", answer.body[:200])))

    def give_up(self, why: str) -> None:
        """No time is left: what is pending was not written, as far as anybody knows."""
        for index in self.pending:
            self._fail(index, "possibly_persisted" if index in self._unknown else "not_persisted", "gave_up", why)
        self.pending = []

    def wait(self, answer: Answer) -> float:
        """How long before the next request. Never less than the gateway asks for."""
        own = min(self._patience.wait_max, self._patience.first_wait * 2 ** min(self.report.attempts - 1, 20))
        return (answer.retry_after or 0) + random.uniform(own / 2, own)

    @property
    def is_out_of_attempts(self) -> bool:
        return self.report.attempts >= self._patience.attempts_max

    def _outcomes(self, said: Dict[str, Any]) -> Dict[int, Any]:
        return {f["index"]: (f["outcome"], f.get("code", ""), f.get("detail", "")) for f in said.get("failures", ())
                if f["outcome"] not in STORED}

    def _settle_each(self, failed: Dict[int, Any]) -> None:
        again: List[int] = []
        for position, index in enumerate(self.pending):
            if position not in failed:
                continue
            outcome, code, detail = failed[position]
            if outcome == "possibly_persisted":
                self._unknown.add(index)
            may_retry = outcome in RETRIABLE and code not in HOPELESS_CODES
            may_retry |= outcome == "possibly_persisted" and self._patience.at_least_once
            if may_retry and not self._parted.has(self._keys[index]):
                again.append(index)
            else:
                self._fail(index, outcome, code, detail)
        self.pending = again

    def _fail(self, index: int, outcome: str, code: str, detail: str) -> None:
        self.report.failures.append(Failure(index, outcome, code, detail))
        self.report.failures.sort(key=lambda f: f.index)
        if outcome != "rejected":  # which leaves no hole: it never was to be written
            self._parted.add(self._keys[index])


class Keys:
    """A set of keys in which None stands for any."""

    def __init__(self) -> None:
        self._keys: set = set()

    def add(self, key: Optional[Any]) -> None:
        self._keys.add(key)

    def has(self, key: Optional[Any]) -> bool:
        return None in self._keys or key in self._keys or (key is None and bool(self._keys))


def _document(body: bytes) -> Dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def encode(event: Any) -> bytes:
    """One line of NDJSON."""
    line = event if isinstance(event, bytes) else json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
    if b"\n" in line:
        raise ValueError("an event of bytes is JSON without line ends")
    return line


def batches(lines: Iterable[bytes], events_max: int, bytes_max: int) -> List[range]:
    """Consecutive runs of events that fit into one request each."""
    runs: List[range] = []
    first = size = count = 0
    for index, line in enumerate(lines):
        if index > first and (index - first == events_max or size + len(line) + 1 > bytes_max):
            runs.append(range(first, index))
            first, size = index, 0
        size += len(line) + 1
        count = index + 1
    if count > first:
        runs.append(range(first, count))
    return runs
