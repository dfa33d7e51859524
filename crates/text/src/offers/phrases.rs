//! Finding phrases of a table in the words of a text.
//!
//! A phrase is written as a person reads it: words with spaces between them; a star at the end of a
//! word stands for any ending, and `_` for any one word. Time is linear in the text: at each word
//! only phrases whose first word fits are compared, and a phrase has a handful of words.

use rustc_hash::FxHashMap;
use std::ops::Range;

/// A word of a text as phrases are compared with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// In lower case, with ё as е.
    folded: String,
    /// Where it stands, bytes.
    pub(super) bytes: Range<usize>,
}

/// The first words of a text: runs of letters and digits.
pub(super) fn first_words(text: &str, count_max: usize) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = text;
    while words.len() < count_max
        && let Some(start) = rest.find(char::is_alphanumeric)
    {
        let from = &rest[start..];
        let length = from
            .find(|letter: char| !letter.is_alphanumeric())
            .unwrap_or(from.len());
        let first_byte = text.len() - from.len();
        words.push(Word {
            folded: folded(&from[..length]),
            bytes: first_byte..first_byte + length,
        });
        rest = &from[length..];
    }
    words
}

fn folded(word: &str) -> String {
    word.chars()
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'ё' { 'е' } else { letter })
        .collect()
}

/// One word of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    Whole(String),
    Beginning(String),
    Any,
}

impl Pattern {
    fn of(word: &str) -> Self {
        match (word, word.strip_suffix('*')) {
            ("_", _) => Self::Any,
            (_, Some(beginning)) => Self::Beginning(folded(beginning)),
            (whole, None) => Self::Whole(folded(whole)),
        }
    }

    fn fits(&self, word: &Word) -> bool {
        match self {
            Self::Whole(whole) => *whole == word.folded,
            Self::Beginning(beginning) => word.folded.starts_with(beginning.as_str()),
            Self::Any => true,
        }
    }
}

/// A phrase that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Its place in the table.
    pub(super) phrase: usize,
    /// The first of its words.
    pub(super) first_word: usize,
    /// How many words it has.
    pub(super) word_count: usize,
}

impl Found {
    /// The word after its last.
    pub(super) fn end_word(&self) -> usize {
        self.first_word + self.word_count
    }
}

/// The phrases of a table, to be found in texts.
#[derive(Debug)]
pub(super) struct Phrases {
    patterns: Vec<Vec<Pattern>>,
    by_whole_word: FxHashMap<String, Vec<usize>>,
    by_beginning: FxHashMap<String, Vec<usize>>,
    /// Lengths of the beginnings, bytes, ascending.
    beginning_lengths: Vec<usize>,
}

impl Phrases {
    /// Phrases in the order of their table. One that begins with `_` is never found.
    pub(super) fn new<'table>(phrases: impl IntoIterator<Item = &'table str>) -> Self {
        let patterns: Vec<Vec<Pattern>> = phrases
            .into_iter()
            .map(|phrase| phrase.split_whitespace().map(Pattern::of).collect())
            .collect();
        let mut all = Self {
            patterns: Vec::new(),
            by_whole_word: FxHashMap::default(),
            by_beginning: FxHashMap::default(),
            beginning_lengths: Vec::new(),
        };
        for (phrase, words) in patterns.iter().enumerate() {
            let (table, word) = match words.first() {
                Some(Pattern::Whole(word)) => (&mut all.by_whole_word, word),
                Some(Pattern::Beginning(word)) => {
                    all.beginning_lengths.push(word.len());
                    (&mut all.by_beginning, word)
                }
                Some(Pattern::Any) | None => continue,
            };
            table.entry(word.clone()).or_default().push(phrase);
        }
        all.beginning_lengths.sort_unstable();
        all.beginning_lengths.dedup();
        all.patterns = patterns;
        all
    }

    /// What is found, from left to right. At each word the longest phrase counts, and one that lies
    /// within a phrase found before does not: "selling point" hides "selling".
    pub(super) fn find(&self, words: &[Word]) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let mut covered_to = 0;
        for first_word in 0..words.len() {
            let candidates = self.beginning_at(&words[first_word]);
            let longest = candidates
                .filter(|phrase| self.fits(*phrase, &words[first_word..]))
                .map(|phrase| Found {
                    phrase,
                    first_word,
                    word_count: self.patterns[phrase].len(),
                })
                .max_by_key(|one| (one.word_count, std::cmp::Reverse(one.phrase)));
            if let Some(one) = longest.filter(|one| one.end_word() > covered_to) {
                covered_to = one.end_word();
                found.push(one);
            }
        }
        found
    }

    /// Phrases whose first word fits.
    fn beginning_at<'a>(&'a self, word: &'a Word) -> impl Iterator<Item = usize> + 'a {
        let whole = self.by_whole_word.get(word.folded.as_str());
        let by_beginning = self.beginning_lengths.iter().filter_map(|length| {
            let beginning = word.folded.get(..*length)?;
            self.by_beginning.get(beginning)
        });
        whole.into_iter().chain(by_beginning).flatten().copied()
    }

    fn fits(&self, phrase: usize, words: &[Word]) -> bool {
        let patterns = &self.patterns[phrase];
        patterns.len() <= words.len()
            && patterns
                .iter()
                .zip(words)
                .all(|(pattern, word)| pattern.fits(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(phrases: &[&str], text: &str, expected: &[&str]) {
        let words = first_words(text, 100);
        let found: Vec<&str> = Phrases::new(phrases.iter().copied())
            .find(&words)
            .into_iter()
            .map(|one| phrases[one.phrase])
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn longer_phrases_hide_those_within_them() {
        let phrases = ["selling", "selling point", "point", "i m selling"];
        check(&phrases, "A selling point.", &["selling point"]);
        check(&phrases, "I'm SELLING it", &["i m selling"]);
        check(&phrases, "selling; point", &["selling point"]);
    }

    #[test]
    fn stars_stand_for_endings_and_underscores_for_words() {
        let phrases = ["прода* аккаунт*", "ищу _ работу", "куплю"];
        check(&phrases, "Продаём аккаунты", &["прода* аккаунт*"]);
        check(&phrases, "ищу любую работу, ищу работу", &["ищу _ работу"]);
        check(&phrases, "покуплю", &[]);
    }

    #[test]
    fn words_know_their_place_and_there_are_no_more_than_asked() {
        let words = first_words("—Ёж, x2 y", 2);
        let seen: Vec<(&str, Range<usize>)> = words
            .iter()
            .map(|word| (word.folded.as_str(), word.bytes.clone()))
            .collect();
        assert_eq!(seen, [("еж", 3..7), ("x2", 9..11)]);
    }
}
