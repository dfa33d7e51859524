#!/usr/bin/env python3
"""Load on a running server: so many requests a second over so many connections, open loop.

    ENTANGLE_URL=http://127.0.0.1:8717 ENTANGLE_KEY=… load.py [--rate 200] [--seconds 20] [--connections 50]

Every kind of request runs by itself, on terms that the index holds. A request has its time from the instant
at which it was due, so that a server that falls behind is not spared (no coordinated omission). Prints a row
per kind: answers, errors, p50, p99 and the largest time in milliseconds.
"""

import argparse
import http.client
import json
import os
import queue
import threading
import time
import urllib.parse


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


class Api:
    def __init__(self):
        url = urllib.parse.urlsplit(os.environ["ENTANGLE_URL"])
        self.host, self.port = url.hostname, url.port
        self.headers = {"Authorization": "Bearer " + os.environ["ENTANGLE_KEY"]}

    def connect(self):
        return http.client.HTTPConnection(self.host, self.port, timeout=60)

    def get(self, connection, path):
        connection.request("GET", path, headers=self.headers)
        reply = connection.getresponse()
        return reply.status, reply.read()

    def json(self, path):
        status, body = self.get(self.connect(), path)
        if status != 200:
            raise SystemExit(f"{path}: {status} {body[:300]}")
        return json.loads(body)


def run(api, paths, rate, seconds, connection_count):
    """Times in milliseconds and the number of errors; `paths` are taken in turn."""
    due = queue.Queue()
    start = time.monotonic() + 0.5
    count = int(rate * seconds)
    for number in range(count):
        due.put((start + number / rate, paths[number % len(paths)]))
    times, errors, lock = [], [], threading.Lock()

    def work():
        connection = api.connect()
        while True:
            try:
                at, path = due.get_nowait()
            except queue.Empty:
                return
            time.sleep(max(0.0, at - time.monotonic()))
            try:
                status, _ = api.get(connection, path)
            except (OSError, http.client.HTTPException):
                connection = api.connect()
                status = 0
            with lock:
                times.append((time.monotonic() - at) * 1000)
                if status != 200:
                    errors.append(status)

    threads = [threading.Thread(target=work) for _ in range(connection_count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, errors


def kinds(api):
    """Requests by kind, from words and ids of the workspace."""
    accounts = [row["account_id"] for row in api.json("/api/v1/accounts?limit=200")["data"]]
    values = [row for row in api.json("/api/v1/identifiers?limit=200")["data"]]

    def search(text, more=""):
        return "/api/v1/search?limit=10&q=" + urllib.parse.quote(text) + more

    # The words of the simulated posts are few, so each stands in some hundred thousand of them.
    words = ["hosting", "server", "theme", "traffic", "escrow", "vendor", "links", "campaign", "backup", "domain"]
    pairs = list(zip(words, words[1:] + words[:1]))
    return {
        "term": [search(word, "&facets=false") for word in words],
        "phrase": [search(f'"{left} {right}"~5', "&facets=false") for left, right in pairs],
        "boolean": [search(f"({left} OR {right}) AND NOT lang:ru", "&facets=false") for left, right in pairs],
        "facets": [search(word) for word in words],
        "facets and histogram": [search(word, "&histogram=year") for word in words],
        "account": [f"/api/v1/accounts/{account}" for account in accounts],
        "pivot": [
            "/api/v1/identifiers?" + urllib.parse.urlencode({"kind": row["kind"], "value": row["value"]})
            for row in values
        ],
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--connections", type=int, default=50)
    given = parser.parse_args()
    api = Api()
    print("| request | answers | errors | p50 ms | p99 ms | largest ms |\n|---|--:|--:|--:|--:|--:|")
    for kind, paths in kinds(api).items():
        for path in paths[:3]:
            api.json(path)
        times, errors = run(api, paths, given.rate, given.seconds, given.connections)
        figures = [percentile(times, 0.5), percentile(times, 0.99), max(times)]
        print(f"| {kind} | {len(times)} | {len(errors)} | " + " | ".join(f"{one:.1f}" for one in figures) + " |")


if __name__ == "__main__":
    main()
