#!/usr/bin/env bash
# Measures imports against DuckDB on this machine: a CSV of ROWS records (10,000,000) and twelve columns becomes a published
# version, DuckDB makes a Parquet file of the same CSV, both with two threads, in turn, ROUNDS times (3). Prints a table of ratios.
# The CSV, DuckDB and the results stay in ${XDG_CACHE_HOME:-~/.cache}/parvis-bench (about 4 GB while it runs).
set -euo pipefail
cd "$(dirname "$0")/.."

duckdb_version=2.0.0
rows=${ROWS:-10000000}
rounds=${ROUNDS:-3}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/parvis-bench
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$cache"

# The whole workspace, so that features are those of the server.
cargo build --release --workspace --bins --locked
bench=$target/release/parvis-bench

venv=$cache/venv-duckdb-$duckdb_version
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import duckdb' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "duckdb==$duckdb_version"
fi

csv=$cache/bench-v2-$rows.csv
if [ ! -f "$csv" ]; then
    "$bench" generate "$csv.part" "$rows" >/dev/null
    mv "$csv.part" "$csv"
fi

exec "$venv/bin/python" benches/ingest.py --bench "$bench" --csv "$csv" --work "$cache" --rounds "$rounds"
