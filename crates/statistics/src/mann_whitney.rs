//! The Mann-Whitney test of whether values of one group tend to be larger.
//!
//! For a p value only; how large the difference is, is [`crate::cliffs_delta`].

use statrs::distribution::{ContinuousCDF, Normal};

use crate::ranks::pooled_ranks;

/// Two-sided p of the Mann-Whitney U test (Mann and Whitney 1947): normal approximation with
/// tie and continuity correction.
///
/// `None` where a group is empty or where all values are equal. Values must be finite.
pub fn mann_whitney_p(first: &[f64], second: &[f64]) -> Option<f64> {
    if first.is_empty() || second.is_empty() {
        return None;
    }
    let (first_ranks, _, tie_term) = pooled_ranks(first, second);
    let (m, n) = (first.len() as f64, second.len() as f64);
    let total = m + n;
    let first_u = first_ranks.iter().sum::<f64>() - m * (m + 1.0) / 2.0;
    let larger_u = first_u.max(m * n - first_u);
    let variance = m * n / 12.0 * ((total + 1.0) - tie_term / (total * (total - 1.0)));
    if variance <= 0.0 {
        return None;
    }
    let z = (larger_u - m * n / 2.0 - 0.5) / variance.sqrt();
    Some((2.0 * Normal::standard().sf(z)).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_and_empty_groups_are_missing() {
        assert_eq!(mann_whitney_p(&[1.0, 1.0], &[1.0]), None);
        assert_eq!(mann_whitney_p(&[], &[1.0]), None);
    }

    #[test]
    fn order_of_the_groups_does_not_matter() {
        let (first, second) = ([1.0, 4.0, 9.0, 2.0], [3.0, 7.0, 8.0, 8.0, 10.0]);
        assert_eq!(
            mann_whitney_p(&first, &second),
            mann_whitney_p(&second, &first)
        );
    }
}
