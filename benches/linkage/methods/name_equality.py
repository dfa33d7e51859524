#!/usr/bin/env python3
"""Links accounts whose case-folded names are equal: the rule of most earlier work.

usage: name_equality.py SET OUT

It states no probability. Two forms are written: `name_equality`, where every pair of equal names has
the score 1, and `name_equality_once`, which keeps names that occur once on each side.
"""
import pathlib
import sys

import pandas

import pair_files


def main():
    folder, out = sys.argv[1], pathlib.Path(sys.argv[2])
    description = pair_files.read_set(folder)
    cost = pair_files.Cost()
    names = pandas.read_parquet(out / "names.parquet")[["source", "native_id", "folded"]]
    counts = names.groupby(["source", "folded"]).size().rename("accounts").reset_index()
    names = names.merge(counts, on=["source", "folded"])
    found = []
    for left, right in description["pairs"]:
        sides = [
            names[names["source"] == source].rename(columns={"source": f"source_{side}", "native_id": f"native_{side}", "accounts": f"accounts_{side}"})
            for source, side in ((left, "left"), (right, "right"))
        ]
        found.append(sides[0].merge(sides[1], on="folded"))
    pairs = pandas.concat(found, ignore_index=True)
    pairs["probability"] = 1.0
    once = pairs[(pairs["accounts_left"] == 1) & (pairs["accounts_right"] == 1)].copy()
    pair_files.write(pairs, out, "name_equality", cost)
    pair_files.write(once, out, "name_equality_once", cost)


main()
