"""Interleaved runs and what they say. These machines drift by half within the hour: only ratios of neighbours count."""

import statistics


def interleave(legs, pairs, say=lambda text: None):
    """`legs`: name -> function that measures once. Runs all of them `pairs` times, every other time backwards.

    One round before that does not count: in the first seconds of a kind of load it has not seen the broker's JVM compiles, and takes
    as much as a core of two for that.
    """
    samples = {name: [] for name in legs}
    for name in legs:
        legs[name]()
    for round_number in range(pairs):
        order = list(legs) if round_number % 2 == 0 else list(reversed(legs))
        for name in order:
            samples[name].append(legs[name]())
        say(f"  pair {round_number + 1}/{pairs}: " + ", ".join(f"{name} {_short(samples[name][-1])}" for name in legs))
    return samples


def _short(sample):
    if "cpu_ns_per_event" not in sample:
        return f"p50 {sample['p50_ms']:.2f} p99 {sample['p99_ms']:.2f} ms"
    refused = f" ({sample['refused_events']} refused)" if sample.get("refused_events") else ""
    return f"{sample['cpu_ns_per_event']:.0f} ns, {sample['events_per_second'] / 1e3:.0f} k/s{refused}"


def field(samples, name):
    return [sample[name] for sample in samples]


def spread(values):
    """Median, quartiles and range."""
    ordered = sorted(values)
    quartiles = statistics.quantiles(ordered, n=4, method="inclusive") if len(ordered) > 1 else [ordered[0]] * 3
    return {"median": statistics.median(ordered), "low": ordered[0], "high": ordered[-1],
            "quartile_low": quartiles[0], "quartile_high": quartiles[2], "samples": len(ordered)}


def ratio(ours, reference, name="cpu_ns_per_event"):
    return spread([a / b for a, b in zip(field(ours, name), field(reference, name))])


def difference(ours, reference, name):
    return spread([a - b for a, b in zip(field(ours, name), field(reference, name))])
