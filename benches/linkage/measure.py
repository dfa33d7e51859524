#!/usr/bin/env python3
"""Measures every method on every truth set and prints one Markdown table.

usage: measure.py SETS OUT [RESULTS.json]

Definitions are those of `entangle evaluate`; the two are checked against each other.

    recall at precision .95 (.90)  largest recall at which a threshold on the score has that precision;
                                   pairs of equal score are taken together; zero when it never has
    ECE            over pairs with p >= .05: mean absolute difference of stated and observed over ten
                   equal bins, weighted by pairs
    ECE by count   the same over ten bins with equally many pairs (ties kept together)
    Brier          over the pairs of the method; comparable only where the pairs are the same, so
                   `Brier of truth` adds each true link that was not compared as a pair stated 0,
                   and divides by the true links
    expected       sum of stated probabilities;  actual: true pairs among those compared

Intervals: 95 %, percentile bootstrap over people. A replicate draws people with replacement; a true
pair weighs as often as its person was drawn, a false pair the product of its two people (Owen 2007,
the pigeonhole bootstrap).
"""
import json
import pathlib
import sys

import numpy
import pandas

METHODS = ["name_equality", "name_equality_once", "splink_columns", "splink", "splink_equal", "gradient_boosting", "gradient_boosting_seen", "entangle", "entangle_calibrated"]
WITHOUT_PROBABILITY = {"name_equality", "name_equality_once"}
CALIBRATION_FLOOR = 0.05
BIN_COUNT = 10
REPLICATES = 300
SEED = 4
ALL = "all"


def judge(pairs, truth):
    """Keeps pairs of which both accounts have a known owner, and adds owners and whether true."""
    owners = truth.set_index(["site", "user_id"])["account_id"]
    codes, _ = pandas.factorize(owners)
    owners = pandas.Series(codes, index=owners.index)
    for side in ("left", "right"):
        keys = pandas.MultiIndex.from_arrays([pairs[f"source_{side}"].astype(object), pairs[f"native_{side}"].astype(object)])
        pairs[f"owner_{side}"] = owners.reindex(keys).fillna(-1).to_numpy().astype(int)
    judged = pairs[(pairs["owner_left"] >= 0) & (pairs["owner_right"] >= 0)].copy()
    judged["is_true"] = judged["owner_left"] == judged["owner_right"]
    return judged, owners


def true_links_by_owner(owners, sources):
    """True links between two sources, per owner; `sources` None stands for all pairs of sources."""
    frame = owners.rename("owner").reset_index()
    counts = frame.groupby(["owner", "site"]).size().unstack(fill_value=0)
    if sources is not None:
        links = counts.get(sources[0], 0) * counts.get(sources[1], 0)
    else:
        links = (counts.sum(axis=1) ** 2 - (counts**2).sum(axis=1)) // 2
    return links[links > 0] if not numpy.isscalar(links) else pandas.Series(dtype=int)


class Sorted:
    """Judged pairs by falling score, with the end of every run of ties."""

    def __init__(self, judged):
        order = numpy.argsort(-judged["probability"].to_numpy(), kind="stable")
        self.score = judged["probability"].to_numpy()[order]
        self.is_true = judged["is_true"].to_numpy()[order]
        self.left, self.right = judged["owner_left"].to_numpy()[order], judged["owner_right"].to_numpy()[order]
        self.ends = numpy.append(numpy.flatnonzero(numpy.diff(self.score)), len(self.score) - 1) if len(self.score) else numpy.array([], int)

    def recall_at(self, precision, true_links, weights=None):
        if not len(self.score) or not true_links:
            return 0.0
        weights = numpy.ones(len(self.score)) if weights is None else weights
        seen = numpy.cumsum(weights)[self.ends]
        found = numpy.cumsum(weights * self.is_true)[self.ends]
        holds = found >= precision * seen
        return float(found[holds].max() / true_links) if holds.any() else 0.0

    def reliability(self, bins, weights=None):
        """Weight, sum of stated and of true per bin."""
        weights = numpy.ones(len(self.score)) if weights is None else weights
        return [numpy.bincount(bins, weights * column, minlength=BIN_COUNT) for column in (numpy.ones(len(bins)), self.score, self.is_true)]

    def equal_width_bins(self):
        return numpy.minimum((self.score * BIN_COUNT).astype(int), BIN_COUNT - 1)

    def equal_count_bins(self):
        stated = self.score >= CALIBRATION_FLOOR
        bins = numpy.zeros(len(self.score), int)
        count = int(stated.sum())
        if count:
            run = numpy.searchsorted(self.ends, numpy.arange(len(self.score)))
            middle = (self.ends[run] + numpy.append(-1, self.ends)[run] + 1) / 2
            bins = numpy.minimum((middle / count * BIN_COUNT).astype(int), BIN_COUNT - 1)
        return bins

    def calibration_error(self, bins, weights=None):
        weights = numpy.ones(len(self.score)) if weights is None else weights
        weights = weights * (self.score >= CALIBRATION_FLOOR)
        if not weights.sum():
            return None
        _, stated, found = self.reliability(bins, weights)
        return float(numpy.abs(stated - found).sum() / weights.sum())


def figures(judged, links_by_owner, has_probability, generator):
    ordered, true_links = Sorted(judged), int(links_by_owner.sum())
    actual = int(ordered.is_true.sum())
    result = {
        "true_links": true_links,
        "candidates": len(judged),
        "actual": actual,
        "blocking_recall": actual / true_links if true_links else None,
        "precision_of_all": actual / len(judged) if len(judged) else None,
        "recall_95": ordered.recall_at(0.95, true_links),
        "recall_90": ordered.recall_at(0.90, true_links),
    }
    width, count = ordered.equal_width_bins(), ordered.equal_count_bins()
    if has_probability and len(judged):
        error = (ordered.score - ordered.is_true) ** 2
        result |= {
            "expected": float(ordered.score.sum()),
            "ece": ordered.calibration_error(width),
            "ece_by_count": ordered.calibration_error(count),
            "brier": float(error.mean()),
            "brier_of_truth": float((error.sum() + true_links - actual) / true_links) if true_links else None,
        }
    if true_links:
        result |= intervals(ordered, links_by_owner, has_probability, width, generator)
    return result


def intervals(ordered, links_by_owner, has_probability, bins, generator):
    top = max(int(ordered.left.max(initial=0)), int(ordered.right.max(initial=0)), int(links_by_owner.index.max())) + 1
    drawn = {"recall_95": [], "recall_90": [], "ece": [], "expected_over_actual": []}
    for _ in range(REPLICATES):
        times = generator.poisson(1.0, top)
        weights = numpy.where(ordered.is_true, times[ordered.left], times[ordered.left] * times[ordered.right]).astype(float)
        links = float((links_by_owner.to_numpy() * times[links_by_owner.index.to_numpy()]).sum())
        drawn["recall_95"].append(ordered.recall_at(0.95, links, weights))
        drawn["recall_90"].append(ordered.recall_at(0.90, links, weights))
        if has_probability and len(ordered.score):
            error = ordered.calibration_error(bins, weights)
            actual = float((weights * ordered.is_true).sum())
            if error is not None and actual > 0:
                drawn["ece"].append(error)
                drawn["expected_over_actual"].append(float((weights * ordered.score).sum()) / actual)
    return {f"{key}_interval": [float(bound) for bound in numpy.quantile(values, [0.025, 0.975])] for key, values in drawn.items() if values}


def check(out, name, results):
    """Compares the figures of `entangle` with those of `entangle evaluate`."""
    stated = json.loads((out / name / "evaluate.json").read_text())
    for one in [*stated["pairs"], {**stated["all"], "a": None}]:
        pair = ALL if one["a"] is None else ", ".join(sorted([one["a"], one["b"]]))
        own = results.get(pair, {}).get("entangle")
        if own is None:
            continue
        for key, theirs in (("recall_95", "recall_at_precision_95"), ("ece", "ece"), ("expected", "expected_links"), ("brier", "brier")):
            difference = abs((own.get(key) or 0.0) - (one[theirs] or 0.0))
            if difference > 1e-6:
                print(f"warning: {name}, {pair}: {key} is {own.get(key)}, entangle evaluate says {one[theirs]}", file=sys.stderr)


def cell(value, digits=3):
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    return text[1:] if digits and text.startswith("0.") else text


def with_interval(one, key):
    if key not in one or one[key] is None:
        return "–"
    low, high = one.get(f"{key}_interval", (None, None))
    return cell(one[key]) + (f" ({cell(low)}–{cell(high)})" if low is not None else "")


def markdown(results):
    lines = [
        "| truth | pair of sources | true | method | compared | true among them | recall at .95 | recall at .90 | ECE, p ≥ .05 | ECE by count | expected | expected / actual | Brier | Brier of truth |",
        "|---|---|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, pairs in results.items():
        for pair, methods in pairs.items():
            for method, one in methods.items():
                ratio = one["expected"] / one["actual"] if one.get("expected") is not None and one["actual"] else None
                low, high = one.get("expected_over_actual_interval", (None, None))
                cells = [
                    name, pair, f"{one['true_links']:,}", method, f"{one['candidates']:,}", f"{one['actual']:,}",
                    with_interval(one, "recall_95"), with_interval(one, "recall_90"), with_interval(one, "ece"), cell(one.get("ece_by_count")),
                    cell(one.get("expected"), 1), "–" if ratio is None else f"{ratio:.2f}" + (f" ({low:.2f}–{high:.2f})" if low is not None else ""),
                    cell(one.get("brier"), 4), cell(one.get("brier_of_truth")),
                ]
                lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def costs(out, names):
    lines = ["| truth | method | s | CPU s | peak MiB |", "|---|---|--:|--:|--:|"]
    for name in names:
        for method in METHODS:
            path = out / name / f"{method}.cost.json"
            if path.exists():
                one = json.loads(path.read_text())
                lines.append(f"| {name} | {method} | {one['seconds']:.1f} | {one['cpu_seconds']:.1f} | {one['peak_mib']:,.0f} |")
    return "\n".join(lines)


def main():
    sets, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    results, notes = {}, []
    names = [path.name for path in sorted(sets.iterdir()) if (path / "set.json").exists()]
    for name in names:
        description = json.loads((sets / name / "set.json").read_text())
        truth = pandas.read_csv(sets / name / "truth.tsv", sep="\t", dtype=str, keep_default_na=False, quoting=3)
        notes += [f"{name}: {note}" for note in description["notes"]]
        results[name] = {}
        shown = [tuple(pair) for pair in description["shown_pairs"]]
        for method in METHODS:
            path = out / name / f"{method}.parquet"
            if not path.exists():
                continue
            judged, owners = judge(pandas.read_parquet(path), truth)
            for pair in shown + ([None] if len(description["pairs"]) > 1 else []):
                part = judged if pair is None else judged[(judged["source_left"] == pair[0]) & (judged["source_right"] == pair[1])]
                generator = numpy.random.default_rng(SEED)
                one = figures(part, true_links_by_owner(owners, pair), method not in WITHOUT_PROBABILITY, generator)
                results[name].setdefault(ALL if pair is None else ", ".join(pair), {})[method] = one
        check(out, name, results[name])
    if len(sys.argv) > 3:
        pathlib.Path(sys.argv[3]).write_text(json.dumps(results, indent=1) + "\n")
    print(markdown(results))
    print()
    print(costs(out, names))
    print()
    print("\n".join(f"* {note}" for note in notes))


main()
