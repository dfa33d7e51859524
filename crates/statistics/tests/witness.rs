//! Agreement with other libraries: SciPy 1.17.1, statsmodels 0.15.0, scikit-learn 1.9.1,
//! lifelines 0.30.3, networkx 3.6.1 and NumPy 2.4.6, whose answers `tests/witness/generate.py` wrote
//! to `expected.json`.
#![allow(clippy::unwrap_used)]

use entangle_statistics::Bounded;
use entangle_statistics::auc::auc;
use entangle_statistics::cliffs_delta::cliffs_delta;
use entangle_statistics::kolmogorov_smirnov::kolmogorov_smirnov_p;
use entangle_statistics::log_odds::{Sides, WordSides};
use entangle_statistics::logistic::{FeatureMatrix, fit_logistic};
use entangle_statistics::mann_whitney::mann_whitney_p;
use entangle_statistics::multiple_testing::benjamini_hochberg;
use entangle_statistics::network::betweenness::sampled_betweenness;
use entangle_statistics::network::communities::{louvain, modularity};
use entangle_statistics::network::core_number::core_numbers;
use entangle_statistics::network::label_null::{StratifiedLabels, labelled_pair_ratio};
use entangle_statistics::network::pagerank::{PagerankOptions, pagerank};
use entangle_statistics::network::{DirectedGraph, Pair};
use entangle_statistics::overlap::expected_overlap;
use entangle_statistics::prevalence::{CandidateLink, mean_with_binomial_interval};
use entangle_statistics::proportion::{clopper_pearson_interval, wilson_interval};
use entangle_statistics::survival::{Observation, kaplan_meier};
use entangle_statistics::weighted_sample::WeightedSample;
use serde_json::Value;

fn expected() -> Value {
    serde_json::from_str(include_str!("witness/expected.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    let items = value.as_array().unwrap();
    items.iter().map(|item| item.as_f64().unwrap()).collect()
}

#[track_caller]
fn assert_close(ours: f64, theirs: &Value, tolerance: f64) {
    let theirs = theirs.as_f64().unwrap();
    assert!((ours - theirs).abs() <= tolerance, "{ours} and {theirs}");
}

#[track_caller]
fn assert_ends(ours: Bounded, theirs: &Value) {
    assert_close(ours.low, &theirs[0], 1e-9);
    assert_close(ours.high, &theirs[1], 1e-9);
}

/// statsmodels.stats.proportion.proportion_confint, methods wilson and beta.
#[test]
fn proportions_agree_with_statsmodels() {
    for case in expected()["proportions"].as_array().unwrap() {
        let successes = case["successes"].as_f64().unwrap();
        let trials = case["trials"].as_f64().unwrap();
        assert_ends(wilson_interval(successes, trials).unwrap(), &case["wilson"]);
        let exact = clopper_pearson_interval(successes, trials).unwrap();
        assert_ends(exact, &case["clopper_pearson"]);
    }
}

/// scipy.stats.mannwhitneyu and ks_2samp with asymptotic p, sklearn.metrics.roc_auc_score, and
/// Cliff's delta from the full table of pairs.
#[test]
fn two_sample_statistics_agree_with_scipy_and_scikit_learn() {
    for case in expected()["two_samples"].as_array().unwrap() {
        let (first, second) = (numbers(&case["first"]), numbers(&case["second"]));
        assert_close(
            mann_whitney_p(&first, &second).unwrap(),
            &case["mann_whitney_p"],
            1e-9,
        );
        let p = kolmogorov_smirnov_p(&first, &second).unwrap();
        assert_close(p, &case["kolmogorov_smirnov_p"], 5e-5);
        assert_close(auc(&first, &second).unwrap(), &case["auc"], 1e-12);
        let delta = cliffs_delta(&first, &second).unwrap();
        let theirs = &case["cliffs_delta"];
        assert_close(delta.delta.value, &theirs["delta"], 1e-12);
        assert_close(delta.standard_error, &theirs["standard_error"], 1e-12);
        assert_close(delta.delta.low, &theirs["low"], 1e-8);
        assert_close(delta.delta.high, &theirs["high"], 1e-8);
    }
}

/// numpy.quantile with weights (inverted_cdf) and without (averaged_inverted_cdf), and the Gini
/// coefficient from all absolute differences.
#[test]
fn weighted_statistics_agree_with_numpy() {
    let expected = &expected()["weighted"];
    let (values, weights) = (numbers(&expected["values"]), numbers(&expected["weights"]));
    let weighted = WeightedSample::new(values.iter().copied().zip(weights));
    let unweighted = WeightedSample::new(values.iter().map(|value| (*value, 1.0)));
    for (index, level) in numbers(&expected["levels"]).into_iter().enumerate() {
        assert_close(
            weighted.quantile(level).unwrap(),
            &expected["quantiles"][index],
            1e-12,
        );
        let plain = unweighted.quantile(level).unwrap();
        assert_close(plain, &expected["unweighted_quantiles"][index], 1e-12);
    }
    assert_close(weighted.gini().unwrap(), &expected["gini"], 1e-9);
}

/// sklearn.linear_model.LogisticRegression with C = 1 / ridge.
#[test]
fn logistic_regression_agrees_with_scikit_learn() {
    let expected = &expected()["logistic"];
    let features = FeatureMatrix::new(3, numbers(&expected["values"])).unwrap();
    let labels: Vec<bool> = numbers(&expected["labels"])
        .iter()
        .map(|label| *label > 0.5)
        .collect();
    let rows: Vec<usize> = (0..features.row_count()).collect();
    let ridge = expected["ridge"].as_f64().unwrap();
    let model = fit_logistic(&features, &labels, &rows, ridge).unwrap();
    for (ours, theirs) in model
        .coefficients
        .iter()
        .zip(expected["coefficients"].as_array().unwrap())
    {
        assert_close(*ours, theirs, 1e-5);
    }
}

/// statsmodels.stats.multitest.multipletests, method fdr_bh.
#[test]
fn benjamini_hochberg_agrees_with_statsmodels() {
    let expected = &expected()["benjamini_hochberg"];
    let p_values: Vec<Option<f64>> = numbers(&expected["p"]).into_iter().map(Some).collect();
    for (index, ours) in benjamini_hochberg(&p_values).into_iter().enumerate() {
        assert_close(ours.unwrap(), &expected["adjusted"][index], 1e-12);
    }
}

/// scipy.stats.beta.ppf: with certain links the expected share has Jeffreys' interval.
#[test]
fn certain_links_give_jeffreys_interval() {
    let expected = &expected()["jeffreys"];
    let mut probabilities = vec![1.0; 30];
    probabilities.resize(100, 0.0);
    let share = mean_with_binomial_interval(&probabilities).unwrap();
    assert_ends(share, &expected["ends"]);
}

/// lifelines.KaplanMeierFitter with entry.
#[test]
fn survival_agrees_with_lifelines() {
    let expected = &expected()["survival"];
    let (entries, exits) = (numbers(&expected["entries"]), numbers(&expected["exits"]));
    let is_event = expected["is_event"].as_array().unwrap();
    let observations: Vec<Observation> = entries
        .into_iter()
        .zip(exits)
        .zip(is_event)
        .map(|((entry, exit), is_event)| Observation {
            weight: 1.0,
            entry,
            event: is_event.as_bool().unwrap().then_some(exit),
            event_probability: 1.0,
            exit,
        })
        .collect();
    let times = numbers(&expected["times"]);
    let points = kaplan_meier(&observations, &times);
    assert_eq!(points.len(), times.len());
    for (index, point) in points.into_iter().enumerate() {
        assert_close(point.survival.value, &expected["survival"][index], 1e-9);
        assert_ends(point.survival, &expected["ends"][index]);
    }
}

/// numpy sums without each group in turn, and scipy.stats.t.
#[test]
fn log_odds_ratio_agrees_with_leaving_out_each_group() {
    let expected = &expected()["log_odds"];
    let groups = |name: &str| -> Vec<Sides> {
        let groups = expected[name].as_array().unwrap().iter();
        groups
            .map(|sides| Sides::try_from(numbers(sides)).unwrap())
            .collect()
    };
    let prior_word_count = expected["prior_word_count"].as_f64().unwrap();
    let sides = WordSides::new(groups("totals"), prior_word_count).unwrap();
    let compared = sides.compare(&groups("uses")).unwrap();
    assert_close(compared.log_odds_ratio.value, &expected["value"], 1e-12);
    assert_ends(compared.log_odds_ratio, &expected["ends"]);
    assert_close(
        compared.independent_words_z,
        &expected["independent_words_z"],
        1e-9,
    );
    assert_close(compared.z, &expected["z"], 1e-9);
    assert_close(compared.p, &expected["p"], 1e-9);
}

/// scipy.stats.beta.cdf and scipy.optimize.brentq, over every combination of true and false links.
#[test]
fn overlap_agrees_with_every_combination_of_links() {
    let expected = &expected()["overlap"];
    let links: Vec<CandidateLink> = expected["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| CandidateLink {
            account: link["account"].as_u64().unwrap() as usize,
            target: link["target"].as_u64().unwrap() as usize,
            probability: link["probability"].as_f64().unwrap(),
        })
        .collect();
    let draws: Vec<Vec<f64>> = expected["draws"]
        .as_array()
        .unwrap()
        .iter()
        .map(numbers)
        .collect();
    let account_count = expected["account_count"].as_u64().unwrap();
    let share = expected_overlap(&links, [0, 1], account_count, &draws)
        .unwrap()
        .share;
    assert_close(share.value, &expected["value"], 1e-12);
    assert_ends(share, &expected["ends"]);
}

fn network(expected: &Value) -> DirectedGraph {
    let pair = |pair: &Value| {
        let numbers = numbers(pair);
        Pair {
            from: numbers[0] as u32,
            to: numbers[1] as u32,
            weight: numbers[2] as u32,
        }
    };
    let pairs = expected["pairs"].as_array().unwrap();
    let node_count = expected["node_count"].as_u64().unwrap() as usize;
    DirectedGraph::new(node_count, pairs.iter().map(pair).collect())
}

#[track_caller]
fn assert_each(ours: impl IntoIterator<Item = f64>, theirs: &Value, tolerance: f64) {
    let ours: Vec<f64> = ours.into_iter().collect();
    assert_eq!(ours.len(), theirs.as_array().unwrap().len());
    for (node, ours) in ours.into_iter().enumerate() {
        assert_close(ours, &theirs[node], tolerance);
    }
}

/// networkx: in_degree, out_degree, overall_reciprocity, core_number, pagerank and
/// betweenness_centrality.
#[test]
fn measures_of_a_network_agree_with_networkx() {
    let expected = &expected()["network"];
    let graph = network(expected);
    let undirected = graph.undirected();
    let numbers = |counts: Vec<u32>| counts.into_iter().map(f64::from);
    assert_each(numbers(graph.in_degrees()), &expected["in_degrees"], 0.0);
    assert_each(numbers(graph.out_degrees()), &expected["out_degrees"], 0.0);
    let answered: u32 = graph.answered_degrees().iter().sum();
    let reciprocity = f64::from(answered) / graph.pair_count() as f64;
    assert_close(reciprocity, &expected["reciprocity"], 1e-12);
    let cores = core_numbers(&undirected);
    assert_each(numbers(cores), &expected["core_numbers"], 0.0);
    let ranks = pagerank(&graph, PagerankOptions::default());
    assert_each(ranks, &expected["pagerank"], 1e-9);
    let betweenness = sampled_betweenness(&undirected, usize::MAX, 1).unwrap();
    assert_each(betweenness.shares, &expected["betweenness"], 1e-12);
}

/// networkx.community: modularity of a given division, and the best of fifty runs of
/// louvain_communities.
#[test]
fn communities_agree_with_networkx() {
    let expected = &expected()["network"];
    let graph = network(expected).undirected();
    let division: Vec<u32> = numbers(&expected["division"])
        .into_iter()
        .map(|community| community as u32)
        .collect();
    let given = modularity(&graph, &division).unwrap();
    assert_close(given, &expected["modularity"], 1e-12);
    let best = expected["louvain_modularity"].as_f64().unwrap();
    let found: Vec<f64> = (0..20)
        .map(|seed| louvain(&graph, seed).modularity.unwrap())
        .collect();
    let of_ours = found.iter().copied().fold(0.0, f64::max);
    assert!((of_ours - best).abs() < 1e-9, "{of_ours} and {best}");
    assert!(found.iter().all(|ours| *ours > best - 0.03), "{found:?}");
}

/// networkx: pairs among labelled nodes over every deal of the labels within two strata.
#[test]
fn expected_pairs_of_labelled_nodes_agree_with_every_deal() {
    let expected = &expected()["network"];
    let graph = network(expected);
    let labels = &expected["labels"];
    let labelled = numbers(&labels["labelled"]);
    let ends = numbers(&labels["strata_ends"]);
    let nodes = || (0..graph.node_count()).map(|node| node as f64);
    let weights = nodes().map(|node| f64::from(u8::from(labelled.contains(&node))));
    let strata = nodes().map(|node| ends.iter().filter(|end| node >= **end).count() as u32);
    let dealt = StratifiedLabels::new(weights.collect(), strata.collect()).unwrap();
    let groups: Vec<u32> = (0..50).collect();
    let (ratio, _) = labelled_pair_ratio(&graph, &dealt, &groups, 50).unwrap();
    let observed = labels["observed"].as_f64().unwrap();
    assert!(observed > 0.0);
    assert_close(observed / ratio, &labels["mean"], 1e-9);
}
