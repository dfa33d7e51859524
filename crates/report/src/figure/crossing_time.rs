//! The share of the population that has crossed, by the time since registration.

use entangle_model::study::{Crossing, CrossingPoint, StudyResult};

use super::Figure;
use super::canvas::{Anchor, Canvas, Drawing, Stroke, TextStyle, WIDTH_PX, colour};
use super::line_plot::{Axis, Frame};
use super::scale::Ticks;
use crate::number::{Unit, estimate_note, finite, fixed};
use crate::study_tables::crossing_data;
use crate::wording::{counted, is_missing, method_of, says_withheld};

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let crossing = &result.crossing;
    Figure {
        name: "crossing_time",
        title: "Share of accounts that have posted on a target source, by time since registration"
            .to_owned(),
        description: describe(crossing),
        basis: format!(
            "Population: accounts of {} that the rule includes and that can be followed ({}). \
             Method: {}.",
            result.about.public_source,
            counted(crossing.followed_count, "account", "accounts"),
            method_of(crossing.points.iter().map(|point| &point.crossed_share)),
        ),
        reading: "The line rises with each crossing; the band is its 95\u{202F}% interval. The numbers \
                  below are the accounts still followed that have not crossed: where they are few, \
                  the line rests on few. A curve of certain crossings only would lie lower.",
        data: crossing_data(crossing),
        drawing: draw(&drawable(crossing)),
        is_withheld: says_withheld(&crossing.design),
    }
}

/// A point with its interval.
struct Point {
    days: f64,
    at_risk_count: f64,
    share: f64,
    low: f64,
    high: f64,
}

fn drawable(crossing: &Crossing) -> Vec<Point> {
    let point = |point: &CrossingPoint| {
        let share = finite(point.crossed_share.value)?;
        Some(Point {
            days: point.days,
            at_risk_count: point.at_risk_count,
            share,
            low: finite(point.crossed_share.low).unwrap_or(share),
            high: finite(point.crossed_share.high).unwrap_or(share),
        })
    };
    crossing.points.iter().filter_map(point).collect()
}

fn draw(points: &[Point]) -> Option<Drawing> {
    if points.len() < 2 {
        return None;
    }
    let x_axis = Axis {
        title: "Days since registration".to_owned(),
        ticks: Ticks::covering(points.iter().map(|point| point.days).chain([0.0]), 6),
        tick_factor: 1.0,
    };
    let y_axis = Axis {
        title: "Share that has posted on a target source (%)".to_owned(),
        ticks: Ticks::covering(points.iter().map(|point| point.high).chain([0.0]), 5),
        tick_factor: 100.0,
    };
    let mut canvas = Canvas::default();
    let edges_px = [48.0, 46.0, WIDTH_PX - 22.0, 286.0];
    let frame = Frame::draw(&mut canvas, edges_px, &x_axis, &y_axis);
    let start = frame.at((0.0, 0.0));
    let along =
        |height: fn(&Point) -> f64| points.iter().map(move |point| (point.days, height(point)));
    let mut band = vec![start];
    band.extend(along(|point| point.low).map(|at| frame.at(at)));
    band.extend(along(|point| point.high).rev().map(|at| frame.at(at)));
    canvas.polygon(&band, colour::SKY, 0.35);
    let mut line = vec![start];
    line.extend(along(|point| point.share).map(|at| frame.at(at)));
    canvas.polyline(&line, Stroke::solid(colour::BLUE, 2.2));
    draw_at_risk(&mut canvas, &frame, &x_axis.ticks, points);
    Some(canvas.finish(370.0))
}

/// The number still followed under each tick, from the nearest point.
fn draw_at_risk(canvas: &mut Canvas, frame: &Frame, ticks: &Ticks, points: &[Point]) {
    let base_px = frame.edges_px[3] + 76.0;
    let title_at = (2.0, base_px - 17.0);
    canvas.text(
        title_at,
        Anchor::Start,
        TextStyle::NOTE,
        "Accounts still followed",
    );
    for tick in &ticks.values {
        let distance = |point: &Point| (point.days - tick).abs();
        let nearest = points
            .iter()
            .min_by(|left, right| distance(left).total_cmp(&distance(right)));
        let Some(nearest) = nearest.filter(|point| distance(point) <= ticks.step / 2.0) else {
            continue;
        };
        let at = (frame.x.position_px(*tick), base_px);
        let number = fixed(nearest.at_risk_count, 0);
        canvas.text(at, Anchor::Middle, TextStyle::TICK, &number);
    }
}

fn describe(crossing: &Crossing) -> String {
    match crossing.points.last() {
        None => format!(
            "The share that has crossed over time {}.",
            is_missing(says_withheld(&crossing.design))
        ),
        Some(last) => format!(
            "Share that has crossed after {} days, in per cent: {}.",
            fixed(last.days, 0),
            estimate_note(Unit::Share, &last.crossed_share)
        ),
    }
}
