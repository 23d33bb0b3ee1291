"""Write the data files: CSV in several dialects, JSON, JSON lines and GeoJSON."""

import csv
import io
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def decimal_comma(value):
    return str(value).replace(".", ",") if isinstance(value, float) else value


def _bytes(path: str, content: bytes) -> str:
    target = ROOT / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return path


def csv_file(path, columns, rows, delimiter=",", encoding="utf-8", newline="\n", comma=False):
    """Rows are dictionaries; None becomes an empty cell. `comma` writes 1.5 as 1,5."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=newline)
    writer.writerow(columns)
    for row in rows:
        cells = [row.get(column) for column in columns]
        if comma:
            cells = [decimal_comma(cell) for cell in cells]
        writer.writerow(["" if cell is None else cell for cell in cells])
    return _bytes(path, buffer.getvalue().encode(encoding))


def json_file(path, columns, rows):
    lines = [json.dumps({c: row.get(c) for c in columns}, ensure_ascii=False) for row in rows]
    return _bytes(path, ("[\n" + ",\n".join(lines) + "\n]\n").encode())


def jsonl_file(path, columns, rows):
    lines = [json.dumps({c: row.get(c) for c in columns}, ensure_ascii=False) for row in rows]
    return _bytes(path, ("\n".join(lines) + "\n").encode())


def geojson_file(path, columns, rows):
    """Each row carries its geometry under the key `geometry`."""
    lines = []
    for row in rows:
        feature = {
            "type": "Feature",
            "properties": {c: row.get(c) for c in columns},
            "geometry": row["geometry"],
        }
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    return _bytes(path, text.encode())
