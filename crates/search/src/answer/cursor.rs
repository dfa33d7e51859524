//! Where the next page begins.

use serde::{Deserialize, Serialize};

use crate::error::CursorFault;

const CURSOR_VERSION: u8 = 1;

/// Longest cursor that is looked at, characters.
const CURSOR_CHARACTERS_MAX: usize = 10_000;

/// The last hit of a page, and of which search it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// Version of this struct.
    pub version: u8,
    /// Fingerprint of query, filter and order.
    pub request: u64,
    /// The snapshot that was searched.
    pub snapshot: Option<u64>,
    /// The commit that was searched.
    pub commit: u64,
    /// Posts of the index with those taken out that are still in its statistics. Scores depend on
    /// it, and a merge changes it.
    pub scored_post_count: u64,
    /// Rank of the last hit.
    pub rank: i64,
    /// Id of the last hit.
    pub post_id: String,
}

impl Cursor {
    /// A cursor of the current version.
    pub fn new(identity: Identity, rank: i64, post_id: &str) -> Self {
        Cursor {
            version: CURSOR_VERSION,
            request: identity.request,
            snapshot: identity.snapshot,
            commit: identity.commit,
            scored_post_count: identity.scored_post_count,
            rank,
            post_id: post_id.to_owned(),
        }
    }

    /// The text that is given out: hexadecimal digits.
    pub fn to_text(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        json.bytes().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reads a text and checks that it belongs to this search.
    pub fn read(text: &str, identity: Identity) -> Result<Self, CursorFault> {
        let bytes = from_hexadecimal(text).ok_or(CursorFault::Damaged)?;
        let value: serde_json::Value =
            serde_json::from_slice(&bytes).map_err(|_| CursorFault::Damaged)?;
        let version = value.get("version").and_then(serde_json::Value::as_u64);
        if version.ok_or(CursorFault::Damaged)? != u64::from(CURSOR_VERSION) {
            return Err(CursorFault::OtherVersion);
        }
        let cursor: Cursor = serde_json::from_value(value).map_err(|_| CursorFault::Damaged)?;
        if cursor.request != identity.request {
            return Err(CursorFault::OtherQuery);
        }
        if cursor != Cursor::new(identity, cursor.rank, &cursor.post_id) {
            return Err(CursorFault::OtherSnapshot);
        }
        Ok(cursor)
    }
}

/// Which search a cursor belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Identity {
    /// As in `Cursor`.
    pub request: u64,
    /// As in `Cursor`.
    pub snapshot: Option<u64>,
    /// As in `Cursor`.
    pub commit: u64,
    /// As in `Cursor`.
    pub scored_post_count: u64,
}

fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if digits.len() > CURSOR_CHARACTERS_MAX || digits.len() % 2 == 1 {
        return None;
    }
    digits
        .chunks(2)
        .map(|pair| {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()
        })
        .collect()
}

/// FNV-1a of 64 bits: the same on every machine and in every version, and no secret.
pub(crate) fn fingerprint(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut take = |byte: u8| {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    };
    for part in parts {
        (part.len() as u64)
            .to_le_bytes()
            .into_iter()
            .for_each(&mut take);
        part.bytes().for_each(&mut take);
    }
    hash
}
