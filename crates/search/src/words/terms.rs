//! The terms of one text: exact words, stems, and pieces of words.

use super::ready_made::ReadyMade;

use super::language::{BEGINNING_CHARACTERS_MIN, PostLanguage, Stemmers};
use super::tokens::{Token, tokenise};

/// Words of one post that are indexed; what follows in a longer post is not found.
pub const WORDS_PER_POST_MAX: usize = 200_000;

/// Characters of a piece of a word.
const PIECE_CHARACTERS: usize = 3;

/// Marks the piece with which a word begins; no word holds it.
const BEGINNING: char = '^';

/// The three lists of terms of a text.
pub(crate) struct TextTerms {
    /// Folded words.
    pub words: ReadyMade,
    /// Stems, at the same positions.
    pub stems: ReadyMade,
    /// Pieces: pairs of characters of dense scripts, beginnings of words without a stemmer.
    pub pieces: ReadyMade,
}

/// The terms of `text`, written in `language`.
pub(crate) fn text_terms(text: &str, language: PostLanguage, stemmers: &mut Stemmers) -> TextTerms {
    let tokens = tokenise(text, WORDS_PER_POST_MAX);
    let mut words = ReadyMade::default();
    let mut stems = ReadyMade::default();
    let mut pieces = PieceWriter::default();
    for (place, token) in tokens.iter().enumerate() {
        let stem = stemmers.stem(&token.text, language);
        if token.is_dense {
            if let Some(next) = tokens.get(place + 1).filter(|next| next.is_dense) {
                pieces.pair(place, &token.text, &next.text);
            }
        } else if stem.is_found_by_beginning {
            pieces.word(&token.text);
        }
        words.push(&token.text);
        stems.push(&stem.term);
    }
    TextTerms {
        words,
        stems,
        pieces: pieces.terms,
    }
}

/// Pieces whose unbroken sequence in a text means that a word begins with `word`.
pub(crate) fn beginning_pieces(word: &str) -> Vec<String> {
    let characters: Vec<char> = word.chars().collect();
    debug_assert!(characters.len() >= BEGINNING_CHARACTERS_MIN);
    let first: String = [BEGINNING]
        .iter()
        .chain(&characters[..PIECE_CHARACTERS - 1])
        .collect();
    let rest = characters
        .windows(PIECE_CHARACTERS)
        .map(|piece| piece.iter().collect::<String>());
    std::iter::once(first).chain(rest).collect()
}

/// Pairs whose unbroken sequence in a text means that it holds these characters in a row.
pub(crate) fn dense_pairs(words: &[String]) -> Vec<String> {
    words.windows(2).map(|pair| pair.concat()).collect()
}

#[derive(Default)]
struct PieceWriter {
    terms: ReadyMade,
    last_pair: Option<usize>,
}

impl PieceWriter {
    /// Pairs of one row of characters stand at following positions, rows do not touch.
    fn pair(&mut self, place: usize, first: &str, second: &str) {
        let follows = self.last_pair.is_some_and(|last| last + 1 == place);
        if !follows {
            self.terms.skip();
        }
        self.terms.push(&format!("{first}{second}"));
        self.last_pair = Some(place);
    }

    fn word(&mut self, word: &str) {
        self.last_pair = None;
        self.terms.skip();
        for piece in beginning_pieces(word) {
            self.terms.push(&piece);
        }
    }
}

/// The words of a query text, folded; empty where it holds neither letters nor digits.
pub(crate) fn query_words(text: &str) -> Vec<Token> {
    tokenise(text, WORDS_PER_POST_MAX)
}
