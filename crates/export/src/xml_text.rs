//! Foreign text in XML: whatever it holds, the document stays well-formed.

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

/// Text without the characters that XML 1.0 cannot hold, not even escaped: control characters
/// but tab, line feed and carriage return, U+FFFE and U+FFFF. Each becomes U+FFFD.
pub(crate) fn xml_text(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_xml_character) {
        return Cow::Borrowed(text);
    }
    let replaced = text.chars().map(|character| {
        if is_xml_character(character) {
            character
        } else {
            char::REPLACEMENT_CHARACTER
        }
    });
    Cow::Owned(replaced.collect())
}

fn is_xml_character(character: char) -> bool {
    matches!(
        character,
        '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..
    )
}

/// An XML document, one element per line, written as it comes.
pub(crate) struct XmlDocument<W: Write> {
    writer: Writer<W>,
}

impl<W: Write> XmlDocument<W> {
    pub(crate) fn new(mut out: W) -> io::Result<Self> {
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        Ok(XmlDocument {
            writer: Writer::new(out),
        })
    }

    /// An opening tag on a new line.
    pub(crate) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.new_line()?;
        self.writer
            .write_event(Event::Start(start(name, attributes)))
    }

    /// An element without content on a new line.
    pub(crate) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.new_line()?;
        self.writer
            .write_event(Event::Empty(start(name, attributes)))
    }

    /// An element that holds text, on a new line.
    pub(crate) fn text(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        text: &str,
    ) -> io::Result<()> {
        self.open(name, attributes)?;
        self.writer
            .write_event(Event::Text(BytesText::new(&xml_text(text))))?;
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }

    /// A closing tag on a new line.
    pub(crate) fn close(&mut self, name: &str) -> io::Result<()> {
        self.new_line()?;
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }

    /// Ends the last line and flushes.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        self.new_line()?;
        self.writer.get_mut().flush()
    }

    fn new_line(&mut self) -> io::Result<()> {
        self.writer.get_mut().write_all(b"\n")
    }
}

fn start<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, xml_text(value).as_ref()));
    }
    start
}
