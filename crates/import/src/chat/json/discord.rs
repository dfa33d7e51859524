//! Discord: channels as DiscordChatExporter writes them in JSON.
//!
//! See `docs/formats/discord.md` for the mapping and its reasons.

use entangle_model::record::{PostKind, RecordKind};
use serde_json::Value;

use super::fields::{MessageFields, text_at, word_at};
use super::{Content, FileName, FileRole, JsonChat, Layout, Mapped, Surroundings, begins_as};
use crate::chat::message::Room;
use crate::recorder::PostText;

/// The importer.
pub(crate) const DISCORD: JsonChat = JsonChat {
    name: "discord",
    about: "Discord channels as DiscordChatExporter writes them in JSON",
    expected: "JSON exports with guild, channel and messages",
    role,
    map,
    note,
};

const FIELDS: MessageFields = MessageFields {
    id: "/id",
    room: "",
    author_id: "/author/id",
    author_name: "/author/name",
    author_is_bot: "/author/isBot",
    posted_at: "/timestamp",
    edited_at: "/timestampEdited",
    parent: "",
    text: "/content",
    attachments: &["/attachments", "/stickers"],
};

/// Types of messages that an author wrote; the export has some by number. All others tell of
/// events.
const WRITTEN_TYPES: [&str; 7] = [
    "Default",
    "Reply",
    "ChatInputCommand",
    "ContextMenuCommand",
    "ThreadStarterMessage",
    "20",
    "23",
];

fn role(_name: &FileName<'_>, head: &str) -> Option<FileRole> {
    begins_as(head, '{', &["guild", "channel", "dateRange", "messages"]).then_some(FileRole {
        content: Content::Messages,
        layout: Layout::Within(&["messages"]),
    })
}

fn note(key: &str, value: &Value, surroundings: &mut Surroundings) {
    if key == "channel" {
        surroundings.room = word_at(value, "/id").map(|native_id| Room {
            native_id,
            title: word_at(value, "/name"),
        });
    }
}

fn map(value: &Value, surroundings: &Surroundings) -> Mapped {
    if !value.is_object() {
        return Mapped::Unknown("the value is no Discord message");
    }
    let mut message = match FIELDS.read(value, surroundings) {
        Ok(message) => message,
        Err(reason) => return Mapped::Rejected(RecordKind::Post, reason),
    };
    let kind = text_at(value, "/type").unwrap_or("Default");
    if !WRITTEN_TYPES.contains(&kind) {
        message.kind = PostKind::Notice;
        message.text = PostText::default();
    } else if kind == "Reply" {
        message.parent_native_id = word_at(value, "/reference/messageId");
    } else if let Some(forwarded) = text_at(value, "/forwardedMessage/content") {
        message.text = PostText::quotation(forwarded);
    }
    Mapped::message(message)
}
