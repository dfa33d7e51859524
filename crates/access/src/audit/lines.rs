//! Lines of a segment, with their places, in bounded memory.

use std::io::{BufRead, Read};

use super::entry::LINE_BYTES_MAX;

/// A line as it is in the file.
pub(super) enum Line<'a> {
    /// With its end.
    Whole(&'a [u8]),
    /// The last bytes of the file, without a line end.
    Torn,
    /// More bytes than a line may have.
    TooLong,
}

/// Reads lines one after the other into one buffer.
pub(super) struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Bytes of the whole lines that were returned.
    pub byte_count: u64,
    /// Where the line that was returned last begins.
    pub line_start: u64,
    /// Lines that were returned, whole or not.
    pub line_count: u64,
}

impl<R: BufRead> Lines<R> {
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            byte_count: 0,
            line_start: 0,
            line_count: 0,
        }
    }

    /// The next line, or nothing at the end of the file.
    pub fn next(&mut self) -> std::io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let byte_count = self
            .reader
            .by_ref()
            .take(LINE_BYTES_MAX as u64 + 1)
            .read_until(b'\n', &mut self.buffer)?;
        if byte_count == 0 {
            return Ok(None);
        }
        self.line_count += 1;
        self.line_start = self.byte_count;
        if byte_count > LINE_BYTES_MAX {
            return Ok(Some(Line::TooLong));
        }
        if self.buffer.last() != Some(&b'\n') {
            return Ok(Some(Line::Torn));
        }
        self.byte_count += byte_count as u64;
        Ok(Some(Line::Whole(&self.buffer)))
    }
}
