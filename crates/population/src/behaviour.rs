//! Whether crossover users behave differently on the public source (methods 5).
//!
//! Strict crossover users are compared with matched others, so that tenure and activity, which
//! give an account more chances to be linked at all, do not pass for behaviour. The weighted form
//! beside it uses every account of the population.

use entangle_model::Estimate;
use entangle_model::study::{Behaviour, FeatureComparison, Verdict};
use entangle_statistics::classifier_test::{ClassifierTestOptions, classifier_two_sample_test};
use entangle_statistics::cliffs_delta::{WeightedValue, cliffs_delta, weighted_cliffs_delta};
use entangle_statistics::equivalence::equivalence_p;
use entangle_statistics::kolmogorov_smirnov::kolmogorov_smirnov_p;
use entangle_statistics::logistic::FeatureMatrix;
use entangle_statistics::mann_whitney::mann_whitney_p;
use entangle_statistics::matching::{MatchedSet, MatchingOptions, match_nearest};
use entangle_statistics::multiple_testing::benjamini_hochberg;
use entangle_statistics::ranks::rank_scores;
use entangle_statistics::weighted_sample::WeightedSample;
use std::collections::BTreeMap;

use crate::account_features::{AccountCounts, FEATURES, Feature};
use crate::inputs::StudyInputs;
use crate::verdict::{feature_verdict, overall_verdict};

/// Others are compared only where they are probably not crossover users.
const OTHER_PROBABILITY_MAX: f64 = 0.05;
const CONTROLS_PER_CASE: usize = 3;
/// Largest difference in tenure and in posts, in doublings.
const CALIPER_DOUBLINGS: f64 = 0.5;
/// Matched crossover users below which nothing is compared.
const COMPARED_MIN: u64 = 5;
const FOLD_COUNT: usize = 5;
const RIDGE: f64 = 1.0;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// Compares behaviour. `counts` has one row per included account.
pub(crate) fn behaviour(inputs: &StudyInputs<'_>, counts: &[AccountCounts]) -> Behaviour {
    let groups = MatchedGroups::form(inputs);
    let least = inputs.config.suppress_below_count.max(COMPARED_MIN);
    if (groups.sets.len() as u64) < least {
        return not_compared(inputs, &groups, least);
    }
    let features = compare_features(inputs, counts, &groups, least);
    let classifier = classify(inputs, counts, &groups, &features);
    let (crossover_count, other_count) = (groups.cases().len(), groups.controls().len());
    Behaviour {
        design: groups.design_in_words(least),
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
            groups.design_in_words(least)
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

/// Strict crossover users and their matched others, as indices of included accounts.
struct MatchedGroups {
    /// Per included account, tenure and posts in doublings; `None` where tenure is not known.
    covariates: Vec<Option<[f64; 2]>>,
    /// Each crossover user with its others.
    sets: Vec<MatchedSet>,
    /// Strict crossover users that could be matched with nobody.
    unmatched_count: u64,
}

impl MatchedGroups {
    fn form(inputs: &StudyInputs<'_>) -> Self {
        let covariates = covariates(inputs);
        let eligible = |is_case: bool| -> (Vec<usize>, Vec<[f64; 2]>) {
            (0..covariates.len())
                .filter(|account| {
                    if is_case {
                        inputs.is_strict[*account]
                    } else {
                        !inputs.is_strict[*account]
                            && inputs.crossover_probability[*account] < OTHER_PROBABILITY_MAX
                    }
                })
                .filter_map(|account| Some((account, covariates[account]?)))
                .unzip()
        };
        let (cases, case_covariates) = eligible(true);
        let (controls, control_covariates) = eligible(false);
        let options = MatchingOptions {
            controls_per_case: CONTROLS_PER_CASE,
            caliper: [CALIPER_DOUBLINGS; 2],
        };
        let sets: Vec<MatchedSet> = match_nearest(&case_covariates, &control_covariates, &options)
            .into_iter()
            .map(|set| MatchedSet {
                case: cases[set.case],
                controls: set
                    .controls
                    .into_iter()
                    .map(|control| controls[control])
                    .collect(),
            })
            .collect();
        Self {
            unmatched_count: inputs.strict_count() - sets.len() as u64,
            covariates,
            sets,
        }
    }

    fn cases(&self) -> Vec<usize> {
        self.sets.iter().map(|set| set.case).collect()
    }

    fn controls(&self) -> Vec<usize> {
        self.sets
            .iter()
            .flat_map(|set| set.controls.iter().copied())
            .collect()
    }

    fn design_in_words(&self, least: u64) -> String {
        let unmatched = match self.unmatched_count {
            0 => "Every strict crossover user was matched.".to_owned(),
            count if count < least => {
                format!("Fewer than {least} strict crossover users could not be matched.")
            }
            count => format!("{count} strict crossover users could not be matched."),
        };
        format!(
            "Each strict crossover user is compared with up to {CONTROLS_PER_CASE} accounts of the \
             population whose probability of being one is below {OTHER_PROBABILITY_MAX} and whose \
             tenure (from registration, or else the first post in the window, to the last post of \
             the population) and number of posts are within half a doubling; nearest first, without \
             replacement. {unmatched} Tests take the matched groups as independent. For the \
             expected form every account enters both groups by its probability, the others weighted \
             to the crossover users within cells of one doubling of tenure and posts. Features that \
             fewer than {least} compared crossover users have, and features that are the same for all \
             compared accounts, are left out."
        )
    }
}

fn covariates(inputs: &StudyInputs<'_>) -> Vec<Option<[f64; 2]>> {
    let end_s = inputs
        .accounts
        .iter()
        .filter_map(|account| account.last_post_s)
        .max();
    inputs
        .accounts
        .iter()
        .map(|account| {
            let tenure_s = end_s?.checked_sub(account.since_s?)?.max(0);
            let tenure_days = tenure_s as f64 / SECONDS_PER_DAY;
            Some([
                (1.0 + tenure_days).log2(),
                (account.post_count.max(1) as f64).log2(),
            ])
        })
        .collect()
}

fn compare_features(
    inputs: &StudyInputs<'_>,
    counts: &[AccountCounts],
    groups: &MatchedGroups,
    least: u64,
) -> Vec<FeatureComparison> {
    let weights = stratum_weights(inputs, groups);
    let mut comparisons: Vec<FeatureComparison> = FEATURES
        .iter()
        .filter_map(|feature| compare(inputs, counts, groups, &weights, feature, least))
        .collect();
    let p_values: Vec<Option<f64>> = comparisons.iter().map(|one| one.mann_whitney_p).collect();
    for (comparison, adjusted_p) in comparisons.iter_mut().zip(benjamini_hochberg(&p_values)) {
        comparison.adjusted_p = adjusted_p;
        comparison.verdict = feature_verdict(comparison.equivalence_p, adjusted_p);
    }
    comparisons
}

/// Compares one feature; `None` where fewer than `least` accounts of a group have it, or where all
/// have the same value: a feature that the source does not record looks like that.
fn compare(
    inputs: &StudyInputs<'_>,
    counts: &[AccountCounts],
    groups: &MatchedGroups,
    weights: &[(f64, f64)],
    feature: &Feature,
    least: u64,
) -> Option<FeatureComparison> {
    let values = |accounts: Vec<usize>| -> Vec<f64> {
        let measured = accounts
            .into_iter()
            .filter_map(|one| (feature.measure)(&counts[one]));
        measured.collect()
    };
    let (crossover, others) = (values(groups.cases()), values(groups.controls()));
    let mut all = crossover.iter().chain(&others);
    let is_constant = all
        .next()
        .is_none_or(|first| all.all(|value| value == first));
    if (crossover.len().min(others.len()) as u64) < least || is_constant {
        return None;
    }
    let delta = cliffs_delta(&crossover, &others);
    let n = (crossover.len() + others.len()) as u64;
    Some(FeatureComparison {
        feature: feature.name.to_owned(),
        about: feature.about.to_owned(),
        crossover_count: crossover.len() as u64,
        other_count: others.len() as u64,
        crossover_median: median(&crossover),
        other_median: median(&others),
        cliffs_delta: delta.map_or_else(
            || Estimate::missing(n, "a group has fewer than two values"),
            |delta| {
                delta.delta.into_estimate(
                    n,
                    "Cliff's delta with the interval of Feng and Cliff (2004), strict crossover \
                     users against matched others",
                )
            },
        ),
        cliffs_delta_expected: expected_delta(counts, weights, feature),
        mann_whitney_p: mann_whitney_p(&crossover, &others),
        kolmogorov_smirnov_p: kolmogorov_smirnov_p(&crossover, &others),
        adjusted_p: None,
        equivalence_p: delta
            .and_then(|delta| equivalence_p(&delta, inputs.config.equivalence_margin)),
        verdict: Verdict::Undecided,
    })
}

fn median(values: &[f64]) -> Option<f64> {
    WeightedSample::new(values.iter().map(|value| (*value, 1.0))).quantile(0.5)
}

/// Per included account, its weight among crossover users and among others: its probability, and
/// the rest of it scaled so that in each cell of tenure and posts both groups weigh the same
/// (Iacus, King and Porro 2012). Accounts without known tenure weigh nothing.
fn stratum_weights(inputs: &StudyInputs<'_>, groups: &MatchedGroups) -> Vec<(f64, f64)> {
    let cell = |covariates: [f64; 2]| covariates.map(|doublings| doublings.floor() as i64);
    let mut sums: BTreeMap<[i64; 2], (f64, f64)> = BTreeMap::new();
    for (account, covariates) in groups.covariates.iter().enumerate() {
        if let Some(covariates) = covariates {
            let sum = sums.entry(cell(*covariates)).or_default();
            sum.0 += inputs.crossover_probability[account];
            sum.1 += 1.0 - inputs.crossover_probability[account];
        }
    }
    groups
        .covariates
        .iter()
        .zip(&inputs.crossover_probability)
        .map(|(covariates, probability)| {
            let sums = covariates.and_then(|covariates| sums.get(&cell(covariates)));
            match sums {
                Some((crossover, others)) if *others > 0.0 => {
                    (*probability, (1.0 - probability) * crossover / others)
                }
                _ => (0.0, 0.0),
            }
        })
        .collect()
}

fn expected_delta(counts: &[AccountCounts], weights: &[(f64, f64)], feature: &Feature) -> Estimate {
    let observations: Vec<WeightedValue> = counts
        .iter()
        .zip(weights)
        .filter_map(|(counts, (first_weight, second_weight))| {
            Some(WeightedValue {
                value: (feature.measure)(counts)?,
                first_weight: *first_weight,
                second_weight: *second_weight,
            })
        })
        .collect();
    let n = observations.len() as u64;
    match weighted_cliffs_delta(&observations) {
        None => Estimate::missing(n, "fewer than two effective crossover users"),
        Some(delta) => delta.delta.into_estimate(
            n,
            "Cliff's delta with every account weighted by its probability of being a crossover \
             user, others weighted to them by tenure and posts; first-order variance",
        ),
    }
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
