//! The names of elements that the standard treats in ways of their own, as numbers and sets.

/// In the order of their first letters.
const NAMES: [&str; 78] = [
    "a",
    "address",
    "applet",
    "area",
    "article",
    "aside",
    "base",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "embed",
    "fieldset",
    "figure",
    "footer",
    "form",
    "frame",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "iframe",
    "img",
    "input",
    "li",
    "link",
    "main",
    "marquee",
    "menu",
    "meta",
    "nav",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "ol",
    "option",
    "p",
    "param",
    "pre",
    "script",
    "section",
    "select",
    "source",
    "style",
    "summary",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "track",
    "ul",
    "var",
    "video",
    "wbr",
    "xmp",
];

/// For each letter the numbers of the names that begin with it.
const STARTS: [(u8, u8); 26] = starts();

const fn starts() -> [(u8, u8); 26] {
    let mut starts = [(0, 0); 26];
    let mut number = 0;
    while number < NAMES.len() {
        let letter = (NAMES[number].as_bytes()[0] - b'a') as usize;
        if starts[letter].1 == 0 {
            starts[letter].0 = number as u8;
        }
        starts[letter].1 = number as u8 + 1;
        number += 1;
    }
    starts
}

/// The name of an element, as far as it matters to the structure of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ElementName(u8);

impl ElementName {
    /// Every name that is not in the list.
    pub(super) const OTHER: Self = Self(127);

    /// The name that is written so, in either case.
    pub(super) fn of(name: &str) -> Self {
        let Some(first) = name.bytes().next().filter(u8::is_ascii_alphabetic) else {
            return Self::OTHER;
        };
        let (start, end) = STARTS[usize::from(first.to_ascii_lowercase() - b'a')];
        (start..end)
            .find(|number| NAMES[usize::from(*number)].eq_ignore_ascii_case(name))
            .map_or(Self::OTHER, Self)
    }
}

/// A set of names.
#[derive(Debug, Clone, Copy)]
pub(super) struct NameSet(u128);

impl NameSet {
    /// The set of names, each of which is in the list: another does not compile.
    pub(super) const fn new(names: &[&str]) -> Self {
        let mut set = 0;
        let mut at = 0;
        while at < names.len() {
            let mut number = 0;
            while !is_equal(NAMES[number].as_bytes(), names[at].as_bytes()) {
                number += 1;
            }
            set |= 1 << number;
            at += 1;
        }
        Self(set)
    }

    /// Whether the name is one of the set.
    pub(super) fn has(self, name: ElementName) -> bool {
        self.0 >> name.0 & 1 == 1
    }
}

const fn is_equal(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_in_either_case_and_no_other() {
        for (number, name) in NAMES.iter().enumerate() {
            assert_eq!(ElementName::of(name), ElementName(number as u8), "{name}");
            assert_eq!(ElementName::of(&name.to_uppercase()), ElementName::of(name));
        }
        for name in ["", "b", "tables", "h7", "p-x", "é"] {
            assert_eq!(ElementName::of(name), ElementName::OTHER, "{name}");
        }
        let set = NameSet::new(&["td", "th"]);
        assert!(set.has(ElementName::of("TD")) && !set.has(ElementName::of("tr")));
        assert!(!set.has(ElementName::OTHER));
    }
}
