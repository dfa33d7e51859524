//! What a text is like, in numbers: its length, its words, and a few signs of what it is for.
//!
//! Measured in one go, because a study measures every post. Not for what a text offers or asks for by
//! the rules that are published with their error; that is [`crate::offers`].

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashSet;
use std::sync::LazyLock;

/// Words of a text over which its vocabulary is measured.
pub const VOCABULARY_WORD_COUNT: usize = 100;

/// Words of offering, whole and without regard to case.
pub const OFFER_WORDS: [&str; 11] = [
    "wts",
    "selling",
    "sell",
    "for sale",
    "i offer",
    "we offer",
    "vendor",
    "продам",
    "продаю",
    "предлагаю",
    "продажа",
];
/// Words of seeking, whole and without regard to case.
pub const REQUEST_WORDS: [&str; 13] = [
    "wtb",
    "buying",
    "looking for",
    "need",
    "want to buy",
    "hire",
    "hiring",
    "куплю",
    "ищу",
    "нужен",
    "нужна",
    "нужно",
    "требуется",
];
/// Signs of a currency that need no space around them.
const CURRENCY_SIGNS: [&str; 4] = ["$", "€", "£", "₽"];
/// Currencies that stand before or behind an amount.
const CURRENCY_CODES: [&str; 6] = ["usd", "eur", "btc", "rub", "usdt", "xmr"];
/// Currencies that stand behind an amount.
const CURRENCY_WORDS: [&str; 3] = ["руб", "dollars", "euros"];

/// The measures of one text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TextMeasures {
    /// Characters.
    pub character_count: u64,
    /// Runs of letters and digits.
    pub word_count: u64,
    /// Distinct ones, without regard to case, among the first hundred; `None` of a shorter text.
    pub vocabulary_word_count: Option<u64>,
    /// Whether there is a question mark.
    pub has_question_mark: bool,
    /// Whether there is an exclamation mark.
    pub has_exclamation_mark: bool,
    /// Whether one of [`OFFER_WORDS`] is in it.
    pub has_offer_word: bool,
    /// Whether one of [`REQUEST_WORDS`] is in it.
    pub has_request_word: bool,
    /// Whether an amount stands before or behind a currency.
    pub has_price: bool,
}

impl TextMeasures {
    /// Measures a text, in time linear in its length.
    pub fn of(text: &str) -> Self {
        let word_count = runs(text).count() as u64;
        let bytes = text.as_bytes();
        let mut measures = Self {
            character_count: text.chars().count() as u64,
            word_count,
            vocabulary_word_count: vocabulary_word_count(text, word_count),
            has_question_mark: memchr::memchr(b'?', bytes).is_some(),
            has_exclamation_mark: memchr::memchr(b'!', bytes).is_some(),
            ..Self::default()
        };
        measures.find_signs(&text.to_lowercase());
        measures
    }

    fn find_signs(&mut self, lower: &str) {
        for found in SIGNS.automaton.find_overlapping_iter(lower) {
            let place = Place {
                before: &lower[..found.start()],
                behind: &lower[found.end()..],
            };
            match SIGNS.kinds[found.pattern().as_usize()] {
                Sign::Offer => self.has_offer_word |= place.is_whole_word(),
                Sign::Request => self.has_request_word |= place.is_whole_word(),
                Sign::Currency(currency) => self.has_price |= place.is_price(currency),
            }
        }
    }
}

fn is_letter(character: char) -> bool {
    character.is_alphanumeric()
}

fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !is_letter(character))
        .filter(|run| !run.is_empty())
}

fn vocabulary_word_count(text: &str, word_count: u64) -> Option<u64> {
    if word_count < VOCABULARY_WORD_COUNT as u64 {
        return None;
    }
    let first = runs(text).take(VOCABULARY_WORD_COUNT);
    let distinct: FxHashSet<String> = first.map(str::to_lowercase).collect();
    Some(distinct.len() as u64)
}

/// How a currency is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CurrencyForm {
    Sign,
    Code,
    Word,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Offer,
    Request,
    Currency(CurrencyForm),
}

struct Signs {
    automaton: AhoCorasick,
    /// By the number of a pattern.
    kinds: Vec<Sign>,
}

static SIGNS: LazyLock<Signs> = LazyLock::new(|| {
    let all: Vec<(&str, Sign)> = [
        (&OFFER_WORDS[..], Sign::Offer),
        (&REQUEST_WORDS[..], Sign::Request),
        (&CURRENCY_SIGNS[..], Sign::Currency(CurrencyForm::Sign)),
        (&CURRENCY_CODES[..], Sign::Currency(CurrencyForm::Code)),
        (&CURRENCY_WORDS[..], Sign::Currency(CurrencyForm::Word)),
    ]
    .into_iter()
    .flat_map(|(texts, sign)| texts.iter().map(move |text| (*text, sign)))
    .collect();
    let patterns = all.iter().map(|(text, _)| *text);
    #[expect(clippy::expect_used, reason = "the patterns are the constants above")]
    let automaton = AhoCorasick::new(patterns).expect("a few short patterns");
    Signs {
        automaton,
        kinds: all.into_iter().map(|(_, sign)| sign).collect(),
    }
});

/// What stands around something found.
struct Place<'text> {
    before: &'text str,
    behind: &'text str,
}

impl Place<'_> {
    /// Whether no letter, digit or low line continues what was found.
    fn is_whole_word(&self) -> bool {
        self.begins_word() && self.ends_word()
    }

    fn begins_word(&self) -> bool {
        !self.before.chars().next_back().is_some_and(is_of_word)
    }

    fn ends_word(&self) -> bool {
        !self.behind.chars().next().is_some_and(is_of_word)
    }

    /// Whether a currency stands at an amount: `$ 5`, `usd 5`, `5k $`, `5 usd`, `5 руб`.
    fn is_price(&self, form: CurrencyForm) -> bool {
        let is_before_amount = match form {
            CurrencyForm::Sign => true,
            CurrencyForm::Code => self.begins_word(),
            CurrencyForm::Word => false,
        };
        let is_behind_amount = form == CurrencyForm::Sign || self.ends_word();
        is_before_amount && begins_with_amount(self.behind)
            || is_behind_amount && ends_with_amount(self.before)
    }
}

fn is_of_word(character: char) -> bool {
    is_letter(character) || character == '_'
}

fn begins_with_amount(text: &str) -> bool {
    let text = text.strip_prefix(' ').unwrap_or(text);
    text.starts_with(|character: char| character.is_ascii_digit())
}

/// Whether a text ends with digits, points and commas, a digit among them, and perhaps a space, or a `k`
/// and a space, behind them.
fn ends_with_amount(text: &str) -> bool {
    let ends = |text: &str| {
        let text = text.strip_suffix(' ').unwrap_or(text);
        text.bytes()
            .rev()
            .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
            .any(|byte| byte.is_ascii_digit())
    };
    ends(text) || text.strip_suffix("k ").is_some_and(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs_of(text: &str) -> [bool; 3] {
        let measures = TextMeasures::of(text);
        [
            measures.has_offer_word,
            measures.has_request_word,
            measures.has_price,
        ]
    }

    #[test]
    fn lengths_of_a_text_of_two_scripts() {
        let measures = TextMeasures::of("Куплю 2 домена, don't!  ");
        assert_eq!((measures.character_count, measures.word_count), (24, 5));
        assert!(measures.has_exclamation_mark && !measures.has_question_mark);
        assert_eq!(TextMeasures::of(""), TextMeasures::default());
    }

    #[test]
    fn vocabulary_of_a_short_text_is_missing() {
        let of = |text: &str| TextMeasures::of(text).vocabulary_word_count;
        assert_eq!(of(&"a b ".repeat(49)), None);
        assert_eq!(of(&"a B ".repeat(60)), Some(2));
        assert_eq!(of(&"A a ".repeat(50)), Some(1));
    }

    #[test]
    fn words_of_offering_and_seeking_are_whole() {
        for (text, expected) in [
            ("I am SELLING it", [true, false, false]),
            ("for sale", [true, false, false]),
            ("for  sale", [false; 3]),
            ("best-selling", [true, false, false]),
            ("seller", [false; 3]),
            ("sell_it", [false; 3]),
            ("куплю или продам", [true, true, false]),
            ("покуплю", [false; 3]),
            ("needy, looking for", [false, true, false]),
        ] {
            assert_eq!(signs_of(text), expected, "{text}");
        }
    }

    #[test]
    fn a_price_is_an_amount_beside_a_currency() {
        for (text, expected) in [
            ("$5", true),
            ("$ 5", true),
            ("$  5", false),
            ("costs 5$", true),
            ("1,500.00 EUR", true),
            ("usd 20", true),
            ("xusd 20", false),
            ("20 usdt", true),
            ("20 usdx", false),
            ("5k $", true),
            ("5k usd", true),
            ("1500руб", true),
            ("1500 рублей", false),
            ("руб 1500", false),
            ("10 dollars", true),
            (". $", false),
            ("usd", false),
        ] {
            assert_eq!(signs_of(text)[2], expected, "{text}");
        }
    }
}
