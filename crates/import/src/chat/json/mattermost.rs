//! Mattermost: posts, channels and users as its interface gives them.
//!
//! See `docs/formats/mattermost.md` for the mapping and its reasons.

use entangle_model::IdentifierKind;
use entangle_model::record::{PostKind, RecordKind};
use serde_json::Value;

use super::fields::{MessageFields, first_word, text_at, time_at, word_at};
use super::{Content, FileName, FileRole, JsonChat, Layout, Mapped, Surroundings};
use super::{begins_as, has_keys, note_nothing};
use crate::chat::message::{Profile, Room};
use crate::recorder::PostText;

/// The importer.
pub(crate) const MATTERMOST: JsonChat = JsonChat {
    name: "mattermost",
    about: "Mattermost: posts, channels and users of its interface as JSON",
    expected: "JSON responses with order and posts",
    role,
    map,
    note: note_nothing,
};

const FIELDS: MessageFields = MessageFields {
    id: "/id",
    room: "/channel_id",
    author_id: "/user_id",
    author_name: "",
    author_is_bot: "",
    posted_at: "/create_at",
    edited_at: "/edit_at",
    parent: "/root_id",
    text: "/message",
    attachments: &["/file_ids"],
};

const CHANNEL_KEYS: [&str; 5] = [
    "id",
    "display_name",
    "creator_id",
    "team_id",
    "total_msg_count",
];
const USER_KEYS: [&str; 5] = ["id", "username", "roles", "create_at", "locale"];

fn role(_name: &FileName<'_>, head: &str) -> Option<FileRole> {
    let (content, layout) = if begins_as(head, '{', &["order", "posts"]) {
        (Content::Messages, Layout::Within(&["posts"]))
    } else if !head.trim_start().starts_with(['[', '{']) {
        return None;
    } else if has_keys(
        head,
        &["user_id", "channel_id", "root_id", "message", "create_at"],
    ) {
        (Content::Messages, Layout::Values)
    } else if has_keys(head, &CHANNEL_KEYS) || has_keys(head, &USER_KEYS) {
        (Content::Directory, Layout::Values)
    } else {
        return None;
    };
    Some(FileRole { content, layout })
}

fn map(value: &Value, surroundings: &Surroundings) -> Mapped {
    if value.get("channel_id").is_some() || value.get("message").is_some() {
        return message(value, surroundings);
    }
    let Some(native_id) = word_at(value, "/id") else {
        return Mapped::Unknown("the value is no Mattermost post, channel or user");
    };
    if value.get("username").is_some() {
        return Mapped::profile(profile(value, native_id));
    }
    if value.get("display_name").is_some() {
        return Mapped::Room {
            room: Room {
                native_id,
                title: first_word(value, &["/display_name", "/name"]),
            },
            created_at: time_at(value, "/create_at"),
            folder: None,
        };
    }
    Mapped::Unknown("the value is no Mattermost post, channel or user")
}

/// A post. Types that begin with `system_` are written by the system about the user.
fn message(value: &Value, surroundings: &Surroundings) -> Mapped {
    let mut message = match FIELDS.read(value, surroundings) {
        Ok(message) => message,
        Err(reason) => return Mapped::Rejected(RecordKind::Post, reason),
    };
    if text_at(value, "/type").is_some_and(|kind| kind.starts_with("system_")) {
        message.kind = PostKind::Notice;
        message.text = PostText::default();
    }
    Mapped::message(message)
}

fn profile(value: &Value, native_id: String) -> Profile {
    let roles = text_at(value, "/roles");
    Profile {
        native_id,
        name: word_at(value, "/username"),
        registered_at: time_at(value, "/create_at"),
        about: word_at(value, "/position"),
        is_staff: roles.map(|roles| roles.split(' ').any(|role| role == "system_admin")),
        is_bot: value.get("is_bot").and_then(Value::as_bool),
        is_banned: None,
        addresses: word_at(value, "/email")
            .map(|email| (IdentifierKind::Email, email))
            .into_iter()
            .collect(),
    }
}
