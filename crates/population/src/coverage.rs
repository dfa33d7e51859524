//! The coverage ledger: what was asked, received and lost, per source of the study.

use datafusion::error::DataFusionError;
use entangle_model::sql_list;
use entangle_model::study::Coverage;

use crate::config::StudyConfig;
use crate::rows::{Row, for_each_row};
use crate::study_tables::StudyTables;

/// Reads the ledger of the sources of the study, the public source first.
pub(crate) async fn read_coverage(
    tables: &StudyTables,
    config: &StudyConfig,
) -> Result<Vec<Coverage>, DataFusionError> {
    let sources: Vec<String> = std::iter::once(&config.public_source)
        .chain(&config.targets)
        .cloned()
        .collect();
    let list = sql_list(&sources);
    let mut coverage = Vec::new();
    let frame = tables
        .query(&format!(
            "SELECT source, record, SUM(asked_count), SUM(received_count), SUM(mapped_count), \
             SUM(rejected_count), SUM(duplicate_count) FROM imports WHERE source IN ({list}) \
             GROUP BY source, record ORDER BY source, record",
        ))
        .await?;
    for_each_row(frame, |row| coverage.push(ledger_row(row))).await?;
    for (record, sql) in [
        ("post", POSTS_WITHOUT_PARENT_SQL),
        ("thread", THREADS_WITHOUT_PARENT_SQL),
    ] {
        let sql = sql.replace("{sources}", &list);
        let set = |row: &Row<'_>| {
            let found = coverage.iter_mut().find(|one: &&mut Coverage| {
                row.text(0) == Some(&one.source) && one.record == record
            });
            if let Some(found) = found {
                found.missing_parent_count = row.count(1);
            }
        };
        tables.for_each_row_joining_posts(&sql, set).await?;
    }
    coverage.sort_by_key(|row| sources.iter().position(|source| *source == row.source));
    Ok(coverage)
}

fn ledger_row(row: &Row<'_>) -> Coverage {
    Coverage {
        source: row.text(0).unwrap_or_default().to_owned(),
        record: row.text(1).unwrap_or_default().to_owned(),
        asked_count: row.count(2),
        received_count: row.count(3),
        mapped_count: row.count(4),
        rejected_count: row.count(5),
        duplicate_count: row.count(6),
        missing_parent_count: 0,
    }
}

/// Posts whose stated author, thread or parent is not in the workspace.
const POSTS_WITHOUT_PARENT_SQL: &str = "\
    WITH referring AS ( \
      SELECT source, id_hash(account_id) AS account_hash, id_hash(thread_id) AS thread_hash, \
        id_hash(parent_post_id) AS parent_hash FROM posts WHERE source IN ({sources})), \
    account_hashes AS (SELECT id_hash(account_id) AS account_hash FROM accounts), \
    thread_hashes AS (SELECT id_hash(thread_id) AS thread_hash FROM threads), \
    post_hashes AS (SELECT id_hash(post_id) AS post_hash FROM posts) \
    SELECT p.source, COUNT(*) FROM referring p \
    LEFT JOIN account_hashes a ON p.account_hash = a.account_hash \
    LEFT JOIN thread_hashes t ON p.thread_hash = t.thread_hash \
    LEFT JOIN post_hashes q ON p.parent_hash = q.post_hash \
    WHERE (p.account_hash IS NOT NULL AND a.account_hash IS NULL) \
      OR (p.thread_hash IS NOT NULL AND t.thread_hash IS NULL) \
      OR (p.parent_hash IS NOT NULL AND q.post_hash IS NULL) \
    GROUP BY p.source";

/// Threads whose stated author is not in the workspace.
const THREADS_WITHOUT_PARENT_SQL: &str = "\
    SELECT t.source, COUNT(*) FROM threads t LEFT JOIN accounts a ON t.account_id = a.account_id \
    WHERE t.source IN ({sources}) AND t.account_id IS NOT NULL AND a.account_id IS NULL \
    GROUP BY t.source";
