//! What was read, what limits the numbers, and how the report was made.

use entangle_model::study::StudyResult;
use maud::{Markup, html};

use super::parts::{Notes, Numbering, TableView, name, numbers, words};
use crate::number::{Unit, count, fixed, value};
use crate::visible_text::{visible_line, visible_lines};

/// The ledger of every source.
pub fn coverage(result: &StudyResult, numbering: &mut Numbering) -> Markup {
    let rows = result
        .coverage
        .iter()
        .map(|row| {
            let mut cells = vec![name(&row.source), name(&row.record)];
            cells.extend(
                [
                    row.asked_count,
                    row.received_count,
                    row.mapped_count,
                    row.rejected_count,
                    row.duplicate_count,
                    row.missing_parent_count,
                ]
                .map(|number| html! { (count(number)) }),
            );
            cells
        })
        .collect();
    let table = TableView {
        title: "What was asked for, read and lost".to_owned(),
        basis: "Population: rows of the input, by source and kind of record. n: the counts \
                themselves. Method: counted during import. No parent: records whose author, \
                thread or parent is not in the workspace."
            .to_owned(),
        data_file: "tables/coverage.csv",
        heads: vec![
            words("Source"),
            words("Record"),
            numbers("Asked"),
            numbers("Read"),
            numbers("Mapped"),
            numbers("Rejected"),
            numbers("Duplicates"),
            numbers("No parent"),
        ],
        rows,
        when_empty: "No ledger came with this result.",
        notes: Notes::default(),
    };
    html! {
        p {
            "What is not in the data is not in the numbers. This is what the input held and what \
             became of it."
        }
        (table.markup(numbering))
    }
}

/// What limits each part.
pub fn limits(result: &StudyResult, numbering: &mut Numbering) -> Markup {
    let rows = result
        .limits
        .iter()
        .map(|limit| vec![name(&limit.part), name(&limit.limit)])
        .collect();
    TableView {
        title: "Limits and the part of the result they touch".to_owned(),
        basis: "Population, n and method: as in the part named.".to_owned(),
        data_file: "tables/limits.csv",
        heads: vec![words("Part"), words("Limit")],
        rows,
        when_empty: "No limit was recorded, which does not mean that there is none.",
        notes: Notes::default(),
    }
    .markup(numbering)
}

/// Program, snapshot, seed and configuration: enough to make the same bytes again.
pub fn making(result: &StudyResult) -> Markup {
    let about = &result.about;
    let facts = [
        (
            "Program",
            format!("Entangle {}", visible_line(&about.program_version)),
        ),
        ("Snapshot of the workspace", about.snapshot.to_string()),
        ("Seed of every random step", about.seed.to_string()),
        (
            "A pair is called a link from",
            format!(
                "a match probability of {}",
                fixed(about.link_threshold_probability, 2)
            ),
        ),
        (
            "Margin of a name’s surprisal",
            format!(
                "{} bits",
                value(Unit::Amount, about.surprisal_margin_bits, 0)
            ),
        ),
        (
            "Cells not shown",
            match about.suppress_below_count {
                0 | 1 => "none".to_owned(),
                floor => format!(
                    "those that rest on 1 to {} crossover users",
                    count(floor - 1)
                ),
            },
        ),
    ];
    html! {
        p {
            "The same snapshot, configuration, seed and version of the program give the same \
             numbers to the last digit. All numbers are in " code { "results.json" } ", the \
             tables as CSV and Parquet in " code { "tables" } ", the figures and their data in "
            code { "figures" } "."
        }
        dl.facts {
            @for (title, fact) in &facts { dt { (title) } dd { (fact) } }
        }
        h3 { "Configuration" }
        pre { (visible_lines(&about.configuration)) }
    }
}
