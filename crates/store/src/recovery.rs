//! Undoes what a killed process left half done.
//!
//! A commit touches several tables before its snapshot is recorded. Readers of this crate
//! follow snapshots and never notice; other programs read the newest version of a table, so
//! tables are brought back to what the latest snapshot holds.

use std::collections::BTreeMap;
use std::fs;

use entangle_model::schema::TABLES;

use crate::delta::DeltaFolder;
use crate::durable::entry_names;
use crate::error::{Attempt, Result};
use crate::layout::Layout;
use crate::lock::HeldFolder;
use crate::record::SnapshotRecord;

/// Table versions by name.
pub(crate) type Versions = BTreeMap<String, u64>;

/// Makes the newest version of every table hold what `recorded` says, creates tables that do
/// not exist, and removes what dead transactions left. The caller holds the workspace lock.
///
/// Answers the newest version of every table.
pub(crate) async fn recover(layout: &Layout, recorded: &Versions) -> Result<Versions> {
    let mut heads = recorded.clone();
    for table in TABLES.iter().copied() {
        let folder = DeltaFolder::open_or_make(layout, table)?;
        let known = recorded.get(table.name).copied();
        let head = match folder.head_version(known)? {
            None => folder.create().await?,
            Some(head) if known == Some(head) => head,
            Some(head) => folder.restore(known, head).await?,
        };
        heads.insert(table.name.to_owned(), head);
    }
    remove_stale_staging(layout)?;
    Ok(heads)
}

/// Removes staging folders whose process is gone, and with them the files that they had moved
/// into tables without recording a snapshot. Tables no longer refer to these files.
fn remove_stale_staging(layout: &Layout) -> Result<()> {
    let stale = HeldFolder::take_stale(&layout.staging())?;
    if stale.is_empty() {
        return Ok(());
    }
    let records = layout.records()?;
    for staging in stale {
        if !is_recorded(&records, staging.id()) {
            remove_files_of(layout, staging.id())?;
        }
        staging.remove()?;
    }
    Ok(())
}

fn is_recorded(records: &[SnapshotRecord], transaction: &str) -> bool {
    records
        .iter()
        .any(|record| record.transaction == transaction)
}

fn remove_files_of(layout: &Layout, transaction: &str) -> Result<()> {
    let prefix = format!("{transaction}-");
    for table in TABLES {
        let folder = layout.table(table.name);
        for name in entry_names(&folder)? {
            if name.starts_with(&prefix) && name.ends_with(".parquet") {
                let path = folder.join(name);
                fs::remove_file(&path).attempt("remove", &path)?;
            }
        }
    }
    Ok(())
}
