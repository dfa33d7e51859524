//! Subgroups of the population, and the expected share under other assumptions.

use entangle_model::Estimate;
use entangle_model::study::{SensitivityPoint, StudyResult, SubgroupDivision};

use super::{add_companion, is_few, rests_on_few, withhold};
use crate::number::finite;

/// Crossover users of the whole population.
pub(super) struct Whole {
    account_count: u64,
    /// By the strict rule; absent where the share is.
    pub(super) strict_count: Option<f64>,
    /// By probability; absent where the share is.
    pub(super) expected_count: Option<f64>,
}

impl Whole {
    pub(super) fn of(result: &StudyResult) -> Self {
        let account_count = result.population.included_count;
        let count = |share: &Estimate| Some(finite(share.value)? * account_count as f64);
        Self {
            account_count,
            strict_count: count(&result.prevalence.strict),
            expected_count: count(&result.prevalence.expected),
        }
    }
}

/// Takes out groups with few strict crossover users; a single one of a division never alone,
/// because the groups add up to the population.
pub(super) fn withhold_subgroups(divisions: &mut [SubgroupDivision], floor: u64) {
    for division in divisions {
        let counts: Vec<Option<f64>> = division
            .groups
            .iter()
            .map(|group| Some((finite(group.strict.value)? * group.account_count as f64).round()))
            .collect();
        let mut reasons: Vec<Option<String>> = counts
            .iter()
            .map(|count| {
                count
                    .is_some_and(|count| is_few(count, floor))
                    .then(|| rests_on_few(floor))
            })
            .collect();
        add_companion(&counts, &mut reasons);
        for (group, why) in division.groups.iter_mut().zip(reasons) {
            if let Some(why) = why {
                withhold(&mut group.strict, &why);
                withhold(&mut group.expected, &why);
            }
        }
    }
}

/// Takes out rows that rest on few. A row over the whole population rests on the strict
/// crossover users of it, however little its assumption makes them weigh; a row over a part of
/// it rests on those expected there.
pub(super) fn withhold_sensitivity(points: &mut [SensitivityPoint], whole: &Whole, floor: u64) {
    for point in points {
        let share = &point.expected;
        let count = match share.n == whole.account_count {
            true => whole.strict_count,
            false => finite(share.value).map(|value| value * share.n as f64),
        };
        if count.is_some_and(|count| is_few(count, floor)) {
            withhold(&mut point.expected, &rests_on_few(floor));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::withhold_small_counts;
    use crate::fixture;
    use entangle_model::Estimate;

    #[test]
    fn a_small_group_takes_the_smallest_other_of_its_division_with_it() {
        let mut result = fixture::realistic();
        result.subgroups[1].groups[0].strict = Estimate::counted(0.001, 6_020, "counted");
        let shown = withhold_small_counts(&result);
        let values = |division: usize| -> Vec<(bool, bool)> {
            let groups = shown.subgroups[division].groups.iter();
            groups
                .map(|group| (group.strict.value.is_some(), group.expected.value.is_some()))
                .collect()
        };
        assert_eq!(values(1), [(false, false), (false, false), (true, true)]);
        assert_eq!(
            values(0),
            [(true, true), (true, true), (true, true), (false, false)]
        );
    }

    #[test]
    fn a_row_over_few_of_a_part_of_the_population_is_withheld() {
        let mut result = fixture::realistic();
        result.sensitivity[3].expected = Estimate::new(0.05, 0.02, 0.1, 120, "expected");
        let shown = withhold_small_counts(&result);
        let has_value: Vec<bool> = shown
            .sensitivity
            .iter()
            .map(|point| point.expected.value.is_some())
            .collect();
        assert_eq!(has_value, [true, true, true, false]);
    }

    #[test]
    fn a_row_over_the_whole_rests_on_its_strict_crossover_users() {
        let mut result = fixture::realistic();
        let n = result.population.included_count;
        let few = Estimate::new(4.0 / n as f64, 0.0, 0.001, n, "expected");
        result.sensitivity[1].expected = few.clone();
        assert!(
            withhold_small_counts(&result).sensitivity[1]
                .expected
                .value
                .is_some()
        );
        result.prevalence.strict = few;
        assert_eq!(
            withhold_small_counts(&result).sensitivity[1].expected.value,
            None
        );
    }
}
