"""Measures the memory of a server that has opened ten datasets of a million records each, with a page, facets, a filter and an order of
every one, as a part of what their Parquet files take; once as it is, once with less memory for columns (--column-memory).
"""

import os
import shutil
import sys

from common import API, CORES, Goals, Peak, Server, arguments, mib, parvis
from queries import make_files

HOST = "memory.localhost"
PORTAL = "memory"
PART = 1.5
# Mebibytes given to columns in the second run.
LESS = 128


def prepare(binary, data, csv, count):
    """The datasets, all of the same records: each has its own files. Made once."""
    if (data / "ready").exists():
        return
    shutil.rmtree(data, ignore_errors=True)
    parvis(binary, data, "portal", "add", PORTAL, "--host", HOST)
    for number in range(count):
        parvis(binary, data, "import", "--portal", PORTAL, "--id", f"bench-{number}", "--facet", "category", "--facet", "commune", csv)
    (data / "ready").touch()


def use(server, count):
    """Memory at the end and at most, after every dataset was asked in every way, twice."""
    with Peak(server) as peak:
        for turn in range(2):
            for number in range(count):
                base = f"{API}/bench-{number}"
                server.get(HOST, f"{base}/records", limit=100, offset=9_000 + turn)
                server.get(HOST, f"{base}/facets")
                server.get(HOST, f"{base}/facets", where=f"qty > {500 + turn}")
                server.get(HOST, f"{base}/records", limit=20, where=f"commune = 'commune {number + turn}'", order_by="day desc")
                server.get(HOST, f"{base}/records", limit=20, order_by="amount desc", where=f"departement = {number + turn}")
        server.settle()
    return server.memory(), peak.most


def main():
    parser = arguments(__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--datasets", type=int, default=10)
    args = parser.parse_args()
    os.sched_setaffinity(0, {int(core) for core in CORES.split(",")})
    csv, _, _ = make_files(args.folder, args.rows)
    data = args.folder / f"memory-data-{args.rows}"
    prepare(args.binary, data, csv, args.datasets)
    files = sum(path.stat().st_size for path in data.glob("objects/**/data.parquet"))
    goals = Goals()
    goals.add("Parquet files", mib(files))
    with Server(args.binary, data) as server:
        goals.add("memory of a server that has done nothing", mib(server.memory()))
        end, most = use(server, args.datasets)
    goals.add("memory after all were asked", f"{mib(end)} ({end / files:.2f} of the files)", f"≤ {PART} of the files", end <= PART * files)
    goals.add("the most meanwhile", f"{mib(most)} ({most / files:.2f} of the files)")
    with Server(args.binary, data, "--column-memory", LESS) as server:
        before = server.memory()
        end, most = use(server, args.datasets)
    goals.add(f"with --column-memory {LESS}: after all were asked", f"{mib(end)} ({end / files:.2f} of the files)")
    goals.add(f"with --column-memory {LESS}: the most meanwhile", mib(most))
    goals.show(f"{args.datasets} datasets of {args.rows:,} records, two cores")
    sys.exit(0 if goals.good else 1)


if __name__ == "__main__":
    main()
