"""Kafka forgets a transactional id that nobody uses for a second, and gives its next owner another producer id, whose markers do not
fence the former one. Set and lifted by a restart of all brokers, as Kafka reads it at its start. Used by store_run.py."""
from chaos.cluster import BROKERS, at_once

LINES = ["transactional.id.expiration.ms=1000", "transaction.remove.expired.transaction.cleanup.interval.ms=300"]


def shorten(cluster, is_short):
    files = {broker: cluster.state / f"broker-{broker}/server.properties" for broker in BROKERS}
    for broker, file in files.items():
        cluster.kill(broker)
        kept = [line for line in file.read_text().splitlines() if line not in LINES]
        file.write_text("\n".join(kept + (LINES if is_short else [])) + "\n")
    at_once([lambda broker=broker: cluster.restart(broker) for broker in BROKERS])
    cluster.heal()
