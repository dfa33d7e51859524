//! Posts a month around the crossing.

use serde::{Deserialize, Serialize};

use crate::Estimate;

/// Posts a month of crossover users on both sides, and of matched others, before and after the
/// first post on a target source.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CrossingActivity {
    /// Who was followed and how; where nothing is shown, why.
    pub design: String,
    /// Strict crossover users followed.
    pub crossover_count: u64,
    /// Matched others followed.
    pub other_count: u64,
    /// Sum of the probabilities of the possible crossover users followed; absent where nothing is
    /// shown.
    pub crossover_expected_count: Option<f64>,
    /// Month by month, from twelve before the crossing to twelve after.
    pub months: Vec<CrossingMonth>,
    /// Posts a month on the public source after the crossing less before, of strict crossover
    /// users less the same of their matched others.
    pub change_strict: Estimate,
    /// The same with every possible crossover user by its probability.
    pub change_expected: Estimate,
}

/// One month of 30 days.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CrossingMonth {
    /// Months since the first post on a target, which is in month 0.
    pub month: i64,
    /// Strict crossover users on the public source.
    pub public: MonthlyPosts,
    /// Their matched others on the public source.
    pub others: MonthlyPosts,
    /// Strict crossover users on the target sources.
    pub targets: MonthlyPosts,
    /// Mean on the public source of possible crossover users, by their probability.
    pub public_expected: Estimate,
    /// Mean on the public source of others, weighted to these.
    pub others_expected: Estimate,
    /// Mean on the target sources of possible crossover users, by their probability.
    pub targets_expected: Estimate,
}

/// Posts of an account in a month.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MonthlyPosts {
    /// Mean.
    pub mean: Estimate,
    /// Median.
    pub median: Estimate,
}
