//! Messages of an mbox file: cut at their `From ` lines, not parsed.
//!
//! An mbox has no lengths and no closing marks. A message ends where an envelope line begins: one
//! that stands at the start of the file or below a blank line, begins with `From ` and ends with a
//! date (or, in archives of Usenet, is nothing but a number). A sentence that begins with the word
//! "From" is therefore no boundary, whether or not the writing program escaped it. What a
//! message says is for the mail parser that gets the bytes.

use crate::file_reader::Mark;
use crate::row::RowBuffer;
use crate::{FileReader, Found, InputError, Row};

/// An envelope line is short; of a longer one only this much is looked at. Bytes.
const ENVELOPE_BYTES_MAX: usize = 998;

/// Reads messages, each with its envelope line.
pub struct MboxMessages<'r, 'f> {
    reader: &'r mut FileReader<'f>,
    buffer: RowBuffer,
    line: RowBuffer,
    /// Where the envelope line in `line` began, if one was met while the message before was read.
    next_start: Option<Mark>,
    is_started: bool,
}

impl<'r, 'f> MboxMessages<'r, 'f> {
    /// Starts at the reader's position.
    pub fn new(reader: &'r mut FileReader<'f>) -> Self {
        let buffer = RowBuffer::new(reader.limits().mail_bytes_max);
        Self {
            reader,
            buffer,
            line: RowBuffer::new(ENVELOPE_BYTES_MAX),
            next_start: None,
            is_started: false,
        }
    }

    /// Bytes read so far.
    pub fn byte_position(&self) -> u64 {
        self.reader.byte_position()
    }

    /// The next message, `None` at the end. A file that does not begin with an envelope line, as
    /// a saved single mail, is given as one message up to the first envelope line.
    ///
    /// # Errors
    ///
    /// Those of the reader. A message beyond the limit is no error but [`Found::Unreadable`].
    pub fn next_message(&mut self) -> Result<Option<Found<Row<'_>>>, InputError> {
        self.buffer.clear();
        if !self.is_started {
            self.is_started = true;
            self.skip_blank_start()?;
        }
        let start = match self.next_start.take() {
            Some(start) => {
                self.buffer.push(self.line.bytes());
                self.buffer.push(b"\n");
                start
            }
            None if self.reader.fill()?.is_empty() => return Ok(None),
            None => self.reader.mark(),
        };
        let end = self.take_message(start)?;
        let span = crate::Span {
            byte_start: start.byte,
            byte_end: end,
            line: start.line,
        };
        if self.buffer.is_over() {
            return Ok(Some(Found::Unreadable(self.buffer.over_limit(span))));
        }
        let encoding = self.reader.encoding();
        Ok(Some(Found::Readable(self.buffer.row(encoding, span))))
    }

    fn skip_blank_start(&mut self) -> Result<(), InputError> {
        let is_content = |chunk: &[u8]| chunk.iter().position(|byte| !byte.is_ascii_whitespace());
        self.reader.skip_until(is_content)?;
        Ok(())
    }

    /// Takes lines up to the next envelope line, and gives the position at which they end.
    fn take_message(&mut self, start: Mark) -> Result<u64, InputError> {
        let mut is_after_blank = false;
        loop {
            let line_start = self.reader.mark();
            if self.reader.fill()?.is_empty() {
                return Ok(line_start.byte);
            }
            let is_first = line_start.byte == start.byte;
            if !is_first && is_after_blank && self.reader.peek()? == Some(b'F') {
                if self.take_envelope_line()? {
                    self.next_start = Some(line_start);
                    return Ok(line_start.byte);
                }
                is_after_blank = false;
                continue;
            }
            is_after_blank = self.take_line()?;
        }
    }

    /// Takes one line with its break. Says whether it was blank.
    fn take_line(&mut self) -> Result<bool, InputError> {
        let line_start = self.reader.byte_position();
        let is_return = self.reader.peek()? == Some(b'\r');
        let has_break = self
            .reader
            .take_until(|chunk| memchr::memchr(b'\n', chunk), &mut self.buffer)?;
        let length = self.reader.byte_position() - line_start;
        if has_break {
            self.reader.take_byte(&mut self.buffer)?;
        }
        Ok(length == 0 || (length == 1 && is_return))
    }

    /// Reads a line that may be an envelope line. If it is one, it stays in `line`; if not, it
    /// goes to the message. Says which.
    fn take_envelope_line(&mut self) -> Result<bool, InputError> {
        self.line.clear();
        let mut taken = 0;
        while taken < ENVELOPE_BYTES_MAX {
            match self.reader.peek()? {
                Some(b'\n') | None => break,
                Some(_) => self.reader.take_byte(&mut self.line)?,
            }
            taken += 1;
        }
        let has_end = matches!(self.reader.peek()?, Some(b'\n') | None);
        if has_end && is_envelope(self.line.bytes()) {
            if self.reader.peek()?.is_some() {
                self.reader.consume(1);
            }
            return Ok(true);
        }
        self.buffer.push(self.line.bytes());
        self.take_line()?;
        Ok(false)
    }
}

/// Whether a line is an envelope line: `From `, a sender, and a date with a clock time and a
/// year among its last words; or `From ` and a number.
pub fn is_envelope(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else {
        return false;
    };
    let rest = rest.trim_ascii();
    let is_digits = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_digit);
    if is_digits(rest.strip_prefix(b"-").unwrap_or(rest)) {
        return true;
    }
    let words = || {
        rest.rsplit(|byte| *byte == b' ')
            .filter(|word| !word.is_empty())
            .take(4)
    };
    let is_year = |word: &[u8]| word.len() == 4 && is_digits(word);
    words().any(is_year) && words().any(is_clock_time)
}

fn is_clock_time(word: &[u8]) -> bool {
    matches!(word, [a, b, b':', c, d, rest @ ..]
        if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()) && (rest.is_empty() || rest[0] == b':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use std::io::Read;

    fn read(bytes: impl Read, limits: &Limits) -> Vec<String> {
        let mut file = FileReader::from_stream("a.mbox", bytes, limits, None).unwrap();
        let mut messages = MboxMessages::new(&mut file);
        let mut out = Vec::new();
        while let Some(found) = messages.next_message().unwrap() {
            out.push(match found {
                Found::Readable(row) => format!(
                    "{}..{} line {}: {:?}",
                    row.span.byte_start, row.span.byte_end, row.span.line, row.text
                ),
                Found::Unreadable(lost) => format!(
                    "{}..{} line {}: {}",
                    lost.span.byte_start, lost.span.byte_end, lost.span.line, lost.reason
                ),
            });
        }
        out
    }

    const ENVELOPE: &str = "From a@b.example Mon Nov  7 18:44:27 2016";

    #[test]
    fn messages_are_cut_at_envelope_lines_only() {
        let text = format!(
            "\n{ENVELOPE}\nSubject: x\n\nFrom here on it rained.\n{ENVELOPE}\n\n{ENVELOPE}\r\nA: b\r\n\r\n{ENVELOPE}"
        );
        let spans: Vec<String> = read(text.as_bytes(), &Limits::default());
        expect_test::expect![[r#"
            [
                "1..122 line 2: \"From a@b.example Mon Nov  7 18:44:27 2016\\nSubject: x\\n\\nFrom here on it rained.\\nFrom a@b.example Mon Nov  7 18:44:27 2016\\n\\n\"",
                "122..173 line 8: \"From a@b.example Mon Nov  7 18:44:27 2016\\r\\nA: b\\r\\n\\r\\n\"",
                "173..214 line 11: \"From a@b.example Mon Nov  7 18:44:27 2016\\n\"",
            ]
        "#]]
        .assert_debug_eq(&spans);
    }

    #[test]
    fn lines_are_told_from_envelopes_by_their_date() {
        for line in [
            ENVELOPE,
            "From goran at domain.com  Wed Dec  1 08:26:40 2010",
            "From 1550@xxx Mon Mar 17 09:35:25 +0000 2008",
            "From -8843203948",
        ] {
            assert!(is_envelope(line.as_bytes()), "{line}");
        }
        for line in [
            "",
            "From ",
            "From here to 2016",
            "From: a",
            "From - x",
            ">From a 10:10 2016",
            "From 10:10 on",
        ] {
            assert!(!is_envelope(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn giant_message_and_giant_line_are_passed_over() {
        let limits = Limits {
            mail_bytes_max: 1000,
            ..Limits::default()
        };
        let giant = format!("{ENVELOPE}\n\n")
            .into_bytes()
            .chain_giant(format!("\n\n{ENVELOPE}\nA: b\n"));
        assert_eq!(
            read(giant, &limits),
            [
                "0..104857645 line 1: the row is longer than 1000 bytes".to_string(),
                format!(
                    "104857645..104857692 line 5: {:?}",
                    format!("{ENVELOPE}\nA: b\n")
                ),
            ]
        );
    }

    trait ChainGiant {
        fn chain_giant(self, after: String) -> Box<dyn Read>;
    }

    impl ChainGiant for Vec<u8> {
        fn chain_giant(self, after: String) -> Box<dyn Read> {
            let giant = std::io::repeat(b'F').take(100 << 20);
            Box::new(
                std::io::Cursor::new(self)
                    .chain(giant)
                    .chain(std::io::Cursor::new(after)),
            )
        }
    }

    #[test]
    fn every_byte_belongs_to_one_message_whatever_the_cut() {
        let text =
            format!("{ENVELOPE}\nA: b\n\nFrom x\n\n{ENVELOPE}\n\n\n\n{ENVELOPE}\nC: d\n\ne\n");
        for length in 0..=text.len() {
            let mut file =
                FileReader::from_stream("a", &text.as_bytes()[..length], &Limits::default(), None)
                    .unwrap();
            let mut messages = MboxMessages::new(&mut file);
            let mut end = 0;
            while let Some(Found::Readable(row)) = messages.next_message().unwrap() {
                assert_eq!(row.span.byte_start, end);
                end = row.span.byte_end;
            }
            assert_eq!(end as usize, length);
        }
    }
}
