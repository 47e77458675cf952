"""The goal table as text and markdown, and the result files."""

import json

from capacity.goals import GOALS, goal


def _number(value, unit):
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.2f} {unit}" if unit == "ms" else \
        f"{value:.1f} {unit}" if unit == "MB" else f"{value:.2f}"


def rows(results, kind=""):
    for g in GOALS:
        if g.row not in results:
            continue
        s, remark = results[g.row]["spread"], results[g.row]["remark"]
        yield [g.row, g.text, _number(g.must, g.unit), _number(g.after, g.unit), _number(s["median"], g.unit),
               f"{_number(s['low'], g.unit)} .. {_number(s['high'], g.unit)} ({s['samples']})", g.verdict(s["median"], kind), remark]


def table(results, kind=""):
    head = ["#", "goal", "must", "after", "measured (median)", "range (pairs)", "reached", ""]
    return ["| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows(results, kind)]]


_KINDS = (("family 26", "Zen 5"), ("family 25, model 17", "Zen 4"), ("family 25, model 1)", "Zen 3"))


def kind_of(machine):
    """The processor by its short name; a new kind goes by its long one until it has an entry above. Results of before models were noted are Zen 5's."""
    return next((name for text, name in _KINDS if text in machine["machine"]), machine["machine"].split(",")[0])


def by_machine(runs):
    """A column for each kind of processor: the newest measurement of each row there. `runs`: result files, oldest first."""
    newest = {}
    for run in runs:
        for row, result in run["rows"].items():
            newest.setdefault(kind_of(run["machine"]), {})[row] = result["spread"]
    kinds = sorted(newest, reverse=True)
    yield ["#", "goal", "must", "after", *kinds]
    yield ["---"] * (4 + len(kinds))
    for g in GOALS:
        cells = [_cell(g, newest[kind].get(g.row), kind) for kind in kinds]
        if any(cells):
            yield [g.row, g.text, _bound(g, 0), _bound(g, 1), *cells]


def _bound(g, which):
    """0: must, 1: after; with what is stricter somewhere."""
    stricter = [f"{kind}: {_number(bounds[which], g.unit)}" for kind, bounds in g.stricter.items()]
    return _number((g.must, g.after)[which], g.unit) + (f" ({', '.join(stricter)})" if stricter else "")


def _cell(g, s, kind):
    if s is None:
        return ""
    text = f"{_number(s['median'], g.unit)} ({_number(s['low'], g.unit)} .. {_number(s['high'], g.unit)})"
    verdict = g.verdict(s["median"], kind)
    return f"**{text}**, missed" if verdict == "MISSED" else f"{text}, {verdict}"


def markdown(results, machine):
    facts = [f"- {name.replace('_', ' ')}: {', '.join(value) if isinstance(value, list) else value}"
             for name, value in machine.items() if value not in ("", [])]
    return "\n".join([f"# Capacity, {machine['date']}, commit {machine['commit']}", "", *table(results, kind_of(machine)), "", *facts, ""])


def text(results, kind=""):
    for row in rows(results, kind):
        yield f"{row[0]:>4}  {row[6]:<7} {row[4]:>10}  must {row[2]:>9}  after {row[3]:>9}  {row[1]}" + (f"  [{row[7]}]" if row[7] else "")


def write(folder, results, samples, machine):
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{machine['date'][:10]}-{machine['commit']}"
    (folder / f"{stem}.md").write_text(markdown(results, machine))
    (folder / f"{stem}.json").write_text(json.dumps({"machine": machine, "rows": results, "samples": samples}, indent=1) + "\n")
    return folder / f"{stem}.md"


def missed(results, kind=""):
    return [row for row, r in results.items() if goal(row).verdict(r["spread"]["median"], kind) == "MISSED"]
