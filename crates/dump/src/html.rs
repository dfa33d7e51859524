//! A saved HTML page as a tree of elements that point into its text.
//!
//! It is for reading old pages by the million: one pass, no copies, no scripts, no network. It
//! follows the HTML standard where pages of forums depend on it (elements without an end, rows
//! and cells, misnested formatting, raw text) and not beyond; the text of a fragment is
//! converted elsewhere. Elements are stored in the order of the page, so that everything inside
//! an element is a range.

use std::ops::Range;

mod build;
mod mark;
mod name;
mod select;
mod tag;

pub use select::Selector;

/// Elements nested deeper than this are listed without what they contain, as browsers do.
pub const HTML_DEPTH_MAX: usize = 400;

/// Elements of one page that are listed; further ones are text of those before.
pub const HTML_ELEMENT_COUNT_MAX: usize = 1 << 20;

/// A page.
#[derive(Debug)]
pub struct HtmlTree<'a> {
    text: &'a str,
    nodes: Vec<Node>,
}

/// One element. Positions are bytes of the page.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// The `<` of the start tag.
    start: u32,
    /// Behind the start tag.
    content_start: u32,
    /// The end tag, or where the element was ended without one.
    content_end: u32,
    /// Behind the end tag.
    end: u32,
    /// The number behind that of the last element inside.
    last: u32,
    parent: u32,
    class: (u32, u32),
    id: (u32, u32),
    name_length: u8,
    /// See [`mark`].
    marks: u64,
}

/// The number of an element; elements are numbered in the order of the page.
pub type ElementId = usize;

impl<'a> HtmlTree<'a> {
    /// Reads a page of at most 4 GiB; what lies beyond is not read. Any text is a page.
    pub fn parse(text: &'a str) -> Self {
        build::build(text)
    }

    /// The whole text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The numbers of all elements.
    pub fn all(&self) -> Range<ElementId> {
        0..self.nodes.len()
    }

    /// The element and everything inside.
    pub fn within(&self, element: ElementId) -> Range<ElementId> {
        element..self.nodes[element].last as usize
    }

    /// The elements that the selector fits, in the order of the page.
    pub fn select<'s>(
        &'s self,
        range: Range<ElementId>,
        selector: &'s Selector,
    ) -> impl Iterator<Item = ElementId> + 's {
        range.filter(move |element| selector.fits(self, *element))
    }

    /// The element that contains this one.
    pub fn parent(&self, element: ElementId) -> Option<ElementId> {
        let parent = self.nodes[element].parent;
        (parent != u32::MAX).then_some(parent as usize)
    }

    /// The name of the element as it is written, in either case.
    pub fn name(&self, element: ElementId) -> &'a str {
        let node = &self.nodes[element];
        let start = node.start as usize + 1;
        &self.text[start..start + usize::from(node.name_length)]
    }

    /// The raw value of an attribute, references undecoded; `None` without it.
    pub fn attribute(&self, element: ElementId, name: &str) -> Option<&'a str> {
        let node = &self.nodes[element];
        let span = |(start, end): (u32, u32)| {
            (start > 0).then(|| &self.text[start as usize..end as usize])
        };
        match name {
            "class" => span(node.class),
            "id" => span(node.id),
            _ => tag::attributes(
                self.text,
                self.attributes_start(node),
                node.content_start as usize,
            )
            .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
            .map(|attribute| attribute.value),
        }
    }

    /// Whether the class attribute has this word.
    pub fn has_class(&self, element: ElementId, class: &str) -> bool {
        self.attribute(element, "class")
            .is_some_and(|words| words.split_ascii_whitespace().any(|word| word == class))
    }

    /// Bytes of the page between start and end tag.
    pub fn content(&self, element: ElementId) -> Range<usize> {
        let node = &self.nodes[element];
        node.content_start as usize..node.content_end as usize
    }

    /// Bytes of the page with both tags.
    pub fn outside(&self, element: ElementId) -> Range<usize> {
        let node = &self.nodes[element];
        node.start as usize..node.end as usize
    }

    fn attributes_start(&self, node: &Node) -> usize {
        node.start as usize + 1 + usize::from(node.name_length)
    }
}

#[cfg(test)]
mod tests;
