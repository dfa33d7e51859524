//! Counts backed off to the language model: the probability that a random account of a
//! population carries a name.
//!
//! The predictive rule of a Pitman-Yor process (Pitman and Yor 1997; Teh 2006, equation 3)
//! with the language model as base: `q(x) = (max(c - d, 0) + (t + d K) P(x)) / (N + t)`, where
//! `c` of `N` other accounts carry the name, `K` is their number of distinct names, `d` the
//! discount and `t` the strength.

use serde::{Deserialize, Serialize};

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
        let base = (-model_bits).exp2();
        let seen = (count as f64 - self.discount).max(0.0);
        let unseen = self.strength + self.discount * distinct_count as f64;
        ((seen + unseen * base) / (account_count as f64 + self.strength))
            .clamp(f64::MIN_POSITIVE, 1.0)
    }

    /// Fits discount and strength by the leave-one-out likelihood of the names of populations:
    /// each account's name is predicted from all other accounts of its population.
    ///
    /// A population whose software keeps names unique drives the discount to its upper bound,
    /// which is right: there the counts say nothing and the language model decides.
    pub fn fit(populations: &[Vec<KeyFrequency>]) -> Backoff {
        let mut best = (
            f64::NEG_INFINITY,
            Backoff {
                discount: 0.5,
                strength: 1.0,
            },
        );
        for discount_step in 0..=20 {
            for strength_exponent in 0..=10 {
                let candidate = Backoff {
                    discount: (0.05 * f64::from(discount_step)).min(0.99),
                    strength: f64::from(1 << strength_exponent),
                };
                let likelihood_bits = candidate.leave_one_out_bits(populations);
                if likelihood_bits > best.0 {
                    best = (likelihood_bits, candidate);
                }
            }
        }
        best.1
    }

    fn leave_one_out_bits(&self, populations: &[Vec<KeyFrequency>]) -> f64 {
        populations
            .iter()
            .map(|population| self.population_bits(population))
            .sum()
    }

    fn population_bits(&self, population: &[KeyFrequency]) -> f64 {
        let account_count: u64 = population
            .iter()
            .map(|key| key.account_count * key.key_count)
            .sum();
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
                (key.account_count * key.key_count) as f64 * probability.log2()
            })
            .sum()
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

    #[test]
    fn a_name_carried_by_more_accounts_is_more_probable() {
        let backoff = Backoff {
            discount: 0.9,
            strength: 100.0,
        };
        let by_count: Vec<f64> = (0..5)
            .map(|count| backoff.probability(count, 1000, 800, 25.0))
            .collect();
        assert!(by_count.is_sorted());
    }
}
