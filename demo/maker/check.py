"""Read every file back and compare it with the manifest."""

import csv
import io
import json
import re

LIMIT = 12 * 1024 * 1024


def records(path):
    """Return the column names and the rows of a data file, whatever its format."""
    data = path.read_bytes()
    if path.suffix == ".csv":
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1252")
        head = text.split("\n", 1)[0]
        delimiter = ";" if head.count(";") > head.count(",") else ","
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        columns = rows[0]
        wrong = [i for i, row in enumerate(rows) if len(row) != len(columns)]
        assert not wrong, f"{path}: lines {wrong[:3]} do not have {len(columns)} cells"
        return columns, [dict(zip(columns, row)) for row in rows[1:]]
    if path.suffix == ".jsonl":
        rows = [json.loads(line) for line in data.decode().splitlines()]
    else:
        rows = json.loads(data)
    if path.suffix == ".geojson":
        assert all(f["geometry"]["coordinates"] for f in rows["features"])
        rows = [f["properties"] for f in rows["features"]]
    return list(rows[0]), rows


def contrast_with_white(colour):
    channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def run(root):
    manifest = json.loads((root / "demo.json").read_text())
    seen, accents = set(), set()
    for portal in manifest["portals"]:
        assert (root / portal["logo"]).is_file(), portal["logo"]
        assert contrast_with_white(portal["accent"]) >= 4.5, portal["accent"]
        accents.add(portal["accent"])
        ids = [d["id"] for d in portal["datasets"]]
        assert len(ids) == len(set(ids)), f"{portal['id']}: a dataset id comes twice"
        assert any(d["records"] > 30_000 for d in portal["datasets"]), portal["id"]
        for dataset in portal["datasets"]:
            where = f"{portal['id']}/{dataset['id']}"
            assert re.fullmatch(r"[a-z0-9-]+", dataset["id"]), where
            path = root / dataset["file"]
            seen.add(path)
            columns, rows = records(path)
            assert len(rows) == dataset["records"], f"{where}: {len(rows)} rows, not {dataset['records']}"
            assert columns == [f["name"] for f in dataset["fields"]], f"{where}: columns differ"
            for language in portal["languages"]:
                assert dataset["title"].get(language) and dataset["description"].get(language), f"{where}: {language}"
            if "point" in dataset:
                assert {dataset["point"]["lat"], dataset["point"]["lon"]} <= set(columns), where
            for field in dataset["fields"]:
                if field.get("id"):
                    values = [row[field["name"]] for row in rows]
                    assert len(values) == len(set(values)), f"{where}: {field['name']} is not unique"
            print(f"{where:52} {len(rows):>7} {path.stat().st_size:>9}")
    assert len(accents) == len(manifest["portals"])
    stray = {p for p in (root / "data").rglob("*") if p.is_file()} - seen
    assert not stray, f"not in the manifest: {sorted(stray)}"
    total = sum(p.stat().st_size for p in root.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    print(f"{len(seen)} data files, {total} bytes in all")
    assert total <= LIMIT
    return 0
