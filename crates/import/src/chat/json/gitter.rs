//! Gitter: messages and rooms as its interface gave them.
//!
//! See `docs/formats/gitter.md` for the mapping and its reasons.

use entangle_model::record::RecordKind;
use serde_json::Value;

use super::fields::{MessageFields, first_word, word_at};
use super::{Content, FileName, FileRole, JsonChat, Layout, Mapped, Surroundings};
use super::{has_keys, note_nothing};
use crate::chat::message::Room;

/// The importer.
pub(crate) const GITTER: JsonChat = JsonChat {
    name: "gitter",
    about: "Gitter: messages and rooms of its interface as JSON",
    expected: "JSON arrays of messages with fromUser, text and sent",
    role,
    map,
    note: note_nothing,
};

const FIELDS: MessageFields = MessageFields {
    id: "/id",
    room: "/roomId",
    author_id: "/fromUser/id",
    author_name: "/fromUser/username",
    author_is_bot: "",
    posted_at: "/sent",
    edited_at: "/editedAt",
    parent: "/parentId",
    text: "/text",
    attachments: &[],
};

fn role(_name: &FileName<'_>, head: &str) -> Option<FileRole> {
    let content = if !head.trim_start().starts_with(['[', '{']) {
        return None;
    } else if has_keys(head, &["id", "text", "sent", "fromUser"]) {
        Content::Messages
    } else if has_keys(head, &["id", "uri", "oneToOne", "githubType"]) {
        Content::Directory
    } else {
        return None;
    };
    Some(FileRole {
        content,
        layout: Layout::Values,
    })
}

fn map(value: &Value, surroundings: &Surroundings) -> Mapped {
    if value.get("sent").is_some() || value.get("fromUser").is_some() {
        return match FIELDS.read(value, surroundings) {
            Ok(message) => Mapped::message(message),
            Err(reason) => Mapped::Rejected(RecordKind::Post, reason),
        };
    }
    match word_at(value, "/id") {
        Some(native_id) if value.get("oneToOne").is_some() => Mapped::Room {
            room: Room {
                native_id,
                title: first_word(value, &["/name", "/uri"]),
            },
            created_at: None,
            folder: None,
        },
        _ => Mapped::Unknown("the value is no Gitter message and no room"),
    }
}
