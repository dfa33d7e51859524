//! What can go wrong while a report is written, sorted by who must act.

use std::path::PathBuf;

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The operator must act: a folder cannot be made.
    #[error(
        "cannot create folder {}: {source}\nhint: choose a folder that you may write to",
        .folder.display()
    )]
    CreateFolder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The operator must act: a file cannot be written.
    #[error(
        "cannot write {}: {source}\nhint: check free space and permissions, then write the report again",
        .file.display()
    )]
    WriteFile {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The authors of this program must act: the result does not become JSON.
    #[error(
        "cannot turn the result into JSON: {0}\nhint: this is a fault of the program, please report it"
    )]
    Json(#[from] serde_json::Error),
    /// The authors of this program must act: a table's columns do not fit together.
    #[error(
        "cannot form table {table}: {source}\nhint: this is a fault of the program, please report it"
    )]
    Table {
        /// The table.
        table: &'static str,
        /// What the table library said.
        source: arrow::error::ArrowError,
    },
    /// The authors of this program must act: a table does not become Parquet.
    #[error(
        "cannot turn table {table} into Parquet: {source}\nhint: this is a fault of the program, please report it"
    )]
    Parquet {
        /// The table.
        table: &'static str,
        /// What the Parquet library said.
        source: parquet::errors::ParquetError,
    },
}
