//! The part of a file that is being looked at, as one slice.
//!
//! A statement of a dump may be as large as the file, a row is not. So the scanners of this
//! module are functions over a slice that say when they need more, and the window grows until
//! a row fits.

use crate::{FileReader, InputError, Span};

/// Capacity that is kept when little of it is in use.
const KEPT_CAPACITY_BYTES: usize = 2 << 20;

/// A growing view of the unread part of a file.
pub(super) struct Window<'r, 'f> {
    reader: &'r mut FileReader<'f>,
    bytes: Vec<u8>,
    start: usize,
    byte_position: u64,
    line: u64,
}

/// A remembered position.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    pub(super) byte: u64,
    pub(super) line: u64,
}

impl<'r, 'f> Window<'r, 'f> {
    pub(super) fn new(reader: &'r mut FileReader<'f>) -> Self {
        Self {
            byte_position: reader.byte_position(),
            line: reader.line(),
            reader,
            bytes: Vec::new(),
            start: 0,
        }
    }

    pub(super) fn reader(&self) -> &FileReader<'f> {
        self.reader
    }

    /// What has been read and not passed.
    pub(super) fn rest(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Doubles what can be seen, so that looking at it anew after each growth costs no more than
    /// looking at it twice. False at the end of the file.
    pub(super) fn grow(&mut self) -> Result<bool, InputError> {
        self.bytes.drain(..self.start);
        self.start = 0;
        if self.bytes.len() * 4 < KEPT_CAPACITY_BYTES && self.bytes.capacity() > KEPT_CAPACITY_BYTES
        {
            self.bytes.shrink_to(KEPT_CAPACITY_BYTES);
        }
        let before = self.bytes.len();
        while self.bytes.len() <= 2 * before {
            let chunk = self.reader.fill()?;
            let count = chunk.len();
            if count == 0 {
                break;
            }
            self.bytes.extend_from_slice(chunk);
            self.reader.consume(count);
        }
        Ok(self.bytes.len() > before)
    }

    /// Grows until so many bytes can be seen, or the file ends.
    pub(super) fn grow_to(&mut self, count: usize) -> Result<(), InputError> {
        while self.rest().len() < count && self.grow()? {}
        Ok(())
    }

    /// Passes bytes that can be seen.
    pub(super) fn advance(&mut self, count: usize) {
        let passed = &self.bytes[self.start..self.start + count];
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.start += count;
        self.byte_position += count as u64;
    }

    /// Passes bytes as long as they are of a kind.
    pub(super) fn skip_while(&mut self, is_passed: impl Fn(u8) -> bool) -> Result<(), InputError> {
        loop {
            let rest = self.rest();
            let count = rest.iter().take_while(|byte| is_passed(**byte)).count();
            let is_done = count < rest.len();
            self.advance(count);
            if is_done || !self.grow()? {
                return Ok(());
            }
        }
    }

    /// Passes everything up to and including a sequence. Says whether it was there.
    pub(super) fn skip_past(&mut self, sequence: &[u8]) -> Result<bool, InputError> {
        loop {
            if let Some(at) = memchr::memmem::find(self.rest(), sequence) {
                self.advance(at + sequence.len());
                return Ok(true);
            }
            // The end may hold the beginning of the sequence.
            let kept = self.rest().len().min(sequence.len() - 1);
            self.advance(self.rest().len() - kept);
            if !self.grow()? {
                self.advance(self.rest().len());
                return Ok(false);
            }
        }
    }

    pub(super) fn here(&self) -> Start {
        Start {
            byte: self.byte_position,
            line: self.line,
        }
    }

    pub(super) fn span_from(&self, start: Start) -> Span {
        Span {
            byte_start: start.byte,
            byte_end: self.byte_position,
            line: start.line,
        }
    }
}
