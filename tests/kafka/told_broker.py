"""A broker of one's own making: it answers ApiVersions, Metadata and InitProducerId as it was told to. For what a real one cannot be made to say."""
import socketserver
import struct
import threading

API_VERSIONS, METADATA, INIT_PRODUCER_ID, PRODUCE = 18, 3, 22, 0
UNSUPPORTED_VERSION = 35
BROKER_ID = 7


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


class Broker:
    """advertised: (host, port) that it names as its own; None: where it is."""

    def __init__(self, advertised=None, produce_newest=8):
        broker = self
        self.produce_newest = produce_newest

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                while len(size := self.rfile.read(4)) == 4:
                    request = self.rfile.read(struct.unpack(">i", size)[0])
                    api, version, correlation = struct.unpack_from(">hhi", request)
                    answer = struct.pack(">i", correlation) + broker.answer(api, version)
                    self.wfile.write(struct.pack(">i", len(answer)) + answer)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.advertised = advertised or ("127.0.0.1", self.port)

    def answer(self, api, version):
        if api == API_VERSIONS:
            if version > 0:
                return struct.pack(">hi", UNSUPPORTED_VERSION, 0)
            ranges = [(PRODUCE, 0, self.produce_newest), (METADATA, 0, 7), (INIT_PRODUCER_ID, 0, 1), (API_VERSIONS, 0, 0)]
            return struct.pack(">hi", 0, len(ranges)) + b"".join(struct.pack(">hhh", *r) for r in ranges)
        if api == METADATA:
            host, port = self.advertised
            brokers = struct.pack(">ii", 1, BROKER_ID) + text(host) + struct.pack(">ih", port, -1)
            return struct.pack(">i", 0) + brokers + struct.pack(">hii", -1, BROKER_ID, 0)
        return struct.pack(">ihqh", 0, 0, 100, 0)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
