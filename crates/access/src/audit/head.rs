//! How many entries there are and the hash of the last: kept beside the log, and published.

use std::fmt;
use std::fs;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::entry::NO_HASH;
use crate::durable::{replace_file, replace_file_without_folder};
use crate::error::{AccessError, Attempt, Result};

const FORMAT: u32 = 1;
/// No log has so many entries or segments; a file that says so was not written by us.
const COUNT_MAX: u64 = 1 << 53;
pub(super) const DAMAGE_HINT: &str = "verify the log, keep a copy of the whole folder, and find out who changed it; to go on, move all audit files elsewhere: a new log then begins";

/// The end of the log up to which entries were acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    format: u32,
    /// Number of the segment that the last entry is in, from 1.
    pub segment: u64,
    /// Bytes of that segment.
    pub byte_count: u64,
    /// Entries of all segments.
    pub entry_count: u64,
    /// Hash of the last entry; of none zeros.
    pub hash: String,
}

impl Head {
    /// The head of a log without entries.
    pub fn of_nothing() -> Self {
        Self {
            format: FORMAT,
            segment: 1,
            byte_count: 0,
            entry_count: 0,
            hash: NO_HASH.to_owned(),
        }
    }

    /// Reads the head; nothing if there is none.
    pub fn read(path: &Path) -> Result<Option<Self>> {
        let bytes = match fs::read(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            read => read.attempt("read", path)?,
        };
        let damaged = |reason| AccessError::Damaged {
            path: path.to_owned(),
            reason,
            hint: DAMAGE_HINT,
        };
        let head: Head =
            serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        let is_possible = (1..=COUNT_MAX).contains(&head.segment) && head.entry_count <= COUNT_MAX;
        if head.format != FORMAT || !is_possible || !is_hash(&head.hash) {
            return Err(damaged("it is no head of an audit log".to_owned()));
        }
        Ok(Some(head))
    }

    /// Writes the first head of a folder.
    pub fn create(&self, path: &Path) -> Result<()> {
        replace_file(path, &self.to_bytes(path)?)
    }

    /// Writes the head of entries that are on the disk already. After a power cut an older head may
    /// be back, which the next opening mends; a newer one than the log never is.
    pub fn replace(&self, path: &Path) -> Result<()> {
        replace_file_without_folder(path, &self.to_bytes(path)?)
    }

    pub fn anchor(&self) -> Anchor {
        Anchor {
            entry_count: self.entry_count,
            hash: self.hash.clone(),
        }
    }

    fn to_bytes(&self, path: &Path) -> Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec(self)
            .map_err(std::io::Error::from)
            .attempt("write", path)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// A head to be published: in a mail, a paper, a repository, a time-stamping service. A log that
/// fits it holds the same first entries as it did then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Entries up to and including the one whose hash this is.
    pub entry_count: u64,
    /// Hash of that entry, 64 hexadecimal digits; of none zeros.
    pub hash: String,
}

impl fmt::Display for Anchor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "entangle-audit {} {}",
            self.entry_count, self.hash
        )
    }
}

/// A text is no anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is no published head; expected: entangle-audit, a number of entries, 64 hexadecimal digits"
)]
pub struct AnchorError;

impl FromStr for Anchor {
    type Err = AnchorError;

    fn from_str(text: &str) -> std::result::Result<Self, AnchorError> {
        let mut words = text.split_whitespace();
        let (Some("entangle-audit"), Some(entry_count), Some(hash), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(AnchorError);
        };
        let entry_count = entry_count.parse().map_err(|_| AnchorError)?;
        if !is_hash(hash) {
            return Err(AnchorError);
        }
        Ok(Self {
            entry_count,
            hash: hash.to_owned(),
        })
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == NO_HASH.len()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}
