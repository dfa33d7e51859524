//! Pseudonyms by default, names for a recorded reason.
//!
//! A pseudonym is a keyed hash of the account id (BLAKE3 in keyed mode). The key is made with the
//! workspace's first pseudonym and stays in it: two workspaces give different pseudonyms, and who
//! has a report without the key cannot test a guess.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use chrono::Utc;
use entangle_store::Workspace;

use crate::EngineError;

const KEY_FILE: &str = "pseudonym.key";
const RECORD_FILE: &str = "disclosures.jsonl";
const KEY_BYTES: usize = 32;
/// Hexadecimal digits of a pseudonym: 48 bits, unique in practice up to some million accounts.
const PSEUDONYM_DIGITS: usize = 12;
/// Hexadecimal digits of a pseudonym of anything else: 80 bits, as many as an id has.
const OTHER_PSEUDONYM_DIGITS: usize = 20;
/// Hexadecimal digits of a seal: 128 bits.
const SEAL_DIGITS: usize = 32;

/// How accounts are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disclosure {
    /// Under keyed pseudonyms.
    Pseudonyms,
    /// By name, for the reason given, which is recorded.
    Names {
        /// Why the names must be seen.
        reason: String,
    },
}

impl Disclosure {
    /// What `--reveal` and `--reason` ask for.
    ///
    /// # Errors
    /// Names without a reason.
    pub fn from_flags(reveal: bool, reason: Option<&str>) -> Result<Self, EngineError> {
        match (reveal, reason.map(str::trim).filter(|reason| !reason.is_empty())) {
            (false, _) => Ok(Disclosure::Pseudonyms),
            (true, Some(reason)) => Ok(Disclosure::Names { reason: reason.to_owned() }),
            (true, None) => Err(EngineError::User(
                "names are shown only for a reason\nhint: add --reason \"why the names must be seen\"; it is recorded in the workspace".to_owned(),
            )),
        }
    }

    /// Records the reason before any name is read.
    ///
    /// # Errors
    /// Where the record cannot be written; no name may then be shown.
    pub fn record(&self, workspace: &Workspace, command: &str) -> Result<(), EngineError> {
        let Disclosure::Names { reason } = self else {
            return Ok(());
        };
        let path = workspace.path().join(RECORD_FILE);
        let line = serde_json::json!({ "at": Utc::now().to_rfc3339(), "command": command, "reason": reason });
        let written = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .and_then(|mut file| {
                file.write_all(format!("{line}\n").as_bytes())?;
                file.sync_all()
            });
        written.map_err(|source| EngineError::File {
            action: "write",
            path,
            source,
        })
    }
}

/// Makes pseudonyms of account ids.
#[derive(Clone)]
pub struct Pseudonyms {
    key: [u8; KEY_BYTES],
}

impl Pseudonyms {
    /// Reads the workspace's key, making one where there is none.
    ///
    /// # Errors
    /// Where the key cannot be read or written.
    pub fn of(workspace: &Workspace) -> Result<Self, EngineError> {
        let path = workspace.path().join(KEY_FILE);
        match read_key(&path) {
            Ok(key) => Ok(Self { key }),
            Err(error) if error.kind() == ErrorKind::NotFound => Self::create(path),
            Err(source) => Err(EngineError::File {
                action: "read",
                path,
                source,
            }),
        }
    }

    fn create(path: PathBuf) -> Result<Self, EngineError> {
        let failed = |source| EngineError::File {
            action: "create",
            path: path.clone(),
            source,
        };
        let mut key = [0; KEY_BYTES];
        File::open("/dev/urandom")
            .and_then(|mut random| random.read_exact(&mut key))
            .map_err(failed)?;
        // Whole or not there: another process or task may look for it at any moment.
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(&key)
            .and_then(|()| file.as_file().sync_all())
            .map_err(failed)?;
        match file.persist_noclobber(&path) {
            Ok(_) => {}
            // It was made in the meantime.
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
                key = read_key(&path).map_err(failed)?
            }
            Err(error) => return Err(failed(error.error)),
        }
        Ok(Self { key })
    }

    /// The pseudonym of an account id.
    pub fn of_account(&self, account_id: &str) -> String {
        let hash = blake3::keyed_hash(&self.key, account_id.as_bytes()).to_hex();
        format!("account-{}", &hash[..PSEUDONYM_DIGITS])
    }

    /// The pseudonym of anything that has an id: `post-…`, `thread-…` and so on. That of an account
    /// is the one of [`Pseudonyms::of_account`].
    pub(crate) fn of_noun(&self, noun: &str, id: &str) -> String {
        if noun == "account" {
            return self.of_account(id);
        }
        let hash = self.keyed(noun, &[id]);
        format!("{noun}-{}", &hash[..OTHER_PSEUDONYM_DIGITS])
    }

    /// A text that only who has the key can make of these parts.
    pub(crate) fn seal(&self, purpose: &str, parts: &[&str]) -> String {
        self.keyed(purpose, parts)[..SEAL_DIGITS].to_owned()
    }

    /// Hexadecimal digits of the keyed hash of a purpose and parts, each preceded by its length.
    fn keyed(&self, purpose: &str, parts: &[&str]) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        for part in std::iter::once(&purpose).chain(parts) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }
}

fn read_key(path: &std::path::Path) -> std::io::Result<[u8; KEY_BYTES]> {
    let bytes = std::fs::read(path)?;
    bytes
        .try_into()
        .map_err(|_| std::io::Error::new(ErrorKind::InvalidData, "the key must have 32 bytes"))
}
