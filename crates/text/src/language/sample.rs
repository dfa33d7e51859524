//! The part of a post by which its language is judged: words of prose from its beginning.
//!
//! Links, addresses, paths, code and identifiers are left out, because they are in no language.

use unicode_normalization::char::compose;

/// Letters that are looked at; a longer text is judged by its beginning.
pub(super) const LETTER_COUNT_MAX: usize = 240;

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
pub(super) const SCRIPTS: [Script; 8] = [
    Script::Latin,
    Script::Cyrillic,
    Script::Arabic,
    Script::Devanagari,
    Script::Han,
    Script::Kana,
    Script::Hangul,
    Script::Other,
];

/// The words of a text, from its beginning, and the scripts they are in.
#[derive(Debug)]
pub(super) struct Sample<'t> {
    /// Words in lower case, each followed by a space.
    pub(super) words: String,
    letter_counts: [usize; SCRIPTS.len()],
    /// What was not read yet.
    rest: &'t str,
    /// Whether a block of code goes on in the rest.
    is_fenced: bool,
}

impl<'t> Sample<'t> {
    /// A sample in which nothing was read yet.
    pub(super) fn of(text: &'t str) -> Self {
        Self {
            words: String::with_capacity(3 * LETTER_COUNT_MAX),
            letter_counts: [0; SCRIPTS.len()],
            rest: beginning(text),
            is_fenced: false,
        }
    }

    /// Reads on until there are so many letters. Says whether the text has so many.
    pub(super) fn read_to(&mut self, letter_count: usize) -> bool {
        while self.letter_count() < letter_count {
            let Some(token) = next_token(&mut self.rest) else {
                return false;
            };
            let fence_count = token.fence_count();
            if fence_count > 0 {
                self.is_fenced ^= fence_count % 2 == 1;
            } else if !self.is_fenced && token.is_prose() {
                self.add(&token);
            }
        }
        true
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

    fn add(&mut self, token: &Token<'_>) {
        if token.is_ascii() {
            self.add_ascii(token.text);
        } else {
            self.add_letters(token.text);
        }
        self.end_word();
    }

    fn add_ascii(&mut self, text: &str) {
        let mut rest = &text[..text.len().min(LETTER_COUNT_MAX)];
        while !rest.is_empty() {
            let is_letter = |byte: &u8| byte.is_ascii_alphabetic();
            let letter_count = rest.bytes().take_while(is_letter).count();
            let (word, behind) = rest.split_at(letter_count);
            let start = self.words.len();
            self.words.push_str(word);
            self.words[start..].make_ascii_lowercase();
            self.letter_counts[Script::Latin as usize] += letter_count;
            self.end_word();
            rest = behind.trim_start_matches(|letter: char| !letter.is_ascii_alphabetic());
        }
    }

    fn add_letters(&mut self, text: &str) {
        let (mut rest, mut left_count) = (text, LETTER_COUNT_MAX);
        while left_count > 0 {
            let run_count = small_cyrillic_count(rest).min(left_count);
            let (run, behind) = rest.split_at(2 * run_count);
            self.words.push_str(run);
            self.letter_counts[Script::Cyrillic as usize] += run_count;
            let mut letters = behind.chars();
            let Some(letter) = letters.next() else { break };
            rest = letters.as_str();
            left_count -= run_count;
            if left_count > 0 {
                self.add_letter(letter);
                left_count -= 1;
            }
        }
    }

    fn add_letter(&mut self, letter: char) {
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

/// A piece between white space, with the classes of its bytes.
struct Token<'t> {
    text: &'t str,
    classes: u8,
}

/// Classes of bytes, as bits.
const SPACE: u8 = 1;
/// Outside ASCII.
const WIDE: u8 = 2;
/// Stands in code and addresses, and in no word.
const MARK: u8 = 4;
/// The one of a fence around code.
const BACKTICK: u8 = 8;
/// Joins the parts of addresses, or begins a word in the middle of one.
const JOINT: u8 = 16;

static CLASSES: [u8; 256] = byte_classes();

const fn byte_classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' => SPACE,
            b'`' => MARK | BACKTICK,
            b'@' | b'\\' | b'=' | b'{' | b'}' | b'$' | b'#' | b'_' | b'<' | b'>' | b'|' => MARK,
            b'0'..=b'9' => MARK,
            b'.' | b':' | b'/' | b'(' | b'A'..=b'Z' => JOINT,
            0x80.. => WIDE,
            _ => 0,
        };
        byte += 1;
    }
    classes
}

/// Takes the next piece off a text. Its bytes are classed on the way, so that most pieces need no
/// second look.
fn next_token<'t>(rest: &mut &'t str) -> Option<Token<'t>> {
    let from_token = rest.trim_ascii_start();
    let (length, classes) = measure_token(from_token.as_bytes());
    let (text, behind) = from_token.split_at(length);
    *rest = behind;
    (length > 0).then_some(Token { text, classes })
}

/// Bytes up to the next white space, and their classes.
fn measure_token(bytes: &[u8]) -> (usize, u8) {
    let mut classes = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let class = CLASSES[usize::from(*byte)];
        if class == SPACE {
            return (at, classes);
        }
        classes |= class;
    }
    (bytes.len(), classes)
}

impl Token<'_> {
    fn has(&self, class: u8) -> bool {
        self.classes & class != 0
    }

    fn is_ascii(&self) -> bool {
        !self.has(WIDE)
    }

    /// How many signs in it begin or end a block of code.
    fn fence_count(&self) -> usize {
        if self.has(BACKTICK) {
            self.text.matches("```").count()
        } else {
            0
        }
    }

    /// Whether it can be words of a language. Only pieces in ASCII are doubted: code and addresses
    /// are, and scripts without spaces put whole sentences in a piece.
    fn is_prose(&self) -> bool {
        if !self.is_ascii() {
            return !self.has(JOINT) || !self.text.contains("://");
        }
        let is_doubtful = self.has(JOINT) && self.text.as_bytes().windows(3).any(is_code);
        !self.has(MARK) && !is_doubtful
    }
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

/// How many small letters of the usual Cyrillic alphabets a text begins with. They take two bytes
/// each and stay as they are.
fn small_cyrillic_count(text: &str) -> usize {
    let (pairs, _) = text.as_bytes().as_chunks::<2>();
    pairs
        .iter()
        .take_while(|pair| matches!(pair, [0xd0, 0xb0..=0xbf] | [0xd1, 0x80..=0x9f]))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Sample<'_> {
        let mut sample = Sample::of(text);
        sample.read_to(LETTER_COUNT_MAX);
        sample
    }

    fn check(text: &str, words: &str) {
        assert_eq!(read(text).words.trim_end(), words, "{text}");
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
        let sample = read("ab 中文 かな 한글");
        assert_eq!(sample.letter_count(), 20);
        assert_eq!(sample.letter_count_of(Script::Kana), 6);
        assert_eq!(sample.leading_script(), Script::Han);
    }
}
