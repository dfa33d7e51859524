//! `entangle sql`.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::util::pretty::pretty_format_batches;
use entangle_engine::EngineError;
use entangle_engine::query::query;
use futures::StreamExt;

use super::open;
use crate::arguments::Global;
use crate::output::{self, Output};

/// Rows a table on the terminal shows at most; CSV and JSON show all.
const SHOWN_ROWS_MAX: usize = 200;

pub async fn run(
    global: &Global,
    output: &Output,
    sql: &str,
    csv: bool,
) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    let rows = query(&workspace, global.snapshot, sql).await?;
    let schema = rows.schema();
    let mut batches = rows.into_batches();
    if !csv && !output.is_json {
        return print_table(schema, batches).await;
    }
    let mut is_first = true;
    while let Some(batch) = batches.next().await {
        let batch = batch?;
        let bytes = if csv {
            csv_bytes(&batch, is_first)?
        } else {
            json_lines(&batch)?
        };
        is_first = false;
        // A reader that went away needs no more rows.
        if output::raw(&bytes).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

async fn print_table(
    schema: arrow::datatypes::SchemaRef,
    mut batches: impl futures::Stream<Item = Result<RecordBatch, EngineError>> + Unpin,
) -> Result<(), EngineError> {
    let mut shown = Vec::new();
    let mut row_count = 0;
    while let Some(batch) = batches.next().await {
        let batch = batch?;
        let room = SHOWN_ROWS_MAX.saturating_sub(row_count);
        row_count += batch.num_rows();
        if room > 0 {
            shown.push(batch.slice(0, batch.num_rows().min(room)));
        }
    }
    if shown.is_empty() {
        shown.push(RecordBatch::new_empty(schema));
    }
    output::line(&pretty_format_batches(&shown)?.to_string());
    if row_count > SHOWN_ROWS_MAX {
        output::line(&format!(
            "{SHOWN_ROWS_MAX} of {row_count} rows; --csv or --json prints all"
        ));
    }
    Ok(())
}

fn csv_bytes(batch: &RecordBatch, with_header: bool) -> Result<Vec<u8>, ArrowError> {
    let mut bytes = Vec::new();
    arrow::csv::WriterBuilder::new()
        .with_header(with_header)
        .build(&mut bytes)
        .write(batch)?;
    Ok(bytes)
}

fn json_lines(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut writer = arrow::json::LineDelimitedWriter::new(Vec::new());
    writer.write(batch)?;
    writer.finish()?;
    Ok(writer.into_inner())
}
