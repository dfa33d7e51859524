//! Random numbers by purpose, so that one part of the world does not shift another.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What random numbers are drawn for; each purpose has its own stream of the seed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    People,
    Crossover,
    Membership,
    Names,
    Activity,
    Profile,
    Schedule,
    Conversation,
    Prose,
    WritingStyle,
    Freelancers,
}

/// The stream for a purpose within one source; people belong to source 0.
pub(crate) fn stream(seed: u64, purpose: Purpose, source_index: usize) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream((purpose as u64) << 16 | source_index as u64);
    rng
}

/// True with the given probability.
pub(crate) fn chance(rng: &mut impl Rng, probability: f64) -> bool {
    rng.random::<f64>() < probability
}

/// A number below `length`, which must not be 0.
pub(crate) fn index(rng: &mut impl Rng, length: usize) -> usize {
    ((u64::from(rng.next_u32()) * length as u64) >> 32) as usize
}

/// One item of a list that is not empty.
pub(crate) fn pick<'a, T: ?Sized>(rng: &mut impl Rng, items: &[&'a T]) -> &'a T {
    items[index(rng, items.len())]
}

/// The index drawn with probability proportional to its weight.
pub(crate) fn weighted_index(rng: &mut impl Rng, weights: &[f64]) -> usize {
    let total: f64 = weights.iter().sum();
    let mut left = rng.random::<f64>() * total;
    for (position, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return position;
        }
    }
    weights.len() - 1
}

/// A fixed mixing of a number, for traits that need no stream of their own (SplitMix64; Steele,
/// Lea and Flood 2014).
pub(crate) fn mix(seed: u64, value: u64) -> u64 {
    let mut mixed = seed ^ value.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ mixed >> 31
}

/// Ranks drawn by a Zipf-Mandelbrot law: weight `1 / (rank + 2.7)^exponent`, rank from 0.
pub(crate) struct ZipfRanks {
    cumulative: Vec<f64>,
}

impl ZipfRanks {
    pub(crate) fn new(rank_count: usize, exponent: f64) -> Self {
        let mut sum = 0.0;
        let cumulative = (0..rank_count)
            .map(|rank| {
                sum += (rank as f64 + 2.7).powf(-exponent);
                sum
            })
            .collect();
        ZipfRanks { cumulative }
    }

    pub(crate) fn draw(&self, rng: &mut impl Rng) -> usize {
        let total = self.cumulative.last().copied().unwrap_or(0.0);
        let point = rng.random::<f64>() * total;
        let rank = self.cumulative.partition_point(|sum| *sum <= point);
        rank.min(self.cumulative.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_two_purposes_differ() {
        let one = stream(1, Purpose::Names, 0).next_u64();
        let other = stream(1, Purpose::Prose, 0).next_u64();
        assert_ne!(one, other);
        assert_eq!(one, stream(1, Purpose::Names, 0).next_u64());
    }

    #[test]
    fn low_ranks_are_drawn_more_often() {
        let ranks = ZipfRanks::new(100, 1.0);
        let mut rng = stream(1, Purpose::Names, 0);
        let mut counts = [0u32; 100];
        for _ in 0..20_000 {
            counts[ranks.draw(&mut rng)] += 1;
        }
        assert!(counts[0] > 3 * counts[20]);
        assert!(counts[99] > 0);
    }

    #[test]
    fn weights_of_zero_are_never_drawn() {
        let mut rng = stream(1, Purpose::Names, 0);
        for _ in 0..1_000 {
            assert_eq!(weighted_index(&mut rng, &[0.0, 2.0, 0.0]), 1);
        }
    }
}
