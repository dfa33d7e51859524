#!/usr/bin/env python3
"""Links a truth set with Splink (https://moj-analytical-services.github.io/splink), from names alone.

usage: splink_names.py SET OUT [levels|equal|columns]

Splink is given the columns that Entangle makes of a name: written, folded, skeleton, stem. Three models:

    levels   one comparison: equal as written, folded, skeleton, stem, each with term-frequency
             adjustment; Jaro-Winkler of the skeletons at .92 and .88; anything else. The four columns
             are functions of each other, so this is how Splink's guide asks for them to be compared.
    equal    the same without Jaro-Winkler, whose levels have no term frequencies and outrank rare
             equal names.
    columns  Splink's own `NameComparison` on each of the four columns, with its term-frequency
             adjustment: the model that somebody writes who takes the columns as they come. The
             columns are not independent, so it must come out too sure.

Training as in Splink's tutorial: the prior from a deterministic rule (names that occur once on each
side and are equal when folded; recall .7), u by random sampling, m by expectation maximisation over
blocks. Blocks: equal on each column, and an equal beginning of the skeleton. One model per pair of
sources; where a pair has fewer than SMALL accounts on either side (Debian's keyring), one model for
the whole set. With one comparison, the prior and m cannot both be learned from one block, so the prior
stays as the deterministic rule gives it; learned together, every pair of a block becomes a link.
"""
import pathlib
import sys
import warnings

import pandas
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

import pair_files

COLUMNS = ["written", "folded", "skeleton", "stem"]
PREFIX_CHARACTERS = 5
SMALL = 200
DETERMINISTIC_RECALL = 0.7
RANDOM_PAIRS = 1e7


def comparisons(model):
    if model == "columns":
        return [cl.NameComparison(column) for column in COLUMNS]
    levels = [cll.NullLevel("written")]
    levels += [cll.ExactMatchLevel(column, term_frequency_adjustments=True) for column in COLUMNS]
    if model == "levels":
        levels += [cll.JaroWinklerLevel("skeleton", 0.92), cll.JaroWinklerLevel("skeleton", 0.88)]
    levels.append(cll.ElseLevel())
    return [cl.CustomComparison(levels, output_column_name="name")]


def blocking(extra=()):
    return [block_on(column) for column in [*COLUMNS, "prefix", *extra]]


def training_blocks(model):
    # A column that a block compares cannot be trained in it, so one model has one block only.
    return ["prefix"] if model != "columns" else ["prefix", "folded"]


def link(names, sources, model):
    database = DuckDBAPI()
    tables = [
        database.register(names[names["source"] == source].drop(columns="source"), dataset_display_name=f"s{position}")
        for position, source in enumerate(sources)
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=comparisons(model),
        blocking_rules_to_generate_predictions=blocking(),
        retain_matching_columns=False,
    )
    linker = Linker(tables, settings, log_level="ERROR")
    training, problems = linker.training, []
    steps = [
        lambda: training.estimate_probability_two_random_records_match([block_on("once")], recall=DETERMINISTIC_RECALL),
        lambda: training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=1),
    ]
    for block in training_blocks(model):
        steps.append(lambda block=block: training.estimate_parameters_using_expectation_maximisation(
                block_on(block), fix_probability_two_random_records_match=model != "columns"))
    for step in steps:
        try:
            step()
        except Exception as problem:  # Splink stops where a block is empty; its defaults then stay.
            problems.append(f"{type(problem).__name__}: {str(problem)[:200]}")
    pairs = linker.inference.predict().as_pandas_dataframe()
    spelt = {f"s{position}": source for position, source in enumerate(sources)}
    pairs = pandas.DataFrame(
        {
            "source_left": pairs["source_dataset_l"].map(spelt).astype(object),
            "native_left": pairs["unique_id_l"].astype(object),
            "source_right": pairs["source_dataset_r"].map(spelt).astype(object),
            "native_right": pairs["unique_id_r"].astype(object),
            "probability": pairs["match_probability"],
        }
    )
    settings = linker.misc.save_model_to_json()
    return pairs, problems, {"sources": sources, "prior": settings["probability_two_random_records_match"], "comparisons": settings["comparisons"]}


def main():
    warnings.filterwarnings("ignore")
    folder, out = sys.argv[1], pathlib.Path(sys.argv[2])
    model = sys.argv[3] if len(sys.argv) > 3 else "levels"
    description = pair_files.read_set(folder)
    cost = pair_files.Cost()
    names = pandas.read_parquet(out / "names.parquet")[["source", "native_id", *COLUMNS]].rename(columns={"native_id": "unique_id"})
    for column in names.columns:
        names[column] = names[column].astype(object)
    names["prefix"] = names["skeleton"].str[:PREFIX_CHARACTERS].where(names["skeleton"].str.len() >= PREFIX_CHARACTERS, None)
    is_once = ~names.duplicated(["source", "folded"], keep=False)
    names["once"] = names["folded"].where(is_once, None)
    if min(description["sources"].values()) < SMALL:
        groups = [sorted(description["sources"])]
    else:
        groups = description["pairs"]
    found, problems, models = [], [], []
    for sources in groups:
        pairs, trouble, trained = link(names, sources, model)
        found.append(pairs)
        problems += [f"{', '.join(sources)}: {text}" for text in trouble]
        models.append(trained)
    method = {"levels": "splink", "equal": "splink_equal", "columns": "splink_columns"}[model]
    pandas.Series(models).to_json(out / f"{method}.models.json", indent=1)
    pair_files.write(pandas.concat(found, ignore_index=True), out, method, cost, problems=problems)


main()
