//! Points of each language for the words of a sample.
//!
//! A function word is a point for every language that has it; a word whose letters not all
//! languages of the script have is a point for those that have them all, and contradicts the
//! others.

use super::sample::Script;
use super::vocabulary::{
    EVERY_LANGUAGE, LANGUAGE_COUNT, LANGUAGES, LanguageSet, languages_of_letters, languages_of_word,
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
    points: [u32; LANGUAGE_COUNT],
    /// The points for letters among them.
    letter_points: [u32; LANGUAGE_COUNT],
    /// Words whose letters not all languages have.
    marked_word_count: u32,
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
            points: [0; LANGUAGE_COUNT],
            letter_points: [0; LANGUAGE_COUNT],
            marked_word_count: 0,
        };
        for word in words.split(' ').filter(|word| !word.is_empty()) {
            add_point(&mut evidence.points, languages_of_word(word));
            let of_letters = languages_of_letters(word);
            if of_letters != EVERY_LANGUAGE {
                add_point(&mut evidence.points, of_letters);
                add_point(&mut evidence.letter_points, of_letters);
                evidence.marked_word_count += 1;
            }
        }
        evidence
    }

    /// The language with most points; `None` where no language has any.
    pub(super) fn lead(&self) -> Option<Lead> {
        let (mut leader, mut best, mut next) = (None, 0, 0);
        for (position, point_count) in self.of_script() {
            if point_count > best {
                (leader, next, best) = (Some(position), best, point_count);
            } else {
                next = next.max(point_count);
            }
        }
        let leader = leader?;
        let contradiction_count = self.marked_word_count - self.letter_points[leader];
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
        let rows = LANGUAGES.iter().zip(self.points).enumerate();
        rows.filter(|(_, (language, _))| language.script == self.script)
            .map(|(position, (_, point_count))| (position, point_count))
    }
}

fn add_point(points: &mut [u32; LANGUAGE_COUNT], mut languages: LanguageSet) {
    while languages != 0 {
        if let Some(count) = points.get_mut(languages.trailing_zeros() as usize) {
            *count += 1;
        }
        languages &= languages - 1;
    }
}
