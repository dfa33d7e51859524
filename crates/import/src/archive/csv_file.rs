//! Rows of a table to records.

use entangle_dump::{CsvOptions, CsvRows, FileReader, Found};

use super::fields::TableRow;
use super::layout::{RowTable, row_table};
use super::mapper::Mapper;
use crate::ImportError;

/// Imports a table whose header is that of one of the kinds; another is passed over.
pub(super) fn import_csv(
    file: &mut FileReader<'_>,
    tables: &'static [RowTable],
    mapper: &mut Mapper<'_, '_>,
) -> Result<(), ImportError> {
    let mut rows = CsvRows::new(file, CsvOptions::default())?;
    let header = rows.header().to_vec();
    let Some(table) = row_table(tables, &header) else {
        return Ok(());
    };
    while let Some(found) = rows.next_row()? {
        match found {
            Found::Readable(row) => {
                let record = TableRow {
                    header: &header,
                    cells: &row.fields,
                };
                let context = mapper.context(table.shape, &row.row)?;
                mapper.map(table.shape, &record, context)?;
            }
            Found::Unreadable(unreadable) => mapper.unreadable(table.shape, unreadable),
        }
        mapper.progress(rows.byte_position())?;
    }
    mapper.progress(rows.byte_position())
}
