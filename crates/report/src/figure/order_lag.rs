//! Days between the first post on the public source and the first on a target source.

use entangle_model::study::{Order, StudyResult};

use super::Figure;
use super::canvas::{Anchor, Canvas, Drawing, Shape, Stroke, TextStyle, WIDTH_PX, colour};
use super::line_plot::{Axis, Frame};
use super::scale::Ticks;
use crate::number::{Unit, estimate_note, finite};
use crate::table::Table;
use crate::wording::{is_withheld, method, shown_group};

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let quantiles = shape(&result.order);
    let median = &result.order.lag_days_median;
    Figure {
        name: "order_lag",
        title: "Days from the first post on the public source to the first on a target source"
            .to_owned(),
        description: format!(
            "Median lag in days: {}.",
            estimate_note(Unit::Amount, median)
        ),
        basis: format!(
            "Population: {} with dated posts on both sides. Method: {}.",
            shown_group(
                finite(median.value).map(|_| median.n),
                "crossover user",
                "crossover users"
            ),
            method(median)
        ),
        reading: "The line gives the share of crossover users whose lag is at most so many days. \
                  Left of the upright line the target source came first, right of it the public \
                  source. The open circle is the median with its 95\u{202F}% interval.",
        data: table(&quantiles),
        drawing: draw(&quantiles, &result.order),
        is_withheld: is_withheld(median),
    }
}

/// Pairs of level and days, in rising order of level.
fn shape(order: &Order) -> Vec<(f64, f64)> {
    let mut quantiles: Vec<(f64, f64)> = order
        .lag_days_quantiles
        .iter()
        .copied()
        .filter(|(level, days)| level.is_finite() && days.is_finite())
        .collect();
    quantiles.sort_by(|left, right| left.0.total_cmp(&right.0));
    quantiles
}

fn table(quantiles: &[(f64, f64)]) -> Table {
    Table::new("order_lag")
        .number("level", quantiles.iter().map(|quantile| Some(quantile.0)))
        .number(
            "lag_days",
            quantiles.iter().map(|quantile| Some(quantile.1)),
        )
}

fn draw(quantiles: &[(f64, f64)], order: &Order) -> Option<Drawing> {
    if quantiles.len() < 2 {
        return None;
    }
    let x_axis = Axis {
        title: "Lag (days)".to_owned(),
        ticks: Ticks::covering(quantiles.iter().map(|quantile| quantile.1).chain([0.0]), 6),
        tick_factor: 1.0,
    };
    let y_axis = Axis {
        title: "Share of crossover users with at most this lag (%)".to_owned(),
        ticks: Ticks::covering([0.0, 1.0].into_iter(), 5),
        tick_factor: 100.0,
    };
    let mut canvas = Canvas::default();
    let edges_px = [48.0, 46.0, WIDTH_PX - 22.0, 266.0];
    let frame = Frame::draw(&mut canvas, edges_px, &x_axis, &y_axis);
    draw_sides(&mut canvas, &frame);
    let line: Vec<(f64, f64)> = quantiles
        .iter()
        .map(|(level, days)| frame.at((*days, *level)))
        .collect();
    canvas.polyline(&line, Stroke::solid(colour::BLUE, 2.2));
    for point in &line {
        canvas.mark(Shape::Dot, *point, colour::BLUE);
    }
    draw_median(&mut canvas, &frame, order);
    Some(canvas.finish(314.0))
}

/// The line of lag zero, with words on both sides where they have room.
fn draw_sides(canvas: &mut Canvas, frame: &Frame) {
    frame.upright(canvas, 0.0, Stroke::solid(colour::AXIS, 1.4));
    let [left, top, right, _] = frame.edges_px;
    let x = frame.x.position_px(0.0);
    let sides = [
        (Anchor::End, -8.0, "← target source first", x - left),
        (Anchor::Start, 8.0, "public source first →", right - x),
    ];
    for (anchor, shift_px, words, room_px) in sides {
        if TextStyle::INSIDE.width_px(words) + 8.0 <= room_px {
            canvas.text((x + shift_px, top + 16.0), anchor, TextStyle::INSIDE, words);
        }
    }
}

fn draw_median(canvas: &mut Canvas, frame: &Frame, order: &Order) {
    let median = &order.lag_days_median;
    let Some(days) = finite(median.value) else {
        return;
    };
    if let (Some(low), Some(high)) = (finite(median.low), finite(median.high)) {
        let stroke = Stroke::solid(colour::VERMILLION, 2.4);
        canvas.line(frame.at((low, 0.5)), frame.at((high, 0.5)), stroke);
    }
    let (x, y) = frame.at((days, 0.5));
    canvas.mark(Shape::Ring, (x, y), colour::VERMILLION);
    let words = format!("median {} days", estimate_note(Unit::Amount, median));
    let room_px = frame.edges_px[2] - x;
    if TextStyle::INSIDE.width_px(&words) + 60.0 <= room_px {
        canvas.text(
            (x + 22.0, y + 22.0),
            Anchor::Start,
            TextStyle::INSIDE,
            &words,
        );
    } else {
        canvas.text((x - 22.0, y - 14.0), Anchor::End, TextStyle::INSIDE, &words);
    }
}
