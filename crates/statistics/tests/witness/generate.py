"""Writes expected.json: what other libraries compute from the same small inputs.

Run in an environment with SciPy 1.17.1, statsmodels 0.15.0, scikit-learn 1.9.1, lifelines 0.30.3,
networkx 3.6.1 and NumPy 2.4.6:

    python generate.py > expected.json

The inputs are plain formulas, so that nothing but the answers can change.
"""

import itertools
import json
import math

import networkx
import numpy
from lifelines import KaplanMeierFitter
from scipy import optimize, stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint


def series(count, step, offset, scale):
    """Numbers without pattern or ties, and the same with ties by rounding."""
    return [scale * math.modf(offset + step * k * k + 0.37 * k)[0] for k in range(count)]


def proportions():
    cases = [(0, 10), (1, 10), (72, 1000), (10, 10), (3, 50000)]
    return [
        {
            "successes": successes,
            "trials": trials,
            "wilson": proportion_confint(successes, trials, method="wilson"),
            "clopper_pearson": proportion_confint(successes, trials, method="beta"),
        }
        for successes, trials in cases
    ]


def cliff(first, second):
    """Cliff's delta and Feng and Cliff's interval from the full table of pairs."""
    signs = numpy.sign(numpy.subtract.outer(numpy.array(first), numpy.array(second)))
    m, n = signs.shape
    delta = signs.mean()
    row = signs.mean(axis=1).var(ddof=1)
    column = signs.mean(axis=0).var(ddof=1)
    pair = ((signs - delta) ** 2).sum() / ((m - 1) * (n - 1))
    error = math.sqrt(((n - 1) * row + (m - 1) * column + pair) / (m * n))
    t = stats.t.ppf(0.975, m + n - 2)
    rest = 1 - delta**2
    half = t * error * math.sqrt(rest**2 + t**2 * error**2)
    below = rest + t**2 * error**2
    ends = [(delta - delta**3 - half) / below, (delta - delta**3 + half) / below]
    return {"delta": delta, "standard_error": error, "low": ends[0], "high": ends[1]}


def two_samples():
    pairs = [
        (series(60, 0.611, 0.1, 10), [x + 1 for x in series(80, 0.733, 0.3, 10)]),
        ([round(x) for x in series(60, 0.611, 0.1, 10)], [round(x) for x in series(45, 0.733, 0.3, 8)]),
        (series(700, 0.611, 0.1, 10), [1.1 * x for x in series(900, 0.733, 0.3, 10)]),
    ]
    return [
        {
            "first": first,
            "second": second,
            "mann_whitney_p": stats.mannwhitneyu(first, second, method="asymptotic").pvalue,
            "kolmogorov_smirnov_p": stats.ks_2samp(first, second, method="asymp").pvalue,
            "cliffs_delta": cliff(first, second),
            "auc": roc_auc_score([1] * len(first) + [0] * len(second), list(first) + list(second)),
        }
        for first, second in pairs
    ]


def gini(values, weights):
    """Half the weighted mean absolute difference over the mean."""
    values, weights = numpy.array(values), numpy.array(weights)
    differences = numpy.abs(numpy.subtract.outer(values, values))
    pair_weights = numpy.multiply.outer(weights, weights)
    mean = (values * weights).sum() / weights.sum()
    return (differences * pair_weights).sum() / pair_weights.sum() / (2 * mean)


def weighted():
    values, weights = series(40, 0.611, 0.1, 10), series(40, 0.733, 0.3, 1)
    levels = [0.05, 0.25, 0.5, 0.75, 0.95]
    return {
        "values": values,
        "weights": weights,
        "levels": levels,
        "quantiles": list(numpy.quantile(values, levels, weights=weights, method="inverted_cdf")),
        "unweighted_quantiles": list(numpy.quantile(values, levels, method="averaged_inverted_cdf")),
        "gini": gini(values, weights),
    }


def logistic():
    rows = numpy.array(series(240, 0.611, 0.1, 3)).reshape(80, 3)
    noise = series(80, 0.733, 0.3, 2)
    labels = [int(row[0] - row[1] + extra > 1) for row, extra in zip(rows, noise)]
    model = LogisticRegression(C=0.5, solver="newton-cholesky", tol=1e-12).fit(rows, labels)
    return {
        "values": rows.ravel().tolist(),
        "labels": labels,
        "ridge": 2.0,
        "coefficients": [float(model.intercept_[0])] + model.coef_[0].tolist(),
    }


def adjusted():
    p_values = [0.001, 0.2, 0.03, 0.04, 0.9, 0.0004, 0.05]
    return {"p": p_values, "adjusted": multipletests(p_values, method="fdr_bh")[1].tolist()}


def overlap():
    """Accounts on both of two targets: every combination of true links, and a mixture of betas by root finding."""
    account_count = 400
    links = [
        {"account": account, "target": target, "probability": series(12, 0.611, 0.1 * target + 0.05, 1)[account]}
        for account in range(12)
        for target in [0, 1, 1, 2][: 2 + account % 3]
    ]
    draws = [[shift, shift + 0.5, -shift] for shift in series(9, 0.733, 0.3, 3)]

    def both(account, shifts):
        """Sum over all ways in which the links of an account can be true or false."""
        own = [link for link in links if link["account"] == account and link["target"] < 2]
        total = 0.0
        for way in range(2 ** len(own)):
            chance, seen = 1.0, set()
            for bit, link in enumerate(own):
                odds = link["probability"] / (1 - link["probability"]) * 2 ** shifts[link["target"]]
                is_true = way >> bit & 1
                chance *= odds / (1 + odds) if is_true else 1 / (1 + odds)
                seen |= {link["target"]} if is_true else set()
            total += chance if seen == {0, 1} else 0.0
        return total

    def shapes(shifts):
        chances = numpy.array([both(account, shifts) for account in range(12)] + [0.0] * (account_count - 12))
        mean = chances.mean()
        n = account_count / (1 + (chances * (1 - chances)).mean() / (mean * (1 - mean)))
        return mean * n + 0.5, (1 - mean) * n + 0.5

    mixture = [shapes(draw) for draw in draws]
    ends = [
        optimize.brentq(lambda x: numpy.mean([stats.beta.cdf(x, a, b) for a, b in mixture]) - level, 0, 1, xtol=1e-14)
        for level in (0.025, 0.975)
    ]
    value = sum(both(account, [0, 0, 0]) for account in range(12)) / account_count
    return {"account_count": account_count, "links": links, "draws": draws, "value": value, "ends": ends}


def log_odds():
    """Equations 16, 20 and 22 of Monroe, Colaresi and Quinn (2008), and the ratio again without each group."""
    group_count, prior_word_count = 12, 80.0
    totals = numpy.array(series(2 * group_count, 0.611, 0.1, 900)).reshape(group_count, 2) + 100
    uses = numpy.floor(numpy.array(series(2 * group_count, 0.733, 0.3, 9)).reshape(group_count, 2)) / 2
    prior = prior_word_count * uses.sum() / totals.sum()

    def ratio(kept):
        y, n = uses[kept].sum(axis=0), totals[kept].sum(axis=0)
        odds = (y + prior) / (n + prior_word_count - y - prior)
        return math.log(odds[0]) - math.log(odds[1])

    everything = numpy.arange(group_count)
    value = ratio(everything)
    without = numpy.array([ratio(everything[everything != group]) for group in everything])
    error = math.sqrt((group_count - 1) / group_count * ((without - value) ** 2).sum())
    t = stats.t(group_count - 1)
    return {
        "totals": totals.tolist(),
        "uses": uses.tolist(),
        "prior_word_count": prior_word_count,
        "value": value,
        "ends": [value - t.ppf(0.975) * error, value + t.ppf(0.975) * error],
        "independent_words_z": value / math.sqrt((1 / (uses.sum(axis=0) + prior)).sum()),
        "z": value / error,
        "p": 2 * t.sf(abs(value) / error),
    }


def survival():
    """Kaplan-Meier with delayed entry and the log-log interval; half of the exits are events, with ties."""
    exits = [1 + round(time) for time in series(60, 0.611, 0.1, 30)]
    entries = [(round(time) + 0.5) * (account % 3 == 0) for account, time in enumerate(series(60, 0.733, 0.3, 10))]
    kept = [(entry, exit) for entry, exit in zip(entries, exits) if entry < exit]
    entries, exits = [entry for entry, _ in kept], [exit for _, exit in kept]
    is_event = [account % 2 == 0 for account in range(len(exits))]
    times = [3, 8, 15, 22, 28]
    fitter = KaplanMeierFitter().fit(exits, is_event, entry=entries)
    ends = fitter.confidence_interval_survival_function_
    row = lambda frame, time: frame[frame.index <= time].iloc[-1]
    return {
        "entries": entries,
        "exits": exits,
        "is_event": is_event,
        "times": times,
        "survival": [float(fitter.predict(time)) for time in times],
        "ends": [[float(end) for end in row(ends, time)] for time in times],
    }


def network_pairs():
    """Ordered pairs with weights: four groups of twelve nodes that mostly keep to themselves, and two nodes alone."""
    draws = series(420, 0.611, 0.1, 1)
    others = series(420, 0.733, 0.3, 1)
    weights = {}
    for number, (first, second) in enumerate(zip(draws, others)):
        group = number % 4
        start = 12 * group + int(12 * first**1.5)
        end = int(48 * second) if number % 9 == 0 else 12 * group + int(12 * second)
        if start != end:
            weights[start, end] = weights.get((start, end), 0) + 1 + number % 3
    return [[start, end, weight] for (start, end), weight in sorted(weights.items())]


def network():
    """Measures of networkx, and labels dealt in every way within two strata."""
    node_count, pairs = 50, network_pairs()
    directed = networkx.DiGraph()
    directed.add_nodes_from(range(node_count))
    directed.add_edges_from((start, end) for start, end, _ in pairs)
    undirected = networkx.Graph()
    undirected.add_nodes_from(range(node_count))
    for start, end, weight in pairs:
        before = undirected.get_edge_data(start, end, {"weight": 0})["weight"]
        undirected.add_edge(start, end, weight=before + weight)
    of_nodes = lambda measure: [measure[node] for node in range(node_count)]
    division = [node // 12 for node in range(node_count)]
    groups = [{node for node in range(node_count) if division[node] == group} for group in range(5)]
    community = networkx.community
    best = max(community.modularity(undirected, community.louvain_communities(undirected, seed=k)) for k in range(50))
    return {
        "node_count": node_count,
        "pairs": pairs,
        "in_degrees": of_nodes(dict(directed.in_degree())),
        "out_degrees": of_nodes(dict(directed.out_degree())),
        "reciprocity": networkx.overall_reciprocity(directed),
        "core_numbers": of_nodes(networkx.core_number(undirected)),
        "pagerank": of_nodes(networkx.pagerank(directed, tol=1e-14, max_iter=1000)),
        "betweenness": of_nodes(networkx.betweenness_centrality(undirected)),
        "division": division,
        "modularity": community.modularity(undirected, groups),
        "louvain_modularity": best,
        "labels": dealt_labels(directed),
    }


def dealt_labels(graph):
    """Mean number of pairs of labelled nodes over every deal of three labels in one stratum and two in another."""
    strata, labelled = [range(0, 9), range(9, 16)], [[0, 3, 5], [10, 14]]
    count = lambda chosen: graph.subgraph(chosen).number_of_edges()
    deals = [
        count(first + second)
        for first in itertools.combinations(strata[0], len(labelled[0]))
        for second in itertools.combinations(strata[1], len(labelled[1]))
    ]
    return {
        "strata_ends": [9, 16],
        "labelled": labelled[0] + labelled[1],
        "observed": count(labelled[0] + labelled[1]),
        "mean": float(numpy.mean(deals)),
    }


print(
    json.dumps(
        {
            "proportions": proportions(),
            "two_samples": two_samples(),
            "weighted": weighted(),
            "logistic": logistic(),
            "benjamini_hochberg": adjusted(),
            "overlap": overlap(),
            "log_odds": log_odds(),
            "survival": survival(),
            "network": network(),
            "jeffreys": {"successes": 30, "trials": 100, "ends": stats.beta.ppf([0.025, 0.975], 30.5, 70.5).tolist()},
        },
        separators=(",", ":"),
    )
)
