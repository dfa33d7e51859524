//! What is kept of the posts of one account: counts, and no text.

use entangle_text::copies::copy_key;
use entangle_text::language::languages_with_function_words;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::habits::{HABIT_COUNT, HabitCounter};
use crate::pieces::{Piece, for_each_piece};

/// Buckets into which character sequences are hashed.
pub(crate) const NGRAM_BUCKET_COUNT: usize = 4_096;
/// Languages of one account that are profiled; of any further one nothing is kept.
const LANGUAGE_COUNT_MAX: usize = 6;
/// Copies of that many texts of one account are recognised.
const COPY_KEY_COUNT_MAX: usize = 4_096;
/// Bytes of a text that are looked at, so that one pasted book is not the style of an account.
const TEXT_BYTES_MAX: usize = 20_000;
/// Words of up to this many letters are taken whole: abbreviations, slang, misspelt small words.
const WHOLE_WORD_LETTER_COUNT_MAX: usize = 4;
/// Letters kept of the end of a longer word, which carry its inflection.
const ENDING_LETTER_COUNT: usize = 3;

/// The writing of one account in counts, language by language.
///
/// Texts must come without quotations and signatures. Links, addresses, handles, keys and digits
/// are left out here, and so are the account's own name and the second and later copies of a text. Of
/// words over four letters that are no function words only the ending is looked at, because the
/// rest tells the topic rather than the writer.
///
/// Takes about 17 KiB for each of at most six languages, however many posts there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StyleProfile {
    own_names: Vec<String>,
    languages: BTreeMap<String, LanguageProfile>,
    copy_keys: FxHashSet<i64>,
    unused_text_count: u64,
}

/// The counts of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LanguageProfile {
    pub(crate) post_count: u32,
    pub(crate) word_count: u32,
    /// Character sequences counted: the sum of `ngram_counts`.
    pub(crate) ngram_count: u32,
    pub(crate) ngram_counts: Vec<u32>,
    /// In the order of the language's function words in alphabetical order.
    pub(crate) function_word_counts: Vec<u32>,
    pub(crate) habit_counts: [u32; HABIT_COUNT],
}

impl StyleProfile {
    /// An empty profile of an account whose name is not known.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty profile of an account; its name, and the parts of it of three letters or more, will not
    /// be compared where they stand in its texts.
    pub fn of_account(name: &str) -> Self {
        let lower = name.to_lowercase();
        let parts = lower
            .split(|letter: char| !letter.is_alphabetic())
            .filter(|part| part.chars().count() >= 3);
        StyleProfile {
            own_names: parts.map(str::to_owned).collect(),
            ..Self::default()
        }
    }

    /// Adds one post. `language` is its ISO 639-1 code; a text without one is left out, as is a
    /// copy or near-copy of an earlier text.
    ///
    /// Copies apart, the order in which posts are added makes no difference.
    pub fn add(&mut self, text: &str, language: Option<&str>) {
        let Some(language) = language else {
            self.unused_text_count += 1;
            return;
        };
        if !self.languages.contains_key(language) && self.languages.len() >= LANGUAGE_COUNT_MAX
            || self.is_copy(text)
        {
            self.unused_text_count += 1;
            return;
        }
        let words = function_word_index(language);
        let profile = self
            .languages
            .entry(language.to_owned())
            .or_insert_with(|| LanguageProfile::empty(words.len()));
        profile.add(head(text), words, &self.own_names);
    }

    /// Adds everything that another profile of the same account has counted. Copies among the
    /// texts of both are not recognised.
    pub fn merge(&mut self, other: &StyleProfile) {
        self.unused_text_count += other.unused_text_count;
        for key in &other.copy_keys {
            if self.copy_keys.len() >= COPY_KEY_COUNT_MAX {
                break;
            }
            self.copy_keys.insert(*key);
        }
        for (language, counts) in &other.languages {
            if let Some(own) = self.languages.get_mut(language) {
                own.merge(counts);
            } else if self.languages.len() < LANGUAGE_COUNT_MAX {
                self.languages.insert(language.clone(), counts.clone());
            }
        }
    }

    /// Words counted in a language; 0 where there are none.
    pub fn word_count(&self, language: &str) -> u32 {
        self.language(language).map_or(0, |one| one.word_count)
    }

    /// Every language with its words, by language code.
    pub fn word_counts(&self) -> impl Iterator<Item = (&str, u32)> {
        self.languages
            .iter()
            .map(|(language, counts)| (language.as_str(), counts.word_count))
    }

    /// Texts left out: those without a language, copies, and those in more languages than are
    /// profiled.
    pub fn unused_text_count(&self) -> u64 {
        self.unused_text_count
    }

    pub(crate) fn language(&self, language: &str) -> Option<&LanguageProfile> {
        self.languages.get(language)
    }

    /// Whether the text repeats an earlier one; remembers it if not.
    fn is_copy(&mut self, text: &str) -> bool {
        let Some(key) = copy_key(text) else {
            return false;
        };
        if self.copy_keys.len() < COPY_KEY_COUNT_MAX {
            !self.copy_keys.insert(key)
        } else {
            self.copy_keys.contains(&key)
        }
    }
}

impl LanguageProfile {
    fn empty(function_word_count: usize) -> Self {
        LanguageProfile {
            post_count: 0,
            word_count: 0,
            ngram_count: 0,
            ngram_counts: vec![0; NGRAM_BUCKET_COUNT],
            function_word_counts: vec![0; function_word_count],
            habit_counts: [0; HABIT_COUNT],
        }
    }

    fn add(&mut self, text: &str, function_words: &WordIndex, own_names: &[String]) {
        let mut habits = HabitCounter::new();
        let mut window = Window::default();
        let mut lower = String::new();
        for_each_piece(text, &mut |piece| {
            habits.add(piece);
            match piece {
                Piece::Word(word) => {
                    set_lower(&mut lower, word);
                    let position = function_words.get(lower.as_str()).copied();
                    if let Some(position) = position {
                        self.function_word_counts[usize::from(position)] += 1;
                    }
                    let is_own_name = own_names.contains(&lower);
                    self.slide_word(&mut window, &lower, position.is_some(), is_own_name);
                }
                Piece::Number => self.slide(&mut window, '0'),
                Piece::Mark(mark) => self.slide(&mut window, mark),
                Piece::Space { .. } => self.slide(&mut window, ' '),
                Piece::Break { .. } => self.slide(&mut window, '\n'),
            }
        });
        let (counts, word_count) = habits.finish();
        add_counts(&mut self.habit_counts, &counts);
        self.word_count = self.word_count.saturating_add(word_count);
        self.post_count = self.post_count.saturating_add(1);
    }

    fn slide_word(&mut self, window: &mut Window, word: &str, is_function: bool, is_own: bool) {
        if is_own {
            return self.slide(window, '*');
        }
        let letter_count = word.chars().count();
        let is_whole = is_function || letter_count <= WHOLE_WORD_LETTER_COUNT_MAX;
        let skipped = if is_whole {
            0
        } else {
            self.slide(window, '*');
            letter_count - ENDING_LETTER_COUNT
        };
        for letter in word.chars().skip(skipped) {
            self.slide(window, letter);
        }
    }

    /// Counts the sequences of two to four characters that end with this one.
    fn slide(&mut self, window: &mut Window, letter: char) {
        for bucket in window.push(letter) {
            self.ngram_counts[bucket] = self.ngram_counts[bucket].saturating_add(1);
        }
        self.ngram_count = self.ngram_count.saturating_add(3);
    }

    fn merge(&mut self, other: &LanguageProfile) {
        self.post_count = self.post_count.saturating_add(other.post_count);
        self.word_count = self.word_count.saturating_add(other.word_count);
        self.ngram_count = self.ngram_count.saturating_add(other.ngram_count);
        add_counts(&mut self.ngram_counts, &other.ngram_counts);
        add_counts(&mut self.function_word_counts, &other.function_word_counts);
        add_counts(&mut self.habit_counts, &other.habit_counts);
    }
}

fn add_counts(sums: &mut [u32], counts: &[u32]) {
    for (sum, count) in sums.iter_mut().zip(counts) {
        *sum = sum.saturating_add(*count);
    }
}

/// The last three characters of the text.
#[derive(Debug, Default)]
struct Window {
    last: [u64; 3],
}

impl Window {
    /// Buckets of the sequences of two, three and four characters that end with the letter.
    fn push(&mut self, letter: char) -> [usize; 3] {
        let [first, second, third] = self.last;
        let letter = u64::from(u32::from(letter));
        // A character has 21 bits, so three of them fit into one number.
        let pair = third << 21 | letter;
        let triple = second << 42 | pair;
        let quadruple = mixed(triple).wrapping_add(first + 1);
        self.last = [second, third, letter];
        [pair, triple | 1 << 63, quadruple].map(|key| (mixed(key) >> 52) as usize)
    }
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood 2014), fixed for ever.
fn mixed(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ mixed >> 31
}

/// Replaces `lower` by the word in lower case.
fn set_lower(lower: &mut String, word: &str) {
    lower.clear();
    if word.is_ascii() {
        lower.push_str(word);
        lower.make_ascii_lowercase();
    } else {
        lower.extend(word.chars().flat_map(char::to_lowercase));
    }
}

/// The beginning of a text, cut between two characters.
fn head(text: &str) -> &str {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

type WordIndex = FxHashMap<&'static str, u16>;

/// Positions of the function words of a language; empty for a language without a list.
fn function_word_index(language: &str) -> &'static WordIndex {
    static NONE: LazyLock<WordIndex> = LazyLock::new(WordIndex::default);
    static INDICES: LazyLock<BTreeMap<&'static str, WordIndex>> = LazyLock::new(|| {
        languages_with_function_words()
            .map(|(language, words)| (language, words.into_iter().zip(0..).collect()))
            .collect()
    });
    INDICES.get(language).unwrap_or_else(|| &NONE)
}
