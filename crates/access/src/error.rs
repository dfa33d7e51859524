//! What may go wrong with the files of this crate, sorted by who must act. That a request is
//! refused is no error: see [`Refusal`](crate::Refusal).

use std::io;
use std::path::{Path, PathBuf};

/// Result of this crate.
pub type Result<T> = std::result::Result<T, AccessError>;

/// Who must act on an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Responsible {
    /// Who asked: a wrong name, a missing purpose.
    User,
    /// A file is not what it should be.
    Data,
    /// The machine: disk, memory, rights.
    Operator,
}

/// Any error of keys, quotas and the audit log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccessError {
    /// There is no key file.
    #[error("there is no key file {path}\nhint: set up access first; if there were keys, put the file back from a backup: an empty one would lock everybody out and forget revoked keys", path = path.display())]
    NotSetUp {
        /// Where the key file should be.
        path: PathBuf,
    },
    /// There is a key file already.
    #[error("the key file {path} exists already and is left as it is", path = path.display())]
    AlreadySetUp {
        /// The key file.
        path: PathBuf,
    },
    /// No key has this id.
    #[error(
        "there is no key {key_id}\nhint: list the keys to see their ids; the id is the part after ent_"
    )]
    NoSuchKey {
        /// The id that was asked for.
        key_id: String,
    },
    /// A field of a new key or of an audit entry cannot be used.
    #[error("{field} cannot be used: {reason}")]
    InvalidField {
        /// The field.
        field: &'static str,
        /// What is wrong and what is expected.
        reason: String,
    },
    /// Another process holds what only one may hold.
    #[error("another process counts quotas in {path}\nhint: only one server may serve a workspace; stop the other", path = path.display())]
    InUse {
        /// The lock file.
        path: PathBuf,
    },
    /// A file of ours does not hold what it should; it is never made anew by itself.
    #[error("{path} is damaged: {reason}\nhint: {hint}", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column where known.
        reason: String,
        /// What to do about this file.
        hint: &'static str,
    },
    /// Others than the owner may write a file that decides over rights.
    #[error("{path} may be written by others than its owner (mode {mode:o}), who could give themselves rights\nhint: look who changed it, then chmod 600", path = path.display())]
    WritableByOthers {
        /// The file.
        path: PathBuf,
        /// Its rights, Unix.
        mode: u32,
    },
    /// Entries could not be made durable; what they stand for must not be shown.
    #[error("the audit log could not be written: {reason}")]
    NotRecorded {
        /// The error of the write that this entry was part of.
        reason: String,
    },
    /// The system's generator of random numbers failed.
    #[error("the system gives no random numbers: {reason}")]
    NoRandomness {
        /// The system's error.
        reason: String,
    },
    /// A file cannot be read or written.
    #[error("cannot {action} {path}: {source}", path = path.display())]
    File {
        /// What was attempted, a verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl AccessError {
    /// Who must act.
    pub fn responsible(&self) -> Responsible {
        match self {
            AccessError::NotSetUp { .. }
            | AccessError::AlreadySetUp { .. }
            | AccessError::NoSuchKey { .. }
            | AccessError::InvalidField { .. }
            | AccessError::InUse { .. } => Responsible::User,
            AccessError::Damaged { .. } => Responsible::Data,
            AccessError::WritableByOthers { .. }
            | AccessError::NotRecorded { .. }
            | AccessError::NoRandomness { .. }
            | AccessError::File { .. } => Responsible::Operator,
        }
    }
}

/// Adds to a system's error what was attempted, and on which file.
pub(crate) trait Attempt<T> {
    fn attempt(self, action: &'static str, path: &Path) -> Result<T>;
}

impl<T> Attempt<T> for io::Result<T> {
    fn attempt(self, action: &'static str, path: &Path) -> Result<T> {
        self.map_err(|source| AccessError::File {
            action,
            path: path.to_owned(),
            source,
        })
    }
}
