//! Courses of monthly activity.

use entangle_model::study::{StudyResult, Trajectories};

use super::Figure;
use super::canvas::{Anchor, Canvas, Drawing, Stroke, TextStyle, WIDTH_PX, colour};
use super::line_plot::{Axis, Frame};
use super::scale::Ticks;
use crate::number::{Unit, estimate_note};
use crate::study_tables::trajectory_months_data;
use crate::wording::{counted, says_withheld, shown_group};

const COLOURS: [&str; 5] = [
    colour::GREY,
    colour::SKY,
    colour::BLUE,
    colour::GREEN,
    colour::VERMILLION,
];

/// The figure of a result.
pub fn figure(result: &StudyResult) -> Figure {
    let trajectories = &result.trajectories;
    let shown = |count: u64| (count > 0).then_some(count);
    Figure {
        name: "trajectories",
        title: "Courses of monthly activity on the public source".to_owned(),
        description: describe(trajectories),
        basis: format!(
            "Groups: {} and {} of {}. Method: group-based trajectory model, as the design says.",
            shown_group(
                shown(trajectories.crossover_count),
                "strict crossover user",
                "strict crossover users"
            ),
            counted(trajectories.other_count, "matched other", "matched others"),
            result.about.public_source,
        ),
        reading: "Each line is the mean course of a group of accounts that the model found, from their first post \
                  on; below its colour stand the shares of crossover users and of matched others in it. \
                  Courses sum up a continuous variety and are no kinds of people.",
        data: trajectory_months_data(trajectories),
        drawing: draw(trajectories),
        is_withheld: says_withheld(&trajectories.design),
    }
}

fn draw(trajectories: &Trajectories) -> Option<Drawing> {
    let posts = trajectories
        .groups
        .iter()
        .flat_map(|group| &group.monthly_posts);
    let most_months = trajectories
        .groups
        .iter()
        .map(|group| group.monthly_posts.len())
        .max()?;
    if most_months < 2 {
        return None;
    }
    let x_axis = Axis {
        title: "Months since the first post".to_owned(),
        ticks: Ticks::covering([0.0, (most_months - 1) as f64].into_iter(), 6),
        tick_factor: 1.0,
    };
    let y_axis = Axis {
        title: "Expected posts a month".to_owned(),
        ticks: Ticks::covering(posts.copied().chain([0.0]), 5),
        tick_factor: 1.0,
    };
    let mut canvas = Canvas::default();
    let edges_px = [48.0, 46.0, WIDTH_PX - 270.0, 306.0];
    let frame = Frame::draw(&mut canvas, edges_px, &x_axis, &y_axis);
    for (group, colour) in trajectories.groups.iter().zip(COLOURS) {
        let months = group.monthly_posts.iter().enumerate();
        let line: Vec<(f64, f64)> = months
            .map(|(month, posts)| frame.at((month as f64, *posts)))
            .collect();
        canvas.polyline(&line, Stroke::solid(colour, 2.4));
    }
    draw_legend(&mut canvas, trajectories, edges_px[2] + 26.0);
    Some(canvas.finish(364.0))
}

/// Number, colour and shares of each course, the one with most posts on top.
fn draw_legend(canvas: &mut Canvas, trajectories: &Trajectories, left_px: f64) {
    let head = "share of crossover users; of others";
    canvas.text((left_px, 34.0), Anchor::Start, TextStyle::NOTE, head);
    let courses = trajectories.groups.iter().zip(COLOURS).enumerate().rev();
    for (place, (number, (group, colour))) in courses.enumerate() {
        let y = 62.0 + 44.0 * place as f64;
        canvas.line(
            (left_px, y - 4.0),
            (left_px + 22.0, y - 4.0),
            Stroke::solid(colour, 2.4),
        );
        let name = format!("course {}", number + 1);
        canvas.text((left_px + 30.0, y), Anchor::Start, TextStyle::LABEL, &name);
        let share = |estimate| estimate_note(Unit::Share, estimate);
        let shares = format!(
            "{}; {}",
            share(&group.crossover_share),
            share(&group.other_share)
        );
        let style = TextStyle::TICK;
        let shares = style.shortened(&shares, WIDTH_PX - left_px);
        canvas.text((left_px, y + 17.0), Anchor::Start, style, &shares);
    }
}

fn describe(trajectories: &Trajectories) -> String {
    if trajectories.groups.is_empty() {
        return "No course could be shown.".to_owned();
    }
    let courses = trajectories
        .groups
        .iter()
        .enumerate()
        .map(|(number, group)| {
            format!(
                "course {}: {} of crossover users and {} of matched others",
                number + 1,
                estimate_note(Unit::Share, &group.crossover_share),
                estimate_note(Unit::Share, &group.other_share)
            )
        });
    let courses: Vec<String> = courses.collect();
    format!(
        "Shares by course, fewest posts first: {}.",
        courses.join("; ")
    )
}
