//! Means of a quantity in two groups that accounts belong to by weights, and their difference.
//!
//! For quantities whose mean is of interest, as shares of a text. Where ranks are enough, and
//! values have long tails, [`crate::cliffs_delta`] is the better measure.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::cliffs_delta::WeightedValue;
use crate::interval::{Bounded, INTERVAL_LEVELS, NORMAL_QUANTILE_975};

/// Two means and their difference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanDifference {
    /// Mean of the first group.
    pub first: Bounded,
    /// Mean of the second group.
    pub second: Bounded,
    /// The first less the second.
    pub difference: Bounded,
    /// Two-sided p of the difference; `None` where values do not vary.
    pub p: Option<f64>,
}

/// Weighted means of two groups and their difference, with accounts as units.
///
/// The variance of a mean is that of the first-order influences `w (x - mean) / sum(w)` of the
/// accounts (Särndal, Swensson and Wretman 1992, Model Assisted Survey Sampling, section 5.5), times
/// `n / (n - 1)` with the effective size `n = sum(w)^2 / sum(w^2)`. An account in both groups has an
/// influence on both means, and their product is taken off the variance of the difference. Ends and
/// p are from Student's t with the degrees of freedom of Welch (1947); with weights of zero and one
/// they are those of Welch's test.
///
/// Weights are taken as known. `None` where the effective size of a group is below two. Values and
/// weights must be finite, and weights not negative.
pub fn weighted_mean_difference(observations: &[WeightedValue]) -> Option<MeanDifference> {
    let first = GroupMean::of(observations, |one| one.first_weight)?;
    let second = GroupMean::of(observations, |one| one.second_weight)?;
    let in_common: f64 = observations
        .iter()
        .map(|one| {
            first.influence(one.value, one.first_weight)
                * second.influence(one.value, one.second_weight)
        })
        .sum();
    let apart = first.variance + second.variance;
    let variance =
        (apart - 2.0 * in_common * first.correction().sqrt() * second.correction().sqrt()).max(0.0);
    let of_group = |group: &GroupMean| group.variance.powi(2) / (group.effective_size - 1.0);
    let degrees_of_freedom = apart.powi(2) / (of_group(&first) + of_group(&second));
    let difference = first.mean - second.mean;
    let standard_error = variance.sqrt();
    let p = StudentsT::new(0.0, 1.0, degrees_of_freedom)
        .ok()
        .filter(|_| standard_error > 0.0)
        .map(|student| 2.0 * student.sf(difference.abs() / standard_error));
    Some(MeanDifference {
        first: first.bounded(),
        second: second.bounded(),
        difference: within(difference, standard_error, degrees_of_freedom),
        p,
    })
}

/// A weighted mean with its variance.
struct GroupMean {
    mean: f64,
    weight_sum: f64,
    /// `sum(w)^2 / sum(w^2)`, two or more.
    effective_size: f64,
    variance: f64,
}

impl GroupMean {
    fn of(observations: &[WeightedValue], weight: fn(&WeightedValue) -> f64) -> Option<Self> {
        let weight_sum: f64 = observations.iter().map(weight).sum();
        let squares: f64 = observations.iter().map(|one| weight(one).powi(2)).sum();
        let effective_size = weight_sum * weight_sum / squares;
        // Not a number where nothing weighs anything.
        if effective_size.is_nan() || effective_size < 2.0 - 1e-9 {
            return None;
        }
        let total: f64 = observations.iter().map(|one| weight(one) * one.value).sum();
        let mut group = Self {
            mean: total / weight_sum,
            weight_sum,
            effective_size,
            variance: 0.0,
        };
        let influences = observations
            .iter()
            .map(|one| group.influence(one.value, weight(one)).powi(2));
        let sum_of_squares: f64 = influences.sum();
        group.variance = group.correction() * sum_of_squares;
        Some(group)
    }

    fn influence(&self, value: f64, weight: f64) -> f64 {
        weight * (value - self.mean) / self.weight_sum
    }

    fn correction(&self) -> f64 {
        self.effective_size / (self.effective_size - 1.0)
    }

    fn bounded(&self) -> Bounded {
        within(self.mean, self.variance.sqrt(), self.effective_size - 1.0)
    }
}

/// Value plus and minus its standard error times the quantile of Student's t.
fn within(value: f64, standard_error: f64, degrees_of_freedom: f64) -> Bounded {
    let quantile = StudentsT::new(0.0, 1.0, degrees_of_freedom)
        .map_or(NORMAL_QUANTILE_975, |t| t.inverse_cdf(INTERVAL_LEVELS[1]));
    Bounded {
        value,
        low: value - quantile * standard_error,
        high: value + quantile * standard_error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::generator;
    use proptest::prelude::*;
    use rand::RngExt;

    fn observed(value: f64, first_weight: f64, second_weight: f64) -> WeightedValue {
        WeightedValue {
            value,
            first_weight,
            second_weight,
        }
    }

    #[test]
    fn groups_without_two_accounts_have_no_difference() {
        let one = [observed(1.0, 1.0, 0.0), observed(2.0, 0.0, 1.0)];
        assert_eq!(weighted_mean_difference(&one), None);
        assert_eq!(weighted_mean_difference(&[]), None);
    }

    #[test]
    fn values_that_do_not_vary_have_no_p() {
        let alike: Vec<WeightedValue> = (0..8)
            .map(|account| observed(0.25, f64::from(account % 2), f64::from(1 - account % 2)))
            .collect();
        let found = weighted_mean_difference(&alike).unwrap();
        assert_eq!((found.difference.value, found.p), (0.0, None));
    }

    /// A naive jackknife: each account left out in turn.
    fn jackknife_variance(observations: &[WeightedValue]) -> f64 {
        let difference = |left_out: usize| {
            let (mut first, mut second) = ([0.0; 2], [0.0; 2]);
            for (place, one) in observations.iter().enumerate() {
                if place != left_out {
                    first[0] += one.first_weight * one.value;
                    first[1] += one.first_weight;
                    second[0] += one.second_weight * one.value;
                    second[1] += one.second_weight;
                }
            }
            first[0] / first[1] - second[0] / second[1]
        };
        let all: Vec<f64> = (0..observations.len()).map(difference).collect();
        let n = all.len() as f64;
        let mean = all.iter().sum::<f64>() / n;
        (n - 1.0) / n * all.iter().map(|one| (one - mean).powi(2)).sum::<f64>()
    }

    #[test]
    fn variance_is_that_of_leaving_out_accounts_in_turn() {
        let mut random = generator(3, "uncertain groups");
        let observations: Vec<WeightedValue> = (0..400)
            .map(|_| {
                let probability = random.random::<f64>().powi(4);
                let value: f64 = 0.3 * probability + random.random::<f64>();
                observed(value, probability, 1.0 - probability)
            })
            .collect();
        let found = weighted_mean_difference(&observations).unwrap().difference;
        let standard_error = (found.high - found.low) / (2.0 * NORMAL_QUANTILE_975);
        let ratio = standard_error / jackknife_variance(&observations).sqrt();
        assert!((0.97..=1.05).contains(&ratio), "{ratio}");
    }

    /// 95 % intervals hold the true difference of uncertain groups in about 95 of 100 samples.
    #[test]
    fn intervals_cover_as_often_as_they_say() {
        let mut random = generator(4, "coverage of a difference of means");
        let covered = (0..600)
            .filter(|_| {
                let observations: Vec<WeightedValue> = (0..120)
                    .map(|account| {
                        let probability = if account < 30 { 0.8 } else { 0.05 };
                        let is_member = random.random::<f64>() < probability;
                        let value = random.random::<f64>() + if is_member { 0.4 } else { 0.0 };
                        observed(value, probability, 1.0 - probability)
                    })
                    .collect();
                // Shares of members among those weighted into either group.
                let first = (30.0 * 0.8 * 0.8 + 90.0 * 0.05 * 0.05) / (24.0 + 4.5);
                let second = (30.0 * 0.2 * 0.8 + 90.0 * 0.95 * 0.05) / (6.0 + 85.5);
                let truth = 0.4 * (first - second);
                let found = weighted_mean_difference(&observations).unwrap().difference;
                (found.low..=found.high).contains(&truth)
            })
            .count();
        assert!((552..=588).contains(&covered), "{covered}");
    }

    proptest! {
        #[test]
        fn exchanged_groups_have_the_opposite_difference(
            values in prop::collection::vec((0.0..1.0f64, 0.0..1.0f64), 6..30),
        ) {
            let of = |is_exchanged: bool| {
                let observations: Vec<WeightedValue> = values
                    .iter()
                    .map(|(value, weight)| match is_exchanged {
                        true => observed(*value, 1.0 - weight, *weight),
                        false => observed(*value, *weight, 1.0 - weight),
                    })
                    .collect();
                weighted_mean_difference(&observations)
            };
            if let (Some(one), Some(other)) = (of(false), of(true)) {
                prop_assert!((one.difference.value + other.difference.value).abs() < 1e-12);
                prop_assert!((one.difference.low + other.difference.high).abs() < 1e-9);
                prop_assert_eq!(one.first.value, other.second.value);
            }
        }
    }
}
