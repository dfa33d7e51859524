//! What the design could have found.

use serde::{Deserialize, Serialize};

use crate::Estimate;

/// How small a difference or a prevalence would have been found with the study's own group sizes.
///
/// For reading a result that found nothing; whatever was found is judged by its interval.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct DesignPower {
    /// Probability with which each amount would have been found.
    pub power: f64,
    /// One row per test and form.
    pub rows: Vec<LeastFound>,
}

/// The least amount that one test would have found with the power.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LeastFound {
    /// Stable name: least_cliffs_delta, least_equivalence_margin, least_share_difference or
    /// least_prevalence.
    pub quantity: String,
    /// strict or expected: whether crossover users are counted by the rule or by probability.
    pub form: String,
    /// Crossover users compared, or their effective number where they are weighted; absent where
    /// two groups are not what is compared, and where it is withheld.
    pub crossover_count: Option<f64>,
    /// Others compared, or their effective number; absent likewise.
    pub other_count: Option<f64>,
    /// Share that the others are taken to have, for a difference of shares; absent otherwise.
    pub other_share: Option<f64>,
    /// Margin within which the study speaks of sameness, for an equivalence margin; absent
    /// otherwise.
    pub margin: Option<f64>,
    /// The amount, without an interval: it follows from the sizes.
    pub least: Estimate,
}
