"""Measures what the platform promises, as ratios that do not depend on the machine.

Import: a CSV of ten million records and twelve columns becomes a published version, types inferred over the whole file, at no
less than 0.8 of the rate at which DuckDB turns the same CSV into Parquet, with less than 1 GiB of memory.
Reading: the first page of a dataset of more than 30,000 records is served at no less than a quarter of the requests a second of
the server's own empty answer.

Both sides use two cores: DuckDB by its `threads` setting, Parvis by `taskset`. Runs alternate, and medians are compared.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time

import duckdb

from common import API, CORES, Server, arguments, requests_per_second

IMPORT_RATIO = 0.8
MEMORY = 1 << 30
PAGE_RATIO = 0.25
DATASET = "communes-de-france"
PORTAL_HOST = "orleans.localhost"

COLUMNS = """
    i AS identifiant,
    printf('%05d', (i * 7919) % 97999 + 1000) AS code_insee,
    'Commune ' || ((i * 31) % 34969) AS commune,
    (['Loire', 'Seine', 'Garonne', 'Rhône', 'Rhin', 'Meuse'])[CAST(1 + hash(i) % 6 AS BIGINT)] AS bassin,
    'Équipement n° ' || (hash(i + 1) % 1000000) AS equipement,
    DATE '2000-01-01' + CAST(hash(i + 2) % 9500 AS INTEGER) AS mise_en_service,
    strftime(TIMESTAMP '2020-01-01' + INTERVAL 1 SECOND * CAST(hash(i + 3) % 180000000 AS BIGINT), '%Y-%m-%dT%H:%M:%S') AS releve,
    CAST(hash(i + 4) % 100000 AS BIGINT) AS quantite,
    round((hash(i + 5) % 1000000) / 137.0, 3) AS mesure,
    CASE WHEN hash(i + 6) % 2 = 0 THEN 'true' ELSE 'false' END AS ouvert,
    round(41 + (hash(i + 7) % 1000000) / 100000.0, 6) AS latitude,
    round(-5 + (hash(i + 8) % 1400000) / 100000.0, 6) AS longitude
"""


def make_csv(path, rows):
    """The file that both sides read. Made once: the values depend on nothing but the row's number."""
    if path.exists():
        return
    partial = path.with_suffix(".partial")
    query = f"COPY (SELECT {COLUMNS} FROM range({rows}) t(i)) TO '{partial}' (HEADER, DELIMITER ',')"
    duckdb.connect(config={"threads": 2}).execute(query)
    partial.rename(path)


def time_duckdb(csv, folder):
    """Seconds that DuckDB takes from the CSV to a Parquet file with the same compression."""
    out = folder / "duckdb.parquet"
    out.unlink(missing_ok=True)
    connection = duckdb.connect(config={"threads": 2})
    start = time.perf_counter()
    connection.execute(f"COPY (SELECT * FROM read_csv('{csv}')) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")
    return time.perf_counter() - start


def time_import(binary, csv, data):
    """Seconds from the start of the process to its end, and its peak memory in bytes."""
    command = ["taskset", "-c", CORES, binary, "import", "--data", data, "--portal", "bench", "--id", "bench", csv]
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit("the import failed")
    return time.perf_counter() - start, usage.ru_maxrss * 1024


def measure_import(args, folder):
    csv = folder / f"bench-{args.rows}.csv"
    make_csv(csv, args.rows)
    data = folder / "import-data"
    shutil.rmtree(data, ignore_errors=True)
    subprocess.run([args.binary, "portal", "add", "bench", "--host", "bench.localhost", "--data", data], check=True)
    ours, theirs, memory = [], [], []
    for _ in range(args.runs):
        theirs.append(time_duckdb(csv, folder))
        seconds, peak = time_import(args.binary, csv, data)
        ours.append(seconds)
        memory.append(peak)
        # Only the last version is read again; the others would fill the disk.
        shutil.rmtree(data / "objects", ignore_errors=True)
    return args.rows / statistics.median(ours), args.rows / statistics.median(theirs), max(memory)


def measure_reading(args, folder):
    pairs = []
    with Server(args.binary, folder / "demo-data", command="demo") as server:
        for _ in range(args.runs):
            # The demo serves its hosts on its own port only.
            host = f"{PORTAL_HOST}:{server.port}"
            empty = requests_per_second(server.port, host, args.empty, 8)
            page = requests_per_second(server.port, host, f"{API}/{DATASET}/records?limit=10", 8)
            pairs.append((page, empty))
    pages, empties = zip(*pairs)
    return statistics.median(pages), statistics.median(empties)


def main():
    parser = arguments(__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--empty", default="/healthz", help="address of the server's empty answer")
    args = parser.parse_args()
    import_rate, duckdb_rate, memory = measure_import(args, args.folder)
    page_rate, empty_rate = measure_reading(args, args.folder)
    rows = [
        ("CSV → published version, records/s", import_rate, duckdb_rate, import_rate / duckdb_rate, IMPORT_RATIO, "≥"),
        ("first page of records, requests/s", page_rate, empty_rate, page_rate / empty_rate, PAGE_RATIO, "≥"),
        ("peak memory of the import, MiB", memory / 2**20, MEMORY / 2**20, memory / MEMORY, 1.0, "<"),
    ]
    print(f"\n{args.rows:,} records, twelve columns, two cores, DuckDB {duckdb.__version__}, median of {args.runs}\n")
    print("| what | Parvis | compared with | ratio | wanted | |")
    print("|---|---|---|---|---|---|")
    good = True
    for name, ours, other, ratio, wanted, sign in rows:
        met = ratio < wanted if sign == "<" else ratio >= wanted
        good &= met
        print(f"| {name} | {ours:,.0f} | {other:,.0f} | {ratio:.2f} | {sign} {wanted} | {'met' if met else 'MISSED'} |")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
