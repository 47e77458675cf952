"""A port of one's own for a server that keeps it while it is down. Used by gateway.py and by tests/kafka/store_load_test.py."""
import pathlib
import random
import socket

FIRST = 21000  # above those that tests are given by name
GIVEN_BY_KERNEL = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
TRIES = 200
draw = random.SystemRandom()


def free_port():
    """Not one of those that the kernel gives to outgoing connections: a client could come from it before the server is back."""
    for _ in range(TRIES if GIVEN_BY_KERNEL > FIRST + TRIES else 0):
        port = draw.randrange(FIRST, GIVEN_BY_KERNEL)
        if is_free(port):
            return port
    return any_port()


def is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def any_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
