//! Quantities compared between strict crossover users and matched others.

use entangle_model::study::FeatureComparison;

use super::is_few;

/// Leaves out what few strict crossover users have, as the stage that compares does: the row
/// states how many they are.
pub(super) fn leave_out_small_comparisons(compared: &mut Vec<FeatureComparison>, floor: u64) {
    compared.retain(|row| !is_few(row.crossover_count as f64, floor));
}

#[cfg(test)]
mod tests {
    use super::super::withhold_small_counts;
    use crate::fixture;

    #[test]
    fn a_quantity_that_few_crossover_users_have_is_left_out() {
        let mut result = fixture::realistic();
        result.behaviour.features[2].crossover_count = 9;
        result.network.measures[0].crossover_count = 9;
        let shown = withhold_small_counts(&result);
        let names = shown.behaviour.features.iter().map(|row| &row.feature);
        assert_eq!(names.clone().count(), 8);
        assert!(names.clone().all(|name| name != "thread_started_share"));
        assert!(shown.network.measures.is_empty());
    }
}
