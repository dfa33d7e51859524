//! Cliff's delta: how much more often a value of one group exceeds one of the other.
//!
//! For the size of a difference. It is between -1 and 1, zero when neither group tends to have
//! more, and equals twice the AUC less one.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::interval::{Bounded, INTERVAL_LEVELS, NORMAL_QUANTILE_975};

/// Cliff's delta with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CliffsDelta {
    /// Delta with its 95 % interval; positive when the first group has more.
    pub delta: Bounded,
    /// Standard error of delta.
    pub standard_error: f64,
    /// Degrees of freedom of the interval; infinite for the weighted form.
    pub degrees_of_freedom: f64,
}

/// One account's value and its weight in each group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightedValue {
    /// The value, finite.
    pub value: f64,
    /// Weight in the first group, not negative: the probability of belonging to it.
    pub first_weight: f64,
    /// Weight in the second group, not negative.
    pub second_weight: f64,
}

/// Cliff's delta of two groups (Cliff 1993), in `O(n log n)`.
///
/// The standard error is the consistent estimate and the interval the asymmetric one of Feng and
/// Cliff (2004), with Student's t of `m + n - 2` degrees of freedom; the variance is never below
/// `(1 - d^2) / (m n - 1)`, its least value. `None` where a group has fewer than two values.
/// Values must be finite.
pub fn cliffs_delta(first: &[f64], second: &[f64]) -> Option<CliffsDelta> {
    if first.len() < 2 || second.len() < 2 {
        return None;
    }
    let (m, n) = (first.len() as f64, second.len() as f64);
    let first_means = dominance_means(first, second);
    let second_means = dominance_means(second, first);
    let delta = first_means.iter().sum::<f64>() / m;
    let first_variance = sum_of_squares(&first_means, delta) / (m - 1.0);
    let second_variance = sum_of_squares(&second_means, -delta) / (n - 1.0);
    let unequal_share = unequal_pair_share(first, second);
    let pair_variance = m * n * (unequal_share - delta * delta) / ((m - 1.0) * (n - 1.0));
    let variance =
        ((n - 1.0) * first_variance + (m - 1.0) * second_variance + pair_variance) / (m * n);
    let standard_error = variance.max((1.0 - delta * delta) / (m * n - 1.0)).sqrt();
    let degrees_of_freedom = m + n - 2.0;
    let quantile = StudentsT::new(0.0, 1.0, degrees_of_freedom)
        .map_or(NORMAL_QUANTILE_975, |t| t.inverse_cdf(INTERVAL_LEVELS[1]));
    Some(CliffsDelta {
        delta: asymmetric_interval(delta, standard_error, quantile, m.min(n)),
        standard_error,
        degrees_of_freedom,
    })
}

/// Cliff's delta where membership is uncertain: each account enters both groups by its weights,
/// and pairs of one account with itself count as ties.
///
/// The variance is that of the first-order influence of each account. `None` where a group's
/// effective size `sum(w)^2 / sum(w^2)` is below two.
pub fn weighted_cliffs_delta(observations: &[WeightedValue]) -> Option<CliffsDelta> {
    let size = |weight: fn(&WeightedValue) -> f64| {
        let sum: f64 = observations.iter().map(weight).sum();
        let squares: f64 = observations.iter().map(|one| weight(one).powi(2)).sum();
        (
            sum,
            if squares > 0.0 {
                sum * sum / squares
            } else {
                0.0
            },
        )
    };
    let (first_sum, first_size) = size(|one| one.first_weight);
    let (second_sum, second_size) = size(|one| one.second_weight);
    if first_size < 2.0 || second_size < 2.0 {
        return None;
    }
    let over_second = weighted_dominance(observations, |one| one.second_weight, second_sum);
    let over_first = weighted_dominance(observations, |one| one.first_weight, first_sum);
    let delta = observations
        .iter()
        .zip(&over_second)
        .map(|(one, dominance)| one.first_weight * dominance)
        .sum::<f64>()
        / first_sum;
    let variance: f64 = observations
        .iter()
        .zip(over_second.iter().zip(&over_first))
        .map(|(one, (over_second, over_first))| {
            let as_first = one.first_weight * (over_second - delta) / first_sum;
            let as_second = one.second_weight * (-over_first - delta) / second_sum;
            (as_first + as_second).powi(2)
        })
        .sum();
    let least = (1.0 - delta * delta) / (first_size * second_size - 1.0);
    let standard_error = variance.max(least).sqrt();
    let smaller_size = first_size.min(second_size);
    Some(CliffsDelta {
        delta: asymmetric_interval(delta, standard_error, NORMAL_QUANTILE_975, smaller_size),
        standard_error,
        degrees_of_freedom: f64::INFINITY,
    })
}

/// Feng and Cliff (2004), equation 9; at the ends of the range, where the standard error
/// vanishes, the bound that follows from the smaller group.
fn asymmetric_interval(
    delta: f64,
    standard_error: f64,
    quantile: f64,
    smaller_size: f64,
) -> Bounded {
    let t_squared = quantile * quantile;
    if 1.0 - delta.abs() < 1e-12 {
        let inner = (smaller_size - t_squared) / (smaller_size + t_squared);
        return Bounded {
            value: delta,
            low: if delta > 0.0 { inner } else { -1.0 },
            high: if delta > 0.0 { 1.0 } else { -inner },
        };
    }
    let scaled = t_squared * standard_error * standard_error;
    let rest = 1.0 - delta * delta;
    let half_width = quantile * standard_error * (rest * rest + scaled).sqrt();
    let centre = delta - delta.powi(3);
    Bounded {
        value: delta,
        low: (centre - half_width) / (rest + scaled),
        high: (centre + half_width) / (rest + scaled),
    }
}

/// For each value, the share of the others that it exceeds less the share that exceed it.
fn dominance_means(values: &[f64], others: &[f64]) -> Vec<f64> {
    let mut sorted = others.to_vec();
    sorted.sort_by(f64::total_cmp);
    let count = sorted.len() as f64;
    values
        .iter()
        .map(|value| {
            let below = sorted.partition_point(|other| other < value);
            let not_above = sorted.partition_point(|other| other <= value);
            (below as f64 - (count - not_above as f64)) / count
        })
        .collect()
}

/// Share of pairs whose values differ.
fn unequal_pair_share(first: &[f64], second: &[f64]) -> f64 {
    let mut sorted = second.to_vec();
    sorted.sort_by(f64::total_cmp);
    let equal: usize = first
        .iter()
        .map(|value| {
            sorted.partition_point(|other| other <= value)
                - sorted.partition_point(|other| other < value)
        })
        .sum();
    1.0 - equal as f64 / (first.len() as f64 * second.len() as f64)
}

/// For each observation, the weighted share of values it exceeds less that of values above it.
fn weighted_dominance(
    observations: &[WeightedValue],
    weight: fn(&WeightedValue) -> f64,
    weight_sum: f64,
) -> Vec<f64> {
    let mut order: Vec<usize> = (0..observations.len()).collect();
    order.sort_by(|left, right| {
        observations[*left]
            .value
            .total_cmp(&observations[*right].value)
    });
    let mut dominance = vec![0.0; observations.len()];
    let mut below = 0.0;
    for tied in
        order.chunk_by(|left, right| observations[*left].value == observations[*right].value)
    {
        let at: f64 = tied.iter().map(|index| weight(&observations[*index])).sum();
        let above = weight_sum - below - at;
        for index in tied {
            dominance[*index] = (below - above) / weight_sum;
        }
        below += at;
    }
    dominance
}

fn sum_of_squares(values: &[f64], centre: f64) -> f64 {
    values.iter().map(|value| (value - centre).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::generator;
    use proptest::prelude::*;
    use rand::RngExt;

    fn naive_delta(first: &[f64], second: &[f64]) -> f64 {
        let sign = |x: f64, y: f64| f64::from(i8::from(x > y) - i8::from(x < y));
        let sum: f64 = first
            .iter()
            .flat_map(|x| second.iter().map(move |y| sign(*x, *y)))
            .sum();
        sum / (first.len() * second.len()) as f64
    }

    #[test]
    fn a_group_of_one_is_missing() {
        assert!(cliffs_delta(&[1.0], &[1.0, 2.0]).is_none());
        assert!(weighted_cliffs_delta(&[]).is_none());
    }

    #[test]
    fn separate_groups_reach_the_end_with_a_wide_interval() {
        let delta = cliffs_delta(&[5.0, 6.0, 7.0, 8.0], &[1.0, 2.0, 3.0, 4.0])
            .unwrap()
            .delta;
        assert_eq!((delta.value, delta.high), (1.0, 1.0));
        assert!(delta.low < 0.0, "{delta:?}");
    }

    #[test]
    fn equal_values_give_zero_with_the_least_variance() {
        let delta = cliffs_delta(&[2.0; 100], &[2.0; 100]).unwrap();
        assert_eq!(delta.delta.value, 0.0);
        assert!((delta.standard_error - 0.01).abs() < 1e-4);
    }

    #[test]
    fn interval_covers_the_true_delta() {
        const SAMPLES: usize = 1000;
        // Uniform on [0, 1] against uniform on [0.2, 1.2]: P(x < y) = 1 - .8^2 / 2 = .68.
        let true_delta = -0.36;
        let mut random = generator(3, "coverage of Cliff's delta");
        let covered = (0..SAMPLES)
            .filter(|_| {
                let first: Vec<f64> = (0..40).map(|_| random.random()).collect();
                let second: Vec<f64> = (0..60).map(|_| 0.2 + random.random::<f64>()).collect();
                let delta = cliffs_delta(&first, &second).unwrap().delta;
                (delta.low..=delta.high).contains(&true_delta)
            })
            .count() as f64
            / SAMPLES as f64;
        assert!((0.93..=0.97).contains(&covered), "{covered}");
    }

    fn small_numbers() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec((0i8..8).prop_map(f64::from), 2..40)
    }

    proptest! {
        #[test]
        fn fast_and_naive_delta_agree(first in small_numbers(), second in small_numbers()) {
            let fast = cliffs_delta(&first, &second).unwrap().delta;
            prop_assert!((fast.value - naive_delta(&first, &second)).abs() < 1e-9);
            prop_assert!(-1.0 - 1e-9 <= fast.low && fast.low <= fast.value + 1e-9);
            prop_assert!(fast.value <= fast.high + 1e-9 && fast.high <= 1.0 + 1e-9);
        }

        #[test]
        fn certain_membership_gives_the_unweighted_delta(first in small_numbers(), second in small_numbers()) {
            let certain: Vec<WeightedValue> = first
                .iter()
                .map(|value| WeightedValue { value: *value, first_weight: 1.0, second_weight: 0.0 })
                .chain(second.iter().map(|value| WeightedValue { value: *value, first_weight: 0.0, second_weight: 1.0 }))
                .collect();
            let weighted = weighted_cliffs_delta(&certain).unwrap();
            let plain = cliffs_delta(&first, &second).unwrap();
            prop_assert!((weighted.delta.value - plain.delta.value).abs() < 1e-9);
        }
    }
}
