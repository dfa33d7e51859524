//! How the network of the public source was made and compared.

use entangle_model::study::{ChanceComparison, Network, StudyResult};

use super::described;
use crate::document::{Block, Text};
use crate::number::{count, finite};
use crate::wording::{counted, joined, without_full_stop, words_of_name};

/// What a tie is, which measures there are, and what they were compared with; nothing where there
/// is no tie.
pub(super) fn network(result: &StudyResult) -> Vec<Block> {
    let network = &result.network;
    if network.pair_count == 0 {
        return Vec::new();
    }
    let mut blocks = vec![
        Block::Paragraph(
            Text::new()
                .words("Design: ")
                .name(without_full_stop(&network.design))
                .words("."),
        ),
        Block::Paragraph(Text::from(algorithms(network))),
    ];
    let items = comparisons(network);
    if !items.is_empty() {
        blocks.push(Block::List(items));
    }
    blocks
}

fn algorithms(network: &Network) -> String {
    let mut sentences = vec![format!(
        "The network has {} with a tie and {}.",
        counted(network.account_count, "account", "accounts"),
        counted(network.pair_count, "ordered pair", "ordered pairs"),
    )];
    if network.core_number_max.is_some() {
        sentences.push(
            "Cores are those of Seidman (1983), on ties without direction, and PageRank is that \
             of Brin and Page (1998)."
                .to_owned(),
        );
    }
    if network.communities.is_some() {
        sentences.push(
            "Communities were found by modularity with the method of Blondel, Guillaume, \
             Lambiotte and Lefebvre (2008); other divisions may be as good."
                .to_owned(),
        );
    }
    if let Some(sample) = &network.betweenness {
        let from = match sample.pivot_count < network.account_count {
            true => format!(
                "{} drawn without replacement (Brandes and Pich 2007)",
                counted(sample.pivot_count, "starting point", "starting points")
            ),
            false => "every account".to_owned(),
        };
        sentences.push(format!(
            "Betweenness sums over shortest paths (Brandes 2001) from {from}; {} count as those \
             on most paths.",
            counted(sample.top_count, "account", "accounts"),
        ));
    }
    sentences.join(" ")
}

fn comparisons(network: &Network) -> Vec<Text> {
    let mut items = Vec::new();
    let tested: Vec<&ChanceComparison> = network
        .chance
        .iter()
        .filter(|row| finite(row.by_chance.value).is_some())
        .collect();
    if let Some(first) = tested.first() {
        items.push(mixing(first, &tested));
    }
    let points = || network.degrees.iter();
    items.extend(described(
        "Numbers of accounts at the other end, crossover users",
        points().map(|point| &point.crossover_share),
    ));
    items.extend(described(
        "Numbers of accounts at the other end, others",
        points().map(|point| &point.other_share),
    ));
    let measures = &network.measures;
    if !measures.is_empty() {
        let names: Vec<String> = measures
            .iter()
            .map(|row| words_of_name(&row.feature))
            .collect();
        items.push(
            Text::new()
                .strong("Measures compared with matched others: ")
                .name(joined(&names))
                .words(", by the tests used for behaviour, p adjusted over these measures."),
        );
    }
    items.extend(described(
        "Personas that lead to target sources",
        network.bridges.iter().map(|bridge| &bridge.persona_count),
    ));
    items
}

fn mixing(first: &ChanceComparison, tested: &[&ChanceComparison]) -> Text {
    let mut names: Vec<String> = tested
        .iter()
        .map(|row| words_of_name(&row.quantity))
        .collect();
    // Forms stand one after the other with the same quantities.
    names.sort_unstable();
    names.dedup();
    let mut text = Text::new()
        .strong("Beside chance: ")
        .name(joined(&names))
        .words(format!(
            ", each beside {} deals of the labels (Hubert and Schultz 1976)",
            count(first.permutation_count)
        ));
    let mut ratios = tested.iter().map(|row| &row.ratio);
    if let Some(ratio) = ratios.find(|ratio| finite(ratio.value).is_some()) {
        text = text
            .words("; ratio: ")
            .name(without_full_stop(&ratio.method));
    }
    if tested.iter().any(|row| finite(row.adjusted_p).is_some()) {
        text = text.words(
            "; p two-sided, with the observed labels counted among the deals (Phipson and Smyth \
             2010), and adjusted over the quantities of a form after Benjamini and Hochberg \
             (1995)",
        );
    }
    text.words(".")
}
