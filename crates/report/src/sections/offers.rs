//! What accounts offer and ask for on the public source.

use entangle_model::study::StudyResult;

use crate::document::{Block, Text};
use crate::number::count;
use crate::wording::without_full_stop;

/// Design, shares, comparison, subjects, prices and errors.
pub fn offers(result: &StudyResult) -> Vec<Block> {
    let offers = &result.offers;
    vec![
        Block::Paragraph(
            Text::new()
                .words("Design: ")
                .name(without_full_stop(&offers.design))
                .words(format!(
                    ". Posts with a text: {}.",
                    count(offers.labelled_post_count)
                )),
        ),
        Block::Caution(Text::from(
            "These shares are labelled by rules and not corrected. Rules miss offers and take other \
             texts for offers, and may do so more in one group than in another. The command entangle \
             study code draws posts for human coders and corrects the shares by their codes.",
        )),
        Block::Table("offer_shares"),
        Block::Heading("Are crossover users different?".to_owned()),
        Block::Table("offer_measures"),
        Block::Heading("What is traded, and for how much".to_owned()),
        Block::Table("offer_subjects"),
        Block::Table("offer_prices"),
        Block::Heading("Errors of the rules".to_owned()),
        Block::Table("offer_errors"),
    ]
}
