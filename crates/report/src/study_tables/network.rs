//! Tables of the network of the public source.

use entangle_model::study::Network;

use super::comparison_table;
use crate::table::Table;

/// Every table of the network, in the order in which the files are written.
pub fn network_tables(network: &Network) -> [Table; 5] {
    [
        ties_table(network),
        chance_table(network),
        degree_table(network),
        comparison_table("network_measures", &network.measures),
        bridges_table(network),
    ]
}

/// Numbers of the network as a whole, and what became of the posts.
fn ties_table(network: &Network) -> Table {
    let communities = network.communities.as_ref();
    let betweenness = network.betweenness.as_ref();
    let number = |count: u64| Some(count as f64);
    let mut rows: Vec<(String, Option<f64>)> = [
        ("accounts with a tie", number(network.account_count)),
        ("ordered pairs", number(network.pair_count)),
        (
            "ordered pairs left out",
            number(network.left_out_pair_count),
        ),
        (
            "posts a pair must have",
            number(network.least_pair_post_count),
        ),
        ("share answered back", network.reciprocity.value),
        (
            "deepest core",
            network.core_number_max.map(|number| number as f64),
        ),
        (
            "communities of two or more",
            communities.and_then(|one| number(one.community_count)),
        ),
        (
            "share in the largest community",
            communities.map(|one| one.largest_share),
        ),
        ("modularity", communities.map(|one| one.modularity)),
        (
            "starting points of shortest paths",
            betweenness.and_then(|one| number(one.pivot_count)),
        ),
        (
            "accounts on most shortest paths",
            betweenness.and_then(|one| number(one.top_count)),
        ),
        (
            "median relative error of their betweenness",
            betweenness.map(|one| one.top_relative_error_median),
        ),
        (
            "share of them clear of the border",
            betweenness.map(|one| one.top_clear_share),
        ),
    ]
    .map(|(quantity, value)| (quantity.to_owned(), value))
    .into();
    let of_posts = network.post_uses.iter();
    rows.extend(of_posts.map(|posts| (format!("posts: {}", posts.reason), number(posts.count))));
    Table::new("network")
        .text(
            "quantity",
            rows.iter().map(|(quantity, _)| quantity.as_str()),
        )
        .number("value", rows.iter().map(|(_, value)| *value))
}

/// Quantities beside their null, also the data of the figure.
pub fn chance_table(network: &Network) -> Table {
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

/// Shares by number of accounts at the other end, also the data of the figure.
pub fn degree_table(network: &Network) -> Table {
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

fn bridges_table(network: &Network) -> Table {
    let rows = network.bridges.iter();
    Table::new("network_bridges")
        .count("target_count", rows.clone().map(|row| row.target_count))
        .estimates("persona_count_", rows.map(|row| &row.persona_count))
}
