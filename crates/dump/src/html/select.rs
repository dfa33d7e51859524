//! Selectors, a small part of CSS: which elements are meant, as data.

use super::mark::{attribute_mark, class_marks, id_mark, name_mark};
use super::{ElementId, HtmlTree};

/// `div.post > a[href^=x], #id`: tag names, classes, ids and attributes, inside (a space) or
/// directly inside (`>`) others, alternatives with a comma.
///
/// Attributes may be tested for presence `[a]`, equality `[a=b]`, a word `[a~=b]`, a part
/// `[a*=b]`, a beginning `[a^=b]`, an end `[a$=b]` and, beyond CSS, a beginning that only a
/// decimal number follows `[a#=b]`. Values stand without quotation marks and hold no `]`, `,` or
/// space. An attribute value is compared as written, without decoding references.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    alternatives: Vec<Vec<Step>>,
}

#[derive(Debug, Clone)]
struct Step {
    compound: Compound,
    is_child: bool,
}

#[derive(Debug, Clone, Default)]
struct Compound {
    tag: String,
    classes: Vec<String>,
    id: Option<String>,
    attributes: Vec<AttributeTest>,
    /// Marks of all these.
    marks: u64,
}

#[derive(Debug, Clone)]
struct AttributeTest {
    name: String,
    operator: Operator,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Presence,
    Equality,
    Word,
    Part,
    Beginning,
    End,
    NumberAfter,
}

impl Selector {
    /// Reads a selector; `None` if it is not well-formed. The empty text fits nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let mut selector = Self::default();
        for alternative in text.split(',').filter(|part| !part.trim().is_empty()) {
            let mut steps = Vec::new();
            let mut is_child = false;
            for word in alternative.split_ascii_whitespace() {
                if word == ">" {
                    is_child = true;
                    continue;
                }
                steps.push(Step {
                    compound: Compound::parse(word)?,
                    is_child,
                });
                is_child = false;
            }
            if is_child || steps.is_empty() {
                return None;
            }
            selector.alternatives.push(steps);
        }
        Some(selector)
    }

    /// Whether the element is one of those meant.
    pub fn fits(&self, tree: &HtmlTree<'_>, element: ElementId) -> bool {
        self.alternatives
            .iter()
            .any(|steps| steps_fit(steps, tree, element))
    }
}

/// The last step has to fit the element; those before it ancestors, the nearest that fits first.
/// That choice is not taken back, which would matter only for a child step behind two others.
fn steps_fit(steps: &[Step], tree: &HtmlTree<'_>, element: ElementId) -> bool {
    let Some((last, before)) = steps.split_last() else {
        return false;
    };
    if !last.compound.fits(tree, element) {
        return false;
    }
    let mut element = element;
    let mut is_child = last.is_child;
    for step in before.iter().rev() {
        loop {
            let Some(parent) = tree.parent(element) else {
                return false;
            };
            element = parent;
            if step.compound.fits(tree, element) {
                break;
            }
            if is_child {
                return false;
            }
        }
        is_child = step.is_child;
    }
    true
}

impl Compound {
    fn parse(word: &str) -> Option<Self> {
        let mut compound = Self::default();
        let mut rest = word;
        let part_end = |text: &str| text.find(['.', '#', '[']).unwrap_or(text.len());
        compound.tag = rest[..part_end(rest)].trim_start_matches('*').to_string();
        rest = &rest[part_end(rest)..];
        while let Some(sign) = rest.chars().next() {
            rest = &rest[1..];
            if sign == '[' {
                let end = rest.find(']')?;
                compound
                    .attributes
                    .push(AttributeTest::parse(&rest[..end])?);
                rest = &rest[end + 1..];
                continue;
            }
            let (name, after) = rest.split_at(part_end(rest));
            if name.is_empty() {
                return None;
            }
            match sign {
                '.' => compound.classes.push(name.to_string()),
                '#' => compound.id = Some(name.to_string()),
                _ => return None,
            }
            rest = after;
        }
        compound.marks = compound.all_marks();
        Some(compound)
    }

    fn all_marks(&self) -> u64 {
        let mut marks = match self.tag.as_str() {
            "" => 0,
            tag => name_mark(tag),
        };
        marks |= self.id.as_deref().map_or(0, id_mark);
        for class in &self.classes {
            marks |= class_marks(class);
        }
        for test in &self.attributes {
            marks |= attribute_mark(&test.name);
        }
        marks
    }

    fn fits(&self, tree: &HtmlTree<'_>, element: ElementId) -> bool {
        tree.nodes[element].marks & self.marks == self.marks && self.fits_text(tree, element)
    }

    fn fits_text(&self, tree: &HtmlTree<'_>, element: ElementId) -> bool {
        (self.tag.is_empty() || tree.name(element).eq_ignore_ascii_case(&self.tag))
            && self
                .id
                .as_deref()
                .is_none_or(|id| tree.attribute(element, "id") == Some(id))
            && self
                .classes
                .iter()
                .all(|class| tree.has_class(element, class))
            && self.attributes.iter().all(|test| {
                tree.attribute(element, &test.name)
                    .is_some_and(|value| test.fits(value))
            })
    }
}

impl AttributeTest {
    fn parse(text: &str) -> Option<Self> {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let (name, operator) = match name.chars().last()? {
            '~' => (&name[..name.len() - 1], Operator::Word),
            '*' => (&name[..name.len() - 1], Operator::Part),
            '^' => (&name[..name.len() - 1], Operator::Beginning),
            '$' => (&name[..name.len() - 1], Operator::End),
            '#' => (&name[..name.len() - 1], Operator::NumberAfter),
            _ if text.contains('=') => (name, Operator::Equality),
            _ => (name, Operator::Presence),
        };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_');
        (!name.is_empty() && name.bytes().all(is_name)).then(|| Self {
            name: name.to_string(),
            operator,
            value: value.to_string(),
        })
    }

    fn fits(&self, value: &str) -> bool {
        let wanted = self.value.as_str();
        match self.operator {
            Operator::Presence => true,
            Operator::Equality => value == wanted,
            Operator::Word => value.split_ascii_whitespace().any(|word| word == wanted),
            Operator::Part => value.contains(wanted),
            Operator::Beginning => value.starts_with(wanted),
            Operator::End => value.ends_with(wanted),
            Operator::NumberAfter => value
                .strip_prefix(wanted)
                .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit())),
        }
    }
}
