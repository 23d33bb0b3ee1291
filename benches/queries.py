"""Measures queries against DuckDB, and words against SQLite's full-text index, on the same records, as ratios of their times.

A made-up table of twelve columns is imported and served. Every query runs over HTTP, one connection, and in DuckDB within this
process, once on its own database file and once on Parquet: the better of the two counts. DuckDB gives what the answer of the API
holds: a page comes with the exact number of records that match. So does SQLite, whose FTS5 index of the labels lies in a file of its
own beside a table of the records. Both sides have two cores. Each query runs once to warm up and
then `--repeat` times, with other constants each time where it has one, so that no kept answer is measured; medians are compared.
"""

import itertools
import json
import os
import re
import shutil
import sqlite3
import statistics
import sys
import time

import duckdb

from common import API, CORES, Server, arguments, parvis, timed

HOST = "bench.localhost"
# Seconds that a measurement may be repeated for beyond the number of times that it has to be.
QUICK = 0.2
WORDS = ["eau", "bois", "pont", "rue", "parc", "gare", "halle", "stade", "quai", "digue", "ferme", "moulin"]

COLUMNS = f"""
    i AS id,
    ({WORDS!r})[CAST(1 + hash(i) % {len(WORDS)} AS BIGINT)] || ' ' || ({WORDS!r})[CAST(1 + hash(i * 3) % {len(WORDS)} AS BIGINT)]
        || ' lot' || (hash(i + 1) % 5000) || ' ' || i AS label,
    'catégorie ' || CAST(floor(50 * pow((hash(i + 2) % 1000000) / 1000000.0, 2)) AS INTEGER) AS category,
    'commune ' || CAST(floor(35000 * pow((hash(i + 3) % 1000000) / 1000000.0, 2)) AS INTEGER) AS commune,
    DATE '2000-01-01' + CAST(hash(i + 4) % 9500 AS INTEGER) AS day,
    strftime(TIMESTAMP '2020-01-01' + INTERVAL 1 SECOND * CAST(hash(i + 5) % 180000000 AS BIGINT), '%Y-%m-%dT%H:%M:%SZ') AS updated_at,
    round((hash(i + 6) % 100000000) / 97.0, 2) AS amount,
    CAST(hash(i + 7) % 1000 AS BIGINT) AS qty,
    CASE WHEN hash(i + 8) % 2 = 0 THEN 'true' ELSE 'false' END AS flag,
    round(41 + (hash(i + 9) % 1000000) / 100000.0, 6) || ', ' || round(-5 + (hash(i + 10) % 1400000) / 100000.0, 6) AS place,
    CASE WHEN hash(i + 11) % 10 < 4 THEN 'note ' || (hash(i + 12) % 2000) END AS note,
    CAST(hash(i + 13) % 100 AS BIGINT) AS departement
"""


def make_files(folder, rows):
    """The CSV that Parvis imports, and DuckDB's own file and Parquet of the same records."""
    csv, own, parquet = (folder / f"queries-{rows}.{ending}" for ending in ("csv", "duckdb", "parquet"))
    if csv.exists() and own.exists() and parquet.exists():
        return csv, own, parquet
    for path in (csv, own, parquet):
        path.unlink(missing_ok=True)
    connection = duckdb.connect(str(own), config={"threads": 2})
    connection.execute(f"CREATE TABLE raw AS SELECT {COLUMNS} FROM range({rows}) t(i)")
    connection.execute(f"COPY raw TO '{csv}' (HEADER, DELIMITER ',')")
    connection.execute("""
        CREATE TABLE t AS SELECT * EXCLUDE (place, flag, updated_at), flag = 'true' AS flag,
            CAST(updated_at AS TIMESTAMP) AS updated_at,
            CAST(split_part(place, ', ', 1) AS DOUBLE) AS lat, CAST(split_part(place, ', ', 2) AS DOUBLE) AS lon FROM raw""")
    connection.execute("DROP TABLE raw")
    connection.execute(f"COPY t TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)")
    connection.execute("CHECKPOINT")
    connection.close()
    return csv, own, parquet


def make_sqlite(folder, rows, own):
    """A file of SQLite with the same records and a full-text index of the labels, whole and merged."""
    path = folder / f"queries-{rows}.sqlite"
    if path.exists():
        return path
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    records = duckdb.connect(str(own), read_only=True, config={"threads": 2}).execute("SELECT * REPLACE (day::VARCHAR AS day, updated_at::VARCHAR AS updated_at) FROM t")
    names = [column[0] for column in records.description]
    connection = sqlite3.connect(partial)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute(f"CREATE TABLE t ({', '.join('id INTEGER PRIMARY KEY' if name == 'id' else name for name in names)})")
    while batch := records.fetchmany(100_000):
        connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(names))})", batch)
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(label, content='t', content_rowid='id', tokenize='unicode61 remove_diacritics 2')")
    for command in ("rebuild", "optimize"):
        connection.execute("INSERT INTO words(words) VALUES (?)", [command])
    connection.commit()
    connection.close()
    partial.rename(path)
    return path


class Bench(Server):
    """Parvis with the records."""

    def __init__(self, binary, data, csv, *options):
        if not (data / "ready").exists():
            shutil.rmtree(data, ignore_errors=True)
            parvis(binary, data, "portal", "add", "bench", "--host", HOST)
            parvis(binary, data, "import", "--portal", "bench", "--id", "bench", csv)
            (data / "ready").touch()
        super().__init__(binary, data, *options)
        self.version = json.loads(self.ask("versions"))["results"][0]["version"]

    def ask(self, path, **params):
        """The answer to a request about the dataset, in JSON."""
        return self.get(HOST, f"{API}/bench/{path}", **params)


def page(where=None, order=None):
    """The page of twenty and the count that the API answers with, for DuckDB; `where` may hold the placeholder {}."""
    condition = f" WHERE {where}" if where else ""
    ordering = f" ORDER BY {order}" if order else ""
    return [f"SELECT count(*) FROM t{condition}", f"SELECT * FROM t{condition}{ordering} LIMIT 20"]


def facet(field, where=None):
    condition = f" WHERE {where}" if where else ""
    return [f"SELECT {field}, count(*) AS n FROM t{condition} GROUP BY 1 ORDER BY n DESC, 1 LIMIT 100"]


def group(key, measures, where=None):
    return [f"SELECT {key}, {measures} FROM t GROUP BY 1 ORDER BY 1"]


RADIUS = "6371008.8 * 2 * asin(sqrt(pow(sin(radians(lat - {0}) / 2), 2) + cos(radians(lat)) * cos(radians({0})) * pow(sin(radians(lon - {1}) / 2), 2)))"


def queries(rows):
    """What is measured: name, goal, the request, DuckDB's statements, and the constants that take turns."""
    offsets = [[n] for n in range(1_000, 9_900, 7)]
    halves = [[490 + n] for n in range(40)]
    categories = [[n] for n in range(5, 45)]
    communes = [[n] for n in range(100, 4_000, 97)]
    # Another name for a result, so that a kept answer does not fit.
    names = [[n] for n in range(1_000)]
    boxes = [[44 + n / 50, -1 + n / 50, 46 + n / 50, 2 + n / 50] for n in range(40)]
    other_boxes = [[south + 0.003, west, north, east] for south, west, north, east in boxes]
    circles = [[44 + n / 20, n / 20] for n in range(40)]
    other_circles = [[lat + 0.003, lon] for lat, lon in circles]
    anywhere = [[(n * 7_919_317) % (rows - 100)] for n in range(1, 1_000)]
    box = "lat BETWEEN {0} AND {2} AND lon BETWEEN {1} AND {3}"
    return [
        ("facet of 50 values", 1 / 3, ("facets", {"facet": "category"}), facet("category"), [[]]),
        ("facet of 35,000 values", 1 / 15, ("facets", {"facet": "commune"}), facet("commune"), [[]]),
        ("facet of 50, half of the records", 1 / 2, ("facets", {"facet": "category", "where": "qty > {0}"}), facet("category", "qty > {0}"), halves),
        ("facet of 35,000, half of the records", 1 / 6, ("facets", {"facet": "commune", "where": "qty > {0}"}), facet("commune", "qty > {0}"), halves),
        ("sum and average by category", 1.0, ("records", {"select": "sum(amount) as s{0}, avg(qty)", "group_by": "category", "limit": 100}), group("category", "sum(amount), avg(qty)"), names),
        ("sum and average by month", 1.0, ("records", {"select": "sum(amount) as s{0}, avg(qty)", "group_by": "range(day, 1 month)", "limit": 1000}), group("date_trunc('month', day)", "sum(amount), avg(qty)"), names),
        ("category, by date, first 20", 1 / 4, ("records", {"where": "category = 'catégorie {0}'", "order_by": "day desc", "limit": 20}), page("category = 'catégorie {0}'", "day DESC"), categories),
        ("commune, by date, first 20", 1 / 4, ("records", {"where": "commune = 'commune {0}'", "order_by": "day desc", "limit": 20}), page("commune = 'commune {0}'", "day DESC"), communes),
        ("box: count", 1 / 2, ("records", {"where": "in_bbox(place, {0}, {1}, {2}, {3})", "select": "count(*)", "limit": 1}), [f"SELECT count(*) FROM t WHERE {box}"], boxes),
        ("box: first page", 1 / 4, ("records", {"where": "in_bbox(place, {0}, {1}, {2}, {3})", "limit": 20}), page(box), other_boxes),
        ("radius: count", 1 / 2, ("records", {"where": "within_distance(place, geom'POINT({1} {0})', 30km)", "select": "count(*)", "limit": 1}), [f"SELECT count(*) FROM t WHERE {RADIUS} <= 30000"], circles),
        ("radius: first page", 1 / 4, ("records", {"where": "within_distance(place, geom'POINT({1} {0})', 30km)", "limit": 20}), page(f"{RADIUS} <= 30000"), other_circles),
        ("a page at an offset", 0.1, ("records", {"limit": 20, "offset": "{0}"}), ["SELECT * FROM t LIMIT 20 OFFSET {0}"], offsets),
        ("a page after any record", 0.1, ("records", {"limit": 20, "after": "{version}-{0}"}), ["SELECT * FROM t LIMIT 20 OFFSET {0}"], anywhere),
        ("a page after any record, by date", 0.1, ("records", {"limit": 20, "after": "{version}-{0}", "order_by": "day"}), ["SELECT * FROM t WHERE (day, id) > (SELECT (day, id) FROM t WHERE id = {0}) ORDER BY day, id LIMIT 20"], anywhere),
    ]


def full_text():
    """As [`queries`], against SQLite: common words, rare words and pairs of words take turns; no constant comes twice."""
    pairs = [f"{one} {other}" for one, other in zip(WORDS, WORDS[3:] + WORDS[:3])]
    kinds = [WORDS, [f"lot{n}" for n in range(100, 5_000, 97)], pairs]
    mixed = [[text] for texts in zip(*kinds) for text in texts]
    for_count, for_page = mixed[:len(mixed) // 2], mixed[len(mixed) // 2:]
    count = "SELECT count(*) FROM words WHERE words MATCH '{0}'"
    first = "SELECT t.* FROM words JOIN t ON t.id = words.rowid WHERE words MATCH '{0}' ORDER BY words.rowid LIMIT 20"
    where = "label like '{0}'"
    return [
        ("words: first page", 1 / 2, ("records", {"where": where, "limit": 20}), [count, first], for_page),
        ("words: count", 1 / 10, ("records", {"where": where, "select": "count(*)", "limit": 1}), [count], for_count),
    ]


def median_of(constants, repeat, work):
    """The median time of `work`, with other constants each time: of `repeat` times, and of more as long as they are quick and constants
    are left. The first of them find the processor's caches full of what the other side did."""
    turns = itertools.cycle(constants)
    work(next(turns))
    times = []
    while len(times) < repeat or (len(times) + 1 < len(constants) and sum(times) < QUICK):
        times.append(timed(lambda: work(next(turns))))
    return statistics.median(times)


def warm(server, data):
    """Asks for a page that is not the first until its columns are at hand: a page then takes no longer than the file is read in.

    The files are read once, so that they are in the system's memory, as those of the other side are after the first queries.
    """
    for path in data.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                while file.read(1 << 24):
                    pass
    server.ask("records", limit=20, offset=9_000)
    slow, start = True, time.perf_counter()
    for turn in itertools.count(1):
        slow = timed(lambda: server.ask("records", limit=20, offset=5_000 + turn % 4_000)) > 0.001
        if not slow or time.perf_counter() - start > 120:
            break
    # Words are found in the index once it is made, which begins when somebody first asks.
    for turn in itertools.count(1):
        slow = timed(lambda: server.ask("records", where=f"label like 'warm{turn}'", limit=1)) > 0.005
        if not slow or time.perf_counter() - start > 300:
            break
    server.settle()


def measure(server, peers, asked, repeat, only):
    results = []
    for name, goal, (path, params), statements, constants in asked:
        if only and not re.search(only, name):
            continue
        fill = lambda text, values: str(text).format(*values, version=server.version)
        ours = median_of(constants, repeat, lambda values: server.ask(path, **{key: fill(value, values) for key, value in params.items()}))
        theirs = min(
            median_of(constants, repeat, lambda values: [peer.execute(fill(statement, values)).fetchall() for statement in statements])
            for peer in peers
        )
        results.append((name, ours, theirs, goal))
        print(f"{name}: {ours * 1e3:.2f} ms, the other {theirs * 1e3:.2f} ms", file=sys.stderr, flush=True)
    return results


def main():
    parser = arguments(__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeat", type=int, default=15)
    parser.add_argument("--column-memory", default="1024", help="MiB of columns that the server keeps in memory")
    parser.add_argument("--only", help="a regular expression that names of measurements have to match")
    args = parser.parse_args()
    os.sched_setaffinity(0, {int(core) for core in CORES.split(",")})
    csv, own, parquet = make_files(args.folder, args.rows)
    sqlite = make_sqlite(args.folder, args.rows, own)
    data = args.folder / f"queries-data-{args.rows}"
    server = Bench(args.binary, data, csv, "--column-memory", args.column_memory)
    try:
        on_file = duckdb.connect(str(own), read_only=True, config={"threads": 2})
        on_parquet = duckdb.connect(config={"threads": 2})
        on_parquet.execute(f"CREATE VIEW t AS SELECT * FROM read_parquet('{parquet}')")
        total = json.loads(server.ask("records", limit=0))["total_count"]
        if total != args.rows:
            sys.exit(f"{total} records were imported")
        warm(server, data)
        indexed = sqlite3.connect(f"file:{sqlite}?mode=ro", uri=True)
        indexed.execute("PRAGMA mmap_size = 4294967296")
        results = measure(server, [on_file, on_parquet], queries(args.rows), args.repeat, args.only)
        results += measure(server, [indexed], full_text(), args.repeat, args.only)
        memory = server.memory()
    finally:
        server.stop()
    print(f"\n{args.rows:,} records, twelve columns, two cores, DuckDB {duckdb.__version__}, SQLite {sqlite3.sqlite_version}, medians of {args.repeat} or more, over HTTP\n")
    print("| work | Parvis, ms | DuckDB or SQLite, ms | ratio | wanted | |")
    print("|---|---|---|---|---|---|")
    good = True
    for name, ours, theirs, goal in results:
        met = ours / theirs <= goal
        good &= met
        print(f"| {name} | {ours * 1e3:.2f} | {theirs * 1e3:.2f} | {ours / theirs:.3f} | ≤ {goal:.3f} | {'met' if met else 'MISSED'} |")
    print(f"\nmemory at the end: {memory / 2**20:,.0f} MiB")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
