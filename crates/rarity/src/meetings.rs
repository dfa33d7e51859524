//! The language model measured between sources, where chance and hands meet in the same names.
//!
//! Inside a source, software often keeps names unique, so chance shows only between sources; and there
//! a name that stands on both sides may also be one hand's. What tells the two apart is rarity: chance
//! falls with the surprisal of a name, and hands take their names along whether they are rare or not.
//! So the number of names that stand on both sides is, by surprisal `b`, a mixture of two shapes,
//!
//! `names(b) * hands + names(b) * accounts * factor * 2^(-exponent * b)`,
//!
//! with one `hands` for each pair of sources, and one factor and one exponent for all. They are those of the
//! largest Poisson likelihood; the mixture is taken apart by expectation maximisation (Dempster,
//! Laird and Rubin 1977).

use crate::Base;

/// Names of about one surprisal that one source holds, and how many of them the other source of a pair
/// holds too.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meetings {
    /// The pair of sources, any number.
    pub pair: usize,
    /// Surprisal under the language model, bits.
    pub model_bits: f64,
    /// Names of the one source.
    pub name_count: f64,
    /// Those of them that stand in the other.
    pub met_count: f64,
    /// Names times accounts of the other source that had their chance: the expected meetings if the
    /// language model said one for each.
    pub exposure: f64,
}

/// Meetings that count as seen, and as expected by the language model as it is, before any were.
const MEETINGS_ASSUMED: f64 = 10.0;
/// Exponents that are tried, in twentieths.
const EXPONENT_TWENTIETHS: std::ops::RangeInclusive<u32> = 8..=22;
const ITERATION_COUNT: usize = 200;

impl Base {
    /// The base under which the meetings of names between sources are most probable, beside hands that
    /// bear one name on both sides. Exponent .4 to 1.1. Without exposure the base is one.
    pub fn beside_hands(meetings: &[Meetings]) -> Base {
        let expected: f64 = meetings.iter().map(as_the_model_says).sum();
        if expected <= 0.0 {
            return Base::default();
        }
        let pair_count = 1 + meetings.iter().map(|one| one.pair).max().unwrap_or(0);
        let fits = EXPONENT_TWENTIETHS.map(|twentieths| {
            let exponent = f64::from(twentieths) / 20.0;
            Mixture::new(meetings, exponent, MEETINGS_ASSUMED / expected, pair_count).fit()
        });
        let best = fits.reduce(|best, next| if next.0 > best.0 { next } else { best });
        best.map_or_else(Base::default, |(_, base)| base)
    }
}

fn as_the_model_says(one: &Meetings) -> f64 {
    one.exposure * (-one.model_bits).exp2()
}

/// The mixture under one exponent.
struct Mixture<'a> {
    meetings: &'a [Meetings],
    exponent: f64,
    /// Chance meetings of each, if the factor were one.
    unscaled: Vec<f64>,
    /// Meetings assumed for each meeting that the language model expects.
    assumed_share: f64,
    factor: f64,
    /// Share of names that one hand bears on both sides, by pair.
    hands: Vec<f64>,
}

impl<'a> Mixture<'a> {
    fn new(meetings: &'a [Meetings], exponent: f64, assumed_share: f64, pair_count: usize) -> Self {
        let unscaled = |one: &Meetings| one.exposure * (-exponent * one.model_bits).exp2();
        Self {
            meetings,
            exponent,
            unscaled: meetings.iter().map(unscaled).collect(),
            assumed_share,
            factor: 1.0,
            hands: vec![0.05; pair_count],
        }
    }

    /// Log likelihood without its constant, nats, and the base.
    fn fit(mut self) -> (f64, Base) {
        for _ in 0..ITERATION_COUNT {
            self.improve();
        }
        let base = Base {
            factor: self.factor,
            exponent: self.exponent,
        };
        (self.log_likelihood(), base)
    }

    /// One step of expectation maximisation.
    fn improve(&mut self) {
        let (mut by_chance, mut exposed) = (0.0, 0.0);
        let mut by_hands = vec![(0.0, 0.0); self.hands.len()];
        for (one, unscaled) in self.meetings.iter().zip(&self.unscaled) {
            let chance = self.factor * unscaled;
            let hands = self.hands[one.pair] * one.name_count;
            let chance_met = match chance + hands > 0.0 {
                true => one.met_count * chance / (chance + hands),
                false => 0.0,
            };
            by_chance += chance_met + self.assumed_share * as_the_model_says(one);
            exposed += (1.0 + self.assumed_share) * unscaled;
            let (met, names) = &mut by_hands[one.pair];
            *met += one.met_count - chance_met;
            *names += one.name_count;
        }
        self.factor = by_chance / exposed;
        for (hands, (met, names)) in self.hands.iter_mut().zip(by_hands) {
            *hands = if names > 0.0 { met / names } else { 0.0 };
        }
    }

    fn log_likelihood(&self) -> f64 {
        let poisson = |met: f64, expected: f64| match expected > 0.0 {
            true => met * expected.ln() - expected,
            false => 0.0,
        };
        let of = |(one, unscaled): (&Meetings, &f64)| {
            let chance = self.factor * unscaled;
            let hands = self.hands[one.pair] * one.name_count;
            poisson(one.met_count, chance + hands)
                + poisson(
                    self.assumed_share * as_the_model_says(one),
                    self.assumed_share * chance,
                )
        };
        self.meetings.iter().zip(&self.unscaled).map(of).sum()
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
        };
        let found = Base::beside_hands(&world(none, [0.3, 0.1], |expected| expected));
        assert!(found.probability(12.0) < (-12.0f64).exp2(), "{found:?}");
    }

    #[test]
    fn without_names_the_model_is_left_as_it_is() {
        assert_eq!(Base::beside_hands(&[]), Base::default());
    }

    proptest! {
        #[test]
        fn the_order_of_sources_does_not_matter(low in 0.0..0.3f64, high in 0.0..0.3f64) {
            let base = Base { factor: 1.0, exponent: 0.9 };
            let there = Base::beside_hands(&world(base, [low, high], |expected| expected));
            let back = Base::beside_hands(&world(base, [high, low], |expected| expected));
            prop_assert_eq!(there.exponent, back.exponent);
            prop_assert!((there.factor - back.factor).abs() < 1e-9 * there.factor);
        }
    }
}
