//! From all accounts of the public source to the population.

use entangle_model::study::StudyResult;

use crate::number::{count, percent};
use crate::study_table::{Cell, Layout, StudyTable};
use crate::table::Table;
use crate::wording::n_is;

const ALL: &str = "accounts";
const LEFT_OUT: &str = "excluded: ";
const STUDIED: &str = "included";
const POSTS: &str = "posts of included";

/// The steps of the rule, with their numbers.
pub fn population_table(result: &StudyResult) -> StudyTable {
    let population = &result.population;
    let mut steps = vec![(ALL.to_owned(), population.account_count)];
    for excluded in &population.excluded {
        steps.push((format!("{LEFT_OUT}{}", excluded.reason), excluded.count));
    }
    steps.push((STUDIED.to_owned(), population.included_count));
    steps.push((POSTS.to_owned(), population.post_count));
    let all = population.account_count;
    let share = move |step: &str, part: u64| match all {
        0 => None,
        _ if step == POSTS => None,
        all => Some(part as f64 / all as f64),
    };
    let data = Table::new("population")
        .text("step", steps.iter().map(|(step, _)| step.as_str()))
        .count("count", steps.iter().map(|(_, count)| *count))
        .number(
            "share",
            steps.iter().map(|(step, count)| share(step, *count)),
        );
    Layout::of(data, "From all accounts to the population")
        .basis(format!(
            "Population: all accounts of {} ({}). Method: counted.",
            result.about.public_source,
            n_is(all)
        ))
        .when_empty("No account.")
        .only_rows(|row| row.text("step") != POSTS)
        .words("Step", |row, _| step_cell(row.text("step")))
        .numbers("Accounts", |row, _| Cell::text(count(row.count("count"))))
        .numbers("Share", move |row, reasons| match row.number("share") {
            Some(share) => Cell::text(percent(share, all)),
            None => reasons.missing("the source holds no account"),
        })
        .finish()
}

fn step_cell(step: &str) -> Cell {
    match (step, step.strip_prefix(LEFT_OUT)) {
        (ALL, _) => Cell::text("Accounts of the source"),
        (STUDIED, _) => Cell::text("Studied").strong(true),
        (_, Some(reason)) => Cell::text(format!("Left out: {reason}")),
        (other, None) => Cell::text(other),
    }
}
