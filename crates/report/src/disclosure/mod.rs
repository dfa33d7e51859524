//! A last gate before a document: counts of few people are not shown.
//!
//! A count of two crossover users on a small forum may name two people to somebody who knows
//! the forum. The stage that computes a study withholds such cells; this gate restates the rule,
//! so that it also stands against results from elsewhere. Zero is shown, because it points at
//! nobody, and counts of a whole source are not cells.
//!
//! A pair of target sources says something about each of the two: where nothing is shown of a
//! source, a pair that it belongs to would tell how its few crossover users spread, even where
//! the pair itself has none. Such pairs go with their source.

mod compared;
mod crossing_activity;
mod design_power;
mod migration;
mod network;
mod offers;
mod subgroups;
mod target_groups;
mod topics;

use entangle_model::Estimate;
use entangle_model::study::{StudyResult, TargetOverlap, TargetSource};

use crate::number::finite;

/// The result without the cells of target sources that have fewer crossover users, by the strict
/// rule, than `about.suppress_below_count`, and without the cells of pairs of target sources that
/// have as few or that such a source belongs to. A pair is never withheld alone for its own
/// smallness: the smallest other pair that is not empty goes with it. The same floor holds for
/// groups of target sources, subgroups, other assumptions, compared groups, months around the
/// crossing, places after a source fell silent, topics, sizes of the design and the network.
pub fn withhold_small_counts(result: &StudyResult) -> StudyResult {
    withhold_counts_below(result, result.about.suppress_below_count)
}

/// The same with a floor of one's own.
pub fn withhold_counts_below(result: &StudyResult, floor: u64) -> StudyResult {
    let mut shown = result.clone();
    for target in &mut shown.targets {
        if is_small(&target.crossover_strict, floor) {
            let why = rests_on_few(floor);
            withhold(&mut target.crossover_strict, &why);
            withhold(&mut target.crossover_expected, &why);
            withhold(&mut target.post_share, &why);
            withhold(&mut target.thread_share, &why);
        }
    }
    let reasons = reasons_of_pairs(&shown.targets, &shown.target_overlaps, floor);
    for (pair, why) in shown.target_overlaps.iter_mut().zip(reasons) {
        if let Some(why) = why {
            withhold(&mut pair.crossover_strict, &why);
            withhold(&mut pair.crossover_expected, &why);
        }
    }
    let of_prevalence = subgroups::Whole::of(result);
    target_groups::withhold_groups(&mut shown, of_prevalence.strict_count, floor);
    subgroups::withhold_subgroups(&mut shown.subgroups, floor);
    subgroups::withhold_sensitivity(&mut shown.sensitivity, &of_prevalence, floor);
    compared::leave_out_small_comparisons(&mut shown.behaviour.features, floor);
    crossing_activity::withhold_months(&mut shown.crossing_activity, floor);
    migration::withhold_destinations(&mut shown.migration, floor);
    topics::leave_out_small_languages(&mut shown.topics, floor);
    design_power::withhold_sizes(&mut shown.design_power, floor);
    offers::withhold_offers(&mut shown.offers, floor);
    network::withhold_network(&mut shown.network, of_prevalence.expected_count, floor);
    shown
}

/// Why each pair is withheld here; `None` where it is shown or already missing.
fn reasons_of_pairs(
    targets: &[TargetSource],
    pairs: &[TargetOverlap],
    floor: u64,
) -> Vec<Option<String>> {
    let is_shown = |name: &str| {
        targets
            .iter()
            .filter(|target| target.source == name)
            .all(|target| {
                finite(target.crossover_strict.value).is_some()
                    && finite(target.crossover_expected.value).is_some()
            })
    };
    let mut reasons: Vec<Option<String>> = pairs
        .iter()
        .map(|pair| {
            if is_small(&pair.crossover_strict, floor) {
                Some(rests_on_few(floor))
            } else if !is_shown(&pair.first_source) || !is_shown(&pair.second_source) {
                Some("withheld: the numbers of one of the two sources are not shown".to_owned())
            } else {
                None
            }
        })
        .collect();
    withhold_companion(pairs, &mut reasons);
    reasons
}

/// With a single pair withheld, the numbers by source and over all sources could give it away.
fn withhold_companion(pairs: &[TargetOverlap], reasons: &mut [Option<String>]) {
    let counts: Vec<Option<f64>> = pairs
        .iter()
        .map(|pair| finite(pair.crossover_strict.value))
        .collect();
    add_companion(&counts, reasons);
}

/// Of cells that add up to a shown number a single one is never withheld alone: the smallest of
/// the others that is not zero goes with it. `counts` are missing where a cell already was.
fn add_companion(counts: &[Option<f64>], reasons: &mut [Option<String>]) {
    let is_missing =
        |reasons: &[Option<String>], cell: usize| reasons[cell].is_some() || counts[cell].is_none();
    let cells = 0..counts.len();
    let missing_count = cells
        .clone()
        .filter(|cell| is_missing(reasons, *cell))
        .count();
    if missing_count != 1 || reasons.iter().all(Option::is_none) {
        return;
    }
    let count_of = |cell: usize| counts[cell].unwrap_or(0.0);
    let companion = cells
        .filter(|cell| !is_missing(reasons, *cell) && count_of(*cell) > 0.0)
        .min_by(|left, right| count_of(*left).total_cmp(&count_of(*right)));
    if let Some(companion) = companion {
        reasons[companion] =
            Some("withheld: without it a smaller number could be worked out".to_owned());
    }
}

fn rests_on_few(floor: u64) -> String {
    format!("withheld: it rests on fewer than {floor} crossover users")
}

fn is_small(count: &Estimate, floor: u64) -> bool {
    count.value.is_some_and(|value| is_few(value, floor))
}

/// Whether a number of crossover users is too small to be shown; zero is not.
fn is_few(count: f64, floor: u64) -> bool {
    count > 0.0 && count < floor as f64
}

/// Takes the numbers out; an estimate that is missing keeps its own reason.
fn withhold(estimate: &mut Estimate, why: &str) {
    if finite(estimate.value).is_some() {
        *estimate = Estimate::missing(estimate.n, why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn pair<'a>(result: &'a StudyResult, first: &str, second: &str) -> &'a TargetOverlap {
        let is_it =
            |pair: &&TargetOverlap| pair.first_source == first && pair.second_source == second;
        result.target_overlaps.iter().find(is_it).unwrap()
    }

    #[test]
    fn a_target_with_few_crossover_users_is_withheld_and_one_without_is_not() {
        let mut result = fixture::realistic();
        result.about.suppress_below_count = 5;
        result.targets[0].crossover_strict = Estimate::counted(4.0, 900, "counted");
        result.targets[1].crossover_strict = Estimate::counted(0.0, 900, "counted");
        let shown = withhold_small_counts(&result);
        assert_eq!(shown.targets[0].crossover_strict.value, None);
        assert_eq!(shown.targets[0].crossover_expected.value, None);
        assert_eq!(shown.targets[0].post_share.value, None);
        assert_eq!(shown.targets[0].thread_share.value, None);
        assert!(shown.targets[0].chance_name_matches.value.is_some());
        assert_eq!(shown.targets[1].crossover_strict.value, Some(0.0));
        assert!(shown.targets[1].crossover_expected.value.is_some());
    }

    #[test]
    fn a_pair_goes_with_a_source_that_is_withheld_even_where_the_pair_is_empty() {
        let mut result = fixture::realistic();
        result.about.suppress_below_count = 5;
        result.targets[2].crossover_strict = Estimate::counted(4.0, 900, "counted");
        for pair in &mut result.target_overlaps {
            if [&pair.first_source, &pair.second_source].contains(&&"darkmoney".to_owned()) {
                pair.crossover_strict = Estimate::counted(0.0, 900, "counted");
                pair.crossover_expected = Estimate::new(0.4, 0.1, 1.2, 900, "expected");
            }
        }
        let shown = withhold_small_counts(&result);
        for other in ["hackboard", "blackmarketing"] {
            let pair = pair(&shown, other, "darkmoney");
            assert_eq!(pair.crossover_strict.value, None);
            assert_eq!(pair.crossover_expected.value, None);
            assert_eq!(
                pair.crossover_expected.method,
                "withheld: the numbers of one of the two sources are not shown"
            );
        }
        let untouched = pair(&shown, "hackboard", "blackmarketing");
        assert!(untouched.crossover_expected.value.is_some());
    }

    #[test]
    fn a_pair_goes_with_a_source_that_was_withheld_before() {
        let mut result = fixture::realistic();
        result.targets[0].crossover_strict = Estimate::missing(900, "suppressed");
        result.targets[0].crossover_expected = Estimate::missing(900, "suppressed");
        let shown = withhold_small_counts(&result);
        let with_it = pair(&shown, "hackboard", "leakzone");
        assert_eq!(with_it.crossover_expected.value, None);
        let without = pair(&shown, "blackmarketing", "leakzone");
        assert!(without.crossover_expected.value.is_some());
    }

    #[test]
    fn a_single_small_pair_is_not_withheld_alone() {
        let mut result = fixture::realistic();
        result.about.suppress_below_count = 5;
        for (index, pair) in result.target_overlaps.iter_mut().enumerate() {
            let strict = [20.0, 3.0, 0.0, 9.0].get(index).copied().unwrap_or(40.0);
            pair.crossover_strict = Estimate::counted(strict, 900, "counted");
        }
        let shown = withhold_small_counts(&result);
        let values: Vec<Option<f64>> = shown
            .target_overlaps
            .iter()
            .take(4)
            .map(|pair| pair.crossover_strict.value)
            .collect();
        assert_eq!(values, [Some(20.0), None, Some(0.0), None]);
    }

    #[test]
    fn a_withheld_result_passes_the_gate_unchanged() {
        let once = withhold_small_counts(&fixture::withheld());
        let twice = withhold_small_counts(&once);
        assert_eq!(
            serde_json::to_string(&once).unwrap(),
            serde_json::to_string(&twice).unwrap()
        );
    }
}
