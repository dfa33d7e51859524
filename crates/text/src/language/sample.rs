//! The part of a post by which its language is judged: words of prose from its beginning.
//!
//! Links, addresses, paths, code and identifiers are left out, because they are in no language.

use unicode_normalization::char::compose;

/// Letters that are looked at; a longer text is judged by its beginning.
const LETTER_COUNT_MAX: usize = 240;

/// Bytes that are searched for them.
const SAMPLE_BYTES_MAX: usize = 8 * 1024;

/// Letters that one of a script without an alphabet is worth.
const IDEOGRAPH_WEIGHT: usize = 3;

/// What a text is written in, as far as languages are told apart by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// Latin letters.
    Latin,
    /// Cyrillic letters.
    Cyrillic,
    /// Arabic letters.
    Arabic,
    /// Letters of Hindi and its neighbours.
    Devanagari,
    /// Chinese characters, also those of Japanese.
    Han,
    /// Hiragana and Katakana.
    Kana,
    /// Korean letters and syllables.
    Hangul,
    /// Any other.
    Other,
}

/// All scripts.
const SCRIPTS: [Script; 8] = [
    Script::Latin,
    Script::Cyrillic,
    Script::Arabic,
    Script::Devanagari,
    Script::Han,
    Script::Kana,
    Script::Hangul,
    Script::Other,
];

/// The words of a text and the scripts they are in.
#[derive(Debug, Default)]
pub(super) struct Sample {
    /// Words in lower case, each followed by a space.
    pub(super) words: String,
    letter_counts: [usize; SCRIPTS.len()],
}

impl Sample {
    /// The sample of a text.
    pub(super) fn of(text: &str) -> Self {
        let mut sample = Self {
            words: String::with_capacity(3 * LETTER_COUNT_MAX),
            ..Self::default()
        };
        let mut is_fenced = false;
        for token in beginning(text).split_ascii_whitespace() {
            // A search for one character is fast; few tokens have any.
            if token.contains('`') && token.contains("```") {
                is_fenced ^= token.matches("```").count() % 2 == 1;
            } else if !is_fenced && is_prose(token) {
                sample.add(token);
            }
            if sample.letter_count() >= LETTER_COUNT_MAX {
                break;
            }
        }
        sample
    }

    /// Letters of all scripts, with an ideograph or syllable as three.
    pub(super) fn letter_count(&self) -> usize {
        self.letter_counts.iter().sum()
    }

    /// Letters of one script, counted alike.
    pub(super) fn letter_count_of(&self, script: Script) -> usize {
        self.letter_counts[script as usize]
    }

    /// The script of most letters.
    pub(super) fn leading_script(&self) -> Script {
        let mut leading = Script::Other;
        for script in SCRIPTS {
            if self.letter_count_of(script) > self.letter_count_of(leading) {
                leading = script;
            }
        }
        leading
    }

    fn add(&mut self, token: &str) {
        for letter in token.chars().take(LETTER_COUNT_MAX) {
            if matches!(letter, '\u{300}'..='\u{36f}') {
                self.accent(letter);
            } else if let Some(script) = script_of(letter) {
                push_in_lower_case(&mut self.words, letter);
                self.letter_counts[script as usize] += match script {
                    Script::Han | Script::Kana | Script::Hangul => IDEOGRAPH_WEIGHT,
                    _ => 1,
                };
            } else {
                self.end_word();
            }
        }
        self.end_word();
    }

    /// Joins an accent to the letter before it; one that fits no letter is dropped.
    fn accent(&mut self, mark: char) {
        if let Some(composed) = self
            .words
            .chars()
            .next_back()
            .and_then(|last| compose(last, mark))
        {
            self.words.pop();
            self.words.push(composed);
        }
    }

    fn end_word(&mut self) {
        if !self.words.is_empty() && !self.words.ends_with(' ') {
            self.words.push(' ');
        }
    }
}

fn beginning(text: &str) -> &str {
    let mut end = text.len().min(SAMPLE_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether a piece between white space can be words of a language. Only pieces in ASCII are
/// doubted: code and addresses are, and scripts without spaces put whole sentences in a piece.
fn is_prose(token: &str) -> bool {
    if !token.is_ascii() {
        return !token.contains("://");
    }
    let is_marked = token.bytes().any(|byte| {
        matches!(
            byte,
            b'@' | b'\\' | b'=' | b'{' | b'}' | b'$' | b'#' | b'_' | b'<' | b'>' | b'0'
                ..=b'9' | b'`' | b'|'
        )
    });
    !is_marked && !token.as_bytes().windows(3).any(is_code)
}

/// Whether three neighbours say that a piece is an address, a path, a call or a name in code.
fn is_code(neighbours: &[u8]) -> bool {
    match neighbours {
        [before, b'.' | b':' | b'/' | b'(', after] => {
            before.is_ascii_lowercase() && after.is_ascii_alphabetic()
                || matches!(before, b':' | b'/' | b'.') && after.is_ascii_alphabetic()
        }
        [first, second, _] => first.is_ascii_lowercase() && second.is_ascii_uppercase(),
        _ => false,
    }
}

/// The script of a letter; `None` for what is no letter. The commonest alphabets are
/// answered without a table of Unicode.
fn script_of(letter: char) -> Option<Script> {
    let script = match letter {
        'a'..='z' | 'A'..='Z' => Script::Latin,
        '\0'..='\u{7f}' => return None,
        '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' => Script::Cyrillic,
        // Full stops and digits.
        '\u{964}'..='\u{96f}' => return None,
        // Signs of the Indian scripts that join letters are no letters to Unicode.
        '\u{900}'..='\u{97f}' => Script::Devanagari,
        '\u{980}'..='\u{dff}' => Script::Other,
        _ if !letter.is_alphabetic() => return None,
        '\u{80}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Script::Latin,
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' => Script::Arabic,
        '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9d}' => Script::Kana,
        '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Script::Han,
        '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => Script::Hangul,
        _ => Script::Other,
    };
    Some(script)
}

fn push_in_lower_case(words: &mut String, letter: char) {
    match letter {
        '\0'..='\u{7f}' => words.push(letter.to_ascii_lowercase()),
        '\u{430}'..='\u{45f}' => words.push(letter),
        // The dot that lower case adds to a Turkish capital is no letter of its own.
        other => words.extend(other.to_lowercase().filter(|lower| *lower != '\u{307}')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, words: &str) {
        assert_eq!(Sample::of(text).words.trim_end(), words, "{text}");
    }

    #[test]
    fn words_of_prose_are_kept_in_lower_case() {
        check("Don't ÄRGERN, Вася!", "don t ärgern вася");
        check("İstanbul", "istanbul");
        check("cafe\u{301}s", "cafés");
    }

    #[test]
    fn what_is_no_prose_is_left_out() {
        check(
            "see https://a.example/b www.c.example d@e.example f.txt ok",
            "see ok",
        );
        check(
            "let snake_case = camelCase(x->y); #tag $var 0x1f ok",
            "let ok",
        );
        check("a ```b c``` d ``` e f ``` g", "a d g");
        check("C:\\dir\\file and/or end", "end");
    }

    #[test]
    fn ideographs_and_syllables_count_as_three_letters() {
        let sample = Sample::of("ab 中文 かな 한글");
        assert_eq!(sample.letter_count(), 20);
        assert_eq!(sample.letter_count_of(Script::Kana), 6);
        assert_eq!(sample.leading_script(), Script::Han);
    }
}
