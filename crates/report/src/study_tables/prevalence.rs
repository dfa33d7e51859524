//! Prevalence in its forms, the null models, and the threshold curve.

use entangle_model::Estimate;
use entangle_model::study::{Prevalence, StudyResult, ThresholdPoint};

use crate::number::{Unit, count, fixed, value};
use crate::study_table::{Cell, Layout, StudyTable};
use crate::table::Table;
use crate::wording::{method, method_of, population};

/// A form of prevalence: its stable name, its title, what it counts, and its share.
pub struct Form<'a> {
    /// Stable name.
    pub name: &'static str,
    /// Title as a reader sees it.
    pub title: &'static str,
    /// What it counts.
    pub about: &'static str,
    /// The share.
    pub share: &'a Estimate,
    /// Whether it bounds false matches and is no prevalence.
    pub is_bound: bool,
}

/// The forms in the order in which they are shown.
pub fn forms(prevalence: &Prevalence) -> [Form<'_>; 6] {
    let form = |name, title, about, share| Form {
        name,
        title,
        about,
        share,
        is_bound: false,
    };
    [
        form(
            "strict",
            "Strict",
            "has a link whose name clears the margin, or shares a contact identifier",
            &prevalence.strict,
        ),
        form(
            "expected",
            "Expected",
            "mean probability of one or more links",
            &prevalence.expected,
        ),
        form(
            "expected_with_unseen",
            "Expected, with unseen",
            "the same, with those whose links show no trace in names or contacts",
            &prevalence.expected_with_unseen,
        ),
        form(
            "corrected",
            "Corrected",
            "raw share corrected for false and missed links",
            &prevalence.corrected,
        ),
        form(
            "name_equality",
            "Equal names",
            "has the same case-folded name as an account of a target source",
            &prevalence.name_equality,
        ),
        Form {
            is_bound: true,
            ..form(
                "name_equality_by_chance",
                "Equal names by chance",
                "what chance alone would give to the row above",
                &prevalence.name_equality_by_chance,
            )
        },
    ]
}

/// Prevalence in its forms.
pub fn prevalence_table(result: &StudyResult) -> StudyTable {
    let forms = forms(&result.prevalence);
    let titles = forms.each_ref().map(|form| (form.name, form.title));
    let title_of = move |name: &str| {
        let known = titles.iter().find(|(known, _)| *known == name);
        known.map_or("", |(_, title)| *title)
    };
    let data = Table::new("prevalence")
        .text("form", forms.iter().map(|form| form.name))
        .text("about", forms.iter().map(|form| form.about))
        .estimates("", forms.iter().map(|form| form.share));
    let layout = Layout::of(data, "Prevalence of crossover users")
        .basis(format!(
            "Population: {}. Link from a match probability of {}, margin of surprisal {} bits. n \
             and method by row.",
            population(result),
            fixed(result.about.link_threshold_probability, 2),
            value(Unit::Amount, result.about.surprisal_margin_bits, 0),
        ))
        .when_empty("No form of prevalence.")
        .words("Form", move |row, _| {
            Cell::text(title_of(row.text("form"))).meaning(row.text("about"))
        });
    with_share(layout, "").finish()
}

/// The null models.
pub fn nulls_table(result: &StudyResult) -> StudyTable {
    let nulls = result.prevalence.nulls.iter();
    let data = Table::new("nulls")
        .text("name", nulls.clone().map(|null| null.name.as_str()))
        .text("about", nulls.clone().map(|null| null.about.as_str()))
        .estimates("false_share_", nulls.map(|null| &null.false_share));
    let layout = Layout::of(
        data,
        "Null models: links found where no true link is expected",
    )
    .basis("Population: null accounts, n and method by row.")
    .when_empty("No null model was run, so false matches have no bound here.")
    .words("Null model", |row, _| {
        row.text_cell("name").meaning(row.text("about"))
    });
    with_share(layout, "false_share_").finish()
}

/// Adds share, interval, n and method of the estimate whose columns begin with `prefix`.
fn with_share(layout: Layout, prefix: &'static str) -> Layout {
    layout
        .numbers("Share", move |row, reasons| {
            reasons.value(Unit::Share, &row.estimate(prefix))
        })
        .numbers("95\u{202F}% interval", move |row, reasons| {
            reasons.interval(Unit::Share, &row.estimate(prefix))
        })
        .numbers("n", move |row, _| Cell::text(count(row.estimate(prefix).n)))
        .words("Method", move |row, _| {
            Cell::text(method(&row.estimate(prefix)))
        })
}

/// The data of the threshold curve, also of its figure.
pub fn threshold_curve_data(curve: &[ThresholdPoint]) -> Table {
    Table::new("threshold_curve")
        .number(
            "threshold_probability",
            curve.iter().map(|point| Some(point.threshold_probability)),
        )
        .estimates("share_", curve.iter().map(|point| &point.share))
        .number(
            "expected_false_share",
            curve.iter().map(|point| point.expected_false_share),
        )
}

/// The threshold curve, point by point.
pub fn threshold_curve_table(result: &StudyResult) -> StudyTable {
    let curve = &result.threshold_curve;
    Layout::of(
        threshold_curve_data(curve),
        "Share with a pair at or above a match probability",
    )
    .basis(format!(
        "Population: {}. Method: {}. False: part of the pairs at or above the threshold that is \
         expected to be wrong if the probabilities are calibrated.",
        population(result),
        method_of(curve.iter().map(|point| &point.share)),
    ))
    .when_empty("No threshold was tried.")
    .numbers("Threshold", |row, _| {
        row.fixed_cell("threshold_probability", 2)
    })
    .numbers("Share", |row, reasons| {
        reasons.value(Unit::Share, &row.estimate("share_"))
    })
    .numbers("95\u{202F}% interval", |row, reasons| {
        reasons.interval(Unit::Share, &row.estimate("share_"))
    })
    .numbers("False, expected", |row, reasons| {
        reasons.number(
            Unit::Share,
            row.number("expected_false_share"),
            "no pair at or above",
        )
    })
    .finish()
}
