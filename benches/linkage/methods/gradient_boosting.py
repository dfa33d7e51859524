#!/usr/bin/env python3
"""Gradient-boosted trees, and a calibration of Entangle, both trained on other truth.

usage: gradient_boosting.py OUT SETS

Both score Entangle's candidates from Entangle's own features, so that only the way from evidence to
probability differs. Both leave *both* sources out: a pair of sources A, B is scored by a model that
was trained on judged candidates of all truth sets between sources that are neither A nor B. Each truth
set has the same total weight in training.

    gradient_boosting     LightGBM on level, surprisals, prior, sizes, counts of equal keys, rivals
    gradient_boosting_seen   the same trees, trained on other people of the *same* sources (five folds over
                          people): not a fair competitor, but about the best that these features give
    entangle_calibrated   logistic curve (two numbers: intercept and slope) over the log odds that
                          Entangle states; monotone, so it changes no order within a pair of sources
"""
import json
import pathlib
import sys

import lightgbm
import numpy
import pandas
from sklearn.linear_model import LogisticRegression

import pair_files

LEVELS = ["written", "folded", "skeleton", "stem", "one_edit", "beginning", "ending", "none"]
KEYS = ["written", "folded", "skeleton", "stem"]
TREES = dict(n_estimators=200, learning_rate=0.05, num_leaves=15, min_child_samples=20, reg_lambda=1.0, subsample=0.8, subsample_freq=1, random_state=4, n_jobs=1, verbose=-1)
CLIP = 1e-6
FOLDS = 5


def load(out, sets, name):
    """Candidates of a set with their features; `is_true` is missing where the owner is not known."""
    pairs = pandas.read_parquet(out / name / "candidates.parquet")
    names = pandas.read_parquet(out / name / "names.parquet")
    for key in KEYS:
        names[f"{key}_count"] = names.groupby(["source", key])["native_id"].transform("size")
    names["length"] = names["folded"].str.len()
    names["log_size"] = numpy.log2(names.groupby("source")["native_id"].transform("size"))
    own = [*(f"{key}_count" for key in KEYS), "length", "log_size", "surprisal_bits", "folded_surprisal_bits"]
    truth = pandas.read_csv(sets / name / "truth.tsv", sep="\t", dtype=str, keep_default_na=False, quoting=3)
    for side in ("left", "right"):
        keys = [f"source_{side}", f"native_{side}"]
        renamed = {column: f"{column}_{side}" for column in own}
        pairs = pairs.merge(names[["source", "native_id", *own]].rename(columns={"source": keys[0], "native_id": keys[1], **renamed}), on=keys, how="left")
        pairs = pairs.merge(truth.rename(columns={"site": keys[0], "user_id": keys[1], "account_id": f"owner_{side}"}), on=keys, how="left")
        pairs[f"rivals_{side}"] = pairs.groupby([*keys, f"source_{'right' if side == 'left' else 'left'}"])["probability"].transform("size") - 1
    pairs["is_true"] = (pairs["owner_left"] == pairs["owner_right"]).where(pairs["owner_left"].notna() & pairs["owner_right"].notna()).astype(object)
    return pairs.assign(set=name)


def features(pairs):
    columns = {"level": pairs["name_level"].map(LEVELS.index), "name_bits": pairs["name_surprisal_bits"], "prior_bits": pairs["prior_bits"]}
    # The sides are put in order by value, so that nothing is learned from the order of source names.
    for column in [*(f"{key}_count" for key in KEYS), "length", "log_size", "surprisal_bits", "folded_surprisal_bits", "rivals"]:
        both = pairs[[f"{column}_left", f"{column}_right"]].astype(float)
        columns[f"{column}_min"], columns[f"{column}_max"] = both.min(axis=1), both.max(axis=1)
    columns["margin_bits"] = columns["name_bits"] - columns["log_size_max"]
    return pandas.DataFrame(columns).astype(float)


def log_odds(pairs):
    p = pairs["probability"].clip(CLIP, 1 - CLIP).to_numpy()
    return numpy.log2(p / (1 - p)).reshape(-1, 1)


def same_sources(inputs, truth, judged, left, right):
    """Scores of the pairs of one set by trees that saw the same sources, but neither person."""
    scores = numpy.zeros(len(truth))
    fold_left, fold_right = left % FOLDS, right % FOLDS
    for fold in range(FOLDS):
        test = fold_left == fold
        train = judged & ~test & (fold_right != fold)
        trees = lightgbm.LGBMClassifier(**TREES).fit(inputs[train], truth[train])
        scores[test] = trees.predict_proba(inputs[test])[:, 1]
    return scores


def main():
    out, sets = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    names = [path.name for path in sorted(sets.iterdir()) if (out / path.name / "candidates.parquet").exists()]
    pairs = pandas.concat([load(out, sets, name) for name in names], ignore_index=True)
    inputs, odds = features(pairs), log_odds(pairs)
    is_judged = pairs["is_true"].notna().to_numpy()
    truth = pairs["is_true"].fillna(False).astype(bool).to_numpy()
    for name in names:
        cost = pair_files.Cost()
        scores = {"gradient_boosting": numpy.zeros(len(pairs)), "entangle_calibrated": numpy.zeros(len(pairs))}
        trained_on, curves = {}, {}
        for left, right in pair_files.read_set(sets / name)["pairs"]:
            test = ((pairs["set"] == name) & (pairs["source_left"] == left) & (pairs["source_right"] == right)).to_numpy()
            if not test.any():
                continue
            touches = pairs["source_left"].isin([left, right]) | pairs["source_right"].isin([left, right])
            train = is_judged & ~touches.to_numpy()
            per_set = pairs.loc[train, "set"].value_counts()
            weights = pairs.loc[train, "set"].map(len(pairs) / per_set / len(per_set)).to_numpy()
            weights = weights / weights.mean()
            trees = lightgbm.LGBMClassifier(**TREES).fit(inputs[train], truth[train], sample_weight=weights)
            scores["gradient_boosting"][test] = trees.predict_proba(inputs[test])[:, 1]
            curve = LogisticRegression(C=100.0).fit(odds[train], truth[train], sample_weight=weights)
            scores["entangle_calibrated"][test] = curve.predict_proba(odds[test])[:, 1]
            trained_on[f"{left}, {right}"] = {key: int(count) for key, count in per_set.items()}
            curves[f"{left}, {right}"] = [float(curve.intercept_[0]), float(curve.coef_[0, 0] / numpy.log(2))]
        own = (pairs["set"] == name).to_numpy()
        owners = [pandas.util.hash_array(pairs.loc[own, f"owner_{side}"].fillna("?").to_numpy(str)) for side in ("left", "right")]
        scores["gradient_boosting_seen"] = numpy.zeros(len(pairs))
        scores["gradient_boosting_seen"][own] = same_sources(inputs[own], truth[own], is_judged[own], *owners)
        for method, score in scores.items():
            pair_files.write(pairs[own].assign(probability=score[own]).copy(), out / name, method, cost, trained_on=trained_on, curves=curves)


main()
