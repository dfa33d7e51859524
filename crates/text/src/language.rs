//! The language of a text, with the probability that it is right.
//!
//! Script, letters and function words decide where they are clear; where they leave several
//! languages open, the trigram profiles of a library decide between those. Short and mixed texts
//! have no answer. `docs/reference/language.md` has the measured errors by length.

mod evidence;
mod library;
mod sample;
mod vocabulary;

#[cfg(test)]
mod tests;

use evidence::{Evidence, Lead};
use sample::{LETTER_COUNT_MAX, Sample, Script};

/// Letters a text must have, an ideograph or syllable counting as three.
const LETTER_COUNT_MIN: usize = 12;

/// Letters after which a text is answered if they leave no doubt: as many as a line has.
const FEW_LETTERS: usize = 60;

/// Points by which a language must lead among these letters. Of 7,000 real posts not one had
/// another answer when 240 letters were read.
const MARGIN_BEYOND_DOUBT: u32 = 6;

/// Share of the letters that the leading script must have.
const SCRIPT_SHARE_MIN: f64 = 0.7;

/// Points by which a language must lead to be taken without asking the library.
const CLEAR_MARGIN_MIN: u32 = 2;

/// Share of Kana among Kana and ideographs from which a text is Japanese.
const KANA_SHARE_MIN: f64 = 0.1;

/// Share of texts that are right at a margin of two, three and four points or more.
const CONFIDENCE_BY_MARGIN: [f64; 3] = [0.995, 0.998, 0.999];

/// The library's own confidence from which it is believed, and the share of texts that are
/// right from there on.
const CONFIDENCE_BY_OPINION: [(f64, f64); 3] = [(1.0, 0.99), (0.8, 0.98), (0.6, 0.96)];

/// Confidence where the script decides, taken from no measurement: a language of few writers
/// may share it.
const CONFIDENCE_OF_SCRIPT: f64 = 0.99;

/// A language and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LanguageGuess {
    /// ISO 639-1 code.
    pub language: &'static str,
    /// Probability that it is the language of the text, 0 to 1: the share that was right of
    /// measured texts with evidence of this strength.
    pub confidence: f64,
}

/// The language of a text.
///
/// Links, addresses, code and identifiers are left out first. `None` where under twelve letters
/// remain, where scripts are mixed, and where no language fits clearly better than all others.
/// Russian in Latin letters has no answer either.
pub fn identify(text: &str) -> Option<LanguageGuess> {
    let mut sample = Sample::of(text);
    let has_few = sample.read_to(FEW_LETTERS);
    if has_few && let Some(guess) = beyond_doubt(&sample) {
        return Some(guess);
    }
    sample.read_to(LETTER_COUNT_MAX);
    by_all_letters(&sample)
}

/// The language of a text whose first letters, all of one script, leave no doubt.
fn beyond_doubt(sample: &Sample<'_>) -> Option<LanguageGuess> {
    let script = sample.leading_script();
    if sample.letter_count_of(script) < sample.letter_count() {
        return None;
    }
    let lead = Evidence::of(&sample.words, script).lead()?;
    if lead.margin < MARGIN_BEYOND_DOUBT || lead.is_contradicted {
        return None;
    }
    by_margin(lead)
}

fn by_all_letters(sample: &Sample<'_>) -> Option<LanguageGuess> {
    let letter_count = sample.letter_count();
    if letter_count < LETTER_COUNT_MIN {
        return None;
    }
    let share = |count: usize| count as f64 / letter_count as f64;
    let ideograph_count = sample.letter_count_of(Script::Han);
    let kana_count = sample.letter_count_of(Script::Kana);
    let east_asian_count = ideograph_count + kana_count;
    if share(east_asian_count) >= SCRIPT_SHARE_MIN {
        let is_japanese = kana_count as f64 >= KANA_SHARE_MIN * east_asian_count as f64;
        return Some(by_script(if is_japanese { "ja" } else { "zh" }));
    }
    let script = sample.leading_script();
    if share(sample.letter_count_of(script)) < SCRIPT_SHARE_MIN {
        return None;
    }
    match script {
        Script::Latin | Script::Cyrillic | Script::Arabic | Script::Devanagari => {
            by_words(&sample.words, script)
        }
        Script::Hangul => Some(by_script("ko")),
        Script::Han | Script::Kana => None,
        Script::Other => library::opinion(&sample.words).and_then(believed),
    }
}

/// ISO 639-1 code of [`identify`] alone.
pub fn guess(text: &str) -> Option<&'static str> {
    identify(text).map(|guess| guess.language)
}

/// Every language that is known here by its frequent short words, with these words: in lower case,
/// sorted, without repeats. An apostrophe separates words.
///
/// Made for telling languages apart, and also the part of a text that says least about its topic.
pub fn languages_with_function_words() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    vocabulary::LANGUAGES.iter().filter_map(|row| {
        let mut words: Vec<&str> = row.words.split_ascii_whitespace().collect();
        words.sort_unstable();
        words.dedup();
        Some((row.code?, words))
    })
}

fn by_script(language: &'static str) -> LanguageGuess {
    LanguageGuess {
        language,
        confidence: CONFIDENCE_OF_SCRIPT,
    }
}

fn by_words(words: &str, script: Script) -> Option<LanguageGuess> {
    let evidence = Evidence::of(words, script);
    let Some(lead) = evidence.lead() else {
        return library::opinion(words).and_then(believed);
    };
    if lead.is_contradicted {
        return None;
    }
    if lead.margin >= CLEAR_MARGIN_MIN {
        return by_margin(lead);
    }
    let contenders = evidence.contenders();
    match contenders.as_slice() {
        [_] => library::opinion(words),
        several if several.contains(&None) => None,
        several => library::opinion_among(words, several),
    }
    .and_then(believed)
}

/// The answer of a language that leads clearly.
fn by_margin(lead: Lead) -> Option<LanguageGuess> {
    let strength = lead.margin.saturating_sub(CLEAR_MARGIN_MIN) as usize;
    let confidence = CONFIDENCE_BY_MARGIN[strength.min(CONFIDENCE_BY_MARGIN.len() - 1)];
    lead.code.map(|language| LanguageGuess {
        language,
        confidence,
    })
}

/// The answer of the library with a measured probability, if it is sure enough.
fn believed(opinion: library::Opinion) -> Option<LanguageGuess> {
    let (_, confidence) = CONFIDENCE_BY_OPINION
        .into_iter()
        .find(|(least, _)| opinion.confidence >= *least)?;
    Some(LanguageGuess {
        language: opinion.code,
        confidence,
    })
}
