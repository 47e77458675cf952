"""Scenarios of the event store: two or three gateways share a store topic, clients go round them, and each keeps its index. Schedules,
scenarios and controls in one place, as they are few. Used by command_line.py."""
import dataclasses

from chaos.scenarios import Scenario
from chaos.schedules import any_broker, leader_moves, some_time

ANYWHERE = ("--anywhere", "0.3")  # clients that know nothing of owners
SESSION_S = 6  # after so long others take a gateway's partitions (gateway.py)


@dataclasses.dataclass
class StoreScenario(Scenario):
    gateways: int = 3
    may_be_guarded: bool = False  # its clients come without credentials
    shares: bool = True  # by a consumer group; False: each gateway believes that it owns everything
    load: tuple = ()  # options of headgate-loadgen store
    ids_expire: bool = False  # Kafka forgets ids that nobody uses within seconds (expirations.py)
    rss_bytes_max: int = 384 << 20


def one_of(random, gateways=3):
    return random.randrange(gateways)


def owner_frozen(random):
    """Beyond the group's timeout, and woken while another owns its partitions and clients send to both."""
    first = one_of(random)
    return [(some_time(random), "freeze_one", first, SESSION_S + some_time(random, 3, 5)), (18, "freeze_one", (first + 1) % 3, some_time(random, 0.2, 3))]


def owner_killed(random):
    return [(some_time(random), "kill_one", one_of(random), 1.0), (some_time(random, 11, 13), "kill_one", one_of(random), SESSION_S + 3.0)]


def owner_cut_off(random):
    return [(some_time(random), "cut_one_off", one_of(random, 2), SESSION_S + some_time(random, 3, 6)),
            (some_time(random, 19, 21), "cut_one_off", one_of(random, 2), some_time(random, 1, 4))]


def brokers_killed(random):
    first, second = random.sample((1, 2, 3), 2)
    return [(some_time(random), "broker_kill", first), (10, "broker_restart", first), (some_time(random, 16, 19), "broker_kill", second),
            (24, "broker_restart", second)]


def coordinator_killed(random):
    return [(some_time(random), "kill_coordinator", 4.0), (some_time(random, 16, 18), "kill_coordinator", 1.0)]


def rebalances(random):
    """Gateways leave in an orderly way and come back, so that partitions move again and again."""
    return [(3 + 5 * turn + random.random(), "roll_one", (one_of(random) + turn) % 3, some_time(random, 0.2, 2)) for turn in range(4)]


def frozen_broker(random):
    broker, at = any_broker(random), some_time(random)
    return [(at, "broker_pause", broker), (at + some_time(random, 5, 12), "broker_resume", broker)]


def frozen_while_moving(random):
    """An owner is frozen, a broker dies meanwhile, and the others share what is left."""
    broker = any_broker(random)
    at = some_time(random)
    return [(at, "broker_kill", broker), (at + 0.2, "freeze_one", one_of(random), SESSION_S + 3.0), (at + 12, "broker_restart", broker),
            (at + 14, "kill_one", one_of(random), 0.5)]


def nothing(_):
    return []


STORE_SCENARIOS = [
    StoreScenario("store_owner_frozen", "an owner stands still beyond its group's timeout and wakes under load; another one for a moment", owner_frozen, seconds=24, load=("--anywhere", "0.02"),
                  must_see=("sent_again",)),
    StoreScenario("store_owner_killed", "an owner dies (SIGKILL), once to come back at once, once after its partitions were taken", owner_killed,
                  seconds=26, must_see=("sent_again",), weight=2),
    StoreScenario("store_owner_cut_off", "nothing passes between an owner and all brokers, and clients still reach it", owner_cut_off, seconds=28,
                  way="proxy", gateways=2, load=("--anywhere", "0.1"), must_see=("sent_again",)),
    StoreScenario("store_brokers_killed", "a broker dies, and later another one", brokers_killed, seconds=30),
    StoreScenario("store_coordinator_killed", "the broker that coordinates the owners' ids dies, twice", coordinator_killed, seconds=26, weight=2),
    StoreScenario("store_rebalances", "gateways leave and come back: partitions move again and again", rebalances, seconds=28,
                  must_see=("sent_again",)),
    StoreScenario("store_leader_moves", "every partition changes its leader, five times", leader_moves, seconds=22),
    StoreScenario("store_leader_moves_encrypted", "the same over TLS, with a login that ends every 4 s", leader_moves, seconds=22, way="login"),
    StoreScenario("store_brokers_killed_encrypted", "a broker dies, and later another one; over TLS, with a login that ends every 4 s", brokers_killed,
                  seconds=30, way="login"),
    StoreScenario("store_broker_frozen", "a broker stands still for 5 to 12 s", frozen_broker, seconds=28),
    StoreScenario("store_frozen_while_moving", "an owner stands still while a broker dies; then another owner dies", frozen_while_moving, seconds=32,
                  must_see=("sent_again",)),
    StoreScenario("store_rivals", "two gateways without a group: each believes that it owns everything", nothing, seconds=24, gateways=2, shares=False,
                  load=ANYWHERE, must_count={"headgate_store_take_overs_total": 12}, must_see=("sent_again",), weight=0.5),
    StoreScenario("store_ids_forgotten", "the same, and Kafka forgets their ids within a second: each owner has another producer id", nothing, seconds=40,
                  gateways=2, shares=False, load=ANYWHERE, ids_expire=True, must_see=("sent_again",), weight=0.5),
]

# The same faults without the safeguard: both auditors must find it, or the scenario proves nothing.
RIVALS = {"seconds": 24, "gateways": 2, "shares": False, "load": ANYWHERE, "weight": 0}
STORE_CONTROLS = [
    StoreScenario("control_store_marker", "control of store_rivals: an owner serves as soon as it has a producer id", nothing, left_out="marker",
                  must_find=("store", "audit"), **RIVALS),
    StoreScenario("control_store_end", "control of store_rivals: an owner serves when EndTxn is answered, before its marker is there", nothing,
                  left_out="end_of_transaction", must_find=("store", "audit"), **RIVALS),
    StoreScenario("control_store_forgotten", "control of store_ids_forgotten: other producer ids in the log are not fenced", nothing, ids_expire=True,
                  left_out="former_writers", must_find=("store", "audit"), **{**RIVALS, "seconds": 40}),
    StoreScenario("control_store_versions", "control of every store scenario: expected versions are not checked", nothing, seconds=6, gateways=1,
                  left_out="expected_versions", must_find=("store expected_ignored", "audit expected"), weight=0),
    StoreScenario("control_store_ids", "control of every store scenario: event ids are not compared", nothing, seconds=6, gateways=1,
                  left_out="event_ids", must_find=("store repeat", "audit repeated"), weight=0),
]
