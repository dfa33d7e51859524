//! Sentences on subgroups of the population and on other assumptions.

use entangle_model::study::{SensitivityPoint, SubgroupDivision};

use crate::number::{finite, percent};
use crate::wording::{counted, without_full_stop};

/// How far the groups of each division lie apart; nothing where none could be estimated. Extremes
/// are no test, and the sentences say so.
pub(super) fn subgroup_sentences(divisions: &[SubgroupDivision]) -> Vec<String> {
    let mut sentences: Vec<String> = divisions.iter().filter_map(span).collect();
    if sentences.is_empty() {
        return vec!["No prevalence by subgroup could be estimated.".to_owned()];
    }
    sentences.push(
        "Which group lies lowest or highest may be chance, and a difference between groups is no \
         cause: whoever posts more shows more by which to be found."
            .to_owned(),
    );
    sentences
}

fn span(division: &SubgroupDivision) -> Option<String> {
    let groups = division.groups.iter();
    let mut shares: Vec<(f64, String)> = groups
        .filter_map(|group| {
            let share = finite(group.expected.value)?;
            let words = percent(share, group.account_count);
            Some((share, format!("{words} ({})", group.label)))
        })
        .collect();
    shares.sort_by(|left, right| left.0.total_cmp(&right.0));
    let [(_, lowest), .., (_, highest)] = shares.as_slice() else {
        return None;
    };
    Some(format!(
        "By {}, the expected share of a group lies between {lowest} and {highest}.",
        without_full_stop(&division.name)
    ))
}

/// How far the expected share moves under other assumptions. The first point is the study's own.
pub(super) fn sensitivity_sentences(points: &[SensitivityPoint]) -> Vec<String> {
    let shares = || {
        let others = points.iter().skip(1);
        others.filter_map(|point| Some((finite(point.expected.value)?, point.expected.n)))
    };
    let least = shares().min_by(|left, right| left.0.total_cmp(&right.0));
    let most = shares().max_by(|left, right| left.0.total_cmp(&right.0));
    let (Some(least), Some(most)) = (least, most) else {
        return vec!["The expected share was not computed under other assumptions.".to_owned()];
    };
    vec![format!(
        "Under {}, one at a time, the expected share lies between {} and {}.",
        counted(
            shares().count() as u64,
            "other assumption",
            "other assumptions"
        ),
        percent(least.0, least.1),
        percent(most.0, most.1)
    )]
}
