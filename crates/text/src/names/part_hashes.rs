//! Hashes by which names that resemble each other are found without comparing all with all.
//!
//! Each is a polynomial hash of a text that can be made of a skeleton, and all of a skeleton come
//! out of one pass over it, because the hash of a text without one character follows from those
//! of what stands before and behind. Different texts may share one: who finds two skeletons by a
//! hash looks at both again.

use super::part::{PART_LENGTH_MIN, WHOLE_LENGTH_MAX};

/// An odd number whose powers reach all bits.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Hash of a whole skeleton.
pub fn whole_hash(skeleton: &str) -> u64 {
    mixed(skeleton.chars().fold(0, extended))
}

/// Hashes of a skeleton and of every text got from it by deleting one character. Two skeletons
/// within one edit share at least one (symmetric deletion; Garbe 2012, SymSpell). One of more than
/// 64 characters has none.
pub fn deletion_hashes(skeleton: &str, mut found: impl FnMut(u64)) {
    let characters: Vec<char> = skeleton.chars().collect();
    if characters.len() > WHOLE_LENGTH_MAX {
        return;
    }
    let before = beginnings_of(&characters);
    found(mixed(before[characters.len()]));
    let (mut behind, mut power) = (0_u64, 1_u64);
    for (at, &character) in characters.iter().enumerate().rev() {
        // Deleting any character of a run gives the same text.
        if at == 0 || characters[at - 1] != character {
            found(mixed(before[at].wrapping_mul(power).wrapping_add(behind)));
        }
        behind = power.wrapping_mul(code(character)).wrapping_add(behind);
        power = power.wrapping_mul(BASE);
    }
}

/// Hashes of every skeleton, of five characters or more and shorter, that this one begins with.
pub fn beginning_hashes(skeleton: &str, found: impl FnMut(u64)) {
    let characters: Vec<char> = skeleton.chars().collect();
    if characters.len() <= WHOLE_LENGTH_MAX && characters.len() > PART_LENGTH_MIN {
        let before = beginnings_of(&characters);
        let parts = before[PART_LENGTH_MIN..characters.len()].iter();
        parts.copied().map(mixed).for_each(found);
    }
}

/// Hashes of every skeleton, of five characters or more and shorter, that this one ends with.
pub fn ending_hashes(skeleton: &str, mut found: impl FnMut(u64)) {
    let characters: Vec<char> = skeleton.chars().collect();
    if characters.len() > WHOLE_LENGTH_MAX {
        return;
    }
    let (mut behind, mut power) = (0_u64, 1_u64);
    for (at, &character) in characters.iter().enumerate().skip(1).rev() {
        behind = power.wrapping_mul(code(character)).wrapping_add(behind);
        power = power.wrapping_mul(BASE);
        if characters.len() - at >= PART_LENGTH_MIN {
            found(mixed(behind));
        }
    }
}

/// Of every length from zero, the hash of the beginning of that length.
fn beginnings_of(characters: &[char]) -> Vec<u64> {
    let mut hash = 0;
    let longer = characters.iter().map(|&character| {
        hash = extended(hash, character);
        hash
    });
    std::iter::once(0).chain(longer).collect()
}

fn extended(hash: u64, character: char) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(code(character))
}

/// Never zero, so that a character is not nothing.
fn code(character: char) -> u64 {
    u64::from(u32::from(character)) + 1
}

/// The low bits of a polynomial hash know only the low bits of the characters.
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(BASE);
    hash ^ (hash >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{is_beginning, is_ending, is_one_edit_apart};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn deletions(skeleton: &str) -> BTreeSet<u64> {
        let mut hashes = BTreeSet::new();
        deletion_hashes(skeleton, |hash| assert!(hashes.insert(hash)));
        hashes
    }

    #[test]
    fn a_deletion_has_the_hash_of_the_text_that_is_left() {
        let left = ["aab", "ab", "aa"].map(whole_hash);
        assert_eq!(deletions("aab"), BTreeSet::from(left));
        assert_eq!(deletions("").len(), 1);
        assert_eq!(deletions(&"ж".repeat(64)).len(), 2);
        assert!(deletions(&"ж".repeat(65)).is_empty());
    }

    #[test]
    fn parts_have_five_characters_or_more_and_are_shorter() {
        let (mut beginnings, mut endings) = (Vec::new(), Vec::new());
        beginning_hashes("wolfram", |hash| beginnings.push(hash));
        ending_hashes("wolfram", |hash| endings.push(hash));
        assert_eq!(beginnings, ["wolfr", "wolfra"].map(whole_hash));
        assert_eq!(endings, ["lfram", "olfram"].map(whole_hash));
        beginning_hashes("wolfs", |_| panic!("no part is shorter"));
        ending_hashes("wolfs", |_| panic!("no part is shorter"));
        beginning_hashes("котофей", |hash| beginnings.push(hash));
        assert_eq!(beginnings[2..], ["котоф", "котофе"].map(whole_hash));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn skeletons_within_one_edit_share_a_hash(left in "[abж]{0,5}", right in "[abж]{0,5}") {
            if is_one_edit_apart(&left, &right) {
                prop_assert!(!deletions(&left).is_disjoint(&deletions(&right)));
            }
        }

        #[test]
        fn every_part_is_found_by_its_hash(whole in "[abя]{0,9}", part in "[abя]{0,9}") {
            let (mut beginnings, mut endings) = (Vec::new(), Vec::new());
            beginning_hashes(&whole, |hash| beginnings.push(hash));
            ending_hashes(&whole, |hash| endings.push(hash));
            if part.len() < whole.len() {
                let hash = whole_hash(&part);
                prop_assert_eq!(beginnings.contains(&hash), is_beginning(&part, &whole));
                prop_assert_eq!(endings.contains(&hash), is_ending(&part, &whole));
            }
        }
    }
}
