"""A network of the gateway's own: a namespace with one wire to each broker and one to the clients, so that packets can really be lost.
Needs root. Used by stage.py and faults.py."""
import re
import subprocess

from chaos.cluster import BROKERS
from chaos.listeners import wire_address, wire_port

CLIENTS = 9  # the wire that clients come by


class Wires:
    def __init__(self, cluster):
        self.name = f"chaos{cluster.port}"
        self.bootstrap = ",".join(f"{wire_address(cluster, broker)}:{wire_port(cluster, broker)}" for broker in BROKERS)
        self.host = wire_address(cluster, CLIENTS)[:-1] + "2"
        self.prefix = ["ip", "netns", "exec", self.name]
        self.dropped = 0
        self.close()
        ip("netns", "add", self.name)
        for end in (*BROKERS, CLIENTS):
            near, far = self.end(end), f"far{end}"
            ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", self.name)
            ip("addr", "add", f"{wire_address(cluster, end)}/24", "dev", near)
            ip("link", "set", near, "up")
            ip("-n", self.name, "addr", "add", f"{wire_address(cluster, end)[:-1]}2/24", "dev", far)
            ip("-n", self.name, "link", "set", far, "up")

    def end(self, which):
        return f"ch{self.name[5:]}w{which}"

    def cut(self, broker):
        """Every packet to and from this broker is gone, and nobody is told."""
        ip("link", "set", self.end(broker), "down")

    def mend(self, broker):
        ip("link", "set", self.end(broker), "up")

    def lose(self, broker, rate):
        """A queue that holds next to nothing: what comes faster than the rate is dropped."""
        device = ("dev", f"far{broker}", "root")
        run("ip", "netns", "exec", self.name, "tc", "qdisc", "replace", *device, "tbf", "rate", rate, "burst", "6k", "limit", "12k")

    def keep(self, broker):
        shown = run("ip", "netns", "exec", self.name, "tc", "-s", "qdisc", "show", "dev", f"far{broker}")
        self.dropped += sum(map(int, re.findall(r"dropped (\d+)", shown)))
        run("ip", "netns", "exec", self.name, "tc", "qdisc", "del", "dev", f"far{broker}", "root", check=False)

    def heal(self):
        for broker in BROKERS:
            self.mend(broker)
            self.keep(broker)

    def close(self):
        run("ip", "netns", "del", self.name, check=False)
        for end in (*BROKERS, CLIENTS):
            run("ip", "link", "del", self.end(end), check=False)


def ip(*arguments):
    run("ip", *arguments)


def run(*command, check=True):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout.strip()} (network namespaces need root)")
    return done.stdout
