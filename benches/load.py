"""Measures the server under load, over loopback: a thousand clients at once, a portal beside another that asks for too much, slow
readers, a publish in the middle, and clients that leave.

Two portals hold the same million made-up records (ROWS of queries.py). Every scenario has a fixed number of clients and seconds. The
clients run in this process, on the same two cores, so that rates are those of both together. Nothing is wanted of times, but of
ratios, counts and memory.
"""

import asyncio
import collections
import contextlib
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse

from common import API, CORES, Goals, Peak, Server, arguments, mib, parvis, quantile
from queries import make_files

HOSTS = {"ville": "ville.localhost", "region": "region.localhost"}
# Beside another portal each would have half of the machine at best.
FAIR = 4.0
# What a reader that takes nothing may hold, and how many are served at a time unless the server is told otherwise.
READER = 12 << 20
EXPORTS = 64
# Seconds in which an export of a portal begins while another's readers take all places.
BEGINS = 0.5
STOPS = 0.1
# Processor time that a server with nothing to do takes in a second, at most.
IDLE = 0.01


class Client:
    """One connection, and what was measured on it."""

    def __init__(self, server, host, seen):
        self.server, self.host, self.seen = server, host, seen
        self.reader = self.writer = None

    async def get(self, kind, path, **params):
        """Asks once; the answer is read whole. Returns its status."""
        start = time.perf_counter()
        try:
            if self.writer is None:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.server.port)
            target = f"{path}?{urllib.parse.urlencode(params)}"
            self.writer.write(f"GET {target} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode())
            head = await self.reader.readuntil(b"\r\n\r\n")
            status, body = int(head.split()[1]), await self.body(head.lower())
        except (OSError, asyncio.IncompleteReadError) as error:
            self.close()
            status, body = type(error).__name__, b""
        if status == 200:
            self.seen.times[kind].append(time.perf_counter() - start)
        else:
            code = json.loads(body).get("error_code", "?") if body.startswith(b"{") else ""
            self.seen.errors[f"{status} {code}".strip()] += 1
        return status

    async def body(self, head):
        if b"transfer-encoding: chunked" not in head:
            length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            return await self.reader.readexactly(length)
        parts = []
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            parts.append(await self.reader.readexactly(size + 2))
        await self.reader.readexactly(2)
        return b"".join(parts)

    def close(self):
        if self.writer is not None:
            self.writer.close()
            self.writer = None


class Seen:
    """What clients saw."""

    def __init__(self):
        self.times = collections.defaultdict(list)
        self.errors = collections.Counter()

    def all(self):
        return [seconds for times in self.times.values() for seconds in times]


PAGE, FACET, FILTER, EXPORT, HEAVY = "page", "facets", "filter", "export", "heavy"
MIX = [PAGE] * 12 + [FACET] * 3 + [FILTER] * 4 + [EXPORT]


async def ask(client, kind, draw):
    """One request of a kind, with constants that nobody has asked for before, as a rule."""
    base = f"{API}/bench"
    number = draw.randrange(1_000_000)
    if kind == PAGE:
        await client.get(kind, f"{base}/records", limit=20, offset=number % 9_900)
    elif kind == FACET:
        await client.get(kind, f"{base}/facets", facet="category", where=f"qty > {number % 1_000} and departement = {number % 100}")
    elif kind == FILTER:
        await client.get(kind, f"{base}/records", limit=20, where=f"commune = 'commune {number % 35_000}'", order_by="day desc")
    elif kind == EXPORT:
        await client.get(kind, f"{base}/exports/csv", limit=2_000, where=f"qty > {number % 1_000}")
    else:
        await client.get(kind, f"{base}/records", limit=20, where=f"amount > {number}", select=f"sum(amount) as s{number}, avg(qty)", group_by="commune")


async def press(server, groups, seconds):
    """Runs clients for so many seconds: `groups` are the portal, the number of clients, the kinds that they draw from, and what
    they saw."""
    until = time.perf_counter() + seconds

    async def run(number, portal, kinds, seen):
        client, draw = Client(server, HOSTS[portal], seen), random.Random(number)
        # Not all in the same instant: the system would drop connections.
        await asyncio.sleep(number / 2_000)
        while time.perf_counter() < until:
            await ask(client, draw.choice(kinds), draw)
        client.close()

    await asyncio.gather(*(run(number, portal, kinds, seen) for portal, count, kinds, seen in groups for number in range(count)))


def documented(errors):
    """Those that the documentation promises not to give."""
    return {error: count for error, count in errors.items() if error not in ("503 ServiceUnavailable", "400 QueryBudgetExceeded")}


def thousand(server, goals, seconds):
    seen = Seen()
    with Peak(server) as peak:
        start = time.perf_counter()
        asyncio.run(press(server, [("ville", 500, MIX, seen), ("region", 500, MIX, seen)], seconds))
        took = time.perf_counter() - start
    times = seen.all()
    goals.add("1,000 clients on two portals: requests/s", f"{len(times) / took:,.0f}")
    for kind in (PAGE, FACET, FILTER, EXPORT):
        spread = ", ".join(f"{quantile(seen.times[kind], part) * 1e3:,.0f}" for part in (0.5, 0.99))
        goals.add(f"1,000 clients: {kind}, p50 and p99, ms", spread)
    told = ", ".join(f"{error}: {count:,}" for error, count in seen.errors.items()) or "none"
    goals.add("1,000 clients: errors", told, "documented ones only", not documented(seen.errors))
    goals.add("1,000 clients: peak memory", mib(peak.most))


def neighbour(server, goals, seconds):
    alone, beside, large = Seen(), Seen(), Seen()
    asyncio.run(press(server, [("region", 4, [HEAVY], alone)], seconds))
    asyncio.run(press(server, [("ville", 500, [HEAVY], large), ("region", 4, [HEAVY], beside)], 2 * seconds))
    pairs = [(quantile(seen.times[HEAVY], 0.99), len(seen.times[HEAVY])) for seen in (alone, beside, large)]
    ratio = pairs[1][0] / pairs[0][0]
    goals.add("4 clients of heavy queries, alone: p99, ms", f"{pairs[0][0] * 1e3:,.0f}")
    goals.add("the same beside 500 of another portal: p99, ms", f"{pairs[1][0] * 1e3:,.0f} ({ratio:.1f} times)", f"≤ {FAIR:.0f} times", ratio <= FAIR)
    goals.add("the 500 meanwhile: p99, ms", f"{pairs[2][0] * 1e3:,.0f}")
    goals.add("answers to the 4 and to the 500", f"{pairs[1][1]:,} and {pairs[2][1]:,}")
    errors = beside.errors + large.errors
    told = ", ".join(f"{error}: {count:,}" for error, count in errors.items()) or "none"
    goals.add("errors meanwhile", told, "documented ones only", not documented(errors))


def asked(server, host, target, receive=None):
    """A connection on which a request was sent."""
    connection = socket.socket()
    if receive is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    connection.connect(("127.0.0.1", server.port))
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    return connection


def slow_readers(server, goals, seconds, count=1_000):
    """Of so many readers of exports, few are served at a time; the others wait, and are then refused."""
    before = server.memory()
    seen = Seen()
    with Peak(server) as peak:
        readers = [asked(server, HOSTS["ville"], f"{API}/bench/exports/jsonl", 4_096) for _ in range(count)]
        until = time.perf_counter() + seconds

        async def others():
            client, draw = Client(server, HOSTS["ville"], seen), random.Random(1)
            while time.perf_counter() < until:
                for reader in readers:
                    with contextlib.suppress(BlockingIOError):
                        reader.recv(256, socket.MSG_DONTWAIT)
                await ask(client, FILTER, draw)

        asyncio.run(others())
        busy = server.processor()
        time.sleep(1)
        busy = server.processor() - busy
        start = time.perf_counter()
        neighbour = asked(server, HOSTS["region"], f"{API}/bench/exports/jsonl")
        begun = b"200 OK" in neighbour.recv(256)
        begins = time.perf_counter() - start
    for reader in [*readers, neighbour]:
        reader.close()
    taken = max(peak.most - before, 0)
    goals.add(f"{count:,} slow readers of exports: memory of all", mib(taken), f"≤ {mib(EXPORTS * READER)}", taken <= EXPORTS * READER)
    goals.add(f"{count:,} slow readers: processor time in a second", f"{busy * 1e3:,.0f} ms")
    goals.add(f"{count:,} slow readers: filtered page of another, p99, ms", f"{quantile(seen.all(), 0.99) * 1e3:,.0f}")
    goals.add(f"{count:,} slow readers: an export of another portal begins after, ms", f"{begins * 1e3:,.0f}", f"≤ {BEGINS * 1e3:.0f}", begun and begins <= BEGINS)


def publish(server, goals, binary, data, csv):
    """The same dataset is published twice with other records while one reads it."""
    def put(rows, mark):
        part = data / "moving.csv"
        part.write_text("id,mark\n" + "".join(f"{row},{mark}\n" for row in range(rows)))
        parvis(binary, data, "import", "--portal", "ville", "--id", "moving", "--facet", "mark", part)

    host, base = HOSTS["ville"], f"{API}/moving"
    put(200_000, "old")
    # A server takes up what other processes publish within two seconds.
    while json.loads(server.get(host, f"{base}/records", limit=1))["results"][0]["mark"] != "old":
        time.sleep(0.1)
    reader = asked(server, host, f"{base}/exports/jsonl", 4_096)
    got = reader.recv(4_096)
    rows, after, pages = [], "start", 0
    while after is not None:
        answer = json.loads(server.get(host, f"{base}/records", limit=100, after=after))
        rows += answer["results"]
        after = answer["next"]
        pages += 1
        if pages == 5:
            put(1_000, "new")
            while json.loads(server.get(host, f"{base}/records", limit=1))["results"][0]["mark"] != "new":
                time.sleep(0.1)
    while part := reader.recv(1 << 20):
        got += part
    lines = got.count(b'"old"'), got.count(b'"new"')
    whole = len(rows) == 200_000 and {row["mark"] for row in rows} == {"old"} and len({row["id"] for row in rows}) == 200_000
    goals.add("a publish in the middle of pages: records of the old version", f"{len(rows):,}", "200,000", whole)
    goals.add("a publish in the middle of an export: records, old and new", f"{lines[0]:,} and {lines[1]:,}", "200,000 and 0", lines == (200_000, 0))


def leaving(server, goals, turns=5):
    """How long the processor works after the client of a query that would take minutes has left."""
    corners = ",".join(f"{number % 90} {number % 7 - 80}" for number in range(2_500))
    where = urllib.parse.quote(f"distance(place, geom'LINESTRING({corners})', 1m)")
    soon, late = 0.0, 0.0
    for _ in range(turns):
        connection = asked(server, HOSTS["ville"], f"{API}/bench/records?limit=20&where={where}")
        start = server.processor()
        while server.processor() - start < 0.5:
            time.sleep(0.01)
        connection.close()
        used = [server.processor()]
        for wait in (STOPS, 1.0):
            time.sleep(wait)
            used.append(server.processor())
        soon, late = max(soon, used[1] - used[0]), max(late, used[2] - used[1])
    goals.add("a client left a long query: processor time in the next 100 ms, worst of 5", f"{soon * 1e3:,.0f} ms")
    goals.add("the same in the second after these", f"{late * 1e3:,.0f} ms", f"≤ {IDLE * 1e3:.0f} ms", late <= IDLE)


def prepare(binary, data, csv):
    """Two portals with the same records; made once."""
    if (data / "ready").exists():
        return
    shutil.rmtree(data, ignore_errors=True)
    for portal, host in HOSTS.items():
        parvis(binary, data, "portal", "add", portal, "--host", host)
        parvis(binary, data, "import", "--portal", portal, "--id", "bench", csv)
    (data / "ready").touch()


def main():
    parser = arguments(__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=15, help="length of a scenario")
    parser.add_argument("--only", help="one of thousand, neighbour, slow, publish, leaving")
    args = parser.parse_args()
    os.sched_setaffinity(0, {int(core) for core in CORES.split(",")})
    csv, _, _ = make_files(args.folder, args.rows)
    data = args.folder / f"load-data-{args.rows}"
    prepare(args.binary, data, csv)
    goals = Goals()
    scenarios = {
        "thousand": lambda server: thousand(server, goals, args.seconds),
        "neighbour": lambda server: neighbour(server, goals, args.seconds),
        "slow": lambda server: slow_readers(server, goals, args.seconds),
        "publish": lambda server: publish(server, goals, args.binary, data, csv),
        "leaving": lambda server: leaving(server, goals),
    }
    for name, scenario in scenarios.items():
        if args.only in (None, name):
            # No answers are kept: what is measured is made each time.
            with Server(args.binary, data, "--kept-answers", 0) as server:
                for host in HOSTS.values():
                    for path, params in (("records", {"limit": 20, "offset": 9_000}), ("facets", {"where": "qty > 500"})):
                        server.get(host, f"{API}/bench/{path}", **params)
                server.settle()
                scenario(server)
    goals.show(f"{args.rows:,} records in each of two portals, two cores, clients included, {args.seconds} s for each scenario")
    sys.exit(0 if goals.good else 1)


if __name__ == "__main__":
    main()
