//! Cliff's delta of every feature, with the margin of equivalence.

use entangle_model::study::{Behaviour, FeatureComparison, StudyResult};

use super::Figure;
use super::canvas::{Drawing, Shape, colour};
use super::row_plot::{LegendEntry, Mark, Row, RowPlot};
use crate::number::{finite, fixed};
use crate::study_tables::features_data;
use crate::wording::{
    any_withheld, counted, is_withheld, method_of, missing_in_words, words_of_name,
};

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let behaviour = shape(&result.behaviour);
    Figure {
        name: "features",
        title: "Differences in behaviour on the public source, feature by feature".to_owned(),
        description: describe(&behaviour),
        basis: basis(&behaviour),
        reading: "Features in falling order of Cliff’s delta. Right of zero crossover users have \
                  more, left of it less. Filled circles are strict crossover users, open circles \
                  weigh each account by its probability; lines are 95\u{202F}% intervals. The grey band \
                  is the margin within which a difference counts as none.",
        data: features_data(&behaviour),
        drawing: draw(&behaviour),
        is_withheld: any_withheld(behaviour.features.iter().map(|row| &row.cliffs_delta)),
    }
}

/// The features in falling order of delta; those without one last, in their order.
fn shape(behaviour: &Behaviour) -> Behaviour {
    let delta = |row: &FeatureComparison| finite(row.cliffs_delta.value).unwrap_or(-2.0);
    let mut sorted = behaviour.clone();
    sorted
        .features
        .sort_by(|left, right| delta(right).total_cmp(&delta(left)));
    sorted
}

fn basis(behaviour: &Behaviour) -> String {
    format!(
        "Groups: {} and {}. Margin of equivalence ±{}. Method: {}.",
        counted(
            behaviour.crossover_count,
            "strict crossover user",
            "strict crossover users"
        ),
        counted(behaviour.other_count, "matched other", "matched others"),
        fixed(behaviour.equivalence_margin, 3),
        method_of(behaviour.features.iter().map(|row| &row.cliffs_delta))
    )
}

fn draw(behaviour: &Behaviour) -> Option<Drawing> {
    let margin = behaviour.equivalence_margin.abs();
    let reach = symmetric_reach(behaviour, margin);
    RowPlot {
        rows: behaviour.features.iter().map(row).collect(),
        legend: vec![
            LegendEntry::new(Shape::Dot, colour::BLUE, "strict"),
            LegendEntry::new(Shape::Ring, colour::GREEN, "weighted by probability"),
        ],
        note_heading: "verdict".to_owned(),
        axis_title: "Cliff’s delta".to_owned(),
        tick_factor: 1.0,
        covers: vec![-reach, reach],
        reference: Some(0.0),
        band: Some((-margin, margin)),
    }
    .draw()
}

/// The axis reaches equally far on both sides, or a small difference would look like a side.
fn symmetric_reach(behaviour: &Behaviour, margin: f64) -> f64 {
    behaviour
        .features
        .iter()
        .flat_map(|row| [&row.cliffs_delta, &row.cliffs_delta_expected])
        .flat_map(|delta| [delta.value, delta.low, delta.high])
        .flatten()
        .filter(|number| number.is_finite())
        .fold(margin * 1.5, |reach, number| reach.max(number.abs()))
}

fn row(feature: &FeatureComparison) -> Row {
    let strict = Mark::of(&feature.cliffs_delta, Shape::Dot, colour::BLUE);
    let expected = Mark::of(&feature.cliffs_delta_expected, Shape::Ring, colour::GREEN);
    Row::Marks {
        label: words_of_name(&feature.feature),
        note: feature.verdict.as_str().to_owned(),
        marks: vec![expected.lowered_by(5.5), strict.lowered_by(-5.5)],
    }
}

fn describe(behaviour: &Behaviour) -> String {
    let parts: Vec<String> = behaviour
        .features
        .iter()
        .map(|row| {
            let missing = missing_in_words(is_withheld(&row.cliffs_delta));
            let delta =
                finite(row.cliffs_delta.value).map_or(missing.to_owned(), |delta| fixed(delta, 2));
            format!(
                "{}: {delta}, {}",
                words_of_name(&row.feature),
                row.verdict.as_str()
            )
        })
        .collect();
    if parts.is_empty() {
        "No feature could be compared.".to_owned()
    } else {
        format!("{}.", parts.join("; "))
    }
}
