//! One element of XML that lies in memory: its name, attributes, text and children.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;
use quick_xml::events::attributes::Attributes;
use std::borrow::Cow;

/// Elements beside one another; more make what contains them unreadable.
const SIBLING_COUNT_MAX: usize = 1024;

/// A reference is not longer than this. Bytes.
const REFERENCE_BYTES_MAX: usize = 12;

const CDATA_START: &str = "<![CDATA[";

/// An element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct XmlNode<'a> {
    /// The start tag between its brackets.
    tag: &'a str,
    content: &'a str,
}

/// The name behind the prefix.
pub(crate) fn local_name(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

impl<'a> XmlNode<'a> {
    /// The elements at the top of a text.
    ///
    /// # Errors
    ///
    /// Why the text cannot be split.
    pub(crate) fn split(text: &'a str) -> Result<Vec<Self>, &'static str> {
        const DAMAGED: &str = "the element is not well-formed";
        let mut reader = Reader::from_str(text);
        reader.config_mut().allow_dangling_amp = true;
        let mut nodes = Vec::new();
        let (mut depth, mut tag, mut content_start) = (0u64, "", 0);
        loop {
            let event_start = reader.buffer_position() as usize;
            let event = reader.read_event().map_err(|_| DAMAGED)?;
            let event_end = reader.buffer_position() as usize;
            let written = text.get(event_start..event_end).unwrap_or_default();
            match event {
                Event::Start(_) => {
                    if depth == 0 {
                        (tag, content_start) = (inside_of_tag(written), event_end);
                    }
                    depth += 1;
                }
                Event::Empty(_) if depth == 0 => nodes.push(Self {
                    tag: inside_of_tag(written),
                    content: "",
                }),
                Event::End(_) => {
                    depth = depth.checked_sub(1).ok_or(DAMAGED)?;
                    if depth == 0 {
                        let content = text.get(content_start..event_start).unwrap_or_default();
                        nodes.push(Self { tag, content });
                    }
                }
                Event::Eof if depth == 0 => return Ok(nodes),
                Event::Eof | Event::DocType(_) => return Err(DAMAGED),
                _ => {}
            }
            if nodes.len() > SIBLING_COUNT_MAX {
                return Err("the element has too many elements inside");
            }
        }
    }

    /// Its name as written, with its prefix.
    pub fn name(&self) -> &'a str {
        let length = self.tag.find(|letter: char| letter.is_ascii_whitespace());
        &self.tag[..length.unwrap_or(self.tag.len())]
    }

    /// What stands between its tags, as written.
    pub fn content(&self) -> &'a str {
        self.content
    }

    /// The elements directly inside.
    ///
    /// # Errors
    ///
    /// Why they cannot be told apart.
    pub fn children(&self) -> Result<Vec<XmlNode<'a>>, &'static str> {
        Self::split(self.content)
    }

    /// The value of an attribute with its references resolved.
    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut attributes = Attributes::new(self.tag, self.name().len());
        attributes
            .with_checks(false)
            .filter_map(Result::ok)
            .find(|attribute| attribute.key.0 == name)
            .map(|attribute| match attribute.value {
                Cow::Borrowed(value) => resolved(value),
                Cow::Owned(value) => Cow::Owned(resolved(&value).into_owned()),
            })
    }

    /// Its text, with that of the elements inside: CDATA sections as they stand, references
    /// resolved but for those that XML does not define, which are kept as written.
    pub fn text(&self) -> Cow<'a, str> {
        if !self.content.contains('<') {
            return resolved(self.content);
        }
        let mut out = String::with_capacity(self.content.len());
        let mut rest = self.content;
        while let Some((before, markup)) = rest.find('<').map(|at| rest.split_at(at)) {
            out.push_str(&resolved(before));
            let end = if let Some(inside) = markup.strip_prefix(CDATA_START) {
                let length = inside.find("]]>").unwrap_or(inside.len());
                out.push_str(&inside[..length]);
                CDATA_START.len() + length + "]]>".len()
            } else {
                let close = if markup.starts_with("<!--") {
                    "-->"
                } else {
                    ">"
                };
                markup
                    .find(close)
                    .map_or(markup.len(), |at| at + close.len())
            };
            rest = markup.get(end..).unwrap_or_default();
        }
        out.push_str(&resolved(rest));
        Cow::Owned(out)
    }
}

/// What stands between the brackets of a start tag.
fn inside_of_tag(written: &str) -> &str {
    let inside = written.strip_prefix('<').unwrap_or(written);
    let inside = inside.strip_suffix('>').unwrap_or(inside);
    inside.strip_suffix('/').unwrap_or(inside)
}

/// The text with references resolved; HTML's own (`&nbsp;`) and stray signs are kept.
fn resolved(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else {
        return Cow::Borrowed(text);
    };
    let (before, mut rest) = text.split_at(first);
    let mut out = String::with_capacity(text.len());
    out.push_str(before);
    while !rest.is_empty() {
        let reference = rest
            .bytes()
            .take(REFERENCE_BYTES_MAX)
            .position(|byte| byte == b';')
            .map(|at| &rest[..=at]);
        let letter = reference.and_then(|reference| unescape(reference).ok());
        let length = match (&letter, reference) {
            (Some(letter), Some(reference)) => {
                out.push_str(letter);
                reference.len()
            }
            _ => {
                out.push('&');
                1
            }
        };
        rest = &rest[length..];
        let next = rest.find('&').unwrap_or(rest.len());
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> XmlNode<'_> {
        XmlNode::split(text).unwrap()[0]
    }

    #[test]
    fn references_are_resolved_where_xml_defines_them() {
        let node = only("<a b='&amp;x&#x41; > &bomb;'>&lt;p&gt;&nbsp;&amp;nbsp; R&D; &#0; a &</a>");
        assert_eq!(node.text(), "<p>&nbsp;&nbsp; R&D; &#0; a &");
        assert_eq!(node.attribute("b").as_deref(), Some("&xA > &bomb;"));
        assert_eq!(node.attribute("c"), None);
    }

    #[test]
    fn text_is_that_of_sections_and_children() {
        let node = only("<a>1<![CDATA[<b> &amp; ]] ]]>2<!-- > --><c>&#51;</c>4</a>");
        assert_eq!(node.text(), "1<b> &amp; ]] 234");
        assert_eq!(node.children().unwrap()[0].name(), "c");
    }

    #[test]
    fn text_that_is_not_well_formed_is_refused() {
        for text in [
            "<a>",
            "</a>",
            "<a></b>",
            "<a",
            "<!DOCTYPE a>",
            "<a><![CDATA[</a>",
        ] {
            assert_eq!(
                XmlNode::split(text),
                Err("the element is not well-formed"),
                "{text}"
            );
        }
        let many = "<a/>".repeat(SIBLING_COUNT_MAX + 1);
        assert!(XmlNode::split(&many).is_err());
    }
}
