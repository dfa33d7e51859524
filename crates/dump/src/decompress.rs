//! Transparent decompression of single streams, recognised by their first bytes.
//!
//! Archives, which hold many streams, are not here.

use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufReader, Read};

use crate::Limits;

const COMPRESSED_BUFFER_BYTES: usize = 64 << 10;
const GZIP_MAGIC: &[u8] = b"\x1F\x8B\x08";
const ZSTD_MAGIC: &[u8] = b"\x28\xB5\x2F\xFD";

/// A stream whose first bytes have been looked at.
///
/// An error met while looking is kept and given at its place, so that what comes before it is
/// still delivered.
pub(crate) struct Prefixed<R> {
    head: Vec<u8>,
    head_start: usize,
    error: Option<io::Error>,
    rest: R,
}

impl<R: Read> Prefixed<R> {
    /// Looks at up to `count` bytes.
    pub(crate) fn peek(mut rest: R, count: usize) -> Self {
        let mut head = vec![0; count];
        let mut filled = 0;
        let mut error = None;
        while filled < count {
            match rest.read(&mut head[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => {
                    error = Some(cause);
                    break;
                }
            }
        }
        head.truncate(filled);
        Self {
            head,
            head_start: 0,
            error,
            rest,
        }
    }

    pub(crate) fn head(&self) -> &[u8] {
        &self.head[self.head_start..]
    }

    /// Drops bytes of the head.
    pub(crate) fn skip(&mut self, count: usize) {
        self.head_start += count;
    }
}

impl<R: Read> Read for Prefixed<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.head_start < self.head.len() {
            let count = out.len().min(self.head.len() - self.head_start);
            out[..count].copy_from_slice(&self.head[self.head_start..][..count]);
            self.head_start += count;
            if self.head_start == self.head.len() {
                self.head = Vec::new();
                self.head_start = 0;
            }
            return Ok(count);
        }
        match self.error.take() {
            Some(error) => Err(error),
            None => self.rest.read(out),
        }
    }
}

/// The plain bytes of a stream that may be gzip, zstd or neither.
pub(crate) fn decompressed<'a>(
    stream: Box<dyn Read + 'a>,
    limits: &Limits,
) -> io::Result<Box<dyn Read + 'a>> {
    let stream = Prefixed::peek(stream, ZSTD_MAGIC.len());
    if stream.head().starts_with(GZIP_MAGIC) {
        let compressed = BufReader::with_capacity(COMPRESSED_BUFFER_BYTES, stream);
        return Ok(Box::new(MultiGzDecoder::new(compressed)));
    }
    if stream.head() == ZSTD_MAGIC {
        let compressed = BufReader::with_capacity(COMPRESSED_BUFFER_BYTES, stream);
        let mut decoder = zstd::stream::read::Decoder::with_buffer(compressed)?;
        decoder.window_log_max(limits.zstd_window_log_max)?;
        return Ok(Box::new(decoder));
    }
    Ok(Box::new(stream))
}
