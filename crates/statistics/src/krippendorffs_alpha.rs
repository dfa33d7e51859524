//! Krippendorff's alpha for codes without an order: agreement of any number of coders of whom not
//! all coded every unit.
//!
//! Not for ranks or measurements, whose disagreements differ in size. Two coders who both coded
//! everything can also be compared by [`crate::cohens_kappa`].

use std::collections::BTreeMap;

use rand::RngExt;

use crate::interval::{Bounded, INTERVAL_LEVELS};
use crate::proportion::wilson_interval;
use crate::random::generator;
use crate::weighted_sample::{Bootstrap, sorted_quantile};

/// Agreement of several coders.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KrippendorffsAlpha {
    /// Alpha with its 95 % interval: one for full agreement, zero for agreement by chance.
    pub alpha: Bounded,
    /// Units with at least two codes; others say nothing of agreement.
    pub unit_count: u64,
    /// Codes of these units.
    pub code_count: u64,
}

/// Alpha (Krippendorff 2018, Content Analysis, 4th edition, section 12.3.3, nominal metric) of
/// units, each with the codes that it was given; a code that is missing is left out.
///
/// The interval is the percentile bootstrap over units (Zapf, Castell, Morawietz and Karch 2016,
/// BMC Medical Research Methodology 16, 93), which takes units as independent; replicates in which
/// alpha is not defined are left out. Where no unit has two different codes all replicates are one,
/// so the lower end is instead what alpha would be if as many units disagreed wholly as the upper
/// end of Wilson's interval for none allows.
///
/// `None` where no unit has two codes, and where only one code was ever given.
pub fn krippendorffs_alpha(
    units: &[Vec<usize>],
    bootstrap: Bootstrap,
) -> Option<KrippendorffsAlpha> {
    let coded = CodedUnits::of(units);
    let everything = || 0..coded.units.len();
    let (value, expected_disagreement) = coded.alpha(everything())?;
    let has_disagreement = coded.units.iter().any(|unit| unit.disagreement > 0.0);
    let (low, high) = if has_disagreement {
        coded.bootstrap_ends(value, bootstrap)
    } else {
        let disagreeing = wilson_interval(0.0, coded.units.len() as f64)?.high;
        ((1.0 - disagreeing / expected_disagreement).max(-1.0), 1.0)
    };
    Some(KrippendorffsAlpha {
        alpha: Bounded {
            value,
            low: low.min(value),
            high: high.max(value),
        },
        unit_count: coded.units.len() as u64,
        code_count: coded.units.iter().map(|unit| unit.code_count as u64).sum(),
    })
}

/// The units that can be compared, with codes renumbered from zero in ascending order.
struct CodedUnits {
    units: Vec<Unit>,
    category_count: usize,
}

struct Unit {
    /// Category and how many coders gave it.
    counts: Vec<(usize, f64)>,
    code_count: f64,
    /// Ordered pairs of different codes, over the number of codes less one.
    disagreement: f64,
}

impl CodedUnits {
    fn of(units: &[Vec<usize>]) -> Self {
        let comparable = || units.iter().filter(|codes| codes.len() >= 2);
        let mut numbers: BTreeMap<usize, usize> =
            comparable().flatten().map(|code| (*code, 0)).collect();
        for (number, category) in numbers.values_mut().enumerate() {
            *category = number;
        }
        let units = comparable()
            .map(|codes| Unit::of(codes, &numbers))
            .collect();
        Self {
            units,
            category_count: numbers.len(),
        }
    }

    /// Alpha and the expected disagreement of the chosen units.
    fn alpha(&self, chosen: impl Iterator<Item = usize>) -> Option<(f64, f64)> {
        let mut totals = vec![0.0; self.category_count];
        let (mut code_count, mut disagreement) = (0.0, 0.0);
        for unit in chosen.map(|index| &self.units[index]) {
            code_count += unit.code_count;
            disagreement += unit.disagreement;
            for (category, count) in &unit.counts {
                totals[*category] += count;
            }
        }
        let different_pairs =
            code_count * code_count - totals.iter().map(|total| total * total).sum::<f64>();
        if different_pairs <= 0.0 {
            return None;
        }
        let expected = different_pairs / (code_count * (code_count - 1.0));
        Some((1.0 - disagreement / code_count / expected, expected))
    }

    fn bootstrap_ends(&self, value: f64, bootstrap: Bootstrap) -> (f64, f64) {
        let mut random = generator(bootstrap.seed, "bootstrap of Krippendorff's alpha");
        let unit_count = self.units.len();
        let mut replicates: Vec<f64> = (0..bootstrap.replicate_count)
            .filter_map(|_| {
                let drawn = (0..unit_count).map(|_| random.random_range(0..unit_count));
                self.alpha(drawn).map(|(alpha, _)| alpha)
            })
            .collect();
        replicates.sort_by(f64::total_cmp);
        let [low, high] =
            INTERVAL_LEVELS.map(|level| sorted_quantile(&replicates, level).unwrap_or(value));
        (low, high)
    }
}

impl Unit {
    fn of(codes: &[usize], numbers: &BTreeMap<usize, usize>) -> Self {
        let mut by_category: BTreeMap<usize, f64> = BTreeMap::new();
        for category in codes.iter().filter_map(|code| numbers.get(code)) {
            *by_category.entry(*category).or_default() += 1.0;
        }
        let counts: Vec<(usize, f64)> = by_category.into_iter().collect();
        let code_count = codes.len() as f64;
        let equal_pairs: f64 = counts.iter().map(|(_, count)| count * count).sum();
        Self {
            disagreement: (code_count * code_count - equal_pairs) / (code_count - 1.0),
            counts,
            code_count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOOTSTRAP: Bootstrap = Bootstrap {
        replicate_count: 400,
        seed: 1,
    };

    #[test]
    fn units_that_nobody_compared_and_a_single_code_are_missing() {
        assert!(krippendorffs_alpha(&[], BOOTSTRAP).is_none());
        assert!(krippendorffs_alpha(&[vec![1], vec![], vec![2]], BOOTSTRAP).is_none());
        assert!(krippendorffs_alpha(&[vec![4, 4], vec![4, 4, 4]], BOOTSTRAP).is_none());
    }

    #[test]
    fn full_agreement_on_few_units_keeps_a_wide_interval() {
        let alpha = |repeats| {
            let units = [vec![vec![0, 0]; repeats], vec![vec![1, 1, 1]; repeats]].concat();
            krippendorffs_alpha(&units, BOOTSTRAP).unwrap().alpha
        };
        assert_eq!((alpha(5).value, alpha(5).high), (1.0, 1.0));
        assert!(alpha(5).low < 0.6 && alpha(500).low > 0.99);
    }

    /// Three of four coders give the true one of two codes with probability 0.9 and any code
    /// otherwise; the fourth is missing. The codes of two coders agree beyond chance in 0.81.
    #[test]
    fn interval_covers_the_planted_agreement() {
        const SAMPLES: usize = 300;
        let mut random = generator(2, "coverage of alpha");
        let covered = (0..SAMPLES)
            .filter(|sample| {
                let units: Vec<Vec<usize>> = (0..120)
                    .map(|unit| {
                        let truth = random.random_range(0..2);
                        (0..2 + unit % 2)
                            .map(|_| match random.random::<f64>() < 0.9 {
                                true => truth,
                                false => random.random_range(0..2),
                            })
                            .collect()
                    })
                    .collect();
                let seeded = Bootstrap {
                    seed: *sample as u64,
                    ..BOOTSTRAP
                };
                let alpha = krippendorffs_alpha(&units, seeded).unwrap().alpha;
                (alpha.low..=alpha.high).contains(&0.81)
            })
            .count() as f64
            / SAMPLES as f64;
        assert!((0.91..=0.98).contains(&covered), "{covered}");
    }

    proptest! {
        /// Alpha from its definition: differences within all ordered pairs of codes of a unit
        /// over differences within all ordered pairs of codes.
        #[test]
        fn fast_and_naive_alpha_agree(units in prop::collection::vec(prop::collection::vec(0usize..3, 0..5), 0..20)) {
            let pairs = |codes: &[usize]| -> f64 {
                let differs = |i: usize, j: usize| f64::from(u8::from(codes[i] != codes[j]));
                (0..codes.len()).flat_map(|i| (0..codes.len()).map(move |j| (i, j))).map(|(i, j)| differs(i, j)).sum()
            };
            let pool: Vec<usize> = units.iter().filter(|codes| codes.len() > 1).flatten().copied().collect();
            let ours = krippendorffs_alpha(&units, Bootstrap { replicate_count: 20, seed: 1 });
            if pairs(&pool) == 0.0 {
                prop_assert!(ours.is_none());
            } else {
                let within: f64 = units.iter().filter(|codes| codes.len() > 1)
                    .map(|codes| pairs(codes) / (codes.len() as f64 - 1.0)).sum();
                let count = pool.len() as f64;
                let naive = 1.0 - (within / count) / (pairs(&pool) / (count * (count - 1.0)));
                let alpha = ours.unwrap().alpha;
                prop_assert!((alpha.value - naive).abs() < 1e-9);
                prop_assert!(alpha.low <= alpha.value && alpha.value <= alpha.high);
            }
        }
    }
}
