//! Prevalence in its four forms, and what chance gives.

use entangle_model::Estimate;
use entangle_model::study::StudyResult;
use maud::{Markup, html};

use super::parts::{
    Notes, Numbering, TableView, figure, interval_cell, name, name_and_meaning, numbers,
    value_cell, words,
};
use crate::figure::Figure;
use crate::number::{Unit, count, fixed, value};
use crate::visible_text::visible_line;
use crate::wording::{method, population};

/// The four forms, the threshold curve, and the published number of another forum.
pub fn prevalence(result: &StudyResult, figures: &[Figure], numbering: &mut Numbering) -> Markup {
    html! {
        p {
            "There is no single number. The four forms answer four questions, and a claim should \
             name the one it rests on. Where they lie far apart, linkage and not sampling is what \
             limits the answer."
        }
        (forms_table(result).markup(numbering))
        (figure(figures, "prevalence", numbering))
        (published())
        (figure(figures, "threshold_curve", numbering))
    }
}

/// Who it is among, and what it rests on.
pub fn subgroups(result: &StudyResult, figures: &[Figure], numbering: &mut Numbering) -> Markup {
    html! {
        @if result.subgroups.is_empty() {
            p { "The accounts of this population are alike in every way by which they could be divided." }
        }
        @for division in &result.subgroups {
            p { b { (visible_line(&division.name)) } ": " (visible_line(&division.about)) "." }
        }
        (figure(figures, "subgroups", numbering))
        (figure(figures, "sensitivity", numbering))
    }
}

/// The number of the study that opened the field, for orientation.
fn published() -> Markup {
    html! {
        aside {
            p {
                b { "For orientation: 7.2\u{202F}%. " }
                "This share was reported, as a lower bound, by the study that introduced \
                 crossover users (" cite { "Entanglement: cybercrime connections of a public \
                 forum population" } ", Journal of Cybersecurity, 2022). It is the number of \
                 another forum, other target sources and another rule of linkage, so it is not \
                 comparable one to one with any row above."
            }
        }
    }
}

fn forms_table(result: &StudyResult) -> TableView {
    let prevalence = &result.prevalence;
    let forms = [
        (
            "Strict",
            "has a link whose name clears the margin, or shares a contact identifier",
            &prevalence.strict,
        ),
        (
            "Expected",
            "mean probability of one or more links",
            &prevalence.expected,
        ),
        (
            "Corrected",
            "raw share corrected for false and missed links",
            &prevalence.corrected,
        ),
        (
            "Equal names",
            "has the same case-folded name as an account of a target source",
            &prevalence.name_equality,
        ),
        (
            "Equal names by chance",
            "what chance alone would give to the row above",
            &prevalence.name_equality_by_chance,
        ),
    ];
    let mut notes = Notes::default();
    let rows = forms
        .iter()
        .map(|(title, meaning, share)| share_row(&mut notes, title, meaning, share))
        .collect();
    TableView {
        title: "Prevalence of crossover users".to_owned(),
        basis: format!(
            "Population: {}. Link from a match probability of {}, margin of surprisal {} bits. n and \
             method by row.",
            population(result),
            fixed(result.about.link_threshold_probability, 2),
            value(Unit::Amount, result.about.surprisal_margin_bits, 0),
        ),
        data_file: "tables/prevalence.csv",
        heads: share_heads("Form"),
        rows,
        when_empty: "No form of prevalence.",
        notes,
    }
}

fn share_heads(first: &str) -> Vec<super::parts::Head> {
    vec![
        words(first),
        numbers("Share"),
        numbers("95\u{202F}% interval"),
        numbers("n"),
        words("Method"),
    ]
}

fn share_row(notes: &mut Notes, title: &str, meaning: &str, share: &Estimate) -> Vec<Markup> {
    vec![
        name_and_meaning(title, meaning),
        value_cell(notes, Unit::Share, share),
        interval_cell(notes, Unit::Share, share),
        html! { (count(share.n)) },
        name(method(share)),
    ]
}

/// The null models.
pub fn nulls(result: &StudyResult, numbering: &mut Numbering) -> Markup {
    let mut notes = Notes::default();
    let rows = result
        .prevalence
        .nulls
        .iter()
        .map(|null| share_row(&mut notes, &null.name, &null.about, &null.false_share))
        .collect();
    let table = TableView {
        title: "Null models: links found where no true link is expected".to_owned(),
        basis: "Population: null accounts, n and method by row.".to_owned(),
        data_file: "tables/nulls.csv",
        heads: share_heads("Null model"),
        rows,
        when_empty: "No null model was run, so false matches have no bound here.",
        notes,
    };
    html! {
        p {
            "A null model looks for links where no true link is expected; what it finds is false. \
             Null models are known to give too few or too many false matches by factors from 0.3 \
             to 8, so each is read as a bound under its own assumption and never as the error rate."
        }
        (table.markup(numbering))
    }
}
