//! `status`: what a workspace holds and what became of everything that was imported.

use entangle_model::schema::TABLES;
use entangle_store::Workspace;

use crate::EngineError;
use crate::query::{session, snapshot_of};
use crate::table_reader::{integers, texts};
use arrow::array::Array;

/// The state of a workspace at a snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// The snapshot.
    pub snapshot: u64,
    /// The command that made it.
    pub command: String,
    /// Rows per table.
    pub row_counts: Vec<(&'static str, u64)>,
    /// One entry per source, sorted.
    pub sources: Vec<SourceOverview>,
    /// One row per source and kind of record, sorted.
    pub ledger: Vec<LedgerRow>,
}

/// A source.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceOverview {
    /// Its name.
    pub source: String,
    /// Its kind.
    pub kind: String,
    /// Its language, where stated.
    pub language: Option<String>,
}

/// What became of the rows of one kind that were asked of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// The source.
    pub source: String,
    /// account, thread, post or unknown.
    pub record: String,
    /// Rows found in all inputs.
    pub asked_count: u64,
    /// Rows that could be read.
    pub received_count: u64,
    /// Rows that became records.
    pub mapped_count: u64,
    /// Rows rejected.
    pub rejected_count: u64,
    /// Rows there before.
    pub duplicate_count: u64,
    /// Fields left out of kept records.
    pub field_reject_count: u64,
    /// Records that name an author, a thread or a parent which is not in the workspace.
    pub missing_parent_count: u64,
}

/// Collects the state of a workspace.
///
/// # Errors
/// Where there is no such snapshot or a query fails.
pub async fn overview(
    workspace: &Workspace,
    snapshot: Option<u64>,
) -> Result<Overview, EngineError> {
    let snapshot = snapshot_of(workspace, snapshot).await?;
    let context = session(workspace, &snapshot).await?;
    let mut row_counts = Vec::new();
    for table in TABLES {
        row_counts.push((table.name, snapshot.row_count(table.name).await?));
    }
    let mut sources = Vec::new();
    for batch in context
        .sql("SELECT source, kind, language FROM sources ORDER BY source")
        .await?
        .collect()
        .await?
    {
        for row in 0..batch.num_rows() {
            let language = texts(&batch, 2);
            sources.push(SourceOverview {
                source: texts(&batch, 0).value(row).to_owned(),
                kind: texts(&batch, 1).value(row).to_owned(),
                language: language
                    .is_valid(row)
                    .then(|| language.value(row).to_owned()),
            });
        }
    }
    let mut ledger = Vec::new();
    for batch in context.sql(LEDGER).await?.collect().await? {
        for row in 0..batch.num_rows() {
            let count = |column| integers(&batch, column).value(row) as u64;
            ledger.push(LedgerRow {
                source: texts(&batch, 0).value(row).to_owned(),
                record: texts(&batch, 1).value(row).to_owned(),
                asked_count: count(2),
                received_count: count(3),
                mapped_count: count(4),
                rejected_count: count(5),
                duplicate_count: count(6),
                field_reject_count: count(7),
                missing_parent_count: count(8),
            });
        }
    }
    let record = snapshot.record();
    Ok(Overview {
        snapshot: snapshot.number(),
        command: record.command.clone(),
        row_counts,
        sources,
        ledger,
    })
}

pub(crate) const LEDGER: &str = "
    WITH missing AS (
        SELECT p.source, 'post' AS record, count(*) AS missing FROM posts p
        LEFT JOIN accounts a ON a.account_id = p.account_id
        LEFT JOIN threads t ON t.thread_id = p.thread_id
        LEFT JOIN posts parent ON parent.post_id = p.parent_post_id
        WHERE (p.account_id IS NOT NULL AND a.account_id IS NULL)
           OR (p.thread_id IS NOT NULL AND t.thread_id IS NULL)
           OR (p.parent_post_id IS NOT NULL AND parent.post_id IS NULL)
        GROUP BY p.source
        UNION ALL
        SELECT t.source, 'thread' AS record, count(*) AS missing FROM threads t
        LEFT JOIN accounts a ON a.account_id = t.account_id
        WHERE t.account_id IS NOT NULL AND a.account_id IS NULL
        GROUP BY t.source
    ), counted AS (
        SELECT source, record, sum(asked_count) AS asked, sum(received_count) AS received,
               sum(mapped_count) AS mapped, sum(rejected_count) AS rejected,
               sum(duplicate_count) AS duplicate, sum(field_reject_count) AS fields
        FROM imports GROUP BY source, record
    )
    SELECT c.source, c.record, c.asked AS asked_count, c.received AS received_count,
           c.mapped AS mapped_count, c.rejected AS rejected_count,
           c.duplicate AS duplicate_count, c.fields AS field_reject_count,
           coalesce(m.missing, 0) AS missing_parent_count
    FROM counted c LEFT JOIN missing m ON m.source = c.source AND m.record = c.record
    ORDER BY c.source, c.record";
