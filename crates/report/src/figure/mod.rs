//! Figures: each is a data type shaped from a result, a table of that data and a drawing.
//!
//! The drawings know no study and the shaping knows no pixels: `canvas`, `scale`, `row_plot` and
//! `line_plot` draw, one module per figure shapes.

mod canvas;
mod classifier;
mod crossing_activity;
mod crossing_time;
mod features;
mod line_plot;
mod migration;
mod name_levels;
mod network_degree;
mod network_mixing;
mod observed_share;
mod order_lag;
mod prevalence;
mod row_plot;
mod scale;
mod sensitivity;
mod strength_lorenz;
mod subgroups;
mod target_overlap;
mod targets;
mod threshold_curve;
mod topics;
mod trajectories;
mod waterfall;
mod words;

use entangle_model::study::StudyResult;

use crate::table::Table;
use canvas::{Anchor, Canvas, Drawing, TextStyle};
pub use name_levels::{NameLevelRow, name_levels_svg};
pub use observed_share::{ObservedBin, precision_by_surprisal_svg, reliability_svg};
pub use waterfall::{WaterfallStep, waterfall_svg};

/// A figure with the data that it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Stable name and stem of its files.
    pub name: &'static str,
    /// What it shows, without a full stop.
    pub title: String,
    /// What a reader who cannot see the figure should know; from its numbers.
    pub description: String,
    /// Population, n and method.
    pub basis: String,
    /// How to read it.
    pub reading: &'static str,
    /// The data that it shows.
    pub data: Table,
    /// The drawing; absent where there is nothing to draw.
    drawing: Option<Drawing>,
    /// Whether numbers of it are withheld, which is said where there is nothing to draw.
    is_withheld: bool,
}

impl Figure {
    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.drawing.is_none()
    }

    /// What stands in the place of the drawing where there is nothing to draw.
    pub fn nothing_to_draw(&self) -> &'static str {
        match self.is_withheld {
            true => {
                "Nothing to draw: the numbers of this figure are withheld, because they rest on few \
                 crossover users."
            }
            false => "Nothing to draw: the numbers of this figure could not be estimated.",
        }
    }

    /// The figure as an SVG file; says so where there is nothing to draw.
    pub fn standalone_svg(&self) -> String {
        let fallback;
        let drawing = match &self.drawing {
            Some(drawing) => drawing,
            None => {
                fallback = empty_drawing(&self.title, self.nothing_to_draw());
                &fallback
            }
        };
        drawing.standalone(self.name, &self.title, &self.description)
    }

    /// The figure as an element of an HTML page; `None` where there is nothing to draw.
    pub fn inline_svg(&self) -> Option<String> {
        let drawing = self.drawing.as_ref()?;
        Some(drawing.inline(self.name, &self.title, &self.description))
    }
}

/// Every figure of the result, in the order of the report.
pub fn study_figures(result: &StudyResult) -> Vec<Figure> {
    vec![
        prevalence::figure(result),
        threshold_curve::figure(result),
        subgroups::figure(result),
        sensitivity::figure(result),
        targets::figure(result),
        target_overlap::figure(result),
        strength_lorenz::figure(result),
        order_lag::figure(result),
        crossing_time::figure(result),
        crossing_activity::figure(result),
        migration::figure(result),
        features::figure(result),
        classifier::figure(result),
        trajectories::figure(result),
        words::figure(result),
        topics::figure(result),
        network_mixing::figure(result),
        network_degree::figure(result),
    ]
}

fn empty_drawing(title: &str, remark: &str) -> Drawing {
    let mut canvas = Canvas::default();
    canvas.text((0.0, 20.0), Anchor::Start, TextStyle::HEADING, title);
    canvas.text((0.0, 44.0), Anchor::Start, TextStyle::NOTE, remark);
    canvas.finish(60.0)
}
