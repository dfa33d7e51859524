//! Prevalence by subgroup of the population.

use entangle_model::study::{StudyResult, Subgroup, SubgroupDivision};

use super::Figure;
use super::canvas::{Drawing, Shape, colour};
use super::row_plot::{LegendEntry, Mark, Row, RowPlot};
use crate::number::{Unit, count, estimate_note, finite};
use crate::study_tables::subgroups_data;
use crate::wording::{any_withheld, is_missing, population};

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    Figure {
        name: "subgroups",
        title: "Prevalence by subgroup".to_owned(),
        description: describe(&result.subgroups),
        basis: format!(
            "Population: {}, divided once by each heading; n by row. Method: as for the expected and the \
             strict share, within the group.",
            population(result)
        ),
        reading: "Filled circles are the expected share of the group, open circles the strict one; lines are \
                  95\u{202F}% intervals. The upright line is the expected share of the whole. Whoever posts more \
                  shows more by which to be found, so a difference between groups is no cause.",
        drawing: draw(result),
        is_withheld: is_any_withheld(&result.subgroups),
        data: subgroups_data(&result.subgroups),
    }
}

fn draw(result: &StudyResult) -> Option<Drawing> {
    let mut rows = Vec::new();
    for division in &result.subgroups {
        rows.push(Row::Heading(division.name.clone()));
        rows.extend(division.groups.iter().map(row));
    }
    RowPlot {
        rows,
        legend: vec![
            LegendEntry::new(Shape::Dot, colour::BLUE, "expected"),
            LegendEntry::new(Shape::Ring, colour::GREEN, "strict"),
        ],
        note_heading: "expected and 95\u{202F}% interval".to_owned(),
        axis_title: "Share of the group, %".to_owned(),
        tick_factor: 100.0,
        covers: vec![0.0],
        reference: finite(result.prevalence.expected.value),
        band: None,
    }
    .draw()
}

fn row(group: &Subgroup) -> Row {
    let strict = Mark::of(&group.strict, Shape::Ring, colour::GREEN);
    let expected = Mark::of(&group.expected, Shape::Dot, colour::BLUE);
    Row::Marks {
        label: format!("{} (n {})", group.label, count(group.account_count)),
        note: estimate_note(Unit::Share, &group.expected),
        marks: vec![strict.lowered_by(5.5), expected.lowered_by(-5.5)],
    }
}

fn describe(divisions: &[SubgroupDivision]) -> String {
    let spans = divisions.iter().filter_map(|division| {
        let shares = division.groups.iter();
        let mut shares: Vec<(f64, &str)> = shares
            .filter_map(|group| Some((finite(group.expected.value)?, group.label.as_str())))
            .collect();
        shares.sort_by(|left, right| left.0.total_cmp(&right.0));
        let ((low, lowest), (high, highest)) = (shares.first()?, shares.last()?);
        Some(format!(
            "By {}, the expected share is lowest for {lowest} ({:.1} %) and highest for {highest} ({:.1} %).",
            division.name,
            100.0 * low,
            100.0 * high
        ))
    });
    let text: Vec<String> = spans.collect();
    match text.is_empty() {
        true => format!(
            "The share of every subgroup {}.",
            is_missing(is_any_withheld(divisions))
        ),
        false => text.join(" "),
    }
}

fn is_any_withheld(divisions: &[SubgroupDivision]) -> bool {
    let groups = divisions.iter().flat_map(|division| &division.groups);
    any_withheld(groups.map(|group| &group.expected))
}
