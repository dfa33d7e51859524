//! How small a difference or a prevalence a study of a given size can find: for planning it, and
//! for reading a result that found nothing.
//!
//! Not for judging a result afterwards by its own estimate; that is what its interval is for.
//!
//! Tests are two-sided at 5 %, as the 95 % intervals of this crate. Counts may be fractions: for
//! uncertain membership use the effective size `sum(w)^2 / sum(w^2)`.

use statrs::distribution::{Beta, ContinuousCDF, Normal};

use crate::corrected_prevalence::{Proportion, corrected_prevalence};
use crate::interval::NORMAL_QUANTILE_975;

/// The power for which studies are mostly planned.
pub const USUAL_POWER: f64 = 0.8;

/// Probability of error at which [`crate::equivalence`] speaks of sameness.
const EQUIVALENCE_LEVEL: f64 = 0.05;

/// Steps of a bisection of `[0, 1]`, enough for the last bit.
const BISECTION_STEPS: usize = 60;

/// Least absolute value of Cliff's delta that is distinguished from zero with the given
/// probability: `(z_.975 + z_power) sqrt((m + n + 1) / (3 m n))`.
///
/// The root is the standard error of [`crate::cliffs_delta`] and of the Mann-Whitney test (Mann and
/// Whitney 1947) for values without ties at a delta of zero; for a shift of one group it changes
/// little while delta is small. Ties make it smaller, so that the answer is then on the safe side.
/// `None` where a group has fewer than two accounts, where the power is not between one half and
/// one, and where even separate groups would not do.
pub fn least_cliffs_delta(first_count: f64, second_count: f64, power: f64) -> Option<f64> {
    let standard_error = null_standard_error(first_count, second_count)?;
    let delta = (NORMAL_QUANTILE_975 + power_quantile(power)?) * standard_error;
    (delta < 1.0).then_some(delta)
}

/// Least margin within which two groups that do not differ are shown to be equivalent with the
/// given probability by [`crate::equivalence::equivalence_p`] at 5 %:
/// `(z_.95 + z_((1 + power) / 2)) sqrt((m + n + 1) / (3 m n))` (two one-sided tests, Schuirmann
/// 1987).
///
/// `None` as for [`least_cliffs_delta`].
pub fn least_equivalence_margin(first_count: f64, second_count: f64, power: f64) -> Option<f64> {
    let standard_error = null_standard_error(first_count, second_count)?;
    power_quantile(power)?;
    let normal = Normal::standard();
    let quantiles =
        normal.inverse_cdf(1.0 - EQUIVALENCE_LEVEL) + normal.inverse_cdf(0.5 + power / 2.0);
    let margin = quantiles * standard_error;
    (margin < 1.0).then_some(margin)
}

/// Least amount by which the share of something in the first group must exceed `second_share`, its
/// share in the second, to be distinguished with the given probability by the test of two
/// proportions. For the shares `p` and `r` and their pooled share `q` it is the `d = p - r` at which
/// `d = z_.975 sqrt(q (1 - q) / m + q (1 - q) / n) + z_power sqrt(p (1 - p) / m + r (1 - r) / n)`
/// (Fleiss, Levin and Paik 2003, Statistical Methods for Rates and Proportions, section 4.2, without
/// correction for continuity).
///
/// `None` where a group is empty, where the share is not in `[0, 1]`, where the power is not
/// between one half and one, and where no share up to one is far enough.
pub fn least_share_difference(
    first_count: f64,
    second_count: f64,
    second_share: f64,
    power: f64,
) -> Option<f64> {
    let quantile = power_quantile(power)?;
    if !(first_count > 0.0 && second_count > 0.0 && (0.0..=1.0).contains(&second_share)) {
        return None;
    }
    let variance = |share: f64| share * (1.0 - share);
    let is_enough = |difference: f64| {
        let first_share = second_share + difference;
        let pooled = (first_count * first_share + second_count * second_share)
            / (first_count + second_count);
        let null = variance(pooled) * (1.0 / first_count + 1.0 / second_count);
        let actual = variance(first_share) / first_count + variance(second_share) / second_count;
        difference > 0.0
            && difference
                >= NORMAL_QUANTILE_975 * null.max(0.0).sqrt() + quantile * actual.max(0.0).sqrt()
    };
    least_between(0.0, 1.0 - second_share, is_enough)
}

/// Least prevalence at which the interval of [`corrected_prevalence`] lies above zero with the given
/// probability, for a rule with the given error rates.
///
/// First the least number of accounts found, of `account_count`, for which that interval lies above
/// zero, then the share found that brings so many with the given probability (a beta quantile, as by
/// Clopper and Pearson 1934), and the prevalence that belongs to it (Rogan and Gladen 1978). The
/// counts behind the error rates are taken as they are. Even a rule without error has to find two
/// accounts.
///
/// `None` without accounts, where the power is not between one half and one, where the rule is no
/// better than chance, and where no prevalence is high enough.
pub fn least_prevalence(
    account_count: u64,
    sensitivity: Proportion,
    false_positive: Proportion,
    power: f64,
) -> Option<f64> {
    power_quantile(power)?;
    let trials = account_count as f64;
    let is_above_zero = |found: u64| {
        let raw = Proportion {
            successes: found as f64,
            trials,
        };
        corrected_prevalence(raw, sensitivity, false_positive)
            .is_some_and(|corrected| corrected.prevalence.low > 0.0)
    };
    let found = least_count(account_count, is_above_zero)? as f64;
    let raw_share = Beta::new(found, trials - found + 1.0)
        .ok()?
        .inverse_cdf(power);
    let youden = sensitivity.share() - false_positive.share();
    let prevalence = (raw_share - false_positive.share()) / youden;
    (prevalence <= 1.0).then(|| prevalence.max(0.0))
}

/// Standard error of Cliff's delta where it is zero and nothing is tied.
fn null_standard_error(first_count: f64, second_count: f64) -> Option<f64> {
    let is_possible = first_count >= 2.0 && second_count >= 2.0;
    let variance = (first_count + second_count + 1.0) / (3.0 * first_count * second_count);
    (is_possible && variance.is_finite()).then(|| variance.sqrt())
}

/// Standard normal quantile of a power; `None` where it is not between one half and one.
fn power_quantile(power: f64) -> Option<f64> {
    (power > 0.5 && power < 1.0).then(|| Normal::standard().inverse_cdf(power))
}

/// The least number in a range that is enough, if all above it are; `None` where the upper end is
/// not.
fn least_between(mut low: f64, mut high: f64, is_enough: impl Fn(f64) -> bool) -> Option<f64> {
    if !is_enough(high) {
        return None;
    }
    for _ in 0..BISECTION_STEPS {
        let middle = 0.5 * (low + high);
        if is_enough(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

/// The least count from one to `most` that is enough, if all above it are; `None` where `most` is
/// not.
fn least_count(most: u64, is_enough: impl Fn(u64) -> bool) -> Option<u64> {
    if most == 0 || !is_enough(most) {
        return None;
    }
    let (mut too_few, mut enough) = (0, most);
    while enough - too_few > 1 {
        let middle = too_few + (enough - too_few) / 2;
        if is_enough(middle) {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    Some(enough)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cliffs_delta::cliffs_delta;
    use crate::equivalence::equivalence_p;
    use crate::random::generator;
    use proptest::prelude::*;
    use rand::RngExt;
    use rand_distr::{Binomial, Distribution, StandardNormal};

    const SAMPLES: usize = 1500;

    fn share_of_samples(is_found: impl FnMut(usize) -> bool) -> f64 {
        (0..SAMPLES)
            .map(is_found)
            .filter(|is_found| *is_found)
            .count() as f64
            / SAMPLES as f64
    }

    #[test]
    fn impossible_designs_are_missing() {
        let perfect = Proportion {
            successes: 5e6,
            trials: 5e6,
        };
        let never = Proportion {
            successes: 0.0,
            trials: 5e6,
        };
        assert_eq!(least_cliffs_delta(1.0, 100.0, 0.8), None);
        assert_eq!(least_cliffs_delta(2.0, 2.0, 0.8), None);
        assert_eq!(least_cliffs_delta(50.0, 50.0, 1.0), None);
        assert_eq!(least_equivalence_margin(50.0, f64::NAN, 0.8), None);
        assert_eq!(least_share_difference(10.0, 100.0, 0.95, 0.8), None);
        assert_eq!(least_share_difference(10.0, 100.0, 1.0, 0.8), None);
        assert_eq!(least_prevalence(0, perfect, never, 0.8), None);
        assert_eq!(least_prevalence(100, never, perfect, 0.8), None);
    }

    #[test]
    fn a_rule_without_error_has_to_find_two_accounts() {
        let perfect = Proportion {
            successes: 1e9,
            trials: 1e9,
        };
        let never = Proportion {
            successes: 0.0,
            trials: 1e9,
        };
        let least = least_prevalence(300, perfect, never, 0.8).unwrap();
        let fewer = (1.0 - least).powi(300) + 300.0 * least * (1.0 - least).powi(299);
        assert!((fewer - 0.2).abs() < 1e-6, "{least}");
    }

    /// 72 accounts whose normal values are shifted by so much that delta is the least: the interval
    /// of delta lies above zero in about 80 of 100 samples.
    #[test]
    fn least_delta_is_found_with_the_stated_power() {
        let mut random = generator(6, "power of Cliff's delta");
        let least = least_cliffs_delta(72.0, 500.0, USUAL_POWER).unwrap();
        // delta = 2 Phi(shift / sqrt 2) - 1
        let shift = std::f64::consts::SQRT_2 * Normal::standard().inverse_cdf(0.5 + least / 2.0);
        let mut draw = |count: usize, shift: f64| -> Vec<f64> {
            (0..count)
                .map(|_| shift + Distribution::<f64>::sample(&StandardNormal, &mut random))
                .collect()
        };
        let found = share_of_samples(|_| {
            let (first, second) = (draw(72, shift), draw(500, 0.0));
            cliffs_delta(&first, &second).unwrap().delta.low > 0.0
        });
        assert!((0.76..=0.84).contains(&found), "{found}");
    }

    #[test]
    fn equal_groups_are_shown_equivalent_with_the_stated_power() {
        let mut random = generator(7, "power of equivalence");
        let margin = least_equivalence_margin(150.0, 600.0, USUAL_POWER).unwrap();
        let mut draw = |count: usize| -> Vec<f64> { (0..count).map(|_| random.random()).collect() };
        let shown = share_of_samples(|_| {
            let delta = cliffs_delta(&draw(150), &draw(600)).unwrap();
            equivalence_p(&delta, margin).unwrap() < 0.05
        });
        assert!((0.76..=0.84).contains(&shown), "{shown}");
    }

    #[test]
    fn least_share_difference_is_found_with_the_stated_power() {
        let (first_count, second_count, second_share) = (90_u64, 600_u64, 0.2);
        let least = least_share_difference(90.0, 600.0, second_share, USUAL_POWER).unwrap();
        let mut random = generator(8, "power of two shares");
        let mut draw = |count: u64, share: f64| {
            Binomial::new(count, share).unwrap().sample(&mut random) as f64
        };
        let found = share_of_samples(|_| {
            let (first, second) = (
                draw(first_count, second_share + least),
                draw(second_count, second_share),
            );
            let (m, n) = (first_count as f64, second_count as f64);
            let pooled = (first + second) / (m + n);
            let error = (pooled * (1.0 - pooled) * (1.0 / m + 1.0 / n)).sqrt();
            (first / m - second / n).abs() > NORMAL_QUANTILE_975 * error
        });
        assert!((0.76..=0.84).contains(&found), "{found}");
    }

    #[test]
    fn least_prevalence_is_found_with_the_stated_power() {
        let sensitivity = Proportion {
            successes: 60.0,
            trials: 100.0,
        };
        let false_positive = Proportion {
            successes: 5.0,
            trials: 1000.0,
        };
        let least = least_prevalence(2000, sensitivity, false_positive, USUAL_POWER).unwrap();
        assert!((0.001..0.03).contains(&least), "{least}");
        let mut random = generator(9, "power of the corrected prevalence");
        let raw_share = 0.6 * least + 0.005 * (1.0 - least);
        let found = share_of_samples(|_| {
            let successes = Binomial::new(2000, raw_share).unwrap().sample(&mut random) as f64;
            let raw = Proportion {
                successes,
                trials: 2000.0,
            };
            corrected_prevalence(raw, sensitivity, false_positive)
                .unwrap()
                .prevalence
                .low
                > 0.0
        });
        assert!((0.77..=0.83).contains(&found), "{found}");
    }

    proptest! {
        #[test]
        fn larger_groups_find_smaller_differences(m in 20.0..2000.0f64, n in 20.0..2000.0f64, share in 0.0..0.5f64) {
            let pairs = |m, n| (least_cliffs_delta(m, n, 0.8).unwrap(), least_share_difference(m, n, share, 0.8).unwrap_or(1.0));
            let (small, large) = (pairs(m, n), pairs(2.0 * m, n));
            prop_assert!(large.0 < small.0 && large.1 <= small.1);
        }
    }
}
