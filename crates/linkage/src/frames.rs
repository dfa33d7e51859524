//! Small helpers to run plans and read their columns.

use arrow::array::{Array, Float64Array, Int64Array, RecordBatch, StringArray};
use datafusion::error::DataFusionError;
use datafusion::prelude::{DataFrame, SessionContext};

use crate::{LinkageError, Stages};

/// A SQL plan of a named stage.
pub(crate) async fn plan(
    context: &SessionContext,
    stage: &'static str,
    sql: &str,
) -> Result<DataFrame, LinkageError> {
    context
        .sql(sql)
        .await
        .map_err(|source| failed(stage, source))
}

/// Runs a SQL plan and keeps its rows as the table of the stage's name.
pub(crate) async fn keep(
    context: &SessionContext,
    stages: &dyn Stages,
    stage: &'static str,
    sql: &str,
) -> Result<(), LinkageError> {
    let rows = plan(context, stage, sql).await?;
    match stages.materialize(context, stage, rows).await {
        Err(source) if may_join_by_sorting(context, &source) => {
            let rows = plan(context, stage, sql).await?;
            stages.materialize(context, stage, rows).await
        }
        kept => kept,
    }
    .map_err(|source| failed(stage, source))
}

/// Runs a SQL plan whose result is small and takes it into memory.
pub(crate) async fn fetch(
    context: &SessionContext,
    stage: &'static str,
    sql: &str,
) -> Result<Vec<RecordBatch>, LinkageError> {
    match plan(context, stage, sql).await?.collect().await {
        Err(source) if may_join_by_sorting(context, &source) => {
            plan(context, stage, sql).await?.collect().await
        }
        fetched => fetched,
    }
    .map_err(|source| failed(stage, source))
}

/// Whether a plan that failed may be run again: one that ran out of memory while joins held their
/// smaller side in it. From then on joins of the session sort, which can go to disk. How much joins
/// hold is known beforehand only by guess, because it depends on how many accounts share a name.
fn may_join_by_sorting(context: &SessionContext, error: &DataFusionError) -> bool {
    let is_out_of_memory = matches!(error.find_root(), DataFusionError::ResourcesExhausted(_));
    let state = context.state_ref();
    let mut state = state.write();
    let prefers_hash = &mut state.config_mut().options_mut().optimizer.prefer_hash_join;
    is_out_of_memory && std::mem::replace(prefers_hash, false)
}

pub(crate) fn failed(stage: &'static str, source: DataFusionError) -> LinkageError {
    LinkageError::Plan {
        stage,
        source: Box::new(source),
    }
}

/// A column of texts of a batch that one of our own plans produced.
///
/// # Panics
/// If the column is of another type: the plan and its reader stand side by side and disagree.
pub(crate) fn texts<'batch>(batch: &'batch RecordBatch, column: &str) -> &'batch StringArray {
    typed(batch, column)
}

/// A column of integers; panics as [`texts`].
pub(crate) fn integers<'batch>(batch: &'batch RecordBatch, column: &str) -> &'batch Int64Array {
    typed(batch, column)
}

/// A column of numbers; panics as [`texts`].
pub(crate) fn numbers<'batch>(batch: &'batch RecordBatch, column: &str) -> &'batch Float64Array {
    typed(batch, column)
}

fn typed<'batch, A: Array + 'static>(batch: &'batch RecordBatch, column: &str) -> &'batch A {
    let array = batch.column_by_name(column).map(|array| array.as_any());
    match array.and_then(|array| array.downcast_ref::<A>()) {
        Some(array) => array,
        None => panic!(
            "column {column} is missing or of another type in {}",
            batch.schema()
        ),
    }
}
