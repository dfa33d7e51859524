//! Folders of several files: what one file tells about the records of another.

use expect_test::expect;

use crate::testing::{Collected, import_path};

/// Imports files that may lie in folders.
fn import_tree(format: &str, files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let (collected, result): (Collected, _) = import_path(format, folder.path());
    result.unwrap();
    collected.assert_balanced();
    collected.to_text()
}

#[test]
fn slack_export_has_its_channels_and_members() {
    let day = r#"[{"type": "message", "user": "U1", "text": "hi", "ts": "1486999900.000136"}]"#;
    let out = import_tree(
        "slack",
        &[
            (
                "channels.json",
                r#"[{"id": "C1", "name": "general", "created": 1480595743, "creator": "U1", "purpose": {"value": ""}}]"#,
            ),
            (
                "dms.json",
                r#"[{"id": "D1", "created": 1480595744, "members": ["U1", "U2"]}]"#,
            ),
            (
                "users.json",
                r#"[{"id": "U1", "team_id": "T1", "name": "anna", "is_admin": true, "is_bot": false, "profile": {"display_name": "", "title": "Chief", "email": "anna@mail.example.com", "skype": "anna_skype"}}]"#,
            ),
            ("general/2017-02-13.json", day),
            ("D1/2017-02-13.json", day),
            ("unlisted/2017-02-13.json", day),
            (
                "integration_logs.json",
                r#"[{"user_id": "U1", "date": "1486999900"}]"#,
            ),
        ],
    );
    expect![[r#"
        asked account 1
        asked thread 3
        asked post 3
        account U1 Some("anna") about="Chief" staff=true bot=false
        thread C1 board="general" title="general" started=2016-12-01T12:35:43Z
        thread D1 started=2016-12-01T12:35:44Z
        thread name:unlisted board="unlisted" title="unlisted"
        post D1:1486999900.000136 message by="U1" in="D1" at=2017-02-13T15:31:40Z body="hi" quoted=0 links=0
        post C1:1486999900.000136 message by="U1" in="C1" at=2017-02-13T15:31:40Z body="hi" quoted=0 links=0
        post name:unlisted:1486999900.000136 message by="U1" in="name:unlisted" at=2017-02-13T15:31:40Z body="hi" quoted=0 links=0
        identifier U1 email anna@mail.example.com profile
        identifier U1 skype anna_skype profile
    "#]].assert_eq(&out);
}

#[test]
fn members_and_rooms_are_known_before_the_messages_of_earlier_files() {
    let out = import_tree(
        "mattermost",
        &[
            (
                "a_posts.json",
                r#"{"order": ["p1"], "posts": {"p1": {"id": "p1", "create_at": 1523546846639, "user_id": "u1", "channel_id": "c1", "root_id": "", "message": "hi"}}}"#,
            ),
            (
                "b_channel.json",
                r#"{"id": "c1", "create_at": 1502177267593, "creator_id": "u1", "display_name": "Room", "team_id": "t1", "total_msg_count": 1}"#,
            ),
            (
                "c_user.json",
                r#"{"id": "u1", "create_at": 1502177267594, "username": "anna", "email": "anna@mail.example.com", "roles": "system_user", "locale": "en"}"#,
            ),
        ],
    );
    expect![[r#"
        asked account 1
        asked thread 1
        asked post 1
        account u1 Some("anna") registered=2017-08-08T07:27:47.594Z staff=false
        thread c1 board="Room" title="Room" started=2017-08-08T07:27:47.593Z
        post p1 message by="u1" in="c1" at=2018-04-12T15:27:26.639Z body="hi" quoted=0 links=0
        identifier u1 email anna@mail.example.com profile
    "#]]
    .assert_eq(&out);
}

#[test]
fn message_of_any_telegram_format_has_the_same_ids() {
    let ids = |format: &str, file: &str, text: &str| {
        let out = import_tree(format, &[(file, text)]);
        let post = out.lines().find_map(|line| line.strip_prefix("post "));
        post.unwrap().split(" at=").next().unwrap().to_string()
    };
    let expected = r#"1234567890:7 message by="user5" in="1234567890""#;
    for (format, text) in [
        (
            "telegram_desktop",
            r#"{"name": "R", "type": "public_supergroup", "id": 1234567890, "messages": [{"id": 7, "type": "message", "date_unixtime": "1614834372", "from_id": "user5", "text": "x"}]}"#,
        ),
        (
            "telegram_channel",
            r#"[{"message_id": 7, "sender_id": 5, "text": "x", "date": "2021-03-04T05:06:12Z", "channel": "R"}]"#,
        ),
        (
            "telegram_api",
            r#"{"_": "Message", "id": 7, "peer_id": {"channel_id": 1234567890}, "from_id": {"user_id": 5}, "date": "2021-03-04T05:06:12Z", "message": "x"}"#,
        ),
        (
            "telegram_api",
            r#"{"ok": true, "result": [{"update_id": 1, "message": {"message_id": 7, "chat": {"id": -1001234567890}, "from": {"id": 5}, "date": 1614834372, "text": "x"}}]}"#,
        ),
    ] {
        assert_eq!(
            ids(format, "1001234567890_messages.json", text),
            expected,
            "{format}"
        );
    }
}

#[test]
fn parsed_text_of_rocketchat_is_read_to_a_bounded_depth() {
    let message = |parsed: &str| {
        format!(
            r#"{{"_id": "m", "rid": "r", "ts": "2020-05-02T07:30:42Z", "u": {{"_id": "u"}}, "md": {parsed}}}"#
        )
    };
    let nested = |depth: usize| format!("{}\"deep\"{}", "[".repeat(depth), "]".repeat(depth));
    let shallow = import_tree("rocketchat", &[("m.json", &message(&nested(10)))]);
    assert!(shallow.contains("body=\"deep\""), "{shallow}");
    let deep = import_tree("rocketchat", &[("m.json", &message(&nested(90)))]);
    assert!(
        deep.contains("post m message") && !deep.contains("deep\""),
        "{deep}"
    );
}
