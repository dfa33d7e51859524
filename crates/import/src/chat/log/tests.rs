//! Declared patterns, days that are not stated, and files that are no logs.

use entangle_dump::{Input, InputOptions};
use expect_test::expect;

use crate::testing::{Collected, folder_of, options, records};
use crate::{ImportError, ImportOptions, importer};

fn import_declared(pattern: &str, file: &str, text: &str) -> Result<String, ImportError> {
    let folder = folder_of(&[(file, text.as_bytes())]);
    let input = Input::open(folder.path(), InputOptions::default()).unwrap();
    let options = ImportOptions {
        line_pattern: Some(pattern.to_string()),
        ..options()
    };
    let mut collected = Collected::default();
    importer("chat_log")?.import(&input, &options, &mut collected)?;
    collected.assert_balanced();
    Ok(collected.to_text())
}

#[test]
fn declared_pattern_tells_time_nick_and_text() {
    let text =
        "anna | 31.12.2020 23:59 +0300 | hello\nmore\nben | 32.13.2020 00:00 +0300 | no day\n";
    let out = import_declared(
        "{nick} | {time:%d.%m.%Y %H:%M %z} | {text}",
        "dump.txt",
        text,
    );
    expect![[r#"
        asked account 1
        asked thread 1
        asked post 1
        account name:anna Some("anna")
        thread room:dump board="dump" title="dump"
        post hash:53b45135137a2ef494d91a54d6743887 message by="name:anna" in="room:dump" at=2020-12-31T20:59:00Z~minute body="hello\nmore\nben | 32.13.2020 00:00 +0300 | no day" quoted=0 links=0
    "#]].assert_eq(&out.unwrap());
}

#[test]
fn declared_pattern_without_time_has_posts_without_instant() {
    let out = import_declared("{nick}> {text}", "x.log", "a> 1\nb> 2\nb> 2\n");
    expect![[r#"
        asked account 2
        asked thread 1
        asked post 3
        account name:a Some("a")
        account name:b Some("b")
        thread room:x board="x" title="x"
        post hash:385af174a006529be3d80fbb66263688 message by="name:a" in="room:x" body="1" quoted=0 links=0
        post hash:0314acfbf0c53d9718ec4c4bea5e7c7b message by="name:b" in="room:x" body="2" quoted=0 links=0
        post hash:0cb82928c46685662ff793c42087c63e message by="name:b" in="room:x" body="2" quoted=0 links=0
        reject post.posted_at at x.log 0..4 line 1: the day is not stated or not possible; from here on such instants of this file are left out
    "#]].assert_eq(&out.unwrap());
}

#[test]
fn seconds_since_1970_are_instants() {
    let out = import_declared("{time:%s},{nick},{text}", "x.csv", "1610450950,anna,a,b\n");
    assert!(
        out.unwrap()
            .contains("at=2021-01-12T11:29:10Z body=\"a,b\"")
    );
}

#[test]
fn mistaken_patterns_are_explained() {
    let patterns = [
        "{time} {nick: {text",
        "{when} {nick}: {text}",
        "{nick}{text}",
        "{time:%Q} {nick}: {text}",
        "[{time}] {text}",
        "",
    ];
    let errors: String = patterns
        .iter()
        .map(|pattern| {
            let error = import_declared(pattern, "x.log", "x").unwrap_err();
            format!("{error}\n")
        })
        .collect();
    expect![[r#"
        cannot understand the line pattern "{time} {nick: {text": a brace is opened and not closed; hint: write it like "[{time:%Y-%m-%d %H:%M:%S}] {nick}: {text}"
        cannot understand the line pattern "{when} {nick}: {text}": a placeholder is none of time, nick, text, room and skip; hint: write it like "[{time:%Y-%m-%d %H:%M:%S}] {nick}: {text}"
        cannot understand the line pattern "{nick}{text}": a placeholder needs text after it that ends it; hint: write it like "[{time:%Y-%m-%d %H:%M:%S}] {nick}: {text}"
        cannot understand the line pattern "{time:%Q} {nick}: {text}": a form of time is not one of strftime; hint: write it like "[{time:%Y-%m-%d %H:%M:%S}] {nick}: {text}"
        cannot understand the line pattern "[{time}] {text}": it needs both {nick} and {text}; hint: write it like "[{time:%Y-%m-%d %H:%M:%S}] {nick}: {text}"
        cannot understand the line pattern "": it needs both {nick} and {text}; hint: write it like "[{time:%Y-%m-%d %H:%M:%S}] {nick}: {text}"
    "#]].assert_eq(&errors);
}

#[test]
fn day_comes_from_the_name_of_the_file_or_is_left_out() {
    let line =
        "12:00 -!- anna [a@host.example] has joined #room\n12:01 <anna> hi\n12:01 <anna> hi\n";
    let with_date = records("irc_irssi", &[("#room.2021-01-12.log", line)]);
    assert!(with_date.contains("at=2021-01-12T12:01:00Z~minute body=\"hi\""));
    expect![[r##"
        asked account 1
        asked thread 1
        asked post 3
        account name:anna Some("anna")
        thread room:#room board="#room" title="#room"
        post hash:35a60b7504066fd538633ee478616cf3 notice by="name:anna" in="room:#room" quoted=0 links=0
        post hash:4233e7662f8572a98590b24e7f5cfaa3 message by="name:anna" in="room:#room" body="hi" quoted=0 links=0
        post hash:45ba5142f8d8422255dc69e715b5fe1b message by="name:anna" in="room:#room" body="hi" quoted=0 links=0
        reject post.posted_at at #room.log 0..48 line 1: the day is not stated or not possible; from here on such instants of this file are left out
    "##]].assert_eq(&records("irc_irssi", &[("#room.log", line)]));
}

#[test]
fn equal_messages_in_two_copies_of_a_log_have_equal_ids() {
    let log = "2021-01-12 11:28:20\tanna\tok\n2021-01-12 11:28:20\tanna\tok\n";
    let out = records(
        "irc_weechat",
        &[("#room.log", log), ("#room.weechatlog", log)],
    );
    let ids: Vec<&str> = out
        .lines()
        .filter_map(|line| line.strip_prefix("post ")?.split(' ').next())
        .collect();
    assert_eq!(ids.len(), 4);
    assert_eq!(ids[..2], ids[2..]);
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn text_without_the_signature_of_a_client_is_not_taken() {
    for text in [
        "12:00 a line of a diary\n13:00 another\n",
        "12:00 <b>bold</b>\n",
        "[12:00] something\n",
        "Dear all,\n\n[1] is a footnote: see below\n",
        "2021-01-12 11:28:20 INFO  server: started\n",
        "(see above) he said: no\n",
    ] {
        let folder = folder_of(&[("x.log", text.as_bytes())]);
        let input = Input::open(folder.path(), InputOptions::default()).unwrap();
        assert!(crate::detect(&input).is_err(), "{text}");
    }
}
