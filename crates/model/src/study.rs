//! The result of a crossover study: plain numbers in stable places.
//!
//! This is what `results.json` holds and what a report is drawn from. The stage that computes
//! it and the stage that draws it know only these types, not one another.

mod crossing_activity;
mod design_power;
mod migration;
mod network;
mod offers;
mod topics;
mod trajectories;

pub use crossing_activity::{CrossingActivity, CrossingMonth, MonthlyPosts};
pub use design_power::{DesignPower, LeastFound};
pub use migration::{Destination, Migration, SilentSource};
pub use network::{
    BetweennessSample, ChanceComparison, CommunitySummary, DegreePoint, Network, PersonaBridge,
};
pub use offers::{LabelError, OfferPrice, OfferShare, OfferSubject, Offers};
pub use topics::{LanguageTopics, Topic, Topics};
pub use trajectories::{Trajectories, TrajectoryGroup};

use serde::{Deserialize, Serialize};

use crate::Estimate;

/// Everything a study found, with what produced it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StudyResult {
    /// What was asked and of which data.
    pub about: StudyAbout,
    /// The population of the public source.
    pub population: Population,
    /// Prevalence of crossover users in its forms.
    pub prevalence: Prevalence,
    /// How the strict and expected shares move with the threshold.
    pub threshold_curve: Vec<ThresholdPoint>,
    /// Prevalence by subgroup of the population.
    #[serde(default)]
    pub subgroups: Vec<SubgroupDivision>,
    /// The expected share under other assumptions; the first row is the study's own.
    #[serde(default)]
    pub sensitivity: Vec<SensitivityPoint>,
    /// One row per target source.
    pub targets: Vec<TargetSource>,
    /// One row per pair of target sources, in the order of `targets`.
    pub target_overlaps: Vec<TargetOverlap>,
    /// One row per group of target sources that the study file names, in the order of names.
    #[serde(default)]
    pub target_groups: Vec<TargetGroup>,
    /// How strongly crossover users take part in the target sources.
    pub strength: Strength,
    /// Which side came first.
    pub order: Order,
    /// When accounts of the public source cross to a target source.
    pub crossing: Crossing,
    /// Posts a month on both sides before and after the crossing.
    pub crossing_activity: CrossingActivity,
    /// Where those who were active on a target source post after it has fallen silent.
    #[serde(default)]
    pub migration: Migration,
    /// Whether crossover users behave differently on the public source.
    pub behaviour: Behaviour,
    /// Courses of monthly activity, and where crossover users stand among them.
    #[serde(default)]
    pub trajectories: Trajectories,
    /// Which words crossover users and others use differently on the public source.
    pub words: Words,
    /// What accounts of the public source write about, and where crossover users stand.
    #[serde(default)]
    pub topics: Topics,
    /// What accounts offer and ask for on the public source.
    #[serde(default)]
    pub offers: Offers,
    /// Who answers whom on the public source, and where crossover users stand.
    pub network: Network,
    /// How small a difference or a prevalence the design would have found.
    #[serde(default)]
    pub design_power: DesignPower,
    /// What was asked, received and lost, per source.
    pub coverage: Vec<Coverage>,
    /// What limits each part, one plain sentence each.
    pub limits: Vec<Limit>,
}

/// What was asked and of which data.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StudyAbout {
    /// Title of the study.
    pub title: String,
    /// The public source whose accounts are the population.
    pub public_source: String,
    /// The sources in which participation is looked for.
    pub target_sources: Vec<String>,
    /// The workspace snapshot that was read.
    pub snapshot: u64,
    /// Version of the program.
    pub program_version: String,
    /// Seed of every random step.
    pub seed: u64,
    /// The study file as it was read, TOML.
    pub configuration: String,
    /// Threshold of match probability from which a pair is called a link.
    pub link_threshold_probability: f64,
    /// Bits by which a name's surprisal must exceed log2 of the other population's size.
    pub surprisal_margin_bits: f64,
    /// Counts below this are not shown.
    pub suppress_below_count: u64,
}

/// The population and how it came about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Population {
    /// The rule in words.
    pub rule: String,
    /// Accounts of the public source.
    pub account_count: u64,
    /// Accounts left after the rule: the denominator of every prevalence.
    pub included_count: u64,
    /// Why accounts were left out, with how many.
    pub excluded: Vec<CountedReason>,
    /// Posts of the included accounts in the window.
    pub post_count: u64,
    /// First post in the window, RFC 3339; absent without dated posts.
    pub first_post_at: Option<String>,
    /// Last post in the window, RFC 3339; absent without dated posts.
    pub last_post_at: Option<String>,
}

/// A reason and how often it applied.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CountedReason {
    /// The reason, in words.
    pub reason: String,
    /// How often it applied.
    pub count: u64,
}

/// Prevalence of crossover users in its forms (methods 3).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Prevalence {
    /// Share with a link whose name clears the margin, or with a shared hard identifier.
    pub strict: Estimate,
    /// Mean over accounts of the probability of at least one link.
    pub expected: Estimate,
    /// The same, with the crossover users whose links show no trace: names that agree on no level and no
    /// contact in common.
    #[serde(default = "Estimate::of_an_older_version")]
    pub expected_with_unseen: Estimate,
    /// Rogan-Gladen correction of the raw share for sensitivity and specificity.
    pub corrected: Estimate,
    /// Share with an equal case-folded name on a target source.
    pub name_equality: Estimate,
    /// The share of equal names that chance alone would give.
    pub name_equality_by_chance: Estimate,
    /// Named null models, each a bound on false matches and not an error rate.
    pub nulls: Vec<NullModel>,
}

/// A null model: how many matches appear where there can be none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NullModel {
    /// Short name.
    pub name: String,
    /// What was done, in a sentence.
    pub about: String,
    /// Share of null accounts that were called crossover users by the strict rule.
    pub false_share: Estimate,
}

/// One point of the threshold curve.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ThresholdPoint {
    /// Match probability from which a pair counts.
    pub threshold_probability: f64,
    /// Share of the population with a pair at or above it.
    pub share: Estimate,
    /// Expected share of the pairs at or above it that are wrong.
    pub expected_false_share: Option<f64>,
}

/// One way of dividing the population, with a share for each group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubgroupDivision {
    /// What the accounts are divided by.
    pub name: String,
    /// How an account comes into a group.
    pub about: String,
    /// The groups; together they are the population, and small ones stand together.
    pub groups: Vec<Subgroup>,
}

/// Prevalence in one group of the population.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Subgroup {
    /// Which accounts.
    pub label: String,
    /// How many.
    pub account_count: u64,
    /// Strict share of the group.
    pub strict: Estimate,
    /// Expected share of the group.
    pub expected: Estimate,
}

/// The expected share with one thing assumed otherwise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SensitivityPoint {
    /// What is assumed: prior, calibration, population, candidates.
    pub assumption: String,
    /// What is assumed of it here.
    pub choice: String,
    /// The expected share.
    pub expected: Estimate,
}

/// One target source.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TargetSource {
    /// Its name.
    pub source: String,
    /// Its kind.
    pub kind: String,
    /// Its language, where stated.
    pub language: Option<String>,
    /// Accounts it holds.
    pub account_count: u64,
    /// Posts it holds.
    pub post_count: u64,
    /// Crossover users by the strict rule.
    pub crossover_strict: Estimate,
    /// Expected number of crossover users.
    pub crossover_expected: Estimate,
    /// Share of the source's posts that crossover users wrote, expected.
    pub post_share: Estimate,
    /// Share of the source's threads that crossover users started, expected; missing for a source
    /// without threads.
    pub thread_share: Estimate,
    /// Equal names that chance alone would give.
    pub chance_name_matches: Estimate,
}

/// What two target sources have in common.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TargetOverlap {
    /// The target source that stands first in the study file.
    pub first_source: String,
    /// The other one.
    pub second_source: String,
    /// Accounts of the population with a strict link to both.
    pub crossover_strict: Estimate,
    /// Expected number of accounts of the population with a true link to both.
    pub crossover_expected: Estimate,
}

/// Target sources that the study file puts together under a name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TargetGroup {
    /// The name.
    pub name: String,
    /// Its sources, in the order of the study file.
    pub sources: Vec<String>,
    /// Accounts that they hold, each source for itself.
    pub account_count: u64,
    /// Posts that they hold.
    pub post_count: u64,
    /// Accounts of the population with a strict link to any of them, each counted once.
    pub crossover_strict: Estimate,
    /// Expected number of accounts of the population with a true link to any of them.
    pub crossover_expected: Estimate,
}

/// A distribution over crossover users, weighted by link probability.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Distribution {
    /// Short name of the quantity, unit last.
    pub name: String,
    /// What it measures, in a sentence.
    pub about: String,
    /// Median.
    pub median: Estimate,
    /// Quantiles: pairs of level in [0, 1] and value.
    pub quantiles: Vec<(f64, f64)>,
    /// Gini coefficient, 0 when all are equal.
    pub gini: Estimate,
    /// Share of the total that the top tenth holds.
    pub top_decile_share: Estimate,
}

/// Strength of participation in the target sources.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Strength {
    /// Posts, active days, span, threads started and boards per crossover user.
    pub distributions: Vec<Distribution>,
    /// Share of crossover users with exactly one post on the target sources.
    pub single_post_share: Estimate,
    /// Points of the Lorenz curve of posts: share of users, share of posts.
    pub lorenz: Vec<(f64, f64)>,
}

/// Which side came first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    /// Share of crossover users whose first post was on the public source.
    pub public_first_share: Estimate,
    /// Days from the first post on the public source to the first on a target; negative when
    /// the target came first.
    pub lag_days_median: Estimate,
    /// Quantiles of that lag: pairs of level and days.
    pub lag_days_quantiles: Vec<(f64, f64)>,
}

/// When accounts of the public source cross: the time from registration to the first post on a
/// target source, over the whole population.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Crossing {
    /// Who was followed and how; where nothing is shown, why.
    pub design: String,
    /// Accounts followed.
    pub followed_count: u64,
    /// Expected number of them that crossed while followed; absent where nothing is shown.
    pub crossing_expected_count: Option<f64>,
    /// The curve at equal steps.
    pub points: Vec<CrossingPoint>,
}

/// The share that has crossed by a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CrossingPoint {
    /// Days since registration.
    pub days: f64,
    /// Accounts still followed that have not crossed before, by their probability.
    pub at_risk_count: f64,
    /// Share that has crossed by then.
    pub crossed_share: Estimate,
}

/// What may be said of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The two groups can be told apart by this feature.
    Distinguishable,
    /// The difference lies within the margin.
    Equivalent,
    /// The data do not decide.
    Undecided,
}

impl Verdict {
    /// The words shown to a reader.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Distinguishable => "distinguishable",
            Verdict::Equivalent => "equivalent within the margin",
            Verdict::Undecided => "undecided",
        }
    }
}

/// One feature compared between crossover users and matched others.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FeatureComparison {
    /// Short name, unit last.
    pub feature: String,
    /// What it measures, in a sentence.
    pub about: String,
    /// Crossover users with the feature.
    pub crossover_count: u64,
    /// Matched others with the feature.
    pub other_count: u64,
    /// Median among crossover users.
    pub crossover_median: Option<f64>,
    /// Median among matched others.
    pub other_median: Option<f64>,
    /// Cliff's delta, positive when crossover users have more, strict crossover users.
    pub cliffs_delta: Estimate,
    /// Cliff's delta with each account weighted by its probability of being a crossover user.
    pub cliffs_delta_expected: Estimate,
    /// Mann-Whitney p, two-sided.
    pub mann_whitney_p: Option<f64>,
    /// Kolmogorov-Smirnov p, two-sided.
    pub kolmogorov_smirnov_p: Option<f64>,
    /// Mann-Whitney p after Benjamini-Hochberg across features.
    pub adjusted_p: Option<f64>,
    /// p of the equivalence test within the margin (two one-sided tests).
    pub equivalence_p: Option<f64>,
    /// What may be said.
    pub verdict: Verdict,
}

/// Comparison of behaviour on the public source.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Behaviour {
    /// How the compared groups were formed.
    pub design: String,
    /// Crossover users compared.
    pub crossover_count: u64,
    /// Matched others compared.
    pub other_count: u64,
    /// Margin of equivalence for the absolute value of Cliff's delta.
    pub equivalence_margin: f64,
    /// Feature by feature.
    pub features: Vec<FeatureComparison>,
    /// Cross-validated AUC of a classifier over all features.
    pub classifier_auc: Estimate,
    /// AUC values of the permutation null: 2.5 %, 50 % and 97.5 % quantiles.
    pub classifier_null_quantiles: Option<[f64; 3]>,
    /// Share of permutations with an AUC at least as large, with the usual +1 correction.
    pub classifier_p: Option<f64>,
    /// What may be said over all features.
    pub verdict: Verdict,
}

/// Comparison of words on the public source.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Words {
    /// Whose words were compared, and how.
    pub design: String,
    /// Accounts on each side that must use a word.
    pub least_account_count: u64,
    /// Language by language, in the order of their codes; without those that too few write in.
    pub languages: Vec<LanguageWords>,
}

/// Words of one language.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LanguageWords {
    /// The language, ISO 639-1.
    pub language: String,
    /// Accounts that wrote in it and are crossover users at least as probably as not.
    pub crossover_count: u64,
    /// Other accounts that wrote in it.
    pub other_count: u64,
    /// Words, weighted by the probability of being a crossover user.
    pub crossover_word_count: f64,
    /// Words, weighted by the probability of being none.
    pub other_word_count: f64,
    /// Words used by enough accounts on both sides.
    pub tested_count: u64,
    /// Those of them that are distinguishable.
    pub distinguishable_count: u64,
    /// Words that crossover users use more, most different first.
    pub crossover_words: Vec<WordDifference>,
    /// Words that others use more, most different first.
    pub other_words: Vec<WordDifference>,
}

/// One word compared between crossover users and others.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WordDifference {
    /// The word in lower case.
    pub word: String,
    /// Accounts that use it and are crossover users at least as probably as not.
    pub crossover_account_count: u64,
    /// Other accounts that use it.
    pub other_account_count: u64,
    /// Uses per thousand words of crossover users.
    pub crossover_per_thousand_words: f64,
    /// Uses per thousand words of others.
    pub other_per_thousand_words: f64,
    /// Log-odds ratio, natural logarithm, positive when crossover users use the word more.
    pub log_odds_ratio: Estimate,
    /// z of the ratio if words were independent of one another; for comparison with other work.
    pub independent_words_z: f64,
    /// z of the ratio with accounts as units.
    pub z: f64,
    /// Two-sided p of `z`.
    pub p: f64,
    /// The same after Benjamini-Hochberg within the language.
    pub adjusted_p: f64,
    /// Distinguishable or undecided; sameness of a word is not tested.
    pub verdict: Verdict,
}

/// The ledger of one source.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Coverage {
    /// The source.
    pub source: String,
    /// account, thread, post or unknown.
    pub record: String,
    /// Rows found in the input.
    pub asked_count: u64,
    /// Rows that could be read.
    pub received_count: u64,
    /// Rows that became records.
    pub mapped_count: u64,
    /// Rows rejected.
    pub rejected_count: u64,
    /// Rows there before.
    pub duplicate_count: u64,
    /// Records whose author, thread or parent is not in the workspace.
    pub missing_parent_count: u64,
}

/// A limit and the part it touches.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Limit {
    /// The part of the result: prevalence, targets, strength, order, migration, behaviour, words,
    /// topics, network or coverage.
    pub part: String,
    /// The limit in one plain sentence.
    pub limit: String,
}
