//! What the design could have found.

use entangle_model::study::DesignPower;

use super::{is_few, rests_on_few, withhold};

/// Takes out rows of few crossover users: the amount and the number of others tell how many.
pub(super) fn withhold_sizes(power: &mut DesignPower, floor: u64) {
    for row in &mut power.rows {
        if row
            .crossover_count
            .is_some_and(|count| is_few(count, floor))
        {
            withhold(&mut row.least, &rests_on_few(floor));
            row.least.n = 0;
            (row.crossover_count, row.other_count) = (None, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::withhold_small_counts;
    use crate::fixture;

    #[test]
    fn sizes_of_few_crossover_users_are_withheld_with_what_they_would_find() {
        let mut result = fixture::realistic();
        result.design_power.rows[0].crossover_count = Some(8.4);
        let shown = withhold_small_counts(&result).design_power;
        let first = &shown.rows[0];
        assert_eq!((first.crossover_count, first.other_count), (None, None));
        assert_eq!((first.least.value, first.least.n), (None, 0));
        assert!(shown.rows[1].least.value.is_some());
    }
}
