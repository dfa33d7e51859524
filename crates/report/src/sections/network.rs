//! Who answers whom on the public source, and where crossover users stand.

use entangle_model::study::StudyResult;

use crate::document::{Block, Text};
use crate::wording::without_full_stop;

/// Design, size, nulls, degrees, measures and bridges.
pub fn network(result: &StudyResult) -> Vec<Block> {
    let heading = |words: &str| Block::Heading(words.to_owned());
    vec![
        Block::Paragraph(
            Text::new()
                .words("Design: ")
                .name(without_full_stop(&result.network.design))
                .words("."),
        ),
        Block::Table("network"),
        Block::Table("network_posts"),
        heading("Do crossover users stand together"),
        Block::Paragraph(
            Text::new()
                .words(
                    "Observed numbers are compared with those of labels dealt anew over the same \
                     network. ",
                )
                .term("Distinguishable")
                .words(" means that few deals reach the number; ")
                .term("undecided")
                .words(
                    " is not sameness. Standing together does not show that people know one \
                     another: they may write on the same boards.",
                ),
        ),
        Block::Figure("network_mixing"),
        Block::Table("network_mixing"),
        heading("Where crossover users stand"),
        Block::Figure("network_degree"),
        Block::Table("network_measures"),
        heading("Personas that lead to target sources"),
        Block::Table("network_bridges"),
    ]
}
