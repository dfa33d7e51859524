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

/// The view `post_languages`: the language of every post, that of most posts of its thread where
/// its own text does not tell.
pub(crate) const POST_LANGUAGES: &str = "
    WITH of_thread AS (
        SELECT thread_id, language,
               row_number() OVER (PARTITION BY thread_id ORDER BY count(*) DESC, language) AS place
        FROM posts WHERE language IS NOT NULL AND thread_id IS NOT NULL
        GROUP BY thread_id, language
    )
    SELECT p.post_id, p.source, p.account_id, coalesce(p.language, t.language) AS language,
           p.language_confidence, p.language IS NULL AND t.language IS NOT NULL AS is_inherited
    FROM posts p LEFT JOIN of_thread t ON t.thread_id = p.thread_id AND t.place = 1";

/// A session that knows the tables of a snapshot, the view of languages, and nothing else.
pub(crate) async fn session(
    workspace: &Workspace,
    snapshot: &Snapshot,
) -> Result<SessionContext, EngineError> {
    let context = workspace.session_context(Some(crate::MEMORY_LIMIT_BYTES_DEFAULT))?;
    snapshot.register(&context).await?;
    entangle_linkage::register_functions(&context);
    let languages = context.sql(POST_LANGUAGES).await?.into_view();
    context.register_table("post_languages", languages)?;
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
