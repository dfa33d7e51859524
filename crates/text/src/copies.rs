//! Copies and near-copies: a key that posts with much the same words share.
//!
//! The text is taken as its runs of [`RUN_WORDS`] words in lower case, without punctuation. The key
//! is made of the [`SMALLEST_COUNT`] smallest hashes among the runs (min-wise hashing, Broder 1997):
//! two texts whose sets of runs overlap by a Jaccard share `j` have the same key with probability
//! of about `j^2`. So a text repeated word for word always shares its key, one with nine tenths of
//! its runs in common four times in five, and unrelated texts practically never.

use std::hash::Hasher;

use twox_hash::XxHash64;

/// Words in a run.
const RUN_WORDS: usize = 5;
/// Hashes that make up a key.
const SMALLEST_COUNT: usize = 2;
/// Shorter texts say too little to be called copies: thanks, bumps and the like.
const WORD_COUNT_MIN: usize = 8;
/// Words of a longer text beyond these are not looked at.
const WORD_COUNT_MAX: usize = 20_000;

/// The key of a text; `None` where it has fewer than eight words.
///
/// The same on every machine and in every version. Cost: linear in the text.
pub fn copy_key(text: &str) -> Option<i64> {
    let mut window = [0u64; RUN_WORDS];
    let mut smallest = [u64::MAX; SMALLEST_COUNT];
    let mut word_count = 0;
    let mut lower = String::new();
    for word in words(text).take(WORD_COUNT_MAX) {
        lower.clear();
        lower.extend(word.chars().flat_map(char::to_lowercase));
        window.rotate_left(1);
        window[RUN_WORDS - 1] = XxHash64::oneshot(0, lower.as_bytes());
        word_count += 1;
        if word_count >= RUN_WORDS {
            keep_smallest(&mut smallest, hash_all(&window));
        }
    }
    (word_count >= WORD_COUNT_MIN).then(|| hash_all(&smallest) as i64)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

fn keep_smallest(smallest: &mut [u64; SMALLEST_COUNT], hash: u64) {
    let mut hash = hash;
    for kept in smallest {
        if hash == *kept {
            return;
        }
        if hash < *kept {
            std::mem::swap(kept, &mut hash);
        }
    }
}

fn hash_all<const COUNT: usize>(parts: &[u64; COUNT]) -> u64 {
    let mut hasher = XxHash64::with_seed(1);
    for part in parts {
        hasher.write_u64(part.to_le());
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OFFER: &str = "Selling fresh accounts of all shops, write to me in private messages, \
                         escrow welcome, prices start at five dollars for each of them";

    #[test]
    fn punctuation_and_case_make_no_difference() {
        let shouted = OFFER.to_uppercase().replace(',', " !!!");
        assert_eq!(copy_key(OFFER), copy_key(&shouted));
        assert!(copy_key(OFFER).is_some());
    }

    #[test]
    fn short_texts_have_no_key() {
        assert_eq!(copy_key("thanks, works for me, bump"), None);
        assert_eq!(copy_key(""), None);
    }

    #[test]
    fn other_texts_have_other_keys() {
        let text = |number: usize| -> String {
            (0..10)
                .map(|word| format!("word{}of{number} ", word))
                .collect()
        };
        let keys: std::collections::HashSet<_> =
            (0..2000).map(|number| copy_key(&text(number))).collect();
        assert_eq!(keys.len(), 2000);
    }

    #[test]
    fn most_near_copies_share_their_key() {
        let words: Vec<String> = (0..200).map(|number| format!("word{number}")).collect();
        let original = copy_key(&words.join(" "));
        let shared = (0..200).filter(|&changed| {
            let mut copy = words.clone();
            copy[changed] = "other".to_owned();
            copy_key(&copy.join(" ")) == original
        });
        // One word of two hundred changes 5 of 196 runs: Jaccard .95.
        assert!(shared.count() > 170);
    }

    proptest! {
        #[test]
        fn any_text_has_the_same_key_twice(text in ".{0,400}") {
            prop_assert_eq!(copy_key(&text), copy_key(&text));
        }
    }
}
