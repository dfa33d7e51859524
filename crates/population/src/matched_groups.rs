//! Crossover users beside others of the same tenure and activity.
//!
//! Tenure and activity give an account more chances to be linked at all, so groups are made equal
//! in them before anything is compared: by matching for strict crossover users, by weights for
//! the expected form.

use entangle_statistics::matching::{MatchedSet, MatchingOptions, match_nearest};
use std::collections::BTreeMap;

use crate::days::days;
use crate::inputs::StudyInputs;

/// Others are compared only where they are probably not crossover users.
pub(crate) const OTHER_PROBABILITY_MAX: f64 = 0.05;
const CONTROLS_PER_CASE: usize = 3;
/// Largest difference in tenure and in posts, in doublings.
const CALIPER_DOUBLINGS: f64 = 0.5;

/// Strict crossover users and their matched others, as indices of included accounts.
pub(crate) struct MatchedGroups {
    /// Per included account, tenure and posts in doublings; `None` where tenure is not known.
    pub(crate) covariates: Vec<Option<[f64; 2]>>,
    /// Each crossover user with its others.
    pub(crate) sets: Vec<MatchedSet>,
    /// Strict crossover users that could be matched with nobody.
    unmatched_count: u64,
}

impl MatchedGroups {
    pub(crate) fn form(inputs: &StudyInputs<'_>) -> Self {
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

    pub(crate) fn cases(&self) -> Vec<usize> {
        self.sets.iter().map(|set| set.case).collect()
    }

    pub(crate) fn controls(&self) -> Vec<usize> {
        self.sets
            .iter()
            .flat_map(|set| set.controls.iter().copied())
            .collect()
    }

    /// How the groups were formed, for the place of a design.
    pub(crate) fn design_in_words(&self, least: u64) -> String {
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
             replacement. {unmatched}"
        )
    }
}

/// The cell of tenure and posts, of one doubling each.
pub(crate) fn cell_of(covariates: [f64; 2]) -> [i64; 2] {
    covariates.map(|doublings| doublings.floor() as i64)
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
            let tenure_days = days(tenure_s);
            Some([
                (1.0 + tenure_days).log2(),
                (account.post_count.max(1) as f64).log2(),
            ])
        })
        .collect()
}

/// Per included account, its weight among crossover users and among others: its probability, and
/// the rest of it scaled so that in each cell of tenure and posts both groups weigh the same
/// (Iacus, King and Porro 2012). Accounts without known tenure weigh nothing.
pub(crate) fn stratum_weights(inputs: &StudyInputs<'_>, groups: &MatchedGroups) -> Vec<(f64, f64)> {
    let mut sums: BTreeMap<[i64; 2], (f64, f64)> = BTreeMap::new();
    for (account, covariates) in groups.covariates.iter().enumerate() {
        if let Some(covariates) = covariates {
            let sum = sums.entry(cell_of(*covariates)).or_default();
            sum.0 += inputs.crossover_probability[account];
            sum.1 += 1.0 - inputs.crossover_probability[account];
        }
    }
    groups
        .covariates
        .iter()
        .zip(&inputs.crossover_probability)
        .map(|(covariates, probability)| {
            let sums = covariates.and_then(|covariates| sums.get(&cell_of(covariates)));
            match sums {
                Some((crossover, others)) if *others > 0.0 => {
                    (*probability, (1.0 - probability) * crossover / others)
                }
                _ => (0.0, 0.0),
            }
        })
        .collect()
}
