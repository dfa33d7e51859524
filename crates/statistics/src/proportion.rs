//! Shares of a population with their intervals.
//!
//! For counts that are observed without error. Shares whose numerator is itself uncertain are
//! in [`crate::prevalence`].

use statrs::distribution::{Beta, ContinuousCDF};

use crate::interval::{Bounded, INTERVAL_LEVELS, NORMAL_QUANTILE_975};

/// Wilson's score interval (Wilson 1927) of `successes` in `trials`.
///
/// Counts may be fractions, as an expected number is. `None` where there are no trials or where
/// successes are not between zero and trials.
pub fn wilson_interval(successes: f64, trials: f64) -> Option<Bounded> {
    let share = share_of(successes, trials)?;
    let z_squared = NORMAL_QUANTILE_975 * NORMAL_QUANTILE_975;
    let denominator = 1.0 + z_squared / trials;
    let centre = (share + z_squared / (2.0 * trials)) / denominator;
    let spread = (share * (1.0 - share) / trials + z_squared / (4.0 * trials * trials)).sqrt();
    let half_width = NORMAL_QUANTILE_975 * spread / denominator;
    Some(Bounded {
        value: share,
        low: if successes == 0.0 {
            0.0
        } else {
            centre - half_width
        },
        high: if successes == trials {
            1.0
        } else {
            centre + half_width
        },
    })
}

/// The exact interval of Clopper and Pearson (1934): beta quantiles, never below its nominal
/// coverage and for that mostly wider than Wilson's.
///
/// `None` where there are no trials or where successes are not between zero and trials.
pub fn clopper_pearson_interval(successes: f64, trials: f64) -> Option<Bounded> {
    let value = share_of(successes, trials)?;
    let failures = trials - successes;
    let low = if successes == 0.0 {
        0.0
    } else {
        beta_quantile(successes, failures + 1.0, INTERVAL_LEVELS[0])?
    };
    let high = if failures == 0.0 {
        1.0
    } else {
        beta_quantile(successes + 1.0, failures, INTERVAL_LEVELS[1])?
    };
    Some(Bounded { value, low, high })
}

/// Weighted mean of numbers in `[0, 1]` with a normal interval clipped to `[0, 1]`.
///
/// The variance is that of a ratio of two sums: `sum(w^2 (p - mean)^2) / sum(w)^2` (Cochran
/// 1977, section 2.11), times `n / (n - 1)`. `None` where fewer than two weights are positive.
pub fn weighted_mean_interval(values: &[f64], weights: &[f64]) -> Option<Bounded> {
    let pairs = || {
        values
            .iter()
            .zip(weights)
            .filter(|(_, weight)| **weight > 0.0)
    };
    let count = pairs().count() as f64;
    let weight_sum: f64 = pairs().map(|(_, weight)| weight).sum();
    if count < 2.0 {
        return None;
    }
    let mean = pairs().map(|(value, weight)| value * weight).sum::<f64>() / weight_sum;
    let squares: f64 = pairs()
        .map(|(value, weight)| (weight * (value - mean)).powi(2))
        .sum();
    let standard_error = (squares * count / (count - 1.0)).sqrt() / weight_sum;
    Some(Bounded::normal(mean, standard_error).clamped(0.0, 1.0))
}

fn share_of(successes: f64, trials: f64) -> Option<f64> {
    let is_possible = trials > 0.0 && (0.0..=trials).contains(&successes);
    is_possible.then(|| successes / trials)
}

/// Quantile of the beta distribution; `None` where a shape is not positive.
fn beta_quantile(shape_a: f64, shape_b: f64, level: f64) -> Option<f64> {
    let distribution = Beta::new(shape_a, shape_b).ok()?;
    Some(distribution.inverse_cdf(level))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn share_of_nothing_is_missing() {
        assert!(wilson_interval(0.0, 0.0).is_none());
        assert!(clopper_pearson_interval(3.0, 2.0).is_none());
        assert!(weighted_mean_interval(&[0.5, 0.7], &[1.0, 0.0]).is_none());
    }

    #[test]
    fn share_of_none_and_all_reach_the_ends() {
        for interval in [wilson_interval, clopper_pearson_interval] {
            assert_eq!(interval(0.0, 20.0).unwrap().low, 0.0);
            assert_eq!(interval(20.0, 20.0).unwrap().high, 1.0);
        }
    }

    #[test]
    fn equal_weights_give_the_textbook_standard_error() {
        let mean = weighted_mean_interval(&[0.2, 0.4, 0.6, 0.8], &[3.0; 4]).unwrap();
        // Standard deviation .2582 over the root of 4.
        assert!((mean.value - 0.5).abs() < 1e-12);
        assert!((mean.high - mean.value - NORMAL_QUANTILE_975 * 0.258_198_9 / 2.0).abs() < 1e-6);
    }

    /// Probability of at least `least` successes, summed term by term.
    fn upper_tail(trials: u32, least: u32, share: f64) -> f64 {
        let log_term = |count: u32| {
            let log_ways: f64 = (0..count)
                .map(|k| (f64::from(trials - k) / f64::from(k + 1)).ln())
                .sum();
            log_ways
                + f64::from(count) * share.ln()
                + f64::from(trials - count) * (1.0 - share).ln()
        };
        (least..=trials).map(|count| log_term(count).exp()).sum()
    }

    proptest! {
        #[test]
        fn intervals_hold_the_share(trials in 1u32..2000, part in 0.0..=1.0f64) {
            let successes = (f64::from(trials) * part).floor();
            for interval in [wilson_interval, clopper_pearson_interval] {
                let interval = interval(successes, trials.into()).unwrap();
                prop_assert!(0.0 <= interval.low && interval.low <= interval.value);
                prop_assert!(interval.value <= interval.high && interval.high <= 1.0);
            }
        }

        #[test]
        fn tails_beyond_the_exact_interval_are_one_in_forty(trials in 1u32..150, part in 0.0..=1.0f64) {
            let successes = (f64::from(trials) * part).floor() as u32;
            let exact = clopper_pearson_interval(successes.into(), trials.into()).unwrap();
            if successes > 0 {
                prop_assert!((upper_tail(trials, successes, exact.low) - 0.025).abs() < 1e-8);
            }
            if successes < trials {
                prop_assert!((upper_tail(trials, successes + 1, exact.high) - 0.975).abs() < 1e-8);
            }
        }
    }
}
