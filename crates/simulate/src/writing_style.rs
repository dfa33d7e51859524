//! Planted writing style: habits of wording, punctuation, case and spelling that a person keeps on
//! every source.
//!
//! A pass over a finished text, with random numbers of its own, so that a world without planted
//! style is not touched by it. Contacts, links and quotations are added to a text later and stay as
//! they are.

use rand_chacha::ChaCha8Rng;

use crate::people::PersonIndex;
use crate::random::{Purpose, chance, index, mix, stream};

/// A word or sequence of words and what some people write in its place.
type Variant = (&'static str, &'static str);

const ENGLISH_VARIANTS: [Variant; 24] = [
    ("the", ""),
    ("a", ""),
    ("and", "&"),
    ("but", "however"),
    ("you", "u"),
    ("my", "mine"),
    ("is", "'s"),
    ("was", "were"),
    ("are", "r"),
    ("not", "nt"),
    ("for", "4"),
    ("with", "w/"),
    ("so", "thus"),
    ("after", "past"),
    ("before", "b4"),
    ("only", "just"),
    ("every", "each"),
    ("it", "this"),
    ("i", "me"),
    ("they", "these guys"),
    ("in", "inside"),
    ("to", "2"),
    ("what", "wat"),
    ("from", "out of"),
];

const RUSSIAN_VARIANTS: [Variant; 16] = [
    ("и", "да"),
    ("но", "однако"),
    ("что", "шо"),
    ("если", "ежели"),
    ("не", "ни"),
    ("я", "йа"),
    ("у", "возле"),
    ("за", "через"),
    ("только", "тока"),
    ("всё", "все"),
    ("ещё", "исчо"),
    ("уже", "уж"),
    ("с", "со"),
    ("на", "в"),
    ("по", "согласно"),
    ("как", "словно"),
];

const ENGLISH_FILLERS: [&str; 8] = [
    "just", "really", "maybe", "actually", "like", "kinda", "also", "indeed",
];
const RUSSIAN_FILLERS: [&str; 8] = [
    "просто",
    "типа",
    "вообще",
    "может",
    "реально",
    "вроде",
    "также",
    "как бы",
];
const ENDINGS: [&str; 8] = [" :)", "))", "!!", "..", " ;-)", " 😀", " lol", "?!"];

/// Adds planted style to the texts of one source.
pub(crate) struct WritingStyle {
    seed: u64,
    strength: f64,
    rng: ChaCha8Rng,
    words: String,
}

/// The habits of one person, as probabilities.
struct Habits {
    bits: u64,
    strength: f64,
}

impl Habits {
    /// How readily the person follows a habit: of five people about two hardly ever do, two
    /// mostly do and one is in between.
    fn probability(&self, number: u32) -> f64 {
        let share = [0.02, 0.04, 0.4, 0.7, 0.9];
        let draw = mix(self.bits, u64::from(number)) as usize % share.len();
        share[draw] * self.strength
    }

    fn choice<'a>(&self, number: u32, items: &[&'a str]) -> &'a str {
        items[mix(self.bits, u64::from(number)) as usize % items.len()]
    }
}

/// Numbers of the habits; wordings count from 100.
const FILLS: u32 = 0;
const ENDS: u32 = 1;
const DROPS_COMMAS: u32 = 2;
const SHOUTS: u32 = 3;
const MISSPELLS: u32 = 4;
const LOWERS: u32 = 5;
const DOUBLES_SPACES: u32 = 6;
const FILLER: u32 = 7;
const ENDING: u32 = 8;
const FIRST_VARIANT: u32 = 100;

impl WritingStyle {
    /// `None` for a strength of zero: nothing is planted and nothing drawn.
    pub(crate) fn new(seed: u64, source: usize, strength: f64) -> Option<Self> {
        (strength > 0.0).then(|| WritingStyle {
            seed,
            strength,
            rng: stream(seed, Purpose::WritingStyle, source),
            words: String::new(),
        })
    }

    /// Rewrites a text as the person would have written it.
    pub(crate) fn apply(&mut self, text: &mut String, person: PersonIndex, is_russian: bool) {
        let habits = Habits {
            bits: mix(self.seed ^ 0x57_1E, u64::from(person)),
            strength: self.strength,
        };
        self.words.clear();
        let mut is_sentence_start = true;
        for (position, word) in text.split(' ').enumerate() {
            if position > 0 {
                self.words.push(' ');
            }
            let is_wide = chance(&mut self.rng, habits.probability(DOUBLES_SPACES) * 0.1);
            if is_wide {
                self.words.push(' ');
            }
            self.push_word(word, &habits, is_russian, is_sentence_start);
            is_sentence_start = word.ends_with(['.', '!', '?']);
        }
        std::mem::swap(text, &mut self.words);
    }

    fn push_word(&mut self, word: &str, habits: &Habits, is_russian: bool, is_first: bool) {
        let core_end = word.trim_end_matches(['.', ',', '!', '?', ':']).len();
        let (core, marks) = word.split_at(core_end);
        let (variants, fillers): (&[Variant], _) = if is_russian {
            (&RUSSIAN_VARIANTS, &RUSSIAN_FILLERS)
        } else {
            (&ENGLISH_VARIANTS, &ENGLISH_FILLERS)
        };
        let variant = variants.iter().position(|(usual, _)| *usual == core);
        let number = FIRST_VARIANT + variant.unwrap_or(0) as u32;
        match variant {
            Some(found) if chance(&mut self.rng, habits.probability(number)) => {
                self.words.push_str(variants[found].1);
            }
            _ => self.push_spelled(core, habits, is_first),
        }
        if is_first && chance(&mut self.rng, habits.probability(FILLS) * 0.4) {
            self.words.push(' ');
            self.words.push_str(habits.choice(FILLER, fillers));
        }
        let drops = marks == "," && chance(&mut self.rng, habits.probability(DROPS_COMMAS));
        if !drops {
            self.words.push_str(marks);
        }
        let is_end = marks.ends_with(['.', '!', '?']);
        if is_end && chance(&mut self.rng, habits.probability(ENDS) * 0.4) {
            self.words.push_str(habits.choice(ENDING, &ENDINGS));
        }
    }

    /// The word in the person's case and spelling.
    fn push_spelled(&mut self, word: &str, habits: &Habits, is_first: bool) {
        let letter_count = word.chars().count();
        let lowers = is_first && chance(&mut self.rng, habits.probability(LOWERS));
        let shouts = letter_count > 3 && chance(&mut self.rng, habits.probability(SHOUTS) * 0.06);
        let misspells =
            letter_count > 4 && chance(&mut self.rng, habits.probability(MISSPELLS) * 0.1);
        let swapped = if misspells {
            Some(1 + index(&mut self.rng, letter_count - 2))
        } else {
            None
        };
        let mut held = None;
        for (position, letter) in word.chars().enumerate() {
            if swapped == Some(position) {
                held = Some(letter);
                continue;
            }
            if shouts {
                self.words.extend(letter.to_uppercase());
            } else if lowers {
                self.words.extend(letter.to_lowercase());
            } else {
                self.words.push(letter);
            }
            self.words.extend(held.take());
        }
        self.words.extend(held);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "The host was slow, but I like it. My client is not here.";

    fn rewritten(person: PersonIndex, strength: f64) -> String {
        let mut text = TEXT.to_owned();
        if let Some(mut style) = WritingStyle::new(1, 0, strength) {
            style.apply(&mut text, person, false);
        }
        text
    }

    #[test]
    fn without_strength_nothing_changes() {
        assert_eq!(rewritten(1, 0.0), TEXT);
    }

    #[test]
    fn people_write_in_their_own_ways() {
        let texts = [1, 2, 3, 1].map(|person| rewritten(person, 1.0));
        assert_eq!(texts[0], texts[3]);
        assert_ne!(texts[0], texts[1]);
        expect_test::expect![[r#"
            the host was SLOW, but I like it. my client is nt here.
            The host were SLOW, but I like this. My client is nt here. ;-)
            The host were slow however I like this. My client 's nt  here.
            the host was SLOW, but I like it. my client is nt here."#]]
        .assert_eq(&texts.join("\n"));
    }
}
