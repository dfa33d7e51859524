//! HTML fragments to plain text.

use memchr::{memchr, memmem};

use super::PlainText;
use super::entity;
use super::html_tag::{Tag, TagKind, TagReader};
use super::output::Output;

/// Converts an HTML fragment.
///
/// Tags are dropped; block tags and `<br>` end lines; white space is collapsed except in
/// `<pre>`; character references are decoded once; the content of `<blockquote>` goes to the
/// quotation; scripts, styles and comments are dropped. Links are the `href` of every `<a>`
/// and bare addresses; an `<a>` whose class says that it names an account is a mention instead.
pub fn html_to_plain(html: &str) -> PlainText {
    let mut converter = Converter {
        rest: html,
        output: Output::with_capacity(html.len()),
        tags: TagReader::default(),
        preformatted_depth: 0,
        has_no_comment_end: false,
    };
    converter.run();
    converter.output.trim_end();
    converter.output.finish()
}

struct Converter<'html> {
    rest: &'html str,
    output: Output,
    tags: TagReader,
    preformatted_depth: u32,
    has_no_comment_end: bool,
}

impl Converter<'_> {
    fn run(&mut self) {
        while !self.rest.is_empty() {
            let plain_length = plain_length_bytes(self.rest.as_bytes());
            let (plain, rest) = self.rest.split_at(plain_length);
            self.output.push_str(plain);
            self.rest = rest;
            match rest.as_bytes().first() {
                Some(b'<') => self.convert_tag(),
                Some(b'&') => self.convert_reference(),
                Some(_) => self.convert_white_space(),
                None => {}
            }
        }
    }

    fn push_verbatim(&mut self, length_bytes: usize) {
        let (text, rest) = self.rest.split_at(length_bytes);
        self.output.push_str(text);
        self.rest = rest;
    }

    fn convert_white_space(&mut self) {
        let length = self
            .rest
            .bytes()
            .take_while(u8::is_ascii_whitespace)
            .count();
        if self.preformatted_depth > 0 {
            self.push_verbatim(length);
        } else {
            self.output.push_space();
            self.rest = &self.rest[length..];
        }
    }

    fn convert_reference(&mut self) {
        let (letter, length) = entity::decode(self.rest).unwrap_or(('&', 1));
        self.output.push_str(letter.encode_utf8(&mut [0; 4]));
        self.rest = &self.rest[length..];
    }

    fn convert_tag(&mut self) {
        if self.rest.starts_with("<!--") && self.skip_comment() {
            return;
        }
        let Some(tag) = self.tags.read(self.rest) else {
            self.push_verbatim(1);
            return;
        };
        self.rest = &self.rest[tag.length_bytes..];
        self.apply(&tag);
    }

    fn apply(&mut self, tag: &Tag<'_>) {
        match tag.kind() {
            TagKind::Inline => {}
            TagKind::LineBreak => self.output.push_newline(),
            TagKind::Block => self.output.break_line(),
            TagKind::Cell => self.output.push_space(),
            TagKind::Quote => self.apply_quote(tag),
            TagKind::Anchor if tag.is_closing => self.output.close_link(),
            TagKind::Anchor if tag.names_an_account() => self.output.mention(),
            TagKind::Anchor => self.output.open_link(&tag.href().unwrap_or_default()),
            TagKind::Preformatted => self.apply_preformatted(tag),
            TagKind::Hidden(end) if !tag.is_closing => self.skip_hidden(end),
            TagKind::Hidden(_) => {}
        }
    }

    fn apply_quote(&mut self, tag: &Tag<'_>) {
        self.output.break_line();
        if tag.is_closing {
            self.output.close_quote();
        } else {
            self.output.open_quote();
        }
    }

    fn apply_preformatted(&mut self, tag: &Tag<'_>) {
        self.output.break_line();
        self.preformatted_depth = if tag.is_closing {
            self.preformatted_depth.saturating_sub(1)
        } else {
            self.preformatted_depth.saturating_add(1)
        };
    }

    /// Skips a comment; false if it has no end, in which case only its opening is a tag.
    fn skip_comment(&mut self) -> bool {
        if self.has_no_comment_end {
            return false;
        }
        match memmem::find(&self.rest.as_bytes()[4..], b"-->") {
            Some(offset) => {
                self.rest = &self.rest[4 + offset + 3..];
                true
            }
            None => {
                self.has_no_comment_end = true;
                false
            }
        }
    }

    /// Skips to the closing tag, or to the end of the input if there is none.
    fn skip_hidden(&mut self, closing: &str) {
        let bytes = self.rest.as_bytes();
        let mut at = 0;
        while let Some(offset) = memchr(b'<', &bytes[at..]) {
            at += offset;
            let is_end = bytes
                .get(at..at + closing.len())
                .is_some_and(|tag| tag.eq_ignore_ascii_case(closing.as_bytes()));
            if is_end {
                self.rest = &self.rest[at..];
                return;
            }
            at += 1;
        }
        self.rest = "";
    }
}

/// Bytes before the next one that means something. A single space between two other
/// characters is copied along: it is the most frequent byte and changes nothing.
fn plain_length_bytes(bytes: &[u8]) -> usize {
    let mut at = 0;
    while at < bytes.len() {
        if !IS_SPECIAL[bytes[at] as usize] {
            at += 1;
        } else if bytes[at] == b' '
            && at > 0
            && bytes
                .get(at + 1)
                .is_some_and(|next| !IS_SPECIAL[*next as usize])
        {
            at += 2;
        } else {
            break;
        }
    }
    at
}

static IS_SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let special = b"<& \n\r\t\x0c";
    let mut at = 0;
    while at < special.len() {
        table[special[at] as usize] = true;
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(html: &str, expected: Expect) {
        expected.assert_debug_eq(&html_to_plain(html));
    }

    #[test]
    fn post_with_quotation_links_and_entities() {
        check(
            "<blockquote><cite>Bob wrote:</cite> sell\n  traffic <a href='http://q.example'>q</a></blockquote>\
             <p>Hi&nbsp;there &lt;3,<br/>see <A HREF=\"http://a.example/?x=1&amp;y=2\">http://a.exa...</a> and \
             https://b.example/.</p><script>var x = '<p>';</script><style>p{}</style><!-- <p>no</p> -->\
             <div>Почта: <b>a</b>@b.example</div>",
            expect![[r#"
                PlainText {
                    text: "Hi there <3,\nsee http://a.exa... and https://b.example/.\nПочта: a@b.example",
                    quoted: "Bob wrote: sell traffic q",
                    links: [
                        "http://a.example/?x=1&y=2",
                        "https://b.example/",
                    ],
                    mention_count: 0,
                }
            "#]],
        );
    }

    #[test]
    fn white_space_is_collapsed_except_in_preformatted_text() {
        check(
            "  one \n two<br><br><br>three<pre>a\n  b</pre> <table><tr><td>1</td><td>2</td></tr></table>",
            expect![[r#"
                PlainText {
                    text: "one two\n\nthree\na\n  b\n1 2",
                    quoted: "",
                    links: [],
                    mention_count: 0,
                }
            "#]],
        );
    }

    #[test]
    fn malformed_markup_is_text_or_dropped() {
        check(
            "a < b and c <3 d <b attr=\"x>y\">bold</b <i>end</i> <!-- open <a href=x",
            expect![[r#"
                PlainText {
                    text: "a < b and c <3 d boldend <a href=x",
                    quoted: "",
                    links: [],
                    mention_count: 0,
                }
            "#]],
        );
        check(
            "</blockquote>own<blockquote><blockquote>quoted</blockquote>still",
            expect![[r#"
                PlainText {
                    text: "own",
                    quoted: "quoted\nstill",
                    links: [],
                    mention_count: 0,
                }
            "#]],
        );
    }

    #[test]
    fn mentions_are_counted_and_are_no_links() {
        let plain = html_to_plain(
            "<blockquote><a class='mention' href='/u/x'>@x</a></blockquote><a class=\"mention\" href=\"/u/bob\">@bob</a> \
             <a href='/members/2/' class='username u-big' data-user-id='2'>Cid</a> <A data-mentionid=3 href='/p/3'>@Dan</A> \
             <a class='mention-group' href='/g/staff'>@staff</a> <a href='/x?class=mention'>x</a>",
        );
        assert_eq!(plain.text, "@bob Cid @Dan @staff x");
        assert_eq!(plain.mention_count, 3);
        assert_eq!(plain.links, ["/g/staff", "/x?class=mention"]);
    }

    #[test]
    fn script_without_an_end_hides_the_rest() {
        assert_eq!(html_to_plain("a<script>b</SCRIPT >c<script>d").text, "ac");
    }

    #[test]
    fn anchors_within_the_page_and_scripts_are_no_links() {
        assert!(
            html_to_plain("<a href='#x'>1</a><a href='JavaScript:x()'>2</a><a data-href='u'>3</a>")
                .links
                .is_empty()
        );
    }

    #[test]
    fn long_malformed_input_takes_linear_time() {
        // Quadratic handling of any of these would take hours, not milliseconds.
        for unit in [
            "<",
            "<a ",
            "<a=\"",
            "<a='>",
            "<!--",
            "&",
            "<blockquote>",
            "<script",
            "<a href=",
            "<pre>\n",
        ] {
            let html = unit.repeat(300_000);
            assert!(html_to_plain(&html).text.len() <= html.len());
        }
    }
}
