//! Small dumps with every kind of fault, and the real dumps of four sites.

use crate::ImportError;
use crate::testing::{import_files, import_path, real_data, records};
use entangle_dump::InputError;
use entangle_model::record::RecordKind;
use expect_test::expect;
use std::io::Write;

const USERS: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<users>
  <row Id="-1" Reputation="1" CreationDate="2010-08-25T18:10:17.000" DisplayName="Community" LastAccessDate="2010-08-25T19:00:27.313" />
  <row Id="2" Reputation="many" CreationDate="1970-01-01T00:00:00.000" DisplayName="Anna &amp; co" LastAccessDate="2031-06-20T17:37:12.817" WebsiteUrl="http://annas-bicycle-page.xyz/" Location="Köln" AboutMe="&lt;p&gt;write to anna@mail.example.com&lt;/p&gt;" />
  <row Reputation="5" DisplayName="no id" />
  <row Id="4" DisplayName="&unknown;" />
  <row Id="5" DisplayName="cut />
</users>"#;

const POSTS: &str = r#"<posts>
  <row Id="1" PostTypeId="1" CreationDate="2011-01-02T03:04:05.678" Title="How?" Body="&lt;p&gt;See &lt;a href=&quot;http://a.example/&quot;&gt;this&lt;/a&gt;&lt;/p&gt;&lt;blockquote&gt;said&lt;/blockquote&gt;" OwnerUserId="2" />
  <row Id="2" PostTypeId="2" ParentId="1" CreationDate="2011-01-03T03:04:05.678" Body="&lt;p&gt;So. My jabber is anna@jabber.ru&lt;/p&gt;" OwnerUserId="2" />
  <row Id="3" PostTypeId="2" ParentId="1" Body="" OwnerDisplayName="user17" />
  <row Id="4" PostTypeId="5" Body="&lt;p&gt;tag wiki&lt;/p&gt;" OwnerUserId="-1" />
  <row Id="5" Body="x" />
</posts>"#;

const COMMENTS: &str = r#"<comments>
  <row Id="1" PostId="2" Text="&lt;b&gt; is no markup here" CreationDate="2011-01-04T00:00:00.000" UserId="2" />
  <row Id="2" PostId="2" Text="gone" CreationDate="never" UserDisplayName="user18" />
</comments>"#;

#[test]
fn rows_become_records_or_rejects() {
    let text = records(
        "stackexchange",
        &[
            ("Users.xml", USERS),
            ("Posts.xml", POSTS),
            ("Comments.xml", COMMENTS),
        ],
    );
    expect![[r#"
        asked account 5
        asked thread 1
        asked post 7
        account -1 Some("Community") registered=2010-08-25T18:10:17Z seen=2010-08-25T19:00:27.313Z reputation=1 bot=true
        account 2 Some("Anna & co") about="write to anna@mail.example.com" location="Köln" website="http://annas-bicycle-page.xyz/"
        account 4 None
        thread 1 by="2" title="How?" started=2011-01-02T03:04:05.678Z
        post post:1 opening by="2" in="1" at=2011-01-02T03:04:05.678Z body="See this" quoted=4 links=1
        post post:2 reply by="2" in="1" answers="post:1" at=2011-01-03T03:04:05.678Z body="So. My jabber is anna@jabber.ru" quoted=0 links=0
        post post:3 reply in="1" answers="post:1" quoted=0 links=0
        post post:4 notice by="-1" body="tag wiki" quoted=0 links=0
        post comment:1 comment by="2" answers="post:2" at=2011-01-04T00:00:00Z body="<b> is no markup here" quoted=0 links=0
        post comment:2 comment answers="post:2" body="gone" quoted=0 links=0
        identifier 2 email anna@mail.example.com profile
        identifier 2 domain annas-bicycle-page.xyz profile
        identifier 2 jabber anna@jabber.ru introduced in="post:2"
        unreadable account at Users.xml 536..568 line 7: the element is not closed before the next one begins
        reject account.reputation at Users.xml 186..447 line 4: it is not a number
        reject account.registered_at at Users.xml 186..447 line 4: the instant lies before 1990
        reject account.last_seen_at at Users.xml 186..447 line 4: the instant lies in the future
        reject account at Users.xml 450..492 line 5: the row has no Id that is a number
        reject account.name at Users.xml 495..533 line 6: the value holds a character reference that is not defined
        reject post at Posts.xml 561..584 line 6: the row has no PostTypeId
        reject post.posted_at at Comments.xml 126..209 line 3: the instant cannot be read
    "#]].assert_eq(&text);
}

#[test]
fn two_sites_are_not_mixed() {
    let (_, result) = import_files(
        "stackexchange",
        &[("Users.xml", b"<users/>"), ("users.xml", b"<users/>")],
    );
    assert!(
        matches!(result, Err(ImportError::SeveralSources { .. })),
        "{result:?}"
    );
}

#[test]
fn folder_without_tables_has_nothing_to_read() {
    let (_, result) = import_files("stackexchange", &[("Badges.xml", b"<badges/>")]);
    assert!(
        matches!(result, Err(ImportError::NothingToRead { .. })),
        "{result:?}"
    );
}

#[test]
fn cut_file_fails_after_its_rows() {
    let rows: String = (0..20_000)
        .map(|id| format!("<row Id=\"{id}\" DisplayName=\"name {}\"/>\n", id * 7919))
        .collect();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder
        .write_all(format!("<users>\n{rows}</users>").as_bytes())
        .unwrap();
    let whole = encoder.finish().unwrap();
    let (collected, result) = import_files(
        "stackexchange",
        &[("Users.xml.gz", &whole[..whole.len() / 2])],
    );
    assert!(
        matches!(
            result,
            Err(ImportError::Input(InputError::Truncated { .. }))
        ),
        "{result:?}"
    );
    assert!(collected.accounts.len() > 5_000);
}

#[test]
fn entity_bomb_fails_the_import() {
    let bomb = b"<!DOCTYPE users [<!ENTITY a \"aaaa\">]><users><row Id=\"1\" DisplayName=\"&a;\"/></users>";
    let (collected, result) = import_files("stackexchange", &[("Users.xml", bomb)]);
    assert!(
        matches!(
            result,
            Err(ImportError::Input(InputError::DocumentType { .. }))
        ),
        "{result:?}"
    );
    assert!(collected.accounts.is_empty());
}

/// Rows as the README of the real data states them: accounts, posts, comments.
const SITES: [(&str, u64, u64, u64); 4] = [
    ("bicycles.meta", 2551, 1446, 2448),
    ("alcohol.meta", 522, 251, 367),
    ("conlang.meta", 272, 177, 230),
    ("martialarts", 9714, 0, 0),
];

#[test]
fn real_sites_have_the_stated_number_of_rows() {
    for (site, account_count, post_count, comment_count) in SITES {
        let Some(path) = real_data(&format!("stackexchange/{site}")) else {
            return;
        };
        let (collected, result) = import_path("stackexchange", &path);
        result.unwrap();
        collected.assert_balanced();
        assert_eq!(collected.accounts.len() as u64, account_count, "{site}");
        assert_eq!(
            collected.asked.get(&RecordKind::Account),
            Some(&account_count),
            "{site}"
        );
        let is_comment = |id: &str| id.starts_with("comment:");
        let (comments, posts): (Vec<_>, Vec<_>) = collected
            .posts
            .iter()
            .partition(|post| is_comment(&post.native_id));
        assert_eq!(
            (posts.len() as u64, comments.len() as u64),
            (post_count, comment_count),
            "{site}"
        );
        assert!(
            collected.unreadable.is_empty() && collected.rejects.is_empty(),
            "{site}"
        );
        assert!(
            collected
                .accounts
                .iter()
                .all(|account| account.registered_at.is_some())
        );
        assert_eq!(collected.bytes_read, on_disk(&path), "{site}");
    }
}

fn on_disk(folder: &std::path::Path) -> u64 {
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum()
}

#[test]
fn places_point_at_the_rows() {
    let Some(path) = real_data("stackexchange/conlang.meta") else {
        return;
    };
    let (collected, _) = import_path("stackexchange", &path);
    let users = std::fs::read(path.join("Users.xml")).unwrap();
    for account in &collected.accounts {
        let place = &account.place;
        let row = &users[place.byte_start as usize..place.byte_end as usize];
        assert!(row.starts_with(format!("<row Id=\"{}\"", account.native_id).as_bytes()));
        assert_eq!(account.content_hash, blake3::hash(row).to_hex()[..32]);
    }
}
