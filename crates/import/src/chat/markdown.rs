//! Texts with the light markup of chats (Markdown and its dialects) to plain text.
//!
//! Not a Markdown parser: what is left of a text must be what its author typed, so only marks
//! that are hardly ever meant as text are dropped. Takes time linear in the text.

use entangle_text::markup::{PlainText, plain};
use memchr::{memchr, memchr_iter};

/// Marks of emphasis and code that are dropped wherever they stand.
const MARKS: [&str; 3] = ["**", "~~", "```"];

/// The text without marks of emphasis, `[label](address)` as the label with the address among the
/// links, and lines that begin with `>` as quotation.
pub(crate) fn markdown_text(text: &str) -> PlainText {
    let has_marks = text
        .bytes()
        .any(|byte| matches!(byte, b'*' | b'~' | b'`' | b'[' | b'_'));
    if !has_marks {
        return plain(text);
    }
    let (unmarked, hidden_links) = without_links(text);
    let mut out = String::with_capacity(unmarked.len());
    let mut rest = unmarked.as_str();
    let mut previous = ' ';
    while let Some(letter) = rest.chars().next() {
        if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(**mark)) {
            rest = &rest[mark.len()..];
            continue;
        }
        if let Some(after) = rest.strip_prefix("__") {
            // Inside a word, as in `snake__case`, it is part of the word.
            let next = after.chars().next().unwrap_or(' ');
            if !previous.is_alphanumeric() || !next.is_alphanumeric() {
                rest = after;
                continue;
            }
        }
        out.push(letter);
        previous = letter;
        rest = &rest[letter.len_utf8()..];
    }
    let mut result = plain(&out);
    for link in hidden_links {
        if !result.links.contains(&link) {
            result.links.push(link);
        }
    }
    result
}

/// Links of one text that are compared with one another.
const HIDDEN_LINK_COUNT_MAX: usize = 1000;

/// Replaces `[label](http…)` by its label and gives the addresses.
fn without_links(text: &str) -> (String, Vec<String>) {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut links = Vec::new();
    let mut copied = 0;
    let mut label_start = None;
    for at in memchr_iter(b']', bytes) {
        // The label begins at the last bracket that was opened after the previous link.
        let from = label_start.unwrap_or(copied).max(copied);
        let Some(open) = memchr::memrchr(b'[', &bytes[from..at]).map(|offset| from + offset) else {
            label_start = Some(at);
            continue;
        };
        label_start = Some(at);
        let Some(address) = link_address(&text[at + 1..]) else {
            continue;
        };
        out.push_str(&text[copied..open]);
        out.push_str(&text[open + 1..at]);
        copied = at + 1 + address.len() + 2;
        if links.len() < HIDDEN_LINK_COUNT_MAX {
            links.push(address.to_string());
        }
    }
    out.push_str(&text[copied..]);
    (out, links)
}

/// Longest address that is believed, in bytes. It bounds the search for its end.
const ADDRESS_BYTES_MAX: usize = 4096;

/// The address in `(address)` at the start of a text.
fn link_address(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('(')?;
    let window = &inside.as_bytes()[..inside.len().min(ADDRESS_BYTES_MAX)];
    let address = inside.get(..memchr(b')', window)?)?;
    let is_address = ["http://", "https://", "tg://", "mailto:"]
        .iter()
        .any(|scheme| address.starts_with(scheme));
    (is_address && !address.contains(char::is_whitespace)).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn marks_go_and_words_stay() {
        let text = "**Bold **[**link**](https://a.example/x) __under__ a__b [no](link) ~~gone~~ a||b 2*3 [1]\n> said\n```\ncode\n```";
        expect![[r#"
            PlainText {
                text: "Bold link under a__b [no](link) gone a||b 2*3 [1]\n\ncode\n",
                quoted: "said\n",
                links: [
                    "https://a.example/x",
                ],
                mention_count: 0,
            }
        "#]]
        .assert_debug_eq(&markdown_text(text));
    }

    #[test]
    fn hostile_brackets_take_linear_time_and_are_kept() {
        for text in [
            "[".repeat(1 << 20),
            "]".repeat(1 << 20),
            "](".repeat(1 << 19),
            "[](".repeat(1 << 18),
        ] {
            assert_eq!(markdown_text(&text).text, text);
        }
        assert_eq!(markdown_text("*".repeat(100_001).as_str()).text, "*");
    }
}
