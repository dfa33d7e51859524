//! Distribution of a quantity over accounts that belong to a group with a probability each:
//! quantiles, inequality and their bootstrap intervals.
//!
//! Not for comparing two groups; that is [`crate::cliffs_delta`].

use rand_chacha::ChaCha8Rng;
use rand_distr::weighted::WeightedAliasIndex;
use rand_distr::{Binomial, Distribution};

use crate::interval::{Bounded, INTERVAL_LEVELS};
use crate::processors;
use crate::random::part_generator;

/// Values of accounts with weights. Accounts of one value are held together, as nothing here tells them
/// apart: counts of posts are few values of many accounts.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightedSample {
    /// Ascending, each once.
    values: Vec<f64>,
    /// Per value the sum of the weights of its accounts.
    weights: Vec<f64>,
    account_count: usize,
}

/// Parts in which replicates are drawn.
const BOOTSTRAP_PARTS: usize = 8;

/// How a bootstrap is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bootstrap {
    /// Number of replicates.
    pub replicate_count: usize,
    /// Seed of the draws.
    pub seed: u64,
}

impl WeightedSample {
    /// A sample of pairs of value and weight; pairs that are not finite or whose weight is not
    /// positive are left out.
    pub fn new(pairs: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut kept: Vec<(f64, f64)> = pairs
            .into_iter()
            .filter(|(value, weight)| value.is_finite() && weight.is_finite() && *weight > 0.0)
            .collect();
        kept.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.total_cmp(&right.1)));
        let account_count = kept.len();
        let (values, weights) = kept
            .chunk_by(|left, right| left.0 == right.0)
            .map(|same| (same[0].0, same.iter().map(|pair| pair.1).sum::<f64>()))
            .unzip();
        Self {
            values,
            weights,
            account_count,
        }
    }

    /// Number of accounts.
    pub fn len(&self) -> usize {
        self.account_count
    }

    /// Whether there are no accounts.
    pub fn is_empty(&self) -> bool {
        self.account_count == 0
    }

    /// Sum of the weights.
    pub fn weight_sum(&self) -> f64 {
        self.weights.iter().sum()
    }

    /// Weighted mean; `None` for an empty sample.
    pub fn mean(&self) -> Option<f64> {
        let total: f64 = self.pairs().map(|(value, weight)| value * weight).sum();
        let weight_sum = self.weight_sum();
        (weight_sum > 0.0).then(|| total / weight_sum)
    }

    /// Quantile at a level in `[0, 1]`: the smallest value whose cumulative weight reaches the
    /// level, averaged with the next one where it is reached exactly (Hyndman and Fan 1996,
    /// definition 2, with weights). `None` for an empty sample.
    pub fn quantile(&self, level: f64) -> Option<f64> {
        let target = level * self.weight_sum();
        let tolerance = 1e-12 * self.weight_sum();
        let mut cumulative = 0.0;
        let mut reached = None;
        for (value, weight) in self.pairs().filter(|(_, weight)| *weight > 0.0) {
            if let Some(before) = reached {
                return Some(0.5 * (before + value));
            }
            cumulative += weight;
            if cumulative > target + tolerance {
                return Some(value);
            }
            if cumulative >= target - tolerance {
                reached = Some(value);
            }
        }
        reached
    }

    /// Gini coefficient: twice the area between the Lorenz curve and the diagonal, zero when all
    /// have the same. `None` where a value is negative or where the total is not positive.
    pub fn gini(&self) -> Option<f64> {
        let total = self.total()?;
        let weight_sum = self.weight_sum();
        let (mut held, mut doubled_area) = (0.0, 0.0);
        for (value, weight) in self.pairs() {
            let held_before = held;
            held += value * weight;
            doubled_area += weight * (held + held_before);
        }
        let gini = 1.0 - doubled_area / (total * weight_sum);
        // What rounding leaves of equality is equality.
        Some(if gini.abs() < 1e-12 { 0.0 } else { gini })
    }

    /// The Lorenz curve at a share of accounts in `[0, 1]`: the share of the total that the
    /// lowest such share holds, linear between accounts. `None` as for [`Self::gini`].
    pub fn lorenz(&self, account_share: f64) -> Option<f64> {
        let total = self.total()?;
        let target = account_share * self.weight_sum();
        let (mut passed, mut held) = (0.0, 0.0);
        for (value, weight) in self.pairs() {
            if passed + weight >= target {
                return Some(((held + value * (target - passed)) / total).clamp(0.0, 1.0));
            }
            passed += weight;
            held += value * weight;
        }
        Some(1.0)
    }

    /// Points of the Lorenz curve at equal steps from (0, 0) to (1, 1); empty where it is not
    /// defined.
    pub fn lorenz_curve(&self, step_count: usize) -> Vec<(f64, f64)> {
        (0..=step_count)
            .filter_map(|step| {
                let account_share = step as f64 / step_count as f64;
                Some((account_share, self.lorenz(account_share)?))
            })
            .collect()
    }

    /// Share of the total that the top tenth holds. `None` as for [`Self::gini`].
    pub fn top_decile_share(&self) -> Option<f64> {
        Some(1.0 - self.lorenz(0.9)?)
    }

    /// A statistic of the sample with a percentile bootstrap interval (Efron 1979) that carries
    /// the sampling of accounts and the uncertainty of membership: each replicate draws as many
    /// accounts with replacement and keeps each by its weight, which must be a probability.
    ///
    /// Replicates in which the statistic is missing are left out. `None` where the statistic of
    /// the sample itself is missing. A replicate costs as many draws as there are values, or as accounts
    /// are expected to be kept, whichever is faster.
    pub fn bootstrap(
        &self,
        statistic: impl Fn(&WeightedSample) -> Option<f64> + Sync,
        bootstrap: Bootstrap,
    ) -> Option<Bounded> {
        let value = statistic(self)?;
        let redraws = CountRedraws::of(self)?;
        let of_part = |part: usize| -> Vec<f64> {
            let purpose = "bootstrap of a weighted sample";
            let mut random = part_generator(bootstrap.seed, purpose, part);
            let mut replicate = self.clone();
            (part..bootstrap.replicate_count)
                .step_by(BOOTSTRAP_PARTS)
                .filter_map(|_| {
                    redraws.draw(&mut random, &mut replicate.weights);
                    statistic(&replicate)
                })
                .collect()
        };
        let replicates = processors::parts(BOOTSTRAP_PARTS, of_part).concat();
        Some(percentiles(value, replicates))
    }

    fn total(&self) -> Option<f64> {
        if self.values.first().is_none_or(|least| *least < 0.0) {
            return None;
        }
        let total: f64 = self.pairs().map(|(value, weight)| value * weight).sum();
        (total > 0.0).then_some(total)
    }

    fn pairs(&self) -> impl Iterator<Item = (f64, f64)> {
        self.values
            .iter()
            .copied()
            .zip(self.weights.iter().copied())
    }
}

/// Weighted means of several quantities of the same accounts, one column each, with percentile
/// bootstrap intervals as in [`WeightedSample::bootstrap`] from the same replicates for all: much cheaper
/// than one after the other where there are many accounts. `weights` are probabilities.
///
/// An account without a quantity is left out of its mean. A column is `None` where nobody has the
/// quantity. Costs one addition per replicate, kept account and column; a copy of the columns is held.
pub fn bootstrap_means(
    weights: &[f64],
    columns: &[&[Option<f64>]],
    bootstrap: Bootstrap,
) -> Vec<Option<Bounded>> {
    let Some(redraws) = Redraws::of(weights) else {
        return vec![None; columns.len()];
    };
    let value = |account: usize, column: &[Option<f64>]| column[account].unwrap_or(f64::NAN);
    let rows: Vec<f64> = (0..weights.len())
        .flat_map(|account| columns.iter().map(move |column| value(account, column)))
        .collect();
    let of_part = |part: usize| -> Vec<Vec<f64>> {
        let mut random = part_generator(bootstrap.seed, "bootstrap of means", part);
        let replicates = (part..bootstrap.replicate_count).step_by(BOOTSTRAP_PARTS);
        replicates
            .map(|_| {
                let mut sums = ColumnSums::new(columns.len());
                redraws.for_each_kept(&mut random, |account| sums.add(&rows, account, 1.0));
                sums.means()
            })
            .collect()
    };
    let replicates = processors::parts(BOOTSTRAP_PARTS, of_part).concat();
    let mut all = ColumnSums::new(columns.len());
    for (account, weight) in weights.iter().enumerate() {
        all.add(&rows, account, *weight);
    }
    let bounded = |(column, mean): (usize, f64)| {
        let of_column = replicates.iter().map(|means| means[column]);
        let means = of_column.filter(|mean| mean.is_finite()).collect();
        mean.is_finite().then(|| percentiles(mean, means))
    };
    all.means().into_iter().enumerate().map(bounded).collect()
}

/// Sums of columns in which not a number stands for missing.
struct ColumnSums {
    sums: Vec<f64>,
    weights: Vec<f64>,
}

impl ColumnSums {
    fn new(column_count: usize) -> Self {
        Self {
            sums: vec![0.0; column_count],
            weights: vec![0.0; column_count],
        }
    }

    /// Adds a row of a table that is laid out row by row.
    fn add(&mut self, rows: &[f64], row: usize, weight: f64) {
        let column_count = self.sums.len();
        let row = &rows[row * column_count..(row + 1) * column_count];
        for ((sum, total), value) in self.sums.iter_mut().zip(&mut self.weights).zip(row) {
            if !value.is_nan() {
                *sum += weight * value;
                *total += weight;
            }
        }
    }

    /// Means; not a number where nothing was added.
    fn means(&self) -> Vec<f64> {
        let pairs = self.sums.iter().zip(&self.weights);
        pairs.map(|(sum, weight)| sum / weight).collect()
    }
}

/// A value between the outer percentiles of its replicates.
fn percentiles(value: f64, mut replicates: Vec<f64>) -> Bounded {
    replicates.sort_by(f64::total_cmp);
    let [low, high] = INTERVAL_LEVELS.map(|level| sorted_quantile(&replicates, level));
    Bounded {
        value,
        low: low.unwrap_or(value).min(value),
        high: high.unwrap_or(value).max(value),
    }
}

/// Replicates of a sample whose weights are probabilities.
///
/// As many accounts as there are, drawn with replacement and each kept by its weight, come to this: how
/// many are kept is binomial, with the mean weight, and each that is kept is one of them by its weight. So
/// only those that are kept are drawn, which are few where most weights are small.
struct Redraws {
    kept_count: Binomial,
    kept: WeightedAliasIndex<f64>,
}

impl Redraws {
    /// `None` of no weights.
    fn of(weights: &[f64]) -> Option<Self> {
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        Some(Self {
            kept_count: Binomial::new(weights.len() as u64, mean.min(1.0)).ok()?,
            kept: WeightedAliasIndex::new(weights.to_vec()).ok()?,
        })
    }

    /// Shows the accounts of one replicate, each as often as it is in it.
    fn for_each_kept(&self, random: &mut ChaCha8Rng, mut show: impl FnMut(usize)) {
        for _ in 0..self.kept_count.sample(random) {
            show(self.kept.sample(random));
        }
    }
}

/// Replicates of a sample as counts of its values, distributed as those of [`Redraws`].
struct CountRedraws {
    kept_count: Binomial,
    draws: CountDraws,
}

enum CountDraws {
    /// Each kept account is one of the values.
    EachAccount(WeightedAliasIndex<f64>),
    /// Per value the probability that a kept account has it, given that it has no lower one: the counts
    /// are multinomial, so each is binomial given those before (Davis 1993, section 2).
    EachValue(Vec<f64>),
}

/// Kept accounts that are drawn in the time of one binomial number.
const DRAWS_PER_BINOMIAL: f64 = 4.0;

impl CountRedraws {
    /// `None` of no values.
    fn of(sample: &WeightedSample) -> Option<Self> {
        let weight_sum = sample.weight_sum();
        let mean = (weight_sum / sample.account_count as f64).min(1.0);
        let draws = if sample.values.len() as f64 * DRAWS_PER_BINOMIAL < weight_sum {
            CountDraws::EachValue(shares_of_the_rest(&sample.weights))
        } else {
            CountDraws::EachAccount(WeightedAliasIndex::new(sample.weights.clone()).ok()?)
        };
        Some(Self {
            kept_count: Binomial::new(sample.account_count as u64, mean).ok()?,
            draws,
        })
    }

    /// How many accounts of each value are in one replicate.
    fn draw(&self, random: &mut ChaCha8Rng, counts: &mut [f64]) {
        let mut left_count = self.kept_count.sample(random);
        counts.fill(0.0);
        match &self.draws {
            CountDraws::EachAccount(kept) => {
                for _ in 0..left_count {
                    counts[kept.sample(random)] += 1.0;
                }
            }
            CountDraws::EachValue(shares) => {
                for (share, count) in shares.iter().zip(counts) {
                    if left_count == 0 {
                        break;
                    }
                    let drawn = Binomial::new(left_count, *share);
                    let drawn = drawn.map_or(0, |binomial| binomial.sample(random));
                    left_count -= drawn;
                    *count = drawn as f64;
                }
            }
        }
    }
}

/// Each weight as a share of itself and those after it; the last is one.
fn shares_of_the_rest(weights: &[f64]) -> Vec<f64> {
    let mut rest = 0.0;
    let mut shares: Vec<f64> = weights
        .iter()
        .rev()
        .map(|weight| {
            rest += weight;
            weight / rest
        })
        .collect();
    shares.reverse();
    shares
}

/// Quantile of ascending numbers, linear between them; `None` of none.
pub fn sorted_quantile(ascending: &[f64], level: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    let position = level.clamp(0.0, 1.0) * last as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    let part = position - below as f64;
    Some(ascending[below] + part * (ascending[above] - ascending[below]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::generator;
    use proptest::prelude::*;
    use rand_distr::{Distribution, Exp1};

    const BOOTSTRAP: Bootstrap = Bootstrap {
        replicate_count: 400,
        seed: 1,
    };

    #[test]
    fn empty_sample_has_no_statistics() {
        let empty = WeightedSample::new([(f64::NAN, 1.0), (1.0, 0.0)]);
        assert!(empty.is_empty());
        assert_eq!(empty.quantile(0.5), None);
        assert_eq!(empty.gini(), None);
        assert_eq!(empty.mean(), None);
        assert!(empty.lorenz_curve(10).is_empty());
        assert_eq!(empty.bootstrap(WeightedSample::gini, BOOTSTRAP), None);
    }

    #[test]
    fn median_of_an_even_number_lies_between() {
        let sample = WeightedSample::new([(4.0, 1.0), (1.0, 1.0), (3.0, 1.0), (2.0, 1.0)]);
        assert_eq!(sample.quantile(0.5), Some(2.5));
        assert_eq!(sample.quantile(0.0), Some(1.0));
        assert_eq!(sample.quantile(1.0), Some(4.0));
        assert_eq!(sample.len(), 4);
    }

    #[test]
    fn negative_values_have_quantiles_but_no_inequality() {
        let sample = WeightedSample::new([(-3.0, 0.5), (2.0, 0.5)]);
        assert_eq!(sample.quantile(0.25), Some(-3.0));
        assert_eq!(sample.gini(), None);
    }

    #[test]
    fn one_holder_of_everything_is_all_of_the_top_decile() {
        let sample =
            WeightedSample::new((0..100).map(|rank| (f64::from(i8::from(rank == 0)), 1.0)));
        assert!((sample.gini().unwrap() - 0.99).abs() < 1e-12);
        assert_eq!(sample.top_decile_share(), Some(1.0));
        let equal = WeightedSample::new([(2.0, 1.0); 50]);
        assert!(equal.gini().unwrap().abs() < 1e-12);
        assert!((equal.top_decile_share().unwrap() - 0.1).abs() < 1e-12);
    }

    #[test]
    fn accounts_are_redrawn_by_their_weights() {
        let weights = [1.0, 0.25, 0.0, 0.5];
        let redraws = Redraws::of(&weights).unwrap();
        let mut random = generator(3, "redraws");
        let mut counts = CountMoments::new(4);
        for _ in 0..40_000 {
            let mut drawn = [0.0; 4];
            redraws.for_each_kept(&mut random, |account| drawn[account] += 1.0);
            counts.add(&drawn);
        }
        // Four draws, kept with the mean weight of .4375: 4 * .4375 * .5625.
        counts.check(&weights, 0.984);
    }

    #[test]
    fn counts_of_values_are_redrawn_as_their_accounts_are() {
        // Of 40 accounts 16, 4 and 8 are expected to be kept.
        let pairs = |value: u32, count: usize, weight: f64| vec![(f64::from(value), weight); count];
        let sample =
            WeightedSample::new([pairs(1, 16, 1.0), pairs(2, 8, 0.5), pairs(5, 16, 0.5)].concat());
        assert_eq!(
            (sample.len(), sample.weights.as_slice()),
            (40, &[16.0, 4.0, 8.0][..])
        );
        let by_value = CountRedraws::of(&sample).unwrap();
        assert!(matches!(by_value.draws, CountDraws::EachValue(_)));
        let by_account = CountRedraws {
            kept_count: by_value.kept_count,
            draws: CountDraws::EachAccount(
                WeightedAliasIndex::new(sample.weights.clone()).unwrap(),
            ),
        };
        for redraws in [by_value, by_account] {
            let mut random = generator(4, "redraws");
            let mut counts = CountMoments::new(3);
            let mut drawn = [0.0; 3];
            for _ in 0..40_000 {
                redraws.draw(&mut random, &mut drawn);
                counts.add(&drawn);
            }
            // Forty draws, kept with the mean weight of .7.
            counts.check(&[16.0, 4.0, 8.0], 40.0 * 0.7 * 0.3);
            // Sixteen of forty: 40 * .4 * .6.
            assert!((counts.first_variance() / 9.6 - 1.0).abs() < 0.04);
        }
    }

    /// Means of counts over replicates, and how sizes and first counts spread.
    struct CountMoments {
        replicate_count: f64,
        sums: Vec<f64>,
        first_squares: f64,
        size_squares: f64,
    }

    impl CountMoments {
        fn new(count: usize) -> Self {
            Self {
                replicate_count: 0.0,
                sums: vec![0.0; count],
                first_squares: 0.0,
                size_squares: 0.0,
            }
        }

        fn add(&mut self, counts: &[f64]) {
            self.replicate_count += 1.0;
            self.first_squares += counts[0] * counts[0];
            self.size_squares += counts.iter().sum::<f64>().powi(2);
            for (sum, count) in self.sums.iter_mut().zip(counts) {
                *sum += count;
            }
        }

        fn variance(&self, sum: f64, squares: f64) -> f64 {
            squares / self.replicate_count - (sum / self.replicate_count).powi(2)
        }

        fn first_variance(&self) -> f64 {
            self.variance(self.sums[0], self.first_squares)
        }

        fn check(&self, weights: &[f64], size_variance: f64) {
            for (sum, weight) in self.sums.iter().zip(weights) {
                let mean = sum / self.replicate_count;
                assert!(
                    (mean - weight).abs() < 0.02 * weight.max(1.0),
                    "{mean} for {weight}"
                );
            }
            let variance = self.variance(self.sums.iter().sum(), self.size_squares);
            assert!((variance / size_variance - 1.0).abs() < 0.04, "{variance}");
        }
    }

    #[test]
    fn means_of_columns_are_those_of_samples_of_one() {
        let weights: Vec<f64> = (0..200)
            .map(|account| f64::from(account % 5 + 1) / 5.0)
            .collect();
        let full: Vec<Option<f64>> = (0..200)
            .map(|account| Some(f64::from(account * account % 17)))
            .collect();
        let halved = (0..200).map(|account| full[account].filter(|_| account % 2 == 0));
        let columns = [full.clone(), halved.collect(), vec![None; 200]];
        let slices: Vec<&[Option<f64>]> = columns.iter().map(Vec::as_slice).collect();
        let means = bootstrap_means(&weights, &slices, BOOTSTRAP);
        assert_eq!(means[2], None);
        for (column, joint) in columns[..2].iter().zip(&means) {
            let pairs = column.iter().zip(&weights);
            let pairs = pairs.filter_map(|(value, weight)| Some(((*value)?, *weight)));
            let alone = WeightedSample::new(pairs).bootstrap(WeightedSample::mean, BOOTSTRAP);
            let (joint, alone) = (joint.unwrap(), alone.unwrap());
            assert!((joint.value - alone.value).abs() < 1e-12);
            let widths = [joint, alone].map(|bounded| bounded.high - bounded.low);
            assert!(
                (widths[0] / widths[1] - 1.0).abs() < 0.2,
                "{joint:?} {alone:?}"
            );
        }
    }

    #[test]
    fn bootstrap_is_repeatable_and_covers_the_true_median() {
        let mut random = generator(9, "exponential samples");
        let covered = (0..200)
            .filter(|_| {
                let sample = WeightedSample::new((0..80).map(|_| (Exp1.sample(&mut random), 1.0)));
                let median = |sample: &WeightedSample| sample.quantile(0.5);
                let interval = sample.bootstrap(median, BOOTSTRAP).unwrap();
                assert_eq!(sample.bootstrap(median, BOOTSTRAP), Some(interval));
                (interval.low..=interval.high).contains(&std::f64::consts::LN_2)
            })
            .count();
        assert!((180..=198).contains(&covered), "{covered}");
    }

    proptest! {
        #[test]
        fn whole_weights_are_repetitions(pairs in prop::collection::vec((0u8..20, 1u8..5), 1..30), level in 0.0..=1.0f64) {
            let weighted = WeightedSample::new(pairs.iter().map(|(value, weight)| (f64::from(*value), f64::from(*weight))));
            let repeated = WeightedSample::new(
                pairs.iter().flat_map(|(value, weight)| (0..*weight).map(|_| (f64::from(*value), 1.0))),
            );
            let close = |left: Option<f64>, right: Option<f64>| match (left, right) {
                (Some(left), Some(right)) => (left - right).abs() < 1e-9,
                (left, right) => left == right,
            };
            prop_assert!(close(weighted.quantile(level), repeated.quantile(level)));
            prop_assert!(close(weighted.gini(), repeated.gini()));
            prop_assert!(close(weighted.lorenz(level), repeated.lorenz(level)));
        }
    }
}
