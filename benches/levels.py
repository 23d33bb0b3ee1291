"""Compares builds of the program at different optimisation levels: what the demo costs in each.

    CARGO_PROFILE_DEV_OPT_LEVEL=0 CARGO_TARGET_DIR=/tmp/level0 \\
        cargo --config 'profile.dev.package."*".opt-level=0' build --workspace --bins
    python3 benches/levels.py /tmp/level0/debug/parvis target/debug/parvis target/release/parvis

Processor time is what is compared: it depends little on what else the machine does.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

PAGES = {
    "table page": "/explore/dataset/communes-de-france/table/?sort=population&page={}",
    "filtered records": "/api/explore/v2.1/catalog/datasets/communes-de-france/records?where=population%3E{}&order_by=nom",
    "CSV of 34,969 records": "/api/explore/v2.1/catalog/datasets/communes-de-france/exports/csv?_={}",
}
REPEATS = 10
TICK = 1000 / os.sysconf("SC_CLK_TCK")


def processor_ms(process):
    """Milliseconds of processor time that a process has used."""
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK


def start(binary, data):
    """Loads and serves the demo; gives the process and its port."""
    server = subprocess.Popen([binary, "demo", "--data", data, "--port", "0"], stdout=subprocess.PIPE, text=True)
    for line in server.stdout:
        found = re.match(r"ready: http://localhost:(\d+)/", line)
        if found:
            return server, int(found[1])
    sys.exit(f"{binary} did not start")


def fetch(port, path):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": f"orleans.localhost:{port}"})
    with urllib.request.urlopen(request) as answer:
        answer.read()


def measure(binary):
    """Milliseconds of processor time: loading the demo, then each page, when no answer was kept."""
    data = tempfile.mkdtemp()
    server, port = start(binary, data)
    try:
        figures = [processor_ms(server)]
        for path in PAGES.values():
            fetch(port, path.format(1))
            before = processor_ms(server)
            for number in range(REPEATS):
                fetch(port, path.format(2 + number))
            figures.append((processor_ms(server) - before) / REPEATS)
        return figures
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(data)


def main():
    print("| build | demo loaded | " + " | ".join(PAGES) + " |")
    print("|---" * (len(PAGES) + 2) + "|")
    for binary in sys.argv[1:]:
        print(f"| {binary} | " + " | ".join(f"{figure:,.0f} ms" for figure in measure(binary)) + " |", flush=True)


if __name__ == "__main__":
    main()
