//! AUC of the classifier over all features against its permutation null.

use entangle_model::study::{Behaviour, StudyResult};

use super::Figure;
use super::canvas::{Drawing, Shape, colour};
use super::row_plot::{Mark, Row, RowPlot};
use crate::number::{Unit, estimate_note, finite, fixed, p_value};
use crate::table::Table;
use crate::wording::{is_withheld, method, n_is};

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let behaviour = &result.behaviour;
    let auc = &behaviour.classifier_auc;
    Figure {
        name: "classifier",
        title: "Telling the two groups apart by all features at once".to_owned(),
        description: format!(
            "AUC: {}; p against the permutation null: {}.",
            estimate_note(Unit::Area, auc),
            p_value(behaviour.classifier_p)
        ),
        basis: format!(
            "Groups: strict crossover users and matched others{}. Method: {}.",
            finite(auc.value).map_or(String::new(), |_| format!(" ({})", n_is(auc.n))),
            method(auc)
        ),
        reading: "An AUC of 0.5 is guessing, 1 is telling every pair apart. The band is what the \
                  same classifier reaches when the groups are shuffled (2.5 to 97.5\u{202F}% of \
                  permutations).",
        data: table(behaviour),
        drawing: draw(behaviour),
        is_withheld: is_withheld(auc),
    }
}

fn table(behaviour: &Behaviour) -> Table {
    let auc = &behaviour.classifier_auc;
    let null = behaviour.classifier_null_quantiles;
    let quantile = |index: usize| null.map(|quantiles| quantiles[index]);
    let rows = [
        ("classifier", auc.value, auc.low, auc.high),
        ("permutation null", quantile(1), quantile(0), quantile(2)),
    ];
    Table::new("classifier")
        .text("series", rows.iter().map(|row| row.0))
        .number("auc", rows.iter().map(|row| row.1))
        .number("low", rows.iter().map(|row| row.2))
        .number("high", rows.iter().map(|row| row.3))
        .number("p", [behaviour.classifier_p, None].into_iter())
}

fn draw(behaviour: &Behaviour) -> Option<Drawing> {
    let auc = &behaviour.classifier_auc;
    finite(auc.value)?;
    let null = behaviour
        .classifier_null_quantiles
        .filter(|quantiles| quantiles.iter().all(|quantile| quantile.is_finite()));
    let mut rows = vec![mark_row(
        "Classifier",
        estimate_note(Unit::Area, auc),
        [auc.low, auc.value, auc.high],
        (Shape::Dot, colour::BLUE),
    )];
    rows.extend(null.map(|[low, median, high]| {
        let words = format!(
            "{} ({} to {})",
            fixed(median, 3),
            fixed(low, 3),
            fixed(high, 3)
        );
        let numbers = [Some(low), Some(median), Some(high)];
        mark_row(
            "Shuffled groups",
            words,
            numbers,
            (Shape::Diamond, colour::VERMILLION),
        )
    }));
    RowPlot {
        rows,
        legend: Vec::new(),
        note_heading: "AUC and 95\u{202F}% range".to_owned(),
        axis_title: "AUC".to_owned(),
        tick_factor: 1.0,
        covers: vec![0.4, 0.7],
        reference: Some(0.5),
        band: null.map(|[low, _, high]| (low, high)),
    }
    .draw()
}

fn mark_row(
    label: &str,
    note: String,
    [low, value, high]: [Option<f64>; 3],
    (shape, colour): (Shape, &'static str),
) -> Row {
    Row::Marks {
        label: label.to_owned(),
        note,
        marks: vec![Mark {
            value: finite(value),
            low: finite(low),
            high: finite(high),
            shape,
            colour,
            offset_px: 0.0,
        }],
    }
}
