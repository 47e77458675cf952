"""Checks what a browser lets a page do with the gateway: headless Chromium runs pages of an allowed and of another origin, and what arrives in a real Kafka
is counted. Skipped (77) where no Chromium is installed (Debian: apt-get install chromium).

    cors_test.py HEADGATE SCRIPTS_KAFKA, with HEADGATE_TEST_KAFKA=HOST:PORT and HEADGATE_TEST_KAFKA_NAME"""

import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request
import uuid
from pathlib import Path
from typing import Dict, Optional

SKIPPED = 77
KAFKA_SCRIPT = sys.argv.pop(2)
HEADGATE = sys.argv.pop(1)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
IN_TIME_S = 60.0

# Each step: what it did, whether the script saw an answer, and how many events were stored by it.
PAGE = """<!doctype html><title>t</title><script>
const url = "GATEWAY/v1/topics/TOPIC/events";
const pause = ms => new Promise(done => setTimeout(done, ms));
const stored = async () => Number(await (await fetch("/stored")).text());
const json = JSON.stringify({page: 1});
const blob = type => new Blob([json], {type});
const form = new FormData(); form.append("a", "1");
const seen = async (how) => { try { const r = await fetch(url, how); return String(r.status); } catch (e) { return e.name; } };
const steps = {
  fetch_json: () => seen({method: "POST", headers: {"Content-Type": "application/json"}, body: json}),
  fetch_ndjson: () => seen({method: "POST", headers: {"Content-Type": "application/x-ndjson"}, body: json + "\\n" + json}),
  fetch_text: () => seen({method: "POST", body: json}),
  fetch_no_cors: async () => { try { return (await fetch(url, {method: "POST", mode: "no-cors", body: json})).type; } catch (e) { return e.name; } },
  fetch_with_key: () => seen({method: "POST", headers: {"Content-Type": "application/json", "Headgate-Key": "k"}, body: json}),
  fetch_with_other_field: () => seen({method: "POST", headers: {"Content-Type": "application/json", "X-Unheard-Of": "1"}, body: json}),
  fetch_put: () => seen({method: "PUT", body: json}),
  fetch_with_credentials: () => seen({method: "POST", credentials: "include", headers: {"Content-Type": "application/json"}, body: json}),
  beacon_string: async () => String(navigator.sendBeacon(url, json)),
  beacon_json: async () => String(navigator.sendBeacon(url, blob("application/json"))),
  beacon_text_blob: async () => String(navigator.sendBeacon(url, blob("text/plain"))),
  beacon_ndjson: async () => String(navigator.sendBeacon(url, new Blob([json + "\\n" + json], {type: "application/x-ndjson"}))),
  beacon_bytes: async () => String(navigator.sendBeacon(url, new TextEncoder().encode(json))),
  beacon_parameters: async () => String(navigator.sendBeacon(url, new URLSearchParams("a=1"))),
  beacon_large: async () => String(navigator.sendBeacon(url, "x".repeat(70000))),
  beacon_form: async () => String(navigator.sendBeacon(url, form)),
};
(async () => {
  const out = {};
  for (const [name, step] of Object.entries(steps)) {
    const before = await stored();
    const answer = await step();
    await pause(name.startsWith("beacon") ? 600 : 150);
    out[name] = [answer, await stored() - before];
  }
  await fetch("/result", {method: "POST", body: JSON.stringify(out)});
})();
</script>"""


# The answers the script gets, and how many events are stored.
ALLOWED = {
    "fetch_json": ["200", 1], "fetch_ndjson": ["200", 2], "fetch_text": ["200", 1], "fetch_no_cors": ["opaque", 1], "fetch_with_key": ["200", 1],
    "fetch_with_other_field": ["TypeError", 0], "fetch_put": ["TypeError", 0], "fetch_with_credentials": ["200", 1],
    "beacon_string": ["true", 1], "beacon_text_blob": ["true", 1], "beacon_bytes": ["true", 1], "beacon_parameters": ["true", 1],
    "beacon_form": ["true", 1], "beacon_json": ["true", 1], "beacon_ndjson": ["true", 2],
    "beacon_large": ["false", 0],
}


class Pages(http.server.ThreadingHTTPServer):
    """Serves the page, tells how many events are stored, and takes the page's report."""

    def __init__(self, page: str, count) -> None:
        self.page, self.count, self.report, self.told = page, count, None, threading.Event()
        super().__init__(("127.0.0.1", 0), PageHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class PageHandler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = str(self.server.count()) if self.path == "/stored" else self.server.page
        self.answer(body.encode())

    def do_POST(self) -> None:
        self.server.report = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(b"")
        self.server.told.set()

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class CorsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.topic = "clicks-" + uuid.uuid4().hex[:8]
        name = os.environ.get("HEADGATE_TEST_KAFKA_NAME", "test")
        subprocess.run([KAFKA_SCRIPT, "topic", "create", self.topic, "--partitions", "1", "--name", name], check=True, timeout=IN_TIME_S,
                       stdout=subprocess.DEVNULL)

    def start(self, origin: str) -> None:
        config = self.folder / "headgate.yaml"
        config.write_text(json.dumps({
            "kafka": {"bootstrap": os.environ["HEADGATE_TEST_KAFKA"]}, "lanes": 1,
            "listen": {"http": "127.0.0.1:0", "tcp": "off", "admin": "127.0.0.1:0"},
            "topics": [{"pattern": self.topic, "cors": {"origins": [origin]}}]}), encoding="utf-8")
        process = subprocess.Popen([HEADGATE, "--config", str(config)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(process.wait, IN_TIME_S)
        self.addCleanup(process.terminate)
        found = re.search(r"ready http=127\.0\.0\.1:(\d+).* admin=127\.0\.0\.1:(\d+)", process.stdout.readline())
        process.stdout.close()
        self.assertTrue(found)
        self.http, self.admin = found[1], found[2]

    def stored(self) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=IN_TIME_S) as answer:
            found = re.search(rf'headgate_events_settled_total{{topic="{self.topic}",outcome="persisted"}} (\d+)', answer.read().decode())
        return int(found[1]) if found else 0

    def run_page(self, allowed: Optional[str]) -> Dict[str, list]:
        """Returns what a page of http://127.0.0.1:PORT reports; `allowed`: the pattern, with PORT in it for its own."""
        pages = Pages("", self.stored)
        self.addCleanup(pages.server_close)
        self.addCleanup(pages.shutdown)
        self.start((allowed or "https://shop.example").replace("PORT", str(pages.server_port)))
        pages.page = PAGE.replace("GATEWAY", f"http://127.0.0.1:{self.http}").replace("TOPIC", self.topic)
        browser = subprocess.Popen(
            [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
             f"--user-data-dir={self.folder / 'profile'}", f"http://127.0.0.1:{pages.server_port}/"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        told = pages.told.wait(IN_TIME_S)
        browser.terminate()
        browser.wait(IN_TIME_S)
        self.assertTrue(told, "the page has not reported")
        return pages.report

    def test_a_page_of_an_allowed_origin_sends_and_reads_answers(self) -> None:
        said = self.run_page("http://127.0.0.1:PORT")
        self.assertEqual(said, ALLOWED)

    def test_a_page_of_another_origin_stores_nothing(self) -> None:
        for step, (answer, stored) in self.run_page(None).items():
            self.assertEqual(stored, 0, step)
            if step.startswith("fetch") and step != "fetch_no_cors":
                self.assertEqual(answer, "TypeError", step)


if __name__ == "__main__":
    if CHROMIUM is None:
        print("skipped: no Chromium is installed (Debian: apt-get install chromium)")
        sys.exit(SKIPPED)
    unittest.main()
