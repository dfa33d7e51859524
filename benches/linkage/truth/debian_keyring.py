#!/usr/bin/env python3
"""Truth set of Debian's keyring: every address of a key is an account.

usage: debian_keyring.py FOLDER [DEB]

The local part of an address is the name, its domain the source, the key the owner, which is hidden.
DEB is a file of the package `debian-keyring`; without it the package is downloaded with
`apt-get download`. The keys are listed with `gpg --show-keys`; revoked and expired addresses count,
because their owner does not change. Role keys are left out: several people hold them.

Two keys are of one person when they share an address, or a full name of two words or more.
Sources are the domains with at least SOURCE_ACCOUNTS_MIN addresses; pairs of sources with at least
SHARED_PEOPLE_MIN people get a row of their own, all pairs together are `all`. googlemail.com is gmail.com.
"""
import pathlib
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from itertools import combinations

from truth_set import TruthSet

KEYRINGS = ["debian-keyring.gpg", "debian-maintainers.gpg", "debian-nonupload.gpg"]
SOURCE_ACCOUNTS_MIN = 20
SHARED_PEOPLE_MIN = 30
SAME_DOMAIN = {"googlemail.com": "gmail.com"}


def listed_keys(folder, deb):
    """Yields (key, full name, local part, domain) of every address."""
    if deb is None:
        subprocess.run(["apt-get", "download", "debian-keyring"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        deb = next(folder.glob("debian-keyring_*.deb"))
    print(f"package {pathlib.Path(deb).name}", file=sys.stderr)
    subprocess.run(["dpkg-deb", "-x", str(deb), str(folder / "package")], check=True)
    for keyring in KEYRINGS:
        path = folder / "package/usr/share/keyrings" / keyring
        command = ["gpg", "--homedir", str(folder), "--show-keys", "--with-colons", str(path)]
        listing = subprocess.run(command, check=False, capture_output=True).stdout.decode("utf-8", "replace")
        key = None
        for line in listing.splitlines():
            cells = line.split(":")
            if cells[0] == "pub":
                key = cells[4]
            elif cells[0] == "uid":
                found = re.search(r"^(.*?)\s*<([^<>@\s]+)@([^<>@\s]+)>", cells[9])
                if found:
                    full_name = re.sub(r"\(.*?\)", "", found[1])
                    yield key, " ".join(full_name.lower().split()), found[2], found[3].lower()


class Owners:
    """Sets of keys of one person."""

    def __init__(self):
        self.parent = {}

    def find(self, item):
        while self.parent.setdefault(item, item) != item:
            self.parent[item] = item = self.parent[self.parent[item]]
        return item

    def join(self, left, right):
        self.parent[self.find(left)] = self.find(right)


def main():
    folder = sys.argv[1]
    with tempfile.TemporaryDirectory() as scratch:
        listed = list(listed_keys(pathlib.Path(scratch), sys.argv[2] if len(sys.argv) > 2 else None))
    owners, spellings = Owners(), defaultdict(Counter)
    for key, full_name, local, domain in listed:
        domain = SAME_DOMAIN.get(domain, domain)
        owners.join(("key", key), ("address", local.lower(), domain))
        if " " in full_name:
            owners.join(("key", key), ("name", full_name))
        spellings[(local.lower(), domain)][local] += 1
    sizes = Counter(domain for _, domain in spellings)
    people_by_domain = defaultdict(set)
    truth = TruthSet(folder, "debian_keyring")
    numbers = {}
    for (local, domain), spelling in sorted(spellings.items()):
        if sizes[domain] < SOURCE_ACCOUNTS_MIN:
            continue
        root = owners.find(("address", local, domain))
        owner = f"person:{numbers.setdefault(root, len(numbers))}"
        people_by_domain[domain].add(owner)
        truth.add(domain, local, max(sorted(spelling), key=lambda text: spelling[text]), owner)
    shown = [
        (left, right)
        for left, right in combinations(sorted(people_by_domain), 2)
        if len(people_by_domain[left] & people_by_domain[right]) >= SHARED_PEOPLE_MIN
    ]
    keys = len({key for key, _, _, _ in listed})
    truth.note(f"{keys} keys, {len(spellings)} addresses at {len(sizes)} domains; {len(people_by_domain)} domains are sources")
    truth.write(shown)


main()
