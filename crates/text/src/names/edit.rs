//! Names one edit apart, and the keys under which such names meet.

/// Characters up to which a name has deletion variants; the number of bytes in them grows
/// with the square of the length.
const NEIGHBOURHOOD_LENGTH_MAX: usize = 64;

/// Whether one insertion, deletion, substitution or transposition of neighbours turns one
/// string into the other: restricted Damerau-Levenshtein distance of exactly one, over
/// characters.
pub fn is_one_edit_apart(left: &str, right: &str) -> bool {
    if left.is_ascii() && right.is_ascii() {
        return differ_by_one_edit(left.as_bytes(), right.as_bytes());
    }
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    differ_by_one_edit(&left, &right)
}

/// What lies between the common prefix and the common suffix of two sequences decides.
fn differ_by_one_edit<Letter: PartialEq>(left: &[Letter], right: &[Letter]) -> bool {
    if left.len().abs_diff(right.len()) > 1 {
        return false;
    }
    let prefix = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[prefix..], &right[prefix..]);
    let suffix = left
        .iter()
        .rev()
        .zip(right.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (left, right) = (&left[..left.len() - suffix], &right[..right.len() - suffix]);
    match (left, right) {
        ([], [_]) | ([_], []) | ([_], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

/// The string itself and every string got from it by deleting one character, without
/// duplicates.
///
/// Two strings within one edit share at least one of these, so equal variants find all such
/// pairs (symmetric deletion; Garbe 2012, SymSpell). Sharing one is not enough: "ab" and "ca"
/// share "a". A string of more than 64 characters has only itself.
pub fn deletion_neighbourhood(skeleton: &str) -> Vec<String> {
    let mut variants = vec![skeleton.to_string()];
    if skeleton.chars().nth(NEIGHBOURHOOD_LENGTH_MAX).is_some() {
        return variants;
    }
    let mut previous = None;
    for (at, letter) in skeleton.char_indices() {
        // Deleting any letter of a run gives the same string, and nothing else does.
        if previous != Some(letter) {
            let mut variant = String::with_capacity(skeleton.len());
            variant.push_str(&skeleton[..at]);
            variant.push_str(&skeleton[at + letter.len_utf8()..]);
            variants.push(variant);
        }
        previous = Some(letter);
    }
    variants
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    /// Restricted Damerau-Levenshtein distance by the textbook recurrence.
    fn distance(left: &str, right: &str) -> usize {
        let left: Vec<char> = left.chars().collect();
        let right: Vec<char> = right.chars().collect();
        let mut table = vec![vec![0; right.len() + 1]; left.len() + 1];
        for i in 0..=left.len() {
            for j in 0..=right.len() {
                if i == 0 || j == 0 {
                    table[i][j] = i + j;
                    continue;
                }
                let cost = usize::from(left[i - 1] != right[j - 1]);
                let mut best = (table[i - 1][j] + 1)
                    .min(table[i][j - 1] + 1)
                    .min(table[i - 1][j - 1] + cost);
                if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                    best = best.min(table[i - 2][j - 2] + 1);
                }
                table[i][j] = best;
            }
        }
        table[left.len()][right.len()]
    }

    #[test]
    fn variants_of_a_run_are_not_repeated() {
        assert_eq!(deletion_neighbourhood("aab"), ["aab", "ab", "aa"]);
        assert_eq!(deletion_neighbourhood(""), [""]);
        assert_eq!(deletion_neighbourhood(&"ж".repeat(65)).len(), 1);
        assert_eq!(deletion_neighbourhood(&"ж".repeat(64)).len(), 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn one_edit_agrees_with_the_textbook_distance(left in "[abж]{0,5}", right in "[abж]{0,5}") {
            prop_assert_eq!(is_one_edit_apart(&left, &right), distance(&left, &right) == 1);
        }

        #[test]
        fn strings_within_one_edit_share_a_variant(left in "[abж]{0,5}", right in "[abж]{0,5}") {
            let variants_left: HashSet<_> = deletion_neighbourhood(&left).into_iter().collect();
            let variants_right = deletion_neighbourhood(&right);
            if distance(&left, &right) <= 1 {
                prop_assert!(variants_right.iter().any(|variant| variants_left.contains(variant)));
            }
            prop_assert_eq!(variants_left.len(), deletion_neighbourhood(&left).len());
        }
    }
}
