//! Telegram messages as its programming interfaces give them: Telethon and Pyrogram objects, one
//! per line or in an array, and updates of the bot interface.
//!
//! See `docs/formats/telegram_api.md` for the mapping and its reasons.

use entangle_model::record::{PostKind, RecordKind};
use serde_json::Value;

use super::fields::{count_at, first_word, flag_at, text_at, time_at, word_at};
use super::telegram_peer::{Peer, author_of, room_of};
use super::{Content, FileName, FileRole, JsonChat, Layout, Mapped, Surroundings};
use super::{begins_as, has_keys, note_nothing};
use crate::chat::message::{Author, ChatMessage};
use crate::recorder::{BodyFormat, PostText};

/// The importer.
pub(crate) const TELEGRAM_API: JsonChat = JsonChat {
    name: "telegram_api",
    about: "Telegram messages of Telethon, Pyrogram or the bot interface as JSON or JSON lines",
    expected: "JSON messages of Telethon or Pyrogram, or updates of the bot interface",
    role,
    map,
    note: note_nothing,
};

/// Members of an update that are messages.
const UPDATE_MESSAGES: [&str; 8] = [
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_message",
    "edited_business_message",
    "guest_message",
    "edited_guest_message",
];

/// Fields under which something comes with a text, in all three interfaces. Several may name the
/// same thing: a photo is listed in all its sizes, an animation is a document too.
const ATTACHMENTS: [&str; 10] = [
    "/photo",
    "/document",
    "/video",
    "/audio",
    "/voice",
    "/video_note",
    "/animation",
    "/sticker",
    "/media/document",
    "/media/photo",
];

fn role(_name: &FileName<'_>, head: &str) -> Option<FileRole> {
    let is_empty = head.contains("\"result\": []") || head.contains("\"result\":[]");
    let is_bot_response = begins_as(head, '{', &["ok", "result"]);
    if is_bot_response && (is_empty || has_keys(head, &["update_id"])) {
        return Some(FileRole {
            content: Content::Messages,
            layout: Layout::Within(&["result"]),
        });
    }
    let is_json = head.trim_start().starts_with(['[', '{']);
    let is_telethon = has_keys(head, &["_", "id", "peer_id", "message", "date"]);
    let is_pyrogram = has_keys(head, &["_", "chat", "date"])
        && (head.contains("\"Message\"") || has_keys(head, &["from_user"]));
    let is_update = has_keys(head, &["update_id", "message_id", "chat", "date"]);
    (is_json && (is_telethon || is_pyrogram || is_update)).then_some(FileRole {
        content: Content::Messages,
        layout: Layout::Values,
    })
}

fn map(value: &Value, _surroundings: &Surroundings) -> Mapped {
    let inner = UPDATE_MESSAGES.iter().find_map(|key| value.get(*key));
    let result = match inner.filter(|inner| inner.is_object()) {
        Some(message) => nested_message(message),
        None if value.get("update_id").is_some() => {
            return Mapped::Rejected(RecordKind::Unknown, "the update carries no message");
        }
        None if value.get("peer_id").is_some() || value.get("to_id").is_some() => {
            telethon_message(value)
        }
        None if value.get("chat").is_some() => nested_message(value),
        None => return Mapped::Unknown("the value is no Telegram message"),
    };
    match result {
        Ok(message) => Mapped::message(message),
        Err(reason) => Mapped::Rejected(RecordKind::Post, reason),
    }
}

/// A message of Telethon: peers are objects, the text is `message`.
fn telethon_message(value: &Value) -> Result<ChatMessage, &'static str> {
    let id = word_at(value, "/id").ok_or("the message has no id")?;
    let peer = ["peer_id", "to_id"]
        .iter()
        .find_map(|key| Peer::of_object(value.get(key)?))
        .ok_or("the message names no chat")?;
    let room = room_of(peer, value.get("chat"));
    let has_action = value.get("action").is_some_and(Value::is_object);
    let in_reply_to = word_at(value, "/reply_to/reply_to_msg_id")
        .or_else(|| word_at(value, "/reply_to_msg_id"))
        // A reply to a message of another chat names that chat.
        .filter(|_| {
            value
                .pointer("/reply_to/reply_to_peer_id")
                .is_none_or(Value::is_null)
        });
    let is_forwarded = value.get("fwd_from").is_some_and(Value::is_object);
    let text = text_at(value, "/message").unwrap_or_default();
    Ok(ChatMessage {
        native_id: Some(format!("{}:{id}", room.native_id)),
        parent_native_id: in_reply_to.map(|id| format!("{}:{id}", room.native_id)),
        author: telethon_author(value, peer),
        kind: kind(has_action),
        posted_at: time_at(value, "/date"),
        edited_at: time_at(value, "/edit_date"),
        text: post_text(text, is_forwarded, attachment_count(value)),
        room: Some(room),
    })
}

/// Who wrote a message of Telethon. A channel writes as itself; in a private chat the other side
/// is the chat, and the own side is not named.
fn telethon_author(value: &Value, peer: Peer) -> Option<Author> {
    let stated = value.get("from_id").and_then(|from| match from {
        Value::Number(number) => number.as_i64().map(Peer::of_marked),
        object => Peer::of_object(object),
    });
    let implied = match peer {
        Peer::Channel(_) => Some(peer),
        Peer::User(_) if flag_at(value, "/out") != Some(true) => Some(peer),
        Peer::User(_) | Peer::Group(_) => None,
    };
    Some(author_of(stated.or(implied)?, value.get("sender")))
}

/// A message of Pyrogram or the bot interface: chat and sender are described inside it.
fn nested_message(value: &Value) -> Result<ChatMessage, &'static str> {
    let id = first_word(value, &["/message_id", "/id"]).ok_or("the message has no id")?;
    let peer = Peer::marked_at(value, "/chat/id").ok_or("the message names no chat")?;
    let room = room_of(peer, value.get("chat"));
    let sender = ["from", "from_user", "sender_chat"]
        .iter()
        .filter_map(|key| value.get(*key))
        .find(|sender| sender.is_object())
        .or_else(|| {
            value
                .get("chat")
                .filter(|_| matches!(peer, Peer::Channel(_)))
        });
    let author =
        sender.and_then(|sender| Some(author_of(Peer::marked_at(sender, "/id")?, Some(sender))));
    let parent = first_word(
        value,
        &[
            "/reply_to_message/message_id",
            "/reply_to_message/id",
            "/reply_to_message_id",
        ],
    );
    let is_forwarded = [
        "forward_origin",
        "forward_from",
        "forward_from_chat",
        "forward_sender_name",
    ]
    .iter()
    .any(|key| value.get(*key).is_some_and(|origin| !origin.is_null()));
    let text = ["/text", "/caption"]
        .iter()
        .find_map(|pointer| text_at(value, pointer))
        .unwrap_or_default();
    Ok(ChatMessage {
        native_id: Some(format!("{}:{id}", room.native_id)),
        parent_native_id: parent.map(|id| format!("{}:{id}", room.native_id)),
        author,
        kind: kind(is_service(value)),
        posted_at: time_at(value, "/date"),
        edited_at: time_at(value, "/edit_date"),
        text: post_text(text, is_forwarded, attachment_count(value)),
        room: Some(room),
    })
}

/// Whether a message only tells of an event.
fn is_service(value: &Value) -> bool {
    const EVENTS: [&str; 10] = [
        "service",
        "new_chat_members",
        "new_chat_member",
        "left_chat_member",
        "new_chat_title",
        "new_chat_photo",
        "group_chat_created",
        "supergroup_chat_created",
        "channel_chat_created",
        "pinned_message",
    ];
    EVENTS
        .iter()
        .any(|event| value.get(*event).is_some_and(|event| !event.is_null()))
}

fn kind(is_service: bool) -> PostKind {
    if is_service {
        PostKind::Notice
    } else {
        PostKind::Message
    }
}

/// A message of Telegram has at most one attachment.
fn attachment_count(value: &Value) -> u64 {
    u64::from(ATTACHMENTS.iter().any(|at| count_at(value, at) > 0))
}

/// The text; that of a forwarded message is somebody else's as a whole.
fn post_text(text: &str, is_forwarded: bool, attachment_count: u64) -> PostText {
    let text = if is_forwarded {
        PostText::quotation(text)
    } else {
        PostText::from(BodyFormat::Plain.plain_text(text))
    };
    text.with_attachments(attachment_count)
}
