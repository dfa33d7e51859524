//! The frame of a plot with two axes: ground, grid, ticks and titles.

use super::canvas::{Anchor, Canvas, Stroke, TextStyle, colour};
use super::scale::{LinearScale, Ticks};
use crate::number::fixed;

/// One axis and how its ticks are labelled.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Its title.
    pub title: String,
    /// Its ticks and domain.
    pub ticks: Ticks,
    /// Factor by which tick labels are shown, 100 for percentages.
    pub tick_factor: f64,
}

/// A frame with its two scales, ready to be drawn into.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Left, top, right and bottom edge in pixels.
    pub edges_px: [f64; 4],
    /// Scale of the horizontal axis.
    pub x: LinearScale,
    /// Scale of the vertical axis.
    pub y: LinearScale,
}

impl Frame {
    /// Draws the ground of a plot between `[left, top, right, bottom]`.
    ///
    /// The title of the vertical axis stands over the plot, so that it is read without turning
    /// the head. Tick labels need 46 pixels on the left, 44 below and 24 above.
    pub fn draw(canvas: &mut Canvas, edges_px: [f64; 4], x_axis: &Axis, y_axis: &Axis) -> Self {
        let [left, top, right, bottom] = edges_px;
        let frame = Self {
            edges_px,
            x: LinearScale::new(x_axis.ticks.domain, (left, right)),
            y: LinearScale::new(y_axis.ticks.domain, (bottom, top)),
        };
        for (tick, label) in labelled(y_axis) {
            let y = frame.y.position_px(tick);
            canvas.line((left, y), (right, y), Stroke::solid(colour::GRID, 1.0));
            canvas.text((left - 8.0, y + 4.0), Anchor::End, TextStyle::TICK, &label);
        }
        for (tick, label) in labelled(x_axis) {
            let x = frame.x.position_px(tick);
            canvas.line(
                (x, bottom),
                (x, bottom + 5.0),
                Stroke::solid(colour::AXIS, 1.0),
            );
            canvas.text((x, bottom + 19.0), Anchor::Middle, TextStyle::TICK, &label);
        }
        canvas.line(
            (left, bottom),
            (right, bottom),
            Stroke::solid(colour::AXIS, 1.0),
        );
        let y_title_at = (left - 46.0, top - 12.0);
        canvas.text(y_title_at, Anchor::Start, TextStyle::NOTE, &y_axis.title);
        let x_title_at = ((left + right) / 2.0, bottom + 40.0);
        canvas.text(x_title_at, Anchor::Middle, TextStyle::NOTE, &x_axis.title);
        frame
    }

    /// Position of a point.
    pub fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.x.position_px(x), self.y.position_px(y))
    }

    /// Draws an upright line over the whole height.
    pub fn upright(&self, canvas: &mut Canvas, value: f64, stroke: Stroke) {
        let x = self.x.position_px(value);
        canvas.line((x, self.edges_px[1]), (x, self.edges_px[3]), stroke);
    }
}

fn labelled(axis: &Axis) -> impl Iterator<Item = (f64, String)> + '_ {
    let decimals = axis.ticks.decimals(axis.tick_factor);
    axis.ticks
        .values
        .iter()
        .map(move |tick| (*tick, fixed(tick * axis.tick_factor, decimals)))
}
