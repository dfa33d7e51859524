//! Sentences on offers and requests.

use entangle_model::study::{OfferShare, Offers};

use super::{in_words, sentence};
use crate::number::Unit;

/// Offers and requests of crossover users beside matched others, with what labels are worth.
pub(super) fn offer_sentences(offers: &Offers) -> Vec<String> {
    if offers.labelled_post_count == 0 {
        return vec!["No post with a text was there to be labelled.".to_owned()];
    }
    let sides = offers.shares.iter();
    let mut sentences: Vec<String> = sides
        .filter(|row| ["offer", "request"].contains(&row.class.as_str()))
        .map(side_sentence)
        .collect();
    sentences.push(
        "These are labels of rules, uncorrected; human codes on a sample of posts correct them."
            .to_owned(),
    );
    sentences
}

fn side_sentence(row: &OfferShare) -> String {
    let side = match row.class.as_str() {
        "offer" => "an offer",
        _ => "a request",
    };
    let subject = format!("The share of crossover users with {side}");
    sentence(
        &subject,
        Unit::Share,
        &row.crossover_account_share,
        |share| {
            format!(
                "{share} of the crossover users and {} of their matched others have one post or more \
                 labelled {side}.",
                in_words(Unit::Share, &row.other_account_share)
            )
        },
    )
}
