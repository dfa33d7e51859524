//! Ranks with ties: the ground of the rank tests and the AUC, and scores for the classifier.

/// Ranks scaled to `(0, 1)`, ties sharing their mean rank; missing values come out in the middle,
/// at one half, so that they speak for neither group.
pub fn rank_scores(values: &[Option<f64>]) -> Vec<f64> {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    let (ranks, _) = mean_ranks(&known);
    let mut scores = ranks
        .into_iter()
        .map(|rank| rank / (known.len() as f64 + 1.0));
    values
        .iter()
        .map(|value| value.and_then(|_| scores.next()).unwrap_or(0.5))
        .collect()
}

/// Ranks from 1, ties sharing their mean rank, in the order of the input, and the tie term
/// `sum(t^3 - t)` over groups of `t` equal values.
pub(crate) fn mean_ranks(values: &[f64]) -> (Vec<f64>, f64) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|left, right| values[*left].total_cmp(&values[*right]));
    let mut ranks = vec![0.0; values.len()];
    let mut tie_term = 0.0;
    let mut rank_before = 0.0;
    for tied in order.chunk_by(|left, right| values[*left] == values[*right]) {
        let size = tied.len() as f64;
        for index in tied {
            ranks[*index] = rank_before + (size + 1.0) / 2.0;
        }
        tie_term += size * size * size - size;
        rank_before += size;
    }
    (ranks, tie_term)
}

/// Ranks of two groups in their pooled order, and the tie term of the pool.
pub(crate) fn pooled_ranks(first: &[f64], second: &[f64]) -> (Vec<f64>, Vec<f64>, f64) {
    let pooled: Vec<f64> = first.iter().chain(second).copied().collect();
    let (mut ranks, tie_term) = mean_ranks(&pooled);
    let second_ranks = ranks.split_off(first.len());
    (ranks, second_ranks, tie_term)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_values_score_in_the_middle() {
        assert_eq!(
            rank_scores(&[Some(9.0), None, Some(1.0), Some(5.0)]),
            [0.75, 0.5, 0.25, 0.5]
        );
    }

    #[test]
    fn ties_share_their_mean_rank() {
        let (ranks, tie_term) = mean_ranks(&[3.0, 1.0, 3.0, 2.0, 3.0]);
        assert_eq!(ranks, [4.0, 1.0, 4.0, 2.0, 4.0]);
        assert_eq!(tie_term, 24.0);
    }
}
