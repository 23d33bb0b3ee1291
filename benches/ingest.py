"""Runs the import and DuckDB's conversion of the same CSV in turn, each in a process of its own, and prints their ratio."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

# Rate of DuckDB that imports must reach, and memory they may take (KiB).
LEAST_RATIO = 0.8
MOST_MEMORY = 1 << 20

DUCKDB = """
import json, resource, sys, time
import duckdb
csv, parquet = sys.argv[1:]
connection = duckdb.connect(config={"threads": 2})
start = time.perf_counter()
connection.execute(
    f"COPY (SELECT * FROM read_csv('{csv}')) TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)"
)
seconds = time.perf_counter() - start
rows = connection.execute(f"SELECT count(*) FROM '{parquet}'").fetchone()[0]
import os
print(json.dumps({
    "rows": rows, "bytes": os.path.getsize(parquet), "seconds": seconds,
    "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
}))
"""


def run(command: list[str]) -> dict:
    """The line of JSON that a command prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def warm(path: str) -> None:
    """Reads the file once, so that neither side pays for the disk."""
    with open(path, "rb") as file:
        while file.read(1 << 24):
            pass


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--bench", "--csv", "--work"):
        parser.add_argument(name, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    size = os.path.getsize(options.csv)
    warm(options.csv)
    ours, theirs = [], []
    with tempfile.TemporaryDirectory(dir=options.work) as work:
        for _ in range(options.rounds):
            folder, parquet = os.path.join(work, "versions"), os.path.join(work, "duckdb.parquet")
            ours.append(run([options.bench, "ingest", options.csv, folder]))
            shutil.rmtree(folder)
            theirs.append(run([sys.executable, "-c", DUCKDB, options.csv, parquet]))
            os.remove(parquet)
    rows = {result["rows"] for result in ours + theirs}
    if len(rows) != 1:
        sys.exit(f"the two sides do not agree on the number of records: {sorted(rows)}")
    rows = rows.pop()

    def line(name: str, results: list[dict]) -> None:
        seconds = statistics.median(result["seconds"] for result in results)
        peak = max(result["peak_kib"] for result in results) / 1024
        written = results[-1]["bytes"] / 1e6
        rate = rows / seconds / 1e6
        print(f"| {name} | {seconds:.2f} | {rate:.2f} | {size / seconds / 1e6:.0f} | {written:.0f} | {peak:.0f} |")

    print(f"{rows:,} records, {size / 1e9:.2f} GB of CSV, 2 threads, median of {options.rounds}\n")
    print("| | s | M records/s | MB/s in | MB out | peak MiB |")
    print("|---|---|---|---|---|---|")
    line("parvis: inspect + publish", ours)
    line("DuckDB: read_csv → Parquet zstd", theirs)
    inspect = statistics.median(result["inspect_seconds"] for result in ours)
    print(f"\nof which parvis infers types over the whole file in {inspect:.2f} s")
    # Each round has its own ratio: the machine may be slower in one than in the next.
    ratio = statistics.median(b["seconds"] / a["seconds"] for a, b in zip(ours, theirs))
    peak = max(result["peak_kib"] for result in ours)
    fast, small = ratio >= LEAST_RATIO, peak < MOST_MEMORY
    print(f"rate of DuckDB: {ratio:.2f} (at least {LEAST_RATIO}: {'met' if fast else 'MISSED'})")
    print(f"peak memory: {peak / 1024:.0f} MiB (under {MOST_MEMORY >> 10}: {'met' if small else 'MISSED'})")
    return 0 if fast and small else 1


if __name__ == "__main__":
    sys.exit(main())
