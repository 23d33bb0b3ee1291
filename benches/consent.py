"""Measures how many choices a second a server on one core records, each with its proof on the disk before its answer.

The server runs on one core, the clients (wrk, 64 connections) on another; every request is a whole decision: host, forged-request
check, form, record, signature, commit, signed cookie. Afterwards the ledger must verify, and must hold a record for every
answer that set a cookie.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

WANTED = 1_000
SECONDS = 3
CONNECTIONS = 64
HOST = "bench.localhost"
PANEL = "/cookies/preferences/"

SCRIPT = """
wrk.method = "POST"
wrk.body = "csrfmiddlewaretoken={token}&action=save"
wrk.headers["Host"] = "{host}"
wrk.headers["Origin"] = "http://{host}"
wrk.headers["Cookie"] = "csrftoken={cookie}"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
"""


def parvis(binary, data, *args):
    command = [str(binary), *args, "--data", str(data)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def open_panel(port):
    """The cookie and the token that a browser gets with the form."""
    command = ["curl", "-s", "-i", "-H", f"Host: {HOST}", f"http://127.0.0.1:{port}{PANEL}"]
    page = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    cookie = re.search(r"csrftoken=([^;]+)", page)[1]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    return cookie, token


def press(port, script):
    """Answers a second, and how many there were."""
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}", "-s", str(script)]
    report = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{PANEL}"], check=True, capture_output=True, text=True
    ).stdout
    if "Non-2xx" in report or "Socket errors" in report:
        sys.exit(f"not every choice was taken:\n{report}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", report)[1]), int(re.search(r"(\d+) requests in", report)[1])


def measure(binary, runs):
    """Choices a second of each run."""
    with tempfile.TemporaryDirectory(prefix="parvis-bench-", dir=".") as folder:
        data = Path(folder) / "var"
        parvis(binary, data, "portal", "add", "bench", "--host", HOST)
        rates = []
        answered = 0
        for _ in range(runs):
            # A new process has its whole allowance against floods.
            command = ["taskset", "-c", "0", str(binary), "serve", "--plain-http", "--port", "0", "--data", str(data)]
            server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            try:
                ready = next((line for line in server.stdout if line.startswith("ready: ")), None)
                if ready is None:
                    sys.exit("the server did not start")
                port = int(re.search(r":(\d+)/", ready)[1])
                cookie, token = open_panel(port)
                script = Path(folder) / "choose.lua"
                script.write_text(SCRIPT.format(token=token, cookie=cookie, host=HOST))
                rate, count = press(port, script)
            finally:
                server.kill()
                server.wait()
            rates.append(rate)
            answered += count
        report = json.loads(parvis(binary, data, "consent", "verify", "--portal", "bench", "--json"))
        if report["faults"] or report["records"] < answered:
            sys.exit(f"{answered} choices were acknowledged, but the ledger says {report}")
        return rates, report["records"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=lambda path: Path(path).resolve(), required=True)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    rates, records = measure(args.binary, args.runs)
    print(f"choices recorded a second, one core: {', '.join(f'{rate:,.0f}' for rate in rates)}; {records:,} records verify")
    sys.exit(0 if min(rates) >= WANTED else 1)


if __name__ == "__main__":
    main()
