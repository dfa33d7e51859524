//! Negative evidence: two accounts that write in different languages where they need not.

use std::collections::BTreeMap;

use crate::abstention::Abstention;
use crate::background::WORD_COUNT_MIN;
use crate::profile::StyleProfile;

/// Share of hands that write in their main language on another source too, where that source
/// allows it. An assumption: no measurement on known hands stands behind it.
pub const LANGUAGE_KEPT_SHARE: f64 = 0.75;
/// Share of a source's accounts from which a language counts as fully allowed there.
const ALLOWED_SHARE: f64 = 0.05;
/// Share of an account's words from which it is said to write in a language at all.
const USED_SHARE: f64 = 0.02;

/// How many accounts of a source have which main language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceLanguages {
    account_counts: BTreeMap<String, u32>,
    account_count: u32,
}

impl SourceLanguages {
    /// No account yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one account of the source, if it wrote 500 words in one language.
    pub fn add(&mut self, profile: &StyleProfile) {
        if let Some(main) = main_language(profile) {
            *self.account_counts.entry(main.to_owned()).or_default() += 1;
            self.account_count += 1;
        }
    }

    /// Share of the accounts whose main language it is; 0 for a source without accounts.
    pub fn share(&self, language: &str) -> f64 {
        let count = self.account_counts.get(language).copied().unwrap_or(0);
        f64::from(count) / f64::from(self.account_count.max(1))
    }
}

/// The weight of two different main languages, in bits: zero or below.
///
/// An account of main language `l` that is one hand with another would write `l` there too with
/// probability `t = .75 min(1, p / .05)`, `p` the share of accounts of the other source that
/// write `l`. Having written another language has the likelihood ratio `1 - t`. The two accounts
/// give two such ratios, of which the one nearer to one counts, so a source that allows only one
/// language makes the difference worth nothing. At least `log2(1 - .75) = -2` bits.
///
/// # Errors
/// [`Abstention::TooFewWords`] where an account has no language of 500 words, and
/// [`Abstention::LanguageShared`] where one of the two uses the main language of the other for a
/// fiftieth of its words or more.
pub fn language_weight_bits(
    left: &StyleProfile,
    right: &StyleProfile,
    left_source: &SourceLanguages,
    right_source: &SourceLanguages,
) -> Result<f64, Abstention> {
    let left_main = main_language(left).ok_or(Abstention::TooFewWords)?;
    let right_main = main_language(right).ok_or(Abstention::TooFewWords)?;
    if uses(left, right_main) || uses(right, left_main) {
        return Err(Abstention::LanguageShared);
    }
    let ratio = |share: f64| 1.0 - LANGUAGE_KEPT_SHARE * (share / ALLOWED_SHARE).min(1.0);
    let one = ratio(right_source.share(left_main));
    let other = ratio(left_source.share(right_main));
    Ok(one.max(other).log2())
}

/// The language with most words, if there are 500 of them; the first by code of equal ones.
fn main_language(profile: &StyleProfile) -> Option<&str> {
    profile
        .word_counts()
        .max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)))
        .filter(|(_, word_count)| *word_count >= WORD_COUNT_MIN)
        .map(|(language, _)| language)
}

fn uses(profile: &StyleProfile, language: &str) -> bool {
    let total: u64 = profile
        .word_counts()
        .map(|(_, count)| u64::from(count))
        .sum();
    f64::from(profile.word_count(language)) >= USED_SHARE * total as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer(words: &[(&str, usize)]) -> StyleProfile {
        let mut profile = StyleProfile::new();
        for (language, count) in words {
            // Short posts, so that they are not taken for copies.
            for _ in 0..count / 5 {
                profile.add("one two three four five", Some(language));
            }
        }
        profile
    }

    fn source(accounts: &[(&str, usize)]) -> SourceLanguages {
        let mut languages = SourceLanguages::new();
        for (language, count) in accounts {
            (0..*count).for_each(|_| languages.add(&writer(&[(language, 500)])));
        }
        languages
    }

    #[test]
    fn another_language_counts_where_there_was_a_choice() {
        let (english, russian) = (writer(&[("en", 600)]), writer(&[("ru", 600)]));
        let mixed = source(&[("en", 5), ("ru", 5)]);
        let only_russian = source(&[("ru", 5)]);
        let bits =
            |left: &SourceLanguages, right| language_weight_bits(&english, &russian, left, right);
        assert_eq!(bits(&mixed, &mixed), Ok(-2.0));
        assert_eq!(bits(&mixed, &only_russian), Ok(0.0));
        let mirrored = language_weight_bits(&russian, &english, &only_russian, &mixed);
        assert_eq!(mirrored, Ok(0.0));
    }

    #[test]
    fn a_shared_language_and_few_words_abstain() {
        let mixed = source(&[("en", 5), ("ru", 5)]);
        let check = |left: &[(&str, usize)], right: &[(&str, usize)], expected| {
            let bits = language_weight_bits(&writer(left), &writer(right), &mixed, &mixed);
            assert_eq!(bits, Err(expected));
        };
        check(
            &[("en", 600), ("ru", 20)],
            &[("ru", 600)],
            Abstention::LanguageShared,
        );
        check(&[("en", 600)], &[("en", 600)], Abstention::LanguageShared);
        check(&[("en", 600)], &[("ru", 495)], Abstention::TooFewWords);
    }
}
