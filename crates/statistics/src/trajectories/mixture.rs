//! The mixture of groups: its likelihood, and expectation maximisation from one beginning.

use super::curve::fit_rate;
use super::panel::{Panel, Row};
use super::{GroupCurve, TrajectoryOptions};

/// Share of idle months with which zero-inflated groups begin.
const FIRST_IDLE_PROBABILITY: f64 = 0.2;

/// The largest share of idle months, so that a month with posts is always possible.
const IDLE_PROBABILITY_MAX: f64 = 1.0 - 1e-9;

/// Groups with their probabilities worked out for every month.
pub(super) struct Mixture {
    pub groups: Vec<GroupTable>,
}

/// One group; vectors are by month.
pub(super) struct GroupTable {
    pub curve: GroupCurve,
    pub log_rates: Vec<f64>,
    pub rates: Vec<f64>,
    /// Probability that a month without posts is idle whatever the rate.
    pub idle_of_zero: Vec<f64>,
    /// Log probability of no posts.
    log_zeros: Vec<f64>,
    /// Sums of these over the months before.
    log_zero_sums: Vec<f64>,
    log_share: f64,
    log_not_idle: f64,
}

/// The end of one run.
pub(super) struct Fitted {
    pub curves: Vec<GroupCurve>,
    pub log_likelihood: f64,
    pub iteration_count: usize,
    pub is_converged: bool,
}

impl Mixture {
    pub fn new(curves: &[GroupCurve], month_count: usize) -> Self {
        let groups = curves
            .iter()
            .map(|curve| GroupTable::new(curve.clone(), month_count))
            .collect();
        Self { groups }
    }

    /// Writes the probability of each group for an account; returns the log of its likelihood.
    pub fn posterior(&self, row: &Row, posterior: &mut [f64]) -> f64 {
        for (log_joint, group) in posterior.iter_mut().zip(&self.groups) {
            *log_joint = group.log_share + group.log_probability(row);
        }
        let largest = posterior.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for joint in posterior.iter_mut() {
            *joint = (*joint - largest).exp();
            sum += *joint;
        }
        posterior.iter_mut().for_each(|joint| *joint /= sum);
        largest + sum.ln()
    }

    pub fn log_likelihood(&self, panel: &Panel) -> f64 {
        let mut posterior = vec![0.0; self.groups.len()];
        panel
            .rows
            .iter()
            .map(|row| row.weight * self.posterior(row, &mut posterior))
            .sum()
    }
}

impl GroupTable {
    fn new(curve: GroupCurve, month_count: usize) -> Self {
        let log_rates: Vec<f64> = (0..month_count)
            .map(|month| curve.log_rate(month, month_count))
            .collect();
        let rates: Vec<f64> = log_rates.iter().map(|log_rate| log_rate.exp()).collect();
        let idle = curve.idle_probability;
        let zero_probability = |rate: &f64| idle + (1.0 - idle) * (-rate).exp();
        // Without idle months the logarithm is exact even where the probability is too small to hold.
        let log_zero = |rate: &f64| {
            if idle > 0.0 {
                zero_probability(rate).ln()
            } else {
                -rate
            }
        };
        let idle_of_zero = |rate: &f64| {
            if idle > 0.0 {
                idle / zero_probability(rate)
            } else {
                0.0
            }
        };
        let log_zeros: Vec<f64> = rates.iter().map(log_zero).collect();
        let mut log_zero_sums = vec![0.0];
        for (month, log_zero) in log_zeros.iter().enumerate() {
            log_zero_sums.push(log_zero_sums[month] + log_zero);
        }
        Self {
            log_share: curve.share.ln(),
            log_not_idle: (1.0 - idle).ln(),
            idle_of_zero: rates.iter().map(idle_of_zero).collect(),
            log_zeros,
            log_zero_sums,
            log_rates,
            rates,
            curve,
        }
    }

    /// Log probability of all of an account's months.
    fn log_probability(&self, row: &Row) -> f64 {
        let zeros = self.log_zero_sums[row.end_month] - self.log_zero_sums[row.first_month];
        let active: f64 = row
            .active
            .iter()
            .map(|(month, count)| {
                let log_count =
                    self.log_not_idle - self.rates[*month] + count * self.log_rates[*month];
                log_count - self.log_zeros[*month]
            })
            .sum();
        zeros + active - row.log_factorials
    }
}

/// What the accounts of a group did, each counted by its weight and its probability of the group.
#[derive(Clone)]
pub(super) struct GroupSums {
    weight: f64,
    /// Accounts that come under observation in a month, less those that leave it.
    entering: Vec<f64>,
    /// Accounts with posts in a month.
    pub active: Vec<f64>,
    /// Their posts.
    posts: Vec<f64>,
}

impl GroupSums {
    fn none(month_count: usize) -> Self {
        Self {
            weight: 0.0,
            entering: vec![0.0; month_count + 1],
            active: vec![0.0; month_count],
            posts: vec![0.0; month_count],
        }
    }

    fn add(&mut self, row: &Row, weight: f64) {
        self.weight += weight;
        self.entering[row.first_month] += weight;
        self.entering[row.end_month] -= weight;
        for (month, count) in &row.active {
            self.active[*month] += weight;
            self.posts[*month] += weight * count;
        }
    }

    /// Accounts observed in each month.
    pub fn observed(&self) -> Vec<f64> {
        let mut present = 0.0;
        self.entering[..self.active.len()]
            .iter()
            .zip(&self.active)
            .map(|(entering, active)| {
                present += entering;
                // Rounding takes nobody away who posted.
                present.max(*active)
            })
            .collect()
    }
}

/// Runs from an assignment of each account to a group.
pub(super) fn fit(
    panel: &Panel,
    assignment: &[usize],
    group_count: usize,
    options: &TrajectoryOptions,
) -> Fitted {
    let mut sums = vec![GroupSums::none(panel.month_count); group_count];
    for (row, group) in panel.rows.iter().zip(assignment) {
        sums[*group].add(row, row.weight);
    }
    let mut curves: Vec<GroupCurve> = sums.iter().map(|sums| flat_curve(sums, options)).collect();
    let mut fitted = Fitted {
        curves: Vec::new(),
        log_likelihood: f64::NEG_INFINITY,
        iteration_count: 0,
        is_converged: false,
    };
    loop {
        curves = improved(panel, &curves, &sums);
        let mixture = Mixture::new(&curves, panel.month_count);
        let log_likelihood;
        (log_likelihood, sums) = expected_sums(panel, &mixture);
        let gain = log_likelihood - fitted.log_likelihood;
        fitted.is_converged = gain <= options.tolerance * (1.0 + log_likelihood.abs());
        if gain > 0.0 {
            fitted.curves.clone_from(&curves);
            fitted.log_likelihood = log_likelihood;
        }
        if fitted.is_converged || fitted.iteration_count >= options.iterations_max {
            return fitted;
        }
        fitted.iteration_count += 1;
    }
}

/// The log likelihood, and the sums of each group by the probabilities of the groups.
pub(super) fn expected_sums(panel: &Panel, mixture: &Mixture) -> (f64, Vec<GroupSums>) {
    let group_count = mixture.groups.len();
    let mut sums = vec![GroupSums::none(panel.month_count); group_count];
    let mut posterior = vec![0.0; group_count];
    let mut log_likelihood = 0.0;
    for row in &panel.rows {
        log_likelihood += row.weight * mixture.posterior(row, &mut posterior);
        for (sums, probability) in sums.iter_mut().zip(&posterior) {
            if *probability > 0.0 {
                sums.add(row, row.weight * probability);
            }
        }
    }
    (log_likelihood, sums)
}

/// A group of one rate, the mean of its months with half a post added.
fn flat_curve(sums: &GroupSums, options: &TrajectoryOptions) -> GroupCurve {
    let months: f64 = sums.observed().iter().sum();
    let posts: f64 = sums.posts.iter().sum();
    let mut coefficients = vec![0.0; options.degree + 1];
    coefficients[0] = ((posts + 0.5) / (months + 1.0)).ln();
    let idle_probability = if options.is_zero_inflated {
        FIRST_IDLE_PROBABILITY
    } else {
        0.0
    };
    GroupCurve {
        share: 0.0,
        coefficients,
        idle_probability,
    }
}

/// The likeliest parameters for the sums; which months without posts are idle is taken from the
/// parameters before.
fn improved(panel: &Panel, curves: &[GroupCurve], sums: &[GroupSums]) -> Vec<GroupCurve> {
    let weight_sum: f64 = sums.iter().map(|sums| sums.weight).sum();
    let before = Mixture::new(curves, panel.month_count);
    before
        .groups
        .iter()
        .zip(sums)
        .map(|(group, sums)| {
            let observed = sums.observed();
            let (mut months, mut idle_months) = (0.0, 0.0);
            let exposures: Vec<f64> = (0..panel.month_count)
                .map(|month| {
                    let idle = (observed[month] - sums.active[month]) * group.idle_of_zero[month];
                    months += observed[month];
                    idle_months += idle;
                    observed[month] - idle
                })
                .collect();
            let idle_probability = if months > 0.0 {
                idle_months / months
            } else {
                group.curve.idle_probability
            };
            GroupCurve {
                share: sums.weight / weight_sum,
                coefficients: fit_rate(&group.curve.coefficients, &exposures, &sums.posts),
                idle_probability: idle_probability.min(IDLE_PROBABILITY_MAX),
            }
        })
        .collect()
}
