"""How long events take until a view shows them: from samples of what was produced, and looks at the view's positions."""


def delays(samples, seen):
    """Seconds, sorted, from each sampled event to the first look that shows a position behind it; and how many no look shows."""
    took, at = [], {}
    for partition, offset, produced in sorted(((int(p), int(o), float(t)) for p, o, t in samples), key=lambda one: one[2]):
        i = at.get(partition, 0)
        while i < len(seen) and seen[i][1].get(partition, 0) <= offset:
            i += 1
        at[partition] = i
        took.append(seen[i][0] - produced if i < len(seen) else None)
    return sorted(one for one in took if one is not None), sum(one is None for one in took)


def at_percentile(ordered, percent):
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
