//! Telegram channels as flat JSON: objects of `message_id`, `sender_id`, `text`, `date` and
//! `channel`.
//!
//! See `docs/formats/telegram_channel.md` for the mapping and its reasons.

use entangle_model::record::{PostKind, RecordKind};
use serde_json::Value;

use super::fields::{text_at, time_at, word_at};
use super::telegram_peer::Peer;
use super::{Content, FileName, FileRole, JsonChat, Layout, Mapped, Surroundings};
use super::{has_keys, note_nothing};
use crate::chat::markdown::markdown_text;
use crate::chat::message::{Author, ChatMessage, Room};

/// The importer.
pub(crate) const TELEGRAM_CHANNEL: JsonChat = JsonChat {
    name: "telegram_channel",
    about: "Telegram channels as flat JSON: message_id, sender_id, text, date, channel",
    expected: "JSON objects of message_id, sender_id, text, date and channel",
    role,
    map,
    note: note_nothing,
};

fn role(_name: &FileName<'_>, head: &str) -> Option<FileRole> {
    let is_json = head.trim_start().starts_with(['[', '{']);
    // The bot interface and the libraries nest the chat and the sender.
    let is_flat = has_keys(
        head,
        &["message_id", "sender_id", "text", "date", "channel"],
    ) && !has_keys(head, &["update_id"]);
    (is_json && is_flat).then_some(FileRole {
        content: Content::Messages,
        layout: Layout::Values,
    })
}

fn map(value: &Value, surroundings: &Surroundings) -> Mapped {
    if !value.is_object() {
        return Mapped::Unknown("the value is no message of a Telegram channel");
    }
    let Some(message_id) = word_at(value, "/message_id") else {
        return Mapped::Rejected(RecordKind::Post, "the message has no id");
    };
    let sender = Peer::marked_at(value, "/sender_id");
    let title = word_at(value, "/channel");
    let Some(room) = room(surroundings, title, sender) else {
        return Mapped::Rejected(RecordKind::Post, "the message names no channel");
    };
    let author = sender.map(|sender| {
        let is_channel_itself = sender.room_native_id() == room.native_id;
        let name = room.title.clone().filter(|_| is_channel_itself);
        Author::new(sender.account_native_id(), name)
    });
    let parent = ["/reply_to_msg_id", "/reply_to_message_id"]
        .iter()
        .find_map(|pointer| word_at(value, pointer));
    Mapped::message(ChatMessage {
        native_id: Some(format!("{}:{message_id}", room.native_id)),
        parent_native_id: parent.map(|id| format!("{}:{id}", room.native_id)),
        author,
        kind: PostKind::Message,
        posted_at: time_at(value, "/date"),
        edited_at: time_at(value, "/edit_date"),
        text: markdown_text(text_at(value, "/text").unwrap_or_default()).into(),
        room: Some(room),
    })
}

/// The channel: by the number in the file's name, which all messages share; else by the number of
/// a channel that writes as itself; else by name.
fn room(surroundings: &Surroundings, title: Option<String>, sender: Option<Peer>) -> Option<Room> {
    let of_file = channel_of_file(&surroundings.file_stem).map(Peer::room_native_id);
    let of_sender = sender
        .filter(|sender| matches!(sender, Peer::Channel(_)))
        .map(Peer::room_native_id);
    let native_id = of_file
        .or(of_sender)
        .or_else(|| title.as_ref().map(|title| format!("name:{title}")))?;
    Some(Room { native_id, title })
}

/// The channel whose marked number begins a file's name, with or without its minus sign, as in
/// `1001044298783_messages`.
fn channel_of_file(stem: &str) -> Option<Peer> {
    let unsigned = stem.strip_prefix('-').unwrap_or(stem);
    let digit_count = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    let is_marked = unsigned.starts_with("100") && (11..=17).contains(&digit_count);
    let number: i64 = unsigned.get(..digit_count)?.parse().ok()?;
    match Peer::of_marked(-number) {
        channel @ Peer::Channel(_) if is_marked => Some(channel),
        _ => None,
    }
}
