//! Seeded random numbers that are the same on every machine.
//!
//! Not for secrets: a seed and a purpose determine every draw.

use rand::SeedableRng;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;

/// A generator for one purpose: the same seed and purpose give the same draws, and two purposes
/// under one seed give independent streams.
pub fn generator(seed: u64, purpose: &str) -> ChaCha8Rng {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream(stream_number(purpose));
    generator
}

/// [`generator`] for one of several parts of the same purpose, so that parts can be drawn at once and
/// give the same whatever runs first.
pub fn part_generator(seed: u64, purpose: &str, part: usize) -> ChaCha8Rng {
    generator(seed, &format!("{purpose}, part {part}"))
}

/// `count` of `population` things drawn without replacement, ascending; all of them where there are
/// no more.
pub fn draw_without_replacement(
    population: usize,
    count: usize,
    seed: u64,
    purpose: &str,
) -> Vec<usize> {
    if population <= count {
        return (0..population).collect();
    }
    let mut drawn = sample(&mut generator(seed, purpose), population, count).into_vec();
    drawn.sort_unstable();
    drawn
}

/// FNV-1a (Fowler, Noll and Vo), which is fixed for ever, unlike the hashes of the standard
/// library.
fn stream_number(purpose: &str) -> u64 {
    purpose.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;

    #[test]
    fn same_seed_and_purpose_give_the_same_draws() {
        let draws = |seed, purpose| -> [u32; 4] { generator(seed, purpose).random() };
        assert_eq!(draws(1, "bootstrap"), draws(1, "bootstrap"));
        assert_ne!(draws(1, "bootstrap"), draws(1, "permutation"));
        assert_ne!(draws(1, "bootstrap"), draws(2, "bootstrap"));
    }

    #[test]
    fn every_thing_is_drawn_about_as_often_and_none_twice() {
        let mut drawn_counts = [0; 10];
        for seed in 0..1000 {
            let drawn = draw_without_replacement(10, 3, seed, "draw");
            assert!(drawn.len() == 3 && drawn.is_sorted_by(|left, right| left < right));
            drawn.into_iter().for_each(|one| drawn_counts[one] += 1);
        }
        assert!(drawn_counts.iter().all(|count| (240..=360).contains(count)));
        assert_eq!(draw_without_replacement(2, 3, 1, "draw"), [0, 1]);
        assert!(draw_without_replacement(5, 0, 1, "draw").is_empty());
    }
}
