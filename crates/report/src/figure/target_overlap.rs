//! Crossover users that pairs of target sources have in common, as a matrix.

use entangle_model::Estimate;
use entangle_model::study::{StudyResult, TargetOverlap, TargetSource};

use super::Figure;
use super::canvas::{Anchor, Canvas, Drawing, Stroke, TextStyle, WIDTH_PX, colour};
use crate::number::{MISSING, Unit, estimate_interval, estimate_note, estimate_value, finite};
use crate::study_tables::target_overlap_data;
use crate::wording::{any_withheld, is_missing, method_of, population};

/// Sources drawn; the table has all pairs.
const SOURCE_COUNT_MAX: usize = 12;
const LABEL_WIDTH_MAX_PX: f64 = 190.0;
const CELL_WIDTH_MAX_PX: f64 = 104.0;
const CELL_HEIGHT_PX: f64 = 42.0;
/// Cells narrower than this show the number without its interval.
const INTERVAL_FROM_PX: f64 = 84.0;
const TOP_PX: f64 = 56.0;

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let matrix = Matrix::shape(result);
    let pairs = result.target_overlaps.iter();
    let left_out = result.targets.len().saturating_sub(SOURCE_COUNT_MAX);
    let left_out = match left_out {
        0 => String::new(),
        count => format!(" {count} sources with smaller numbers are in the table only."),
    };
    Figure {
        name: "target_overlap",
        title: "Expected number of crossover users that target sources have in common".to_owned(),
        description: describe(&result.target_overlaps),
        basis: format!(
            "Population: {}. Method: {}.{left_out}",
            population(result),
            method_of(pairs.map(|pair| &pair.crossover_expected)),
        ),
        reading: "Each cell below the staircase is a pair of sources: the expected number of \
                  crossover users on both, with its 95\u{202F}% interval. The outlined cells of the \
                  staircase are the numbers of the sources themselves. The darker a pair, the larger \
                  the part of the smaller of its two sources that it makes up. An en dash is \
                  withheld or not estimated.",
        data: target_overlap_data(&result.target_overlaps),
        drawing: matrix.draw(),
        is_withheld: any_withheld(expected_numbers(&result.target_overlaps)),
    }
}

/// Sources in falling order of their expected number, and the pairs among them.
struct Matrix<'result> {
    sources: Vec<&'result TargetSource>,
    overlaps: &'result [TargetOverlap],
}

impl<'result> Matrix<'result> {
    fn shape(result: &'result StudyResult) -> Self {
        let mut sources: Vec<&TargetSource> = result.targets.iter().collect();
        let expected = |source: &TargetSource| finite(source.crossover_expected.value);
        sources.sort_by(|left, right| {
            expected(right)
                .unwrap_or(-1.0)
                .total_cmp(&expected(left).unwrap_or(-1.0))
                .then_with(|| left.source.cmp(&right.source))
        });
        sources.truncate(SOURCE_COUNT_MAX);
        Self {
            sources,
            overlaps: &result.target_overlaps,
        }
    }

    fn pair(&self, row: usize, column: usize) -> Option<&'result Estimate> {
        let names = [&self.sources[row].source, &self.sources[column].source];
        self.overlaps
            .iter()
            .find(|pair| {
                let sources = [&pair.first_source, &pair.second_source];
                sources == names || [sources[1], sources[0]] == names
            })
            .map(|pair| &pair.crossover_expected)
    }

    /// Part that a pair makes up of the smaller of its sources, for its shade.
    fn part_of_smaller(&self, row: usize, column: usize) -> Option<f64> {
        let of = |source: usize| finite(self.sources[source].crossover_expected.value);
        let smaller = of(row)?.min(of(column)?);
        let common = finite(self.pair(row, column)?.value)?;
        (smaller > 0.0).then(|| (common / smaller).clamp(0.0, 1.0))
    }

    fn draw(&self) -> Option<Drawing> {
        let has_number = |pair: &TargetOverlap| finite(pair.crossover_expected.value).is_some();
        if !self.overlaps.iter().any(has_number) {
            return None;
        }
        let label_px = self.label_width_px();
        let room_px = WIDTH_PX - label_px;
        let width_px = (room_px / self.sources.len() as f64).min(CELL_WIDTH_MAX_PX);
        let mut canvas = Canvas::default();
        draw_legend(&mut canvas);
        for (row, source) in self.sources.iter().enumerate() {
            let top_px = TOP_PX + row as f64 * CELL_HEIGHT_PX;
            let letter = letter(row);
            let label = format!("{letter}  {}", source.source);
            let short = TextStyle::LABEL.shortened(&label, label_px - 14.0);
            let title = (short != label).then_some(source.source.as_str());
            let label_at = (0.0, top_px + CELL_HEIGHT_PX / 2.0 + 4.5);
            canvas.titled_text(label_at, Anchor::Start, TextStyle::LABEL, &short, title);
            let head_at = (label_px + (row as f64 + 0.5) * width_px, TOP_PX - 10.0);
            canvas.text(head_at, Anchor::Middle, TextStyle::HEADING, &letter);
            for column in 0..=row {
                let left_px = label_px + column as f64 * width_px;
                self.draw_cell(&mut canvas, (row, column), (left_px, top_px), width_px);
            }
        }
        Some(canvas.finish(TOP_PX + self.sources.len() as f64 * CELL_HEIGHT_PX + 6.0))
    }

    fn label_width_px(&self) -> f64 {
        let widths = self
            .sources
            .iter()
            .map(|source| TextStyle::LABEL.width_px(&source.source) + 40.0);
        widths.fold(0.0, f64::max).min(LABEL_WIDTH_MAX_PX)
    }

    fn draw_cell(
        &self,
        canvas: &mut Canvas,
        (row, column): (usize, usize),
        (left_px, top_px): (f64, f64),
        width_px: f64,
    ) {
        let corners = (
            (left_px + 1.5, top_px + 1.5),
            (left_px + width_px - 1.5, top_px + CELL_HEIGHT_PX - 1.5),
        );
        let estimate = if row == column {
            outline(canvas, corners.0, corners.1);
            Some(&self.sources[row].crossover_expected)
        } else {
            let part = self.part_of_smaller(row, column).unwrap_or(0.0);
            shade(canvas, corners.0, corners.1, part);
            self.pair(row, column)
        };
        let middle_px = left_px + width_px / 2.0;
        let number = estimate.map_or(MISSING.to_owned(), |one| estimate_value(Unit::Count, one));
        let interval = estimate
            .and_then(|one| estimate_interval(Unit::Count, one))
            .filter(|_| width_px >= INTERVAL_FROM_PX);
        let lifted_px = if interval.is_some() { 3.0 } else { -4.5 };
        let number_at = (middle_px, top_px + CELL_HEIGHT_PX / 2.0 - lifted_px);
        canvas.text(number_at, Anchor::Middle, TextStyle::LABEL, &number);
        if let Some(interval) = interval {
            let interval_at = (middle_px, top_px + CELL_HEIGHT_PX / 2.0 + 12.5);
            canvas.text(interval_at, Anchor::Middle, TextStyle::TICK, &interval);
        }
    }
}

fn letter(index: usize) -> String {
    char::from(b'A' + (index % 26) as u8).to_string()
}

/// Fills a cell on white, darker for a larger part; grey words stay readable on the darkest.
fn shade(canvas: &mut Canvas, from: (f64, f64), to: (f64, f64), part: f64) {
    canvas.area(from, to, colour::BAND);
    let corners = [from, (to.0, from.1), to, (from.0, to.1)];
    canvas.polygon(&corners, colour::SKY, (part * 0.7 * 100.0).round() / 100.0);
}

fn outline(canvas: &mut Canvas, from: (f64, f64), to: (f64, f64)) {
    let corners = [from, (to.0, from.1), to, (from.0, to.1), from];
    canvas.polyline(&corners, Stroke::solid(colour::GREY, 1.2));
}

fn draw_legend(canvas: &mut Canvas) {
    let words = "Shade: part of the smaller of the two sources,";
    canvas.text((0.0, 16.0), Anchor::Start, TextStyle::NOTE, words);
    let mut x = TextStyle::NOTE.width_px(words) + 10.0;
    for percent in [0.0, 25.0, 50.0, 75.0, 100.0] {
        shade(canvas, (x, 3.0), (x + 34.0, 21.0), percent / 100.0);
        let label_at = (x + 17.0, 16.0);
        canvas.text(
            label_at,
            Anchor::Middle,
            TextStyle::TICK,
            &percent.to_string(),
        );
        x += 36.0;
    }
    canvas.text((x + 4.0, 16.0), Anchor::Start, TextStyle::NOTE, "%");
}

fn describe(overlaps: &[TargetOverlap]) -> String {
    let mut largest: Vec<&TargetOverlap> = overlaps
        .iter()
        .filter(|pair| finite(pair.crossover_expected.value).is_some())
        .collect();
    let expected = |pair: &TargetOverlap| finite(pair.crossover_expected.value).unwrap_or(0.0);
    largest.sort_by(|left, right| expected(right).total_cmp(&expected(left)));
    let words: Vec<String> = largest
        .iter()
        .take(3)
        .map(|pair| {
            let number = estimate_note(Unit::Count, &pair.crossover_expected);
            format!("{} and {}: {number}", pair.first_source, pair.second_source)
        })
        .collect();
    if words.is_empty() {
        format!(
            "The number of every pair of target sources {}.",
            is_missing(any_withheld(expected_numbers(overlaps)))
        )
    } else {
        format!("Largest expected numbers in common: {}.", words.join("; "))
    }
}

fn expected_numbers(overlaps: &[TargetOverlap]) -> impl Iterator<Item = &Estimate> {
    overlaps.iter().map(|pair| &pair.crossover_expected)
}
