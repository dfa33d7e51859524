//! The coverage ledger: what was asked, received and lost, per source of the study.

use datafusion::error::DataFusionError;
use entangle_model::sql_list;
use entangle_model::study::Coverage;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

use crate::config::StudyConfig;
use crate::id_parts::IdParts;
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
    let missing = [
        ("post", missing_of_posts(tables, &list).await?),
        ("thread", missing_of_threads(tables, &list).await?),
    ];
    for (record, of_sources) in missing {
        for row in coverage.iter_mut().filter(|row| row.record == record) {
            row.missing_parent_count = of_sources.get(&row.source).copied().unwrap_or(0);
        }
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

/// Per source, the records with a reference that leads nowhere.
type MissingCounts = BTreeMap<String, u64>;

/// Ids that are held at a time, as numbers.
const HELD_IDS_MAX: u64 = 1 << 26;

/// Posts whose stated author, thread or parent is not in the workspace.
///
/// Each post states one parent, which is looked for in one part of the ids.
async fn missing_of_posts(
    tables: &StudyTables,
    sources: &str,
) -> Result<MissingCounts, DataFusionError> {
    let accounts = read_ids(tables, "SELECT id_hash(account_id) FROM accounts").await?;
    let threads = read_ids(tables, "SELECT id_hash(thread_id) FROM threads").await?;
    let parts = IdParts::of(tables, "posts", HELD_IDS_MAX).await?;
    let mut missing = MissingCounts::new();
    for part in parts.numbers() {
        let posts = read_ids(
            tables,
            &format!(
                "SELECT post_hash FROM (SELECT id_hash(post_id) AS post_hash FROM posts) hashed WHERE {}",
                parts.holds(part, "post_hash")
            ),
        )
        .await?;
        let referring = format!(
            "SELECT source, account_hash, thread_hash, parent_hash FROM ( \
               SELECT source, id_hash(account_id) AS account_hash, id_hash(thread_id) AS thread_hash, \
                 id_hash(parent_post_id) AS parent_hash FROM posts WHERE source IN ({sources})) hashed \
             WHERE {}",
            parts.holds(part, "COALESCE(parent_hash, 0)")
        );
        for_each_row(tables.query(&referring).await?, |row| {
            let leads_nowhere = |column, ids: &FxHashSet<i64>| {
                row.integer(column).is_some_and(|id| !ids.contains(&id))
            };
            if (leads_nowhere(1, &accounts)
                || leads_nowhere(2, &threads)
                || leads_nowhere(3, &posts))
                && let Some(source) = row.text(0)
            {
                *missing.entry(source.to_owned()).or_default() += 1;
            }
        })
        .await?;
    }
    Ok(missing)
}

async fn read_ids(tables: &StudyTables, sql: &str) -> Result<FxHashSet<i64>, DataFusionError> {
    let mut ids = FxHashSet::default();
    for_each_row(tables.query(sql).await?, |row| ids.extend(row.integer(0))).await?;
    Ok(ids)
}

/// Threads whose stated author is not in the workspace.
async fn missing_of_threads(
    tables: &StudyTables,
    sources: &str,
) -> Result<MissingCounts, DataFusionError> {
    let frame = tables
        .query(&format!(
            "SELECT t.source, COUNT(*) FROM threads t LEFT JOIN accounts a ON t.account_id = a.account_id \
             WHERE t.source IN ({sources}) AND t.account_id IS NOT NULL AND a.account_id IS NULL \
             GROUP BY t.source"
        ))
        .await?;
    let mut missing = MissingCounts::new();
    for_each_row(frame, |row| {
        if let Some(source) = row.text(0) {
            missing.insert(source.to_owned(), row.count(1));
        }
    })
    .await?;
    Ok(missing)
}
