//! A comparison as a document: front, plain words, tables and cautions.

use super::tables::{difference_number, difference_words};
use super::{ComparedStatistic, Comparison, Relation};
use crate::document::{Block, Section, Text};
use crate::number::{Unit, estimate_interval, estimate_value, finite};
use crate::sections::Front;
use crate::wording::{counted, is_withheld, missing_in_words, n_is, without_full_stop};

/// What stands before the first section.
pub fn comparison_front(comparison: &Comparison) -> Front {
    let (first, second) = (&comparison.first, &comparison.second);
    Front {
        kind: "Comparison of two studies",
        title: format!("“{}” beside “{}”", first.title, second.title),
        subtitle: Text::new()
            .words("First: accounts of ")
            .name(&first.public_source)
            .words(format!(
                " ({}), snapshot {}. Second: accounts of ",
                n_is(first.included_count),
                first.snapshot
            ))
            .name(&second.public_source)
            .words(format!(
                " ({}), snapshot {}.",
                n_is(second.included_count),
                second.snapshot
            )),
        imprint: match first.program_version == second.program_version {
            true => format!("Entangle {}", first.program_version),
            false => format!(
                "Entangle {} and {}",
                first.program_version, second.program_version
            ),
        },
        key_numbers: Vec::new(),
    }
}

/// The sections of a comparison.
pub fn comparison_sections(comparison: &Comparison) -> Vec<Section> {
    let section = |id, title, blocks| Section { id, title, blocks };
    let cautions = comparison
        .cautions
        .iter()
        .map(|caution| Text::from(caution.as_str()));
    vec![
        section("findings", "In plain words", plain_words(comparison)),
        section(
            "caution",
            "Words of caution",
            vec![Block::List(cautions.collect())],
        ),
        section(
            "statistics",
            "Side by side",
            vec![Block::Table("comparison_statistics")],
        ),
        section(
            "sources",
            "Target sources",
            vec![Block::Table("comparison_sources")],
        ),
        section(
            "configuration",
            "Configuration",
            vec![rules(comparison), Block::Table("comparison_configuration")],
        ),
    ]
}

fn rules(comparison: &Comparison) -> Block {
    let (first, second) = (&comparison.first, &comparison.second);
    Block::Paragraph(
        Text::new()
            .words("Rule of the first population: ")
            .name(without_full_stop(&first.population_rule))
            .words(". Rule of the second: ")
            .name(without_full_stop(&second.population_rule))
            .words("."),
    )
}

/// What became of prevalence and of the strength of participation.
fn plain_words(comparison: &Comparison) -> Vec<Block> {
    let relation = match comparison.relation {
        Relation::SharedSource => {
            "Both studies are of one public source. The numbers are shown as they changed; \
             nothing is subtracted, because the two populations share accounts."
        }
        Relation::SeparateSources => {
            "The studies are of two public sources. Differences are second less first."
        }
    };
    let mut items: Vec<Text> = comparison
        .statistics
        .iter()
        .filter(|one| one.part == "prevalence")
        .map(|one| Text::from(sentence(comparison.relation, one)))
        .collect();
    if items.is_empty() {
        items.push(Text::from(
            "The two studies have no form of prevalence in common.",
        ));
    }
    let rest = comparison.statistics.len() - items.len().min(comparison.statistics.len());
    vec![
        Block::Paragraph(Text::from(relation)),
        Block::List(items),
        Block::Paragraph(Text::from(format!(
            "{} side by side below.",
            counted(
                rest as u64,
                "more statistic stands",
                "more statistics stand"
            )
        ))),
    ]
}

fn sentence(relation: Relation, one: &ComparedStatistic) -> String {
    let has_values = finite(one.first.value).is_some() && finite(one.second.value).is_some();
    let (first, second) = (
        in_words(one.unit, one, true),
        in_words(one.unit, one, false),
    );
    match (relation, has_values) {
        (_, false) => format!("{}: first {first}; second {second}.", one.name),
        (Relation::SharedSource, true) if first == second => {
            format!("{}: the same in both, {first}.", one.name)
        }
        (Relation::SharedSource, true) => {
            format!("{}: changed from {first} to {second}.", one.name)
        }
        (Relation::SeparateSources, true) => format!(
            "{}: first {first}, second {second}{}.",
            one.name,
            difference(one)
        ),
    }
}

fn in_words(unit: Unit, one: &ComparedStatistic, is_first: bool) -> String {
    let estimate = if is_first { &one.first } else { &one.second };
    if finite(estimate.value).is_none() {
        return format!(
            "{} ({})",
            missing_in_words(is_withheld(estimate)),
            without_full_stop(&estimate.method)
        );
    }
    let value = estimate_value(unit, estimate);
    match estimate_interval(unit, estimate) {
        Some(interval) => format!("{value} (95\u{202F}% interval {interval})"),
        None => format!("{value} (without an interval)"),
    }
}

/// What may be said of a difference: on which side of zero its interval lies, or that it holds
/// zero.
fn difference(one: &ComparedStatistic) -> String {
    let Some(found) = &one.difference else {
        return String::new();
    };
    let (Some(value), Some(low), Some(high)) =
        (finite(found.value), finite(found.low), finite(found.high))
    else {
        return String::new();
    };
    let says = if low > 0.0 {
        "the interval lies above zero"
    } else if high < 0.0 {
        "the interval lies below zero"
    } else {
        "the interval holds zero, so it is undecided which is larger"
    };
    format!(
        "; difference {} ({} to {}): {says}",
        difference_words(one.unit, value),
        difference_number(one.unit, low),
        difference_number(one.unit, high)
    )
}
