"""The network between gateway and brokers, in our hands: a TCP forwarder before each broker, which a fault can stop or cut. The brokers
advertise it on a listener of its own, so that Kafka's own traffic is not touched. Used by scenario_run.py for scenarios marked proxied."""
import socket
import struct
import threading

from chaos.cluster import BROKERS, ROOT

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def add_listener(cluster):
    """Gives every broker the listener GATE, advertised at the proxy's port; restarts those that did not have it."""
    for broker in BROKERS:
        file = ROOT / "build/kafka" / cluster.name / f"broker-{broker}/server.properties"
        before = file.read_text()
        if "GATE:" in before:
            continue
        inside, outside = cluster.port + 2 + broker, cluster.port + 5 + broker
        lines = [with_listener(line, inside, outside) for line in before.splitlines()]
        file.write_text("\n".join(lines) + "\ninter.broker.listener.name=PLAINTEXT\n")
        cluster.restart(broker)
    cluster.heal()


def with_listener(line, inside, outside):
    added = {"listeners=": f",GATE://127.0.0.1:{inside}", "advertised.listeners=": f",GATE://127.0.0.1:{outside}",
             "listener.security.protocol.map=": ",GATE:PLAINTEXT"}
    return next((line + more for start, more in added.items() if line.startswith(start)), line)


class Proxy:
    def __init__(self, cluster):
        self.bootstrap = ",".join(f"127.0.0.1:{cluster.port + 5 + broker}" for broker in BROKERS)
        self.roads = {broker: Road(cluster.port + 2 + broker, cluster.port + 5 + broker) for broker in BROKERS}

    def stop(self, broker):
        """Nothing arrives any more, in either direction, and nobody is told: a partition."""
        self.roads[broker].is_open.clear()

    def resume(self, broker):
        self.roads[broker].is_open.set()

    def reset(self, broker):
        """Every connection is cut."""
        self.roads[broker].cut()

    def close(self):
        for road in self.roads.values():
            road.close()


class Road:
    """The way to one broker."""

    def __init__(self, inside, outside):
        self.inside, self.sockets = inside, []
        self.is_open = threading.Event()
        self.is_open.set()
        self.server = socket.create_server(("127.0.0.1", outside))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.connect, args=(near,), daemon=True).start()

    def connect(self, near):
        try:
            far = socket.create_connection(("127.0.0.1", self.inside), timeout=10)
        except OSError:
            near.close()
            return
        far.settimeout(None)
        self.sockets += [near, far]
        threading.Thread(target=self.pump, args=(near, far), daemon=True).start()
        self.pump(far, near)

    def pump(self, source, target):
        try:
            while data := source.recv(65536):
                self.is_open.wait()
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        cut, self.sockets = self.sockets, []
        for end in cut:
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def close(self):
        self.is_open.set()
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.cut()
