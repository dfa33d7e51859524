//! The network of the public source.

use entangle_model::study::{Network, StudyResult};

use super::feature_comparison::{comparison_data, comparison_table};
use crate::number::{Unit, count};
use crate::study_table::{Cell, Layout, Row, StudyTable};
use crate::table::Table;
use crate::wording::{method_of, words_of_name};

/// A number of the network as a whole.
struct Quantity {
    name: &'static str,
    about: &'static str,
    unit: Unit,
    value: Option<f64>,
}

/// The numbers in the order in which they are shown.
fn quantities(network: &Network) -> [Quantity; 13] {
    let communities = network.communities.as_ref();
    let sample = network.betweenness.as_ref();
    let counted = |name, about, count: Option<u64>| Quantity {
        name,
        about,
        unit: Unit::Count,
        value: count.map(|count| count as f64),
    };
    let share = |name, about, value| Quantity {
        name,
        about,
        unit: Unit::Share,
        value,
    };
    [
        counted(
            "accounts with a tie",
            "answer another account or are answered",
            Some(network.account_count),
        ),
        counted(
            "ordered pairs",
            "one account answers the other, however often",
            Some(network.pair_count),
        ),
        counted(
            "ordered pairs left out",
            "because there were more than can be held",
            Some(network.left_out_pair_count),
        ),
        counted(
            "posts a pair must have",
            "to be kept",
            Some(network.least_pair_post_count),
        ),
        share(
            "share answered back",
            "ordered pairs in which the other answers too",
            network.reciprocity.value,
        ),
        counted(
            "deepest core",
            "ties that each account of it has within it",
            network.core_number_max,
        ),
        counted(
            "communities of two or more",
            "accounts with more ties among them than their numbers of ties give",
            communities.map(|one| one.community_count),
        ),
        share(
            "share in the largest community",
            "of the accounts with a tie",
            communities.map(|one| one.largest_share),
        ),
        Quantity {
            name: "modularity",
            about: "share of posts inside communities beyond what numbers of posts give",
            unit: Unit::Coefficient,
            value: communities.map(|one| one.modularity),
        },
        counted(
            "starting points of shortest paths",
            "accounts, drawn at random or all",
            sample.map(|one| one.pivot_count),
        ),
        counted(
            "accounts on most shortest paths",
            "the twentieth with the largest betweenness",
            sample.map(|one| one.top_count),
        ),
        share(
            "median relative error of their betweenness",
            "standard error of the sample over the value",
            sample.map(|one| one.top_relative_error_median),
        ),
        share(
            "share of them clear of the border",
            "that the sample tells apart from the last of them",
            sample.map(|one| one.top_clear_share),
        ),
    ]
}

/// Numbers of the network as a whole.
pub fn network_table(result: &StudyResult) -> StudyTable {
    let quantities = quantities(&result.network);
    let rows = quantities.iter();
    let data = Table::new("network")
        .text("quantity", rows.clone().map(|row| row.name))
        .text("about", rows.clone().map(|row| row.about))
        .text("unit", rows.clone().map(|row| row.unit.name()))
        .number("value", rows.map(|row| row.value));
    Layout::of(data, "The network of who answers whom on the public source")
        .basis(format!(
            "Population: accounts of {} that the rule includes, and the ties among them; n: the \
             counts themselves. Method: counted; betweenness by a sample of shortest paths where \
             there are more accounts than starting points.",
            result.about.public_source
        ))
        .when_empty("There is no network.")
        .words("Quantity", |row, _| {
            row.text_cell("quantity").meaning(row.text("about"))
        })
        .numbers("Value", |row, reasons| {
            let unit = Unit::of_name(row.text("unit"));
            match (unit, row.number("value")) {
                (Unit::Count, Some(number)) => Cell::text(count(number as u64)),
                (unit, number) => reasons.number(unit, number, "there are no ties"),
            }
        })
        .finish()
}

/// What became of the posts.
pub fn posts_table(result: &StudyResult) -> StudyTable {
    let rows = result.network.post_uses.iter();
    let data = Table::new("network_posts")
        .text("use", rows.clone().map(|row| row.reason.as_str()))
        .count("post_count", rows.map(|row| row.count));
    Layout::of(data, "What became of the posts of the population")
        .basis(format!(
            "Population: posts in the window of accounts of {} that the rule includes; n: the \
             counts themselves. Method: counted.",
            result.about.public_source
        ))
        .when_empty("There were no posts.")
        .words("A post counts as", |row, _| row.text_cell("use"))
        .numbers("Posts", |row, _| row.count_cell("post_count"))
        .finish()
}

/// The data of quantities beside their null, also of their figure.
pub fn chance_data(network: &Network) -> Table {
    let rows = network.chance.iter();
    Table::new("network_mixing")
        .text("quantity", rows.clone().map(|row| row.quantity.as_str()))
        .text("about", rows.clone().map(|row| row.about.as_str()))
        .text("form", rows.clone().map(|row| row.form.as_str()))
        .estimates("observed_", rows.clone().map(|row| &row.observed))
        .estimates("by_chance_", rows.clone().map(|row| &row.by_chance))
        .estimates("ratio_", rows.clone().map(|row| &row.ratio))
        .number("p", rows.clone().map(|row| row.p))
        .number("adjusted_p", rows.clone().map(|row| row.adjusted_p))
        .count(
            "permutation_count",
            rows.clone().map(|row| row.permutation_count),
        )
        .text("verdict", rows.map(|row| row.verdict.as_str()))
}

/// Quantities beside their null.
pub fn chance_table(result: &StudyResult) -> StudyTable {
    let rows = result.network.chance.iter();
    let deals = rows.clone().map(|row| row.permutation_count).max();
    Layout::of(
        chance_data(&result.network),
        "Crossover users in the network, beside labels dealt anew",
    )
    .basis(format!(
        "Population: accounts of {} with a tie. {} deals of the labels within strata of ties and \
         time. By chance: mean, and below it where 95 of 100 deals fall. Intervals of 95\u{202F}% \
         below the ratios. Method of ratio: {}. p two-sided, adjusted over the quantities of a \
         form after Benjamini and Hochberg. n in the data.",
        result.about.public_source,
        count(deals.unwrap_or(0)),
        method_of(rows.map(|row| &row.ratio)),
    ))
    .when_empty("There was no network to compare.")
    .words("Quantity", |row, _| {
        Cell::text(words_of_name(row.text("quantity"))).meaning(row.text("about"))
    })
    .words("Form", |row, _| row.text_cell("form"))
    .numbers("Observed", |row, reasons| {
        reasons.value(chance_unit(row), &row.estimate("observed_"))
    })
    .numbers("By chance", |row, reasons| {
        reasons.value_and_interval(chance_unit(row), &row.estimate("by_chance_"))
    })
    .numbers("Ratio", |row, reasons| {
        reasons.value_and_interval(Unit::Coefficient, &row.estimate("ratio_"))
    })
    .numbers("p", |row, reasons| reasons.p(row.number("p")))
    .numbers("Adjusted p", |row, reasons| {
        reasons.p(row.number("adjusted_p"))
    })
    .words("Verdict", |row, _| row.text_cell("verdict"))
    .finish()
}

fn chance_unit(row: &Row<'_>) -> Unit {
    match row.text("quantity").ends_with("_share") {
        true => Unit::Share,
        false => Unit::Amount,
    }
}

/// The data of shares by number of accounts at the other end, also of their figure.
pub fn degree_data(network: &Network) -> Table {
    let rows = network.degrees.iter();
    Table::new("network_degree")
        .text("direction", rows.clone().map(|row| row.direction.as_str()))
        .count(
            "least_account_count",
            rows.clone().map(|row| row.least_account_count),
        )
        .estimates(
            "crossover_share_",
            rows.clone().map(|row| &row.crossover_share),
        )
        .estimates("other_share_", rows.map(|row| &row.other_share))
}

/// Shares by number of accounts at the other end.
pub fn degree_table(result: &StudyResult) -> StudyTable {
    let rows = result.network.degrees.iter();
    Layout::of(
        degree_data(&result.network),
        "Share of accounts that answer, or are answered by, at least so many accounts",
    )
    .basis(format!(
        "Population: accounts of {} that the rule includes; n in the data. Intervals of \
         95\u{202F}% below the values. Method of crossover users: {}. Of others: {}.",
        result.about.public_source,
        method_of(rows.clone().map(|row| &row.crossover_share)),
        method_of(rows.map(|row| &row.other_share)),
    ))
    .when_empty("Too few crossover users have ties.")
    .grouped_by(|row| {
        match row.text("direction") {
            "answers" => "Answers",
            _ => "Answered by",
        }
        .to_owned()
    })
    .numbers("Accounts, at least", |row, _| {
        row.count_cell("least_account_count")
    })
    .numbers("Crossover users", |row, reasons| {
        reasons.value_and_interval(Unit::Share, &row.estimate("crossover_share_"))
    })
    .numbers("Others", |row, reasons| {
        reasons.value_and_interval(Unit::Share, &row.estimate("other_share_"))
    })
    .finish()
}

/// Measures of the network compared with matched others.
pub fn measures_table(result: &StudyResult) -> StudyTable {
    let measures = &result.network.measures;
    comparison_table(
        result,
        measures,
        comparison_data("network_measures", measures),
        "Measures of the network, crossover users and matched others",
    )
}

/// Personas that lead from the population to target sources.
pub fn bridges_table(result: &StudyResult) -> StudyTable {
    let rows = result.network.bridges.iter();
    let data = Table::new("network_bridges")
        .count("target_count", rows.clone().map(|row| row.target_count))
        .estimates("persona_count_", rows.clone().map(|row| &row.persona_count));
    Layout::of(
        data,
        "Personas with an account of the population, by target sources they lead to",
    )
    .basis(format!(
        "Population: personas made from links at or above the threshold of the linkage; n in the \
         data. Method: {}.",
        method_of(rows.map(|row| &row.persona_count))
    ))
    .when_empty("No persona leads from the population to a target source.")
    .numbers("Target sources", |row, _| row.count_cell("target_count"))
    .numbers("Personas", |row, reasons| {
        reasons.value(Unit::Count, &row.estimate("persona_count_"))
    })
    .finish()
}
