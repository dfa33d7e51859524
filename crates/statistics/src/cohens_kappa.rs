//! Cohen's kappa: how much more often than by chance two coders give a unit the same code.
//!
//! For two coders who both coded every unit, and codes without an order. Several coders or missing
//! codes are for [`crate::krippendorffs_alpha`].

use std::collections::BTreeMap;

use crate::interval::Bounded;
use crate::proportion::wilson_interval;

/// Agreement of two coders.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CohensKappa {
    /// Kappa with its 95 % interval: one for full agreement, zero for agreement by chance.
    pub kappa: Bounded,
    /// Large-sample standard error; zero where the coders agree always or never.
    pub standard_error: f64,
    /// Share of units that got the same code from both, with Wilson's interval.
    pub observed_agreement: Bounded,
    /// Share of units expected to agree if the coders chose independently, each with the shares of
    /// codes that it used.
    pub chance_agreement: f64,
    /// Units coded.
    pub unit_count: u64,
}

/// Kappa (Cohen 1960) of pairs of codes, the first coder's first.
///
/// The interval is normal with the large-sample variance of Fleiss, Cohen and Everitt (1969,
/// Psychological Bulletin 72, equation 13), clipped to `[-1, 1]`. Where the coders agree always or
/// never, that variance is zero or says little; the interval is then Wilson's for the observed
/// agreement, carried over with the chance agreement taken as known. Units are taken as independent.
///
/// `None` without units, and where both coders give one and the same code to all.
pub fn cohens_kappa(codes: &[(usize, usize)]) -> Option<CohensKappa> {
    let table = Table::of(codes);
    let agreeing: f64 = table
        .cells
        .iter()
        .filter(|(codes, _)| codes.0 == codes.1)
        .map(|(_, count)| count)
        .sum();
    let unit_count = codes.len() as f64;
    let observed_agreement = wilson_interval(agreeing, unit_count)?;
    let chance = table.chance_agreement(unit_count);
    // One code for everything leaves nothing to agree on beyond chance.
    if 1.0 - chance < 1e-12 {
        return None;
    }
    let observed = observed_agreement.value;
    let beyond_chance = |agreement: f64| (agreement - chance) / (1.0 - chance);
    let value = beyond_chance(observed);
    let is_at_end = agreeing == 0.0 || agreeing == unit_count;
    let standard_error = if is_at_end {
        0.0
    } else {
        table.variance(unit_count, observed, chance).max(0.0).sqrt()
    };
    let kappa = if is_at_end {
        Bounded {
            value,
            low: beyond_chance(observed_agreement.low),
            high: beyond_chance(observed_agreement.high),
        }
    } else {
        Bounded::normal(value, standard_error)
    };
    Some(CohensKappa {
        kappa: kappa.clamped(-1.0, 1.0),
        standard_error,
        observed_agreement,
        chance_agreement: chance,
        unit_count: codes.len() as u64,
    })
}

/// Counts of pairs of codes and of each coder's codes, in ascending order of the codes.
struct Table {
    cells: BTreeMap<(usize, usize), f64>,
    first: BTreeMap<usize, f64>,
    second: BTreeMap<usize, f64>,
}

impl Table {
    fn of(codes: &[(usize, usize)]) -> Self {
        let mut table = Self {
            cells: BTreeMap::new(),
            first: BTreeMap::new(),
            second: BTreeMap::new(),
        };
        for pair in codes {
            *table.cells.entry(*pair).or_default() += 1.0;
            *table.first.entry(pair.0).or_default() += 1.0;
            *table.second.entry(pair.1).or_default() += 1.0;
        }
        table
    }

    fn chance_agreement(&self, unit_count: f64) -> f64 {
        let both = |(code, count): (&usize, &f64)| count * count_of(&self.second, *code);
        self.first.iter().map(both).sum::<f64>() / (unit_count * unit_count)
    }

    /// Fleiss, Cohen and Everitt (1969), equation 13.
    fn variance(&self, unit_count: f64, observed: f64, chance: f64) -> f64 {
        let disagreement = 1.0 - observed;
        let sum: f64 = self
            .cells
            .iter()
            .map(|((first, second), count)| {
                let margins =
                    (count_of(&self.second, *first) + count_of(&self.first, *second)) / unit_count;
                let term = if first == second {
                    1.0 - chance - margins * disagreement
                } else {
                    margins * disagreement
                };
                count / unit_count * term * term
            })
            .sum();
        let centre = observed * chance - 2.0 * chance + observed;
        (sum - centre * centre) / (unit_count * (1.0 - chance).powi(4))
    }
}

fn count_of(counts: &BTreeMap<usize, f64>, code: usize) -> f64 {
    counts.get(&code).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::generator;
    use proptest::prelude::*;
    use rand::RngExt;

    #[test]
    fn nothing_coded_and_one_code_for_everything_are_missing() {
        assert!(cohens_kappa(&[]).is_none());
        assert!(cohens_kappa(&[(3, 3); 20]).is_none());
    }

    #[test]
    fn full_agreement_on_few_units_keeps_a_wide_interval() {
        let kappa = |repeats: usize| {
            cohens_kappa(&[(0, 0), (1, 1)].repeat(repeats))
                .unwrap()
                .kappa
        };
        let (few, many) = (kappa(5), kappa(500));
        assert_eq!((few.value, few.high, many.value), (1.0, 1.0, 1.0));
        assert!(few.low < 0.6 && many.low > 0.99, "{few:?} {many:?}");
    }

    #[test]
    fn a_coder_who_always_says_the_same_agrees_by_chance() {
        let agreement = cohens_kappa(&[(0, 0), (1, 0), (0, 0), (1, 0)]).unwrap();
        assert_eq!(agreement.kappa.value, 0.0);
        assert_eq!(agreement.chance_agreement, 0.5);
    }

    /// Two coders each give the true one of three codes with probability 0.8 and any of the three
    /// otherwise, so that they agree beyond chance in 0.64 of the units.
    #[test]
    fn interval_covers_the_planted_agreement() {
        const SAMPLES: usize = 1000;
        let mut random = generator(1, "coverage of kappa");
        let covered = (0..SAMPLES)
            .filter(|_| {
                let codes: Vec<(usize, usize)> = (0..200)
                    .map(|_| {
                        let truth = random.random_range(0..3);
                        let mut coder = || match random.random::<f64>() < 0.8 {
                            true => truth,
                            false => random.random_range(0..3),
                        };
                        (coder(), coder())
                    })
                    .collect();
                let kappa = cohens_kappa(&codes).unwrap().kappa;
                (kappa.low..=kappa.high).contains(&0.64)
            })
            .count() as f64
            / SAMPLES as f64;
        assert!((0.93..=0.97).contains(&covered), "{covered}");
    }

    proptest! {
        #[test]
        fn coders_and_names_of_codes_can_be_exchanged(
            codes in prop::collection::vec((0usize..4, 0usize..4), 1..60),
        ) {
            let exchanged: Vec<(usize, usize)> = codes.iter().map(|(a, b)| (90 - 7 * b, 90 - 7 * a)).collect();
            match (cohens_kappa(&codes), cohens_kappa(&exchanged)) {
                (Some(ours), Some(theirs)) => {
                    prop_assert!((ours.kappa.value - theirs.kappa.value).abs() < 1e-12);
                    prop_assert!((ours.standard_error - theirs.standard_error).abs() < 1e-9);
                    prop_assert!(ours.kappa.low <= ours.kappa.value && ours.kappa.value <= ours.kappa.high);
                }
                (ours, theirs) => prop_assert_eq!(ours.is_none(), theirs.is_none()),
            }
        }
    }
}
