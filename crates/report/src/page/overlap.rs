//! What the target sources have in common.

use entangle_model::study::{StudyResult, TargetOverlap};
use maud::{Markup, html};

use super::parts::{Notes, Numbering, TableView, estimate_cell, figure, name, numbers, words};
use crate::figure::Figure;
use crate::number::Unit;
use crate::wording::{method_of, population};

/// Figure and table of the pairs; nothing where there is no pair.
pub fn overlap(result: &StudyResult, figures: &[Figure], numbering: &mut Numbering) -> Markup {
    html! {
        @if !result.target_overlaps.is_empty() {
            h3 { "What target sources have in common" }
            p {
                "A crossover user of two target sources has a link to an account of each. Sources \
                 of one language, or of one trade, may share many; this is no finding about any \
                 account."
            }
            (figure(figures, "target_overlap", numbering))
            (overlap_table(result).markup(numbering))
        }
    }
}

fn overlap_table(result: &StudyResult) -> TableView {
    let mut notes = Notes::default();
    let pairs = result.target_overlaps.iter();
    let rows = pairs.clone().map(|pair| row(&mut notes, pair)).collect();
    TableView {
        title: "Crossover users that two target sources have in common".to_owned(),
        basis: format!(
            "Population: {}. Intervals of 95\u{202F}% below the values. Method of strict: {}. Of \
             expected: {}.",
            population(result),
            method_of(pairs.clone().map(|pair| &pair.crossover_strict)),
            method_of(pairs.map(|pair| &pair.crossover_expected)),
        ),
        data_file: "tables/target_overlap.csv",
        heads: vec![
            words("Source"),
            words("And"),
            numbers("Strict"),
            numbers("Expected"),
        ],
        rows,
        when_empty: "There was no pair of target sources.",
        notes,
    }
}

fn row(notes: &mut Notes, pair: &TargetOverlap) -> Vec<Markup> {
    vec![
        name(&pair.first_source),
        name(&pair.second_source),
        estimate_cell(notes, Unit::Count, &pair.crossover_strict),
        estimate_cell(notes, Unit::Count, &pair.crossover_expected),
    ]
}
