//! What a commit says of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What of the tables is in the index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexedState {
    /// The snapshot that was indexed; `None` before the first commit.
    pub snapshot: Option<u64>,
    /// Version of each table that was read, by name.
    pub table_versions: BTreeMap<String, i64>,
}

/// The payload of a commit.
#[derive(Serialize, Deserialize)]
pub(crate) struct CommitPayload {
    /// The format of the index.
    pub format: u64,
    /// What is in it.
    pub state: IndexedState,
}
