//! Record batches as NDJSON: one JSON object per row and line, with every column.
//!
//! Instants are RFC 3339 in UTC. NaN and infinities are null, since JSON has none. Whole numbers
//! are written with all their digits; a reader that holds numbers in 64-bit floating point, as
//! JavaScript does, loses digits beyond 2^53.
//!
//! Memory: one batch.

use std::io::Write;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

use crate::ExportError;
use crate::table_cell::{cell, json_text, push_json};

/// Writes a table.
pub struct NdjsonWriter<W: Write> {
    out: W,
    schema: SchemaRef,
    /// Names of columns as JSON, with the colon.
    names: Vec<String>,
    row_count: u64,
}

impl<W: Write> NdjsonWriter<W> {
    /// Begins a table; there is no heading.
    pub fn new(out: W, schema: SchemaRef) -> Self {
        let names = schema.fields().iter();
        let names = names.map(|field| format!("{}:", json_text(field.name())));
        NdjsonWriter {
            out,
            names: names.collect(),
            schema,
            row_count: 0,
        }
    }

    /// Takes the rows of a batch.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), ExportError> {
        if batch.schema_ref().fields() != self.schema.fields() {
            return Err(ExportError::OtherColumns);
        }
        let mut line = String::new();
        for row in 0..batch.num_rows() {
            line.clear();
            line.push('{');
            for (index, (name, column)) in self.names.iter().zip(batch.columns()).enumerate() {
                if index > 0 {
                    line.push(',');
                }
                line.push_str(name);
                push_json(&mut line, &cell(column.as_ref(), row)?);
            }
            line.push_str("}\n");
            self.out.write_all(line.as_bytes())?;
        }
        self.row_count += batch.num_rows() as u64;
        Ok(())
    }

    /// Ends the table and gives the number of its rows.
    pub fn finish(mut self) -> Result<u64, ExportError> {
        self.out.flush()?;
        Ok(self.row_count)
    }
}
