#!/usr/bin/env python3
"""Links a truth set with Entangle, from names alone.

usage: entangle_names.py PROGRAM SET OUT

Imports every source into a fresh workspace, links, and reads the tables over `entangle sql`. Beside
the scored pairs it writes `names.parquet`, the forms of every name, which the other methods are
given, and `candidates.parquet`, the evidence of every candidate, from which trees are trained.
"""
import io
import pathlib
import subprocess
import sys
import tempfile

import pandas

import pair_files

NAMES = "SELECT n.source, a.native_id, n.written, n.folded, n.skeleton, n.stem, n.surprisal_bits, n.folded_surprisal_bits FROM names n JOIN accounts a ON a.account_id = n.account_id"
LINKS = """SELECT l.source_left, a.native_id AS native_left, l.source_right, b.native_id AS native_right,
    l.match_probability AS probability, l.name_level, l.name_surprisal_bits, l.prior_bits, l.match_weight_bits
    FROM links l JOIN accounts a ON a.account_id = l.account_left JOIN accounts b ON b.account_id = l.account_right"""
MODELS = "SELECT * FROM link_models"


def main():
    program, folder, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    description = pair_files.read_set(folder)
    cost = pair_files.Cost()
    with tempfile.TemporaryDirectory() as scratch:

        def entangle(*arguments):
            command = [program, "--workspace", f"{scratch}/workspace", "--quiet", *arguments]
            return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode()

        def table(query):
            text = {column: str for column in ("source", "native_id", "written", "folded", "skeleton", "stem", "source_left", "source_right", "native_left", "native_right")}
            return pandas.read_csv(io.StringIO(entangle("sql", "--csv", query)), dtype=text, keep_default_na=False, na_values={c: [""] for c in ("name_surprisal_bits",)})

        for source in description["sources"]:
            entangle("import", str(folder / f"{source}.jsonl"), "--source", source, "--kind", "public")
        imported = cost.so_far()
        entangle("link")
        linked = cost.so_far()
        candidates, names = table(LINKS), table(NAMES)
        table(MODELS).to_json(out / "link_models.json", orient="records", indent=1)
        (out / "evaluate.json").write_text(entangle("evaluate", "--json", "--truth", str(folder / "truth.tsv")))
    names.sort_values(["source", "native_id"]).reset_index(drop=True).to_parquet(out / "names.parquet")
    swap = candidates["source_left"] > candidates["source_right"]
    for left, right in (("source_left", "source_right"), ("native_left", "native_right")):
        candidates.loc[swap, [left, right]] = candidates.loc[swap, [right, left]].to_numpy()
    # In a stated order, because trees depend on the order of their rows.
    candidates = candidates.sort_values(["source_left", "native_left", "source_right", "native_right"]).reset_index(drop=True)
    candidates.to_parquet(out / "candidates.parquet")
    link = {key: linked[key] - imported[key] for key in ("seconds", "cpu_seconds")}
    pair_files.write(candidates, out, "entangle", cost, link_seconds=link["seconds"], link_cpu_seconds=link["cpu_seconds"])


main()
