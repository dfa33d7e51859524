//! How many accounts crossover users and others answer and are answered by.

use entangle_model::Estimate;
use entangle_model::study::DegreePoint;
use entangle_statistics::proportion::weighted_mean_interval;
use entangle_statistics::weighted_sample::{Bootstrap, WeightedSample};

use super::ties::Ties;
use crate::feature_comparison::ComparedGroups;
use crate::inputs::StudyInputs;

/// Shares of accounts with at least 1, 2, 4, 8 and so on accounts at the other end, as long as
/// enough crossover users are expected there.
pub(super) fn degrees(
    inputs: &StudyInputs<'_>,
    groups: &ComparedGroups<'_>,
    ties: &Ties,
) -> Vec<DegreePoint> {
    let as_counts = |degrees: &[u32]| {
        let count = |degree: u32| Some(f64::from(degree));
        ties.of_accounts(inputs.accounts.len(), degrees, Some(0.0), count)
    };
    let directions = [
        ("answers", ties.graph.out_degrees()),
        ("answered_by", ties.graph.in_degrees()),
    ];
    let mut points = Vec::new();
    for (direction, degrees) in directions {
        let counts: Vec<f64> = as_counts(&degrees).into_iter().flatten().collect();
        let thresholds = (0..32).map(|doubling| 1u64 << doubling);
        points
            .extend(thresholds.map_while(|least| point(inputs, groups, direction, &counts, least)));
    }
    points
}

/// One point; `None` where the crossover users expected at it are too few to be shown.
fn point(
    inputs: &StudyInputs<'_>,
    groups: &ComparedGroups<'_>,
    direction: &str,
    counts: &[f64],
    least_account_count: u64,
) -> Option<DegreePoint> {
    let has_as_many: Vec<f64> = counts
        .iter()
        .map(|count| f64::from(u8::from(*count >= least_account_count as f64)))
        .collect();
    let crossover = has_as_many.iter().zip(groups.weights);
    let expected_count: f64 = crossover
        .clone()
        .map(|(has, (weight, _))| has * weight)
        .sum();
    if expected_count <= 0.0 || expected_count < inputs.config.suppress_below_count as f64 {
        return None;
    }
    let sample = WeightedSample::new(crossover.map(|(has, (weight, _))| (*has, *weight)));
    let bootstrap = Bootstrap {
        replicate_count: usize::try_from(inputs.config.bootstrap_count).unwrap_or(usize::MAX),
        seed: inputs.config.seed,
    };
    let n = sample.len() as u64;
    let crossover_share = sample.bootstrap(WeightedSample::mean, bootstrap)?;
    let other_weights: Vec<f64> = groups.weights.iter().map(|(_, other)| *other).collect();
    let other_n = other_weights.iter().filter(|weight| **weight > 0.0).count() as u64;
    let other_share = weighted_mean_interval(&has_as_many, &other_weights);
    Some(DegreePoint {
        direction: direction.to_owned(),
        least_account_count,
        crossover_share: crossover_share.into_estimate_with_spread(
            n,
            "share of crossover users, weighted by probability; percentile bootstrap over accounts \
             and over which links are true",
        ),
        other_share: other_share.map_or_else(
            || Estimate::missing(other_n, "there are fewer than two others"),
            |share| {
                share.into_estimate_with_spread(
                    other_n,
                    "share of others, weighted to the crossover users within cells of one doubling \
                     of tenure and posts; normal interval of a ratio",
                )
            },
        ),
    })
}
