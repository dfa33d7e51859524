//! Intervals of the groups' shares and curves.

use super::DEGREE_MAX;
use super::curve::powers_of_time;
use super::mixture::{GroupTable, Mixture, expected_sums};
use super::panel::{Panel, Row};
use crate::cholesky::inverse_symmetric;
use crate::interval::{Bounded, NORMAL_QUANTILE_975};

/// Information, in posts, below which the data are taken to say nothing about a parameter, as about
/// the curve of a group without posts; such a parameter is taken as known.
const LEAST_INFORMATION: f64 = 1e-2;

/// Covariance of all parameters: log ratios of all shares but the last to the last, then for each
/// group its coefficients and, with idle months, the log odds of its idle probability. It is the
/// inverse of the observed information by Louis (1982, Journal of the Royal Statistical Society B 44,
/// 226-233, equation 3.2').
pub(super) struct Covariance {
    width: usize,
    /// Shares that vary freely.
    share_count: usize,
    group_width: usize,
    /// For each parameter its root information, or none where the data say nothing.
    roots: Vec<Option<f64>>,
    /// By parameters, in units of the root information; zero where the data say nothing.
    scaled: Vec<f64>,
}

impl Covariance {
    /// `None` where the information is singular.
    pub fn new(panel: &Panel, mixture: &Mixture, is_zero_inflated: bool) -> Option<Self> {
        let scores: Vec<GroupScores> = mixture
            .groups
            .iter()
            .map(|group| GroupScores::new(group, panel.month_count, is_zero_inflated))
            .collect();
        let group_width = scores.first()?.width;
        let share_count = mixture.groups.len() - 1;
        let width = share_count + mixture.groups.len() * group_width;
        let information = information(panel, mixture, &scores, width);
        let roots: Vec<Option<f64>> = (0..width)
            .map(|index| information[index * width + index])
            .map(|own| (own > LEAST_INFORMATION).then(|| own.sqrt()))
            .collect();
        let known: Vec<(usize, f64)> = roots
            .iter()
            .enumerate()
            .filter_map(|(index, root)| Some((index, (*root)?)))
            .collect();
        let of_known: Vec<f64> = known
            .iter()
            .flat_map(|row| known.iter().map(move |column| (row, column)))
            .map(|(row, column)| information[row.0 * width + column.0] / (row.1 * column.1))
            .collect();
        let inverse = inverse_symmetric(&of_known, known.len())?;
        let mut scaled = vec![0.0; width * width];
        for (i, (row, _)) in known.iter().enumerate() {
            for (j, (column, _)) in known.iter().enumerate() {
                scaled[row * width + column] = inverse[i * known.len() + j];
            }
        }
        Some(Self {
            width,
            share_count,
            group_width,
            roots,
            scaled,
        })
    }

    /// Variance of a sum of parameters times slopes; a parameter of which nothing is known counts
    /// nothing.
    fn variance(&self, slopes: &[(usize, f64)]) -> f64 {
        let in_units = |(index, slope): &(usize, f64)| Some((*index, slope / self.roots[*index]?));
        let slopes: Vec<(usize, f64)> = slopes.iter().filter_map(in_units).collect();
        slopes
            .iter()
            .flat_map(|left| slopes.iter().map(move |right| (left, right)))
            .map(|(left, right)| left.1 * right.1 * self.scaled[left.0 * self.width + right.0])
            .sum::<f64>()
            .max(0.0)
    }

    /// A group's share, normal on the scale of log odds; one without error where there is one group.
    /// `None` for a share at an end.
    pub fn share_interval(&self, mixture: &Mixture, group: usize) -> Option<Bounded> {
        let share = |group: usize| mixture.groups[group].curve.share;
        let value = share(group);
        if self.share_count == 0 {
            return Some(Bounded {
                value,
                low: 1.0,
                high: 1.0,
            });
        }
        let slopes: Vec<(usize, f64)> = (0..self.share_count)
            .map(|other| (other, f64::from(u8::from(group == other)) - share(other)))
            .collect();
        // Slopes are those of the log share; the log odds is steeper by the other groups' share.
        let half_width = NORMAL_QUANTILE_975 * self.variance(&slopes).sqrt() / (1.0 - value);
        let log_odds = (value / (1.0 - value)).ln();
        let to_share = |log_odds: f64| 1.0 / (1.0 + (-log_odds).exp());
        (value > 0.0 && half_width.is_finite()).then(|| Bounded {
            value,
            low: to_share(log_odds - half_width),
            high: to_share(log_odds + half_width),
        })
    }

    /// Posts expected of an account of a group in each month, normal on the scale of their
    /// logarithm. `None` where the data say nothing of a coefficient.
    pub fn posts_intervals(&self, mixture: &Mixture, group: usize) -> Option<Vec<Bounded>> {
        let table = &mixture.groups[group];
        let first = self.share_count + group * self.group_width;
        let coefficients = first..first + table.curve.coefficients.len();
        if self.roots[coefficients.clone()].iter().any(Option::is_none) {
            return None;
        }
        let month_count = table.rates.len();
        let of_month = |month: usize| {
            let mut slopes: Vec<(usize, f64)> = coefficients
                .clone()
                .zip(powers_of_time(month, month_count))
                .collect();
            if self.group_width > coefficients.len() {
                slopes.push((coefficients.end, -table.curve.idle_probability));
            }
            let half_width = NORMAL_QUANTILE_975 * self.variance(&slopes).sqrt();
            let value = table.curve.expected_posts(month, month_count);
            Bounded {
                value,
                low: value * (-half_width).exp(),
                high: value * half_width.exp(),
            }
        };
        Some((0..month_count).map(of_month).collect())
    }
}

/// The observed information: what there would be if groups were known, less the variance of the
/// scores that comes from not knowing them.
fn information(panel: &Panel, mixture: &Mixture, groups: &[GroupScores], width: usize) -> Vec<f64> {
    let mut information = information_of_known_groups(panel, mixture, groups, width);
    let mut add_square = |scores: &[f64], weight: f64| {
        for (left, sums) in scores.iter().zip(information.chunks_exact_mut(width)) {
            let add = |(sum, right): (&mut f64, &f64)| *sum += weight * left * right;
            sums.iter_mut().zip(scores).for_each(add);
        }
    };
    let share_count = groups.len() - 1;
    let mut posterior = vec![0.0; groups.len()];
    for row in &panel.rows {
        mixture.posterior(row, &mut posterior);
        let mut mean = vec![0.0; width];
        for (group, probability) in posterior.iter().enumerate() {
            let mut scores = vec![0.0; width];
            for (other, score) in scores[..share_count].iter_mut().enumerate() {
                *score = f64::from(u8::from(other == group)) - mixture.groups[other].curve.share;
            }
            let first = share_count + group * groups[group].width;
            let own = &mut scores[first..first + groups[group].width];
            groups[group].write(row, &mixture.groups[group], own);
            add_square(&scores, -row.weight * probability);
            mean.iter_mut()
                .zip(&scores)
                .for_each(|(mean, score)| *mean += probability * score);
        }
        add_square(&mean, row.weight);
    }
    information
}

/// The information if it were known who is of which group, each account counted by its
/// probabilities.
fn information_of_known_groups(
    panel: &Panel,
    mixture: &Mixture,
    groups: &[GroupScores],
    width: usize,
) -> Vec<f64> {
    let share_count = groups.len() - 1;
    let mut information = vec![0.0; width * width];
    let weight_sum = panel.weight_sum();
    let share = |group: usize| mixture.groups[group].curve.share;
    for row in 0..share_count {
        for column in 0..share_count {
            let own = if row == column { share(row) } else { 0.0 };
            information[row * width + column] = weight_sum * (own - share(row) * share(column));
        }
    }
    let (_, sums) = expected_sums(panel, mixture);
    for (group, (scores, sums)) in groups.iter().zip(&sums).enumerate() {
        let first = share_count + group * scores.width;
        for (month, observed) in sums.observed().into_iter().enumerate() {
            let active = sums.active[month];
            let [of_rate, of_both, of_idle] =
                curvature(&mixture.groups[group], month, observed - active, active);
            let slopes = scores.slopes(month);
            for row in 0..scores.width {
                for column in 0..scores.width {
                    let ((rate_left, idle_left), (rate_right, idle_right)) =
                        (slopes(row), slopes(column));
                    information[(first + row) * width + first + column] +=
                        of_rate * rate_left * rate_right
                            + of_both * (rate_left * idle_right + idle_left * rate_right)
                            + of_idle * idle_left * idle_right;
                }
            }
        }
    }
    information
}

/// Negative second derivatives of the log probability of so many months without and with posts: by
/// the log rate twice, by log rate and log odds of the idle probability, and by the latter twice.
fn curvature(group: &GroupTable, month: usize, zeros: f64, active: f64) -> [f64; 3] {
    let (rate, idle) = (group.rates[month], group.curve.idle_probability);
    let of_zero = group.idle_of_zero[month];
    let spread = of_zero * (1.0 - of_zero);
    [
        zeros * ((1.0 - of_zero) * rate - spread * rate * rate) + active * rate,
        -zeros * spread * rate,
        (zeros + active) * idle * (1.0 - idle) - zeros * spread,
    ]
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

    /// How much the log rate of a month and the log odds of the idle probability change with a
    /// parameter.
    fn slopes(&self, month: usize) -> impl Fn(usize) -> (f64, f64) {
        let powers = self.powers[month];
        move |parameter| match powers.get(parameter) {
            Some(power) if parameter < self.coefficient_count => (*power, 0.0),
            _ => (0.0, 1.0),
        }
    }

    /// Derivative of the log probability of a month without posts.
    fn of_zero(&self, group: &GroupTable, month: usize, parameter: usize) -> f64 {
        let idle = group.idle_of_zero[month];
        let (of_rate, of_idle) = self.slopes(month)(parameter);
        -(1.0 - idle) * group.rates[month] * of_rate
            + (idle - group.curve.idle_probability) * of_idle
    }

    /// Derivative of the log probability of a month with posts.
    fn of_active(&self, group: &GroupTable, month: usize, count: f64, parameter: usize) -> f64 {
        let (of_rate, of_idle) = self.slopes(month)(parameter);
        (count - group.rates[month]) * of_rate - group.curve.idle_probability * of_idle
    }

    /// Writes the scores of an account in the parameters of a group, as if it were of that group.
    fn write(&self, row: &Row, group: &GroupTable, own: &mut [f64]) {
        for (parameter, (score, zeros)) in own.iter_mut().zip(&self.zero_sums).enumerate() {
            let active: f64 = row
                .active
                .iter()
                .map(|(month, count)| {
                    self.of_active(group, *month, *count, parameter)
                        - self.of_zero(group, *month, parameter)
                })
                .sum();
            *score = zeros[row.end_month] - zeros[row.first_month] + active;
        }
    }
}
