"""Row 19: a Kafka that wants TLS and a login, for the gateway and for librdkafka alike."""

import sys

from capacity.experiments import plain
from harness.gateway import Gateway
from harness.kafka import Kafka
from harness.loads import Loads
from harness.measure import ratio

MECHANISM = "SCRAM-SHA-512"
PORTS_AWAY = 200  # from the broker of the other rows


class SecureKafka(Kafka):
    """One more broker of our own; topics are made and counted over its plain listener."""

    name = "bench-secure"
    start_options = ("--secure",)

    def __enter__(self):
        super().__enter__()
        sys.path.insert(0, str(self.script.parent / "lib"))
        from local_kafka.listeners import client_properties, port_of
        state = self.script.parent.parent / "build/kafka" / self.name
        self.bootstrap = f"127.0.0.1:{port_of('SASL_SSL', self.port, 1)}"
        self.properties = client_properties(state, self.port, "SASL_SSL", MECHANISM)
        return self


def encrypted(b):
    with SecureKafka(b.kafka.script.parent.parent, b.kafka.tools, b.kafka.port + PORTS_AWAY) as kafka:
        topic = kafka.create("bench-encrypted", 12)
        loads = Loads(b.loads.tools, b.work, kafka)
        settings = [plain, *(f"kafka.properties.{name}={value}" for name, value in kafka.properties.items())]
        g = Gateway(b.binary, kafka, b.work, "encrypted", settings)
        try:
            s = b.run("NDJSON, Kafka over TLS with a login", {
                "ours": lambda: g.measure(topic, lambda: loads.post(g.url(topic), b.seconds)),
                "grouped": lambda: loads.reference("grouped", topic, b.seconds, properties=kafka.properties)})
        finally:
            g.stop(), kafka.delete(topic)
    yield "19", ratio(s["ours"], s["grouped"]), f"{MECHANISM}; delivers {ratio(s['ours'], s['grouped'], 'events_per_second')['median']:.2f} of its rate"
