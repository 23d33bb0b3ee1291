"""Measures each kind of query of queries.py at several sizes of the same table, to see that the cost grows with what is asked and not with what there
is. Prints a table of medians and draws it (sizes.svg in the folder): both axes are logarithmic.
"""

import math
import os
import sys

from common import CORES, arguments
from queries import Bench, make_files, median_of, queries, warm

SIZES = [20_000, 1_000_000]
WIDTH, HEIGHT, LEFT, TOP, RIGHT = 900, 560, 70, 20, 280
COLOURS = ["#1f4fa3", "#b3261e", "#1b7a3d", "#8a5a00", "#6a3fa0", "#00707a", "#a0307a", "#555555"]


def medians(args, rows, repeat):
    """The median of each kind, in seconds."""
    csv, _, _ = make_files(args.folder, rows)
    data = args.folder / f"queries-data-{rows}"
    server = Bench(args.binary, data, csv)
    try:
        warm(server, data)
        found = {}
        for name, _, (path, params), _, constants in queries(rows):
            def ask(values, path=path, params=params):
                server.ask(path, **{key: str(value).format(*values, version=server.version) for key, value in params.items()})
            found[name] = median_of(constants, repeat, ask)
        return found
    finally:
        server.stop()


def drawn(sizes, lines):
    """The table as a picture: a line for each kind of query."""
    values = [value * 1e3 for line in lines.values() for value in line]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    span = math.log10(sizes[-1] / sizes[0]) or 1
    x = lambda size: LEFT + math.log10(size / sizes[0]) / span * (WIDTH - LEFT - RIGHT)
    y = lambda value: TOP + (high - math.log10(value * 1e3)) / (high - low) * (HEIGHT - 2 * TOP - 20)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">', '<rect width="100%" height="100%" fill="#fff"/>']
    for power in range(low, high + 1):
        at = y(10**power / 1e3)
        parts.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/><text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g} ms</text>')
    for size in sizes:
        parts.append(f'<text x="{x(size):.1f}" y="{HEIGHT - TOP}" text-anchor="middle">{size:,}</text>')
    for number, (name, line) in enumerate(lines.items()):
        colour, dash = COLOURS[number % len(COLOURS)], "" if number < len(COLOURS) else ' stroke-dasharray="5 3"'
        points = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in zip(sizes, line))
        at = TOP + 16 * (number + 1)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        parts.append(f'<path d="M{WIDTH - RIGHT + 14} {at - 4}h22" stroke="{colour}" stroke-width="2"{dash}/><text x="{WIDTH - RIGHT + 42}" y="{at}">{name}</text>')
    return "\n".join([*parts, "</svg>\n"])


def main():
    parser = arguments(__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="the largest size")
    parser.add_argument("--repeat", type=int, default=15)
    args = parser.parse_args()
    os.sched_setaffinity(0, {int(core) for core in CORES.split(",")})
    sizes = [size for size in SIZES if size < args.rows] + [args.rows]
    by_size = [medians(args, size, args.repeat) for size in sizes]
    lines = {name: [found[name] for found in by_size] for name in by_size[0]}
    print(f"\nMedians of {args.repeat} or more over HTTP, in ms, by number of records, two cores\n")
    print("| work | " + " | ".join(f"{size:,}" for size in sizes) + " |\n|---" * 1 + "|---" * len(sizes) + "|")
    for name, line in lines.items():
        print(f"| {name} | " + " | ".join(f"{value * 1e3:.2f}" for value in line) + " |")
    picture = args.folder / "sizes.svg"
    picture.write_text(drawn(sizes, lines))
    print(f"\ndrawn in {picture}", file=sys.stderr)


if __name__ == "__main__":
    main()
