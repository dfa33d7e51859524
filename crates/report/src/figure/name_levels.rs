//! How probable an agreement of names is under one hand and under two, level by level, and the
//! weight that follows.

use super::canvas::{Anchor, Canvas, Shape, Stroke, TextStyle, WIDTH_PX, colour};
use super::scale::LinearScale;
use crate::number::count;

/// One level of names.
#[derive(Debug, Clone, PartialEq)]
pub struct NameLevelRow {
    /// The level, as people read it.
    pub label: String,
    /// Probability of the level when one hand holds both accounts.
    pub m: f64,
    /// Probability when two hands do, over the pairs on the level: tenth, fiftieth and ninetieth
    /// percentile. It differs from name to name.
    pub u: [f64; 3],
    /// Match weight of the same pairs: the same percentiles, bits.
    pub weight_bits: [f64; 3],
    /// Pairs.
    pub pair_count: u64,
}

const LABEL_PX: f64 = 128.0;
const PLOT_RIGHT_PX: f64 = 536.0;
const TOP_PX: f64 = 92.0;
const ROW_PX: f64 = 38.0;
/// Least power of ten of the axis.
const LEAST_POWER: i32 = -8;

/// Draws the levels as an SVG file.
pub fn name_levels_svg(rows: &[NameLevelRow]) -> String {
    let title = "What an agreement of names weighs, level by level";
    let scale = LinearScale::new((f64::from(LEAST_POWER), 0.0), (LABEL_PX, PLOT_RIGHT_PX));
    let mut canvas = Canvas::default();
    draw_heading(&mut canvas, title);
    let bottom = TOP_PX + rows.len() as f64 * ROW_PX;
    draw_ground(&mut canvas, &scale, bottom);
    for (number, row) in rows.iter().enumerate() {
        draw_row(
            &mut canvas,
            &scale,
            row,
            TOP_PX + (number as f64 + 0.5) * ROW_PX,
        );
    }
    let heaviest = rows
        .iter()
        .map(|row| row.weight_bits[1])
        .fold(f64::MIN, f64::max);
    let description = format!(
        "{} levels; the median weight of the heaviest is {} bits.",
        rows.len(),
        signed(heaviest)
    );
    canvas
        .finish(bottom + 52.0)
        .standalone("name-levels", title, &description)
}

fn draw_heading(canvas: &mut Canvas, title: &str) {
    canvas.text((8.0, 20.0), Anchor::Start, TextStyle::HEADING, title);
    canvas.mark(Shape::Dot, (14.0, 46.0), colour::BLUE);
    let words = "m: if one hand holds both accounts";
    canvas.text((26.0, 50.5), Anchor::Start, TextStyle::NOTE, words);
    canvas.mark(Shape::Diamond, (262.0, 46.0), colour::VERMILLION);
    let words = "u: if two hands do; median name, and the middle 80 % of names";
    canvas.text((274.0, 50.5), Anchor::Start, TextStyle::NOTE, words);
    let right = WIDTH_PX - 8.0;
    let words = "match weight in bits: median (middle 80 %)";
    canvas.text((right, TOP_PX - 12.0), Anchor::End, TextStyle::NOTE, words);
}

fn draw_ground(canvas: &mut Canvas, scale: &LinearScale, bottom: f64) {
    for power in (LEAST_POWER..=0).step_by(2) {
        let x = scale.position_px(f64::from(power));
        canvas.line((x, TOP_PX), (x, bottom), Stroke::solid(colour::GRID, 1.0));
        let label = match power {
            0 => "always".to_owned(),
            -2 => "1 in 100".to_owned(),
            -4 => "1 in 10,000".to_owned(),
            -6 => "1 in a million".to_owned(),
            power => format!("1 in {} million", 10u64.pow((-power) as u32 - 6)),
        };
        canvas.text((x, bottom + 18.0), Anchor::Middle, TextStyle::TICK, &label);
    }
    let middle = (LABEL_PX + PLOT_RIGHT_PX) / 2.0;
    let words = "Probability of such an agreement (logarithmic)";
    canvas.text(
        (middle, bottom + 40.0),
        Anchor::Middle,
        TextStyle::NOTE,
        words,
    );
}

fn draw_row(canvas: &mut Canvas, scale: &LinearScale, row: &NameLevelRow, y: f64) {
    let x = |probability: f64| scale.position_px(probability.max(f64::MIN_POSITIVE).log10());
    canvas.text((8.0, y), Anchor::Start, TextStyle::LABEL, &row.label);
    let pairs = format!("{} pairs", count(row.pair_count));
    canvas.text((8.0, y + 14.0), Anchor::Start, TextStyle::TICK, &pairs);
    let [low, middle, high] = row.u.map(x);
    canvas.line(
        (middle, y),
        (x(row.m), y),
        Stroke::dashed(colour::AXIS, 1.0),
    );
    canvas.line((low, y), (high, y), Stroke::solid(colour::VERMILLION, 2.0));
    canvas.mark(Shape::Diamond, (middle, y), colour::VERMILLION);
    canvas.mark(Shape::Dot, (x(row.m), y), colour::BLUE);
    let [light, median, heavy] = row.weight_bits.map(signed);
    let words = match light == heavy {
        true => median,
        false => format!("{median} ({light} to {heavy})"),
    };
    canvas.text(
        (WIDTH_PX - 8.0, y + 4.5),
        Anchor::End,
        TextStyle::LABEL,
        &words,
    );
}

/// A number with one decimal and its sign, with a real minus.
fn signed(value: f64) -> String {
    match (value * 10.0).round() {
        rounded if rounded > 0.0 => format!("+{value:.1}"),
        rounded if rounded < 0.0 => format!("\u{2212}{:.1}", value.abs()),
        _ => "0.0".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_without_a_range_shows_one_weight() {
        let row = |u: [f64; 3], weight_bits| NameLevelRow {
            label: "none".to_owned(),
            m: 0.25,
            u,
            weight_bits,
            pair_count: 3,
        };
        let svg = name_levels_svg(&[
            row([1.0; 3], [-2.0; 3]),
            row([0.01, 0.001, 0.0001], [4.6, 8.0, 11.3]),
        ]);
        assert!(svg.contains(">\u{2212}2.0<"));
        assert!(svg.contains(">+8.0 (+4.6 to +11.3)<"));
        assert!(svg.contains("the heaviest is +8.0 bits"));
    }
}
