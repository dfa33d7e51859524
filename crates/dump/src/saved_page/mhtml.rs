//! MHTML: a page and its pictures as the parts of a message. Only the page is read: the part of
//! type HTML whose address is that of the message, or the first one.

use super::stream::{Headers, is_html_type, take_line};
use super::{PAGE_BYTES_MAX, SavedPage, too_long};
use crate::{FileReader, Found, InputError};

/// Whether the first lines are the headers of a message that holds HTML.
pub(super) fn is_mhtml(head: &[u8]) -> bool {
    let mut headers = Headers::default();
    for line in head.split(|byte| *byte == b'\n').take(100) {
        let line = line.trim_ascii_end();
        if line.is_empty() {
            break;
        }
        let is_header = line.starts_with(b" ")
            || line.starts_with(b"\t")
            || line.iter().take(80).any(|byte| *byte == b':');
        if !is_header || line.starts_with(b"<") {
            return false;
        }
        headers.push(line);
    }
    let media_type = headers.media_type();
    headers.get("mime-version").is_some()
        && (media_type.starts_with("multipart/") || is_html_type(&media_type))
}

/// The page of the file; `None` if no part is HTML.
pub(super) fn page(reader: &mut FileReader<'_>) -> Result<Option<Found<SavedPage>>, InputError> {
    let mark = reader.mark();
    let message = Headers::read(reader)?;
    let address = message
        .get("snapshot-content-location")
        .or(message.get("content-location"));
    let mut page = None;
    match message.parameter("boundary") {
        None => {
            let mut part = Part::new(&message);
            while let Some(line) = take_line(reader)? {
                part.push(&line);
            }
            page = Some(part);
        }
        Some(boundary) => {
            let boundary = format!("--{boundary}").into_bytes();
            skip_to_boundary(reader, &boundary, None)?;
            while !reader.fill()?.is_empty() {
                let headers = Headers::read(reader)?;
                let is_html = is_html_type(&headers.media_type());
                let is_page = is_html && page.is_none();
                let is_main =
                    is_html && address.is_some() && headers.get("content-location") == address;
                let mut part = (is_page || is_main).then(|| Part::new(&headers));
                skip_to_boundary(reader, &boundary, part.as_mut())?;
                page = part.or(page);
                if is_main {
                    break;
                }
            }
        }
    }
    let span = reader.span_from(mark);
    Ok(page.map(|part| match part.is_over {
        true => Found::Unreadable(too_long(span)),
        false => Found::Readable(SavedPage {
            address: address.map(str::to_string).or(part.address),
            charset: part.charset,
            bytes: part.bytes,
            saved_at: message.get("date").map(str::to_string),
            span,
            is_verbatim: false,
        }),
    }))
}

/// Gives the lines up to the next boundary to the part.
fn skip_to_boundary(
    reader: &mut FileReader<'_>,
    boundary: &[u8],
    mut part: Option<&mut Part>,
) -> Result<(), InputError> {
    while let Some(line) = take_line(reader)? {
        if line.starts_with(boundary) {
            break;
        }
        if let Some(part) = part.as_deref_mut() {
            part.push(&line);
        }
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transfer {
    Plain,
    QuotedPrintable,
    Base64,
}

/// A part that is being decoded line by line.
#[derive(Debug)]
struct Part {
    transfer: Transfer,
    charset: Option<String>,
    address: Option<String>,
    bytes: Vec<u8>,
    /// Base64 digits that do not fill a byte yet, and their number of bits.
    pending: (u32, u32),
    is_over: bool,
}

impl Part {
    fn new(headers: &Headers) -> Self {
        let coding = headers.get("content-transfer-encoding").unwrap_or_default();
        Self {
            transfer: match coding.to_ascii_lowercase().as_str() {
                "quoted-printable" => Transfer::QuotedPrintable,
                "base64" => Transfer::Base64,
                _ => Transfer::Plain,
            },
            charset: headers.parameter("charset"),
            address: headers.get("content-location").map(str::to_string),
            bytes: Vec::new(),
            pending: (0, 0),
            is_over: false,
        }
    }

    fn push(&mut self, line: &[u8]) {
        if self.bytes.len() + line.len() >= PAGE_BYTES_MAX {
            self.is_over = true;
            self.bytes = Vec::new();
        }
        if self.is_over {
            return;
        }
        match self.transfer {
            Transfer::Plain => {
                self.bytes.extend_from_slice(line);
                self.bytes.push(b'\n');
            }
            Transfer::QuotedPrintable => self.push_quoted_printable(line),
            Transfer::Base64 => self.push_base64(line),
        }
    }

    fn push_quoted_printable(&mut self, line: &[u8]) {
        let line = line.trim_ascii_end();
        let (line, is_continued) = match line.strip_suffix(b"=") {
            Some(line) => (line, true),
            None => (line, false),
        };
        let mut at = 0;
        while at < line.len() {
            let digit = |index: usize| {
                line.get(index)
                    .and_then(|byte| (*byte as char).to_digit(16))
            };
            match (line[at], digit(at + 1), digit(at + 2)) {
                (b'=', Some(high), Some(low)) => {
                    self.bytes.push((high << 4 | low) as u8);
                    at += 3;
                }
                (byte, ..) => {
                    self.bytes.push(byte);
                    at += 1;
                }
            }
        }
        if !is_continued {
            self.bytes.push(b'\n');
        }
    }

    /// Bytes that are no base64 digits are passed over.
    fn push_base64(&mut self, line: &[u8]) {
        for byte in line {
            let value = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => continue,
            };
            let (bits, count) = self.pending;
            let (bits, count) = (bits << 6 | u32::from(value), count + 6);
            if count >= 8 {
                self.bytes.push((bits >> (count - 8)) as u8);
                self.pending = (bits & ((1 << (count - 8)) - 1), count - 8);
            } else {
                self.pending = (bits, count);
            }
        }
    }
}
