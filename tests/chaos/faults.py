"""The faults, one function each, called with the run and its arguments at the times of a scenario's schedule."""
import socket
import time

from chaos import certificates, hostile, listeners, unread
from chaos.cluster import BROKERS, at_once, wait_until
from local_kafka import quotas, rights, users


def broker_kill(run, broker):
    run.cluster.kill(broker)


def broker_restart(run, broker):
    run.cluster.restart(broker)


def broker_shut_down(run, broker):
    run.cluster.shut_down(broker)


def broker_pause(run, broker):
    run.cluster.pause(broker)


def broker_resume(run, broker):
    run.cluster.resume(broker)


def all_brokers(run, what):
    """The same to all three at once: kill, restart, pause or resume."""
    at_once([lambda broker=broker: getattr(run.cluster, what)(broker) for broker in BROKERS])


def rolling_restart(run, order):
    """One broker after the other, each only when all replicas are in sync again: how clusters are upgraded."""
    for broker in order:
        run.cluster.restart(broker)
        for topic in run.topics:
            run.cluster.kafka.wait_in_sync(topic)


def move_leaders(run, turn):
    """Every partition of every topic gets another leader."""
    for topic in run.topics:
        _, partitions = run.cluster.kafka.metadata(topic)
        order = {index: [(index + turn + step) % 3 + 1 for step in range(3)] for index in partitions}
        run.cluster.kafka.move_leaders(topic, order)


def topic_delete(run):
    run.cluster.kafka.delete_topic(run.own_topic)


def topic_create(run):
    """Again, under the same name. Events acked before went with the first one."""
    run.create_topic(run.own_topic)
    run.terms.forgive_before = time.time() + 3600  # until the gateway is known to have met the new one
    if not wait_until(lambda: run.knows_topic(run.own_topic), 120):
        run.problems.append("the re-created topic takes no events within 120 s")
    run.terms.forgive_before = time.time()


def add_partitions(run, count):
    run.cluster.kafka.add_partitions(run.own_topic, count)  # the load generator's verifier knows no topic that grows


def gateway_terminate(run):
    """SIGTERM under load, and the next one at the same ports: how a deployment goes."""
    end_orderly(run, run.gateway)
    run.gateway.start()


def end_orderly(run, gateway):
    status = gateway.terminate()
    if status != 0:
        run.problems.append(f"SIGTERM under load ended with exit code {status}, not 0")


def gateway_kill(run, pause):
    run.gateway.kill()
    time.sleep(pause)
    run.gateway.start()


def gateway_freeze(run, seconds):
    run.gateway.freeze(seconds)


def load_kill(run, seconds):
    """A client dies in the middle of its requests; another takes its place."""
    run.load.kill()
    run.load.start(seconds)


def cut_bodies(run, count):
    """Clients that vanish in the middle of a body: nothing of it may be published."""
    for number in range(count):
        line = f'{{"aggregateId":"cut","id":"cut-{number}"}}\n' * 50
        head = f"POST /v1/topics/{run.own_topic}/events HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-ndjson\r\nContent-Length: {len(line) * 2}\r\n\r\n"
        with socket.create_connection((run.host, run.port), timeout=10) as client:
            client.sendall((head + line).encode())


def idle_connections(run, count, seconds):
    """More connections than the gateway has file descriptors for."""
    held = []
    for _ in range(count):
        try:
            held.append(socket.create_connection((run.host, run.port), timeout=2))
        except OSError:
            time.sleep(0.01)
    time.sleep(seconds)
    for client in held:
        client.close()


def slow_readers(run, count, seconds):
    """Clients that send one request after the other and never read an answer."""
    body = b"".join(b'{"aggregateId":"slow","slow":%d}\n' % number for number in range(500))
    head = f"POST /v1/topics/{run.load_topic}/events?results=each HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-ndjson\r\nContent-Length: {len(body)}\r\n\r\n"
    held = [socket.create_connection((run.host, run.port), timeout=5) for _ in range(count)]
    end = time.monotonic() + seconds
    for client in held:
        client.settimeout(0.05)
    while time.monotonic() < end:
        for client in held:
            try:
                client.sendall(head.encode() + body)
            except OSError:
                pass  # full, or closed on us: both are right
        time.sleep(0.2)
    for client in held:
        client.close()


def unclean_election(run, stale, leader):
    """The follower misses the end of the log, then leads: Kafka itself forgets what it had confirmed, and an idempotent producer finds
    its sequence broken, which is fatal to it."""
    run.cluster.kill(stale)
    time.sleep(12)  # the leader goes on alone once the controller has fenced the follower
    run.cluster.kill(leader)
    run.cluster.restart(stale)
    leads = lambda: all(now == stale for now, _, _ in run.cluster.kafka.metadata(run.own_topic)[1].values())
    if not wait_until(leads, 120, 1):
        run.problems.append("the unclean election did not come about: the scenario proved nothing")
    run.moment = time.time()
    time.sleep(3)
    run.cluster.restart(leader)


def forgive_until_now(run):
    """Kafka itself may have lost what was acked up to here."""
    run.terms.forgive_before = time.time()


def proxy(run, what, *arguments):
    """Something on the way between gateway and brokers: see proxy.py."""
    getattr(run.stage.proxy, what)(*arguments)


def wire(run, what, *arguments):
    """Packets between gateway and brokers are lost: see wires.py."""
    getattr(run.stage.wires, what)(*arguments)


def clock_jump(run, seconds):
    """The gateway's wall clock is this far ahead of everyone's, from now on."""
    run.stage.set_clock(seconds)


def name_kafka(run, is_known):
    run.stage.name_kafka(is_known)


def disks_fill(run):
    """Kafka gives a disk up that it cannot write to, and with its only disk the broker ends."""
    brokers = run.scenario.small_disks
    for broker in brokers:
        run.stage.disks.fill(broker)
    for broker in brokers:
        if not wait_until(lambda: not run.cluster.is_alive(broker), 60):
            run.problems.append(f"broker {broker} goes on with a full disk: the fault did not bite")
        run.cluster.down.add(broker)


def disks_free(run):
    for broker in run.scenario.small_disks:
        run.stage.disks.free(broker)
    at_once([lambda broker=broker: run.cluster.restart(broker) for broker in run.scenario.small_disks])


def login_revoke(run):
    """The gateway's user is gone: at the next proof that Kafka asks for, every connection is closed and none is let in."""
    run.cluster.kafka.insist(users.revoke, 60, listeners.USER, listeners.SCRAM)


def login_grant(run):
    run.cluster.kafka.insist(users.grant, 60, listeners.USER, listeners.PASSWORD, listeners.SCRAM)


def tokens_stop(run):
    """No token is given out any more; the last one is over within seconds."""
    run.stage.issuer.is_open = False


def tokens_again(run):
    if not run.stage.issuer.refused:
        run.problems.append("nobody asked for a token: the fault did not bite")
    run.stage.issuer.is_open = True


def certificates_replaced(run, who):
    certificates.replace(run.cluster, who, certificates.FIRST)
    if not wait_until(lambda: certificates.is_shown(run.cluster, listeners.login_port(run.cluster, 1), who), 30):
        run.problems.append(f"the brokers do not show the {who} certificate: the fault did not bite")


def own_certificate_refused(run):
    """The brokers take the gateway's second certificate alone, and it has the first."""
    certificates.replace(run.cluster, certificates.TRUSTED, certificates.SECOND)


def own_key_renewed(run):
    """Half of the renewal: the certificate that belongs to the key is not there yet."""
    run.stage.write_own(certificates.SECOND, run.stage.key)


def own_certificate_renewed(run):
    run.stage.write_own(certificates.SECOND, run.stage.certificate)


def own_put_right(run):
    run.stage.write_own(certificates.FIRST, run.stage.key, run.stage.certificate)
    for happening in ("credentials_unusable", "credentials_renewed"):
        if not wait_until(lambda: run.gateway.has_said(happening), 30):
            run.problems.append(f"the gateway does not say {happening}: the fault did not bite")


def roll_gateways(run, pause):
    """One after the other, the next when the one before is ready again: how a deployment of two goes."""
    for gateway in run.stage.gateways:
        end_orderly(run, gateway)
        gateway.start()
        if not wait_until(gateway.is_ready, 60):
            run.problems.append("a restarted gateway is not ready within 60 s")
        time.sleep(pause)


def wait_in_sync(run):
    run.cluster.kafka.wait_in_sync(run.own_topic, len(run.scenario.topic_brokers) or 3)


def quota_set(run, bytes_per_second):
    """Kafka holds back whoever writes faster, and says for how long."""
    run.quota_is_set = True
    run.cluster.kafka.insist(quotas.change, 30, quotas.EVERYONE, {"produce-bytes": bytes_per_second})


def quota_lift(run):
    if not wait_until(lambda: run.gateway.metrics().get("headgate_kafka_broker_throttle_seconds", 0) > 0, 5):
        run.problems.append("throttle: Kafka holds the gateway back, and its metrics do not say so")
    quota_end(run)


def quota_end(run):
    run.cluster.kafka.insist(quotas.change, 30, quotas.EVERYONE, {"produce-bytes": None})


def edge_certificate_renewed(run, is_real=True):
    """The certificate that clients see."""
    run.problems += run.stage.guard.renew(run.gateway.host, run.gateway.http, is_real)


def edge_key_revoked(run, is_real=True):
    run.stage.guard.revoke(is_real)


def edge_keys_handed_out(run):
    run.problems += run.stage.guard.hand_out(run.own.clients)


def may_not_write(run):
    return rights.Right("deny", listeners.USER, "write", "topic", run.own_topic)


def right_deny(run):
    """The gateway may not write to the topic any more."""
    run.cluster.kafka.insist(rights.add, 30, may_not_write(run))


def right_give(run):
    run.cluster.kafka.insist(rights.remove, 30, may_not_write(run))


def attack(run, each, seconds):
    hostile.attack(run, each, seconds)


def end_with_unread(run, signal_name):
    """Requests lie in the sockets and in the listen queue of a gateway that is told to end before it could read them."""
    silent = unread.end(run, signal_name)
    if silent:
        run.problems.append(f"unread: {silent} of {unread.REQUESTS} requests that had arrived before the signal got no answer")
    run.gateway.start()


def freeze_one(run, which, seconds):
    run.stage.gateways[which].freeze(seconds)


def kill_one(run, which, pause):
    gateway = run.stage.gateways[which]
    gateway.kill()
    time.sleep(pause)
    gateway.start()


def roll_one(run, which, pause):
    gateway = run.stage.gateways[which]
    end_orderly(run, gateway)
    time.sleep(pause)
    gateway.start()


def cut_one_off(run, which, seconds):
    """From all brokers; clients still reach it."""
    run.stage.proxy.cut_off(run.stage.gateways[which].process.pid)
    time.sleep(seconds)
    run.stage.proxy.let_in()


def kill_coordinator(run, pause):
    """The broker that knows who owns the first partition."""
    broker = run.cluster.kafka.coordinator(f"headgate/{run.own_topic}/0")
    run.cluster.kill(broker)
    time.sleep(pause)
    run.cluster.restart(broker)
