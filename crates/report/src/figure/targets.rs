//! Crossover users per target source.

use entangle_model::Estimate;
use entangle_model::study::{StudyResult, TargetSource};

use super::Figure;
use super::canvas::{Drawing, Shape, colour};
use super::row_plot::{LegendEntry, Mark, Row, RowPlot};
use crate::number::{Unit, count, estimate_note, finite};
use crate::study_tables::targets_data;
use crate::wording::{any_withheld, is_missing, population};

/// Sources drawn; the table has all of them.
const SOURCE_COUNT_MAX: usize = 25;

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let targets = shape(&result.targets);
    Figure {
        name: "targets",
        title: "Crossover users by target source".to_owned(),
        description: describe(&targets),
        basis: basis(result),
        reading: "Sources in the order of their expected number. Filled circles are the expected \
                  number, open circles the number by the strict rule; lines are 95\u{202F}% intervals. \
                  The upright mark is the number of equal names that chance alone would give; \
                  where it lies near the circles, equal names say little.",
        drawing: draw(&targets),
        is_withheld: any_withheld(expected_numbers(&result.targets)),
        data: targets_data(&targets),
    }
}

/// The sources in falling order of their expected number; equal ones by name.
fn shape(targets: &[TargetSource]) -> Vec<TargetSource> {
    let expected = |target: &TargetSource| finite(target.crossover_expected.value).unwrap_or(-1.0);
    let mut sorted = targets.to_vec();
    sorted.sort_by(|left, right| {
        expected(right)
            .total_cmp(&expected(left))
            .then_with(|| left.source.cmp(&right.source))
    });
    sorted
}

fn basis(result: &StudyResult) -> String {
    let unseen_count = result.targets.len().saturating_sub(SOURCE_COUNT_MAX);
    let unseen = if unseen_count > 0 {
        format!(
            " The {SOURCE_COUNT_MAX} sources with the largest expected number are drawn; {} more \
             are in the table.",
            count(unseen_count as u64)
        )
    } else {
        String::new()
    };
    format!(
        "Population: {}. Method: as stated in the table of target sources.{unseen}",
        population(result)
    )
}

fn draw(targets: &[TargetSource]) -> Option<Drawing> {
    RowPlot {
        rows: targets.iter().take(SOURCE_COUNT_MAX).map(row).collect(),
        legend: vec![
            LegendEntry::new(Shape::Dot, colour::BLUE, "expected"),
            LegendEntry::new(Shape::Ring, colour::GREEN, "strict"),
            LegendEntry::new(Shape::Tick, colour::VERMILLION, "equal names by chance"),
        ],
        note_heading: "expected and 95\u{202F}% interval".to_owned(),
        axis_title: "Number of crossover users".to_owned(),
        tick_factor: 1.0,
        covers: vec![0.0],
        reference: None,
        band: None,
    }
    .draw()
}

fn row(target: &TargetSource) -> Row {
    let chance = Mark {
        low: None,
        high: None,
        ..Mark::of(&target.chance_name_matches, Shape::Tick, colour::VERMILLION)
    };
    let strict = Mark::of(&target.crossover_strict, Shape::Ring, colour::GREEN);
    let expected = Mark::of(&target.crossover_expected, Shape::Dot, colour::BLUE);
    Row::Marks {
        label: target.source.clone(),
        note: estimate_note(Unit::Count, &target.crossover_expected),
        marks: vec![chance, strict.lowered_by(5.5), expected.lowered_by(-5.5)],
    }
}

fn describe(targets: &[TargetSource]) -> String {
    let most = targets
        .iter()
        .filter(|target| finite(target.crossover_expected.value).is_some())
        .take(3)
        .map(|target| {
            let expected = estimate_note(Unit::Count, &target.crossover_expected);
            format!("{}: {expected}", target.source)
        })
        .collect::<Vec<_>>();
    if most.is_empty() {
        format!(
            "The number of every target source {}.",
            is_missing(any_withheld(expected_numbers(targets)))
        )
    } else {
        format!("Largest expected numbers: {}.", most.join("; "))
    }
}

fn expected_numbers(targets: &[TargetSource]) -> impl Iterator<Item = &Estimate> {
    targets.iter().map(|target| &target.crossover_expected)
}
