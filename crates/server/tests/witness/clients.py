"""Asks a running server the way docs/guide/api.md does, with the libraries of others."""

import io
import os
import sys

import pandas as pd
import polars as pl
import psycopg
import pyarrow.parquet as pq
import requests
import sqlalchemy

base = os.environ["ENTANGLE_URL"] + "/api/v1"
key = os.environ["ENTANGLE_KEY"]
port = int(os.environ["ENTANGLE_PG_PORT"])
api = requests.Session()
api.headers["Authorization"] = "Bearer " + key


def rows(path, **parameters):
    parameters["limit"] = 1000
    while True:
        page = api.get(f"{base}/{path}", params=parameters)
        page.raise_for_status()
        page = page.json()
        yield from page["data"]
        if page["next_cursor"] is None:
            return
        parameters["cursor"] = page["next_cursor"]


def sql(query, media_type):
    answer = api.post(f"{base}/sql", json={"query": query}, headers={"Accept": media_type})
    answer.raise_for_status()
    return answer.content


failures = []


def check(name, left, right):
    print(f"{name}: {left!r}")
    if left != right:
        failures.append(f"{name}: {left!r} and {right!r}")


count = api.post(f"{base}/sql", json={"query": "SELECT count(*) AS n FROM posts"}).json()["data"][0]["n"]
check("posts, page by page", len(list(rows("posts"))), count)

query = "SELECT date_trunc('month', posted_at) AS month, count(*) AS post_count FROM posts GROUP BY month ORDER BY month"
parquet = pq.read_table(io.BytesIO(sql(query, "application/vnd.apache.parquet"))).to_pandas()
arrow = pl.read_ipc_stream(io.BytesIO(sql(query, "application/vnd.apache.arrow.stream")))
csv = pd.read_csv(io.BytesIO(sql(query, "text/csv")))
lines = pd.read_json(io.BytesIO(sql(query, "application/x-ndjson")), lines=True)
check("pandas from Parquet", int(parquet["post_count"].sum()), count)
check("Polars from Arrow", int(arrow["post_count"].sum()), count)
check("pandas from CSV", int(csv["post_count"].sum()), count)
check("pandas from JSON lines", int(lines["post_count"].sum()), count)

with psycopg.connect(host="127.0.0.1", port=port, user="me", dbname="datafusion", password=key) as connection:
    found = connection.execute("SELECT count(*) FROM posts").fetchone()[0]
    check("psycopg", found, count)
    kinds = connection.execute("SELECT kind, count(*) FROM posts GROUP BY kind").fetchall()
    for kind, expected in kinds:
        found = connection.execute("SELECT count(*) FROM posts WHERE kind = %s", [kind]).fetchone()[0]
        check(f"psycopg with a parameter, {kind}", found, expected)
    first = connection.execute("SELECT min(posted_at) FROM posts").fetchone()[0]
    check("psycopg, an instant", first.tzinfo is not None, True)

url = sqlalchemy.URL.create("postgresql+psycopg", "me", key, "127.0.0.1", port, "datafusion")
engine = sqlalchemy.create_engine(url)
frame = pd.read_sql("SELECT source, count(*) AS n FROM posts GROUP BY source", engine)
check("pandas over SQLAlchemy", int(frame["n"].sum()), count)

if failures:
    sys.exit("\n".join(failures))
