//! Who answers whom on the public source, and where crossover users stand.

use entangle_model::study::{ChanceComparison, Network, StudyResult};
use maud::{Markup, html};

use super::behaviour::comparison_view;
use super::parts::{
    Notes, Numbering, TableView, estimate_cell, figure, name, name_and_meaning, numbers,
    value_cell, words,
};
use crate::figure::Figure;
use crate::number::{Unit, count, finite, fixed, p_value, percent};
use crate::wording::{method_of, without_full_stop, words_of_name};

/// Design, size, nulls, degrees, measures and bridges.
pub fn network(result: &StudyResult, figures: &[Figure], numbering: &mut Numbering) -> Markup {
    let network = &result.network;
    html! {
        p { "Design: " (name(without_full_stop(&network.design))) "." }
        (size(network))
        (posts_table(result).markup(numbering))
        h3 { "Do crossover users stand together" }
        p {
            "Observed numbers are compared with those of labels dealt anew over the same network. "
            i { "Distinguishable" } " means that few deals reach the number; " i { "undecided" }
            " is not sameness. Standing together does not show that people know one another: they \
             may write on the same boards."
        }
        (figure(figures, "network_mixing", numbering))
        (chance_table(network).markup(numbering))
        h3 { "Where crossover users stand" }
        (figure(figures, "network_degree", numbering))
        (comparison_view(
            &network.measures,
            "Measures of the network, crossover users and matched others",
            &result.about.public_source,
            result.behaviour.equivalence_margin,
            "tables/network_measures.csv",
        ).markup(numbering))
        h3 { "Personas that lead to target sources" }
        (bridges_table(network).markup(numbering))
    }
}

fn size(network: &Network) -> Markup {
    html! {
        p {
            (count(network.account_count)) " accounts with a tie, " (count(network.pair_count))
            " ordered pairs"
            @if let Some(share) = finite(network.reciprocity.value) {
                ", " (percent(share, network.reciprocity.n)) " of them answered back"
            }
            @if let Some(core) = network.core_number_max { "; deepest core " (count(core)) }
            @if let Some(communities) = &network.communities {
                "; " (count(communities.community_count)) " communities of two accounts or more, the \
                 largest with " (percent(communities.largest_share, network.account_count))
                " of the accounts, modularity " (fixed(communities.modularity, 2))
            }
            "."
            @if let Some(sample) = &network.betweenness {
                " Shortest paths were followed from " (count(sample.pivot_count)) " accounts; among the "
                (count(sample.top_count)) " accounts on most of them the standard error of the sample \
                 is " (percent(sample.top_relative_error_median, 0)) " of the value (median), and "
                (percent(sample.top_clear_share, 0)) " of them are clear of the border."
            }
        }
    }
}

fn posts_table(result: &StudyResult) -> TableView {
    let network = &result.network;
    let row = |posts: &entangle_model::study::CountedReason| {
        vec![name(&posts.reason), html! { (count(posts.count)) }]
    };
    TableView {
        title: "What became of the posts of the population".to_owned(),
        basis: format!(
            "Population: posts in the window of accounts of {} that the rule includes.",
            result.about.public_source
        ),
        data_file: "tables/network.csv",
        heads: vec![words("A post counts as"), numbers("Posts")],
        rows: network.post_uses.iter().map(row).collect(),
        when_empty: "There were no posts.",
        notes: Notes::default(),
    }
}

fn chance_table(network: &Network) -> TableView {
    let mut notes = Notes::default();
    let rows = network.chance.iter();
    let rows = rows.map(|row| chance_row(&mut notes, row)).collect();
    let permutation_count = network
        .chance
        .first()
        .map_or(0, |row| row.permutation_count);
    TableView {
        title: "Crossover users in the network, beside labels dealt anew".to_owned(),
        basis: format!(
            "Population: accounts with a tie. {} deals of the labels within strata of ties and time. \
             By chance: mean, and below it where 95 of 100 deals fall. Method of ratio: {}. p \
             two-sided, adjusted over the quantities of a form after Benjamini and Hochberg.",
            count(permutation_count),
            method_of(network.chance.iter().map(|row| &row.ratio)),
        ),
        data_file: "tables/network_mixing.csv",
        heads: vec![
            words("Quantity"),
            words("Form"),
            numbers("Observed"),
            numbers("By chance"),
            numbers("Ratio"),
            numbers("p"),
            numbers("Adjusted p"),
            words("Verdict"),
        ],
        rows,
        when_empty: "There was no network to compare.",
        notes,
    }
}

fn chance_row(notes: &mut Notes, row: &ChanceComparison) -> Vec<Markup> {
    let unit = match row.quantity.ends_with("_share") {
        true => Unit::Share,
        false => Unit::Amount,
    };
    vec![
        name_and_meaning(&words_of_name(&row.quantity), &row.about),
        name(&row.form),
        value_cell(notes, unit, &row.observed),
        estimate_cell(notes, unit, &row.by_chance),
        estimate_cell(notes, Unit::Coefficient, &row.ratio),
        html! { (p_value(row.p)) },
        html! { (p_value(row.adjusted_p)) },
        html! { (row.verdict.as_str()) },
    ]
}

fn bridges_table(network: &Network) -> TableView {
    let mut notes = Notes::default();
    let rows = network.bridges.iter();
    let rows = rows
        .map(|bridge| {
            vec![
                html! { (count(bridge.target_count)) },
                value_cell(&mut notes, Unit::Count, &bridge.persona_count),
            ]
        })
        .collect();
    TableView {
        title: "Personas with an account of the population, by target sources they lead to"
            .to_owned(),
        basis: format!(
            "Population: personas made from links at or above the threshold of the linkage. Method: {}.",
            method_of(network.bridges.iter().map(|bridge| &bridge.persona_count))
        ),
        data_file: "tables/network_bridges.csv",
        heads: vec![numbers("Target sources"), numbers("Personas")],
        rows,
        when_empty: "No persona leads from the population to a target source.",
        notes,
    }
}
