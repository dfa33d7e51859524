//! Wildcards and regular expressions, within bounds that keep their automata small.

use crate::words::fold::fold_cluster;
use crate::words::tokens::{WORD_CHARACTERS_MAX, is_dense};

/// Longest wildcard pattern and regular expression, characters.
pub const PATTERN_CHARACTERS_MAX: usize = 100;

/// Letters and digits that a wildcard pattern has at least: fewer would match nearly any word.
pub const WILDCARD_LITERALS_MIN: usize = 2;

/// Groups inside groups.
const GROUP_DEPTH_MAX: usize = 8;

/// Size of an expression with its repetitions written out, in characters and ranges.
const EXPRESSION_SIZE_MAX: usize = 250;

/// Most repetitions that `{m,n}` may name.
const REPETITIONS_MAX: usize = 50;

/// Why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PatternFault {
    /// Offset in the pattern, bytes.
    pub position: usize,
    /// What was expected.
    pub expected: String,
    /// What to do.
    pub hint: String,
}

fn fault(position: usize, expected: impl Into<String>, hint: impl Into<String>) -> PatternFault {
    PatternFault {
        position,
        expected: expected.into(),
        hint: hint.into(),
    }
}

/// Folds a wildcard pattern for a word of the text.
pub(crate) fn fold_wildcard(pattern: &str) -> Result<String, PatternFault> {
    let mut folded = String::new();
    let mut literal_count = 0;
    for (position, character) in pattern.char_indices() {
        if character == '*' && folded.ends_with('*') {
            continue;
        }
        if matches!(character, '*' | '?') {
            folded.push(character);
            continue;
        }
        let literals: String = folded_letters(character).collect();
        if literals.is_empty() || literals.contains(is_dense) {
            return Err(fault(
                position,
                "letters, digits, * and ?",
                "a wildcard stands inside one word of a script that separates words; join several words by AND",
            ));
        }
        literal_count += literals.chars().count();
        folded.push_str(&literals);
    }
    if literal_count < WILDCARD_LITERALS_MIN {
        return Err(fault(
            0,
            format!("{WILDCARD_LITERALS_MIN} letters or digits beside the wildcards"),
            "the pattern would match nearly every word; write more of the word",
        ));
    }
    if folded.chars().count() > WORD_CHARACTERS_MAX {
        return Err(fault(
            0,
            format!("at most {WORD_CHARACTERS_MAX} characters"),
            "shorten the pattern",
        ));
    }
    Ok(folded)
}

fn folded_letters(character: char) -> impl Iterator<Item = char> {
    let mut buffer = [0; 4];
    fold_cluster(character.encode_utf8(&mut buffer))
        .filter(|folded| folded.is_alphanumeric())
        .collect::<Vec<_>>()
        .into_iter()
}

/// A wildcard pattern as an expression of the library.
pub(crate) fn wildcard_expression(pattern: &str) -> String {
    let mut expression = String::new();
    for character in pattern.chars() {
        match character {
            '*' => expression.push_str("(?s:.)*"),
            '?' => expression.push_str("(?s:.)"),
            other => push_literal(other, &mut expression),
        }
    }
    expression
}

fn push_literal(character: char, expression: &mut String) {
    if character.is_ascii_punctuation() {
        expression.push('\\');
    }
    expression.push(character);
}

/// A regular expression that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expression {
    /// The expression with its letters folded.
    pub canonical: String,
    /// The same for the library.
    pub automaton: String,
}

/// Reads a regular expression: letters, `.`, `\d`, `\w`, classes, groups, `|`, `*`, `+`, `?` and
/// `{m,n}`.
pub(crate) fn read_expression(pattern: &str) -> Result<Expression, PatternFault> {
    if pattern.chars().count() > PATTERN_CHARACTERS_MAX {
        return Err(fault(
            0,
            format!("at most {PATTERN_CHARACTERS_MAX} characters"),
            "shorten the regular expression",
        ));
    }
    let mut reader = ExpressionReader {
        characters: pattern.char_indices().collect(),
        place: 0,
        length: pattern.len(),
        written: Expression {
            canonical: String::new(),
            automaton: String::new(),
        },
    };
    let size = reader.alternatives(0)?;
    if reader.place < reader.characters.len() {
        return Err(fault(
            reader.position(),
            "an expression",
            "a ) closes no group; write \\) for the character",
        ));
    }
    if size > EXPRESSION_SIZE_MAX {
        return Err(fault(
            0,
            format!(
                "an expression of at most {EXPRESSION_SIZE_MAX} characters with its repetitions written out"
            ),
            "use fewer or smaller repetitions",
        ));
    }
    Ok(reader.written)
}

struct ExpressionReader {
    characters: Vec<(usize, char)>,
    place: usize,
    length: usize,
    written: Expression,
}

impl ExpressionReader {
    fn position(&self) -> usize {
        self.characters
            .get(self.place)
            .map_or(self.length, |(position, _)| *position)
    }

    fn peek(&self) -> Option<char> {
        self.characters
            .get(self.place)
            .map(|(_, character)| *character)
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.place += usize::from(next.is_some());
        next
    }

    fn write(&mut self, text: &str) {
        self.written.canonical.push_str(text);
        self.written.automaton.push_str(text);
    }

    fn alternatives(&mut self, depth: usize) -> Result<usize, PatternFault> {
        let mut size = self.sequence(depth)?;
        while self.peek() == Some('|') {
            self.next();
            self.write("|");
            size += 1 + self.sequence(depth)?;
        }
        Ok(size)
    }

    /// At least one repeated atom.
    fn sequence(&mut self, depth: usize) -> Result<usize, PatternFault> {
        let mut size = 0;
        let mut is_empty = true;
        while self
            .peek()
            .is_some_and(|character| !matches!(character, '|' | ')'))
        {
            let atom = self.atom(depth)?;
            size += atom * self.repetitions()?;
            is_empty = false;
            if size > 100 * EXPRESSION_SIZE_MAX {
                break;
            }
        }
        if is_empty {
            return Err(fault(
                self.position(),
                "an expression",
                "an alternative or a group is empty; use ? for what may be absent",
            ));
        }
        Ok(size)
    }

    fn atom(&mut self, depth: usize) -> Result<usize, PatternFault> {
        let position = self.position();
        match self.next() {
            Some('(') => self.group(depth, position),
            Some('[') => self.class(position),
            Some('.') => {
                self.written.canonical.push('.');
                self.written.automaton.push_str("(?s:.)");
                Ok(4)
            }
            Some('\\') => self.escape(position),
            Some(character @ ('*' | '+' | '?' | '{' | '}' | ']' | '^' | '$')) => Err(fault(
                position,
                "a letter, a class or a group",
                format!(
                    "an expression always describes a whole word; write \\{character} for the character"
                ),
            )),
            Some(character) => Ok(self.literal(character)),
            None => Err(fault(
                position,
                "an expression",
                "the expression ends too early",
            )),
        }
    }

    fn literal(&mut self, character: char) -> usize {
        if !character.is_alphanumeric() {
            self.written.canonical.push(character);
            push_literal(character, &mut self.written.automaton);
            return 1;
        }
        let folded: String = folded_letters(character).collect();
        self.written.canonical.push_str(&folded);
        self.written.automaton.push_str(&folded);
        folded.chars().count().max(1)
    }

    fn escape(&mut self, position: usize) -> Result<usize, PatternFault> {
        match self.next() {
            Some('d') => {
                self.written.canonical.push_str("\\d");
                self.written.automaton.push_str("[0-9]");
                Ok(1)
            }
            // Words hold nothing but letters, digits and their marks.
            Some('w') => {
                self.written.canonical.push_str("\\w");
                self.written.automaton.push_str("(?s:.)");
                Ok(4)
            }
            Some(character) if character.is_ascii_punctuation() => {
                self.written.canonical.extend(['\\', character]);
                self.written.automaton.extend(['\\', character]);
                Ok(1)
            }
            _ => Err(fault(
                position,
                "\\d, \\w or a punctuation mark after \\",
                "other classes are not known; write the characters in [ ]",
            )),
        }
    }

    fn group(&mut self, depth: usize, position: usize) -> Result<usize, PatternFault> {
        if depth >= GROUP_DEPTH_MAX {
            return Err(fault(
                position,
                format!("at most {GROUP_DEPTH_MAX} groups inside one another"),
                "use fewer groups",
            ));
        }
        self.write("(");
        let size = self.alternatives(depth + 1)?;
        if self.next() != Some(')') {
            return Err(fault(self.length, "a )", "the group does not end"));
        }
        self.write(")");
        Ok(size)
    }

    /// Single characters and ranges of them; as written, but for folding of single letters.
    fn class(&mut self, position: usize) -> Result<usize, PatternFault> {
        self.write("[");
        if self.peek() == Some('^') {
            self.next();
            self.write("^");
        }
        let mut range_count = 0;
        loop {
            let at = self.position();
            let Some(low) = self.next() else {
                return Err(fault(
                    self.length,
                    "a ]",
                    format!("the class at byte {position} of the expression does not end"),
                ));
            };
            if low == ']' {
                break;
            }
            let low = class_letter(low, at)?;
            self.write(low.encode_utf8(&mut [0; 4]));
            if self.peek() == Some('-') {
                self.next();
                let at = self.position();
                let high = class_letter(self.next().unwrap_or(']'), at)?;
                if high < low {
                    return Err(fault(
                        at,
                        "the greater end of a range",
                        "write the smaller character first",
                    ));
                }
                self.write("-");
                self.write(high.encode_utf8(&mut [0; 4]));
            }
            range_count += 1;
        }
        if range_count == 0 {
            return Err(fault(
                position,
                "characters between [ and ]",
                "the class is empty",
            ));
        }
        self.write("]");
        Ok(4 * range_count)
    }

    /// How often the atom before is written out.
    fn repetitions(&mut self) -> Result<usize, PatternFault> {
        let times = match self.peek() {
            Some('*' | '?') => 1,
            Some('+') => 2,
            Some('{') => return self.counted_repetitions(),
            _ => return Ok(1),
        };
        if let Some(sign) = self.next() {
            self.write(sign.encode_utf8(&mut [0; 4]));
        }
        self.refuse_second_repetition()?;
        Ok(times)
    }

    fn counted_repetitions(&mut self) -> Result<usize, PatternFault> {
        let position = self.position();
        self.next();
        let mut inside = String::new();
        while let Some(character) = self.next() {
            if character == '}' {
                break;
            }
            inside.push(character);
        }
        let (low, high) = inside
            .split_once(',')
            .unwrap_or((inside.as_str(), inside.as_str()));
        let number = |digits: &str| {
            let is_number =
                (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
            is_number.then(|| digits.parse::<usize>().ok()).flatten()
        };
        let least = number(low);
        let most = if high.is_empty() {
            least.map(|least| least + 1)
        } else {
            number(high)
        };
        let (Some(least), Some(most)) = (least, most) else {
            return Err(fault(
                position,
                "{m}, {m,} or {m,n}",
                "write \\{ for the character",
            ));
        };
        if most > REPETITIONS_MAX || least > most || most == 0 {
            return Err(fault(
                position,
                format!("repetitions between 1 and {REPETITIONS_MAX}, the smaller number first"),
                "use + or * for any number",
            ));
        }
        self.write(&format!("{{{inside}}}"));
        self.refuse_second_repetition()?;
        Ok(most)
    }

    fn refuse_second_repetition(&self) -> Result<(), PatternFault> {
        match self.peek() {
            Some('*' | '+' | '?' | '{') => Err(fault(
                self.position(),
                "one repetition only",
                "put the first repetition into a group",
            )),
            _ => Ok(()),
        }
    }
}

/// A letter or digit of a class, folded where that gives one letter.
fn class_letter(character: char, position: usize) -> Result<char, PatternFault> {
    let mut folded = folded_letters(character);
    match (folded.next(), folded.next()) {
        (Some(letter), None) if character.is_alphanumeric() => Ok(letter),
        _ => Err(fault(
            position,
            "a letter or a digit",
            "a class holds letters, digits and ranges of them; words hold nothing else",
        )),
    }
}
