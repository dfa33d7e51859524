//! Prevalence corrected for the sensitivity and specificity of the rule that found it.
//!
//! For a yes-or-no rule with estimated error rates. A prevalence from link probabilities is in
//! [`crate::prevalence`].

use crate::interval::{Bounded, NORMAL_QUANTILE_975};

/// A count out of a number of trials; both may be fractions, as expected counts are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proportion {
    /// Successes, between zero and `trials`.
    pub successes: f64,
    /// Trials, positive.
    pub trials: f64,
}

impl Proportion {
    /// Successes over trials.
    pub fn share(self) -> f64 {
        self.successes / self.trials
    }

    fn is_possible(self) -> bool {
        self.trials > 0.0 && (0.0..=self.trials).contains(&self.successes)
    }

    /// The same with pseudo-observations added, half of them successes.
    fn with_pseudo_observations(self, count: f64) -> Self {
        Self {
            successes: self.successes + count / 2.0,
            trials: self.trials + count,
        }
    }

    /// Variance of the share.
    fn variance(self) -> f64 {
        self.share() * (1.0 - self.share()) / self.trials
    }
}

/// A prevalence corrected for error rates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CorrectedPrevalence {
    /// The prevalence with its interval, in `[0, 1]`.
    pub prevalence: Bounded,
    /// Whether the point estimate lay outside `[0, 1]` and was moved to its end.
    pub is_value_clipped: bool,
    /// Whether an end of the interval lay outside `[0, 1]` and was moved.
    pub is_interval_clipped: bool,
}

/// Corrects a raw share: `(raw + Sp - 1) / (Se + Sp - 1)` (Rogan and Gladen 1978), with the
/// interval of Lang and Reiczigel (2014, Preventive Veterinary Medicine 113, section 2), which
/// carries the uncertainty of the raw share, of the sensitivity and of the specificity.
///
/// `sensitivity` counts found among true, `false_positive` counts found among false
/// (`1 - specificity`). `None` where a proportion is impossible or where the rule finds true
/// ones no more often than false ones, so that nothing can be learned from it.
pub fn corrected_prevalence(
    raw: Proportion,
    sensitivity: Proportion,
    false_positive: Proportion,
) -> Option<CorrectedPrevalence> {
    if ![raw, sensitivity, false_positive]
        .into_iter()
        .all(Proportion::is_possible)
    {
        return None;
    }
    let value = rogan_gladen(raw.share(), sensitivity.share(), false_positive.share())?;
    let (low, high) = lang_reiczigel_ends(
        raw.with_pseudo_observations(NORMAL_QUANTILE_975.powi(2)),
        sensitivity.with_pseudo_observations(2.0),
        false_positive.with_pseudo_observations(2.0),
    )?;
    let unclipped = Bounded { value, low, high };
    let prevalence = unclipped.clamped(0.0, 1.0);
    Some(CorrectedPrevalence {
        prevalence: Bounded {
            low: prevalence.low.min(prevalence.value),
            high: prevalence.high.max(prevalence.value),
            ..prevalence
        },
        is_value_clipped: prevalence.value != unclipped.value,
        is_interval_clipped: prevalence.low != low || prevalence.high != high,
    })
}

fn rogan_gladen(raw: f64, sensitivity: f64, false_positive: f64) -> Option<f64> {
    let youden = sensitivity - false_positive;
    (youden > 0.0).then(|| (raw - false_positive) / youden)
}

/// Ends of the interval from the adjusted proportions (pseudo-observations already added).
fn lang_reiczigel_ends(
    raw: Proportion,
    sensitivity: Proportion,
    false_positive: Proportion,
) -> Option<(f64, f64)> {
    let value = rogan_gladen(raw.share(), sensitivity.share(), false_positive.share())?;
    let youden = sensitivity.share() - false_positive.share();
    let z = NORMAL_QUANTILE_975;
    let shift =
        2.0 * z * z * (value * sensitivity.variance() - (1.0 - value) * false_positive.variance());
    let variance = raw.variance()
        + value.powi(2) * sensitivity.variance()
        + (1.0 - value).powi(2) * false_positive.variance();
    let half_width = z * variance.sqrt() / youden;
    Some((value + shift - half_width, value + shift + half_width))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::generator;
    use rand_distr::{Binomial, Distribution};

    fn of(successes: f64, trials: f64) -> Proportion {
        Proportion { successes, trials }
    }

    #[test]
    fn perfect_rule_changes_nothing() {
        let corrected = corrected_prevalence(of(80.0, 1000.0), of(5e6, 5e6), of(0.0, 5e6)).unwrap();
        assert!((corrected.prevalence.value - 0.08).abs() < 1e-12);
        assert!(!corrected.is_value_clipped && !corrected.is_interval_clipped);
    }

    #[test]
    fn fewer_than_the_chance_matches_are_clipped_to_zero_and_said_so() {
        let corrected =
            corrected_prevalence(of(1.0, 1000.0), of(40.0, 50.0), of(20.0, 1000.0)).unwrap();
        assert_eq!(corrected.prevalence.value, 0.0);
        assert!(corrected.is_value_clipped && corrected.is_interval_clipped);
    }

    #[test]
    fn rule_no_better_than_chance_is_missing() {
        assert!(corrected_prevalence(of(5.0, 100.0), of(1.0, 10.0), of(10.0, 100.0)).is_none());
        assert!(corrected_prevalence(of(5.0, 100.0), of(0.0, 0.0), of(1.0, 100.0)).is_none());
    }

    #[test]
    fn fewer_anchors_make_a_wider_interval() {
        let width = |anchors: f64| {
            let corrected = corrected_prevalence(
                of(60.0, 1000.0),
                of(0.6 * anchors, anchors),
                of(1.0, 1000.0),
            );
            let prevalence = corrected.unwrap().prevalence;
            prevalence.high - prevalence.low
        };
        assert!(width(20.0) > 1.5 * width(2000.0));
    }

    /// The interval covers the planted prevalence in about 95 of 100 samples, although the
    /// sensitivity is known from 40 pairs only.
    #[test]
    fn interval_covers_the_planted_prevalence() {
        const SAMPLES: usize = 2000;
        let (prevalence, sensitivity, false_positive) = (0.07, 0.6, 0.004);
        let raw_share = prevalence * sensitivity + (1.0 - prevalence) * false_positive;
        let mut random = generator(5, "coverage of the corrected prevalence");
        let mut draw = |trials: u64, share: f64| -> Proportion {
            let successes = Binomial::new(trials, share).unwrap().sample(&mut random);
            of(successes as f64, trials as f64)
        };
        let covered = (0..SAMPLES)
            .filter(|_| {
                let (raw, found, chance) = (
                    draw(3000, raw_share),
                    draw(40, sensitivity),
                    draw(3000, false_positive),
                );
                corrected_prevalence(raw, found, chance).is_some_and(|corrected| {
                    (corrected.prevalence.low..=corrected.prevalence.high).contains(&prevalence)
                })
            })
            .count() as f64
            / SAMPLES as f64;
        assert!((0.93..=0.98).contains(&covered), "{covered}");
    }
}
