#!/usr/bin/env python3
"""Truth sets of handles: npm scope against GitHub owner, and Launchpad against GitHub.

usage: handles.py DATA FOLDER_NPM FOLDER_LAUNCHPAD

npm, GitHub: a scope is owned by the GitHub account in which the repositories of all its packages
lie. A scope whose packages lie with several owners (templates, forks, moved repositories) stays in
the source, but is unjudged. GitHub handles are equal when they differ in letter case only, as GitHub
itself holds; the spelling that was seen most is kept.

Launchpad, GitHub: the rows of `stackalytics.tsv` that state both. Launchpad ids without a GitHub id
are unjudged, and so is a GitHub id in rows without Launchpad id, whose owner may hold any.

The accounts of `github_owners.tsv.gz` are the other population of GitHub: each is its own owner.
That is not quite true (one person may hold a handle and the organisation of the same project), so
precision is understated for every method alike.
"""
import csv
import gzip
import pathlib
import sys
from collections import Counter, defaultdict

from truth_set import TruthSet


def rows(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t")


class Handles:
    """Handles without regard to letter case, with the spelling seen most."""

    def __init__(self):
        self.spellings = defaultdict(Counter)

    def see(self, handle, count=1):
        self.spellings[handle.lower()][handle] += count
        return handle.lower()

    def items(self):
        for key, spellings in self.spellings.items():
            yield key, max(sorted(spellings), key=lambda text: spellings[text])


def npm(data, folder):
    github, scope_owners = Handles(), defaultdict(Counter)
    for handle, count in rows(data / "github_owners.tsv.gz"):
        github.see(handle, int(count))
    listed = 0
    for scope, owner, count in rows(data / "scope_owner.tsv.gz"):
        scope_owners[scope][github.see(owner, int(count))] += int(count)
        listed += 1
    truth = TruthSet(folder, "npm_github")
    for key, spelling in github.items():
        truth.add("github", key, spelling, f"github:{key}")
    judged = 0
    for scope, owners in scope_owners.items():
        owner = f"github:{next(iter(owners))}" if len(owners) == 1 else None
        judged += owner is not None
        truth.add("npm", scope, scope, owner)
    truth.note(f"{listed} listed pairs of {len(scope_owners)} scopes; {judged} scopes have one owner and are judged")
    truth.write()


def launchpad(data, folder):
    github, known = Handles(), {}
    for handle, count in rows(data / "github_owners.tsv.gz"):
        github.see(handle, int(count))
    background = {key for key, _ in github.items()}
    with open(data / "stackalytics.tsv") as lines:
        people = list(csv.DictReader(lines, delimiter="\t"))
    without_launchpad = set()
    for person in people:
        if person["github_id"]:
            key = github.see(person["github_id"], 1_000)
            if person["launchpad_id"]:
                known[key] = f"person:{person['row']}"
            else:
                without_launchpad.add(key)
    truth = TruthSet(folder, "launchpad_github")
    for key, spelling in github.items():
        owner = known.get(key, f"github:{key}" if key in background and key not in without_launchpad else None)
        truth.add("github", key, spelling, owner)
    for person in people:
        if person["launchpad_id"]:
            owner = f"person:{person['row']}" if person["github_id"] else None
            truth.add("launchpad", person["launchpad_id"], person["launchpad_id"], owner)
    truth.note("Launchpad ids without a stated GitHub id are unjudged")
    truth.write()


def main():
    data = pathlib.Path(sys.argv[1]) / "handles"
    npm(data, sys.argv[2])
    launchpad(data, sys.argv[3])


main()
