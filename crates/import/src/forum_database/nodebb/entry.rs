//! Objects and members of sorted sets, as every database of NodeBB has them.

use serde_json::Value;
use std::borrow::Cow;

/// Beginnings of keys, for recognising an export.
const KEY_STARTS: [&str; 14] = [
    "category:",
    "chat:room:",
    "cid:",
    "group:",
    "groups:",
    "message:",
    "pid:",
    "post:",
    "posts:",
    "tid:",
    "topic:",
    "topics:",
    "uid:",
    "user:",
];

/// One thing of the database.
pub(super) enum Entry<'e> {
    Object {
        key: &'e str,
        fields: &'e Value,
    },
    /// The score, by which the members of a set are sorted, is a time in most sets: Unix time in
    /// milliseconds.
    Member {
        key: &'e str,
        value: &'e str,
        score: f64,
    },
}

impl<'e> Entry<'e> {
    /// `None` if the value has no key.
    pub(super) fn of_document(document: &'e Value) -> Option<Self> {
        let key = document.get("_key")?.as_str()?;
        let value = document.get("value").and_then(Value::as_str);
        let score = word(document, "score").and_then(|score| score.parse().ok());
        Some(match (value, score) {
            (Some(value), Some(score)) => Entry::Member { key, value, score },
            _ => Entry::Object {
                key,
                fields: document,
            },
        })
    }
}

/// What an object of the forum is, with its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject<'e> {
    Account(&'e str),
    Post(&'e str),
    Topic(&'e str),
    Category(&'e str),
    Message(&'e str),
    Room(&'e str),
}

impl<'e> Subject<'e> {
    /// `None` for keys of other objects.
    pub(super) fn of_key(key: &'e str) -> Option<Self> {
        let (kind, number) = key.rsplit_once(':')?;
        if !is_number(number) {
            return None;
        }
        match kind {
            "user" => Some(Self::Account(number)),
            "post" => Some(Self::Post(number)),
            "topic" => Some(Self::Topic(number)),
            "category" => Some(Self::Category(number)),
            "message" => Some(Self::Message(number)),
            "chat:room" => Some(Self::Room(number)),
            _ => None,
        }
    }
}

/// The account whose names a set holds, from the key of the set.
pub(super) fn account_of_name_set(key: &str) -> Option<&str> {
    let account = key.strip_prefix("user:")?.strip_suffix(":usernames")?;
    is_number(account).then_some(account)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The text or number in a field; `None` if it is missing, blank or something else. Exports of
/// MongoDB may write a number as an object that names its type.
pub(super) fn word<'v>(fields: &'v Value, name: &str) -> Option<Cow<'v, str>> {
    let value = fields.get(name)?;
    let typed = ["$numberInt", "$numberLong", "$numberDouble"]
        .iter()
        .find_map(|kind| value.get(kind)?.as_str());
    let word = match value {
        Value::String(text) => Cow::Borrowed(text.trim()),
        // Whole numbers may be written as fractions; so written, they are whole again.
        Value::Number(number) => match number.as_f64() {
            Some(fraction) if number.is_f64() => fraction.to_string().into(),
            _ => number.to_string().into(),
        },
        _ => match typed?.parse::<f64>() {
            Ok(number) => number.to_string().into(),
            Err(_) => return None,
        },
    };
    (!word.is_empty()).then_some(word)
}

/// As [`word`], without zero, which stands for nothing.
pub(super) fn number<'v>(fields: &'v Value, name: &str) -> Option<Cow<'v, str>> {
    word(fields, name).filter(|word| word != "0")
}

/// Whether a text has a document with a key of NodeBB.
pub(super) fn has_key_of_nodebb(head: &str) -> bool {
    head.match_indices("\"_key\"").any(|(at, found)| {
        let value = head[at + found.len()..].trim_start();
        let value = value.strip_prefix(':').unwrap_or_default().trim_start();
        let key = value.strip_prefix('"').unwrap_or_default();
        KEY_STARTS.iter().any(|start| key.starts_with(start))
    })
}
