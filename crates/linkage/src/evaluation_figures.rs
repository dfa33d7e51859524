//! The figures of an evaluation that have an interval: one definition for the figure, where every
//! person counts once, and for the draws of its interval, where people count as often as drawn.

use crate::evaluation::{BIN_COUNT, CALIBRATION_FLOOR, JudgedPair, TruePair, bin_of};

/// Figures of a set of candidate pairs; each is `None` where its denominator is zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figures {
    /// Largest recall at which the precision is at least .90.
    pub recall_at_precision_90: Option<f64>,
    /// Largest recall at which the precision is at least .95.
    pub recall_at_precision_95: Option<f64>,
    /// Mean distance of stated and observed over ten equal bins of the pairs stated at .05 or more.
    pub ece: Option<f64>,
    /// Sum of the stated probabilities over the true pairs among the candidates.
    pub expected_over_actual: Option<f64>,
}

impl Figures {
    /// The figures when each person counts `weights` times. `pairs` must be sorted by probability,
    /// from high to low; those of equal probability are taken together, so that the order of ties
    /// cannot flatter.
    pub(crate) fn of(pairs: &[JudgedPair], true_pairs: &[TruePair], weights: &[f64]) -> Self {
        let true_links: f64 = true_pairs
            .iter()
            .map(|pair| weights[pair.person as usize])
            .sum();
        let (mut seen, mut found) = (0.0, 0.0);
        let (mut best_90, mut best_95) = (0.0, 0.0);
        let mut expected = 0.0;
        let mut bins = [(0.0, 0.0, 0.0); BIN_COUNT];
        let same_probability =
            |a: &JudgedPair, b: &JudgedPair| a.match_probability == b.match_probability;
        for tied in pairs.chunk_by(same_probability) {
            for pair in tied {
                let weight = pair.weight(weights);
                let hit = if pair.is_true { weight } else { 0.0 };
                seen += weight;
                found += hit;
                expected += weight * pair.match_probability;
                if pair.match_probability >= CALIBRATION_FLOOR {
                    let (pairs, stated, true_pairs) = &mut bins[bin_of(pair.match_probability)];
                    *pairs += weight;
                    *stated += weight * pair.match_probability;
                    *true_pairs += hit;
                }
            }
            best_90 = if found >= 0.90 * seen { found } else { best_90 };
            best_95 = if found >= 0.95 * seen { found } else { best_95 };
        }
        let stated: f64 = bins.iter().map(|bin| bin.0).sum();
        let error: f64 = bins.iter().map(|bin| (bin.1 - bin.2).abs()).sum();
        let ratio = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
        Self {
            recall_at_precision_90: ratio(best_90, true_links),
            recall_at_precision_95: ratio(best_95, true_links),
            ece: ratio(error, stated),
            expected_over_actual: ratio(expected, found),
        }
    }
}
