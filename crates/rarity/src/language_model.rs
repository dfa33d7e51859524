//! A character n-gram language model of names.
//!
//! It is trained on the *distinct* names at hand, so that it learns how names are formed and
//! leaves how often each one is used to the counts ([`crate::Backoff`]). It is not a model of
//! running text.
//!
//! Interpolated absolute discounting (Ney, Essen and Kneser 1994): with `c` the count of
//! character `x` after context `h`, `T` the total and `D` the number of distinct characters
//! after `h`, and `h'` the context without its first character,
//! `P(x | h) = max(c - d, 0) / T + d D / T P(x | h')`, `d = n1 / (n1 + 2 n2)` per order.

use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

/// Marks both ends of a name; it cannot occur inside one, because names are trimmed texts.
const BOUNDARY: char = '\u{2}';
/// Characters that were never seen share one part in this many of the lowest order.
const UNSEEN_CHARACTER_COUNT: f64 = 200.0;

/// Counts what follows each context, over distinct names.
#[derive(Debug)]
pub struct LanguageModelBuilder {
    order: usize,
    characters: FxHashMap<char, ()>,
    gram_counts: FxHashMap<u64, u32>,
    contexts: FxHashMap<u64, Context>,
    grams_of_order: Vec<[u64; 2]>,
}

/// What is known of one context.
#[derive(Debug, Clone, Copy, Default)]
struct Context {
    total: u32,
    distinct: u32,
}

/// A trained model: the probability of a text as the name of an account.
#[derive(Debug)]
pub struct LanguageModel {
    order: usize,
    character_count: f64,
    gram_counts: FxHashMap<u64, u32>,
    contexts: FxHashMap<u64, Context>,
    discounts: Vec<f64>,
}

impl LanguageModelBuilder {
    /// A builder for contexts of up to `order - 1` characters.
    ///
    /// # Panics
    /// If `order` is zero.
    pub fn new(order: usize) -> Self {
        assert!(order > 0, "a language model needs an order of at least one");
        Self {
            order,
            characters: FxHashMap::default(),
            gram_counts: FxHashMap::default(),
            contexts: FxHashMap::default(),
            grams_of_order: vec![[0; 2]; order],
        }
    }

    /// Adds one distinct name. Adding the same name twice counts it twice.
    pub fn add(&mut self, name: &str) {
        let characters = bounded(name);
        for position in 1..characters.len() {
            self.characters.insert(characters[position], ());
            for (context_length, (context, gram)) in
                grams(&characters, position, self.order).enumerate()
            {
                self.count(context_length, context, gram);
            }
        }
    }

    fn count(&mut self, context_length: usize, context: u64, gram: u64) {
        let count = self.gram_counts.entry(gram).or_default();
        *count += 1;
        let of_order = &mut self.grams_of_order[context_length];
        match *count {
            1 => of_order[0] += 1,
            2 => *of_order = [of_order[0] - 1, of_order[1] + 1],
            3 => of_order[1] -= 1,
            _ => {}
        }
        let entry = self.contexts.entry(context).or_default();
        entry.total += 1;
        entry.distinct += u32::from(*count == 1);
    }

    /// The model of the names added so far.
    pub fn build(self) -> LanguageModel {
        let discounts = self
            .grams_of_order
            .iter()
            .map(|&[once, twice]| {
                if once == 0 {
                    0.5
                } else {
                    once as f64 / (once + 2 * twice) as f64
                }
            })
            .collect();
        LanguageModel {
            order: self.order,
            character_count: self.characters.len() as f64 + UNSEEN_CHARACTER_COUNT,
            gram_counts: self.gram_counts,
            contexts: self.contexts,
            discounts,
        }
    }
}

impl LanguageModel {
    /// Surprisal in bits of a name that was not among those the model was trained on.
    ///
    /// Cost: name length times order look-ups.
    pub fn surprisal_bits(&self, name: &str) -> f64 {
        let characters = bounded(name);
        (1..characters.len())
            .map(|position| {
                self.step_bits(&characters, position, self.order, &OwnCounts::default())
            })
            .sum()
    }

    /// Surprisal in bits of a name that was among those the model was trained on, with the
    /// name's own contribution taken out again (leave-one-out).
    pub fn surprisal_bits_leaving_out(&self, name: &str) -> f64 {
        let characters = bounded(name);
        let own = OwnCounts::of(&[name], self.order);
        (1..characters.len())
            .map(|position| self.step_bits(&characters, position, self.order, &own))
            .sum()
    }

    /// Surprisal of the character at `position` given at most `order_limit - 1` before it.
    pub(crate) fn step_bits(
        &self,
        characters: &[char],
        position: usize,
        order_limit: usize,
        own: &OwnCounts,
    ) -> f64 {
        let mut probability = 1.0 / self.character_count;
        for (context_length, (context, gram)) in
            grams(characters, position, order_limit).enumerate()
        {
            let Some(known) = self.contexts.get(&context) else {
                break;
            };
            let own_context = own.context(context);
            let total = known.total.saturating_sub(own_context.total);
            if total == 0 {
                break;
            }
            let own_count = own.gram(context, gram);
            let count = self.gram_counts.get(&gram).copied().unwrap_or(0);
            let left = f64::from(count.saturating_sub(own_count));
            let distinct = known
                .distinct
                .saturating_sub(self.lost_distinct(context, own));
            let discount = self.discounts[context_length];
            probability = (left - discount).max(0.0) / f64::from(total)
                + discount * f64::from(distinct) / f64::from(total) * probability;
        }
        -probability.max(f64::MIN_POSITIVE).log2()
    }

    /// How many distinct followers of a context only the left-out name had shown.
    fn lost_distinct(&self, context: u64, own: &OwnCounts) -> u32 {
        own.grams_of(context)
            .filter(|&(gram, own_count)| {
                self.gram_counts.get(&gram).copied().unwrap_or(0) <= own_count
            })
            .count() as u32
    }

    pub(crate) fn order(&self) -> usize {
        self.order
    }
}

/// The n-grams of one name, to be taken out of the counts while that name is scored.
#[derive(Debug, Default)]
pub(crate) struct OwnCounts {
    /// Context, gram and count, sorted.
    grams: Vec<(u64, u64, u32)>,
}

impl OwnCounts {
    /// Those of names that were all among those the model was trained on, each once.
    pub(crate) fn of(names: &[&str], order: usize) -> Self {
        let mut pairs: Vec<(u64, u64)> = Vec::new();
        for name in names {
            let characters = bounded(name);
            let positions = 1..characters.len();
            pairs.extend(positions.flat_map(|position| grams(&characters, position, order)));
        }
        pairs.sort_unstable();
        let grams = pairs
            .chunk_by(|left, right| left == right)
            .map(|same| (same[0].0, same[0].1, same.len() as u32))
            .collect();
        Self { grams }
    }

    fn grams_of(&self, context: u64) -> impl Iterator<Item = (u64, u32)> + '_ {
        let start = self.grams.partition_point(|entry| entry.0 < context);
        self.grams[start..]
            .iter()
            .take_while(move |entry| entry.0 == context)
            .map(|entry| (entry.1, entry.2))
    }

    fn context(&self, context: u64) -> Context {
        let mut sum = Context::default();
        for (_, count) in self.grams_of(context) {
            sum.total += count;
            sum.distinct += 1;
        }
        sum
    }

    fn gram(&self, context: u64, gram: u64) -> u32 {
        self.grams_of(context)
            .find(|entry| entry.0 == gram)
            .map_or(0, |entry| entry.1)
    }
}

/// The characters of a name between two boundaries.
pub(crate) fn bounded(name: &str) -> Vec<char> {
    let mut characters = Vec::with_capacity(name.len() + 2);
    characters.push(BOUNDARY);
    characters.extend(name.chars());
    characters.push(BOUNDARY);
    characters
}

/// Hashes of context and n-gram for the character at `position`, shortest context first.
///
/// Sixty-four bits keep collisions out of reach: among a hundred million n-grams fewer than
/// one in three thousand models has a single one.
fn grams(
    characters: &[char],
    position: usize,
    order: usize,
) -> impl Iterator<Item = (u64, u64)> + '_ {
    let longest = (order - 1).min(position);
    (0..=longest).map(move |context_length| {
        let mut hasher = FxHasher::default();
        hasher.write_usize(context_length);
        for character in &characters[position - context_length..position] {
            hasher.write_u32(u32::from(*character));
        }
        let context = scramble(hasher.finish());
        let gram = scramble(context ^ (u64::from(u32::from(characters[position])) << 20 | 1));
        (context, gram)
    })
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every input bit reaches every
/// output bit, so that texts which differ little do not collide.
fn scramble(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(names: &[&str]) -> LanguageModel {
        let mut builder = LanguageModelBuilder::new(4);
        names.iter().for_each(|name| builder.add(name));
        builder.build()
    }

    #[test]
    fn leaving_a_name_out_equals_never_having_seen_it() {
        let others = ["mike", "mikey", "spike", "ananas", "banana", "aaa"];
        for left_out in ["micky", "anana", "aaaa", "б"] {
            let mut with = others.to_vec();
            with.push(left_out);
            let mut without = model(&others);
            // The alphabet and the discounts are properties of the whole training set.
            let trained = model(&with);
            without.character_count = trained.character_count;
            without.discounts.clone_from(&trained.discounts);
            let expected = without.surprisal_bits(left_out);
            let actual = trained.surprisal_bits_leaving_out(left_out);
            assert!(
                (expected - actual).abs() < 1e-9,
                "{left_out}: {expected} {actual}"
            );
        }
    }

    #[test]
    fn next_character_probabilities_sum_to_at_most_one() {
        let model = model(&["mike", "mikey", "spike", "ananas", "banana"]);
        let own = OwnCounts::default();
        for context in ["", "m", "mi", "an", "zz"] {
            let mut characters = bounded(context);
            let position = characters.len() - 1;
            let sum: f64 = "abeikmnpsyz\u{2}"
                .chars()
                .map(|next| {
                    characters[position] = next;
                    (-model.step_bits(&characters, position, 4, &own)).exp2()
                })
                .sum();
            assert!(sum <= 1.0 + 1e-9 && sum > 0.7, "{context}: {sum}");
        }
    }
}
