"""What the measurements share: running the program, serving a data folder, and the table that is printed."""

import argparse
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path

CORES = "0,1"
# Seconds after which a connection is not used again.
IDLE = 2
API = "/api/explore/v2.1/catalog/datasets"


def arguments(doc):
    """A parser with what every measurement takes."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=lambda path: Path(path).resolve(), required=True)
    parser.add_argument("--folder", type=lambda path: Path(path).resolve(), required=True)
    return parser


def parvis(binary, data, *args):
    """What a command of the program prints."""
    command = [str(binary), *map(str, args), "--data", str(data)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


class Connection:
    """A connection that says no more than it has to: the standard library's takes 0.2 ms for each request, which is no work of the server."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def get(self, host, target):
        """The status and the body of an answer, which is whole or in chunks."""
        self.socket.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        status, length = int(self.file.readline().split()[1]), None
        while (line := self.file.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if name == b"content-length":
                length = int(value)
        if length is None:
            return status, b"" if status == 204 else b"".join(self.chunks())
        return status, self.file.read(length)

    def chunks(self):
        while True:
            size = int(self.file.readline(), 16)
            yield self.file.read(size)
            self.file.readline()
            if size == 0:
                break

    def close(self):
        self.file.close()
        self.socket.close()


class Server:
    """`parvis serve`, or another command that serves, on two cores and a free port."""

    def __init__(self, binary, data, *options, command="serve"):
        run = ["taskset", "-c", CORES, str(binary), command, "--data", str(data), "--port", "0", *map(str, options)]
        self.process = subprocess.Popen(run, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            found = re.match(r"ready: http://localhost:(\d+)/", line)
            if found:
                self.port = int(found[1])
                break
        else:
            sys.exit("the server did not start")
        self.connection = Connection(self.port)
        self.asked = time.monotonic()

    def get(self, host, path, **params):
        """The body of the answer to a request, which has to be a success."""
        query = urllib.parse.urlencode(params, doseq=True)
        if time.monotonic() - self.asked > IDLE:
            # The server closes connections that say nothing.
            self.connection.close()
            self.connection = Connection(self.port)
        status, body = self.connection.get(host, f"{path}?{query}")
        self.asked = time.monotonic()
        if status != 200:
            sys.exit(f"{path}?{query}: {status} {body[:500]!r}")
        return body

    def memory(self):
        """Bytes of memory of the process that are not files."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"RssAnon:\s+(\d+)", status)[1]) * 1024

    def processor(self):
        """Seconds of processor time that the process has used."""
        nanoseconds = 0
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                nanoseconds += int((task / "schedstat").read_text().split()[0])
            except FileNotFoundError:
                continue
        return nanoseconds / 1e9

    def settle(self):
        """Waits until the process has nothing to do, such as columns to make ready."""
        for _ in range(120):
            before = self.processor()
            time.sleep(0.5)
            if self.processor() - before < 0.01:
                return
        sys.exit("the server does not come to rest")

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def requests_per_second(port, host, path, connections, seconds=5):
    """What wrk counts in so many seconds, after a second of warming up. Every answer has to be a success."""
    url = f"http://127.0.0.1:{port}{path}"
    command = ["wrk", "-t1", f"-c{connections}", "-H", f"Host: {host}"]
    subprocess.run([*command, "-d1", url], check=True, capture_output=True)
    report = subprocess.run([*command, f"-d{seconds}", url], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in report:
        sys.exit(f"{path} does not answer with success:\n{report}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", report)[1])


class Peak:
    """The most memory that a server has while this is entered, in bytes."""

    def __init__(self, server):
        self.server = server
        self.most = server.memory()

    def __enter__(self):
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def watch(self):
        while not self.over.wait(0.05):
            self.most = max(self.most, self.server.memory())

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def quantile(values, part):
    """The value that `part` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def mib(size):
    return f"{size / 2**20:,.0f} MiB"


class Goals:
    """The lines of a table of figures with what is wanted of them."""

    def __init__(self):
        self.lines = []
        self.good = True

    def add(self, what, figure, wanted=None, met=None):
        """`met` is None for a figure of which nothing is wanted."""
        self.good &= met is not False
        self.lines.append((what, figure, wanted or "", "" if met is None else "met" if met else "not yet"))
        print(f"{what}: {figure}", file=sys.stderr, flush=True)

    def show(self, title):
        print(f"\n{title}\n\n| what | measured | wanted | |\n|---|---|---|---|")
        for line in self.lines:
            print("| " + " | ".join(line) + " |")
