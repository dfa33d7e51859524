//! Bare addresses in plain text.

use std::collections::HashSet;
use std::sync::LazyLock;

use memchr::memmem;

/// A marked-up link and the stretch of plain text that shows it.
pub(super) struct LinkSpan {
    /// First byte of the shown text.
    pub(super) start: usize,
    /// Byte after the shown text.
    pub(super) end: usize,
    /// Where the link leads.
    pub(super) address: String,
}

/// All links in order of first appearance. The shown text of a marked-up link is not searched
/// for bare addresses, because software shortens it.
pub(super) fn collect_links(text: &str, spans: Vec<LinkSpan>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut links = Vec::new();
    let mut add = |address: String| {
        if seen.insert(address.clone()) {
            links.push(address);
        }
    };
    let mut bare = bare_addresses(text).peekable();
    for span in spans {
        while let Some((_, address)) = bare.next_if(|(start, _)| *start < span.start) {
            add(address.to_string());
        }
        while bare.next_if(|(start, _)| *start < span.end).is_some() {}
        add(span.address);
    }
    bare.for_each(|(_, address)| add(address.to_string()));
    links
}

static COLON_SEARCH: LazyLock<memmem::Finder<'static>> =
    LazyLock::new(|| memmem::Finder::new("://"));

/// Start and text of every `http://` or `https://` address.
fn bare_addresses(text: &str) -> impl Iterator<Item = (usize, &str)> {
    COLON_SEARCH.find_iter(text.as_bytes()).filter_map(|colon| {
        let start = scheme_start(text.as_bytes(), colon)?;
        let rest = &text[start..];
        let end = rest.find(ends_address).unwrap_or(rest.len());
        let address = trim_punctuation(&rest[..end]);
        (start + address.len() > colon + 3).then_some((start, address))
    })
}

fn scheme_start(text: &[u8], colon: usize) -> Option<usize> {
    ["https", "http"].into_iter().find_map(|scheme| {
        let start = colon.checked_sub(scheme.len())?;
        let is_whole = start == 0 || !text[start - 1].is_ascii_alphanumeric();
        (is_whole && text[start..colon].eq_ignore_ascii_case(scheme.as_bytes())).then_some(start)
    })
}

fn ends_address(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(letter, '<' | '>' | '"' | '[' | ']' | '«' | '»' | '“' | '”')
}

/// Drops the punctuation of the sentence around an address, and a closing bracket that opens
/// outside it.
fn trim_punctuation(address: &str) -> &str {
    let mut trimmed = address;
    loop {
        let shorter = trimmed.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '…', '*']);
        let shorter = match shorter.strip_suffix(')') {
            Some(inner) if !inner.contains('(') => inner,
            _ => shorter,
        };
        if shorter.len() == trimmed.len() {
            return trimmed;
        }
        trimmed = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(
            bare_addresses(text)
                .map(|(_, address)| address)
                .collect::<Vec<_>>(),
            expected
        );
    }

    #[test]
    fn punctuation_of_the_sentence_is_left_out() {
        check(
            "See (http://a.example/b), or https://c.example/x_(y)!",
            &["http://a.example/b", "https://c.example/x_(y)"],
        );
    }

    #[test]
    fn other_schemes_and_empty_addresses_are_left_out() {
        check(
            "ftp://a.example xhttp://b.example http:// https://. HTTP://C.example",
            &["HTTP://C.example"],
        );
    }
}
