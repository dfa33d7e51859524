//! Prevalence when it is uncertain which accounts are linked.
//!
//! Takes calibrated link probabilities; does not make or calibrate them. A correction for the
//! error rates of a yes-or-no rule is in [`crate::corrected_prevalence`].

use entangle_model::bits::chance_collision_probability;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Beta, Distribution, Gamma};
use statrs::function::beta::beta_reg;

use crate::interval::{Bounded, INTERVAL_LEVELS};
use crate::processors;

/// One candidate pair of an account of the population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CandidateLink {
    /// The account, any number; candidates of one account must stand next to each other.
    pub account: usize,
    /// The other source, as an index into each parameter draw.
    pub target: usize,
    /// Calibrated probability that the pair is one hand.
    pub probability: f64,
}

/// The expected share and what its uncertainty is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExpectedShare {
    /// The share with its 95 % interval.
    pub share: Bounded,
    /// Standard error from the sampling of accounts, if it were known which links are true.
    pub sampling_standard_error: f64,
    /// Standard error from not knowing which links are true, given their probabilities.
    pub link_truth_standard_error: f64,
    /// Standard error from the parameter draws; zero without draws.
    pub parameter_standard_error: f64,
}

/// Probability that at least one of an account's candidates is true: `1 - prod(1 - p_j)`.
///
/// Candidates are taken as independent (methods 3).
pub fn any_link_probability(probabilities: impl IntoIterator<Item = f64>) -> f64 {
    let none: f64 = probabilities
        .into_iter()
        .map(|probability| 1.0 - probability)
        .product();
    1.0 - none
}

/// Mean over `account_count` accounts of the probability of at least one true link, with an
/// interval that carries three uncertainties.
///
/// Write `p` for the share in the wider population, `y` for the share realised among these
/// accounts and `e` for the estimate, the mean of the `P_i`. Then `e - p = (e - y) + (y - p)`:
/// the second part has the variance `p (1 - p) / n` of sampled accounts, the first, given the
/// parameters, that of a Poisson-binomial share, `sum(P_i (1 - P_i)) / n^2`. So each parameter
/// draw contributes Jeffreys' beta distribution (Brown, Cai and DasGupta 2001) for
/// `n / (1 + mean(P (1 - P)) / (p (1 - p)))` accounts, and the interval holds the middle 95 % of
/// the equal mixture over draws. For the share realised in a complete population it is too wide.
///
/// `log_odds_shift_bits` holds one draw of the parameters per row: bits to add to the log odds
/// of the candidates of each target (lambda, calibration). Without rows the stated probabilities
/// are taken as known. `None` for a population without accounts.
pub fn expected_share(
    candidates: &[CandidateLink],
    account_count: u64,
    log_odds_shift_bits: &[Vec<f64>],
) -> Option<ExpectedShare> {
    expected_share_by(account_count, log_odds_shift_bits, |draw, add| {
        candidates_of_accounts(candidates, draw).for_each(|(_, any)| add(any));
    })
}

/// [`expected_share`] of any event that happens to an account with a probability: `probabilities`
/// shows, for one draw of the parameters, that of each account to which it can happen.
pub(crate) fn expected_share_by(
    account_count: u64,
    log_odds_shift_bits: &[Vec<f64>],
    probabilities: impl Fn(&ParameterDraw, &mut dyn FnMut(f64)) + Sync,
) -> Option<ExpectedShare> {
    if account_count == 0 {
        return None;
    }
    let moments_of = |shifts_bits: &[f64]| {
        let (mut sum, mut truth_sum) = (0.0, 0.0);
        probabilities(&ParameterDraw::of_shifts(shifts_bits), &mut |probability| {
            sum += probability;
            truth_sum += probability * (1.0 - probability);
        });
        Moments::of_sums(sum, truth_sum, account_count)
    };
    let draws = processors::map(log_odds_shift_bits, |shifts| moments_of(shifts));
    Some(share_of_moments(account_count, &moments_of(&[]), &draws))
}

/// [`expected_share`] with the crossover users of whom no candidate pair shows a trace.
///
/// `unseen_share` of all true links show none, independently of one another. If an account has `k`
/// true links to different targets and `s` of them are seen, `s` is binomial, and `1 - (-r)^s`
/// with `r = unseen_share / (1 - unseen_share)` has the mean 1 for every `k > 0`, and is 0 for `k = 0`
/// (the zero term of the inverse of binomial thinning). With `q_t` the probability of a true
/// link seen on target `t`, its expectation is `1 - prod(1 - q_t / (1 - unseen_share))`, whose mean over accounts
/// this is: of one account it says nothing, and may lie outside 0 to 1. Links that are unseen together, because a
/// person has one name here and another everywhere else, make it too small.
///
/// The variance of not knowing which links are true and which are unseen is that of the seen ones,
/// scaled, and `r` for every crossover user (Horvitz and Thompson 1952, for a sample of equal chances).
/// Each draw of the parameters goes with one of `unseen_share_draws`; shares above
/// [`UNSEEN_SHARE_MAX`] are taken as that.
pub fn expected_share_with_unseen(
    candidates: &[CandidateLink],
    account_count: u64,
    log_odds_shift_bits: &[Vec<f64>],
    unseen_share: f64,
    unseen_share_draws: &[f64],
) -> Option<ExpectedShare> {
    if account_count == 0 {
        return None;
    }
    let moments_of = |shifts_bits: &[f64], unseen_share: f64| {
        let draw = ParameterDraw::of_shifts(shifts_bits);
        let weight = 1.0 / (1.0 - unseen_share.clamp(0.0, UNSEEN_SHARE_MAX));
        let (mut sum, mut truth_sum) = (0.0, 0.0);
        for of_account in candidates.chunk_by(|left, right| left.account == right.account) {
            let (mut none_seen, mut none) = (1.0, 1.0);
            for of_target in of_account.chunk_by(|left, right| left.target == right.target) {
                let shifted = of_target.iter().map(|one| draw.probability(one));
                let seen = any_link_probability(shifted);
                none_seen *= 1.0 - seen;
                none *= 1.0 - seen * weight;
            }
            sum += 1.0 - none;
            truth_sum += none_seen * (1.0 - none_seen);
        }
        let sum = sum.clamp(0.0, account_count as f64);
        let truth_sum = weight.powi(2) * truth_sum + (weight - 1.0) * sum;
        Moments::of_sums(sum, truth_sum, account_count)
    };
    let draws: Vec<(&Vec<f64>, &f64)> =
        log_odds_shift_bits.iter().zip(unseen_share_draws).collect();
    let draws = processors::map(&draws, |(shifts, unseen_share)| {
        moments_of(shifts, **unseen_share)
    });
    Some(share_of_moments(
        account_count,
        &moments_of(&[], unseen_share),
        &draws,
    ))
}

/// The largest share of unseen links that is corrected for: beyond, one seen link stands for more than two, and
/// the correction of accounts with two seen links is negative.
pub const UNSEEN_SHARE_MAX: f64 = 0.5;

/// The mean of a draw of no shift, with the interval of the mixture over draws.
fn share_of_moments(account_count: u64, moments: &Moments, draws: &[Moments]) -> ExpectedShare {
    let n = account_count as f64;
    let mixture: Vec<BetaShape> = if draws.is_empty() {
        vec![moments.posterior(n)]
    } else {
        draws.iter().map(|draw| draw.posterior(n)).collect()
    };
    let draw_means: Vec<f64> = draws.iter().map(|draw| draw.mean).collect();
    ExpectedShare {
        share: mixture_interval(moments.mean, &mixture),
        sampling_standard_error: (moments.mean * (1.0 - moments.mean) / n).sqrt(),
        link_truth_standard_error: (moments.truth_variance / n).sqrt(),
        parameter_standard_error: standard_deviation(&draw_means),
    }
}

/// Draws of the uncertainty of lambda, the share of linked accounts, as a shift of log odds in
/// bits.
///
/// `effective_link_count` is the sum of the squared match probabilities: for small lambda its
/// observed information about `ln(lambda)`, `sum(p) - sum(p (1 - p))` (Louis 1982), so that
/// lambda has about a gamma distribution of that shape; one half is added as by Jeffreys.
pub fn prior_shift_draws_bits(
    effective_link_count: f64,
    draw_count: usize,
    random: &mut ChaCha8Rng,
) -> Vec<f64> {
    let shape = effective_link_count.max(0.0) + 0.5;
    match Gamma::new(shape, 1.0 / shape) {
        Ok(factor) => (0..draw_count)
            .map(|_| factor.sample(random).max(f64::MIN_POSITIVE).log2())
            .collect(),
        Err(_) => vec![0.0; draw_count],
    }
}

/// Draws of a share that rests on so many pairs, from a beta distribution of that mean.
pub fn share_draws(
    share: f64,
    pair_count: f64,
    draw_count: usize,
    random: &mut ChaCha8Rng,
) -> Vec<f64> {
    match Beta::new(share * pair_count, (1.0 - share) * pair_count) {
        Ok(beta) => (0..draw_count).map(|_| beta.sample(random)).collect(),
        Err(_) => vec![share; draw_count],
    }
}

/// Share of accounts expected to find an unrelated account of the same name in a population of
/// `account_count`, with a normal interval over accounts.
///
/// Each item is the surprisal of one account's name in that population, in bits; infinite for a
/// name that the population cannot hold. `None` without accounts.
pub fn chance_name_equality(surprisal_bits: &[f64], account_count: u64) -> Option<Bounded> {
    let chances: Vec<f64> = surprisal_bits
        .iter()
        .map(|bits| chance_collision_probability(*bits, account_count))
        .collect();
    mean_with_binomial_interval(&chances)
}

/// Mean of known probabilities of independent events, one per account, with Jeffreys' interval
/// for the share of accounts for which the event happens.
///
/// `None` without accounts.
pub fn mean_with_binomial_interval(probabilities: &[f64]) -> Option<Bounded> {
    if probabilities.is_empty() {
        return None;
    }
    let n = probabilities.len() as f64;
    let mean = probabilities.iter().sum::<f64>() / n;
    Some(mixture_interval(mean, &[BetaShape::of_share(mean, n)]))
}

/// Mean over accounts of the probability of an event, and of its Bernoulli variance; accounts to
/// which it cannot happen count as zeros.
struct Moments {
    mean: f64,
    truth_variance: f64,
}

impl Moments {
    fn of_sums(sum: f64, truth_sum: f64, account_count: u64) -> Self {
        let n = account_count as f64;
        Self {
            mean: sum / n,
            truth_variance: truth_sum / n,
        }
    }

    fn posterior(&self, n: f64) -> BetaShape {
        let binomial_variance = self.mean * (1.0 - self.mean);
        if binomial_variance <= 0.0 {
            return BetaShape::of_share(self.mean, n);
        }
        BetaShape::of_share(
            self.mean,
            n / (1.0 + self.truth_variance / binomial_variance),
        )
    }
}

/// One draw of the parameters: what it makes of a probability.
pub(crate) struct ParameterDraw {
    /// Per target, what the odds are multiplied by. A factor instead of bits, because thousands of
    /// candidates are gone through for every draw.
    odds_factors: Vec<f64>,
}

impl ParameterDraw {
    /// A draw of shifts of log odds, bits, one per target; none leave everything as stated.
    pub(crate) fn of_shifts(shifts_bits: &[f64]) -> Self {
        Self {
            odds_factors: shifts_bits.iter().map(|bits| bits.exp2()).collect(),
        }
    }

    /// The probability of a candidate after the shift of its target's log odds.
    pub(crate) fn probability(&self, candidate: &CandidateLink) -> f64 {
        let Some(factor) = self.odds_factors.get(candidate.target) else {
            return candidate.probability;
        };
        let for_it = candidate.probability * factor;
        for_it / (for_it + (1.0 - candidate.probability))
    }
}

/// Each account that has candidates, with the probability that at least one of them is true under a
/// draw of the parameters.
pub(crate) fn candidates_of_accounts(
    candidates: &[CandidateLink],
    draw: &ParameterDraw,
) -> impl Iterator<Item = (usize, f64)> {
    candidates
        .chunk_by(|left, right| left.account == right.account)
        .filter_map(move |of_account| {
            let shifted = of_account.iter().map(|one| draw.probability(one));
            let any = any_link_probability(shifted);
            of_account.first().map(|first| (first.account, any))
        })
}

/// Shapes of a beta distribution.
struct BetaShape {
    successes: f64,
    failures: f64,
}

impl BetaShape {
    /// Jeffreys' posterior of a share seen in so many accounts.
    fn of_share(share: f64, account_count: f64) -> Self {
        let successes = (share * account_count).clamp(0.0, account_count);
        Self {
            successes: successes + 0.5,
            failures: account_count - successes + 0.5,
        }
    }
}

/// The middle 95 % of an equal mixture, widened to hold the value; from zero where the value is
/// zero.
fn mixture_interval(value: f64, mixture: &[BetaShape]) -> Bounded {
    let [low, high] = INTERVAL_LEVELS.map(|level| mixture_quantile(mixture, level));
    Bounded {
        value,
        low: if value == 0.0 { 0.0 } else { low.min(value) },
        high: if value == 1.0 { 1.0 } else { high.max(value) },
    }
}

/// Quantile of the equal mixture.
///
/// A cumulative probability costs as many beta functions as there are draws, so few of them matter:
/// the quantile is enclosed from about the mean, and then found by regula falsi in the form of
/// Illinois (Dowell and Jarratt 1971), which halves the distance of an end that stays twice.
fn mixture_quantile(mixture: &[BetaShape], level: f64) -> f64 {
    const STEPS_MAX: usize = 100;
    const DISTANCE_MAX: f64 = 1e-13;
    let count = mixture.len() as f64;
    let distance = |share: f64| -> f64 {
        let below = |shape: &BetaShape| beta_reg(shape.successes, shape.failures, share);
        mixture.iter().map(below).sum::<f64>() / count - level
    };
    let (mean, deviation) = mean_and_deviation(mixture);
    let end = |direction: f64| {
        let mut reach = 2.0 * deviation;
        loop {
            let share = (mean + direction * reach).clamp(0.0, 1.0);
            let distance = distance(share);
            if distance * direction >= 0.0 || share == 0.0 || share == 1.0 {
                return (share, distance);
            }
            reach *= 2.0;
        }
    };
    let (mut low, mut high) = (end(-1.0), end(1.0));
    let mut stayed_high = None;
    for _ in 0..STEPS_MAX {
        let share = high.0 - high.1 * (high.0 - low.0) / (high.1 - low.1);
        let found = (share, distance(share));
        if found.1.abs() <= DISTANCE_MAX || share <= low.0 || share >= high.0 {
            return share;
        }
        let stays_high = found.1 < 0.0;
        if stays_high {
            low = found;
        } else {
            high = found;
        }
        if stayed_high == Some(stays_high) {
            let stayed = if stays_high { &mut high } else { &mut low };
            stayed.1 *= 0.5;
        }
        stayed_high = Some(stays_high);
    }
    0.5 * (low.0 + high.0)
}

/// Mean and standard deviation of the equal mixture.
fn mean_and_deviation(mixture: &[BetaShape]) -> (f64, f64) {
    let count = mixture.len() as f64;
    let (mut first, mut second) = (0.0, 0.0);
    for shape in mixture {
        let all = shape.successes + shape.failures;
        let mean = shape.successes / all;
        first += mean / count;
        second += (mean * mean + mean * (1.0 - mean) / (all + 1.0)) / count;
    }
    (
        first,
        (second - first * first).max(f64::MIN_POSITIVE).sqrt(),
    )
}

fn standard_deviation(numbers: &[f64]) -> f64 {
    if numbers.len() < 2 {
        return 0.0;
    }
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    (squares / (count - 1.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::generator;
    use entangle_model::bits::{bits_to_probability, probability_to_bits};
    use rand::RngExt;
    use rand_distr::Normal;

    fn candidates(probabilities: &[f64]) -> Vec<CandidateLink> {
        probabilities
            .iter()
            .enumerate()
            .map(|(account, probability)| CandidateLink {
                account,
                target: 0,
                probability: *probability,
            })
            .collect()
    }

    #[test]
    fn population_without_accounts_is_missing_and_one_without_links_is_zero() {
        assert!(expected_share(&[], 0, &[]).is_none());
        let none = expected_share(&[], 1000, &[]).unwrap().share;
        assert_eq!((none.value, none.low), (0.0, 0.0));
        assert!(none.high > 0.0 && none.high < 0.004, "{none:?}");
    }

    #[test]
    fn quantiles_of_a_mixture_have_their_level_below_them() {
        let shapes = [
            (0.5, 1e6),
            (3.5, 900.5),
            (60.0, 20.0),
            (1e5, 0.5),
            (900.5, 1e5),
        ];
        let mixtures = shapes.map(|(successes, failures)| BetaShape {
            successes,
            failures,
        });
        for mixture in mixtures.chunks(1).chain([&mixtures[..2], &mixtures[..]]) {
            for level in INTERVAL_LEVELS {
                let share = mixture_quantile(mixture, level);
                let below = |shape: &BetaShape| beta_reg(shape.successes, shape.failures, share);
                let mean = mixture.iter().map(below).sum::<f64>() / mixture.len() as f64;
                assert!((mean - level).abs() < 1e-9, "{share} {mean} {level}");
            }
        }
    }

    #[test]
    fn a_shift_of_log_odds_adds_bits() {
        let of = |probability| candidates(&[probability])[0];
        for probability in [0.0, 1e-9, 0.3, 0.999, 1.0] {
            for shift_bits in [-3.5, 0.0, 2.0] {
                let drawn = ParameterDraw::of_shifts(&[shift_bits]).probability(&of(probability));
                let added = bits_to_probability(probability_to_bits(probability) + shift_bits);
                assert!((drawn - added).abs() < 1e-14, "{probability} {shift_bits}");
            }
        }
    }

    #[test]
    fn two_candidates_of_one_account_make_one_crossover_user() {
        let mut pair = candidates(&[0.5, 0.5]);
        pair[1].account = 0;
        let share = expected_share(&pair, 10, &[]).unwrap().share;
        assert!((share.value - 0.075).abs() < 1e-12);
    }

    #[test]
    fn parameter_draws_widen_the_interval_and_are_reported() {
        let links = candidates(&[0.6; 200]);
        let plain = expected_share(&links, 2000, &[]).unwrap();
        let shifts = [vec![-2.0], vec![-1.0], vec![0.0], vec![1.0], vec![2.0]];
        let wide = expected_share(&links, 2000, &shifts).unwrap();
        assert_eq!(plain.parameter_standard_error, 0.0);
        assert!(wide.parameter_standard_error > 0.01);
        assert!(wide.share.high - wide.share.low > 2.0 * (plain.share.high - plain.share.low));
    }

    /// One world: every account has one candidate with evidence in bits, drawn for a true or a
    /// false link; lambda is fitted to it by expectation maximisation. Returns the posteriors.
    fn fitted_world(random: &mut ChaCha8Rng, planted: f64) -> Vec<CandidateLink> {
        // Evidence of mean +-v / 2 and variance v (nats) is its own log likelihood ratio.
        let variance: f64 = 12.0;
        let noise = Normal::new(0.0, variance.sqrt()).unwrap();
        let weights_bits: Vec<f64> = (0..1500)
            .map(|_| {
                let sign = if random.random::<f64>() < planted {
                    0.5
                } else {
                    -0.5
                };
                (sign * variance + noise.sample(random)) / std::f64::consts::LN_2
            })
            .collect();
        let mut lambda = 0.5;
        let mut posteriors = Vec::new();
        for _ in 0..300 {
            posteriors = weights_bits
                .iter()
                .map(|bits| bits_to_probability(bits + probability_to_bits(lambda)))
                .collect();
            lambda = posteriors.iter().sum::<f64>() / posteriors.len() as f64;
        }
        candidates(&posteriors)
    }

    /// Where lambda is fitted to the accounts themselves, the interval covers the planted
    /// prevalence in about 95 of 100 worlds.
    #[test]
    fn interval_covers_the_planted_prevalence() {
        const WORLDS: usize = 400;
        let planted = 0.05;
        let mut random = generator(11, "coverage of the expected share");
        let covered = (0..WORLDS)
            .filter(|_| {
                let links = fitted_world(&mut random, planted);
                let effective: f64 = links.iter().map(|link| link.probability.powi(2)).sum();
                let shifts = prior_shift_draws_bits(effective, 100, &mut random);
                let draws: Vec<Vec<f64>> = shifts.into_iter().map(|shift| vec![shift]).collect();
                let share = expected_share(&links, 1500, &draws).unwrap().share;
                (share.low..=share.high).contains(&planted)
            })
            .count() as f64
            / WORLDS as f64;
        assert!((0.93..=0.975).contains(&covered), "{covered}");
    }

    /// People with one to three accounts on three targets, each link seen or not by itself: the mean over
    /// worlds is the planted share, and the interval holds it in about 95 of 100.
    #[test]
    fn people_without_a_trace_are_counted() {
        const WORLDS: u64 = 400;
        let (n, planted, unseen_share) = (1_000_u64, 0.08, 0.3);
        let mut random = generator(12, "people without a trace");
        let (mut sum, mut covered) = (0.0, 0);
        for _ in 0..WORLDS {
            let mut links = Vec::new();
            for account in 0..n as usize {
                if random.random::<f64>() >= planted {
                    continue;
                }
                for target in 0..random.random_range(1..4) {
                    if random.random::<f64>() >= unseen_share {
                        links.push(CandidateLink {
                            account,
                            target,
                            probability: 1.0,
                        });
                    }
                }
            }
            let known = vec![unseen_share; 20];
            let no_shifts = vec![vec![0.0; 3]; 20];
            let share = expected_share_with_unseen(&links, n, &no_shifts, unseen_share, &known);
            let share = share.unwrap().share;
            sum += share.value;
            covered += u64::from((share.low..=share.high).contains(&planted));
        }
        let mean = sum / WORLDS as f64;
        assert!((mean - planted).abs() < 0.0015, "{mean}");
        let covered = covered as f64 / WORLDS as f64;
        assert!((0.93..=0.985).contains(&covered), "{covered}");
    }

    #[test]
    fn without_unseen_links_it_is_the_expected_share() {
        let mut links = candidates(&[0.9, 0.5, 0.2]);
        links[1].account = 0;
        links[1].target = 1;
        let shifts = [vec![0.5, -0.5], vec![-0.5, 0.5]];
        let seen = expected_share(&links, 50, &shifts).unwrap();
        let all = expected_share_with_unseen(&links, 50, &shifts, 0.0, &[0.0; 2]).unwrap();
        assert!((seen.share.value - all.share.value).abs() < 1e-12);
        assert!((seen.share.high - all.share.high).abs() < 1e-9);
    }

    #[test]
    fn a_common_name_is_expected_to_collide_and_a_rare_one_is_not() {
        let common = chance_name_equality(&[5.0; 50], 1000).unwrap();
        let rare = chance_name_equality(&[40.0; 50], 1000).unwrap();
        assert!(common.value > 0.999 && rare.value < 1e-8);
        assert!(chance_name_equality(&[], 1000).is_none());
    }
}
