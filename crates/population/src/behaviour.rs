//! Whether crossover users behave differently on the public source (methods 5).
//!
//! Strict crossover users are compared with matched others, so that tenure and activity, which
//! give an account more chances to be linked at all, do not pass for behaviour. The weighted form
//! beside it uses every account of the population.

use entangle_model::Estimate;
use entangle_model::study::{Behaviour, FeatureComparison, Verdict};
use entangle_statistics::classifier_test::{ClassifierTestOptions, classifier_two_sample_test};
use entangle_statistics::logistic::FeatureMatrix;
use entangle_statistics::ranks::rank_scores;

use crate::account_features::{AccountCounts, FEATURES, Feature};
use crate::feature_comparison::{ComparedGroups, Measured, compare_measures};
use crate::inputs::StudyInputs;
use crate::matched_groups::MatchedGroups;
use crate::verdict::overall_verdict;

/// Matched crossover users below which nothing is compared.
pub(crate) const COMPARED_MIN: u64 = 5;
const FOLD_COUNT: usize = 5;
const RIDGE: f64 = 1.0;

/// Compares behaviour. `counts` has one row per included account.
pub(crate) fn behaviour(
    inputs: &StudyInputs<'_>,
    compared: &ComparedGroups<'_>,
    counts: &[AccountCounts],
) -> Behaviour {
    let (groups, least) = (compared.matched, compared.least);
    if (groups.sets.len() as u64) < least {
        return not_compared(inputs, groups, least);
    }
    let features = compare_measures(compared, FEATURES.iter().map(|one| measured(one, counts)));
    let classifier = classify(inputs, counts, groups, &features);
    let (crossover_count, other_count) = (groups.cases().len(), groups.controls().len());
    Behaviour {
        design: design_in_words(groups, least),
        crossover_count: crossover_count as u64,
        other_count: other_count as u64,
        equivalence_margin: inputs.config.equivalence_margin,
        features,
        verdict: overall_verdict(
            &classifier.auc,
            classifier.null_quantiles,
            classifier.p,
            inputs.config.equivalence_margin,
        ),
        classifier_auc: classifier.auc,
        classifier_null_quantiles: classifier.null_quantiles,
        classifier_p: classifier.p,
    }
}

/// Nothing is compared, and no count below the limit is told.
fn not_compared(inputs: &StudyInputs<'_>, groups: &MatchedGroups, least: u64) -> Behaviour {
    Behaviour {
        design: format!(
            "not compared: fewer than {least} strict crossover users could be matched. {}",
            design_in_words(groups, least)
        ),
        crossover_count: 0,
        other_count: 0,
        equivalence_margin: inputs.config.equivalence_margin,
        features: Vec::new(),
        classifier_auc: Estimate::missing(0, format!("fewer than {least} strict crossover users")),
        classifier_null_quantiles: None,
        classifier_p: None,
        verdict: Verdict::Undecided,
    }
}

fn measured(feature: &Feature, counts: &[AccountCounts]) -> Measured {
    Measured {
        name: feature.name,
        about: feature.about,
        values: counts.iter().map(feature.measure).collect(),
    }
}

fn design_in_words(groups: &MatchedGroups, least: u64) -> String {
    format!(
        "{} Tests take the matched groups as independent. For the expected form every account \
         enters both groups by its probability, the others weighted to the crossover users within \
         cells of one doubling of tenure and posts. Features that fewer than {least} compared \
         crossover users have, and features that are the same for all compared accounts, are left \
         out.",
        groups.design_in_words(least)
    )
}

/// What the classifier test gave.
struct Classifier {
    auc: Estimate,
    null_quantiles: Option<[f64; 3]>,
    p: Option<f64>,
}

/// Runs the classifier test over the features that were compared, without those that the
/// matching balances.
fn classify(
    inputs: &StudyInputs<'_>,
    counts: &[AccountCounts],
    groups: &MatchedGroups,
    comparisons: &[FeatureComparison],
) -> Classifier {
    let mut rows = Vec::new();
    for (set_number, set) in groups.sets.iter().enumerate() {
        rows.push((set.case, true, set_number));
        rows.extend(
            set.controls
                .iter()
                .map(|control| (*control, false, set_number)),
        );
    }
    let is_compared = |feature: &&Feature| {
        !feature.is_balanced_by_matching
            && comparisons.iter().any(|one| one.feature == feature.name)
    };
    let compared = FEATURES.iter().filter(is_compared);
    let columns: Vec<Vec<f64>> = compared
        .map(|feature| {
            let values = rows
                .iter()
                .map(|(account, _, _)| (feature.measure)(&counts[*account]));
            rank_scores(&values.collect::<Vec<_>>())
        })
        .collect();
    let values = (0..rows.len()).flat_map(|row| columns.iter().map(move |column| column[row]));
    let is_crossover: Vec<bool> = rows
        .iter()
        .map(|(_, is_crossover, _)| *is_crossover)
        .collect();
    let sets: Vec<usize> = rows.iter().map(|(_, _, set_number)| *set_number).collect();
    let options = ClassifierTestOptions {
        fold_count: FOLD_COUNT,
        ridge: RIDGE,
        permutation_count: usize::try_from(inputs.config.permutation_count).unwrap_or(usize::MAX),
        seed: inputs.config.seed,
    };
    let test = FeatureMatrix::new(columns.len(), values.collect())
        .and_then(|features| classifier_two_sample_test(&features, &is_crossover, &sets, &options));
    let n = rows.len() as u64;
    match test {
        None => Classifier {
            auc: Estimate::missing(n, "too few matched sets for a cross-validated classifier"),
            null_quantiles: None,
            p: None,
        },
        Some(test) => Classifier {
            auc: test.auc.into_estimate(
                n,
                format!(
                    "AUC of a ridge logistic regression over the ranks of {} features, {FOLD_COUNT} \
                     folds by matched set; interval of DeLong (1988) over the pooled scores; null by \
                     {} permutations within matched sets",
                    columns.len(),
                    options.permutation_count,
                ),
            ),
            null_quantiles: Some(test.null_quantiles),
            p: Some(test.p),
        },
    }
}
