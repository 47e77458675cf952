"""The dialects and the Python package as processes on a real Kafka: what is stored is read back and compared byte for byte.

    dialects_test.py HEADGATE SCRIPTS_KAFKA, with HEADGATE_TEST_KAFKA=HOST:PORT and HEADGATE_TEST_KAFKA_NAME

CloudEvents' own SDK is driven too where it is installed (`pip install cloudevents`), and JavaScript's where HEADGATE_TEST_NODE names a
folder with it in node_modules."""

import asyncio
import base64
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import uuid
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from gateway_process import IN_TIME_S, GatewayProcess

KAFKA_SCRIPT = sys.argv.pop(2)
HEADGATE = sys.argv.pop(1)
KAFKA = os.environ["HEADGATE_TEST_KAFKA"]
KAFKA_NAME = os.environ.get("HEADGATE_TEST_KAFKA_NAME", "test")
NODE = os.environ.get("HEADGATE_TEST_NODE", "")
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "examples" / "python"), str(ROOT / "tests")]

from chaos.kafka_records import Record, read_partition  # noqa: E402
from chaos.kafka_wire import Kafka  # noqa: E402
from headgate import AsyncClient, Client, Conflict, Store  # noqa: E402
from headgate.frames import HeadgateClient, Record as FrameRecord  # noqa: E402

V2_JSON, V2_BINARY = "application/vnd.kafka.json.v2+json", "application/vnd.kafka.binary.v2+json"
MUST = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/shop", "ce-type": "order.made"}
FOUR = [("ce_specversion", b"1.0"), ("ce_id", b"1"), ("ce_source", b"/shop"), ("ce_type", b"order.made")]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


class DialectsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.stem = uuid.uuid4().hex[:8]
        for name in ("plain", "text", "structured", "store"):
            subprocess.run([KAFKA_SCRIPT, "topic", "create", cls.topic(name), "--partitions", "1", "--name", KAFKA_NAME], check=True,
                           stdout=subprocess.DEVNULL)
        config = Path(cls.folder.name) / "headgate.yaml"
        config.write_text(f"""
kafka: {{ bootstrap: "{KAFKA}", compression: none }}
listen: {{ http: "127.0.0.1:0", tcp: "127.0.0.1:0", admin: "127.0.0.1:0" }}
store: {{ directory: "{cls.folder.name}/index" }}
topics:
  - {{ pattern: "{cls.topic('store')}", mode: store }}
  - {{ pattern: "text-*", rest_key: text, headers: [X-Request-Id] }}
  - {{ pattern: "structured-*", cloudevents: structured }}
""", encoding="utf-8")
        cls.gateway = GatewayProcess(HEADGATE, config)
        cls.port, cls.tcp = cls.gateway.port, cls.gateway.ports["tcp"]
        cls.base = f"http://127.0.0.1:{cls.port}"
        cls.cluster = json.loads(cls.ask("GET", "/v3/clusters")[1])["data"][0]["cluster_id"]

    @classmethod
    def tearDownClass(cls) -> None:
        cls.gateway.end()
        cls.folder.cleanup()

    @classmethod
    def topic(cls, name: str = "plain") -> str:
        return f"{name}-{cls.stem}"

    @classmethod
    def ask(cls, method: str, path: str, body: Optional[Any] = None, fields: Optional[Dict[str, str]] = None) -> Tuple[int, bytes]:
        c = http.client.HTTPConnection("127.0.0.1", cls.port, timeout=60)
        try:
            c.request(method, path, body, fields or {})
            answer = c.getresponse()
            return answer.status, answer.read()
        finally:
            c.close()

    def written_by(self, action: Any, topic: str = "plain") -> List[Record]:
        """The records that `action` adds to the topic."""
        before = len(self.stored(topic))
        action()
        return self.stored(topic)[before:]

    def stored(self, topic: str) -> List[Record]:
        """The topic's records, with the names of their headers as text."""
        cluster = Kafka([int(KAFKA.rsplit(":", 1)[1])])
        records = read_partition(cluster, self.topic(topic), 0, time.monotonic() + IN_TIME_S)
        return [r._replace(headers=[(name.decode(), value) for name, value in r.headers]) for r in records if not r.is_control]

    def produce_v2(self, body: str, media: str, topic: str = "plain", **fields: str) -> Dict[str, Any]:
        status, said = self.ask("POST", f"/topics/{self.topic(topic)}", body.encode(), {"Content-Type": media, **fields})
        self.assertEqual(status, 200, said)
        return json.loads(said)

    def produce_v3(self, body: Any) -> List[Dict[str, Any]]:
        path = f"/v3/clusters/{self.cluster}/topics/{self.topic()}/records"
        status, said = self.ask("POST", path, body, {"Content-Type": "application/json"})
        self.assertEqual(status, 200, said)
        return [json.loads(line) for line in said.split(b"\r\n")]

    def test_v2_json(self) -> None:
        said: Dict[str, Any] = {}
        body = r'{"records":[{"key":"order-1","value":{ "n" : 1.50, "t":"\u00e9" }},{"key":17,"value":"x"},{"key":{"id": 1}},{"value":[1, 2]}]}'
        records = self.written_by(lambda: said.update(self.produce_v2(body, V2_JSON)))
        self.assertEqual([(r.key, r.value) for r in records],
                         [(b'"order-1"', rb'{ "n" : 1.50, "t":"\u00e9" }'), (b"17", b'"x"'), (b'{"id": 1}', None), (None, b"[1, 2]")])
        self.assertEqual([o["offset"] for o in said["offsets"]], [r.offset for r in records])
        self.assertEqual({o["partition"] for o in said["offsets"]}, {0})

    def test_v2_binary(self) -> None:
        blob = bytes(range(256))
        body = json.dumps({"records": [{"key": b64(b"\0\xff"), "value": b64(blob)}, {"value": ""}, {"key": b64(b"k"), "value": None}]})
        records = self.written_by(lambda: self.produce_v2(body, V2_BINARY))
        self.assertEqual([(r.key, r.value) for r in records], [(b"\0\xff", blob), (None, b""), (b"k", None)])

    def test_v2_keys_as_text_and_fields_as_headers(self) -> None:
        fields = {"X-Request-Id": "r-1", "Headgate-Header-who": "me", "Headgate-Timestamp": "2021-02-05T19:14:42Z"}
        records = self.written_by(lambda: self.produce_v2('{"records":[{"key":"order-1","value":1}]}', V2_JSON, "text", **fields), "text")
        self.assertEqual([(r.key, r.value, r.timestamp) for r in records], [(b"order-1", b"1", 1612552482000)])
        self.assertEqual(sorted(records[0].headers), [("X-Request-Id", b"r-1"), ("who", b"me")])

    def test_v3(self) -> None:
        blob = bytes(range(256))
        body = ('{"key":{"type":"STRING","data":"order-1"},"value":{"type":"JSON","data":{ "n" : 1.50 }},"timestamp":"2021-02-05T19:14:42.5Z",'
                '"headers":[{"name":"a","value":"MQ=="},{"name":"b","value":null},{"name":"a","value":""}]}'
                '{"key":{"type":"BINARY","data":"AP8="},"value":{"type":"BINARY","data":"%s"}}'
                '{"value":{"type":"STRING","data":""}}{"key":{"type":"JSON","data":"k"},"value":null}{"x":1}' % b64(blob))
        said: List[Dict[str, Any]] = []
        records = self.written_by(lambda: said.extend(self.produce_v3(body.encode())))
        self.assertEqual([(r.key, r.value) for r in records],
                         [(b"order-1", b'{ "n" : 1.50 }'), (b"\0\xff", blob), (None, b""), (b'"k"', None)])
        self.assertEqual(records[0].headers, [("a", b"1"), ("b", None), ("a", b"")])
        self.assertEqual(records[0].timestamp, 1612552482500)
        self.assertEqual([d["error_code"] for d in said], [200, 200, 200, 200, 400])
        self.assertEqual([d.get("offset") for d in said[:4]], [r.offset for r in records])
        self.assertEqual({d["cluster_id"] for d in said[:4]}, {self.cluster})

    def test_v3_streams(self) -> None:
        """The request is sent piece by piece, each when the report of the one before is there."""
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

        def stream() -> None:
            c.putrequest("POST", f"/v3/clusters/{self.cluster}/topics/{self.topic()}/records")
            c.putheader("Content-Type", "application/json")
            c.putheader("Transfer-Encoding", "chunked")
            c.endheaders()
            for i in range(3):
                piece = b'{"value":{"type":"STRING","data":"s-%d"}}' % i
                c.send(b"%x\r\n%s\r\n" % (len(piece), piece))
                if i == 0:
                    self.answer = c.getresponse()
                    self.assertEqual(self.answer.status, 200)
                report = b""
                while not report.endswith(b"}}"):
                    report += self.answer.read(1)
                self.assertEqual(json.loads(report)["error_code"], 200)
            c.sock.sendall(b"0\r\n\r\n")
            self.assertEqual(self.answer.read(), b"")

        records = self.written_by(stream)
        c.close()
        self.assertEqual([r.value for r in records], [b"s-0", b"s-1", b"s-2"])

    def test_v3_batch(self) -> None:
        path = f"/v3/clusters/{self.cluster}/topics/{self.topic()}/records:batch"
        body = json.dumps({"entries": [{"id": "a", "value": {"type": "STRING", "data": "v"}}, {"id": "b", "x": 1}]})
        said: List[Any] = []
        records = self.written_by(lambda: said.extend(self.ask("POST", path, body, {"Content-Type": "application/json"})))
        self.assertEqual(said[0], 207)
        both = json.loads(said[1])
        self.assertEqual(([s["id"] for s in both["successes"]], [f["id"] for f in both["failures"]]), (["a"], ["b"]))
        self.assertEqual([(r.value, r.offset) for r in records], [(b"v", both["successes"][0]["offset"])])

    def test_cloudevents_binary(self) -> None:
        path = f"/v1/topics/{self.topic()}/events"
        fields = {**MUST, "ce-subject": "%C3%A9", "Content-Type": "application/octet-stream"}
        records = self.written_by(lambda: self.ask("POST", path, bytes(range(256)), fields))
        self.assertEqual([(r.key, r.value) for r in records], [("é".encode(), bytes(range(256)))])
        self.assertEqual(records[0].headers, FOUR + [("ce_subject", "é".encode()), ("content-type", b"application/octet-stream")])
        empty = self.written_by(lambda: self.ask("POST", path, b"", MUST))
        self.assertEqual([(r.key, r.value, r.headers) for r in empty], [(None, b"", FOUR)])

    def test_cloudevents_envelopes(self) -> None:
        one = '{ "specversion":"1.0","id":"1","source":"/shop","type":"order.made", "data": {"n": 1.50} }'
        structured, batch = {"Content-Type": "application/cloudevents+json"}, {"Content-Type": "application/cloudevents-batch+json"}
        path = f"/v1/topics/{self.topic()}/events"
        records = self.written_by(lambda: self.ask("POST", path, one, structured))
        self.assertEqual([(r.value, r.headers) for r in records], [(b'{"n": 1.50}', FOUR + [("content-type", b"application/json")])])
        records = self.written_by(lambda: self.ask("POST", path, f"[{one},{one}]", batch))
        self.assertEqual([r.value for r in records], [b'{"n": 1.50}'] * 2)
        records = self.written_by(lambda: self.ask("POST", f"/v1/topics/{self.topic('structured')}/events", one, structured), "structured")
        self.assertEqual([(r.value, r.headers) for r in records],
                         [(one.encode(), [("content-type", b"application/cloudevents+json; charset=UTF-8")])])

    def test_cloudevents_sdk_for_python(self) -> None:
        try:
            from cloudevents.core.bindings.http import to_binary_event, to_structured_event
            from cloudevents.core.v1.event import CloudEvent
        except ImportError:
            self.skipTest("the SDK is not installed: pip install cloudevents")
        event = CloudEvent({"id": "1", "source": "/shop", "type": "order.made", "specversion": "1.0", "subject": "naïve 100%",
                            "datacontenttype": "application/json"}, {"n": 1})
        for form in (to_binary_event, to_structured_event):
            message = form(event)
            said: List[Any] = []
            records = self.written_by(lambda: said.extend(
                self.ask("POST", f"/v1/topics/{self.topic()}/events", message.body, dict(message.headers))))
            self.assertEqual(said[0], 200, said)
            self.assertEqual([(r.key, json.loads(r.value)) for r in records], [("naïve 100%".encode(), {"n": 1})])
            self.assertIn(("ce_subject", "naïve 100%".encode()), records[0].headers)

    def test_cloudevents_sdk_for_javascript(self) -> None:
        if not NODE:
            self.skipTest("HEADGATE_TEST_NODE names no folder with the SDK: npm install cloudevents")
        script = """
const { CloudEvent, httpTransport, emitterFor, Mode } = require("cloudevents");
const event = new CloudEvent({ id: "1", source: "/shop", type: "order.made", subject: "order-1", data: { n: 1 } });
(async () => {
  for (const mode of [Mode.BINARY, Mode.STRUCTURED])
    await emitterFor(httpTransport(process.env.SINK), { mode })(event);
})();
"""
        environment = {**os.environ, "SINK": f"{self.base}/v1/topics/{self.topic()}/events"}
        records = self.written_by(lambda: subprocess.run(["node", "-e", script], cwd=NODE, env=environment, check=True, timeout=60))
        self.assertEqual([(r.key, json.loads(r.value)) for r in records], [(b"order-1", {"n": 1})] * 2)
        for r in records:
            self.assertIn(("ce_id", b"1"), r.headers)

    def test_python_package(self) -> None:
        events = [{"orderId": f"o-{n % 5}", "n": n} for n in range(2500)]
        with Client(self.base) as client:
            records = self.written_by(lambda: self.assertTrue(client.send(self.topic(), events, key="/orderId").all_stored))
            self.assertEqual([json.loads(r.value) for r in records], events)
            self.assertEqual({r.key for r in records}, {f"o-{i}".encode() for i in range(5)})
            report = client.send(self.topic(), [b'{"orderId":"o-1"}', b"{"], key="/orderId")
            self.assertEqual([(f.index, f.outcome) for f in report.failures], [(1, "rejected")])
            records = self.written_by(lambda: self.assertTrue(client.delete(self.topic(), "o-1").all_stored))
            self.assertEqual([(r.key, r.value) for r in records], [(b"o-1", None)])

    @unittest.skipUnless(shutil.which("javac"), "there is no JDK here")
    def test_java_client(self) -> None:
        records = self.written_by(lambda: subprocess.run([ROOT / "examples" / "java" / "test", self.base, self.topic()], check=True,
                                                         timeout=120, stdout=subprocess.DEVNULL))
        self.assertEqual([json.loads(r.value)["n"] for r in records], list(range(3000)))
        self.assertEqual({r.key for r in records}, {f"o-{i}".encode() for i in range(5)})

    def test_python_package_with_asyncio(self) -> None:
        async def go() -> None:
            async with AsyncClient(self.base) as client:
                reports = await asyncio.gather(*(client.send(self.topic(), [{"orderId": f"o-{c}", "n": n} for n in range(300)], "/orderId")
                                                 for c in range(8)))
                self.assertTrue(all(r.all_stored for r in reports))
        records = [json.loads(r.value) for r in self.written_by(lambda: asyncio.run(go()))]
        for c in range(8):
            self.assertEqual([r["n"] for r in records if r["orderId"] == f"o-{c}"], list(range(300)))

    def test_python_package_with_frames(self) -> None:
        def go() -> None:
            with HeadgateClient("127.0.0.1", self.tcp) as client:
                client.publish(self.topic(), [FrameRecord(b"\0\xff", key=b"k", headers=(("a", b"1"),)), FrameRecord(b"x")])
                self.assertEqual([a.failures for a in client.flush()], [[]])
        self.assertEqual([(r.key, r.value, r.headers) for r in self.written_by(go)],
                         [(b"k", b"\0\xff", [("a", b"1")]), (None, b"x", [])])

    def test_python_package_with_a_store(self) -> None:
        with Store(self.base, self.topic("store")) as store:
            self.assertEqual(store.append("cart-1", [{"eventType": "Opened"}, {"eventType": "Added"}], 0), 2)
            with self.assertRaises(Conflict) as raised:
                store.append("cart-1", [{"eventType": "Opened"}], 0)
            self.assertEqual(raised.exception.current_version, 2)
            version, events = store.read("cart-1")
            self.assertEqual((version, [e["eventType"] for e in events]), (2, ["Opened", "Added"]))
            self.assertEqual(store.decide("cart-1", lambda seen: [{"eventType": f"Saw{len(seen)}"}]), 3)


if __name__ == "__main__":
    unittest.main()
