//! The network of the public source.

use entangle_model::study::{ChanceComparison, DegreePoint, Network, PersonaBridge, Verdict};

use super::compared::leave_out_small_comparisons;
use super::{add_companion, is_few, is_small, rests_on_few, withhold};
use crate::number::finite;

/// Takes out what rests on few crossover users. `expected_count` is how many the population is
/// expected to have; where it is not known, points of degrees are judged by their n alone.
pub(super) fn withhold_network(network: &mut Network, expected_count: Option<f64>, floor: u64) {
    leave_out_small_comparisons(&mut network.measures, floor);
    withhold_chance(&mut network.chance, floor);
    network
        .degrees
        .retain(|point| !is_few_at(point, expected_count, floor));
    withhold_bridges(&mut network.bridges, floor);
}

/// A quantity that counts few in one form goes in both, because they count the same accounts.
fn withhold_chance(rows: &mut [ChanceComparison], floor: u64) {
    let is_count = |row: &ChanceComparison| !row.quantity.ends_with("_share");
    let few: Vec<String> = rows
        .iter()
        .filter(|row| is_count(row) && is_small(&row.observed, floor))
        .map(|row| row.quantity.clone())
        .collect();
    for row in rows.iter_mut().filter(|row| few.contains(&row.quantity)) {
        for estimate in [&mut row.observed, &mut row.by_chance, &mut row.ratio] {
            withhold(estimate, &rests_on_few(floor));
        }
        (row.p, row.adjusted_p) = (None, None);
        row.verdict = Verdict::Undecided;
    }
}

/// Whether few crossover users are at a point; its line then ends before it.
fn is_few_at(point: &DegreePoint, expected_count: Option<f64>, floor: u64) -> bool {
    let share = finite(point.crossover_share.value).unwrap_or(0.0);
    expected_count.is_some_and(|count| is_few(share * count, floor))
        || is_few(point.crossover_share.n as f64, floor)
}

fn withhold_bridges(bridges: &mut [PersonaBridge], floor: u64) {
    let counts: Vec<Option<f64>> = bridges
        .iter()
        .map(|bridge| finite(bridge.persona_count.value))
        .collect();
    let mut reasons: Vec<Option<String>> = bridges
        .iter()
        .map(|bridge| is_small(&bridge.persona_count, floor).then(|| rests_on_few(floor)))
        .collect();
    add_companion(&counts, &mut reasons);
    for (bridge, why) in bridges.iter_mut().zip(reasons) {
        if let Some(why) = why {
            withhold(&mut bridge.persona_count, &why);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::withhold_small_counts;
    use super::*;
    use crate::fixture;
    use entangle_model::Estimate;

    fn shown(change: impl Fn(&mut Network)) -> Network {
        let mut result = fixture::realistic();
        change(&mut result.network);
        withhold_small_counts(&result).network
    }

    #[test]
    fn a_quantity_that_counts_few_goes_in_both_forms() {
        let network = shown(|network| {
            network.chance[1].observed = Estimate::counted(4.0, 1_506, "counted");
        });
        let missing: Vec<&str> = network
            .chance
            .iter()
            .filter(|row| row.observed.value.is_none() && row.p.is_none())
            .map(|row| row.quantity.as_str())
            .collect();
        assert_eq!(missing, ["crossover_users_on_most_paths"; 2]);
    }

    #[test]
    fn a_share_is_no_count_and_stays() {
        let network = shown(|_| ());
        assert!(network.chance.iter().all(|row| row.ratio.value.is_some()));
    }

    #[test]
    fn a_line_of_degrees_ends_where_few_crossover_users_are_expected() {
        let network = shown(|network| {
            let point = &mut network.degrees[7];
            point.crossover_share = Estimate::counted(0.004, 1_600, "counted");
        });
        let points = |direction: &str| {
            let points = network.degrees.iter();
            points.filter(|point| point.direction == direction).count()
        };
        assert_eq!((points("answers"), points("answered_by")), (7, 8));
    }

    #[test]
    fn a_small_number_of_personas_takes_another_with_it() {
        let network = shown(|network| {
            let bridge = |target_count, personas| PersonaBridge {
                target_count,
                persona_count: Estimate::counted(personas, 100, "counted"),
            };
            network.bridges = vec![bridge(1, 70.0), bridge(2, 26.0), bridge(3, 4.0)];
        });
        let values: Vec<Option<f64>> = network
            .bridges
            .iter()
            .map(|bridge| bridge.persona_count.value)
            .collect();
        assert_eq!(values, [Some(70.0), None, None]);
    }
}
