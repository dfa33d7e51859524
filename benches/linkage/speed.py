#!/usr/bin/env python3
"""Speed and memory of Entangle and of Splink on two simulated populations of names.

usage: speed.py PROGRAM FOLDER ACCOUNTS... [--generator two_populations.py]

    speed.py entangle POPS 100000 250000 500000 1000000     # on an idle machine

Both compare the pairs that are equal when folded, or in the skeleton, or in the stem, where a key that
would give more than BLOCK_PAIRS pairs forms none (Entangle's rule; without it Splink has hundreds of
millions of pairs from common first names). Timed is one process each, from its start to scored pairs on
disk; CPU seconds and peak memory are those of that process. The work is not quite the same: Entangle
also makes the forms of the names, which Splink is given as columns, trains its language models, looks
for names one edit apart, and writes evidence and personas. Not timed: the import.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

BLOCK_PAIRS = 2500
HERE = pathlib.Path(__file__).resolve().parent
NAMES = "SELECT n.source, a.native_id, n.written, n.folded, n.skeleton, n.stem FROM names n JOIN accounts a ON a.account_id = n.account_id"
LINKS = "SELECT a.source AS source_a, a.native_id AS native_a, b.source AS source_b, b.native_id AS native_b, l.match_probability AS probability FROM links l JOIN accounts a ON a.account_id = l.account_left JOIN accounts b ON b.account_id = l.account_right"


def timed(command):
    """Wall seconds, CPU seconds and peak MiB of a command."""
    started_at = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{command} failed with status {status}")
    return {"seconds": time.monotonic() - started_at, "cpu_seconds": used.ru_utime + used.ru_stime, "peak_mib": used.ru_maxrss / 1024}


def splink(names_path, out_path):
    """The part that is timed, in a process of its own."""
    import duckdb
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    connection = duckdb.connect()
    blocked = ", ".join(
        f"CASE WHEN l_{key}.accounts * r_{key}.accounts <= {BLOCK_PAIRS} THEN n.{key} END AS block_{key}" for key in ("folded", "skeleton", "stem")
    )
    joins = " ".join(
        f"LEFT JOIN (SELECT {key}, count(*) AS accounts FROM names WHERE source = '{source}' GROUP BY {key}) {side}_{key} ON {side}_{key}.{key} = n.{key}"
        for key in ("folded", "skeleton", "stem")
        for side, source in (("l", "left"), ("r", "right"))
    )
    connection.execute(f"CREATE VIEW names AS SELECT * FROM read_csv('{names_path}', all_varchar = true)")
    for source in ("left", "right"):
        connection.execute(f"CREATE TABLE {source}_names AS SELECT n.native_id AS unique_id, n.written, n.folded, n.skeleton, n.stem, {blocked} FROM names n {joins} WHERE n.source = '{source}'")
    database = DuckDBAPI(connection)
    tables = [database.register(f"{source}_names", dataset_display_name=source) for source in ("left", "right")]
    levels = [cll.NullLevel("written")]
    levels += [cll.ExactMatchLevel(column, term_frequency_adjustments=True) for column in ("written", "folded", "skeleton", "stem")]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[cl.CustomComparison([*levels, cll.ElseLevel()], output_column_name="name")],
        blocking_rules_to_generate_predictions=[block_on(f"block_{key}") for key in ("folded", "skeleton", "stem")],
        retain_matching_columns=False,
    )
    linker = Linker(tables, settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match([block_on("block_folded")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("block_stem"), fix_probability_two_random_records_match=True)
    pairs = linker.inference.predict()
    query = f"SELECT source_dataset_l AS source_a, unique_id_l AS native_a, source_dataset_r AS source_b, unique_id_r AS native_b, match_probability AS probability FROM {pairs.physical_name}"
    connection.execute(f"COPY ({query}) TO '{out_path}' (HEADER)")


def quality(pairs_path, truth_path):
    import pandas

    truth = pandas.read_csv(truth_path, sep="\t", dtype=str)
    owner = {(row.site, row.user_id): row.account_id for row in truth.itertuples()}
    pairs = pandas.read_csv(pairs_path, dtype={"native_a": str, "native_b": str})
    pairs["is_true"] = [owner[a] == owner[b] for a, b in zip(zip(pairs.source_a, pairs.native_a), zip(pairs.source_b, pairs.native_b))]
    sides = truth.groupby(["account_id", "site"]).size().unstack(fill_value=0)
    true_links = int((sides["left"] * sides["right"]).sum())
    runs = pairs.groupby("probability")["is_true"].agg(["size", "sum"]).sort_index(ascending=False).cumsum()
    holds = runs["sum"] >= 0.95 * runs["size"]
    return {
        "candidates": len(pairs),
        "recall_95": float(runs["sum"][holds].max() / true_links) if holds.any() else 0.0,
        "expected": float(pairs["probability"].sum()),
        "actual": int(pairs["is_true"].sum()),
        "true_links": true_links,
    }


def measure(program, folder, accounts, generator):
    population = folder / str(accounts)
    if not population.exists():
        subprocess.run([sys.executable, str(generator), str(population), str(accounts)], check=True)
    workspace = ["--workspace", str(population / "workspace"), "--quiet"]
    if not (population / "workspace").exists():
        for source in ("left", "right"):
            subprocess.run([program, *workspace, "import", str(population / f"{source}.jsonl"), "--source", source, "--kind", "public"], check=True, stdout=subprocess.DEVNULL)
    results = {"entangle": timed([program, *workspace, "link"])}
    for query, name in ((NAMES, "names.csv"), (LINKS, "entangle.csv")):
        with open(population / name, "w") as out:
            subprocess.run([program, *workspace, "sql", "--csv", query], check=True, stdout=out)
    results["splink"] = timed([sys.executable, __file__, "--splink", str(population / "names.csv"), str(population / "splink.csv")])
    for method in results:
        results[method] |= quality(population / f"{method}.csv", population / "truth.tsv")
    return results


def main():
    if sys.argv[1:2] == ["--splink"]:
        return splink(*sys.argv[2:4])
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("accounts", type=int, nargs="+")
    parser.add_argument("--generator", type=pathlib.Path, default=HERE.parent / "two_populations.py")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    print("| accounts | method | candidates | s | CPU s | peak MiB | recall at .95 | expected | actual | true |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for accounts in options.accounts:
        results = measure(options.program, options.folder, accounts, options.generator)
        (options.folder / f"speed_{accounts}.json").write_text(json.dumps(results, indent=1) + "\n")
        for method, one in results.items():
            recall = f"{one['recall_95']:.3f}".lstrip("0")
            print(f"| {accounts:,} by {accounts:,} | {method} | {one['candidates']:,} | {one['seconds']:.1f} | {one['cpu_seconds']:.1f} | {one['peak_mib']:,.0f} | {recall} | {one['expected']:,.0f} | {one['actual']:,} | {one['true_links']:,} |", flush=True)


main()
