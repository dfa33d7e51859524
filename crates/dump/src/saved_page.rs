//! Saved web pages out of whatever holds them: HTML files, MHTML, WARC and ARC.
//!
//! A container is recognised by its first bytes. What is no HTML page (pictures, scripts, style
//! sheets, requests, redirects, errors of the server, references to a page stored elsewhere) is
//! passed over. A page or record that is damaged is handed out as unreadable and reading goes on
//! behind it; where the stream itself breaks (a damaged or cut gzip layer), one unreadable page
//! stands for the rest of the file.

use encoding_rs::{Encoding, UTF_8};

use crate::{FileReader, Found, InputError, Span, TextEncoding, Unreadable};

mod arc;
mod http;
mod mhtml;
mod stream;
mod warc;

/// A page longer than this, after decompression, is unreadable. Bytes.
pub const PAGE_BYTES_MAX: usize = 16 << 20;

/// How much is looked at to tell the container, and whether something is HTML. Bytes.
const SIGN_BYTES: usize = 1024;

/// A page as it was saved.
#[derive(Debug)]
pub struct SavedPage {
    /// The page, without the headers of its transfer, decompressed.
    pub bytes: Vec<u8>,
    /// Encoding that the headers name.
    pub charset: Option<String>,
    /// Address that the container states.
    pub address: Option<String>,
    /// When the container says that the page was fetched, as it writes it: RFC 3339 in WARC, 14
    /// digits in ARC, RFC 2822 in MHTML.
    pub saved_at: Option<String>,
    /// Where the page or its record stands.
    pub span: Span,
    /// Whether the page stands in the file as it is, so that positions in it, counted from the
    /// start of the span, are positions in the file.
    pub is_verbatim: bool,
}

impl SavedPage {
    /// The page as text, and whether invalid bytes were replaced.
    ///
    /// The encoding is that of the byte order mark, of the headers, of the page's own
    /// declaration, or guessed, in this order.
    pub fn to_text(&self) -> (String, bool) {
        let declared = self
            .charset
            .as_deref()
            .and_then(|label| Encoding::for_label(label.as_bytes()))
            .or_else(|| declared_encoding(&self.bytes));
        let encoding = match declared {
            // A page that can be read as ASCII where it declares itself is not UTF-16.
            Some(encoding) if encoding.is_ascii_compatible() => encoding,
            _ => Encoding::for_label(TextEncoding::detect(&self.bytes).name().as_bytes())
                .unwrap_or(UTF_8),
        };
        let (text, _, has_errors) = encoding.decode(&self.bytes);
        (text.into_owned(), has_errors)
    }
}

/// The encoding of a `meta` element near the start of the page.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4 * SIGN_BYTES)];
    memchr::memmem::find_iter(head, b"charset").find_map(|at| {
        let rest = head[at + b"charset".len()..].trim_ascii_start();
        let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
        let rest = match rest.first()? {
            b'"' | b'\'' => &rest[1..],
            _ => rest,
        };
        let length = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'))
            .count();
        Encoding::for_label(&rest[..length])
    })
}

/// Reads the pages of a file.
pub struct SavedPages<'r, 'f> {
    reader: &'r mut FileReader<'f>,
    container: Option<Container>,
    is_finished: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    Html,
    Mhtml,
    Warc,
    Arc,
}

impl<'r, 'f> SavedPages<'r, 'f> {
    /// Starts at the reader's position, which is that of the file's start. The reader has to give
    /// bytes as they are ([`crate::Input::read_file_bytes`]).
    pub fn new(reader: &'r mut FileReader<'f>) -> Self {
        Self {
            reader,
            container: None,
            is_finished: false,
        }
    }

    /// The next page, `None` at the end. A file that is no container and holds no HTML has none.
    ///
    /// # Errors
    ///
    /// Expansion beyond the limits, too much memory, failure to read. Damage is no error but
    /// [`Found::Unreadable`].
    pub fn next_page(&mut self) -> Result<Option<Found<SavedPage>>, InputError> {
        if self.is_finished {
            return Ok(None);
        }
        let start = self.reader.mark();
        let found = self.read_next();
        match found {
            Err(InputError::Truncated { .. } | InputError::Damaged { .. }) => {
                self.is_finished = true;
                Ok(Some(Found::Unreadable(Unreadable {
                    span: self.reader.span_from(start),
                    reason: "the file is cut or damaged here; what follows is not read".to_string(),
                })))
            }
            Ok(None) => {
                self.is_finished = true;
                Ok(None)
            }
            other => other,
        }
    }

    /// Bytes read so far.
    pub fn byte_position(&self) -> u64 {
        self.reader.byte_position()
    }

    fn read_next(&mut self) -> Result<Option<Found<SavedPage>>, InputError> {
        let container = match self.container {
            Some(container) => container,
            None => {
                let Some(container) = recognised(self.reader.fill()?) else {
                    return Ok(None);
                };
                *self.container.insert(container)
            }
        };
        match container {
            Container::Warc => warc::next_page(self.reader),
            Container::Arc => arc::next_page(self.reader),
            Container::Mhtml => {
                self.is_finished = true;
                mhtml::page(self.reader)
            }
            Container::Html => {
                self.is_finished = true;
                whole_file(self.reader).map(Some)
            }
        }
    }
}

fn recognised(head: &[u8]) -> Option<Container> {
    let head = &head[..head.len().min(64 * SIGN_BYTES)];
    if head.starts_with(b"WARC/") {
        Some(Container::Warc)
    } else if head.starts_with(b"filedesc://") {
        Some(Container::Arc)
    } else if mhtml::is_mhtml(head) {
        Some(Container::Mhtml)
    } else if is_html(head) {
        Some(Container::Html)
    } else {
        None
    }
}

/// Whether bytes begin like an HTML page: the first tag is one that begins pages, perhaps behind
/// comments and white space.
fn is_html(head: &[u8]) -> bool {
    const STARTS: [&[u8]; 10] = [
        b"<!doctype html",
        b"<html",
        b"<head",
        b"<title",
        b"<meta",
        b"<body",
        b"<div",
        b"<table",
        b"<script",
        b"<link",
    ];
    let mut rest = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    if rest.starts_with(b"\xFF\xFE") || rest.starts_with(b"\xFE\xFF") {
        // UTF-16: every second byte is a letter of the tag.
        let narrow: Vec<u8> = rest[2..]
            .iter()
            .copied()
            .filter(|byte| *byte != 0)
            .collect();
        return is_html(&narrow);
    }
    loop {
        rest = rest.trim_ascii_start();
        let is_comment = rest.starts_with(b"<!--");
        let is_declaration = rest.starts_with(b"<?xml");
        if !is_comment && !is_declaration {
            break;
        }
        let end: &[u8] = if is_comment { b"-->" } else { b"?>" };
        match memchr::memmem::find(rest, end) {
            Some(at) => rest = &rest[at + end.len()..],
            None => return false,
        }
    }
    STARTS.iter().any(|start| {
        rest.get(..start.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(start))
    })
}

fn whole_file(reader: &mut FileReader<'_>) -> Result<Found<SavedPage>, InputError> {
    let start = reader.mark();
    let bytes = stream::take_bytes(reader, u64::MAX, PAGE_BYTES_MAX)?;
    let span = reader.span_from(start);
    Ok(match bytes {
        None => Found::Unreadable(too_long(span)),
        Some(bytes) => Found::Readable(SavedPage {
            bytes,
            charset: None,
            address: None,
            saved_at: None,
            span,
            is_verbatim: true,
        }),
    })
}

fn too_long(span: Span) -> Unreadable {
    unreadable(
        span,
        format!("the page is longer than {PAGE_BYTES_MAX} bytes"),
    )
}

fn unreadable(span: Span, reason: impl Into<String>) -> Unreadable {
    Unreadable {
        span,
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests;
