//! Skype: `messages.json` of an export of one's own data.
//!
//! See `docs/formats/skype.md` for the mapping and its reasons.

use entangle_model::IdentifierKind;
use entangle_model::record::{PostKind, RecordKind};
use serde_json::Value;

use super::fields::{text_at, time_at, word_at};
use super::{Content, FileName, FileRole, JsonChat, Layout, Mapped, Surroundings, begins_as};
use crate::chat::message::{Author, ChatMessage, Room};
use crate::recorder::{BodyFormat, PostText};

/// The importer.
pub(crate) const SKYPE: JsonChat = JsonChat {
    name: "skype",
    about: "Skype: messages.json of an export",
    expected: "messages.json with conversations of MessageList",
    role,
    map,
    note,
};

fn role(_name: &FileName<'_>, head: &str) -> Option<FileRole> {
    let is_export = begins_as(head, '{', &["conversations", "userId"])
        || begins_as(head, '{', &["conversations", "MessageList"]);
    is_export.then_some(FileRole {
        content: Content::Messages,
        layout: Layout::Within(&["conversations", "*", "MessageList"]),
    })
}

fn note(key: &str, value: &Value, surroundings: &mut Surroundings) {
    let title = match key {
        "id" => {
            surroundings.room = value.as_str().map(|native_id| Room {
                native_id: native_id.to_string(),
                title: None,
            });
            return;
        }
        "displayName" => value.as_str().map(str::to_string),
        "threadProperties" => word_at(value, "/topic"),
        _ => return,
    };
    if let (Some(room), Some(title)) = (&mut surroundings.room, title) {
        room.title.get_or_insert(title);
    }
}

fn map(value: &Value, surroundings: &Surroundings) -> Mapped {
    if !value.is_object() {
        return Mapped::Unknown("the value is no Skype message");
    }
    let Some(id) = word_at(value, "/id") else {
        return Mapped::Rejected(RecordKind::Post, "the message has no id");
    };
    let room = match (&surroundings.room, word_at(value, "/conversationid")) {
        (Some(room), _) => room.clone(),
        (None, Some(native_id)) => Room {
            native_id,
            title: None,
        },
        (None, None) => {
            return Mapped::Rejected(RecordKind::Post, "the message names no conversation");
        }
    };
    let message_type = text_at(value, "/messagetype").unwrap_or_default();
    let (kind, text) = written(message_type, text_at(value, "/content").unwrap_or_default());
    Mapped::message(ChatMessage {
        native_id: Some(format!("{}:{id}", room.native_id)),
        room: Some(room),
        author: author(value),
        parent_native_id: None,
        kind,
        posted_at: time_at(value, "/originalarrivaltime"),
        edited_at: time_at(value, "/properties/edittime"),
        text,
    })
}

/// Kind and text of a message of that type. What tells of files, contacts and places describes
/// them in XML, which is no text of the author.
fn written(message_type: &str, content: &str) -> (PostKind, PostText) {
    match message_type {
        "Text" => (
            PostKind::Message,
            BodyFormat::Plain.plain_text(content).into(),
        ),
        "RichText" | "RichText/Html" => {
            let html = content
                .replace("<quote", "<blockquote")
                .replace("</quote>", "</blockquote>");
            (PostKind::Message, BodyFormat::Html.plain_text(&html).into())
        }
        other if other.starts_with("RichText/") => {
            (PostKind::Message, PostText::default().with_attachments(1))
        }
        _ => (PostKind::Notice, PostText::default()),
    }
}

/// The sender, whose address begins with the number of its network: 8 is Skype. Conversations,
/// which have 19, are no accounts.
fn author(value: &Value) -> Option<Author> {
    let native_id = word_at(value, "/from").filter(|from| !from.starts_with("19:"))?;
    let skype_name = native_id.strip_prefix("8:").map(str::to_string);
    let name = word_at(value, "/displayName").or_else(|| skype_name.clone());
    Some(Author {
        address: skype_name.map(|name| (IdentifierKind::Skype, name)),
        ..Author::new(native_id, name)
    })
}
