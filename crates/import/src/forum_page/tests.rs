//! Real and small pages of every engine, and hostile ones.

use super::member_samples::MEMBER_SAMPLES;
use super::samples::SAMPLES;
use crate::testing::{Collected, import_files, import_path, real_data, records};
use expect_test::{Expect, expect};
use std::fmt::Write;

fn sample(name: &str) -> &'static str {
    SAMPLES.iter().find(|(known, _)| *known == name).unwrap().1
}

fn check(name: &str, expected: Expect) {
    expected.assert_eq(&records("forum_pages", &[(name, sample(name))]));
}

/// One line per page: what it gives, in numbers, with its first and last post.
fn summary(name: &str, collected: &Collected) -> String {
    let mut out = format!(
        "{name}: {} posts, {} accounts, {} threads, {} times, {} edits",
        collected.posts.len(),
        collected.accounts.len(),
        collected.threads.len(),
        collected
            .posts
            .iter()
            .filter(|post| post.posted_at.is_some())
            .count(),
        collected
            .posts
            .iter()
            .filter(|post| post.edited_at.is_some())
            .count(),
    );
    for thread in &collected.threads {
        let (title, board) = (&thread.title, &thread.board);
        write!(
            out,
            "\n  thread {} {title:?} in {board:?}",
            thread.native_id
        )
        .unwrap();
    }
    for post in [collected.posts.first(), collected.posts.last()]
        .into_iter()
        .flatten()
    {
        let is_named = |id: &String| id.starts_with("name:");
        write!(
            out,
            "\n  {} {} by a name {:?} at {:?} body {} quoted {} links {}",
            post.kind.as_str(),
            post.native_id,
            post.account_native_id.as_ref().map(is_named),
            post.posted_at.map(|at| at.to_rfc3339()),
            post.body.as_ref().map_or(0, |body| body.chars().count()),
            post.quoted_character_count,
            post.link_count,
        )
        .unwrap();
    }
    for reject in &collected.rejects {
        let field = reject.field.as_deref().unwrap_or("-");
        let kind = reject.record.as_str();
        write!(out, "\n  reject {kind} {field}: {}", reject.reason).unwrap();
    }
    out.push('\n');
    out
}

#[test]
fn real_pages_give_exactly_their_posts() {
    let Some(folder) = real_data("forum_pages") else {
        return;
    };
    let mut table = String::new();
    for number in [106, 113, 114, 119, 120, 124, 154, 404, 490, 932, 945] {
        let name = format!("{number}.html");
        let (collected, result) = import_path("forum_pages", &folder.join(&name));
        result.unwrap();
        collected.assert_balanced();
        table += &summary(&name, &collected);
    }
    expect![[r#"
        106.html: 7 posts, 7 accounts, 1 threads, 7 times, 0 edits
          thread 1390809 Some("Bongs vs. Bubblers") in Some("Toking Tools Q&A")
          opening 22210173 by a name Some(true) at Some("2015-12-07T00:15:31+00:00") body 316 quoted 0 links 0
          reply 22216215 by a name Some(true) at Some("2015-12-09T14:54:29+00:00") body 866 quoted 0 links 0
        113.html: 0 posts, 0 accounts, 0 threads, 0 times, 0 edits
          reject unknown -: a page without posts (MyBB)
        114.html: 6 posts, 3 accounts, 1 threads, 6 times, 0 edits
          thread 11585 Some("Help Needed (Hex2Obj) Battlefield 4") in Some("3D/2D models")
          opening 95352 by a name Some(false) at Some("2014-06-11T10:28:00+00:00") body 633 quoted 0 links 0
          reply 95454 by a name Some(false) at Some("2014-06-14T03:59:00+00:00") body 915 quoted 0 links 0
        119.html: 10 posts, 2 accounts, 1 threads, 10 times, 2 edits
          thread 310106 Some("2005 Tribute") in Some("Tribute")
          opening 705474 by a name Some(false) at Some("2015-04-25T21:47:00+00:00") body 281 quoted 0 links 0
          reply 706146 by a name Some(false) at Some("2015-04-30T15:57:00+00:00") body 272 quoted 0 links 1
          reject post posted_at: the page does not state its time zone; from here on such instants are taken as UTC
        120.html: 0 posts, 0 accounts, 0 threads, 0 times, 0 edits
          reject unknown -: a page without posts (vBulletin 3)
        124.html: 20 posts, 14 accounts, 1 threads, 20 times, 0 edits
          thread 160418 Some("Name a city with the next letter of the alphabet (GAME)") in Some("Off Topic")
          opening 6979172 by a name Some(false) at Some("2014-10-29T18:28:00+00:00") body 6 quoted 0 links 0
          reply 6979571 by a name Some(false) at Some("2014-10-29T18:40:00+00:00") body 6 quoted 0 links 0
          reject post posted_at: the page does not state its time zone; from here on such instants are taken as UTC
        154.html: 0 posts, 0 accounts, 0 threads, 0 times, 0 edits
          reject unknown -: a page without posts (SMF)
        404.html: 0 posts, 0 accounts, 0 threads, 0 times, 0 edits
          reject unknown -: a page without posts (phpBB 3)
        490.html: 2 posts, 2 accounts, 1 threads, 2 times, 0 edits
          thread 16822 Some("[ADDED] short and easy #3") in Some("YouTube Upload Requests")
          opening 181325 by a name Some(false) at Some("2016-01-09T02:30:00+00:00") body 226 quoted 0 links 3
          reply 181352 by a name Some(false) at Some("2016-01-20T18:40:00+00:00") body 17 quoted 0 links 0
          reject account registered_at: the page does not state its time zone; from here on such instants are taken as UTC
        932.html: 0 posts, 0 accounts, 0 threads, 0 times, 0 edits
          reject unknown -: a page without posts (phpBB 3)
        945.html: 0 posts, 0 accounts, 0 threads, 0 times, 0 edits
          reject unknown -: a page without posts (phpBB 2)
    "#]].assert_eq(&table);
}

#[test]
fn pages_of_several_sites_give_the_posts_of_one() {
    let Some(folder) = real_data("forum_pages") else {
        return;
    };
    let (collected, result) = import_path("forum_pages", &folder);
    result.unwrap();
    collected.assert_balanced();
    expect![[r#"
        all: 20 posts, 14 accounts, 1 threads, 20 times, 0 edits
          thread 160418 Some("Name a city with the next letter of the alphabet (GAME)") in Some("Off Topic")
          opening 6979172 by a name Some(false) at Some("2014-10-29T18:28:00+00:00") body 6 quoted 0 links 0
          reply 6979571 by a name Some(false) at Some("2014-10-29T18:40:00+00:00") body 6 quoted 0 links 0
          reject unknown -: a page of another site than most of the input
          reject unknown -: a page of another site than most of the input
          reject unknown -: a page of another site than most of the input
          reject unknown -: a page of another site than most of the input
          reject unknown -: a page of another site than most of the input
          reject post posted_at: the page does not state its time zone; from here on such instants are taken as UTC
          reject unknown -: a page of another site than most of the input
          reject unknown -: a page of another site than most of the input
          reject unknown -: a page of another site than most of the input
          reject unknown -: a page of another site than most of the input
          reject unknown -: a page of another site than most of the input
    "#]].assert_eq(&summary("all", &collected));
}

#[test]
fn xenforo_pages_become_posts() {
    check(
        "xenforo_2.html",
        expect![[r#"
        asked account 1
        asked thread 1
        asked post 2
        account 7 Some("anna")
        thread 42 by="7" board="Talk" title="Hello world"
        post 100 opening by="7" in="42" at=2020-05-04T08:11:12Z edited=2020-05-05T08:00:00Z body="First post, see this" quoted=0 links=1
        post 101 reply in="42" at=2020-05-04T12:00:00Z body="Second" quoted=16 links=0
        identifier 7 jabber anna@jabber.example.com signature
    "#]],
    );
    check(
        "xenforo_1.html",
        expect![[r#"
        asked account 1
        asked thread 1
        asked post 1
        account 3 Some("ben")
        thread 9
        post 5 reply by="3" in="9" at=2014-10-29T18:28:58Z edited=2014-10-30T18:28:58Z body="answer" quoted=17 links=0
    "#]],
    );
}

#[test]
fn mybb_pages_become_posts() {
    check(
        "mybb.html",
        expect![[r#"
            asked account 2
            asked thread 1
            asked post 2
            account 8 Some("carl")
            account 9 Some("dora")
            thread 4 by="8" board="Market" title="A thread"
            post 33 opening by="8" in="4" at=2019-03-25T22:15:00Z~minute edited=2019-03-26T09:00:00Z body="Text here" quoted=14 links=0
            post 34 reply by="9" in="4" at=2019-04-03T08:00:00Z~minute body="Later" quoted=0 links=0
            reject post.posted_at at mybb.html 307..1090 line 2: the page does not state its time zone; from here on such instants are taken as UTC
        "#]],
    );
}

#[test]
fn phpbb_pages_become_posts() {
    check(
        "phpbb_3.html",
        expect![[r#"
            asked account 1
            asked thread 1
            asked post 2
            account 55 Some("emil") registered=2011-12-31T23:00:00Z~day
            thread 70 by="55" board="Handel" title="Frage"
            post 500 opening by="55" in="70" at=2015-01-05T19:15:00Z~minute edited=2015-01-06T07:00:00Z body="neu" quoted=24 links=0
            post 501 reply in="70" at=2015-01-08T09:00:00Z~minute body="Hallo" quoted=0 links=0
            identifier 55 icq 123456789 signature
        "#]],
    );
    check(
        "phpbb_2.html",
        expect![[r#"
            asked account 2
            asked thread 1
            asked post 2
            account 21 Some("gina") registered=2003-01-01T05:00:00Z~day
            account 22 Some("hans")
            thread 12 by="21" board="General" title="Old topic"
            post 88 opening by="21" in="12" at=2004-01-05T20:12:00Z~minute edited=2004-01-06T21:00:00Z body="Body\n\nmore" quoted=6 links=0
            post 89 reply by="22" in="12" at=2004-01-06T20:12:00Z~minute body="Answer" quoted=0 links=0
        "#]],
    );
}

#[test]
fn vbulletin_pages_become_posts() {
    check(
        "vbulletin_3.html",
        expect![[r#"
            asked account 1
            asked thread 1
            asked post 1
            account 61 Some("ivan") registered=2004-12-31T21:00:00Z~month
            thread 300 board="Cars" title="Engine"
            post 900 reply by="61" in="300" at=2009-04-25T18:47:00Z~minute edited=2009-04-26T07:00:00Z body="mine\nCode:\nx = 1" quoted=35 links=0
        "#]],
    );
    check(
        "vbulletin_4.html",
        expect![[r#"
            asked account 1
            asked thread 1
            asked post 1
            account 71 Some("karl")
            thread 77 by="71" board="Deals" title="Big deal"
            post 400 opening by="71" in="77" at=2013-04-26T01:47:00Z~minute edited=2013-04-26T12:00:00Z body="new offer" quoted=3 links=0
            identifier 71 skype karl.k signature
        "#]],
    );
    check(
        "vbulletin_5.html",
        expect![[r#"
            asked account 1
            asked thread 1
            asked post 1
            account 31 Some("lena") registered=2006-03-01T00:00:00Z~month location="Porto"
            thread 555 by="31" title="A title"
            post 556 opening by="31" in="555" at=2018-02-03T04:05:06Z body="Hello" quoted=1 links=0
            reject account.registered_at at vbulletin_5.html 185..813 line 1: the page does not state its time zone; from here on such instants are taken as UTC
        "#]],
    );
}

#[test]
fn smf_pages_become_posts() {
    check(
        "smf.html",
        expect![[r#"
        asked account 1
        asked thread 1
        asked post 1
        account 17 Some("mara")
        thread 66 board="Board" title="A subject"
        post 1001 reply by="17" in="66" at=2013-09-07T11:20:31Z edited=2013-09-08T10:00:00Z body="new" quoted=20 links=0
        reject post.posted_at at smf.html 271..1135 line 2: the page does not state its time zone; from here on such instants are taken as UTC
    "#]],
    );
}

#[test]
fn invision_pages_become_posts() {
    check(
        "invision_2.html",
        expect![[r#"
            asked account 1
            asked thread 1
            asked post 1
            account 13 Some("olga")
            thread 90 by="13" board="Area" title="Topic name"
            post 700 opening by="13" in="90" at=2007-01-05T15:12:00Z~minute edited=2007-01-06T16:00:00Z body="own" quoted=13 links=0
            reject post.posted_at at invision_2.html 260..871 line 2: the page does not state its time zone; from here on such instants are taken as UTC
        "#]],
    );
    check(
        "invision_4.html",
        expect![[r#"
        asked account 1
        asked thread 1
        asked post 1
        account 19 Some("rita")
        thread 88 by="19" title="Deals"
        post 1200 opening by="19" in="88" at=2019-08-07T06:05:04Z edited=2019-08-08T06:00:00Z body="own words" quoted=15 links=0
    "#]],
    );
}

#[test]
fn discourse_pages_become_posts() {
    check(
        "discourse.html",
        expect![[r#"
        asked account 1
        asked thread 1
        asked post 1
        account name:sven Some("sven")
        thread 4321 by="name:sven" title="A title"
        post thread:4321#1 opening by="name:sven" in="4321" at=2021-01-02T03:04:05Z body="own" quoted=6 links=0
    "#]],
    );
    check(
        "discourse_browser.html",
        expect![[r#"
        asked account 1
        asked thread 1
        asked post 1
        account 44 Some("tom")
        thread 4321 title="A title"
        post 9002 reply by="44" in="4321" at=2021-01-02T03:04:05Z body="answer" quoted=0 links=0
    "#]],
    );
}

#[test]
fn profile_pages_become_accounts_with_contacts() {
    check(
        "profile.html",
        expect![[r#"
            asked account 1
            account 7 Some("anna") registered=2018-01-05T00:00:00Z~day location="Riga" website="https://anna.example/"
            identifier 7 email anna@mail.example.com profile
            identifier 7 jabber anna@jabber.example.com profile
            reject account.registered_at at profile.html 0..591 line 1: the page does not state its time zone; from here on such instants are taken as UTC
            reject account.icq at profile.html 0..591 line 1: the value is none of its kind
        "#]],
    );
}

#[test]
fn pages_of_members_of_every_engine_become_accounts() {
    let mut table = String::new();
    for (name, page) in MEMBER_SAMPLES {
        let (collected, result) = import_files("forum_pages", &[(*name, page.as_bytes())]);
        result.unwrap();
        collected.assert_balanced();
        writeln!(table, "== {name}").unwrap();
        table += &collected.to_text();
    }
    expect![[r#"
        == phpbb_3.html
        asked account 1
        account 55 Some("emil") registered=2012-01-01T19:15:00Z~minute seen=2015-01-05T08:00:00Z location="Bremen" website="http://emil.example/"
        identifier 55 jabber emil@jabber.example.com profile
        identifier 55 icq 123456789 profile
        identifier 55 jabber emil@jabber.example.com signature
        == mybb.html
        asked account 1
        account 8 Some("carl") registered=2009-06-25T00:00:00Z~day seen=2019-03-26T09:00:00Z about="I sell things" location="Gdansk" website="http://carl.example"
        identifier 8 icq 987654321 profile
        identifier 8 skype carl.skype profile
        reject account.registered_at at mybb.html 0..1013 line 1: the page does not state its time zone; from here on such instants are taken as UTC
        == vbulletin_3.html
        asked account 1
        account 61 Some("ivan") registered=2005-01-12T21:00:00Z~day seen=2009-04-25T18:47:00Z location="Tver" website="http://ivan.example"
        identifier 61 icq 111222333 profile
        == vbulletin_4.html
        asked account 1
        account 71 Some("karl") registered=2010-04-25T04:00:00Z~day seen=2013-04-26T12:00:00Z location="Oslo"
        identifier 71 skype karl.k profile
        == vbulletin_5.html
        asked account 1
        account 31 Some("lena") registered=2016-01-31T00:00:00Z~day seen=2018-02-25T10:00:00Z location="Porto"
        reject account.registered_at at vbulletin_5.html 0..450 line 1: the page does not state its time zone; from here on such instants are taken as UTC
        == smf.html
        asked account 1
        account 17 Some("mara") registered=2010-09-07T11:20:31Z seen=2013-09-08T10:00:00Z location="Pisa" website="http://mara.example"
        identifier 17 icq 444555666 profile
        reject account.registered_at at smf.html 0..566 line 1: the page does not state its time zone; from here on such instants are taken as UTC
        == xenforo_1.html
        asked account 1
        account 3 Some("ben") registered=2011-02-02T00:00:00Z~day seen=2014-10-29T18:28:00Z location="Leeds" website="http://ben.example"
        identifier 3 jabber ben@jabber.example.com profile
        reject account.registered_at at xenforo_1.html 0..573 line 1: the page does not state its time zone; from here on such instants are taken as UTC
        == invision_3.html
        asked account 1
        account 19 Some("rita") registered=2009-08-07T00:00:00Z~day location="Lyon" website="http://rita.example"
        identifier 19 icq 777888999 profile
        reject account.registered_at at invision_3.html 0..543 line 1: the page does not state its time zone; from here on such instants are taken as UTC
        == invision_4.html
        asked account 1
        account 19 Some("rita") registered=2019-08-07T00:00:00Z~day seen=2020-01-02T00:00:00Z location="Lyon"
        reject account.registered_at at invision_4.html 0..475 line 1: the page does not state its time zone; from here on such instants are taken as UTC
    "#]].assert_eq(&table);
}

#[test]
fn page_saved_twice_gives_each_post_with_the_same_id_and_hash() {
    let page = sample("xenforo_2.html");
    let edited = page.replace("Second</div>", "Second, changed</div>");
    let files = [
        ("a.html", page.as_bytes()),
        ("b.html", page.as_bytes()),
        ("c.html", edited.as_bytes()),
    ];
    let (collected, result) = import_files("forum_pages", &files);
    result.unwrap();
    collected.assert_balanced();
    let of = |id: &str| -> Vec<&str> {
        let posts = collected.posts.iter().filter(|post| post.native_id == id);
        posts.map(|post| post.content_hash.as_str()).collect()
    };
    let (first, second) = (of("100"), of("101"));
    assert!(first.len() == 3 && first.iter().all(|hash| *hash == first[0]));
    assert!(second.len() == 3 && second[0] == second[1] && second[1] != second[2]);
}

#[test]
fn order_of_day_and_month_is_that_of_the_whole_source() {
    let page = |number: u32, time: &str| {
        sample("vbulletin_4.html")
            .replace("400", &number.to_string())
            .replace("04-25-2013", time)
            .replace("04-26-2013", time)
    };
    let times = |pages: &[String]| -> Vec<String> {
        let names = ["a.html", "b.html"];
        let files: Vec<(&str, &[u8])> = names
            .iter()
            .zip(pages)
            .map(|(name, page)| (*name, page.as_bytes()))
            .collect();
        let (collected, result) = import_files("forum_pages", &files);
        result.unwrap();
        collected.assert_balanced();
        let time = |post: &entangle_model::record::Post| match post.posted_at {
            Some(at) => at.date_naive().to_string(),
            None => "none".to_string(),
        };
        let reasons = collected.rejects.iter().map(|reject| reject.reason.clone());
        collected.posts.iter().map(time).chain(reasons).collect()
    };
    expect![[r#"
        [
            "2013-03-05",
            "2013-03-26",
        ]
    "#]]
    .assert_debug_eq(&times(&[page(1, "03-04-2013"), page(2, "03-25-2013")]));
    expect![[r#"
        [
            "2013-04-04",
            "2013-03-26",
        ]
    "#]]
    .assert_debug_eq(&times(&[page(1, "03-04-2013"), page(2, "25-03-2013")]));
    expect![[r#"
        [
            "none",
            "day and month cannot be told apart in this source",
            "day and month cannot be told apart in this source",
        ]
    "#]]
    .assert_debug_eq(&times(&[page(1, "03-04-2013")]));
}

#[test]
fn pages_in_archives_have_the_time_of_saving() {
    let html =
        sample("mybb.html").replace("<span title=\"25-03-2019\">Yesterday</span>", "Yesterday");
    let warc = format!(
        "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://m.example/showthread.php?tid=4\r\nWARC-Date: 2019-04-05T10:00:00Z\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{html}\r\n\r\nWARC/1.0\r\nWARC-Type: resource\r\nContent-Length: none\r\n\r\n",
        html.len()
    );
    expect![[r#"
        asked account 2
        asked thread 1
        asked post 2
        asked unknown 1
        account 8 Some("carl")
        account 9 Some("dora")
        thread 4 by="8" board="Market" title="A thread"
        post 33 opening by="8" in="4" at=2019-04-04T22:15:00Z~minute edited=2019-03-26T09:00:00Z body="Text here" quoted=14 links=0
        post 34 reply by="9" in="4" body="Later" quoted=0 links=0
        unreadable unknown at a.warc 1589..1644 line 14: the record does not state its length; passed over up to the next
        reject post.posted_at at a.warc 0..1585 line 1: the page does not state its time zone; from here on such instants are taken as UTC
        reject post.posted_at at a.warc 0..1585 line 1: day and month cannot be told apart in this source
    "#]].assert_eq(&records("forum_pages", &[("a.warc", &warc)]));
}

#[test]
fn pages_of_no_forum_and_other_files_are_told_apart() {
    let files = [
        ("a.html", "<html><body>nothing</body></html>"),
        (
            "b.html",
            "<html id=\"XF\" data-app=\"public\"><div class=\"structItem\">list</div></html>",
        ),
        ("c.txt", "text"),
        ("d.png", "<html>"),
    ];
    expect![[r#"
        asked unknown 2
        reject unknown at a.html 0..33 line 1: a page of no forum engine that is known
        reject unknown at b.html 0..73 line 1: a page without posts (XenForo 2)
    "#]]
    .assert_eq(&records("forum_pages", &files));
    let (_, result) = import_files("forum_pages", &[("c.txt", b"text")]);
    expect!["the input holds nothing that forum_pages reads; it looks for HTML pages, alone or in MHTML, WARC, ARC or WACZ files"].assert_eq(&result.unwrap_err().to_string());
}

#[test]
fn any_prefix_of_a_page_keeps_the_balance() {
    for (name, page) in SAMPLES.iter().chain(MEMBER_SAMPLES) {
        for end in (1..page.len()).step_by(37) {
            let (collected, _) = import_files("forum_pages", &[(*name, &page.as_bytes()[..end])]);
            collected.assert_balanced();
        }
    }
}

#[test]
fn hostile_markup_in_posts_costs_nothing_but_itself() {
    let body = format!(
        "<script>alert('x')</script>{}\u{0}\u{202E}evil\u{202C}<img title=\"{}\">&#0;&#xD800;{}",
        "<div>".repeat(100_000),
        "y".repeat(1 << 20),
        "</div>".repeat(100_000),
    );
    let page = sample("xenforo_2.html").replace("Second", &body);
    let (collected, result) = import_files("forum_pages", &[("a.html", page.as_bytes())]);
    result.unwrap();
    collected.assert_balanced();
    assert_eq!(collected.posts.len(), 2);
    let body = collected.posts[1].body.as_deref().unwrap();
    assert!(
        body.contains("evil") && !body.contains("alert") && body.len() < 100,
        "{body:?}"
    );
}

#[test]
fn pages_without_end_of_posts_take_linear_time() {
    let post = "<article class=\"message\" data-content=\"post-1\" data-author=a><div class=\"message-body\"><div class=\"bbWrapper\"><blockquote>";
    let page = format!("<html id=\"XF\">{}", post.repeat(20_000));
    let (collected, result) = import_files("forum_pages", &[("a.html", page.as_bytes())]);
    result.unwrap();
    collected.assert_balanced();
    assert_eq!(collected.posts.len(), 1);
}

#[test]
fn nested_and_repeated_posts_do_not_multiply_the_text() {
    let depth = 390;
    let page = format!(
        "<html><b class=\"postauthor\">x</b>{}<div class=\"postbody\">{}</div>{}",
        "<table class=\"tablebg\"><tr><td>".repeat(depth),
        "text ".repeat(1000),
        (0..depth)
            .map(|number| format!("<a name=\"p{number}\"></a></td></tr></table>"))
            .collect::<String>(),
    );
    let (collected, result) = import_files("forum_pages", &[("a.html", page.as_bytes())]);
    result.unwrap();
    collected.assert_balanced();
    assert_eq!(collected.posts.len(), 1);
    let bodies = "<div class=\"postbody\"><b class=\"postauthor\"></b></div>".repeat(50_000);
    let page = format!("<table class=\"tablebg\"><tr><td><a name=\"p1\"></a>{bodies}</table>");
    let (collected, result) = import_files("forum_pages", &[("a.html", page.as_bytes())]);
    result.unwrap();
    collected.assert_balanced();
    assert_eq!(collected.posts.len(), 1);
}

#[test]
fn formats_that_quote_a_forum_page_are_not_taken() {
    let quoted = "class=&quot;postauthor&quot; MyBB Group smf_theme_url id=\"phpbb\"";
    let importer = crate::importer("forum_pages").unwrap();
    for head in [
        format!("<?xml version=\"1.0\"?>\n<posts><row Body=\"{quoted}\"/></posts>"),
        format!("{{\"body\": \"<html>{quoted}\"}}"),
        format!("id,body\n1,<html>{quoted}\n"),
        "<!DOCTYPE html><html><body>Telegram export</body></html>".to_string(),
    ] {
        let file = crate::SampleFile {
            base_name: "x".to_string(),
            head,
        };
        let sample = crate::Sample { files: vec![file] };
        assert_eq!(importer.detect(&sample), 0.0);
    }
}
