//! Share of a total that uncertain members hold, for instance of the posts of a source.

use crate::interval::Bounded;
use crate::prevalence::{CandidateLink, ParameterDraw, candidates_of_accounts};
use crate::processors;

/// Expected share of `total` held by the accounts that have a true link, with a 95 % interval
/// that carries which links are true and the parameter draws.
///
/// `amounts` gives what each account holds, indexed by the candidates' `account`; candidates of
/// one account must stand next to each other. `log_odds_shift_bits` is as in
/// [`crate::prevalence::expected_share`]. The interval is normal, clipped to `[0, 1]`, with the
/// variance by the law of total variance. `None` where the total is not positive.
pub fn expected_share_of_total(
    candidates: &[CandidateLink],
    amounts: &[f64],
    total: f64,
    log_odds_shift_bits: &[Vec<f64>],
) -> Option<Bounded> {
    if total.is_nan() || total <= 0.0 {
        return None;
    }
    let moments = |shifts_bits: &[f64]| {
        let draw = ParameterDraw::of_shifts(shifts_bits);
        let (mut mean, mut variance) = (0.0, 0.0);
        for (account, any) in candidates_of_accounts(candidates, &draw) {
            let share = amounts.get(account).copied().unwrap_or(0.0) / total;
            mean += share * any;
            variance += share * share * any * (1.0 - any);
        }
        (mean, variance)
    };
    let (value, variance_as_stated) = moments(&[]);
    let draws = processors::map(log_odds_shift_bits, |shifts| moments(shifts));
    let variance = if draws.is_empty() {
        variance_as_stated
    } else {
        let count = draws.len() as f64;
        let within = draws.iter().map(|(_, variance)| variance).sum::<f64>() / count;
        let centre = draws.iter().map(|(mean, _)| mean).sum::<f64>() / count;
        let between = draws
            .iter()
            .map(|(mean, _)| (mean - centre).powi(2))
            .sum::<f64>()
            / count;
        within + between
    };
    Some(Bounded::normal(value, variance.sqrt()).clamped(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_weighted_by_the_probability_of_a_link() {
        let links = [(0, 1.0), (1, 0.5), (1, 0.5)].map(|(account, probability)| CandidateLink {
            account,
            target: 0,
            probability,
        });
        let share = expected_share_of_total(&links, &[10.0, 20.0], 100.0, &[]).unwrap();
        assert!((share.value - 0.25).abs() < 1e-12);
        // 1.96 * .2 * sqrt(.75 * .25)
        assert!(
            (share.high - share.value - 0.169_74).abs() < 1e-4,
            "{share:?}"
        );
        let drawn = expected_share_of_total(&links, &[10.0, 20.0], 100.0, &[vec![2.0], vec![-2.0]]);
        assert!(drawn.unwrap().high > share.high);
        assert!(expected_share_of_total(&links, &[10.0, 20.0], 0.0, &[]).is_none());
    }
}
