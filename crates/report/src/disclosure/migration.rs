//! Where those who were active on a target source post after it has fallen silent.

use entangle_model::Estimate;
use entangle_model::study::{Migration, SilentSource};

use super::{add_companion, is_small, rests_on_few, withhold};

/// Takes out sources on which few were active, and places where few post; a single place of a
/// source never alone, because the others and their number could give it away.
pub(super) fn withhold_destinations(migration: &mut Migration, floor: u64) {
    for silent in &mut migration.silent_sources {
        if is_small(&silent.active, floor) {
            silent.active = Estimate::missing(0, rests_on_few(floor));
            silent.destinations.clear();
        }
        withhold_places(silent, floor);
    }
}

fn withhold_places(silent: &mut SilentSource, floor: u64) {
    let reasons = |counts: Vec<Option<u64>>| {
        let counts: Vec<Option<f64>> = counts.iter().map(|count| count.map(|n| n as f64)).collect();
        let is_few = |count: &Option<f64>| count.is_some_and(|count| super::is_few(count, floor));
        let mut reasons: Vec<Option<String>> = counts
            .iter()
            .map(|count| is_few(count).then(|| rests_on_few(floor)))
            .collect();
        add_companion(&counts, &mut reasons);
        reasons
    };
    let places = silent.destinations.iter();
    let after = reasons(places.clone().map(|place| place.after_count).collect());
    let before = reasons(places.map(|place| place.before_count).collect());
    for ((place, after), before) in silent.destinations.iter_mut().zip(after).zip(before) {
        if let Some(why) = after {
            place.after_count = None;
            withhold(&mut place.after_share, &why);
        }
        if let Some(why) = before {
            place.before_count = None;
            withhold(&mut place.before_share, &why);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::withhold_small_counts;
    use super::*;
    use crate::fixture;

    fn shown(change: impl Fn(&mut SilentSource)) -> SilentSource {
        let mut result = fixture::realistic();
        change(&mut result.migration.silent_sources[0]);
        let mut shown = withhold_small_counts(&result).migration.silent_sources;
        shown.remove(0)
    }

    #[test]
    fn a_source_on_which_few_were_active_shows_no_place() {
        let silent = shown(|silent| silent.active = Estimate::counted(9.0, 9, "counted"));
        assert!(silent.destinations.is_empty());
        assert_eq!((silent.active.value, silent.active.n), (None, 0));
    }

    #[test]
    fn a_place_of_few_is_withheld_and_the_smallest_other_with_it() {
        let silent = shown(|silent| silent.destinations[1].after_count = Some(4));
        let after: Vec<Option<u64>> = silent
            .destinations
            .iter()
            .map(|place| place.after_count)
            .collect();
        assert_eq!(
            after.iter().filter(|count| count.is_none()).count(),
            2,
            "{after:?}"
        );
        assert_eq!(after[1], None);
        let places = silent.destinations.iter();
        for place in places {
            assert_eq!(
                place.after_count.is_some(),
                place.after_share.value.is_some()
            );
            assert!(place.before_share.value.is_some());
        }
    }
}
