"""Measures the first page of a table of twenty thousand records against Datasette, which serves a SQLite table as JSON: requests a second that
wrk counts with 64 connections, on the same machine, one after the other. Datasette does not suggest facets here, which would be most of its work.
"""

import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import duckdb

from common import API, CORES, Goals, Server, arguments, parvis, requests_per_second
from queries import COLUMNS

HOST = "reading.localhost"
ROWS = 20_000
WANTED = 100
CONNECTIONS = 64


def prepare(args, data):
    """The same records published here and in a SQLite file; made once."""
    table = data / "bench.db"
    if (data / "ready").exists():
        return table
    shutil.rmtree(data, ignore_errors=True)
    parvis(args.binary, data, "portal", "add", "reading", "--host", HOST)
    csv = data / "bench.csv"
    duckdb.execute(f"COPY (SELECT {COLUMNS} FROM range({ROWS}) t(i)) TO '{csv}' (HEADER, DELIMITER ',')")
    parvis(args.binary, data, "import", "--portal", "reading", "--id", "bench", csv)
    rows = duckdb.execute(f"SELECT * FROM read_csv('{csv}', all_varchar=true)")
    names = [column[0] for column in rows.description]
    store = sqlite3.connect(table)
    store.execute(f"CREATE TABLE bench ({', '.join(names)})")
    store.executemany(f"INSERT INTO bench VALUES ({', '.join('?' * len(names))})", rows.fetchall())
    store.commit()
    store.close()
    (data / "ready").touch()
    return table


class Datasette:
    """The other server, on the same cores."""

    def __init__(self, table):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        program = Path(sys.executable).parent / "datasette"
        command = ["taskset", "-c", CORES, str(program), "serve", "--immutable", str(table), "--setting", "suggest_facets", "off", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        sys.exit("datasette did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def main():
    parser = arguments(__doc__)
    args = parser.parse_args()
    data = args.folder / "datasette-data"
    table = prepare(args, data)
    with Datasette(table) as other:
        theirs = requests_per_second(other.port, "127.0.0.1", "/bench/bench.json?_shape=objects&_size=10", CONNECTIONS, seconds=15)
        if not theirs:
            sys.exit("datasette answers nothing")
    goals = Goals()
    rates = []
    for kept in (128, 0):
        with Server(args.binary, data, "--kept-answers", kept) as server:
            rates.append(requests_per_second(server.port, HOST, f"{API}/bench/records?limit=10", CONNECTIONS))
    goals.add("Datasette: requests/s", f"{theirs:,.0f}")
    goals.add("Parvis: requests/s", f"{rates[0]:,.0f} ({rates[0] / theirs:,.0f} times)", f"≥ {WANTED} times", rates[0] >= WANTED * theirs)
    goals.add("Parvis without kept answers: requests/s", f"{rates[1]:,.0f} ({rates[1] / theirs:,.0f} times)")
    goals.show(f"First page of {ROWS:,} records, ten of them, two cores, {CONNECTIONS} connections of wrk beside")
    sys.exit(0 if goals.good else 1)


if __name__ == "__main__":
    main()
