#!/usr/bin/env python3
"""Where Entangle's links are wrong, missing or wrongly stated: aggregates, no names.

usage: analyse.py SETS OUT [SHAPES.md]

Prints per truth set: stated against observed by name level, by margin (surprisal of the name beyond
log2 of the larger source, bits) and by surprisal; true links by how the two names are related, with how
many were compared and stated at .5 or more; false pairs stated at .5 or more by kind. The relation of
two names is taken by the first rule that holds, in the order of RELATIONS. SHAPES.md gets up to SHAPES
pairs of each kind, missed and false, as shapes that name nobody: X is a character that the two names
have in common (in runs of three or more), o another letter, 9 another digit; the rest stands.
"""
import json
import pathlib
import re
import sys
from difflib import SequenceMatcher

import numpy
import pandas

KEYS = ["written", "folded", "skeleton", "stem"]
COMMON_AFFIXES = "js|io|dev|org|hq|app|apps|labs?|team|co|inc|ltd|corp|oss|npm|tech|ui|web|code|coder|official|software|studio|studios|group|company|project|net|ai|xyz|com|the|by|my|get|use|go|its|iam|mr|dr|me|cn|test|pkg|packages|lib|libs|sdk|cli|core|open|source|opensource|foundation|digital|solutions|systems|platform|api|cloud|design|works|world|online|mail|list|lists|debian|deb|gh|git|github"
SHAPES = 20
MARGIN_EDGES = [-200, -5, 0, 5, 10, 15, 20, 30, 200]
SURPRISAL_EDGES = [-1, 15, 20, 25, 30, 35, 40, 50, 500]
RELATIONS = [
    "equal", "one edit", "common affix", "one begins or ends with the other", "one inside the other", "same words, other order",
    "initials and surname", "two edits", "one word in common", "five characters in common", "nothing in common",
]


def edits(left, right, limit):
    """Edits between two texts (insertion, deletion, change, swap of neighbours), or limit + 1."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before, last = None, list(range(len(right) + 1))
    for i, x in enumerate(left, 1):
        row = [i]
        for j, y in enumerate(right, 1):
            value = min(last[j] + 1, row[-1] + 1, last[j - 1] + (x != y))
            if before is not None and i > 1 and j > 1 and x == right[j - 2] and left[i - 2] == y:
                value = min(value, before[j - 2] + 1)
            row.append(value)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]


def words(written):
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", written)
    return [word for word in re.split(r"[^0-9a-z]+", spaced.lower()) if word]


def initials(parts):
    """Short forms of a name of two words or more: jdoe, johnd, doej, djohn, jd."""
    if len(parts) < 2:
        return set()
    first, last, heads = parts[0], parts[-1], "".join(part[0] for part in parts)
    return {first[0] + last, first + last[0], last + first[0], last[0] + first, heads[:-1] + last, heads}


def relation(left, right):
    """`left` and `right` are rows with written, skeleton and stem."""
    a, b = sorted((left["skeleton"], right["skeleton"]), key=len)
    if left["stem"] == right["stem"]:
        return "equal"
    if edits(a, b, 1) <= 1:
        return "one edit"
    if len(a) >= 3 and a in b:
        rest = b[len(a):] if b.startswith(a) else b[: -len(a)] if b.endswith(a) else None
        if rest is not None:
            return "common affix" if re.fullmatch(f"(?:{COMMON_AFFIXES})+", re.sub(r"\d", "", rest)) else "one begins or ends with the other"
        return "one inside the other"
    parts_left, parts_right = words(left["written"]), words(right["written"])
    if sorted(parts_left) == sorted(parts_right):
        return "same words, other order"
    bare = ["".join(re.findall("[a-z]", side["skeleton"])) for side in (left, right)]
    if bare[1] in initials(parts_left) or bare[0] in initials(parts_right):
        return "initials and surname"
    if len(a) >= 6 and edits(a, b, 2) <= 2:
        return "two edits"
    if any(len(part) >= 4 and part in right["skeleton"] for part in parts_left) or any(len(part) >= 4 and part in left["skeleton"] for part in parts_right):
        return "one word in common"
    if any(a[start : start + 5] in b for start in range(len(a) - 4)):
        return "five characters in common"
    return "nothing in common"


def load(sets, out, name):
    names = pandas.read_parquet(out / name / "names.parquet")
    truth = pandas.read_csv(sets / name / "truth.tsv", sep="\t", dtype=str, keep_default_na=False, quoting=3)
    names = names.merge(truth.rename(columns={"site": "source", "user_id": "native_id", "account_id": "owner"}), on=["source", "native_id"], how="left")
    names["size"] = names.groupby("source")["native_id"].transform("size")
    pairs = pandas.read_parquet(out / name / "candidates.parquet")
    for side in ("left", "right"):
        columns = {column: f"{column}_{side}" for column in names.columns}
        renamed = names.rename(columns={**columns, "native_id": f"native_{side}"})
        pairs = pairs.merge(renamed, on=[f"source_{side}", f"native_{side}"], how="left")
    pairs = pairs[pairs["owner_left"].notna() & pairs["owner_right"].notna()].copy()
    pairs["is_true"] = pairs["owner_left"] == pairs["owner_right"]
    pairs["margin"] = pairs["name_surprisal_bits"] - numpy.log2(pairs[["size_left", "size_right"]].max(axis=1))
    return names, pairs


def share(value):
    return "–" if value is None or numpy.isnan(value) else f"{value:.3f}".replace("0.", ".", 1) if value < 1 else f"{value:.3f}"


def calibration(pairs, column, edges):
    stratum = pandas.cut(pairs[column], edges)
    lines = [f"| level | {column}, bits | pairs | stated | observed | expected | actual |", "|---|---|--:|--:|--:|--:|--:|"]
    for level in ["written", "folded", "skeleton", "stem", "one_edit", "beginning", "ending"]:
        of_level = pairs["name_level"] == level
        for bin_ in stratum.cat.categories:
            part = pairs[of_level & (stratum == bin_)]
            if len(part):
                low, high = ("…" if abs(edge) >= 200 or edge == -1 else f"{edge:g}" for edge in (bin_.left, bin_.right))
                lines.append(f"| {level} | {low} to {high} | {len(part):,} | {share(part['probability'].mean())} | {share(part['is_true'].mean())} | {part['probability'].sum():.1f} | {part['is_true'].sum():,} |")
    return "\n".join(lines)


def true_links(names, pairs, description):
    """Every true link between two sources, with the relation of its names."""
    known = names[names["owner"].notna()]
    found = []
    for left, right in description["pairs"]:
        found.append(known[known["source"] == left].merge(known[known["source"] == right], on="owner", suffixes=("_left", "_right")))
    links = pandas.concat(found, ignore_index=True).rename(columns={"native_id_left": "native_left", "native_id_right": "native_right"})
    keys = ["source_left", "native_left", "source_right", "native_right"]
    links = links.merge(pairs[[*keys, "probability"]], on=keys, how="left")
    links["relation"] = [
        relation({key: row[f"{key}_left"] for key in KEYS}, {key: row[f"{key}_right"] for key in KEYS}) for row in links.to_dict("records")
    ]
    return links


def relations(links):
    lines = ["| names | true links | share | compared | stated ≥ .5 | not compared |", "|---|--:|--:|--:|--:|--:|"]
    for one in RELATIONS:
        part = links[links["relation"] == one]
        if len(part):
            compared = part["probability"].notna()
            lines.append(f"| {one} | {len(part):,} | {share(len(part) / len(links))} | {compared.sum():,} | {(part['probability'] >= 0.5).sum():,} | {(~compared).sum():,} |")
    return "\n".join(lines)


def false_links(pairs, links):
    """False pairs stated at .5 or more: level, and what is known of the smaller source's account."""
    wrong = pairs[(pairs["probability"] >= 0.5) & ~pairs["is_true"]].copy()
    described = {}
    for row in links.to_dict("records"):
        for side, other in (("left", "right"), ("right", "left")):
            key = (row[f"source_{side}"], row[f"native_{side}"], row[f"source_{other}"])
            text = "own counterpart has a like name" if row["relation"] in RELATIONS[:7] else "own counterpart has another name"
            described[key] = min(text, described.get(key, text), key=lambda one: one != "own counterpart has a like name")
    kinds = []
    for row in wrong.to_dict("records"):
        sides = [described.get((row["source_left"], row["native_left"], row["source_right"])), described.get((row["source_right"], row["native_right"], row["source_left"]))]
        known = [side for side in sides if side]
        kinds.append("neither has a counterpart" if not known else "one or both: " + min(known, key=lambda one: one != "own counterpart has a like name"))
    wrong["kind"] = kinds
    lines = ["| level | what is known of the accounts | false pairs stated ≥ .5 | mean stated | mean margin, bits |", "|---|---|--:|--:|--:|"]
    for (level, kind), part in wrong.groupby(["name_level", "kind"]):
        lines.append(f"| {level} | {kind} | {len(part):,} | {share(part['probability'].mean())} | {part['margin'].mean():.1f} |")
    return "\n".join(lines)


def shapes(left, right):
    """Both names with what they have in common as X and everything else as its class."""
    texts = [re.sub(r"[^\W\d_]", "o", re.sub(r"\d", "9", text)) for text in (left, right)]
    for block in SequenceMatcher(None, left.lower(), right.lower(), autojunk=False).get_matching_blocks():
        if block.size >= 3:
            for side, start in enumerate((block.a, block.b)):
                texts[side] = texts[side][:start] + "X" * block.size + texts[side][start + block.size :]
    return " ~ ".join(f"`{text}`" for text in texts)


def shape_lists(pairs, links):
    missed = links[links["probability"].fillna(0.0) < 0.5]
    wrong = pairs[(pairs["probability"] >= 0.5) & ~pairs["is_true"]]
    lines = []
    for title, frame, column in (("missed or stated below .5", missed, "relation"), ("false, stated at .5 or more", wrong, "name_level")):
        for kind, part in frame.groupby(column):
            part = part.sample(min(SHAPES, len(part)), random_state=1)
            lines.append(f"{title}: {kind}\n")
            for row in part.to_dict("records"):
                if len(row["written_left"].lower()) == len(row["written_left"]) and len(row["written_right"].lower()) == len(row["written_right"]):
                    lines.append(f"* {shapes(row['written_left'], row['written_right'])}")
            lines.append("")
    return "\n".join(lines)


def main():
    sets, out, shown = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), False
    for path in sorted(sets.iterdir()):
        if not (out / path.name / "candidates.parquet").exists():
            continue
        description = json.loads((path / "set.json").read_text())
        names, pairs = load(sets, out, path.name)
        links = true_links(names, pairs, description)
        if len(sys.argv) > 3:
            with open(sys.argv[3], "a" if shown else "w") as out_shapes:
                out_shapes.write(f"## {path.name}\n\n{shape_lists(pairs, links)}\n")
            shown = True
        print(f"## {path.name}\n\nTrue links by how their names are related:\n\n{relations(links)}\n")
        print(f"False pairs:\n\n{false_links(pairs, links)}\n")
        print(f"Stated against observed, by margin:\n\n{calibration(pairs, 'margin', MARGIN_EDGES)}\n")
        print(f"By surprisal:\n\n{calibration(pairs, 'name_surprisal_bits', SURPRISAL_EDGES)}\n")


main()
