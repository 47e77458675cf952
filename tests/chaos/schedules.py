"""The schedules of faults: functions of a seeded random that name faults (faults.py) and their seconds. Used by scenarios.py, controls.py."""


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


def answers_lost(random):
    return [(2 + 1.8 * turn, "proxy", "deafen", any_broker(random), round(random.uniform(0.2, 1.2), 2)) for turn in range(8)]


def leader_dies_ahead(random):
    at = some_time(random)
    return [(at, "broker_pause", 2), (at, "broker_pause", 3), (at + some_time(random, 1.5, 3), "broker_kill", 1),
            (at + 3.5, "broker_resume", 2), (at + 3.5, "broker_resume", 3), (at + 13, "broker_restart", 1)]


def packets_lost(random):
    at, broker = some_time(random), any_broker(random)
    lossy = [(at, "wire", "lose", each, f"{random.randint(200, 800)}kbit") for each in (1, 2, 3)]
    mended = [(at + 10, "wire", "keep", each) for each in (1, 2, 3)]
    return lossy + mended + [(at + 11, "wire", "cut", broker), (at + 19, "wire", "mend", broker)]


def disks_full(random):
    at = some_time(random)
    return [(at, "disks_fill"), (at + 8, "disks_free")]


def clock_jumps(random):
    jumps = [(2.5 + 2.5 * turn, "clock_jump", random.choice((-1, 1)) * random.randint(60, 3000)) for turn in range(6)]
    return jumps + [(18, "clock_jump", 0)]


def name_unknown(random):
    broker, at = any_broker(random), some_time(random, 5, 8)
    return [(at, "name_kafka", True), (at + 9, "name_kafka", False), (at + 10, "broker_kill", broker), (at + 14, "broker_restart", broker)]


def login_expires(random):
    at = some_time(random, 5, 7)
    return [(at, "login_revoke"), (at + some_time(random, 8, 11), "login_grant")]


def tokens_expire(random):
    at = some_time(random, 5, 7)
    return [(at, "tokens_stop"), (at + some_time(random, 14, 18), "tokens_again")]


def certificate_renewed(random):
    at = some_time(random, 4, 6)
    return [(at, "own_certificate_refused"), (at + some_time(random, 7, 10), "own_key_renewed"),
            (at + some_time(random, 12, 15), "own_certificate_renewed")]


def certificate_mistaken(random):
    return [(some_time(random), "own_key_renewed"), (8, "own_certificate_renewed"), (some_time(random, 12, 14), "own_put_right")]


def certificate_strange(random):
    at = some_time(random, 4, 6)
    return [(at, "certificates_replaced", "strange"), (at + some_time(random, 10, 14), "certificates_replaced", "trusted")]


def edge_renewed(random):
    at, broker = some_time(random, 2, 4), any_broker(random)
    return [(at, "edge_certificate_renewed"), (at + 2, "broker_kill", broker), (at + 4, "edge_key_revoked"), (at + 9, "broker_restart", broker),
            (at + 12, "edge_keys_handed_out"), (at + 14, "edge_certificate_renewed")]


def refused_at_once(random):
    """Requests under way wait out their 10 s; from then on Kafka refuses each request the moment it comes."""
    at, broker = some_time(random), any_broker(random)
    return [(at, "broker_kill", broker), (at + 32, "broker_restart", broker)]


def three_elections(_):
    return [(4, "unclean_election", 2, 1), (5, "wait_in_sync"), (6, "unclean_election", 1, 2), (7, "wait_in_sync"),
            (8, "unclean_election", 2, 1), (9, "forgive_until_now")]


def lane_held(random):
    """Longer than a retrier waits, three times: its next attempt comes over another connection."""
    return [(at, *step) for turn in range(3) for at, *step in ((3 + 8 * turn + random.random(), "proxy", "hold_one", (1, 2, 3)),
                                                               (7 + 8 * turn + random.random(), "proxy", "let_go"))]


def rights_taken(random):
    at = some_time(random)
    return [(at, "right_deny"), (at + some_time(random, 4, 6), "right_give"), (at + 12, "right_deny"), (at + 14, "right_give")]


def quota_tight(random):
    at = some_time(random)
    return [(at, "quota_set", random.choice((20_000, 50_000))), (at + 10, "quota_lift")]
