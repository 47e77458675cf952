"""The listeners of a secure cluster and their lines in the brokers' properties. Kafka's own traffic stays on PLAINTEXT. Ports, for broker ID of a
cluster at port P: PLAINTEXT P+ID-1, SSL P+20+ID-1, SASL_SSL P+30+ID-1, SASL_PLAINTEXT P+40+ID-1; the issuer of tokens P+50."""
import json

from local_kafka.certificates import Certificates
from local_kafka.tokens import AUDIENCE, ISSUER, Signer

OFFSETS = {"SSL": 20, "SASL_SSL": 30, "SASL_PLAINTEXT": 40}
ISSUER_OFFSET = 50
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER")
MODULES = {"PLAIN": "plain.PlainLoginModule", "SCRAM-SHA-256": "scram.ScramLoginModule", "SCRAM-SHA-512": "scram.ScramLoginModule",
           "OAUTHBEARER": "oauthbearer.OAuthBearerLoginModule"}
USER, PASSWORD = "headgate", "headgate-secret"  # whom every mechanism knows from the start


def port_of(listener, port, broker):
    return port + OFFSETS[listener] + broker - 1


def bootstrap(listener, port, brokers):
    return ",".join(f"127.0.0.1:{port_of(listener, port, broker)}" for broker in range(1, brokers + 1))


def addresses(port, broker):
    """The entries added to listeners and advertised.listeners, and to the map of their protocols."""
    return ("".join(f",{name}://127.0.0.1:{port_of(name, port, broker)}" for name in OFFSETS), "".join(f",{name}:{name}" for name in OFFSETS))


class Users:
    """The users that have a password for PLAIN, and credentials at the issuer; a file of the cluster's folder."""

    def __init__(self, state):
        self.file = state / "users.json"

    def all(self):
        return json.loads(self.file.read_text()) if self.file.exists() else {USER: PASSWORD}

    def set(self, user, password):
        users = {**self.all(), user: password}
        self.file.write_text(json.dumps({name: secret for name, secret in users.items() if secret is not None}))


def login(mechanism, users):
    options = "".join(f' user_{name}="{secret}"' for name, secret in users.items()) if mechanism == "PLAIN" else ""
    return f"org.apache.kafka.common.security.{MODULES[mechanism]} required{options};"


def properties(state, rights):
    """The lines that do not depend on the broker. rights: brokers ask for them, and whoever connects by SSL needs a certificate, because a client
    without one is as anonymous as those of PLAINTEXT, who administer the cluster."""
    certificates, signer = Certificates(state), Signer(state)
    lines = ["inter.broker.listener.name=PLAINTEXT", f"sasl.enabled.mechanisms={','.join(MECHANISMS)}",
             "ssl.keystore.type=PEM", f"ssl.keystore.location={certificates.in_use}",
             "ssl.truststore.type=PEM", f"ssl.truststore.location={certificates.trusted_clients}",
             "ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/,DEFAULT",
             f"listener.name.ssl.ssl.client.auth={'required' if rights else 'requested'}", "listener.name.sasl_ssl.ssl.client.auth=requested",
             f"sasl.oauthbearer.jwks.endpoint.url={signer.jwks.as_uri()}",
             f"sasl.oauthbearer.expected.audience={AUDIENCE}", f"sasl.oauthbearer.expected.issuer={ISSUER}"]
    for listener in ("sasl_ssl", "sasl_plaintext"):
        for mechanism in MECHANISMS:
            lines.append(f"listener.name.{listener}.{mechanism.lower()}.sasl.jaas.config={login(mechanism, Users(state).all())}")
        lines.append(f"listener.name.{listener}.oauthbearer.sasl.server.callback.handler.class="
                     "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler")
    if rights:
        lines += ["authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users=User:ANONYMOUS"]
    return lines


def client_properties(state, port, listener, mechanism):
    """The properties that a client (librdkafka's names) needs for a listener; without a certificate of its own."""
    found = {"security.protocol": listener}
    if listener.endswith("SSL"):
        found["ssl.ca.location"] = str(Certificates(state).authority())
    if not listener.startswith("SASL"):
        return found
    found["sasl.mechanism"] = mechanism
    if mechanism == "OAUTHBEARER":
        return {**found, "sasl.oauthbearer.method": "oidc", "sasl.oauthbearer.client.id": USER, "sasl.oauthbearer.client.secret": PASSWORD,
                "sasl.oauthbearer.token.endpoint.url": f"http://127.0.0.1:{port + ISSUER_OFFSET}/token"}
    return {**found, "sasl.username": USER, "sasl.password": PASSWORD}
