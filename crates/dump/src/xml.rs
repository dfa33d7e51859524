//! Flat XML dumps: one element per row, values in attributes, `<row Id="1" Name="x"/>`.
//!
//! Rows are cut by a scanner of tags and quotes that holds one row at a time, and their
//! attributes are split by quick-xml. This is not a general XML reader: nested elements and text
//! are passed over, and document types are refused, since entities can expand without bound.

use quick_xml::escape::unescape;
use quick_xml::events::attributes::Attributes;
use std::borrow::Cow;

use crate::file_reader::Mark;
use crate::row::RowBuffer;
use crate::{FileReader, Found, InputError, Row, Unreadable};

/// Reads the elements of one name.
pub struct XmlRows<'r, 'f> {
    reader: &'r mut FileReader<'f>,
    row_name: &'static str,
    buffer: RowBuffer,
    root_name: Vec<u8>,
    is_root_closed: bool,
}

/// One element.
#[derive(Debug)]
pub struct XmlRow<'a> {
    /// The whole element as text.
    pub row: Row<'a>,
    attributes: Vec<(&'a str, Cow<'a, str>)>,
}

/// An attribute whose references cannot be resolved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the value holds a character reference that is not defined")]
pub struct AttributeError;

impl XmlRow<'_> {
    /// The value of an attribute with its references resolved; `None` if there is no such
    /// attribute. Line breaks are kept as written.
    ///
    /// # Errors
    ///
    /// A reference that XML does not define.
    pub fn attribute(&self, name: &str) -> Result<Option<Cow<'_, str>>, AttributeError> {
        match self.attributes.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => unescape(value).map(Some).map_err(|_| AttributeError),
            None => Ok(None),
        }
    }
}

/// What a scan over a tag found.
enum Tag {
    Whole,
    /// A `<` stands where it cannot stand; the scan stopped before it.
    Broken,
}

const NAME_BYTES_MAX: usize = 256;

impl<'r, 'f> XmlRows<'r, 'f> {
    /// Starts at the reader's position. `row_name` is the name of the elements to give.
    pub fn new(reader: &'r mut FileReader<'f>, row_name: &'static str) -> Self {
        let buffer = RowBuffer::new(reader.limits().row_bytes_max);
        Self {
            reader,
            row_name,
            buffer,
            root_name: Vec::new(),
            is_root_closed: false,
        }
    }

    /// The next row, `None` after the end of the document.
    ///
    /// # Errors
    ///
    /// Those of the reader, a document type, or a file that ends before its root element does.
    pub fn next_row(&mut self) -> Result<Option<Found<XmlRow<'_>>>, InputError> {
        loop {
            if !self
                .reader
                .skip_until(|chunk| memchr::memchr(b'<', chunk))?
            {
                return if self.is_root_closed {
                    Ok(None)
                } else {
                    Err(self.reader.truncated())
                };
            }
            let start = self.reader.mark();
            self.buffer.clear();
            self.reader.take_byte(&mut self.buffer)?;
            match self.reader.peek()?.ok_or_else(|| self.reader.truncated())? {
                b'!' => self.skip_declaration(start)?,
                b'?' => self.skip_to(b"?>")?,
                b'/' => self.close_tag()?,
                _ => {
                    if let Some(tag) = self.open_tag()? {
                        return Ok(Some(self.found(start, tag)));
                    }
                }
            }
        }
    }

    /// Bytes read so far.
    pub fn byte_position(&self) -> u64 {
        self.reader.byte_position()
    }

    fn skip_to(&mut self, end: &[u8]) -> Result<(), InputError> {
        if self.reader.skip_past(end)? {
            Ok(())
        } else {
            Err(self.reader.truncated())
        }
    }

    fn skip_declaration(&mut self, start: Mark) -> Result<(), InputError> {
        self.reader.consume(1);
        match self.reader.peek()? {
            Some(b'-') => {
                // Past both dashes of the opening, lest "<!-->" be taken for a whole comment.
                self.reader.consume(1);
                if self.reader.peek()? == Some(b'-') {
                    self.reader.consume(1);
                }
                self.skip_to(b"-->")
            }
            Some(b'[') => self.skip_to(b"]]>"),
            Some(_) => Err(InputError::DocumentType {
                file: self.reader.file().clone(),
                byte: start.byte,
            }),
            None => Err(self.reader.truncated()),
        }
    }

    fn close_tag(&mut self) -> Result<(), InputError> {
        if !self
            .reader
            .take_until(|chunk| memchr::memchr(b'>', chunk), &mut self.buffer)?
        {
            return Err(self.reader.truncated());
        }
        self.reader.consume(1);
        let name = self
            .buffer
            .bytes()
            .get(2..)
            .unwrap_or_default()
            .trim_ascii();
        if name == self.root_name.as_slice() {
            self.is_root_closed = true;
        }
        Ok(())
    }

    /// Scans a tag that opens an element; `None` if it is not a row.
    fn open_tag(&mut self) -> Result<Option<Tag>, InputError> {
        let ends_name = |chunk: &[u8]| {
            chunk
                .iter()
                .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'<'))
        };
        if !self.reader.take_until(ends_name, &mut self.buffer)? {
            return Err(self.reader.truncated());
        }
        let name = self.buffer.bytes().get(1..).unwrap_or_default();
        let is_row = name == self.row_name.as_bytes();
        let is_name = name
            .first()
            .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_' || *byte >= 0x80);
        if !is_name {
            return Ok(None);
        }
        let is_root = !is_row && self.root_name.is_empty() && name.len() <= NAME_BYTES_MAX;
        if is_root {
            self.root_name = name.to_vec();
        }
        let tag = self.rest_of_tag()?;
        if is_root && self.buffer.bytes().ends_with(b"/>") {
            self.is_root_closed = true;
        }
        Ok(is_row.then_some(tag))
    }

    /// Scans attributes up to and including the closing `>`.
    fn rest_of_tag(&mut self) -> Result<Tag, InputError> {
        let stops_tag = |chunk: &[u8]| {
            chunk
                .iter()
                .position(|byte| matches!(byte, b'"' | b'\'' | b'>' | b'<'))
        };
        loop {
            if !self.reader.take_until(stops_tag, &mut self.buffer)? {
                return Err(self.reader.truncated());
            }
            match self.reader.peek()? {
                Some(b'>') => {
                    self.reader.take_byte(&mut self.buffer)?;
                    return Ok(Tag::Whole);
                }
                Some(quote @ (b'"' | b'\'')) => {
                    self.reader.take_byte(&mut self.buffer)?;
                    let ends_value = |chunk: &[u8]| memchr::memchr2(quote, b'<', chunk);
                    if !self.reader.take_until(ends_value, &mut self.buffer)? {
                        return Err(self.reader.truncated());
                    }
                    if self.reader.peek()? == Some(b'<') {
                        return Ok(Tag::Broken);
                    }
                    self.reader.take_byte(&mut self.buffer)?;
                }
                _ => return Ok(Tag::Broken),
            }
        }
    }

    fn found(&mut self, start: Mark, tag: Tag) -> Found<XmlRow<'_>> {
        let span = self.reader.span_from(start);
        let unreadable = |reason: &str| {
            Found::Unreadable(Unreadable {
                span,
                reason: reason.to_string(),
            })
        };
        if self.buffer.is_over() {
            return Found::Unreadable(self.buffer.over_limit(span));
        }
        if matches!(tag, Tag::Broken) {
            return unreadable("the element is not closed before the next one begins");
        }
        let attribute_count_max = self.reader.limits().xml_attribute_count_max;
        let row = self.buffer.row(self.reader.encoding(), span);
        match attributes(row.text, 1 + self.row_name.len(), attribute_count_max) {
            Ok(attributes) => Found::Readable(XmlRow { row, attributes }),
            Err(reason) => unreadable(reason),
        }
    }
}

/// Splits the attributes of `<name a="b" .../>`.
fn attributes(
    element: &str,
    name_end: usize,
    count_max: usize,
) -> Result<Vec<(&str, Cow<'_, str>)>, &'static str> {
    let inside = element.strip_suffix('>').unwrap_or(element);
    let inside = inside.strip_suffix('/').unwrap_or(inside);
    let mut attributes = Vec::with_capacity(24);
    // quick-xml looks for duplicates among all earlier names, which the count keeps cheap.
    for attribute in Attributes::new(inside, name_end) {
        if attributes.len() == count_max {
            return Err("the element has too many attributes");
        }
        let attribute = attribute.map_err(|_| "the attributes are not well-formed")?;
        attributes.push((attribute.key.0, attribute.value));
    }
    Ok(attributes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use expect_test::{Expect, expect};
    use std::fmt::Write;

    fn read_with(bytes: &[u8], limits: &Limits) -> String {
        let mut file = FileReader::from_stream("a.xml", bytes, limits, None).unwrap();
        let mut rows = XmlRows::new(&mut file, "row");
        let mut out = String::new();
        loop {
            match rows.next_row() {
                Ok(None) => return out,
                Ok(Some(Found::Readable(row))) => {
                    let span = row.row.span;
                    write!(
                        out,
                        "{}..{} line {}",
                        span.byte_start, span.byte_end, span.line
                    )
                    .unwrap();
                    for name in ["Id", "T"] {
                        match row.attribute(name) {
                            Ok(Some(value)) => write!(out, " {name}={value:?}").unwrap(),
                            Ok(None) => {}
                            Err(error) => write!(out, " {name}: {error}").unwrap(),
                        }
                    }
                    out.push_str(if row.row.is_lossy { " lossy\n" } else { "\n" });
                }
                Ok(Some(Found::Unreadable(lost))) => {
                    let Unreadable { span, reason } = lost;
                    writeln!(
                        out,
                        "{}..{} line {}: {reason}",
                        span.byte_start, span.byte_end, span.line
                    )
                    .unwrap();
                }
                Err(error) => {
                    writeln!(out, "error: {error}").unwrap();
                    return out;
                }
            }
        }
    }

    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&read_with(text.as_bytes(), &Limits::default()));
    }

    #[test]
    fn rows_are_given_with_their_place_and_resolved_values() {
        check(
            "<?xml version='1.0'?>\n<rows>\n  <!-- <row Id='0'/> -- > -->\n  <row Id=\"1\" T=\"a&#xA;b &lt;b&gt; &amp;amp; 'q' > 1\" />\n  <row Id='2'></row>\n  <other Id='3'/>\n</rows>",
            expect![[r#"
                61..115 line 4 Id="1" T="a\nb <b> &amp; 'q' > 1"
                118..130 line 5 Id="2"
            "#]],
        );
    }

    #[test]
    fn row_that_is_not_well_formed_costs_itself_only() {
        check(
            "<rows>\n<row Id=\"1 />\n<row Id=\"2\"/>\n<row Id=\"3\" T=\"a < b\"/>\n<row Id=\"4\"/>\n<row Id=5/>\n<row Id=\"6\" Id=\"7\"/>\n<row <row Id=\"8\"/>\n</rows>",
            expect![[r#"
                7..21 line 2: the element is not closed before the next one begins
                21..34 line 3 Id="2"
                35..52 line 4: the element is not closed before the next one begins
                59..72 line 5 Id="4"
                73..84 line 6: the attributes are not well-formed
                85..105 line 7: the attributes are not well-formed
                106..111 line 8: the element is not closed before the next one begins
                111..124 line 8 Id="8"
            "#]],
        );
    }

    #[test]
    fn undefined_reference_costs_the_field_only() {
        check(
            "<rows><row Id=\"1\" T=\"&bomb;\"/><row Id=\"2\" T=\"&#0;&#x110000;\"/></rows>",
            expect![[r#"
            6..30 line 1 Id="1" T: the value holds a character reference that is not defined
            30..62 line 1 Id="2" T: the value holds a character reference that is not defined
        "#]],
        );
    }

    #[test]
    fn entity_bomb_is_refused() {
        check(
            "<!DOCTYPE rows [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><rows><row Id=\"&b;\"/></rows>",
            expect![[r#"
                error: a.xml declares a document type at byte 0, which is refused; hint: remove the DOCTYPE if the file is trusted
            "#]],
        );
    }

    #[test]
    fn cut_document_is_truncated_after_its_rows() {
        for (text, row_count) in [
            ("<rows><row Id=\"1\"/><row Id=\"2", 1),
            ("<rows><row Id=\"1\"/><row", 1),
            ("<rows><row Id=\"1\"/>", 1),
            ("<rows><!-- ", 0),
            ("", 0),
        ] {
            let out = read_with(text.as_bytes(), &Limits::default());
            assert_eq!(out.lines().count(), row_count + 1, "{text}: {out}");
            assert!(out.contains("ends in the middle"), "{text}: {out}");
        }
        check("<rows/>", expect![""]);
    }

    #[test]
    fn invalid_bytes_are_replaced_and_said() {
        let mut text =
            "<rows><row Id=\"1\" T=\"a?b\0c\"/><row Id=\"2\" T=\"Съешь же ещё\"/></rows>"
                .as_bytes()
                .to_vec();
        text[21] = 0xFF;
        expect![[r#"
            6..29 line 1 Id="1" T="�?b\0c" lossy
            29..69 line 1 Id="2" T="Съешь же ещё"
        "#]]
        .assert_eq(&read_with(&text, &Limits::default()));
    }

    #[test]
    fn over_long_row_is_passed_over() {
        let limits = Limits {
            row_bytes_max: 40,
            ..Limits::default()
        };
        let text = format!(
            "<rows><row Id=\"1\" T=\"{}\"/><row Id=\"2\"/></rows>",
            "x".repeat(1000)
        );
        expect![[r#"
            6..1024 line 1: the row is longer than 40 bytes
            1024..1037 line 1 Id="2"
        "#]]
        .assert_eq(&read_with(text.as_bytes(), &limits));
    }

    #[test]
    fn row_with_too_many_attributes_is_unreadable() {
        let many: String = (0..2000).map(|n| format!(" a{n}=\"\"")).collect();
        check(
            &format!("<rows><row{many}/><row Id=\"1\"/></rows>"),
            expect![[r#"
            6..16902 line 1: the element has too many attributes
            16902..16915 line 1 Id="1"
        "#]],
        );
    }
}
