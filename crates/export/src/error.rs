//! What may go wrong, each with who must act.

use std::path::PathBuf;

/// Any error of an export.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The output cannot be written. Whoever runs the machine must act.
    #[error("cannot write the export: {0}")]
    Write(#[from] std::io::Error),
    /// A file of an export that is a folder cannot be written or read. Whoever runs the machine
    /// must act.
    #[error("cannot {action} {path}: {source}", path = path.display())]
    File {
        /// What was attempted, a verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// Records came in an order that the document cannot hold. A bug of the calling program.
    #[error(
        "records of {document} are out of order: {record} after {after}; this is a bug, please report it"
    )]
    OutOfOrder {
        /// The document.
        document: &'static str,
        /// What came too late.
        record: &'static str,
        /// What had come before.
        after: &'static str,
    },
    /// An instant of the export itself is one that the format cannot write. The user must act.
    #[error(
        "{field} lies outside the years 1 to 9999, which {document} cannot write\nhint: give the instant of the snapshot"
    )]
    InstantOutOfRange {
        /// The document.
        document: &'static str,
        /// The option.
        field: &'static str,
    },
    /// A document would grow beyond what its readers take. The user must act.
    #[error("{document} holds at most {limit} {unit}, and there are more\nhint: {hint}")]
    TooLarge {
        /// The document.
        document: &'static str,
        /// How many it may hold.
        limit: u64,
        /// Of what.
        unit: &'static str,
        /// What to do instead.
        hint: &'static str,
    },
    /// A text is longer than a cell of a sheet may be. The user must act.
    #[error(
        "row {row} of column {column} holds a text of {character_count} characters; a cell of a sheet holds {limit}\nhint: have long texts cut, or export CSV or NDJSON"
    )]
    LongText {
        /// The column.
        column: String,
        /// The row, from 1, without the heading.
        row: u64,
        /// Its length, UTF-16 units, as sheets count.
        character_count: usize,
        /// How long it may be.
        limit: usize,
    },
    /// Batches of one table have different columns. A bug of the calling program.
    #[error(
        "a batch has other columns than the table it belongs to; this is a bug, please report it"
    )]
    OtherColumns,
    /// A column cannot be read. A bug of the calling program.
    #[error("cannot read a cell: {0}; this is a bug, please report it")]
    Cell(#[from] arrow::error::ArrowError),
    /// The library that writes sheets refused. A bug of this program.
    #[error("cannot write the sheet: {0}; this is a bug, please report it")]
    Sheet(#[from] rust_xlsxwriter::XlsxError),
    /// A package may not hold a file of that name. The user must act.
    #[error("a package cannot hold {path:?}: {reason}")]
    PackagePath {
        /// The path as given.
        path: String,
        /// Why not, and what is allowed.
        reason: &'static str,
    },
    /// Something that every package needs was not given. The user must act.
    #[error("a package cannot be written without {0}")]
    PackageIncomplete(&'static str),
    /// A folder is no package, or its hash list is damaged. Whoever made the input must act.
    #[error("{path} is no list of hashes: {reason}", path = path.display())]
    HashList {
        /// The hash list.
        path: PathBuf,
        /// What is wrong, with its line.
        reason: String,
    },
}

impl From<serde_json::Error> for ExportError {
    fn from(error: serde_json::Error) -> Self {
        ExportError::Write(error.into())
    }
}
