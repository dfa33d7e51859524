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

/// Cuts an object or a list. A whole chunk of the file is scanned before it is moved, since most
/// values are far smaller than one.
fn cut_container(reader: &mut FileReader<'_>, into: &mut RowBuffer) -> Result<Cut, InputError> {
    let mut scan = ContainerScan::new(reader.limits().json_depth_max as u64);
    loop {
        let chunk = reader.fill()?;
        if chunk.is_empty() {
            return Err(reader.truncated());
        }
        let (count, cut) = scan.pass(chunk);
        into.push(&chunk[..count]);
        reader.consume(count);
        if let Some(cut) = cut {
            return Ok(cut);
        }
    }
}

/// What the next byte of a container stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Container,
    String,
    /// Right behind a backslash.
    Escape,
}

/// How far into a container a scan has come.
struct ContainerScan {
    brackets: OpenBrackets,
    inside: Inside,
    depth_max: u64,
    is_too_deep: bool,
}

impl ContainerScan {
    fn new(depth_max: u64) -> Self {
        Self {
            brackets: OpenBrackets::default(),
            inside: Inside::Container,
            depth_max,
            is_too_deep: false,
        }
    }

    /// Passes over bytes: how many belong to the container, and what came of it if it ended or
    /// broke within them.
    fn pass(&mut self, bytes: &[u8]) -> (usize, Option<Cut>) {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let found = match self.inside {
                Inside::Container => rest
                    .iter()
                    .position(|byte| BRACKETS_AND_QUOTES[usize::from(*byte)]),
                Inside::String => memchr::memchr3(b'"', b'\\', b'\n', rest),
                Inside::Escape => Some(0),
            };
            let Some(offset) = found else {
                return (bytes.len(), None);
            };
            at += offset;
            match self.step(bytes[at]) {
                Step::Pass => at += 1,
                Step::Stay => {}
                Step::End(cut) => return (at + 1, Some(cut)),
                Step::Break(reason) => return (at, Some(Cut::Broken(reason))),
            }
        }
        (at, None)
    }

    /// Takes in one byte that means something.
    fn step(&mut self, byte: u8) -> Step {
        match (self.inside, byte) {
            (Inside::Escape, b'\n') => {
                self.inside = Inside::String;
                return Step::Stay;
            }
            (Inside::String, b'\n') => return Step::Break(LINE_BREAK_IN_STRING),
            (Inside::String, b'\\') => self.inside = Inside::Escape,
            (Inside::Escape, _) | (Inside::Container, b'"') => self.inside = Inside::String,
            (Inside::String, _) => self.inside = Inside::Container,
            (Inside::Container, b'{' | b'[') => {
                self.brackets.open(byte);
                self.is_too_deep |= self.brackets.depth > self.depth_max;
            }
            (Inside::Container, _) if !self.brackets.close(byte) => {
                return Step::Break("brackets do not match");
            }
            (Inside::Container, _) if self.brackets.depth == 0 => {
                return Step::End(if self.is_too_deep {
                    Cut::TooDeep
                } else {
                    Cut::Whole
                });
            }
            (Inside::Container, _) => {}
        }
        Step::Pass
    }
}

/// What a byte of a container leads to.
enum Step {
    /// It belongs to the container, which goes on.
    Pass,
    /// It is to be looked at again.
    Stay,
    /// It is the last one.
    End(Cut),
    /// It cannot stand there.
    Break(&'static str),
}

const LINE_BREAK_IN_STRING: &str = "a line break stands inside a string";

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
            _ => return Ok(Cut::Broken(LINE_BREAK_IN_STRING)),
        }
    }
}
