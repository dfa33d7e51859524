//! Marks: a few bits of an element by which most elements that a selector does not fit are passed
//! over without looking at their text.
//!
//! Each name, class, id and attribute of an element sets one of 64 bits. A selector whose bits
//! are not all set does not fit; one whose bits are set may.

/// The mark of the name of an element, in either case.
pub(super) fn name_mark(name: &str) -> u64 {
    mark(1, name, true)
}

/// The mark of having an attribute of that name, in either case.
pub(super) fn attribute_mark(name: &str) -> u64 {
    mark(2, name, true)
}

/// The marks of the words of a class attribute.
pub(super) fn class_marks(value: &str) -> u64 {
    value
        .split_ascii_whitespace()
        .fold(0, |marks, class| marks | mark(3, class, false))
}

/// The mark of an id.
pub(super) fn id_mark(id: &str) -> u64 {
    mark(4, id, false)
}

/// One bit, by the length and three bytes of the text.
fn mark(kind: u32, text: &str, is_folded: bool) -> u64 {
    let bytes = text.as_bytes();
    let byte = |at: usize| {
        let byte = bytes.get(at).copied().unwrap_or(0);
        u32::from(if is_folded {
            byte.to_ascii_lowercase()
        } else {
            byte
        })
    };
    let last = bytes.len().saturating_sub(1);
    let seed = byte(0) | byte(last / 2) << 8 | byte(last) << 16 | kind << 24;
    let mixed = (seed ^ bytes.len() as u32).wrapping_mul(0x9E37_79B1);
    1 << (mixed >> 26)
}
