//! What the design could have found.

use entangle_model::study::StudyResult;

use crate::number::{Unit, finite, fixed, percent, value};
use crate::study_table::{Cell, Layout, Reasons, Row, StudyTable};
use crate::table::Table;
use crate::wording::population;

/// The least amounts that the design would have found.
pub fn design_power_table(result: &StudyResult) -> StudyTable {
    let power = &result.design_power;
    let rows = power.rows.iter();
    let data = Table::new("design_power")
        .text("quantity", rows.clone().map(|row| row.quantity.as_str()))
        .text("form", rows.clone().map(|row| row.form.as_str()))
        .number("power", rows.clone().map(|_| Some(power.power)))
        .number(
            "crossover_count",
            rows.clone().map(|row| row.crossover_count),
        )
        .number("other_count", rows.clone().map(|row| row.other_count))
        .number("other_share", rows.clone().map(|row| row.other_share))
        .number("margin", rows.clone().map(|row| row.margin))
        .estimates("least_", rows.map(|row| &row.least));
    Layout::of(
        data,
        format!(
            "What the design could have found with a probability of {}",
            value(Unit::Amount, power.power, 0)
        ),
    )
    .basis(format!(
        "Population: {}. n: accounts compared, by row; of the expected form effective numbers, \
         which are smaller than the numbers of accounts. The amounts follow from the sizes and have \
         no interval. Method by row.",
        population(result)
    ))
    .when_empty("Nothing was worked out.")
    .grouped_by(|row| group(row).to_owned())
    .words("It would have found", sentence)
    .numbers("Crossover users", |row, _| size(row.number("crossover_count")))
    .numbers("Others", |row, _| size(row.number("other_count")))
    .words("Method", |row, reasons| match finite(row.number("least_value")) {
        Some(_) => row.text_cell("least_method"),
        None => reasons.missing(row.text("least_method")),
    })
    .finish()
}

fn group(row: &Row<'_>) -> &'static str {
    match (row.text("quantity"), row.text("form")) {
        ("least_prevalence", _) => "Corrected share",
        (_, "expected") => "Crossover users by their probability, and weighted others",
        _ => "Strict crossover users and matched others",
    }
}

fn size(number: Option<f64>) -> Cell {
    Cell::text(number.map_or_else(
        || "–".to_owned(),
        |number| value(Unit::Count, number.round(), 0),
    ))
}

/// What would have been found, in a plain sentence.
fn sentence(row: &Row<'_>, reasons: &mut Reasons) -> Cell {
    let estimate = row.estimate("least_");
    let Some(least) = finite(estimate.value) else {
        let missing = reasons.missing(&estimate.method);
        return missing.meaning(sought(row.text("quantity")));
    };
    let coefficient = value(Unit::Coefficient, least, 0);
    match row.text("quantity") {
        "least_cliffs_delta" => Cell::text(format!(
            "a feature that differs by a Cliff’s delta of {coefficient} or more"
        )),
        "least_equivalence_margin" => margin_sentence(row, least, &coefficient),
        "least_share_difference" => Cell::text(format!(
            "a share among crossover users that lies {} percentage points or more above one of {} \
             among others",
            fixed(100.0 * least, 1),
            percent(row.number("other_share").unwrap_or(0.0), 0),
        )),
        "least_prevalence" => Cell::text(format!(
            "that there are crossover users, if they are {} of the accounts or more",
            percent(least, estimate.n)
        )),
        _ => Cell::text(coefficient),
    }
}

fn margin_sentence(row: &Row<'_>, least: f64, coefficient: &str) -> Cell {
    let words = format!(
        "sameness of a feature that does not differ, within a margin of ±{coefficient} of Cliff’s \
         delta or more"
    );
    let Some(margin) = finite(row.number("margin")) else {
        return Cell::text(words);
    };
    let is_found = least <= margin;
    let verdict = match is_found {
        true => "which the margin of the study is",
        false => "which the margin of the study is not",
    };
    Cell::text(format!("{words}, {verdict} (±{})", fixed(margin, 3))).strong(!is_found)
}

fn sought(quantity: &str) -> &'static str {
    match quantity {
        "least_cliffs_delta" => "a feature that differs",
        "least_equivalence_margin" => "sameness of a feature that does not differ",
        "least_share_difference" => "a share that differs",
        "least_prevalence" => "that there are crossover users",
        _ => "something else",
    }
}
