//! Learns what one hand's writing has in common, from halves of accounts.
//!
//! Nobody needs to know who is who: two halves of one account are one hand, halves of two
//! accounts of one source are taken for two.

use entangle_statistics::logistic::{FeatureMatrix, LogisticModel, fit_logistic};
use std::collections::{BTreeMap, BTreeSet};

use crate::background::{
    Groups, StyleBackground, WORD_COUNT_MIN, frequency_roots, sampling_variances,
};
use crate::model::{
    CROSS_SITE_DISCOUNT, FACTOR_UNIT, LanguageStyle, MEAN_UNIT, PairFeatures, StyleModel,
    StyleVector, WEIGHT_BITS_MAX, WEIGHT_BITS_MIN,
};
use crate::packed::Packed;
use crate::profile::StyleProfile;

/// Accounts with two halves of enough words below which a language is not trained.
pub const ACCOUNT_COUNT_MIN: usize = 20;
/// Each account is paired with the other half of this many others.
const OTHERS_PER_ACCOUNT: usize = 20;
/// Weight of the normal prior on the slopes: that of a slope of standard deviation two.
const RIDGE: f64 = 0.25;

/// The posts of one account in two halves with no thread in common, best split at a point of
/// time, so that a topic is not taken for a habit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Halves {
    /// One half.
    pub first: StyleProfile,
    /// The other.
    pub second: StyleProfile,
}

impl Halves {
    fn whole(&self) -> StyleProfile {
        let mut whole = self.first.clone();
        whole.merge(&self.second);
        whole
    }

    fn has_words(&self, language: &str) -> bool {
        let halves = [&self.first, &self.second];
        halves
            .iter()
            .all(|half| half.word_count(language) >= WORD_COUNT_MIN)
    }
}

/// Trains a model on accounts by source; a language with fewer than [`ACCOUNT_COUNT_MIN`]
/// accounts that reach the floor in both halves is left out.
///
/// The same accounts in the same order give the same model.
pub fn train(sources: &[Vec<Halves>]) -> StyleModel {
    let languages: BTreeSet<String> = sources
        .iter()
        .flatten()
        .flat_map(|halves| halves.first.word_counts())
        .map(|(language, _)| language.to_owned())
        .collect();
    let trained = languages.into_iter().filter_map(|language| {
        let style = train_language(sources, &language)?;
        Some((language, style))
    });
    StyleModel {
        discount: CROSS_SITE_DISCOUNT,
        weight_bits_min: WEIGHT_BITS_MIN,
        weight_bits_max: WEIGHT_BITS_MAX,
        languages: trained.collect::<BTreeMap<_, _>>(),
    }
}

fn train_language(sources: &[Vec<Halves>], language: &str) -> Option<LanguageStyle> {
    let usable: Vec<Vec<&Halves>> = sources
        .iter()
        .map(|source| {
            source
                .iter()
                .filter(|one| one.has_words(language))
                .collect()
        })
        .collect();
    let account_count: usize = usable.iter().map(Vec::len).sum();
    if account_count < ACCOUNT_COUNT_MIN {
        return None;
    }
    let spread = Spread::of(&usable, language)?;
    let mut style = LanguageStyle {
        intercept: 0.0,
        length_slope: 0.0,
        ngram_slope: 0.0,
        ngram_length_slope: 0.0,
        function_word_slope: 0.0,
        habit_slope: 0.0,
        same_pair_count: 0,
        different_pair_count: 0,
        feature_means: spread.means(),
        feature_factors: spread.factors(),
    };
    let pairs = training_pairs(&style, &usable, language)?;
    fit(&mut style, &pairs)?;
    Some(style)
}

/// How features differ among the accounts of a source, over all sources.
struct Spread {
    account_count: f64,
    /// Sum of roots.
    sums: Vec<f64>,
    /// Sum of squared distances from the mean of the source.
    squares: Vec<f64>,
    /// Accounts beyond the first of each source.
    freedom: f64,
    /// Mean sampling variance by group.
    noise: [f64; 3],
    groups: Groups,
}

impl Spread {
    fn of(sources: &[Vec<&Halves>], language: &str) -> Option<Self> {
        let mut spread: Option<Spread> = None;
        for source in sources {
            let mut rows = Vec::new();
            for halves in source {
                let whole = halves.whole();
                let counts = whole.language(language)?;
                let roots = frequency_roots(counts);
                let length = roots.len();
                rows.push((roots, sampling_variances(counts)));
                if spread.is_none() {
                    spread = Some(Spread::empty(length)?);
                }
            }
            if let Some(spread) = &mut spread {
                spread.add_source(&rows);
            }
        }
        spread.filter(|spread| spread.freedom > 0.0)
    }

    fn empty(length: usize) -> Option<Self> {
        Some(Spread {
            account_count: 0.0,
            sums: vec![0.0; length],
            squares: vec![0.0; length],
            freedom: 0.0,
            noise: [0.0; 3],
            groups: Groups::of_length(length)?,
        })
    }

    fn add_source(&mut self, rows: &[(Vec<f64>, [f64; 3])]) {
        let count = rows.len() as f64;
        for position in 0..self.sums.len() {
            let sum: f64 = rows.iter().map(|(roots, _)| roots[position]).sum();
            let mean = sum / count.max(1.0);
            let squares = rows
                .iter()
                .map(|(roots, _)| (roots[position] - mean).powi(2));
            self.squares[position] += squares.sum::<f64>();
            self.sums[position] += sum;
        }
        for (_, noise) in rows {
            for (total, one) in self.noise.iter_mut().zip(noise) {
                *total += one;
            }
        }
        self.account_count += count;
        self.freedom += (count - 1.0).max(0.0);
    }

    fn means(&self) -> Packed {
        let means = self.sums.iter().map(|sum| sum / self.account_count);
        Packed::round(means, MEAN_UNIT)
    }

    /// Root of the reliability over the standard deviation: the share of a feature's variance
    /// that is not explained by sampling.
    fn factors(&self) -> Packed {
        let mut factors = vec![0.0; self.squares.len()];
        for (range, noise) in self.groups.ranges().into_iter().zip(self.noise) {
            let noise = noise / self.account_count;
            for position in range {
                let variance = self.squares[position] / self.freedom;
                if variance > noise {
                    let reliability = 1.0 - noise / variance;
                    factors[position] = (reliability / variance).sqrt();
                }
            }
        }
        Packed::round(factors.into_iter(), FACTOR_UNIT)
    }
}

/// Features of a pair and whether it is one account.
type TrainingPair = (PairFeatures, bool);

fn training_pairs(
    style: &LanguageStyle,
    sources: &[Vec<&Halves>],
    language: &str,
) -> Option<Vec<TrainingPair>> {
    let mut pairs = Vec::new();
    for source in sources {
        let mut background = StyleBackground::new();
        for halves in source {
            background.add(&halves.whole());
        }
        let vector = |profile: &StyleProfile| style.vector(profile, &background, language);
        let vectors: Vec<(StyleVector, StyleVector)> = source
            .iter()
            .map(|halves| Some((vector(&halves.first)?, vector(&halves.second)?)))
            .collect::<Option<_>>()?;
        for (position, (first, second)) in vectors.iter().enumerate() {
            pairs.push((first.features_with(second), true));
            for step in 1..=OTHERS_PER_ACCOUNT.min(vectors.len() - 1) {
                let (_, other) = &vectors[(position + step) % vectors.len()];
                pairs.push((first.features_with(other), false));
            }
        }
    }
    Some(pairs)
}

/// Columns of the regression: three similarities, the first of them by length, length.
const COLUMN_COUNT: usize = 5;
/// Columns whose slope must not be negative: more similar is never less like one hand.
const SIMILARITY_COLUMN_COUNT: usize = 3;

fn columns(features: PairFeatures) -> [f64; COLUMN_COUNT] {
    let [ngrams, function_words, habits] = features.similarities;
    let by_length = ngrams * features.length;
    [ngrams, function_words, habits, by_length, features.length]
}

/// Fits the slopes, and takes the prior odds of the training pairs out of the intercept.
fn fit(style: &mut LanguageStyle, pairs: &[TrainingPair]) -> Option<()> {
    let mut is_used = [true; COLUMN_COUNT];
    let fitted = loop {
        let model = fit_columns(pairs, is_used)?;
        let slopes = &model.coefficients[1..];
        match (0..SIMILARITY_COLUMN_COUNT).find(|column| slopes[*column] < 0.0) {
            Some(column) => is_used[column] = false,
            None => break model,
        }
    };
    let same_count = pairs.iter().filter(|(_, is_same)| *is_same).count();
    let different_count = pairs.len() - same_count;
    let prior = (same_count as f64 / different_count as f64).ln();
    let [intercept, ngram, function_word, habit, by_length, length] = fitted.coefficients[..]
    else {
        return None;
    };
    style.intercept = intercept - prior;
    style.ngram_slope = ngram;
    style.function_word_slope = function_word;
    style.habit_slope = habit;
    style.ngram_length_slope = by_length;
    style.length_slope = length;
    style.same_pair_count = same_count as u32;
    style.different_pair_count = different_count as u32;
    Some(())
}

fn fit_columns(pairs: &[TrainingPair], is_used: [bool; COLUMN_COUNT]) -> Option<LogisticModel> {
    let cells = pairs.iter().flat_map(|(features, _)| {
        let columns = columns(*features);
        // A column of zeros keeps its slope at zero, by the prior.
        std::array::from_fn::<f64, COLUMN_COUNT, _>(|column| {
            if is_used[column] {
                columns[column]
            } else {
                0.0
            }
        })
    });
    let matrix = FeatureMatrix::new(COLUMN_COUNT, cells.collect())?;
    let is_same: Vec<bool> = pairs.iter().map(|(_, is_same)| *is_same).collect();
    let rows: Vec<usize> = (0..pairs.len()).collect();
    fit_logistic(&matrix, &is_same, &rows, RIDGE)
}
