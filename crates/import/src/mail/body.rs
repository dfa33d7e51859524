//! The text of a mail out of its MIME parts, and the number of its attachments.
//!
//! The parts are walked with a stack of bounded height; a part that is no text is counted and
//! never decoded. A mail inside a mail is an attachment and is not entered.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{HeaderName, Message, MessageParser};
use memchr::memmem;

use super::headers::{HEADER_BYTES_MAX, closed, read_header, split_header, value};
use crate::recorder::BodyFormat;

/// Multiparts inside one another; real mails have three or four. What lies deeper is not read.
const DEPTH_MAX: usize = 16;

/// Parts of one mail that are looked at.
const PART_COUNT_MAX: usize = 1000;

/// A text longer than this is data that somebody pasted, and counts as an attachment. Bytes.
const TEXT_BYTES_MAX: usize = 4 << 20;

/// What a mail says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct MailBody {
    /// Its text, of the plain part if there is one; `None` if it has no text.
    pub(super) text: Option<(String, BodyFormat)>,
    /// Parts that are neither its text nor another version of it, without digital signatures.
    pub(super) attachment_count: u64,
}

/// What the header of a part says about its content.
#[derive(Debug)]
struct PartKind {
    /// `text/plain`, lower case.
    media_type: String,
    boundary: Option<String>,
    charset: Option<String>,
    transfer_encoding: String,
    is_attachment: bool,
}

impl PartKind {
    fn of(header: &Message<'_>) -> Self {
        let content_type =
            value(header, HeaderName::ContentType).and_then(|value| value.as_content_type());
        let disposition =
            value(header, HeaderName::ContentDisposition).and_then(|value| value.as_content_type());
        let attribute = |name| {
            content_type
                .and_then(|kind| kind.attribute(name))
                .map(str::to_string)
        };
        let media_type = match content_type.and_then(|kind| Some((kind.ctype(), kind.subtype()?))) {
            Some((main, sub)) => format!("{main}/{sub}").to_lowercase(),
            None => "text/plain".to_string(),
        };
        let has_name = disposition.is_some_and(|value| value.attribute("filename").is_some())
            || attribute("name").is_some();
        let transfer_encoding = value(header, HeaderName::ContentTransferEncoding)
            .and_then(|value| value.as_text())
            .unwrap_or_default();
        Self {
            media_type,
            boundary: attribute("boundary").filter(|boundary| !boundary.is_empty()),
            charset: attribute("charset"),
            transfer_encoding: transfer_encoding.trim().to_lowercase(),
            is_attachment: has_name || disposition.is_some_and(|value| value.is_attachment()),
        }
    }
}

/// Reads the body of a mail whose header is given. `fallback_charset` is for text that names none
/// or one that is not known, and is not UTF-8.
pub(super) fn read_body(
    header: &Message<'_>,
    body: &[u8],
    parser: &MessageParser,
    fallback_charset: &str,
) -> MailBody {
    let mut found = MailBody::default();
    let mut html = None;
    let mut part_count = 0;
    let mut pending = vec![(PartKind::of(header), body, 0)];
    while let Some((kind, content, depth)) = pending.pop() {
        part_count += 1;
        if part_count > PART_COUNT_MAX {
            break;
        }
        if let (true, Some(boundary)) = (kind.media_type.starts_with("multipart/"), &kind.boundary)
        {
            if depth < DEPTH_MAX {
                let parts = parts(content, boundary, parser);
                let inner = parts
                    .into_iter()
                    .map(|(kind, part)| (kind, part, depth + 1));
                pending.extend(inner.rev());
            }
            continue;
        }
        let is_text = !kind.is_attachment && content.len() <= TEXT_BYTES_MAX;
        match kind.media_type.as_str() {
            "text/html" if is_text => {
                if html.is_none() && found.text.is_none() {
                    html = Some((kind, content));
                }
            }
            "application/pgp-signature" | "application/pkcs7-signature" => {}
            media_type if is_text && is_plain(media_type) => {
                if found.text.is_none() {
                    let text = decoded(&kind, content, fallback_charset);
                    found.text = (!text.trim().is_empty()).then_some((text, BodyFormat::Plain));
                }
            }
            _ => found.attachment_count += 1,
        }
    }
    if let (None, Some((kind, content))) = (&found.text, html) {
        found.text = Some((decoded(&kind, content, fallback_charset), BodyFormat::Html));
    }
    found
}

/// A multipart without a boundary is taken as the text that it looks like.
fn is_plain(media_type: &str) -> bool {
    media_type == "text/plain" || media_type.starts_with("multipart/") || media_type == "text/"
}

/// The parts between the lines of a boundary, with their headers. The text before the first
/// boundary, and after the closing one, is nobody's.
fn parts<'a>(
    content: &'a [u8],
    boundary: &str,
    parser: &MessageParser,
) -> Vec<(PartKind, &'a [u8])> {
    let marker = format!("--{boundary}");
    let finder = memmem::Finder::new(marker.as_bytes());
    let is_line_start = |position: usize| position == 0 || content[position - 1] == b'\n';
    let mut marks = finder
        .find_iter(content)
        .filter(|position| is_line_start(*position));
    let mut parts = Vec::new();
    let mut start = marks.next();
    while let (Some(mark), true) = (start, parts.len() < PART_COUNT_MAX) {
        let after = mark + marker.len();
        if content[after..].starts_with(b"--") {
            break;
        }
        let next = marks.next();
        let section = &content[after..next.unwrap_or(content.len())];
        // The rest of the boundary's own line is padding.
        let line_end = memchr::memchr(b'\n', section).map_or(section.len(), |end| end + 1);
        parts.extend(part(&section[line_end..], parser));
        start = next;
    }
    parts
}

fn part<'a>(section: &'a [u8], parser: &MessageParser) -> Option<(PartKind, &'a [u8])> {
    let (header, body) = split_header(section);
    if header.len() > HEADER_BYTES_MAX {
        return None;
    }
    let header = closed(header);
    let kind = match read_header(parser, &header) {
        Some(message) => PartKind::of(&message),
        None => PartKind::of(&Message::default()),
    };
    Some((kind, body))
}

fn decoded(kind: &PartKind, content: &[u8], fallback_charset: &str) -> String {
    let bytes = match kind.transfer_encoding.as_str() {
        "base64" => base64_decode(content),
        "quoted-printable" => quoted_printable_decode(content),
        _ => None,
    };
    // Content that is not in the encoding it names is taken as it stands.
    let bytes = bytes.as_deref().unwrap_or(content);
    let named = kind.charset.as_deref().map(str::trim);
    let is_ascii = named.is_none_or(|name| name.eq_ignore_ascii_case("us-ascii"));
    let decoder = named
        .filter(|_| !is_ascii)
        .and_then(|name| charset_decoder(name.as_bytes()));
    if let Some(decoder) = decoder {
        return decoder(bytes);
    }
    match (
        std::str::from_utf8(bytes),
        charset_decoder(fallback_charset.as_bytes()),
    ) {
        (Ok(text), _) => text.to_string(),
        (Err(_), Some(decoder)) => decoder(bytes),
        (Err(_), None) => String::from_utf8_lossy(bytes).into_owned(),
    }
}
