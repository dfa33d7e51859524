//! The classifier two-sample test: can a classifier tell two groups apart at all?
//!
//! For differences over many features together. A classifier that fails shows only that this
//! kind of classifier, with so many rows, finds no difference.

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::auc::{auc, auc_interval};
use crate::interval::Bounded;
use crate::logistic::{FeatureMatrix, fit_logistic};
use crate::processors;
use crate::random::generator;
use crate::weighted_sample::sorted_quantile;

/// How the test is run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassifierTestOptions {
    /// Parts of the cross-validation, at least two.
    pub fold_count: usize,
    /// Penalty of the logistic regression, positive.
    pub ridge: f64,
    /// Permutations of the null distribution.
    pub permutation_count: usize,
    /// Seed of folds and permutations.
    pub seed: u64,
}

/// What the test found.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassifierTest {
    /// Cross-validated AUC with the interval of [`auc_interval`] over the pooled scores.
    pub auc: Bounded,
    /// 2.5 %, 50 % and 97.5 % quantiles of the AUC under permuted labels.
    pub null_quantiles: [f64; 3],
    /// Share of permutations with an AUC at least as large, counting the data as one more.
    pub p: f64,
}

/// Runs the test of Lopez-Paz and Oquab (2017) with a ridge logistic regression over
/// standardised features and the AUC in place of the accuracy.
///
/// `groups` names the matched set of each row: a set stays in one fold, and labels are permuted
/// within sets, so that what the matching made equal cannot tell the classes apart. `None` where
/// the lengths differ, where there are fewer sets than folds, fewer than two folds or no
/// permutation, or where a fold would leave a class without rows.
pub fn classifier_two_sample_test(
    features: &FeatureMatrix,
    is_positive: &[bool],
    groups: &[usize],
    options: &ClassifierTestOptions,
) -> Option<ClassifierTest> {
    let row_count = features.row_count();
    let is_consistent = is_positive.len() == row_count && groups.len() == row_count;
    if !is_consistent || options.fold_count < 2 || options.permutation_count == 0 {
        return None;
    }
    let mut random = generator(options.seed, "classifier two-sample test");
    let rows_of_group = rows_by_group(groups);
    let folds = folds_of(&rows_of_group, row_count, options.fold_count, &mut random)?;
    let standardised = features.clone().standardised();
    let scored = |labels: &[bool]| cross_validated_scores(&standardised, labels, &folds, options);
    let (positive, negative) = scored(is_positive)?;
    let observed = auc_interval(&positive, &negative)?;
    let permuted: Vec<Vec<bool>> = (0..options.permutation_count)
        .map(|_| permuted_within(&rows_of_group, is_positive, &mut random))
        .collect();
    let auc_of = |labels: &Vec<bool>| {
        let (positive, negative) = scored(labels)?;
        auc(&positive, &negative)
    };
    let mut null: Vec<f64> = processors::map(&permuted, auc_of)
        .into_iter()
        .flatten()
        .collect();
    null.sort_by(f64::total_cmp);
    let as_large = null
        .iter()
        .filter(|value| **value >= observed.value)
        .count();
    Some(ClassifierTest {
        auc: observed,
        null_quantiles: [
            sorted_quantile(&null, 0.025)?,
            sorted_quantile(&null, 0.5)?,
            sorted_quantile(&null, 0.975)?,
        ],
        p: (as_large + 1) as f64 / (null.len() + 1) as f64,
    })
}

/// Rows of each set, in ascending order of the sets' numbers.
fn rows_by_group(groups: &[usize]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|row| (groups[*row], *row));
    order
        .chunk_by(|left, right| groups[*left] == groups[*right])
        .map(<[usize]>::to_vec)
        .collect()
}

/// Deals the sets to folds in a random order; returns the fold of each row.
fn folds_of(
    rows_of_group: &[Vec<usize>],
    row_count: usize,
    fold_count: usize,
    random: &mut ChaCha8Rng,
) -> Option<Vec<usize>> {
    if rows_of_group.len() < fold_count {
        return None;
    }
    let mut order: Vec<usize> = (0..rows_of_group.len()).collect();
    order.shuffle(random);
    let mut folds = vec![0; row_count];
    for (position, group) in order.into_iter().enumerate() {
        for row in &rows_of_group[group] {
            folds[*row] = position % fold_count;
        }
    }
    Some(folds)
}

/// Scores of the positives and of the negatives, each from the model that did not see its fold.
fn cross_validated_scores(
    features: &FeatureMatrix,
    labels: &[bool],
    folds: &[usize],
    options: &ClassifierTestOptions,
) -> Option<(Vec<f64>, Vec<f64>)> {
    let (mut positive, mut negative) = (Vec::new(), Vec::new());
    for fold in 0..options.fold_count {
        let (held_out, training): (Vec<usize>, Vec<usize>) =
            (0..folds.len()).partition(|row| folds[*row] == fold);
        let model = fit_logistic(features, labels, &training, options.ridge)?;
        for row in held_out {
            let score = model.score(features.row(row));
            if labels[row] {
                positive.push(score);
            } else {
                negative.push(score);
            }
        }
    }
    Some((positive, negative))
}

/// Labels exchanged at random among the rows of each set (Fisher and Yates).
fn permuted_within(
    rows_of_group: &[Vec<usize>],
    is_positive: &[bool],
    random: &mut ChaCha8Rng,
) -> Vec<bool> {
    let mut labels = is_positive.to_vec();
    for rows in rows_of_group {
        for last in (1..rows.len()).rev() {
            labels.swap(rows[last], rows[random.random_range(0..=last)]);
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: ClassifierTestOptions = ClassifierTestOptions {
        fold_count: 5,
        ridge: 1.0,
        permutation_count: 99,
        seed: 4,
    };

    /// Sets of one positive and two negatives over three features; the first differs by `shift`.
    fn world(shift: f64, seed: u64) -> (FeatureMatrix, Vec<bool>, Vec<usize>) {
        let mut random = generator(seed, "classifier worlds");
        let labels: Vec<bool> = (0..240).map(|row| row % 3 == 0).collect();
        let values = labels
            .iter()
            .flat_map(|label| {
                let first: f64 = random.random::<f64>() + if *label { shift } else { 0.0 };
                [first, random.random(), random.random()]
            })
            .collect();
        let groups = (0..240).map(|row| row / 3).collect();
        (FeatureMatrix::new(3, values).unwrap(), labels, groups)
    }

    #[test]
    fn difference_is_found_and_repeatable() {
        let (features, labels, groups) = world(0.5, 1);
        let test = classifier_two_sample_test(&features, &labels, &groups, &OPTIONS).unwrap();
        assert!(test.auc.low > 0.7 && test.p == 0.01, "{test:?}");
        assert!(test.null_quantiles[0] < 0.5 && test.null_quantiles[2] < test.auc.low);
        let again = classifier_two_sample_test(&features, &labels, &groups, &OPTIONS);
        assert_eq!(again, Some(test));
    }

    #[test]
    fn false_alarms_are_held_at_the_level() {
        let alarms = (0..60)
            .filter(|seed| {
                let (features, labels, groups) = world(0.0, 100 + seed);
                let test = classifier_two_sample_test(&features, &labels, &groups, &OPTIONS);
                test.unwrap().p <= 0.05
            })
            .count();
        assert!(alarms <= 8, "{alarms}");
    }

    #[test]
    fn fewer_sets_than_folds_are_missing() {
        let features = FeatureMatrix::new(1, vec![1.0, 2.0, 3.0, 4.0]).unwrap();
        let labels = [true, false, true, false];
        assert!(classifier_two_sample_test(&features, &labels, &[0, 0, 1, 1], &OPTIONS).is_none());
    }
}
