//! The tables of a comparison.

use entangle_model::Estimate;

use super::{ComparedStatistic, Comparison, Relation, SourceChange};
use crate::number::{Unit, count, finite, fixed};
use crate::study_table::{Below, Cell, Layout, Reasons, Row, StudyTable};
use crate::table::Table;
use crate::wording::n_is;

const STATISTICS: &str = "comparison_statistics";

/// Every table of a comparison.
pub fn comparison_tables(comparison: &Comparison) -> Vec<StudyTable> {
    vec![
        statistics_table(comparison),
        sources_table(comparison),
        configuration_table(comparison),
    ]
}

fn statistics_table(comparison: &Comparison) -> StudyTable {
    let statistics = &comparison.statistics;
    let layout = Layout::of(
        statistics_data(statistics),
        "Every statistic that both studies have, side by side",
    )
    .basis(statistics_basis(comparison))
    .when_empty("The two studies have no statistic in common.")
    .grouped_by(|row| part_title(row.text("part")).to_owned())
    .words("Statistic", |row, _| row.text_cell("statistic"))
    .numbers("First", |row, reasons| shown(row, reasons, "first_"))
    .numbers("n", |row, _| row.count_cell("first_n"))
    .numbers("Second", |row, reasons| shown(row, reasons, "second_"))
    .numbers("n", |row, _| row.count_cell("second_n"));
    match comparison.relation {
        Relation::SharedSource => layout.finish(),
        Relation::SeparateSources => layout
            .numbers("Second less first", difference_cell)
            .finish(),
    }
}

fn statistics_data(statistics: &[ComparedStatistic]) -> Table {
    let rows = statistics.iter();
    let none = Estimate::missing(
        0,
        "not subtracted: populations that share accounts, or a number that does not describe the \
         population alone",
    );
    let differences: Vec<&Estimate> = rows
        .clone()
        .map(|row| row.difference.as_ref().unwrap_or(&none))
        .collect();
    Table::new(STATISTICS)
        .text("part", rows.clone().map(|row| row.part))
        .text("statistic", rows.clone().map(|row| row.name.as_str()))
        .text("unit", rows.clone().map(|row| row.unit.name()))
        .estimates("first_", rows.clone().map(|row| &row.first))
        .estimates("second_", rows.map(|row| &row.second))
        .estimates("difference_", differences.into_iter())
}

fn part_title(part: &str) -> &str {
    match part {
        "prevalence" => "Prevalence",
        "subgroups" => "Prevalence by subgroup",
        "chance" => "What chance gives, by null model",
        "targets" => "Target sources",
        "strength" => "Strength of participation",
        "order" => "Which side came first",
        "behaviour" => "Behaviour on the public source",
        "network" => "Who answers whom on the public source",
        other => other,
    }
}

fn statistics_basis(comparison: &Comparison) -> String {
    let (first, second) = (&comparison.first, &comparison.second);
    let populations = format!(
        "Populations: accounts of {} ({}, snapshot {}) and of {} ({}, snapshot {}) that the rule \
         of each study includes. Intervals of 95\u{202F}% below the values; method of each value: \
         in the data.",
        first.public_source,
        n_is(first.included_count),
        first.snapshot,
        second.public_source,
        n_is(second.included_count),
        second.snapshot,
    );
    match comparison.relation {
        Relation::SharedSource => {
            format!("{populations} The two share accounts, so no difference is computed.")
        }
        Relation::SeparateSources => format!(
            "{populations} Differences: the interval is recovered from the two intervals (Zou and \
             Donner 2008), the two taken as independent; pp, percentage points. Counts, shares of \
             a target source and null models are not subtracted."
        ),
    }
}

fn shown(row: &Row<'_>, reasons: &mut Reasons, prefix: &str) -> Cell {
    reasons.value_and_interval(Unit::of_name(row.text("unit")), &row.estimate(prefix))
}

fn difference_cell(row: &Row<'_>, reasons: &mut Reasons) -> Cell {
    let difference = row.estimate("difference_");
    let Some(value) = finite(difference.value) else {
        return reasons.missing(&difference.method);
    };
    let unit = Unit::of_name(row.text("unit"));
    let mut cell = Cell::text(difference_words(unit, value));
    if let (Some(low), Some(high)) = (finite(difference.low), finite(difference.high)) {
        let (low, high) = (difference_number(unit, low), difference_number(unit, high));
        cell.below = Some(Below::Interval(format!("{low} to {high}")));
    }
    cell
}

/// A difference with its unit and its sign.
pub fn difference_words(unit: Unit, value: f64) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    let points = if unit == Unit::Share { "\u{A0}pp" } else { "" };
    format!("{sign}{}{points}", difference_number(unit, value))
}

/// A difference without its unit; of shares in percentage points.
pub fn difference_number(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Share => fixed(value * 100.0, 2),
        Unit::Area => fixed(value, 3),
        Unit::Count | Unit::Amount | Unit::Coefficient => fixed(value, 2),
    }
}

fn sources_table(comparison: &Comparison) -> StudyTable {
    let rows = comparison.sources.iter();
    let number = |number: Option<u64>| number.map(|number| number as f64);
    let data = Table::new("comparison_sources")
        .text("source", rows.clone().map(|row| row.source.as_str()))
        .text("change", rows.clone().map(|row| row.change.as_str()))
        .number(
            "first_account_count",
            rows.clone().map(|row| number(row.first_account_count)),
        )
        .number(
            "second_account_count",
            rows.clone().map(|row| number(row.second_account_count)),
        )
        .number(
            "first_post_count",
            rows.clone().map(|row| number(row.first_post_count)),
        )
        .number(
            "second_post_count",
            rows.map(|row| number(row.second_post_count)),
        );
    Layout::of(data, "Target sources of the two studies")
        .basis(
            "Population: all accounts and posts of the target sources; n: the counts themselves. \
             Method: counted, told apart by name.",
        )
        .when_empty("Neither study has a target source.")
        .words("Source", |row, _| row.text_cell("source"))
        .words("In", |row, _| {
            let change = row.text("change");
            Cell::text(change).strong(change != SourceChange::Kept.as_str())
        })
        .numbers("Accounts, first", |row, reasons| {
            held(row, reasons, "first_account_count")
        })
        .numbers("Accounts, second", |row, reasons| {
            held(row, reasons, "second_account_count")
        })
        .numbers("Posts, first", |row, reasons| {
            held(row, reasons, "first_post_count")
        })
        .numbers("Posts, second", |row, reasons| {
            held(row, reasons, "second_post_count")
        })
        .finish()
}

fn held(row: &Row<'_>, reasons: &mut Reasons, column: &str) -> Cell {
    match row.number(column) {
        Some(number) => Cell::text(count(number as u64)),
        None => reasons.missing("not a target source of that study"),
    }
}

fn configuration_table(comparison: &Comparison) -> StudyTable {
    let rows = comparison.configuration.iter();
    let data = Table::new("comparison_configuration")
        .text("setting", rows.clone().map(|row| row.setting.as_str()))
        .optional_text("first", rows.clone().map(|row| row.first.clone()))
        .optional_text("second", rows.map(|row| row.second.clone()));
    Layout::of(data, "What the two studies asked differently")
        .basis(
            "Population, n: none, these are settings. Method: settings of the two results, then \
             lines of the study files that only one of them has, without comments.",
        )
        .when_empty("The two studies were configured alike.")
        .words("Setting", |row, _| row.text_cell("setting"))
        .words("First", |row, reasons| setting(row, reasons, "first"))
        .words("Second", |row, reasons| setting(row, reasons, "second"))
        .finish()
}

fn setting(row: &Row<'_>, reasons: &mut Reasons, column: &str) -> Cell {
    match row.optional_text(column) {
        Some(text) => Cell::text(text),
        None => reasons.missing("no such line"),
    }
}
