"""The network between gateway and brokers, in our hands: a TCP forwarder before each broker, which a fault can stop or cut. The brokers
advertise it on a listener of its own, so that Kafka's own traffic is not touched. Used by scenario_run.py for scenarios marked proxied."""
import socket
import struct
import threading
import time

from chaos.cluster import BROKERS
from chaos.sockets_of import ports_of
from chaos.listeners import gate_ports

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Proxy:
    def __init__(self, cluster, ports=gate_ports):
        self.bootstrap = ",".join(f"127.0.0.1:{ports(cluster, broker)[1]}" for broker in BROKERS)
        self.roads = {broker: Road(*ports(cluster, broker)) for broker in BROKERS}

    def stop(self, broker):
        """Nothing arrives any more, in either direction, and nobody is told: a partition."""
        self.roads[broker].is_open.clear()

    def resume(self, broker):
        self.roads[broker].is_open.set()

    def reset(self, broker):
        """Every connection is cut."""
        self.roads[broker].cut()

    def deafen(self, broker, seconds):
        """Requests arrive and are done; no answer ever comes back, and then the connection is gone."""
        road = self.roads[broker]
        road.is_answering.clear()
        time.sleep(seconds)
        road.cut()
        road.is_answering.set()

    def hold_one(self, brokers):
        """Requests of the busiest connection to each of them arrive later; all others pass."""
        for broker in brokers:
            self.roads[broker].hold_busiest()

    def let_go(self):
        for road in self.roads.values():
            road.let_go()

    def cut_off(self, pid):
        """Nothing passes any more between this process and any broker, on its connections and on new ones, and nobody is told."""
        for road in self.roads.values():
            road.cut_off.add(pid)
            road.hold_those_cut_off()

    def let_in(self):
        for road in self.roads.values():
            road.cut_off.clear()
            road.let_go()

    def close(self):
        for road in self.roads.values():
            road.close()


class Lane:
    """One connection's way to the broker."""

    def __init__(self, port):
        self.port = port  # the client's
        self.is_free, self.is_over, self.passed = threading.Event(), False, 0
        self.is_free.set()
        self.answers = threading.Event()  # the way back
        self.answers.set()


class Road:
    """The way to one broker."""

    def __init__(self, inside, outside):
        self.inside, self.sockets = inside, []
        self.lanes = []  # of each connection: what leads to the broker
        self.cut_off = set()  # processes
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
        lane = Lane(near.getpeername()[1])
        self.lanes.append(lane)
        self.hold_those_cut_off()
        threading.Thread(target=self.pump, args=(near, far, [lane.is_free], lane), daemon=True).start()
        self.pump(far, near, [self.is_answering, lane.answers])
        lane.is_over = True

    def hold_those_cut_off(self):
        for pid in set(self.cut_off):
            ports = ports_of(pid)
            for lane in self.lanes:
                if lane.port in ports:
                    lane.is_free.clear()
                    lane.answers.clear()

    def hold_busiest(self):
        running = [lane for lane in self.lanes if not lane.is_over]
        if running:
            max(running, key=lambda lane: lane.passed).is_free.clear()

    def let_go(self):
        for lane in self.lanes:
            lane.is_free.set()
            lane.answers.set()

    def pump(self, source, target, may_pass, lane=None):
        try:
            while data := source.recv(65536):
                if lane:
                    lane.passed += len(data)
                for gate in may_pass:
                    gate.wait()
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
        self.let_go()
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.cut()
