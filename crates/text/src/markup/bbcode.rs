//! BBCode to plain text.

use memchr::{memchr, memchr3};

use super::PlainText;
use super::output::Output;

/// Bytes within which the quoted name of a quotation must end.
const QUOTED_NAME_BYTES_MAX: usize = 256;

/// Tags that leave no trace; brackets around any other word are text.
const PLAIN_TAGS: &[&str] = &[
    "b",
    "i",
    "u",
    "s",
    "color",
    "colour",
    "size",
    "font",
    "center",
    "left",
    "right",
    "justify",
    "align",
    "indent",
    "code",
    "php",
    "html",
    "pre",
    "spoiler",
    "hide",
    "highlight",
    "sub",
    "sup",
    "email",
    "post",
    "thread",
    "noparse",
    "background",
    "bg",
    "strike",
    "del",
    "off",
    "offtop",
    "icode",
    "ispoiler",
    "heading",
    "abbr",
    "acronym",
    "anchor",
    "glow",
    "shadow",
    "move",
    "tt",
    "ltr",
    "rtl",
    "nobbc",
    "article",
];

/// Tags that begin or end lines.
const BLOCK_TAGS: &[&str] = &["list", "*", "li", "table", "tr", "td", "hr", "ul", "ol"];

/// Tags that name an account, in their argument or in what they enclose.
const MENTION_TAGS: &[&str] = &["user", "member", "mention", "smention"];

/// Tags whose content is a file and no text.
const FILE_TAGS: &[&str] = &[
    "img",
    "attach",
    "attachment",
    "media",
    "video",
    "youtube",
    "sigpic",
    "flash",
    "gallery",
];

/// Converts BBCode: quotations go to the quoted text, tags of the common forum programs are
/// dropped, `[url]` becomes a link, `[user]` and alike are counted as mentions, and brackets
/// around anything else stay.
pub fn bbcode_to_plain(text: &str) -> PlainText {
    let mut output = Output::with_capacity(text.len());
    let mut rest = text;
    let mut hidden_by: Option<String> = None;
    while let Some(at) = memchr(b'[', rest.as_bytes()) {
        push_unless(&mut output, hidden_by.is_some(), &rest[..at]);
        rest = &rest[at..];
        let tag = read_tag(rest).filter(|tag| tag.is_known());
        let length = tag.as_ref().map_or(1, |tag| tag.length_bytes);
        match tag {
            Some(tag) => apply(&tag, &mut output, &mut hidden_by),
            None => push_unless(&mut output, hidden_by.is_some(), "["),
        }
        rest = &rest[length..];
    }
    push_unless(&mut output, hidden_by.is_some(), rest);
    output.trim_end();
    output.finish()
}

fn push_unless(output: &mut Output, is_hidden: bool, text: &str) {
    if !is_hidden {
        output.push_str(text);
    }
}

struct Tag<'text> {
    name: String,
    argument: &'text str,
    is_closing: bool,
    length_bytes: usize,
}

impl Tag<'_> {
    fn is_one_of(&self, names: &[&str]) -> bool {
        names.contains(&self.name.as_str())
    }

    fn is_known(&self) -> bool {
        self.is_one_of(&["quote", "url", "iurl", "ftp"])
            || self.is_one_of(PLAIN_TAGS)
            || self.is_one_of(BLOCK_TAGS)
            || self.is_one_of(MENTION_TAGS)
            || self.is_one_of(FILE_TAGS)
    }
}

/// The tag at the start of the text, which begins with a bracket.
fn read_tag(text: &str) -> Option<Tag<'_>> {
    let end = tag_end(text)?;
    let inside = &text[1..end];
    let (is_closing, inside) = match inside.strip_prefix('/') {
        Some(name) => (true, name),
        None => (false, inside),
    };
    // A colon introduces the mark that one forum program adds to every tag.
    let name_end = inside.find(['=', ':', ' ']).unwrap_or(inside.len());
    let argument = inside[name_end..]
        .strip_prefix('=')
        .unwrap_or("")
        .trim_matches(['"', '\'', ' ']);
    Some(Tag {
        name: inside[..name_end].to_ascii_lowercase(),
        argument,
        is_closing,
        length_bytes: end + 1,
    })
}

/// Position of the bracket that closes a tag. Names in a quotation may hold brackets.
fn tag_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let has_quoted_name = bytes
        .get(..8)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"[quote=\""));
    if has_quoted_name && let Some(end) = quoted_name_end(bytes) {
        return Some(end);
    }
    let end = 1 + memchr3(b'[', b']', b'\n', &bytes[1..])?;
    (bytes[end] == b']').then_some(end)
}

/// Position of the bracket behind the quoted name of a quotation. Some forum programs have words
/// about the quoted post between the two.
fn quoted_name_end(bytes: &[u8]) -> Option<usize> {
    let window = &bytes[..bytes.len().min(8 + QUOTED_NAME_BYTES_MAX)];
    for quote in memchr::memchr_iter(b'"', &window[8..]) {
        let behind = &window[8 + quote + 1..];
        match behind.first() {
            Some(b']') => return Some(8 + quote + 1),
            Some(b' ') => {
                let end = memchr3(b'[', b']', b'\n', behind)?;
                return (behind[end] == b']').then_some(8 + quote + 1 + end);
            }
            _ => {}
        }
    }
    None
}

/// Everything up to its closing tag is hidden while a file tag is open.
fn apply(tag: &Tag<'_>, output: &mut Output, hidden_by: &mut Option<String>) {
    if let Some(name) = hidden_by {
        if tag.is_closing && *name == tag.name {
            *hidden_by = None;
        }
        return;
    }
    match (tag.name.as_str(), tag.is_closing) {
        ("quote", false) => {
            output.break_line();
            output.open_quote();
        }
        ("quote", true) => {
            output.break_line();
            output.close_quote();
        }
        ("url" | "iurl" | "ftp", false) => output.open_link(tag.argument),
        ("url" | "iurl" | "ftp", true) => output.close_link(),
        _ if tag.is_one_of(BLOCK_TAGS) => output.break_line(),
        (name, false) if MENTION_TAGS.contains(&name) => output.mention(),
        (name, false) if FILE_TAGS.contains(&name) => *hidden_by = Some(name.to_string()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: Expect) {
        expected.assert_debug_eq(&bbcode_to_plain(text));
    }

    #[test]
    fn post_with_nested_quotation_and_links() {
        check(
            "[QUOTE=\"[X]Bob, post: 1\"]outer [quote]inner[/quote] http://q.example[/QUOTE]Мой [b:1a2b]ответ[/b:1a2b]: \
             [url=http://a.example]here[/url] [url]http://b.example[/url] [img]http://c.example/x.png[/img] \
             [list][*]one[*]two[/list]",
            expect![[r#"
                PlainText {
                    text: "Мой ответ: here http://b.example\none\ntwo",
                    quoted: "outer\ninner\n http://q.example",
                    links: [
                        "http://a.example",
                        "http://b.example",
                    ],
                    mention_count: 0,
                }
            "#]],
        );
    }

    #[test]
    fn quotation_with_words_behind_the_name_keeps_the_one_inside_it() {
        for words in ["", " pid='7' dateline='1'", " post_id=1 time=1 user_id=2"] {
            let text =
                format!("[quote=\"[A] B\"{words}]outer [quote=\"C\"]inner[/quote] x[/quote]own");
            let plain = bbcode_to_plain(&text);
            assert_eq!(plain.text, "own", "{text}");
            assert_eq!(plain.quoted, "outer\ninner\n x", "{text}");
        }
    }

    #[test]
    fn mentions_are_counted_outside_quotations_only() {
        let plain = bbcode_to_plain(
            "[quote][user=1]Ann[/user][/quote][USER=2]@Bob[/USER] and [mention]Cid[/mention], \
             [url=http://a.example][member=4]Dan[/member][/url] [users]",
        );
        assert_eq!(plain.text, "@Bob and Cid, Dan [users]");
        assert_eq!(plain.mention_count, 3);
        assert_eq!(plain.links, ["http://a.example"]);
    }

    #[test]
    fn unknown_and_broken_tags_are_text() {
        check(
            "[WTS] accounts [x] a[0] [b",
            expect![[r#"
                PlainText {
                    text: "[WTS] accounts [x] a[0] [b",
                    quoted: "",
                    links: [],
                    mention_count: 0,
                }
            "#]],
        );
    }

    #[test]
    fn long_malformed_input_takes_linear_time() {
        for unit in ["[", "[quote=\"", "[img]", "[quote]", "[url="] {
            let text = unit.repeat(300_000);
            assert!(bbcode_to_plain(&text).text.len() <= text.len());
        }
    }
}
