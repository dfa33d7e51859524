//! Small feeds in, records out.

use entangle_dump::{Input, InputOptions};
use expect_test::{Expect, expect};
use proptest::{collection, proptest, sample};

use crate::testing::{import_files, import_path, real_data, records};
use crate::{Sample, SampleFile, detect, importer};

const WORDPRESS: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
  <title>Garden &amp;amp; Co</title>
  <atom:link href="https://garden.example/feed/" rel="self"/>
  <image><title>Logo</title><url>x.png</url></image>
  <item>
    <title>Roses &#8211; again</title>
    <link>https://garden.example/2021/02/24-roses/</link>
    <dc:creator><![CDATA[Anna]]></dc:creator>
    <pubDate>Mon, 01 Feb 2021 10:00:00 +0300</pubDate>
    <category><![CDATA[Flowers]]></category>
    <category><![CDATA[Red]]></category>
    <guid isPermaLink="false">https://garden.example/?p=7</guid>
    <description><![CDATA[Excerpt [&#8230;]]]></description>
    <content:encoded><![CDATA[<p>Write to <a href="https://t.me/anna_roses">me</a> &amp; wait.</p><blockquote>old words</blockquote><script>alert(1)</script>]]></content:encoded>
    <wfw:commentRss>https://garden.example/feed/7</wfw:commentRss>
    <slash:comments>3</slash:comments>
    <enclosure url="https://garden.example/a.mp3" length="1" type="audio/mpeg"/>
  </item>
</channel>
</rss>
"##;

/// Parts of feeds, for putting them together without sense.
const MARKS: &[&str] = &[
    "<item>",
    "</item>",
    "<item/>",
    "<entry>",
    "</entry>",
    "<title>",
    "</title>",
    "<title/>",
    "<author>",
    "</author>",
    "<name>",
    "</name>",
    "<guid>",
    "</guid>",
    "<link href='x' rel='a'/>",
    "<link>https://a.example/t/b/1/2#p3</link>",
    "<pubDate>",
    "</pubDate>",
    "1 Jan 2000 00:00 Z",
    "<content type='xhtml'>",
    "</content>",
    "<thr:in-reply-to ref='x'/>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?x",
    "?>",
    "&",
    "&lt;",
    "&#x110000;",
    "\"",
    "'",
    "<",
    ">",
    "a@b.example",
    "é",
    "</channel>",
    "</rss>",
    "#comment-",
];

fn check(feed: &str, expected: Expect) {
    expected.assert_eq(&records("feed", &[("feed.xml", feed)]));
}

/// A channel of RSS with these items.
fn rss(items: &str) -> String {
    format!("<rss version=\"2.0\"><channel><title>News</title>{items}</channel></rss>")
}

#[test]
fn posts_of_a_blog_have_author_rubric_and_whole_text() {
    check(
        WORDPRESS,
        expect![[r#"
        asked account 1
        asked thread 1
        asked post 1
        account name:Anna Some("Anna")
        thread https://garden.example/?p=7 by="name:Anna" board="Flowers" title="Roses – again" started=2021-02-01T07:00:00Z
        post https://garden.example/?p=7 opening by="name:Anna" in="https://garden.example/?p=7" at=2021-02-01T07:00:00Z body="Write to me & wait." quoted=9 links=1
    "#]],
    );
}

#[test]
fn enclosures_are_attachments() {
    let (collected, result) = import_files("feed", &[("feed.xml", WORDPRESS.as_bytes())]);
    result.unwrap();
    assert_eq!(collected.posts[0].attachment_count, 1);
}

#[test]
fn comments_of_a_blog_belong_to_what_they_comment() {
    check(
        &rss(
            "<item><title>By: Boris</title><link>https://garden.example/roses/#comment-12</link>\
             <dc:creator>Boris</dc:creator><guid isPermaLink=\"false\">https://garden.example/?p=7#comment-12</guid>\
             <description>Nice &amp;#8230;</description><content:encoded>&lt;p&gt;Nice roses&lt;/p&gt;</content:encoded></item>",
        ),
        expect![[r#"
            asked account 1
            asked thread 1
            asked post 1
            account name:Boris Some("Boris")
            thread https://garden.example/?p=7
            post https://garden.example/?p=7#comment-12 comment by="name:Boris" in="https://garden.example/?p=7" answers="https://garden.example/?p=7" body="Nice roses" quoted=0 links=0
        "#]],
    );
}

#[test]
fn entries_of_atom_have_their_types_and_the_author_of_the_feed() {
    check(
        r#"<?xml version="1.0"?><a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">
        <a:title>Weeds</a:title><a:author><a:name>Clara</a:name><a:email>clara@mail.example.com</a:email><a:uri>https://clara-weeds.net/</a:uri></a:author>
        <a:entry><a:title type="text">if a&lt;b then c</a:title><a:id>tag:weeds.example,2021:1</a:id><a:link rel="alternate" href="https://weeds.example/1"/>
        <a:published>2021-02-01T10:00:00Z</a:published><a:updated>2021-02-02T10:00:00Z</a:updated>
        <a:content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>1 &lt; 2 <b>bold</b></p></div></a:content>
        <a:link rel="enclosure" href="https://weeds.example/1.zip"/></a:entry>
        <a:entry><a:title>Re</a:title><a:id>tag:weeds.example,2021:2</a:id><a:author><a:name>Dora</a:name></a:author>
        <thr:in-reply-to ref="tag:weeds.example,2021:1"/><a:updated>2021-02-03T10:00:00+01:00</a:updated><a:content type="html">&lt;p&gt;so&lt;/p&gt;</a:content></a:entry>
        <a:entry><a:id>3</a:id><a:title>Only a picture</a:title><a:content type="image/png">aGk=</a:content><a:summary>a &lt;b></a:summary></a:entry>
        </a:feed>"#,
        expect![[r#"
            asked account 2
            asked thread 2
            asked post 3
            account name:Clara Some("Clara") website="https://clara-weeds.net/"
            account name:Dora Some("Dora")
            thread tag:weeds.example,2021:1 by="name:Clara" board="Weeds" title="if a<b then c" started=2021-02-01T10:00:00Z
            thread 3 by="name:Clara" board="Weeds" title="Only a picture"
            post tag:weeds.example,2021:1 opening by="name:Clara" in="tag:weeds.example,2021:1" at=2021-02-01T10:00:00Z edited=2021-02-02T10:00:00Z body="1 < 2 bold" quoted=0 links=0
            post tag:weeds.example,2021:2 comment by="name:Dora" in="tag:weeds.example,2021:1" answers="tag:weeds.example,2021:1" at=2021-02-03T09:00:00Z body="so" quoted=0 links=0
            post 3 opening by="name:Clara" in="3" body="a <b>" quoted=0 links=0
            identifier name:Clara domain clara-weeds.net profile
            identifier name:Clara email clara@mail.example.com profile
        "#]],
    );
}

#[test]
fn posts_of_forums_belong_to_the_thread_of_their_address() {
    let phpbb = r#"<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Board</title>
        <entry><author><name><![CDATA[anna]]></name></author><updated>2021-02-01T10:00:00+00:00</updated>
        <id>https://board.example/viewtopic.php?t=5&amp;p=123#p123</id><link href="https://board.example/viewtopic.php?t=5&amp;p=123#p123"/>
        <title type="html"><![CDATA[Tools • Re: Which spade?]]></title><category term="Tools" label="Tools"/>
        <content type="html"><![CDATA[The <b>green</b> one]]></content></entry></feed>"#;
    check(
        phpbb,
        expect![[r#"
        asked account 1
        asked thread 1
        asked post 1
        account name:anna Some("anna")
        thread 5 board="Tools" title="Which spade?"
        post https://board.example/viewtopic.php?t=5&p=123#p123 reply by="name:anna" in="5" at=2021-02-01T10:00:00Z body="The green one" quoted=0 links=0
    "#]],
    );
    let discourse = rss(
        "<item><title>Spades</title><dc:creator>@boris Boris B</dc:creator><description>one</description>\
         <link>https://talk.example/t/spades/77/1</link><guid isPermaLink=\"false\">talk.example-post-77-1</guid></item>\
         <item><title>Spades</title><dc:creator>@anna</dc:creator><description>two</description>\
         <link>https://talk.example/t/spades/77/2</link><guid isPermaLink=\"false\">talk.example-post-77-2</guid></item>",
    );
    check(
        &discourse,
        expect![[r#"
        asked account 2
        asked thread 1
        asked post 2
        account name:boris Some("boris")
        account name:anna Some("anna")
        thread 77 by="name:boris" board="News" title="Spades"
        post talk.example-post-77-1 opening by="name:boris" in="77" body="one" quoted=0 links=0
        post talk.example-post-77-2 reply by="name:anna" in="77" body="two" quoted=0 links=0
    "#]],
    );
}

#[test]
fn items_of_rss_1_0_lie_beside_the_channel() {
    check(
        r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
        <channel rdf:about="x"><title>Old</title><items><rdf:Seq><rdf:li resource="y"/></rdf:Seq></items></channel>
        <item rdf:about="https://old.example/1"><title>One</title><dc:date>2003-02-01T10:00+01:00</dc:date><dc:creator>Anna</dc:creator><dc:creator>Boris</dc:creator></item></rdf:RDF>"#,
        expect![[r#"
            asked account 1
            asked thread 1
            asked post 1
            account name:Anna Some("Anna")
            thread https://old.example/1 by="name:Anna" board="Old" title="One" started=2003-02-01T09:00:00Z
            post https://old.example/1 opening by="name:Anna" in="https://old.example/1" at=2003-02-01T09:00:00Z~minute quoted=0 links=0
            reject post.account at feed.xml 223..388 line 3: several authors are named; the first one is taken
        "#]],
    );
}

#[test]
fn damaged_items_and_unbelievable_fields_are_counted() {
    check(
        &rss(
            "<item><title>1</title><item><title>2</title><pubDate>yesterday</pubDate></item>\
             <item><title>3</b></item><item><link>https://a.example/4</link></item>\
             <item><title>5</title><pubDate>01 Feb 2021 10:00 MSK</pubDate></item>\
             <item><title>6</title><pubDate>01 Jan 1970 00:00:00 GMT</pubDate></item><item/>",
        ),
        expect![[r#"
            asked thread 3
            asked post 7
            thread hash:c9f690b2a895e2ccc456f0f7eae33381 board="News" title="2"
            thread hash:8f070604252c27e463451752cc437f66 board="News" title="5" started=2021-02-01T10:00:00Z
            thread hash:6cd7e35d7f579feaa783a9ef176e609b board="News" title="6"
            post hash:c9f690b2a895e2ccc456f0f7eae33381 opening in="hash:c9f690b2a895e2ccc456f0f7eae33381" quoted=0 links=0
            post hash:8f070604252c27e463451752cc437f66 opening in="hash:8f070604252c27e463451752cc437f66" at=2021-02-01T10:00:00Z~minute quoted=0 links=0
            post hash:6cd7e35d7f579feaa783a9ef176e609b opening in="hash:6cd7e35d7f579feaa783a9ef176e609b" quoted=0 links=0
            unreadable post at feed.xml 47..69 line 1: the element is not closed
            unreadable post at feed.xml 126..151 line 1: the element is not well-formed
            reject post.posted_at at feed.xml 69..126 line 1: the instant cannot be read
            reject post at feed.xml 151..196 line 1: the item has neither title nor text
            reject post.posted_at at feed.xml 196..265 line 1: the time zone is not stated; from here on such instants of this file are taken as UTC
            reject post.posted_at at feed.xml 265..337 line 1: the instant lies before 1990
            reject post at feed.xml 337..344 line 1: the item has neither title nor text
        "#]],
    );
}

#[test]
fn hostile_text_stays_text() {
    check(
        &rss(
            "<item><title>&lt;img src=x onerror=alert(1)&gt;\u{202e}gnp</title><dc:creator>&lt;i&gt;a&lt;/i&gt; b</dc:creator>\
             <description>&bomb; &lt;script&gt;x&lt;/script&gt; &amp;lt;b&amp;gt;</description></item>",
        ),
        expect![[r#"
            asked account 1
            asked thread 1
            asked post 1
            account name:a b Some("a b")
            thread hash:fd33f23346dce1445b4396e6f50ab3fe by="name:a b" board="News" title="\u{202e}gnp"
            post hash:fd33f23346dce1445b4396e6f50ab3fe opening by="name:a b" in="hash:fd33f23346dce1445b4396e6f50ab3fe" body="&bomb; <b>" quoted=0 links=0
        "#]],
    );
    let doctype = "<!DOCTYPE rss PUBLIC \"x\"><rss><channel/></rss>";
    let (_, result) = import_files("feed", &[("feed.xml", doctype.as_bytes())]);
    expect!["feed.xml declares a document type at byte 0, which is refused; hint: remove the DOCTYPE if the file is trusted"].assert_eq(&result.unwrap_err().to_string());
}

#[test]
fn cut_feed_is_an_error_wherever_it_is_cut() {
    let start = WORDPRESS.find("<channel").unwrap();
    let end = WORDPRESS.trim_end().len();
    for length in (start..end).filter(|length| WORDPRESS.is_char_boundary(*length)) {
        let cut = &WORDPRESS.as_bytes()[..length];
        let (collected, result) = import_files("feed", &[("feed.xml", cut)]);
        assert!(result.is_err(), "{length}");
        collected.assert_balanced();
    }
}

proptest! {
    #[test]
    fn no_sequence_of_marks_breaks_the_balance(
        marks in collection::vec(sample::select(MARKS), 0..40),
    ) {
        let feed = format!("<rss><channel>{}</channel></rss>", marks.concat());
        let (collected, _) = import_files("feed", &[("feed.xml", feed.as_bytes())]);
        collected.assert_balanced();
    }
}

#[test]
fn feeds_are_told_from_other_xml() {
    let confidence = |head: &str| {
        let files = vec![SampleFile {
            base_name: "x".into(),
            head: head.into(),
        }];
        importer("feed").unwrap().detect(&Sample { files })
    };
    for head in [
        WORDPRESS,
        "\u{feff}<?xml version='1.0'?><!-- x --><?xml-stylesheet href='a'?>\n<rss>",
        "<!DOCTYPE rss PUBLIC \"-//Netscape\"><rss version=\"0.91\">",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<rdf:RDF xmlns=\"http://purl.org/rss/1.0/\">",
    ] {
        assert_eq!(confidence(head), 0.95, "{head}");
    }
    for head in [
        "",
        "<",
        "<!--",
        "<html><rss>",
        "<feed>",
        "<feed xmlns='http://other.example'>",
        "<rdf:RDF xmlns='http://www.w3.org/'>",
        "<posts><row Id='1'/>",
        "text <rss>",
    ] {
        assert_eq!(confidence(head), 0.0, "{head}");
    }
    let (_, result) = import_files("feed", &[("a.xml", b"<urlset/>")]);
    expect!["the input holds nothing that feed reads; it looks for XML whose root element is rss, feed, or RDF with RSS 1.0"].assert_eq(&result.unwrap_err().to_string());
}

#[test]
fn real_feed_has_its_items() {
    let Some(path) = real_data("perceval/rss") else {
        return;
    };
    let input = Input::open(&path, InputOptions::default()).unwrap();
    assert_eq!(detect(&input).unwrap().format, "feed");
    let (collected, result) = import_path("feed", &path);
    result.unwrap();
    collected.assert_balanced();
    let with_text = collected.posts.iter().filter(|post| post.body.is_some());
    let with_time = collected
        .posts
        .iter()
        .filter(|post| post.posted_at.is_some());
    expect!["30 posts (12 with text, 30 with time), 30 threads, 11 accounts, 0 rejects"].assert_eq(
        &format!(
            "{} posts ({} with text, {} with time), {} threads, {} accounts, {} rejects",
            collected.posts.len(),
            with_text.count(),
            with_time.count(),
            collected.threads.len(),
            collected.accounts.len(),
            collected.rejects.len() + collected.unreadable.len(),
        ),
    );
}
