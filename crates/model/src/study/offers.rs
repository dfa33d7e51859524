//! Offers and requests on the public source.

use serde::{Deserialize, Serialize};

use super::FeatureComparison;
use crate::Estimate;

/// What accounts of the public source offer and ask for, as rules label their posts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Offers {
    /// Whose posts were labelled and how groups were formed; where nothing is compared, why.
    pub design: String,
    /// Posts with a text.
    pub labelled_post_count: u64,
    /// How often the labels were right where they were measured.
    pub errors: Vec<LabelError>,
    /// One row per class, with offers and requests as a whole first.
    pub shares: Vec<OfferShare>,
    /// Whether crossover users differ from matched others in having a class, and in its share of
    /// their posts.
    pub measures: Vec<FeatureComparison>,
    /// What is offered and asked for.
    pub subjects: Vec<OfferSubject>,
    /// Prices by class and currency.
    pub prices: Vec<OfferPrice>,
}

/// How often the labels of one class were right, on posts that humans coded.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LabelError {
    /// Language of the coded posts, ISO 639-1, or `all`.
    pub language: String,
    /// The class.
    pub class: String,
    /// Share of posts with the label whose code is the same.
    pub precision: Estimate,
    /// Share of posts with the code whose label is the same.
    pub recall: Estimate,
}

/// How common one class is, labelled by rules and not corrected.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OfferShare {
    /// offer, request, sell, buy, hire or seek_work.
    pub class: String,
    /// What it is, in a sentence.
    pub about: String,
    /// Posts of the population with the label.
    pub post_count: u64,
    /// Share of the population's posts with the label.
    pub post_share: Estimate,
    /// Share of matched crossover users with at least one such post.
    pub crossover_account_share: Estimate,
    /// The same of their matched others.
    pub other_account_share: Estimate,
    /// The first less the second.
    pub account_share_difference: Estimate,
    /// Mean share of the posts of a matched crossover user.
    pub crossover_post_share: Estimate,
    /// The same of their matched others.
    pub other_post_share: Estimate,
    /// Share of accounts with at least one such post, every account by its probability of being a
    /// crossover user.
    pub expected_account_share: Estimate,
}

/// How many accounts offer or ask for one kind of thing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OfferSubject {
    /// offer or request.
    pub side: String,
    /// The category.
    pub subject: String,
    /// Accounts of the population with such a post.
    pub account_count: u64,
    /// Share of matched crossover users with such a post.
    pub crossover_account_share: Estimate,
    /// The same of their matched others.
    pub other_account_share: Estimate,
}

/// Prices of one class in one currency, over accounts of the population.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OfferPrice {
    /// The class.
    pub class: String,
    /// The currency.
    pub currency: String,
    /// Posts of the class with such a price.
    pub post_count: u64,
    /// Accounts that wrote them.
    pub account_count: u64,
    /// Median over accounts, each with the geometric mean of its prices.
    pub median: Estimate,
    /// A quarter of the accounts are below.
    pub lower_quartile: f64,
    /// A quarter of the accounts are above.
    pub upper_quartile: f64,
}
