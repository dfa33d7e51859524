//! Two results side by side: two snapshots of one public source, or two public sources.
//!
//! A difference gets an interval only where the two populations share no account. Two results of
//! one public source share accounts, so nothing is subtracted: both numbers are shown with their
//! own intervals, and the words are "changed from … to …".

mod cautions;
mod configuration;
mod difference;
mod document;
mod sources;
mod statistics;
mod tables;

use entangle_model::Estimate;
use entangle_model::study::StudyResult;
use serde::Serialize;

use crate::disclosure::withhold_counts_below;
use crate::number::Unit;
pub use document::{comparison_front, comparison_sections};
pub use tables::comparison_tables;

/// Two results side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The first study.
    pub first: ComparedStudy,
    /// The second study.
    pub second: ComparedStudy,
    /// How the two populations stand to each other.
    pub relation: Relation,
    /// Every statistic that both results have, in the order of a report.
    pub statistics: Vec<ComparedStatistic>,
    /// What was asked differently.
    pub configuration: Vec<ConfigurationDifference>,
    /// The target sources of either study.
    pub sources: Vec<ComparedSource>,
    /// What a reader must keep in mind, one sentence or more each.
    pub cautions: Vec<String>,
}

/// What a comparison says of one of its studies.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparedStudy {
    /// Title of the study.
    pub title: String,
    /// The public source whose accounts are the population.
    pub public_source: String,
    /// The rule of the population in words.
    pub population_rule: String,
    /// Accounts of the population.
    pub included_count: u64,
    /// The workspace snapshot that was read.
    pub snapshot: u64,
    /// Version of the program.
    pub program_version: String,
}

/// How two populations stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// One public source, so the populations share accounts.
    SharedSource,
    /// Two public sources, so no account is in both populations; a person may be.
    SeparateSources,
}

/// One statistic of both results.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparedStatistic {
    /// The part of the result: prevalence, chance, targets, strength, order or behaviour.
    pub part: &'static str,
    /// What it is, in words.
    pub name: String,
    /// What it measures.
    pub unit: Unit,
    /// In the first study.
    pub first: Estimate,
    /// In the second study.
    pub second: Estimate,
    /// Second less first, in the unit of the statistic. Absent where the populations share
    /// accounts, and for what does not describe the population alone: counts, shares of a target
    /// source and null models. Missing, with the reason, where an interval is missing.
    pub difference: Option<Estimate>,
}

/// Something that was asked differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfigurationDifference {
    /// What.
    pub setting: String,
    /// In the first study; absent where it has no such line.
    pub first: Option<String>,
    /// In the second study; absent where it has no such line.
    pub second: Option<String>,
}

/// A target source of either study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComparedSource {
    /// Its name.
    pub source: String,
    /// Whether it is in one study or in both.
    pub change: SourceChange,
    /// Accounts it held in the first study.
    pub first_account_count: Option<u64>,
    /// Accounts it held in the second study.
    pub second_account_count: Option<u64>,
    /// Posts it held in the first study.
    pub first_post_count: Option<u64>,
    /// Posts it held in the second study.
    pub second_post_count: Option<u64>,
}

/// Whether a source is in one study or in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceChange {
    /// In both.
    Kept,
    /// In the second only.
    Gained,
    /// In the first only.
    Lost,
}

impl SourceChange {
    /// The word shown to a reader.
    pub fn as_str(self) -> &'static str {
        match self {
            SourceChange::Kept => "in both",
            SourceChange::Gained => "second only",
            SourceChange::Lost => "first only",
        }
    }
}

/// Compares two results; numbers that rest on few crossover users are withheld first, by the
/// stricter of the two floors.
///
/// Sources are told apart by their names alone. The order matters: differences are second less
/// first.
pub fn compare(first: &StudyResult, second: &StudyResult) -> Comparison {
    let floor_of = |result: &StudyResult| result.about.suppress_below_count;
    let floor = floor_of(first).max(floor_of(second));
    let first = withhold_counts_below(first, floor);
    let second = withhold_counts_below(second, floor);
    let relation = match first.about.public_source == second.about.public_source {
        true => Relation::SharedSource,
        false => Relation::SeparateSources,
    };
    let statistics = statistics::compared_statistics(&first, &second, relation);
    let configuration = configuration::differences(&first, &second);
    let sources = sources::compared_sources(&first, &second);
    let facts = cautions::Facts {
        first: &first,
        second: &second,
        relation,
        statistics: &statistics,
        configuration: &configuration,
        sources: &sources,
    };
    let cautions = cautions::cautions(&facts);
    Comparison {
        first: compared_study(&first),
        second: compared_study(&second),
        relation,
        statistics,
        configuration,
        sources,
        cautions,
    }
}

fn compared_study(result: &StudyResult) -> ComparedStudy {
    ComparedStudy {
        title: result.about.title.clone(),
        public_source: result.about.public_source.clone(),
        population_rule: result.population.rule.clone(),
        included_count: result.population.included_count,
        snapshot: result.about.snapshot,
        program_version: result.about.program_version.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::{comparison_csv, comparison_html, comparison_markdown};
    use expect_test::expect_file;

    fn plain(text: &str) -> String {
        text.replace(['\u{202F}', '\u{A0}'], " ")
    }

    #[test]
    fn two_snapshots_of_one_source_are_shown_and_not_subtracted() {
        let comparison = compare(&fixture::realistic(), &fixture::later_snapshot());
        assert_eq!(comparison.relation, Relation::SharedSource);
        let differences = comparison
            .statistics
            .iter()
            .filter(|one| one.difference.is_some());
        assert_eq!(differences.count(), 0);
        let markdown = plain(&comparison_markdown(&comparison));
        expect_file!["snapshots/two_snapshots.md"].assert_eq(&markdown);
    }

    #[test]
    fn two_sources_are_subtracted_where_a_statistic_is_of_the_population() {
        let comparison = compare(&fixture::realistic(), &fixture::another_source());
        assert_eq!(comparison.relation, Relation::SeparateSources);
        for one in &comparison.statistics {
            let is_of_population = !["targets", "chance"].contains(&one.part);
            assert_eq!(one.difference.is_some(), is_of_population, "{}", one.name);
        }
        let markdown = plain(&comparison_markdown(&comparison));
        expect_file!["snapshots/two_sources.md"].assert_eq(&markdown);
        expect_file!["snapshots/two_sources.csv"].assert_eq(&comparison_csv(&comparison));
    }

    #[test]
    fn a_result_compared_with_itself_changes_nothing() {
        let comparison = compare(&fixture::realistic(), &fixture::realistic());
        assert!(comparison.configuration.is_empty());
        assert!(
            comparison
                .sources
                .iter()
                .all(|one| one.change == SourceChange::Kept)
        );
        for one in &comparison.statistics {
            assert_eq!(one.first, one.second, "{}", one.name);
        }
    }

    #[test]
    fn a_subgroup_that_changed_by_few_is_warned_of() {
        let warned = |by: f64| {
            let mut later = fixture::later_snapshot();
            let group = &mut later.subgroups[0].groups[0];
            let share = group.strict.value.unwrap() + by / group.account_count as f64;
            group.strict.value = Some(share);
            let cautions = compare(&fixture::realistic(), &later).cautions;
            cautions.iter().any(|one| one.starts_with("In 1 subgroup"))
        };
        assert_eq!([0.0, 3.0, 30.0].map(warned), [false, true, false]);
    }

    #[test]
    fn boards_of_two_sources_are_not_compared() {
        let mut result = fixture::realistic();
        result.subgroups[0].name = "board".to_owned();
        let has_boards = |other: &StudyResult| {
            let comparison = compare(&result, other);
            let mut rows = comparison.statistics.iter();
            rows.any(|one| one.name.starts_with("board, "))
        };
        let mut other = result.clone();
        assert!(has_boards(&other));
        other.about.public_source = "gamers".to_owned();
        assert!(!has_boards(&other));
    }

    #[test]
    fn the_stricter_floor_holds_for_both() {
        let (mut first, mut second) = (fixture::realistic(), fixture::another_source());
        first.about.suppress_below_count = 0;
        second.about.suppress_below_count = 60;
        let comparison = compare(&first, &second);
        let market = "offshore freelance exchange (archive of 2016 and 2018): strict";
        let found = comparison.statistics.iter().find(|one| one.name == market);
        let found = found.unwrap();
        assert_eq!((found.first.value, found.second.value), (None, None));
    }

    #[test]
    fn hostile_text_is_escaped_in_page_and_markdown() {
        let mut other = fixture::hostile();
        other.about.public_source.push('2');
        let comparison = compare(&fixture::hostile(), &other);
        let page = comparison_html(&comparison);
        assert!(!page.contains("<script") && !page.contains("<img"));
        let markdown = comparison_markdown(&comparison);
        assert!(!markdown.replace("\\<", "").contains('<'), "{markdown}");
    }
}
