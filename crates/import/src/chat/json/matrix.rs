//! Matrix: events of a room, as Element exports them, as the interface gives them, or one per
//! line.
//!
//! See `docs/formats/matrix_json.md` for the mapping and its reasons.

use entangle_model::record::{PostKind, RecordKind};
use serde_json::Value;

use super::fields::{text_at, time_at, word_at};
use super::{Content, FileName, FileRole, JsonChat, Layout, Mapped, Surroundings};
use super::{begins_as, has_keys};
use crate::chat::message::{Author, ChatMessage, Room};
use crate::recorder::{BodyFormat, PostText};

/// The importer.
pub(crate) const MATRIX_JSON: JsonChat = JsonChat {
    name: "matrix_json",
    about: "Matrix: events of rooms as JSON, as Element exports them or one per line",
    expected: "JSON of events with event_id, sender, origin_server_ts and content",
    role,
    map,
    note,
};

/// Types of events that change or remark on others and say nothing themselves.
const REMARKS: [&str; 2] = ["m.reaction", "m.room.redaction"];

fn role(_name: &FileName<'_>, head: &str) -> Option<FileRole> {
    let has_events = has_keys(head, &["event_id", "sender", "origin_server_ts", "content"]);
    if !has_events {
        return None;
    }
    let layout = if begins_as(head, '{', &["messages", "room_name"]) {
        Layout::Within(&["messages"])
    } else if begins_as(head, '{', &["chunk"]) {
        Layout::Within(&["chunk"])
    } else if head.trim_start().starts_with(['[', '{']) {
        Layout::Values
    } else {
        return None;
    };
    Some(FileRole {
        content: Content::Messages,
        layout,
    })
}

fn note(key: &str, value: &Value, surroundings: &mut Surroundings) {
    if key == "room_name"
        && let Some(title) = value.as_str()
    {
        surroundings.room = Some(Room {
            native_id: format!("name:{title}"),
            title: Some(title.to_string()),
        });
    }
}

fn map(value: &Value, surroundings: &Surroundings) -> Mapped {
    let Some(kind) = text_at(value, "/type") else {
        return Mapped::Unknown("the value is no Matrix event");
    };
    if REMARKS.contains(&kind) {
        return Mapped::Rejected(RecordKind::Post, "the event only remarks on another one");
    }
    if text_at(value, "/content/m.relates_to/rel_type") == Some("m.replace") {
        return Mapped::Rejected(RecordKind::Post, "it is a later version of another message");
    }
    let Some(native_id) = word_at(value, "/event_id") else {
        return Mapped::Rejected(RecordKind::Post, "the event has no id");
    };
    let is_written = matches!(kind, "m.room.message" | "m.room.encrypted" | "m.sticker");
    let of_export = surroundings.room.clone();
    let room = match word_at(value, "/room_id") {
        Some(native_id) => Some(Room {
            native_id,
            title: of_export.and_then(|room| room.title),
        }),
        None => of_export,
    };
    Mapped::message(ChatMessage {
        native_id: Some(native_id),
        room,
        author: word_at(value, "/sender").map(|sender| author(&sender)),
        parent_native_id: word_at(value, "/content/m.relates_to/m.in_reply_to/event_id"),
        kind: if is_written {
            PostKind::Message
        } else {
            PostKind::Notice
        },
        posted_at: time_at(value, "/origin_server_ts"),
        edited_at: None,
        text: if is_written {
            text(value)
        } else {
            PostText::default()
        },
    })
}

/// An address such as `@name:server`, which names the account by its first part.
fn author(sender: &str) -> Author {
    let local = sender.strip_prefix('@').unwrap_or(sender);
    let name = local.split_once(':').map_or(local, |(name, _)| name);
    Author::new(sender, Some(name.to_string()))
}

/// The text. That of a file is its name, unless the name stands apart and the text is a caption.
fn text(value: &Value) -> PostText {
    let body = text_at(value, "/content/body").unwrap_or_default();
    let file_types = ["m.image", "m.file", "m.audio", "m.video"];
    let message_type = text_at(value, "/content/msgtype").unwrap_or_default();
    let is_sticker = text_at(value, "/type") == Some("m.sticker");
    if !is_sticker && !file_types.contains(&message_type) {
        return BodyFormat::Plain.plain_text(body).into();
    }
    let file_name = text_at(value, "/content/filename");
    let caption = file_name.filter(|name| *name != body).map(|_| body);
    PostText::from(BodyFormat::Plain.plain_text(caption.unwrap_or_default())).with_attachments(1)
}
