#!/usr/bin/env python3
"""Writes two populations of named accounts as canonical JSONL, for the linking benchmark.

usage: two_populations.py FOLDER ACCOUNTS [SEED] [CROWD]

A third of the names are common first names with digits, a third first and last name, a third
invented; one account in ten of the second population belongs to a person of the first, most often
under the same name. CROWD is the share of accounts that all bear one name more (0 unless given).
`truth.tsv` is written beside the two files.
"""
import json
import pathlib
import random
import sys

FIRST = "alex anna boris chris daniel elena frank gina hugo irina james kate leo maria nina oleg paul rita sam tom".split()
LAST = "adams berg clark diaz evans fischer garcia hoffmann ivanov jones kim lopez miller novak olsen petrov silva weber".split()
CONSONANTS, VOWELS = "bcdfghklmnprstvz", "aeiou"


def invented(rng):
    syllables = rng.randint(2, 5)
    return "".join(rng.choice(CONSONANTS) + rng.choice(VOWELS) for _ in range(syllables)) + rng.choice(["", "x", "r", "n"])


def name(rng):
    kind = rng.random()
    if kind < 1 / 3:
        return rng.choice(FIRST) + str(int(rng.paretovariate(0.4)) % 100_000)
    if kind < 2 / 3:
        return f"{rng.choice(FIRST)} {rng.choice(LAST)}{rng.choice(['', '', str(rng.randint(1, 9999))])}"
    return invented(rng) + rng.choice(["", "", str(rng.randint(0, 999))])


def respelt(rng, text):
    kind = rng.random()
    if kind < 0.7:
        return text
    if kind < 0.8:
        return text.title()
    if kind < 0.9:
        return text.replace(" ", "_") + str(rng.randint(0, 99))
    cut = rng.randrange(len(text))
    return text[:cut] + text[cut + 1 :]


def crowded(rng, crowd, text):
    return "anonymous" if crowd and rng.random() < crowd else text


def main():
    folder, accounts = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 7)
    crowd = float(sys.argv[4]) if len(sys.argv) > 4 else 0.0
    folder.mkdir(parents=True)
    first = [crowded(rng, crowd, name(rng)) for _ in range(accounts)]
    with open(folder / "left.jsonl", "w") as left, open(folder / "right.jsonl", "w") as right, open(folder / "truth.tsv", "w") as truth:
        truth.write("site\tuser_id\taccount_id\n")
        for number, text in enumerate(first):
            left.write(json.dumps({"type": "account", "native_id": str(number), "name": text}) + "\n")
            truth.write(f"left\t{number}\tp{number}\n")
        for number in range(accounts):
            shared = rng.random() < 0.1
            person = f"p{rng.randrange(accounts)}" if shared else f"q{number}"
            text = respelt(rng, first[int(person[1:])]) if shared else crowded(rng, crowd, name(rng))
            right.write(json.dumps({"type": "account", "native_id": str(number), "name": text}) + "\n")
            truth.write(f"right\t{number}\t{person}\n")


main()
