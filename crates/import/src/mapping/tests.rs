//! Small worlds of every format, guesses, and hostile files.

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use entangle_dump::{Input, InputOptions};
use expect_test::{Expect, expect};
use parquet::arrow::ArrowWriter;
use std::sync::Arc;

use super::{MappedTables, Mapping, guess, preview};
use crate::testing::{Collected, folder_of, options};
use crate::{ImportError, Importer};

const USERS: &str = "uid,username,regdate,state,icq,password,salt,last_ip,signature\n\
    1,anna,1282769550,1,611-700-214,$2y$hash,s4lt,203.0.113.9,jabber: anna@jabber.ru\n\
    2,ben,0,0,,$2y$other,s5lt,203.0.113.10,\n\
    3,,1282769551,7,12,x,y,203.0.113.11,\n";

const POSTS: &str = "{\"id\":10,\"user\":{\"id\":1,\"nick\":\"anna\"},\"at\":\"25.08.2010 20:52\",\"html\":\"<b>hi</b> mail anna@post.cz\",\"ip\":\"203.0.113.9\",\"likes\":3}\n\
    {\"id\":11,\"user\":{\"id\":2},\"at\":\"soon\",\"html\":\"<blockquote>hi</blockquote>yes\"}\n\
    {\"id\":12,\"user\":\n\
    [1]\n";

const MAPPING: &str = r#"
[[tables]]
file = "users.csv"
record = "account"
identifiers = [{ column = "icq", kind = "icq" }]
[tables.fields]
native_id = "uid"
name = "username"
registered_at = { column = "regdate", time = "unix" }
is_banned = { column = "state", values = { "1" = "false", "0" = "true" } }
signature = "signature"

[[tables]]
file = "posts*.jsonl"
record = "post"
[tables.fields]
native_id = "id"
account_native_id = "user.id"
posted_at = { column = "at", time = "%d.%m.%Y %H:%M" }
body = "html"
body_format = { constant = "html" }
kind = { constant = "reply" }
"#;

fn import(mapping: &str, files: &[(&str, &[u8])]) -> (Collected, Result<(), ImportError>) {
    let folder = folder_of(files);
    let input = Input::open(folder.path(), InputOptions::default()).unwrap();
    let mut collected = Collected::default();
    let result = Mapping::parse(mapping)
        .and_then(MappedTables::new)
        .and_then(|tables| tables.import(&input, &options(), &mut collected));
    (collected, result)
}

fn check(mapping: &str, files: &[(&str, &[u8])], expected: Expect) {
    let (collected, result) = import(mapping, files);
    result.unwrap();
    collected.assert_balanced();
    let text = collected.to_text();
    for secret in ["$2y$", "s4lt", "203.0.113"] {
        assert!(!text.contains(secret), "{secret}");
    }
    expected.assert_eq(&text);
}

fn check_preview(mapping: &str, files: &[(&str, &[u8])], expected: Expect) {
    let folder = folder_of(files);
    let input = Input::open(folder.path(), InputOptions::default()).unwrap();
    let mapping = Mapping::parse(mapping).unwrap();
    let shown = preview(&input, &mapping, &options(), 2).unwrap();
    expected.assert_eq(&shown.to_string());
}

fn check_guess(files: &[(&str, &[u8])], expected: Expect) {
    let folder = folder_of(files);
    let input = Input::open(folder.path(), InputOptions::default()).unwrap();
    let guessed = guess(&input).unwrap();
    expected.assert_eq(&guessed.toml);
    if !guessed.mapping.tables.is_empty() {
        assert_eq!(Mapping::parse(&guessed.toml).unwrap(), guessed.mapping);
    }
}

fn error_of(mapping: &str) -> String {
    Mapping::parse(mapping).unwrap_err().to_string()
}

fn database(sql: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch(sql).unwrap();
    connection.close().unwrap();
    std::fs::read(path).unwrap()
}

fn small_database() -> Vec<u8> {
    database(
        "CREATE TABLE members (id INTEGER PRIMARY KEY, nick TEXT, joined REAL, pass_hash TEXT, avatar BLOB);
         INSERT INTO members VALUES (1, 'anna', 1282769550.5, 'secret', x'00ff'), (2, char(0) || 'ben', NULL, NULL, NULL);
         CREATE TABLE \"odd \"\"posts\" (pid INTEGER, uid INTEGER, text TEXT);
         INSERT INTO \"odd \"\"posts\" VALUES (7, 1, 'my icq 611700214'), (8, 2, CAST(x'66ff6f' AS TEXT));
         CREATE VIEW tricky AS SELECT * FROM members;",
    )
}

const DATABASE_MAPPING: &str = r#"
[[tables]]
file = "made.db"
table = "members"
record = "account"
fields = { native_id = "id", name = "nick", registered_at = { column = "joined", time = "unix" } }
[[tables]]
file = "made.db"
table = 'odd "posts'
record = "post"
fields = { native_id = "pid", account_native_id = "uid", body = "text" }
"#;

fn small_parquet() -> Vec<u8> {
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
    let names: ArrayRef = Arc::new(StringArray::from(vec![Some("anna"), None, Some("")]));
    let times: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![
        Some(1_282_769_550_900),
        None,
        Some(0),
    ]));
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["tg: @anna_sells", "two", "three"]));
    let tokens: ArrayRef = Arc::new(StringArray::from(vec!["$2y$a", "$2y$b", "$2y$c"]));
    let batch = RecordBatch::try_from_iter_with_nullable(vec![
        ("message_id", ids, false),
        ("sender", names, true),
        ("sent_at", times, true),
        ("text", texts, false),
        ("token", tokens, false),
    ])
    .unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

const PARQUET_MAPPING: &str = r#"
[[tables]]
file = "*.parquet"
record = "post"
fields = { native_id = "message_id", author = "sender", posted_at = "sent_at", body = "text" }
"#;

#[test]
fn csv_and_json_become_records() {
    let files: [(&str, &[u8]); 2] = [
        ("users.csv", USERS.as_bytes()),
        (
            "posts_1.jsonl",
            POSTS
                .replace("{\"id\":12,\"user\":\n", "")
                .leak()
                .as_bytes(),
        ),
    ];
    check(
        MAPPING,
        &files,
        expect![[r#"
        asked account 3
        asked post 3
        account 1 Some("anna") registered=2010-08-25T20:52:30Z banned=false
        account 2 Some("ben") banned=true
        account 3 None registered=2010-08-25T20:52:31Z
        post 10 reply by="1" at=2010-08-25T20:52:00Z body="hi mail anna@post.cz" quoted=0 links=0
        post 11 reply by="2" body="yes" quoted=2 links=0
        identifier 1 jabber anna@jabber.ru signature
        identifier 1 icq 611700214 profile
        identifier 1 email anna@post.cz mentioned in="10"
        unreadable post at posts_1.jsonl 209..210 line 3: the value is no JSON object
        reject account.is_banned at users.csv 184..220 line 4: it is neither true nor false
        reject account.identifier at users.csv 184..220 line 4: its value is missing or not valid for its kind
        reject post.posted_at at posts_1.jsonl 0..129 line 1: the time zone is not stated; from here on such instants of this file are taken as UTC
        reject post.posted_at at posts_1.jsonl 130..207 line 2: the instant cannot be read
    "#]],
    );
}

#[test]
fn preview_shows_records_and_what_is_left_out() {
    let files: [(&str, &[u8]); 2] = [
        ("users.csv", USERS.as_bytes()),
        ("posts_1.jsonl", POSTS.as_bytes()),
    ];
    check_preview(
        MAPPING,
        &files,
        expect![[r#"
        account 1 name="anna" registered_at="2010-08-25T20:52:30+00:00" is_banned="false"
        identifier 1 kind="jabber" value="anna@jabber.ru" role="signature"
        identifier 1 kind="icq" value="611700214" role="profile"
        account 2 name="ben" is_banned="true"
        post 10 kind="reply" by="1" posted_at="2010-08-25T20:52:00+00:00" body="hi mail anna@post.cz"
        identifier 1 kind="email" value="anna@post.cz" role="mentioned"
        post 11 kind="reply" by="2" body="yes"
        not kept: post.posted_at in posts_1.jsonl line 1: the time zone is not stated; from here on such instants of this file are taken as UTC
        not kept: post.posted_at in posts_1.jsonl line 2: the instant cannot be read
        not mapped: users.csv last_ip (secret, never read)
        not mapped: users.csv password (secret, never read)
        not mapped: users.csv salt (secret, never read)
        not mapped: posts*.jsonl ip (secret, never read)
        not mapped: posts*.jsonl likes such as "3"
        not mapped: posts*.jsonl user.nick such as "anna"
    "#]],
    );
}

#[test]
fn json_rows_lie_on_a_path() {
    let mapping = "[[tables]]\nfile = \"all.json\"\nrows = \"data.items\"\nrecord = \"thread\"\nfields = { native_id = \"id\", title = \"names.0\" }\n";
    let text = r#"{"version": [1], "data": {"count": 2, "items": [{"id": 1, "names": ["first", "x"]}, {"id": "b", "names": []}]}, "rest": {}}"#;
    check(
        mapping,
        &[("all.json", text.as_bytes())],
        expect![[r#"
        asked thread 2
        thread 1 title="first"
        thread b
    "#]],
    );
}

#[test]
fn tables_of_a_database_become_records() {
    check(
        DATABASE_MAPPING,
        &[("made.db", &small_database())],
        expect![[r#"
            asked account 2
            asked post 2
            account 1 Some("anna") registered=2010-08-25T20:52:30.500Z
            account 2 Some("\0ben")
            post 7 message by="1" body="my icq 611700214" quoted=0 links=0
            post 8 message by="2" body="f�o" quoted=0 links=0
            identifier 1 icq 611700214 introduced in="7"
        "#]],
    );
}

#[test]
fn parquet_becomes_records() {
    check(
        PARQUET_MAPPING,
        &[("a.parquet", &small_parquet())],
        expect![[r#"
            asked account 1
            asked post 3
            account name:anna Some("anna")
            post 1 message by="name:anna" at=2010-08-25T20:52:30.900Z body="tg: @anna_sells" quoted=0 links=0
            post 2 message body="two" quoted=0 links=0
            post 3 message body="three" quoted=0 links=0
            identifier name:anna telegram anna_sells introduced in="1"
            reject post.posted_at at a.parquet 0..0 line 1: the time zone is not stated; from here on such instants of this file are taken as UTC
            reject post.posted_at at a.parquet 0..0 line 3: the instant lies before 1990
        "#]],
    );
}

#[test]
fn compressed_database_is_read_from_a_copy() {
    use std::io::Write;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&small_database()).unwrap();
    let packed = packed.finish().unwrap();
    let (plain, _) = import(DATABASE_MAPPING, &[("made.db", &small_database())]);
    let (collected, result) = import(DATABASE_MAPPING, &[("made.db.gz", &packed)]);
    result.unwrap();
    assert_eq!(collected.posts.len(), 2);
    assert_eq!(collected.accounts.len(), plain.accounts.len());
}

#[test]
fn guesses_of_plausible_tables() {
    let messages = "message_id;from_id;chat_id;date;text\n1;7;3;01.02.2015 10:00;\"[b]hello[/b] there\"\n2;8;3;02.02.2015 11:30;ok\n";
    let users = USERS.replace("state", "email");
    check_guess(
        &[
            ("users.csv", users.as_bytes()),
            ("messages.csv", messages.as_bytes()),
            ("posts.jsonl", POSTS.lines().next().unwrap().as_bytes()),
            ("made.db", &small_database()),
            ("part-0.parquet", &small_parquet()),
            (
                "export.json",
                br#"{"version": 1, "items": [{"topic_id": 5, "title": "hello", "author": "ben"}]}"#,
            ),
            (
                "replies.csv",
                b"id,words\n1,this text stands under an unusual name and is long enough\n",
            ),
            ("rates.csv", b"day,usd,eur\n2020-01-01,1,2\n"),
        ],
        expect![[r##"
            # A first mapping; read it before use. The fields are those of
            # docs/formats/mapping.md.

            # Not recognised: export.json
            # not mapped: author, such as ben
            # not mapped: title, such as hello
            # not mapped: topic_id, such as 5

            [[tables]]
            file = "made.db"
            format = "sqlite"
            table = "members"
            record = "account"
            [tables.fields]
            name = "nick"
            native_id = "id"
            registered_at = { column = "joined", time = "unix" }
            # fields without a column: last_seen_at, about, about_format, location, website, reputation, is_staff, is_bot, is_banned, signature
            # not mapped: avatar
            # never read: pass_hash

            [[tables]]
            file = "made.db"
            format = "sqlite"
            table = 'odd "posts'
            record = "post"
            [tables.fields]
            account_native_id = "uid"
            body = "text"
            native_id = "pid"
            # fields without a column: author, thread_native_id, parent_native_id, kind, posted_at, edited_at, body_format

            [[tables]]
            file = "messages.csv"
            format = "csv"
            record = "post"
            [tables.fields]
            account_native_id = "from_id"
            body = "text"
            body_format = { constant = "bbcode" }
            native_id = "message_id"
            posted_at = { column = "date", time = "%d.%m.%Y %H:%M" }
            thread_native_id = "chat_id"
            # fields without a column: author, parent_native_id, kind, edited_at

            [[tables]]
            file = "part-0.parquet"
            format = "parquet"
            record = "post"
            [tables.fields]
            author = "sender"
            body = "text"
            native_id = "message_id"
            posted_at = "sent_at"
            # fields without a column: account_native_id, thread_native_id, parent_native_id, kind, edited_at, body_format
            # never read: token

            [[tables]]
            file = "posts.jsonl"
            format = "json"
            record = "post"
            [tables.fields]
            account_native_id = "user.id"
            author = "user.nick"
            body = "html"
            body_format = { constant = "html" }
            native_id = "id"
            # fields without a column: thread_native_id, parent_native_id, kind, posted_at, edited_at
            # not mapped: at, such as 25.08.2010 20:52
            # never read: ip
            # not mapped: likes, such as 3

            # Not recognised: rates.csv
            # not mapped: day, such as 2020-01-01
            # not mapped: eur, such as 2
            # not mapped: usd, such as 1

            [[tables]]
            file = "replies.csv"
            format = "csv"
            record = "post"
            [tables.fields]
            body = "words"
            native_id = "id"
            # fields without a column: account_native_id, author, thread_native_id, parent_native_id, kind, posted_at, edited_at, body_format

            [[tables]]
            file = "users.csv"
            format = "csv"
            record = "account"
            identifiers = [
                { column = "email", kind = "email" },
                { column = "icq", kind = "icq" },
            ]
            [tables.fields]
            name = "username"
            native_id = "uid"
            registered_at = { column = "regdate", time = "unix" }
            signature = "signature"
            # fields without a column: last_seen_at, about, about_format, location, website, reputation, is_staff, is_bot, is_banned
            # never read: last_ip
            # never read: password
            # never read: salt
        "##]],
    );
}

#[test]
fn unusable_mappings_are_refused_with_the_reason() {
    let table = |rest: &str| format!("[[tables]]\nfile = \"a.csv\"\n{rest}");
    let report: String = [
        "tables = []",
        "what = 1",
        &table("record = \"person\""),
        &table("record = \"account\"\nfields = { nick = \"a\" }"),
        &table("record = \"account\"\nfields = { name = \"user.password\" }"),
        &table("record = \"account\"\nidentifiers = [{ column = \"last_ip\", kind = \"email\" }]"),
        &table("record = \"post\"\nfields = { posted_at = { column = \"a\", time = \"%Q\" } }"),
        &table("record = \"post\"\ndelimiter = \"№\""),
    ]
    .iter()
    .map(|mapping| error_of(mapping) + "\n")
    .collect();
    expect![[r#"
        the mapping cannot be used: it has no tables; hint: see docs/formats/mapping.md
        the mapping cannot be used: TOML parse error at line 1, column 1
          |
        1 | what = 1
          | ^^^^
        unknown field `what`, expected `tables`; hint: see docs/formats/mapping.md
        the mapping cannot be used: table "a.csv": record "person" is none of account, thread, post and identifier; hint: see docs/formats/mapping.md
        the mapping cannot be used: table "a.csv": account has no field "nick", only native_id, name, registered_at, last_seen_at, about, about_format, location, website, reputation, is_staff, is_bot, is_banned; hint: see docs/formats/mapping.md
        the mapping cannot be used: table "a.csv": column "user.password" looks like a secret or an address of a machine, which are never read; hint: see docs/formats/mapping.md
        the mapping cannot be used: table "a.csv": column "last_ip" looks like a secret or an address of a machine, which are never read; hint: see docs/formats/mapping.md
        the mapping cannot be used: table "a.csv": "%Q" is no pattern of strftime; hint: see docs/formats/mapping.md
        the mapping cannot be used: table "a.csv": the delimiter is no ASCII character; hint: see docs/formats/mapping.md
    "#]].assert_eq(&report);
}

#[test]
fn files_that_are_not_what_they_claim_end_with_a_reason() {
    let cut_database = &small_database()[..6000];
    let cut_parquet = small_parquet();
    let mut report = String::new();
    for (mapping, name, bytes) in [
        (DATABASE_MAPPING, "made.db", b"hello".as_slice()),
        (DATABASE_MAPPING, "made.db", cut_database),
        (PARQUET_MAPPING, "a.parquet", b"hello"),
        (
            PARQUET_MAPPING,
            "a.parquet",
            &cut_parquet[..cut_parquet.len() - 9],
        ),
        (MAPPING, "other.txt", b""),
    ] {
        let error = import(mapping, &[(name, bytes)]).1.unwrap_err();
        report += &format!("{error}\n");
    }
    let absent = DATABASE_MAPPING.replace("\"members\"", "\"tricky\"");
    let error = import(&absent, &[("made.db", &small_database())])
        .1
        .unwrap_err();
    report += &format!("{error}\n");
    expect![[r#"
        made.db is not well-formed at byte 0: it is no SQLite database
        made.db is not well-formed at byte 0: SQLite says database disk image is malformed
        a.parquet is not well-formed at byte 0: it is no Parquet file
        a.parquet is not well-formed at byte 0: the Parquet reader says Parquet error: Invalid Parquet file. Corrupt footer
        the input holds nothing that mapping reads; it looks for the files that the mapping names
        the mapping cannot be used: "made.db" has no table "tricky"; hint: see docs/formats/mapping.md
    "#]].assert_eq(&report);
}

/// Cuts a file everywhere and damages every byte; nothing may panic, and what was counted must
/// add up.
fn survives_damage(mapping: &str, name: &str, bytes: &[u8]) {
    for end in (0..bytes.len()).step_by(1 + bytes.len() / 300) {
        let (collected, _) = import(mapping, &[(name, &bytes[..end])]);
        collected.assert_balanced();
    }
    for at in (0..bytes.len()).step_by(1 + bytes.len() / 300) {
        let mut damaged = bytes.to_vec();
        damaged[at] ^= 0xff;
        let (collected, _) = import(mapping, &[(name, &damaged)]);
        collected.assert_balanced();
    }
}

#[test]
fn damaged_databases_neither_panic_nor_lose_balance() {
    survives_damage(DATABASE_MAPPING, "made.db", &small_database());
}

#[test]
fn damaged_parquet_neither_panics_nor_loses_balance() {
    survives_damage(PARQUET_MAPPING, "a.parquet", &small_parquet());
}

#[test]
fn damaged_text_tables_neither_panic_nor_lose_balance() {
    survives_damage(MAPPING, "users.csv", USERS.as_bytes());
    survives_damage(MAPPING, "posts.jsonl", POSTS.as_bytes());
}
