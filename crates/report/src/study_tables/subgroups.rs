//! Prevalence by subgroup of the population, and under other assumptions.

use entangle_model::study::{SensitivityPoint, StudyResult, Subgroup, SubgroupDivision};

use crate::number::Unit;
use crate::study_table::{Layout, StudyTable};
use crate::table::Table;
use crate::wording::{method_of, population};

/// The data of prevalence by subgroup, also of its figure.
pub fn subgroups_data(divisions: &[SubgroupDivision]) -> Table {
    let rows: Vec<(&SubgroupDivision, &Subgroup)> = divisions
        .iter()
        .flat_map(|division| division.groups.iter().map(move |group| (division, group)))
        .collect();
    let rows = rows.iter();
    Table::new("subgroups")
        .text(
            "division",
            rows.clone().map(|(division, _)| division.name.as_str()),
        )
        .text("group", rows.clone().map(|(_, group)| group.label.as_str()))
        .count(
            "account_count",
            rows.clone().map(|(_, group)| group.account_count),
        )
        .estimates("strict_", rows.clone().map(|(_, group)| &group.strict))
        .estimates("expected_", rows.map(|(_, group)| &group.expected))
}

/// Prevalence by subgroup.
pub fn subgroups_table(result: &StudyResult) -> StudyTable {
    let groups = result
        .subgroups
        .iter()
        .flat_map(|division| &division.groups);
    Layout::of(
        subgroups_data(&result.subgroups),
        "Prevalence of crossover users by subgroup of the population",
    )
    .basis(format!(
        "Population: {}, divided once by each heading; n: the accounts of the group. Intervals of \
         95\u{202F}% below the values. Method of strict: {}. Of expected: {}.",
        population(result),
        method_of(groups.clone().map(|group| &group.strict)),
        method_of(groups.map(|group| &group.expected)),
    ))
    .when_empty("The population was not divided.")
    .grouped_by(|row| row.text("division").to_owned())
    .words("Group", |row, _| row.text_cell("group"))
    .numbers("n", |row, _| row.count_cell("account_count"))
    .numbers("Strict", |row, reasons| {
        reasons.value_and_interval(Unit::Share, &row.estimate("strict_"))
    })
    .numbers("Expected", |row, reasons| {
        reasons.value_and_interval(Unit::Share, &row.estimate("expected_"))
    })
    .finish()
}

/// The data of the expected share under other assumptions, also of its figure.
pub fn sensitivity_data(points: &[SensitivityPoint]) -> Table {
    let rows = points.iter();
    Table::new("sensitivity")
        .text(
            "assumption",
            rows.clone().map(|point| point.assumption.as_str()),
        )
        .text("choice", rows.clone().map(|point| point.choice.as_str()))
        .estimates("expected_", rows.map(|point| &point.expected))
}

/// The expected share under other assumptions.
pub fn sensitivity_table(result: &StudyResult) -> StudyTable {
    Layout::of(
        sensitivity_data(&result.sensitivity),
        "The expected share with one thing assumed otherwise",
    )
    .basis(format!(
        "Population: {}, or those of it that a row says; n by row. Method: {}, computed again for \
         each row.",
        population(result),
        method_of(result.sensitivity.iter().map(|point| &point.expected)),
    ))
    .when_empty("Nothing else was assumed.")
    .grouped_by(|row| row.text("assumption").to_owned())
    .words("Assumed", |row, _| row.text_cell("choice"))
    .numbers("Expected", |row, reasons| {
        reasons.value(Unit::Share, &row.estimate("expected_"))
    })
    .numbers("95\u{202F}% interval", |row, reasons| {
        reasons.interval(Unit::Share, &row.estimate("expected_"))
    })
    .numbers("n", |row, _| row.count_cell("expected_n"))
    .finish()
}
