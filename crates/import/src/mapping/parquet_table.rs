//! Tables of Parquet files, read in batches of rows.

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use entangle_dump::{FileEntry, FileReader, Input, InputError, Unreadable};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fmt::Display;
use std::fs::File;
use std::sync::Arc;

use super::disk::DiskFile;
use super::rows::{CellRow, TableEvent, Visit, Wanted, span_of_row};
use super::secret::is_secret_column;
use crate::ImportError;

/// The first bytes of every Parquet file that is not encrypted.
pub(super) const SIGNATURE: &[u8] = b"PAR1";

const BATCH_ROW_COUNT: usize = 1024;

/// Reads the table of a file.
pub(super) fn read_table(
    input: &Input,
    entry: &FileEntry,
    file: &mut FileReader<'_>,
    visit: &mut Visit<'_>,
) -> Result<(), ImportError> {
    let row_bytes_max = file.limits().row_bytes_max;
    let disk_file = DiskFile::of(input, entry, file, SIGNATURE, "Parquet file")?;
    let opened = File::open(disk_file.path()).map_err(|source| InputError::Open {
        path: disk_file.path().to_path_buf(),
        source,
    })?;
    let batches = ParquetRecordBatchReaderBuilder::try_new(opened)
        .and_then(|builder| builder.with_batch_size(BATCH_ROW_COUNT).build())
        .map_err(|error| damaged(&entry.name, &error))?;
    let mut row_number = 0;
    for batch in batches {
        let batch = batch.map_err(|error| damaged(&entry.name, &error))?;
        if visit_batch(&batch, row_bytes_max, &mut row_number, &entry.name, visit)?
            == Wanted::Enough
        {
            break;
        }
    }
    Ok(())
}

fn visit_batch(
    batch: &RecordBatch,
    row_bytes_max: usize,
    row_number: &mut u64,
    file: &Arc<str>,
    visit: &mut Visit<'_>,
) -> Result<Wanted, ImportError> {
    let columns = batch
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let mut row = CellRow::new(columns);
    let options = FormatOptions::default();
    let formatters = batch
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column, &options))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| damaged(file, &error))?;
    for index in 0..batch.num_rows() {
        *row_number += 1;
        let cells: Vec<Option<String>> = formatters
            .iter()
            .zip(batch.columns())
            .zip(row.columns())
            .map(|((formatter, column), name)| {
                let is_read = !column.is_null(index) && !is_secret_column(name);
                is_read
                    .then(|| formatter.value(index).try_to_string().ok())
                    .flatten()
            })
            .collect();
        let byte_count: usize = cells.iter().flatten().map(String::len).sum();
        let wanted = if byte_count > row_bytes_max {
            let unreadable = Unreadable {
                span: span_of_row(*row_number),
                reason: format!("the row is longer than {row_bytes_max} bytes"),
            };
            visit(TableEvent::Unreadable(unreadable), 0)?
        } else {
            row.set(cells);
            visit(row.event(*row_number), 0)?
        };
        if wanted == Wanted::Enough {
            return Ok(Wanted::Enough);
        }
    }
    Ok(Wanted::More)
}

fn damaged(file: &Arc<str>, error: &impl Display) -> InputError {
    InputError::Malformed {
        file: Arc::clone(file),
        byte: 0,
        what: format!("the Parquet reader says {error}"),
    }
}
