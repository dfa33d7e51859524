//! The expected share under other assumptions.

use entangle_model::Estimate;
use entangle_model::study::{SensitivityPoint, StudyResult};

use super::Figure;
use super::canvas::{Drawing, Shape, colour};
use super::row_plot::{Mark, Row, RowPlot};
use crate::number::{Unit, estimate_note, finite};
use crate::study_tables::sensitivity_data;
use crate::wording::{any_withheld, is_missing, population};

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    Figure {
        name: "sensitivity",
        title: "The expected share under other assumptions".to_owned(),
        description: describe(&result.sensitivity),
        basis: format!(
            "Population: {}, or those of it that a row says; n by row in the data. Method: the expected share, \
             computed again with one thing assumed otherwise.",
            population(result)
        ),
        reading: "Each row changes one assumption and nothing else; the upright line is the study's own share. Lambda is the \
                  share of linked accounts that the linkage learned, log odds are those of every candidate, and \
                  leaving out candidates leaves out true ones as well. What moves the circle far is what the result \
                  rests on.",
        drawing: draw(&result.sensitivity),
        is_withheld: any_withheld(expected_shares(&result.sensitivity)),
        data: sensitivity_data(&result.sensitivity),
    }
}

fn draw(points: &[SensitivityPoint]) -> Option<Drawing> {
    let rows = points
        .chunk_by(|left, right| left.assumption == right.assumption)
        .flat_map(|of_one| {
            let heading = Row::Heading(of_one[0].assumption.clone());
            std::iter::once(heading).chain(of_one.iter().map(row))
        })
        .collect();
    RowPlot {
        rows,
        legend: Vec::new(),
        note_heading: "expected and 95\u{202F}% interval".to_owned(),
        axis_title: "Expected share, %".to_owned(),
        tick_factor: 100.0,
        covers: vec![0.0],
        reference: points
            .first()
            .and_then(|point| finite(point.expected.value)),
        band: None,
    }
    .draw()
}

fn row(point: &SensitivityPoint) -> Row {
    Row::Marks {
        label: point.choice.clone(),
        note: estimate_note(Unit::Share, &point.expected),
        marks: vec![Mark::of(&point.expected, Shape::Dot, colour::BLUE)],
    }
}

fn describe(points: &[SensitivityPoint]) -> String {
    let shares = || {
        points
            .iter()
            .filter_map(|point| finite(point.expected.value))
    };
    let least = shares().min_by(f64::total_cmp);
    let most = shares().max_by(f64::total_cmp);
    match (least, most) {
        (Some(least), Some(most)) => format!(
            "Over all rows the expected share lies between {:.1} and {:.1} %.",
            100.0 * least,
            100.0 * most
        ),
        _ => format!(
            "The expected share {}.",
            is_missing(any_withheld(expected_shares(points)))
        ),
    }
}

fn expected_shares(points: &[SensitivityPoint]) -> impl Iterator<Item = &Estimate> {
    points.iter().map(|point| &point.expected)
}
