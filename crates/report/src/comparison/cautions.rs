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
    let floor = facts
        .first
        .about
        .suppress_below_count
        .max(facts.second.about.suppress_below_count);
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
