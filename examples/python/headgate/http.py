"""The client that waits. One connection, kept; not thread-safe: one client, one thread."""

import http.client
import ssl
import time
from typing import Any, Dict, List, Optional, Sequence
from urllib.parse import quote, urlencode, urlsplit

from headgate.retry import Answer, Keys, Patience, Report, Sending, batches, encode, key_at, retry_after_of

EVENTS_MAX = 1000
BYTES_MAX = 1 << 20


def target_of(topic: str, key: Optional[str]) -> str:
    return f"/v1/topics/{quote(topic, safe='')}/events" + ("?" + urlencode({"key": key}) if key else "")


def keys_of(events: Sequence[Any], key: Optional[str]) -> List[Optional[str]]:
    """Bytes are not looked into: their keys are unknown."""
    return [key_at(e, key) if key and not isinstance(e, bytes) else None for e in events]


class Connection:
    """One HTTP/1.1 connection. Answers instead of exceptions where the network fails."""

    def __init__(self, base: str, token: Optional[str], timeout: float, context: Optional[ssl.SSLContext]) -> None:
        at = urlsplit(base)
        self._path = at.path.rstrip("/")
        if at.scheme == "https":
            self._http: http.client.HTTPConnection = http.client.HTTPSConnection(
                at.hostname or "", at.port or 443, timeout=timeout, context=context)
        else:
            self._http = http.client.HTTPConnection(at.hostname or "", at.port or 80, timeout=timeout)
        self._fields = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method: str, target: str, body: Optional[bytes] = None,
            fields: Optional[Dict[str, str]] = None) -> Answer:
        return self.ask_whole(method, target, body, fields)[0]

    def ask_whole(self, method: str, target: str, body: Optional[bytes] = None, fields: Optional[Dict[str, str]] = None):
        """The answer and its fields."""
        try:
            if self._http.sock is None:
                self._http.connect()
        except OSError as e:
            return Answer(0, was_sent=False, error=str(e)), {}
        try:
            self._http.request(method, self._path + target, body, {**self._fields, **(fields or {})})
            said = self._http.getresponse()
            text = said.read()
            return Answer(said.status, text, retry_after_of(said.getheader("Retry-After"))), said.headers
        except (OSError, http.client.HTTPException) as e:
            self._http.close()
            return Answer(0, error=f"{type(e).__name__}: {e}"), {}

    def close(self) -> None:
        self._http.close()


class Client:
    def __init__(self, base: str = "http://127.0.0.1:8080", token: Optional[str] = None,
                 patience: Patience = Patience(), timeout: float = 45.0, context: Optional[ssl.SSLContext] = None) -> None:
        self._connection = Connection(base, token, timeout, context)
        self._patience = patience

    def send(self, topic: str, events: Sequence[Any], key: Optional[str] = None) -> Report:
        """Returns once each event has its outcome or patience is over. `events`: what json.dumps takes, or bytes of one
        JSON document each. `key`: a pointer to the key in each; without one the topic's own pointers count, and events
        are held to be of one key. Raises Refused where the request as a whole cannot be taken."""
        lines = [encode(e) for e in events]
        keys = keys_of(events, key)
        whole = Report(len(lines))
        parted = Keys()
        until = time.monotonic() + self._patience.seconds
        for run in batches(lines, EVENTS_MAX, BYTES_MAX):
            sending = Sending([keys[i] for i in run], self._patience, parted)
            part = self._send_run(topic, key, [lines[i] for i in run], sending, until)
            add_part(whole, part, run.start)
        return whole

    def _send_run(self, topic: str, key: Optional[str], lines: List[bytes], sending: Sending,
                  until: float) -> Report:
        while sending.pending:
            body = b"\n".join(lines[i] for i in sending.pending)
            answer = self._connection.ask("POST", target_of(topic, key), body, {"Content-Type": "application/x-ndjson"})
            sending.settle(answer)
            wait = sending.wait(answer)
            if sending.pending and (sending.is_out_of_attempts or time.monotonic() + wait > until):
                sending.give_up("no time is left for another try: " + (answer.error or f"answered {answer.status}"))
            elif sending.pending:
                time.sleep(wait)
        return sending.report

    def delete(self, topic: str, key: str) -> Report:
        """Writes a tombstone. Sending it twice does no harm."""
        sending = Sending([key], Patience(self._patience.seconds, self._patience.attempts_max, at_least_once=True))
        until = time.monotonic() + self._patience.seconds
        while sending.pending:
            answer = self._connection.ask("DELETE", f"/v1/topics/{quote(topic, safe='')}/records/{quote(key, safe='')}")
            sending.settle(answer)
            wait = sending.wait(answer)
            if sending.pending and (sending.is_out_of_attempts or time.monotonic() + wait > until):
                sending.give_up("no time is left for another try")
            elif sending.pending:
                time.sleep(wait)
        return sending.report

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def add_part(whole: Report, part: Report, first: int) -> None:
    for f in part.failures:
        whole.failures.append(type(f)(f.index + first, f.outcome, f.code, f.detail))
    whole.attempts += part.attempts
