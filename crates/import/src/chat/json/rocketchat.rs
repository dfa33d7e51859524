//! Rocket.Chat: responses of its interface, and exports of its database.
//!
//! See `docs/formats/rocketchat.md` for the mapping and its reasons.

use entangle_model::IdentifierKind;
use entangle_model::record::{PostKind, RecordKind};
use serde_json::Value;

use super::fields::{MessageFields, first_word, flag_at, text_at, time_at, word_at};
use super::{Content, FileName, FileRole, JsonChat, Layout, Mapped, Surroundings};
use super::{begins_as, has_keys, note_nothing};
use crate::chat::markdown::markdown_text;
use crate::chat::message::{ChatMessage, Profile, Room};
use crate::recorder::PostText;

/// The importer.
pub(crate) const ROCKETCHAT: JsonChat = JsonChat {
    name: "rocketchat",
    about: "Rocket.Chat: messages, rooms and users of its interface or its database as JSON",
    expected: "JSON of messages with _id, rid, ts, u and msg",
    role,
    map,
    note: note_nothing,
};

const FIELDS: MessageFields = MessageFields {
    id: "/_id",
    room: "/rid",
    author_id: "/u/_id",
    author_name: "/u/username",
    author_is_bot: "",
    posted_at: "/ts",
    edited_at: "/editedAt",
    parent: "/tmid",
    text: "/msg",
    attachments: &[],
};

/// Nesting of a parsed text beyond which nothing is read.
const PARSED_TEXT_DEPTH_MAX: usize = 32;

fn role(_name: &FileName<'_>, head: &str) -> Option<FileRole> {
    if !head.trim_start().starts_with(['[', '{']) {
        return None;
    }
    // A room holds its last message, hence rooms are looked for first.
    let is_room = has_keys(head, &["_id", "t", "usersCount"]);
    let is_member = has_keys(head, &["_id", "username", "roles", "createdAt"]);
    let is_message = has_keys(head, &["_id", "rid", "ts", "u"]);
    let (content, layout) = if is_room || is_member {
        (Content::Directory, Layout::Values)
    } else if is_message && begins_as(head, '{', &["messages"]) {
        (Content::Messages, Layout::Within(&["messages"]))
    } else if is_message && (has_keys(head, &["msg"]) || has_keys(head, &["md"])) {
        (Content::Messages, Layout::Values)
    } else {
        return None;
    };
    Some(FileRole { content, layout })
}

fn map(value: &Value, surroundings: &Surroundings) -> Mapped {
    let described = ["channel", "group", "room", "user"]
        .iter()
        .find_map(|key| value.get(*key).filter(|inner| inner.is_object()))
        .unwrap_or(value);
    if described.get("rid").is_some() {
        return message(described, surroundings);
    }
    let Some(native_id) = word_at(described, "/_id") else {
        return Mapped::Unknown("the value is no Rocket.Chat message, room or user");
    };
    if described.get("username").is_some() {
        return Mapped::profile(profile(described, native_id));
    }
    if described.get("t").is_some() {
        return Mapped::Room {
            room: Room {
                native_id,
                title: first_word(described, &["/fname", "/name"]),
            },
            created_at: time_at(described, "/ts"),
            folder: None,
        };
    }
    Mapped::Rejected(RecordKind::Post, "the message names no room")
}

fn message(value: &Value, surroundings: &Surroundings) -> Mapped {
    // An edit leaves a hidden copy of the text before it, which names what it was a copy of.
    if flag_at(value, "/_hidden") == Some(true) && value.get("parent").is_some() {
        return Mapped::Rejected(
            RecordKind::Post,
            "it is an earlier version of a message that was edited",
        );
    }
    let mut message: ChatMessage = match FIELDS.read(value, surroundings) {
        Ok(message) => message,
        Err(reason) => return Mapped::Rejected(RecordKind::Post, reason),
    };
    if word_at(value, "/t").is_some_and(|kind| kind != "discussion-created" && kind != "e2e") {
        message.kind = PostKind::Notice;
        message.text = PostText::default();
        return Mapped::message(message);
    }
    if word_at(value, "/t").as_deref() == Some("e2e") {
        message.text = PostText::default();
    } else if text_at(value, "/msg").is_none_or(str::is_empty)
        && let Some(parsed) = value.get("md")
    {
        let mut text = String::new();
        push_parsed_text(parsed, 0, &mut text);
        message.text = markdown_text(&text).into();
    }
    message.text = message.text.with_attachments(attachment_count(value));
    Mapped::message(message)
}

/// Files; a quoted message is an attachment too, with a link to it.
fn attachment_count(value: &Value) -> u64 {
    let attachments = value.get("attachments").and_then(Value::as_array);
    attachments.map_or(0, |attachments| {
        attachments
            .iter()
            .filter(|attachment| attachment.get("message_link").is_none_or(Value::is_null))
            .count() as u64
    })
}

/// The words of `md`, a tree of objects with a type and a value. Blocks end with a line break.
fn push_parsed_text(node: &Value, depth: usize, text: &mut String) {
    if depth > PARSED_TEXT_DEPTH_MAX {
        return;
    }
    match node {
        Value::String(words) => text.push_str(words),
        Value::Array(nodes) => nodes
            .iter()
            .for_each(|node| push_parsed_text(node, depth + 1, text)),
        Value::Object(_) => {
            let kind = text_at(node, "/type").unwrap_or_default();
            if kind == "QUOTE" {
                text.push_str("> ");
            }
            // Links have a label beside the address.
            let value = match node.get("value") {
                Some(Value::Object(link)) => link.get("label").or_else(|| link.get("src")),
                value => value,
            };
            if let Some(value) = value.or_else(|| node.get("label")) {
                push_parsed_text(value, depth + 1, text);
            }
            let is_block = [
                "PARAGRAPH",
                "HEADING",
                "CODE_LINE",
                "LIST_ITEM",
                "LINE_BREAK",
            ];
            if is_block.contains(&kind) && !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
        }
        _ => {}
    }
}

fn profile(value: &Value, native_id: String) -> Profile {
    let roles = value.get("roles").and_then(Value::as_array);
    let emails = value.get("emails").and_then(Value::as_array);
    Profile {
        native_id,
        name: word_at(value, "/username"),
        registered_at: time_at(value, "/createdAt"),
        about: word_at(value, "/bio"),
        is_staff: roles.map(|roles| {
            roles
                .iter()
                .any(|role| matches!(role.as_str(), Some("admin" | "moderator" | "owner")))
        }),
        is_bot: word_at(value, "/type").map(|kind| kind == "bot" || kind == "app"),
        is_banned: None,
        addresses: emails
            .into_iter()
            .flatten()
            .filter_map(|email| Some((IdentifierKind::Email, word_at(email, "/address")?)))
            .collect(),
    }
}
