//! One message of a Telegram export to an account, a thread and a post.

use entangle_dump::Row;
use entangle_model::ids::native_id_of_name;
use entangle_model::record::{PostKind, RecordKind};
use entangle_text::markup::PlainText;
use serde::Deserialize;
use serde_json::Value;

use super::Chat;
use crate::ImportError;
use crate::recorder::{BodyFormat, NewPost, PostText, Recorder, non_empty};

/// The fields of a message that are read; an export has many more.
#[derive(Debug, Deserialize)]
struct Message {
    id: Option<i64>,
    #[serde(rename = "type")]
    kind: Option<String>,
    date: Option<String>,
    date_unixtime: Option<Value>,
    edited: Option<String>,
    edited_unixtime: Option<Value>,
    from: Option<String>,
    from_id: Option<Value>,
    actor: Option<String>,
    actor_id: Option<Value>,
    reply_to_message_id: Option<i64>,
    reply_to_peer_id: Option<Value>,
    forwarded_from: Option<Value>,
    photo: Option<Value>,
    file: Option<Value>,
    #[serde(default)]
    text: Value,
}

impl Message {
    fn attachment_count(&self) -> u64 {
        u64::from(self.photo.is_some()) + u64::from(self.file.is_some())
    }
}

/// Seconds since 1970, which exports before 2021 write as text or leave out.
fn unix_seconds(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(seconds) => Some(seconds.clone()),
        Value::Number(seconds) => Some(seconds.to_string()),
        _ => None,
    }
}

pub(super) fn import_message(
    row: &Row<'_>,
    chat: &Chat,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let Ok(message) = serde_json::from_str::<Message>(row.text) else {
        recorder.unreadable_row(RecordKind::Post, row, "the value is no Telegram message");
        return Ok(());
    };
    let context = recorder.row(RecordKind::Post, row)?;
    let Some(message_id) = message.id else {
        return recorder.reject_row(context, "the message has no id");
    };
    let Some(chat_id) = chat.id.as_deref() else {
        return recorder.reject_row(context, "the chat has no id before its messages");
    };
    recorder.derived_thread(chat_id, chat.name.as_deref(), &context)?;
    let author = author(&message);
    if let Some((native_id, name)) = &author {
        recorder.author(native_id, *name, &context)?;
    }
    let posted_at = match unix_seconds(message.date_unixtime.as_ref()) {
        Some(seconds) => recorder.instant(&context, "posted_at", Some(&seconds))?,
        None => recorder.instant_with_zone(&context, "posted_at", message.date.as_deref())?,
    };
    let edited_at = match unix_seconds(message.edited_unixtime.as_ref()) {
        Some(seconds) => recorder.instant(&context, "edited_at", Some(&seconds))?,
        None => recorder.instant_with_zone(&context, "edited_at", message.edited.as_deref())?,
    };
    let is_service = message.kind.as_deref() == Some("service");
    // A reply to a message of another chat names that chat; which message it is cannot be told
    // from a number of this one.
    let parent = message
        .reply_to_message_id
        .filter(|_| message.reply_to_peer_id.is_none());
    let kind = if is_service {
        PostKind::Notice
    } else {
        PostKind::Message
    };
    let post = NewPost {
        account_native_id: author.map(|(native_id, _)| native_id),
        thread_native_id: Some(chat_id.to_string()),
        parent_native_id: parent.map(|id| format!("{chat_id}:{id}")),
        posted_at,
        edited_at,
        text: post_text(&message).with_attachments(message.attachment_count()),
        ..NewPost::new(format!("{chat_id}:{message_id}"), kind)
    };
    recorder.post(context, post)
}

/// Native id and name of who wrote the message, or who did what a service message tells.
fn author(message: &Message) -> Option<(String, Option<&str>)> {
    let (id, name) = match (&message.from_id, &message.from) {
        (None, None) => (&message.actor_id, &message.actor),
        from => from,
    };
    let name = name.as_deref().filter(|name| !name.trim().is_empty());
    let native_id = match id {
        Some(Value::String(id)) if !id.is_empty() => id.clone(),
        // Exports before 2021 have bare numbers.
        Some(Value::Number(id)) => format!("user{id}"),
        _ => native_id_of_name(name?),
    };
    Some((native_id, name))
}

/// The text without markup. A forwarded message is somebody else's text as a whole.
fn post_text(message: &Message) -> PostText {
    let mut parts = TextParts::default();
    match &message.text {
        Value::String(text) => parts.own.push_str(text),
        Value::Array(pieces) => pieces.iter().for_each(|piece| parts.add(piece)),
        _ => {}
    }
    if message.forwarded_from.is_some() {
        parts.own.push_str(&parts.quoted);
        return PostText::quotation(&parts.own);
    }
    let PlainText {
        text,
        quoted,
        mut links,
        ..
    } = BodyFormat::Plain.plain_text(&parts.own);
    links.append(&mut parts.hidden_links);
    PostText::from(PlainText {
        text,
        quoted: non_empty(quoted + &parts.quoted).unwrap_or_default(),
        links,
        mention_count: parts.mention_count,
    })
}

#[derive(Debug, Default)]
struct TextParts {
    own: String,
    quoted: String,
    /// Links whose address is not in the text.
    hidden_links: Vec<String>,
    /// Accounts named by a mark of their own, outside quotations.
    mention_count: u64,
}

impl TextParts {
    /// Adds a piece: a string, or an object with a type and a text.
    fn add(&mut self, piece: &Value) {
        if let Value::String(text) = piece {
            self.own.push_str(text);
            return;
        }
        let field = |name: &str| piece.get(name).and_then(Value::as_str);
        let text = field("text").unwrap_or_default();
        match field("type") {
            Some("blockquote") => {
                self.quoted.push_str(text);
                self.quoted.push('\n');
            }
            kind => {
                self.own.push_str(text);
                self.mention_count += u64::from(matches!(kind, Some("mention" | "mention_name")));
            }
        }
        self.hidden_links.extend(field("href").map(str::to_string));
    }
}
