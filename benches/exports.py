"""Measures exports over HTTP against DuckDB's COPY of the same records to the same kind of file: records a second, the time of the first byte,
and what memory the server takes. Both sides write a file into the same folder, on two cores, in turn; medians are compared.
"""

import os
import statistics
import subprocess
import sys

import duckdb

from common import API, CORES, Goals, Peak, arguments, mib, timed
from queries import HOST, Bench, make_files

# Format, how DuckDB is told, and the rate wanted against its own.
KINDS = [("csv", "FORMAT csv, HEADER", 2.0), ("jsonl", "FORMAT json", 1.5)]


def fetched(port, path, out):
    """Seconds to the first byte and to the last."""
    command = ["curl", "-s", "-f", "-o", str(out), "-H", f"Host: {HOST}", "-w", "%{time_starttransfer} %{time_total}"]
    report = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], check=True, capture_output=True, text=True).stdout
    return tuple(float(part) for part in report.split())


def main():
    parser = arguments(__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    os.sched_setaffinity(0, {int(core) for core in CORES.split(",")})
    csv, own, _ = make_files(args.folder, args.rows)
    goals, out = Goals(), args.folder / "export.out"
    server = Bench(args.binary, args.folder / f"queries-data-{args.rows}", csv)
    try:
        peer = duckdb.connect(str(own), read_only=True, config={"threads": 2})
        for kind, options, wanted in KINDS:
            ours, firsts, theirs = [], [], []
            before = server.memory()
            with Peak(server) as peak:
                for _ in range(args.runs):
                    first, whole = fetched(server.port, f"{API}/bench/exports/{kind}", out)
                    firsts.append(first)
                    ours.append(whole)
                    theirs.append(timed(lambda: peer.execute(f"COPY t TO '{out}' ({options})")))
            ratio = statistics.median(theirs) / statistics.median(ours)
            rates = [args.rows / statistics.median(times) for times in (ours, theirs)]
            goals.add(f"{kind}: records/s, Parvis and DuckDB", f"{rates[0]:,.0f} and {rates[1]:,.0f} ({ratio:.2f})", f"≥ {wanted}", ratio >= wanted)
            goals.add(f"{kind}: first byte, ms", f"{statistics.median(firsts) * 1e3:.1f}")
            goals.add(f"{kind}: memory beyond that before, at most", mib(peak.most - before))
    finally:
        server.stop()
        out.unlink(missing_ok=True)
    goals.show(f"Exports of {args.rows:,} records, two cores, DuckDB {duckdb.__version__}, medians of {args.runs}, over HTTP")
    sys.exit(0 if goals.good else 1)


if __name__ == "__main__":
    main()
