"""Writes one truth set: a folder that every method reads and none may look behind.

    SET/<source>.jsonl   one account per line: `type`, `native_id`, `name`, and nothing else
    SET/truth.tsv        site, user_id, account_id: as `entangle evaluate --truth` reads it
    SET/set.json         sources, pairs of sources, and what was left out and why

An account that is in a source but not in `truth.tsv` is unjudged: its owner is not known, so no
pair with it counts for or against a method. It is there because real sources are full of such
accounts, and they make names common.
"""
import json
import pathlib
from collections import Counter


class TruthSet:
    """Collects accounts and owners, then writes the folder."""

    def __init__(self, folder, name):
        self.folder, self.name = pathlib.Path(folder), name
        self.names_by_source, self.owners, self.notes = {}, [], []

    def add(self, source, native_id, name, owner):
        """`owner` is None where nobody knows who is behind the account."""
        self.names_by_source.setdefault(source, {})[str(native_id)] = name
        if owner is not None:
            self.owners.append((source, str(native_id), owner))

    def note(self, text):
        self.notes.append(text)

    def write(self, shown_pairs=None):
        """`shown_pairs`: the pairs of sources that get a row of their own; all when left out."""
        self.folder.mkdir(parents=True, exist_ok=True)
        sources = sorted(self.names_by_source)
        for source in sources:
            with open(self.folder / f"{source}.jsonl", "w") as out:
                for native_id, name in sorted(self.names_by_source[source].items()):
                    row = {"type": "account", "native_id": native_id, "name": name}
                    out.write(json.dumps(row, ensure_ascii=False) + "\n")
        with open(self.folder / "truth.tsv", "w") as out:
            out.write("site\tuser_id\taccount_id\n")
            for row in sorted(self.owners):
                out.write("\t".join(row) + "\n")
        pairs = [[left, right] for position, left in enumerate(sources) for right in sources[position + 1 :]]
        description = {
            "name": self.name,
            "sources": {source: len(self.names_by_source[source]) for source in sources},
            "judged_accounts": dict(Counter(source for source, _, _ in self.owners)),
            "pairs": pairs,
            "shown_pairs": [sorted(pair) for pair in shown_pairs] if shown_pairs is not None else pairs,
            "true_links": self.true_link_counts(pairs),
            "notes": self.notes,
        }
        (self.folder / "set.json").write_text(json.dumps(description, indent=1, ensure_ascii=False) + "\n")
        print(f"{self.name}: {description['sources']}, true links {description['true_links']}")

    def true_link_counts(self, pairs):
        accounts = {}
        for source, _, owner in self.owners:
            accounts.setdefault(owner, Counter())[source] += 1
        return {
            f"{left}, {right}": sum(counts[left] * counts[right] for counts in accounts.values())
            for left, right in pairs
        }
