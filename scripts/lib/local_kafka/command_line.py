"""The commands of scripts/kafka that are not about processes. STATE is the cluster's folder, PORT its first port, BROKERS how many it has."""
import argparse
import pathlib
import re
import signal
import struct
import sys

from local_kafka import listeners, quotas, ready, rights, users
from local_kafka.certificates import BROKER_KINDS, OTHER, OURS, Certificates
from local_kafka.listeners import MECHANISMS, OFFSETS, Users
from local_kafka.tokens import TOKEN_SECONDS, Issuer, Signer
from local_kafka.wire import KafkaError

NAME = re.compile(r"[A-Za-z0-9._-]{1,64}$")
SECRET = re.compile(r"[ -!#-\[\]-~]{1,100}$")  # no quote and no backslash, for JAAS


class Cluster:
    def __init__(self, options):
        self.state, self.port, self.brokers = options.state.resolve(), options.port, options.brokers

    def ask_any(self, call, *arguments):
        """The first broker that answers knows it for all."""
        for broker in range(self.brokers):
            try:
                return call(self.port + broker, *arguments)
            except (OSError, struct.error) as problem:
                unreachable = problem
        raise KafkaError(f"no broker of {self.brokers} answers at 127.0.0.1:{self.port}: {unreachable}")


def valid(pattern, what):
    def check(value):
        if not pattern.match(value):
            raise argparse.ArgumentTypeError(f"{what} may not be '{value}'")
        return value
    return check


def prepare(cluster, _):
    cluster.state.mkdir(parents=True, exist_ok=True)
    Certificates(cluster.state).make()
    Signer(cluster.state).make()


def properties(cluster, options):
    """One broker's: two lines with what is added to the addresses and to their protocols, then whole lines."""
    print(*listeners.addresses(cluster.port, options.broker), *listeners.properties(cluster.state, options.acl), sep="\n")


def serve_tokens(cluster, _):
    issuer = Issuer(Signer(cluster.state), Users(cluster.state).all, cluster.port + listeners.ISSUER_OFFSET)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    issuer.server.serve_forever()


def first_user(cluster, _):
    for mechanism in users.SCRAM:
        cluster.ask_any(users.grant, listeners.USER, listeners.PASSWORD, mechanism)


def user(cluster, options):
    mechanisms = options.mechanism or list(users.SCRAM)
    password = options.password if options.what == "add" else None
    if options.what == "add" and password is None:
        raise KafkaError("user add needs a password")
    for mechanism in mechanisms:
        if mechanism in users.SCRAM and password is None:
            cluster.ask_any(users.revoke, options.name, mechanism)
        elif mechanism in users.SCRAM:
            cluster.ask_any(users.grant, options.name, password, mechanism)
        else:
            Users(cluster.state).set(options.name, password)
    if "PLAIN" in mechanisms:
        write_plain_users(cluster)


def write_plain_users(cluster):
    """Brokers read them when they start."""
    line = listeners.login("PLAIN", Users(cluster.state).all())
    for file in cluster.state.glob("broker-*/server.properties"):
        file.write_text(re.sub(r"(?m)^(listener\.name\.\w+\.plain\.sasl\.jaas\.config)=.*$", lambda found: f"{found[1]}={line}", file.read_text()))


def acl(cluster, options):
    if options.what == "list":
        for right in cluster.ask_any(rights.listed):
            print(f"{right.permission:5}  {right.user}  {right.operation}  {right.resource} {right.name}")
        return
    if not options.right:
        raise KafkaError(f"acl {options.what} needs USER OPERATION RESOURCE NAME")
    who, operation, resource, name = options.right
    if options.what == "remove":
        removed = [cluster.ask_any(rights.remove, rights.Right(permission, who, operation, resource, name)) for permission in rights.PERMISSIONS]
        if not sum(removed):
            raise KafkaError("there is no such right")
        return
    cluster.ask_any(rights.add, rights.Right(options.what, who, operation, resource, name))


def quota(cluster, options):
    if not (options.name or options.client_id or options.everyone):
        raise KafkaError("quota needs a user's NAME, --client-id ID or --everyone")
    who = quotas.EVERYONE if options.everyone else ("client-id", options.client_id) if options.client_id else ("user", options.name)
    rates = {kind: getattr(options, kind.replace("-", "_")) for kind in quotas.KINDS}
    given = {kind: rate for kind, rate in rates.items() if rate is not None}
    cluster.ask_any(quotas.change, who, given or dict.fromkeys(quotas.KINDS))


def certificates(cluster, options):
    have = Certificates(cluster.state)
    if options.what == "use":
        have.use(options.kind, options.clients)
        return
    print(f"""made for this cluster, in {have.folder}:
  {OURS}.crt                            the authority that clients are to trust; {OTHER}.crt is one that nobody trusts
  client.crt, client.key            a client that brokers take (Kafka's User:client); other-client.* is one that they do not
  {', '.join(f'{kind}.pem' for kind in BROKER_KINDS)}   what brokers may show: scripts/kafka certificates use {'|'.join(BROKER_KINDS)}
clients connect to:""")
    for name in OFFSETS:
        print(f"  {name:15} {listeners.bootstrap(name, cluster.port, cluster.brokers)}")
    print(f"  mechanisms      {', '.join(MECHANISMS)}; user {listeners.USER}, password {listeners.PASSWORD}\n"
          f"  tokens          http://127.0.0.1:{cluster.port + listeners.ISSUER_OFFSET}/token (client credentials: the same)\n"
          f"the gateway's configuration for {options.listener}, {options.mechanism}:\n")
    print(gateway_configuration(cluster, options.listener, options.mechanism, have if options.client_certificate else None))


def gateway_configuration(cluster, listener, mechanism, own):
    found = listeners.client_properties(cluster.state, cluster.port, listener, mechanism)
    if own:
        found |= {"ssl.certificate.location": str(own.folder / "client.crt"), "ssl.key.location": str(own.folder / "client.key")}
    lines = "".join(f"\n    {name}: {value}" for name, value in found.items())
    return f"kafka:\n  bootstrap: {listeners.bootstrap(listener, cluster.port, cluster.brokers)}\n  properties:{lines}"


def token(cluster, options):
    print(Signer(cluster.state).token(options.name, options.seconds))


def await_ready(cluster, options):
    problem = ready.wait(cluster.port + options.broker - 1, cluster.brokers, options.seconds)
    if problem:
        raise KafkaError(problem)


def parser():
    top = argparse.ArgumentParser(prog="kafka", usage=argparse.SUPPRESS)
    top.add_argument("state", type=pathlib.Path)
    top.add_argument("port", type=int)
    top.add_argument("brokers", type=int)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name, call, usage=None):
        made = commands.add_parser(name, usage=usage and f"scripts/kafka {name} {usage}")
        made.set_defaults(call=call)
        return made

    for name, call in (("prepare", prepare), ("serve-tokens", serve_tokens), ("first-user", first_user)):
        command(name, call)
    made = command("properties", properties)
    made.add_argument("broker", type=int)
    made.add_argument("--acl", action="store_true")
    made = command("ready", await_ready)
    made.add_argument("broker", type=int)
    made.add_argument("seconds", type=float, nargs="?", default=0)
    add_commands_for_people(command)
    return top


def add_commands_for_people(command):
    made = command("user", user, "add NAME PASSWORD | remove NAME  [--mechanism M]...")
    made.add_argument("what", choices=("add", "remove"))
    made.add_argument("name", type=valid(NAME, "a user's name"))
    made.add_argument("password", type=valid(SECRET, "a password"), nargs="?")
    made.add_argument("--mechanism", action="append", choices=MECHANISMS)

    made = command("acl", acl, "allow|deny|remove USER OPERATION RESOURCE NAME | list")
    made.add_argument("what", choices=("allow", "deny", "remove", "list"))
    made.add_argument("right", nargs="*", action=RightArguments)

    made = command("quota", quota, "USER|--client-id ID|--everyone [--produce-bytes N] [--fetch-bytes N] [--request-percentage P]  (none: lifted)")
    made.add_argument("name", nargs="?", type=valid(NAME, "a user's name"))
    made.add_argument("--client-id")
    made.add_argument("--everyone", action="store_true")
    for kind in quotas.KINDS:
        made.add_argument(f"--{kind}", type=float)

    made = command("certificates", certificates, "[--listener L] [--mechanism M] [--client-certificate] | use KIND [--clients ca|other-ca]")
    made.add_argument("what", choices=("show", "use"), nargs="?", default="show")
    made.add_argument("kind", choices=BROKER_KINDS, nargs="?", default="trusted")
    made.add_argument("--clients", choices=(OURS, OTHER), default=OURS)
    made.add_argument("--listener", choices=tuple(OFFSETS), default="SASL_SSL")
    made.add_argument("--mechanism", choices=MECHANISMS, default="SCRAM-SHA-512")
    made.add_argument("--client-certificate", action="store_true")

    made = command("token", token, "[USER] [--seconds N]")
    made.add_argument("name", nargs="?", default=listeners.USER)
    made.add_argument("--seconds", type=int, default=TOKEN_SECONDS)


class RightArguments(argparse.Action):
    """USER OPERATION RESOURCE NAME; the cluster has no name of its own."""

    def __call__(self, top, options, values, option_string=None):
        if len(values) == 3 and values[2] == "cluster":
            values = [*values, rights.CLUSTER]
        if values and not (len(values) == 4 and values[1] in rights.OPERATIONS and values[2] in rights.RESOURCES):
            top.error(f"OPERATION is one of {', '.join(rights.OPERATIONS)}; RESOURCE of {', '.join(rights.RESOURCES)}; NAME* is every name that begins so")
        options.right = values


def main(arguments):
    options = parser().parse_args(arguments)
    try:
        options.call(Cluster(options), options)
    except (KafkaError, RuntimeError, OSError) as problem:
        print(f"kafka: {problem}", file=sys.stderr)
        return 1
    return 0
