//! Names of which one is the beginning or the end of the other.

/// A shorter part is shared by too many names to say anything.
const PART_LENGTH_MIN: usize = 5;
/// Longer skeletons are compared as a whole only.
const WHOLE_LENGTH_MAX: usize = 64;

/// Whether one skeleton, of five characters or more, is the beginning of the other.
pub fn is_beginning(left: &str, right: &str) -> bool {
    let (part, whole) = shorter_first(left, right);
    part.len() < whole.len() && whole.starts_with(part) && are_comparable(part, whole)
}

/// Whether one skeleton, of five characters or more, is the end of the other.
pub fn is_ending(left: &str, right: &str) -> bool {
    let (part, whole) = shorter_first(left, right);
    part.len() < whole.len() && whole.ends_with(part) && are_comparable(part, whole)
}

fn shorter_first<'name>(left: &'name str, right: &'name str) -> (&'name str, &'name str) {
    if left.len() <= right.len() {
        (left, right)
    } else {
        (right, left)
    }
}

fn are_comparable(part: &str, whole: &str) -> bool {
    part.chars().count() >= PART_LENGTH_MIN && whole.chars().count() <= WHOLE_LENGTH_MAX
}

/// Every text that [`is_beginning`] of a skeleton and is shorter than it.
pub fn beginnings(skeleton: &str) -> Vec<&str> {
    cuts(skeleton).map(|cut| &skeleton[..cut]).collect()
}

/// Every text that [`is_ending`] of a skeleton and is shorter than it.
pub fn endings(skeleton: &str) -> Vec<&str> {
    let ends = cuts_from_end(skeleton);
    ends.map(|cut| &skeleton[cut..]).collect()
}

fn has_parts(skeleton: &str) -> bool {
    skeleton.chars().count() <= WHOLE_LENGTH_MAX
}

fn cuts(skeleton: &str) -> impl Iterator<Item = usize> + '_ {
    let positions = skeleton.char_indices().map(|(at, _)| at);
    positions
        .skip(PART_LENGTH_MIN)
        .filter(|_| has_parts(skeleton))
}

fn cuts_from_end(skeleton: &str) -> impl Iterator<Item = usize> + '_ {
    let positions = skeleton.char_indices().rev().map(|(at, _)| at);
    positions
        .skip(PART_LENGTH_MIN - 1)
        .filter(move |at| *at > 0 && has_parts(skeleton))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_have_five_characters_or_more_and_are_shorter() {
        assert_eq!(beginnings("wolfram"), ["wolfr", "wolfra"]);
        assert_eq!(endings("wolfram"), ["lfram", "olfram"]);
        assert!(beginnings("wolfs").is_empty() && endings("wolfs").is_empty());
        assert_eq!(beginnings("котофей"), ["котоф", "котофе"]);
    }

    proptest! {
        #[test]
        fn every_part_is_one_and_every_one_is_a_part(whole in "[abя]{0,9}", part in "[abя]{0,9}") {
            prop_assert!(beginnings(&whole).iter().all(|part| is_beginning(part, &whole)));
            prop_assert!(endings(&whole).iter().all(|part| is_ending(part, &whole)));
            if is_beginning(&part, &whole) && part.len() < whole.len() {
                prop_assert!(beginnings(&whole).contains(&part.as_str()));
            }
            if is_ending(&part, &whole) && part.len() < whole.len() {
                prop_assert!(endings(&whole).contains(&part.as_str()));
            }
        }
    }
}
