//! Which words two sides use differently: the log-odds ratio with an informative Dirichlet prior
//! of Monroe, Colaresi and Quinn (2008), "Fightin' Words", Political Analysis 16, 372-403.
//!
//! Their variance takes every word as an independent draw. Words of one account are not: somebody
//! who writes of one thing does so in every post. So the interval and the test here come from
//! leaving out groups of whole accounts (the delete-a-group jackknife: Kott 2001, Journal of
//! Official Statistics 17, 521-526), and the z of the paper stands beside them.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::interval::{Bounded, INTERVAL_LEVELS};

/// Words written by the first and by the second side, weighted where membership is uncertain.
pub type Sides = [f64; 2];

/// One word compared between the sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WordComparison {
    /// Log-odds ratio (equation 16), positive where the first side uses the word more, with the
    /// interval of the jackknife.
    pub log_odds_ratio: Bounded,
    /// Standard error of the jackknife over groups of accounts.
    pub standard_error: f64,
    /// Ratio over its standard error under independent words (equations 20 and 22).
    pub independent_words_z: f64,
    /// Ratio over the standard error of the jackknife.
    pub z: f64,
    /// Two-sided p of `z`, from Student's t with one degree of freedom less than groups.
    pub p: f64,
}

/// The words of two sides in groups of whole accounts, and the prior.
#[derive(Debug, Clone, PartialEq)]
pub struct WordSides {
    group_totals: Vec<Sides>,
    totals: Sides,
    prior_word_count: f64,
    student: StudentsT,
}

impl WordSides {
    /// Sides with all words of each group of accounts. The prior weighs as much as
    /// `prior_word_count` words in the proportions of both sides together.
    ///
    /// `None` with fewer than two groups, where a side has no words, and where the prior weighs
    /// nothing.
    pub fn new(group_totals: Vec<Sides>, prior_word_count: f64) -> Option<Self> {
        let totals = sum(&group_totals);
        let is_possible = totals.iter().all(|total| *total > 0.0) && prior_word_count > 0.0;
        if !is_possible || group_totals.len() < 2 {
            return None;
        }
        let student = StudentsT::new(0.0, 1.0, group_totals.len() as f64 - 1.0).ok()?;
        Some(Self {
            group_totals,
            totals,
            prior_word_count,
            student,
        })
    }

    /// Compares one word by its uses in each group, in the order of the totals.
    ///
    /// `None` for a word that nobody uses, for one that is all that is written, and where leaving
    /// out groups changes nothing.
    pub fn compare(&self, group_uses: &[Sides]) -> Option<WordComparison> {
        let uses = sum(group_uses);
        let share = (uses[0] + uses[1]) / (self.totals[0] + self.totals[1]);
        if group_uses.len() != self.group_totals.len() || share <= 0.0 || share >= 1.0 {
            return None;
        }
        let prior_uses = self.prior_word_count * share;
        let ratio = |uses: Sides, totals: Sides| {
            let [first, second] = [0, 1].map(|side| {
                let with_prior = uses[side] + prior_uses;
                let all_others = totals[side] + self.prior_word_count - with_prior;
                (with_prior / all_others).ln()
            });
            first - second
        };
        let value = ratio(uses, self.totals);
        let group_count = group_uses.len() as f64;
        let squares: f64 = group_uses
            .iter()
            .zip(&self.group_totals)
            .map(|(left_out, totals)| {
                let without = ratio(less(uses, *left_out), less(self.totals, *totals));
                (without - value).powi(2)
            })
            .sum();
        let standard_error = (squares * (group_count - 1.0) / group_count).sqrt();
        if standard_error <= 0.0 || !standard_error.is_finite() {
            return None;
        }
        let variance: f64 = uses.iter().map(|uses| 1.0 / (uses + prior_uses)).sum();
        let z = value / standard_error;
        let half_width = standard_error * self.student.inverse_cdf(INTERVAL_LEVELS[1]);
        Some(WordComparison {
            log_odds_ratio: Bounded {
                value,
                low: value - half_width,
                high: value + half_width,
            },
            standard_error,
            independent_words_z: value / variance.sqrt(),
            z,
            p: (2.0 * self.student.sf(z.abs())).min(1.0),
        })
    }
}

fn sum(groups: &[Sides]) -> Sides {
    [0, 1].map(|side| groups.iter().map(|group| group[side]).sum())
}

/// What is left; rounding does not make it negative.
fn less(all: Sides, part: Sides) -> Sides {
    [0, 1].map(|side| (all[side] - part[side]).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::generator;
    use rand::RngExt;
    use rand_distr::{Distribution, Poisson};

    #[test]
    fn what_cannot_be_compared_is_missing() {
        let totals = vec![[100.0, 100.0]; 4];
        assert!(WordSides::new(vec![[100.0, 100.0]], 10.0).is_none());
        assert!(WordSides::new(vec![[100.0, 0.0]; 4], 10.0).is_none());
        let sides = WordSides::new(totals.clone(), 10.0).unwrap();
        assert!(sides.compare(&[[0.0, 0.0]; 4]).is_none());
        assert!(sides.compare(&totals).is_none());
        assert!(sides.compare(&[[1.0, 1.0]; 3]).is_none());
    }

    #[test]
    fn sides_that_change_places_change_the_sign() {
        let compare = |is_swapped: bool| {
            let side = |first: f64, second: f64| {
                if is_swapped {
                    [second, first]
                } else {
                    [first, second]
                }
            };
            let totals = (0..10).map(|group| side(90.0 + f64::from(group), 200.0));
            let uses: Vec<Sides> = (0..10)
                .map(|group| side(f64::from(group % 4), f64::from(group % 3)))
                .collect();
            let sides = WordSides::new(totals.collect(), 50.0).unwrap();
            sides.compare(&uses).unwrap()
        };
        let (there, back) = (compare(false), compare(true));
        assert!((there.log_odds_ratio.value + back.log_odds_ratio.value).abs() < 1e-12);
        assert!((there.p - back.p).abs() < 1e-12);
        assert!(there.log_odds_ratio.value > 0.0);
    }

    /// Two sides without a difference; each account has words of its own that it uses often.
    /// The test by groups of accounts is wrong about five times in a hundred, the z of
    /// independent words far more often.
    #[test]
    fn words_of_accounts_with_habits_are_rarely_called_different() {
        const GROUPS: usize = 50;
        let mut random = generator(5, "words with habits");
        let habit = Poisson::new(30.0).unwrap();
        let (mut tested, mut by_groups, mut by_words) = (0.0, 0.0, 0.0);
        for _ in 0..300 {
            let mut uses = vec![[0.0; 2]; GROUPS];
            let mut totals = vec![[0.0; 2]; GROUPS];
            for account in 0..600 {
                let (group, side) = (account % GROUPS, usize::from(account % 6 > 0));
                let uses_it = random.random::<f64>() < 0.15;
                uses[group][side] += if uses_it {
                    habit.sample(&mut random)
                } else {
                    0.0
                };
                totals[group][side] += 1000.0;
            }
            let sides = WordSides::new(totals, 1000.0).unwrap();
            let compared = sides.compare(&uses).unwrap();
            tested += 1.0;
            by_groups += f64::from(u8::from(compared.p < 0.05));
            by_words += f64::from(u8::from(compared.independent_words_z.abs() > 1.96));
        }
        assert!((0.02..=0.09).contains(&(by_groups / tested)), "{by_groups}");
        assert!(by_words / tested > 0.4, "{by_words}");
    }
}
