//! Offers and requests of few.

use entangle_model::Estimate;
use entangle_model::study::{OfferShare, Offers};

use super::compared::leave_out_small_comparisons;
use super::{is_few, rests_on_few, withhold};
use crate::number::finite;

/// Takes out what few crossover users or few accounts have. A class that is taken out here takes
/// the comparisons with it, because they would give it away.
pub(super) fn withhold_offers(offers: &mut Offers, floor: u64) {
    let why = rests_on_few(floor);
    let has_few = |share: &Estimate| {
        let count = finite(share.value).map(|value| (value * share.n as f64).round());
        count.is_some_and(|count| is_few(count, floor))
    };
    let mut is_any_withheld = false;
    for row in &mut offers.shares {
        if has_few(&row.crossover_account_share) {
            is_any_withheld = true;
            withhold_share(row, &why);
        }
    }
    leave_out_small_comparisons(&mut offers.measures, floor);
    if is_any_withheld {
        offers.measures.clear();
    }
    for row in &mut offers.subjects {
        if has_few(&row.crossover_account_share) {
            withhold(&mut row.crossover_account_share, &why);
        }
    }
    offers.prices.retain(|row| row.account_count >= floor);
}

fn withhold_share(row: &mut OfferShare, why: &str) {
    for estimate in [
        &mut row.crossover_account_share,
        &mut row.account_share_difference,
        &mut row.crossover_post_share,
        &mut row.expected_account_share,
    ] {
        withhold(estimate, why);
    }
}

#[cfg(test)]
mod tests {
    use super::super::withhold_small_counts;
    use crate::fixture;

    #[test]
    fn a_class_that_few_crossover_users_have_is_withheld_with_the_comparisons() {
        let mut result = fixture::realistic();
        let share = &mut result.offers.shares[2].crossover_account_share;
        (share.value, share.n) = (Some(0.009), 900);
        result.offers.measures = result.behaviour.features.clone();
        let price = &mut result.offers.prices[1];
        price.account_count = 9;
        let shown = withhold_small_counts(&result).offers;
        assert_eq!(shown.shares[2].crossover_account_share.value, None);
        assert_eq!(shown.shares[2].account_share_difference.value, None);
        assert!(shown.shares[2].other_account_share.value.is_some());
        assert!(shown.shares[0].crossover_account_share.value.is_some());
        assert!(shown.measures.is_empty());
        assert_eq!(shown.prices.len(), 1);
    }
}
