//! Title block, plain words, and what was studied.

use entangle_model::Estimate;
use entangle_model::study::{Population, StudyResult};
use maud::{Markup, html};

use super::parts::{Notes, Numbering, TableView, name, numbers, value_cell, words};
use crate::findings::study_findings;
use crate::number::{MISSING, Unit, count, estimate_interval, finite, percent};
use crate::visible_text::visible_line;
use crate::wording::{counted, n_is, without_full_stop};

/// Title, sources and the numbers most readers look for first.
pub fn title_block(result: &StudyResult) -> Markup {
    let about = &result.about;
    let targets = counted(
        about.target_sources.len() as u64,
        "target source",
        "target sources",
    );
    html! {
        header {
            p.kind { "Crossover study" }
            h1 { (name(&about.title)) }
            p.subtitle {
                "Accounts of " (name(&about.public_source)) " and their possible links to "
                (targets) "."
            }
            p.imprint {
                "Snapshot " (count(about.snapshot)) " · seed " code { (about.seed) }
                " · Entangle " (visible_line(&about.program_version))
            }
            (key_numbers(result))
        }
    }
}

fn key_numbers(result: &StudyResult) -> Markup {
    let prevalence = &result.prevalence;
    html! {
        dl.key {
            div {
                dt { "Accounts studied" }
                dd { (count(result.population.included_count)) }
                dd.below { "of " (count(result.population.account_count)) " on the source" }
            }
            (key_share("Strict", &prevalence.strict))
            (key_share("Expected", &prevalence.expected))
            (key_share("Corrected", &prevalence.corrected))
        }
    }
}

fn key_share(title: &str, share: &Estimate) -> Markup {
    html! {
        div {
            dt { (title) " share" }
            @if finite(share.value).is_some() {
                dd { (value_cell(&mut Notes::default(), Unit::Share, share)) }
                @match estimate_interval(Unit::Share, share) {
                    Some(interval) => dd.below { "95\u{202F}% interval " (interval) },
                    None => dd.below { "without an interval" },
                }
            } @else {
                dd { (MISSING) }
                dd.below { (visible_line(&share.method)) }
            }
        }
    }
}

/// The findings in plain words.
pub fn findings(result: &StudyResult) -> Markup {
    html! {
        dl.findings {
            @for finding in study_findings(result) {
                dt { (finding.topic) }
                dd { (visible_line(&finding.text)) }
            }
        }
        p.caution {
            "A link is a probability that two accounts have one operator, not a proof. The \
             numbers describe accounts in the aggregate and say nothing about any one person."
        }
    }
}

/// The population: its rule, its window, and who was left out.
pub fn population(result: &StudyResult, numbering: &mut Numbering) -> Markup {
    let population = &result.population;
    html! {
        p {
            "The population is made up of the accounts of " (name(&result.about.public_source))
            " under this rule: " (name(without_full_stop(&population.rule))) ". It leaves "
            (count(population.included_count)) " of "
            (counted(population.account_count, "account", "accounts")) ", which wrote "
            (counted(population.post_count, "post", "posts")) " in the window. "
            (window(population))
        }
        @if !result.about.target_sources.is_empty() {
            p {
                "Participation was looked for on: "
                @for (index, source) in result.about.target_sources.iter().enumerate() {
                    @if index > 0 { ", " }
                    (name(source))
                }
                "."
            }
        }
        (exclusions(result).markup(numbering))
    }
}

fn window(population: &Population) -> Markup {
    html! {
        @match (&population.first_post_at, &population.last_post_at) {
            (Some(first), Some(last)) => {
                "The first of these posts is dated " (date(first)) ", the last " (date(last)) "."
            }
            _ => "The posts in the window are not dated.",
        }
    }
}

/// The day of an RFC 3339 instant, with the instant as its machine-readable form.
fn date(instant: &str) -> Markup {
    let line = visible_line(instant);
    let day = line.split('T').next().unwrap_or_default();
    html! { time datetime=(line) { (day) } }
}

fn exclusions(result: &StudyResult) -> TableView {
    let population = &result.population;
    let mut notes = Notes::default();
    let mut rows = vec![exclusion_row(
        &mut notes,
        result,
        html! { "Accounts of the source" },
        population.account_count,
    )];
    for excluded in &population.excluded {
        let title = html! { "Left out: " (name(&excluded.reason)) };
        rows.push(exclusion_row(&mut notes, result, title, excluded.count));
    }
    let studied = population.included_count;
    rows.push(exclusion_row(
        &mut notes,
        result,
        html! { b { "Studied" } },
        studied,
    ));
    TableView {
        title: "From all accounts to the population".to_owned(),
        basis: format!(
            "Population: all accounts of {} ({}). Method: counted.",
            result.about.public_source,
            n_is(population.account_count)
        ),
        data_file: "tables/population.csv",
        heads: vec![words("Step"), numbers("Accounts"), numbers("Share")],
        rows,
        when_empty: "No account.",
        notes,
    }
}

fn exclusion_row(notes: &mut Notes, result: &StudyResult, title: Markup, part: u64) -> Vec<Markup> {
    let all = result.population.account_count;
    let share = match all {
        0 => notes.missing("the source holds no account"),
        all => html! { (percent(part as f64 / all as f64, all)) },
    };
    vec![title, html! { (count(part)) }, share]
}
