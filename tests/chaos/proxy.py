"""The network between gateway and brokers, in our hands: a TCP forwarder before each broker, which a fault can stop or cut. The brokers
advertise it on a listener of its own, so that Kafka's own traffic is not touched. Used by scenario_run.py for scenarios marked proxied."""
import socket
import struct
import threading
import time

from chaos.cluster import BROKERS
from chaos.listeners import gate_ports

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Proxy:
    def __init__(self, cluster):
        self.bootstrap = ",".join(f"127.0.0.1:{gate_ports(cluster, broker)[1]}" for broker in BROKERS)
        self.roads = {broker: Road(*gate_ports(cluster, broker)) for broker in BROKERS}

    def stop(self, broker):
        """Nothing arrives any more, in either direction, and nobody is told: a partition."""
        self.roads[broker].is_open.clear()

    def resume(self, broker):
        self.roads[broker].is_open.set()

    def reset(self, broker):
        """Every connection is cut."""
        self.roads[broker].cut()

    def deafen(self, broker, seconds):
        """What is sent arrives and is done; no answer ever comes back, and then the connection is gone."""
        road = self.roads[broker]
        road.is_answering.clear()
        time.sleep(seconds)
        road.cut()
        road.is_answering.set()

    def close(self):
        for road in self.roads.values():
            road.close()


class Road:
    """The way to one broker."""

    def __init__(self, inside, outside):
        self.inside, self.sockets = inside, []
        self.is_open, self.is_answering = threading.Event(), threading.Event()
        self.is_open.set()
        self.is_answering.set()
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
        threading.Thread(target=self.pump, args=(near, far, self.is_open), daemon=True).start()
        self.pump(far, near, self.is_answering)

    def pump(self, source, target, may_pass):
        try:
            while data := source.recv(65536):
                may_pass.wait()
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
        self.is_answering.set()
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.cut()
