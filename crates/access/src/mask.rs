//! Texts without the identifiers in them.

use std::ops::Range;

use entangle_model::IdentifierKind;

/// An identifier in a text, as another crate found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundIdentifier {
    /// Bytes of the text it takes.
    pub bytes: Range<usize>,
    /// What it is.
    pub kind: IdentifierKind,
}

/// The text with every identifier replaced by its kind in brackets: `[email]`, `[jabber]`.
///
/// Ranges may come in any order, overlap and lie in one another: what overlaps is one
/// replacement, named after its longest range (of equally long ones the first in the text, then in
/// the order of the kinds). Doubt hides: a range that begins or ends within a character takes all of
/// it, and one that reaches beyond the text everything to its end. Empty and reversed ranges hide
/// nothing.
///
/// Only what was found is hidden. A name in a sentence is no identifier and stays.
pub fn mask(text: &str, found: &[FoundIdentifier]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut shown_to = 0;
    for replacement in replacements(text, found) {
        masked.push_str(&text[shown_to..replacement.bytes.start]);
        masked.push('[');
        masked.push_str(replacement.kind.as_str());
        masked.push(']');
        shown_to = replacement.bytes.end;
    }
    masked.push_str(&text[shown_to..]);
    masked
}

struct Replacement {
    bytes: Range<usize>,
    kind: IdentifierKind,
    named_after_length: usize,
}

/// Disjoint ranges on borders of characters, in the order of the text.
fn replacements(text: &str, found: &[FoundIdentifier]) -> Vec<Replacement> {
    let mut ranges: Vec<Replacement> = found
        .iter()
        .filter(|found| found.bytes.start < found.bytes.end)
        .map(|found| Replacement::on_characters(text, found))
        .filter(|range| !range.bytes.is_empty())
        .collect();
    ranges.sort_by_key(|range| (range.bytes.start, range.bytes.end, range.kind));

    let mut merged: Vec<Replacement> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.bytes.start < last.bytes.end => last.take_in(range),
            _ => merged.push(range),
        }
    }
    merged
}

impl Replacement {
    fn on_characters(text: &str, found: &FoundIdentifier) -> Self {
        let bytes =
            text.floor_char_boundary(found.bytes.start)..text.ceil_char_boundary(found.bytes.end);
        Self {
            named_after_length: bytes.len(),
            kind: found.kind,
            bytes,
        }
    }

    fn take_in(&mut self, other: Replacement) {
        self.bytes.end = self.bytes.end.max(other.bytes.end);
        if other.named_after_length > self.named_after_length {
            self.named_after_length = other.named_after_length;
            self.kind = other.kind;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use proptest::prelude::*;

    fn found(bytes: Range<usize>, kind: IdentifierKind) -> FoundIdentifier {
        FoundIdentifier { bytes, kind }
    }

    fn of_part(text: &str, part: &str, kind: IdentifierKind) -> FoundIdentifier {
        let start = text.find(part).unwrap();
        found(start..start + part.len(), kind)
    }

    #[test]
    fn identifiers_give_way_to_their_kinds() {
        use IdentifierKind::{Domain, Email, Jabber, Url};
        let text = "пиши neo@mail.ru или jabber: neo@xmpp.jp, https://neo.example/?m=neo@mail.com!";
        let parts = [
            of_part(text, "https://neo.example/?m=neo@mail.com", Url),
            of_part(text, "neo@mail.com", Email),
            of_part(text, "neo.example", Domain),
            of_part(text, "neo@mail.ru", Email),
            of_part(text, "neo@xmpp.jp", Jabber),
        ];
        expect!["пиши [email] или jabber: [jabber], [url]!"].assert_eq(&mask(text, &parts));
    }

    #[test]
    fn overlaps_neighbours_and_wrong_ranges() {
        use IdentifierKind::{Email, Icq, Phone};
        let cases = [
            (
                "partly overlapping",
                "0123456789",
                vec![found(1..4, Icq), found(3..9, Phone)],
            ),
            (
                "equal",
                "0123456789",
                vec![found(1..4, Phone), found(1..4, Icq)],
            ),
            (
                "neighbours",
                "0123456789",
                vec![found(1..4, Icq), found(4..6, Phone)],
            ),
            ("beyond the text", "0123456789", vec![found(8..99, Icq)]),
            (
                "behind the text",
                "0123456789",
                vec![found(10..12, Icq), found(50..60, Icq)],
            ),
            ("empty", "0123456789", vec![found(3..3, Icq)]),
            ("within characters", "яя@яя", vec![found(1..6, Email)]),
            ("the whole text", "яя@яя", vec![found(0..9, Email)]),
            ("nothing found", "яя@яя", vec![]),
        ];
        let mut shown = String::new();
        for (case, text, found) in cases {
            shown += &format!("{case}: {}\n", mask(text, &found));
        }
        expect![[r#"
            partly overlapping: 0[phone]9
            equal: 0[icq]456789
            neighbours: 0[icq][phone]6789
            beyond the text: 01234567[icq]
            behind the text: 0123456789
            empty: 0123456789
            within characters: [email]я
            the whole text: [email]
            nothing found: яя@яя
        "#]]
        .assert_eq(&shown);
    }

    /// Paints every character and joins what overlaps until nothing changes.
    fn masked_naively(text: &str, found: &[FoundIdentifier]) -> Vec<Option<char>> {
        text.char_indices()
            .map(|(start, letter)| {
                let end = start + letter.len_utf8();
                let is_hidden = found.iter().any(|found| {
                    found.bytes.start < found.bytes.end
                        && found.bytes.start < end
                        && found.bytes.end > start
                });
                (!is_hidden).then_some(letter)
            })
            .collect()
    }

    fn kinds() -> impl Strategy<Value = IdentifierKind> {
        proptest::sample::select(IdentifierKind::ALL)
    }

    fn ranges() -> impl Strategy<Value = Vec<FoundIdentifier>> {
        let range = (0..40usize, 0..20usize, kinds())
            .prop_map(|(start, length, kind)| found(start..start + length, kind));
        proptest::collection::vec(range, 0..8)
    }

    proptest! {
        #[test]
        fn exactly_the_characters_that_no_range_touches_are_shown(
            text in "[0-9я漢😀]{0,20}",
            found in ranges(),
        ) {
            let shown: String = mask(&text, &found).chars()
                .filter(|letter| !letter.is_ascii_lowercase() && !"[]_".contains(*letter))
                .collect();
            let expected: String = masked_naively(&text, &found).into_iter().flatten().collect();
            prop_assert_eq!(shown, expected);
        }

        #[test]
        fn the_order_of_the_ranges_does_not_matter(text in any::<String>(), found in ranges()) {
            let mut reversed = found.clone();
            reversed.reverse();
            prop_assert_eq!(mask(&text, &found), mask(&text, &reversed));
        }

        #[test]
        fn any_range_over_any_text_is_safe(text in any::<String>(), start: usize, end: usize, kind in kinds()) {
            mask(&text, &[found(start..end, kind)]);
        }
    }
}
