//! Area under the receiver operating characteristic curve with its interval.

use crate::interval::Bounded;
use crate::ranks::{mean_ranks, pooled_ranks};

/// Probability that a positive scores above a negative, ties counting half.
///
/// `None` where a class is empty. Scores must be finite.
pub fn auc(positive_scores: &[f64], negative_scores: &[f64]) -> Option<f64> {
    if positive_scores.is_empty() || negative_scores.is_empty() {
        return None;
    }
    let (positive_ranks, _, _) = pooled_ranks(positive_scores, negative_scores);
    let (m, n) = (positive_scores.len() as f64, negative_scores.len() as f64);
    let u = positive_ranks.iter().sum::<f64>() - m * (m + 1.0) / 2.0;
    Some(u / (m * n))
}

/// AUC with the interval of DeLong, DeLong and Clarke-Pearson (1988), clipped to `[0, 1]`, from
/// ranks (Sun and Xu 2014).
///
/// `None` where a class has fewer than two scores.
pub fn auc_interval(positive_scores: &[f64], negative_scores: &[f64]) -> Option<Bounded> {
    if positive_scores.len() < 2 || negative_scores.len() < 2 {
        return None;
    }
    let value = auc(positive_scores, negative_scores)?;
    let (positive_ranks, negative_ranks, _) = pooled_ranks(positive_scores, negative_scores);
    let variance = placement_variance(positive_scores, &positive_ranks, negative_scores.len())
        + placement_variance(negative_scores, &negative_ranks, positive_scores.len());
    Some(Bounded::normal(value, variance.sqrt()).clamped(0.0, 1.0))
}

/// Variance of the mean placement of a class among the `other_count` scores of the other class.
fn placement_variance(scores: &[f64], ranks_in_pool: &[f64], other_count: usize) -> f64 {
    let (ranks_in_class, _) = mean_ranks(scores);
    let count = scores.len() as f64;
    let placements: Vec<f64> = ranks_in_pool
        .iter()
        .zip(&ranks_in_class)
        .map(|(in_pool, in_class)| (in_pool - in_class) / other_count as f64)
        .collect();
    let mean = placements.iter().sum::<f64>() / count;
    let squares: f64 = placements
        .iter()
        .map(|placement| (placement - mean).powi(2))
        .sum();
    squares / (count - 1.0) / count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_count_half_and_empty_classes_are_missing() {
        assert_eq!(auc(&[1.0], &[1.0, 0.0]), Some(0.75));
        assert_eq!(auc(&[], &[1.0]), None);
        assert_eq!(auc_interval(&[1.0], &[1.0, 2.0]), None);
    }

    #[test]
    fn separate_classes_have_no_spread() {
        let interval = auc_interval(&[3.0, 4.0], &[1.0, 2.0]).unwrap();
        assert_eq!(
            (interval.low, interval.value, interval.high),
            (1.0, 1.0, 1.0)
        );
    }
}
