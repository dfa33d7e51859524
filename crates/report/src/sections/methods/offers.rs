//! How offers and requests were labelled.

use entangle_model::study::StudyResult;

use crate::document::{Block, Text};
use crate::number::finite;
use crate::wording::{counted, without_full_stop};

/// The labelling, the comparison and what is known of the errors; nothing where no post had a text.
pub(super) fn offers(result: &StudyResult) -> Vec<Block> {
    let offers = &result.offers;
    if offers.labelled_post_count == 0 {
        return Vec::new();
    }
    let mut text = Text::new()
        .words("Design: ")
        .name(without_full_stop(&offers.design))
        .words(format!(
            ". Labelled were {}",
            counted(offers.labelled_post_count, "post", "posts")
        ));
    let share = offers
        .shares
        .iter()
        .map(|row| &row.other_account_share)
        .find(|share| finite(share.value).is_some());
    if let Some(share) = share {
        text = text
            .words(". Shares: ")
            .name(without_full_stop(&share.method));
    }
    let error = offers.errors.iter().map(|row| &row.precision);
    if let Some(error) = error.clone().find(|error| finite(error.value).is_some()) {
        text = text
            .words(". Precision and recall of the rules were measured on other sources: ")
            .name(without_full_stop(&error.method));
    }
    vec![Block::Paragraph(text.words("."))]
}
