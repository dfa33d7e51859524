//! Columns of batches that our own tables and plans produced.

use arrow::array::{
    Array, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use chrono::{DateTime, Utc};

/// A column of texts, by position.
///
/// # Panics
/// If the column is of another type: the plan and its reader stand side by side and disagree.
pub(crate) fn texts(batch: &RecordBatch, column: usize) -> &StringArray {
    typed(batch, column)
}

/// A column of numbers; panics as [`texts`].
pub(crate) fn numbers(batch: &RecordBatch, column: usize) -> &Float64Array {
    typed(batch, column)
}

/// A column of integers; panics as [`texts`].
pub(crate) fn integers(batch: &RecordBatch, column: usize) -> &Int64Array {
    typed(batch, column)
}

/// A column of flags; panics as [`texts`].
pub(crate) fn flags(batch: &RecordBatch, column: usize) -> &BooleanArray {
    typed(batch, column)
}

/// An instant of a column of instants, by position; panics as [`texts`].
pub(crate) fn instants(batch: &RecordBatch, column: usize, row: usize) -> DateTime<Utc> {
    let microseconds = typed::<TimestampMicrosecondArray>(batch, column).value(row);
    DateTime::from_timestamp_micros(microseconds).unwrap_or_default()
}

fn typed<A: Array + 'static>(batch: &RecordBatch, column: usize) -> &A {
    match batch.column(column).as_any().downcast_ref::<A>() {
        Some(array) => array,
        None => panic!("column {column} is of another type in {}", batch.schema()),
    }
}
