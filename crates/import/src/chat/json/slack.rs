//! Slack: exports of a workspace, and responses of its interface.
//!
//! See `docs/formats/slack.md` for the mapping and its reasons.

use entangle_model::IdentifierKind;
use entangle_model::ids::native_id_of_name;
use entangle_model::record::{PostKind, RecordKind};
use entangle_text::markup::{PlainText, plain};
use serde_json::Value;

use super::fields::{count_at, first_word, flag_at, text_at, time_at, word_at};
use super::{Content, FileName, FileRole, JsonChat, Layout, Mapped, Surroundings};
use super::{begins_as, has_keys, note_nothing};
use crate::chat::log::date_in_name;
use crate::chat::message::{Author, ChatMessage, Profile, Room};
use crate::recorder::PostText;

/// The importer.
pub(crate) const SLACK: JsonChat = JsonChat {
    name: "slack",
    about: "Slack: export of a workspace, or responses of its interface",
    expected: "a folder of channels with a JSON file per day, or responses with ok and messages",
    role,
    map,
    note: note_nothing,
};

/// Subtypes under which the system tells of an event, beside all that begin with `channel_` or
/// `group_`.
const EVENT_SUBTYPES: [&str; 8] = [
    "bot_add",
    "bot_remove",
    "pinned_item",
    "unpinned_item",
    "reminder_add",
    "tombstone",
    "huddle_thread",
    "sh_room_created",
];

/// Files of an export that list rooms.
const ROOM_FILES: [&str; 4] = ["channels.json", "groups.json", "dms.json", "mpims.json"];

fn role(name: &FileName<'_>, head: &str) -> Option<FileRole> {
    let is_object = begins_as(head, '{', &["ok"]);
    let is_array = head.trim_start().starts_with('[');
    let has_members = has_keys(head, &["id", "name", "profile"])
        && (has_keys(head, &["team_id"]) || has_keys(head, &["is_bot"]));
    let has_channels = has_keys(head, &["id", "created", "creator", "purpose"])
        || (has_keys(head, &["id", "created"]) && ROOM_FILES.contains(&name.base));
    let (content, layout) = if is_object && has_keys(head, &["messages"]) {
        (Content::Messages, Layout::Within(&["messages"]))
    } else if is_object && has_members && has_keys(head, &["members"]) {
        (Content::Directory, Layout::Within(&["members"]))
    } else if is_object && has_channels && has_keys(head, &["channels"]) {
        (Content::Directory, Layout::Within(&["channels"]))
    } else if (has_members || has_channels) && (is_object || (is_array && !is_day(head))) {
        (Content::Directory, Layout::Values)
    } else if is_array && is_day(head) {
        (Content::Messages, Layout::Values)
    } else {
        return None;
    };
    Some(FileRole { content, layout })
}

/// Whether a text holds messages: instants of Slack are texts of seconds with six decimals.
fn is_day(head: &str) -> bool {
    let is_instant = |text: &str| {
        let bytes = text.as_bytes();
        bytes.len() > 17
            && bytes[..10].iter().all(u8::is_ascii_digit)
            && bytes[10] == b'.'
            && bytes[11..17].iter().all(u8::is_ascii_digit)
    };
    let has_instant = head.match_indices("\"ts\"").any(|(at, key)| {
        let value = head[at + key.len()..].trim_start().strip_prefix(':');
        value.is_some_and(|value| {
            let value = value.trim_start();
            value.strip_prefix('"').is_some_and(is_instant)
        })
    });
    has_instant && has_keys(head, &["type"])
}

fn map(value: &Value, surroundings: &Surroundings) -> Mapped {
    if let Some(described) = value.get("user").filter(|user| user.is_object()) {
        return profile(described);
    }
    if let Some(described) = value.get("channel").filter(|channel| channel.is_object()) {
        return room(described);
    }
    if value.get("ts").is_some() {
        return message(value, surroundings);
    }
    if value.get("profile").is_some() {
        return profile(value);
    }
    if value.get("created").is_some() {
        return room(value);
    }
    Mapped::Unknown("the value is no Slack message, channel or member")
}

fn message(value: &Value, surroundings: &Surroundings) -> Mapped {
    let Some(stamp) = word_at(value, "/ts") else {
        return Mapped::Rejected(RecordKind::Post, "the message has no ts");
    };
    let room = message_room(value, surroundings);
    let id_of = |stamp: &str| match &room {
        Some(room) => format!("{}:{stamp}", room.native_id),
        None => stamp.to_string(),
    };
    let thread = word_at(value, "/thread_ts").filter(|thread| *thread != stamp);
    let subtype = text_at(value, "/subtype").unwrap_or_default();
    let is_event = subtype.starts_with("channel_")
        || subtype.starts_with("group_")
        || EVENT_SUBTYPES.contains(&subtype);
    let text = text_at(value, "/comment/comment").or_else(|| text_at(value, "/text"));
    let text = match text {
        Some(text) if !is_event => PostText::from(slack_text(text)),
        _ => PostText::default(),
    };
    Mapped::message(ChatMessage {
        native_id: Some(id_of(&stamp)),
        author: author(value),
        parent_native_id: thread.as_deref().map(id_of),
        kind: if is_event {
            PostKind::Notice
        } else {
            PostKind::Message
        },
        posted_at: time_at(value, "/ts"),
        edited_at: time_at(value, "/edited/ts"),
        text: text.with_attachments(count_at(value, "/files") + count_at(value, "/file")),
        room,
    })
}

/// The channel: as the message states it; else that of the folder, in an export; else the only
/// one that a response describes.
fn message_room(value: &Value, surroundings: &Surroundings) -> Option<Room> {
    if let Some(channel) = word_at(value, "/channel") {
        return Some(surroundings.room_of_id(&channel));
    }
    let folder = &surroundings.folder;
    if !folder.is_empty() && date_in_name(&surroundings.file_stem).is_some() {
        let known = surroundings.rooms.get(folder).cloned();
        return Some(known.unwrap_or_else(|| Room {
            native_id: format!("name:{folder}"),
            title: Some(folder.clone()),
        }));
    }
    surroundings.only_room().cloned()
}

/// The author: a member, who commented on a file or wrote; else a bot; else a bare name.
fn author(value: &Value) -> Option<Author> {
    if let Some(member) = first_word(value, &["/comment/user", "/user"]) {
        let name = first_word(value, &["/user_profile/display_name", "/user_profile/name"]);
        return Some(Author::new(member, name));
    }
    let name = first_word(value, &["/username", "/bot_profile/name"]);
    let is_bot = text_at(value, "/subtype") == Some("bot_message") || value.get("bot_id").is_some();
    let native_id = word_at(value, "/bot_id").or_else(|| name.as_deref().map(native_id_of_name))?;
    Some(Author {
        is_bot: is_bot.then_some(true),
        ..Author::new(native_id, name)
    })
}

fn room(value: &Value) -> Mapped {
    let Some(native_id) = word_at(value, "/id") else {
        return Mapped::Rejected(RecordKind::Thread, "the channel has no id");
    };
    let title = word_at(value, "/name");
    Mapped::Room {
        folder: title.clone(),
        room: Room { native_id, title },
        created_at: time_at(value, "/created"),
    }
}

fn profile(value: &Value) -> Mapped {
    let Some(native_id) = word_at(value, "/id") else {
        return Mapped::Rejected(RecordKind::Account, "the member has no id");
    };
    let is_any = |flags: [&str; 2]| {
        let known: Vec<bool> = flags.iter().filter_map(|at| flag_at(value, at)).collect();
        (!known.is_empty()).then(|| known.contains(&true))
    };
    let addresses = [
        (IdentifierKind::Email, "/profile/email"),
        (IdentifierKind::Skype, "/profile/skype"),
        (IdentifierKind::Phone, "/profile/phone"),
    ];
    Mapped::profile(Profile {
        native_id,
        name: first_word(value, &["/profile/display_name", "/name", "/real_name"]),
        registered_at: None,
        about: word_at(value, "/profile/title"),
        is_staff: is_any(["/is_admin", "/is_owner"]),
        is_bot: flag_at(value, "/is_bot"),
        is_banned: None,
        addresses: addresses
            .into_iter()
            .filter_map(|(kind, at)| Some((kind, word_at(value, at)?)))
            .collect(),
    })
}

/// Slack's own markup: `<@U1|name>`, `<#C1|name>`, `<!here>`, `<address|label>`, and three
/// character references.
fn slack_text(text: &str) -> PlainText {
    let mut out = String::with_capacity(text.len());
    let mut hidden_links = Vec::new();
    let mut mention_count = 0;
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let Some((inside, after)) = after.split_once('>') else {
            out.push('<');
            rest = after;
            break;
        };
        push_reference(inside, &mut out, &mut hidden_links);
        mention_count += u64::from(inside.starts_with('@'));
        rest = after;
    }
    out.push_str(rest);
    let decoded = out
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let mut result = plain(&decoded);
    result.links.append(&mut hidden_links);
    result.mention_count = mention_count;
    result
}

fn push_reference(inside: &str, out: &mut String, hidden_links: &mut Vec<String>) {
    let (target, label) = match inside.split_once('|') {
        Some((target, label)) => (target, Some(label).filter(|label| !label.is_empty())),
        None => (inside, None),
    };
    match target.chars().next() {
        Some(sign @ ('@' | '#')) => {
            out.push(sign);
            out.push_str(label.unwrap_or(&target[1..]).trim_start_matches(sign));
        }
        Some('!') => {
            out.push('@');
            out.push_str(label.unwrap_or(&target[1..]).trim_start_matches('@'));
        }
        _ => {
            out.push_str(label.unwrap_or(target));
            if label.is_some_and(|label| label != target) {
                hidden_links.push(target.to_string());
            }
        }
    }
}
