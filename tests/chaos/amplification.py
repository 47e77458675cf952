"""How many requests Kafka gets under fault: against the same load before the first fault, and against the batches there were to send.
Pure; used by scenario_run.py."""
import collections

WINDOW = 3.0  # seconds: a burst shorter than this is no storm
STEADY_LEAST = 5.0  # requests a second below which a ratio says nothing

Sample = collections.namedtuple("Sample", "moment requests batches process")  # totals of one process


def rates(samples, begin, end):
    """(requests, batches) a second within [begin, end], or None. Totals that begin anew belong to another process."""
    seconds = requests = batches = 0.0
    for before, after in zip(samples, samples[1:]):
        if before.process == after.process and before.moment >= begin and after.moment <= end:
            seconds += after.moment - before.moment
            requests += max(0.0, after.requests - before.requests)
            batches += max(0.0, after.batches - before.batches)
    return (requests / seconds, batches / seconds) if seconds > 0 else None


def amplification(samples, load_began, fault_began, ended):
    """The worst window after the first fault; None where there was too little to compare."""
    steady = rates(samples, load_began, fault_began)
    if steady is None or steady[0] < STEADY_LEAST:
        return None
    starts = [sample.moment for sample in samples if fault_began <= sample.moment <= ended - WINDOW]
    windows = filter(None, (rates(samples, start, start + 1.5 * WINDOW) for start in starts))
    worst = max((requests / max(steady[0], batches) for requests, batches in windows), default=None)
    return None if worst is None else round(worst, 2)
