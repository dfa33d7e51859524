//! Exports of Telegram Desktop: `result.json` of one chat or of a whole account.
//!
//! See `docs/formats/telegram_desktop.md` for the mapping and its reasons.

mod message;

use entangle_dump::{
    Container, FileEntry, FileReader, Input, JsonEvent, JsonWalker, Row, Step, Walk,
};
use entangle_model::record::RecordKind;

use crate::files::read_each;
use crate::recorder::Recorder;
use crate::{ImportError, ImportOptions, Importer, Sample, SampleFile, Sink};
use message::import_message;

/// The importer.
pub struct TelegramDesktop;

/// The chat whose messages are being read. Its fields stand before its messages.
#[derive(Debug, Default)]
pub(super) struct Chat {
    /// Its number, as text.
    id: Option<String>,
    /// Its name; `None` for a chat with a deleted account.
    name: Option<String>,
}

impl Importer for TelegramDesktop {
    fn name(&self) -> &'static str {
        "telegram_desktop"
    }

    fn about(&self) -> &'static str {
        "Telegram Desktop export: result.json of one chat or of a whole account"
    }

    fn detect(&self, sample: &Sample) -> f64 {
        sample.best_file(confidence)
    }

    fn import(
        &self,
        input: &Input,
        options: &ImportOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let mut recorder = Recorder::new(options, sink);
        let files = files_to_read(input);
        read_each(input, &files, self.name(), "result.json", |file| {
            import_file(file, &mut recorder)
        })?;
        recorder.finish()
    }
}

/// Every `result.json`, or the only file whatever its name. Several exports of one source may
/// lie in one folder: numbers of chats and accounts are those of Telegram and do not clash.
fn files_to_read(input: &Input) -> Vec<&FileEntry> {
    if let [only] = input.files() {
        return vec![only];
    }
    input
        .files()
        .iter()
        .filter(|entry| entry.base_name().eq_ignore_ascii_case("result.json"))
        .collect()
}

fn confidence(file: &SampleFile) -> f64 {
    const CHAT_TYPES: [&str; 9] = [
        "\"personal_chat\"",
        "\"bot_chat\"",
        "\"saved_messages\"",
        "\"private_group\"",
        "\"private_supergroup\"",
        "\"public_supergroup\"",
        "\"private_channel\"",
        "\"public_channel\"",
        "\"verification_codes\"",
    ];
    if !file.head.trim_start().starts_with('{') {
        return 0.0;
    }
    let has_messages = file.head.contains("\"messages\"");
    let has_chat_type = CHAT_TYPES.iter().any(|kind| file.head.contains(kind));
    let is_whole_account = ["\"personal_information\"", "\"chats\"", "\"contacts\""]
        .iter()
        .any(|key| file.head.contains(key));
    match (has_messages && has_chat_type, is_whole_account) {
        (true, _) => 0.95,
        (false, true) if file.base_name == "result.json" => 0.8,
        _ => 0.0,
    }
}

/// Where messages are: `messages`, or `chats.list[].messages` and `left_chats.list[].messages`.
/// The fields beside them are taken if they are scalars, everything else is passed over.
fn choose(path: &[Step], container: Option<Container>) -> Walk {
    let keys: Vec<Option<&str>> = path
        .iter()
        .map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        })
        .collect();
    let is_on_the_way = matches!(
        keys.as_slice(),
        [] | [Some("messages")]
            | [Some("chats" | "left_chats")]
            | [Some("chats" | "left_chats"), Some("list")]
            | [Some("chats" | "left_chats"), Some("list"), None]
            | [
                Some("chats" | "left_chats"),
                Some("list"),
                None,
                Some("messages")
            ]
    );
    let is_message = keys.len() >= 2
        && keys[keys.len() - 1].is_none()
        && keys[keys.len() - 2] == Some("messages");
    match container {
        Some(_) if is_on_the_way => Walk::Enter,
        Some(_) if !is_message => Walk::Skip,
        _ => Walk::Take,
    }
}

fn import_file(file: &mut FileReader<'_>, recorder: &mut Recorder<'_>) -> Result<(), ImportError> {
    recorder.start_file(file);
    let mut chat = Chat::default();
    let mut walker = JsonWalker::new(file, choose);
    while let Some(event) = walker.next_event()? {
        match event {
            JsonEvent::Enter {
                container: Container::Object,
                ..
            } => chat = Chat::default(),
            JsonEvent::Value { path, row } => match path.last() {
                Some(Step::Index(_)) => import_message(&row, &chat, recorder)?,
                Some(Step::Key(key)) => note_chat_field(&mut chat, key, &row),
                None => {
                    recorder.unreadable_row(RecordKind::Unknown, &row, "it is no Telegram export")
                }
            },
            JsonEvent::Unreadable { path, unreadable } => {
                let is_message = matches!(path.last(), Some(Step::Index(_)));
                let kind = if is_message {
                    RecordKind::Post
                } else {
                    RecordKind::Unknown
                };
                recorder.unreadable(kind, unreadable);
            }
            JsonEvent::Enter { .. } | JsonEvent::Leave { .. } => {}
        }
        recorder.progress(walker.byte_position())?;
    }
    recorder.progress(walker.byte_position())
}

fn note_chat_field(chat: &mut Chat, key: &str, row: &Row<'_>) {
    match key {
        "id" => {
            chat.id = serde_json::from_str::<serde_json::Number>(row.text)
                .ok()
                .map(|id| id.to_string())
        }
        "name" => {
            chat.name = serde_json::from_str::<Option<String>>(row.text)
                .ok()
                .flatten()
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{import_files, import_path, real_data, records};
    use entangle_model::record::PostKind;
    use expect_test::expect;

    const CHAT: &str = r#"{
 "name": "Room", "type": "private_supergroup", "id": 987, "unknown": {"messages": [{"id": 0}]},
 "messages": [
  {"id": 1, "type": "service", "date": "2022-03-16T19:23:47", "actor": "Anna", "actor_id": "user1", "action": "create_group", "text": ""},
  {"id": 2, "type": "message", "date": "2022-03-16T22:24:12", "date_unixtime": "1647455052", "from": "Ben", "from_id": "user2", "reply_to_message_id": 1,
   "text": ["see ", {"type": "text_link", "text": "here", "href": "https://a.example/"}, " ", {"type": "bold", "text": "now"}, {"type": "blockquote", "text": "said"}]},
  {"id": 3, "type": "message", "date_unixtime": "1647455053", "from": null, "from_id": "user3", "text": "gone", "reply_to_message_id": 7, "reply_to_peer_id": "channel5"},
  {"id": 4, "type": "message", "date_unixtime": "1647455054", "from": "Ben", "from_id": "user2", "forwarded_from": "Eve", "text": "mail eve@mail.example.com"},
  {"id": 5, "type": "message", "date_unixtime": "9", "from": "Old", "from_id": 77, "text": "My telegram is @old_handle_x"},
  {"type": "message", "text": "no id"},
  {"id": "x"},
  {"id": 6, "type": "message", "from": "Named only", "text": ""}
 ]
}"#;

    #[test]
    fn messages_of_one_chat_become_records() {
        expect![[r#"
            asked account 5
            asked thread 1
            asked post 8
            account user1 Some("Anna")
            account user2 Some("Ben")
            account user3 None
            account user77 Some("Old")
            account name:Named only Some("Named only")
            thread 987 board="Room" title="Room"
            post 987:1 notice by="user1" in="987" at=2022-03-16T19:23:47Z quoted=0 links=0
            post 987:2 message by="user2" in="987" answers="987:1" at=2022-03-16T18:24:12Z body="see here now" quoted=4 links=1
            post 987:3 message by="user3" in="987" at=2022-03-16T18:24:13Z body="gone" quoted=0 links=0
            post 987:4 message by="user2" in="987" at=2022-03-16T18:24:14Z quoted=25 links=0
            post 987:5 message by="user77" in="987" body="My telegram is @old_handle_x" quoted=0 links=0
            post 987:6 message by="name:Named only" in="987" quoted=0 links=0
            identifier user2 email eve@mail.example.com quoted in="987:4"
            identifier user77 telegram old_handle_x introduced in="987:5"
            unreadable post at result.json 1072..1083 line 11: the value is no Telegram message
            reject post.posted_at at result.json 115..250 line 4: the time zone is not stated; from here on such instants of this file are taken as UTC
            reject post.posted_at at result.json 908..1028 line 9: the instant lies before 1990
            reject post at result.json 1032..1068 line 10: the message has no id
        "#]].assert_eq(&records("telegram_desktop", &[("result.json", CHAT)]));
    }

    #[test]
    fn whole_account_has_the_messages_of_all_its_chats() {
        let whole = format!(
            r#"{{"about": "x", "personal_information": {{"user_id": 1}}, "contacts": {{"list": [{{"id": 1}}]}}, "chats": {{"about": "y", "list": [{CHAT}, {}]}}, "left_chats": {{"list": []}}}}"#,
            r#"{"name": null, "type": "personal_chat", "id": 5, "messages": [{"id": 1, "date_unixtime": "1647455052", "from": "Anna", "from_id": "user1", "text": "hi"}]}"#
        );
        let out = records("telegram_desktop", &[("result.json", &whole)]);
        let threads: Vec<&str> = out
            .lines()
            .filter(|line| line.starts_with("thread "))
            .collect();
        expect![[r#"
            [
                "thread 987 board=\"Room\" title=\"Room\"",
                "thread 5",
            ]
        "#]]
        .assert_debug_eq(&threads);
        assert!(
            out.contains("post 5:1 message by=\"user1\" in=\"5\""),
            "{out}"
        );
    }

    #[test]
    fn cut_export_fails_after_its_messages() {
        let (collected, result) = import_files(
            "telegram_desktop",
            &[("result.json", &CHAT.as_bytes()[..CHAT.len() - 5])],
        );
        assert!(
            result
                .unwrap_err()
                .to_string()
                .contains("ends in the middle")
        );
        assert_eq!(collected.posts.len(), 6);
    }

    #[test]
    fn real_exports_are_read_whole() {
        let Some(folder) = real_data("telegram") else {
            return;
        };
        for (file, post_count, notice_count) in [
            ("desktop_export/telegram-test-json/result.json", 12, 4),
            ("hand_made/personal_chat.json", 5, 1),
            ("hand_made/supergroup_with_topics.json", 7, 3),
        ] {
            let (collected, result) = import_path("telegram_desktop", &folder.join(file));
            result.unwrap();
            collected.assert_balanced();
            assert_eq!(collected.posts.len(), post_count, "{file}");
            let notices = collected
                .posts
                .iter()
                .filter(|post| post.kind == PostKind::Notice);
            assert_eq!(notices.count(), notice_count, "{file}");
            assert!(collected.unreadable.is_empty(), "{file}");
            assert!(
                collected
                    .posts
                    .iter()
                    .all(|post| post.posted_at.is_some() && post.account_native_id.is_some())
            );
        }
    }
}
