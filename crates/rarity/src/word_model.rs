//! Names as rows of words.
//!
//! A character model knows which letter follows which. That `john` and `young` are both common it knows, and
//! still takes `johnyoung` for rare where the two have never stood side by side. This model takes a name for a row of
//! words, each drawn by how many names it stands in: with `c` the count of a word, `T` the count of all words and of
//! all names, and `N` the names, `P(x) = N / T * sum over the ways to cut x into known words of prod (c - d) / T`.
//! What half of the discount leaves goes to words not yet seen, which this model gives no probability:
//! the character model has them. The two are mixed by [`word_share`].

use std::cmp::Ordering;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

/// What each distinct word yields to words not yet seen.
const DISCOUNT: f64 = 0.5;
/// Longer words are not looked for, bytes.
const WORD_BYTES_MAX: usize = 48;
const ITERATION_COUNT: usize = 50;

/// Takes the words of distinct names.
#[derive(Debug, Default)]
pub struct WordModelBuilder {
    rows: FxHashMap<u64, Vec<Box<str>>>,
}

/// A trained model.
#[derive(Debug)]
pub struct WordModel {
    /// In how many names each word stands, by its text; a word twice in one counts twice.
    counts: FxHashMap<Box<str>, u32>,
    /// The words of the names it was trained on, by their hash, so that a name can be left out.
    rows: FxHashMap<u64, Vec<Box<str>>>,
    word_count: usize,
}

impl WordModelBuilder {
    /// Adds a name, by its hash, as a row of words. Of several rows for one name the longest is kept,
    /// among equals the first in order of their words, so that the order of names does not matter. Returns
    /// whether the name is new.
    pub fn add(&mut self, name_hash: u64, words: &[&str]) -> bool {
        let row = || words.iter().map(|word| Box::from(*word)).collect();
        let is_better = |kept: &[Box<str>]| match words.len().cmp(&kept.len()) {
            Ordering::Equal => words.iter().copied().lt(kept.iter().map(|word| &**word)),
            of_length => of_length == Ordering::Greater,
        };
        match self.rows.entry(name_hash) {
            Entry::Vacant(place) => {
                place.insert(row());
                true
            }
            Entry::Occupied(mut kept) => {
                if is_better(kept.get()) {
                    kept.insert(row());
                }
                false
            }
        }
    }

    /// The model of the names added so far.
    pub fn build(self) -> WordModel {
        let mut counts: FxHashMap<Box<str>, u32> = FxHashMap::default();
        for word in self.rows.values().flatten() {
            *counts.entry(word.clone()).or_default() += 1;
        }
        WordModel {
            word_count: self.rows.values().map(Vec::len).sum(),
            counts,
            rows: self.rows,
        }
    }
}

impl WordModel {
    /// Whether it was trained on the name of this hash.
    pub fn knows(&self, name_hash: u64) -> bool {
        self.rows.contains_key(&name_hash)
    }

    /// Surprisal of a name in bits; infinite where it cannot be cut into known words. A name that the
    /// model was trained on is left out. `name_hash` is the one it was added by.
    ///
    /// Cost: length of the name times length of the longest word, in look-ups.
    pub fn surprisal_bits(&self, name: &str, name_hash: u64) -> f64 {
        let own = self.rows.get(&name_hash);
        let own_words = own.map_or(&[][..], |row| row.as_slice());
        let name_count = (self.rows.len() - usize::from(own.is_some())) as f64;
        let total = (self.word_count - own_words.len()) as f64 + name_count;
        if name_count <= 0.0 {
            return f64::INFINITY;
        }
        let bounds: Vec<usize> = name
            .char_indices()
            .map(|(at, _)| at)
            .chain([name.len()])
            .collect();
        // The probability of everything before each bound, over all ways to cut it.
        let mut before = vec![0.0; bounds.len()];
        before[0] = 1.0;
        for start in 0..bounds.len() - 1 {
            if before[start] == 0.0 {
                continue;
            }
            for end in start + 1..bounds.len() {
                if bounds[end] - bounds[start] > WORD_BYTES_MAX {
                    break;
                }
                let word = &name[bounds[start]..bounds[end]];
                if let Some(count) = self.counts.get(word) {
                    let own_count = own_words.iter().filter(|own| ***own == *word).count();
                    let count = f64::from(*count) - own_count as f64;
                    before[end] += before[start] * (count - DISCOUNT).max(0.0) / total;
                }
            }
        }
        -(before[bounds.len() - 1] * name_count / total).log2()
    }
}

/// Surprisal in bits under a mixture of which the word model has a share.
pub fn mixed_bits(character_bits: f64, word_bits: f64, word_share: f64) -> f64 {
    let parts = [
        character_bits - (1.0 - word_share).log2(),
        word_bits - word_share.log2(),
    ];
    let least = parts[0].min(parts[1]);
    least
        - parts
            .iter()
            .map(|bits| (least - bits).exp2())
            .sum::<f64>()
            .log2()
}

/// The share of the word model under which names are most probable, by expectation maximisation from a
/// half; of each name the surprisal under the character model and under the word model, itself left
/// out. One name more of each is assumed.
pub fn word_share(surprisals: &[(f64, f64)]) -> f64 {
    let mut share: f64 = 0.5;
    for _ in 0..ITERATION_COUNT {
        let of_words = |&(character_bits, word_bits): &(f64, f64)| {
            let odds_bits = character_bits - word_bits + (share / (1.0 - share)).log2();
            1.0 / (1.0 + (-odds_bits).exp2())
        };
        let by_words: f64 = surprisals.iter().map(of_words).sum();
        share = (by_words + 1.0) / (surprisals.len() as f64 + 2.0);
    }
    share
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn model(names: &[(u64, &[&str])]) -> WordModel {
        let mut builder = WordModelBuilder::default();
        for (hash, words) in names {
            builder.add(*hash, words);
        }
        builder.build()
    }

    #[test]
    fn common_words_make_a_common_name_though_they_never_met() {
        let model = model(&[
            (1, &["john", "smith"]),
            (2, &["john", "baker"]),
            (3, &["ann", "young"]),
            (4, &["tom", "young"]),
        ]);
        // Eight words and four names: 4 / 12 * 1.5 / 12 * 1.5 / 12.
        let bits = model.surprisal_bits("johnyoung", 9);
        assert!((bits - -(4.0 / 12.0 * (1.5f64 / 12.0).powi(2)).log2()).abs() < 1e-12);
        assert_eq!(model.surprisal_bits("johnxyz", 9), f64::INFINITY);
    }

    #[test]
    fn a_name_does_not_vouch_for_itself() {
        let model = model(&[(1, &["john", "smith"]), (2, &["john", "baker"])]);
        assert_eq!(model.surprisal_bits("johnsmith", 1), f64::INFINITY);
        assert!(model.surprisal_bits("johnsmith", 9).is_finite());
    }

    #[test]
    fn all_ways_to_cut_a_name_add_up() {
        let whole = model(&[(1, &["ab"]), (2, &["ab"])]);
        let both = model(&[
            (1, &["ab"]),
            (2, &["ab"]),
            (3, &["a", "b"]),
            (4, &["a", "b"]),
        ]);
        let [whole, both] = [whole, both].map(|model| model.surprisal_bits("ab", 9));
        // 4 / 10 * (1.5 / 10 + 1.5 / 10 * 1.5 / 10).
        assert!(
            (both - -(0.4 * (0.15 + 0.15 * 0.15f64)).log2()).abs() < 1e-12,
            "{both}"
        );
        assert!(whole.is_finite());
    }

    #[test]
    fn the_better_model_gets_the_larger_share() {
        let better_by_words = vec![(30.0, 20.0); 50];
        let better_by_characters = vec![(20.0, f64::INFINITY); 50];
        assert!(word_share(&better_by_words) > 0.9);
        assert!(word_share(&better_by_characters) < 0.1);
        assert_eq!(word_share(&[]), 0.5);
    }

    proptest! {
        #[test]
        fn a_mixture_is_as_good_as_its_parts_less_what_their_shares_cost(
            character_bits in 1.0..900.0f64, word_bits in 1.0..900.0f64, share in 0.01..0.99f64,
        ) {
            let mixed = mixed_bits(character_bits, word_bits, share);
            prop_assert!(mixed <= character_bits - (1.0 - share).log2() + 1e-9);
            prop_assert!(mixed <= word_bits - share.log2() + 1e-9);
            prop_assert!(mixed >= character_bits.min(word_bits) - 1e-9);
            let none = mixed_bits(character_bits, f64::INFINITY, share);
            prop_assert!((none - (character_bits - (1.0 - share).log2())).abs() < 1e-9);
        }

        #[test]
        fn the_order_of_names_does_not_matter(
            names in proptest::collection::vec((0..8u64, proptest::collection::vec("[ab]{1,2}", 1..4)), 1..30),
        ) {
            let bits = |names: &mut dyn Iterator<Item = &(u64, Vec<String>)>| {
                let mut builder = WordModelBuilder::default();
                for (hash, words) in names {
                    let words: Vec<&str> = words.iter().map(String::as_str).collect();
                    builder.add(*hash, &words);
                }
                builder.build().surprisal_bits("abba", 999)
            };
            prop_assert_eq!(bits(&mut names.iter()), bits(&mut names.iter().rev()));
        }
    }
}
