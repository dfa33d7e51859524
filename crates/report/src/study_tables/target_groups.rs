//! Target sources put together under a name.

use entangle_model::study::StudyResult;

use crate::number::Unit;
use crate::study_table::{Layout, StudyTable};
use crate::table::Table;
use crate::wording::{method_of, population};

/// The groups of target sources.
pub fn target_groups_table(result: &StudyResult) -> StudyTable {
    let groups = result.target_groups.iter();
    let data = Table::new("target_groups")
        .text("group", groups.clone().map(|group| group.name.as_str()))
        .count(
            "source_count",
            groups.clone().map(|group| group.sources.len() as u64),
        )
        .text(
            "sources",
            groups.clone().map(|group| group.sources.join("; ")),
        )
        .count(
            "account_count",
            groups.clone().map(|group| group.account_count),
        )
        .count("post_count", groups.clone().map(|group| group.post_count))
        .estimates(
            "crossover_strict_",
            groups.clone().map(|group| &group.crossover_strict),
        )
        .estimates(
            "crossover_expected_",
            groups.clone().map(|group| &group.crossover_expected),
        );
    Layout::of(
        data,
        "Groups of target sources and the crossover users on any of them",
    )
    .basis(format!(
        "Population: {}; each account is counted once in a group. Intervals of 95\u{202F}% below \
             the values. Method of strict: {}. Of expected: {}.",
        population(result),
        method_of(groups.clone().map(|group| &group.crossover_strict)),
        method_of(groups.map(|group| &group.crossover_expected)),
    ))
    .when_empty("The study file names no group of target sources.")
    .words("Group", |row, _| {
        row.text_cell("group").meaning(row.text("sources"))
    })
    .numbers("Sources", |row, _| row.count_cell("source_count"))
    .numbers("Accounts", |row, _| row.count_cell("account_count"))
    .numbers("Posts", |row, _| row.count_cell("post_count"))
    .numbers("Strict", |row, reasons| {
        reasons.value_and_interval(Unit::Count, &row.estimate("crossover_strict_"))
    })
    .numbers("Expected", |row, reasons| {
        reasons.value_and_interval(Unit::Count, &row.estimate("crossover_expected_"))
    })
    .finish()
}
