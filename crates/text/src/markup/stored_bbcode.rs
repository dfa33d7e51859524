//! BBCode as forum programs store it, with HTML around or in place of some of it.

use memchr::memchr2;

use super::html_tag::{TagKind, TagReader};
use super::{PlainText, bbcode_to_plain, entity};

/// Converts BBCode in which line breaks are `<br>`, addresses `<a>`, and special characters
/// character references, as SMF and older phpBB store it. Other tags are dropped.
pub fn stored_bbcode_to_plain(text: &str) -> PlainText {
    bbcode_to_plain(&without_html(text, true))
}

/// Converts a text of phpBB 3.
///
/// Since 3.2 it is XML whose text content is the BBCode that was typed. Before, it was as
/// [`stored_bbcode_to_plain`] has it, with a mark of the post behind the name of every tag,
/// which is `bbcode_uid`; empty if the post has none.
pub fn phpbb_to_plain(text: &str, bbcode_uid: &str) -> PlainText {
    if text.starts_with("<r>") || text.starts_with("<t>") {
        return bbcode_to_plain(&without_html(text, false));
    }
    if bbcode_uid.is_empty() {
        return stored_bbcode_to_plain(text);
    }
    stored_bbcode_to_plain(&text.replace(&format!(":{bbcode_uid}"), ""))
}

/// The text without tags and references. `is_kept_as_bbcode`: line breaks become line breaks, and
/// addresses BBCode.
fn without_html(text: &str, is_kept_as_bbcode: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut tags = TagReader::default();
    let mut rest = text;
    while let Some(at) = memchr2(b'<', b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('&') {
            let (letter, length) = entity::decode(rest).unwrap_or(('&', 1));
            out.push(letter);
            rest = &rest[length..];
            continue;
        }
        let Some(tag) = tags.read(rest) else {
            out.push('<');
            rest = &rest[1..];
            continue;
        };
        rest = &rest[tag.length_bytes..];
        match tag.kind() {
            TagKind::LineBreak if is_kept_as_bbcode => out.push('\n'),
            TagKind::Anchor if is_kept_as_bbcode && tag.is_closing => out.push_str("[/url]"),
            TagKind::Anchor if is_kept_as_bbcode => {
                out.push_str("[url=");
                out.push_str(&tag.href().unwrap_or_default());
                out.push(']');
            }
            _ => {}
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn text_of_smf() {
        expect![[r#"
            PlainText {
                text: "Hi <3 there's\nmore \nhere",
                quoted: "old\ntext",
                links: [
                    "http://a.example/?x=1&y=2",
                ],
                mention_count: 0,
            }
        "#]].assert_debug_eq(&stored_bbcode_to_plain(
            "[quote author=Bob link=topic=1.msg2#msg2 date=1]old<br />text[/quote]Hi &lt;3 there&#039;s<br>[b]more[/b]&nbsp;<br>[url=http://a.example/?x=1&amp;y=2]here[/url]",
        ));
    }

    #[test]
    fn text_of_phpbb_before_3_2_with_its_mark() {
        expect![[r#"
            PlainText {
                text: "\nMy answer\nsee  http://a.example/long ... and here\none",
                quoted: "old",
                links: [
                    "http://a.example/long-address",
                    "http://b.example",
                ],
                mention_count: 0,
            }
        "#]].assert_debug_eq(&phpbb_to_plain(
            "[quote=&quot;Bob&quot;:1a2b3c4d]old[/quote:1a2b3c4d]\nMy [b:1a2b3c4d]answer[/b:1a2b3c4d]\nsee <!-- s:) --><img src=\"{SMILIES_PATH}/x.gif\" alt=\":)\" /><!-- s:) --> <!-- m --><a class=\"postlink\" href=\"http://a.example/long-address\">http://a.example/long ...</a><!-- m --> and [url=http://b.example:1a2b3c4d]here[/url:1a2b3c4d][list:1a2b3c4d][*:1a2b3c4d]one[/*:m:1a2b3c4d][/list:u:1a2b3c4d]",
            "1a2b3c4d",
        ));
    }

    #[test]
    fn text_of_phpbb_since_3_2() {
        expect![[r#"
            PlainText {
                text: "\nLorem ipsum & <x> :)\nsee here http://b.example",
                quoted: "old",
                links: [
                    "http://a.example",
                    "http://b.example",
                ],
                mention_count: 0,
            }
        "#]].assert_debug_eq(&phpbb_to_plain(
            "<r><QUOTE author=\"Bob\" post_id=\"1\"><s>[quote=Bob post_id=1]</s>old<e>[/quote]</e></QUOTE>\n<B><s>[b]</s>Lorem<e>[/b]</e></B> ipsum &amp; &lt;x&gt; <E>:)</E><br/>\nsee <URL url=\"http://a.example\"><s>[url=http://a.example]</s>here<e>[/url]</e></URL> <URL url=\"http://b.example\">http://b.example</URL></r>",
            "",
        ));
        assert_eq!(phpbb_to_plain("<t>one<br/>\ntwo</t>", "").text, "one\ntwo");
    }

    #[test]
    fn long_malformed_input_takes_linear_time() {
        for unit in ["<", "<a ", "<a href=\"", "&", "<br>", "[quote=\"<a>", ":x"] {
            let text = unit.repeat(300_000);
            assert!(phpbb_to_plain(&text, "x").text.len() <= 2 * text.len());
        }
    }
}
