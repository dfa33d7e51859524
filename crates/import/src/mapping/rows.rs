//! Rows of a table, whatever it is written in.

use entangle_dump::{FileEntry, FileReader, Input, Row, Span, Unreadable};

use super::{TableFormat, TableMapping, parquet_table, sqlite, text_table};
use crate::ImportError;
use crate::canonical::Fields;

/// What was met in a table.
pub(super) enum TableEvent<'a> {
    /// A row whose columns are its fields.
    Row {
        row: Row<'a>,
        fields: &'a dyn Fields,
    },
    /// A row that cannot be read.
    Unreadable(Unreadable),
}

/// Whether more rows are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    More,
    Enough,
}

/// Takes the rows of a table; the number is the bytes read so far.
pub(super) type Visit<'v> = dyn FnMut(TableEvent<'_>, u64) -> Result<Wanted, ImportError> + 'v;

/// Where a table is in a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct TableAddress<'a> {
    pub(super) format: TableFormat,
    pub(super) table: Option<&'a str>,
    pub(super) rows: Option<&'a str>,
    pub(super) delimiter: Option<u8>,
}

impl<'a> TableAddress<'a> {
    /// As a mapping says.
    pub(super) fn of(mapping: &'a TableMapping, entry: &FileEntry) -> Self {
        Self {
            format: mapping
                .format
                .unwrap_or_else(|| TableFormat::of_name(entry.base_name())),
            table: mapping.table.as_deref(),
            rows: mapping.rows.as_deref(),
            delimiter: mapping
                .delimiter
                .and_then(|delimiter| u8::try_from(delimiter).ok()),
        }
    }
}

impl TableFormat {
    /// By the end of a file's name; CSV if it says nothing.
    pub(super) fn of_name(base_name: &str) -> Self {
        let lower = base_name.to_lowercase();
        let ends = |ends: &[&str]| ends.iter().any(|end| lower.ends_with(end));
        if ends(&[".json", ".jsonl", ".ndjson"]) {
            Self::Json
        } else if ends(&[".sqlite", ".sqlite3", ".db", ".db3"]) {
            Self::Sqlite
        } else if ends(&[".parquet", ".pq"]) {
            Self::Parquet
        } else {
            Self::Csv
        }
    }
}

/// Gives the rows of a table to `visit`, until it has enough.
///
/// # Errors
///
/// Where the table cannot be read to its end, and those of `visit`.
pub(super) fn read_rows(
    input: &Input,
    entry: &FileEntry,
    file: &mut FileReader<'_>,
    address: TableAddress<'_>,
    visit: &mut Visit<'_>,
) -> Result<(), ImportError> {
    match address.format {
        TableFormat::Csv => text_table::read_csv(file, address.delimiter, visit),
        TableFormat::Json => text_table::read_json(file, address.rows, visit),
        TableFormat::Sqlite => sqlite::read_table(input, entry, file, address.table, visit),
        TableFormat::Parquet => parquet_table::read_table(input, entry, file, visit),
    }
}

/// A row of a table whose cells are not a stretch of text: its columns and their values.
pub(super) struct CellRow {
    columns: Vec<String>,
    cells: Vec<Option<String>>,
    text: String,
}

impl CellRow {
    pub(super) fn new(columns: Vec<String>) -> Self {
        Self {
            columns,
            cells: Vec::new(),
            text: String::new(),
        }
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Takes the cells of the next row. The text is made of the columns that may be read, so
    /// that a hash of it says nothing about a secret.
    pub(super) fn set(&mut self, cells: Vec<Option<String>>) {
        self.cells = cells;
        self.text.clear();
        for (column, cell) in self.columns.iter().zip(&self.cells) {
            if !super::secret::is_secret_column(column)
                && let Some(cell) = cell
            {
                self.text.push_str(column);
                self.text.push('\u{1f}');
                self.text.push_str(cell);
                self.text.push('\u{1e}');
            }
        }
    }

    /// The event of the row with that number, counted from 1, which stands for its line.
    pub(super) fn event(&self, row_number: u64) -> TableEvent<'_> {
        TableEvent::Row {
            row: Row {
                text: &self.text,
                raw: self.text.as_bytes(),
                span: span_of_row(row_number),
                is_lossy: false,
            },
            fields: self,
        }
    }
}

/// The span of a row of a binary table: no bytes, and the number of the row for its line.
pub(super) fn span_of_row(row_number: u64) -> Span {
    Span {
        byte_start: 0,
        byte_end: 0,
        line: row_number,
    }
}

impl Fields for CellRow {
    fn text(&self, name: &str) -> Option<std::borrow::Cow<'_, str>> {
        let index = self.columns.iter().position(|column| column == name)?;
        let cell = self.cells.get(index)?.as_deref()?;
        (!cell.is_empty()).then_some(cell.into())
    }

    fn names(&self) -> Vec<&str> {
        self.columns.iter().map(String::as_str).collect()
    }
}
