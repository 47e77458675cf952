"""Every scenario: what happens when, under which load and settings, what is excused, and what must hold. controls.py has those with
a defence gone. Used by command_line.py."""
import dataclasses

from chaos.audit import Terms
from chaos.schedules import (answers_lost, broker_freeze, broker_kill, certificate_mistaken, certificate_renewed, certificate_strange,
                             clock_jumps, connection_resets, controlled_shutdown, disks_full, edge_renewed, gateway_kill, kill_what_is_in_memory,
                             lane_held, leader_dies_ahead, leader_moves, login_expires, min_isr_lost, mixed, name_unknown, network_partition,
                             packets_lost, quota_tight, refused_at_once, rights_taken, rolling_restart, some_time, three_elections, tokens_expire, total_outage)


@dataclasses.dataclass
class Scenario:
    name: str
    about: str
    schedule: object  # random -> [(second, fault, argument...)]
    seconds: int = 20  # of load
    gateway: dict = dataclasses.field(default_factory=dict)
    topic: dict = dataclasses.field(default_factory=dict)
    topic_brokers: tuple = ()  # of the own topic's replicas, in order; default: all three
    query: str = ""  # of both loads
    large_bytes: int = 0
    terms: Terms = dataclasses.field(default_factory=Terms)
    must_find: tuple = ()  # a control: these kinds of findings, or it proves nothing
    must_count: dict = dataclasses.field(default_factory=dict)  # metric -> at least
    must_see: tuple = ()  # outcomes that the load must have met, or the fault did not bite
    starts_without_kafka: bool = False
    rss_bytes_max: int = 256 << 20
    weight: float = 1.0  # in campaigns
    way: str = "plain"  # to the brokers: plain, proxy, login, token, safe, wires, name
    gateways: int = 1
    guarded: bool = False  # TLS, keys, tenants and quotas on its listeners
    may_be_guarded: bool = True  # by chance, without tight quotas
    small_disks: tuple = ()  # brokers whose data is on a disk that can be filled
    left_out: str = ""  # safeguards of the store that a control goes without (tests/chaos/left_out.cpp)
    preload: bool = False  # shim.cpp goes with the gateway
    producer: str = ""  # what a control takes from librdkafka's producer, through shim.cpp
    wire: str = ""  # what it takes from the direct publisher's requests
    rate: int = 0  # of the load generator, where the scenario needs its own
    retriers: int = 0  # of the driver's own clients: those that send one event until it is acked
    own_pause_s: float = 0.15  # of the driver's own clients, from an answer to the next request
    load_size: str = "100-400"
    load_connections: int = 8
    recovery_s_max: float = 60.0  # from the end of the last cause until events are acked again
    pause_s_max: float = float("inf")  # without any event acked


# So few before the fault that a storm stands out.
FEW_REQUESTS = {"rate": 50, "own_pause_s": 0.6}
UNCLEAN_TOPIC = {"min.insync.replicas": 1, "unclean.leader.election.enable": "true"}

SCENARIOS = [
    Scenario("broker_kill", "a broker dies (SIGKILL) and comes back", broker_kill),
    Scenario("broker_freeze_5s", "a broker stands still for 5 s (SIGSTOP)", broker_freeze(5)),
    Scenario("broker_freeze_60s", "a broker stands still for a minute, longer than every session timeout", broker_freeze(60), seconds=75,
             weight=0.3),
    Scenario("controlled_shutdown", "a broker is shut down in an orderly way (SIGTERM) and comes back", controlled_shutdown),
    Scenario("leader_moves", "every partition changes its leader, five times", leader_moves),
    Scenario("total_outage", "all brokers die and come back", total_outage(10), seconds=22, gateway={"budget": "8MiB"}),
    Scenario("rolling_restart", "each broker restarts, one after the other", rolling_restart, seconds=40, weight=0.5),
    Scenario("min_isr_lost", "two of three brokers are down: nothing can be confirmed", min_isr_lost, seconds=25),
    Scenario("topic_deleted", "a topic is deleted under load; the other topic must not notice",
             lambda r: [(some_time(r), "topic_delete")], seconds=32, terms=Terms(forgive_before=float("inf")), must_see=("refused",)),
    Scenario("topic_recreated", "a topic is deleted and created again under load",
             lambda r: [(some_time(r), "topic_delete"), (some_time(r, 7, 10), "topic_create")], seconds=25),
    Scenario("partitions_added", "a topic gets more partitions under load",
             lambda r: [(some_time(r), "add_partitions", 8), (12, "add_partitions", 9)], terms=Terms(keys_move=True)),
    Scenario("message_too_large", "some events are larger than the topic takes", lambda r: [], large_bytes=60000,
             topic={"max.message.bytes": 20000}, gateway={"batch_bytes": 10000}, must_see=("rejected",)),
    Scenario("gateway_sigterm", "SIGTERM under load, twice: exit 0 and everything answered",
             lambda r: [(some_time(r), "gateway_terminate"), (some_time(r, 10, 13), "gateway_terminate")],
             terms=Terms(answers_all=True)),
    Scenario("gateway_sigkill", "the gateway dies (SIGKILL), twice", gateway_kill),
    Scenario("gateway_sigkill_full", "the gateway dies while it holds what Kafka has not taken", kill_what_is_in_memory),
    Scenario("gateway_freeze", "the gateway stands still for 5 s (SIGSTOP)", lambda r: [(some_time(r), "gateway_freeze", 5)]),
    Scenario("client_killed", "clients die in the middle of requests and of bodies",
             lambda r: [(some_time(r), "cut_bodies", 20), (8, "load_kill", 10), (9, "cut_bodies", 20)]),
    Scenario("fd_exhaustion", "no file descriptor is left for a while",
             lambda r: [(some_time(r), "idle_connections", 300, 5)], gateway={"files": 96}),
    Scenario("slow_reader", "clients that never read their answers", lambda r: [(3, "slow_readers", 6, 10)], gateway={"budget": "8MiB"}),
    Scenario("kafka_gone_at_start", "the gateway starts before Kafka does",
             lambda r: [(some_time(r, 8, 12), "all_brokers", "restart")], seconds=30, starts_without_kafka=True),
    Scenario("fatal_producer", "an unclean election cuts the log: the producer turns fatal and is replaced",
             lambda r: [(4, "unclean_election", 2, 1), (4.1, "forgive_until_now")], seconds=45, topic=UNCLEAN_TOPIC, topic_brokers=(1, 2),
             must_count={"headgate_kafka_producer_rebuilds_total": 1}, weight=0.4),
    Scenario("fatal_producer_again", "the same three times in a row, in one gateway's life", three_elections, seconds=120,
             topic=UNCLEAN_TOPIC, topic_brokers=(1, 2), must_count={"headgate_kafka_producer_rebuilds_total": 2}, weight=0),
    Scenario("network_partition", "nothing passes between the gateway and one broker for 12 s; the brokers see each other",
             network_partition, seconds=25, way="proxy"),
    Scenario("connection_resets", "connections to the brokers are cut, fifteen times", connection_resets, way="proxy"),
    Scenario("answers_lost", "Kafka writes, and its answers do not arrive: the connection is cut after each silence", answers_lost,
             way="proxy"),
    Scenario("leader_dies_ahead", "a leader dies with records that its followers do not have", leader_dies_ahead, seconds=25,
             topic_brokers=(1, 2, 3)),
    Scenario("packets_lost", "a namespace of its own: packets to all brokers are dropped for 10 s, and all to one of them for 8 s",
             packets_lost, seconds=28, way="wires"),
    Scenario("disk_full", "a broker's disk is full to the last byte", disks_full, seconds=25, small_disks=(1,), weight=0.5),
    Scenario("disks_full", "the disks of all three are: Kafka takes nothing any more", disks_full, seconds=25,
             small_disks=(1, 2, 3), weight=0.3),
    Scenario("clock_jumps", "the gateway's clock jumps, back and forth, by less than an hour", clock_jumps, preload=True),
    Scenario("clock_far_ahead", "the gateway's clock is days ahead for a while: Kafka refuses such timestamps",
             lambda r: [(some_time(r), "clock_jump", 3 * 86400), (some_time(r, 9, 11), "clock_jump", 0)], preload=True,
             must_see=("not_persisted",)),
    Scenario("name_unknown", "the brokers' name does not resolve at first, and again later on", name_unknown, seconds=28, way="name"),
    Scenario("login_expires", "Kafka asks for the password every 4 s; for a while it is not valid any more", login_expires, seconds=28,
             way="login"),
    Scenario("broker_kill_encrypted", "a broker dies and comes back; over TLS, with a login that ends every 4 s", broker_kill, way="login"),
    Scenario("leader_moves_encrypted", "every partition changes its leader, five times; over TLS, with a login that ends every 4 s", leader_moves, way="login"),
    Scenario("answers_lost_encrypted", "Kafka writes, and its answers do not arrive: over TLS, with a login that ends every 4 s", answers_lost, way="safe"),
    Scenario("tokens_expire", "Kafka takes tokens of 6 s (OAUTHBEARER); for a while none is given out", tokens_expire, seconds=34, way="token",
             weight=0.5),
    Scenario("certificate_strange", "the brokers restart with a certificate that nobody trusts, and later with the right one again",
             certificate_strange, seconds=30, way="login", weight=0.5),
    Scenario("certificate_renewed", "Kafka takes the gateway's own certificate no longer; its key, then its certificate are put in place",
             certificate_renewed, seconds=32, way="login", weight=0.5),
    Scenario("certificate_mistaken", "the gateway's certificate is replaced by one that Kafka does not take, then put right: nobody notices",
             certificate_mistaken, seconds=24, way="login", weight=0.5, pause_s_max=8),
    Scenario("lane_held", "what one of the gateway's connections has for Kafka arrives seconds later; clients send the same event again elsewhere",
             lane_held, seconds=30, way="proxy", retriers=12, must_see=("resent",)),
    Scenario("culprits_searched", "large batches, and now and then an event in them that the topic does not take", lambda r: [], large_bytes=60000,
             topic={"max.message.bytes": 20000}, own_pause_s=0.02, must_see=("rejected",)),
    Scenario("rights_taken", "the right to write to a topic is taken away under load, twice, and given back", rights_taken, seconds=25, way="login",
             own_pause_s=0.05, terms=Terms(rights_are_taken=True), must_see=("rejected",)),
    Scenario("quota_tight", "Kafka holds the gateway back to a few kilobytes a second for 10 s", quota_tight, seconds=25, way="plain"),
    Scenario("edge_renewed", "TLS, keys and quotas: certificates are renewed and a key is revoked under load, and a broker dies meanwhile", edge_renewed,
             seconds=26, guarded=True, must_see=("refused",),
             must_count={"headgate_tenant_refused_total": 1, "headgate_logins_refused_total": 1, "headgate_tls_handshakes_total": 4}),
    Scenario("hostile_clients", "clients that promise and do not send, do not read, and send bombs, beside honest ones",
             lambda r: [(3, "attack", 5, 10)], seconds=22, gateway={"budget": "16MiB"}, rate=200, terms=Terms(never_refused=True),
             rss_bytes_max=120 << 20, pause_s_max=6),
    Scenario("sigterm_unread", "SIGTERM while requests lie unread in the sockets and the listen queue, twice",
             lambda r: [(some_time(r), "end_with_unread", "SIGTERM"), (some_time(r, 11, 13), "end_with_unread", "SIGTERM")],
             terms=Terms(answers_all=True)),
    Scenario("gateways_rolled", "two gateways behind the same clients are restarted, one after the other",
             lambda r: [(some_time(r), "roll_gateways", 2)], seconds=22, gateways=2, terms=Terms(answers_all=True, one_process=False), pause_s_max=6),
    Scenario("gateway_of_two_killed", "one of two gateways behind the same clients dies, twice", gateway_kill, gateways=2, terms=Terms(one_process=False),
             pause_s_max=6),
    Scenario("budget_filled", "a budget of 2 MiB and no Kafka: the rest is refused, memory stays", total_outage(12), seconds=22,
             gateway={"budget": "2MiB"}, load_connections=300, rss_bytes_max=64 << 20,
             must_count={"headgate_events_refused_total": 1}),
    Scenario("refused_at_once", "too few replicas, answered at once: the moment for a storm of retries", refused_at_once,
             seconds=40, topic={"min.insync.replicas": 3}, weight=0.3, **FEW_REQUESTS),
    Scenario("mixed", "two to four of these, one after the other", mixed, seconds=45, weight=2),
]
