//! What was read, and what limits the numbers.

use entangle_model::study::StudyResult;

use crate::study_table::{Layout, StudyTable};
use crate::table::Table;

/// The ledger of every source.
pub fn coverage_table(result: &StudyResult) -> StudyTable {
    let rows = result.coverage.iter();
    let data = Table::new("coverage")
        .text("source", rows.clone().map(|row| row.source.as_str()))
        .text("record", rows.clone().map(|row| row.record.as_str()))
        .count("asked_count", rows.clone().map(|row| row.asked_count))
        .count("received_count", rows.clone().map(|row| row.received_count))
        .count("mapped_count", rows.clone().map(|row| row.mapped_count))
        .count("rejected_count", rows.clone().map(|row| row.rejected_count))
        .count(
            "duplicate_count",
            rows.clone().map(|row| row.duplicate_count),
        )
        .count(
            "missing_parent_count",
            rows.map(|row| row.missing_parent_count),
        );
    Layout::of(data, "What was asked for, read and lost")
        .basis(
            "Population: rows of the input, by source and kind of record. n: the counts \
             themselves. Method: counted during import. No parent: records whose author, thread \
             or parent is not in the workspace.",
        )
        .when_empty("No ledger came with this result.")
        .words("Source", |row, _| row.text_cell("source"))
        .words("Record", |row, _| row.text_cell("record"))
        .numbers("Asked", |row, _| row.count_cell("asked_count"))
        .numbers("Read", |row, _| row.count_cell("received_count"))
        .numbers("Mapped", |row, _| row.count_cell("mapped_count"))
        .numbers("Rejected", |row, _| row.count_cell("rejected_count"))
        .numbers("Duplicates", |row, _| row.count_cell("duplicate_count"))
        .numbers("No parent", |row, _| row.count_cell("missing_parent_count"))
        .finish()
}

/// What limits each part.
pub fn limits_table(result: &StudyResult) -> StudyTable {
    let limits = result.limits.iter();
    let data = Table::new("limits")
        .text("part", limits.clone().map(|limit| limit.part.as_str()))
        .text("limit", limits.map(|limit| limit.limit.as_str()));
    Layout::of(data, "Limits and the part of the result they touch")
        .basis("Population, n and method: as in the part named.")
        .when_empty("No limit was recorded, which does not mean that there is none.")
        .words("Part", |row, _| row.text_cell("part"))
        .words("Limit", |row, _| row.text_cell("limit"))
        .finish()
}
