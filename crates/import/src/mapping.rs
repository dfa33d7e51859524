//! Mappings: a TOML file that says which columns of anyone's tables are which of our fields.
//!
//! [`Mapping`] is the file, [`MappedTables`] imports with it, [`preview`] shows what it would do,
//! [`guess`] writes a first one. Tables may be CSV, JSON, SQLite or Parquet. A mapped row has the
//! fields of the canonical schema and goes through the same code as a canonical row. The file is
//! described in `docs/formats/mapping.md`.

mod disk;
mod field;
mod guess;
mod guess_names;
mod import;
mod parquet_table;
mod preview;
mod rows;
mod secret;
mod sqlite;
mod text_table;

#[cfg(test)]
mod tests;

pub use guess::{GuessedMapping, guess};
pub use import::MappedTables;
pub use preview::{Preview, UnmappedColumn, first_records, preview};

use entangle_model::{IdentifierKind, IdentifierRole};
use serde::Deserialize;
use std::collections::BTreeMap;

use crate::ImportError;
use crate::canonical::RowKind;

/// The field that [`TableMapping::fields`] may have beside those of the canonical schema: a text
/// that stands under every post, of which the identifiers are kept.
const SIGNATURE: &str = "signature";

/// A mapping file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The tables, in the order in which they are read.
    pub tables: Vec<TableMapping>,
}

/// One table and what its columns become.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableMapping {
    /// Base name of the files, without `.gz` or `.zst`; `*` stands for any characters.
    pub file: String,
    /// How the files are written; `None` tells by their names.
    pub format: Option<TableFormat>,
    /// The table of a SQLite database; `None` for other formats.
    pub table: Option<String>,
    /// Path of the array of rows in a JSON file, with dots; `None` where the rows are at the top.
    pub rows: Option<String>,
    /// The character between the fields of a CSV file; `None` tells by its header.
    pub delimiter: Option<char>,
    /// What a row is: account, thread, post or identifier.
    pub record: String,
    /// Where the fields of the canonical schema come from, by their names; and `signature`.
    #[serde(default)]
    pub fields: BTreeMap<String, FieldSource>,
    /// Columns that hold an identifier of the row's account.
    #[serde(default)]
    pub identifiers: Vec<IdentifierColumn>,
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableFormat {
    /// CSV or TSV with a header.
    Csv,
    /// JSON lines, JSON values one after another, or an array.
    Json,
    /// A SQLite database.
    Sqlite,
    /// Apache Parquet.
    Parquet,
}

/// Where the value of a field comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum FieldSource {
    /// A column as it is; in JSON a path with dots.
    Column(String),
    /// The same value in every row.
    Constant {
        /// The value.
        constant: String,
    },
    /// A column whose values are converted.
    Converted(ConvertedColumn),
}

/// A column whose values are converted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvertedColumn {
    /// The column; in JSON a path with dots.
    pub column: String,
    /// How its times are written: `unix`, `unix_milliseconds` or a strftime pattern such as
    /// `%d.%m.%Y %H:%M`; `None` for RFC 3339 and its relaxations.
    pub time: Option<String>,
    /// What its values become; other values stay as they are.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

/// A column that holds an identifier.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentifierColumn {
    /// The column; in JSON a path with dots.
    pub column: String,
    /// What it holds.
    pub kind: IdentifierKind,
    /// How the account shows it; `None` for the profile.
    pub role: Option<IdentifierRole>,
}

impl Mapping {
    /// Reads a mapping file and checks that every field exists and no column is secret.
    ///
    /// # Errors
    ///
    /// [`ImportError::Mapping`].
    pub fn parse(text: &str) -> Result<Self, ImportError> {
        let mapping: Self = toml::from_str(text).map_err(|error| ImportError::Mapping {
            what: error.to_string().trim_end().to_string(),
        })?;
        mapping.check()?;
        Ok(mapping)
    }

    /// As [`Mapping::parse`], for a mapping that was put together.
    ///
    /// # Errors
    ///
    /// [`ImportError::Mapping`].
    pub fn check(&self) -> Result<(), ImportError> {
        if self.tables.is_empty() {
            return Err(ImportError::Mapping {
                what: "it has no tables".to_string(),
            });
        }
        self.tables.iter().try_for_each(TableMapping::check)
    }
}

impl TableMapping {
    /// The columns that are read, each once.
    pub fn columns(&self) -> Vec<&str> {
        let mut columns: Vec<&str> = self
            .fields
            .values()
            .filter_map(FieldSource::column)
            .chain(self.identifiers.iter().map(|one| one.column.as_str()))
            .collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// The kind of row; `None` only before [`Mapping::check`].
    pub(crate) fn row_kind(&self) -> Option<RowKind> {
        RowKind::parse(&self.record)
    }

    fn check(&self) -> Result<(), ImportError> {
        let refuse = |what: String| {
            let what = format!(
                "table {:?}: {what}",
                self.table.as_ref().unwrap_or(&self.file)
            );
            Err(ImportError::Mapping { what })
        };
        let Some(kind) = self.row_kind() else {
            return refuse(format!(
                "record {:?} is none of account, thread, post and identifier",
                self.record
            ));
        };
        let is_known = |field: &str| field == SIGNATURE || kind.fields().contains(&field);
        if let Some(field) = self.fields.keys().find(|field| !is_known(field)) {
            let names = kind.fields().join(", ");
            return refuse(format!(
                "{} has no field {field:?}, only {names}",
                self.record
            ));
        }
        if let Some(column) = self
            .columns()
            .into_iter()
            .find(|column| secret::is_secret_column(column))
        {
            return refuse(format!(
                "column {column:?} looks like a secret or an address of a machine, which are never read"
            ));
        }
        if self
            .delimiter
            .is_some_and(|delimiter| !delimiter.is_ascii())
        {
            return refuse("the delimiter is no ASCII character".to_string());
        }
        match self.fields.values().find_map(FieldSource::unusable_pattern) {
            Some(pattern) => refuse(format!("{pattern:?} is no pattern of strftime")),
            None => Ok(()),
        }
    }
}
