//! The names people prefer: a mixture in which some names are shared by thousands of people and
//! others are borne by one.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::lexicon::word_list;
use crate::name_change::transliterate;
use crate::random::{ZipfRanks, chance, index, pick, weighted_index};

const NAME_PARTS: &str = include_str!("vocabulary/names.txt");

/// A ranked list and the law by which its items are drawn.
struct RankedWords {
    words: Vec<&'static str>,
    ranks: ZipfRanks,
}

impl RankedWords {
    fn new(slot: &str, exponent: f64) -> Self {
        let words = word_list(NAME_PARTS, slot);
        let ranks = ZipfRanks::new(words.len(), exponent);
        RankedWords { words, ranks }
    }

    fn draw(&self, rng: &mut impl Rng) -> &'static str {
        self.words[self.ranks.draw(rng)]
    }
}

/// Draws preferred names.
pub(crate) struct NameGenerator {
    first: RankedWords,
    last: RankedWords,
    adjective: RankedWords,
    noun: RankedWords,
    russian_first: RankedWords,
    russian_last: RankedWords,
    russian_noun: RankedWords,
    russian_adjective: RankedWords,
    russian_root: Vec<&'static str>,
    russian_suffix: Vec<&'static str>,
    root: Vec<&'static str>,
    suffix: Vec<&'static str>,
    onset: Vec<&'static str>,
    vowel: Vec<&'static str>,
    coda: Vec<&'static str>,
}

impl NameGenerator {
    pub(crate) fn new() -> Self {
        NameGenerator {
            first: RankedWords::new("first", 1.0),
            last: RankedWords::new("last", 0.8),
            adjective: RankedWords::new("adjective", 0.7),
            noun: RankedWords::new("noun", 0.7),
            russian_first: RankedWords::new("russian_first", 1.0),
            russian_last: RankedWords::new("russian_last", 0.7),
            russian_noun: RankedWords::new("russian_noun", 0.7),
            russian_adjective: RankedWords::new("russian_adjective", 0.7),
            russian_root: word_list(NAME_PARTS, "russian_root"),
            russian_suffix: word_list(NAME_PARTS, "russian_suffix"),
            root: word_list(NAME_PARTS, "root"),
            suffix: word_list(NAME_PARTS, "suffix"),
            onset: word_list(NAME_PARTS, "onset"),
            vowel: word_list(NAME_PARTS, "vowel"),
            coda: word_list(NAME_PARTS, "coda"),
        }
    }

    /// A name as a person of that native language would choose it.
    pub(crate) fn draw(&self, rng: &mut ChaCha8Rng, is_russian: bool) -> String {
        if is_russian && chance(rng, 0.6) {
            return self.russian(rng);
        }
        match weighted_index(rng, &[0.09, 0.27, 0.06, 0.14, 0.10, 0.12, 0.19, 0.03]) {
            0 => cased(self.first.draw(rng), rng),
            1 => self.full(rng),
            2 => {
                let initial = self.surname(rng);
                let initial = initial.get(..1).unwrap_or("x").to_uppercase();
                format!("{} {initial}", capitalised(self.first.draw(rng)))
            }
            3 => {
                let name = cased(self.first.draw(rng), rng);
                format!("{name}{}", digits(rng))
            }
            4 => self.joined_full(rng),
            5 => self.combination(rng),
            6 => self.invention(rng),
            _ => {
                let noun = cased(self.noun.draw(rng), rng);
                if chance(rng, 0.5) {
                    format!("{noun}{}", digits(rng))
                } else {
                    noun
                }
            }
        }
    }

    /// A name that many bear: a first name, or one with a few digits.
    pub(crate) fn draw_common(&self, rng: &mut ChaCha8Rng, is_russian: bool) -> String {
        let list = if is_russian {
            &self.russian_first
        } else {
            &self.first
        };
        let name = cased(list.draw(rng), rng);
        if chance(rng, 0.5) {
            return name;
        }
        format!("{name}{}", digits(rng))
    }

    fn full(&self, rng: &mut ChaCha8Rng) -> String {
        let first = capitalised(self.first.draw(rng));
        format!("{first} {}", capitalised(&self.surname(rng)))
    }

    fn joined_full(&self, rng: &mut ChaCha8Rng) -> String {
        let first = self.first.draw(rng);
        let last = self.surname(rng);
        match index(rng, 4) {
            0 => format!("{first}.{last}"),
            1 => format!("{first}_{last}"),
            2 => format!("{}{last}", first.get(..1).unwrap_or(first)),
            _ => format!("{first}{last}"),
        }
    }

    /// A surname; half of them are composed, since real surnames have a very long tail.
    fn surname(&self, rng: &mut ChaCha8Rng) -> String {
        if chance(rng, 0.45) {
            return self.last.draw(rng).to_owned();
        }
        let root = pick(rng, &self.root);
        let middle = if chance(rng, 0.25) {
            pick(rng, &self.vowel)
        } else {
            ""
        };
        format!("{root}{middle}{}", pick(rng, &self.suffix))
    }

    fn russian_surname(&self, rng: &mut ChaCha8Rng) -> String {
        if chance(rng, 0.45) {
            return self.russian_last.draw(rng).to_owned();
        }
        let root = pick(rng, &self.russian_root);
        format!("{root}{}", pick(rng, &self.russian_suffix))
    }

    fn combination(&self, rng: &mut ChaCha8Rng) -> String {
        let adjective = self.adjective.draw(rng);
        let noun = self.noun.draw(rng);
        let name = match index(rng, 4) {
            0 => format!("{}{}", capitalised(adjective), capitalised(noun)),
            1 => format!("{adjective}_{noun}"),
            _ => format!("{adjective}{noun}"),
        };
        if chance(rng, 0.4) {
            format!("{name}{}", digits(rng))
        } else {
            name
        }
    }

    /// A word that nobody else is likely to invent: two to four syllables.
    fn invention(&self, rng: &mut ChaCha8Rng) -> String {
        let syllable_count = 2 + index(rng, 3);
        let mut name = String::new();
        for _ in 0..syllable_count {
            name.push_str(pick(rng, &self.onset));
            name.push_str(pick(rng, &self.vowel));
        }
        if chance(rng, 0.6) {
            name.push_str(pick(rng, &self.coda));
        }
        let name = cased(&name, rng);
        if chance(rng, 0.15) {
            format!("{name}{}", digits(rng))
        } else {
            name
        }
    }

    fn russian(&self, rng: &mut ChaCha8Rng) -> String {
        let name = match weighted_index(rng, &[0.06, 0.4, 0.14, 0.2, 0.2]) {
            0 => capitalised(self.russian_first.draw(rng)),
            1 => {
                let first = capitalised(self.russian_first.draw(rng));
                format!("{first} {}", capitalised(&self.russian_surname(rng)))
            }
            2 => {
                let noun = cased(self.russian_noun.draw(rng), rng);
                format!("{noun}{}", digits(rng))
            }
            3 => {
                let adjective = self.russian_adjective.draw(rng);
                let noun = self.russian_noun.draw(rng);
                let separator = pick(rng, &["_", "", " "]);
                format!("{adjective}{separator}{noun}")
            }
            _ => {
                let first = self.russian_first.draw(rng);
                format!("{first}{}", digits(rng))
            }
        };
        if chance(rng, 0.55) {
            transliterate(&name)
        } else {
            name
        }
    }
}

/// One to four digits as people add them: years of birth, favourites, anything.
fn digits(rng: &mut ChaCha8Rng) -> String {
    const FAVOURITES: [&str; 10] = [
        "007", "123", "777", "666", "1337", "01", "99", "2000", "42", "88",
    ];
    match index(rng, 10) {
        0 | 1 => pick(rng, &FAVOURITES).to_owned(),
        2..=4 => format!("{}", 70 + index(rng, 30)),
        5 => format!("{}", 1970 + index(rng, 35)),
        6 => format!("{}", 1 + index(rng, 9)),
        7 => format!("{:03}", index(rng, 1_000)),
        8 => format!("{:04}", index(rng, 10_000)),
        _ => format!("{:02}", index(rng, 100)),
    }
}

fn cased(word: &str, rng: &mut ChaCha8Rng) -> String {
    if chance(rng, 0.4) {
        capitalised(word)
    } else {
        word.to_owned()
    }
}

/// The word with its first letter in upper case.
pub(crate) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, stream};
    use std::collections::BTreeMap;

    fn draw_many(is_russian: bool, count: usize) -> Vec<String> {
        let generator = NameGenerator::new();
        let mut rng = stream(5, Purpose::Names, 0);
        (0..count)
            .map(|_| generator.draw(&mut rng, is_russian))
            .collect()
    }

    #[test]
    fn names_read_like_names() {
        expect_test::expect![[r#"
            [
                "Joe B",
                "lachaibaby",
                "Jetreesh",
                "cjohnson",
                "Sean Wesstein",
                "loto",
                "wei_thomas",
                "Thygouce",
                "daniel666",
                "George5",
                "jessicamartin",
                "ryanoakter",
                "david.thornyway",
                "Yafudrai",
                "Dragon4",
                "wildhobbit",
            ]
        "#]]
        .assert_debug_eq(&draw_many(false, 16));
        expect_test::expect![[r#"
            [
                "михаил1978",
                "John70",
                "kostya1989",
                "леснойорёл",
                "Michael Schmidt",
                "John R",
                "Станислав Федицкий",
                "mark",
                "константин1337",
                "Khozyain1337",
            ]
        "#]]
        .assert_debug_eq(&draw_many(true, 10));
    }

    #[test]
    fn some_names_are_shared_by_many_and_most_by_nobody() {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for name in draw_many(false, 50_000) {
            *counts.entry(name.to_lowercase()).or_default() += 1;
        }
        let alone = counts.values().filter(|count| **count == 1).count();
        let commonest = counts.values().max().copied().unwrap_or(0);
        let alone_share = alone as f64 / 50_000.0;
        assert!((0.5..0.85).contains(&alone_share), "{alone_share}");
        assert!((100..1_500).contains(&commonest), "{commonest}");
    }
}
