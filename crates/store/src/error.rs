//! What can go wrong in a workspace, sorted by who must act.
//!
//! Every message says what was attempted and where, and ends with a hint. Errors of the
//! libraries below are kept as sources, without showing their types.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

/// Short name for results of this crate.
pub type Result<T> = std::result::Result<T, StoreError>;

type Source = Box<dyn Error + Send + Sync>;

/// Why a workspace could not do what was asked of it.
///
/// Whatever the error, the latest snapshot is what it was before the call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The person who gave the command named a folder that holds no workspace.
    #[error("{} is not a workspace: it has no format.json\nhint: give the folder of a workspace, or create one there first", path.display())]
    NotAWorkspace {
        /// The folder.
        path: PathBuf,
    },
    /// The person who gave the command wants to create what is there.
    #[error("{} is a workspace already\nhint: open it, or choose another folder", path.display())]
    AlreadyAWorkspace {
        /// The folder.
        path: PathBuf,
    },
    /// The person who gave the command chose a folder with files of another kind.
    #[error("cannot create a workspace in {}: the folder holds {entry}, which is not part of a workspace\nhint: choose a new or an empty folder", path.display())]
    FolderNotEmpty {
        /// The folder.
        path: PathBuf,
        /// The first entry that does not belong.
        entry: String,
    },
    /// The person who gave the command chose a path that a table address cannot express.
    #[error("the path {} is not valid UTF-8\nhint: rename the folder", path.display())]
    PathNotUtf8 {
        /// The path.
        path: PathBuf,
    },
    /// The workspace was written by a newer program.
    #[error("{} has workspace format {found}, and this program reads up to format {supported}\nhint: use the newer program that wrote it", path.display())]
    NewerFormat {
        /// The workspace.
        path: PathBuf,
        /// Format version found.
        found: u64,
        /// Newest format version this program knows.
        supported: u64,
    },
    /// The workspace was written by an older program, whose tables have other columns.
    #[error("{} has workspace format {found}, and this program reads format {supported}\nhint: import its sources again into a new workspace, or use the program that wrote it", path.display())]
    OlderFormat {
        /// The workspace.
        path: PathBuf,
        /// Format version found.
        found: u64,
        /// Format version this program reads.
        supported: u64,
    },
    /// The snapshot asked for does not exist.
    #[error(
        "there is no snapshot {number}; the latest is {latest}\nhint: list the snapshots and choose one of them"
    )]
    NoSuchSnapshot {
        /// The number asked for.
        number: u64,
        /// The highest number there is.
        latest: u64,
    },
    /// Rows were removed on request while a command worked with them.
    #[error(
        "rows were removed on request while this command worked with them, and it would bring them back\nhint: run the command again"
    )]
    RemovedMeanwhile,
    /// Another command committed while rows were being removed.
    #[error("another command changed the workspace meanwhile\nhint: run the command again")]
    ChangedMeanwhile,
    /// The table asked for does not exist.
    #[error("there is no table {name}\nhint: the tables are {}", table_names())]
    NoSuchTable {
        /// The name asked for.
        name: String,
    },
    /// The column asked for does not exist.
    #[error("table {table} has no column {column}\nhint: see the reference of tables")]
    NoSuchColumn {
        /// The table.
        table: &'static str,
        /// The name asked for.
        column: String,
    },

    /// The operator must grant a right.
    #[error("cannot {action} {}: {cause}\nhint: check owner and permissions of that path, and whether the disk is mounted read-only", path.display())]
    PermissionDenied {
        /// What was attempted, a verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        cause: String,
        /// The error below.
        source: Source,
    },
    /// The operator must make room.
    #[error("cannot {action} {}: {cause}\nhint: free space on that disk and run the command again; the workspace stays at its latest snapshot", path.display())]
    DiskFull {
        /// What was attempted, a verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        cause: String,
        /// The error below.
        source: Source,
    },
    /// Something else failed below the store, mostly input or output.
    #[error("cannot {action} {}: {cause}\nhint: check that the disk works and run the command again; the workspace stays at its latest snapshot", path.display())]
    Failed {
        /// What was attempted, a verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The words of the innermost error.
        cause: String,
        /// The error below.
        source: Source,
    },

    /// A file of the workspace does not hold what it should.
    #[error("{} is damaged: {reason}\nhint: restore it from a backup", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A table has other columns than this program writes.
    #[error(
        "table {table} has the columns {found}, and this program expects {expected}\nhint: use the version of the program that made the workspace, or import into a new one"
    )]
    OtherColumns {
        /// The table.
        table: &'static str,
        /// Columns found, with types.
        found: String,
        /// Columns expected, with types.
        expected: String,
    },

    /// A calling stage wrote rows that do not fit the table.
    #[error(
        "rows do not fit table {table}: {reason}\nhint: this is a fault of the program, please report it"
    )]
    WrongRows {
        /// The table.
        table: &'static str,
        /// What does not fit.
        reason: String,
    },
    /// A calling stage committed although a writer had failed or was not finished.
    #[error(
        "a writer of table {table} was not finished, so the transaction cannot be committed\nhint: this is a fault of the program, please report it"
    )]
    UnfinishedWriter {
        /// The table.
        table: &'static str,
    },
    /// A query over a snapshot failed.
    #[error("cannot {action}: {source}\nhint: if memory ran out, raise the memory limit")]
    Query {
        /// What was attempted, a verb with its object.
        action: &'static str,
        /// The engine's error.
        source: Source,
    },
}

impl StoreError {
    /// Sorts a failure below the store by its innermost cause.
    pub(crate) fn failed(
        action: &'static str,
        path: &Path,
        source: impl Into<Source>,
    ) -> StoreError {
        let source = source.into();
        let path = path.to_owned();
        let cause = innermost(source.as_ref()).to_string();
        match system_error_kind(source.as_ref()) {
            Some(
                io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::FileTooLarge,
            ) => StoreError::DiskFull {
                action,
                path,
                cause,
                source,
            },
            Some(io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => {
                StoreError::PermissionDenied {
                    action,
                    path,
                    cause,
                    source,
                }
            }
            _ => StoreError::Failed {
                action,
                path,
                cause,
                source,
            },
        }
    }

    pub(crate) fn query(action: &'static str, source: impl Into<Source>) -> StoreError {
        StoreError::Query {
            action,
            source: source.into(),
        }
    }
}

/// Adds to an error what was attempted and where.
pub(crate) trait Attempt<T> {
    /// `action` is a verb; the message becomes "cannot action path: cause".
    fn attempt(self, action: &'static str, path: &Path) -> Result<T>;
}

impl<T, E: Into<Source>> Attempt<T> for std::result::Result<T, E> {
    fn attempt(self, action: &'static str, path: &Path) -> Result<T> {
        self.map_err(|source| StoreError::failed(action, path, source))
    }
}

fn innermost<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

/// The kind of the system error that a failure began with, the innermost of the chain.
fn system_error_kind(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    let mut kind = None;
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(system) = error.downcast_ref::<io::Error>() {
            kind = Some(system.kind());
        }
        next = error.source();
    }
    kind.or_else(|| kind_in_words(&error.to_string()))
}

/// Some libraries keep the system error in their message only, by its number.
fn kind_in_words(message: &str) -> Option<io::ErrorKind> {
    let (_, number) = message.rsplit_once("(os error ")?;
    let (number, _) = number.split_once(')')?;
    let number = number.parse().ok()?;
    Some(io::Error::from_raw_os_error(number).kind())
}

fn table_names() -> String {
    let names: Vec<&str> = entangle_model::schema::TABLES
        .iter()
        .map(|table| table.name)
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn a_full_disk_is_recognised_below_other_errors() {
        let inner = parquet::errors::ParquetError::from(io::Error::from_raw_os_error(28));
        let error = StoreError::failed("write", Path::new("staging/1/posts.parquet"), inner);
        expect![[r#"
            cannot write staging/1/posts.parquet: No space left on device (os error 28)
            hint: free space on that disk and run the command again; the workspace stays at its latest snapshot"#]]
        .assert_eq(&error.to_string());
    }

    #[test]
    fn a_full_disk_is_recognised_within_a_general_error() {
        let system = Box::new(io::Error::from_raw_os_error(28));
        let inner = object_store::Error::Generic {
            store: "files",
            source: system,
        };
        let error = StoreError::failed("write", Path::new("log"), io::Error::other(inner));
        assert!(matches!(error, StoreError::DiskFull { .. }), "{error:?}");
    }

    #[test]
    fn a_full_disk_is_recognised_in_words() {
        let told = "cannot copy: No space left on device (os error 28)";
        let error = StoreError::failed("write", Path::new("log"), told);
        assert!(matches!(error, StoreError::DiskFull { .. }), "{error:?}");
    }

    #[test]
    fn a_missing_right_is_told_from_other_failures() {
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        let broken = io::Error::from(io::ErrorKind::UnexpectedEof);
        let path = Path::new("lock");
        assert!(matches!(
            StoreError::failed("open", path, denied),
            StoreError::PermissionDenied { .. }
        ));
        assert!(matches!(
            StoreError::failed("open", path, broken),
            StoreError::Failed { .. }
        ));
    }

    #[test]
    fn an_unknown_table_is_answered_with_the_known_ones() {
        let error = StoreError::NoSuchTable {
            name: "users".to_owned(),
        };
        let message = error.to_string();
        let expected = "there is no table users\nhint: the tables are sources, accounts, ";
        assert!(message.starts_with(expected), "{message}");
    }
}
