"""Every scenario: what happens when, under which load and settings, what is excused, and what must hold. A control is a scenario with
a defence gone; it must end with the findings it names. Used by command_line.py."""
import dataclasses

from chaos.audit import Terms


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
    in_campaign: bool = True
    proxied: bool = False


def any_broker(random):
    return random.randint(1, 3)


def some_time(random, earliest=3.0, latest=6.0):
    return round(random.uniform(earliest, latest), 2)


def broker_kill(random):
    broker, at = any_broker(random), some_time(random)
    return [(at, "broker_kill", broker), (at + some_time(random, 3, 8), "broker_restart", broker)]


def broker_freeze(seconds):
    def schedule(random):
        broker, at = any_broker(random), some_time(random)
        return [(at, "broker_pause", broker), (at + seconds, "broker_resume", broker)]
    return schedule


def controlled_shutdown(random):
    broker, at = any_broker(random), some_time(random)
    return [(at, "broker_shut_down", broker), (at + 6, "broker_restart", broker)]


def leader_moves(random):
    return [(2.0 + 3 * turn + random.random(), "move_leaders", turn + 1) for turn in range(5)]


def total_outage(seconds):
    def schedule(random):
        at = some_time(random)
        return [(at, "all_brokers", "kill"), (at + seconds, "all_brokers", "restart")]
    return schedule


def rolling_restart(random):
    return [(some_time(random), "rolling_restart", random.sample((1, 2, 3), 3))]


def min_isr_lost(random):
    first, second, _ = random.sample((1, 2, 3), 3)
    at = some_time(random)
    return [(at, "broker_kill", first), (at + 1, "broker_kill", second), (at + 12, "broker_restart", first),
            (at + 13, "broker_restart", second)]


def gateway_kill(random):
    return [(some_time(random), "gateway_kill", 0.2), (some_time(random, 9, 12), "gateway_kill", 1.0)]


def kill_what_is_in_memory(random):
    """Brokers frozen first, so that the gateway surely holds events when it dies."""
    at = some_time(random)
    return [(at, "all_brokers", "pause"), (at + 2, "gateway_kill", 0.2), (at + 3, "all_brokers", "resume")]


def network_partition(random):
    broker, at = any_broker(random), some_time(random)
    return [(at, "proxy", "stop", broker), (at + 12, "proxy", "resume", broker)]


def connection_resets(random):
    return [(2 + turn + random.random(), "proxy", "reset", any_broker(random)) for turn in range(15)]


def mixed(random):
    """Two to four faults of any kind, one after the other."""
    parts = [broker_kill, broker_freeze(5), controlled_shutdown, leader_moves, total_outage(6), min_isr_lost, gateway_kill,
             lambda r: [(some_time(r), "gateway_freeze", 4)], lambda r: [(some_time(r), "gateway_terminate")]]
    steps, start = [], 0.0
    for part in random.sample(parts, random.randint(2, 4)):
        steps += [(start + at, *what) for at, *what in part(random)]
        start = steps[-1][0] + some_time(random, 1, 4)
    return steps


UNCLEAN_TOPIC = {"min.insync.replicas": 1, "unclean.leader.election.enable": "true"}

ALL = [
    Scenario("broker_kill", "a broker dies (SIGKILL) and comes back", broker_kill),
    Scenario("broker_freeze_5s", "a broker stands still for 5 s (SIGSTOP)", broker_freeze(5)),
    Scenario("broker_freeze_60s", "a broker stands still for a minute, longer than every session timeout", broker_freeze(60), seconds=75),
    Scenario("controlled_shutdown", "a broker is shut down in an orderly way (SIGTERM) and comes back", controlled_shutdown),
    Scenario("leader_moves", "every partition changes its leader, five times", leader_moves),
    Scenario("total_outage", "all brokers die and come back", total_outage(10), seconds=22, gateway={"budget": "8MiB"}),
    Scenario("rolling_restart", "each broker restarts, one after the other", rolling_restart, seconds=40),
    Scenario("min_isr_lost", "two of three brokers are down: nothing can be confirmed", min_isr_lost, seconds=25),
    Scenario("topic_deleted", "a topic is deleted under load; the other topic must not notice",
             lambda r: [(some_time(r), "topic_delete")], terms=Terms(forgive_before=float("inf")), must_see=("refused",)),
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
             must_count={"headgate_kafka_producer_rebuilds_total": 1}, in_campaign=False),
    Scenario("network_partition", "nothing passes between the gateway and one broker for 12 s; the brokers see each other",
             network_partition, seconds=25, proxied=True),
    Scenario("connection_resets", "connections to the brokers are cut, fifteen times", connection_resets, proxied=True),
    Scenario("mixed", "two to four of these, one after the other", mixed, seconds=45),
    Scenario("control_sigkill", "control of gateway_sigkill_full: ack=none, whose answers are no promise, taken for one",
             kill_what_is_in_memory, seconds=14, query="&ack=none", terms=Terms(accepted_is_promised=True), must_find=("lost", "load"),
             in_campaign=False),
    Scenario("control_unclean", "control of every broker fault: Kafka itself loses what it confirmed (unclean election)",
             lambda r: [(4, "unclean_election", 2, 1)], seconds=50, topic=UNCLEAN_TOPIC, topic_brokers=(1, 2), must_find=("lost",),
             in_campaign=False),
]
BY_NAME = {scenario.name: scenario for scenario in ALL}
