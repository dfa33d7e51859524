//! Front matter, plain words, and what was studied.

use entangle_model::Estimate;
use entangle_model::study::{Population, StudyResult};

use crate::document::{Block, Term, TermsKind, Text};
use crate::findings::study_findings;
use crate::number::{MISSING, Unit, count, estimate_interval, estimate_value, finite};
use crate::wording::{counted, day, without_full_stop};

/// What stands before the first section.
#[derive(Debug, Clone, PartialEq)]
pub struct Front {
    /// What kind of document it is.
    pub kind: &'static str,
    /// Title of the study.
    pub title: String,
    /// What was studied, in one sentence.
    pub subtitle: Text,
    /// Snapshot, seed and program.
    pub imprint: String,
    /// The numbers most readers look for first.
    pub key_numbers: Vec<KeyNumber>,
}

/// A number most readers look for first.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyNumber {
    /// What it is.
    pub title: String,
    /// The number, or an en dash.
    pub number: String,
    /// Its interval and n, or why it is missing.
    pub below: String,
}

/// The front matter of a result.
pub fn front(result: &StudyResult) -> Front {
    let about = &result.about;
    let targets = counted(
        about.target_sources.len() as u64,
        "target source",
        "target sources",
    );
    Front {
        kind: "Crossover study",
        title: about.title.clone(),
        subtitle: Text::new()
            .words("Accounts of ")
            .name(&about.public_source)
            .words(format!(" and their possible links to {targets}.")),
        imprint: format!(
            "Snapshot {} · seed {} · Entangle {}",
            count(about.snapshot),
            about.seed,
            about.program_version
        ),
        key_numbers: key_numbers(result),
    }
}

fn key_numbers(result: &StudyResult) -> Vec<KeyNumber> {
    let prevalence = &result.prevalence;
    let population = &result.population;
    vec![
        KeyNumber {
            title: "Accounts studied".to_owned(),
            number: count(population.included_count),
            below: format!("of {} on the source", count(population.account_count)),
        },
        key_share("Strict share", &prevalence.strict),
        key_share("Expected share", &prevalence.expected),
        key_share("Share with unseen", &prevalence.expected_with_unseen),
    ]
}

fn key_share(title: &str, share: &Estimate) -> KeyNumber {
    let (number, below) = match finite(share.value) {
        None => (MISSING.to_owned(), share.method.clone()),
        Some(_) => (
            estimate_value(Unit::Share, share),
            match estimate_interval(Unit::Share, share) {
                Some(interval) => format!("95\u{202F}% interval {interval}"),
                None => "without an interval".to_owned(),
            },
        ),
    };
    KeyNumber {
        title: title.to_owned(),
        number,
        below,
    }
}

/// The findings in plain words.
pub fn findings(result: &StudyResult) -> Vec<Block> {
    let findings = study_findings(result).into_iter();
    let terms = findings.map(|finding| Term::new(finding.topic, finding.text));
    vec![
        Block::Terms(TermsKind::Findings, terms.collect()),
        Block::Caution(Text::from(
            "A link is a probability that two accounts have one operator, not a proof. The \
             numbers describe accounts in the aggregate and say nothing about any one person.",
        )),
    ]
}

/// The population: its rule, its window, and who was left out.
pub fn population(result: &StudyResult) -> Vec<Block> {
    let population = &result.population;
    let rule = Text::new()
        .words("The population is made up of the accounts of ")
        .name(&result.about.public_source)
        .words(" under this rule: ")
        .name(without_full_stop(&population.rule))
        .words(format!(
            ". It leaves {} of {}, which wrote {} in the window. {}",
            count(population.included_count),
            counted(population.account_count, "account", "accounts"),
            counted(population.post_count, "post", "posts"),
            window(population),
        ));
    let mut blocks = vec![Block::Paragraph(rule)];
    if !result.about.target_sources.is_empty() {
        let looked_for = Text::new()
            .words(format!(
                "Participation was looked for on {}: ",
                counted(
                    result.about.target_sources.len() as u64,
                    "target source",
                    "target sources"
                )
            ))
            .names(result.about.target_sources.iter())
            .words(".");
        blocks.push(Block::Paragraph(looked_for));
    }
    blocks.push(Block::Table("population"));
    blocks
}

/// First and last day of the posts in the window, as a sentence.
pub fn window(population: &Population) -> String {
    match (&population.first_post_at, &population.last_post_at) {
        (Some(first), Some(last)) => format!(
            "The first of these posts is dated {}, the last {}.",
            day(first),
            day(last)
        ),
        _ if population.post_count == 0 => "There is no post in the window.".to_owned(),
        _ => "The posts in the window are not dated.".to_owned(),
    }
}
