"""Controls: the faults of a scenario with the defence gone that guards it. Each must end with the findings it names, or the scenario proves
nothing. Used by command_line.py."""
from chaos.audit import Terms
from chaos.scenarios import FEW_REQUESTS, UNCLEAN_TOPIC, Scenario
from chaos.schedules import answers_lost, kill_what_is_in_memory, lane_held, leader_dies_ahead, refused_at_once, some_time, total_outage


def end_while_kafka_stands(random):
    at = round(random.uniform(3, 5), 2)
    return [(at, "all_brokers", "pause"), (at + 1, "gateway_terminate"), (at + 4, "all_brokers", "resume")]


DIRECT, LIBRDKAFKA = {"publisher": "direct"}, {"publisher": "librdkafka"}

CONTROLS = [
    Scenario("control_sigkill", "control of gateway_sigkill_full: ack=none, whose answers are no promise, taken for one",
             kill_what_is_in_memory, seconds=14, query="&ack=none", terms=Terms(accepted_is_promised=True), must_find=("lost", "load"),
             weight=0),
    Scenario("control_unclean", "control of every broker fault: Kafka itself loses what it confirmed (unclean election)",
             lambda r: [(4, "unclean_election", 2, 1)], seconds=50, topic=UNCLEAN_TOPIC, topic_brokers=(1, 2), must_find=("lost",),
             weight=0),
    Scenario("control_repeats", "control of answers_lost: a producer without idempotence", answers_lost, way="proxy", preload=True,
             wire="idempotence", gateway=DIRECT, must_find=("repeated",), weight=0),
    Scenario("control_repeats_librdkafka", "the same with the publisher on librdkafka", answers_lost, way="proxy", preload=True,
             producer="enable.idempotence=false", gateway=LIBRDKAFKA, must_find=("repeated",), weight=0),
    Scenario("control_one_ack", "control of leader_dies_ahead: a producer that asks the leader alone", leader_dies_ahead, seconds=25,
             topic_brokers=(1, 2, 3), preload=True, wire="idempotence,all_acks", gateway=DIRECT, must_find=("lost",), weight=0),
    Scenario("control_one_ack_librdkafka", "the same with the publisher on librdkafka", leader_dies_ahead, seconds=25,
             topic_brokers=(1, 2, 3), preload=True, producer="enable.idempotence=false,acks=1", gateway=LIBRDKAFKA, must_find=("lost",),
             weight=0),
    Scenario("control_storm", "control of the bound on requests: a producer that retries without a pause", refused_at_once,
             seconds=40, topic={"min.insync.replicas": 3}, preload=True, producer="retry.backoff.ms=1,retry.backoff.max.ms=1",
             gateway=LIBRDKAFKA, must_find=("storm",), weight=0, **FEW_REQUESTS),
    Scenario("control_budget", "control of budget_filled: a budget without end", total_outage(14), seconds=22, gateway={"budget": "2GiB"},
             rate=8000, load_size="1000-2000", load_connections=600, rss_bytes_max=64 << 20, must_find=("memory",), weight=0),
    Scenario("control_drain", "control of gateway_sigterm: no time to finish", end_while_kafka_stands, gateway={"drain": "100ms"},
             terms=Terms(answers_all=True), must_find=("SIGTERM",), weight=0),
    Scenario("control_lane_held", "control of lane_held: two gateways, between which no order is promised, taken for one", lane_held, seconds=30,
             way="proxy", retriers=12, gateways=2, must_find=("late_copy",), weight=0),
    Scenario("control_quota", "control of quota_tight: a load that no quota holds back", lambda r: [(4, "quota_set", 10**9), (8, "quota_lift")],
             must_find=("throttle",), weight=0),
    Scenario("control_hostile", "control of hostile_clients: the budget is full for another reason, so honest clients are turned away",
             lambda r: [(3, "attack", 5, 8), (5, "all_brokers", "pause"), (8, "all_brokers", "resume")], seconds=22, gateway={"budget": "1MiB"},
             rate=2000, terms=Terms(never_refused=True), rss_bytes_max=120 << 20, must_find=("turned_away",), weight=0),
    Scenario("control_edge", "control of edge_renewed: nothing is renewed, and nothing revoked",
             lambda r: [(3, "edge_certificate_renewed", False), (7, "edge_key_revoked", False), (15, "edge_keys_handed_out")], guarded=True,
             must_find=("renewal", "revocation"), weight=0),
    Scenario("control_unread", "control of sigterm_unread: a gateway that is killed instead",
             lambda r: [(some_time(r), "end_with_unread", "SIGKILL")], must_find=("unread",), weight=0),
]
