//! What a reader of a comparison must keep in mind, from the two results themselves.

use entangle_model::study::StudyResult;

use super::{ComparedSource, ComparedStatistic, ConfigurationDifference, Relation, SourceChange};
use crate::number::{count, finite};
use crate::wording::counted;

/// What cautions are written from.
pub struct Facts<'a> {
    /// The first result.
    pub first: &'a StudyResult,
    /// The second result.
    pub second: &'a StudyResult,
    /// How the populations stand to each other.
    pub relation: Relation,
    /// The statistics of both.
    pub statistics: &'a [ComparedStatistic],
    /// What was asked differently.
    pub configuration: &'a [ConfigurationDifference],
    /// The target sources.
    pub sources: &'a [ComparedSource],
}

/// The cautions that apply, the most general first.
pub fn cautions(facts: &Facts<'_>) -> Vec<String> {
    let mut cautions = vec![relation(facts)];
    cautions.extend(sources(facts));
    cautions.extend(configuration(facts));
    cautions.extend(versions(facts));
    cautions.extend(one_sided(facts));
    cautions.extend(many_differences(facts));
    cautions.extend(small_changes(facts));
    cautions.extend(small_changes_of_groups(facts));
    cautions
}

fn relation(facts: &Facts<'_>) -> String {
    match facts.relation {
        Relation::SharedSource => "Both studies are of one public source, so most accounts are in \
                                   both and the two numbers of a row are not independent. Nothing \
                                   is subtracted and no interval of a change is given; that two \
                                   intervals overlap or do not is no test of a change."
            .to_owned(),
        Relation::SeparateSources => "The two public sources hold different accounts, and \
                                      intervals of differences take the two as independent. They \
                                      are not wholly so: a person may have an account on both, and \
                                      where target sources or parameters of the linkage are \
                                      shared, an error of linkage touches both. Sources are told \
                                      apart by name alone; of two dumps of one forum under two \
                                      names the differences mean nothing."
            .to_owned(),
    }
}

fn sources(facts: &Facts<'_>) -> Option<String> {
    let number = |change: SourceChange| {
        let sources = facts.sources.iter();
        sources.filter(|source| source.change == change).count() as u64
    };
    let (gained, lost) = (number(SourceChange::Gained), number(SourceChange::Lost));
    if gained == 0 && lost == 0 {
        return None;
    }
    Some(format!(
        "The target sources differ: {} in the second study only and {} in the first only. \
         Prevalence is over the target sources at hand, so it moves with them whatever the \
         accounts do.",
        counted(gained, "source", "sources"),
        counted(lost, "source", "sources"),
    ))
}

fn configuration(facts: &Facts<'_>) -> Option<String> {
    let moves_numbers = [
        "rule of the population",
        "link from a match probability of",
        "margin of surprisal, bits",
        "margin of equivalence",
    ];
    let differing: Vec<&str> = facts
        .configuration
        .iter()
        .map(|one| one.setting.as_str())
        .filter(|setting| moves_numbers.contains(setting))
        .collect();
    if differing.is_empty() {
        return None;
    }
    Some(format!(
        "The studies were configured differently ({}); a difference in a number may be a \
         difference in the question.",
        differing.join("; ")
    ))
}

fn versions(facts: &Facts<'_>) -> Option<String> {
    let (first, second) = (&facts.first.about, &facts.second.about);
    (first.program_version != second.program_version).then(|| {
        format!(
            "The first study was computed by version {} and the second by version {}; compute \
             both by one version before a difference is quoted.",
            first.program_version, second.program_version
        )
    })
}

fn one_sided(facts: &Facts<'_>) -> Option<String> {
    let number = facts
        .statistics
        .iter()
        .filter(|one| finite(one.first.value).is_some() != finite(one.second.value).is_some())
        .count() as u64;
    (number > 0).then(|| {
        format!(
            "{} in one study and missing in the other; a missing number is neither zero nor \
             small.",
            match number {
                1 => "1 statistic is known".to_owned(),
                more => format!("{} statistics are known", count(more)),
            }
        )
    })
}

fn many_differences(facts: &Facts<'_>) -> Option<String> {
    let number = facts
        .statistics
        .iter()
        .filter_map(|one| one.difference.as_ref())
        .filter(|difference| finite(difference.value).is_some())
        .count() as u64;
    (number > 1).then(|| {
        format!(
            "{} have an interval of 95\u{202F}% each, not widened for their number: of twenty \
             comparisons without a difference, one interval is expected to leave out zero.",
            counted(number, "difference", "differences")
        )
    })
}

/// Two publications of one source let a reader subtract what neither shows alone.
fn small_changes(facts: &Facts<'_>) -> Option<String> {
    if facts.relation != Relation::SharedSource {
        return None;
    }
    let floor = stricter_floor(facts);
    let is_small = |one: &&ComparedStatistic| {
        let values = (finite(one.first.value), finite(one.second.value));
        let change = match values {
            (Some(first), Some(second)) => (second - first).abs(),
            _ => return false,
        };
        one.part == "targets"
            && one.name.ends_with(": strict")
            && change > 0.0
            && change < floor as f64
    };
    let number = facts.statistics.iter().filter(is_small).count() as u64;
    (number > 0).then(|| {
        format!(
            "On {} the number of strict crossover users changed by fewer than {}. Whoever knows \
             both studies can work out such changes of few accounts: before both are published, \
             ask whether the second one is needed for these sources.",
            counted(number, "target source", "target sources"),
            count(floor)
        )
    })
}

/// The same for subgroups of the population, whose strict shares and sizes give counts.
fn small_changes_of_groups(facts: &Facts<'_>) -> Option<String> {
    if facts.relation != Relation::SharedSource {
        return None;
    }
    let floor = stricter_floor(facts);
    let others = strict_counts_of_groups(facts.second);
    let is_small = |(name, count): &((&str, &str), f64)| {
        let other = others.iter().find(|(other, _)| other == name);
        let change = other.map_or(0.0, |(_, other)| (other - count).abs());
        change > 0.0 && change < floor as f64
    };
    let number = strict_counts_of_groups(facts.first)
        .iter()
        .filter(|group| is_small(group))
        .count() as u64;
    (number > 0).then(|| {
        format!(
            "In {} the number of strict crossover users changed by fewer than {}, which the two \
             studies together let a reader work out as well.",
            counted(
                number,
                "subgroup of the population",
                "subgroups of the population"
            ),
            count(floor)
        )
    })
}

/// Division and group with the strict crossover users of it, where the share is shown.
fn strict_counts_of_groups(result: &StudyResult) -> Vec<((&str, &str), f64)> {
    let divisions = result.subgroups.iter();
    divisions
        .flat_map(|division| {
            division.groups.iter().filter_map(|group| {
                let name = (division.name.as_str(), group.label.as_str());
                let share = finite(group.strict.value)?;
                Some((name, (share * group.account_count as f64).round()))
            })
        })
        .collect()
}

fn stricter_floor(facts: &Facts<'_>) -> u64 {
    let (first, second) = (&facts.first.about, &facts.second.about);
    first.suppress_below_count.max(second.suppress_below_count)
}
