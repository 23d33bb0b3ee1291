"""Answers SQL with DuckDB: `answers.py data.parquet queries.jsonl answers.jsonl`, one JSON list of rows a line.

Days are texts, as the test writes its own; times are asked for as milliseconds since 1970.
"""

import datetime
import json
import sys

import duckdb


def plain(value):
    return value.isoformat() if isinstance(value, datetime.date) else value


def main(data, queries, answers):
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"""
        CREATE TABLE t AS SELECT *,
            place.lon AS lon, place.lat AS lat,
            string_split(coalesce(lower(label), ''), ' ') AS label_words,
            string_split(lower(concat_ws(' ', cat, commune, label, array_to_string(tags, ' '))), ' ') AS words
        FROM read_parquet('{data}')""")
    with open(queries) as lines, open(answers, "w") as out:
        for line in lines:
            sql = json.loads(line)
            try:
                rows = connection.execute(sql).fetchall()
            except duckdb.Error as error:
                sys.exit(f"{sql}\n{error}")
            out.write(json.dumps([[plain(value) for value in row] for row in rows]) + "\n")


main(*sys.argv[1:])
