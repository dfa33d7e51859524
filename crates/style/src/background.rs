//! How the accounts of a source write on the average, and the features of a profile.
//!
//! Accounts are compared by how they differ from the others of their own source. What a whole
//! source has in common (its topics, its software, its manners) is thereby no evidence.

use std::collections::BTreeMap;

use crate::habits::{HABIT_COUNT, is_of_posts};
use crate::profile::{LanguageProfile, NGRAM_BUCKET_COUNT, StyleProfile};

/// Words below which a profile says too little to be compared or to stand for its source.
pub const WORD_COUNT_MIN: u32 = 500;

/// A sequence of four characters shares three with the next one, and three sequences are counted
/// for one character: that many counts are worth one independent one.
const NGRAM_DEPENDENCE: f64 = 3.0;

/// Positions of the three groups of features: sequences, function words, habits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Groups {
    pub(crate) ends: [usize; 3],
}

impl Groups {
    /// The groups of a feature vector of that length; `None` where it is too short for one.
    pub(crate) fn of_length(length: usize) -> Option<Self> {
        let function_word_end = length.checked_sub(HABIT_COUNT)?;
        (function_word_end >= NGRAM_BUCKET_COUNT).then_some(Groups {
            ends: [NGRAM_BUCKET_COUNT, function_word_end, length],
        })
    }

    pub(crate) fn ranges(self) -> [std::ops::Range<usize>; 3] {
        let [first, second, third] = self.ends;
        [0..first, first..second, second..third]
    }
}

/// Square roots of the relative frequencies of all features.
///
/// The root makes the sampling error of a count much the same for rare and frequent features:
/// a variance of about `1 / 4n` (Anscombe 1948).
pub(crate) fn frequency_roots(profile: &LanguageProfile) -> Vec<f64> {
    let share = |count: u32, of: u32| (f64::from(count) / f64::from(of.max(1))).sqrt();
    let sequences = profile.ngram_counts.iter();
    let words = profile.function_word_counts.iter();
    let habits = profile.habit_counts.iter().enumerate();
    sequences
        .map(|count| share(*count, profile.ngram_count))
        .chain(words.map(|count| share(*count, profile.word_count)))
        .chain(habits.map(|(position, count)| {
            let is_of_posts = is_of_posts(position);
            let of = if is_of_posts {
                profile.post_count
            } else {
                profile.word_count
            };
            share(*count, of)
        }))
        .collect()
}

/// Sampling variance of a root, group by group; habits are taken as rates of words.
pub(crate) fn sampling_variances(profile: &LanguageProfile) -> [f64; 3] {
    let variance = |count: f64| 1.0 / (4.0 * count.max(1.0));
    let words = f64::from(profile.word_count);
    let sequences = f64::from(profile.ngram_count) / NGRAM_DEPENDENCE;
    [variance(sequences), variance(words), variance(words)]
}

/// The average writing of one source, language by language. Depends on that source alone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StyleBackground {
    pub(crate) languages: BTreeMap<String, RootSums>,
}

/// Sums over profiles.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RootSums {
    pub(crate) profile_count: u32,
    pub(crate) sums: Vec<f64>,
}

impl RootSums {
    fn add(&mut self, roots: &[f64]) {
        self.sums.resize(roots.len(), 0.0);
        for (sum, root) in self.sums.iter_mut().zip(roots) {
            *sum += root;
        }
        self.profile_count += 1;
    }
}

impl StyleBackground {
    /// No account yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one account of the source, in each language in which it wrote [`WORD_COUNT_MIN`]
    /// words. Sums are rounded, so add accounts in a stated order.
    pub fn add(&mut self, profile: &StyleProfile) {
        for (language, word_count) in profile.word_counts() {
            let Some(counts) = profile.language(language) else {
                continue;
            };
            if word_count >= WORD_COUNT_MIN {
                let roots = frequency_roots(counts);
                let sums = self.languages.entry(language.to_owned()).or_default();
                sums.add(&roots);
            }
        }
    }

    /// Accounts added in a language.
    pub fn profile_count(&self, language: &str) -> u32 {
        let sums = self.languages.get(language);
        sums.map_or(0, |sums| sums.profile_count)
    }
}
