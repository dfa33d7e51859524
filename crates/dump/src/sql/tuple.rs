//! Where the values of one row of an INSERT stand.

use memchr::{memchr, memchr2};

/// Values of one row; more make the row unreadable.
const VALUE_COUNT_MAX: usize = 4096;

/// Bytes of a value outside quotes, such as a number or a call. Between them no damage can hide.
const BARE_BYTES_MAX: usize = 1000;

/// Brackets inside a value outside quotes.
const BARE_DEPTH_MAX: usize = 8;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// The word NULL.
    Null,
    /// A number or a word.
    Bare,
    /// In quotes of this kind; the range is what stands between them.
    Quoted {
        quote: u8,
        has_backslash_escapes: bool,
        is_plain: bool,
    },
    /// Hexadecimal digits.
    Hexadecimal,
    /// A call or a sum, which is not computed.
    Expression,
    /// A field of COPY.
    Field,
}

/// Where a value stands in its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ValueRange {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) writing: Writing,
}

/// What looking at a row gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scan {
    /// The row has so many bytes.
    Complete(usize),
    /// The row goes on behind the slice.
    Incomplete,
    /// What stands here is no row.
    Broken(&'static str),
}

/// Finds the values of the row at the start of a slice, which begins with a bracket.
pub(super) fn scan_tuple(
    bytes: &[u8],
    has_backslash_escapes: bool,
    values: &mut Vec<ValueRange>,
) -> Scan {
    values.clear();
    let mut scanner = Scanner {
        bytes,
        at: 1,
        has_backslash_escapes,
    };
    loop {
        match scanner.value() {
            Ok(value) => values.push(value),
            Err(scan) => return scan,
        }
        if values.len() > VALUE_COUNT_MAX {
            return Scan::Broken("the row has too many values");
        }
        scanner.skip_blanks();
        match bytes.get(scanner.at) {
            None => return Scan::Incomplete,
            Some(b',') => scanner.at += 1,
            Some(b')') => return Scan::Complete(scanner.at + 1),
            Some(_) => return Scan::Broken("a value is followed by neither a comma nor a bracket"),
        }
    }
}

/// Finds the fields of a line of COPY, which has no line break.
pub(super) fn split_copy_line(line: &[u8], values: &mut Vec<ValueRange>) -> Scan {
    values.clear();
    let mut start = 0;
    loop {
        let end = memchr(b'\t', &line[start..]).map_or(line.len(), |at| start + at);
        let writing = if &line[start..end] == b"\\N" {
            Writing::Null
        } else {
            Writing::Field
        };
        values.push(ValueRange {
            start,
            end,
            writing,
        });
        if end == line.len() {
            return Scan::Complete(line.len());
        }
        if values.len() > VALUE_COUNT_MAX {
            return Scan::Broken("the row has too many values");
        }
        start = end + 1;
    }
}

/// Position of the quote that ends a quotation which begins before `at`, and whether the
/// quotation holds anything that stands for something else. `None` if the slice ends before.
pub(super) fn quotation_end(
    bytes: &[u8],
    mut at: usize,
    quote: u8,
    has_backslash_escapes: bool,
) -> Option<(usize, bool)> {
    let mut is_plain = true;
    loop {
        let rest = bytes.get(at..)?;
        let found = if has_backslash_escapes {
            memchr2(quote, b'\\', rest)?
        } else {
            memchr(quote, rest)?
        };
        at += found;
        let is_escape = bytes[at] == b'\\' && has_backslash_escapes;
        if !is_escape && *bytes.get(at + 1)? != quote {
            return Some((at, is_plain));
        }
        is_plain = false;
        at += 2;
    }
}

struct Scanner<'b> {
    bytes: &'b [u8],
    at: usize,
    has_backslash_escapes: bool,
}

impl Scanner<'_> {
    fn skip_blanks(&mut self) {
        while self
            .bytes
            .get(self.at)
            .is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
        {
            self.at += 1;
        }
    }

    /// The next value, or how the scan ends.
    fn value(&mut self) -> Result<ValueRange, Scan> {
        self.skip_blanks();
        let rest = &self.bytes[self.at..];
        match *rest.first().ok_or(Scan::Incomplete)? {
            quote @ (b'\'' | b'"') => self.quoted(1, quote, self.has_backslash_escapes),
            b'_' => self.introduced(),
            letter @ (b'N' | b'n' | b'E' | b'e' | b'X' | b'x' | b'B' | b'b' | b'0') => {
                match (letter, rest.get(1)) {
                    (_, None) => Err(Scan::Incomplete),
                    (b'0', Some(b'x' | b'X')) => Ok(self.bare_hexadecimal()),
                    (b'X' | b'x', Some(b'\'')) => {
                        let inside = self.quoted(2, b'\'', false)?;
                        Ok(ValueRange {
                            writing: Writing::Hexadecimal,
                            ..inside
                        })
                    }
                    (b'E' | b'e', Some(b'\'')) => self.quoted(2, b'\'', true),
                    (b'N' | b'n' | b'B' | b'b', Some(b'\'')) => {
                        self.quoted(2, b'\'', self.has_backslash_escapes)
                    }
                    _ => self.bare(),
                }
            }
            _ => self.bare(),
        }
    }

    /// A value behind the name of its character set, such as `_binary 'x'`.
    fn introduced(&mut self) -> Result<ValueRange, Scan> {
        let name_bytes = self.bytes[self.at..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        if name_bytes > 64 {
            return Err(Scan::Broken("a value cannot be read"));
        }
        self.at += name_bytes;
        self.skip_blanks();
        match self.bytes.get(self.at) {
            None => Err(Scan::Incomplete),
            Some(b'_') => Err(Scan::Broken("a value cannot be read")),
            Some(_) => self.value(),
        }
    }

    fn quoted(
        &mut self,
        opening_bytes: usize,
        quote: u8,
        has_backslash_escapes: bool,
    ) -> Result<ValueRange, Scan> {
        let start = self.at + opening_bytes;
        let (end, is_plain) = quotation_end(self.bytes, start, quote, has_backslash_escapes)
            .ok_or(Scan::Incomplete)?;
        self.at = end + 1;
        Ok(ValueRange {
            start,
            end,
            writing: Writing::Quoted {
                quote,
                has_backslash_escapes,
                is_plain,
            },
        })
    }

    fn bare_hexadecimal(&mut self) -> ValueRange {
        let start = self.at + 2;
        let digit_count = self.bytes[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_hexdigit())
            .count();
        self.at = start + digit_count;
        ValueRange {
            start,
            end: self.at,
            writing: Writing::Hexadecimal,
        }
    }

    /// A number of digits alone, as most values of a forum are.
    fn number(&mut self) -> Option<ValueRange> {
        let rest = &self.bytes[self.at..];
        let digit_count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let is_whole = matches!(rest.get(digit_count), Some(b',' | b')'));
        if !is_whole || !(1..=BARE_BYTES_MAX).contains(&digit_count) {
            return None;
        }
        let start = self.at;
        self.at += digit_count;
        Some(ValueRange {
            start,
            end: self.at,
            writing: Writing::Bare,
        })
    }

    /// A number, a word, or a call with its arguments.
    fn bare(&mut self) -> Result<ValueRange, Scan> {
        let start = self.at;
        if let Some(number) = self.number() {
            return Ok(number);
        }
        let (mut depth, mut quoted_bytes, mut is_word) = (0, 0, true);
        loop {
            let byte = *self.bytes.get(self.at).ok_or(Scan::Incomplete)?;
            match byte {
                b',' | b')' if depth == 0 => break,
                b'\'' => {
                    let inside = self.quoted(1, b'\'', self.has_backslash_escapes)?;
                    quoted_bytes += inside.end - inside.start;
                    is_word = false;
                    continue;
                }
                b'(' if depth < BARE_DEPTH_MAX => depth += 1,
                b')' => depth -= 1,
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'+' | b'-' | b'.' | b'_' => {
                    self.at += 1;
                    continue;
                }
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' | b'*' | b'/' | b'|' | b'@' => {}
                _ => return Err(Scan::Broken("a value cannot be read")),
            }
            is_word &= matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
            self.at += 1;
            if self.at - start - quoted_bytes > BARE_BYTES_MAX {
                return Err(Scan::Broken("a value cannot be read"));
            }
        }
        if self.at - start - quoted_bytes > BARE_BYTES_MAX {
            return Err(Scan::Broken("a value cannot be read"));
        }
        Ok(bare_range(self.bytes, start, self.at, is_word))
    }
}

/// What a value outside quotes is. `UNHEX('…')` is how some programs write bytes.
fn bare_range(bytes: &[u8], start: usize, end: usize, is_word: bool) -> ValueRange {
    let text = bytes[start..end].trim_ascii_end();
    let whole = ValueRange {
        start,
        end: start + text.len(),
        writing: Writing::Expression,
    };
    let has_call = text
        .get(..7)
        .is_some_and(|call| call.eq_ignore_ascii_case(b"UNHEX('"));
    if has_call && text.ends_with(b"')") && text.len() >= 9 {
        return ValueRange {
            start: start + 7,
            end: start + text.len() - 2,
            writing: Writing::Hexadecimal,
        };
    }
    let writing = if text.eq_ignore_ascii_case(b"NULL") {
        Writing::Null
    } else if is_word && !text.is_empty() {
        Writing::Bare
    } else {
        Writing::Expression
    };
    ValueRange { writing, ..whole }
}
