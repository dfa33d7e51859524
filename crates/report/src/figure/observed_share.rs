//! Shares observed in bins, beside what was stated of the same pairs: the figures that explain
//! rarity and calibration.

use entangle_model::Estimate;

use super::canvas::{Anchor, Canvas, Shape, Stroke, TextStyle, WIDTH_PX, colour};
use super::line_plot::{Axis, Frame};
use super::scale::Ticks;
use crate::number::count;

/// Pairs of one bin.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedBin {
    /// Where the bin stands on the horizontal axis.
    pub at: f64,
    /// Share of its pairs that one hand holds.
    pub observed: Estimate,
    /// Mean probability that the model states of them.
    pub stated_mean: f64,
}

const EDGES_PX: [f64; 4] = [92.0, 116.0, WIDTH_PX - 20.0, 406.0];
const HEIGHT_PX: f64 = 460.0;
/// Base line of the numbers of pairs.
const COUNTS_PX: f64 = 104.0;

/// Draws how often equal names are one hand, by their surprisal, as an SVG file. At
/// `chance_bits` a name is expected once by chance in the larger source.
pub fn precision_by_surprisal_svg(bins: &[ObservedBin], chance_bits: f64) -> String {
    let title = "A shared name is evidence as far as it is rare";
    let mut canvas = Canvas::default();
    heading(&mut canvas, title, true);
    let x_axis = Axis {
        title:
            "Surprisal of the shared name (bits); ten bits more is a name a thousand times rarer"
                .to_owned(),
        ticks: Ticks::covering(bins.iter().map(|bin| bin.at).chain([0.0]), 8),
        tick_factor: 1.0,
    };
    let frame = Frame::draw(&mut canvas, EDGES_PX, &x_axis, &share_axis());
    mark_chance(&mut canvas, &frame, chance_bits);
    draw_bins(&mut canvas, &frame, bins, 7.0);
    let first = bins
        .first()
        .and_then(|bin| bin.observed.value)
        .unwrap_or(0.0);
    let last = bins
        .last()
        .and_then(|bin| bin.observed.value)
        .unwrap_or(0.0);
    let description = format!(
        "Of the pairs with the commonest names {:.1} % are one hand, of those with the rarest {:.0} %.",
        100.0 * first,
        100.0 * last
    );
    let drawing = canvas.finish(HEIGHT_PX);
    drawing.standalone("precision-by-surprisal", title, &description)
}

/// Draws stated against observed as an SVG file.
pub fn reliability_svg(bins: &[ObservedBin]) -> String {
    let title = "What a stated probability is worth";
    let mut canvas = Canvas::default();
    heading(&mut canvas, title, false);
    let x_axis = Axis {
        title: "Probability that the program states (%)".to_owned(),
        ticks: Ticks::covering([0.0, 1.0].into_iter(), 5),
        tick_factor: 100.0,
    };
    let frame = Frame::draw(&mut canvas, EDGES_PX, &x_axis, &share_axis());
    let diagonal = [frame.at((0.0, 0.0)), frame.at((1.0, 1.0))];
    canvas.line(diagonal[0], diagonal[1], Stroke::dashed(colour::AXIS, 1.4));
    let words = [
        (
            (0.02, 0.88),
            Anchor::Start,
            "above the line: one hand more often than stated",
        ),
        (
            (0.98, 0.06),
            Anchor::End,
            "below the line: less often than stated, too sure",
        ),
    ];
    for (at, anchor, words) in words {
        canvas.text(frame.at(at), anchor, TextStyle::INSIDE, words);
    }
    draw_bins(&mut canvas, &frame, bins, 0.0);
    let worst = bins
        .iter()
        .filter_map(|bin| Some((bin.observed.value? - bin.stated_mean).abs()));
    let description = format!(
        "Observed shares lie at most {:.0} percentage points from the stated ones.",
        100.0 * worst.fold(0.0, f64::max)
    );
    let drawing = canvas.finish(HEIGHT_PX);
    drawing.standalone("reliability", title, &description)
}

/// Where a name is so common that the larger source is expected to hold it once by chance.
fn mark_chance(canvas: &mut Canvas, frame: &Frame, chance_bits: f64) {
    frame.upright(canvas, chance_bits, Stroke::dashed(colour::AXIS, 1.4));
    let words = [
        "so common that chance",
        "alone gives such a name",
        "to the larger source",
    ];
    for (line, words) in words.into_iter().enumerate() {
        let x = frame.x.position_px(chance_bits) - 8.0;
        let at = (x, EDGES_PX[1] + 20.0 + 16.0 * line as f64);
        canvas.text(at, Anchor::End, TextStyle::INSIDE, words);
    }
}

fn share_axis() -> Axis {
    Axis {
        // Written by `heading`, above the numbers of pairs.
        title: String::new(),
        ticks: Ticks::covering([0.0, 1.0].into_iter(), 5),
        tick_factor: 100.0,
    }
}

/// Title, legend, title of the upright axis, and what the row of numbers under it is.
fn heading(canvas: &mut Canvas, title: &str, has_stated: bool) {
    canvas.text((8.0, 20.0), Anchor::Start, TextStyle::HEADING, title);
    let observed = "observed, with 95 % interval";
    let stated = "stated by the program, mean";
    let legend = [
        (Shape::Dot, colour::BLUE, observed, 14.0),
        (Shape::Diamond, colour::VERMILLION, stated, 236.0),
    ];
    for (shape, colour, words, x) in legend.into_iter().take(1 + usize::from(has_stated)) {
        canvas.mark(shape, (x, 44.0), colour);
        canvas.text((x + 12.0, 48.5), Anchor::Start, TextStyle::NOTE, words);
    }
    let words = "Pairs that are one hand (%)";
    canvas.text((8.0, 76.0), Anchor::Start, TextStyle::NOTE, words);
    canvas.text((8.0, COUNTS_PX), Anchor::Start, TextStyle::TICK, "pairs:");
}

/// Draws every bin; what was stated stands `beside_px` to the right of what was observed.
fn draw_bins(canvas: &mut Canvas, frame: &Frame, bins: &[ObservedBin], beside_px: f64) {
    for bin in bins {
        let Some(observed) = bin.observed.value else {
            continue;
        };
        let (x, y) = frame.at((bin.at, observed));
        let ends = [bin.observed.low, bin.observed.high].map(|end| end.unwrap_or(observed));
        let [low, high] = ends.map(|end| frame.y.position_px(end));
        canvas.line((x, low), (x, high), Stroke::solid(colour::BLUE, 2.0));
        canvas.mark(Shape::Dot, (x, y), colour::BLUE);
        if beside_px > 0.0 {
            let stated = frame.y.position_px(bin.stated_mean);
            canvas.mark(Shape::Diamond, (x + beside_px, stated), colour::VERMILLION);
        }
        let at = (x, COUNTS_PX);
        canvas.text(at, Anchor::Middle, TextStyle::TICK, &count(bin.observed.n));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bins() -> Vec<ObservedBin> {
        vec![
            ObservedBin {
                at: 0.15,
                observed: Estimate::new(0.1, 0.05, 0.2, 1_200, "Wilson"),
                stated_mean: 0.15,
            },
            ObservedBin {
                at: 0.9,
                observed: Estimate::missing(0, "no pairs"),
                stated_mean: 0.9,
            },
        ]
    }

    #[test]
    fn a_bin_without_pairs_is_not_drawn() {
        let svg = reliability_svg(&bins());
        assert_eq!(
            svg.matches("<circle").count(),
            2,
            "one mark and one in the legend"
        );
        assert!(svg.contains(">1,200<"));
        assert!(svg.contains("at most 5 percentage points"));
    }

    #[test]
    fn the_surprisal_of_chance_is_marked() {
        let svg = precision_by_surprisal_svg(&bins(), 0.5);
        assert!(svg.contains("so common that chance"));
    }
}
