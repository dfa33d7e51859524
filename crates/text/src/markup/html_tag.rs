//! Tags of HTML: where one ends, what it is called, which address it carries.

use super::entity;

/// Bytes of a tag name that are looked at; longer names are no known tags.
const NAME_BYTES_MAX: usize = 10;

/// Classes of links to the profile of an account that a text names.
const MENTION_CLASSES: [&str; 3] = ["mention", "username", "user-mention"];

/// A tag as it stands in the text.
pub(super) struct Tag<'html> {
    /// Everything between the angle brackets.
    inside: &'html str,
    /// Whether it closes an element.
    pub(super) is_closing: bool,
    /// Bytes from the opening angle bracket to behind the closing one.
    pub(super) length_bytes: usize,
}

/// Finds tags, and remembers which delimiters do not occur any more, so that malformed input
/// is not searched to its end again and again.
#[derive(Default)]
pub(super) struct TagReader {
    is_exhausted: bool,
    has_no_double_quote: bool,
    has_no_single_quote: bool,
}

impl TagReader {
    /// The tag at the start of `html`, which begins with `<`; `None` if it is plain text.
    pub(super) fn read<'html>(&mut self, html: &'html str) -> Option<Tag<'html>> {
        let bytes = html.as_bytes();
        let is_closing = bytes.get(1) == Some(&b'/');
        let name_start = if is_closing { 2 } else { 1 };
        let begins_tag = bytes
            .get(name_start)
            .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'!' | b'?'));
        if self.is_exhausted || !begins_tag {
            return None;
        }
        let end = self.find_end(bytes, name_start)?;
        let is_closed = bytes[end] == b'>';
        Some(Tag {
            inside: &html[name_start..end],
            is_closing,
            length_bytes: end + usize::from(is_closed),
        })
    }

    /// Position of the closing angle bracket, or of an opening one that interrupts the tag.
    fn find_end(&mut self, bytes: &[u8], start: usize) -> Option<usize> {
        let mut at = start;
        while at < bytes.len() {
            match bytes[at] {
                b'>' | b'<' => return Some(at),
                quote @ (b'"' | b'\'') if bytes[at - 1] == b'=' => {
                    at = self.find_quote(bytes, at + 1, quote).unwrap_or(at);
                }
                _ => {}
            }
            at += 1;
        }
        self.is_exhausted = true;
        None
    }

    fn find_quote(&mut self, bytes: &[u8], start: usize, quote: u8) -> Option<usize> {
        let has_none = match quote {
            b'"' => &mut self.has_no_double_quote,
            _ => &mut self.has_no_single_quote,
        };
        if *has_none {
            return None;
        }
        let found = memchr::memchr(quote, &bytes[start..]).map(|offset| start + offset);
        *has_none = found.is_none();
        found
    }
}

/// What a tag does to the text around it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TagKind {
    /// Begins and ends lines.
    Block,
    /// Ends a line.
    LineBreak,
    /// Separates cells of a table.
    Cell,
    /// Quotation.
    Quote,
    /// Link.
    Anchor,
    /// Text in which white space counts.
    Preformatted,
    /// Content that is not text.
    Hidden(&'static str),
    /// Leaves no trace.
    Inline,
}

impl<'html> Tag<'html> {
    pub(super) fn kind(&self) -> TagKind {
        let bytes = self.inside.as_bytes();
        let length = bytes
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        if length > NAME_BYTES_MAX {
            return TagKind::Inline;
        }
        let mut name = [0; NAME_BYTES_MAX];
        name[..length].copy_from_slice(&bytes[..length]);
        name.make_ascii_lowercase();
        match &name[..length] {
            b"br" => TagKind::LineBreak,
            b"td" | b"th" => TagKind::Cell,
            b"blockquote" => TagKind::Quote,
            b"a" => TagKind::Anchor,
            b"pre" => TagKind::Preformatted,
            b"script" => TagKind::Hidden("</script"),
            b"style" => TagKind::Hidden("</style"),
            b"p" | b"div" | b"li" | b"ul" | b"ol" | b"dl" | b"dt" | b"dd" | b"tr" | b"table"
            | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"hr" | b"section" | b"article"
            | b"header" | b"footer" | b"form" | b"fieldset" | b"center" | b"address" | b"body" => {
                TagKind::Block
            }
            _ => TagKind::Inline,
        }
    }

    /// The address of a link, decoded and trimmed; `None` without one.
    pub(super) fn href(&self) -> Option<String> {
        let address = self.attribute("href")?;
        Some(entity::decode_all(address.trim()))
    }

    /// Whether a link names an account, as forum programs mark it.
    pub(super) fn names_an_account(&self) -> bool {
        let classes = self.attribute("class").unwrap_or_default();
        classes
            .split_ascii_whitespace()
            .any(|class| MENTION_CLASSES.contains(&class))
            || self.attribute("data-mentionid").is_some()
    }

    /// The value of an attribute as written; `None` without it.
    fn attribute(&self, name: &str) -> Option<&'html str> {
        let bytes = self.inside.as_bytes();
        let value_start = memchr::memchr_iter(b'=', bytes).find_map(|equals| {
            let name_end = bytes[..equals].trim_ascii_end().len();
            let name_start = name_end.checked_sub(name.len())?;
            // Behind anything else the name is part of a longer one, or of an address.
            let is_whole = name_start > 0
                && (bytes[name_start - 1].is_ascii_whitespace()
                    || matches!(bytes[name_start - 1], b'"' | b'\'' | b'/'));
            (is_whole && bytes[name_start..name_end].eq_ignore_ascii_case(name.as_bytes()))
                .then_some(equals + 1)
        })?;
        let value = self.inside[value_start..].trim_start();
        match value.as_bytes().first()? {
            b'"' => value[1..].split('"').next(),
            b'\'' => value[1..].split('\'').next(),
            _ => value.split_ascii_whitespace().next(),
        }
    }
}
