//! Builds the tree in one pass. Every step costs at most the depth limit, so the whole is linear.

use memchr::{memchr, memchr_iter, memmem};

use super::mark::{attribute_mark, class_marks, id_mark, name_mark};
use super::name::{ElementName, NameSet};
use super::tag::attributes;
use super::{HTML_DEPTH_MAX, HTML_ELEMENT_COUNT_MAX, HtmlTree, Node};

/// Elements without content.
const VOID: NameSet = NameSet::new(&[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "frame",
]);

/// Elements whose content is text up to their end tag.
const RAW: NameSet = NameSet::new(&[
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
]);

/// Elements that the end tag of an inline element does not reach through.
const SPECIAL: NameSet = NameSet::new(&[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "button",
    "caption",
    "center",
    "dd",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "html",
    "li",
    "main",
    "marquee",
    "menu",
    "nav",
    "object",
    "ol",
    "p",
    "pre",
    "section",
    "select",
    "summary",
    "table",
    "tbody",
    "td",
    "template",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "applet",
    "noscript",
    "colgroup",
]);

/// Block elements whose start ends an open paragraph.
const ENDS_PARAGRAPH: NameSet = NameSet::new(&[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "dir",
    "div",
    "dl",
    "fieldset",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
    "li",
]);

const TABLE_SCOPE: NameSet = NameSet::new(&["table", "td", "th", "caption", "template", "object"]);

const FORM: NameSet = NameSet::new(&["form"]);
const PARAGRAPH: NameSet = NameSet::new(&["p"]);
const TABLE: NameSet = NameSet::new(&["table"]);
const LIST_ITEM: NameSet = NameSet::new(&["li"]);
const LIST_SCOPE: NameSet = NameSet::new(&["ul", "ol", "table", "td", "th"]);

/// Parts of a table, whose end tags reach through everything but another table.
const OF_TABLE: NameSet = NameSet::new(&["tr", "td", "th", "tbody", "thead", "tfoot", "table"]);

/// Elements whose end tag means nothing.
const WITHOUT_END: NameSet = NameSet::new(&["html", "body", "form"]);

/// Elements whose start ends an open one of the same group, and what stands against it.
const ENDS_ITS_KIND: [(NameSet, NameSet); 7] = [
    (LIST_ITEM, ITEM_SCOPE),
    (NameSet::new(&["dt", "dd"]), ITEM_SCOPE),
    (NameSet::new(&["option"]), NameSet::new(&["select"])),
    (NameSet::new(&["td", "th"]), NameSet::new(&["table", "tr"])),
    (NameSet::new(&["tr"]), TABLE),
    (NameSet::new(&["tbody", "thead", "tfoot"]), TABLE),
    (NameSet::new(&["a"]), SPECIAL),
];
const ITEM_SCOPE: NameSet = NameSet::new(&["ul", "ol", "dl", "table", "td", "th", "menu"]);

pub(super) fn build(text: &str) -> HtmlTree<'_> {
    let text = match u32::try_from(text.len()) {
        Ok(_) => text,
        Err(_) => text.get(..u32::MAX as usize - 1).unwrap_or_default(),
    };
    let mut builder = Builder {
        text,
        nodes: Vec::with_capacity(text.len() / 32 + 16),
        open: Vec::new(),
        unlisted_depth: 0,
        has_no_comment_end: false,
    };
    // Doubling may not take the memory of twice the elements that a page may have.
    if builder.nodes.capacity() > HTML_ELEMENT_COUNT_MAX {
        builder.nodes = Vec::new();
    }
    builder.run();
    HtmlTree {
        text,
        nodes: builder.nodes,
    }
}

struct Builder<'a> {
    text: &'a str,
    nodes: Vec<Node>,
    /// The open elements, outermost first.
    open: Vec<Open>,
    /// Elements open beyond the depth limit.
    unlisted_depth: usize,
    has_no_comment_end: bool,
}

/// An element that is not ended yet.
#[derive(Clone, Copy)]
struct Open {
    number: usize,
    name: ElementName,
}

impl<'a> Builder<'a> {
    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while let Some(offset) = memchr(b'<', &bytes[at..]) {
            at += offset;
            at = match bytes.get(at + 1) {
                Some(b'/') => self.end_tag(at),
                Some(b'!') if bytes[at..].starts_with(b"<!--") => self.comment(at),
                Some(b'!' | b'?') => self.past(at + 2, b'>'),
                Some(byte) if byte.is_ascii_alphabetic() => self.start_tag(at),
                _ => at + 1,
            };
        }
        self.close_down_to(0, bytes.len(), bytes.len());
    }

    fn past(&self, from: usize, byte: u8) -> usize {
        let bytes = self.text.as_bytes();
        memchr(byte, &bytes[from..]).map_or(bytes.len(), |offset| from + offset + 1)
    }

    /// A comment without an end is one up to the next `>`, so that it does not swallow a page.
    fn comment(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        if bytes[at..].starts_with(b"<!-->") {
            return at + 5;
        }
        if !self.has_no_comment_end {
            if let Some(offset) = memmem::find(&bytes[at + 4..], b"-->") {
                return at + 4 + offset + 3;
            }
            self.has_no_comment_end = true;
        }
        self.past(at + 2, b'>')
    }

    fn name_at(&self, start: usize) -> &'a str {
        let length = self.text.as_bytes()[start..]
            .iter()
            .take(64)
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_'))
            .count();
        &self.text[start..start + length]
    }

    fn start_tag(&mut self, at: usize) -> usize {
        let name = self.name_at(at + 1);
        let mut node = Node {
            marks: name_mark(name),
            start: at as u32,
            content_start: 0,
            content_end: 0,
            end: 0,
            last: 0,
            parent: u32::MAX,
            class: (0, 0),
            id: (0, 0),
            name_length: name.len() as u8,
        };
        let mut found = attributes(self.text, at + 1 + name.len(), self.text.len());
        for attribute in found.by_ref() {
            let start = attribute.value_start as u32;
            let span = (start, start + attribute.value.len() as u32);
            node.marks |= attribute_mark(attribute.name);
            if node.class.0 == 0 && attribute.name.eq_ignore_ascii_case("class") {
                node.class = span;
                node.marks |= class_marks(attribute.value);
            } else if node.id.0 == 0 && attribute.name.eq_ignore_ascii_case("id") {
                node.id = span;
                node.marks |= id_mark(attribute.value);
            }
        }
        let end = found.position();
        if !found.is_closed() {
            // The page ends inside the tag, as after an unclosed quotation mark: the tag is
            // dropped up to the next `>`. It costs no more than twice the page, since behind an
            // unclosed quotation mark there is none of its kind.
            return self.past(at + 1, b'>').min(end);
        }
        node.content_start = end as u32;
        self.list(node, name, end)
    }

    fn list(&mut self, mut node: Node, written: &'a str, end: usize) -> usize {
        let name = ElementName::of(written);
        self.end_implied(name, node.start as usize);
        if self.nodes.len() >= HTML_ELEMENT_COUNT_MAX {
            return end;
        }
        let number = self.nodes.len();
        node.parent = self
            .open
            .last()
            .map_or(u32::MAX, |parent| parent.number as u32);
        (node.content_end, node.end, node.last) = (end as u32, end as u32, number as u32 + 1);
        if RAW.has(name) {
            let (content_end, after) = self.raw_end(end, written);
            (node.content_end, node.end) = (content_end as u32, after as u32);
            self.nodes.push(node);
            return after;
        }
        self.nodes.push(node);
        // The standard takes a form that stands between table and row as empty; pages that open
        // it outside a table and close it inside are common, so it never contains anything.
        if !VOID.has(name) && !FORM.has(name) {
            if self.open.len() < HTML_DEPTH_MAX {
                self.open.push(Open { number, name });
            } else {
                self.unlisted_depth += 1;
            }
        }
        end
    }

    /// Where the content of a raw text element ends, and the position behind its end tag.
    fn raw_end(&self, start: usize, name: &str) -> (usize, usize) {
        let bytes = self.text.as_bytes();
        for offset in memchr_iter(b'<', &bytes[start..]) {
            let at = start + offset;
            let is_end = bytes.get(at + 1) == Some(&b'/')
                && bytes
                    .get(at + 2..at + 2 + name.len())
                    .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
            if is_end {
                return (at, self.past(at, b'>'));
            }
        }
        (bytes.len(), bytes.len())
    }

    fn open_name(&self, depth: usize) -> &'a str {
        let node = &self.nodes[self.open[depth].number];
        let start = node.start as usize + 1;
        &self.text[start..start + usize::from(node.name_length)]
    }

    /// Ends what the start of an element ends.
    fn end_implied(&mut self, name: ElementName, at: usize) {
        if self.unlisted_depth > 0 {
            return;
        }
        if ENDS_PARAGRAPH.has(name) {
            self.end_nearest(PARAGRAPH, SPECIAL, at);
        }
        for (group, stops) in ENDS_ITS_KIND {
            if group.has(name) {
                return self.end_nearest(group, stops, at);
            }
        }
    }

    /// Ends the innermost open element of one of the names, unless an element of `stops` stands
    /// between. The names themselves do not stop.
    fn end_nearest(&mut self, names: NameSet, stops: NameSet, at: usize) {
        for depth in (0..self.open.len()).rev() {
            let name = self.open[depth].name;
            if names.has(name) {
                return self.close_down_to(depth, at, at);
            }
            if stops.has(name) {
                return;
            }
        }
    }

    fn end_tag(&mut self, at: usize) -> usize {
        let end = self.past(at, b'>');
        let written = self.name_at(at + 2);
        let name = ElementName::of(written);
        if written.is_empty() || VOID.has(name) || WITHOUT_END.has(name) {
            return end;
        }
        if self.unlisted_depth > 0 {
            self.unlisted_depth -= 1;
            return end;
        }
        let stops = match () {
            _ if !SPECIAL.has(name) => SPECIAL,
            _ if OF_TABLE.has(name) => TABLE,
            _ if LIST_ITEM.has(name) => LIST_SCOPE,
            _ => TABLE_SCOPE,
        };
        for depth in (0..self.open.len()).rev() {
            let open = self.open[depth].name;
            let is_same = open == name
                && (name != ElementName::OTHER
                    || self.open_name(depth).eq_ignore_ascii_case(written));
            if is_same {
                self.close_down_to(depth, at, end);
                break;
            }
            if stops.has(open) {
                break;
            }
        }
        end
    }

    /// Ends all open elements from a depth on: the outermost of them at the end tag, those
    /// inside it before.
    fn close_down_to(&mut self, depth: usize, content_end: usize, end: usize) {
        let last = self.nodes.len() as u32;
        for index in depth..self.open.len() {
            let node = &mut self.nodes[self.open[index].number];
            node.content_end = content_end as u32;
            node.end = if index == depth { end } else { content_end } as u32;
            node.last = last;
        }
        self.open.truncate(depth);
    }
}
