//! What may go wrong, sorted by who must act.

use std::path::PathBuf;

use crate::query::QueryError;

/// Any error of the search.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// The query cannot be read. The user must act.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A request asks for more than it may. The user must act.
    #[error(
        "{what} may be at most {most}, and is {found}\nhint: ask for less, and for the rest with the cursor"
    )]
    TooMuch {
        /// What was asked for.
        what: &'static str,
        /// The most that may be asked.
        most: usize,
        /// What was asked.
        found: usize,
    },
    /// A cursor is damaged, or belongs to something else. The user must act.
    #[error(
        "the cursor cannot be used: {reason}\nhint: start again from the first page, without a cursor"
    )]
    Cursor {
        /// Why.
        reason: CursorFault,
    },
    /// The folder holds something that is no index. The user must act.
    #[error("{folder} holds files and no search index\nhint: name an empty folder", folder = folder.display())]
    NotAnIndex {
        /// The folder.
        folder: PathBuf,
    },
    /// The index was written by another version. The caller must delete the folder and build anew.
    #[error("the search index in {folder} has format {found}, and this program writes format {known}\nhint: build the search index anew", folder = folder.display())]
    OtherFormat {
        /// The folder.
        folder: PathBuf,
        /// The format found; 0 where it is not stated.
        found: u64,
        /// The format that this program reads and writes.
        known: u64,
    },
    /// Files of the index are cut, overwritten or gone. The caller must delete the folder and build anew.
    #[error("the search index in {folder} is damaged: {reason}\nhint: build the search index anew; posts are kept in the tables", folder = folder.display())]
    Damaged {
        /// The folder.
        folder: PathBuf,
        /// What was found.
        reason: String,
    },
    /// Somebody else is writing. The caller must wait.
    #[error("another process or task is writing the search index in {folder}\nhint: wait until it has ended", folder = folder.display())]
    WriterBusy {
        /// The folder.
        folder: PathBuf,
    },
    /// The disk or the system refused. Whoever runs the machine must act.
    #[error("cannot {action} the search index in {folder}: {reason}", folder = folder.display())]
    Storage {
        /// What was attempted, a verb.
        action: &'static str,
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The library under the index failed in a way that should not be possible: a bug.
    #[error("the search failed within: {reason}; this is a bug, please report it")]
    Internal {
        /// What it said.
        reason: String,
    },
}

/// Why a cursor cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CursorFault {
    /// It is not a text that this program gave out.
    #[error("it is damaged")]
    Damaged,
    /// It was given out by another version of the program.
    #[error("it comes from another version of the program")]
    OtherVersion,
    /// It belongs to another query, filter or order.
    #[error("it belongs to another query, filter or order")]
    OtherQuery,
    /// The index has changed since.
    #[error("the index has changed since it was given out")]
    OtherSnapshot,
}

impl SearchError {
    /// Whether deleting the folder and building the index anew will help.
    pub fn asks_for_rebuild(&self) -> bool {
        matches!(
            self,
            SearchError::Damaged { .. } | SearchError::OtherFormat { .. }
        )
    }
}
