"""Ways to the brokers beside the plain one, each advertised as itself: GATE leads through proxy.py, AUTH encrypts, wants a certificate, and asks for
a password or token again and again, WIRE is reached over the interfaces of wires.py. Kafka's own traffic stays on PLAINTEXT. With them come rights:
whoever logs in on AUTH can be denied some. Used by stage.py."""
from chaos import certificates
from chaos.cluster import BROKERS, ROOT

LOGIN_SECONDS = 4  # a login on AUTH lasts this long, then the client must prove itself again
USER, PASSWORD = "headgate", "chaos"


def gate_ports(cluster, broker):
    """(where the broker listens, where the proxy does)"""
    return cluster.port + 2 + broker, cluster.port + 5 + broker


def auth_port(cluster, broker):
    return cluster.port + 12 + broker


def wire_port(cluster, broker):
    return cluster.port + 15 + broker


def wire_address(cluster, broker):
    """A network of its own for each cluster and broker: .1 is the broker's end, .2 the gateway's."""
    return f"10.{60 + cluster.port // 20 % 190}.{broker}.1"


def settings(cluster, broker):
    inside, outside = gate_ports(cluster, broker)
    auth, wire = auth_port(cluster, broker), wire_port(cluster, broker)
    return {
        "listeners=": f",GATE://127.0.0.1:{inside},AUTH://127.0.0.1:{auth},WIRE://0.0.0.0:{wire}",
        "advertised.listeners=": f",GATE://127.0.0.1:{outside},AUTH://127.0.0.1:{auth},WIRE://{wire_address(cluster, broker)}:{wire}",
        "listener.security.protocol.map=": ",GATE:PLAINTEXT,AUTH:SASL_SSL,WIRE:PLAINTEXT",
    }


def added(cluster):
    return f"""
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=true
super.users=User:ANONYMOUS
inter.broker.listener.name=PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-256,OAUTHBEARER
listener.name.auth.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.auth.scram-sha-256.connections.max.reauth.ms={LOGIN_SECONDS * 1000}
listener.name.auth.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;
listener.name.auth.oauthbearer.connections.max.reauth.ms={LOGIN_SECONDS * 1000}
listener.name.auth.ssl.keystore.type=PEM
listener.name.auth.ssl.keystore.location={certificates.in_use(cluster)}
listener.name.auth.ssl.client.auth=required
listener.name.auth.ssl.truststore.type=PEM
listener.name.auth.ssl.truststore.location={certificates.clients(cluster)}
"""


def add_all(cluster):
    """Once for each cluster: all brokers end and start again with them."""
    files = {broker: ROOT / "build/kafka" / cluster.name / f"broker-{broker}/server.properties" for broker in BROKERS}
    if all("authorizer.class.name=" in file.read_text() for file in files.values()):
        return
    certificates.make(cluster)
    for broker, file in files.items():
        cluster.kill(broker)
        more = settings(cluster, broker)
        lines = [line + next((m for start, m in more.items() if line.startswith(start)), "") for line in file.read_text().splitlines()]
        file.write_text("\n".join(lines) + added(cluster))
    cluster.heal()


def login_properties(cluster, key, certificate, issuer=None):
    """For the gateway's configuration: with a password, or with the issuer's tokens."""
    encrypted = {"security.protocol": "SASL_SSL", "ssl.ca.location": str(certificates.authority(cluster)),
                 "ssl.key.location": str(key), "ssl.certificate.location": str(certificate)}
    if issuer:
        return {**encrypted, "sasl.mechanism": "OAUTHBEARER", "sasl.oauthbearer.method": "oidc", "sasl.oauthbearer.client.id": USER,
                "sasl.oauthbearer.client.secret": PASSWORD, "sasl.oauthbearer.token.endpoint.url": issuer.url}
    return {**encrypted, "sasl.mechanism": "SCRAM-SHA-256", "sasl.username": USER, "sasl.password": PASSWORD}
