//! Reading fields out of JSON values, and the table of the fields of a plain chat message.

use entangle_model::record::PostKind;
use serde_json::Value;

use super::Surroundings;
use crate::chat::markdown::markdown_text;
use crate::chat::message::{Author, ChatMessage};
use crate::recorder::{PostText, non_empty};

/// Where the fields of a message stand, as JSON pointers; an empty pointer is a field that the
/// system does not have.
pub(super) struct MessageFields {
    /// Number of the message, unique in the whole system.
    pub id: &'static str,
    /// Number of the room; without it the room is that of the surroundings.
    pub room: &'static str,
    /// Number of the author.
    pub author_id: &'static str,
    /// Name of the author.
    pub author_name: &'static str,
    /// Whether the author is a program.
    pub author_is_bot: &'static str,
    /// When it was written.
    pub posted_at: &'static str,
    /// When it was changed.
    pub edited_at: &'static str,
    /// Number of the message that it answers.
    pub parent: &'static str,
    /// The text, in Markdown.
    pub text: &'static str,
    /// Arrays and objects of things that came with the text.
    pub attachments: &'static [&'static str],
}

impl MessageFields {
    /// The message; an error says what it lacks.
    pub fn read(
        &self,
        value: &Value,
        surroundings: &Surroundings,
    ) -> Result<ChatMessage, &'static str> {
        let native_id = word_at(value, self.id).ok_or("the message has no id")?;
        let author = word_at(value, self.author_id).map(|author_id| Author {
            is_bot: value.pointer(self.author_is_bot).and_then(Value::as_bool),
            ..Author::new(author_id, word_at(value, self.author_name))
        });
        let room = match word_at(value, self.room) {
            Some(room) => Some(surroundings.room_of_id(&room)),
            None => surroundings.room.clone(),
        };
        let text = text_at(value, self.text).unwrap_or_default();
        Ok(ChatMessage {
            native_id: Some(native_id),
            room,
            author,
            parent_native_id: word_at(value, self.parent),
            kind: PostKind::Message,
            posted_at: time_at(value, self.posted_at),
            edited_at: time_at(value, self.edited_at),
            text: PostText::from(markdown_text(text))
                .with_attachments(self.attachments.iter().map(|at| count_at(value, at)).sum()),
        })
    }
}

/// The value at a pointer; the empty pointer leads nowhere.
fn at<'v>(value: &'v Value, pointer: &str) -> Option<&'v Value> {
    if pointer.is_empty() {
        return None;
    }
    value.pointer(pointer)
}

/// A text at a pointer, as it is.
pub(super) fn text_at<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    at(value, pointer)?.as_str()
}

/// A number or a text that is not blank, as text. MongoDB's `{"$oid": …}` and `{"$numberLong": …}`
/// are understood.
pub(super) fn word_at(value: &Value, pointer: &str) -> Option<String> {
    word(at(value, pointer)?)
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => non_empty(text.as_str()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(object) if object.len() == 1 => ["$oid", "$numberLong"]
            .iter()
            .find_map(|key| object.get(*key)?.as_str())
            .and_then(non_empty),
        _ => None,
    }
}

/// An instant as text: what it says, or a number of seconds or milliseconds, whose fraction is
/// cut. Zero is how several systems write that there is none. MongoDB's `{"$date": …}` is
/// understood.
pub(super) fn time_at(value: &Value, pointer: &str) -> Option<String> {
    let time = at(value, pointer)?;
    let time = time.get("$date").unwrap_or(time);
    let text = match time {
        Value::Number(number) => match number.as_i64() {
            Some(0) => return None,
            Some(whole) => whole.to_string(),
            None => format!("{:.0}", number.as_f64()?.trunc()),
        },
        time => word(time)?,
    };
    let is_fraction = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('.') {
        Some((seconds, fraction)) if is_fraction(seconds) && is_fraction(fraction) => {
            Some(seconds.to_string())
        }
        _ => Some(text),
    }
}

/// How many things stand at a pointer: the elements of an array, one for an object or a text.
pub(super) fn count_at(value: &Value, pointer: &str) -> u64 {
    match at(value, pointer) {
        Some(Value::Array(elements)) => elements.len() as u64,
        Some(Value::Object(_) | Value::String(_)) => 1,
        _ => 0,
    }
}

/// The first of these texts that is not blank.
pub(super) fn first_word(value: &Value, pointers: &[&str]) -> Option<String> {
    pointers.iter().find_map(|pointer| word_at(value, pointer))
}

/// A truth value at a pointer.
pub(super) fn flag_at(value: &Value, pointer: &str) -> Option<bool> {
    at(value, pointer)?.as_bool()
}
