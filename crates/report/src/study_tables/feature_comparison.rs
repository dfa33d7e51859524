//! Quantities compared between crossover users and matched others, as a table.

use entangle_model::study::{FeatureComparison, StudyResult};

use crate::number::{Unit, fixed};
use crate::study_table::{Cell, Layout, StudyTable};
use crate::table::Table;
use crate::wording::{method_of, words_of_name};

/// The data of compared quantities under the name of their table.
pub fn comparison_data(name: &'static str, compared: &[FeatureComparison]) -> Table {
    let rows = compared.iter();
    Table::new(name)
        .text("feature", rows.clone().map(|row| row.feature.as_str()))
        .text("about", rows.clone().map(|row| row.about.as_str()))
        .count(
            "crossover_count",
            rows.clone().map(|row| row.crossover_count),
        )
        .count("other_count", rows.clone().map(|row| row.other_count))
        .number(
            "crossover_median",
            rows.clone().map(|row| row.crossover_median),
        )
        .number("other_median", rows.clone().map(|row| row.other_median))
        .estimates("cliffs_delta_", rows.clone().map(|row| &row.cliffs_delta))
        .estimates(
            "cliffs_delta_expected_",
            rows.clone().map(|row| &row.cliffs_delta_expected),
        )
        .number("mann_whitney_p", rows.clone().map(|row| row.mann_whitney_p))
        .number(
            "kolmogorov_smirnov_p",
            rows.clone().map(|row| row.kolmogorov_smirnov_p),
        )
        .number("adjusted_p", rows.clone().map(|row| row.adjusted_p))
        .number("equivalence_p", rows.clone().map(|row| row.equivalence_p))
        .text("verdict", rows.map(|row| row.verdict.as_str()))
}

/// The table of compared quantities from their data.
pub fn comparison_table(
    result: &StudyResult,
    compared: &[FeatureComparison],
    data: Table,
    title: &str,
) -> StudyTable {
    let without_median = "median not determined";
    Layout::of(data, title)
        .basis(basis(result, compared))
        .when_empty("No feature could be compared.")
        .words("Feature", |row, _| {
            Cell::text(words_of_name(row.text("feature"))).meaning(row.text("about"))
        })
        .numbers("n", |row, _| {
            row.count_cell("crossover_count")
                .other_group(row.count_cell("other_count"))
        })
        .numbers("Median", move |row, reasons| {
            let mut median =
                |column| reasons.number(Unit::Amount, row.number(column), without_median);
            let crossover = median("crossover_median");
            crossover.other_group(median("other_median"))
        })
        .numbers("Delta strict", |row, reasons| {
            reasons.value_and_interval(Unit::Coefficient, &row.estimate("cliffs_delta_"))
        })
        .numbers("Delta expected", |row, reasons| {
            reasons.value_and_interval(Unit::Coefficient, &row.estimate("cliffs_delta_expected_"))
        })
        .numbers("MW p, adjusted", |row, reasons| {
            reasons.p(row.number("adjusted_p"))
        })
        .numbers("KS p", |row, reasons| {
            reasons.p(row.number("kolmogorov_smirnov_p"))
        })
        .numbers("Equiv. p", |row, reasons| {
            reasons.p(row.number("equivalence_p"))
        })
        .words("Verdict", |row, _| row.text_cell("verdict"))
        .finish()
}

fn basis(result: &StudyResult, compared: &[FeatureComparison]) -> String {
    let rows = compared.iter();
    format!(
        "Population: strict crossover users and matched others of {}; n by row, crossover users \
         first, others second, and so for the medians. Intervals of 95\u{202F}% below the values. \
         Method of delta strict: {}. Of delta expected: {}. MW p, Mann-Whitney adjusted over \
         features after Benjamini and Hochberg; KS p, Kolmogorov-Smirnov; Equiv. p, two one-sided \
         tests within ±{}.",
        result.about.public_source,
        method_of(rows.clone().map(|row| &row.cliffs_delta)),
        method_of(rows.map(|row| &row.cliffs_delta_expected)),
        fixed(result.behaviour.equivalence_margin, 3),
    )
}
