//! Agreement with other libraries: SciPy 1.17.1, statsmodels 0.15.0, scikit-learn 1.9.1,
//! lifelines 0.30.3, networkx 3.6.1, krippendorff 0.9.0, ppi-python 0.2.3 and NumPy 2.4.6, whose
//! answers `tests/witness/generate.py` wrote to `expected.json`; and flexmix, whose answers
//! `tests/witness/flexmix.R` wrote to `flexmix.json`.
#![allow(clippy::unwrap_used)]

use entangle_statistics::Bounded;
use entangle_statistics::auc::auc;
use entangle_statistics::classifier_error::ConfusionTable;
use entangle_statistics::cliffs_delta::{WeightedValue, cliffs_delta};
use entangle_statistics::cohens_kappa::cohens_kappa;
use entangle_statistics::corrected_prevalence::Proportion;
use entangle_statistics::design_power::{
    least_cliffs_delta, least_equivalence_margin, least_prevalence, least_share_difference,
};
use entangle_statistics::kolmogorov_smirnov::kolmogorov_smirnov_p;
use entangle_statistics::krippendorffs_alpha::krippendorffs_alpha;
use entangle_statistics::log_odds::{Sides, WordSides};
use entangle_statistics::logistic::{FeatureMatrix, fit_logistic};
use entangle_statistics::mann_whitney::mann_whitney_p;
use entangle_statistics::mean_difference::weighted_mean_difference;
use entangle_statistics::multiple_testing::benjamini_hochberg;
use entangle_statistics::network::betweenness::sampled_betweenness;
use entangle_statistics::network::communities::{louvain, modularity};
use entangle_statistics::network::core_number::core_numbers;
use entangle_statistics::network::label_null::{StratifiedLabels, labelled_pair_ratio};
use entangle_statistics::network::pagerank::{PagerankOptions, pagerank};
use entangle_statistics::network::{DirectedGraph, Pair};
use entangle_statistics::overlap::expected_overlap;
use entangle_statistics::prediction_powered::{
    ClassifiedPost, Coded, PredictionWeight, prediction_powered_mean,
};
use entangle_statistics::prevalence::{CandidateLink, mean_with_binomial_interval};
use entangle_statistics::proportion::{clopper_pearson_interval, wilson_interval};
use entangle_statistics::survival::{Observation, kaplan_meier};
use entangle_statistics::topics::{SparseMatrix, TopicOptions, find_topics};
use entangle_statistics::trajectories::{
    GroupCurve, Trajectory, TrajectoryModel, TrajectoryOptions, fit_trajectories,
    trajectory_log_likelihood,
};
use entangle_statistics::weighted_sample::{Bootstrap, WeightedSample};
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

/// scipy.stats.ttest_ind with unequal variances, and t intervals of the means.
#[test]
fn difference_of_means_of_certain_groups_agrees_with_welch_in_scipy() {
    let expected = &expected()["welch"];
    let group = |name: &str, first_weight: f64| {
        let values = numbers(&expected[name]).into_iter();
        values.map(move |value| WeightedValue {
            value,
            first_weight,
            second_weight: 1.0 - first_weight,
        })
    };
    let observations: Vec<WeightedValue> =
        group("first", 1.0).chain(group("second", 0.0)).collect();
    let found = weighted_mean_difference(&observations).unwrap();
    assert_close(found.p.unwrap(), &expected["p"], 1e-9);
    for (ours, name) in [
        (found.difference, "difference"),
        (found.first, "first_mean"),
        (found.second, "second_mean"),
    ] {
        assert_close(ours.low, &expected[name][0], 1e-8);
        assert_close(ours.high, &expected[name][1], 1e-8);
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

fn whole_numbers(value: &Value) -> Vec<usize> {
    let items = value.as_array().unwrap().iter();
    items.map(|item| item.as_u64().unwrap() as usize).collect()
}

/// statsmodels.stats.inter_rater.cohens_kappa and krippendorff.alpha.
#[test]
fn agreement_of_coders_agrees_with_statsmodels_and_krippendorff() {
    let expected = &expected()["agreement"];
    let pairs: Vec<(usize, usize)> = expected["pairs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| (whole_numbers(pair)[0], whole_numbers(pair)[1]))
        .collect();
    let kappa = cohens_kappa(&pairs).unwrap();
    assert_close(kappa.kappa.value, &expected["kappa"], 1e-12);
    let error = &expected["kappa_standard_error"];
    assert_close(kappa.standard_error, error, 1e-12);
    assert_ends(kappa.kappa, &expected["kappa_ends"]);
    let units = expected["units"].as_array().unwrap();
    let units: Vec<Vec<usize>> = units.iter().map(whole_numbers).collect();
    let bootstrap = Bootstrap {
        replicate_count: 10,
        seed: 1,
    };
    let alpha = krippendorffs_alpha(&units, bootstrap).unwrap().alpha;
    assert_close(alpha.value, &expected["alpha"], 1e-12);
}

/// ppi_py.ppi_mean_pointestimate and ppi_mean_ci for posts of one account each, with a fixed and
/// with the tuned weight of the labels; sums over accounts in NumPy for weighted draws.
#[test]
fn prediction_powered_mean_agrees_with_ppi_python_and_numpy() {
    let expected = &expected()["prediction_powered"];
    let (labels, codes) = (numbers(&expected["labels"]), numbers(&expected["codes"]));
    let is_coded = expected["is_coded"].as_array().unwrap();
    let posts = |accounts: &[usize], chances: &[f64]| -> Vec<ClassifiedPost> {
        (0..labels.len())
            .map(|post| ClassifiedPost {
                account: accounts[post],
                predicted: labels[post],
                coded: is_coded[post].as_bool().unwrap().then_some(Coded {
                    value: codes[post],
                    inclusion_probability: chances[post],
                }),
            })
            .collect()
    };
    let own: Vec<usize> = (0..labels.len()).collect();
    let simple = posts(&own, &vec![0.25; labels.len()]);
    let fixed = PredictionWeight::Fixed(expected["fixed"].as_f64().unwrap());
    let mean = prediction_powered_mean(&simple, fixed).unwrap();
    assert_close(mean.mean.value, &expected["value"], 1e-12);
    // Theirs divides by n instead of n - 1 and centres the labels of drawn posts on their own mean.
    assert_close(mean.standard_error, &expected["standard_error"], 2e-4);
    let tuned = prediction_powered_mean(&simple, PredictionWeight::Tuned).unwrap();
    // Theirs takes the variance of the labels from drawn and other posts together.
    assert_close(tuned.mean.value, &expected["tuned_value"], 5e-4);
    let error = &expected["tuned_standard_error"];
    assert_close(tuned.standard_error, error, 2e-4);

    let accounts = whole_numbers(&expected["accounts"]);
    let clustered = posts(&accounts, &numbers(&expected["inclusion_probabilities"]));
    let weight = PredictionWeight::Fixed(expected["lambda"].as_f64().unwrap());
    let mean = prediction_powered_mean(&clustered, weight).unwrap();
    assert_close(mean.mean.value, &expected["clustered_value"], 1e-12);
    let error = &expected["clustered_standard_error"];
    assert_close(mean.standard_error, error, 1e-12);
    let half_width = (mean.mean.high - mean.mean.low) / 2.0;
    let quantile = &expected["degrees_of_freedom_quantile"];
    assert_close(half_width / mean.standard_error, quantile, 1e-8);
}

/// sklearn.metrics.precision_recall_fscore_support, and Wilson's ends from statsmodels.
#[test]
fn errors_of_classes_agree_with_scikit_learn_and_statsmodels() {
    let expected = &expected()["classifier_errors"];
    let codes = whole_numbers(&expected["codes"]);
    let pairs = codes.into_iter().zip(whole_numbers(&expected["labels"]));
    let table = ConfusionTable::of_pairs(4, pairs).unwrap();
    for (class, error) in table.class_errors().into_iter().enumerate() {
        for (index, ours) in [error.precision, error.recall, error.f1]
            .into_iter()
            .enumerate()
        {
            let ours = ours.unwrap();
            assert_close(ours.value, &expected["values"][class][index], 1e-12);
            assert_ends(ours, &expected["ends"][class][index]);
        }
    }
}

/// scipy.stats.norm, statsmodels.stats.proportion.power_proportions_2indep, and Lang and Reiczigel's
/// interval in NumPy with scipy.stats.binom.
#[test]
fn least_differences_agree_with_scipy_and_statsmodels() {
    let expected = &expected()["design"];
    let rows = |name: &str| expected[name].as_array().unwrap();
    for row in rows("deltas") {
        let [m, n, power, _] = numbers(row).try_into().unwrap();
        let ours = least_cliffs_delta(m, n, power).unwrap();
        assert_close(ours, &row[3], 1e-8);
    }
    for row in rows("margins") {
        let [m, n, power, _] = numbers(row).try_into().unwrap();
        let ours = least_equivalence_margin(m, n, power).unwrap();
        assert_close(ours, &row[3], 1e-8);
    }
    for row in rows("differences") {
        let [m, n, share, power, _] = numbers(row).try_into().unwrap();
        let ours = least_share_difference(m, n, share, power).unwrap();
        assert_close(ours, &row[4], 1e-8);
    }
    for row in rows("prevalences") {
        let [accounts, found, true_count, chance, false_count, power, _] =
            numbers(row).try_into().unwrap();
        let of = |successes, trials| Proportion { successes, trials };
        let sensitivity = of(found, true_count);
        let false_positive = of(chance, false_count);
        let ours = least_prevalence(accounts as u64, sensitivity, false_positive, power).unwrap();
        assert_close(ours, &row[6], 1e-8);
    }
}

/// sklearn.decomposition.NMF, the best of four beginnings, and TfidfTransformer.
#[test]
fn topics_are_as_near_to_the_corpus_as_those_of_scikit_learn() {
    let expected = &expected()["topics"];
    let (mut starts, mut terms, mut counts) = (vec![0], Vec::new(), Vec::new());
    for document in expected["counts"].as_array().unwrap() {
        for (term, count) in numbers(document).into_iter().enumerate() {
            if count > 0.0 {
                terms.push(term);
                counts.push(count);
            }
        }
        starts.push(counts.len());
    }
    let matrix = SparseMatrix::new(30, starts, terms, counts).unwrap();
    let weighed = matrix.clone().tf_idf();
    for (term, value) in weighed.row(0) {
        assert_close(value, &expected["tf_idf_of_first"][term], 1e-12);
    }
    for row in expected["losses"].as_array().unwrap() {
        let options = TopicOptions {
            topic_count: row[0].as_u64().unwrap() as usize,
            start_count: 8,
            iterations_max: 5000,
            tolerance: 1e-9,
            seed: 1,
        };
        for (matrix, theirs) in [(&matrix, &row[1]), (&weighed, &row[2])] {
            let ours = find_topics(matrix, &options).unwrap();
            let ratio = ours.loss / theirs.as_f64().unwrap();
            assert!((0.99..=1.001).contains(&ratio), "{options:?} {ratio}");
        }
    }
}

fn witnessed_trajectories(weight_of: impl Fn(usize) -> f64) -> (Vec<Trajectory>, usize) {
    let expected = &expected()["trajectories"];
    let counts = expected["counts"].as_array().unwrap();
    let first_months = whole_numbers(&expected["first_months"]);
    let trajectories = counts.iter().zip(first_months).enumerate();
    let trajectories = trajectories.map(|(account, (counts, first_month))| Trajectory {
        weight: weight_of(account),
        first_month,
        counts: numbers(counts)
            .into_iter()
            .map(|count| count as u32)
            .collect(),
    });
    let month_count = expected["month_count"].as_u64().unwrap() as usize;
    (trajectories.collect(), month_count)
}

const TRAJECTORY_OPTIONS: TrajectoryOptions = TrajectoryOptions {
    degree: 2,
    is_zero_inflated: true,
    start_count: 4,
    iterations_max: 20_000,
    tolerance: 1e-13,
    seed: 1,
};

#[track_caller]
fn assert_same_groups(model: &TrajectoryModel, expected: &Value) {
    let theirs = &expected["log_likelihood"];
    assert_close(model.log_likelihood, theirs, 1e-4);
    for (group, ours) in model.groups.iter().enumerate() {
        assert_close(ours.curve.share, &expected["shares"][group], 1e-4);
        for (power, ours) in ours.curve.coefficients.iter().enumerate() {
            let theirs = &expected["coefficients"][group][power];
            assert_close(*ours, theirs, 2e-3);
        }
    }
}

/// The likelihood in NumPy at given parameters, its maximum by scipy.optimize.minimize, and the
/// intervals of a share and of posts from numerical second derivatives there.
#[test]
fn trajectory_groups_agree_with_scipy() {
    let expected = &expected()["trajectories"];
    let weights = numbers(&expected["weights"]);
    let (trajectories, month_count) = witnessed_trajectories(|account| weights[account]);
    let given = &expected["given"];
    let curves: Vec<GroupCurve> = (0..2)
        .map(|group| GroupCurve {
            share: numbers(&given["shares"])[group],
            coefficients: numbers(&given["coefficients"][group]),
            idle_probability: numbers(&given["idle_probabilities"])[group],
        })
        .collect();
    let ours = trajectory_log_likelihood(&trajectories, month_count, &curves).unwrap();
    assert_close(ours, &given["log_likelihood"], 1e-8);

    let model = fit_trajectories(&trajectories, month_count, 2, &TRAJECTORY_OPTIONS).unwrap();
    let best = &expected["best"];
    assert_same_groups(&model, best);
    for (group, ours) in model.groups.iter().enumerate() {
        let theirs = &best["idle_probabilities"][group];
        assert_close(ours.curve.idle_probability, theirs, 1e-3);
    }
    let share = model.groups[0].share.unwrap();
    let ends = &expected["ends_of_first_share"];
    assert_close(share.low, &ends[0], 1e-4);
    assert_close(share.high, &ends[1], 1e-4);
    let posts = model.groups[0].monthly_posts.as_ref().unwrap()[5];
    let ends = &expected["ends_of_posts_in_month_5"];
    assert_close(posts.low, &ends[0], 1e-3);
    assert_close(posts.high, &ends[1], 1e-3);
}

/// flexmix::flexmix with FLXMRglm(family = "poisson") and accounts as groups of rows.
#[test]
fn poisson_trajectory_groups_agree_with_flexmix() {
    let expected: Value = serde_json::from_str(include_str!("witness/flexmix.json")).unwrap();
    let (trajectories, month_count) = witnessed_trajectories(|_| 1.0);
    let options = TrajectoryOptions {
        is_zero_inflated: false,
        ..TRAJECTORY_OPTIONS
    };
    let model = fit_trajectories(&trajectories, month_count, 2, &options).unwrap();
    assert_same_groups(&model, &expected);
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
