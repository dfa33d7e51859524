//! Lines of bounded length, for JSON lines and logs.

use crate::row::RowBuffer;
use crate::{FileReader, Found, InputError, Row};

/// Reads lines, without their line break.
pub struct Lines<'r, 'f> {
    reader: &'r mut FileReader<'f>,
    buffer: RowBuffer,
    is_last_line_open: bool,
}

impl<'r, 'f> Lines<'r, 'f> {
    /// Starts at the reader's position.
    pub fn new(reader: &'r mut FileReader<'f>) -> Self {
        let buffer = RowBuffer::new(reader.limits().row_bytes_max);
        Self {
            reader,
            buffer,
            is_last_line_open: false,
        }
    }

    /// The next line that is not blank, `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of the reader. An over-long line is no error but [`Found::Unreadable`].
    pub fn next_line(&mut self) -> Result<Option<Found<Row<'_>>>, InputError> {
        loop {
            if self.reader.fill()?.is_empty() {
                return Ok(None);
            }
            let start = self.reader.mark();
            self.buffer.clear();
            let has_break = self
                .reader
                .take_until(|chunk| memchr::memchr(b'\n', chunk), &mut self.buffer)?;
            self.is_last_line_open = !has_break;
            let span = self.reader.span_from(start);
            if has_break {
                self.reader.consume(1);
            }
            if self.buffer.is_over() {
                return Ok(Some(Found::Unreadable(self.buffer.over_limit(span))));
            }
            if !self.buffer.bytes().trim_ascii().is_empty() {
                let encoding = self.reader.encoding();
                return Ok(Some(Found::Readable(self.buffer.row(encoding, span))));
            }
        }
    }

    /// Whether the line given last ends with the file instead of a line break. Such a line may
    /// have been cut.
    pub fn is_last_line_open(&self) -> bool {
        self.is_last_line_open
    }

    /// Bytes read so far.
    pub fn byte_position(&self) -> u64 {
        self.reader.byte_position()
    }

    /// The error that says that the file ends here in the middle of a row.
    pub fn truncated(&self) -> InputError {
        self.reader.truncated()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use std::io::Read;

    fn read(bytes: impl Read, limits: &Limits) -> (Vec<String>, bool) {
        let mut file = FileReader::from_stream("a.jsonl", bytes, limits, None).unwrap();
        let mut lines = Lines::new(&mut file);
        let mut out = Vec::new();
        while let Some(found) = lines.next_line().unwrap() {
            out.push(match found {
                Found::Readable(row) => {
                    format!("{}@{}: {}", row.span.line, row.span.byte_start, row.text)
                }
                Found::Unreadable(lost) => format!(
                    "{}@{}: {}",
                    lost.span.line, lost.span.byte_start, lost.reason
                ),
            });
        }
        (out, lines.is_last_line_open())
    }

    #[test]
    fn lines_are_given_with_their_place_and_blank_ones_are_not() {
        let (lines, is_open) = read("a\n\n \r\nb\0\r\nc".as_bytes(), &Limits::default());
        assert_eq!(lines, ["1@0: a", "4@6: b\0\r", "5@10: c"]);
        assert!(is_open);
        assert!(!read("a\n".as_bytes(), &Limits::default()).1);
    }

    #[test]
    fn line_of_many_buffers_is_passed_over_without_being_held() {
        let limits = Limits {
            row_bytes_max: 1000,
            ..Limits::default()
        };
        let giant = std::io::repeat(b'x')
            .take(200 << 20)
            .chain("\nshort\n".as_bytes());
        let (lines, _) = read(giant, &limits);
        assert_eq!(
            lines,
            [
                "1@0: the row is longer than 1000 bytes",
                "2@209715201: short"
            ]
        );
    }
}
