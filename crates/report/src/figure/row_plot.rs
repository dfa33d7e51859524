//! Rows of marks with intervals on one axis: the form of dot plots and forest plots.
//!
//! Names stand on the left, numbers on the right, so the plot can be read as a table.

use entangle_model::Estimate;

use super::canvas::{Anchor, Canvas, Drawing, Shape, Stroke, TextStyle, WIDTH_PX, colour};
use super::scale::{LinearScale, Ticks};
use crate::number::{finite, fixed};

const ROW_PX: f64 = 27.0;
const LEGEND_LINE_PX: f64 = 22.0;
const AXIS_PX: f64 = 52.0;
const GAP_PX: f64 = 18.0;
const LABEL_WIDTH_MAX_PX: f64 = 230.0;

/// What a row plot shows.
#[derive(Debug, Clone, PartialEq)]
pub struct RowPlot {
    /// Rows from top to bottom.
    pub rows: Vec<Row>,
    /// What the marks mean, where rows have several.
    pub legend: Vec<LegendEntry>,
    /// Heading over the numbers on the right.
    pub note_heading: String,
    /// Title of the axis.
    pub axis_title: String,
    /// Factor by which tick labels are shown, 100 for percentages.
    pub tick_factor: f64,
    /// Values that the axis must reach.
    pub covers: Vec<f64>,
    /// An upright line across all rows.
    pub reference: Option<f64>,
    /// A shaded region across all rows.
    pub band: Option<(f64, f64)>,
}

/// One line of the plot.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// Words over a group of rows.
    Heading(String),
    /// Marks with their name and numbers.
    Marks {
        /// Name, shortened where it is too long.
        label: String,
        /// Numbers on the right.
        note: String,
        /// The marks, drawn in order.
        marks: Vec<Mark>,
    },
}

/// One mark with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// Where it stands; a mark without value is not drawn.
    pub value: Option<f64>,
    /// Lower end of the interval.
    pub low: Option<f64>,
    /// Upper end of the interval.
    pub high: Option<f64>,
    /// Shape at the value.
    pub shape: Shape,
    /// Colour of mark and interval.
    pub colour: &'static str,
    /// Distance below the middle of the row.
    pub offset_px: f64,
}

impl Mark {
    /// A mark of an estimate; numbers that are not finite are left out.
    pub fn of(estimate: &Estimate, shape: Shape, colour: &'static str) -> Self {
        Self {
            value: finite(estimate.value),
            low: finite(estimate.low),
            high: finite(estimate.high),
            shape,
            colour,
            offset_px: 0.0,
        }
    }

    /// The same mark below (or, if negative, above) the middle of its row.
    pub fn lowered_by(self, offset_px: f64) -> Self {
        Self { offset_px, ..self }
    }

    fn numbers(&self) -> impl Iterator<Item = f64> {
        [self.value, self.low, self.high].into_iter().flatten()
    }
}

/// One entry of the legend.
#[derive(Debug, Clone, PartialEq)]
pub struct LegendEntry {
    /// The shape explained.
    pub shape: Shape,
    /// Its colour.
    pub colour: &'static str,
    /// Its meaning.
    pub meaning: String,
}

impl LegendEntry {
    /// An entry.
    pub fn new(shape: Shape, colour: &'static str, meaning: &str) -> Self {
        Self {
            shape,
            colour,
            meaning: meaning.to_owned(),
        }
    }
}

/// Where the parts of the plot lie.
struct Layout {
    plot_left_px: f64,
    plot_right_px: f64,
    rows_top_px: f64,
    rows_bottom_px: f64,
}

impl RowPlot {
    /// Draws the plot; `None` where no mark has a value.
    pub fn draw(&self) -> Option<Drawing> {
        self.marks().find(|mark| mark.value.is_some())?;
        let mut canvas = Canvas::default();
        let rows_top_px = self.draw_legend(&mut canvas);
        let layout = self.layout(rows_top_px);
        let ticks = Ticks::covering(
            self.marks()
                .flat_map(|mark| mark.numbers().collect::<Vec<_>>())
                .chain(self.covers.iter().copied()),
            6,
        );
        let scale = LinearScale::new(ticks.domain, (layout.plot_left_px, layout.plot_right_px));
        self.draw_ground(&mut canvas, &layout, &ticks, &scale);
        for (index, row) in self.rows.iter().enumerate() {
            let middle_px = layout.rows_top_px + (index as f64 + 0.5) * ROW_PX;
            draw_row(&mut canvas, row, &layout, &scale, middle_px);
        }
        Some(canvas.finish(layout.rows_bottom_px + AXIS_PX))
    }

    fn marks(&self) -> impl Iterator<Item = &Mark> {
        self.rows.iter().flat_map(|row| match row {
            Row::Heading(_) => [].iter(),
            Row::Marks { marks, .. } => marks.iter(),
        })
    }

    fn layout(&self, rows_top_px: f64) -> Layout {
        let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max);
        let labels_px = widest(&mut self.rows.iter().map(|row| match row {
            Row::Heading(words) => TextStyle::HEADING.width_px(words),
            Row::Marks { label, .. } => TextStyle::LABEL.width_px(label),
        }));
        let notes_px = widest(&mut self.rows.iter().map(|row| match row {
            Row::Heading(_) => TextStyle::NOTE.width_px(&self.note_heading),
            Row::Marks { note, .. } => TextStyle::LABEL.width_px(note),
        }));
        Layout {
            plot_left_px: labels_px.min(LABEL_WIDTH_MAX_PX) + GAP_PX,
            plot_right_px: WIDTH_PX - notes_px - GAP_PX,
            rows_top_px,
            rows_bottom_px: rows_top_px + self.rows.len() as f64 * ROW_PX + 4.0,
        }
    }

    /// Draws the legend from the left, in as many lines as it needs, and gives its height.
    fn draw_legend(&self, canvas: &mut Canvas) -> f64 {
        let notes_px = TextStyle::NOTE.width_px(&self.note_heading) + GAP_PX;
        let right_px = WIDTH_PX - notes_px;
        let (mut x, mut y) = (6.0, LEGEND_LINE_PX * 0.5);
        for entry in &self.legend {
            let width_px = 14.0 + TextStyle::NOTE.width_px(&entry.meaning);
            if x > 6.0 && x + width_px > right_px {
                x = 6.0;
                y += LEGEND_LINE_PX;
            }
            canvas.mark(entry.shape, (x, y), entry.colour);
            let text_at = (x + 12.0, y + 4.5);
            canvas.text(text_at, Anchor::Start, TextStyle::NOTE, &entry.meaning);
            x += width_px + 22.0;
        }
        let heading_at = (WIDTH_PX, y + 4.5);
        canvas.text(heading_at, Anchor::End, TextStyle::NOTE, &self.note_heading);
        y + LEGEND_LINE_PX * 0.5 + 6.0
    }

    fn draw_ground(
        &self,
        canvas: &mut Canvas,
        layout: &Layout,
        ticks: &Ticks,
        scale: &LinearScale,
    ) {
        let (top_px, bottom_px) = (layout.rows_top_px, layout.rows_bottom_px);
        if let Some((low, high)) = self.band {
            let from = (scale.position_px(low), top_px);
            canvas.area(from, (scale.position_px(high), bottom_px), colour::BAND);
        }
        let decimals = ticks.decimals(self.tick_factor);
        for tick in &ticks.values {
            let x = scale.position_px(*tick);
            canvas.line(
                (x, top_px),
                (x, bottom_px),
                Stroke::solid(colour::GRID, 1.0),
            );
            let label = fixed(tick * self.tick_factor, decimals);
            canvas.text(
                (x, bottom_px + 18.0),
                Anchor::Middle,
                TextStyle::TICK,
                &label,
            );
        }
        if let Some(reference) = self.reference {
            let x = scale.position_px(reference);
            canvas.line(
                (x, top_px),
                (x, bottom_px),
                Stroke::solid(colour::AXIS, 1.2),
            );
        }
        canvas.line(
            (layout.plot_left_px, bottom_px),
            (layout.plot_right_px, bottom_px),
            Stroke::solid(colour::AXIS, 1.0),
        );
        let middle_px = (layout.plot_left_px + layout.plot_right_px) / 2.0;
        let title_at = (middle_px, bottom_px + 40.0);
        canvas.text(title_at, Anchor::Middle, TextStyle::NOTE, &self.axis_title);
    }
}

fn draw_row(canvas: &mut Canvas, row: &Row, layout: &Layout, scale: &LinearScale, middle_px: f64) {
    let base_px = middle_px + 4.5;
    match row {
        Row::Heading(words) => {
            canvas.text((0.0, base_px), Anchor::Start, TextStyle::HEADING, words);
        }
        Row::Marks { label, note, marks } => {
            let short = TextStyle::LABEL.shortened(label, LABEL_WIDTH_MAX_PX);
            let title = (short != *label).then_some(label.as_str());
            let label_at = (0.0, base_px);
            canvas.titled_text(label_at, Anchor::Start, TextStyle::LABEL, &short, title);
            for mark in marks {
                draw_mark(canvas, mark, scale, middle_px + mark.offset_px);
            }
            debug_assert!(layout.plot_right_px < WIDTH_PX);
            canvas.text((WIDTH_PX, base_px), Anchor::End, TextStyle::LABEL, note);
        }
    }
}

fn draw_mark(canvas: &mut Canvas, mark: &Mark, scale: &LinearScale, y: f64) {
    let Some(value) = mark.value else { return };
    if let (Some(low), Some(high)) = (mark.low, mark.high) {
        let ends = (scale.position_px(low), scale.position_px(high));
        canvas.line((ends.0, y), (ends.1, y), Stroke::solid(mark.colour, 2.0));
    }
    canvas.mark(mark.shape, (scale.position_px(value), y), mark.colour);
}
