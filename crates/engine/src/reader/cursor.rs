//! Where a listing goes on: opaque to who holds it, and of no use for another question.

use serde_json::{Value, json};

use crate::EngineError;
use crate::disclosure::Pseudonyms;

/// A value by which a listing is sorted.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum KeyValue {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
}

impl KeyValue {
    fn json(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Integer(number) => json!(number),
            // As decimal digits it might come back as its neighbour.
            Self::Number(number) => json!({ "bits": number.to_bits() }),
        }
    }

    fn parse(value: &Value) -> Option<Self> {
        if let Some(text) = value.as_str() {
            return Some(Self::Text(text.to_owned()));
        }
        if let Some(bits) = value.get("bits") {
            return bits.as_u64().map(|bits| Self::Number(f64::from_bits(bits)));
        }
        value.as_i64().map(Self::Integer)
    }
}

/// A cursor: after which row of which question, and of which snapshot.
pub(super) fn seal(
    pseudonyms: &Pseudonyms,
    snapshot: u64,
    question: &str,
    after: &[KeyValue],
) -> String {
    let after: Vec<Value> = after.iter().map(KeyValue::json).collect();
    let content = json!([snapshot, after]).to_string();
    let seal = pseudonyms.seal("cursor", &[question, &content]);
    seal + &hexadecimal(content.as_bytes())
}

const SEAL_LENGTH: usize = 32;

/// The snapshot that a cursor reads, for who has to open it before the cursor can be checked.
/// `None` where it is no cursor.
pub fn snapshot_of_cursor(cursor: &str) -> Option<u64> {
    content(cursor)?.get(0)?.as_u64()
}

/// After which row a listing goes on.
///
/// # Errors
/// Where the cursor was not made for this question and snapshot.
pub(super) fn open(
    pseudonyms: &Pseudonyms,
    snapshot: u64,
    question: &str,
    cursor: &str,
) -> Result<Vec<KeyValue>, EngineError> {
    let foreign = || EngineError::InvalidCursor;
    let content = content(cursor).ok_or_else(foreign)?;
    let after = content.get(1).and_then(Value::as_array);
    let after: Option<Vec<KeyValue>> = after
        .ok_or_else(foreign)?
        .iter()
        .map(KeyValue::parse)
        .collect();
    let after = after.ok_or_else(foreign)?;
    match seal(pseudonyms, snapshot, question, &after) == cursor {
        true => Ok(after),
        false => Err(foreign()),
    }
}

fn content(cursor: &str) -> Option<Value> {
    let bytes = bytes_of(cursor.get(SEAL_LENGTH..)?)?;
    serde_json::from_slice(&bytes).ok()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    if !digits.is_ascii() || !digits.len().is_multiple_of(2) {
        return None;
    }
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use entangle_store::Workspace;

    #[tokio::test]
    async fn a_cursor_is_of_use_for_its_own_question_and_snapshot_only() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(folder.path()).await.unwrap();
        let pseudonyms = Pseudonyms::of(&workspace).unwrap();
        let after = [
            KeyValue::Number(-0.1),
            KeyValue::Text("a'b".to_owned()),
            KeyValue::Integer(i64::MIN),
        ];
        let cursor = seal(&pseudonyms, 7, "links", &after);
        assert_eq!(snapshot_of_cursor(&cursor), Some(7));
        assert_eq!(open(&pseudonyms, 7, "links", &cursor).unwrap(), after);
        assert!(open(&pseudonyms, 7, "posts", &cursor).is_err());
        assert!(open(&pseudonyms, 8, "links", &cursor).is_err());
        let mut changed = cursor.clone();
        changed.pop();
        changed.push('0');
        for wrong in ["", "x", "é", &cursor[1..], &changed] {
            assert!(open(&pseudonyms, 7, "links", wrong).is_err(), "{wrong}");
        }
    }
}
