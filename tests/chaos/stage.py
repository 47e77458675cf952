"""The stage of a scenario: the gateways in their surroundings, the way to them, and theirs to the brokers. Used by scenario_run.py."""
import shutil
import struct

from chaos import certificates, listeners
from chaos.balancer import Balancer
from chaos.disks import Disks
from chaos.gateway import Gateway, Surroundings
from chaos.guarded import Guard
from chaos.proxy import Proxy
from chaos.wires import Wires
from local_kafka import users
from local_kafka.tokens import Issuer, Signer

NAME = "kafka.headgate.test"
LOGINS = ("login", "token", "safe")  # ways with TLS and a login; safe: through the proxy
TOKEN_SECONDS = 6
HOSTS = "127.0.0.1 localhost\n"


class Stage:
    def __init__(self, scenario, cluster, programs, folder, seed):
        self.scenario, self.cluster, self.programs, self.folder, self.seed = scenario, cluster, programs, folder, seed
        self.proxy = self.wires = self.balancer = self.issuer = self.guard = None
        self.disks = Disks(cluster)
        self.gateways = []
        self.clock, self.hosts = folder / "clock", folder / "hosts"
        self.key, self.certificate = folder / "own.key", folder / "own.crt"

    def build(self):
        if self.scenario.way in ("proxy", "wires", *LOGINS):
            listeners.add_all(self.cluster)
        bootstrap, settings = self.open_way(), {"publisher": self.publisher(), **self.scenario.gateway}
        if self.scenario.way in LOGINS:
            settings["properties"] = listeners.login_properties(self.cluster, self.key, self.certificate, self.issuer)
        if self.scenario.guarded or self.is_guarded_by_chance():
            self.guard = Guard(str(self.programs.headgate), self.folder, self.scenario.guarded)
            settings["more"] = self.guard.config()
        program = self.programs.unsafe if self.scenario.left_out else self.programs.headgate
        for _ in range(self.scenario.gateways):
            self.gateways.append(Gateway(program, self.folder, bootstrap, settings, self.surroundings()))

    def publisher(self):
        """One run in five takes the one on librdkafka, where the direct one would do (who logs in has no choice)."""
        return "librdkafka" if self.seed % 5 == 4 else "auto"

    def is_guarded_by_chance(self):
        """One run in three has TLS, keys and tenants, where the gateway is at the address that its certificate names."""
        scenario = self.scenario
        return self.seed % 3 == 1 and scenario.may_be_guarded and scenario.way != "wires" and not scenario.must_find

    def open_way(self):
        """Opens the way to Kafka, and returns the addresses where the gateway finds it."""
        if self.scenario.way == "proxy":
            self.proxy = Proxy(self.cluster)
            return self.proxy.bootstrap
        if self.scenario.way == "wires":
            self.wires = Wires(self.cluster)
            return self.wires.bootstrap
        if self.scenario.way in LOGINS:
            self.issuer = self.open_issuer() if self.scenario.way == "token" else None
            certificates.reset(self.cluster)
            self.write_own(certificates.FIRST, self.key, self.certificate)
            self.cluster.kafka.insist(users.grant, 60, listeners.USER, listeners.PASSWORD, listeners.SCRAM)
            if self.scenario.way == "safe":
                self.proxy = Proxy(self.cluster, listeners.safe_ports)
                return self.proxy.bootstrap
            return ",".join(f"127.0.0.1:{listeners.login_port(self.cluster, broker)}" for broker in (1, 2, 3))
        return self.cluster.bootstrap.replace("127.0.0.1", NAME) if self.scenario.way == "name" else self.cluster.bootstrap

    def open_issuer(self):
        """Tokens that last for seconds, signed as the cluster's own issuer signs them."""
        return Issuer(Signer(self.cluster.state), {listeners.USER: listeners.PASSWORD}, seconds=TOKEN_SECONDS).start()

    def surroundings(self):
        around = Surroundings()
        if self.wires:
            around.host, around.prefix = self.wires.host, self.wires.prefix
        if self.scenario.way == "name":
            self.hosts.write_text(HOSTS)
            around.prefix = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', str(self.hosts)]
        if self.scenario.preload:
            self.set_clock(0)
            around.environment = {"LD_PRELOAD": str(self.programs.shim), "HEADGATE_CHAOS_CLOCK": str(self.clock),
                                  "HEADGATE_CHAOS_KAFKA": self.scenario.producer}
            if self.scenario.wire:
                around.environment["HEADGATE_CHAOS_WIRE"] = self.scenario.wire
        if self.scenario.left_out:
            around.environment["HEADGATE_CHAOS_LEFT_OUT"] = self.scenario.left_out
        return around

    def write_own(self, who, *files):
        """Key or certificate of the gateway itself, where it looks for them."""
        for file in files:
            shutil.copyfile(self.cluster.certificates.folder / f"{who}{file.suffix}", file)

    def set_clock(self, seconds):
        with open(self.clock, "r+b" if self.clock.exists() else "wb") as file:
            file.write(struct.pack("q", int(seconds * 1e9)))

    def name_kafka(self, is_known):
        """In place: the file is what is mounted in the gateway's view."""
        with open(self.hosts, "r+", encoding="ascii") as file:
            file.truncate()
            file.write(HOSTS + (f"127.0.0.1 {NAME}\n" if is_known else ""))

    def open(self):
        """Starts the gateways; where clients send."""
        for gateway in self.gateways:
            gateway.start()
        if len(self.gateways) == 1:
            return self.gateways[0].host, self.gateways[0].http
        self.balancer = Balancer(self.gateways)
        return "127.0.0.1", self.balancer.port

    def heal(self):
        """All ways are open again."""
        if self.proxy:
            self.proxy.let_in()
        for broker in self.proxy.roads if self.proxy else ():
            self.proxy.resume(broker)
            self.proxy.roads[broker].let_go()
        if self.wires:
            self.wires.heal()
        if self.issuer:
            self.issuer.is_open = True
        for broker in sorted(self.disks.mounted):
            self.disks.free(broker)

    def close(self):
        for part in (*self.gateways, self.balancer, self.proxy, self.wires, self.issuer):
            if part:
                part.close()
