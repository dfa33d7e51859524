//! What may be said of a difference: distinguishable, equivalent within the margin, undecided.

use entangle_model::Estimate;
use entangle_model::study::Verdict;

/// Level of every test.
pub(crate) const LEVEL: f64 = 0.05;

/// The verdict on one feature.
///
/// Sameness within the margin goes before difference: with many accounts a difference of no
/// consequence has a small p, and the margin says what is of consequence. The p of the difference
/// is adjusted for the number of features, that of sameness is not.
pub(crate) fn feature_verdict(equivalence_p: Option<f64>, adjusted_p: Option<f64>) -> Verdict {
    let is_below_level = |p: Option<f64>| p.is_some_and(|p| p < LEVEL);
    if is_below_level(equivalence_p) {
        Verdict::Equivalent
    } else if is_below_level(adjusted_p) {
        Verdict::Distinguishable
    } else {
        Verdict::Undecided
    }
}

/// The verdict on all features together, from the classifier.
///
/// The margin on Cliff's delta is half as wide on the AUC, which is `(delta + 1) / 2`.
/// Equivalence is said where both the interval of the AUC and 97.5 of 100 permutations lie below
/// `1/2 + margin / 2`: with few accounts a cross-validated AUC falls below one half by itself, and
/// then the wide null says that nothing could have been found. It is about this classifier only.
pub(crate) fn overall_verdict(
    auc: &Estimate,
    null_quantiles: Option<[f64; 3]>,
    classifier_p: Option<f64>,
    equivalence_margin: f64,
) -> Verdict {
    let is_within = |auc: Option<f64>| auc.is_some_and(|auc| auc < 0.5 + equivalence_margin / 2.0);
    if is_within(auc.high) && is_within(null_quantiles.map(|[_, _, high]| high)) {
        Verdict::Equivalent
    } else if classifier_p.is_some_and(|p| p < LEVEL) {
        Verdict::Distinguishable
    } else {
        Verdict::Undecided
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sameness_goes_before_difference_and_silence_is_undecided() {
        let verdict = feature_verdict;
        assert_eq!(verdict(Some(0.01), Some(0.5)), Verdict::Equivalent);
        assert_eq!(verdict(Some(0.01), Some(0.01)), Verdict::Equivalent);
        assert_eq!(verdict(Some(0.2), Some(0.01)), Verdict::Distinguishable);
        assert_eq!(verdict(Some(0.2), Some(0.2)), Verdict::Undecided);
        assert_eq!(verdict(None, None), Verdict::Undecided);
    }

    #[test]
    fn classifier_must_stay_below_the_margin_with_its_whole_interval() {
        let auc = |low, value, high| Estimate::new(value, low, high, 100, "auc");
        let narrow = Some([0.47, 0.5, 0.53]);
        let verdict = |estimate: Estimate, p| overall_verdict(&estimate, narrow, p, 0.147);
        assert_eq!(
            verdict(auc(0.47, 0.51, 0.55), Some(0.4)),
            Verdict::Equivalent
        );
        assert_eq!(
            verdict(auc(0.47, 0.53, 0.60), Some(0.4)),
            Verdict::Undecided
        );
        assert_eq!(
            verdict(auc(0.60, 0.65, 0.70), Some(0.01)),
            Verdict::Distinguishable
        );
        assert_eq!(
            verdict(Estimate::missing(0, "none"), None),
            Verdict::Undecided
        );
    }

    #[test]
    fn wide_null_leaves_a_low_auc_undecided() {
        let auc = Estimate::new(0.3, 0.17, 0.44, 72, "auc");
        let wide = Some([0.3, 0.46, 0.71]);
        assert_eq!(
            overall_verdict(&auc, wide, Some(0.95), 0.147),
            Verdict::Undecided
        );
    }
}
