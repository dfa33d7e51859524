//! What the examples of all formats become.

mod examples;
mod hostile;
mod real_files;

use entangle_dump::{Input, InputOptions};
use expect_test::expect;
use std::fmt::Write;

use crate::testing::{folder_of, import_files, records};
use crate::{CONFIDENCE_MIN, Sample, importers};
use examples::EXAMPLES;

fn example_of(format: &str) -> String {
    let example = EXAMPLES.iter().find(|(name, ..)| *name == format);
    let (_, file, text) = example.unwrap();
    records(format, &[(file, text)])
}

#[test]
fn examples_of_telegram_become_records() {
    expect![[r#"
        asked account 2
        asked thread 1
        asked post 3
        asked unknown 1
        account channel1234567890 Some("Room")
        account user77 None
        thread 1234567890 board="Room" title="Room"
        post 1234567890:2 message by="channel1234567890" in="1234567890" at=2024-12-04T08:31:33Z body="News here\nmail me@mail.example.com" quoted=0 links=1
        post 1234567890:1 message by="user77" in="1234567890" answers="1234567890:2" at=2024-12-04T08:31:33Z body="hi" quoted=0 links=0
        identifier channel1234567890 email me@mail.example.com mentioned in="1234567890:2"
        unreadable unknown at 1001234567890_messages.json 379..380 line 5: the value is no message of a Telegram channel
        reject post.posted_at at 1001234567890_messages.json 200..320 line 3: the time zone is not stated; from here on such instants of this file are taken as UTC
        reject post at 1001234567890_messages.json 323..376 line 4: the message has no id
    "#]].assert_eq(&example_of("telegram_channel"));
    expect![[r#"
        asked account 4
        asked thread 4
        asked post 6
        asked unknown 2
        account user77 None
        account channel5 None
        account user78 Some("Ann Lee") bot=false
        account user79 Some("Bot") bot=true
        thread 5
        thread 8
        thread 4
        thread 9 board="Small" title="Small"
        post 5:10 message by="user77" in="5" answers="5:9" at=2021-03-04T05:06:07Z edited=2021-03-04T06:00:00Z body="hello" quoted=0 links=0
        post 5:11 message by="channel5" in="5" at=2021-03-04T05:06:08Z body="by the channel" quoted=0 links=0
        post 8:12 message in="8" at=2021-03-04T05:06:09Z quoted=3 links=0
        post 4:13 notice by="user77" in="4" at=2021-03-04T05:06:10Z quoted=0 links=0
        post 5:20 message by="user78" in="5" answers="5:10" at=2021-03-04T05:06:11Z body="pyrogram" quoted=0 links=0
        post 9:21 message by="user79" in="9" at=2021-03-04T05:06:12Z body="photo" quoted=0 links=0
        identifier user78 telegram ann_lee_x profile
        unreadable unknown at telethon.jsonl 1594..1606 line 8: the value is no Telegram message
        reject post.posted_at at telethon.jsonl 981..1298 line 5: the time zone is not stated; from here on such instants of this file are taken as UTC
        reject unknown at telethon.jsonl 1546..1593 line 7: the update carries no message
    "#]].assert_eq(&example_of("telegram_api"));
    expect![[r#"
        asked account 1
        asked thread 1
        asked post 5
        account name:Anna Some("Anna")
        thread name:Room & more board="Room & more" title="Room & more"
        post name:Room & more:1 notice by="name:Anna" in="name:Room & more" quoted=0 links=0
        post name:Room & more:2 message by="name:Anna" in="name:Room & more" answers="name:Room & more:1" at=2022-03-16T18:24:40Z body="hello there\nyou" quoted=0 links=1
        post name:Room & more:3 message by="name:Anna" in="name:Room & more" at=2022-03-16T19:24:41Z quoted=6 links=0
        post name:Room & more:4 message in="name:Room & more" body="gone" quoted=0 links=0
        reject post.posted_at at messages.html 986..1449 line 20: the time zone is not stated; from here on such instants of this file are taken as UTC
        reject post.posted_at at messages.html 1397..1689 line 24: the instant cannot be read
        reject post at messages.html 1614..1722 line 26: the message has no id
    "#]].assert_eq(&example_of("telegram_html"));
}

#[test]
fn examples_of_work_chats_become_records() {
    expect![[r#"
        asked account 1
        asked post 2
        account u1 Some("anna")
        post m1 message by="u1" answers="m0" at=2020-03-23T13:18:08.800Z edited=2020-03-23T13:20:00Z body="see x" quoted=0 links=1
        reject post at page.json 228..277 line 1: the message has no id
    "#]].assert_eq(&example_of("gitter"));
    expect![[r#"
        asked account 2
        asked thread 1
        asked post 3
        account u1 None
        account u2 None
        thread c1
        post p1 message by="u1" in="c1" answers="p0" at=2018-04-12T15:27:26.639Z edited=2018-04-12T15:27:30Z body="new" quoted=4 links=0
        post p2 notice by="u2" in="c1" at=2018-04-12T15:27:26.640Z quoted=0 links=0
        reject post at posts.json 404..472 line 4: the message has no id
    "#]].assert_eq(&example_of("mattermost"));
    expect![[r#"
        asked account 3
        asked thread 2
        asked post 5
        account u1 Some("anna")
        account u2 Some("ben")
        account u3 Some("carl") registered=2020-01-02T03:04:05Z staff=true bot=false
        thread r1
        thread r2 board="general" title="general" started=2020-01-02T03:04:05Z
        post m1 message by="u1" in="r1" answers="m0" at=2020-05-02T07:30:42.993Z body="hello you" quoted=0 links=0
        post m2 message by="u2" in="r1" at=2020-05-02T07:30:42.993Z body="see this" quoted=5 links=0
        post m3 notice by="u2" in="r1" at=2020-05-02T07:30:44Z quoted=0 links=0
        identifier u3 email carl@mail.example.com profile
        reject post at rocketchat_message.json 818..964 line 4: it is an earlier version of a message that was edited
        reject post at rocketchat_message.json 965..996 line 5: the message names no room
    "#]].assert_eq(&example_of("rocketchat"));
    expect![[r#"
        asked account 4
        asked post 4
        asked unknown 1
        account U1 None
        account B1 Some("Owl") bot=true
        account U2 None
        account name:Named only Some("Named only") bot=true
        post 1486999900.000136 message by="U1" answers="1486999800.000100" at=2017-02-13T15:31:40Z edited=2017-02-13T15:32:30Z body="@ben see this & #general @here" quoted=3 links=1 mentions=1
        post 1486999901.000000 message by="B1" at=2017-02-13T15:31:41Z body="beep" quoted=0 links=0
        post 1486999902.000000 notice by="U2" at=2017-02-13T15:31:42Z quoted=0 links=0
        post 1486999903.000000 message by="name:Named only" at=2017-02-13T15:31:43Z body="x" quoted=0 links=0
        unreadable unknown at slack.json 651..687 line 6: the value is no Slack message, channel or member
    "#]].assert_eq(&example_of("slack"));
}

#[test]
fn examples_of_other_json_become_records() {
    expect![[r#"
        asked account 3
        asked thread 1
        asked post 5
        account 100 Some("anna") bot=false
        account 101 Some("robot") bot=true
        account 102 Some("ben")
        thread 2 board="general" title="general"
        post 10 message by="100" in="2" at=2021-01-02T03:04:05.678Z edited=2021-01-02T04:00:00Z body="||spoiler|| x" quoted=0 links=0
        post 11 message by="101" in="2" answers="10" at=2021-01-02T03:05:05Z body="yes" quoted=0 links=0
        post 12 notice by="102" in="2" at=2021-01-02T03:06:05Z quoted=0 links=0
        post 13 message by="102" in="2" at=2021-01-02T03:07:05Z quoted=6 links=0
        reject post at general.json 1084..1103 line 7: the message has no id
    "#]].assert_eq(&example_of("discord"));
    expect![[r#"
        asked account 2
        asked thread 2
        asked post 5
        account 8:live:anna_b Some("live:anna_b")
        account 8:ben_skype Some("ben_skype")
        thread 19:abc@thread.skype board="Room" title="Room"
        thread 8:ben_skype board="Ben" title="Ben"
        post 19:abc@thread.skype:1500000000001 message by="8:live:anna_b" in="19:abc@thread.skype" at=2017-07-14T02:40:00.001Z edited=2017-07-14T02:40:05Z body="I agree" quoted=11 links=0
        post 19:abc@thread.skype:1500000000002 message by="8:ben_skype" in="19:abc@thread.skype" at=2017-07-14T02:40:01Z quoted=0 links=0
        post 19:abc@thread.skype:1500000000003 notice in="19:abc@thread.skype" at=2017-07-14T02:40:02Z quoted=0 links=0
        post 8:ben_skype:1500000000004 message by="8:ben_skype" in="8:ben_skype" at=2017-07-14T02:40:03Z body="plain" quoted=0 links=0
        identifier 8:live:anna_b skype live:anna_b profile
        identifier 8:ben_skype skype ben_skype profile
        reject post at messages.json 1189..1209 line 7: the message has no id
    "#]].assert_eq(&example_of("skype"));
    expect![[r#"
        asked account 2
        asked thread 1
        asked post 5
        account @anna:hs.example Some("anna")
        account @ben:hs.example Some("ben")
        thread !r:hs.example board="Room" title="Room"
        post $1 message by="@anna:hs.example" in="!r:hs.example" answers="$0" at=2020-09-13T12:26:40Z body="new" quoted=22 links=0
        post $2 notice by="@ben:hs.example" in="!r:hs.example" at=2020-09-13T12:26:40.001Z quoted=0 links=0
        post $4 message by="@ben:hs.example" in="!r:hs.example" at=2020-09-13T12:26:40.003Z quoted=0 links=0
        reject post at export.json 562..709 line 4: the event only remarks on another one
        reject post at export.json 903..1133 line 6: it is a later version of another message
    "#]].assert_eq(&example_of("matrix_json"));
}

#[test]
fn examples_of_irc_logs_become_records() {
    expect![[r#"
        asked account 3
        asked thread 1
        asked post 8
        account name:anna Some("anna")
        account name:ann2 Some("ann2")
        account name:ben Some("ben")
        thread room:libera-#room board="libera-#room" title="libera-#room"
        post hash:1c624b13a119c2888f6696f43af07fe7 notice by="name:anna" in="room:libera-#room" at=2020-12-31T23:58:02Z quoted=0 links=0
        post hash:12f65ec195d12f12226cb79fbc58c379 message by="name:anna" in="room:libera-#room" at=2020-12-31T23:58:03Z body="hello" quoted=0 links=0
        post hash:d5a834e3821f26ea7fa9b4eaa460ac45 message by="name:anna" in="room:libera-#room" at=2021-01-01T00:00:04Z body="waves" quoted=0 links=0
        post hash:d1ac53b239f285b946e6c16f03a9cf29 notice by="name:anna" in="room:libera-#room" at=2021-01-01T00:00:05Z body="is now known as ann2" quoted=0 links=0
        post hash:475ca9ed146e994073e44d7452ea02ef notice by="name:ben" in="room:libera-#room" at=2021-01-01T00:00:06Z quoted=0 links=0
        post hash:fe76fc0394ed4e5defbe6acc4729537e message by="name:ann2" in="room:libera-#room" body="no such day" quoted=0 links=0
        post hash:4201c7a47a5d5fe084b4ec4bdbc51004 message by="name:ann2" in="room:libera-#room" at=2021-01-02T00:00:08Z body="after it" quoted=0 links=0
        reject post.posted_at at libera-#room.log 87..138 line 4: the time zone is not stated; from here on such instants of this file are taken as UTC
        reject post.posted_at at libera-#room.log 287..321 line 9: the day is not stated or not possible; from here on such instants of this file are left out
        reject post at libera-#room.log 354..383 line 11: what follows the time has no known form
    "#]].assert_eq(&example_of("irc_hexchat"));
}

#[test]
fn examples_of_irc_logs_with_dates_become_records() {
    expect![[r##"
        asked account 3
        asked thread 1
        asked post 11
        account name:anna Some("anna")
        account name:bot Some("bot")
        account name:ann2 Some("ann2")
        thread room:#room board="#room" title="#room"
        post hash:ff991971fe46ec55b23e568380a98fca notice by="name:anna" in="room:#room" at=2021-01-12T10:28:19Z quoted=0 links=0
        post hash:a6d8afd270f5fe489f29ac1fd5897d40 message by="name:anna" in="room:#room" at=2021-01-12T10:29:41Z body="my jabber is anna@jabber.example.com" quoted=0 links=0
        post hash:182369c1aef4acfc6ba459b7cbb2ce6f message by="name:anna" in="room:#room" at=2021-01-12T10:29:41Z body="ok" quoted=0 links=0
        post hash:182369c1aef4acfc6ba459b7cbb2ce6f:2 message by="name:anna" in="room:#room" at=2021-01-12T10:29:41Z body="ok" quoted=0 links=0
        post hash:d6e75c60bef42ef1940598029331c7ae message by="name:anna" in="room:#room" at=2021-01-12T10:29:42Z body="waves" quoted=0 links=0
        post hash:329ba1dd77c85a2598680fa6a0e232fa message by="name:bot" in="room:#room" at=2021-01-12T10:29:43Z body="noted" quoted=0 links=0
        post hash:7675e8094872210bd5cec63ce98028e6 notice by="name:anna" in="room:#room" at=2021-01-12T10:29:44Z body="is now known as ann2" quoted=0 links=0
        post hash:ea4539970a7e0a020839f998d0bf918f message by="name:ann2" in="room:#room" at=2021-01-12T10:29:45Z quoted=0 links=0
        post hash:84a2698b09719ec77c52c042b601a8a6 message by="name:ann2" in="room:#room" at=2021-01-12T11:29:47Z body="no zone" quoted=0 links=0
        identifier name:anna jabber anna@jabber.example.com introduced in="hash:a6d8afd270f5fe489f29ac1fd5897d40"
        unreadable post at #room.2021-01-12.log 421..428 line 10: the line has no known form
        reject post at #room.2021-01-12.log 383..420 line 9: what follows the time has no known form
        reject post.posted_at at #room.2021-01-12.log 429..464 line 11: the time zone is not stated; from here on such instants of this file are taken as UTC
    "##]].assert_eq(&example_of("irc_supybot"));
    expect![[r##"
        asked account 3
        asked thread 1
        asked post 9
        account name:anna Some("anna")
        account name:ben Some("ben")
        account name:ann2 Some("ann2")
        thread room:#room board="#room" title="#room"
        post hash:d533f9266d5d91f13b2522fe97350ef1 notice by="name:anna" in="room:#room" at=2021-01-12T11:28:00Z~minute quoted=0 links=0
        post hash:9e3f2eb47b6385888eeabab4d0162fcf message by="name:anna" in="room:#room" at=2021-01-12T11:28:00Z~minute body="hello" quoted=0 links=0
        post hash:4d5dfc36917216ed4163f25943873785 message by="name:ben" in="room:#room" at=2021-01-12T11:28:00Z~minute body="red bold" quoted=0 links=0
        post hash:8812e83c604dbc0e51d9e73262ad44ca message by="name:anna" in="room:#room" at=2021-01-12T11:29:00Z~minute body="waves" quoted=0 links=0
        post hash:7f53432a5bd456fd461aeca24bca0780 notice by="name:anna" in="room:#room" at=2021-01-12T11:29:00Z~minute body="is now known as ann2" quoted=0 links=0
        post hash:ca73448a72ed78feb748bb603979c2ff notice in="room:#room" at=2021-01-12T11:30:00Z~minute quoted=0 links=0
        post hash:afef0bb5fac0213291fafe5b3a39c0f4 message by="name:ben" in="room:#room" at=2021-01-12T11:31:00Z~minute body="attention" quoted=0 links=0
        post hash:10f4953b053c8296e00829ab7a4b98ee message by="name:ann2" in="room:#room" at=2021-01-13T00:01:00Z~minute body="night" quoted=0 links=0
        reject post.posted_at at #room.log 40..89 line 2: the time zone is not stated; from here on such instants of this file are taken as UTC
        reject post at #room.log 320..339 line 11: what follows the time has no known form
    "##]].assert_eq(&example_of("irc_irssi"));
    expect![[r#"
        asked account 3
        asked thread 1
        asked post 7
        account name:anna Some("anna")
        account name:ann2 Some("ann2")
        account name:ben Some("ben")
        thread room:irc.libera.#room board="irc.libera.#room" title="irc.libera.#room"
        post hash:638c0e2705d60d7499477bf5d9de0b6d notice by="name:anna" in="room:irc.libera.#room" at=2021-01-12T11:28:19Z quoted=0 links=0
        post hash:b9c308d449893714a633c89ced1aec4a message by="name:anna" in="room:irc.libera.#room" at=2021-01-12T11:28:20Z body="hello" quoted=0 links=0
        post hash:eb2d49202645dad5fd8a23146dea7b71 message by="name:anna" in="room:irc.libera.#room" at=2021-01-12T11:28:21Z body="waves" quoted=0 links=0
        post hash:6f37689905569b59bbd3ba757f2f2492 notice by="name:anna" in="room:irc.libera.#room" at=2021-01-12T11:28:22Z body="is now known as ann2" quoted=0 links=0
        post hash:6d8c288748bf8f131960178a5095214a notice in="room:irc.libera.#room" at=2021-01-12T11:28:23Z quoted=0 links=0
        post hash:9531127807cbce1dc4860efb214d7779 notice by="name:ben" in="room:irc.libera.#room" at=2021-01-12T11:28:24Z quoted=0 links=0
        unreadable post at irc.libera.#room.weechatlog 350..356 line 8: the line has no known form
        reject post.posted_at at irc.libera.#room.weechatlog 0..63 line 1: the time zone is not stated; from here on such instants of this file are taken as UTC
    "#]].assert_eq(&example_of("irc_weechat"));
    expect![[r##"
        asked account 4
        asked thread 1
        asked post 7
        account name:anna Some("anna")
        account name:ben Some("ben")
        account name:ben2 Some("ben2")
        account name:ChanServ Some("ChanServ")
        thread room:#room board="#room" title="#room"
        post hash:3206c3cfe5c3ed0f401d1f9ab3ca5cac notice by="name:anna" in="room:#room" at=2021-01-12T23:58:00Z~minute quoted=0 links=0
        post hash:4e9513b3bcc1e45fd9e6f67041a2c0fb message by="name:anna" in="room:#room" at=2021-01-12T23:59:00Z~minute body="hello" quoted=0 links=0
        post hash:e9ccb7b5e3d291fb07fcff0eea15a690 message by="name:anna" in="room:#room" at=2021-01-12T23:59:00Z~minute body="waves" quoted=0 links=0
        post hash:9d7847d1cf6d4d75564d2a95e5dc9bc0 message by="name:ben" in="room:#room" at=2021-01-13T00:01:00Z~minute body="next day" quoted=0 links=0
        post hash:e794501907a6240e988e10a965442f85 notice by="name:ben" in="room:#room" at=2021-01-13T00:02:00Z~minute body="is now known as ben2" quoted=0 links=0
        post hash:f423794b1d9ab240f479c2110103da7e notice by="name:ChanServ" in="room:#room" at=2021-01-13T00:03:00Z~minute quoted=0 links=0
        reject post.posted_at at #room.log 92..141 line 4: the time zone is not stated; from here on such instants of this file are taken as UTC
        reject post at #room.log 281..302 line 10: what follows the time has no known form
    "##]].assert_eq(&example_of("irc_mirc"));
}

#[test]
fn examples_of_other_logs_become_records() {
    expect![[r#"
        asked account 2
        asked thread 1
        asked post 3
        account @anna:hs.example Some("anna")
        account @ben:hs.example:8448 Some("ben")
        thread room:room board="room" title="room"
        post hash:fd81d98e381cfa6f28c536c13c4a272b message by="@anna:hs.example" in="room:room" at=2021-01-12T11:28:19Z body="first line\nsecond line\n\nlast line" quoted=0 links=0
        post hash:e76257e5590e6bb16814a9ff082e9f3d message by="@ben:hs.example:8448" in="room:room" at=2021-01-12T11:29:00Z body="[1] ok: yes" quoted=0 links=0
        post hash:61495f7ce8c067f4b3366c2f89b268ff message by="@anna:hs.example" in="room:room" at=2021-01-12T11:30:00Z quoted=0 links=0
        reject post.posted_at at room.txt 0..73 line 1: the time zone is not stated; from here on such instants of this file are taken as UTC
    "#]].assert_eq(&example_of("matrix_text"));
    expect![[r#"
        asked account 2
        asked thread 1
        asked post 5
        account name:ben@jabber.example/x Some("ben@jabber.example/x")
        account name:anna Some("anna")
        thread room:ben@jabber.example board="ben@jabber.example" title="ben@jabber.example"
        post hash:aec8d8da37e0a06aeccb3775e7b33ec7 message by="name:ben@jabber.example/x" in="room:ben@jabber.example" at=2010-01-02T22:58:00Z body="hello\nmore" quoted=0 links=0
        post hash:59238a9e60e0fe48a92e83efd2314912 message by="name:anna" in="room:ben@jabber.example" at=2010-01-02T22:59:00Z body="hi: you" quoted=0 links=0
        post hash:1b35a9ba5d4273d0addca0b56db7cd79 message by="name:anna" in="room:ben@jabber.example" at=2010-01-02T23:00:30Z body="waves" quoted=0 links=0
        post hash:9ab6f303387dbddc78689784b19fd49c notice in="room:ben@jabber.example" at=2010-01-02T23:00:40Z quoted=0 links=0
        post hash:b43538ef70d0dace8dba32e708fe92e2 message by="name:anna" in="room:ben@jabber.example" at=2010-01-03T22:59:50Z body="late" quoted=0 links=0
    "#]].assert_eq(&example_of("pidgin_text"));
    expect![[r#"
        asked account 2
        asked thread 1
        asked post 3
        account name:ben Some("ben")
        account name:anna Some("anna")
        thread room:ben@jabber.example board="ben@jabber.example" title="ben@jabber.example"
        post hash:23327e387ca45c80c5cabad4928e558f message by="name:ben" in="room:ben@jabber.example" at=2010-01-02T10:58:01Z body="hello <you> https://a.example" quoted=0 links=1
        post hash:99f4a24f4856caca2b5718e8326872ea message by="name:anna" in="room:ben@jabber.example" at=2010-01-02T10:58:02Z body="one\ntwo" quoted=0 links=0
        post hash:9b6d2eb984175c77e21c512e21e68262 notice in="room:ben@jabber.example" at=2010-01-02T10:58:03Z quoted=0 links=0
    "#]].assert_eq(&example_of("pidgin_html"));
    expect![[r#"
        asked account 2
        asked thread 1
        asked post 3
        account name:anna Some("anna")
        account name:ben b. Some("ben b.")
        thread room:room board="room" title="room"
        post hash:9d8949d1af2a2e095bff3b735332453b message by="name:anna" in="room:room" at=2021-01-12T11:28:19Z body="hello\nand more" quoted=0 links=0
        post hash:99fde93c49a1eb6442a1092d83630605 message by="name:ben b." in="room:room" at=2021-01-12T11:29:00Z body="hi" quoted=0 links=0
        post hash:f855350eb8403afa881716cae15ebb66 message by="name:anna" in="room:room" at=2021-01-12T11:29:10Z body="seconds" quoted=0 links=0
        reject post.posted_at at room_2021-01-12.txt 0..42 line 1: the time zone is not stated; from here on such instants of this file are taken as UTC
    "#]].assert_eq(&example_of("chat_log"));
}

#[test]
fn example_of_prosody_becomes_records() {
    expect![[r#"
        asked account 4
        asked thread 2
        asked post 5
        account room@groups.q3.example/Anna Some("Anna")
        account room@groups.q3.example/Ben Some("Ben")
        account anna@q3.example Some("anna")
        account ben@q3.example Some("ben")
        thread room:room@groups.q3.example
        thread pair:anna@q3.example|ben@q3.example
        post hash:5ffbb148505f6f7d779f480ec53dfdc1 message by="room@groups.q3.example/Anna" in="room:room@groups.q3.example" at=2014-05-13T16:53:20Z body="hello\nyou" quoted=0 links=0
        post hash:619f446bd8d1235eeef69f8df5ab191e notice by="room@groups.q3.example/Ben" in="room:room@groups.q3.example" at=2014-05-13T16:53:21Z quoted=0 links=0
        post hash:452570c80794185dcd33dc5a5377e651 message by="anna@q3.example" in="pair:anna@q3.example|ben@q3.example" at=2014-05-13T16:53:22Z body="psst" quoted=0 links=0
        unreadable post at room.list 747..764 line 34: the item is no table of Lua
        reject post at room.list 637..746 line 29: the stanza carries no text
    "#]].assert_eq(&example_of("prosody"));
}

#[test]
fn attachments_of_the_examples_are_counted() {
    let mut table = String::new();
    for (format, file, text) in EXAMPLES {
        let (collected, _) = import_files(format, &[(file, text.as_bytes())]);
        let counts: Vec<String> = collected
            .posts
            .iter()
            .filter(|post| post.attachment_count > 0)
            .map(|post| format!("{} has {}", post.native_id, post.attachment_count))
            .collect();
        if !counts.is_empty() {
            writeln!(table, "{format}: {}", counts.join(", ")).unwrap();
        }
    }
    expect![[r#"
        telegram_api: 5:10 has 1, 9:21 has 1
        mattermost: p1 has 2
        rocketchat: m1 has 1
        discord: 10 has 1
        skype: 19:abc@thread.skype:1500000000002 has 1
        matrix_json: $4 has 1
        slack: 1486999900.000136 has 1
        telegram_html: name:Room & more:2 has 1
    "#]]
    .assert_eq(&table);
}

#[test]
fn pages_of_a_telegram_chat_are_read_in_the_order_of_their_numbers() {
    let page = |title: &str, message: &str| {
        format!(
            "<title>Exported Data</title><div class=\"page_header\"><div class=\"text bold\">{title}</div></div>\n<div class=\"message default clearfix{message}</div></div>"
        )
    };
    let text = |text: &str| format!("<div class=\"body\"><div class=\"text\">{text}</div></div>");
    let first = format!(
        "\" id=\"message1\"><div class=\"from_name\">Anna</div>{}",
        text("one")
    );
    let second = format!(" joined\" id=\"message2\">{}", text("two"));
    let tenth = format!(" joined\" id=\"message3\">{}", text("three"));
    let out = records(
        "telegram_html",
        &[
            ("messages.html", &page("Room", &first)),
            ("messages10.html", &page("Room", &tenth)),
            ("messages2.html", &page("Room", &second)),
            (
                "other.html",
                "<div class=\"message default\" id=\"message9\"></div>",
            ),
        ],
    );
    expect![[r#"
        asked account 1
        asked thread 1
        asked post 3
        account name:Anna Some("Anna")
        thread name:Room board="Room" title="Room"
        post name:Room:1 message by="name:Anna" in="name:Room" body="one" quoted=0 links=0
        post name:Room:2 message by="name:Anna" in="name:Room" body="two" quoted=0 links=0
        post name:Room:3 message by="name:Anna" in="name:Room" body="three" quoted=0 links=0
    "#]]
    .assert_eq(&out);
}

#[test]
fn example_is_recognised_by_its_own_importer_alone() {
    for (format, file, text) in EXAMPLES {
        let folder = folder_of(&[(file, text.as_bytes())]);
        let input = Input::open(folder.path(), InputOptions::default()).unwrap();
        let sample = Sample::of(&input).unwrap();
        let found: Vec<&str> = importers()
            .iter()
            .filter(|importer| importer.detect(&sample) >= CONFIDENCE_MIN - 0.3)
            .map(|importer| importer.name())
            .collect();
        // What `chat_log` reads by default is also what rooms of Matrix look like.
        let expected: &[&str] = match *format {
            "matrix_text" => &["chat_log", "matrix_text"],
            _ => &[format],
        };
        assert_eq!(found, expected, "{format}");
        match *format {
            "chat_log" => assert!(crate::detect(&input).is_err(), "it has to be asked for"),
            format => assert_eq!(crate::detect(&input).unwrap().format, format),
        }
    }
}
