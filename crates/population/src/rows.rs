//! Typed reading of the rows that a plan returns, one batch at a time.
//!
//! Plans of this crate return 64-bit integers, floating-point numbers, flags and text; nothing
//! else is read.

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
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
///
/// Joins hold their smaller side, which is of accounts or threads in most plans. Where what they hold does
/// not fit into memory, and no row has been shown, the plan is run again with joins that sort and can
/// go to disk.
pub(crate) async fn for_each_row(
    frame: DataFrame,
    mut visit: impl FnMut(&Row<'_>),
) -> Result<(), DataFusionError> {
    let sorting = joining_by_sorting(frame.clone());
    let mut is_seen = false;
    let held = show_rows(frame, |row| {
        is_seen = true;
        visit(row);
    });
    match held.await {
        Err(error) if !is_seen && is_out_of_memory(&error) => show_rows(sorting, visit).await,
        done => done,
    }
}

/// Runs a plan and returns its rows; joins as in [`for_each_row`].
pub(crate) async fn collect_rows(frame: DataFrame) -> Result<Vec<RecordBatch>, DataFusionError> {
    let sorting = joining_by_sorting(frame.clone());
    match frame.collect().await {
        Err(error) if is_out_of_memory(&error) => sorting.collect().await,
        collected => collected,
    }
}

fn joining_by_sorting(frame: DataFrame) -> DataFrame {
    let (mut state, plan) = frame.into_parts();
    let options = state.config_mut().options_mut();
    options.optimizer.prefer_hash_join = false;
    DataFrame::new(state, plan)
}

fn is_out_of_memory(error: &DataFusionError) -> bool {
    matches!(error.find_root(), DataFusionError::ResourcesExhausted(_))
}

async fn show_rows(
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
