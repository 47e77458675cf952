"""Stands before several gateways: new connections go, in turn, to those whose /readyz says 200. Used by scenario_run.py."""
import socket
import threading
import time


class Balancer:
    def __init__(self, gateways):
        self.gateways, self.turn, self.stopped = gateways, 0, False
        self.ready = []
        self.server = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.server.getsockname()[1]
        for work in (self.watch, self.accept):
            threading.Thread(target=work, daemon=True).start()

    def watch(self):
        while not self.stopped:
            self.ready = [gateway for gateway in self.gateways if gateway.is_ready()]
            time.sleep(0.2)

    def accept(self):
        while not self.stopped:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(near,), daemon=True).start()

    def serve(self, near):
        far = self.connect()
        if not far:
            near.close()
            return
        threading.Thread(target=pump, args=(near, far), daemon=True).start()
        pump(far, near)

    def connect(self):
        """To the next one that is ready and takes the connection, else to any."""
        self.turn += 1
        ready = list(self.ready)
        candidates = ready[self.turn % len(ready):] + ready[:self.turn % len(ready)] if ready else []
        for gateway in candidates + [g for g in self.gateways if g not in candidates]:
            try:
                far = socket.create_connection(("127.0.0.1", gateway.http), timeout=5)
                far.settimeout(None)
                return far
            except OSError:
                pass
        return None

    def close(self):
        self.stopped = True
        try:
            self.server.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.server.close()


def pump(source, target):
    """Passes on what comes, then the end."""
    try:
        while data := source.recv(262144):
            target.sendall(data)
    except OSError:
        pass
    try:
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
