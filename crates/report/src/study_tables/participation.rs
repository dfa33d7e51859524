//! How strongly crossover users take part, which side came first, and when they cross.

use entangle_model::Estimate;
use entangle_model::study::{Crossing, Distribution, Order, Strength, StudyResult};

use crate::number::{Unit, count, fixed};
use crate::study_table::{Cell, Layout, Row, StudyTable};
use crate::table::Table;
use crate::wording::{method, method_of, n_is, without_full_stop, words_of_name};

const QUANTILE: &str = "quantile";

/// One statistic of a quantity, or one of its quantiles.
struct StatisticRow {
    quantity: String,
    about: String,
    statistic: &'static str,
    level: Option<f64>,
    estimate: Estimate,
}

impl StatisticRow {
    fn new(quantity: &str, about: &str, statistic: &'static str, estimate: &Estimate) -> Self {
        Self {
            quantity: quantity.to_owned(),
            about: about.to_owned(),
            statistic,
            level: None,
            estimate: estimate.clone(),
        }
    }
}

/// Quantiles rest on the same units and method as their median.
fn quantile_rows<'a>(
    (quantity, about): (&'a str, &'a str),
    quantiles: &'a [(f64, f64)],
    median: &'a Estimate,
) -> impl Iterator<Item = StatisticRow> + 'a {
    quantiles.iter().map(move |(level, value)| StatisticRow {
        quantity: quantity.to_owned(),
        about: about.to_owned(),
        statistic: QUANTILE,
        level: Some(*level),
        estimate: Estimate::counted(*value, median.n, "quantile of the same distribution"),
    })
}

fn statistic_data(name: &'static str, rows: &[StatisticRow]) -> Table {
    Table::new(name)
        .text("quantity", rows.iter().map(|row| row.quantity.as_str()))
        .text("about", rows.iter().map(|row| row.about.as_str()))
        .text("statistic", rows.iter().map(|row| row.statistic))
        .number("level", rows.iter().map(|row| row.level))
        .estimates("", rows.iter().map(|row| &row.estimate))
}

fn distribution_rows(distribution: &Distribution) -> Vec<StatisticRow> {
    let (name, about) = (distribution.name.as_str(), distribution.about.as_str());
    let row = |statistic, estimate| StatisticRow::new(name, about, statistic, estimate);
    let mut rows = vec![
        row("median", &distribution.median),
        row("gini", &distribution.gini),
        row("top_decile_share", &distribution.top_decile_share),
    ];
    rows.extend(quantile_rows(
        (name, about),
        &distribution.quantiles,
        &distribution.median,
    ));
    rows
}

fn strength_data(strength: &Strength) -> Table {
    let distributions = strength.distributions.iter();
    let mut rows: Vec<StatisticRow> = distributions.flat_map(distribution_rows).collect();
    rows.push(StatisticRow::new(
        "single_post_share",
        "Crossover users with exactly one post on the target sources",
        "share",
        &strength.single_post_share,
    ));
    statistic_data("strength", &rows)
}

/// How strongly crossover users take part: one row per quantity.
pub fn strength_table(result: &StudyResult) -> StudyTable {
    let distributions = &result.strength.distributions;
    let mut layout = Layout::of(
        strength_data(&result.strength),
        "How strongly crossover users take part in the target sources",
    )
    .basis(strength_basis(result))
    .when_empty("No quantity could be measured.")
    .only_rows(|row| row.text("statistic") == "median")
    .words("Quantity", |row, _| {
        Cell::text(words_of_name(row.text("quantity"))).meaning(row.text("about"))
    })
    .numbers("n", |row, _| row.count_cell("n"))
    .numbers("Median", |row, reasons| {
        reasons.value_and_interval(Unit::Amount, &row.estimate(""))
    });
    for level in quantile_levels(distributions) {
        let head = format!("{}\u{202F}%", fixed(level * 100.0, 0));
        layout = layout.numbers(head, move |row, reasons| {
            let quantile =
                statistic(row, QUANTILE, Some(level)).and_then(|row| row.number("value"));
            reasons.number(Unit::Amount, quantile, "quantile not given")
        });
    }
    layout
        .numbers("Gini", |row, reasons| {
            reasons.value_and_interval(Unit::Coefficient, &estimate_of(row, "gini"))
        })
        .numbers("Top tenth holds", |row, reasons| {
            reasons.value_and_interval(Unit::Share, &estimate_of(row, "top_decile_share"))
        })
        .finish()
}

fn strength_basis(result: &StudyResult) -> String {
    let distributions = result.strength.distributions.iter();
    format!(
        "Population: crossover users of {}, weighted by link probability; n by row. Percentages at \
         the head are quantiles. Intervals of 95\u{202F}% below the values. Method of median: {}. \
         Of Gini: {}. Of top tenth: {}.",
        result.about.public_source,
        method_of(distributions.clone().map(|row| &row.median)),
        method_of(distributions.clone().map(|row| &row.gini)),
        method_of(distributions.map(|row| &row.top_decile_share)),
    )
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

/// Another statistic of the quantity of a row.
fn statistic<'a>(row: &Row<'a>, statistic: &str, level: Option<f64>) -> Option<Row<'a>> {
    row.find(|other| {
        other.text("quantity") == row.text("quantity")
            && other.text("statistic") == statistic
            && other.number("level") == level
    })
}

fn estimate_of(row: &Row<'_>, name: &str) -> Estimate {
    statistic(row, name, None).map_or_else(
        || Estimate::missing(0, "not given"),
        |found| found.estimate(""),
    )
}

fn order_data(order: &Order) -> Table {
    let first = (
        "public_first_share",
        "share of crossover users whose first post was there",
    );
    let lag = ("lag_days", "from the public source to a target source");
    let mut rows = vec![
        StatisticRow::new(first.0, first.1, "share", &order.public_first_share),
        StatisticRow::new(lag.0, lag.1, "median", &order.lag_days_median),
    ];
    rows.extend(quantile_rows(
        lag,
        &order.lag_days_quantiles,
        &order.lag_days_median,
    ));
    statistic_data("order", &rows)
}

/// Which side came first.
pub fn order_table(result: &StudyResult) -> StudyTable {
    Layout::of(order_data(&result.order), "Which side came first")
        .basis(format!(
            "Population: crossover users of {} with dated posts on both sides. n and method by \
             row.",
            result.about.public_source
        ))
        .when_empty("No order could be established.")
        .only_rows(|row| row.text("statistic") != QUANTILE)
        .words("Statistic", |row, _| {
            let title = match row.text("statistic") {
                "share" => "Public source first",
                _ => "Median lag in days",
            };
            Cell::text(title).meaning(row.text("about"))
        })
        .numbers("Value", |row, reasons| {
            reasons.value(order_unit(row), &row.estimate(""))
        })
        .numbers("95\u{202F}% interval", |row, reasons| {
            reasons.interval(order_unit(row), &row.estimate(""))
        })
        .numbers("n", |row, _| row.count_cell("n"))
        .words("Method", |row, _| Cell::text(method(&row.estimate(""))))
        .finish()
}

fn order_unit(row: &Row<'_>) -> Unit {
    match row.text("statistic") {
        "share" => Unit::Share,
        _ => Unit::Amount,
    }
}

/// The data of the share that has crossed over time, also of its figure.
pub fn crossing_data(crossing: &Crossing) -> Table {
    let rows = crossing.points.iter();
    Table::new("crossing_time")
        .number("days", rows.clone().map(|row| Some(row.days)))
        .number(
            "at_risk_count",
            rows.clone().map(|row| Some(row.at_risk_count)),
        )
        .estimates("crossed_share_", rows.map(|row| &row.crossed_share))
}

/// The share that has crossed by a time.
pub fn crossing_table(result: &StudyResult) -> StudyTable {
    let crossing = &result.crossing;
    Layout::of(
        crossing_data(crossing),
        "Share that has posted on a target source, by time since registration",
    )
    .basis(format!(
        "Population: accounts of {} followed from their registration ({}). Design: {}. Method: {}.",
        result.about.public_source,
        n_is(crossing.followed_count),
        without_full_stop(&crossing.design),
        method_of(crossing.points.iter().map(|point| &point.crossed_share)),
    ))
    .when_empty("The time to a crossing could not be estimated.")
    .numbers("Days", |row, _| row.fixed_cell("days", 0))
    .numbers("Still followed", |row, _| {
        let at_risk = row.number("at_risk_count").unwrap_or(0.0);
        Cell::text(count(at_risk.round() as u64))
    })
    .numbers("Share", |row, reasons| {
        reasons.value(Unit::Share, &row.estimate("crossed_share_"))
    })
    .numbers("95\u{202F}% interval", |row, reasons| {
        reasons.interval(Unit::Share, &row.estimate("crossed_share_"))
    })
    .finish()
}
