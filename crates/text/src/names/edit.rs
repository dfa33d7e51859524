//! Names one edit apart, and the keys under which such names meet.

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn one_edit_agrees_with_the_textbook_distance(left in "[abж]{0,5}", right in "[abж]{0,5}") {
            prop_assert_eq!(is_one_edit_apart(&left, &right), distance(&left, &right) == 1);
        }
    }
}
