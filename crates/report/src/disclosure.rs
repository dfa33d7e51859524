//! A last gate before a document: counts of few people are not shown.
//!
//! A count of two crossover users on a small forum may name two people to somebody who knows
//! the forum. The stage that computes a study withholds such cells by the rule restated here, so
//! this gate changes nothing of its results; it stands against results from elsewhere. Zero is
//! shown, because it points at nobody, and counts of a whole source are not cells.

use entangle_model::Estimate;
use entangle_model::study::StudyResult;

/// The result without the cells of target sources, and of pairs of them, that have fewer crossover users, by the
/// strict rule, than `about.suppress_below_count`.
pub fn withhold_small_counts(result: &StudyResult) -> StudyResult {
    let mut shown = result.clone();
    let floor = result.about.suppress_below_count;
    for target in &mut shown.targets {
        if is_small(&target.crossover_strict, floor) {
            withhold(&mut target.crossover_strict, floor);
            withhold(&mut target.crossover_expected, floor);
            withhold(&mut target.post_share, floor);
            withhold(&mut target.thread_share, floor);
        }
    }
    for pair in &mut shown.target_overlaps {
        if is_small(&pair.crossover_strict, floor) {
            withhold(&mut pair.crossover_strict, floor);
            withhold(&mut pair.crossover_expected, floor);
        }
    }
    shown
}

fn is_small(count: &Estimate, floor: u64) -> bool {
    count
        .value
        .is_some_and(|value| value > 0.0 && value < floor as f64)
}

fn withhold(estimate: &mut Estimate, floor: u64) {
    *estimate = Estimate::missing(
        estimate.n,
        format!("withheld: it rests on fewer than {floor} crossover users"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_target_with_few_crossover_users_is_withheld_and_one_without_is_not() {
        let mut result = fixture::realistic();
        result.about.suppress_below_count = 5;
        result.targets[0].crossover_strict = Estimate::counted(4.0, 900, "counted");
        result.targets[1].crossover_strict = Estimate::counted(0.0, 900, "counted");
        result.target_overlaps[0].crossover_strict = Estimate::counted(4.0, 900, "counted");
        let shown = withhold_small_counts(&result);
        assert_eq!(shown.targets[0].crossover_strict.value, None);
        assert_eq!(shown.targets[0].crossover_expected.value, None);
        assert_eq!(shown.targets[0].post_share.value, None);
        assert_eq!(shown.targets[0].thread_share.value, None);
        assert_eq!(shown.target_overlaps[0].crossover_expected.value, None);
        assert!(shown.target_overlaps[1].crossover_expected.value.is_some());
        assert!(shown.targets[0].chance_name_matches.value.is_some());
        assert_eq!(shown.targets[1].crossover_strict.value, Some(0.0));
        assert!(shown.targets[1].crossover_expected.value.is_some());
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
