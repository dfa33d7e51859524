//! Posts a month on both sides before and after an account of the public source crosses
//! (methods 4).
//!
//! ```text
//! crossover users ──► day of the first post on a target ──┐
//! matched others ───► the day of their crossover user ────┴─► posts by month from that day
//! ```
//!
//! Not for when accounts cross; that is in `crossing`.

mod events;

use datafusion::error::DataFusionError;
use entangle_model::Estimate;
use entangle_model::study::{CrossingActivity, CrossingMonth, MonthlyPosts};
use entangle_statistics::Bounded;
use entangle_statistics::weighted_sample::{Bootstrap, WeightedSample, bootstrap_means};
use std::collections::BTreeMap;

use crate::days::day_of;
use crate::feature_comparison::ComparedGroups;
use crate::inputs::StudyInputs;
use crate::matched_groups::cell_of;
use crate::participation::{CrossoverUser, held_participants};
use crate::study_tables::StudyTables;
use crate::suppression::suppressed_because;
use events::{
    CellDays, Event, MONTH_COUNT, MONTHS_EACH_WAY, MonthlyCounts, OtherAccount, is_within,
    read_public_months, read_public_period, read_target_months,
};

const WEIGHT_UNIT: f64 = 1000.0;
/// Months whose means share their replicates: more take fewer draws and more memory.
const MONTHS_TOGETHER: usize = 5;
const NOBODY_FOLLOWED: &str = "nobody is followed so long";

/// Reads the months and sums them up.
pub(crate) async fn crossing_activity(
    tables: &StudyTables,
    inputs: &StudyInputs<'_>,
    groups: &ComparedGroups<'_>,
    users: &[CrossoverUser],
    first_public_posts: &[Option<i64>],
    target_period: Option<[i64; 2]>,
) -> Result<CrossingActivity, DataFusionError> {
    let public_period = read_public_period(tables).await?;
    let Some((public_period, target_period)) = public_period.zip(target_period) else {
        return Ok(not_followed(
            groups,
            "no post of one of the sides has a date",
        ));
    };
    let target_period = target_period.map(day_of);
    let followed = Followed::read(
        tables,
        inputs,
        groups,
        users,
        first_public_posts,
        [public_period, target_period],
    )
    .await?;
    Ok(followed.summed_up(inputs, groups))
}

fn not_followed(groups: &ComparedGroups<'_>, why: impl Into<String>) -> CrossingActivity {
    let why = why.into();
    CrossingActivity {
        design: format!("Not shown: {why}. {}", design_in_words(groups)),
        crossover_count: 0,
        other_count: 0,
        crossover_expected_count: None,
        months: Vec::new(),
        change_strict: Estimate::missing(0, why.clone()),
        change_expected: Estimate::missing(0, why),
    }
}

fn design_in_words(groups: &ComparedGroups<'_>) -> String {
    format!(
        "Crossover users with a known first post on both sides are followed on the public source \
         from {MONTHS_EACH_WAY} months of 30 days before the day (UTC) of their first post on a \
         target to {MONTHS_EACH_WAY} months after the month that begins with it. {} Matched others \
         get the day of their crossover user. An account counts in the months that lie wholly \
         between its registration, or else its first post in the window, and the last post of the \
         population; on the targets also between their first post and their last. So not every \
         month has the same accounts; the change is of those followed in all months and leaves out \
         month 0. For the expected form every possible crossover user counts by its probability, \
         beside the mean of others of its cell of tenure and posts (one doubling each) in the same \
         days.",
        groups.matched.design_in_words(groups.least)
    )
}

/// One account around its event.
struct Trajectory {
    event: Event,
    public: MonthlyCounts,
    /// Days on which the account is followed on the public source.
    public_days: [i64; 2],
}

impl Trajectory {
    fn public_in(&self, month: usize) -> Option<f64> {
        is_within(self.event.day, month, self.public_days).then(|| f64::from(self.public[month]))
    }

    /// Mean posts a month after the event less before; `None` where not all months are followed.
    fn change(&self) -> Option<f64> {
        change_of(|month| self.public_in(month))
    }
}

/// Mean of the months after month 0 less that of the months before.
fn change_of(posts_in: impl Fn(usize) -> Option<f64>) -> Option<f64> {
    let each_way = MONTHS_EACH_WAY as usize;
    let mean = |months: std::ops::Range<usize>| -> Option<f64> {
        let sum = months.map(&posts_in).sum::<Option<f64>>()?;
        Some(sum / each_way as f64)
    };
    Some(mean(each_way + 1..MONTH_COUNT)? - mean(0..each_way)?)
}

/// A possible crossover user.
struct User {
    trajectory: Trajectory,
    weight: f64,
    targets: MonthlyCounts,
    /// Cell of tenure and posts; `None` where tenure is not known.
    cell: Option<usize>,
}

/// Everybody who is followed.
struct Followed {
    users: Vec<User>,
    /// Per matched set the position of its user and the trajectories of its others.
    sets: Vec<(usize, Vec<Trajectory>)>,
    cells: Option<CellDays>,
    target_days: [i64; 2],
}

impl Followed {
    async fn read(
        tables: &StudyTables,
        inputs: &StudyInputs<'_>,
        groups: &ComparedGroups<'_>,
        users: &[CrossoverUser],
        first_public_posts: &[Option<i64>],
        [public_period, target_days]: [[i64; 2]; 2],
    ) -> Result<Self, DataFusionError> {
        let public_days = |account: usize| {
            let since = inputs.accounts[account].since_s;
            let first = since.map_or(i64::MAX, day_of);
            [first.max(public_period[0]), public_period[1]]
        };
        let has_both = |user: &&CrossoverUser| first_public_posts[user.account].is_some();
        let dated = users.iter().filter(has_both).filter_map(|user| {
            let day = day_of(user.first_post_s?);
            let account = user.account;
            Some((Event { account, day }, user.weight))
        });
        let (user_events, weights): (Vec<Event>, Vec<f64>) = dated.unzip();
        let sets = sets_with_events(groups, &user_events);
        let other_events: Vec<Event> = sets.iter().flat_map(|(_, others)| others.clone()).collect();
        let all_events: Vec<Event> = user_events.iter().chain(&other_events).copied().collect();
        let mut public = read_public_months(tables, &all_events).await?.into_iter();
        let held = held_participants(inputs, user_events.iter().map(|event| event.account));
        let targets = read_target_months(tables, &user_events, &held).await?;
        let mut trajectory = |event: Event| Trajectory {
            event,
            public: public.next().unwrap_or([0; MONTH_COUNT]),
            public_days: public_days(event.account),
        };
        let (cell_of_account, cell_count) = cells(groups);
        let users = user_events.into_iter().zip(weights).zip(targets);
        let users: Vec<User> = users
            .map(|((event, weight), targets)| User {
                trajectory: trajectory(event),
                weight,
                targets,
                cell: cell_of_account[event.account],
            })
            .collect();
        let sets = sets
            .into_iter()
            .map(|(user, others)| (user, others.into_iter().map(&mut trajectory).collect()))
            .collect();
        let others = other_accounts(inputs, &cell_of_account, public_days);
        Ok(Self {
            users,
            sets,
            cells: CellDays::read(tables, &others, cell_count, public_period).await?,
            target_days,
        })
    }

    fn summed_up(&self, inputs: &StudyInputs<'_>, groups: &ComparedGroups<'_>) -> CrossingActivity {
        let least = inputs.config.suppress_below_count;
        let weight_sum: f64 = self.users.iter().map(|user| user.weight).sum();
        if weight_sum <= 0.0 {
            return not_followed(groups, "no candidate link has known dates on both sides");
        }
        if weight_sum < least as f64 {
            return not_followed(groups, suppressed_because(least));
        }
        let summary = Summary {
            bootstrap: Bootstrap {
                replicate_count: usize::try_from(inputs.config.bootstrap_count)
                    .unwrap_or(usize::MAX),
                seed: inputs.config.seed,
            },
            least,
        };
        let (expected, change_expected) = self.expected_estimates(&summary);
        let months: Vec<CrossingMonth> = expected
            .into_iter()
            .enumerate()
            .map(|(month, expected)| self.month(&summary, month, expected))
            .collect();
        let is_missing = |month: &CrossingMonth| month.public_expected.value.is_none();
        if months.iter().all(is_missing) {
            return not_followed(groups, "in no month are enough crossover users followed");
        }
        let is_shown = self.sets.len() as u64 >= groups.least;
        let other_count: usize = self.sets.iter().map(|(_, others)| others.len()).sum();
        CrossingActivity {
            design: design_in_words(groups),
            crossover_count: if is_shown { self.sets.len() as u64 } else { 0 },
            other_count: if is_shown { other_count as u64 } else { 0 },
            crossover_expected_count: Some(weight_sum),
            months,
            change_strict: summary.mean(
                self.strict(|user, others| Some(user.trajectory.change()? - mean_change(others)?)),
                "posts a month on the public source after less before, less the same of the matched \
                 others",
            ),
            change_expected,
        }
    }

    /// What is expected of possible crossover users: per month their posts on the public source, those of
    /// others of their cells and their posts on the targets, and the change of the first two.
    fn expected_estimates(&self, summary: &Summary) -> (Vec<[Estimate; 3]>, Estimate) {
        let weights: Vec<f64> = self.users.iter().map(|user| user.weight).collect();
        let means = |columns: &[(Vec<Option<f64>>, &str)]| summary.means(&weights, columns);
        let all: Vec<usize> = (0..MONTH_COUNT).collect();
        let mut months = Vec::new();
        for together in all.chunks(MONTHS_TOGETHER) {
            let columns = together
                .iter()
                .flat_map(|month| self.expected_columns(*month));
            let mut estimates = means(&columns.collect::<Vec<_>>()).into_iter();
            let mut next = || estimates.next().unwrap_or_else(nobody_followed);
            months.extend(together.iter().map(|_| [next(), next(), next()]));
        }
        let change = self.column(|user| {
            let others = change_of(|month| self.cell_mean(user, month))?;
            Some(user.trajectory.change()? - others)
        });
        let what = "posts a month on the public source after less before, less the same of others of \
                    the cell, weighted by probability";
        let change = means(&[(change, what)]).pop();
        (months, change.unwrap_or_else(nobody_followed))
    }

    fn expected_columns(&self, month: usize) -> [(Vec<Option<f64>>, &'static str); 3] {
        let public = |user: &User| user.trajectory.public_in(month);
        [
            (
                self.column(public),
                "mean over possible crossover users by their probability",
            ),
            (
                self.column(|user| public(user).and(self.cell_mean(user, month))),
                "mean of others of the cells of possible crossover users, weighted by the probability of \
                 these; the interval carries which users there are and not the sampling of others",
            ),
            (
                self.column(|user| self.targets_in(user, month)),
                "mean over possible crossover users on all targets together, by their probability",
            ),
        ]
    }

    fn month(
        &self,
        summary: &Summary,
        month: usize,
        [public_expected, others_expected, targets_expected]: [Estimate; 3],
    ) -> CrossingMonth {
        let public = |user: &User| user.trajectory.public_in(month);
        let others_mean = |others: &[Trajectory]| {
            mean_of(others.iter().filter_map(|other| other.public_in(month)))
        };
        CrossingMonth {
            month: month as i64 - MONTHS_EACH_WAY,
            public: summary.monthly(
                self.strict(|user, _| public(user)),
                "strict crossover users",
            ),
            others: summary.monthly(
                self.strict(|user, others| public(user).and(others_mean(others))),
                "means over the matched others of each strict crossover user",
            ),
            targets: summary.monthly(
                self.strict(|user, _| self.targets_in(user, month)),
                "strict crossover users on all targets together",
            ),
            public_expected,
            others_expected,
            targets_expected,
        }
    }

    fn targets_in(&self, user: &User, month: usize) -> Option<f64> {
        let is_covered = is_within(user.trajectory.event.day, month, self.target_days);
        let is_followed = is_covered && user.trajectory.public_in(month).is_some();
        is_followed.then(|| f64::from(user.targets[month]))
    }

    /// Values of the matched sets.
    fn strict(&self, value: impl Fn(&User, &[Trajectory]) -> Option<f64>) -> WeightedSample {
        let values = self.sets.iter();
        WeightedSample::new(
            values.filter_map(|(user, others)| Some((value(&self.users[*user], others)?, 1.0))),
        )
    }

    /// A quantity of all possible crossover users.
    fn column(&self, value: impl Fn(&User) -> Option<f64>) -> Vec<Option<f64>> {
        self.users.iter().map(value).collect()
    }

    fn cell_mean(&self, user: &User, month: usize) -> Option<f64> {
        let cells = self.cells.as_ref()?;
        cells.monthly_mean(user.cell?, user.trajectory.event.day, month)
    }
}

fn mean_of(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

fn mean_change(others: &[Trajectory]) -> Option<f64> {
    mean_of(others.iter().filter_map(Trajectory::change))
}

/// The matched sets whose user has an event: its position, and its others with the same day.
fn sets_with_events(groups: &ComparedGroups<'_>, events: &[Event]) -> Vec<(usize, Vec<Event>)> {
    let sets = groups.matched.sets.iter();
    sets.filter_map(|set| {
        // Users are in the order of their accounts.
        let user = events
            .binary_search_by_key(&set.case, |event| event.account)
            .ok()?;
        let day = events[user].day;
        let others = set.controls.iter();
        let others = others.map(|account| Event {
            account: *account,
            day,
        });
        Some((user, others.collect()))
    })
    .collect()
}

/// Per included account its cell of tenure and posts, and how many cells there are.
fn cells(groups: &ComparedGroups<'_>) -> (Vec<Option<usize>>, usize) {
    let covariates = &groups.matched.covariates;
    let mut numbers: BTreeMap<[i64; 2], usize> = BTreeMap::new();
    for covariates in covariates.iter().flatten() {
        numbers.insert(cell_of(*covariates), 0);
    }
    for (number, value) in numbers.values_mut().enumerate() {
        *value = number;
    }
    let number = |covariates: &Option<[f64; 2]>| numbers.get(&cell_of((*covariates)?)).copied();
    (covariates.iter().map(number).collect(), numbers.len())
}

fn other_accounts(
    inputs: &StudyInputs<'_>,
    cell_of_account: &[Option<usize>],
    public_days: impl Fn(usize) -> [i64; 2],
) -> Vec<OtherAccount> {
    let other = |(account, cell): (usize, &Option<usize>)| {
        let probability = inputs.crossover_probability[account];
        Some(OtherAccount {
            account,
            cell: (*cell)?,
            weight_thousandths: (WEIGHT_UNIT * (1.0 - probability)).round() as i64,
            followed: public_days(account),
        })
    };
    cell_of_account
        .iter()
        .enumerate()
        .filter_map(other)
        .collect()
}

/// How samples become estimates.
struct Summary {
    bootstrap: Bootstrap,
    least: u64,
}

impl Summary {
    fn monthly(&self, sample: WeightedSample, whose: &str) -> MonthlyPosts {
        let median = |sample: &WeightedSample| sample.quantile(0.5);
        MonthlyPosts {
            mean: self.estimate(&sample, WeightedSample::mean, &format!("mean over {whose}")),
            median: self.estimate(&sample, median, &format!("median over {whose}")),
        }
    }

    fn mean(&self, sample: WeightedSample, what: &str) -> Estimate {
        self.estimate(&sample, WeightedSample::mean, what)
    }

    /// Means of columns over the same accounts, each with what it is.
    fn means(&self, weights: &[f64], columns: &[(Vec<Option<f64>>, &str)]) -> Vec<Estimate> {
        let values: Vec<&[Option<f64>]> = columns.iter().map(|(values, _)| &**values).collect();
        let means = bootstrap_means(weights, &values, self.bootstrap);
        let estimate = |((values, what), mean): (&(Vec<Option<f64>>, &str), Option<Bounded>)| {
            let present = values
                .iter()
                .zip(weights)
                .filter(|(value, weight)| value.is_some() && **weight > 0.0);
            let n = present.clone().count();
            let weight_sum = present.map(|(_, weight)| weight).sum();
            self.stated(n as u64, weight_sum, what, || mean)
        };
        columns.iter().zip(means).map(estimate).collect()
    }

    fn estimate(
        &self,
        sample: &WeightedSample,
        statistic: impl Fn(&WeightedSample) -> Option<f64> + Sync,
        what: &str,
    ) -> Estimate {
        self.stated(sample.len() as u64, sample.weight_sum(), what, || {
            sample.bootstrap(statistic, self.bootstrap)
        })
    }

    /// An estimate over `n` accounts, where they weigh enough to be shown.
    fn stated(
        &self,
        n: u64,
        weight_sum: f64,
        what: &str,
        bounded: impl FnOnce() -> Option<Bounded>,
    ) -> Estimate {
        if n == 0 {
            return nobody_followed();
        }
        if weight_sum < self.least as f64 {
            return Estimate::missing(0, suppressed_because(self.least));
        }
        match bounded() {
            None => Estimate::missing(n, NOBODY_FOLLOWED),
            Some(bounded) => bounded.into_estimate_with_spread(
                n,
                format!(
                    "{what}; percentile bootstrap over accounts, {} replicates",
                    self.bootstrap.replicate_count
                ),
            ),
        }
    }
}

fn nobody_followed() -> Estimate {
    Estimate::missing(0, NOBODY_FOLLOWED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn change_leaves_month_zero_out_and_needs_every_other_month() {
        let mut trajectory = Trajectory {
            event: Event {
                account: 0,
                day: 1000,
            },
            public: [1; MONTH_COUNT],
            public_days: [640, 1389],
        };
        trajectory.public[12] = 900;
        trajectory.public[13] = 13;
        assert_eq!(trajectory.change(), Some(1.0));
        assert_eq!(trajectory.public_in(12), Some(900.0));
        trajectory.public_days[1] = 1388;
        assert_eq!(
            (trajectory.change(), trajectory.public_in(24)),
            (None, None)
        );
    }
}
