//! The files in `snapshots/`: which version of each table belongs together.
//!
//! A snapshot exists from the moment its file has its final name, and never changes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::durable::{entry_names, read_json, sync_folder, write_new_file};
use crate::error::{Attempt, Result, StoreError};
use crate::layout::Layout;

/// The command of a snapshot that takes rows out on request.
pub const REMOVAL_COMMAND: &str = "forget";

/// What is recorded of one snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRecord {
    /// Number of the snapshot, from 0 (the empty workspace); none is left out, and the oldest go where rows are
    /// removed on request.
    pub snapshot: u64,
    /// When it was committed.
    #[serde(with = "rfc3339")]
    pub created_at: DateTime<Utc>,
    /// The command that made it.
    pub command: String,
    /// What the command was about, in the caller's words: a source, an import.
    pub label: String,
    /// Id of the transaction; the names of the files it brought begin with it.
    pub transaction: String,
    /// Version of each table, by name.
    pub tables: BTreeMap<String, u64>,
}

impl Layout {
    /// Numbers of all snapshots, ascending.
    pub(crate) fn snapshot_numbers(&self) -> Result<Vec<u64>> {
        let numbers = entry_names(&self.snapshots())?
            .iter()
            .filter_map(|name| name.strip_suffix(".json"))
            .filter(|digits| digits.len() == 20)
            .filter_map(|digits| digits.parse().ok())
            .collect();
        Ok(numbers)
    }

    /// The record with the highest number.
    pub(crate) fn latest_record(&self) -> Result<SnapshotRecord> {
        match self.snapshot_numbers()?.last() {
            Some(number) => read_json(&self.snapshot_file(*number)),
            None => Err(StoreError::Damaged {
                path: self.snapshots(),
                reason: "it holds no snapshot".to_owned(),
            }),
        }
    }

    /// The record of one snapshot.
    pub(crate) fn record(&self, number: u64) -> Result<SnapshotRecord> {
        let path = self.snapshot_file(number);
        if !path.try_exists().attempt("look for", &path)? {
            let latest = self.latest_record()?.snapshot;
            return Err(StoreError::NoSuchSnapshot { number, latest });
        }
        read_json(&path)
    }

    /// All records, oldest first.
    pub(crate) fn records(&self) -> Result<Vec<SnapshotRecord>> {
        self.snapshot_numbers()?
            .into_iter()
            .map(|number| read_json(&self.snapshot_file(number)))
            .collect()
    }

    /// Publishes a snapshot. Fails if the number is taken.
    pub(crate) fn write_record(&self, record: &SnapshotRecord) -> Result<()> {
        let path = self.snapshot_file(record.snapshot);
        let mut json = serde_json::to_vec_pretty(record).attempt("write", &path)?;
        json.push(b'\n');
        write_new_file(&path, &json)
    }

    /// Removes the records before this one, oldest first. Answers how many there were.
    pub(crate) fn remove_records_before(&self, number: u64) -> Result<u64> {
        let mut removed_count = 0;
        for older in self.snapshot_numbers()? {
            if older < number {
                let path = self.snapshot_file(older);
                std::fs::remove_file(&path).attempt("remove", &path)?;
                removed_count += 1;
            }
        }
        sync_folder(&self.snapshots())?;
        Ok(removed_count)
    }

    fn snapshot_file(&self, number: u64) -> PathBuf {
        self.snapshots().join(format!("{number:020}.json"))
    }
}

/// Instants as text that people and other programs read.
mod rfc3339 {
    use chrono::{DateTime, SecondsFormat, Utc};
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(
        instant: &DateTime<Utc>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&instant.to_rfc3339_opts(SecondsFormat::Micros, true))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<DateTime<Utc>, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text)
            .map(|instant| instant.to_utc())
            .map_err(de::Error::custom)
    }
}
