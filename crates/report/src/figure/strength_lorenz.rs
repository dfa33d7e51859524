//! How unequally posts on the target sources are shared out among crossover users.

use entangle_model::Estimate;
use entangle_model::study::{Strength, StudyResult};

use super::Figure;
use super::canvas::{Anchor, Canvas, Drawing, Stroke, TextStyle, WIDTH_PX, colour};
use super::line_plot::{Axis, Frame};
use super::scale::Ticks;
use crate::number::{Unit, estimate_note, finite};
use crate::table::Table;
use crate::wording::{is_withheld, method, shown_group};

/// What the figure shows.
struct LorenzData<'a> {
    points: Vec<(f64, f64)>,
    gini: Option<&'a Estimate>,
}

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let data = shape(&result.strength);
    Figure {
        name: "strength_lorenz",
        title: "Lorenz curve of posts on the target sources".to_owned(),
        description: describe(&data),
        basis: basis(&data),
        reading: "Crossover users are put in rising order of their posts. The curve says which \
                  share of all posts the least active part of them wrote; on the straight broken \
                  line everybody would have written equally much.",
        data: table(&data),
        drawing: draw(&data),
        is_withheld: data.gini.is_some_and(is_withheld),
    }
}

fn shape(strength: &Strength) -> LorenzData<'_> {
    LorenzData {
        points: strength
            .lorenz
            .iter()
            .copied()
            .filter(|(users, posts)| users.is_finite() && posts.is_finite())
            .collect(),
        gini: strength
            .distributions
            .iter()
            .find(|distribution| distribution.name.starts_with("post"))
            .map(|distribution| &distribution.gini),
    }
}

fn table(data: &LorenzData) -> Table {
    Table::new("strength_lorenz")
        .number(
            "crossover_user_share",
            data.points.iter().map(|point| Some(point.0)),
        )
        .number("post_share", data.points.iter().map(|point| Some(point.1)))
}

fn basis(data: &LorenzData) -> String {
    match data.gini {
        Some(gini) => format!(
            "Population: {}, weighted by link probability. Gini coefficient {}. Method: {}.",
            shown_group(
                finite(gini.value).map(|_| gini.n),
                "crossover user",
                "crossover users"
            ),
            estimate_note(Unit::Coefficient, gini),
            method(gini)
        ),
        None => "Population: crossover users, weighted by link probability.".to_owned(),
    }
}

fn draw(data: &LorenzData) -> Option<Drawing> {
    if data.points.len() < 2 {
        return None;
    }
    let axis = |title: &str| Axis {
        title: title.to_owned(),
        ticks: Ticks::covering([0.0, 1.0].into_iter(), 5),
        tick_factor: 100.0,
    };
    let mut canvas = Canvas::default();
    let left = (WIDTH_PX - 340.0) / 2.0;
    let frame = Frame::draw(
        &mut canvas,
        [left, 26.0, left + 340.0, 366.0],
        &axis("Crossover users, least active first (%)"),
        &axis("Share of their posts on the target sources (%)"),
    );
    let line: Vec<(f64, f64)> = data.points.iter().map(|point| frame.at(*point)).collect();
    canvas.polygon(&line, colour::SKY, 0.25);
    let diagonal = (frame.at((0.0, 0.0)), frame.at((1.0, 1.0)));
    canvas.line(diagonal.0, diagonal.1, Stroke::dashed(colour::AXIS, 1.4));
    canvas.polyline(&line, Stroke::solid(colour::BLUE, 2.4));
    if let Some(gini) = data.gini.filter(|gini| finite(gini.value).is_some()) {
        let words = format!("Gini {}", estimate_note(Unit::Coefficient, gini));
        let at = frame.at((0.03, 0.92));
        canvas.text(at, Anchor::Start, TextStyle::INSIDE, &words);
    }
    Some(canvas.finish(414.0))
}

fn describe(data: &LorenzData) -> String {
    match data.gini {
        Some(gini) => format!(
            "Gini coefficient: {}.",
            estimate_note(Unit::Coefficient, gini)
        ),
        None => "The Gini coefficient could not be estimated.".to_owned(),
    }
}
