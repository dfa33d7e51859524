//! The language model's probability of a name, as it is used, and how it is measured.
//!
//! A character model knows syllables and not words: of names made of common words it takes the
//! rarer for much too rare. So its probability `P` is tempered to `factor * P^exponent + floor`, with numbers that
//! make the chance agreements of names that there are most probable. Two counts can tell:
//!
//! *Inside a source*, where different accounts are different hands but for second accounts, every pair that
//! agrees is there by chance. By surprisal `b` their expected number is `pairs(b) * (factor * 2^(-exponent * b) + floor)`.
//!
//! *Between sources* of which each keeps names unique, chance shows only in names that stand on both sides, and those
//! may also be one hand's. What tells the two apart is rarity: chance falls with the surprisal of a
//! name, and hands take their names along whether they are rare or not. So the number of names
//! that the other source has, too, is `names(b) * hands + names(b) * accounts * factor * 2^(-exponent * b)`.
//!
//! Both are the same mixture of a falling and a constant share. Its parameters are those of the largest
//! Poisson likelihood, taken apart by expectation maximisation (Dempster, Laird and Rubin 1977).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The language model's probability `P` as it is used: `factor * P^exponent + floor`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Base {
    /// Factor; 1 where nothing was measured.
    pub factor: f64,
    /// Exponent; 1 where nothing was measured.
    pub exponent: f64,
    /// What is left of names that the language model takes for very rare; 0 where nothing was measured.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub floor: f64,
}

fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

impl Default for Base {
    fn default() -> Self {
        Self {
            factor: 1.0,
            exponent: 1.0,
            floor: 0.0,
        }
    }
}

/// Names of about one surprisal that one source holds, and how many of them another has, too. It is names
/// that are counted and not those who bear them there: to the second the count says more than the
/// language model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meetings {
    /// The two sources, any number.
    pub pair: usize,
    /// Surprisal under the language model, bits.
    pub model_bits: f64,
    /// Names of the one source.
    pub name_count: f64,
    /// Those of them that the other source has.
    pub met_count: f64,
    /// Names times accounts of the other source that had their chance: the expected meetings if the
    /// language model said one for each.
    pub exposure: f64,
}

/// Agreements that count as seen, and as expected by the language model as it is, before any were, so
/// that a few in a small population do not decide.
const AGREEMENTS_ASSUMED: f64 = 10.0;
/// Exponents that are tried, in twentieths.
const EXPONENT_TWENTIETHS: std::ops::RangeInclusive<u32> = 5..=25;
const ITERATION_COUNT: usize = 200;
/// Pairs beyond the falling share that are assumed inside sources before any were seen, and in how many of them.
/// Half a pair is what may be left of a share when none was seen (the prior that favours no scale, Jeffreys
/// 1946); ten in a million is about the floor of sources of some hundred accounts, so that a handful of
/// accounts, among which nothing could show, is not taken for a crowd of namesakes.
const FLOOR_PAIRS_ASSUMED: f64 = 0.5;
const FLOOR_EXPOSURE_ASSUMED: f64 = FLOOR_PAIRS_ASSUMED / 10e-6;
/// Where the constant share starts.
const CONSTANT_START: f64 = 0.05;

impl Base {
    /// The probability of a name of this surprisal under the language model.
    pub fn probability(self, model_bits: f64) -> f64 {
        self.factor * (-self.exponent * model_bits).exp2() + self.floor
    }

    /// The base under which pairs that chance has made are most probable: `chance_pairs` of them
    /// by model surprisal in whole bits, where there would be `exposures` by surprisal if the base were
    /// one. Without exposures the base is left as it is.
    pub fn of_chance_pairs(exposures: &[(f64, f64)], chance_pairs: &[(f64, f64)]) -> Base {
        let mut by_bits: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
        for (bits, exposure) in exposures {
            by_bits.entry(bits.round() as i64).or_default().0 += exposure;
        }
        for (bits, pairs) in chance_pairs {
            by_bits.entry(bits.round() as i64).or_default().1 += pairs;
        }
        let meetings = by_bits
            .into_iter()
            .map(|(bits, (exposure, pairs))| Meetings {
                pair: 0,
                model_bits: bits as f64,
                name_count: exposure,
                met_count: pairs,
                exposure,
            });
        let meetings: Vec<_> = meetings.collect();
        let (base, constants) =
            most_probable(&meetings, [FLOOR_PAIRS_ASSUMED, FLOOR_EXPOSURE_ASSUMED]);
        Base {
            floor: constants.first().copied().unwrap_or(0.0),
            ..base
        }
    }

    /// The base under which the meetings of names between sources are most probable, beside hands that
    /// bear one name on both sides; without floor, which could not be told from hands. Without
    /// exposures the base is left as it is.
    pub fn beside_hands(meetings: &[Meetings]) -> Base {
        most_probable(meetings, [0.0; 2]).0
    }
}

/// The falling part of the most probable mixture, without floor, and the constant share of each pair, for
/// which so many meetings of so many names are assumed.
fn most_probable(meetings: &[Meetings], constant_assumed: [f64; 2]) -> (Base, Vec<f64>) {
    // As many as are assumed, spread as the language model says.
    let mut assumed = unscaled(meetings, 1.0);
    let expected: f64 = assumed.iter().sum();
    if expected <= 0.0 {
        return (Base::default(), Vec::new());
    }
    let assumed_share = AGREEMENTS_ASSUMED / expected;
    assumed.iter_mut().for_each(|one| *one *= assumed_share);
    let fits = EXPONENT_TWENTIETHS.map(|twentieths| {
        let exponent = f64::from(twentieths) / 20.0;
        let mut mixture = Mixture::new(meetings, exponent, &assumed, assumed_share);
        for _ in 0..ITERATION_COUNT {
            mixture.improve(constant_assumed);
        }
        (mixture.log_likelihood_nats(), mixture)
    });
    let best = fits.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map_or_else(Default::default, |(_, mixture)| {
        let base = Base {
            factor: mixture.factor,
            exponent: mixture.exponent,
            floor: 0.0,
        };
        (base, mixture.constants)
    })
}

/// Chance meetings of each under an exponent, if the factor were one.
fn unscaled(meetings: &[Meetings], exponent: f64) -> Vec<f64> {
    let of = |one: &Meetings| one.exposure * (-exponent * one.model_bits).exp2();
    meetings.iter().map(of).collect()
}

/// The mixture under one exponent.
struct Mixture<'a> {
    meetings: &'a [Meetings],
    exponent: f64,
    unscaled: Vec<f64>,
    /// Meetings that are assumed of each, and their part of those that the language model expects.
    assumed: &'a [f64],
    assumed_share: f64,
    factor: f64,
    /// Share of names that meet however rare they are, by pair.
    constants: Vec<f64>,
}

impl<'a> Mixture<'a> {
    fn new(
        meetings: &'a [Meetings],
        exponent: f64,
        assumed: &'a [f64],
        assumed_share: f64,
    ) -> Self {
        let pair_count = 1 + meetings.iter().map(|one| one.pair).max().unwrap_or(0);
        Self {
            meetings,
            exponent,
            unscaled: unscaled(meetings, exponent),
            assumed,
            assumed_share,
            factor: 1.0,
            constants: vec![CONSTANT_START; pair_count],
        }
    }

    /// One step of expectation maximisation.
    fn improve(&mut self, [met_assumed, names_assumed]: [f64; 2]) {
        let (mut by_chance, mut exposed) = (0.0, 0.0);
        let rows = self.meetings.iter().zip(&self.unscaled).zip(self.assumed);
        let mut constant = vec![(0.0, 0.0); self.constants.len()];
        for ((one, unscaled), assumed) in rows {
            let falling = self.factor * unscaled;
            let both = falling + self.constants[one.pair] * one.name_count;
            let falling_met = match both > 0.0 {
                true => one.met_count * falling / both,
                false => 0.0,
            };
            by_chance += falling_met + assumed;
            exposed += (1.0 + self.assumed_share) * unscaled;
            let (met, names) = &mut constant[one.pair];
            *met += one.met_count - falling_met;
            *names += one.name_count;
        }
        self.factor = by_chance / exposed;
        for (share, (met, names)) in self.constants.iter_mut().zip(constant) {
            *share = match names > 0.0 {
                true => (met.max(0.0) + met_assumed) / (names + names_assumed),
                false => 0.0,
            };
        }
    }

    fn log_likelihood_nats(&self) -> f64 {
        let poisson = |met: f64, expected: f64| match expected > 0.0 {
            true => met * expected.ln() - expected,
            false => 0.0,
        };
        let of = |((one, unscaled), assumed): ((&Meetings, &f64), &f64)| {
            let falling = self.factor * unscaled;
            let constant = self.constants[one.pair] * one.name_count;
            poisson(one.met_count, falling + constant)
                + poisson(*assumed, self.assumed_share * falling)
        };
        let rows = self.meetings.iter().zip(&self.unscaled).zip(self.assumed);
        rows.map(of).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, Poisson};

    const BITS: std::ops::RangeInclusive<u32> = 10..=40;

    /// Two pairs of sources, 2,000 names each against 3,000 accounts, by surprisal.
    fn world(base: Base, hands: [f64; 2], mut met: impl FnMut(f64) -> f64) -> Vec<Meetings> {
        let mut meetings = Vec::new();
        for (pair, hands) in hands.into_iter().enumerate() {
            for bits in BITS {
                let (model_bits, name_count) = (f64::from(bits), 2_000.0 / 31.0);
                let exposure = name_count * 3_000.0;
                let chance = base.factor * exposure * (-base.exponent * model_bits).exp2();
                meetings.push(Meetings {
                    pair,
                    model_bits,
                    name_count,
                    met_count: met(chance + hands * name_count),
                    exposure,
                });
            }
        }
        meetings
    }

    #[test]
    fn what_was_planted_is_found_beside_hands() {
        let planted = Base {
            factor: 0.3,
            exponent: 0.8,
            floor: 0.0,
        };
        let found = Base::beside_hands(&world(planted, [0.02, 0.2], |expected| expected));
        // The assumed meetings draw it a little to the language model as it is.
        assert!((found.exponent - 0.8).abs() < 0.051, "{found:?}");
        for bits in [12.0, 18.0, 24.0] {
            let [found, planted] = [found, planted].map(|base| base.probability(bits));
            assert!(
                (found / planted).log2().abs() < 0.4,
                "{bits} bits: {found:e} {planted:e}"
            );
        }
    }

    #[test]
    fn counts_drawn_by_chance_give_it_back_on_average() {
        let planted = Base {
            factor: 0.5,
            exponent: 0.85,
            floor: 0.0,
        };
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut errors = Vec::new();
        for _ in 0..40 {
            let meetings = world(planted, [0.05, 0.1], |expected| {
                Poisson::new(expected).unwrap().sample(&mut random)
            });
            let found = Base::beside_hands(&meetings);
            errors.push((found.probability(16.0) / planted.probability(16.0)).log2());
        }
        let mean = errors.iter().sum::<f64>() / errors.len() as f64;
        assert!(mean.abs() < 0.15, "{mean} bits");
    }

    #[test]
    fn hands_alone_are_not_taken_for_chance() {
        let none = Base {
            factor: 0.0,
            exponent: 1.0,
            floor: 0.0,
        };
        let found = Base::beside_hands(&world(none, [0.3, 0.1], |expected| expected));
        assert!(found.probability(12.0) < (-12.0f64).exp2(), "{found:?}");
    }

    #[test]
    fn agreements_of_names_that_are_thought_very_rare_raise_a_floor() {
        let planted = Base {
            factor: 0.2,
            exponent: 0.7,
            floor: 2e-6,
        };
        let exposures: Vec<(f64, f64)> = BITS.map(|bits| (f64::from(bits), 1e6)).collect();
        let pairs = |(bits, exposure): &(f64, f64)| (*bits, exposure * planted.probability(*bits));
        let pairs: Vec<(f64, f64)> = exposures.iter().map(pairs).collect();
        let found = Base::of_chance_pairs(&exposures, &pairs);
        assert!((found.floor / 2e-6 - 1.0).abs() < 0.1, "{found:?}");
        assert!((found.exponent - 0.7).abs() < 0.051, "{found:?}");
    }

    #[test]
    fn without_names_the_model_is_left_as_it_is() {
        assert_eq!(Base::beside_hands(&[]), Base::default());
        assert_eq!(Base::of_chance_pairs(&[], &[]), Base::default());
    }

    proptest! {
        #[test]
        fn the_order_of_sources_does_not_matter(low in 0.0..0.3f64, high in 0.0..0.3f64) {
            let base = Base { factor: 1.0, exponent: 0.9, floor: 0.0 };
            let there = Base::beside_hands(&world(base, [low, high], |expected| expected));
            let back = Base::beside_hands(&world(base, [high, low], |expected| expected));
            prop_assert_eq!(there.exponent, back.exponent);
            prop_assert!((there.factor - back.factor).abs() < 1e-9 * there.factor);
        }
    }
}
