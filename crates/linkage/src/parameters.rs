//! Everything a linkage run has learned, in a form that can be read, compared and cited.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::error::ArrowError;
use entangle_model::NameLevel;
use entangle_model::bits::probability_to_bits;
use entangle_model::schema::LINK_MODELS;
use entangle_rarity::{Backoff, Base};
use serde::{Deserialize, Serialize};

use crate::calibration::Calibration;
use crate::key_table::Rarity;
use crate::resemblance::RESEMBLANCE_COUNT;

/// How strongly a shared identifier is shown: claimed by both, mentioned, quoted.
pub(crate) const STRENGTH_COUNT: usize = 3;

/// The fitted model of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkModel {
    /// Probability of each name level when one hand holds both accounts, in the order of
    /// [`NameLevel::ALL`]. They add up to one.
    pub name_m: [f64; LEVEL_COUNT],
    /// Agreements of names per link that come from imitation and not from chance: two hands that
    /// take one rare name from the same film, game or person.
    pub imitation_share: f64,
    /// Probability that a hand that shows a contact of a kind on both sides shows the same.
    pub contact_m: [f64; STRENGTH_COUNT],
    /// Expected number of unrelated accounts that show a given contact, beyond those counted.
    pub contact_stray: [f64; STRENGTH_COUNT],
    /// Backoff of counts to the language model: written, folded, skeleton, stem.
    pub backoffs: [Backoff; 4],
    /// The discount of each source on these levels, by name; that of the backoff for others.
    pub discounts: BTreeMap<String, [f64; 4]>,
    /// The language model as measured on resemblances: one edit, beginning, ending.
    pub resemblances: [Base; RESEMBLANCE_COUNT],
    /// Mean share of the smaller source's accounts that have a counterpart, over all pairs.
    pub shared_share_mean: f64,
    /// Pairs of one hand that no rule puts forward; `None` where the model was given without.
    pub unseen: Option<UnseenPairs>,
    /// Iterations of expectation maximisation.
    pub iteration_count: u32,
    /// Log likelihood of the candidates under the model, bits.
    pub log_likelihood_bits: f64,
    /// How stated probabilities are corrected, and how uncertain they are.
    pub calibration: Calibration,
    /// Per pair of sources, sorted by source.
    pub pairs: Vec<SourcePairModel>,
}

/// Pairs of one hand without a trace: names that agree on no level or are too common to search by, and no
/// contact in common.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnseenPairs {
    /// Their share of all pairs of one hand.
    pub share: f64,
    /// Pairs that the share rests on: those anchored by a contact, and some that were assumed.
    pub pair_count: f64,
}

/// What was learned about one pair of sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourcePairModel {
    /// The source that sorts first.
    pub source_left: String,
    /// The source that sorts second.
    pub source_right: String,
    /// Named accounts of the left source.
    pub account_count_left: u64,
    /// Named accounts of the right source.
    pub account_count_right: u64,
    /// Candidate pairs compared.
    pub candidate_count: u64,
    /// Pairs that share a stem too common to compare.
    pub capped_pair_count: u64,
    /// Expected share of the smaller source's accounts that have a counterpart in the larger.
    pub shared_share: f64,
    /// Probability that a random pair of accounts is one hand (lambda).
    pub prior_probability: f64,
    /// Sum of the match probabilities of the candidates, before rivals are weighed.
    pub expected_link_count: f64,
}

impl SourcePairModel {
    /// The prior in bits.
    pub fn prior_bits(&self) -> f64 {
        probability_to_bits(self.prior_probability)
    }
}

/// Levels of names.
pub(crate) const LEVEL_COUNT: usize = NameLevel::ALL.len();
/// The level of names that agree on none.
pub(crate) const NO_LEVEL: usize = LEVEL_COUNT - 1;

/// Share of those who imitate that spell the name on any level alike. Measured on pairs that
/// chance would make all but certain: npm scopes and GitHub owners speak for none, the four Stack
/// Exchange sites for half; docs/benchmarks.md.
const INDIFFERENT_SHARE: f64 = 0.35;

impl LinkModel {
    /// Imitations per link on a name level. Most of those who imitate spell the name as its owners
    /// spell theirs from source to source, some on any level alike: a name that a hand hardly
    /// ever respells is, respelt, as likely another hand's.
    pub(crate) fn imitation(&self, level: usize) -> f64 {
        let alike = (1.0 - INDIFFERENT_SHARE) * self.name_m[level];
        self.imitation_share * (alike + INDIFFERENT_SHARE / NO_LEVEL as f64)
    }

    /// What was learned about how common names are.
    pub(crate) fn rarity(&self) -> Rarity {
        Rarity {
            backoffs: self.backoffs,
            discounts: self.discounts.clone(),
            resemblances: self.resemblances,
        }
    }

    /// One row per pair of sources for the table `link_models`; `expected_link_counts` are the
    /// sums of the final probabilities, in the order of the pairs.
    ///
    /// # Errors
    /// Only if the schema of the table and this function disagree.
    pub fn link_model_batch(
        &self,
        expected_link_counts: &[f64],
    ) -> Result<RecordBatch, ArrowError> {
        debug_assert_eq!(expected_link_counts.len(), self.pairs.len());
        let text = |of: fn(&SourcePairModel) -> &str| {
            StringArray::from_iter_values(self.pairs.iter().map(of))
        };
        let count = |of: fn(&SourcePairModel) -> u64| {
            Int64Array::from_iter_values(self.pairs.iter().map(|pair| of(pair) as i64))
        };
        RecordBatch::try_new(
            LINK_MODELS.arrow_schema(),
            vec![
                Arc::new(text(|pair| &pair.source_left)),
                Arc::new(text(|pair| &pair.source_right)),
                Arc::new(count(|pair| pair.account_count_left)),
                Arc::new(count(|pair| pair.account_count_right)),
                Arc::new(count(|pair| pair.candidate_count)),
                Arc::new(count(|pair| pair.capped_pair_count)),
                Arc::new(Float64Array::from_iter_values(
                    expected_link_counts.iter().copied(),
                )),
                Arc::new(Float64Array::from_iter_values(
                    self.pairs.iter().map(|pair| pair.prior_probability),
                )),
            ],
        )
    }
}
