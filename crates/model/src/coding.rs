//! What human codes on a sample of posts say: of the coders, of the classifier, and of the shares
//! that it gave.

use serde::{Deserialize, Serialize};

use crate::Estimate;
use crate::study::LabelError;

/// Everything that a coded sample says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CodingScore {
    /// Title of the study.
    pub title: String,
    /// The public source whose posts were coded.
    pub public_source: String,
    /// The snapshot that was read.
    pub snapshot: u64,
    /// Version of the program.
    pub program_version: String,
    /// Seed of the draw.
    pub seed: u64,
    /// Posts drawn.
    pub drawn_count: u64,
    /// Posts drawn that have a code.
    pub coded_count: u64,
    /// Where the codes come from, in sentences.
    pub codes: String,
    /// How the two coders agree; absent with one coder.
    pub agreement: Option<CoderAgreement>,
    /// Codes by label: how many posts of each.
    pub confusion: Vec<ConfusionRow>,
    /// Errors of the labels, over all languages first.
    pub errors: Vec<LabelError>,
    /// Shares by class and group, corrected.
    pub shares: Vec<CorrectedShare>,
}

/// How two coders agree.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CoderAgreement {
    /// Posts that both coded.
    pub post_count: u64,
    /// Posts that they coded differently.
    pub disagreement_count: u64,
    /// Share of posts with the same code.
    pub observed: Estimate,
    /// Cohen's kappa.
    pub kappa: Estimate,
    /// Krippendorff's alpha, nominal.
    pub alpha: Estimate,
}

/// Posts of one label by their code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConfusionRow {
    /// The classifier's label.
    pub label: String,
    /// The human code.
    pub code: String,
    /// Coded posts with both.
    pub post_count: u64,
}

/// The share of posts of one class in one group, with and without the codes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CorrectedShare {
    /// The class.
    pub class: String,
    /// all, crossover users, others, or difference.
    pub group: String,
    /// The share by the labels alone, wrong by an unknown amount.
    pub labelled_share: Estimate,
    /// The share of posts that humans would give the class.
    pub corrected_share: Estimate,
    /// The same without the help of the labels.
    pub codes_only_share: Estimate,
}
