//! The header of a mail or of one of its parts.
//!
//! The syntax of addresses, dates, encoded words and content types is left to the crate
//! `mail-parser`. Only its parser of headers is used: its parser of whole messages decodes every
//! attachment and keeps nested mails as nested values, which a hostile mail can make so deep that
//! freeing them exhausts the stack.

use mail_parser::{Header, HeaderName, HeaderValue, Message, MessageParser};
use std::borrow::Cow;

/// A header longer than this makes the mail unreadable; real ones have some KiB.
pub(super) const HEADER_BYTES_MAX: usize = 1 << 20;

/// Cuts a mail or part at the first blank line: header with that line, and the rest. All of it is
/// header if there is none.
pub(super) fn split_header(content: &[u8]) -> (&[u8], &[u8]) {
    let mut line_start = 0;
    while let Some(rest) = content.get(line_start..).filter(|rest| !rest.is_empty()) {
        let length = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(rest.len(), |end| end + 1);
        if matches!(&rest[..length], b"\n" | b"\r\n") {
            return content.split_at(line_start + length);
        }
        line_start += length;
    }
    (content, &[])
}

/// The fields that are read. Everything else, such as the addresses of machines in `Received`,
/// is passed over by the parser and never becomes a value.
pub(super) fn parser() -> MessageParser {
    MessageParser::new()
        .default_header_ignore()
        .header_address(HeaderName::From)
        .header_address(HeaderName::Sender)
        .header_address(HeaderName::ReplyTo)
        .header_address("X-Original-From")
        .header_address(HeaderName::ListPost)
        .header_date(HeaderName::Date)
        .header_text(HeaderName::Subject)
        .header_raw(HeaderName::ListId)
        .header_raw("Newsgroups")
        .header_id(HeaderName::MessageId)
        .header_id(HeaderName::InReplyTo)
        .header_id(HeaderName::References)
        .header_content_type(HeaderName::ContentType)
        .header_content_type(HeaderName::ContentDisposition)
        .header_text(HeaderName::ContentTransferEncoding)
}

/// Reads a header. `text` must hold nothing but header lines.
pub(super) fn read_header<'x>(parser: &MessageParser, text: &'x [u8]) -> Option<Message<'x>> {
    parser.parse_headers(text)
}

/// The bytes of a header with the blank line that the parser needs.
pub(super) fn closed(header: &[u8]) -> Vec<u8> {
    let mut closed = header.to_vec();
    closed.extend_from_slice(b"\n\n");
    closed
}

/// The fields of a header; none for a part without a header, which has no parts either.
fn fields<'a, 'x>(message: &'a Message<'x>) -> &'a [Header<'x>] {
    message.parts.first().map_or(&[], |part| &part.headers)
}

/// The first value of a field that has one.
pub(super) fn value<'a, 'x>(
    message: &'a Message<'x>,
    name: HeaderName<'x>,
) -> Option<&'a HeaderValue<'x>> {
    fields(message)
        .iter()
        .find(|header| header.name == name && !matches!(header.value, HeaderValue::Empty))
        .map(|header| &header.value)
}

/// Whether the header has a field, whatever its value.
pub(super) fn has(message: &Message<'_>, name: HeaderName<'_>) -> bool {
    fields(message).iter().any(|header| header.name == name)
}

/// The text of a field, on one line.
pub(super) fn text<'x>(message: &Message<'x>, name: HeaderName<'x>) -> Option<String> {
    let text = value(message, name)?.as_text()?;
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The ids of a field such as `References`, in order.
pub(super) fn ids<'a, 'x>(message: &'a Message<'x>, name: HeaderName<'x>) -> &'a [Cow<'x, str>] {
    match value(message, name) {
        Some(HeaderValue::Text(id)) => std::slice::from_ref(id),
        Some(HeaderValue::TextList(ids)) => ids,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_ends_at_the_first_blank_line() {
        for (content, header) in [
            (&b"A: b\nC: d\n\nbody\n\n"[..], 11),
            (b"A: b\r\n\r\nbody", 8),
            (b"A: b", 4),
            (b"\nbody", 1),
            (b"", 0),
        ] {
            assert_eq!(split_header(content).0.len(), header, "{content:?}");
        }
    }
}
