//! Posts a month on both sides before and after the crossing.

use entangle_model::Estimate;
use entangle_model::study::{CrossingActivity, CrossingMonth, StudyResult};

use super::Figure;
use super::canvas::{Anchor, Canvas, Drawing, Stroke, TextStyle, WIDTH_PX, colour};
use super::line_plot::{Axis, Frame};
use super::scale::Ticks;
use crate::number::{Unit, estimate_note, finite};
use crate::study_tables::crossing_activity_data;
use crate::wording::{is_withheld, method_of, says_withheld, shown_group};

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let activity = &result.crossing_activity;
    let shown = |count: u64| (count > 0).then_some(count);
    Figure {
        name: "crossing_activity",
        title: "Posts a month before and after the first post on a target source".to_owned(),
        description: describe(activity),
        basis: format!(
            "Groups: {} and {} of {}, with first posts known on both sides. Method: {}.",
            shown_group(
                shown(activity.crossover_count),
                "strict crossover user",
                "strict crossover users"
            ),
            shown_group(
                shown(activity.other_count),
                "matched other",
                "matched others"
            ),
            result.about.public_source,
            method_of(activity.months.iter().map(|month| &month.public.mean)),
        ),
        reading: "Months of 30 days; month 0 begins with the day of the first post on a target. \
                  Blue are strict crossover users, dashed their matched others at the same time, \
                  rings each possible crossover user by its probability; bands are 95\u{202F}% \
                  intervals. Not every month has the same accounts. That posts on targets begin in \
                  month 0 is how months are counted.",
        data: crossing_activity_data(activity),
        drawing: draw(activity),
        is_withheld: is_withheld(&activity.change_strict) || says_withheld(&activity.design),
    }
}

/// An estimate of a month.
type Series = fn(&CrossingMonth) -> &Estimate;

fn draw(activity: &CrossingActivity) -> Option<Drawing> {
    let mut canvas = Canvas::default();
    let public = draw_panel(
        &mut canvas,
        46.0,
        "Mean posts a month on the public source",
        activity,
        [|month| &month.public.mean, |month| &month.public_expected],
        Some(|month| &month.others.mean),
    );
    let targets = draw_panel(
        &mut canvas,
        316.0,
        "Mean posts a month on all target sources together",
        activity,
        [|month| &month.targets.mean, |month| &month.targets_expected],
        None,
    );
    (public || targets).then(|| canvas.finish(560.0))
}

/// Draws one side; whether there was anything to draw.
fn draw_panel(
    canvas: &mut Canvas,
    top_px: f64,
    title: &str,
    activity: &CrossingActivity,
    [strict, expected]: [Series; 2],
    others: Option<Series>,
) -> bool {
    let months = &activity.months;
    let numbers = |series: Series| {
        let of_month = move |month: &CrossingMonth| {
            let estimate = series(month);
            [estimate.value, estimate.low, estimate.high]
        };
        months.iter().flat_map(of_month).filter_map(finite)
    };
    let shown: Vec<f64> = [Some(strict), Some(expected), others]
        .into_iter()
        .flatten()
        .flat_map(numbers)
        .collect();
    if shown.is_empty() {
        return false;
    }
    let x_axis = Axis {
        title: "Months since the first post on a target source".to_owned(),
        ticks: Ticks {
            values: (-4..=4).map(|quarter| 3.0 * f64::from(quarter)).collect(),
            step: 3.0,
            domain: (-12.5, 12.5),
        },
        tick_factor: 1.0,
    };
    let y_axis = Axis {
        title: title.to_owned(),
        ticks: Ticks::covering(shown.into_iter().chain([0.0]), 4),
        tick_factor: 1.0,
    };
    let edges_px = [48.0, top_px, WIDTH_PX - 22.0, top_px + 180.0];
    let frame = Frame::draw(canvas, edges_px, &x_axis, &y_axis);
    frame.upright(canvas, 0.0, Stroke::dashed(colour::AXIS, 1.2));
    let along = |series: Series, end: fn(&Estimate) -> Option<f64>| -> Vec<(f64, f64)> {
        let at = |month: &CrossingMonth| {
            Some(frame.at((month.month as f64, finite(end(series(month)))?)))
        };
        months.iter().filter_map(at).collect()
    };
    let band = |series: Series| {
        let mut band = along(series, |estimate| estimate.low);
        band.extend(along(series, |estimate| estimate.high).into_iter().rev());
        band
    };
    for (series, fill) in others
        .map(|series| (series, colour::VERMILLION))
        .into_iter()
        .chain([(strict, colour::SKY)])
    {
        let band = band(series);
        if !band.is_empty() {
            canvas.polygon(&band, fill, 0.22);
        }
    }
    if let Some(others) = others {
        let line = along(others, |estimate| estimate.value);
        canvas.polyline(&line, Stroke::dashed(colour::VERMILLION, 2.0));
    }
    for at in along(expected, |estimate| estimate.value) {
        canvas.mark(super::canvas::Shape::Ring, at, colour::GREEN);
    }
    let line = along(strict, |estimate| estimate.value);
    canvas.polyline(&line, Stroke::solid(colour::BLUE, 2.2));
    let at = (edges_px[2] - 4.0, top_px + 14.0);
    let words = match others {
        Some(_) => "blue: strict; dashed: matched others; rings: by probability",
        None => "blue: strict; rings: by probability",
    };
    canvas.text(at, Anchor::End, TextStyle::INSIDE, words);
    true
}

fn describe(activity: &CrossingActivity) -> String {
    format!(
        "Change in posts a month on the public source from before to after the crossing beyond that \
         of others: strict {}, by probability {}.",
        estimate_note(Unit::Amount, &activity.change_strict),
        estimate_note(Unit::Amount, &activity.change_expected)
    )
}
