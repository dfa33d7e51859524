//! How many accounts crossover users and others answer and are answered by.

use entangle_model::Estimate;
use entangle_model::study::{DegreePoint, Network, StudyResult};

use super::Figure;
use super::canvas::{Anchor, Canvas, Drawing, Stroke, TextStyle, WIDTH_PX, colour};
use super::line_plot::{Axis, Frame};
use super::scale::Ticks;
use crate::number::{Unit, count, estimate_note, finite};
use crate::study_tables::degree_data;
use crate::wording::{any_withheld, method_of};

const DIRECTIONS: [(&str, &str); 2] = [
    (
        "answers",
        "Share that answers at least so many accounts (%)",
    ),
    (
        "answered_by",
        "Share that is answered by at least so many accounts (%)",
    ),
];
const PANEL_PX: f64 = 250.0;

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let network = &result.network;
    let points = network.degrees.iter();
    Figure {
        name: "network_degree",
        title: "Accounts that crossover users and others answer and are answered by".to_owned(),
        description: describe(network),
        basis: format!(
            "Population: accounts of {} that the rule includes. Method of crossover users: {}. Of \
             others: {}.",
            result.about.public_source,
            method_of(points.clone().map(|point| &point.crossover_share)),
            method_of(points.map(|point| &point.other_share)),
        ),
        reading: "Each step to the right doubles the number of accounts. Where the blue line lies \
                  above the dashed one, more crossover users than others of the same tenure and \
                  posts have so many. Bands are 95\u{202F}% intervals. The lines end where too few \
                  crossover users are expected.",
        data: degree_data(network),
        drawing: draw(network),
        is_withheld: any_withheld(network.chance.iter().map(|row| &row.ratio)),
    }
}

fn draw(network: &Network) -> Option<Drawing> {
    let mut canvas = Canvas::default();
    let mut top_px = 46.0;
    for (direction, title) in DIRECTIONS {
        let of_direction = |point: &&DegreePoint| point.direction == direction;
        let points: Vec<&DegreePoint> = network.degrees.iter().filter(of_direction).collect();
        if points.len() < 2 {
            continue;
        }
        draw_panel(&mut canvas, top_px, title, &points);
        top_px += PANEL_PX;
    }
    (top_px > PANEL_PX).then(|| canvas.finish(top_px - 30.0))
}

fn draw_panel(canvas: &mut Canvas, top_px: f64, title: &str, points: &[&DegreePoint]) {
    let doublings = |point: &DegreePoint| (point.least_account_count.max(1) as f64).log2();
    let last = points
        .iter()
        .map(|point| doublings(point))
        .fold(1.0, f64::max);
    let x_axis = Axis {
        title: "Accounts, at least".to_owned(),
        ticks: Ticks {
            values: Vec::new(),
            step: 1.0,
            domain: (0.0, last),
        },
        tick_factor: 1.0,
    };
    let y_axis = Axis {
        title: title.to_owned(),
        ticks: Ticks::covering([0.0, 1.0].into_iter(), 4),
        tick_factor: 100.0,
    };
    let edges_px = [48.0, top_px, WIDTH_PX - 22.0, top_px + 150.0];
    let frame = Frame::draw(canvas, edges_px, &x_axis, &y_axis);
    for point in points {
        let x_px = frame.x.position_px(doublings(point));
        let label = count(point.least_account_count);
        let at = (x_px, edges_px[3] + 19.0);
        canvas.text(at, Anchor::Middle, TextStyle::TICK, &label);
    }
    let along = |end: fn(&DegreePoint) -> Option<f64>| -> Vec<(f64, f64)> {
        let at = |point: &&DegreePoint| Some(frame.at((doublings(point), finite(end(point))?)));
        points.iter().filter_map(at).collect()
    };
    let mut band = along(|point| point.crossover_share.low);
    band.extend(along(|point| point.crossover_share.high).into_iter().rev());
    if !band.is_empty() {
        canvas.polygon(&band, colour::SKY, 0.35);
    }
    let others = along(|point| point.other_share.value);
    canvas.polyline(&others, Stroke::dashed(colour::VERMILLION, 2.0));
    let crossover = along(|point| point.crossover_share.value);
    canvas.polyline(&crossover, Stroke::solid(colour::BLUE, 2.2));
    draw_legend(canvas, top_px);
}

fn draw_legend(canvas: &mut Canvas, top_px: f64) {
    let entries = [
        (Stroke::solid(colour::BLUE, 2.2), "crossover users"),
        (
            Stroke::dashed(colour::VERMILLION, 2.0),
            "others of the same tenure and posts",
        ),
    ];
    for (index, (stroke, words)) in entries.into_iter().enumerate() {
        let y_px = top_px + 14.0 + 18.0 * index as f64;
        let x_px = WIDTH_PX - 290.0;
        canvas.line((x_px, y_px - 4.0), (x_px + 24.0, y_px - 4.0), stroke);
        let at = (x_px + 32.0, y_px);
        canvas.text(at, Anchor::Start, TextStyle::INSIDE, words);
    }
}

fn describe(network: &Network) -> String {
    let share = |estimate: &Estimate| estimate_note(Unit::Share, estimate);
    let first: Vec<String> = network
        .degrees
        .iter()
        .filter(|point| point.least_account_count == 1)
        .map(|point| {
            let words = match point.direction.as_str() {
                "answers" => "Answering anybody",
                _ => "Answered by anybody",
            };
            format!(
                "{words}, in per cent: crossover users {}, others {}.",
                share(&point.crossover_share),
                share(&point.other_share)
            )
        })
        .collect();
    if first.is_empty() {
        "Too few crossover users have ties to show how many.".to_owned()
    } else {
        first.join(" ")
    }
}
