//! Forum systems on PostgreSQL, dumped by `pg_dump`.

mod server;

use expect_test::expect;
use std::path::Path;

use super::{Stored, System, TEXTS, check_ways, is_installed};
use server::{Server, program};

const SYSTEMS: [System; 2] = [
    System {
        format: "discourse_database",
        tables: include_str!("postgresql/discourse.sql"),
        insert_post: "INSERT INTO posts (id, user_id, topic_id, post_number, reply_to_post_number, raw, cooked, created_at) VALUES ({id}, 4, 8, {id}, 1, '', {body}, to_timestamp({time}) AT TIME ZONE 'UTC')",
        stored: Stored::Html,
    },
    System {
        format: "nodebb_database",
        tables: include_str!("postgresql/nodebb.sql"),
        insert_post: "INSERT INTO legacy_object VALUES ('post:{id}', 'hash'); \
                      INSERT INTO legacy_hash (_key, data) VALUES ('post:{id}', jsonb_build_object('pid', {id}, 'uid', 5, 'tid', 3, 'toPid', '10', 'timestamp', {time}000, 'content', {body}))",
        stored: Stored::Typed,
    },
];

/// Ways in which `pg_dump` writes.
const WAYS: [&[&str]; 4] = [
    &[],
    &["--column-inserts", "--no-owner"],
    &["--inserts", "--quote-all-identifiers"],
    &["--rows-per-insert=3", "--no-privileges"],
];

#[test]
fn what_postgresql_dumps_is_what_was_put_in() {
    if !is_installed(&program("postgres"), "postgresql") {
        return;
    }
    let server = Server::start();
    // It keeps no texts with a NUL.
    let texts = TEXTS.map(|text| text.replace("\0 ", ""));
    let literal = |text: &str| {
        let digits: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        format!("convert_from(decode('{digits}', 'hex'), 'UTF8')")
    };
    let mut summary = String::new();
    let folder = tempfile::tempdir().unwrap();
    for system in &SYSTEMS {
        let name = system.format;
        server.create_database(name, &system.script(&texts, literal));
        let dump = |options: &[&str], path: &Path| server.dump(name, options, path);
        summary += &check_ways(system, &texts, &WAYS, folder.path(), dump);
    }
    expect![[r#"
        discourse_database: asked 19, {"account": 2, "former name": 1, "identifier": 2, "post": 15, "thread": 2}
          post 1 opening by Some("4") in Some("8") answers None at Some(2020-01-01T10:00:00.123456Z) edited None quoted 0 links 0 attachments 0 mentions 1
          post 2 message by Some("4") in Some("9") answers None at Some(2020-01-01T11:00:00Z) edited None quoted 0 links 0 attachments 0 mentions 0
          post 3 reply by None in Some("8") answers Some("100") at Some(2020-01-01T12:00:00Z) edited None quoted 0 links 0 attachments 0 mentions 0
          post 100 reply by Some("4") in Some("8") answers Some("1") at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          thread 8 Some("4") Some("Talk") Some("A\\B 'C'") Some(2020-01-01T10:00:00Z)
          thread 9 Some("4") None Some("PM") Some(2020-01-01T11:00:00Z)
          identifier 4 email mia@mail.example.net profile
          former name 4 "Mi\\o\t\"x\"" Some(2019-06-01T10:00:00Z)
          identifier 4 domain mia-shop.net profile
          account -1 Some("system") Some(2019-01-01T00:00:00Z) None (None, None, None) None [Some(true), Some(true), Some(false)]
          account 4 Some("Mi'a") Some(2019-01-02T03:04:05.678Z) Some(2020-01-01T00:00:00Z) (None, None, None) None [Some(true), Some(false), Some(false)]
        nodebb_database: asked 16, {"account": 1, "former name": 1, "identifier": 3, "post": 14, "thread": 1}
          account 5 Some("Bоb \"x\"") Some(2014-05-13T16:53:20Z) Some(2017-07-14T02:45:00Z) (None, Some("Riga\\Rome"), Some("http://bobs-site.net")) Some(-3) [Some(true), None, Some(false)]
          identifier 5 domain bobs-site.net profile
          identifier 5 email bob@mail.example.net profile
          identifier 5 icq 123456789 signature
          thread 3 Some("5") Some("Market") Some("It's; (all)") Some(2017-07-14T02:40:00Z)
          post 10 opening by Some("5") in Some("3") answers None at Some(2017-07-14T02:40:00Z) edited Some(2017-07-14T02:40:10Z) quoted 4 links 0 attachments 0 mentions 0
          post pm:1 message by Some("5") in Some("pm:2") answers None at Some(2017-07-14T02:46:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          post 100 reply by Some("5") in Some("3") answers Some("10") at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          former name 5 "R'ob:smith" Some(2015-12-13T09:46:40Z)
    "#]].assert_eq(&summary);
}
