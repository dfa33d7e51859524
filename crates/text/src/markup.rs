//! Markup to plain text: what an account wrote, what it quoted, what it linked to.
//!
//! Not a browser: nothing is laid out, no style sheet or script is read, and malformed markup
//! is never an error. Every conversion takes time linear in its input.

mod bbcode;
mod entity;
mod html;
mod html_tag;
mod links;
mod output;
mod stored_bbcode;

pub use bbcode::bbcode_to_plain;
pub use html::html_to_plain;
pub use stored_bbcode::{phpbb_to_plain, stored_bbcode_to_plain};

use output::Output;

/// A text without markup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlainText {
    /// What the account wrote itself, lines separated by newlines.
    pub text: String,
    /// What it quoted, in order, quotations separated by newlines.
    pub quoted: String,
    /// Addresses in the account's own text, in order of first appearance, without repeats.
    /// Addresses inside quotations are left out, since somebody else posted them.
    pub links: Vec<String>,
    /// How often the markup of the account's own text names an account. Such a mark is not among
    /// the links, even where it leads to a profile.
    pub mention_count: u64,
}

/// Takes lines that begin with `>` as quotation and collects bare `http` addresses.
pub fn plain(text: &str) -> PlainText {
    let mut output = Output::with_capacity(text.len());
    if memchr::memchr(b'>', text.as_bytes()).is_none() {
        output.push_str(text);
        return output.finish();
    }
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '\t']);
        if content.starts_with('>') {
            output.open_quote();
            output.push_str(content.trim_start_matches(['>', ' ']));
            output.close_quote();
        } else {
            output.push_str(line);
        }
    }
    output.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use proptest::prelude::*;

    #[test]
    fn plain_text_with_quoted_lines() {
        let plain = plain(
            "> first http://q.example\n> > second\nMy answer, see https://a.example/x.\n a > b",
        );
        expect![[r#"
            PlainText {
                text: "My answer, see https://a.example/x.\n a > b",
                quoted: "first http://q.example\nsecond\n",
                links: [
                    "https://a.example/x",
                ],
                mention_count: 0,
            }
        "#]]
        .assert_debug_eq(&plain);
    }

    #[test]
    fn plain_text_without_quotation_is_unchanged() {
        assert_eq!(plain("one\ntwo\n").text, "one\ntwo\n");
    }

    proptest! {
        #[test]
        fn nothing_panics_and_nothing_grows_without_bound(
            text in "(<|>|&|;|\"|'|=|/|\\[|\\]|quote|blockquote|a href|script|!--|url|\\PC){0,60}"
        ) {
            for result in [html_to_plain(&text), bbcode_to_plain(&text), plain(&text)] {
                prop_assert!(result.text.len() + result.quoted.len() <= 4 * text.len());
            }
        }
    }
}
