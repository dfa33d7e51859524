//! Elements of an XML document cut out whole, with what they contain: the items of a feed.
//!
//! A scanner of tags holds one element at a time and knows comments and CDATA sections, in which
//! tags are text. What an element says is read from the cut text ([`XmlNode`]). Document types
//! are refused, since entities can expand without bound.

use crate::file_reader::Mark;
use crate::row::RowBuffer;
use crate::xml_node::{XmlNode, local_name};
use crate::{FileReader, Found, InputError, Row, Unreadable};

/// Names longer than this are no element that anybody asks for.
const NAME_BYTES_MAX: usize = 256;

/// Reads the elements of some names.
pub struct XmlElements<'r, 'f> {
    reader: &'r mut FileReader<'f>,
    names: &'static [&'static str],
    element: RowBuffer,
    markup: RowBuffer,
    /// Name of the tag that was read last.
    name: Vec<u8>,
    root_name: Vec<u8>,
    is_root_closed: bool,
    /// Where the start tag in `markup` began, if it was met while the element before was read.
    next_start: Option<Mark>,
}

/// One element.
#[derive(Debug)]
pub struct XmlElement<'a> {
    /// The whole element as text.
    pub row: Row<'a>,
    /// The element, split.
    pub node: XmlNode<'a>,
}

/// What stands between `<` and its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Markup {
    Start,
    Empty,
    End,
    /// A comment, a CDATA section, an instruction, or what is no markup at all.
    Other,
}

/// How the reading of an element ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Closed,
    /// The next element of its name begins, or the document ends, before it is closed.
    Unclosed,
}

impl<'r, 'f> XmlElements<'r, 'f> {
    /// Starts at the reader's position. `names` are those of the elements to give, without their
    /// prefix; elements inside of a given one are not given by themselves.
    pub fn new(reader: &'r mut FileReader<'f>, names: &'static [&'static str]) -> Self {
        let byte_count_max = reader.limits().row_bytes_max;
        Self {
            reader,
            names,
            element: RowBuffer::new(byte_count_max),
            markup: RowBuffer::new(byte_count_max),
            name: Vec::new(),
            root_name: Vec::new(),
            is_root_closed: false,
            next_start: None,
        }
    }

    /// Bytes read so far.
    pub fn byte_position(&self) -> u64 {
        self.reader.byte_position()
    }

    /// The next element, `None` after the end of the document.
    ///
    /// # Errors
    ///
    /// Those of the reader, a document type, or a file that ends before its root element does.
    pub fn next_element(&mut self) -> Result<Option<Found<XmlElement<'_>>>, InputError> {
        loop {
            let (start, markup) = match self.next_start.take() {
                Some(start) => (start, Markup::Start),
                None => {
                    let is_more = self
                        .reader
                        .skip_until(|chunk| memchr::memchr(b'<', chunk))?;
                    if !is_more && self.is_root_closed {
                        return Ok(None);
                    }
                    if !is_more {
                        return Err(self.reader.truncated());
                    }
                    (self.reader.mark(), self.take_markup()?)
                }
            };
            match markup {
                Markup::Start | Markup::Empty if self.root_name.is_empty() => {
                    self.root_name.clone_from(&self.name);
                    self.is_root_closed = markup == Markup::Empty;
                }
                Markup::Start | Markup::Empty if self.is_wanted() => {
                    self.element.clear();
                    self.element.append(&self.markup);
                    let end = match markup {
                        Markup::Start => self.take_content()?,
                        _ => End::Closed,
                    };
                    return Ok(Some(self.found(start, end)));
                }
                Markup::End if self.name == self.root_name => self.is_root_closed = true,
                _ => {}
            }
        }
    }

    fn is_wanted(&self) -> bool {
        let name = std::str::from_utf8(&self.name).unwrap_or_default();
        self.names.contains(&local_name(name))
    }

    /// Takes what follows the start tag of an element, up to and including its end tag.
    fn take_content(&mut self) -> Result<End, InputError> {
        let own_name = self.name.clone();
        loop {
            let find = |chunk: &[u8]| memchr::memchr(b'<', chunk);
            if !self.reader.take_until(find, &mut self.element)? {
                return Err(self.reader.truncated());
            }
            let start = self.reader.mark();
            let markup = self.take_markup()?;
            match markup {
                Markup::Start if self.name == own_name => {
                    self.next_start = Some(start);
                    return Ok(End::Unclosed);
                }
                Markup::End if self.name == self.root_name => {
                    self.is_root_closed = true;
                    return Ok(End::Unclosed);
                }
                _ => self.element.append(&self.markup),
            }
            if markup == Markup::End && self.name == own_name {
                return Ok(End::Closed);
            }
        }
    }

    /// Reads what begins with the `<` at the reader's position into `markup`.
    fn take_markup(&mut self) -> Result<Markup, InputError> {
        let start = self.reader.mark();
        self.markup.clear();
        self.name.clear();
        self.reader.take_byte(&mut self.markup)?;
        match self.reader.peek()? {
            None => Err(self.reader.truncated()),
            Some(b'!') => self.take_declaration(start),
            Some(b'?') => self.take_past(b"?>"),
            Some(b'/') => {
                self.reader.take_byte(&mut self.markup)?;
                self.take_name()?;
                self.take_rest_of_tag()?;
                Ok(Markup::End)
            }
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => {
                self.take_name()?;
                let is_empty = self.take_rest_of_tag()?;
                Ok(if is_empty {
                    Markup::Empty
                } else {
                    Markup::Start
                })
            }
            Some(_) => Ok(Markup::Other),
        }
    }

    fn take_declaration(&mut self, start: Mark) -> Result<Markup, InputError> {
        self.reader.take_byte(&mut self.markup)?;
        match self.reader.peek()? {
            Some(b'-') => {
                // Past both dashes of the opening, lest "<!-->" be taken for a whole comment.
                self.reader.take_byte(&mut self.markup)?;
                if self.reader.peek()? == Some(b'-') {
                    self.reader.take_byte(&mut self.markup)?;
                }
                self.take_past(b"-->")
            }
            Some(b'[') => self.take_past(b"]]>"),
            Some(_) => Err(InputError::DocumentType {
                file: self.reader.file().clone(),
                byte: start.byte,
            }),
            None => Err(self.reader.truncated()),
        }
    }

    fn take_past(&mut self, end: &[u8]) -> Result<Markup, InputError> {
        if self.reader.take_past(end, &mut self.markup)? {
            Ok(Markup::Other)
        } else {
            Err(self.reader.truncated())
        }
    }

    fn take_name(&mut self) -> Result<(), InputError> {
        while let Some(byte) = self.reader.peek()? {
            if byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'<') {
                return Ok(());
            }
            if self.name.len() < NAME_BYTES_MAX {
                self.name.push(byte);
            }
            self.reader.take_byte(&mut self.markup)?;
        }
        Err(self.reader.truncated())
    }

    /// Takes attributes up to and including the closing `>`, or up to a `<` that cannot stand in
    /// a tag. Says whether the tag ends with `/>`.
    fn take_rest_of_tag(&mut self) -> Result<bool, InputError> {
        let stops = |chunk: &[u8]| {
            chunk
                .iter()
                .position(|byte| matches!(byte, b'"' | b'\'' | b'>' | b'<'))
        };
        loop {
            if !self.reader.take_until(stops, &mut self.markup)? {
                return Err(self.reader.truncated());
            }
            match self.reader.peek()? {
                Some(b'>') => {
                    let is_empty = self.markup.bytes().ends_with(b"/");
                    self.reader.take_byte(&mut self.markup)?;
                    return Ok(is_empty);
                }
                Some(quote @ (b'"' | b'\'')) => {
                    self.reader.take_byte(&mut self.markup)?;
                    let ends_value = |chunk: &[u8]| memchr::memchr2(quote, b'<', chunk);
                    if !self.reader.take_until(ends_value, &mut self.markup)? {
                        return Err(self.reader.truncated());
                    }
                    if self.reader.peek()? == Some(b'<') {
                        return Ok(false);
                    }
                    self.reader.take_byte(&mut self.markup)?;
                }
                _ => return Ok(false),
            }
        }
    }

    fn found(&mut self, start: Mark, end: End) -> Found<XmlElement<'_>> {
        let mut span = self.reader.span_from(start);
        if let Some(next) = &self.next_start {
            span.byte_end = next.byte;
        }
        let unreadable = |reason: &str| {
            Found::Unreadable(Unreadable {
                span,
                reason: reason.to_string(),
            })
        };
        if self.element.is_over() {
            return Found::Unreadable(self.element.over_limit(span));
        }
        if end == End::Unclosed {
            return unreadable("the element is not closed");
        }
        let row = self.element.row(self.reader.encoding(), span);
        match XmlNode::split(row.text) {
            Ok(nodes) => match nodes.into_iter().next() {
                Some(node) => Found::Readable(XmlElement { row, node }),
                None => unreadable("the element is not well-formed"),
            },
            Err(reason) => unreadable(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use expect_test::{Expect, expect};
    use std::fmt::Write;

    fn read_with(bytes: &[u8], limits: &Limits) -> String {
        let mut file = FileReader::from_stream("a.xml", bytes, limits, None).unwrap();
        let mut elements = XmlElements::new(&mut file, &["item", "title"]);
        let mut out = String::new();
        loop {
            match elements.next_element() {
                Ok(None) => return out,
                Ok(Some(Found::Readable(element))) => {
                    let (span, node) = (element.row.span, &element.node);
                    write!(
                        out,
                        "{}..{} line {}",
                        span.byte_start, span.byte_end, span.line
                    )
                    .unwrap();
                    write!(out, " {}: {:?}", node.name(), node.text()).unwrap();
                    for child in node.children().unwrap() {
                        write!(out, " {}={:?}", child.name(), child.text()).unwrap();
                    }
                    out.push_str(if element.row.is_lossy {
                        " lossy\n"
                    } else {
                        "\n"
                    });
                }
                Ok(Some(Found::Unreadable(Unreadable { span, reason }))) => {
                    let (start, end) = (span.byte_start, span.byte_end);
                    writeln!(out, "{start}..{end} line {}: {reason}", span.line).unwrap();
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
    fn elements_are_given_with_their_place_and_content() {
        check(
            "<?xml version='1.0'?>\n<rss><channel><title>A &amp; B</title><!-- <item> --><link>x</link>\n<item a='>'><b>1 &lt; 2<i>!</i></b><c><![CDATA[</item> &amp; ]]></c></item><x:item/></channel></rss>",
            expect![[r#"
                36..60 line 2 title: "A & B"
                90..165 line 3 item: "1 < 2!</item> &amp; " b="1 < 2!" c="</item> &amp; "
                165..174 line 3 x:item: ""
            "#]],
        );
    }

    #[test]
    fn damaged_element_costs_itself_only() {
        check(
            "<rss><item><a>1</a><item><a>2</a></item><item><a>3</b></item><item><a>4 & 5</a></item><item><a href=\"<item><a>6</a></item><item><a>7</a></rss>",
            expect![[r#"
                5..19 line 1: the element is not closed
                19..40 line 1 item: "2" a="2"
                40..61 line 1: the element is not well-formed
                61..86 line 1 item: "4 & 5" a="4 & 5"
                86..101 line 1: the element is not closed
                101..122 line 1 item: "6" a="6"
                122..142 line 1: the element is not closed
            "#]],
        );
    }

    #[test]
    fn document_type_is_refused() {
        check(
            "<!DOCTYPE rss [<!ENTITY a \"b\">]><rss/>",
            expect![[r#"
            error: a.xml declares a document type at byte 0, which is refused; hint: remove the DOCTYPE if the file is trusted
        "#]],
        );
    }

    #[test]
    fn cut_document_is_truncated_after_its_elements() {
        let text = "<rss><item><a>1</a></item><item><![CDATA[x]]></item><!-- c --></rss>";
        for length in 0..text.len() {
            let out = read_with(&text.as_bytes()[..length], &Limits::default());
            assert!(out.contains("ends in the middle"), "{length}: {out}");
        }
        check("<rss/>", expect![[""]]);
    }

    #[test]
    fn over_long_element_is_passed_over() {
        let limits = Limits {
            row_bytes_max: 40,
            ..Limits::default()
        };
        let long = "x".repeat(1000);
        let text = format!(
            "<rss><item><a>{long}</a></item><item><![CDATA[{long}]]></item><item>2</item></rss>"
        );
        expect![[r#"
            5..1025 line 1: the row is longer than 40 bytes
            1025..2050 line 1: the row is longer than 40 bytes
            2050..2064 line 1 item: "2"
        "#]]
        .assert_eq(&read_with(text.as_bytes(), &limits));
    }

    #[test]
    fn deep_nesting_and_invalid_bytes_are_survived() {
        let deep = "<b>".repeat(100_000);
        let mut text = format!("<rss><item>{deep}</item><item>?</item></rss>").into_bytes();
        let at = text.len() - 14;
        assert_eq!(text[at], b'?');
        text[at] = 0xFF;
        expect![[r#"
            5..300018 line 1: the element is not well-formed
            300018..300032 line 1 item: "�" lossy
        "#]]
        .assert_eq(&read_with(&text, &Limits::default()));
    }
}
