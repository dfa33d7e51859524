//! SQL over a snapshot.

use std::pin::Pin;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::prelude::{SQLOptions, SessionContext};
use entangle_store::{Snapshot, Workspace};
use futures::{Stream, StreamExt};

use crate::EngineError;

/// The rows of a query as they come.
pub struct QueryRows {
    rows: SendableRecordBatchStream,
}

impl QueryRows {
    /// Columns of the result.
    pub fn schema(&self) -> SchemaRef {
        self.rows.schema()
    }

    /// The batches.
    pub fn into_batches(
        self,
    ) -> Pin<Box<dyn Stream<Item = Result<RecordBatch, EngineError>> + Send>> {
        Box::pin(self.rows.map(|batch| batch.map_err(EngineError::from)))
    }
}

/// The snapshot of that number, or the latest.
///
/// # Errors
/// Where there is no such snapshot.
pub async fn snapshot_of(
    workspace: &Workspace,
    number: Option<u64>,
) -> Result<Snapshot, EngineError> {
    Ok(match number {
        Some(number) => workspace.snapshot(number).await?,
        None => workspace.latest_snapshot().await?,
    })
}

/// A session that knows the tables of a snapshot and nothing else.
pub(crate) async fn session(
    workspace: &Workspace,
    snapshot: &Snapshot,
) -> Result<SessionContext, EngineError> {
    let context = workspace.session_context(Some(crate::MEMORY_LIMIT_BYTES_DEFAULT))?;
    snapshot.register(&context).await?;
    entangle_linkage::register_functions(&context);
    Ok(context)
}

/// Runs a query that reads. Statements that would write or change anything are refused.
///
/// # Errors
/// A query that is wrong, writes, or fails.
pub async fn query(
    workspace: &Workspace,
    snapshot: Option<u64>,
    sql: &str,
) -> Result<QueryRows, EngineError> {
    let snapshot = snapshot_of(workspace, snapshot).await?;
    let context = session(workspace, &snapshot).await?;
    let read_only = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    let frame = context.sql_with_options(sql, read_only).await?;
    Ok(QueryRows {
        rows: frame.execute_stream().await?,
    })
}
