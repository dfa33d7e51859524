//! Cuts one JSON value out of a stream without parsing it: strings, escapes and brackets only.
//!
//! What a value means, and whether it is valid in every detail, is for the JSON parser that gets
//! the cut text. The scanner promises to stop at the value's end if the value is valid, and
//! to notice soon if it is not, so that one damaged value does not swallow those after it.

use crate::row::RowBuffer;
use crate::{FileReader, InputError};

/// What came of a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The value was taken to its end.
    Whole,
    /// The value was taken to its end but nests too deeply to be parsed.
    TooDeep,
    /// The value is not JSON; the reader stands where this was noticed.
    Broken(&'static str),
}

/// The kinds of the open brackets, one bit each; the limit of nesting keeps them in one word.
#[derive(Default)]
struct OpenBrackets {
    kinds: u128,
    depth: u64,
}

const TRACKED_DEPTH: u64 = 128;

impl OpenBrackets {
    fn open(&mut self, byte: u8) {
        if self.depth < TRACKED_DEPTH {
            let bit = 1u128 << self.depth;
            self.kinds = if byte == b'{' {
                self.kinds | bit
            } else {
                self.kinds & !bit
            };
        }
        self.depth += 1;
    }

    /// Whether the bracket closes the one opened last. Beyond the tracked depth any does; such a
    /// value is not handed out anyway.
    fn close(&mut self, byte: u8) -> bool {
        self.depth -= 1;
        self.depth >= TRACKED_DEPTH || (self.kinds >> self.depth & 1 == 1) == (byte == b'}')
    }
}

/// Moves the value that begins at the reader's position into the buffer.
pub(crate) fn cut_value(
    reader: &mut FileReader<'_>,
    into: &mut RowBuffer,
) -> Result<Cut, InputError> {
    match reader.peek()? {
        Some(b'{' | b'[') => cut_container(reader, into),
        Some(b'"') => cut_string(reader, into),
        Some(byte) if byte.is_ascii_alphanumeric() || byte == b'-' => {
            reader.take_until(
                |chunk| chunk.iter().position(|byte| ends_scalar(*byte)),
                into,
            )?;
            Ok(Cut::Whole)
        }
        Some(_) => Ok(Cut::Broken("no JSON value begins here")),
        None => Err(reader.truncated()),
    }
}

fn ends_scalar(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b',' | b':' | b'"' | b'{' | b'}' | b'[' | b']')
}

const fn brackets_and_quotes() -> [bool; 256] {
    let mut table = [false; 256];
    table[b'"' as usize] = true;
    table[b'{' as usize] = true;
    table[b'}' as usize] = true;
    table[b'[' as usize] = true;
    table[b']' as usize] = true;
    table
}

static BRACKETS_AND_QUOTES: [bool; 256] = brackets_and_quotes();

fn cut_container(reader: &mut FileReader<'_>, into: &mut RowBuffer) -> Result<Cut, InputError> {
    let depth_max = reader.limits().json_depth_max as u64;
    let mut brackets = OpenBrackets::default();
    let mut is_too_deep = false;
    loop {
        let is_structural = |chunk: &[u8]| {
            chunk
                .iter()
                .position(|byte| BRACKETS_AND_QUOTES[usize::from(*byte)])
        };
        if !reader.take_until(is_structural, into)? {
            return Err(reader.truncated());
        }
        match reader.peek()? {
            Some(b'"') => match cut_string(reader, into)? {
                Cut::Whole => continue,
                broken => return Ok(broken),
            },
            Some(byte @ (b'{' | b'[')) => {
                brackets.open(byte);
                is_too_deep |= brackets.depth > depth_max;
            }
            Some(byte) if !brackets.close(byte) => return Ok(Cut::Broken("brackets do not match")),
            _ => {}
        }
        reader.take_byte(into)?;
        if brackets.depth == 0 {
            return Ok(if is_too_deep {
                Cut::TooDeep
            } else {
                Cut::Whole
            });
        }
    }
}

/// Cuts a string with both quotes. JSON allows no line break inside a string, so one means that
/// a quote is missing and stops the cut before it takes in what follows.
pub(crate) fn cut_string(
    reader: &mut FileReader<'_>,
    into: &mut RowBuffer,
) -> Result<Cut, InputError> {
    reader.take_byte(into)?;
    loop {
        if !reader.take_until(|chunk| memchr::memchr3(b'"', b'\\', b'\n', chunk), into)? {
            return Err(reader.truncated());
        }
        match reader.peek()? {
            Some(b'"') => {
                reader.take_byte(into)?;
                return Ok(Cut::Whole);
            }
            Some(b'\\') => {
                reader.take_byte(into)?;
                match reader.peek()? {
                    Some(b'\n') => {}
                    Some(_) => reader.take_byte(into)?,
                    None => return Err(reader.truncated()),
                }
            }
            _ => return Ok(Cut::Broken("a line break stands inside a string")),
        }
    }
}
