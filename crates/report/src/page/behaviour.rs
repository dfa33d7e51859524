//! Whether crossover users behave differently on the public source.

use entangle_model::study::{FeatureComparison, StudyResult};
use maud::{Markup, html};

use super::parts::{
    Notes, Numbering, TableView, estimate_cell, figure, name, name_and_meaning, numbers, words,
};
use crate::figure::Figure;
use crate::number::{
    Unit, count, estimate_interval, estimate_value, finite, fixed, p_value, value,
};
use crate::wording::{method_of, n_is, without_full_stop, words_of_name};

/// Verdict over all features, then feature by feature.
pub fn behaviour(result: &StudyResult, figures: &[Figure], numbering: &mut Numbering) -> Markup {
    html! {
        p { "Design: " (name(without_full_stop(&result.behaviour.design))) "." }
        (overall(result))
        (figure(figures, "classifier", numbering))
        p {
            "Feature by feature, three words are used. " i { "Distinguishable" } ": the groups \
             differ. " i { "Equivalent within the margin" } ": a test shows that the difference \
             lies within ±" (fixed(result.behaviour.equivalence_margin, 3)) " of Cliff’s delta. "
            i { "Undecided" } ": neither was shown; this is not sameness."
        }
        (figure(figures, "features", numbering))
        (comparison_view(
            &result.behaviour.features,
            "Behaviour on the public source, crossover users and matched others",
            &result.about.public_source,
            result.behaviour.equivalence_margin,
            "tables/features.csv",
        ).markup(numbering))
    }
}

fn overall(result: &StudyResult) -> Markup {
    let behaviour = &result.behaviour;
    let auc = &behaviour.classifier_auc;
    html! {
        p {
            "Verdict over all features: " b { (behaviour.verdict.as_str()) } ". "
            "AUC of the classifier: " (estimate_value(Unit::Area, auc))
            @if finite(auc.value).is_some() {
                @if let Some(interval) = estimate_interval(Unit::Area, auc) {
                    " (95\u{202F}% interval " (interval) ", " (n_is(auc.n)) ")"
                }
                "; p against shuffled groups " (p_value(behaviour.classifier_p)) ". Method: "
                (name(without_full_stop(&auc.method))) "."
            } @else {
                " (" (name(without_full_stop(&auc.method))) ")."
            }
        }
    }
}

/// Quantities compared between strict crossover users and matched others.
pub fn comparison_view(
    compared: &[FeatureComparison],
    title: &str,
    public_source: &str,
    equivalence_margin: f64,
    data_file: &'static str,
) -> TableView {
    let mut notes = Notes::default();
    let features = compared.iter();
    let rows = features
        .clone()
        .map(|feature| feature_row(&mut notes, feature))
        .collect();
    TableView {
        title: title.to_owned(),
        basis: format!(
            "Population: strict crossover users and matched others of {}; n by row, crossover \
             users above. Intervals of 95\u{202F}% below the values. Method of delta strict: {}. Of delta expected: {}. \
             MW p, Mann-Whitney adjusted over features after Benjamini and Hochberg; KS p, \
             Kolmogorov-Smirnov; Equiv. p, two one-sided tests within ±{}.",
            public_source,
            method_of(features.clone().map(|feature| &feature.cliffs_delta)),
            method_of(features.map(|feature| &feature.cliffs_delta_expected)),
            fixed(equivalence_margin, 3),
        ),
        data_file,
        heads: vec![
            words("Feature"),
            numbers("n"),
            numbers("Median"),
            numbers("Delta strict"),
            numbers("Delta expected"),
            numbers("MW p, adjusted"),
            numbers("KS p"),
            numbers("Equiv. p"),
            words("Verdict"),
        ],
        rows,
        when_empty: "No feature could be compared.",
        notes,
    }
}

fn feature_row(notes: &mut Notes, feature: &FeatureComparison) -> Vec<Markup> {
    let median = median_cell(notes, feature.crossover_median);
    let other_median = median_cell(notes, feature.other_median);
    vec![
        name_and_meaning(&words_of_name(&feature.feature), &feature.about),
        html! { (count(feature.crossover_count)) span.below { (count(feature.other_count)) } },
        html! { (median) span.below { (other_median) } },
        estimate_cell(notes, Unit::Coefficient, &feature.cliffs_delta),
        estimate_cell(notes, Unit::Coefficient, &feature.cliffs_delta_expected),
        p_cell(notes, feature.adjusted_p),
        p_cell(notes, feature.kolmogorov_smirnov_p),
        p_cell(notes, feature.equivalence_p),
        html! { (feature.verdict.as_str()) },
    ]
}

fn median_cell(notes: &mut Notes, median: Option<f64>) -> Markup {
    match finite(median) {
        Some(median) => html! { (value(Unit::Amount, median, 0)) },
        None => notes.missing("median not determined"),
    }
}

fn p_cell(notes: &mut Notes, p: Option<f64>) -> Markup {
    match finite(p) {
        Some(_) => html! { (p_value(p)) },
        None => notes.missing("test not run"),
    }
}
