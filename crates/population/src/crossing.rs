//! When accounts of the public source cross: the time from their registration to their first post
//! on a target (methods 4).
//!
//! Every account of the population is followed, so that those who had less time do not pass for
//! those who never cross. Not for the order of the two sides among crossover users; that is in
//! `participation`.

use datafusion::error::DataFusionError;
use entangle_model::Estimate;
use entangle_model::study::{Crossing, CrossingPoint};
use entangle_statistics::survival::{Observation, SurvivalPoint, kaplan_meier};
use entangle_statistics::weighted_sample::sorted_quantile;

use crate::days::days;
use crate::inputs::StudyInputs;
use crate::participation::CrossoverUser;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;
use crate::suppression::suppressed_because;

/// Points of the curve.
const STEP_COUNT: usize = 24;
/// The curve ends where nine in ten accounts are not followed any longer.
const FOLLOWED_LEVEL: f64 = 0.9;

/// First and last dated post on any target, seconds since 1970; `None` without dated posts.
pub(crate) async fn read_target_period(
    tables: &StudyTables,
) -> Result<Option<[i64; 2]>, DataFusionError> {
    let frame = tables
        .query("SELECT MIN(posted_s), MAX(posted_s) FROM target_posts")
        .await?;
    let mut period = None;
    for_each_row(frame, |row| {
        period = row.integer(0).zip(row.integer(1)).map(<[i64; 2]>::from);
    })
    .await?;
    Ok(period)
}

/// The share that has crossed by the time since registration.
pub(crate) fn crossing(
    inputs: &StudyInputs<'_>,
    users: &[CrossoverUser],
    target_period: Option<[i64; 2]>,
) -> Crossing {
    let Some(followed) = Followed::of(inputs, users, target_period) else {
        return not_followed("no account has known dates on both sides".to_owned());
    };
    let least = inputs.config.suppress_below_count;
    if followed.event_sum == 0.0 {
        return not_followed("no candidate link has a crossing in the time followed".to_owned());
    }
    if followed.event_sum < least as f64 {
        return not_followed(suppressed_because(least));
    }
    let exits: Vec<f64> = followed.exits();
    let end_days = sorted_quantile(&exits, FOLLOWED_LEVEL).unwrap_or(0.0);
    let step_days = (end_days / STEP_COUNT as f64).ceil().max(1.0);
    let times: Vec<f64> = (1..=STEP_COUNT)
        .map(|step| step as f64 * step_days)
        .filter(|days| *days <= end_days.max(step_days))
        .collect();
    Crossing {
        design: followed.design_in_words(),
        followed_count: followed.observations.len() as u64,
        crossing_expected_count: Some(followed.event_sum),
        points: kaplan_meier(&followed.observations, &times)
            .iter()
            .map(|point| crossing_point(point, followed.observations.len() as u64))
            .collect(),
    }
}

fn not_followed(why: String) -> Crossing {
    Crossing {
        design: why,
        followed_count: 0,
        crossing_expected_count: None,
        points: Vec::new(),
    }
}

const CROSSING_METHOD: &str = "1 less Kaplan and Meier's estimate with delayed entry, crossings \
     weighted by the probability of a link; log-log interval with Greenwood's variance and that of \
     which links are true, none before the first crossing";

fn crossing_point(point: &SurvivalPoint, n: u64) -> CrossingPoint {
    let survival = point.survival;
    // No spread is no certainty: nothing has happened yet, or nobody is left.
    let crossed_share = match survival.low == survival.high {
        true => Estimate::counted(1.0 - survival.value, n, CROSSING_METHOD),
        false => Estimate::new(
            1.0 - survival.value,
            1.0 - survival.high,
            1.0 - survival.low,
            n,
            CROSSING_METHOD,
        ),
    };
    CrossingPoint {
        days: point.time,
        at_risk_count: point.at_risk,
        crossed_share,
    }
}

/// The accounts that are followed, in days since their registration.
struct Followed {
    observations: Vec<Observation>,
    /// Expected crossings in the time followed.
    event_sum: f64,
    /// Expected accounts that were on a target before they could be followed.
    before_sum: f64,
}

impl Followed {
    /// `None` where nobody can be followed.
    fn of(
        inputs: &StudyInputs<'_>,
        users: &[CrossoverUser],
        target_period: Option<[i64; 2]>,
    ) -> Option<Self> {
        let [target_start_s, target_end_s] = target_period?;
        let last_posts = inputs.accounts.iter().filter_map(|one| one.last_post_s);
        let end_s = target_end_s.min(last_posts.max()?);
        let mut first_target_posts: Vec<Option<(i64, f64)>> = vec![None; inputs.accounts.len()];
        for user in users {
            first_target_posts[user.account] = user.first_post_s.map(|at_s| (at_s, user.weight));
        }
        let mut followed = Self {
            observations: Vec::new(),
            event_sum: 0.0,
            before_sum: 0.0,
        };
        for (account, target_post) in inputs.accounts.iter().zip(first_target_posts) {
            let Some(since_s) = account.since_s else {
                continue;
            };
            let entry = days((target_start_s - since_s).max(0));
            let exit = days(end_s - since_s);
            let event = target_post.map(|(at_s, probability)| (days(at_s - since_s), probability));
            followed.add(entry, exit, event);
        }
        (!followed.observations.is_empty()).then_some(followed)
    }

    fn add(&mut self, entry: f64, exit: f64, event: Option<(f64, f64)>) {
        if entry >= exit {
            return;
        }
        let mut observation = Observation {
            weight: 1.0,
            entry,
            event: None,
            event_probability: 0.0,
            exit,
        };
        match event {
            Some((time, probability)) if time <= entry => {
                observation.weight -= probability;
                self.before_sum += probability;
            }
            Some((time, probability)) if time <= exit => {
                observation.event = Some(time);
                observation.event_probability = probability;
                self.event_sum += probability;
            }
            _ => {}
        }
        self.observations.push(observation);
    }

    fn exits(&self) -> Vec<f64> {
        let mut exits: Vec<f64> = self.observations.iter().map(|one| one.exit).collect();
        exits.sort_by(f64::total_cmp);
        exits
    }

    fn design_in_words(&self) -> String {
        format!(
            "Every account of the population is followed from its registration, or else its first \
             post in the window, but not before the first post on any target, until posts end on \
             either side. It crosses with its first post on a target; each possible crossover user \
             does so by its probability. Those who were on a target before they could be followed \
             ({:.1} expected) are not at risk. Whoever does not cross is followed to the end, whether \
             it still posts or not.",
            self.before_sum
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_there_before_is_not_at_risk_and_who_comes_after_the_end_is() {
        let mut followed = Followed {
            observations: Vec::new(),
            event_sum: 0.0,
            before_sum: 0.0,
        };
        followed.add(0.0, 10.0, Some((-3.0, 0.75)));
        followed.add(0.0, 10.0, Some((4.0, 0.5)));
        followed.add(0.0, 10.0, Some((12.0, 0.9)));
        followed.add(10.0, 10.0, None);
        let shown: Vec<(f64, Option<f64>)> = followed
            .observations
            .iter()
            .map(|one| (one.weight, one.event))
            .collect();
        assert_eq!(shown, [(0.25, None), (1.0, Some(4.0)), (1.0, None)]);
        assert_eq!((followed.event_sum, followed.before_sum), (0.5, 0.75));
    }
}
