//! Groups of accounts whose activity takes a like course over months: the group-based trajectory
//! model of Nagin (1999, Psychological Methods 4, 139-157; 2005, Group-Based Modeling of
//! Development).
//!
//! For describing courses of monthly posts. Groups are a summary of a continuous variety, not kinds
//! of people; an account belongs to each with a probability. When something happens to accounts is
//! [`crate::survival`].

mod curve;
mod mixture;
mod panel;
mod starts;
mod uncertainty;

use mixture::{Fitted, Mixture};
use panel::Panel;
use uncertainty::Covariance;

use crate::interval::Bounded;
use crate::random::generator;

/// Highest power of time.
pub const DEGREE_MAX: usize = 3;

/// One account's posts month by month.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory {
    /// How much the account counts: the probability that it belongs to the population studied.
    pub weight: f64,
    /// First month in which it was seen, counted from zero; earlier months say nothing of it.
    pub first_month: usize,
    /// Posts in each month from then on; months after the last say nothing.
    pub counts: Vec<u32>,
}

/// How groups are sought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrajectoryOptions {
    /// Highest power of time in each group's curve, at most [`DEGREE_MAX`].
    pub degree: usize,
    /// Whether a month can be idle whatever the rate (zero-inflated Poisson) or not (Poisson).
    pub is_zero_inflated: bool,
    /// Beginnings, of which the best end is kept; positive.
    pub start_count: usize,
    /// Most iterations from each beginning.
    pub iterations_max: usize,
    /// A run stops when the log likelihood grows by less than this part of it.
    pub tolerance: f64,
    /// Seed of the beginnings.
    pub seed: u64,
}

/// The parameters of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupCurve {
    /// Share of the population in this group.
    pub share: f64,
    /// Coefficients of the natural logarithm of the monthly rate in ascending powers of time, which
    /// runs from -1 in the first month to 1 in the last.
    pub coefficients: Vec<f64>,
    /// Probability that a month is idle whatever the rate; zero without zero inflation.
    pub idle_probability: f64,
}

/// A group as fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct TrajectoryGroup {
    /// Its parameters.
    pub curve: GroupCurve,
    /// Its share with a 95 % interval; `None` where the data do not determine the interval.
    pub share: Option<Bounded>,
    /// Posts expected of an account of the group in each month, idle months counted in, with 95 %
    /// intervals; `None` where the data do not determine them, as for a group without posts.
    pub monthly_posts: Option<Vec<Bounded>>,
    /// Accounts most likely in this group, by weight.
    pub assigned_weight: f64,
    /// Mean probability of this group over the accounts assigned to it; from 0.7 on the groups are
    /// taken to be told apart (Nagin 2005, section 5.5). `None` where none is assigned.
    pub average_posterior_probability: Option<f64>,
    /// Odds of a correct assignment over those of a random one, `(a / (1 - a)) / (s / (1 - s))` for
    /// the average posterior probability and the share (Nagin 2005, section 5.5); from 5 on is taken
    /// as good. `None` where an odds is zero or infinite, as with one group.
    pub odds_of_correct_classification: Option<f64>,
}

/// A mixture of groups.
#[derive(Debug, Clone, PartialEq)]
pub struct TrajectoryModel {
    /// Months of the study.
    pub month_count: usize,
    /// Groups, from the one with fewest posts expected over all months to the one with most.
    pub groups: Vec<TrajectoryGroup>,
    /// Weighted natural log likelihood.
    pub log_likelihood: f64,
    /// Free parameters.
    pub parameter_count: usize,
    /// `-2 log_likelihood + parameter_count ln(sum of weights)`: the less, the better (Schwarz 1978).
    pub bic: f64,
    /// Iterations of the kept run.
    pub iteration_count: usize,
    /// Whether the kept run stopped by the tolerance and not by the most iterations.
    pub is_converged: bool,
}

/// Models with one group and more.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupCountChoice {
    /// The models, one group first; a number of groups that cannot be fitted is left out.
    pub models: Vec<TrajectoryModel>,
    /// Place of the one with the least BIC among them.
    pub best: usize,
}

impl TrajectoryModel {
    /// Posts expected of an account of a group in a month, idle months counted in. `None` where
    /// there is no such group or month.
    pub fn expected_posts(&self, group: usize, month: usize) -> Option<f64> {
        let curve = &self.groups.get(group)?.curve;
        (month < self.month_count).then(|| curve.expected_posts(month, self.month_count))
    }

    /// Probability of each group for an account, whatever its weight. `None` for a trajectory with
    /// months beyond the study's.
    pub fn posterior_probabilities(&self, trajectory: &Trajectory) -> Option<Vec<f64>> {
        let certain = Trajectory {
            weight: 1.0,
            ..trajectory.clone()
        };
        let panel = Panel::new(std::slice::from_ref(&certain), self.month_count)?;
        let curves: Vec<GroupCurve> = self
            .groups
            .iter()
            .map(|group| group.curve.clone())
            .collect();
        let mut posterior = vec![0.0; curves.len()];
        let mixture = Mixture::new(&curves, self.month_count);
        panel.rows.first().map(|row| {
            mixture.posterior(row, &mut posterior);
            posterior
        })
    }
}

/// Weighted log likelihood of trajectories under given groups:
/// `sum_i w_i ln sum_j s_j prod_t p_j(y_it)` (Nagin 2005, equation 2.3) over the months in which each
/// account was seen, with the zero-inflated Poisson probabilities of Lambert (1992, Technometrics
/// 34, 1-14).
///
/// `None` where a weight is negative or not finite, and where a trajectory has months beyond
/// `month_count`.
pub fn trajectory_log_likelihood(
    trajectories: &[Trajectory],
    month_count: usize,
    curves: &[GroupCurve],
) -> Option<f64> {
    let panel = Panel::new(trajectories, month_count)?;
    Some(Mixture::new(curves, month_count).log_likelihood(&panel))
}

/// Fits a mixture of `group_count` groups by expectation maximisation (Dempster, Laird and Rubin
/// 1977) from several beginnings: accounts in order of their mean count, then accounts around seeds
/// that are drawn far from one another (as by Arthur and Vassilvitskii 2007).
///
/// Posts of an account in different months are independent given its group; accounts of one group
/// do not differ but by chance. Real accounts differ, so more groups are found than there are kinds.
/// A quadratic penalty of 1e-6 keeps the rate of a group without posts finite. Intervals of shares
/// are normal on the scale of log odds, those of posts on the scale of logarithms, both from the
/// observed information of all parameters together (Louis 1982) with weights as probabilities of
/// belonging. They hold for the chosen number of groups.
///
/// One iteration takes `O((N + a) K + M K)` time for `N` accounts with `a` months with posts
/// altogether, `M` months and `K` groups; memory is `O(N + a + M K)`.
///
/// `None` for options out of their ranges, where a weight is negative or not finite, where a
/// trajectory has months beyond `month_count`, where months do not outnumber the degree, and where
/// fewer accounts than groups have weight and months.
pub fn fit_trajectories(
    trajectories: &[Trajectory],
    month_count: usize,
    group_count: usize,
    options: &TrajectoryOptions,
) -> Option<TrajectoryModel> {
    let is_possible = options.degree <= DEGREE_MAX
        && options.degree < month_count
        && options.start_count > 0
        && options.tolerance >= 0.0;
    if !is_possible {
        return None;
    }
    let panel = Panel::new(trajectories, month_count)?;
    if group_count == 0 || panel.rows.len() < group_count {
        return None;
    }
    let mut random = generator(options.seed, "trajectories");
    let mut best: Option<Fitted> = None;
    for start in 0..options.start_count {
        let assignment = match start {
            0 => starts::by_mean_count(&panel, group_count),
            _ => starts::around_seeds(&panel, group_count, &mut random),
        };
        let fitted = mixture::fit(&panel, &assignment, group_count, options);
        let is_better = best
            .as_ref()
            .is_none_or(|best| fitted.log_likelihood > best.log_likelihood);
        if fitted.log_likelihood.is_finite() && is_better {
            best = Some(fitted);
        }
    }
    best.map(|fitted| described(&panel, fitted, options))
}

/// Fits one to `group_count_max` groups and chooses by BIC, the fewer of equally good.
///
/// `None` where not even one group can be fitted; see [`fit_trajectories`].
pub fn choose_group_count(
    trajectories: &[Trajectory],
    month_count: usize,
    group_count_max: usize,
    options: &TrajectoryOptions,
) -> Option<GroupCountChoice> {
    let models: Vec<TrajectoryModel> = (1..=group_count_max)
        .map_while(|group_count| fit_trajectories(trajectories, month_count, group_count, options))
        .collect();
    let best =
        (0..models.len()).min_by(|left, right| models[*left].bic.total_cmp(&models[*right].bic))?;
    Some(GroupCountChoice { models, best })
}

/// The fitted groups in ascending order of their posts, with what is said of each.
fn described(panel: &Panel, fitted: Fitted, options: &TrajectoryOptions) -> TrajectoryModel {
    let mut curves = fitted.curves;
    let month_count = panel.month_count;
    let level = |curve: &GroupCurve| -> f64 {
        (0..month_count)
            .map(|month| curve.expected_posts(month, month_count))
            .sum()
    };
    curves.sort_by(|left, right| level(left).total_cmp(&level(right)));
    let mixture = Mixture::new(&curves, month_count);
    let covariance = Covariance::new(panel, &mixture, options.is_zero_inflated);
    let (mut assigned, mut probability_sums) = (vec![0.0; curves.len()], vec![0.0; curves.len()]);
    let mut posterior = vec![0.0; curves.len()];
    for row in &panel.rows {
        mixture.posterior(row, &mut posterior);
        let likeliest = (0..curves.len())
            .rev()
            .max_by(|left, right| posterior[*left].total_cmp(&posterior[*right]));
        if let Some(group) = likeliest {
            assigned[group] += row.weight;
            probability_sums[group] += row.weight * posterior[group];
        }
    }
    let own_parameters = options.degree + 1 + usize::from(options.is_zero_inflated);
    let parameter_count = curves.len() * (own_parameters + 1) - 1;
    let groups = curves.into_iter().enumerate().map(|(group, curve)| {
        let average = (assigned[group] > 0.0).then(|| probability_sums[group] / assigned[group]);
        TrajectoryGroup {
            share: covariance
                .as_ref()
                .and_then(|found| found.share_interval(&mixture, group)),
            monthly_posts: covariance
                .as_ref()
                .and_then(|found| found.posts_intervals(&mixture, group)),
            assigned_weight: assigned[group],
            average_posterior_probability: average,
            odds_of_correct_classification: average
                .and_then(|average| odds_ratio(average, curve.share)),
            curve,
        }
    });
    TrajectoryModel {
        month_count,
        groups: groups.collect(),
        log_likelihood: fitted.log_likelihood,
        parameter_count,
        bic: -2.0 * fitted.log_likelihood + parameter_count as f64 * panel.weight_sum().ln(),
        iteration_count: fitted.iteration_count,
        is_converged: fitted.is_converged,
    }
}

fn odds_ratio(average: f64, share: f64) -> Option<f64> {
    let ratio = (average / (1.0 - average)) / (share / (1.0 - share));
    (ratio.is_finite() && ratio > 0.0).then_some(ratio)
}

#[cfg(test)]
mod tests;
