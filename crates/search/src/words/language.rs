//! Which stemmer a word gets: that of its post's language, or that of its script.

use std::collections::HashMap;

use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, TextAnalyzer, TokenStream};

/// Every language with a stemmer, its ISO 639-1 code and its script.
const STEMMED: [(&str, Language, Script); 18] = [
    ("ar", Language::Arabic, Script::Arabic),
    ("da", Language::Danish, Script::Latin),
    ("de", Language::German, Script::Latin),
    ("el", Language::Greek, Script::Greek),
    ("en", Language::English, Script::Latin),
    ("es", Language::Spanish, Script::Latin),
    ("fi", Language::Finnish, Script::Latin),
    ("fr", Language::French, Script::Latin),
    ("hu", Language::Hungarian, Script::Latin),
    ("it", Language::Italian, Script::Latin),
    ("nl", Language::Dutch, Script::Latin),
    ("no", Language::Norwegian, Script::Latin),
    ("pt", Language::Portuguese, Script::Latin),
    ("ro", Language::Romanian, Script::Latin),
    ("ru", Language::Russian, Script::Cyrillic),
    ("sv", Language::Swedish, Script::Latin),
    ("ta", Language::Tamil, Script::Tamil),
    ("tr", Language::Turkish, Script::Latin),
];

/// Languages without a stemmer that are not written in Latin letters, by script.
const WITHOUT_STEMMER: [(Script, &[&str]); 3] = [
    (
        Script::Cyrillic,
        &[
            "ba", "be", "bg", "ce", "kk", "ky", "mk", "mn", "sr", "tg", "tt", "uk",
        ],
    ),
    (Script::Arabic, &["fa", "ku", "ps", "sd", "ug", "ur"]),
    (
        Script::Other,
        &[
            "am", "bn", "gu", "he", "hi", "hy", "ja", "ka", "km", "kn", "ko", "lo", "ml", "mr",
            "my", "ne", "or", "pa", "si", "te", "th", "ti", "yi", "zh",
        ],
    ),
];

/// Words remembered per stemmer; a full memory is emptied.
const REMEMBERED_WORDS_MAX: usize = 20_000;

/// A writing system, as far as stemmers differ by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Script {
    /// Latin letters.
    Latin,
    /// Cyrillic letters.
    Cyrillic,
    /// Greek letters.
    Greek,
    /// Arabic letters.
    Arabic,
    /// Tamil letters.
    Tamil,
    /// Any other, several in one word, or a word with digits.
    Other,
}

/// What the language of a post says about its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PostLanguage {
    /// A language with a stemmer; an index into the table of stemmers.
    Stemmed(usize),
    /// A language without a stemmer, written in this script.
    WithoutStemmer(Script),
    /// Not known.
    Unknown,
}

impl PostLanguage {
    /// From an ISO 639-1 code; `None` and the empty text are unknown.
    pub fn from_code(code: Option<&str>) -> Self {
        let Some(code) = code.filter(|code| !code.is_empty()) else {
            return PostLanguage::Unknown;
        };
        let code = code.to_ascii_lowercase();
        let code = match code.as_str() {
            "nb" | "nn" => "no",
            other => other,
        };
        if let Some(place) = STEMMED.iter().position(|(known, ..)| *known == code) {
            return PostLanguage::Stemmed(place);
        }
        let script = WITHOUT_STEMMER
            .iter()
            .find(|(_, codes)| codes.contains(&code))
            .map_or(Script::Latin, |(script, _)| *script);
        PostLanguage::WithoutStemmer(script)
    }

    /// Every language that makes a difference to a word: what a query has to try.
    pub fn all() -> Vec<PostLanguage> {
        let mut all: Vec<_> = (0..STEMMED.len()).map(PostLanguage::Stemmed).collect();
        all.push(PostLanguage::Unknown);
        all.extend(
            [Script::Latin, Script::Cyrillic, Script::Arabic].map(PostLanguage::WithoutStemmer),
        );
        all
    }

    /// The stemmer for a word of this script in a post of this language; `None`: the word stays.
    fn stemmer_for(self, script: Script) -> Option<usize> {
        match self {
            PostLanguage::Stemmed(place) if STEMMED[place].2 == script => Some(place),
            PostLanguage::WithoutStemmer(own) if own == script => None,
            _ => default_stemmer(script),
        }
    }
}

/// The stemmer for words whose script is not that of the post's language: product names in
/// English, Russian words in an English post.
fn default_stemmer(script: Script) -> Option<usize> {
    let code = match script {
        Script::Latin => "en",
        Script::Cyrillic => "ru",
        Script::Greek => "el",
        Script::Arabic => "ar",
        Script::Tamil => "ta",
        Script::Other => return None,
    };
    STEMMED.iter().position(|(known, ..)| *known == code)
}

/// The script of a folded word.
pub(crate) fn script_of(word: &str) -> Script {
    let mut scripts = word.chars().map(script_of_character);
    let Some(first) = scripts.next() else {
        return Script::Other;
    };
    if scripts.all(|script| script == first) {
        first
    } else {
        Script::Other
    }
}

fn script_of_character(character: char) -> Script {
    match character {
        'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
        '\u{400}'..='\u{52F}' => Script::Cyrillic,
        '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
        // Digits are inside the Arabic block.
        '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' => Script::Other,
        '\u{620}'..='\u{6FF}' | '\u{750}'..='\u{77F}' => Script::Arabic,
        '\u{BE6}'..='\u{BEF}' => Script::Other,
        '\u{B80}'..='\u{BFF}' => Script::Tamil,
        _ => Script::Other,
    }
}

/// A word's stem, as the index holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stem {
    /// `code:stem`, or the word itself where no stemmer applies.
    pub term: String,
    /// Whether words that begin with this one are found by it too: no stemmer knows its endings.
    pub is_found_by_beginning: bool,
}

/// Shortest word that is found by its beginning, characters.
pub(crate) const BEGINNING_CHARACTERS_MIN: usize = 4;

/// Stems words, remembering those it has met.
pub(crate) struct Stemmers {
    analysers: Vec<Option<TextAnalyzer>>,
    remembered: Vec<HashMap<String, String>>,
}

impl Stemmers {
    /// Without any stemmer yet; each is made at its first word.
    pub fn new() -> Self {
        Stemmers {
            analysers: (0..STEMMED.len()).map(|_| None).collect(),
            remembered: vec![HashMap::new(); STEMMED.len()],
        }
    }

    /// The stem of a folded word in a post of that language.
    pub fn stem(&mut self, word: &str, language: PostLanguage) -> Stem {
        let script = script_of(word);
        match language.stemmer_for(script) {
            Some(place) => Stem {
                term: self.stem_with(place, word),
                is_found_by_beginning: false,
            },
            None => Stem {
                term: word.to_owned(),
                is_found_by_beginning: is_found_by_beginning(word, script),
            },
        }
    }

    fn stem_with(&mut self, place: usize, word: &str) -> String {
        let remembered = &mut self.remembered[place];
        if let Some(term) = remembered.get(word) {
            return term.clone();
        }
        let (code, language, _) = STEMMED[place];
        let analyser = self.analysers[place].get_or_insert_with(|| {
            TextAnalyzer::builder(RawTokenizer::default())
                .filter(Stemmer::new(language))
                .build()
        });
        let mut stream = analyser.token_stream(word);
        let stem = if stream.advance() {
            stream.token().text.as_str()
        } else {
            word
        };
        let term = format!("{code}:{stem}");
        if remembered.len() >= REMEMBERED_WORDS_MAX {
            remembered.clear();
        }
        remembered.insert(word.to_owned(), term.clone());
        term
    }
}

fn is_found_by_beginning(word: &str, script: Script) -> bool {
    let is_of_letters = script != Script::Other || word.chars().all(|c| !c.is_numeric());
    is_of_letters && word.chars().count() >= BEGINNING_CHARACTERS_MIN
}
