//! Rows of a database dump to records. A table of the dump is taken for what a file with the same
//! columns would be, whatever its name.

use entangle_dump::{FileReader, SqlEvent, SqlRow, SqlRows, SqlSchema, SqlTable, SqlValue};
use std::borrow::Cow;
use std::cell::Cell;

use super::fields::{Fields, first_member};
use super::layout::{RowTable, row_table};
use super::mapper::Mapper;
use crate::ImportError;

/// Imports a dump, and says whether it has a table of one of the kinds.
pub(super) fn import_sql(
    file: &mut FileReader<'_>,
    tables: &'static [RowTable],
    schema: &mut SqlSchema,
    mapper: &mut Mapper<'_, '_>,
) -> Result<bool, ImportError> {
    let has_table = Cell::new(false);
    let mut rows = SqlRows::new(file, schema, |table| {
        let is_wanted = row_table(tables, &table.columns).is_some();
        has_table.set(has_table.get() || is_wanted);
        is_wanted
    });
    let mut kinds = RowTables::default();
    while let Some(event) = rows.next_event()? {
        match event {
            SqlEvent::Row(row) => {
                if let Some(table) = kinds.of(row.table, tables) {
                    import_row(row, table, mapper)?;
                }
            }
            SqlEvent::Unreadable { table, unreadable } => {
                match table.and_then(|table| row_table(tables, &table.columns)) {
                    Some(table) => mapper.unreadable(table.shape, unreadable),
                    None => mapper.unreadable_unknown(unreadable),
                }
            }
        }
        mapper.progress(rows.byte_position())?;
    }
    mapper.progress(rows.byte_position())?;
    Ok(has_table.get())
}

/// The kind of the table whose rows were read last; rows of a table come together.
#[derive(Default)]
struct RowTables {
    last: Option<(usize, Option<&'static RowTable>)>,
}

impl RowTables {
    fn of(&mut self, table: &SqlTable, tables: &'static [RowTable]) -> Option<&'static RowTable> {
        match self.last {
            Some((number, kind)) if number == table.number => kind,
            _ => {
                let kind = row_table(tables, &table.columns);
                self.last = Some((table.number, kind));
                kind
            }
        }
    }
}

fn import_row(
    row: SqlRow<'_>,
    table: &RowTable,
    mapper: &mut Mapper<'_, '_>,
) -> Result<(), ImportError> {
    let record = DumpRow {
        row,
        is_lossy: Cell::new(false),
    };
    let context = mapper.context(table.shape, &row.row())?;
    mapper.map(table.shape, &record, context.clone())?;
    if record.is_lossy.get() {
        mapper.note_lossy(&context)?;
    }
    Ok(())
}

/// A row of a dump.
struct DumpRow<'r> {
    row: SqlRow<'r>,
    /// Whether a value that was asked for had bytes that are invalid in the file's encoding.
    is_lossy: Cell<bool>,
}

impl DumpRow<'_> {
    /// The text in a column; `None` for NULL, blanks, a computed value, and a missing column.
    fn cell(&self, column: &str) -> Option<Cow<'_, str>> {
        let mut columns = self.row.table.columns.iter();
        let text = match self.row.value(columns.position(|name| name == column)?) {
            SqlValue::Null | SqlValue::Unknown => return None,
            SqlValue::Bare(word) => Cow::Borrowed(word),
            SqlValue::Text { text, is_lossy } => {
                self.is_lossy.set(self.is_lossy.get() || is_lossy);
                text
            }
        };
        (!text.trim().is_empty()).then_some(text)
    }
}

impl Fields for DumpRow<'_> {
    fn at(&self, path: &str) -> Option<Cow<'_, str>> {
        match path.strip_suffix("[]") {
            None => self.cell(path),
            Some(column) => {
                let list = self.cell(column)?;
                first_member(&list).map(|first| Cow::Owned(first.to_string()))
            }
        }
    }

    fn count(&self, path: &str) -> u64 {
        u64::from(self.at(path).is_some())
    }
}
