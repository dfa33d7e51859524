//! The target sources, and what pairs of them have in common.

use entangle_model::study::{StudyResult, TargetOverlap, TargetSource};

use crate::number::Unit;
use crate::study_table::{Cell, Layout, StudyTable};
use crate::table::Table;
use crate::wording::{method_of, population};

/// The data of the target sources, also of their figure.
pub fn targets_data(targets: &[TargetSource]) -> Table {
    let rows = targets.iter();
    Table::new("targets")
        .text("source", rows.clone().map(|target| target.source.as_str()))
        .text("kind", rows.clone().map(|target| target.kind.as_str()))
        .optional_text(
            "language",
            rows.clone().map(|target| target.language.clone()),
        )
        .count(
            "account_count",
            rows.clone().map(|target| target.account_count),
        )
        .count("post_count", rows.clone().map(|target| target.post_count))
        .estimates(
            "crossover_strict_",
            rows.clone().map(|target| &target.crossover_strict),
        )
        .estimates(
            "crossover_expected_",
            rows.clone().map(|target| &target.crossover_expected),
        )
        .estimates("post_share_", rows.clone().map(|target| &target.post_share))
        .estimates(
            "thread_share_",
            rows.clone().map(|target| &target.thread_share),
        )
        .estimates(
            "chance_name_matches_",
            rows.map(|target| &target.chance_name_matches),
        )
}

/// The target sources.
pub fn targets_table(result: &StudyResult) -> StudyTable {
    Layout::of(
        targets_data(&result.targets),
        "Target sources and the crossover users on them",
    )
    .basis(targets_basis(result))
    .when_empty("There was no target source.")
    .words("Source", |row, _| {
        row.text_cell("source").meaning(row.text("kind"))
    })
    .words("Language", |row, reasons| {
        match row.optional_text("language") {
            Some(language) => Cell::text(language),
            None => reasons.missing("language not stated"),
        }
    })
    .numbers("Accounts", |row, _| row.count_cell("account_count"))
    .numbers("Posts", |row, _| row.count_cell("post_count"))
    .numbers("Strict", |row, reasons| {
        reasons.value_and_interval(Unit::Count, &row.estimate("crossover_strict_"))
    })
    .numbers("Expected", |row, reasons| {
        reasons.value_and_interval(Unit::Count, &row.estimate("crossover_expected_"))
    })
    .numbers("Share of posts", |row, reasons| {
        reasons.value_and_interval(Unit::Share, &row.estimate("post_share_"))
    })
    .numbers("Share of threads", |row, reasons| {
        reasons.value_and_interval(Unit::Share, &row.estimate("thread_share_"))
    })
    .numbers("Equal names by chance", |row, reasons| {
        reasons.value_and_interval(Unit::Count, &row.estimate("chance_name_matches_"))
    })
    .finish()
}

fn targets_basis(result: &StudyResult) -> String {
    let targets = result.targets.iter();
    format!(
        "Population: {}; shares of posts and threads rest on all of the source. Intervals of \
         95\u{202F}% below the values. Method of strict: {}. Of expected: {}. Of share of posts: \
         {}. Of share of threads: {}. Of equal names by chance: {}.",
        population(result),
        method_of(targets.clone().map(|target| &target.crossover_strict)),
        method_of(targets.clone().map(|target| &target.crossover_expected)),
        method_of(targets.clone().map(|target| &target.post_share)),
        method_of(targets.clone().map(|target| &target.thread_share)),
        method_of(targets.map(|target| &target.chance_name_matches)),
    )
}

/// The data of the pairs of target sources, also of their figure.
pub fn target_overlap_data(overlaps: &[TargetOverlap]) -> Table {
    let rows = overlaps.iter();
    Table::new("target_overlap")
        .text(
            "first_source",
            rows.clone().map(|pair| pair.first_source.as_str()),
        )
        .text(
            "second_source",
            rows.clone().map(|pair| pair.second_source.as_str()),
        )
        .estimates(
            "crossover_strict_",
            rows.clone().map(|pair| &pair.crossover_strict),
        )
        .estimates(
            "crossover_expected_",
            rows.map(|pair| &pair.crossover_expected),
        )
}

/// The pairs of target sources.
pub fn target_overlap_table(result: &StudyResult) -> StudyTable {
    let pairs = result.target_overlaps.iter();
    Layout::of(
        target_overlap_data(&result.target_overlaps),
        "Crossover users that two target sources have in common",
    )
    .basis(format!(
        "Population: {}. Intervals of 95\u{202F}% below the values. Method of strict: {}. Of \
         expected: {}.",
        population(result),
        method_of(pairs.clone().map(|pair| &pair.crossover_strict)),
        method_of(pairs.map(|pair| &pair.crossover_expected)),
    ))
    .when_empty("There was no pair of target sources.")
    .words("Source", |row, _| row.text_cell("first_source"))
    .words("And", |row, _| row.text_cell("second_source"))
    .numbers("Strict", |row, reasons| {
        reasons.value_and_interval(Unit::Count, &row.estimate("crossover_strict_"))
    })
    .numbers("Expected", |row, reasons| {
        reasons.value_and_interval(Unit::Count, &row.estimate("crossover_expected_"))
    })
    .finish()
}
