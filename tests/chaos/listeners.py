"""Ways to the brokers beside those of scripts/kafka (plain, and SASL_SSL for whoever logs in), each advertised as itself: GATE leads through
proxy.py, SAFE too, with TLS and a login; WIRE is reached over the interfaces of wires.py. Used by stage.py."""
from chaos.cluster import BROKERS
from local_kafka.listeners import PASSWORD, USER, login, port_of  # noqa: F401

SCRAM = "SCRAM-SHA-256"


def gate_ports(cluster, broker):
    """(where the broker listens, where the proxy does)"""
    return cluster.port + 2 + broker, cluster.port + 5 + broker


def safe_ports(cluster, broker):
    """The same for the listener with TLS and a login."""
    return cluster.port + 60 + broker, cluster.port + 65 + broker


def login_port(cluster, broker):
    return port_of("SASL_SSL", cluster.port, broker)


def wire_port(cluster, broker):
    return cluster.port + 15 + broker


def wire_address(cluster, broker):
    """A network of its own for each cluster and broker: .1 is the broker's end, .2 the gateway's."""
    return f"10.{60 + cluster.port // 20 % 190}.{broker}.1"


def settings(cluster, broker):
    inside, outside = gate_ports(cluster, broker)
    safe_inside, safe_outside = safe_ports(cluster, broker)
    wire = wire_port(cluster, broker)
    return {
        "listeners=": f",GATE://127.0.0.1:{inside},SAFE://127.0.0.1:{safe_inside},WIRE://0.0.0.0:{wire}",
        "advertised.listeners=": f",GATE://127.0.0.1:{outside},SAFE://127.0.0.1:{safe_outside},WIRE://{wire_address(cluster, broker)}:{wire}",
        "listener.security.protocol.map=": ",GATE:PLAINTEXT,SAFE:SASL_SSL,WIRE:PLAINTEXT",
    }


SAFE = ("listener.name.safe.sasl.enabled.mechanisms=" + SCRAM, "listener.name.safe.ssl.client.auth=required",
        f"listener.name.safe.{SCRAM.lower()}.sasl.jaas.config={login(SCRAM, {})}")


def add_all(cluster):
    """Once for each cluster: all brokers end and start again with them."""
    files = {broker: cluster.state / f"broker-{broker}/server.properties" for broker in BROKERS}
    if any("SASL_SSL:" not in file.read_text() for file in files.values()):
        cluster.rebuild()  # somebody has started it without logins
    if all("SAFE:" in file.read_text() for file in files.values()):
        return
    for broker, file in files.items():
        cluster.kill(broker)
        more = settings(cluster, broker)
        lines = [line + next((m for start, m in more.items() if line.startswith(start)), "") for line in file.read_text().splitlines()]
        file.write_text("\n".join([*lines, *SAFE]) + "\n")
    cluster.heal()


def login_properties(cluster, key, certificate, issuer=None):
    """For the gateway's configuration: with a password, or with the issuer's tokens."""
    encrypted = {"security.protocol": "SASL_SSL", "ssl.ca.location": str(cluster.certificates.authority()),
                 "ssl.key.location": str(key), "ssl.certificate.location": str(certificate)}
    if issuer:
        return {**encrypted, "sasl.mechanism": "OAUTHBEARER", "sasl.oauthbearer.method": "oidc", "sasl.oauthbearer.client.id": USER,
                "sasl.oauthbearer.client.secret": PASSWORD, "sasl.oauthbearer.token.endpoint.url": issuer.url}
    return {**encrypted, "sasl.mechanism": SCRAM, "sasl.username": USER, "sasl.password": PASSWORD}
