//! Leaked Jabber chats: objects of `ts`, `from`, `to` and `body`, one after another.
//!
//! See `docs/formats/jabber_json.md` for the mapping and its reasons.

use entangle_dump::{Container, FileReader, Input, JsonEvent, JsonWalker, Row, Step, Walk};
use entangle_model::IdentifierKind;
use entangle_model::record::{Identifier, PostKind, RecordKind};
use entangle_text::identifiers::normalize;
use serde::Deserialize;
use serde_json::Value;

use crate::files::{files_ending_in, read_each};
use crate::recorder::{BodyFormat, NewPost, Recorder, RowContext, hash_id, non_empty};
use crate::{ImportError, ImportOptions, Importer, Sample, SampleFile, Sink};

/// The importer.
pub struct JabberJson;

/// One message as the leaks have it.
#[derive(Debug, Deserialize)]
struct Message {
    ts: Option<Value>,
    from: Option<String>,
    to: Option<String>,
    body: Option<String>,
}

impl Importer for JabberJson {
    fn name(&self) -> &'static str {
        "jabber_json"
    }

    fn about(&self) -> &'static str {
        "leaked Jabber chats as JSON objects of ts, from, to and body"
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
        let files = files_ending_in(input, &[".json"]);
        read_each(
            input,
            &files,
            self.name(),
            "files that end in .json",
            |file| import_file(file, &mut recorder),
        )?;
        recorder.finish()
    }
}

/// Looks at the keys of the first object, which need not be whole.
fn confidence(file: &SampleFile) -> f64 {
    let start = file
        .head
        .trim_start_matches(|letter: char| letter.is_whitespace() || letter == '[');
    if !start.starts_with('{') {
        return 0.0;
    }
    let first: String = start.chars().take_while(|letter| *letter != '}').collect();
    let key_count = ["\"ts\"", "\"from\"", "\"to\"", "\"body\""]
        .into_iter()
        .filter(|key| first.contains(key))
        .count();
    match key_count {
        4 => 0.95,
        3 => 0.6,
        _ => 0.0,
    }
}

/// Arrays at the top are entered; everything else is a message.
fn choose(path: &[Step], container: Option<Container>) -> Walk {
    match (path, container) {
        ([], Some(Container::Array)) => Walk::Enter,
        _ => Walk::Take,
    }
}

fn import_file(file: &mut FileReader<'_>, recorder: &mut Recorder<'_>) -> Result<(), ImportError> {
    recorder.start_file(file);
    let mut walker = JsonWalker::new(file, choose);
    while let Some(event) = walker.next_event()? {
        match event {
            JsonEvent::Value { row, .. } => import_message(&row, recorder)?,
            JsonEvent::Unreadable { unreadable, .. } => {
                recorder.unreadable(RecordKind::Post, unreadable)
            }
            JsonEvent::Enter { .. } | JsonEvent::Leave { .. } => {}
        }
        recorder.progress(walker.byte_position())?;
    }
    recorder.progress(walker.byte_position())
}

fn import_message(row: &Row<'_>, recorder: &mut Recorder<'_>) -> Result<(), ImportError> {
    let Ok(message) = serde_json::from_str::<Message>(row.text) else {
        recorder.unreadable_row(
            RecordKind::Post,
            row,
            "the value is no object of ts, from, to and body",
        );
        return Ok(());
    };
    let context = recorder.row(RecordKind::Post, row)?;
    let Some(sender) = message.from.as_deref().and_then(Party::read) else {
        return recorder.reject_row(context, "the message has no sender");
    };
    let receiver = message.to.as_deref().and_then(Party::read);
    let time = message.ts.as_ref().map(time_text);
    let native_id = native_id(&message, time.as_deref());
    emit_party(&sender, &context, recorder)?;
    if let Some(receiver) = &receiver {
        emit_party(receiver, &context, recorder)?;
    }
    let thread_native_id = conversation(&sender, receiver.as_ref());
    recorder.derived_thread(&thread_native_id, None, &context)?;
    let posted_at = recorder.instant_with_zone(&context, "posted_at", time.as_deref())?;
    let body = message.body.and_then(non_empty);
    let post = NewPost {
        account_native_id: Some(sender.native_id),
        thread_native_id: Some(thread_native_id),
        posted_at,
        text: body
            .map(|body| BodyFormat::Plain.plain_text(&body).into())
            .unwrap_or_default(),
        ..NewPost::new(native_id, PostKind::Message)
    };
    recorder.post(context, post)
}

fn time_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        // Seconds with a fraction are cut to seconds.
        Value::Number(number) => match number.as_f64() {
            Some(seconds) => format!("{:.0}", seconds.trunc()),
            None => number.to_string(),
        },
        other => other.to_string(),
    }
}

/// Messages have no number. The hash of what a message says gives it the same id wherever the
/// same message stands, so the logs of both parties do not count it twice.
fn native_id(message: &Message, time: Option<&str>) -> String {
    let parts = [
        time,
        message.from.as_deref(),
        message.to.as_deref(),
        message.body.as_deref(),
    ];
    hash_id(&parts.map(Option::unwrap_or_default))
}

/// One side of a conversation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Party {
    /// Native id of its account.
    pub(crate) native_id: String,
    name: String,
    /// The bare address; `None` for a nickname in a room, whose address is not known.
    address: Option<String>,
    /// The room, where the party is a room or somebody in one.
    room: Option<String>,
}

/// Beginnings of the domains on which servers keep their rooms.
const ROOM_DOMAIN_STARTS: [&str; 4] = ["conference.", "muc.", "rooms.", "chat."];

impl Party {
    /// Reads an address such as `Name@server.org/Resource`. `None` if it is blank.
    pub(crate) fn read(address: &str) -> Option<Self> {
        Self::read_as(address, false)
    }

    /// As [`Party::read`], of an address that is known to be that of a room or of somebody in
    /// one, whatever its domain.
    pub(crate) fn read_in_room(address: &str) -> Option<Self> {
        Self::read_as(address, true)
    }

    fn read_as(address: &str, is_known_room: bool) -> Option<Self> {
        let (bare, resource) = match address.trim().split_once('/') {
            Some((bare, resource)) => (bare, Some(resource)),
            None => (address.trim(), None),
        };
        let bare = bare.to_lowercase();
        if bare.is_empty() {
            return None;
        }
        let (local, domain) = bare.split_once('@').unwrap_or((&bare, ""));
        let is_room = is_known_room
            || ROOM_DOMAIN_STARTS
                .iter()
                .any(|start| domain.starts_with(start));
        let name = if local.is_empty() {
            bare.clone()
        } else {
            local.to_string()
        };
        if !is_room {
            return Some(Self {
                name,
                native_id: bare.clone(),
                address: Some(bare),
                room: None,
            });
        }
        let nickname = resource.unwrap_or_default();
        Some(Self {
            native_id: format!("{bare}/{nickname}"),
            name: nickname.to_string(),
            address: None,
            room: Some(bare),
        })
    }

    /// Whether it is a room and nobody in it.
    pub(crate) fn is_room_itself(&self) -> bool {
        self.room.is_some() && self.name.is_empty()
    }
}

/// One thread per unordered pair of parties, or per room.
pub(crate) fn conversation(sender: &Party, receiver: Option<&Party>) -> String {
    let room = receiver
        .and_then(|party| party.room.as_ref())
        .or(sender.room.as_ref());
    match (room, receiver) {
        (Some(room), _) => format!("room:{room}"),
        (None, None) => format!("alone:{}", sender.native_id),
        (None, Some(receiver)) => {
            let mut pair = [&sender.native_id, &receiver.native_id];
            pair.sort();
            format!("pair:{}|{}", pair[0], pair[1])
        }
    }
}

/// Emits the account of a party and its address; a room is no account.
pub(crate) fn emit_party(
    party: &Party,
    context: &RowContext,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    if party.is_room_itself() || !recorder.author(&party.native_id, Some(&party.name), context)? {
        return Ok(());
    }
    let address = party.address.as_deref();
    let Some(value) = address.and_then(|address| normalize(IdentifierKind::Jabber, address)) else {
        return Ok(());
    };
    recorder.identifier(Identifier::of_profile(
        party.native_id.clone(),
        IdentifierKind::Jabber,
        value,
        context.place.clone(),
    ))
}

#[cfg(test)]
mod tests {
    use crate::testing::records;
    use expect_test::expect;

    const CHAT: [&str; 4] = [
        r#"{"ts": "2020-06-22T20:33:34.232422", "from": "Mango@q3.example.onion/phone", "to": "stern@q3.example.onion", "body": "привет\n> old\nwrite to mango@mail.example.com"}"#,
        r#"{"ts": 1592858014.5, "from": "stern@q3.example.onion", "to": "mango@q3.example.onion", "body": ""}"#,
        r#"{"ts": "2020-06-22T20:34:00", "from": "dev@conference.q3.example/Nick", "to": "dev@conference.q3.example", "body": "hello room"}"#,
        r#"{"ts": "2020-06-22T20:35:00", "to": "mango@q3.example.onion", "body": "nobody"}"#,
    ];

    #[test]
    fn messages_become_conversations_of_accounts() {
        expect![[r#"
            asked account 3
            asked thread 2
            asked post 4
            account mango@q3.example.onion Some("mango")
            account stern@q3.example.onion Some("stern")
            account dev@conference.q3.example/Nick Some("Nick")
            thread pair:mango@q3.example.onion|stern@q3.example.onion
            thread room:dev@conference.q3.example
            post hash:48c2123cc4b6784de810860933c49b05 message by="mango@q3.example.onion" in="pair:mango@q3.example.onion|stern@q3.example.onion" at=2020-06-22T20:33:34.232422Z body="привет\nwrite to mango@mail.example.com" quoted=4 links=0
            post hash:f47c5639c0dbbb2a6166378cdb6ac5e7 message by="stern@q3.example.onion" in="pair:mango@q3.example.onion|stern@q3.example.onion" at=2020-06-22T20:33:34Z quoted=0 links=0
            post hash:f939dc2bfc73ad1ac1b1dc4dfe42da84 message by="dev@conference.q3.example/Nick" in="room:dev@conference.q3.example" at=2020-06-22T20:34:00Z body="hello room" quoted=0 links=0
            identifier mango@q3.example.onion jabber mango@q3.example.onion profile
            identifier stern@q3.example.onion jabber stern@q3.example.onion profile
            identifier mango@q3.example.onion email mango@mail.example.com mentioned in="hash:48c2123cc4b6784de810860933c49b05"
            reject post.posted_at at chat.json 0..172 line 1: the time zone is not stated; from here on such instants of this file are taken as UTC
            reject post at chat.json 401..480 line 4: the message has no sender
        "#]].assert_eq(&records("jabber_json", &[("chat.json", &CHAT.join("\n"))]));
    }

    #[test]
    fn commas_and_brackets_make_no_difference() {
        let without_places = |text: String| -> Vec<String> {
            text.lines()
                .filter(|line| !line.starts_with("reject"))
                .map(str::to_string)
                .collect()
        };
        let plain = without_places(records("jabber_json", &[("chat.json", &CHAT.join("\n"))]));
        let joined = CHAT.join(",\n");
        for text in [
            joined.clone(),
            format!("[{joined}]"),
            format!("[\n{joined}\n]\n"),
            CHAT.concat(),
        ] {
            assert_eq!(
                without_places(records("jabber_json", &[("chat.json", &text)])),
                plain
            );
        }
    }

    #[test]
    fn damaged_message_costs_itself_only() {
        let text = [
            CHAT[0],
            r#"{"ts": "2020-06-22T20:33:34", "from": "a"#,
            CHAT[1],
            "[3]",
            "7",
        ]
        .join("\n");
        let out = records("jabber_json", &[("chat.json", &text)]);
        assert_eq!(
            out.lines().filter(|line| line.starts_with("post ")).count(),
            2,
            "{out}"
        );
        expect![[r#"
            unreadable post at chat.json 173..213 line 2: a line break stands inside a string
            unreadable post at chat.json 314..315 line 4: the value is no object of ts, from, to and body
            unreadable post at chat.json 317..318 line 5: the value is no object of ts, from, to and body"#]].assert_eq(&out.lines().filter(|line| line.starts_with("unreadable")).collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn same_message_in_two_logs_has_one_id() {
        let out = records("jabber_json", &[("a.json", CHAT[0]), ("b.json", CHAT[0])]);
        let ids: Vec<&str> = out
            .lines()
            .filter_map(|line| line.strip_prefix("post "))
            .filter_map(|line| line.split(' ').next())
            .collect();
        assert_eq!(ids.len(), 2);
        assert_eq!(ids[0], ids[1]);
    }
}
