//! Finding phrases of a table in the words of a text.
//!
//! A phrase is written as a person reads it: words with spaces between them; a star at the end of a
//! word stands for any ending, and `_` for any one word. Time is linear in the text: at each word
//! only phrases whose first word fits are compared, and a phrase has a handful of words.

use rustc_hash::FxHashMap;
use std::ops::Range;

/// The first words of a text, as phrases are compared with them: runs of letters and digits.
#[derive(Debug, Default)]
pub(super) struct TextWords {
    /// The words in lower case, with ё as е, one behind the other.
    folded: String,
    words: Vec<Word>,
}

#[derive(Debug)]
struct Word {
    /// Where it ends among the folded words, bytes.
    folded_end: usize,
    /// Where it stands in the text, bytes.
    bytes: Range<usize>,
}

impl TextWords {
    /// The first words of a text, as many as asked for.
    pub(super) fn first(text: &str, count_max: usize) -> Self {
        let mut all = Self::default();
        let mut rest = text;
        while all.words.len() < count_max
            && let Some(start) = rest.find(char::is_alphanumeric)
        {
            let from = &rest[start..];
            let length = from
                .find(|letter: char| !letter.is_alphanumeric())
                .unwrap_or(from.len());
            let first_byte = text.len() - from.len();
            push_folded(&mut all.folded, &from[..length]);
            all.words.push(Word {
                folded_end: all.folded.len(),
                bytes: first_byte..first_byte + length,
            });
            rest = &from[length..];
        }
        all
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Where a word stands in the text, bytes.
    pub(super) fn bytes(&self, word: usize) -> Range<usize> {
        self.words[word].bytes.clone()
    }

    fn folded(&self, word: usize) -> &str {
        let start = match word {
            0 => 0,
            _ => self.words[word - 1].folded_end,
        };
        &self.folded[start..self.words[word].folded_end]
    }
}

fn push_folded(folded: &mut String, word: &str) {
    if word.is_ascii() {
        let start = folded.len();
        folded.push_str(word);
        folded[start..].make_ascii_lowercase();
        return;
    }
    let lower = word.chars().flat_map(char::to_lowercase);
    folded.extend(lower.map(|letter| if letter == 'ё' { 'е' } else { letter }));
}

fn folded(word: &str) -> String {
    let mut folded = String::new();
    push_folded(&mut folded, word);
    folded
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

    fn fits(&self, word: &str) -> bool {
        match self {
            Self::Whole(whole) => whole == word,
            Self::Beginning(beginning) => word.starts_with(beginning.as_str()),
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

/// The bytes of the first two letters of a word, as far as they go in.
type FirstLetters = [u8; 4];

fn first_letters(word: &str) -> FirstLetters {
    let mut bytes = [0; 4];
    let length_bytes: usize = word.chars().take(2).map(char::len_utf8).sum();
    for (letter, byte) in bytes.iter_mut().zip(word.bytes().take(length_bytes)) {
        *letter = byte;
    }
    bytes
}

/// The phrases of a table, to be found in texts.
#[derive(Debug)]
pub(super) struct Phrases {
    patterns: Vec<Vec<Pattern>>,
    /// Phrases by the first letters of their first word. Few words of a text begin like one.
    by_first_letters: FxHashMap<FirstLetters, Vec<usize>>,
}

impl Phrases {
    /// Phrases in the order of their table.
    ///
    /// One that begins with `_`, or with fewer than two letters and a star, is never found.
    pub(super) fn new<'table>(phrases: impl IntoIterator<Item = &'table str>) -> Self {
        let patterns: Vec<Vec<Pattern>> = phrases
            .into_iter()
            .map(|phrase| phrase.split_whitespace().map(Pattern::of).collect())
            .collect();
        let mut by_first_letters: FxHashMap<FirstLetters, Vec<usize>> = FxHashMap::default();
        for (phrase, words) in patterns.iter().enumerate() {
            if let Some(Pattern::Whole(word) | Pattern::Beginning(word)) = words.first() {
                let alike = by_first_letters.entry(first_letters(word));
                alike.or_default().push(phrase);
            }
        }
        Self {
            patterns,
            by_first_letters,
        }
    }

    /// What is found, from left to right. At each word the longest phrase counts, and one that lies
    /// within a phrase found before does not: "selling point" hides "selling".
    pub(super) fn find(&self, words: &TextWords) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let mut covered_to = 0;
        for first_word in 0..words.len() {
            let letters = first_letters(words.folded(first_word));
            let Some(alike) = self.by_first_letters.get(&letters) else {
                continue;
            };
            let longest = alike
                .iter()
                .filter(|phrase| self.fits(**phrase, words, first_word))
                .map(|phrase| Found {
                    phrase: *phrase,
                    first_word,
                    word_count: self.patterns[*phrase].len(),
                })
                .max_by_key(|one| (one.word_count, std::cmp::Reverse(one.phrase)));
            if let Some(one) = longest.filter(|one| one.end_word() > covered_to) {
                covered_to = one.end_word();
                found.push(one);
            }
        }
        found
    }

    fn fits(&self, phrase: usize, words: &TextWords, first_word: usize) -> bool {
        let patterns = &self.patterns[phrase];
        patterns.len() <= words.len() - first_word
            && (first_word..)
                .zip(patterns)
                .all(|(word, pattern)| pattern.fits(words.folded(word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(phrases: &[&str], text: &str, expected: &[&str]) {
        let words = TextWords::first(text, 100);
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
        let words = TextWords::first("—Ёж, x2 y", 2);
        let seen: Vec<(&str, Range<usize>)> = (0..words.len())
            .map(|word| (words.folded(word), words.bytes(word)))
            .collect();
        assert_eq!(seen, [("еж", 3..7), ("x2", 9..11)]);
    }
}
