//! Groups of target sources.

use entangle_model::study::{StudyResult, TargetGroup};

use super::{add_companion, is_few, is_small, rests_on_few, withhold};
use crate::number::finite;

/// Takes out groups that count few, or that differ by few from a number that is shown: of one of
/// their sources, of a group within them, or of all crossover users. `strict_count` is that of the
/// population. Sources that are withheld must be so already.
pub(super) fn withhold_groups(result: &mut StudyResult, strict_count: Option<f64>, floor: u64) {
    let groups = &result.target_groups;
    let counts: Vec<Option<f64>> = groups.iter().map(number_of).collect();
    let mut reasons: Vec<Option<String>> = groups
        .iter()
        .map(|group| is_small(&group.crossover_strict, floor).then(|| rests_on_few(floor)))
        .collect();
    add_companion(&counts, &mut reasons);
    let mut shown: Vec<(Vec<&str>, f64)> = Vec::new();
    let mut withheld: Vec<&str> = Vec::new();
    for target in &result.targets {
        match finite(target.crossover_strict.value) {
            Some(number) => shown.push((vec![target.source.as_str()], number)),
            None => withheld.push(&target.source),
        }
    }
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|group| (groups[*group].sources.len(), *group));
    for place in order {
        let Some(number) = counts[place].filter(|_| reasons[place].is_none()) else {
            continue;
        };
        let sources = &groups[place].sources;
        let holds_withheld = sources
            .iter()
            .any(|source| withheld.contains(&source.as_str()));
        let is_told = |rest: f64| {
            let rest = rest.abs().round();
            is_few(rest, floor) || rest == 0.0 && holds_withheld
        };
        let is_part = |part: &[&str]| {
            let mut part = part.iter();
            part.all(|source| sources.iter().any(|one| one == source))
        };
        let tells_few = shown
            .iter()
            .any(|(part, of_part)| is_part(part) && is_told(number - of_part));
        let leaves_few =
            strict_count.is_some_and(|all| is_few((all - number).abs().round(), floor));
        if tells_few || leaves_few {
            reasons[place] =
                Some("withheld: beside other numbers it would tell a smaller one".to_owned());
        } else {
            shown.push((sources.iter().map(String::as_str).collect(), number));
        }
    }
    for (group, why) in result.target_groups.iter_mut().zip(reasons) {
        if let Some(why) = why {
            withhold(&mut group.crossover_strict, &why);
            withhold(&mut group.crossover_expected, &why);
        }
    }
}

fn number_of(group: &TargetGroup) -> Option<f64> {
    finite(group.crossover_strict.value)
}

#[cfg(test)]
mod tests {
    use super::super::withhold_small_counts;
    use super::*;
    use crate::fixture;
    use entangle_model::Estimate;

    /// Which groups are shown when the first has so many crossover users.
    fn shown(number: f64) -> Vec<bool> {
        let mut result = fixture::realistic();
        result.target_groups[0].crossover_strict = Estimate::counted(number, 38_214, "counted");
        let shown = withhold_small_counts(&result).target_groups;
        let is_shown = |group: &TargetGroup| {
            assert_eq!(
                group.crossover_strict.value.is_some(),
                group.crossover_expected.value.is_some()
            );
            group.crossover_strict.value.is_some()
        };
        shown.iter().map(is_shown).collect()
    }

    #[test]
    fn a_group_that_differs_by_few_from_a_shown_number_is_withheld() {
        // The larger of its two sources has 702.
        assert_eq!(shown(950.0), [true, true]);
        assert_eq!(shown(705.0), [false, true]);
        // All crossover users are 1,261.
        assert_eq!(shown(1_255.0), [false, true]);
    }

    #[test]
    fn a_small_group_takes_another_with_it() {
        assert_eq!(shown(4.0), [false, false]);
    }
}
