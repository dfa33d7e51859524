//! The network of who answers whom on the public source.

use serde::{Deserialize, Serialize};

use super::{CountedReason, FeatureComparison, Verdict};
use crate::Estimate;

/// Who answers whom among the accounts of the population, and where crossover users stand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Network {
    /// What a tie is, who is compared and how; where nothing is shown, why.
    pub design: String,
    /// What became of the posts, by the rule that made a tie of them or did not.
    pub post_uses: Vec<CountedReason>,
    /// Accounts with a tie.
    pub account_count: u64,
    /// Ordered pairs of accounts, one of which answers the other.
    pub pair_count: u64,
    /// Pairs left out because there were more than can be held.
    pub left_out_pair_count: u64,
    /// Posts that a pair must have to be kept; 1 where all are.
    pub least_pair_post_count: u64,
    /// Share of the ordered pairs in which the other answers too.
    pub reciprocity: Estimate,
    /// Deepest core that is not empty; absent without ties.
    pub core_number_max: Option<u64>,
    /// The communities; absent without ties.
    pub communities: Option<CommunitySummary>,
    /// How betweenness was sampled; absent where it could not be.
    pub betweenness: Option<BetweennessSample>,
    /// How many accounts crossover users and others answer and are answered by.
    pub degrees: Vec<DegreePoint>,
    /// Measures of the network compared between crossover users and matched others.
    pub measures: Vec<FeatureComparison>,
    /// Whether crossover users stand together, beside what their labels give when dealt anew.
    pub chance: Vec<ChanceComparison>,
    /// Personas that hold an account of the population, by the target sources they lead to.
    pub bridges: Vec<PersonaBridge>,
}

/// The communities of a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommunitySummary {
    /// Communities of two accounts or more.
    pub community_count: u64,
    /// Share of the accounts with a tie in the largest.
    pub largest_share: f64,
    /// Share of the posts inside communities beyond what the accounts' own numbers of posts give.
    pub modularity: f64,
}

/// How betweenness was sampled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BetweennessSample {
    /// Accounts from which shortest paths were followed.
    pub pivot_count: u64,
    /// Accounts that count as those through which most paths lead.
    pub top_count: u64,
    /// Median over these of the standard error of the sample over the value; zero where all
    /// accounts were starting points.
    pub top_relative_error_median: f64,
    /// Share of these that the sample tells apart from the border: whose value less 1.96 standard
    /// errors lies above the value of the last of them, that one aside.
    pub top_clear_share: f64,
}

/// Share of the accounts with at least so many accounts on the other end of their ties.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DegreePoint {
    /// answers or answered_by.
    pub direction: String,
    /// The number of accounts.
    pub least_account_count: u64,
    /// Share of crossover users with at least so many, by their probability.
    pub crossover_share: Estimate,
    /// Share of others, weighted to the tenure and posts of crossover users.
    pub other_share: Estimate,
}

/// A number of the network beside what labels give when they are dealt anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChanceComparison {
    /// Short name.
    pub quantity: String,
    /// What it measures, in a sentence.
    pub about: String,
    /// strict or expected: whether crossover users are counted by the rule or by probability.
    pub form: String,
    /// The number as it is; counted.
    pub observed: Estimate,
    /// Mean of the null between its 2.5 % and 97.5 % quantiles.
    pub by_chance: Estimate,
    /// Observed over expected by chance, 1 where they are equal.
    pub ratio: Estimate,
    /// Two-sided p of the permutations.
    pub p: Option<f64>,
    /// The same after Benjamini-Hochberg over the quantities of the form.
    pub adjusted_p: Option<f64>,
    /// Permutations.
    pub permutation_count: u64,
    /// Distinguishable or undecided; sameness with chance is not tested.
    pub verdict: Verdict,
}

/// Personas that lead from the public source to so many target sources.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PersonaBridge {
    /// Target sources on which the persona has an account.
    pub target_count: u64,
    /// Such personas.
    pub persona_count: Estimate,
}
