"""The client for asyncio. Several connections; events of one key go over one of them, one request at a time, so that their
order is kept while different keys travel side by side."""

import asyncio
import ssl
import time
import zlib
from typing import Any, Dict, List, Optional, Sequence, Tuple
from urllib.parse import urlsplit

from headgate.http import BYTES_MAX, EVENTS_MAX, keys_of, target_of
from headgate.retry import Answer, Failure, Keys, Patience, Report, Sending, batches, encode, retry_after_of

HEAD_BYTES_MAX = 64 * 1024


class _Connection:
    def __init__(self, base: str, token: Optional[str], timeout: float, context: Optional[ssl.SSLContext]) -> None:
        at = urlsplit(base)
        self._host, self._path = at.hostname or "", at.path.rstrip("/")
        self._tls = (context or ssl.create_default_context()) if at.scheme == "https" else None
        self._port = at.port or (443 if self._tls else 80)
        self._token, self._timeout = token, timeout
        self._streams: Optional[Tuple[asyncio.StreamReader, asyncio.StreamWriter]] = None
        self.busy = asyncio.Lock()

    async def ask(self, method: str, target: str, body: bytes, media: str) -> Answer:
        try:
            if self._streams is None:
                self._streams = await asyncio.wait_for(
                    asyncio.open_connection(self._host, self._port, ssl=self._tls, limit=HEAD_BYTES_MAX), self._timeout)
        except (OSError, asyncio.TimeoutError) as e:
            return Answer(0, was_sent=False, error=str(e))
        try:
            return await asyncio.wait_for(self._exchange(method, target, body, media), self._timeout)
        except (OSError, EOFError, ValueError, asyncio.TimeoutError, asyncio.LimitOverrunError) as e:
            await self.close()
            return Answer(0, error=f"{type(e).__name__}: {e}")

    async def _exchange(self, method: str, target: str, body: bytes, media: str) -> Answer:
        assert self._streams is not None
        reader, writer = self._streams
        head = f"{method} {self._path}{target} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Type: {media}\r\n"
        if self._token:
            head += f"Authorization: Bearer {self._token}\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        status, fields = _read_head(await reader.readuntil(b"\r\n\r\n"))
        if fields.get("transfer-encoding", "").lower() == "chunked":
            text = await _read_chunks(reader)
        else:
            text = await reader.readexactly(int(fields.get("content-length", "0")))
        if fields.get("connection", "").lower() == "close":
            await self.close()
        return Answer(status, text, retry_after_of(fields.get("retry-after")))

    async def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def _read_head(raw: bytes) -> Tuple[int, Dict[str, str]]:
    first, *lines = raw.decode("latin-1").split("\r\n")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(first.split(" ")[1]), fields


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    pieces: List[bytes] = []
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        pieces.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return b"".join(pieces)


class AsyncClient:
    def __init__(self, base: str = "http://127.0.0.1:8080", token: Optional[str] = None,
                 patience: Patience = Patience(), connections: int = 4, timeout: float = 45.0,
                 context: Optional[ssl.SSLContext] = None) -> None:
        self._connections = [_Connection(base, token, timeout, context) for _ in range(connections)]
        self._patience = patience

    async def send(self, topic: str, events: Sequence[Any], key: Optional[str] = None) -> Report:
        """As Client.send(); may be called by many tasks at once. Events whose key is unknown share one connection."""
        lines = [encode(e) for e in events]
        keys = keys_of(events, key)
        until = time.monotonic() + self._patience.seconds
        by_connection: Dict[int, List[int]] = {}
        for index, of in enumerate(keys):
            by_connection.setdefault(zlib.crc32((of or "").encode()) % len(self._connections), []).append(index)
        parts = await asyncio.gather(*(self._send_over(self._connections[c], topic, key, indexes, lines, keys, until)
                                       for c, indexes in by_connection.items()))
        whole = Report(len(lines), sorted((f for p in parts for f in p.failures), key=lambda f: f.index))
        whole.attempts = sum(p.attempts for p in parts)
        return whole

    async def _send_over(self, over: _Connection, topic: str, key: Optional[str], indexes: List[int],
                         lines: List[bytes], keys: List[Optional[str]], until: float) -> Report:
        whole = Report(len(indexes))
        parted = Keys()
        async with over.busy:
            for run in batches((lines[i] for i in indexes), EVENTS_MAX, BYTES_MAX):
                mine = [indexes[i] for i in run]
                sending = Sending([keys[i] for i in mine], self._patience, parted)
                while sending.pending:
                    body = b"\n".join(lines[mine[i]] for i in sending.pending)
                    answer = await over.ask("POST", target_of(topic, key), body, "application/x-ndjson")
                    sending.settle(answer)
                    wait = sending.wait(answer)
                    if sending.pending and (sending.is_out_of_attempts or time.monotonic() + wait > until):
                        sending.give_up("no time is left for another try: " + (answer.error or str(answer.status)))
                    elif sending.pending:
                        await asyncio.sleep(wait)
                whole.attempts += sending.report.attempts
                whole.failures += [Failure(mine[f.index], f.outcome, f.code, f.detail) for f in sending.report.failures]
        return whole

    async def close(self) -> None:
        for each in self._connections:
            await each.close()

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()
