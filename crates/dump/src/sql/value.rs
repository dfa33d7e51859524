//! Values as text: escapes resolved, bytes decoded.

use std::borrow::Cow;

use super::tuple::{ValueRange, Writing};
use crate::TextEncoding;

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SqlValue<'a> {
    /// NULL.
    Null,
    /// A number, or a word such as TRUE, as it is written.
    Bare(&'a str),
    /// A text.
    Text {
        /// The text without quotes and escapes.
        text: Cow<'a, str>,
        /// Whether bytes that are invalid in the file's encoding were replaced by U+FFFD.
        is_lossy: bool,
    },
    /// A call or a sum, which is not computed, or hexadecimal digits that cannot be read.
    Unknown,
}

/// How the bytes of values are decoded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decoding {
    /// The file's encoding as stated or detected.
    pub(super) file: TextEncoding,
    /// The encoding that the dump names, for values that are not UTF-8. The head of a dump is
    /// often nothing but a schema in ASCII, from which no encoding can be detected.
    pub(super) named: Option<TextEncoding>,
}

impl Decoding {
    fn decode<'a>(self, bytes: Cow<'a, [u8]>) -> SqlValue<'a> {
        if self.file == TextEncoding::UTF_8 || self.file.needs_transcoding() {
            let bytes = match as_utf_8(bytes) {
                Ok(text) => {
                    return SqlValue::Text {
                        text,
                        is_lossy: false,
                    };
                }
                Err(bytes) => bytes,
            };
            return decode_with(self.named.unwrap_or(TextEncoding::UTF_8), &bytes);
        }
        decode_with(self.file, &bytes)
    }
}

fn as_utf_8(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, str>, Cow<'_, [u8]>> {
    match bytes {
        Cow::Borrowed(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(_) => Err(Cow::Borrowed(bytes)),
        },
        Cow::Owned(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Owned(text)),
            Err(error) => Err(Cow::Owned(error.into_bytes())),
        },
    }
}

fn decode_with<'a>(encoding: TextEncoding, bytes: &[u8]) -> SqlValue<'a> {
    let mut scratch = String::new();
    let (text, is_lossy) = encoding.decode(bytes, &mut scratch);
    SqlValue::Text {
        text: Cow::Owned(text.to_string()),
        is_lossy,
    }
}

/// The value that stands in a range of a row.
pub(super) fn read_value(row: &[u8], range: ValueRange, decoding: Decoding) -> SqlValue<'_> {
    let bytes = row.get(range.start..range.end).unwrap_or_default();
    match range.writing {
        Writing::Null => SqlValue::Null,
        Writing::Expression => SqlValue::Unknown,
        Writing::Bare => std::str::from_utf8(bytes).map_or(SqlValue::Unknown, SqlValue::Bare),
        Writing::Hexadecimal => match from_hexadecimal(bytes) {
            Some(bytes) => decoding.decode(Cow::Owned(bytes)),
            None => SqlValue::Unknown,
        },
        Writing::Quoted { is_plain: true, .. } => decoding.decode(Cow::Borrowed(bytes)),
        Writing::Quoted {
            quote,
            has_backslash_escapes,
            ..
        } => decoding.decode(Cow::Owned(unquoted(bytes, quote, has_backslash_escapes))),
        Writing::Field => decoding.decode(copy_field(bytes)),
    }
}

/// Resolves doubled quotes, and the escapes of MySQL. A backslash before any other character
/// stands for that character.
fn unquoted(bytes: &[u8], quote: u8, has_backslash_escapes: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let found = if has_backslash_escapes {
            memchr::memchr2(quote, b'\\', rest)
        } else {
            memchr::memchr(quote, rest)
        };
        let Some(at) = found else {
            out.extend_from_slice(rest);
            return out;
        };
        out.extend_from_slice(&rest[..at]);
        let Some(escaped) = rest.get(at + 1) else {
            return out;
        };
        if rest[at] == b'\\' {
            push_escaped(*escaped, &mut out);
        } else {
            out.push(quote);
        }
        rest = &rest[at + 2..];
    }
}

fn push_escaped(escaped: u8, out: &mut Vec<u8>) {
    match escaped {
        b'0' => out.push(0),
        b'b' => out.push(8),
        b'n' => out.push(b'\n'),
        b'r' => out.push(b'\r'),
        b't' => out.push(b'\t'),
        b'Z' => out.push(26),
        // These keep their backslash: MySQL means them for patterns.
        b'%' | b'_' => out.extend_from_slice(&[b'\\', escaped]),
        other => out.push(other),
    }
}

/// Resolves the escapes of COPY.
fn copy_field(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', bytes).is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        let (byte, length) = copy_escape(rest);
        out.extend(byte);
        rest = &rest[length..];
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// The byte that an escape of COPY stands for, and the length of what follows the backslash.
fn copy_escape(rest: &[u8]) -> (Option<u8>, usize) {
    let Some(&first) = rest.first() else {
        return (None, 0);
    };
    let byte = match first {
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'0'..=b'7' => return numeric_escape(rest, 0, 3, 8),
        b'x' if rest.get(1).is_some_and(u8::is_ascii_hexdigit) => {
            return numeric_escape(rest, 1, 2, 16);
        }
        other => other,
    };
    (Some(byte), 1)
}

fn numeric_escape(
    rest: &[u8],
    start: usize,
    digit_count_max: usize,
    base: u32,
) -> (Option<u8>, usize) {
    let digits = rest[start..]
        .iter()
        .take(digit_count_max)
        .map_while(|byte| char::from(*byte).to_digit(base));
    let (sum, count) = digits.fold((0, 0), |(sum, count), digit| {
        (sum * base + digit, count + 1)
    });
    (Some((sum & 0xFF) as u8), start + count)
}

fn from_hexadecimal(digits: &[u8]) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|[high, low]| Some((value(*high)? * 16 + value(*low)?) as u8))
        .collect()
}
