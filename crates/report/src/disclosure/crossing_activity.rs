//! Posts a month around the crossing.

use entangle_model::Estimate;
use entangle_model::study::CrossingActivity;

use super::{is_few, rests_on_few};
use crate::number::finite;

/// Takes out the strict form where few are followed, the expected form where few are expected,
/// and single numbers that rest on few.
pub(super) fn withhold_months(activity: &mut CrossingActivity, floor: u64) {
    let is_few_strict = is_few(activity.crossover_count as f64, floor);
    let is_few_expected = activity
        .crossover_expected_count
        .is_some_and(|count| is_few(count, floor));
    for month in &mut activity.months {
        for posts in [&mut month.public, &mut month.others, &mut month.targets] {
            withhold_one(&mut posts.mean, is_few_strict, floor);
            withhold_one(&mut posts.median, is_few_strict, floor);
        }
        for expected in [
            &mut month.public_expected,
            &mut month.others_expected,
            &mut month.targets_expected,
        ] {
            withhold_one(expected, is_few_expected, floor);
        }
    }
    withhold_one(&mut activity.change_strict, is_few_strict, floor);
    withhold_one(&mut activity.change_expected, is_few_expected, floor);
    if is_few_strict {
        // Nobody is shown, as the stage itself has it, and so no number of others either.
        (activity.crossover_count, activity.other_count) = (0, 0);
    }
    if is_few_expected {
        activity.crossover_expected_count = None;
    }
}

/// The n of a month counts crossover users, so it goes with the number.
fn withhold_one(estimate: &mut Estimate, is_few_in_all: bool, floor: u64) {
    let has_value = finite(estimate.value).is_some();
    if has_value && (is_few_in_all || is_few(estimate.n as f64, floor)) {
        *estimate = Estimate::missing(0, rests_on_few(floor));
    }
}

#[cfg(test)]
mod tests {
    use super::super::withhold_small_counts;
    use super::*;
    use crate::fixture;

    fn shown(change: impl Fn(&mut CrossingActivity)) -> CrossingActivity {
        let mut result = fixture::realistic();
        change(&mut result.crossing_activity);
        withhold_small_counts(&result).crossing_activity
    }

    #[test]
    fn few_strict_crossover_users_take_their_form_with_them_and_not_the_other() {
        let activity = shown(|activity| activity.crossover_count = 9);
        assert_eq!((activity.crossover_count, activity.other_count), (0, 0));
        assert_eq!(activity.change_strict.value, None);
        assert!(activity.change_expected.value.is_some());
        for month in &activity.months {
            assert_eq!(month.public.mean.value, None);
            assert_eq!(month.targets.median.value, None);
            assert_eq!(month.others.mean.value, None);
            assert!(month.public_expected.value.is_some());
        }
    }

    #[test]
    fn few_expected_crossover_users_take_their_form_with_them_and_not_the_other() {
        let activity = shown(|activity| activity.crossover_expected_count = Some(8.7));
        assert_eq!(activity.crossover_expected_count, None);
        assert_eq!(activity.change_expected.value, None);
        assert!(activity.change_strict.value.is_some());
        assert_eq!(activity.months[3].targets_expected.value, None);
    }

    #[test]
    fn a_month_that_few_are_followed_in_is_withheld_alone() {
        let activity = shown(|activity| activity.months[0].public.mean.n = 6);
        assert_eq!(activity.months[0].public.mean.value, None);
        assert!(activity.months[0].public.median.value.is_some());
        assert!(activity.months[1].public.mean.value.is_some());
    }
}
