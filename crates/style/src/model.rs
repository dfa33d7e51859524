//! From two profiles to bits: the trained model of writing style.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::LN_2;

use crate::abstention::Abstention;
use crate::background::{Groups, StyleBackground, WORD_COUNT_MIN, frequency_roots};
use crate::packed::Packed;
use crate::profile::StyleProfile;

/// Share of the separation between halves of accounts on one site that is taken to be left
/// between two sites. An assumption between two measurements, which `docs/concepts/style.md` gives.
pub const CROSS_SITE_DISCOUNT: f64 = 0.25;
/// Limits of the weight in bits.
pub const WEIGHT_BITS_MIN: f64 = -2.0;
/// See [`WEIGHT_BITS_MIN`].
pub const WEIGHT_BITS_MAX: f64 = 4.0;

/// Unit in which mean roots of frequencies are kept.
pub(crate) const MEAN_UNIT: f64 = 1.0 / 65_536.0;
/// Unit in which the factors of features are kept.
pub(crate) const FACTOR_UNIT: f64 = 1.0 / 16.0;
/// A source's own average counts as much as the general one at this many accounts.
const GENERAL_PROFILE_COUNT: f64 = 20.0;
/// Features further from the average are taken as this far, in standard deviations.
const DEVIATION_MAX: f64 = 3.0;
/// Word count from which more words no longer count as more certain.
const WORD_COUNT_CERTAIN: f64 = 10_000.0;
/// Similarities are taken in tenths, so that slopes are of the order of one.
const TENTHS: f64 = 10.0;

/// What was learned of writing style, with every number that the weights depend on besides the
/// texts themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StyleModel {
    /// Share of the trained separation that is used, 0 to 1; see [`StyleModel::weigh`].
    pub discount: f64,
    /// No weight is lower, bits.
    pub weight_bits_min: f64,
    /// No weight is higher, bits.
    pub weight_bits_max: f64,
    /// By ISO 639-1 code.
    pub languages: BTreeMap<String, LanguageStyle>,
}

/// What was learned of one language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LanguageStyle {
    /// Natural log of the likelihood ratio of a pair with no similarity and 500 words a side.
    pub intercept: f64,
    /// Change of the intercept up to 10,000 words a side.
    pub length_slope: f64,
    /// Per tenth of cosine similarity of character sequences at 500 words a side.
    pub ngram_slope: f64,
    /// Change of `ngram_slope` up to 10,000 words a side.
    pub ngram_length_slope: f64,
    /// Per tenth of cosine similarity of function words.
    pub function_word_slope: f64,
    /// Per tenth of cosine similarity of habits of punctuation, case and length.
    pub habit_slope: f64,
    /// Pairs of halves of one account that it was trained on.
    pub same_pair_count: u32,
    /// Pairs of halves of two accounts.
    pub different_pair_count: u32,
    /// Average root of the frequency of each feature over all sources.
    pub(crate) feature_means: Packed,
    /// Factor on a feature's distance from its average: root of its reliability over its
    /// standard deviation.
    pub(crate) feature_factors: Packed,
}

/// An account's writing, ready to be compared: one vector for each language in which it wrote
/// enough.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StyleVectors {
    by_language: BTreeMap<String, StyleVector>,
    /// Languages with enough words for which there is no model.
    untrained: BTreeSet<String>,
}

impl StyleVectors {
    /// Whether the account cannot be compared with any other.
    pub fn is_empty(&self) -> bool {
        self.by_language.is_empty()
    }

    /// Languages in which it can be compared, with its words in each.
    pub fn word_counts(&self) -> impl Iterator<Item = (&str, u32)> {
        self.by_language
            .iter()
            .map(|(language, vector)| (language.as_str(), vector.word_count))
    }
}

/// An account's writing in one language.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StyleVector {
    word_count: u32,
    groups: Groups,
    /// Each group has length one, or is zero.
    values: Vec<f32>,
}

/// The weight of writing style for one pair.
#[derive(Debug, Clone, PartialEq)]
pub struct StyleWeight {
    /// Match weight, discounted and limited.
    pub bits: f64,
    /// The language that was compared.
    pub language: String,
    /// Words of the side with fewer of them.
    pub word_count: u32,
}

/// The numbers on which the log odds of a pair depend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PairFeatures {
    /// Cosine similarities in tenths: sequences, function words, habits.
    pub(crate) similarities: [f64; 3],
    /// 0 at 500 words a side, 1 at 10,000.
    pub(crate) length: f64,
}

impl StyleModel {
    /// The vectors of an account. The background is that of the account's own source.
    ///
    /// Make them once per account; comparing two takes a few microseconds.
    pub fn vectors(&self, profile: &StyleProfile, background: &StyleBackground) -> StyleVectors {
        let mut vectors = StyleVectors::default();
        for (language, word_count) in profile.word_counts() {
            if word_count < WORD_COUNT_MIN {
                continue;
            }
            let style = self.languages.get(language);
            match style.and_then(|style| style.vector(profile, background, language)) {
                Some(vector) => {
                    vectors.by_language.insert(language.to_owned(), vector);
                }
                None => {
                    vectors.untrained.insert(language.to_owned());
                }
            }
        }
        vectors
    }

    /// The weight of a pair, from the language in which the lesser of the two wrote most.
    ///
    /// The model is trained within sources. Between two sources habits differ more, so with
    /// `d = discount` the log likelihood ratio is `d` times its part that depends on similarity,
    /// plus `d^2` times its constant part. That is the right ratio where similarity is normal with one
    /// variance, has mean zero for two hands, and for one hand a mean `d` times that of the training.
    ///
    /// # Errors
    /// [`Abstention::TooFewWords`] where no language has enough words on both sides, and
    /// [`Abstention::LanguageNotTrained`] where only such languages have that were not trained.
    pub fn weigh(
        &self,
        left: &StyleVectors,
        right: &StyleVectors,
    ) -> Result<StyleWeight, Abstention> {
        let shared = left.by_language.iter().filter_map(|(language, one)| {
            let other = right.by_language.get(language)?;
            let style = self.languages.get(language)?;
            let word_count = one.word_count.min(other.word_count);
            Some((
                word_count,
                language,
                style.log_ratio(one.features_with(other), self.discount),
            ))
        });
        // Of several with the same count, the first by its code.
        let most = shared.max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(a.1)));
        let Some((word_count, language, nats)) = most else {
            let is_untrained = !left.untrained.is_disjoint(&right.untrained);
            return Err(if is_untrained {
                Abstention::LanguageNotTrained
            } else {
                Abstention::TooFewWords
            });
        };
        Ok(StyleWeight {
            // Not `clamp`, which panics on limits the wrong way round, as a model file can have.
            bits: (nats / LN_2)
                .max(self.weight_bits_min)
                .min(self.weight_bits_max),
            language: language.clone(),
            word_count,
        })
    }
}

/// Two accounts known to be one hand or two: their vectors, and whether they are one.
pub type KnownPair<'a> = (&'a StyleVectors, &'a StyleVectors, bool);

/// Known pairs of one hand, and of two, without which a discount is not measured.
pub const KNOWN_PAIR_COUNT_MIN: usize = 20;
/// Steps in which discounts are tried: .02 to 1.
const DISCOUNT_STEP_COUNT: u32 = 50;

impl StyleModel {
    /// The discount under which the weights of known pairs between sources are best calibrated:
    /// that with the smallest Cllr (Brummer and du Preez 2006), the mean cost in bits of taking the
    /// weights at their word,
    ///
    /// ```text
    /// Cllr = (mean over one hand of log2(1 + 2^-bits) + mean over two of log2(1 + 2^bits)) / 2
    /// ```
    ///
    /// The limits apply. `None` with fewer than [`KNOWN_PAIR_COUNT_MIN`] pairs of either kind on
    /// which the model does not abstain. Pairs must not have been found by their style.
    pub fn measure_discount(&self, pairs: &[KnownPair<'_>]) -> Option<f64> {
        let mut best = None;
        for step in 1..=DISCOUNT_STEP_COUNT {
            let discount = f64::from(step) / f64::from(DISCOUNT_STEP_COUNT);
            let model = self.with_discount(discount);
            let cost = model.mean_cost_bits(pairs)?;
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, discount));
            }
        }
        best.map(|(_, discount)| discount)
    }

    /// The same model with another discount.
    pub fn with_discount(&self, discount: f64) -> StyleModel {
        StyleModel {
            discount,
            ..self.clone()
        }
    }

    fn mean_cost_bits(&self, pairs: &[KnownPair<'_>]) -> Option<f64> {
        let (mut costs, mut counts) = ([0.0; 2], [0usize; 2]);
        for (left, right, is_same) in pairs {
            if let Ok(weight) = self.weigh(left, right) {
                let against = if *is_same { -weight.bits } else { weight.bits };
                costs[usize::from(*is_same)] += against.exp2().ln_1p() / LN_2;
                counts[usize::from(*is_same)] += 1;
            }
        }
        let is_enough = counts.iter().all(|count| *count >= KNOWN_PAIR_COUNT_MIN);
        let mean = |kind: usize| costs[kind] / counts[kind] as f64;
        is_enough.then(|| f64::midpoint(mean(0), mean(1)))
    }
}

impl LanguageStyle {
    /// `None` where the profile has no such language or the model is of another version.
    pub(crate) fn vector(
        &self,
        profile: &StyleProfile,
        background: &StyleBackground,
        language: &str,
    ) -> Option<StyleVector> {
        let counts = profile.language(language)?;
        let roots = frequency_roots(counts);
        let groups = Groups::of_length(roots.len())?;
        let (means, factors) = (&self.feature_means.0, &self.feature_factors.0);
        if means.len() != roots.len() || factors.len() != roots.len() {
            return None;
        }
        let own = background.languages.get(language);
        let weight = GENERAL_PROFILE_COUNT + own.map_or(0.0, |own| f64::from(own.profile_count));
        let mut values: Vec<f32> = roots
            .iter()
            .enumerate()
            .map(|(position, root)| {
                let sum = own.map_or(0.0, |own| own.sums[position]);
                let general = f64::from(means[position]) * MEAN_UNIT;
                let mean = (sum + GENERAL_PROFILE_COUNT * general) / weight;
                let factor = f64::from(factors[position]) * FACTOR_UNIT;
                ((root - mean) * factor).clamp(-DEVIATION_MAX, DEVIATION_MAX) as f32
            })
            .collect();
        for range in groups.ranges() {
            scale_to_one(&mut values[range]);
        }
        Some(StyleVector {
            word_count: counts.word_count,
            groups,
            values,
        })
    }

    /// Natural log of the likelihood ratio.
    pub(crate) fn log_ratio(&self, features: PairFeatures, discount: f64) -> f64 {
        let [ngrams, function_words, habits] = features.similarities;
        let by_similarity = (self.ngram_slope + self.ngram_length_slope * features.length) * ngrams
            + self.function_word_slope * function_words
            + self.habit_slope * habits;
        let constant = self.intercept + self.length_slope * features.length;
        discount * by_similarity + discount.powi(2) * constant
    }
}

impl StyleVector {
    pub(crate) fn features_with(&self, other: &StyleVector) -> PairFeatures {
        let similarities = self
            .groups
            .ranges()
            .map(|range| TENTHS * dot_product(&self.values[range.clone()], &other.values[range]));
        let (one, other) = (f64::from(self.word_count), f64::from(other.word_count));
        let typical = 2.0 / (1.0 / one + 1.0 / other);
        let floor = f64::from(WORD_COUNT_MIN);
        let length = (typical / floor).ln() / (WORD_COUNT_CERTAIN / floor).ln();
        PairFeatures {
            similarities,
            length: length.clamp(0.0, 1.0),
        }
    }
}

/// Sums in sixteen lanes, which a processor can add side by side, in the same order on every machine.
fn dot_product(one: &[f32], other: &[f32]) -> f64 {
    const LANE_COUNT: usize = 16;
    let mut sums = [0.0f32; LANE_COUNT];
    let (ones, one_rest) = one.as_chunks::<LANE_COUNT>();
    let (others, other_rest) = other.as_chunks::<LANE_COUNT>();
    for (one, other) in ones.iter().zip(others) {
        for lane in 0..LANE_COUNT {
            sums[lane] += one[lane] * other[lane];
        }
    }
    for ((sum, one), other) in sums.iter_mut().zip(one_rest).zip(other_rest) {
        *sum += one * other;
    }
    sums.iter().map(|sum| f64::from(*sum)).sum()
}

fn scale_to_one(values: &mut [f32]) {
    let squares: f64 = values.iter().map(|value| f64::from(value * value)).sum();
    if squares > 0.0 {
        let factor = (1.0 / squares.sqrt()) as f32;
        for value in values {
            *value *= factor;
        }
    }
}
