//! Intervals of the groups' shares.

use super::DEGREE_MAX;
use super::curve::powers_of_time;
use super::mixture::{GroupTable, Mixture};
use super::panel::{Panel, Row};
use crate::cholesky::inverse_symmetric;
use crate::interval::{Bounded, NORMAL_QUANTILE_975};

/// The interval of each group's share, normal on the scale of log odds. The information is the
/// weighted sum of outer products of the accounts' scores in shares, coefficients and idle
/// probabilities (Meilijson 1989, Journal of the Royal Statistical Society B 51, 127-138).
///
/// A parameter about which the data say nothing, as the curve of a group without posts, is taken as
/// known. `None` for a share at an end and where the information is singular.
pub(super) fn share_intervals(
    panel: &Panel,
    mixture: &Mixture,
    is_zero_inflated: bool,
) -> Vec<Option<Bounded>> {
    let shares: Vec<f64> = mixture
        .groups
        .iter()
        .map(|group| group.curve.share)
        .collect();
    let Some(others) = shares.len().checked_sub(1).filter(|others| *others > 0) else {
        return vec![
            Some(Bounded {
                value: 1.0,
                low: 1.0,
                high: 1.0
            });
            shares.len()
        ];
    };
    let Some(covariance) = share_covariance(panel, mixture, is_zero_inflated, others) else {
        return vec![None; shares.len()];
    };
    shares
        .iter()
        .enumerate()
        .map(|(group, share)| {
            let slope =
                |other: usize| share * (f64::from(u8::from(group == other)) - shares[other]);
            let variance: f64 = (0..others)
                .flat_map(|left| (0..others).map(move |right| (left, right)))
                .map(|(left, right)| slope(left) * covariance[left * others + right] * slope(right))
                .sum();
            let spread = share * (1.0 - share);
            (spread > 0.0 && variance.is_finite()).then(|| {
                let half_width = NORMAL_QUANTILE_975 * variance.max(0.0).sqrt() / spread;
                let log_odds = (share / (1.0 - share)).ln();
                let to_share = |log_odds: f64| 1.0 / (1.0 + (-log_odds).exp());
                Bounded {
                    value: *share,
                    low: to_share(log_odds - half_width),
                    high: to_share(log_odds + half_width),
                }
            })
        })
        .collect()
}

/// Covariance of the log ratios of all shares but the last to the last.
fn share_covariance(
    panel: &Panel,
    mixture: &Mixture,
    is_zero_inflated: bool,
    others: usize,
) -> Option<Vec<f64>> {
    let groups: Vec<GroupScores> = mixture
        .groups
        .iter()
        .map(|group| GroupScores::new(group, panel.month_count, is_zero_inflated))
        .collect();
    let width = others + groups.iter().map(|group| group.width).sum::<usize>();
    let mut information = vec![0.0; width * width];
    let (mut posterior, mut scores) = (vec![0.0; groups.len()], vec![0.0; width]);
    for row in &panel.rows {
        mixture.posterior(row, &mut posterior);
        for other in 0..others {
            scores[other] = posterior[other] - mixture.groups[other].curve.share;
        }
        let mut rest = &mut scores[others..];
        for ((months, group), probability) in groups.iter().zip(&mixture.groups).zip(&posterior) {
            let (own, after) = rest.split_at_mut(months.width);
            months.write(row, group, *probability, own);
            rest = after;
        }
        for (left, sums) in scores.iter().zip(information.chunks_exact_mut(width)) {
            sums.iter_mut()
                .zip(&scores)
                .for_each(|(sum, right)| *sum += row.weight * left * right);
        }
    }
    inverse_of_known(&information, width, others)
}

/// The first rows and columns of the inverse of what the data say something about.
fn inverse_of_known(information: &[f64], width: usize, others: usize) -> Option<Vec<f64>> {
    let size = |index: usize| information[index * width + index].sqrt();
    let known: Vec<usize> = (0..width)
        .filter(|index| *index < others || size(*index) > 1e-4)
        .collect();
    let scaled: Vec<f64> = known
        .iter()
        .flat_map(|row| known.iter().map(move |column| (*row, *column)))
        .map(|(row, column)| information[row * width + column] / (size(row) * size(column)))
        .collect();
    let inverse = inverse_symmetric(&scaled, known.len())?;
    let covariance = (0..others)
        .flat_map(|row| (0..others).map(move |column| (row, column)))
        .map(|(row, column)| inverse[row * known.len() + column] / (size(row) * size(column)));
    Some(covariance.collect())
}

/// Sums over months by which a group's scores are found without walking through idle months.
struct GroupScores {
    /// Coefficients, and one more for the idle probability where there is one.
    width: usize,
    coefficient_count: usize,
    powers: Vec<[f64; DEGREE_MAX + 1]>,
    /// Scores of months without posts, for each parameter, summed over the months before.
    zero_sums: Vec<Vec<f64>>,
}

impl GroupScores {
    fn new(group: &GroupTable, month_count: usize, is_zero_inflated: bool) -> Self {
        let coefficient_count = group.curve.coefficients.len();
        let mut scores = Self {
            width: coefficient_count + usize::from(is_zero_inflated),
            coefficient_count,
            powers: (0..month_count)
                .map(|month| powers_of_time(month, month_count))
                .collect(),
            zero_sums: Vec::new(),
        };
        scores.zero_sums = (0..scores.width)
            .map(|parameter| {
                let mut sums = vec![0.0];
                for month in 0..month_count {
                    sums.push(sums[month] + scores.of_zero(group, month, parameter));
                }
                sums
            })
            .collect();
        scores
    }

    /// Derivative of the log probability of a month without posts.
    fn of_zero(&self, group: &GroupTable, month: usize, parameter: usize) -> f64 {
        let idle = group.idle_of_zero[month];
        match self.powers[month].get(parameter) {
            Some(power) if parameter < self.coefficient_count => {
                -(1.0 - idle) * group.rates[month] * power
            }
            // By the log odds of the idle probability.
            _ => idle - group.curve.idle_probability,
        }
    }

    /// Derivative of the log probability of a month with posts.
    fn of_active(&self, group: &GroupTable, month: usize, count: f64, parameter: usize) -> f64 {
        match self.powers[month].get(parameter) {
            Some(power) if parameter < self.coefficient_count => {
                (count - group.rates[month]) * power
            }
            _ => -group.curve.idle_probability,
        }
    }

    fn write(&self, row: &Row, group: &GroupTable, probability: f64, own: &mut [f64]) {
        for (parameter, (score, zeros)) in own.iter_mut().zip(&self.zero_sums).enumerate() {
            let active: f64 = row
                .active
                .iter()
                .map(|(month, count)| {
                    self.of_active(group, *month, *count, parameter)
                        - self.of_zero(group, *month, parameter)
                })
                .sum();
            *score = probability * (zeros[row.end_month] - zeros[row.first_month] + active);
        }
    }
}
