//! The rows of a query as a table file.

use std::io::Write;
use std::path::Path;
use std::pin::Pin;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use chrono::{DateTime, Utc};
use entangle_export::csv::CsvWriter;
use entangle_export::ndjson::NdjsonWriter;
use entangle_export::xlsx::{XlsxOptions, XlsxWriter};
use entangle_store::Workspace;
use futures::{Stream, StreamExt};

use super::document::{create_file, write_whole};
use super::{instant_of, refuse_existing};
use crate::EngineError;
use crate::query::{query, snapshot_of};
use crate::reader::Reader;
use crate::reader::sql::QueryLimits;

/// Formats of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFormat {
    /// Comma-separated, cells guarded against formulas.
    Csv,
    /// One JSON object a line.
    Ndjson,
    /// A workbook; held in memory.
    Xlsx,
}

/// Writes what a query that reads gives, and returns how many rows that were.
///
/// # Errors
/// A query that is wrong or writes, an output that is there, a table that the format cannot hold, a
/// disk that fails. Nothing is left of an export that fails.
pub async fn export_query(
    workspace: &Workspace,
    snapshot: Option<u64>,
    sql: &str,
    format: TableFormat,
    out: &Path,
) -> Result<u64, EngineError> {
    refuse_existing(out)?;
    let snapshot = snapshot_of(workspace, snapshot).await?;
    let made_at = instant_of(snapshot.record().created_at);
    let rows = query(workspace, Some(snapshot.number()), sql).await?;
    let schema = rows.schema();
    write_rows(schema, rows.into_batches(), format, made_at, out).await
}

/// Writes what a query gives to a reader, within the limits of a session, and returns how many rows
/// that were.
///
/// # Errors
/// As [`export_query`], and where a limit is reached.
pub async fn export_reader_query(
    reader: &Reader,
    limits: QueryLimits,
    sql: &str,
    format: TableFormat,
    out: &Path,
) -> Result<u64, EngineError> {
    refuse_existing(out)?;
    let session = reader.sql_session(limits)?;
    let query = session.prepare(sql).await?;
    let rows = session.run(&query, None).await?;
    let schema = rows.schema();
    write_rows(schema, rows.into_batches(), format, reader.made_at(), out).await
}

/// Rows as they come.
type Batches = Pin<Box<dyn Stream<Item = Result<RecordBatch, EngineError>> + Send>>;

async fn write_rows(
    schema: SchemaRef,
    mut batches: Batches,
    format: TableFormat,
    made_at: DateTime<Utc>,
    out: &Path,
) -> Result<u64, EngineError> {
    write_whole(out, async |place: &Path| {
        let mut table = Table::create(format, schema, create_file(place)?, made_at)?;
        while let Some(batch) = batches.next().await {
            table.write(&batch?)?;
        }
        table.finish()
    })
    .await
}

/// A table of any format.
enum Table<W: Write> {
    Csv(CsvWriter<W>),
    Ndjson(NdjsonWriter<W>),
    Xlsx(Box<XlsxWriter>, W),
}

impl<W: Write> Table<W> {
    fn create(
        format: TableFormat,
        schema: SchemaRef,
        out: W,
        made_at: DateTime<Utc>,
    ) -> Result<Self, EngineError> {
        Ok(match format {
            TableFormat::Csv => Table::Csv(CsvWriter::new(out, schema)?),
            TableFormat::Ndjson => Table::Ndjson(NdjsonWriter::new(out, schema)),
            TableFormat::Xlsx => {
                let options = XlsxOptions::new(made_at);
                let writer = XlsxWriter::new("rows", schema, options)?;
                Table::Xlsx(Box::new(writer), out)
            }
        })
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), EngineError> {
        match self {
            Table::Csv(table) => table.write(batch)?,
            Table::Ndjson(table) => table.write(batch)?,
            Table::Xlsx(table, _) => table.write(batch)?,
        }
        Ok(())
    }

    fn finish(self) -> Result<u64, EngineError> {
        Ok(match self {
            Table::Csv(table) => table.finish()?,
            Table::Ndjson(table) => table.finish()?,
            Table::Xlsx(table, out) => table.finish(out)?.row_count,
        })
    }
}
