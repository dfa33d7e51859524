"""Writes expected.json: what other libraries compute from the same small inputs.

Run in an environment with SciPy 1.17.1, statsmodels 0.15.0, scikit-learn 1.9.1, lifelines 0.30.3,
networkx 3.6.1, krippendorff 0.9.0, ppi-python 0.2.3 and NumPy 2.4.6:

    python generate.py > expected.json

Then flexmix.R, which reads expected.json, writes what the R package flexmix makes of the same trajectories.

The inputs are plain formulas, so that nothing but the answers can change.
"""

import itertools
import json
import math

import krippendorff
import networkx
import numpy
import ppi_py
from lifelines import KaplanMeierFitter
from scipy import optimize, stats
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score, precision_recall_fscore_support, roc_auc_score
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import power_proportions_2indep, proportion_confint


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


def welch():
    """Welch's test with its interval, and the interval of each mean."""
    first, second = series(24, 0.71, 0.2, 1.0), series(61, 0.43, 0.6, 1.4)
    found = stats.ttest_ind(first, second, equal_var=False)
    ends = found.confidence_interval(0.95)
    of_mean = lambda values: list(stats.t.interval(0.95, len(values) - 1, numpy.mean(values), stats.sem(values)))
    return {
        "first": first,
        "second": second,
        "p": found.pvalue,
        "difference": [ends.low, ends.high],
        "first_mean": of_mean(first),
        "second_mean": of_mean(second),
    }


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


def agreement():
    """Codes of two coders, and of four of whom each left some units out; codes lie near a truth."""
    truth = [int(x) for x in series(90, 0.611, 0.1, 3)]
    coder = lambda step: [t if x < 0.7 else int(x * 997) % 3 for t, x in zip(truth, series(90, step, 0.3, 1))]
    pairs = list(zip(coder(0.733), coder(0.517)))
    table = numpy.zeros((3, 3))
    for pair in pairs:
        table[pair] += 1
    kappa = cohens_kappa(table)
    assert abs(kappa.kappa - cohen_kappa_score(*zip(*pairs))) < 1e-12
    coders = numpy.array([coder(step) for step in (0.733, 0.517, 0.419, 0.871)], dtype=float)
    coders[numpy.array(series(360, 0.333, 0.2, 1)).reshape(4, 90) < 0.3] = numpy.nan
    units = [[int(code) for code in column if not numpy.isnan(code)] for column in coders.T]
    return {
        "pairs": pairs,
        "kappa": kappa.kappa,
        "kappa_standard_error": float(kappa.std_kappa),
        "kappa_ends": [float(kappa.kappa_low), float(kappa.kappa_upp)],
        "units": units,
        "alpha": krippendorff.alpha(reliability_data=coders, level_of_measurement="nominal"),
    }


def prediction_powered():
    """ppi-python for posts of one account each; sums over accounts in NumPy for accounts with several."""
    count, coded_count = 600, 150
    truth = numpy.array(series(count, 0.611, 0.1, 1)) < 0.3
    labels = numpy.where(numpy.array(series(count, 0.733, 0.3, 1)) < 0.85, truth, ~truth).astype(float)
    codes = truth.astype(float)
    is_coded = numpy.argsort(series(count, 0.417, 0.6, 1)) < coded_count
    fixed = 0.8
    theirs = fixed * (count - coded_count) / count
    coded, other = (codes[is_coded], labels[is_coded]), labels[~is_coded]
    ends = ppi_py.ppi_mean_ci(coded[0], coded[1], other, alpha=0.05, lam=theirs)
    tuned = ppi_py.ppi_mean_ci(coded[0], coded[1], other, alpha=0.05)

    accounts = numpy.arange(count) // 5
    chances = numpy.where(labels > 0.5, 0.6, 0.2)
    shares = numpy.where(is_coded, 1 / chances, 0)
    shares = shares / shares.sum()
    lam = 0.7
    errors = codes - lam * labels
    value = lam * labels.mean() + (shares * errors).sum()
    influence = lam * (labels - labels.mean()) / count + shares * (errors - (shares * errors).sum())
    sums = numpy.array([influence[accounts == account].sum() for account in range(count // 5)])
    coded_accounts = len(set(accounts[is_coded]))
    return {
        "labels": labels.tolist(),
        "codes": codes.tolist(),
        "is_coded": is_coded.tolist(),
        "fixed": fixed,
        "value": float(ppi_py.ppi_mean_pointestimate(coded[0], coded[1], other, lam=theirs)[0]),
        "standard_error": float((ends[1] - ends[0])[0] / 2 / stats.norm.ppf(0.975)),
        "tuned_value": float(ppi_py.ppi_mean_pointestimate(coded[0], coded[1], other)[0]),
        "tuned_standard_error": float((tuned[1] - tuned[0])[0] / 2 / stats.norm.ppf(0.975)),
        "accounts": accounts.tolist(),
        "inclusion_probabilities": chances.tolist(),
        "lambda": lam,
        "clustered_value": value,
        "clustered_standard_error": math.sqrt((sums**2).sum() * coded_accounts / (coded_accounts - 1)),
        "degrees_of_freedom_quantile": stats.t.ppf(0.975, coded_accounts - 1),
    }


def classifier_errors():
    codes = [int(x) for x in series(200, 0.611, 0.1, 4)]
    labels = [code if x < 0.7 else int(x * 997) % 4 for code, x in zip(codes, series(200, 0.733, 0.3, 1))]
    precision, recall, f1, _ = precision_recall_fscore_support(codes, labels)
    ends = []
    for one in range(4):
        both = sum(code == one == label for code, label in zip(codes, labels))
        of = lambda names: proportion_confint(both, names, method="wilson")
        coded, labelled = codes.count(one), labels.count(one)
        jaccard = of(coded + labelled - both)
        ends.append([of(labelled), of(coded), [2 * end / (1 + end) for end in jaccard]])
    return {
        "codes": codes,
        "labels": labels,
        "values": numpy.array([precision, recall, f1]).T.tolist(),
        "ends": ends,
    }


def design():
    """Least differences by their formulas; the power of the difference of shares is statsmodels' own."""
    z = stats.norm.ppf
    error = lambda m, n: math.sqrt((m + n + 1) / (3 * m * n))

    def power_of_difference(difference, m, n, share):
        """Of the two-sided test at 5 %, but for the end of no interest."""
        return power_proportions_2indep(difference, share, m, ratio=n / m, alpha=0.025, alternative="larger").power

    def prevalence(accounts, sensitivity, false_positive, power):
        """Lang and Reiczigel's lower end for every count, then the prevalence by root finding."""

        def lower(found):
            z2 = z(0.975) ** 2
            raw, n = (found + z2 / 2) / (accounts + z2), accounts + z2
            (se, n_se), (fp, n_fp) = [((x + 1) / (k + 2), k + 2) for x, k in (sensitivity, false_positive)]
            theta = (raw - fp) / (se - fp)
            v_se, v_fp = se * (1 - se) / n_se, fp * (1 - fp) / n_fp
            shift = 2 * z2 * (theta * v_se - (1 - theta) * v_fp)
            spread = raw * (1 - raw) / n + theta**2 * v_se + (1 - theta) ** 2 * v_fp
            return theta + shift - z(0.975) * math.sqrt(spread) / (se - fp)

        least = next(found for found in range(accounts + 1) if lower(found) > 0)
        se, fp = [x / k for x, k in (sensitivity, false_positive)]
        found = lambda theta: stats.binom.sf(least - 1, accounts, theta * se + (1 - theta) * fp)
        return optimize.brentq(lambda theta: found(theta) - power, 0, 1, xtol=1e-14)

    return {
        "deltas": [[m, n, power, (z(0.975) + z(power)) * error(m, n)] for m, n, power in [(72, 500, 0.8), (30.5, 40, 0.9)]],
        "margins": [[m, n, power, (z(0.95) + z((1 + power) / 2)) * error(m, n)] for m, n, power in [(150, 600, 0.8)]],
        "differences": [
            [m, n, share, power, optimize.brentq(lambda d: power_of_difference(d, m, n, share) - power, 0.001, 0.6, xtol=1e-12)]
            for m, n, share, power in [(90, 600, 0.2, 0.8), (72, 300, 0.05, 0.9)]
        ],
        "prevalences": [
            [accounts, *sensitivity, *false_positive, power, prevalence(accounts, sensitivity, false_positive, power)]
            for accounts, sensitivity, false_positive, power in [(2000, (60, 100), (5, 1000), 0.8), (400, (45, 50), (0, 3000), 0.9)]
        ],
    }


def topics():
    """120 documents of 40 draws: most of the words of each come from eight terms of one of three topics."""
    counts = numpy.zeros((120, 30))
    draws = zip(series(4800, 0.6113, 0.1, 1), series(4800, 0.7331, 0.3, 1))
    for place, (is_common, term) in enumerate(draws):
        document = place // 40
        counts[document, int(30 * term) if is_common < 0.3 else 10 * (document % 3) + int(8 * term)] += 1
    weighed = TfidfTransformer().fit_transform(counts).toarray()

    def loss(matrix, topic_count):
        fits = [
            NMF(topic_count, init=init, random_state=seed, tol=1e-10, max_iter=20000).fit(matrix).reconstruction_err_
            for init, seed in [("nndsvd", 0), ("random", 1), ("random", 2), ("random", 3)]
        ]
        return min(fits) ** 2 / 2

    return {
        "counts": counts.astype(int).tolist(),
        "tf_idf_of_first": weighed[0].tolist(),
        "losses": [[topic_count, loss(counts, topic_count), loss(weighed, topic_count)] for topic_count in (1, 3, 5)],
    }


def trajectories():
    """Two groups with idle months: the likelihood at given parameters, its maximum, and its curvature there."""
    account_count, month_count, group_count, degree = 80, 16, 2, 2
    time = numpy.linspace(-1, 1, month_count)
    powers = numpy.array([time**power for power in range(degree + 1)])
    planted = numpy.array([0.2, -0.6, 0.7, 0.0, -1.7, 1.6, -0.9, -0.4, -2.2])
    uniforms = numpy.array(series(account_count * month_count, 0.61131, 0.1, 1)).reshape(account_count, month_count)
    firsts = [account % 4 for account in range(account_count)]
    rates = numpy.exp(planted.copy()[1:].reshape(group_count, 4)[:, :3] @ powers)
    counts = [
        [
            int(stats.poisson.ppf((uniforms[account, month] - 0.12) / 0.88, rates[int(account % 9 < 4), month]))
            if uniforms[account, month] > 0.12
            else 0
            for month in range(firsts[account], month_count)
        ]
        for account in range(account_count)
    ]
    weights = [0.5 + 0.5 * (account % 3 > 0) for account in range(account_count)]

    def unpacked(parameters):
        share = 1 / (1 + math.exp(-parameters[0]))
        of_groups = parameters[1:].reshape(group_count, degree + 2)
        return [share, 1 - share], of_groups[:, :-1], 1 / (1 + numpy.exp(-of_groups[:, -1]))

    def log_likelihoods(parameters):
        shares, coefficients, idle = unpacked(parameters)
        result = []
        for first, own in zip(firsts, counts):
            own = numpy.array(own)
            likelihood = 0
            for group in range(group_count):
                rate = numpy.exp(coefficients[group] @ powers[:, first:])
                chance = (1 - idle[group]) * stats.poisson.pmf(own, rate) + idle[group] * (own == 0)
                likelihood += shares[group] * chance.prod()
            result.append(math.log(likelihood))
        return numpy.array(result)

    def described(parameters):
        shares, coefficients, idle = unpacked(parameters)
        return {
            "shares": shares,
            "coefficients": coefficients.tolist(),
            "idle_probabilities": idle.tolist(),
            "log_likelihood": float(numpy.dot(weights, log_likelihoods(parameters))),
        }

    best = optimize.minimize(lambda x: -numpy.dot(weights, log_likelihoods(x)), planted, method="BFGS", options={"gtol": 1e-4})
    step = 1e-3
    total = lambda parameters: numpy.dot(weights, log_likelihoods(parameters))
    shifts = step * numpy.eye(9)
    curvature = [
        [
            (total(best.x + a + b) - total(best.x + a - b) - total(best.x - a + b) + total(best.x - a - b)) / (4 * step**2)
            for b in shifts
        ]
        for a in shifts
    ]
    covariance = numpy.linalg.inv(-numpy.array(curvature))
    error = math.sqrt(covariance[0, 0])
    # Log of the posts of the first group in month 5: minus the idle probability by its log odds.
    slopes = numpy.zeros(9)
    slopes[1:4], slopes[4] = powers[:, 5], -unpacked(best.x)[2][0]
    posts = (1 - unpacked(best.x)[2][0]) * math.exp(best.x[1:4] @ powers[:, 5])
    posts_error = math.sqrt(slopes @ covariance @ slopes)
    to_share = lambda log_odds: 1 / (1 + math.exp(-log_odds))
    return {
        "month_count": month_count,
        "first_months": firsts,
        "counts": counts,
        "weights": weights,
        "given": described(planted),
        "best": described(best.x),
        "ends_of_posts_in_month_5": [posts * math.exp(sign * stats.norm.ppf(0.975) * posts_error) for sign in (-1, 1)],
        "ends_of_first_share": [to_share(best.x[0] + sign * stats.norm.ppf(0.975) * error) for sign in (-1, 1)],
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
            "welch": welch(),
            "weighted": weighted(),
            "logistic": logistic(),
            "benjamini_hochberg": adjusted(),
            "overlap": overlap(),
            "log_odds": log_odds(),
            "survival": survival(),
            "agreement": agreement(),
            "prediction_powered": prediction_powered(),
            "classifier_errors": classifier_errors(),
            "design": design(),
            "topics": topics(),
            "trajectories": trajectories(),
            "network": network(),
            "jeffreys": {"successes": 30, "trials": 100, "ends": stats.beta.ppf([0.025, 0.975], 30.5, 70.5).tolist()},
        },
        separators=(",", ":"),
    )
)
