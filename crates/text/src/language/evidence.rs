//! Points of each language for the words of a sample.
//!
//! A function word is a point for every language that has it; a word whose letters not all
//! languages of the script have is a point for those that have them all, and contradicts the
//! others.

use memchr::memchr_iter;
use std::ops::Range;

use super::sample::{LETTER_COUNT_MAX, Script};
use super::vocabulary::{
    EVERY_LANGUAGE, LANGUAGES, LanguageSet, languages_of_letters, languages_of_script,
    languages_of_word,
};

/// How far behind the leading language another still is a contender, in points.
const CONTENDER_DISTANCE_MAX: u32 = 1;

/// Contradictions that a leading language may always have: names, quoted words.
const CONTRADICTION_COUNT_MAX: u32 = 1;

/// Beyond those, the points that stand against each contradiction.
const POINTS_PER_CONTRADICTION_MIN: u32 = 3;

/// What the words of a sample say about the languages of its script.
#[derive(Debug)]
pub(super) struct Evidence {
    script: Script,
    /// Points for function words and for letters.
    points: Points,
    /// The points for letters among them.
    letter_points: Points,
    /// Words whose letters not all languages have.
    marked_word_count: u32,
}

/// Digits of a number of points: more than two for each letter of the longest sample, which ends
/// with a piece that may be as long as all before it.
const DIGIT_COUNT: usize = 10;

const _: () = assert!(4 * LETTER_COUNT_MAX < 1 << DIGIT_COUNT);

/// Points of all languages. The binary digits of one weight stand in one word, a bit for each
/// language, so that a point is added to many languages at once.
#[derive(Debug, Default)]
struct Points([LanguageSet; DIGIT_COUNT]);

impl Points {
    fn add(&mut self, languages: LanguageSet) {
        let mut carried = languages;
        for digit in &mut self.0 {
            if carried == 0 {
                return;
            }
            (*digit, carried) = (*digit ^ carried, *digit & carried);
        }
    }

    /// The points of the language at a position of the table.
    fn of(&self, position: usize) -> u32 {
        let (_, point_count) = self.most(1 << position);
        point_count
    }

    /// Those of some languages that have most points, and how many. The digits are asked from the
    /// highest, and each leaves those that have it, if any has.
    fn most(&self, languages: LanguageSet) -> (LanguageSet, u32) {
        let digits = self.0.iter().rev();
        digits.fold((languages, 0), |(leading, point_count), digit| {
            match leading & digit {
                0 => (leading, point_count << 1),
                with_digit => (with_digit, point_count << 1 | 1),
            }
        })
    }
}

/// The leading language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lead {
    /// Its code; `None` for a row of the table that has no name.
    pub(super) code: Option<&'static str>,
    /// Its points beyond those of the next; zero where several lead.
    pub(super) margin: u32,
    /// Whether too many words have letters that it does not have.
    pub(super) is_contradicted: bool,
}

impl Evidence {
    /// Of the words of a sample that is written in a script.
    pub(super) fn of(words: &str, script: Script) -> Self {
        let mut evidence = Self {
            script,
            points: Points::default(),
            letter_points: Points::default(),
            marked_word_count: 0,
        };
        let mut start = 0;
        for end in memchr_iter(b' ', words.as_bytes()) {
            evidence.add_word(words, start..end);
            start = end + 1;
        }
        evidence
    }

    fn add_word(&mut self, words: &str, range: Range<usize>) {
        self.points.add(languages_of_word(words, range.clone()));
        let of_letters = languages_of_letters(&words[range]);
        if of_letters != EVERY_LANGUAGE {
            self.points.add(of_letters);
            self.letter_points.add(of_letters);
            self.marked_word_count += 1;
        }
    }

    /// The language with most points; `None` where no language has any.
    pub(super) fn lead(&self) -> Option<Lead> {
        let languages = languages_of_script(self.script);
        let (leading, best) = self.points.most(languages);
        if best == 0 {
            return None;
        }
        let leader = leading.trailing_zeros() as usize;
        let (_, next) = self.points.most(languages & !(1 << leader));
        let contradiction_count = self.marked_word_count - self.letter_points.of(leader);
        Some(Lead {
            code: LANGUAGES[leader].code,
            margin: best - next,
            is_contradicted: contradiction_count > CONTRADICTION_COUNT_MAX
                && contradiction_count * POINTS_PER_CONTRADICTION_MIN > best,
        })
    }

    /// The codes of the languages that could be meant: the leading ones and those next to them.
    /// Without any evidence there are none.
    pub(super) fn contenders(&self) -> Vec<Option<&'static str>> {
        let best = self.of_script().map(|(_, count)| count).max().unwrap_or(0);
        let least = best.saturating_sub(CONTENDER_DISTANCE_MAX).max(1);
        self.of_script()
            .filter(|(_, point_count)| *point_count >= least)
            .map(|(position, _)| LANGUAGES[position].code)
            .collect()
    }

    /// Points of the languages of the script, with their positions in the table.
    fn of_script(&self) -> impl Iterator<Item = (usize, u32)> {
        LANGUAGES
            .iter()
            .enumerate()
            .filter(|(_, language)| language.script == self.script)
            .map(|(position, _)| (position, self.points.of(position)))
    }
}
