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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InMemoryStages;
    use datafusion::datasource::MemTable;
    use datafusion::execution::memory_pool::FairSpillPool;
    use datafusion::execution::runtime_env::RuntimeEnvBuilder;
    use datafusion::prelude::SessionConfig;
    use std::sync::Arc;

    const ROW_COUNT: i64 = 100_000;

    /// A session of little memory that joins by hash, with a table of twenty megabytes.
    fn narrow_session() -> SessionContext {
        let mut config = SessionConfig::new()
            .with_target_partitions(2)
            .with_batch_size(500);
        let options = config.options_mut();
        options.optimizer.prefer_hash_join = true;
        options.execution.sort_spill_reservation_bytes = 1 << 20;
        let pool = Arc::new(FairSpillPool::new(16 << 20));
        let runtime = RuntimeEnvBuilder::new().with_memory_pool(pool);
        let context = SessionContext::new_with_config_rt(config, runtime.build_arc().unwrap());
        let texts = (0..ROW_COUNT).map(|row| Some(format!("{row:0200}")));
        let rows = RecordBatch::try_from_iter([
            (
                "id",
                Arc::new(Int64Array::from_iter_values(0..ROW_COUNT)) as _,
            ),
            ("text", Arc::new(texts.collect::<StringArray>()) as _),
        ]);
        let rows = rows.unwrap();
        // Sorting holds a batch at a time, which must be small.
        let starts = (0..rows.num_rows()).step_by(500);
        let batches = starts.map(|start| rows.slice(start, 500)).collect();
        let table = MemTable::try_new(rows.schema(), vec![batches]).unwrap();
        context.register_table("rows", Arc::new(table)).unwrap();
        context
    }

    #[tokio::test]
    async fn a_join_that_runs_out_of_memory_is_done_by_sorting() {
        let context = narrow_session();
        let sql = "SELECT COUNT(*) AS found, MAX(a.text) AS last FROM rows a JOIN rows b ON a.id = b.id \
                   AND a.text = b.text";
        let held = context.sql(sql).await.unwrap().collect().await;
        assert!(matches!(
            held.unwrap_err().find_root(),
            DataFusionError::ResourcesExhausted(_)
        ));
        keep(&context, &InMemoryStages, "stage_sorted", sql)
            .await
            .unwrap();
        let kept = fetch(&context, "stage_sorted", "SELECT found FROM stage_sorted").await;
        assert_eq!(integers(&kept.unwrap()[0], "found").value(0), ROW_COUNT);
        assert!(!context.state().config_options().optimizer.prefer_hash_join);
    }
}
