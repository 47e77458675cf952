"""Requests that the kernel holds while the gateway stands still, and the signal that ends it: who gets an answer? Used by faults.py."""
import signal
import socket
import subprocess
import time

KEPT = NEW = 30
REQUESTS = KEPT + NEW
QUIET_S = 0.5  # so long unused, a connection is idle to a drain


def request(run, number):
    body = f'{{"aggregateId":"unread","id":"unread-{number}"}}'
    return (f"POST /v1/topics/{run.load_topic}/events HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode()


def connect(run):
    return socket.create_connection((run.host, run.port), timeout=20)


def kept_alive(run):
    client = connect(run)
    client.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
    client.recv(1000)
    return client


def is_answered(client):
    try:
        return client.recv(1000).startswith(b"HTTP/1.1 ")
    except OSError:
        return False


def end(run, signal_name):
    """How many of the requests got no answer."""
    clients = [kept_alive(run) for _ in range(KEPT)]
    time.sleep(QUIET_S)
    process = run.gateway.process
    process.send_signal(signal.SIGSTOP)
    clients += [connect(run) for _ in range(NEW)]
    for number, client in enumerate(clients):
        client.sendall(request(run, number))
    process.send_signal(signal.Signals[signal_name])
    process.send_signal(signal.SIGCONT)
    silent = sum(not is_answered(client) for client in clients)
    for client in clients:
        client.close()
    wait_for_end(run, process)
    return silent


def wait_for_end(run, process):
    try:
        run.gateway.exits.append(process.wait(180))
    except subprocess.TimeoutExpired:
        run.problems.append("the gateway does not end within 180 s of SIGTERM")
        run.gateway.kill()
