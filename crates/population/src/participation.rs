//! How strongly crossover users take part in the targets, and which side came first.
//!
//! A crossover user is counted by the accounts that it most probably holds: on each target the
//! most probable candidate, where it is at least as probable as not; where none is, the most
//! probable candidate of all. It weighs as much as the probability that at least one of them is
//! its own.

use datafusion::error::DataFusionError;
use entangle_model::study::{Distribution, Order, Strength};
use entangle_model::{Estimate, sql_text};
use entangle_statistics::prevalence::any_link_probability;
use entangle_statistics::weighted_sample::{Bootstrap, WeightedSample};

use crate::candidates::Candidate;
use crate::config::StudyConfig;
use crate::days::days;
use crate::inputs::StudyInputs;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;
use crate::suppression::suppressed_because;

const HELD_PROBABILITY: f64 = 0.5;
const QUANTILE_LEVELS: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];
const LORENZ_STEPS: usize = 20;

/// What a linked target account did there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Participant {
    pub(crate) post_count: u64,
    active_day_count: u64,
    first_post_s: Option<i64>,
    last_post_s: Option<i64>,
    pub(crate) opening_count: u64,
    board_count: u64,
}

/// Reads the participants in the order of their indices.
pub(crate) async fn read_participants(
    tables: &StudyTables,
) -> Result<Vec<Participant>, DataFusionError> {
    let frame = tables
        .query(
            "SELECT post_count, active_day_count, first_post_s, last_post_s, opening_count, board_count \
             FROM participants ORDER BY participant_index",
        )
        .await?;
    let mut participants = Vec::new();
    for_each_row(frame, |row| {
        participants.push(Participant {
            post_count: row.count(0),
            active_day_count: row.count(1),
            first_post_s: row.integer(2),
            last_post_s: row.integer(3),
            opening_count: row.count(4),
            board_count: row.count(5),
        });
    })
    .await?;
    Ok(participants)
}

/// First post of each included account on the public source, in the window or not, seconds since
/// 1970; `None` without dated posts.
pub(crate) async fn read_first_public_posts(
    tables: &StudyTables,
    config: &StudyConfig,
    account_count: usize,
) -> Result<Vec<Option<i64>>, DataFusionError> {
    let frame = tables
        .query(&format!(
            "SELECT i.account_index, MIN(to_unixtime(p.posted_at)) FROM posts p \
             JOIN included i ON p.account_id = i.account_id \
             WHERE p.source = {} AND p.kind <> 'notice' GROUP BY i.account_index",
            sql_text(&config.public_source),
        ))
        .await?;
    let mut first_posts = vec![None; account_count];
    for_each_row(frame, |row| {
        if let Some(first) = first_posts.get_mut(row.position(0)) {
            *first = row.integer(1);
        }
    })
    .await?;
    Ok(first_posts)
}

/// One possible crossover user and what it did on all targets together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CrossoverUser {
    /// The included account, by its index.
    pub(crate) account: usize,
    /// Probability that it has at least one true link.
    pub(crate) weight: f64,
    post_count: u64,
    active_day_count: u64,
    /// First dated post on any target, seconds since 1970.
    pub(crate) first_post_s: Option<i64>,
    last_post_s: Option<i64>,
    opening_count: u64,
    board_count: u64,
    source_count: u64,
}

/// Every account with a candidate, as a crossover user with its weight.
pub(crate) fn crossover_users(
    inputs: &StudyInputs<'_>,
    participants: &[Participant],
) -> Vec<CrossoverUser> {
    inputs
        .candidates
        .by_account()
        .map(|of_account| crossover_user(&held_accounts(of_account), participants))
        .collect()
}

/// The candidates of one account that it most probably holds; at least one.
fn held_accounts(of_account: &[Candidate]) -> Vec<Candidate> {
    let held: Vec<Candidate> = of_account
        .chunk_by(|left, right| left.target == right.target)
        .map(|of_target| of_target[0])
        .filter(|candidate| candidate.probability >= HELD_PROBABILITY)
        .collect();
    if !held.is_empty() {
        return held;
    }
    let most_probable = of_account.iter().reduce(|best, one| {
        if one.probability > best.probability {
            one
        } else {
            best
        }
    });
    most_probable.copied().into_iter().collect()
}

fn crossover_user(held: &[Candidate], participants: &[Participant]) -> CrossoverUser {
    let of = |candidate: &Candidate| &participants[candidate.participant];
    let sum = |count: fn(&Participant) -> u64| held.iter().map(|one| count(of(one))).sum();
    CrossoverUser {
        account: held[0].account,
        weight: any_link_probability(held.iter().map(|candidate| candidate.probability)),
        post_count: sum(|one| one.post_count),
        active_day_count: sum(|one| one.active_day_count),
        first_post_s: held.iter().filter_map(|one| of(one).first_post_s).min(),
        last_post_s: held.iter().filter_map(|one| of(one).last_post_s).max(),
        opening_count: sum(|one| one.opening_count),
        board_count: sum(|one| one.board_count),
        source_count: held.len() as u64,
    }
}

/// The participants that each of some accounts with candidates, in the order of their indices,
/// most probably holds.
pub(crate) fn held_participants(
    inputs: &StudyInputs<'_>,
    accounts: impl Iterator<Item = usize>,
) -> Vec<Vec<usize>> {
    let mut all = inputs.candidates.by_account();
    accounts
        .map(|account| {
            let found = all.find(|of_account| of_account[0].account == account);
            let held = found.map(held_accounts).unwrap_or_default();
            held.iter().map(|one| one.participant).collect()
        })
        .collect()
}

impl CrossoverUser {
    fn span_days(&self) -> Option<f64> {
        let span_s = self.last_post_s?.checked_sub(self.first_post_s?)?;
        Some(days(span_s))
    }
}

/// A quantity of a crossover user; `None` where the data do not have it.
type Measure = fn(&CrossoverUser) -> Option<f64>;

const MEASURES: [(&str, &str, Measure); 6] = [
    ("post_count", "Posts on all targets together.", |user| {
        Some(user.post_count as f64)
    }),
    (
        "active_day_count",
        "Days (UTC) with a dated post, added over targets.",
        |user| Some(user.active_day_count as f64),
    ),
    (
        "span_days",
        "Days from the first dated post on a target to the last.",
        CrossoverUser::span_days,
    ),
    (
        "opening_count",
        "Threads started, added over targets.",
        |user| Some(user.opening_count as f64),
    ),
    (
        "board_count",
        "Boards posted on, added over targets; zero where the sources have no boards.",
        |user| Some(user.board_count as f64),
    ),
    ("source_count", "Targets taken part in.", |user| {
        Some(user.source_count as f64)
    }),
];

/// Distributions of participation.
pub(crate) fn strength(config: &StudyConfig, users: &[CrossoverUser]) -> Strength {
    let summary = Summary::new(config, users);
    let single = |user: &CrossoverUser| Some(f64::from(u8::from(user.post_count == 1)));
    Strength {
        distributions: MEASURES
            .into_iter()
            .map(|(name, about, measure)| summary.distribution(name, about, measure))
            .collect(),
        single_post_share: summary.estimate(
            single,
            WeightedSample::mean,
            "weighted share of crossover users with one post on the targets",
        ),
        lorenz: summary
            .sample(|user| Some(user.post_count as f64))
            .map_or_else(Vec::new, |sample| sample.lorenz_curve(LORENZ_STEPS)),
    }
}

/// Which side came first.
pub(crate) fn order(
    config: &StudyConfig,
    users: &[CrossoverUser],
    first_public_posts: &[Option<i64>],
) -> Order {
    let summary = Summary::new(config, users);
    let lag_days = |user: &CrossoverUser| {
        let public_s = first_public_posts.get(user.account).copied().flatten()?;
        let lag_s = user.first_post_s?.checked_sub(public_s)?;
        Some(days(lag_s))
    };
    Order {
        public_first_share: summary.estimate(
            |user| lag_days(user).map(|lag| f64::from(u8::from(lag > 0.0))),
            WeightedSample::mean,
            "weighted share of crossover users with dated posts on both sides whose first post \
             was on the public source",
        ),
        lag_days_median: summary.estimate(
            lag_days,
            |sample| sample.quantile(0.5),
            "weighted median of the days from the first post on the public source to the first \
             on a target",
        ),
        lag_days_quantiles: summary.quantiles(lag_days),
    }
}

/// Statistics over crossover users, withheld where there are too few.
struct Summary<'users> {
    users: &'users [CrossoverUser],
    bootstrap: Bootstrap,
    suppress_below_count: u64,
}

impl<'users> Summary<'users> {
    fn new(config: &StudyConfig, users: &'users [CrossoverUser]) -> Self {
        Self {
            users,
            bootstrap: Bootstrap {
                replicate_count: usize::try_from(config.bootstrap_count).unwrap_or(usize::MAX),
                seed: config.seed,
            },
            suppress_below_count: config.suppress_below_count,
        }
    }

    /// The weighted values of a quantity; the reason where there are too few.
    fn values(
        &self,
        measure: impl Fn(&CrossoverUser) -> Option<f64>,
    ) -> Result<WeightedSample, String> {
        let sample = WeightedSample::new(
            self.users
                .iter()
                .filter_map(|user| Some((measure(user)?, user.weight))),
        );
        if sample.is_empty() {
            return Err("no candidate link has the quantity".to_owned());
        }
        if sample.weight_sum() < self.suppress_below_count as f64 {
            return Err(suppressed_because(self.suppress_below_count));
        }
        Ok(sample)
    }

    fn sample(&self, measure: impl Fn(&CrossoverUser) -> Option<f64>) -> Option<WeightedSample> {
        self.values(measure).ok()
    }

    fn estimate(
        &self,
        measure: impl Fn(&CrossoverUser) -> Option<f64>,
        statistic: impl Fn(&WeightedSample) -> Option<f64> + Sync,
        what: &str,
    ) -> Estimate {
        let sample = match self.values(measure) {
            Ok(sample) => sample,
            Err(why) => return Estimate::missing(0, why),
        };
        let n = sample.len() as u64;
        match sample.bootstrap(statistic, self.bootstrap) {
            None => Estimate::missing(n, "the quantity is zero for all"),
            Some(bounded) => bounded.into_estimate(
                n,
                format!(
                    "{what}; {n} candidates that weigh {:.1}; percentile bootstrap over accounts \
                     and over which links are true, {} replicates",
                    sample.weight_sum(),
                    self.bootstrap.replicate_count,
                ),
            ),
        }
    }

    fn quantiles(&self, measure: impl Fn(&CrossoverUser) -> Option<f64>) -> Vec<(f64, f64)> {
        let Some(sample) = self.sample(measure) else {
            return Vec::new();
        };
        QUANTILE_LEVELS
            .into_iter()
            .filter_map(|level| Some((level, sample.quantile(level)?)))
            .collect()
    }

    fn distribution(&self, name: &str, about: &str, measure: Measure) -> Distribution {
        Distribution {
            name: name.to_owned(),
            about: about.to_owned(),
            median: self.estimate(measure, |sample| sample.quantile(0.5), "weighted median"),
            quantiles: self.quantiles(measure),
            gini: self.estimate(measure, WeightedSample::gini, "weighted Gini coefficient"),
            top_decile_share: self.estimate(
                measure,
                WeightedSample::top_decile_share,
                "share of the total that the top tenth holds, weighted",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(target: usize, participant: usize, probability: f64) -> Candidate {
        Candidate {
            account: 7,
            target,
            participant,
            probability,
            name_clears_margin: false,
            has_shared_identifier: false,
        }
    }

    fn participant(post_count: u64, first_post_s: i64) -> Participant {
        Participant {
            post_count,
            active_day_count: 1,
            first_post_s: Some(first_post_s),
            last_post_s: Some(first_post_s + 86_400),
            opening_count: 0,
            board_count: 1,
        }
    }

    #[test]
    fn one_account_per_target_is_held_and_only_if_probable() {
        let held = held_accounts(&[
            candidate(0, 0, 0.8),
            candidate(0, 1, 0.6),
            candidate(1, 2, 0.3),
            candidate(2, 3, 0.5),
        ]);
        let participants: Vec<usize> = held.iter().map(|one| one.participant).collect();
        assert_eq!(participants, [0, 3]);
    }

    #[test]
    fn improbable_candidates_leave_the_most_probable_one() {
        let held = held_accounts(&[candidate(0, 0, 0.1), candidate(1, 1, 0.4)]);
        assert_eq!((held.len(), held[0].participant), (1, 1));
    }

    #[test]
    fn a_user_adds_up_over_targets_and_weighs_at_least_one_link() {
        let participants = [participant(3, 0), participant(4, 86_400)];
        let held = [candidate(0, 0, 0.5), candidate(1, 1, 0.5)];
        let user = crossover_user(&held, &participants);
        assert_eq!(
            (user.account, user.post_count, user.source_count),
            (7, 7, 2)
        );
        assert_eq!(user.weight, 0.75);
        assert_eq!(user.span_days(), Some(2.0));
    }
}
