//! What accounts offer and ask for on the public source, and whether crossover users do so more
//! than matched others (methods 5).
//!
//! ```text
//! public_posts ──► offer_label (rules) ──► labels per account ──► shares, subjects, prices
//! ```
//!
//! Labels are those of rules and are wrong at the rate that is stated beside them. Not for correcting
//! them; that needs human codes and is in [`crate::coding`].

pub(crate) mod labels;
mod prices;
mod published_error;
mod shares;

use datafusion::error::DataFusionError;
use entangle_model::study::{Limit, Offers};

use crate::feature_comparison::ComparedGroups;
use crate::inputs::StudyInputs;
use crate::study_tables::StudyTables;
use crate::suppression::suppressed_because;
use labels::read_labels;
use prices::offer_prices;
use published_error::published_errors;
use shares::SharesOfClasses;

/// Labels the posts and compares.
pub(crate) async fn offers(
    tables: &StudyTables,
    inputs: &StudyInputs<'_>,
    groups: &ComparedGroups<'_>,
) -> Result<Offers, DataFusionError> {
    let labels = read_labels(tables, inputs.accounts.len()).await?;
    let labelled_post_count = labels.accounts.iter().map(|one| one.post_count).sum();
    let shares = SharesOfClasses::of(inputs, groups, &labels.accounts);
    Ok(Offers {
        design: design_in_words(groups),
        labelled_post_count,
        errors: published_errors(),
        subjects: shares.subjects(),
        measures: shares.measures(),
        shares: shares.shares,
        prices: offer_prices(inputs, groups, &labels.prices),
    })
}

fn design_in_words(groups: &ComparedGroups<'_>) -> String {
    let compared = match (groups.matched.sets.len() as u64) < groups.least {
        true => format!(
            "Groups are not compared: {}.",
            suppressed_because(groups.least)
        ),
        false => groups.matched.design_in_words(groups.least),
    };
    format!(
        "Every post of the population with a text, what opens a thread together with the thread's \
         title, is labelled by rules for English and Russian as sell, buy, hire, seek_work or none. \
         Shares are labelled by rules and not corrected for their errors. An offer sells or seeks \
         work; a request buys or hires. {compared}"
    )
}

/// What limits the part; `None` where no post was labelled.
pub(crate) fn offers_limit(offers: &Offers) -> Option<Limit> {
    (offers.labelled_post_count > 0).then(|| Limit {
        part: "offers".to_owned(),
        limit: "Offers and requests are labels of rules for English and Russian. Posts in other \
                languages, pictures and allusions are labelled none. A difference between groups may \
                be one of how the rules err on them; `entangle study code` corrects shares by human \
                codes."
            .to_owned(),
    })
}
