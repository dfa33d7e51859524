//! Time until something happens to accounts of which some were not seen until it happened, and of
//! which it is uncertain whether it happened at all: Kaplan and Meier's (1958) estimator.
//!
//! Not for whether one thing causes another, and not for comparing two curves.

use crate::interval::{Bounded, NORMAL_QUANTILE_975};

/// One account: from when it was seen, and what happened to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Probability that the event had not happened before the account came under observation.
    pub weight: f64,
    /// When it came under observation, on the scale of the durations; zero for an account seen from
    /// its beginning.
    pub entry: f64,
    /// When the event happened, if it did; after `entry` and not after `exit`.
    pub event: Option<f64>,
    /// Probability that the event happened, at most `weight`; only read where there is one.
    pub event_probability: f64,
    /// When observation ended.
    pub exit: f64,
}

/// The estimate just after a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalPoint {
    /// The time.
    pub time: f64,
    /// Accounts at risk just before it, by their probability.
    pub at_risk: f64,
    /// Share to which the event has not happened by then, with its 95 % interval.
    pub survival: Bounded,
}

/// The curve at the given times, which must ascend; times at which nobody is at risk are left out.
///
/// An account to which the event happened with probability `p` counts as the part `p` that leaves
/// with the event and a part that stays until its exit. Accounts that entered late are at
/// risk from their entry on (delayed entry). With `d` events of `n` at risk at each time, survival
/// is the product of `1 - d / n` and the interval is normal on the scale of `ln(-ln S)` (Kalbfleisch
/// and Prentice 1980), with Greenwood's (1926) sum of `d / (n (n - d))`. To it is added the variance
/// of which events are real, by the delta method: the sum of `v / (n - d)^2`, where `v` is the sum of
/// `p (1 - p)`. It takes the number at risk as known. With certain events this is Greenwood's
/// interval.
pub fn kaplan_meier(observations: &[Observation], times: &[f64]) -> Vec<SurvivalPoint> {
    let changes = changes(observations);
    let mut changes = changes.iter().peekable();
    let (mut at_risk, mut survival, mut variance) = (0.0, 1.0, 0.0);
    let mut points = Vec::new();
    for time in times {
        let mut at_risk_before = at_risk;
        while let Some(change) = changes.next_if(|change| change.time <= *time) {
            if change.event > 0.0 && at_risk > 0.0 {
                let left = (at_risk - change.event).max(0.0);
                survival *= left / at_risk;
                variance += change.event / (at_risk * left) + change.truth / (left * left);
            }
            at_risk += change.entering - change.leaving;
            if change.time < *time {
                at_risk_before = at_risk;
            }
        }
        // What rounding leaves of nobody is nobody.
        if at_risk_before > 1e-9 {
            points.push(SurvivalPoint {
                time: *time,
                at_risk: at_risk_before,
                survival: log_log_interval(survival, variance),
            });
        }
    }
    points
}

/// What happens at one time: events first, then departures and entries.
struct Change {
    time: f64,
    event: f64,
    truth: f64,
    leaving: f64,
    entering: f64,
}

/// The times at which something happens, in order, each once.
fn changes(observations: &[Observation]) -> Vec<Change> {
    let change = |time: f64| Change {
        time,
        event: 0.0,
        truth: 0.0,
        leaving: 0.0,
        entering: 0.0,
    };
    let mut all = Vec::new();
    for one in observations {
        let mut staying = one.weight;
        if let Some(time) = one.event {
            let probability = one.event_probability;
            all.push(Change {
                event: probability,
                truth: probability * (1.0 - probability),
                leaving: probability,
                ..change(time)
            });
            staying -= probability;
        }
        all.push(Change {
            entering: one.weight,
            ..change(one.entry)
        });
        all.push(Change {
            leaving: staying,
            ..change(one.exit)
        });
    }
    // Stable, so that sums run in the order of the accounts.
    all.sort_by(|left, right| left.time.total_cmp(&right.time));
    let mut merged: Vec<Change> = Vec::new();
    for next in all {
        match merged.last_mut() {
            Some(last) if last.time == next.time => {
                last.event += next.event;
                last.truth += next.truth;
                last.leaving += next.leaving;
                last.entering += next.entering;
            }
            _ => merged.push(next),
        }
    }
    merged
}

fn log_log_interval(survival: f64, variance: f64) -> Bounded {
    if survival <= 0.0 || survival >= 1.0 || variance <= 0.0 {
        // Before the first event and after the last one has taken all, there is no spread to show.
        return Bounded {
            value: survival,
            low: survival,
            high: survival,
        };
    }
    let half_width = NORMAL_QUANTILE_975 * variance.sqrt() / -survival.ln();
    Bounded {
        value: survival,
        low: survival.powf(half_width.exp()),
        high: survival.powf((-half_width).exp()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::generator;
    use rand::RngExt;

    fn seen(exit: f64, event: Option<f64>) -> Observation {
        Observation {
            weight: 1.0,
            entry: 0.0,
            event,
            event_probability: 1.0,
            exit,
        }
    }

    #[test]
    fn textbook_example_is_met() {
        // Events at 1 and 3, one account lost at 2, one seen to 4.
        let observations = [
            seen(4.0, Some(1.0)),
            seen(2.0, None),
            seen(4.0, Some(3.0)),
            seen(4.0, None),
        ];
        let points = kaplan_meier(&observations, &[0.5, 1.0, 2.5, 3.0, 4.0, 4.5]);
        let shown: Vec<(f64, f64)> = points
            .iter()
            .map(|point| (point.at_risk, point.survival.value))
            .collect();
        assert_eq!(
            shown,
            [
                (4.0, 1.0),
                (4.0, 0.75),
                (2.0, 0.75),
                (2.0, 0.375),
                (1.0, 0.375)
            ]
        );
    }

    #[test]
    fn late_entry_is_not_at_risk_before_and_doubt_widens_the_interval() {
        let late = Observation {
            entry: 2.0,
            ..seen(5.0, None)
        };
        let certain = [
            late,
            seen(5.0, Some(1.0)),
            seen(5.0, None),
            seen(5.0, Some(3.0)),
        ];
        let points = kaplan_meier(&certain, &[1.0, 3.0]);
        assert_eq!((points[0].at_risk, points[1].at_risk), (3.0, 3.0));
        let width = |probability: f64| {
            let observations: Vec<Observation> = (0..200)
                .map(|account| {
                    let count = (60.0 / probability) as usize;
                    Observation {
                        event_probability: probability,
                        ..seen(
                            9.0,
                            (account < count).then_some(1.0 + account as f64 / 100.0),
                        )
                    }
                })
                .collect();
            let survival = kaplan_meier(&observations, &[5.0])[0].survival;
            assert!((survival.value - 0.7).abs() < 0.02, "{survival:?}");
            survival.high - survival.low
        };
        assert!(width(0.5) > 1.2 * width(1.0));
    }

    /// Three of ten accounts have an event that is real with its stated probability. That all
    /// probabilities are taken to be known only as well as events are makes the interval wide.
    #[test]
    fn interval_holds_the_true_share_when_events_are_uncertain() {
        let mut random = generator(3, "survival with uncertain events");
        let covered = (0..400)
            .filter(|_| {
                let observations: Vec<Observation> = (0..600)
                    .map(|_| {
                        let (is_found, time) =
                            (random.random::<f64>() < 0.3, 10.0 * random.random::<f64>());
                        let exit = 2.0 + 6.0 * random.random::<f64>();
                        let event_probability = if random.random() { 1.0 } else { 0.6 };
                        Observation {
                            event_probability,
                            ..seen(exit, (is_found && time <= exit).then_some(time))
                        }
                    })
                    .collect();
                let survival = kaplan_meier(&observations, &[4.0])[0].survival;
                (survival.low..=survival.high).contains(&(1.0 - 0.3 * 0.8 * 0.4))
            })
            .count();
        assert!(covered >= 376, "{covered}");
    }
}
