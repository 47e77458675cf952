"""The goal table: what must hold on every kind of machine, what we are after, and the verdict on a measured value. Lower is better but for rows
5, 15 and 20b."""

from dataclasses import dataclass, field
from typing import Dict, Tuple


@dataclass(frozen=True)
class Goal:
    row: str
    text: str
    must: float
    after: float
    unit: str = "x"
    more_is_better: bool = False
    stricter: Dict[str, Tuple[float, float]] = field(default_factory=dict)  # must and after, by kind of processor

    def verdict(self, value, kind=""):
        must, after = self.stricter.get(kind, (self.must, self.after))

        def reaches(bound):
            return value >= bound if self.more_is_better else value <= bound

        return "after" if reaches(after) else "must" if reaches(must) else "MISSED"


GOALS = [
    Goal("1", "NDJSON over HTTP, 256 B, every event validated: CPU per event / R-grouped", 0.60, 0.45, stricter={"Zen 5": (0.40, 0.30)}),
    Goal("2", "the same / R-naive", 0.32, 0.25),
    Goal("4", "binary frames, 256 B / R-grouped", 0.50, 0.35),
    Goal("5", "delivered throughput / R-grouped, generator and broker on the same cores", 1.0, 1.3, more_is_better=True),
    Goal("6", "1 KiB events / R-grouped with copy", 0.70, 0.50),
    Goal("7", "zstd level 1 / R-grouped with zstd 1", 0.95, 0.80),
    Goal("8", "one event a POST, 256 keep-alive connections: CPU per request / R-sink", 1.40, 1.15, stricter={"Zen 5": (1.20, 1.15)}),
    Goal("8b", "the same on 16 connections / R-sink on as many", 2.0, 1.4),
    Goal("8c", "the same on 32", 2.0, 1.4),
    Goal("9a", "open loop 10 k/s, p50 added over raw librdkafka", 0.3, 0.0, "ms"),
    Goal("9b", "the same, p99 added", 1.5, 0.5, "ms"),
    Goal("10", "metrics, logs and limits as they come / switched off or wide open", 1.05, 1.02),
    Goal("11", "user memory of an idle connection, 10,000 of them", 640, 450, "B"),
    Goal("11b", "the same with TLS 1.3, 1,000 of them", 12_288, 8_192, "B"),
    Goal("12a", "resident memory, idle", 16, 10, "MB"),
    Goal("12b", "resident memory, saturated", 56, 30, "MB"),
    Goal("12c", "resident memory beyond idle, Kafka down at full input / the budget", 1.10, 1.03),
    Goal("13a", "64 partitions / 12, CPU per event", 1.5, 1.2),
    Goal("13b", "256 partitions / 12, CPU per event", 2.0, 1.5),
    Goal("15a", "net/http + franz-go / ours, NDJSON", 6.0, 10.0, more_is_better=True),
    Goal("15b", "net/http + franz-go / ours, one event a POST", 2.2, 3.5, more_is_better=True),
    Goal("18a", "NDJSON / R-relay, which moves the same bytes and looks at none of them", 2.0, 1.5),
    Goal("18b", "frames / R-relay (over HTTP)", 1.5, 1.2),
    Goal("19", "NDJSON, Kafka over TLS 1.3 with SCRAM / R-grouped over the same", 0.70, 0.50),
    Goal("20a", "HTTPS in: CPU added per byte / openssl speed of AES-128-GCM at 16 KiB", 1.5, 1.2),
    Goal("20b", "full TLS handshakes a second of CPU / nginx's with the same key", 0.9, 1.1, more_is_better=True),
    Goal("21a", "an API key with every request / nobody has to log in, NDJSON", 1.03, 1.01),
    Goal("21b", "the same with a token (ES256, seen before)", 1.03, 1.01),
    Goal("21c", "an API key / nobody has to log in, one event a POST", 1.08, 1.03),
    Goal("21d", "the same with a token", 1.08, 1.03),
    Goal("22a", "REST Proxy v2, 100 records a request / NDJSON, CPU per event", 3.0, 2.0),
    Goal("22b", "REST Proxy v3, 100 documents a request / NDJSON", 3.0, 2.0),
    Goal("22c", "CloudEvents, batched / NDJSON", 3.0, 2.0),
    Goal("23a", "/healthz beside hostile clients, p99 added", 50, 10, "ms"),
    Goal("23b", "single POSTs beside another tenant at its limit, p99 added over the same flood at R-sink", 1.5, 0.5, "ms"),
]


def goal(row):
    return next(g for g in GOALS if g.row == row)
