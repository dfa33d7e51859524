//! Where those who were active on a target source post after it has fallen silent.

use entangle_model::Estimate;
use entangle_model::study::{Destination, Migration, SilentSource, StudyResult};

use super::Figure;
use super::canvas::{Drawing, Shape, colour};
use super::row_plot::{LegendEntry, Mark, Row, RowPlot};
use crate::number::{Unit, count, estimate_note, finite};
use crate::study_tables::{followed_in_words, migration_data};
use crate::wording::{any_withheld, day, method_of};

/// Sources drawn; the table has all.
const SOURCE_COUNT_MAX: usize = 8;

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let migration = &result.migration;
    let shares = || shares(migration);
    Figure {
        name: "migration",
        title: "Where those who were active on a target source post after it has fallen silent"
            .to_owned(),
        description: describe(migration),
        basis: format!(
            "Population: those who posted on the source in its last days, n in each heading. \
             Method: {}.",
            method_of(shares()),
        ),
        reading: "Filled circles are the share that posts on the source after, open ones the share \
                  that did in as many days before; lines are 95\u{202F}% intervals. One may post in \
                  several places. A source that fell silent may have closed or been copied no further.",
        data: migration_data(migration),
        drawing: draw(migration),
        is_withheld: any_withheld(shares())
            || any_withheld(migration.silent_sources.iter().map(|silent| &silent.active)),
    }
}

fn shares(migration: &Migration) -> impl Iterator<Item = &Estimate> {
    let destinations = migration.silent_sources.iter();
    let destinations = destinations.flat_map(|silent| &silent.destinations);
    destinations.flat_map(|one| [&one.after_share, &one.before_share])
}

fn draw(migration: &Migration) -> Option<Drawing> {
    let mut rows = Vec::new();
    let drawn = migration.silent_sources.iter();
    for silent in drawn
        .filter(|silent| !silent.destinations.is_empty())
        .take(SOURCE_COUNT_MAX)
    {
        rows.push(Row::Heading(heading(silent)));
        rows.extend(silent.destinations.iter().map(row));
    }
    RowPlot {
        rows,
        legend: vec![
            LegendEntry::new(Shape::Dot, colour::BLUE, "after"),
            LegendEntry::new(Shape::Ring, colour::GREEN, "before"),
        ],
        note_heading: "after and 95\u{202F}% interval".to_owned(),
        axis_title: "Share of those active, %".to_owned(),
        tick_factor: 100.0,
        covers: vec![0.0],
        reference: None,
        band: None,
    }
    .draw()
}

fn heading(silent: &SilentSource) -> String {
    format!(
        "{}, from {} on: {} {}",
        silent.source,
        day(&silent.last_post_at),
        count(silent.active.n),
        followed_in_words(&silent.followed)
    )
}

fn row(destination: &Destination) -> Row {
    let after = Mark::of(&destination.after_share, Shape::Dot, colour::BLUE);
    let before = Mark::of(&destination.before_share, Shape::Ring, colour::GREEN);
    Row::Marks {
        label: named(destination).to_owned(),
        note: estimate_note(Unit::Share, &destination.after_share),
        marks: vec![before.lowered_by(5.5), after.lowered_by(-5.5)],
    }
}

fn named(destination: &Destination) -> &str {
    match destination.kind.as_str() {
        "nowhere" => "nowhere seen",
        _ => &destination.source,
    }
}

fn describe(migration: &Migration) -> String {
    let of_source = |silent: &SilentSource| {
        let after = |one: &&Destination| finite(one.after_share.value).unwrap_or(0.0);
        let most = silent
            .destinations
            .iter()
            .filter(|one| finite(one.after_share.value).is_some())
            .max_by(|left, right| after(left).total_cmp(&after(right)))?;
        Some(format!(
            "Of {} {} on {}, most post {} afterwards: {}.",
            count(silent.active.n),
            followed_in_words(&silent.followed),
            silent.source,
            match most.kind.as_str() {
                "nowhere" => "nowhere that is seen".to_owned(),
                _ => format!("on {}", most.source),
            },
            estimate_note(Unit::Share, &most.after_share)
        ))
    };
    let sources = migration.silent_sources.iter().take(SOURCE_COUNT_MAX);
    let sentences: Vec<String> = sources.filter_map(of_source).collect();
    match sentences.is_empty() {
        true => "No source that fell silent is shown.".to_owned(),
        false => sentences.join(" "),
    }
}
