//! One decompressed file as a buffered stream that knows its position.
//!
//! Every syntax of this crate reads through [`FileReader`]. It knows no syntax itself.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::decompress::Prefixed;
use crate::encoding::Transcoder;
use crate::row::RowBuffer;
use crate::{InputError, Limits, Span, TextEncoding};

const BUFFER_BYTES: usize = 256 << 10;
const HEAD_BYTES: usize = 64 << 10;
const UTF_8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A file on the disk and how much has been read out of it, so that a small file cannot expand
/// without bound, however its expansion is spread over members.
#[derive(Debug, Clone)]
pub(crate) struct ExpansionGuard {
    pub(crate) disk_name: Arc<str>,
    pub(crate) disk_bytes: u64,
    pub(crate) delivered_bytes: Arc<AtomicU64>,
}

impl ExpansionGuard {
    fn deliver(&self, bytes: u64, limits: &Limits) -> Result<(), InputError> {
        let delivered_bytes = self.delivered_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let allowed_bytes = self
            .disk_bytes
            .saturating_mul(limits.expansion_ratio_max)
            .max(limits.expansion_bytes_always_allowed);
        if delivered_bytes > allowed_bytes {
            return Err(InputError::Expansion {
                file: Arc::clone(&self.disk_name),
                ratio: limits.expansion_ratio_max,
            });
        }
        Ok(())
    }
}

/// One file of an [`crate::Input`], decompressed, read from front to back.
pub struct FileReader<'a> {
    file: Arc<str>,
    source: Box<dyn Read + 'a>,
    limits: Limits,
    encoding: TextEncoding,
    guard: Option<ExpansionGuard>,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    byte_position: u64,
    line: u64,
    line_byte_start: u64,
}

impl<'a> FileReader<'a> {
    /// Reads from any stream; gzip and zstd are recognised by their first bytes.
    ///
    /// `encoding` overrides detection. There is no expansion guard here, since the size on the
    /// disk is not known.
    ///
    /// # Errors
    ///
    /// Where the compressed stream is damaged from its start.
    pub fn from_stream(
        file: impl Into<Arc<str>>,
        stream: impl Read + 'a,
        limits: &Limits,
        encoding: Option<TextEncoding>,
    ) -> Result<Self, InputError> {
        Self::open(file.into(), Box::new(stream), limits, encoding, None)
    }

    pub(crate) fn open(
        file: Arc<str>,
        stream: Box<dyn Read + 'a>,
        limits: &Limits,
        encoding: Option<TextEncoding>,
        guard: Option<ExpansionGuard>,
    ) -> Result<Self, InputError> {
        let plain = crate::decompress::decompressed(stream, limits)
            .map_err(|error| InputError::from_io(&file, 0, limits, error))?;
        let mut source = Prefixed::peek(plain, HEAD_BYTES);
        let encoding = encoding.unwrap_or_else(|| TextEncoding::detect(source.head()));
        let has_mark = encoding == TextEncoding::UTF_8 && source.head().starts_with(UTF_8_MARK);
        let mark_bytes = if has_mark { UTF_8_MARK.len() } else { 0 };
        source.skip(mark_bytes);
        let source: Box<dyn Read + 'a> = if encoding.needs_transcoding() {
            Box::new(Transcoder::new(source, encoding))
        } else {
            Box::new(source)
        };
        Ok(Self {
            file,
            source,
            limits: limits.clone(),
            encoding,
            guard,
            buffer: vec![0; BUFFER_BYTES].into_boxed_slice(),
            start: 0,
            end: 0,
            byte_position: mark_bytes as u64,
            line: 1,
            line_byte_start: mark_bytes as u64,
        })
    }

    /// Name of the file relative to the input, `archive.zip!member` for a member of an archive.
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// The bounds that apply.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The encoding, as stated or detected.
    pub fn encoding(&self) -> TextEncoding {
        self.encoding
    }

    /// Bytes consumed so far, counted as in [`Span`].
    pub fn byte_position(&self) -> u64 {
        self.byte_position
    }

    /// The line of the next byte, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The unread part of the buffer, read from the file if there is none; empty at the end.
    ///
    /// # Errors
    ///
    /// Truncated or damaged compression, failure to read, or expansion beyond the limits.
    pub fn fill(&mut self) -> Result<&[u8], InputError> {
        if self.start == self.end {
            self.refill()?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    /// Marks bytes that [`FileReader::fill`] gave as read.
    pub fn consume(&mut self, count: usize) {
        let consumed = &self.buffer[self.start..self.end][..count];
        if let Some(last) = memchr::memrchr(b'\n', consumed) {
            self.line += memchr::memchr_iter(b'\n', consumed).count() as u64;
            self.line_byte_start = self.byte_position + last as u64 + 1;
        }
        self.start += count;
        self.byte_position += count as u64;
    }

    /// Reads at most `count` bytes as text, for recognising formats.
    ///
    /// A shorter file gives what it has.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read or decompressed to that length.
    pub fn read_head(&mut self, count: usize) -> Result<String, InputError> {
        let mut head = Vec::new();
        while head.len() < count {
            let chunk = self.fill()?;
            if chunk.is_empty() {
                break;
            }
            let taken = chunk.len().min(count - head.len());
            head.extend_from_slice(&chunk[..taken]);
            self.consume(taken);
        }
        let mut scratch = String::new();
        Ok(self.encoding.decode(&head, &mut scratch).0.to_string())
    }

    fn refill(&mut self) -> Result<(), InputError> {
        let count = loop {
            match self.source.read(&mut self.buffer) {
                Ok(count) => break count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(InputError::from_io(
                        &self.file,
                        self.byte_position,
                        &self.limits,
                        error,
                    ));
                }
            }
        };
        if let Some(guard) = &self.guard {
            guard.deliver(count as u64, &self.limits)?;
        }
        self.start = 0;
        self.end = count;
        Ok(())
    }

    /// The next byte without consuming it.
    pub(crate) fn peek(&mut self) -> Result<Option<u8>, InputError> {
        Ok(self.fill()?.first().copied())
    }

    /// Moves one byte into the buffer. There must be one.
    pub(crate) fn take_byte(&mut self, into: &mut RowBuffer) -> Result<(), InputError> {
        let byte = [self.fill()?.first().copied().unwrap_or_default()];
        into.push(&byte);
        self.consume(1);
        Ok(())
    }

    /// Moves bytes into the buffer up to, not including, the first one that `find` points at.
    /// Says whether there was one.
    pub(crate) fn take_until(
        &mut self,
        find: impl Fn(&[u8]) -> Option<usize>,
        into: &mut RowBuffer,
    ) -> Result<bool, InputError> {
        self.pass_until(find, |chunk| into.push(chunk))
    }

    /// As [`FileReader::take_until`], without keeping the bytes.
    pub(crate) fn skip_until(
        &mut self,
        find: impl Fn(&[u8]) -> Option<usize>,
    ) -> Result<bool, InputError> {
        self.pass_until(find, |_| ())
    }

    fn pass_until(
        &mut self,
        find: impl Fn(&[u8]) -> Option<usize>,
        mut keep: impl FnMut(&[u8]),
    ) -> Result<bool, InputError> {
        loop {
            let chunk = self.fill()?;
            if chunk.is_empty() {
                return Ok(false);
            }
            let found = find(chunk);
            let count = found.unwrap_or(chunk.len());
            keep(&chunk[..count]);
            self.consume(count);
            if found.is_some() {
                return Ok(true);
            }
        }
    }

    /// Skips bytes up to and including the given sequence. Says whether it was there.
    pub(crate) fn skip_past(&mut self, sequence: &[u8]) -> Result<bool, InputError> {
        self.pass_past(sequence, |_| ())
    }

    /// As [`FileReader::skip_past`], keeping the bytes.
    pub(crate) fn take_past(
        &mut self,
        sequence: &[u8],
        into: &mut RowBuffer,
    ) -> Result<bool, InputError> {
        self.pass_past(sequence, |byte| into.push(&[byte]))
    }

    fn pass_past(&mut self, sequence: &[u8], mut keep: impl FnMut(u8)) -> Result<bool, InputError> {
        let mut matched = 0;
        while let Some(byte) = self.peek()? {
            self.consume(1);
            keep(byte);
            // The sequences are "-->", "]]>" and "?>": after a mismatch, a repeated first byte
            // keeps the match as long as it was.
            matched = if byte == sequence[matched] {
                matched + 1
            } else if matched > 0 && byte == sequence[matched - 1] {
                matched
            } else {
                usize::from(byte == sequence[0])
            };
            if matched == sequence.len() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Bytes between the start of the current line and the next byte.
    pub(crate) fn column(&self) -> u64 {
        self.byte_position - self.line_byte_start
    }

    /// The span from a remembered start to here.
    pub(crate) fn span_from(&self, start: Mark) -> Span {
        Span {
            byte_start: start.byte,
            byte_end: self.byte_position,
            line: start.line,
        }
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            byte: self.byte_position,
            line: self.line,
        }
    }

    pub(crate) fn truncated(&self) -> InputError {
        InputError::Truncated {
            file: Arc::clone(&self.file),
            byte: self.byte_position,
        }
    }

    pub(crate) fn malformed(&self, what: impl Into<String>) -> InputError {
        InputError::Malformed {
            file: Arc::clone(&self.file),
            byte: self.byte_position,
            what: what.into(),
        }
    }
}

/// A remembered position.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) byte: u64,
    pub(crate) line: u64,
}
