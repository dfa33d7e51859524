//! Terms that are ready: written into one text, and taken out of it again by the index.
//!
//! The library takes terms ready-made, too, but sends each of them through JSON on its way to the thread
//! that indexes it, which was a quarter of the work. A text with a separator goes as it is.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};

/// Name of the tokenizer in the schema.
pub(crate) const READY_MADE: &str = "ready_made";

/// The tokenizers that the schema names.
pub(crate) fn tokenizers() -> TokenizerManager {
    let tokenizers = TokenizerManager::default();
    tokenizers.register(READY_MADE, ReadyMadeTokenizer::default());
    tokenizers
}

/// Ends every term; no word holds it.
const END: char = '\n';

/// Terms at positions from 0 on, as the text that the index is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ReadyMade(String);

impl ReadyMade {
    /// Adds a term at the next position.
    pub fn push(&mut self, term: &str) {
        debug_assert!(!term.contains(END), "{term:?}");
        self.0.push_str(term);
        self.0.push(END);
    }

    /// Leaves a position empty, so that what stands on its two sides does not touch.
    pub fn skip(&mut self) {
        self.0.push(END);
    }

    /// The terms in order, without their positions.
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        self.0.split(END).filter(|term| !term.is_empty())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Takes terms out of the text of [`ReadyMade`].
#[derive(Debug, Clone, Default)]
pub(crate) struct ReadyMadeTokenizer {
    token: Token,
}

impl Tokenizer for ReadyMadeTokenizer {
    type TokenStream<'a> = ReadyMadeStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ReadyMadeStream<'a> {
        self.token.reset();
        ReadyMadeStream {
            text,
            next_start: 0,
            next_position: 0,
            token: &mut self.token,
        }
    }
}

/// The terms of one text.
pub(crate) struct ReadyMadeStream<'a> {
    text: &'a str,
    next_start: usize,
    next_position: usize,
    token: &'a mut Token,
}

impl TokenStream for ReadyMadeStream<'_> {
    fn advance(&mut self) -> bool {
        loop {
            let start = self.next_start;
            let rest = self.text.get(start..).unwrap_or_default();
            let Some(length) = rest.find(END) else {
                return false;
            };
            let position = self.next_position;
            self.next_start = start + length + END.len_utf8();
            self.next_position += 1;
            if length > 0 {
                self.token.text.clear();
                self.token.text.push_str(&rest[..length]);
                self.token.position = position;
                self.token.offset_from = start;
                self.token.offset_to = start + length;
                return true;
            }
        }
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_come_out_at_the_positions_at_which_they_went_in() {
        let mut terms = ReadyMade::default();
        terms.push("дом");
        terms.skip();
        terms.push("b");
        terms.push("c");
        let mut tokenizer = ReadyMadeTokenizer::default();
        for _ in 0..2 {
            let mut stream = tokenizer.token_stream(terms.as_str());
            let mut found = Vec::new();
            while let Some(token) = stream.next() {
                found.push((token.position, token.text.clone()));
            }
            let expected = [(0, "дом"), (2, "b"), (3, "c")];
            assert_eq!(found, expected.map(|(at, term)| (at, term.to_owned())));
        }
        assert_eq!(terms.terms().collect::<Vec<_>>(), ["дом", "b", "c"]);
    }
}
