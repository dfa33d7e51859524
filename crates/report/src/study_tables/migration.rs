//! Where those who were active on a target source post after it has fallen silent.

use entangle_model::study::{Destination, Migration, SilentSource, StudyResult};

use crate::number::{Unit, count, finite};
use crate::study_table::{Cell, Layout, Reasons, Row, StudyTable};
use crate::table::Table;
use crate::wording::{day, is_withheld, method_of};

/// What stands in the place of the share of a source on which nobody was active.
fn nothing() -> Destination {
    let nobody = || entangle_model::Estimate::missing(0, "nobody was active on the source");
    Destination {
        source: String::new(),
        kind: String::new(),
        after_count: None,
        after_share: nobody(),
        before_count: None,
        before_share: nobody(),
    }
}

/// The data of the destinations, also of their figure. A source of which nothing is shown has a row
/// without a destination.
pub fn migration_data(migration: &Migration) -> Table {
    let of_source = |silent: &'_ SilentSource| -> Vec<(SilentSource, Destination)> {
        let row = |destination: &Destination| (silent.clone(), destination.clone());
        match silent.destinations.is_empty() {
            true => vec![(silent.clone(), nothing())],
            false => silent.destinations.iter().map(row).collect(),
        }
    };
    let rows: Vec<_> = migration
        .silent_sources
        .iter()
        .flat_map(of_source)
        .collect();
    let rows = rows.iter();
    let number = |count: Option<u64>| count.map(|count| count as f64);
    Table::new("migration")
        .text("source", rows.clone().map(|row| row.0.source.as_str()))
        .text("followed", rows.clone().map(|row| row.0.followed.as_str()))
        .text(
            "last_post_at",
            rows.clone().map(|row| row.0.last_post_at.as_str()),
        )
        .count("window_days", rows.clone().map(|row| row.0.window_days))
        .estimates("active_", rows.clone().map(|row| &row.0.active))
        .text(
            "destination_kind",
            rows.clone().map(|row| row.1.kind.as_str()),
        )
        .text("destination", rows.clone().map(|row| row.1.source.as_str()))
        .number(
            "after_count",
            rows.clone().map(|row| number(row.1.after_count)),
        )
        .estimates("after_share_", rows.clone().map(|row| &row.1.after_share))
        .number(
            "before_count",
            rows.clone().map(|row| number(row.1.before_count)),
        )
        .estimates("before_share_", rows.map(|row| &row.1.before_share))
}

/// From each silent source to where its people post.
pub fn migration_table(result: &StudyResult) -> StudyTable {
    let sources = result.migration.silent_sources.iter();
    let destinations = sources.flat_map(|silent| &silent.destinations);
    Layout::of(
        migration_data(&result.migration),
        "Where those who were active on a target source post after it has fallen silent",
    )
    .basis(format!(
        "Population: those who posted on the source in its last days, as each heading says; n: their \
         number. One may post in several places. Intervals of 95\u{202F}% below the shares. Method: \
         {}.",
        method_of(destinations.flat_map(|one| [&one.after_share, &one.before_share])),
    ))
    .when_empty("No target source fell silent.")
    .grouped_by(heading)
    .words("Posts on", destination)
    .numbers("After", |row, reasons| number(row, "after", reasons))
    .numbers("Share after", |row, reasons| {
        reasons.value_and_interval(Unit::Share, &row.estimate("after_share_"))
    })
    .numbers("Before", |row, reasons| number(row, "before", reasons))
    .numbers("Share before", |row, reasons| {
        reasons.value_and_interval(Unit::Share, &row.estimate("before_share_"))
    })
    .finish()
}

fn heading(row: &Row<'_>) -> String {
    let active = row.estimate("active_");
    let number = match finite(active.value) {
        Some(_) => format!("{} active", count(active.n)),
        None if is_withheld(&active) => "few active".to_owned(),
        None => "number not known".to_owned(),
    };
    format!(
        "{}, silent from {} on, {number} ({}, {} days)",
        row.text("source"),
        day(row.text("last_post_at")),
        followed_in_words(row.text("followed")),
        count(row.count("window_days")),
    )
}

/// Who is followed, as headings name them.
pub fn followed_in_words(followed: &str) -> &'static str {
    match followed {
        "crossover_users" => "strict crossover users",
        "linked_accounts" => "accounts linked with another target source",
        _ => "accounts",
    }
}

fn destination(row: &Row<'_>, reasons: &mut Reasons) -> Cell {
    match row.text("destination_kind") {
        "nowhere" => Cell::text("nowhere seen"),
        "public" => row.text_cell("destination").meaning("the public source"),
        "" => {
            let active = row.estimate("active_");
            reasons.missing(match finite(active.value) {
                Some(_) => row.text("after_share_method"),
                None => row.text("active_method"),
            })
        }
        _ => row.text_cell("destination"),
    }
}

fn number(row: &Row<'_>, when: &str, reasons: &mut Reasons) -> Cell {
    let reason = row.text(&format!("{when}_share_method"));
    reasons.number(Unit::Count, row.number(&format!("{when}_count")), reason)
}
