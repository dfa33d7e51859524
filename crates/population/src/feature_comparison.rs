//! One quantity of accounts compared between strict crossover users and matched others, and
//! between crossover users and others by weight (methods 5).

use entangle_model::Estimate;
use entangle_model::study::{FeatureComparison, Verdict};
use entangle_statistics::cliffs_delta::{WeightedValue, cliffs_delta, weighted_cliffs_delta};
use entangle_statistics::equivalence::equivalence_p;
use entangle_statistics::kolmogorov_smirnov::kolmogorov_smirnov_p;
use entangle_statistics::mann_whitney::mann_whitney_p;
use entangle_statistics::multiple_testing::benjamini_hochberg;
use entangle_statistics::weighted_sample::WeightedSample;

use crate::behaviour::COMPARED_MIN;
use crate::config::StudyConfig;
use crate::matched_groups::MatchedGroups;
use crate::verdict::feature_verdict;

/// A quantity measured for every included account.
pub(crate) struct Measured {
    /// Short name, unit last.
    pub(crate) name: &'static str,
    /// What it measures and when it is missing.
    pub(crate) about: &'static str,
    /// Its value for each included account, in the order of their indices.
    pub(crate) values: Vec<Option<f64>>,
}

/// Accounts as they are compared.
pub(crate) struct ComparedGroups<'groups> {
    /// Strict crossover users and matched others.
    pub(crate) matched: &'groups MatchedGroups,
    /// Per included account its weight among crossover users and among others.
    pub(crate) weights: &'groups [(f64, f64)],
    /// Accounts that a group must have of a quantity.
    pub(crate) least: u64,
    pub(crate) equivalence_margin: f64,
}

/// Accounts that a group must have of a quantity, whatever the study withholds.
pub(crate) fn least_of(config: &StudyConfig) -> u64 {
    config.suppress_below_count.max(COMPARED_MIN)
}

/// Compares quantities. p is adjusted over all of them (Benjamini and Hochberg); those that too
/// few accounts have, or that are the same for all compared accounts, are left out.
pub(crate) fn compare_measures(
    groups: &ComparedGroups<'_>,
    measures: impl IntoIterator<Item = Measured>,
) -> Vec<FeatureComparison> {
    let mut comparisons: Vec<FeatureComparison> = measures
        .into_iter()
        .filter_map(|measured| compare(groups, &measured))
        .collect();
    let p_values: Vec<Option<f64>> = comparisons.iter().map(|one| one.mann_whitney_p).collect();
    for (comparison, adjusted_p) in comparisons.iter_mut().zip(benjamini_hochberg(&p_values)) {
        comparison.adjusted_p = adjusted_p;
        comparison.verdict = feature_verdict(comparison.equivalence_p, adjusted_p);
    }
    comparisons
}

/// Compares one quantity; `None` where a group has it for fewer than `least` accounts, or where
/// all have the same value: a quantity that the source does not record looks like that.
fn compare(groups: &ComparedGroups<'_>, measured: &Measured) -> Option<FeatureComparison> {
    let values = |accounts: Vec<usize>| -> Vec<f64> {
        let measured = accounts.into_iter().filter_map(|one| measured.values[one]);
        measured.collect()
    };
    let crossover = values(groups.matched.cases());
    let others = values(groups.matched.controls());
    let mut all = crossover.iter().chain(&others);
    let is_constant = all
        .next()
        .is_none_or(|first| all.all(|value| value == first));
    if (crossover.len().min(others.len()) as u64) < groups.least || is_constant {
        return None;
    }
    let delta = cliffs_delta(&crossover, &others);
    let n = (crossover.len() + others.len()) as u64;
    Some(FeatureComparison {
        feature: measured.name.to_owned(),
        about: measured.about.to_owned(),
        crossover_count: crossover.len() as u64,
        other_count: others.len() as u64,
        crossover_median: median(&crossover),
        other_median: median(&others),
        cliffs_delta: delta.map_or_else(
            || Estimate::missing(n, "a group has fewer than two values"),
            |delta| {
                delta.delta.into_estimate(
                    n,
                    "Cliff's delta with the interval of Feng and Cliff (2004), strict crossover \
                     users against matched others",
                )
            },
        ),
        cliffs_delta_expected: expected_delta(groups.weights, measured),
        mann_whitney_p: mann_whitney_p(&crossover, &others),
        kolmogorov_smirnov_p: kolmogorov_smirnov_p(&crossover, &others),
        adjusted_p: None,
        equivalence_p: delta.and_then(|delta| equivalence_p(&delta, groups.equivalence_margin)),
        verdict: Verdict::Undecided,
    })
}

fn median(values: &[f64]) -> Option<f64> {
    WeightedSample::new(values.iter().map(|value| (*value, 1.0))).quantile(0.5)
}

fn expected_delta(weights: &[(f64, f64)], measured: &Measured) -> Estimate {
    let observations: Vec<WeightedValue> = measured
        .values
        .iter()
        .zip(weights)
        .filter_map(|(value, (first_weight, second_weight))| {
            Some(WeightedValue {
                value: (*value)?,
                first_weight: *first_weight,
                second_weight: *second_weight,
            })
        })
        .collect();
    let n = observations.len() as u64;
    match weighted_cliffs_delta(&observations) {
        None => Estimate::missing(n, "fewer than two effective crossover users"),
        Some(delta) => delta.delta.into_estimate(
            n,
            "Cliff's delta with every account weighted by its probability of being a crossover \
             user, others weighted to them by tenure and posts; first-order variance",
        ),
    }
}
