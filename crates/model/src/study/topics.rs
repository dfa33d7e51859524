//! What accounts write about.

use serde::{Deserialize, Serialize};

use super::Verdict;
use crate::Estimate;

/// Topics of the posts on the public source, and where crossover users stand among them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Topics {
    /// Whose texts were read and how; where nothing was sought, why.
    pub design: String,
    /// Accounts that must use a word for it to be read, and accounts on each side that a language
    /// must have.
    pub least_account_count: u64,
    /// Language by language, in the order of their codes; without those that too few write in.
    pub languages: Vec<LanguageTopics>,
}

/// Topics of one language.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LanguageTopics {
    /// The language, ISO 639-1.
    pub language: String,
    /// Accounts read that are crossover users at least as probably as not.
    pub crossover_count: u64,
    /// Other accounts read.
    pub other_count: u64,
    /// Words read: those that enough accounts use and not most of them.
    pub word_count: u64,
    /// Part of the texts that the topics leave unexplained, in [0, 1].
    pub unexplained_share: f64,
    /// Whether the search for topics had settled when it was stopped.
    pub is_converged: bool,
    /// The topics, from the one with most text to the one with least.
    pub topics: Vec<Topic>,
}

/// One topic.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Topic {
    /// The words with most weight in it, heaviest first.
    pub words: Vec<String>,
    /// Mean share of the topic in the text of crossover users.
    pub crossover_share: Estimate,
    /// The same of others, weighted to their tenure and posts.
    pub other_share: Estimate,
    /// The first less the second.
    pub difference: Estimate,
    /// Two-sided p of the difference; absent where it is withheld.
    pub p: Option<f64>,
    /// The same after Benjamini-Hochberg within the language.
    pub adjusted_p: Option<f64>,
    /// Distinguishable or undecided; sameness of a share is not tested.
    pub verdict: Verdict,
}
