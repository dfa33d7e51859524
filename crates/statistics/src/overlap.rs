//! How many accounts two sources have in common when it is uncertain which accounts are linked.
//!
//! Not for the share on one source or on any; that is [`crate::prevalence`].

use crate::prevalence::{CandidateLink, ExpectedShare, any_link_probability, expected_share_by};

/// Share of `account_count` accounts expected to have a true link to both targets.
///
/// An account counts by the product of its probabilities of a true link to either: given the
/// evidence, links to different targets are taken as independent (methods 3), as they are in
/// [`crate::prevalence::expected_share`], whose interval this is for another event. Where one
/// mistake makes both links, as a common name does, the product is too small.
///
/// Candidates of one account must stand next to each other; `log_odds_shift_bits` is as there.
/// `None` for a population without accounts.
pub fn expected_overlap(
    candidates: &[CandidateLink],
    targets: [usize; 2],
    account_count: u64,
    log_odds_shift_bits: &[Vec<f64>],
) -> Option<ExpectedShare> {
    // Few accounts have candidates on both, and only they are gone through for every draw.
    let of_both: Vec<&[CandidateLink]> = candidates
        .chunk_by(|left, right| left.account == right.account)
        .filter(|of_account| {
            targets
                .iter()
                .all(|target| of_account.iter().any(|one| one.target == *target))
        })
        .collect();
    expected_share_by(account_count, log_odds_shift_bits, |draw, add| {
        for of_account in &of_both {
            let [first, second] = targets.map(|target| {
                let of_target = of_account.iter().filter(|one| one.target == target);
                any_link_probability(of_target.map(|one| draw.probability(one)))
            });
            add(first * second);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(account: usize, target: usize, probability: f64) -> CandidateLink {
        CandidateLink {
            account,
            target,
            probability,
        }
    }

    #[test]
    fn only_accounts_with_candidates_on_both_targets_count() {
        let links = [
            link(0, 0, 1.0),
            link(0, 1, 0.5),
            link(0, 1, 0.5),
            link(1, 0, 1.0),
            link(2, 1, 0.9),
            link(2, 2, 0.9),
        ];
        let overlap = |targets| {
            let expected = expected_overlap(&links, targets, 10, &[]);
            expected.unwrap().share.value
        };
        assert!((overlap([0, 1]) - 0.075).abs() < 1e-12);
        assert_eq!(overlap([0, 1]), overlap([1, 0]));
        assert_eq!(overlap([0, 2]), 0.0);
    }

    #[test]
    fn overlap_of_nobody_is_missing_and_draws_widen_its_interval() {
        assert!(expected_overlap(&[], [0, 1], 0, &[]).is_none());
        let links: Vec<CandidateLink> = (0..100)
            .flat_map(|account| [link(account, 0, 0.6), link(account, 1, 0.6)])
            .collect();
        let width = |draws: &[Vec<f64>]| {
            let share = expected_overlap(&links, [0, 1], 1000, draws).unwrap().share;
            share.high - share.low
        };
        assert!(width(&[vec![-2.0, -2.0], vec![2.0, 2.0]]) > 1.5 * width(&[]));
    }
}
