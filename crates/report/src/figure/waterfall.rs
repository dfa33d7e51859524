//! The waterfall of one pair of accounts: how prior and evidence add up to a probability.

use super::canvas::{Anchor, Canvas, Stroke, TextStyle, WIDTH_PX, colour};
use super::scale::{LinearScale, Ticks};

/// One step of a waterfall.
#[derive(Debug, Clone, PartialEq)]
pub struct WaterfallStep {
    /// What was compared and found.
    pub label: String,
    /// Its weight, bits.
    pub bits: f64,
    /// False where it is shown only, because it repeats stronger evidence.
    pub is_counted: bool,
}

const LABEL_WIDTH_PX: f64 = 300.0;
const ROW_HEIGHT_PX: f64 = 30.0;
const TOP_PX: f64 = 44.0;
const RIGHT_PX: f64 = WIDTH_PX - 64.0;

/// Draws a waterfall as an SVG file: one bar per step from where the last one ended, in bits, and
/// the total with the probability it stands for.
pub fn waterfall_svg(title: &str, steps: &[WaterfallStep], match_probability: f64) -> String {
    let total: f64 = counted(steps).map(|step| step.bits).sum();
    let ends = running_totals(steps);
    let reached = ends
        .iter()
        .flat_map(|&(from, to)| [from, to])
        .chain([0.0, total]);
    let ticks = Ticks::covering(reached, 6);
    let scale = LinearScale::new(ticks.domain, (LABEL_WIDTH_PX, RIGHT_PX));
    let x = |bits: f64| scale.position_px(bits);
    let bottom = TOP_PX + (steps.len() + 1) as f64 * ROW_HEIGHT_PX;
    let mut canvas = Canvas::default();
    let heading = TextStyle::HEADING.shortened(title, WIDTH_PX - 20.0);
    canvas.text((10.0, 22.0), Anchor::Start, TextStyle::HEADING, &heading);
    for &tick in &ticks.values {
        canvas.line(
            (x(tick), TOP_PX),
            (x(tick), bottom),
            Stroke::solid(colour::GRID, 1.0),
        );
        let place = (x(tick), bottom + 18.0);
        canvas.text(place, Anchor::Middle, TextStyle::TICK, &signed(tick, 0));
    }
    canvas.line(
        (x(0.0), TOP_PX),
        (x(0.0), bottom),
        Stroke::dashed(colour::AXIS, 1.4),
    );
    for (row, (step, &(from, to))) in steps.iter().zip(&ends).enumerate() {
        draw_step(&mut canvas, row, step, x(from), x(to));
    }
    let last = TOP_PX + steps.len() as f64 * ROW_HEIGHT_PX;
    // Nothing is certain, however it rounds.
    let probability = match match_probability {
        high if high > 0.999 => "over .999".to_owned(),
        low if low < 0.001 => "under .001".to_owned(),
        between => format!("{between:.3}"),
    };
    let label = format!("total: probability {probability} of one hand");
    canvas.text(
        (10.0, last + 19.0),
        Anchor::Start,
        TextStyle::HEADING,
        &label,
    );
    canvas.area((x(0.0), last + 6.0), (x(total), last + 24.0), colour::INK);
    let place = (x(total.max(0.0)) + 6.0, last + 19.0);
    canvas.text(place, Anchor::Start, TextStyle::HEADING, &signed(total, 1));
    let middle = (LABEL_WIDTH_PX + RIGHT_PX) / 2.0;
    let axis = "log2 odds that one hand holds both accounts (bits)";
    canvas.text(
        (middle, bottom + 38.0),
        Anchor::Middle,
        TextStyle::NOTE,
        axis,
    );
    let description = format!(
        "{} steps add up to {} bits, a probability of {probability}.",
        counted(steps).count(),
        signed(total, 2)
    );
    canvas
        .finish(bottom + 50.0)
        .standalone("waterfall", title, &description)
}

fn counted(steps: &[WaterfallStep]) -> impl Iterator<Item = &WaterfallStep> {
    steps.iter().filter(|step| step.is_counted)
}

/// Where each step begins and ends; one that is not counted ends nowhere else.
fn running_totals(steps: &[WaterfallStep]) -> Vec<(f64, f64)> {
    let mut reached = 0.0;
    let ends = steps.iter().map(|step| {
        let from = reached;
        if step.is_counted {
            reached += step.bits;
        }
        (from, from + step.bits)
    });
    ends.collect()
}

fn draw_step(canvas: &mut Canvas, row: usize, step: &WaterfallStep, from_x: f64, to_x: f64) {
    let top = TOP_PX + row as f64 * ROW_HEIGHT_PX;
    let base_line = top + 19.0;
    let label = TextStyle::LABEL.shortened(&step.label, LABEL_WIDTH_PX - 24.0);
    let title = (label != step.label).then_some(step.label.as_str());
    canvas.titled_text(
        (10.0, base_line),
        Anchor::Start,
        TextStyle::LABEL,
        &label,
        title,
    );
    let (low, high) = (
        (from_x.min(to_x), top + 6.0),
        (from_x.max(to_x), top + 24.0),
    );
    match step.is_counted {
        true if step.bits >= 0.0 => canvas.area(low, high, colour::BLUE),
        true => canvas.area(low, high, colour::VERMILLION),
        false => {
            let outline = Stroke::dashed(colour::AXIS, 1.2);
            canvas.line(low, (high.0, low.1), outline);
            canvas.line((low.0, high.1), high, outline);
            canvas.line(low, (low.0, high.1), outline);
            canvas.line((high.0, low.1), high, outline);
        }
    }
    let remark = if step.is_counted { "" } else { ", not counted" };
    let number = format!("{}{remark}", signed(step.bits, 1));
    canvas.text(
        (high.0 + 6.0, base_line),
        Anchor::Start,
        TextStyle::INSIDE,
        &number,
    );
}

/// A number with its sign, with a real minus.
fn signed(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    match value {
        value if value > 0.0 => format!("+{text}"),
        value if value < 0.0 => format!("\u{2212}{text}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(label: &str, bits: f64, is_counted: bool) -> WaterfallStep {
        WaterfallStep {
            label: label.to_owned(),
            bits,
            is_counted,
        }
    }

    #[test]
    fn bars_begin_where_the_last_counted_one_ended() {
        let steps = [
            step("prior", -14.0, true),
            step("name", 19.0, true),
            step("contact", 9.0, false),
            step("rivals", -1.0, true),
        ];
        let expected = vec![(0.0, -14.0), (-14.0, 5.0), (5.0, 14.0), (5.0, 4.0)];
        assert_eq!(running_totals(&steps), expected);
    }

    #[test]
    fn a_waterfall_is_a_file_without_anything_from_outside() {
        let svg = waterfall_svg(
            "alpha/1 <script>",
            &[
                step("prior", -14.0, true),
                step("name: written & rare", 19.0, true),
            ],
            0.9697,
        );
        assert!(svg.starts_with("<?xml"));
        assert!(svg.contains("probability 0.970 of one hand"));
        assert!(svg.contains("name: written &amp; rare"));
        assert!(!svg.contains("<script"));
    }
}
