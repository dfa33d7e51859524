//! Courses of monthly activity.

use entangle_model::study::{StudyResult, Trajectories, TrajectoryGroup};

use crate::number::{Unit, fixed};
use crate::study_table::{Cell, Layout, StudyTable};
use crate::table::Table;
use crate::wording::method_of;

/// The posts of each course by month: the data of the figure.
pub fn trajectory_months_data(trajectories: &Trajectories) -> Table {
    let rows: Vec<(usize, usize, f64)> = trajectories
        .groups
        .iter()
        .enumerate()
        .flat_map(|(group, row)| {
            let months = row.monthly_posts.iter().enumerate();
            months.map(move |(month, posts)| (group + 1, month, *posts))
        })
        .collect();
    let rows = rows.iter();
    Table::new("trajectory_months")
        .count("course", rows.clone().map(|row| row.0 as u64))
        .count("month", rows.clone().map(|row| row.1 as u64))
        .number("expected_posts", rows.map(|row| Some(row.2)))
}

fn number(value: Option<f64>) -> Cell {
    Cell::text(value.map_or_else(|| "–".to_owned(), |value| fixed(value, 2)))
}

/// Shares of crossover users and of their matched others by course.
pub fn trajectories_table(result: &StudyResult) -> StudyTable {
    let trajectories = &result.trajectories;
    let rows = trajectories.groups.iter();
    let data = Table::new("trajectories")
        .count("course", 1..=trajectories.groups.len() as u64)
        .number("first_month_posts", rows.clone().map(|group| at(group, 0)))
        .number(
            "last_month_posts",
            rows.clone()
                .map(|group| group.monthly_posts.last().copied()),
        )
        .estimates(
            "crossover_share_",
            rows.clone().map(|group| &group.crossover_share),
        )
        .estimates("other_share_", rows.clone().map(|group| &group.other_share))
        .estimates("difference_", rows.clone().map(|group| &group.difference))
        .number(
            "average_posterior_probability",
            rows.clone()
                .map(|group| group.average_posterior_probability),
        );
    Layout::of(
        data,
        "Courses of monthly activity of crossover users and matched others",
    )
    .basis(format!(
        "Population: strict crossover users of {} and their matched others that could be followed. \
             n by row in the data. Intervals of 95\u{202F}% below the values. Method: {}.",
        result.about.public_source,
        method_of(rows.map(|group| &group.other_share)),
    ))
    .when_empty("No course was fitted.")
    .words("Course", |row, _| row.count_cell("course"))
    .numbers("Posts, first month", |row, _| {
        number(row.number("first_month_posts"))
    })
    .numbers("Posts, last month", |row, _| {
        number(row.number("last_month_posts"))
    })
    .numbers("Crossover users", |row, reasons| {
        reasons.value_and_interval(Unit::Share, &row.estimate("crossover_share_"))
    })
    .numbers("Matched others", |row, reasons| {
        reasons.value_and_interval(Unit::Share, &row.estimate("other_share_"))
    })
    .numbers("Difference", |row, reasons| {
        reasons.value_and_interval(Unit::Share, &row.estimate("difference_"))
    })
    .numbers("Told apart", |row, _| {
        number(row.number("average_posterior_probability"))
    })
    .finish()
}

fn at(group: &TrajectoryGroup, month: usize) -> Option<f64> {
    group.monthly_posts.get(month).copied()
}
