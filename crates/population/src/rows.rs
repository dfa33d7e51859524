//! Typed reading of the rows that a plan returns, one batch at a time.
//!
//! Plans of this crate return 64-bit integers, floating-point numbers, flags and text; nothing
//! else is read.

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, StringArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::error::DataFusionError;
use datafusion::prelude::DataFrame;
use futures::TryStreamExt;

enum Column {
    Integer(Int64Array),
    Number(Float64Array),
    Flag(BooleanArray),
    Text(StringArray),
}

/// One row of a batch; columns are counted from zero.
pub(crate) struct Row<'batch> {
    columns: &'batch [Column],
    index: usize,
}

impl Row<'_> {
    /// The integer in a column; `None` where it is null.
    pub(crate) fn integer(&self, column: usize) -> Option<i64> {
        match self.columns.get(column)? {
            Column::Integer(values) => values
                .is_valid(self.index)
                .then(|| values.value(self.index)),
            _ => None,
        }
    }

    /// A count, which is never null or negative.
    pub(crate) fn count(&self, column: usize) -> u64 {
        self.integer(column).map_or(0, i64::unsigned_abs)
    }

    /// A position in a table of this crate, which is never null.
    pub(crate) fn position(&self, column: usize) -> usize {
        usize::try_from(self.count(column)).unwrap_or(usize::MAX)
    }

    /// The number in a column; `None` where it is null.
    pub(crate) fn number(&self, column: usize) -> Option<f64> {
        match self.columns.get(column)? {
            Column::Number(values) => values
                .is_valid(self.index)
                .then(|| values.value(self.index)),
            Column::Integer(_) => self.integer(column).map(|value| value as f64),
            _ => None,
        }
    }

    /// Whether the flag in a column is known to be set.
    pub(crate) fn flag(&self, column: usize) -> bool {
        match self.columns.get(column) {
            Some(Column::Flag(values)) => values.is_valid(self.index) && values.value(self.index),
            _ => false,
        }
    }

    /// The text in a column; `None` where it is null.
    pub(crate) fn text(&self, column: usize) -> Option<&str> {
        match self.columns.get(column)? {
            Column::Text(values) => values
                .is_valid(self.index)
                .then(|| values.value(self.index)),
            _ => None,
        }
    }
}

/// Runs a plan and shows each of its rows in order.
pub(crate) async fn for_each_row(
    frame: DataFrame,
    mut visit: impl FnMut(&Row<'_>),
) -> Result<(), DataFusionError> {
    let mut batches = frame.execute_stream().await?;
    while let Some(batch) = batches.try_next().await? {
        let columns = batch
            .columns()
            .iter()
            .map(typed)
            .collect::<Result<Vec<Column>, DataFusionError>>()?;
        for index in 0..batch.num_rows() {
            visit(&Row {
                columns: &columns,
                index,
            });
        }
    }
    Ok(())
}

fn typed(array: &ArrayRef) -> Result<Column, DataFusionError> {
    Ok(match array.data_type() {
        DataType::Boolean => Column::Flag(array.as_boolean().clone()),
        DataType::Float32 | DataType::Float64 => Column::Number(
            cast(array, &DataType::Float64)?
                .as_primitive::<Float64Type>()
                .clone(),
        ),
        data_type if data_type.is_integer() => Column::Integer(
            cast(array, &DataType::Int64)?
                .as_primitive::<Int64Type>()
                .clone(),
        ),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => {
            Column::Text(cast(array, &DataType::Utf8)?.as_string::<i32>().clone())
        }
        other => {
            return Err(DataFusionError::Internal(format!(
                "a plan returned a column of type {other}, which is not read"
            )));
        }
    })
}
