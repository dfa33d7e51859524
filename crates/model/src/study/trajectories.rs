//! Courses of activity over months.

use serde::{Deserialize, Serialize};

use crate::Estimate;

/// Groups of accounts whose activity takes a like course, and where crossover users stand among them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Trajectories {
    /// Who was followed and how; where nothing is shown, why.
    pub design: String,
    /// Months followed at most, of 30 days from an account's first post.
    pub month_count: u64,
    /// Strict crossover users followed.
    pub crossover_count: u64,
    /// Matched others followed.
    pub other_count: u64,
    /// Bayesian information criterion of one group, two and so on; the least chose the number.
    pub bic_by_group_count: Vec<f64>,
    /// The groups, from the one with fewest posts to the one with most.
    pub groups: Vec<TrajectoryGroup>,
}

/// One group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TrajectoryGroup {
    /// Posts expected in each month.
    pub monthly_posts: Vec<f64>,
    /// Share of crossover users in the group.
    pub crossover_share: Estimate,
    /// Share of their matched others in it.
    pub other_share: Estimate,
    /// The first less the second.
    pub difference: Estimate,
    /// Mean probability of the group over the accounts most likely in it; from .7 on groups are taken to be
    /// told apart. Absent where no account is.
    pub average_posterior_probability: Option<f64>,
}
