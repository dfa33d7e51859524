//! Tables of SQLite databases.
//!
//! A database may be hostile: it is opened read-only and as unchangeable, its schema is not
//! trusted, only plain tables are read (no views, no virtual tables), and cells are bounded.

use entangle_dump::{FileEntry, FileReader, Input, InputError, Unreadable};
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::Arc;

use super::disk::DiskFile;
use super::rows::{CellRow, TableEvent, Visit, Wanted, span_of_row};
use super::secret::is_secret_column;
use crate::ImportError;

/// The first bytes of every database.
pub(super) const SIGNATURE: &[u8] = b"SQLite format 3\0";

/// Columns that SQLite itself allows by default.
const COLUMN_COUNT_MAX: i32 = 2000;

/// Reads one table.
pub(super) fn read_table(
    input: &Input,
    entry: &FileEntry,
    file: &mut FileReader<'_>,
    table: Option<&str>,
    visit: &mut Visit<'_>,
) -> Result<(), ImportError> {
    let cell_bytes_max = file.limits().row_bytes_max;
    let Some(table) = table else {
        return Err(ImportError::Mapping {
            what: format!(
                "{:?} is a SQLite database, so `table` has to name a table",
                entry.name
            ),
        });
    };
    let disk_file = DiskFile::of(input, entry, file, SIGNATURE, "SQLite database")?;
    let failed = |error: rusqlite::Error| damaged(&entry.name, &error);
    let connection = open(disk_file.path(), cell_bytes_max).map_err(failed)?;
    if !names_of(&connection)
        .map_err(failed)?
        .iter()
        .any(|name| name == table)
    {
        return Err(ImportError::Mapping {
            what: format!("{:?} has no table {table:?}", entry.name),
        });
    }
    let quoted = table.replace('"', "\"\"");
    let mut statement = connection
        .prepare(&format!("SELECT * FROM \"{quoted}\""))
        .map_err(failed)?;
    let columns = columns_of(&connection, table).map_err(failed)?;
    if columns.len() != statement.column_count() {
        return Err(InputError::Malformed {
            file: Arc::clone(&entry.name),
            byte: 0,
            what: format!("table {table:?} has other columns than its schema says"),
        }
        .into());
    }
    let mut cells = CellRow::new(columns);
    let mut rows = statement.query([]).map_err(failed)?;
    let mut row_number = 0;
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(()),
            Err(error) => return Err(damaged(&entry.name, &error).into()),
        };
        row_number += 1;
        let wanted = match cells_of(row, cells.columns(), cell_bytes_max) {
            Some(values) => {
                cells.set(values);
                visit(cells.event(row_number), 0)?
            }
            None => {
                let unreadable = Unreadable {
                    span: span_of_row(row_number),
                    reason: format!("the row is longer than {cell_bytes_max} bytes"),
                };
                visit(TableEvent::Unreadable(unreadable), 0)?
            }
        };
        if wanted == Wanted::Enough {
            return Ok(());
        }
    }
}

/// The plain tables of a database.
pub(super) fn table_names(
    input: &Input,
    entry: &FileEntry,
    file: &mut FileReader<'_>,
) -> Result<Vec<String>, InputError> {
    let cell_bytes_max = file.limits().row_bytes_max;
    let disk_file = DiskFile::of(input, entry, file, SIGNATURE, "SQLite database")?;
    open(disk_file.path(), cell_bytes_max)
        .and_then(|connection| names_of(&connection))
        .map_err(|error| damaged(&entry.name, &error))
}

fn open(path: &Path, cell_bytes_max: usize) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri_of(path), flags)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    let length_max = i32::try_from(cell_bytes_max).unwrap_or(i32::MAX);
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, length_max)?;
    connection.set_limit(Limit::SQLITE_LIMIT_COLUMN, COLUMN_COUNT_MAX)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    Ok(connection)
}

/// The path as a URI that says that nobody changes the file, so that SQLite writes no lock and
/// reads no journal beside it.
fn uri_of(path: &Path) -> String {
    let mut uri = "file:".to_string();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-') {
            uri.push(char::from(*byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri + "?mode=ro&immutable=1"
}

fn names_of(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
    )?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    names.collect()
}

/// The columns that `SELECT *` gives. They are asked for as values, because rusqlite takes the
/// names of a statement's columns to be UTF-8 and panics where a hostile schema has others.
fn columns_of(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection
        .prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid")?;
    let names = statement.query_map([table], |row| {
        let name = row.get_ref(0)?;
        Ok(String::from_utf8_lossy(name.as_bytes().unwrap_or_default()).into_owned())
    })?;
    names.collect()
}

/// The cells as text; `None` if they are too long together. Secret columns and blobs are left
/// out.
fn cells_of(
    row: &rusqlite::Row<'_>,
    columns: &[String],
    bytes_max: usize,
) -> Option<Vec<Option<String>>> {
    let mut byte_count = 0;
    let mut cells = Vec::with_capacity(columns.len());
    for (index, column) in columns.iter().enumerate() {
        let value = match row.get_ref(index) {
            Ok(value) if !is_secret_column(column) => value,
            _ => ValueRef::Null,
        };
        let cell = match value {
            ValueRef::Null | ValueRef::Blob(_) => None,
            ValueRef::Integer(number) => Some(number.to_string()),
            ValueRef::Real(number) => Some(number.to_string()),
            ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        };
        byte_count += cell.as_ref().map_or(0, String::len);
        if byte_count > bytes_max {
            return None;
        }
        cells.push(cell);
    }
    Some(cells)
}

fn damaged(file: &Arc<str>, error: &rusqlite::Error) -> InputError {
    InputError::Malformed {
        file: Arc::clone(file),
        byte: 0,
        what: format!("SQLite says {error}"),
    }
}
