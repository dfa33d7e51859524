//! Record batches as CSV: comma, UTF-8, line feed, one heading line.
//!
//! A missing value is an empty cell, an empty text is `""`. Texts that a spreadsheet could take
//! for a formula get an apostrophe before them; numbers do not. The rule, with the way to undo it,
//! stands in `csv_cell.rs` and in the guide. Instants are RFC 3339 in UTC; NaN and infinities
//! are `NaN`, `Infinity` and `-Infinity`; lists and structs are JSON.
//!
//! Memory: one batch.

use std::io::{self, Write};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

use crate::ExportError;
use crate::csv_cell::write_text_cell;
use crate::table_cell::{Cell, cell};

/// Writes a table.
pub struct CsvWriter<W: Write> {
    out: W,
    schema: SchemaRef,
    row_count: u64,
}

impl<W: Write> CsvWriter<W> {
    /// Begins a table with its heading.
    pub fn new(mut out: W, schema: SchemaRef) -> Result<Self, ExportError> {
        for (index, field) in schema.fields().iter().enumerate() {
            if index > 0 {
                out.write_all(b",")?;
            }
            write_text_cell(&mut out, field.name())?;
        }
        out.write_all(b"\n")?;
        Ok(CsvWriter {
            out,
            schema,
            row_count: 0,
        })
    }

    /// Takes the rows of a batch.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), ExportError> {
        if batch.schema_ref().fields() != self.schema.fields() {
            return Err(ExportError::OtherColumns);
        }
        for row in 0..batch.num_rows() {
            for (index, column) in batch.columns().iter().enumerate() {
                if index > 0 {
                    self.out.write_all(b",")?;
                }
                write_cell(&mut self.out, &cell(column.as_ref(), row)?)?;
            }
            self.out.write_all(b"\n")?;
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

fn write_cell(out: &mut impl Write, cell: &Cell<'_>) -> io::Result<()> {
    match cell {
        Cell::Missing => Ok(()),
        Cell::Text(text) => write_text_cell(out, text),
        Cell::Nested(json) => write_text_cell(out, json),
        Cell::Integer(value) => write!(out, "{value}"),
        Cell::Number(_, digits) => out.write_all(digits.as_bytes()),
        Cell::NotFinite(value) => out.write_all(not_finite_text(*value).as_bytes()),
        Cell::Flag(flag) => write!(out, "{flag}"),
        Cell::Instant(_, text) => out.write_all(text.as_bytes()),
    }
}

/// The words for numbers that are none.
pub(crate) fn not_finite_text(value: f64) -> &'static str {
    if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}
