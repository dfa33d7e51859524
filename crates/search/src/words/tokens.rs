//! Words of a text with their places.

use std::ops::Range;

use super::fold::{MARKS_PER_LETTER_MAX, fold_cluster, is_invisible, is_mark};

/// Characters of a word that count; what follows in the same word is passed over, so two words
/// that differ only after this many characters are one to the index.
pub const WORD_CHARACTERS_MAX: usize = 64;

/// One word, or one character of a script that does not separate words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// The word, folded.
    pub text: String,
    /// Where it stands in the text, bytes.
    pub range: Range<usize>,
    /// Whether it is a character of a script without separated words.
    pub is_dense: bool,
}

/// Scripts whose words stand without spaces or take endings without end: Han, Kana, Bopomofo,
/// Hangul, Thai, Lao, Khmer, Burmese. Each of their characters is a word of its own.
pub(crate) fn is_dense(character: char) -> bool {
    matches!(character,
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1100}'..='\u{11FF}'
        | '\u{1780}'..='\u{17FF}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}'
        | '\u{3100}'..='\u{31FF}' | '\u{3400}'..='\u{9FFF}' | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Marks that are dropped where they do not compose with their letter: accents, stress marks,
/// vowels of Hangul after something else.
fn is_loose_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36F}' | '\u{1160}'..='\u{11FF}' | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE00}'..='\u{FE2F}'
        | '\u{3099}' | '\u{309A}' | '\u{E0100}'..='\u{E01EF}')
}

/// The words of `text`, in order, at most `token_count_max` of them.
pub(crate) fn tokenise(text: &str, token_count_max: usize) -> Vec<Token> {
    let mut reader = Reader {
        tokens: Vec::new(),
        word: Token::empty(),
        characters: 0,
    };
    let mut rest = text.char_indices().peekable();
    while let Some((start, character)) = rest.next() {
        if reader.tokens.len() >= token_count_max {
            return reader.tokens;
        }
        if is_invisible(character) || is_mark(character) {
            continue;
        }
        let mut end = start + character.len_utf8();
        if character.is_ascii() && rest.peek().is_none_or(|(_, next)| next.is_ascii()) {
            reader.take(character.to_ascii_lowercase(), start..end);
            continue;
        }
        // A sign that folds to letters, such as №, is a sign and no part of a word.
        if !character.is_alphanumeric() {
            reader.end_word();
            continue;
        }
        let mut cluster = String::from(character);
        let mut mark_count = 0;
        while let Some(&(at, next)) = rest.peek() {
            if !is_mark(next) {
                break;
            }
            rest.next();
            end = at + next.len_utf8();
            if mark_count < MARKS_PER_LETTER_MAX {
                cluster.push(next);
                mark_count += 1;
            }
        }
        for folded in fold_cluster(&cluster) {
            reader.take(folded, start..end);
        }
    }
    reader.end_word();
    reader.tokens.truncate(token_count_max);
    reader.tokens
}

impl Token {
    fn empty() -> Self {
        Token {
            text: String::new(),
            range: 0..0,
            is_dense: false,
        }
    }
}

struct Reader {
    tokens: Vec<Token>,
    word: Token,
    characters: usize,
}

impl Reader {
    fn take(&mut self, character: char, range: Range<usize>) {
        if is_loose_accent(character) || is_invisible(character) {
            return;
        }
        if is_mark(character) {
            self.take_mark(character, range);
        } else if !character.is_alphanumeric() {
            self.end_word();
        } else if is_dense(character) {
            self.end_word();
            self.tokens.push(Token {
                text: character.into(),
                range,
                is_dense: true,
            });
        } else {
            if self.word.text.is_empty() {
                self.word.range = range.clone();
            }
            self.word.range.end = range.end;
            if self.characters < WORD_CHARACTERS_MAX {
                self.word.text.push(character);
                self.characters += 1;
            }
        }
    }

    /// A mark that did not compose belongs to the word or to the character before it.
    fn take_mark(&mut self, character: char, range: Range<usize>) {
        if !self.word.text.is_empty() {
            self.word.range.end = range.end;
            if self.characters < WORD_CHARACTERS_MAX {
                self.word.text.push(character);
                self.characters += 1;
            }
        } else if let Some(last) = self.tokens.last_mut() {
            let mark_count = last.text.chars().count() - 1;
            if last.is_dense && last.range == range && mark_count < MARKS_PER_LETTER_MAX {
                last.text.push(character);
            }
        }
    }

    fn end_word(&mut self) {
        if !self.word.text.is_empty() {
            self.tokens
                .push(std::mem::replace(&mut self.word, Token::empty()));
        }
        self.characters = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokenise(text, 1_000_000)
            .into_iter()
            .map(|token| token.text)
            .collect()
    }

    #[test]
    fn words_are_folded_and_scripts_without_spaces_fall_into_characters() {
        let show = |text| words(text).join("|");
        assert_eq!(show("Don't SELL, naïve_user№5"), "don|t|sell|naïve|user|5");
        assert_eq!(
            show("Ёлка за\u{301}мок й и\u{306} ПРОДА\u{AD}М"),
            "елка|замок|й|й|продам"
        );
        assert_eq!(show("ｆｕｌｌ　ｗｉｄｔｈ ﬁne"), "full|width|fine");
        assert_eq!(
            show("出售Steam账号 ｶﾞ 한국 น้ำ"),
            "出|售|steam|账|号|ガ|한|국|น้|า"
        );
        assert_eq!(show("ΟΔΟΣ हिन्दी תורה"), "οδοσ|हिन्दी|תורה");
        assert_eq!(
            show("z\u{335}\u{335}\u{335}\u{335}\u{335}\u{335}a\u{200b}b"),
            "zab"
        );
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "Ёж, 出售 «e\u{301}té»";
        let places: Vec<&str> = tokenise(text, 100)
            .into_iter()
            .map(|token| &text[token.range])
            .collect();
        assert_eq!(places, ["Ёж", "出", "售", "e\u{301}té"]);
    }

    #[test]
    fn every_character_folds_to_itself_when_folded_again() {
        for character in (0..=0x10_FFFF).filter_map(char::from_u32) {
            let once = words(&format!("a{character}b {character}"));
            let again = words(&once.join(" "));
            assert_eq!(
                once,
                again,
                "{:?} U+{:04X}",
                character,
                u32::from(character)
            );
        }
    }

    #[test]
    fn a_word_is_cut_at_its_limit() {
        assert_eq!(words(&"x".repeat(500)), ["x".repeat(WORD_CHARACTERS_MAX)]);
        assert_eq!(tokenise("a b c", 2).len(), 2);
    }

    proptest! {
        #[test]
        fn words_fold_to_themselves_and_places_are_in_order(text in any::<String>()) {
            let tokens = tokenise(&text, 1_000_000);
            let mut end = 0;
            for token in &tokens {
                prop_assert!(token.range.start < token.range.end);
                prop_assert!(token.range.start >= end || token.is_dense);
                prop_assert!(text.get(token.range.clone()).is_some());
                end = token.range.start;
            }
            let once = words(&text);
            prop_assert_eq!(words(&once.join(" ")), once);
        }
    }
}
