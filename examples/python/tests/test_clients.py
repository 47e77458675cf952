"""Both clients against a server whose answers are written down."""

import asyncio
import json
import socket
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from headgate import AsyncClient, Client, Conflict, HeadgateError, Patience, Refused, Store

QUICK = Patience(seconds=5.0, first_wait=0.01, wait_max=0.05)


class Server:
    """Answers each request with the next of its answers (the last one again): (status, fields, body), None: no answer."""

    def __init__(self, *answers):
        self.requests = []
        server = self
        left = list(answers)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                server.requests.append((self.command, self.path, dict(self.headers), body))
                said = left.pop(0) if len(left) > 1 else left[0]
                if said is None:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                status, fields, text = said
                self.send_response(status)
                for name, value in fields.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_DELETE = answer

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()


def send(kind, base, events, key="/k", patience=QUICK):
    if kind == "sync":
        with Client(base, token="t0", patience=patience) as c:
            return c.send("orders", events, key)

    async def go():
        async with AsyncClient(base, token="t0", patience=patience) as c:
            return await c.send("orders", events, key)
    return asyncio.run(go())


def some(*failures):
    return (207, {}, json.dumps({"failures": [{"index": i, "outcome": o, "code": c} for i, o, c in failures]}).encode())


STORED = (200, {}, b'{"ack":"broker"}')


class ClientsTest(unittest.TestCase):
    def both(self, answers, events, check, **more):
        for kind in ("sync", "async"):
            with self.subTest(kind), Server(*answers) as server:
                check(server, lambda s=server, k=kind: send(k, s.base, events, **more))

    def test_sends_lines_with_the_key_and_the_token(self):
        def check(server, go):
            self.assertTrue(go().all_stored)
            method, path, fields, body = server.requests[0]
            self.assertEqual((method, path, body), ("POST", "/v1/topics/orders/events?key=%2Fk", b'{"k":"a","n":1}\n{"k":"a"}'))
            self.assertEqual(fields["Content-Type"], "application/x-ndjson")
            self.assertEqual(fields["Authorization"], "Bearer t0")
        self.both([STORED], [{"k": "a", "n": 1}, {"k": "a"}], check)

    def test_sends_again_only_what_was_not_written(self):
        def check(server, go):
            report = go()
            self.assertTrue(report.all_stored)
            self.assertEqual([r[3] for r in server.requests], [b'{"k":"a","n":1}\n{"k":"a","n":2}', b'{"k":"a","n":2}'])
        self.both([some((1, "not_persisted", "partition_full")), STORED], [{"k": "a", "n": 1}, {"k": "a", "n": 2}], check)

    def test_waits_when_told_to(self):
        def check(server, go):
            report = go()
            self.assertTrue(report.all_stored)
            self.assertEqual(report.attempts, 3)
        refused = (503, {"Retry-After": "0"}, b'{"code":"overloaded"}')
        self.both([refused, (429, {}, b'{"code":"quota_exceeded"}'), STORED], [{"k": "a"}], check)

    def test_a_lost_answer_is_not_a_reason_to_send_twice(self):
        def check(server, go):
            report = go()
            self.assertEqual([f.outcome for f in report.failures], ["possibly_persisted"])
            self.assertEqual(len(server.requests), 1)
        self.both([None, STORED], [{"k": "a"}], check)

    def test_unless_the_caller_takes_duplicates(self):
        def check(server, go):
            self.assertTrue(go().all_stored)
            self.assertEqual(len(server.requests), 2)
        self.both([None, STORED], [{"k": "a"}], check, patience=Patience(first_wait=0.01, at_least_once=True))

    def test_gives_up_in_time(self):
        def check(server, go):
            self.assertEqual([(f.outcome, f.code) for f in go().failures], [("not_persisted", "gave_up")])
        self.both([(503, {}, b"{}")], [{"k": "a"}], check, patience=Patience(seconds=0.2, first_wait=0.02))

    def test_nobody_listens(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            base = f"http://127.0.0.1:{free.getsockname()[1]}"
        for kind in ("sync", "async"):
            report = send(kind, base, [{"k": "a"}], patience=Patience(seconds=0.2, first_wait=0.02))
            self.assertEqual([f.outcome for f in report.failures], ["not_persisted"])

    def test_what_is_wrong_for_good_is_raised(self):
        def check(_, go):
            with self.assertRaises(Refused):
                go()
        self.both([(404, {}, b'{"code":"unknown_topic","detail":"x"}')], [{"k": "a"}], check)

    def test_many_events_go_in_parts(self):
        def check(server, go):
            self.assertTrue(go().all_stored)
            sent = [json.loads(line)["n"] for r in server.requests for line in r[3].split(b"\n")]
            self.assertEqual(sent, list(range(2500)))
        self.both([STORED], [{"k": "a", "n": n} for n in range(2500)], check)

    def test_a_tombstone(self):
        with Server(None, STORED) as server, Client(server.base, patience=QUICK) as c:
            self.assertTrue(c.delete("orders", "a/b").all_stored)
            self.assertEqual(server.requests[0][:2], ("DELETE", "/v1/topics/orders/records/a%2Fb"))


class StoreTest(unittest.TestCase):
    def test_appends_again_with_the_same_ids(self):
        with Server(None, (504, {}, b"{}"), (200, {}, b'{"version":3}')) as server:
            with Store(server.base, patience=QUICK) as store:
                self.assertEqual(store.append("c", [{"n": 1}], 2), 3)
            self.assertEqual(len({r[3] for r in server.requests}), 1)
            self.assertEqual(server.requests[0][2]["Expected-Version"], "2")

    def test_a_conflict_has_the_version(self):
        with Server((409, {}, b'{"code":"version_conflict","current_version":7}')) as server:
            with Store(server.base, patience=QUICK) as store, self.assertRaises(Conflict) as raised:
                store.append("c", [{"n": 1}], 2)
            self.assertEqual(raised.exception.current_version, 7)

    def test_decides_again_after_a_conflict(self):
        page = (200, {"Headgate-Aggregate-Version": "1"}, b'[{"version":1,"event":{"n":1}}]')
        with Server(page, (409, {}, b'{"current_version":2}'), page, (201, {}, b'{"version":3}')) as server:
            with Store(server.base, patience=QUICK) as store:
                self.assertEqual(store.decide("c", lambda events: [{"n": len(events)}]), 3)
            self.assertEqual(len(server.requests), 4)

    def test_ends_in_time(self):
        with Server((503, {}, b"{}")) as server, self.assertRaises(HeadgateError):
            with Store(server.base, patience=Patience(seconds=0.1, first_wait=0.02)) as store:
                store.append("c", [{}])


if __name__ == "__main__":
    unittest.main()
