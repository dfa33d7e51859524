//! Rows and their place: what every syntax of this crate hands out.

use crate::TextEncoding;

/// A range of bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Offset of the first byte in the decompressed file. Where the file had to be transcoded as
    /// a whole (UTF-16 and multi-byte encodings other than UTF-8), the offset in its UTF-8 form.
    pub byte_start: u64,
    /// Offset after the last byte, counted in the same way.
    pub byte_end: u64,
    /// Line on which the range begins, counted from 1.
    pub line: u64,
}

/// The text of one row.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The row as text.
    pub text: &'a str,
    /// The row's bytes as they stand in the file.
    pub raw: &'a [u8],
    /// Where they stand.
    pub span: Span,
    /// Whether bytes that are invalid in the file's encoding were replaced by U+FFFD.
    pub is_lossy: bool,
}

/// A row that was found but cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Where it stands.
    pub span: Span,
    /// Why, in words without the row's content.
    pub reason: String,
}

/// A row that was found.
#[derive(Debug)]
pub enum Found<T> {
    /// It can be read.
    Readable(T),
    /// It cannot be read; reading goes on after it.
    Unreadable(Unreadable),
}

/// Collects a row up to a limit and forgets it beyond.
#[derive(Debug)]
pub(crate) struct RowBuffer {
    bytes: Vec<u8>,
    limit: usize,
    is_over: bool,
    decoded: String,
}

/// Capacity that is kept between rows. A single giant row must not pin its memory for good.
const KEPT_CAPACITY_BYTES: usize = 1 << 20;

impl RowBuffer {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            bytes: Vec::new(),
            limit,
            is_over: false,
            decoded: String::new(),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.decoded.clear();
        self.is_over = false;
        if self.bytes.capacity() > KEPT_CAPACITY_BYTES {
            self.bytes.shrink_to(KEPT_CAPACITY_BYTES);
        }
        if self.decoded.capacity() > KEPT_CAPACITY_BYTES {
            self.decoded.shrink_to(KEPT_CAPACITY_BYTES);
        }
    }

    pub(crate) fn push(&mut self, chunk: &[u8]) {
        if self.is_over {
            return;
        }
        let needed = self.bytes.len() + chunk.len();
        if needed > self.limit {
            self.clear();
            self.is_over = true;
            return;
        }
        if needed > self.bytes.capacity() {
            // Doubling would overshoot the limit, and with it the memory that was promised.
            let target = (self.bytes.capacity() * 2).clamp(needed, self.limit);
            self.bytes.reserve_exact(target - self.bytes.len());
        }
        self.bytes.extend_from_slice(chunk);
    }

    /// Adds what another buffer holds, or that it held too much.
    pub(crate) fn append(&mut self, other: &RowBuffer) {
        self.push(&other.bytes);
        if other.is_over {
            self.clear();
            self.is_over = true;
        }
    }

    /// Whether the row was longer than the limit. Its bytes are gone then.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn over_limit(&self, span: Span) -> Unreadable {
        Unreadable {
            span,
            reason: format!("the row is longer than {} bytes", self.limit),
        }
    }

    /// The collected bytes as a row.
    pub(crate) fn row(&mut self, encoding: TextEncoding, span: Span) -> Row<'_> {
        let (text, is_lossy) = encoding.decode(&self.bytes, &mut self.decoded);
        Row {
            text,
            raw: &self.bytes,
            span,
            is_lossy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffer_over_its_limit_holds_nothing() {
        let mut buffer = RowBuffer::new(4);
        buffer.push(b"abc");
        assert_eq!(buffer.bytes(), b"abc");
        buffer.push(b"de");
        buffer.push(b"f");
        assert!(buffer.is_over());
        assert_eq!(buffer.bytes(), b"");
        buffer.clear();
        buffer.push(b"gh");
        assert_eq!(buffer.bytes(), b"gh");
    }

    #[test]
    fn capacity_does_not_pass_the_limit() {
        let mut buffer = RowBuffer::new(1000);
        for _ in 0..90 {
            buffer.push(b"0123456789");
        }
        assert!(buffer.bytes.capacity() <= 1000);
    }
}
