"""Draws counted stacks as a flame graph: an SVG without scripts, narrow frames left out."""

from xml.sax.saxutils import escape

width, row, narrowest = 1200, 16, 1.5
colours = {"kernel": "#e8b06a", "ours": "#7fb7d8", "librdkafka": "#9ccf8f", "else": "#d9d2c5"}


def _colour(name):
    if any(part in name for part in ("batching::", "gateway::", "metrics::", "simdjson")):
        return colours["ours"]
    if name.startswith(("rd_", "rdk")):
        return colours["librdkafka"]
    if name.startswith(("tcp_", "__sys", "do_", "sock_", "ep_", "ip_", "__x64", "entry_", "el0", "schedule", "asm_", "net_", "_raw", "__tcp")):
        return colours["kernel"]
    return colours["else"]


def _tree(stacks):
    root = {"count": 0, "children": {}}
    for frames, count in stacks.items():
        node = root
        node["count"] += count
        for frame in frames:
            node = node["children"].setdefault(frame, {"count": 0, "children": {}})
            node["count"] += count
    return root


def _boxes(node, name, left, depth, scale, out):
    wide = node["count"] * scale
    if wide < narrowest:
        return
    out.append((left, depth, wide, name, node["count"]))
    for child, below in sorted(node["children"].items()):
        _boxes(below, child, left, depth + 1, scale, out)
        left += below["count"] * scale


def draw(stacks, title):
    tree, boxes = _tree(stacks), []
    _boxes(tree, "all", 0.0, 0, width / max(1, tree["count"]), boxes)
    deepest = max(depth for _, depth, *_ in boxes)
    height = (deepest + 3) * row
    svg = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="monospace" font-size="10">',
           f'<text x="4" y="12">{escape(title)}</text>']
    for left, depth, wide, name, count in boxes:
        top = height - (depth + 1) * row
        label = escape(name[: int(wide / 6.1)]) if wide > 24 else ""
        svg.append(f'<g><title>{escape(name)} {count / tree["count"]:.1%}</title><rect x="{left:.1f}" y="{top}" width="{wide:.1f}" '
                   f'height="{row - 1}" fill="{_colour(name)}"/><text x="{left + 2:.1f}" y="{top + 11}">{label}</text></g>')
    return "\n".join([*svg, "</svg>\n"])
