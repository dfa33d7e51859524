//! How the share of the population and the share of false links move with the threshold.

use entangle_model::study::{StudyResult, ThresholdPoint};

use super::Figure;
use super::canvas::{Anchor, Canvas, Drawing, Stroke, TextStyle, WIDTH_PX, colour};
use super::line_plot::{Axis, Frame};
use super::scale::Ticks;
use crate::number::{finite, fixed, percent};
use crate::study_tables::threshold_curve_data;
use crate::wording::{any_withheld, is_missing, method_of, population};

/// Left edge of both panels.
const LEFT_PX: f64 = 48.0;
/// Right edge of both panels.
const RIGHT_PX: f64 = WIDTH_PX - 14.0;

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let curve = &result.threshold_curve;
    Figure {
        name: "threshold_curve",
        title: "Share of linked accounts and of false links by threshold".to_owned(),
        description: describe(curve),
        basis: basis(result),
        reading: "Above: the share of accounts with a pair at or above the threshold; the shaded \
                  band is the 95\u{202F}% interval. Below: the expected share of those pairs that are \
                  wrong. The broken upright line is the threshold of this study.",
        data: threshold_curve_data(curve),
        drawing: draw(curve, result.about.link_threshold_probability),
        is_withheld: any_withheld(curve.iter().map(|point| &point.share)),
    }
}

fn basis(result: &StudyResult) -> String {
    format!(
        "Population: {}. Method: {}.",
        population(result),
        method_of(result.threshold_curve.iter().map(|point| &point.share))
    )
}

fn draw(curve: &[ThresholdPoint], link_threshold_probability: f64) -> Option<Drawing> {
    let shares: Vec<(f64, f64)> = points(curve, |point| point.share.value);
    let false_shares = points(curve, |point| point.expected_false_share);
    if shares.is_empty() {
        return None;
    }
    let mut canvas = Canvas::default();
    let upper = panel(
        &mut canvas,
        (24.0, 204.0),
        "Share of accounts with a pair at or above the threshold (%)",
        values_of_shares(curve),
    );
    draw_share(&mut canvas, &upper, curve, &shares);
    mark_threshold(&mut canvas, &upper, link_threshold_probability);
    if false_shares.is_empty() {
        return Some(canvas.finish(254.0));
    }
    let lower = panel(
        &mut canvas,
        (292.0, 412.0),
        "Expected share of those pairs that are wrong (%)",
        false_shares.iter().map(|point| point.1).collect(),
    );
    let line: Vec<(f64, f64)> = false_shares.iter().map(|point| lower.at(*point)).collect();
    canvas.polyline(&line, Stroke::solid(colour::VERMILLION, 2.2));
    lower.upright(
        &mut canvas,
        link_threshold_probability,
        Stroke::dashed(colour::AXIS, 1.4),
    );
    Some(canvas.finish(462.0))
}

fn points(
    curve: &[ThresholdPoint],
    value: impl Fn(&ThresholdPoint) -> Option<f64>,
) -> Vec<(f64, f64)> {
    curve
        .iter()
        .filter_map(|point| Some((point.threshold_probability, finite(value(point))?)))
        .collect()
}

fn values_of_shares(curve: &[ThresholdPoint]) -> Vec<f64> {
    curve
        .iter()
        .flat_map(|point| [point.share.value, point.share.low, point.share.high])
        .flatten()
        .collect()
}

fn panel(canvas: &mut Canvas, (top, bottom): (f64, f64), title: &str, values: Vec<f64>) -> Frame {
    let x_axis = Axis {
        title: "Threshold of match probability".to_owned(),
        ticks: Ticks::covering([0.0, 1.0].into_iter(), 5),
        tick_factor: 1.0,
    };
    let y_axis = Axis {
        title: title.to_owned(),
        ticks: Ticks::covering(values.into_iter().chain([0.0]), 4),
        tick_factor: 100.0,
    };
    Frame::draw(canvas, [LEFT_PX, top, RIGHT_PX, bottom], &x_axis, &y_axis)
}

fn draw_share(canvas: &mut Canvas, frame: &Frame, curve: &[ThresholdPoint], shares: &[(f64, f64)]) {
    let lows = points(curve, |point| point.share.low);
    let highs = points(curve, |point| point.share.high);
    let band: Vec<(f64, f64)> = lows
        .iter()
        .chain(highs.iter().rev())
        .map(|point| frame.at(*point))
        .collect();
    if !band.is_empty() {
        canvas.polygon(&band, colour::SKY, 0.35);
    }
    let line: Vec<(f64, f64)> = shares.iter().map(|point| frame.at(*point)).collect();
    canvas.polyline(&line, Stroke::solid(colour::BLUE, 2.2));
}

fn mark_threshold(canvas: &mut Canvas, frame: &Frame, threshold_probability: f64) {
    let stroke = Stroke::dashed(colour::AXIS, 1.4);
    frame.upright(canvas, threshold_probability, stroke);
    let x = frame.x.position_px(threshold_probability);
    let words = format!("threshold {}", fixed(threshold_probability, 2));
    let (anchor, x) = if threshold_probability > 0.5 {
        (Anchor::End, x - 7.0)
    } else {
        (Anchor::Start, x + 7.0)
    };
    canvas.text(
        (x, frame.edges_px[1] + 16.0),
        anchor,
        TextStyle::INSIDE,
        &words,
    );
}

fn describe(curve: &[ThresholdPoint]) -> String {
    let point = |point: &ThresholdPoint| {
        let share = finite(point.share.value)?;
        let share = percent(share, point.share.n);
        let threshold = fixed(point.threshold_probability, 2);
        Some(format!("{share} at threshold {threshold}"))
    };
    match (curve.first().and_then(point), curve.last().and_then(point)) {
        (Some(first), Some(last)) => format!("The share goes from {first} to {last}."),
        _ => format!(
            "The share {}.",
            is_missing(any_withheld(curve.iter().map(|point| &point.share)))
        ),
    }
}
