//! Which accounts were deleted on request: a register beside the tables, so that no import brings
//! them back.
//!
//! One line per event and file `forgotten.jsonl`: *asked*, written before anything is removed, and
//! *done*. An account stands in it as a keyed hash of its id, with the key of the pseudonyms: who has
//! the register without the key cannot test a guess. It holds no name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use entangle_store::Workspace;
use serde::{Deserialize, Serialize};

use crate::EngineError;
use crate::disclosure::Pseudonyms;

const FILE: &str = "forgotten.jsonl";
/// What is sealed to tell whether the key is the one with which the register was made.
const KEY_CHECK: &str = "key of the forgotten";

/// One line of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ForgottenEvent {
    /// Somebody asked for the deletion.
    Asked {
        /// When.
        at: DateTime<Utc>,
        /// Keyed hash of the account's id.
        account_hash: String,
        /// The account's source.
        source: String,
        /// Who deletes.
        by: String,
        /// Why.
        reason: String,
        /// Tells whether the key of the workspace is the one that made the hash.
        key_check: String,
    },
    /// The deletion is complete.
    Done {
        /// When.
        at: DateTime<Utc>,
        /// As in the event before.
        account_hash: String,
        /// The snapshot from which on the account is gone.
        snapshot: u64,
        /// Rows removed or made anonymous, by table.
        row_counts: BTreeMap<String, u64>,
        /// Earlier snapshots that were removed with it.
        expired_snapshot_count: u64,
        /// Files with rows that were removed.
        removed_file_count: u64,
    },
}

/// The register of a workspace.
pub(crate) struct Forgotten {
    events: Vec<ForgottenEvent>,
    hashes: BTreeMap<String, BTreeSet<String>>,
    /// Absent where nothing was ever forgotten.
    pseudonyms: Option<Pseudonyms>,
}

impl Forgotten {
    /// Reads the register; it is empty where there is none.
    ///
    /// # Errors
    /// Where it or the key cannot be read, or the key is another one.
    pub(crate) fn read(workspace: &Workspace) -> Result<Self, EngineError> {
        let path = path(workspace);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(source) => {
                return Err(EngineError::File {
                    action: "read",
                    path,
                    source,
                });
            }
        };
        let events = events(&text).map_err(|reason| EngineError::File {
            action: "read",
            path,
            source: std::io::Error::new(ErrorKind::InvalidData, reason),
        })?;
        let pseudonyms = match events.is_empty() {
            true => None,
            false => Some(Pseudonyms::of(workspace)?),
        };
        let mut hashes = BTreeMap::<String, BTreeSet<String>>::new();
        for event in &events {
            if let (
                ForgottenEvent::Asked {
                    account_hash,
                    source,
                    key_check,
                    ..
                },
                Some(pseudonyms),
            ) = (event, &pseudonyms)
            {
                if *key_check != key_check_of(pseudonyms) {
                    return Err(EngineError::WrongForgottenKey);
                }
                let of_source = hashes.entry(source.clone()).or_default();
                of_source.insert(account_hash.clone());
            }
        }
        Ok(Self {
            events,
            hashes,
            pseudonyms,
        })
    }

    /// Whether an account of a source was deleted on request.
    pub(crate) fn holds(&self, source: &str, account_id: &str) -> bool {
        match (self.hashes.get(source), &self.pseudonyms) {
            (Some(hashes), Some(pseudonyms)) => hashes.contains(&hash_of(pseudonyms, account_id)),
            _ => false,
        }
    }

    /// Whether accounts of a source were deleted on request.
    pub(crate) fn has_of(&self, source: &str) -> bool {
        self.hashes.contains_key(source)
    }

    /// Deletions that were asked for and are not complete: hash and source.
    pub(crate) fn unfinished(&self) -> Vec<(String, String)> {
        let done: BTreeSet<&String> = self
            .events
            .iter()
            .filter_map(|event| match event {
                ForgottenEvent::Done { account_hash, .. } => Some(account_hash),
                ForgottenEvent::Asked { .. } => None,
            })
            .collect();
        let mut asked = BTreeSet::new();
        for event in &self.events {
            if let ForgottenEvent::Asked {
                account_hash,
                source,
                ..
            } = event
                && !done.contains(account_hash)
            {
                asked.insert((account_hash.clone(), source.clone()));
            }
        }
        asked.into_iter().collect()
    }
}

/// The hash under which an account stands in the register.
pub(crate) fn hash_of(pseudonyms: &Pseudonyms, account_id: &str) -> String {
    pseudonyms.seal("forgotten account", &[account_id])
}

/// What tells whether a key is the one that made a register.
pub(crate) fn key_check_of(pseudonyms: &Pseudonyms) -> String {
    pseudonyms.seal(KEY_CHECK, &[])
}

/// Adds a line, on the disk when this returns.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn append(workspace: &Workspace, event: &ForgottenEvent) -> Result<(), EngineError> {
    let path = path(workspace);
    let line = serde_json::to_string(event).unwrap_or_default();
    let written = std::fs::read(&path)
        .or_else(|error| match error.kind() {
            ErrorKind::NotFound => Ok(Vec::new()),
            _ => Err(error),
        })
        .and_then(|held| {
            let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
            // What a kill left of a line ends here and is passed over when it is read.
            let is_cut = held.last().is_some_and(|byte| *byte != b'\n');
            let start = if is_cut { "\n" } else { "" };
            file.write_all(format!("{start}{line}\n").as_bytes())?;
            file.sync_all()?;
            std::fs::File::open(workspace.path())?.sync_all()
        });
    written.map_err(|source| EngineError::File {
        action: "write",
        path,
        source,
    })
}

fn path(workspace: &Workspace) -> PathBuf {
    workspace.path().join(FILE)
}

/// The events of a register. Lines that a kill cut off did not happen: what they would say is done
/// only after they are on the disk.
fn events(text: &str) -> Result<Vec<ForgottenEvent>, String> {
    let mut events = Vec::new();
    for (number, line) in text.lines().enumerate() {
        match serde_json::from_str(line) {
            Ok(event) => events.push(event),
            Err(error) if error.is_eof() => {}
            Err(error) => return Err(format!("line {}: {error}", number + 1)),
        }
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(account_hash: &str) -> ForgottenEvent {
        ForgottenEvent::Asked {
            at: DateTime::UNIX_EPOCH,
            account_hash: account_hash.to_owned(),
            source: "board".to_owned(),
            by: "Ada".to_owned(),
            reason: "request 7".to_owned(),
            key_check: "c".to_owned(),
        }
    }

    #[test]
    fn a_line_that_a_kill_cut_off_did_not_happen_and_spoils_nothing() {
        let whole = serde_json::to_string(&asked("a")).unwrap();
        for cut in 0..whole.len() {
            let text = format!("{whole}\n{}\n{whole}\n", &whole[..cut]);
            assert_eq!(events(&text).unwrap(), [asked("a"), asked("a")], "{cut}");
        }
        let error = events("{\"event\": \"other\"}\n").unwrap_err();
        assert!(error.starts_with("line 1: unknown variant"), "{error}");
    }

    #[tokio::test]
    async fn a_register_is_read_back_and_needs_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(folder.path().join("w")).await.unwrap();
        let pseudonyms = Pseudonyms::of(&workspace).unwrap();
        let hash = hash_of(&pseudonyms, "0123456789abcdef");
        let mut event = asked(&hash);
        if let ForgottenEvent::Asked { key_check, .. } = &mut event {
            *key_check = key_check_of(&pseudonyms);
        }
        append(&workspace, &event).unwrap();
        let read = Forgotten::read(&workspace).unwrap();
        assert!(read.holds("board", "0123456789abcdef"));
        assert!(!read.holds("other", "0123456789abcdef"));
        assert!(!read.holds("board", "0123456789abcdee"));
        assert_eq!(read.unfinished(), [(hash, "board".to_owned())]);
        std::fs::write(workspace.path().join("pseudonym.key"), [1; 32]).unwrap();
        let error = Forgotten::read(&workspace).err().unwrap().to_string();
        assert!(error.contains("pseudonym.key is not the one"), "{error}");
    }
}
