//! Start tags: their end and their attributes.

use memchr::memchr;

/// One attribute; the value is empty for one that is only named.
pub(super) struct Attribute<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
    pub(super) value_start: usize,
}

/// Walks over the attributes between the name of a tag and `end`. After it has run out,
/// [`Attributes::position`] is behind the `>` that ends the tag, or at `end`.
pub(super) struct Attributes<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    is_done: bool,
}

pub(super) fn attributes(text: &str, start: usize, end: usize) -> Attributes<'_> {
    Attributes {
        text,
        at: start,
        end,
        is_done: false,
    }
}

impl<'a> Attributes<'a> {
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Whether the tag ended with `>` rather than with the text.
    pub(super) fn is_closed(&self) -> bool {
        self.is_done
    }

    fn bytes(&self) -> &'a [u8] {
        &self.text.as_bytes()[..self.end]
    }

    fn skip(&mut self, is_skipped: impl Fn(u8) -> bool) {
        let bytes = self.bytes();
        while bytes.get(self.at).is_some_and(|byte| is_skipped(*byte)) {
            self.at += 1;
        }
    }

    /// The value behind an equals sign, as a range of bytes.
    fn value(&mut self) -> (usize, usize) {
        self.skip(|byte| byte.is_ascii_whitespace());
        let bytes = self.bytes();
        match bytes.get(self.at) {
            Some(quote @ (b'"' | b'\'')) => {
                let start = self.at + 1;
                let end = memchr(*quote, &bytes[start..]).map_or(self.end, |length| start + length);
                self.at = (end + 1).min(self.end);
                (start, end)
            }
            _ => {
                let start = self.at;
                self.skip(|byte| !byte.is_ascii_whitespace() && byte != b'>');
                (start, self.at)
            }
        }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        if self.is_done {
            return None;
        }
        self.skip(|byte| byte.is_ascii_whitespace() || byte == b'/');
        let bytes = self.bytes();
        match bytes.get(self.at) {
            None => return None,
            Some(b'>') => {
                self.at += 1;
                self.is_done = true;
                return None;
            }
            Some(_) => {}
        }
        let name_start = self.at;
        // A name may begin with an equals sign.
        self.at += 1;
        self.skip(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'=' | b'>' | b'/'));
        let name_end = self.at;
        self.skip(|byte| byte.is_ascii_whitespace());
        let (value_start, value_end) = if bytes.get(self.at) == Some(&b'=') {
            self.at += 1;
            self.value()
        } else {
            (name_end, name_end)
        };
        Some(Attribute {
            name: self.text.get(name_start..name_end).unwrap_or_default(),
            value: self.text.get(value_start..value_end).unwrap_or_default(),
            value_start,
        })
    }
}
