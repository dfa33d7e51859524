//! Counts backed off to the language model: the probability that a random account of a
//! population carries a name.
//!
//! The predictive rule of a Pitman-Yor process (Pitman and Yor 1997; Teh 2006, equation 3)
//! with the language model as base: `q(x) = (max(c - d, 0) + (t + d K) P(x)) / (N + t)`, where
//! `c` of `N` other accounts carry the name, `K` is their number of distinct names, `d` the
//! discount and `t` the strength.

use serde::{Deserialize, Serialize};

use crate::Base;

/// How many accounts of a source share a key, with the key's surprisal under the language
/// model, and how many keys are like that: the material on which a [`Backoff`] is fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KeyFrequency {
    /// Accounts that carry the key, the key's own among them.
    pub account_count: u64,
    /// Surprisal of the key under the language model, leaving it out, bits.
    pub model_bits: f64,
    /// How many keys have this count and about this surprisal.
    pub key_count: u64,
}

/// Discount and strength of the backoff.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Backoff {
    /// What each distinct name yields to names not yet seen, in [0, 1).
    pub discount: f64,
    /// Weight of the language model beyond the discounts, in accounts.
    pub strength: f64,
    /// The language model as tempered by chance pairs.
    #[serde(default)]
    pub base: Base,
}

/// Where nothing was measured.
impl Default for Backoff {
    fn default() -> Self {
        Self {
            discount: 0.5,
            strength: 1.0,
            base: Base::default(),
        }
    }
}

/// Accounts by which the discount of a population is drawn to that of all.
const DRAWING_ACCOUNTS: f64 = 20.0;
/// The largest discount: nowhere does one other carrier say nothing at all.
const DISCOUNT_MAX: f64 = 0.99;

impl KeyFrequency {
    /// Accounts that carry one of the keys.
    fn accounts(&self) -> u64 {
        self.account_count * self.key_count
    }
}

impl Backoff {
    /// `q(x)` for a name that `count` of `account_count` other accounts carry, which have
    /// `distinct_count` distinct names among them.
    pub fn probability(
        &self,
        count: u64,
        account_count: u64,
        distinct_count: u64,
        model_bits: f64,
    ) -> f64 {
        let base = self.base.probability(model_bits);
        let seen = (count as f64 - self.discount).max(0.0);
        let unseen = self.strength + self.discount * distinct_count as f64;
        ((seen + unseen * base) / (account_count as f64 + self.strength))
            .clamp(f64::MIN_POSITIVE, 1.0)
    }

    /// What of a population's probability is left to the language model: that of a name that none of
    /// its accounts carries is this times the base.
    pub fn unseen_share(&self, account_count: u64, distinct_count: u64) -> f64 {
        (self.strength + self.discount * distinct_count as f64)
            / (account_count as f64 + self.strength)
    }

    /// Fits the backoff to the names of populations. The discount is that of [`Backoff::discounts`] of all of
    /// them, the strength the one under which each account's name, predicted from all other accounts of its
    /// population, is most probable.
    pub fn fit(populations: &[Vec<KeyFrequency>]) -> Backoff {
        let discount = discount(once_and_twice(populations.iter().flatten()));
        let mut best = (f64::NEG_INFINITY, Backoff::default());
        for strength_exponent in 0..=10 {
            let candidate = Backoff {
                discount,
                strength: f64::from(1 << strength_exponent),
                base: Base::default(),
            };
            let likelihood_bits = candidate.leave_one_out_bits(populations);
            if likelihood_bits > best.0 {
                best = (likelihood_bits, candidate);
            }
        }
        best.1
    }

    /// The discount of each population by itself, `n1 / (n1 + 2 n2)` with `n1` keys that one account carries and
    /// `n2` that two do (Ney, Essen and Kneser 1994), drawn to that of all by as many accounts as
    /// [`DRAWING_ACCOUNTS`]. Software that keeps names unique makes one other carrier say nothing, which is right:
    /// there the language model decides. Where it does not, one says much.
    pub fn discounts(populations: &[Vec<KeyFrequency>]) -> Vec<f64> {
        let all = once_and_twice(populations.iter().flatten());
        let account_count: u64 = populations
            .iter()
            .flatten()
            .map(KeyFrequency::accounts)
            .sum();
        let drawing = DRAWING_ACCOUNTS / account_count.max(1) as f64;
        let of = |population: &Vec<KeyFrequency>| {
            let own = once_and_twice(population);
            discount([0, 1].map(|place| own[place] + drawing * all[place]))
        };
        populations.iter().map(of).collect()
    }

    /// The same backoff with its base measured inside populations, where different accounts
    /// belong to different hands but for second registrations: of the keys that at most two
    /// accounts carry, the pairs that there are (`chance_pairs`, their number by model surprisal
    /// in bits) against the pairs that the backoff expects. Keys that three accounts or more
    /// carry are left out, since there the count decides, and so are those that the model expects
    /// once or more in their population: the common are so many more that they would rule the fit,
    /// and it is the rare for which the model decides.
    ///
    /// The base is that of [`Base::of_chance_pairs`]; `discounts` are those of the populations.
    pub fn with_chance_pairs(
        self,
        populations: &[Vec<KeyFrequency>],
        discounts: &[f64],
        chance_pairs: &[(f64, u64)],
    ) -> Backoff {
        let seen: Vec<(f64, f64)> = chance_pairs
            .iter()
            .map(|(bits, pairs)| (*bits, *pairs as f64))
            .collect();
        Backoff {
            base: Base::of_chance_pairs(&self.exposures(populations, discounts), &seen),
            ..self
        }
    }

    /// By model surprisal, how many pairs of accounts there would be if the base were one.
    fn exposures(&self, populations: &[Vec<KeyFrequency>], discounts: &[f64]) -> Vec<(f64, f64)> {
        let mut exposures = Vec::new();
        for (population, &discount) in populations.iter().zip(discounts) {
            let backoff = Backoff { discount, ..*self };
            let account_count: u64 = population.iter().map(KeyFrequency::accounts).sum();
            let distinct_count: u64 = population.iter().map(|key| key.key_count).sum();
            let others = account_count.saturating_sub(1) as f64;
            let unseen_share = backoff.unseen_share(account_count, distinct_count);
            let least_bits = (account_count as f64).log2();
            let rare = population
                .iter()
                .filter(|key| key.account_count <= 2 && key.model_bits >= least_bits);
            exposures.extend(rare.map(|key| {
                (
                    key.model_bits,
                    key.accounts() as f64 * others * unseen_share / 2.0,
                )
            }));
        }
        exposures
    }

    fn leave_one_out_bits(&self, populations: &[Vec<KeyFrequency>]) -> f64 {
        populations
            .iter()
            .map(|population| self.population_bits(population))
            .sum()
    }

    fn population_bits(&self, population: &[KeyFrequency]) -> f64 {
        let account_count: u64 = population.iter().map(KeyFrequency::accounts).sum();
        let distinct_count: u64 = population.iter().map(|key| key.key_count).sum();
        if account_count < 2 {
            return 0.0;
        }
        population
            .iter()
            .map(|key| {
                let others = key.account_count - 1;
                let distinct_others = distinct_count - u64::from(others == 0);
                let probability =
                    self.probability(others, account_count - 1, distinct_others, key.model_bits);
                key.accounts() as f64 * probability.log2()
            })
            .sum()
    }
}

/// Keys that one account carries, and keys that two do.
fn once_and_twice<'a>(keys: impl IntoIterator<Item = &'a KeyFrequency>) -> [f64; 2] {
    let mut found = [0.0; 2];
    for key in keys {
        if let Some(count) = found.get_mut(key.account_count.wrapping_sub(1) as usize) {
            *count += key.key_count as f64;
        }
    }
    found
}

fn discount([once, twice]: [f64; 2]) -> f64 {
    match once + twice > 0.0 {
        true => (once / (once + 2.0 * twice)).min(DISCOUNT_MAX),
        false => Backoff::default().discount,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unique_names_leave_the_decision_to_the_language_model() {
        let population = vec![KeyFrequency {
            account_count: 1,
            model_bits: 20.0,
            key_count: 1000,
        }];
        let backoff = Backoff::fit(&[population]);
        assert_eq!(backoff.discount, 0.99);
    }

    #[test]
    fn one_other_carrier_says_much_where_names_are_shared_and_nothing_where_they_are_unique() {
        let keys = |shares: [(u64, u64); 2]| -> Vec<KeyFrequency> {
            let of = |(account_count, key_count)| KeyFrequency {
                account_count,
                model_bits: 25.0,
                key_count,
            };
            shares.map(of).to_vec()
        };
        let unique = keys([(1, 5_000), (2, 1)]);
        let shared = keys([(1, 300), (2, 60)]);
        let few = keys([(1, 3), (2, 1)]);
        let populations = [unique, shared, few];
        let discounts = Backoff::discounts(&populations);
        assert!(discounts[0] > 0.95, "{discounts:?}");
        // 300 / (300 + 2 * 60), drawn a little.
        assert!((discounts[1] - 0.714).abs() < 0.02, "{discounts:?}");
        // Five accounts do not outweigh what is known of thousands.
        assert!(discounts[2] > discounts[1], "{discounts:?}");
    }

    #[test]
    fn a_name_that_many_carry_is_predicted_by_its_count() {
        let population = vec![
            KeyFrequency {
                account_count: 1,
                model_bits: 30.0,
                key_count: 100,
            },
            KeyFrequency {
                account_count: 40,
                model_bits: 30.0,
                key_count: 10,
            },
        ];
        let backoff = Backoff::fit(&[population]);
        let common = backoff.probability(39, 499, 110, 30.0);
        assert!((common - 39.0 / 499.0).abs() < 0.01, "{common}");
    }

    /// Keys of 14 to 30 bits in one source of many accounts.
    fn keys_of_many_surprisals() -> Vec<Vec<KeyFrequency>> {
        let keys = (14..=30).map(|bits| KeyFrequency {
            account_count: 1,
            model_bits: f64::from(bits),
            key_count: 600,
        });
        vec![keys.collect()]
    }

    #[test]
    fn pairs_as_the_language_model_expects_them_change_nothing() {
        let populations = keys_of_many_surprisals();
        let backoff = Backoff::fit(&populations);
        let pairs: Vec<(f64, u64)> = backoff
            .exposures(&populations, &[backoff.discount])
            .iter()
            .map(|(bits, exposure)| (*bits, (exposure * (-bits).exp2()).round() as u64))
            .collect();
        let base = backoff
            .with_chance_pairs(&populations, &[backoff.discount], &pairs)
            .base;
        assert_eq!(base.exponent, 1.0);
        assert!((base.factor - 1.0).abs() < 0.01, "{base:?}");
    }

    #[test]
    fn pairs_of_names_thought_rare_lower_the_exponent() {
        let populations = keys_of_many_surprisals();
        let backoff = Backoff::fit(&populations);
        let pairs: Vec<(f64, u64)> = backoff
            .exposures(&populations, &[backoff.discount])
            .iter()
            .map(|(bits, exposure)| (*bits, (exposure * (-0.5 * bits).exp2()).round() as u64))
            .collect();
        let measured = backoff.with_chance_pairs(&populations, &[backoff.discount], &pairs);
        assert!(
            (measured.base.exponent - 0.5).abs() < 1e-9,
            "{:?}",
            measured.base
        );
        assert!(
            measured.probability(0, 9000, 9000, 20.0) > backoff.probability(0, 9000, 9000, 20.0)
        );
    }

    #[test]
    fn a_name_carried_by_more_accounts_is_more_probable() {
        let backoff = Backoff {
            discount: 0.9,
            strength: 100.0,
            base: Base::default(),
        };
        let by_count: Vec<f64> = (0..5)
            .map(|count| backoff.probability(count, 1000, 800, 25.0))
            .collect();
        assert!(by_count.is_sorted());
    }
}
