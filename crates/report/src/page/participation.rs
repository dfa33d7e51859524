//! Where, how strongly and since when crossover users take part.

use entangle_model::study::{Distribution, StudyResult, TargetSource};
use maud::{Markup, html};

use super::parts::{
    Notes, Numbering, TableView, estimate_cell, figure, interval_cell, name, name_and_meaning,
    numbers, value_cell, words,
};
use crate::figure::Figure;
use crate::number::{Unit, count, estimate_interval, estimate_value, finite, fixed, value};
use crate::wording::{method, method_of, n_is, population, without_full_stop, words_of_name};

/// The target sources.
pub fn targets(result: &StudyResult, figures: &[Figure], numbering: &mut Numbering) -> Markup {
    html! {
        p {
            "An account may be linked to several target sources, so the rows do not add up to the \
             number of crossover users."
        }
        (figure(figures, "targets", numbering))
        (targets_table(result).markup(numbering))
        (super::overlap::overlap(result, figures, numbering))
    }
}

fn targets_table(result: &StudyResult) -> TableView {
    let mut notes = Notes::default();
    let rows = result
        .targets
        .iter()
        .map(|target| target_row(&mut notes, target))
        .collect();
    let targets = result.targets.iter();
    TableView {
        title: "Target sources and the crossover users on them".to_owned(),
        basis: format!(
            "Population: {}; shares of posts and threads rest on all of the source. \
             Intervals of 95\u{202F}% below the values. Method of strict: {}. Of expected: {}. Of \
             share of posts: {}. Of share of threads: {}. Of equal names by chance: {}.",
            population(result),
            method_of(targets.clone().map(|target| &target.crossover_strict)),
            method_of(targets.clone().map(|target| &target.crossover_expected)),
            method_of(targets.clone().map(|target| &target.post_share)),
            method_of(targets.clone().map(|target| &target.thread_share)),
            method_of(targets.map(|target| &target.chance_name_matches)),
        ),
        data_file: "tables/targets.csv",
        heads: vec![
            words("Source"),
            words("Language"),
            numbers("Accounts"),
            numbers("Posts"),
            numbers("Strict"),
            numbers("Expected"),
            numbers("Share of posts"),
            numbers("Share of threads"),
            numbers("Equal names by chance"),
        ],
        rows,
        when_empty: "There was no target source.",
        notes,
    }
}

fn target_row(notes: &mut Notes, target: &TargetSource) -> Vec<Markup> {
    let language = match &target.language {
        Some(language) => name(language),
        None => notes.missing("language not stated"),
    };
    vec![
        name_and_meaning(&target.source, &target.kind),
        language,
        html! { (count(target.account_count)) },
        html! { (count(target.post_count)) },
        estimate_cell(notes, Unit::Count, &target.crossover_strict),
        estimate_cell(notes, Unit::Count, &target.crossover_expected),
        estimate_cell(notes, Unit::Share, &target.post_share),
        estimate_cell(notes, Unit::Share, &target.thread_share),
        estimate_cell(notes, Unit::Count, &target.chance_name_matches),
    ]
}

/// How strongly crossover users take part.
pub fn strength(result: &StudyResult, figures: &[Figure], numbering: &mut Numbering) -> Markup {
    let single = &result.strength.single_post_share;
    html! {
        p {
            "Share of crossover users with exactly one post on the target sources: "
            (estimate_value(Unit::Share, single))
            @if finite(single.value).is_some() {
                " ("
                @if let Some(interval) = estimate_interval(Unit::Share, single) {
                    "95\u{202F}% interval " (interval) ", "
                }
                (n_is(single.n)) "; " (name(without_full_stop(&single.method))) ")."
            } @else {
                " (" (name(without_full_stop(&single.method))) ")."
            }
            " Where participation is unequal, medians and quantiles say more than a mean."
        }
        (strength_table(&result.strength.distributions).markup(numbering))
        (figure(figures, "strength_lorenz", numbering))
    }
}

fn strength_table(distributions: &[Distribution]) -> TableView {
    let levels = quantile_levels(distributions);
    let mut heads = vec![words("Quantity"), numbers("n"), numbers("Median")];
    heads.extend(
        levels
            .iter()
            .map(|level| numbers(&format!("{}\u{202F}%", fixed(level * 100.0, 0)))),
    );
    heads.extend([numbers("Gini"), numbers("Top tenth holds")]);
    let mut notes = Notes::default();
    let rows = distributions
        .iter()
        .map(|distribution| strength_row(&mut notes, distribution, &levels))
        .collect();
    TableView {
        title: "How strongly crossover users take part in the target sources".to_owned(),
        basis: format!(
            "Population: crossover users, weighted by link probability; n by row. Percentages at \
             the head are quantiles. Intervals of 95\u{202F}% below the values. Method of \
             median: {}. Of Gini: {}. Of top tenth: {}.",
            method_of(distributions.iter().map(|row| &row.median)),
            method_of(distributions.iter().map(|row| &row.gini)),
            method_of(distributions.iter().map(|row| &row.top_decile_share)),
        ),
        data_file: "tables/strength.csv",
        heads,
        rows,
        when_empty: "No quantity could be measured.",
        notes,
    }
}

/// The levels of all quantiles but the median, in rising order.
fn quantile_levels(distributions: &[Distribution]) -> Vec<f64> {
    let mut levels: Vec<f64> = distributions
        .iter()
        .flat_map(|distribution| distribution.quantiles.iter().map(|quantile| quantile.0))
        .filter(|level| level.is_finite() && *level != 0.5)
        .collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    levels
}

fn strength_row(notes: &mut Notes, distribution: &Distribution, levels: &[f64]) -> Vec<Markup> {
    let n = distribution.median.n;
    let mut cells = vec![
        name_and_meaning(&words_of_name(&distribution.name), &distribution.about),
        html! { (count(n)) },
        estimate_cell(notes, Unit::Amount, &distribution.median),
    ];
    for level in levels {
        let quantile = distribution
            .quantiles
            .iter()
            .find(|quantile| quantile.0 == *level && quantile.1.is_finite());
        cells.push(match quantile {
            Some((_, amount)) => html! { (value(Unit::Amount, *amount, n)) },
            None => notes.missing("quantile not given"),
        });
    }
    cells.push(estimate_cell(notes, Unit::Coefficient, &distribution.gini));
    cells.push(estimate_cell(
        notes,
        Unit::Share,
        &distribution.top_decile_share,
    ));
    cells
}

/// Which side came first.
pub fn order(result: &StudyResult, figures: &[Figure], numbering: &mut Numbering) -> Markup {
    html! {
        (order_table(result).markup(numbering))
        (figure(figures, "order_lag", numbering))
        h3 { "Time to the first post on a target source" }
        p { (name(without_full_stop(&result.crossing.design))) "." }
        (figure(figures, "crossing_time", numbering))
        h3 { "Posts before and after it" }
        p { (name(without_full_stop(&result.crossing_activity.design))) "." }
        (figure(figures, "crossing_activity", numbering))
        (change_table(result).markup(numbering))
    }
}

/// The change around the crossing in both forms.
fn change_table(result: &StudyResult) -> TableView {
    let activity = &result.crossing_activity;
    let mut notes = Notes::default();
    let rows = [
        ("Strict", "beyond matched others", &activity.change_strict),
        (
            "Expected",
            "by probability, beyond others of the cell",
            &activity.change_expected,
        ),
    ]
    .into_iter()
    .map(|(form, meaning, change)| {
        vec![
            name_and_meaning(form, meaning),
            value_cell(&mut notes, Unit::Amount, change),
            interval_cell(&mut notes, Unit::Amount, change),
            html! { (count(change.n)) },
            name(method(change)),
        ]
    })
    .collect();
    TableView {
        title: "Change in posts a month on the public source, the year after less the year before"
            .to_owned(),
        basis: "Population: crossover users followed in all months; n and method by row."
            .to_owned(),
        data_file: "tables/crossing_activity.csv",
        heads: vec![
            words("Form"),
            numbers("Change"),
            numbers("95\u{202F}% interval"),
            numbers("n"),
            words("Method"),
        ],
        rows,
        when_empty: "No change could be estimated.",
        notes,
    }
}

fn order_table(result: &StudyResult) -> TableView {
    let order = &result.order;
    let mut notes = Notes::default();
    let statistics = [
        (
            "Public source first",
            "share of crossover users whose first post was there",
            Unit::Share,
            &order.public_first_share,
        ),
        (
            "Median lag in days",
            "from the public source to a target source",
            Unit::Amount,
            &order.lag_days_median,
        ),
    ];
    let rows = statistics
        .into_iter()
        .map(|(title, meaning, unit, estimate)| {
            vec![
                name_and_meaning(title, meaning),
                value_cell(&mut notes, unit, estimate),
                interval_cell(&mut notes, unit, estimate),
                html! { (count(estimate.n)) },
                name(method(estimate)),
            ]
        })
        .collect();
    TableView {
        title: "Which side came first".to_owned(),
        basis: format!(
            "Population: crossover users of {} with dated posts on both sides. n and method by \
             row.",
            result.about.public_source
        ),
        data_file: "tables/order.csv",
        heads: vec![
            words("Statistic"),
            numbers("Value"),
            numbers("95\u{202F}% interval"),
            numbers("n"),
            words("Method"),
        ],
        rows,
        when_empty: "No order could be established.",
        notes,
    }
}
