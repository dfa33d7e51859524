//! Hours of activity: whether two accounts keep the same hours of the week.
//!
//! Weak evidence: everybody of a time zone keeps much the same hours. It moves a pair among its
//! rivals and finds nobody.

use entangle_statistics::logistic::{FeatureMatrix, fit_logistic};
use serde::{Deserialize, Serialize};
use statrs::function::gamma::ln_gamma;
use std::f64::consts::LN_2;

use crate::abstention::Abstention;

/// Hours of a week.
pub const HOUR_COUNT: usize = 168;
/// Posts below which the hours of an account are not compared.
pub const POST_COUNT_MIN: u32 = 50;
/// Share of the separation between halves of accounts that is used between two sources. An
/// assumption: two sites may be visited at different times of a day.
pub const HOURS_DISCOUNT: f64 = 0.5;
/// No weight is further from zero, bits.
pub const HOURS_WEIGHT_BITS_MAX: f64 = 3.0;

/// Hours of the day in one cell.
const CELL_HOUR_COUNT: usize = 3;
/// Cells: eight of a workday and eight of a weekend.
const CELL_COUNT: usize = 2 * 24 / CELL_HOUR_COUNT;
/// Counted hours that an account is worth at most; beyond it counts are scaled down.
const COUNT_MAX: f64 = 100.0;
/// Slope of a model that was not calibrated: an assumption, near what planted halves gave.
const SLOPE_UNCALIBRATED: f64 = 0.2;
/// Accounts with two halves without which the slope is not calibrated.
const HALVED_ACCOUNT_COUNT_MIN: usize = 20;
/// Each account is paired with the other half of this many others.
const OTHERS_PER_ACCOUNT: usize = 20;
/// Weight of the normal prior on the slope.
const RIDGE: f64 = 0.25;
/// Concentrations that are tried.
const CONCENTRATIONS: [f64; 10] = [1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 35.0, 60.0, 100.0];
/// Posts that the uniform distribution is worth in the population's own.
const UNIFORM_COUNT: f64 = 16.8;

/// How often an account posted in each hour of the week (UTC, from Monday 00:00).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HourHistogram {
    counts: [u32; HOUR_COUNT],
    post_count: u32,
    /// The hour, counted from 1970, of the post added last.
    last_hour: Option<i64>,
}

impl Default for HourHistogram {
    fn default() -> Self {
        HourHistogram {
            counts: [0; HOUR_COUNT],
            post_count: 0,
            last_hour: None,
        }
    }
}

impl HourHistogram {
    /// No post yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one post, written that many seconds after 1970 (UTC). Add posts in order of time:
    /// several within one clock hour are one sitting and count once.
    pub fn add(&mut self, posted_at_s: i64) {
        self.post_count = self.post_count.saturating_add(1);
        let hour = posted_at_s.div_euclid(3_600);
        if self.last_hour.replace(hour) != Some(hour) {
            // 1 January 1970 was a Thursday.
            let hour_of_week = hour.wrapping_add(3 * 24).rem_euclid(HOUR_COUNT as i64);
            self.counts[hour_of_week as usize] += 1;
        }
    }

    /// Posts added, without regard to the hour.
    pub fn post_count(&self) -> u32 {
        self.post_count
    }

    /// Counted hours by hour of the week.
    pub fn counts(&self) -> &[u32; HOUR_COUNT] {
        &self.counts
    }

    /// Counts by cell of three hours, workdays and weekends apart; the cells begin `phase` hours
    /// after midnight.
    fn cells(&self, phase: usize) -> [f64; CELL_COUNT] {
        let mut cells = [0.0; CELL_COUNT];
        for (hour, count) in self.counts.iter().enumerate() {
            cells[cell_of(hour, phase)] += f64::from(*count);
        }
        let sum: f64 = cells.iter().sum();
        cells.map(|count| count * (COUNT_MAX / sum.max(COUNT_MAX)))
    }
}

fn cell_of(hour_of_week: usize, phase: usize) -> usize {
    let shifted = (hour_of_week + HOUR_COUNT - phase) % HOUR_COUNT;
    let is_weekend = shifted / 24 >= 5;
    shifted % 24 / CELL_HOUR_COUNT + usize::from(is_weekend) * (CELL_COUNT / 2)
}

/// What is known of everybody's hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HoursModel {
    /// Share of each hour of the week in the population's activity.
    pub population_shares: Vec<f64>,
    /// Strength with which accounts keep to the population's hours: the sum of the parameters of
    /// the Dirichlet distribution. Low where everybody keeps hours of their own.
    pub concentration: f64,
    /// Calibrated log ratio of a pair whose raw one is zero, natural log.
    pub intercept: f64,
    /// Calibrated log ratio per unit of the raw one. Well below one, because the rhythms of
    /// people are fewer than a Dirichlet distribution allows: time zones and working days.
    pub slope: f64,
    /// Share of the separation that is used; see [`HoursModel::weight_bits`].
    pub discount: f64,
    /// No weight is further from zero, bits.
    pub weight_bits_max: f64,
}

impl HoursModel {
    /// Learns from the accounts of all sources that reach [`POST_COUNT_MIN`]: the population's
    /// hours, each account having one vote, and of ten concentrations the likeliest.
    ///
    /// Without an account, all hours are alike and the concentration is 8.
    pub fn learn<'a>(histograms: impl Iterator<Item = &'a HourHistogram>) -> Self {
        let known: Vec<&HourHistogram> = histograms
            .filter(|histogram| histogram.post_count >= POST_COUNT_MIN)
            .collect();
        let mut model = HoursModel {
            population_shares: population_shares(&known),
            concentration: 8.0,
            intercept: 0.0,
            slope: SLOPE_UNCALIBRATED,
            discount: HOURS_DISCOUNT,
            weight_bits_max: HOURS_WEIGHT_BITS_MAX,
        };
        let mut best = f64::NEG_INFINITY;
        for concentration in CONCENTRATIONS {
            let prior = model.prior(0, concentration);
            let likelihood = known
                .iter()
                .map(|histogram| ln_marginal(&prior, &histogram.cells(0)));
            let likelihood: f64 = likelihood.sum();
            if !known.is_empty() && likelihood > best {
                (best, model.concentration) = (likelihood, concentration);
            }
        }
        model
    }

    /// Calibrates slope and intercept on halves of accounts of one source, earlier and later posts: two
    /// halves of one account are one hand, halves of two accounts two. Of the intercept the prior
    /// odds of these pairs are taken out. Unchanged where fewer than 20 accounts have
    /// [`POST_COUNT_MIN`] posts in both halves, or where like hours do not speak for one hand.
    pub fn calibrated(mut self, halves: &[(HourHistogram, HourHistogram)]) -> Self {
        let has_posts = |half: &HourHistogram| half.post_count >= POST_COUNT_MIN;
        let usable: Vec<_> = halves
            .iter()
            .filter(|(first, second)| has_posts(first) && has_posts(second))
            .collect();
        if usable.len() < HALVED_ACCOUNT_COUNT_MIN {
            return self;
        }
        let (mut ratios, mut is_same) = (Vec::new(), Vec::new());
        for (position, (first, second)) in usable.iter().enumerate() {
            ratios.push(self.raw_log_ratio(first, second));
            is_same.push(true);
            for step in 1..=OTHERS_PER_ACCOUNT.min(usable.len() - 1) {
                let (_, other) = usable[(position + step) % usable.len()];
                ratios.push(self.raw_log_ratio(first, other));
                is_same.push(false);
            }
        }
        let same_count = usable.len() as f64;
        let prior = (same_count / (ratios.len() as f64 - same_count)).ln();
        let rows: Vec<usize> = (0..ratios.len()).collect();
        let model = FeatureMatrix::new(1, ratios)
            .and_then(|matrix| fit_logistic(&matrix, &is_same, &rows, RIDGE));
        if let Some([intercept, slope]) = model.as_ref().map(|model| &model.coefficients[..])
            && *slope > 0.0
        {
            (self.intercept, self.slope) = (intercept - prior, *slope);
        }
        self
    }

    /// The weight of the hours of two accounts, in bits.
    ///
    /// With counts `a` and `b` by cell and the parameters `alpha` (the population's share of the
    /// cell times the concentration), the likelihood ratio of one rhythm against two is
    ///
    /// ```text
    /// M(a + b) / (M(a) M(b)),   M(n) = B(alpha + n) / B(alpha)
    /// ```
    ///
    /// with `B` the multivariate beta function: the Dirichlet-multinomial without its
    /// coefficients, which cancel. Cells are three hours wide, so that neighbouring hours support
    /// each other, and the five workdays are one. The log ratio is the mean over the three ways
    /// to lay such cells. What everybody does is expected by the prior and is no evidence.
    ///
    /// This raw ratio `r` says too much, since people are more alike than the prior takes them
    /// for. The weight is `d slope r + d^2 intercept`, with slope and intercept from
    /// [`HoursModel::calibrated`] and `d` the discount, as in [`crate::StyleModel::weigh`].
    ///
    /// # Errors
    /// [`Abstention::TooFewPosts`] below [`POST_COUNT_MIN`] posts on either side.
    pub fn weight_bits(
        &self,
        left: &HourHistogram,
        right: &HourHistogram,
    ) -> Result<f64, Abstention> {
        if left.post_count.min(right.post_count) < POST_COUNT_MIN {
            return Err(Abstention::TooFewPosts);
        }
        let by_hours = self.discount * self.slope * self.raw_log_ratio(left, right);
        let bits = (by_hours + self.discount.powi(2) * self.intercept) / LN_2;
        // Not `clamp`, which panics on a negative limit, as a model file can have.
        Ok(bits.max(-self.weight_bits_max).min(self.weight_bits_max))
    }

    fn raw_log_ratio(&self, left: &HourHistogram, right: &HourHistogram) -> f64 {
        let nats = (0..CELL_HOUR_COUNT).map(|phase| {
            let prior = self.prior(phase, self.concentration);
            let (one, other) = (left.cells(phase), right.cells(phase));
            let both = std::array::from_fn(|cell| one[cell] + other[cell]);
            let apart = ln_marginal(&prior, &one) + ln_marginal(&prior, &other);
            ln_marginal(&prior, &both) - apart
        });
        nats.sum::<f64>() / CELL_HOUR_COUNT as f64
    }

    fn prior(&self, phase: usize, concentration: f64) -> [f64; CELL_COUNT] {
        let mut prior = [0.0; CELL_COUNT];
        for (hour, share) in self.population_shares.iter().enumerate().take(HOUR_COUNT) {
            prior[cell_of(hour, phase)] += share * concentration;
        }
        // A share of zero, which only a model file can have, would rule an hour out for ever.
        prior.map(|parameter| parameter.max(1e-6))
    }
}

fn population_shares(histograms: &[&HourHistogram]) -> Vec<f64> {
    let mut sums = vec![UNIFORM_COUNT / HOUR_COUNT as f64; HOUR_COUNT];
    for histogram in histograms {
        let total: f64 = histogram.counts.iter().map(|count| f64::from(*count)).sum();
        for (sum, count) in sums.iter_mut().zip(histogram.counts) {
            *sum += f64::from(count) / total.max(1.0) * f64::from(POST_COUNT_MIN);
        }
    }
    let total: f64 = sums.iter().sum();
    sums.iter().map(|sum| sum / total).collect()
}

/// Log of the Dirichlet-multinomial probability of a sequence of draws with these counts.
fn ln_marginal(prior: &[f64; CELL_COUNT], counts: &[f64; CELL_COUNT]) -> f64 {
    let prior_sum: f64 = prior.iter().sum();
    let count_sum: f64 = counts.iter().sum();
    let cells = prior.iter().zip(counts);
    let cells = cells.map(|(alpha, count)| ln_gamma(alpha + count) - ln_gamma(*alpha));
    cells.sum::<f64>() + ln_gamma(prior_sum) - ln_gamma(prior_sum + count_sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Posts of a number of days, around an hour of the day.
    fn around(hour: i64, post_count: i64) -> HourHistogram {
        let mut histogram = HourHistogram::new();
        for day in 0..post_count {
            histogram.add(day * 86_400 + (hour + day % 4).rem_euclid(24) * 3_600);
        }
        histogram
    }

    fn model() -> HoursModel {
        let population: Vec<_> = (0..24).map(|hour| around(hour, 200)).collect();
        HoursModel::learn(population.iter())
    }

    #[test]
    fn the_same_hours_speak_for_one_hand_and_opposite_hours_against() {
        let model = model();
        let evening = around(19, 200);
        let same = model.weight_bits(&evening, &around(19, 120)).unwrap();
        let near = model.weight_bits(&evening, &around(21, 120)).unwrap();
        let opposite = model.weight_bits(&evening, &around(7, 120)).unwrap();
        assert!(same > 1.0 && near < same, "{same} {near}");
        assert!(opposite < -1.0, "{opposite}");
    }

    #[test]
    fn hours_that_everybody_keeps_are_little_evidence() {
        let everybody: Vec<_> = (0..30).map(|_| around(19, 200)).collect();
        let model = HoursModel::learn(everybody.iter());
        let bits = model.weight_bits(&everybody[0], &everybody[1]).unwrap();
        let own = self::model()
            .weight_bits(&everybody[0], &everybody[1])
            .unwrap();
        assert!(bits < own / 2.0, "{bits} {own}");
    }

    #[test]
    fn few_posts_abstain() {
        let bits = model().weight_bits(&around(19, 200), &around(19, 49));
        assert_eq!(bits, Err(Abstention::TooFewPosts));
    }

    #[test]
    fn posts_of_one_clock_hour_count_once() {
        let mut histogram = HourHistogram::new();
        for second in [0, 10, 3_599, 3_600, -1] {
            histogram.add(second);
        }
        assert_eq!(histogram.post_count(), 5);
        // Thursday 00, 01 and Wednesday 23.
        let counts = histogram.counts();
        assert_eq!([counts[72], counts[73], counts[71]], [1, 1, 1]);
    }

    proptest! {
        #[test]
        fn weights_are_symmetric_and_limited(
            left in prop::collection::vec(any::<i64>(), 50..90),
            right in prop::collection::vec(0i64..4_000_000, 50..90),
        ) {
            let [left, right] = [left, right].map(|instants| {
                let mut histogram = HourHistogram::new();
                instants.into_iter().for_each(|instant| histogram.add(instant));
                histogram
            });
            let model = model();
            let bits = model.weight_bits(&left, &right).unwrap();
            let mirrored = model.weight_bits(&right, &left).unwrap();
            prop_assert!((bits - mirrored).abs() < 1e-9);
            prop_assert!(bits.abs() <= HOURS_WEIGHT_BITS_MAX);
        }
    }
}
