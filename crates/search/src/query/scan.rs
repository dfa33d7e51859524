//! Pieces of a query's text: words, quotations, numbers.

use super::error::QueryError;

/// Whether a value can stand without quotation marks.
pub(crate) fn is_bare(value: &str) -> bool {
    !value.is_empty()
        && value.trim() == value
        && !value.contains(['*', '?'])
        && value.chars().all(|character| !ends_bare(character))
}

/// Whether the character ends a word that stands without quotation marks.
fn ends_bare(character: char) -> bool {
    character.is_whitespace() || matches!(character, '(' | ')' | '"')
}

/// Reads a text from left to right.
#[derive(Clone)]
pub(crate) struct Scanner<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        Scanner { text, position: 0 }
    }

    /// Where the scanner stands, bytes.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Goes back, or forth, to a place that was a position before.
    pub fn go_to(&mut self, position: usize) {
        self.position = position;
    }

    /// What has not been read.
    pub fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    pub fn skip_space(&mut self) {
        let rest = self.rest();
        self.position += rest.len() - rest.trim_start().len();
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Reads this character, where it is next.
    pub fn take(&mut self, character: char) -> bool {
        let is_next = self.peek() == Some(character);
        if is_next {
            self.position += character.len_utf8();
        }
        is_next
    }

    /// Reads this word in capitals, where it is next and ends there.
    pub fn take_keyword(&mut self, word: &str) -> bool {
        let Some(after) = self.rest().strip_prefix(word) else {
            return false;
        };
        let ends = after.chars().next().is_none_or(ends_bare);
        if ends {
            self.position += word.len();
        }
        ends
    }

    /// Reads up to white space, a parenthesis or a quotation mark.
    pub fn bare(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(ends_bare).unwrap_or(rest.len());
        self.position += end;
        &rest[..end]
    }

    /// Reads a run of ASCII digits.
    pub fn digits(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        self.position += end;
        &rest[..end]
    }

    /// Reads a text in quotation marks, the first of which is next; `\"` and `\\` stand for `"`
    /// and `\`.
    pub fn quotation(&mut self) -> Result<String, QueryError> {
        let start = self.position;
        self.position += 1;
        let mut value = String::new();
        let mut characters = self.rest().char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.position += at + 1;
                    return Ok(value);
                }
                '\\' => match characters.clone().next() {
                    Some((_, escaped @ ('"' | '\\'))) => {
                        characters.next();
                        value.push(escaped);
                    }
                    _ => value.push('\\'),
                },
                other => value.push(other),
            }
        }
        Err(QueryError::new(
            self.text.len(),
            "a second quotation mark",
            format!("the quotation that begins at byte {start} does not end; close it with \""),
        ))
    }

    /// Reads a regular expression between slashes, the first of which is next; `\/` stands for
    /// `/`.
    pub fn regex(&mut self) -> Result<String, QueryError> {
        let start = self.position;
        self.position += 1;
        let mut pattern = String::new();
        let mut characters = self.rest().char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '/' => {
                    self.position += at + 1;
                    return Ok(pattern);
                }
                '\\' => match characters.next() {
                    Some((_, '/')) => pattern.push('/'),
                    Some((_, escaped)) => pattern.extend(['\\', escaped]),
                    None => break,
                },
                other => pattern.push(other),
            }
        }
        Err(QueryError::new(
            self.text.len(),
            "a second slash",
            format!(
                "the regular expression that begins at byte {start} does not end; close it with /"
            ),
        ))
    }
}
