"""The certificate that brokers show: one that the gateway trusts, or a strange one, as after a renewal that went wrong. And the gateway's own, for
scenarios where it has one: the first, or the second, of which the brokers trust one. Used by stage.py and faults.py."""
from chaos.cluster import BROKERS, at_once
from local_kafka.certificates import CLIENTS

TRUSTED, STRANGE = "trusted", "strange"
FIRST, SECOND = CLIENTS


def replace(cluster, broker, client):
    """All brokers end in an orderly way and start with these."""
    cluster.certificates.use(broker, CLIENTS[client])
    at_once([lambda number=number: cluster.restart(number) for number in BROKERS])


def reset(cluster):
    """An interrupted run may have left others."""
    if not cluster.certificates.is_used(TRUSTED, CLIENTS[FIRST]):
        replace(cluster, TRUSTED, FIRST)


def is_shown(cluster, port, who):
    """Tells whether the broker at this port has that one of the two. The listener may come up a moment after the broker."""
    return cluster.certificates.is_trusted_at(port) is (who == TRUSTED)
