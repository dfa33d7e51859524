//! Everything one command writes, made visible at once or not at all.
//!
//! ```text
//!  writers ──▶ staging/<id>/*.parquet
//!                 │ commit, under the workspace lock
//!                 ├─ undo what a killed process left        (recovery)
//!                 ├─ per table: move files, one Delta commit
//!                 └─ snapshots/<number>.json                the moment of truth
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{SubsecRound, Utc};
use entangle_model::schema::{self, TABLES, Table};

use crate::delta::{DataFile, DeltaFolder, Removal};
use crate::durable::sync_folder;
use crate::error::{Attempt, Result, StoreError};
use crate::layout::Layout;
use crate::lock::{FileLock, HeldFolder};
use crate::record::{REMOVAL_COMMAND, SnapshotRecord};
use crate::recovery::{Versions, recover};
use crate::snapshot::Snapshot;
use crate::table_writer::{FileLimits, Staged, StagedFile, TableWriter};

/// Points of a commit at which a test may stop the process.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitStep {
    /// All rows are in staging files; nothing else has happened.
    Staged,
    /// Files of this many tables are in place and not yet in the last table's log.
    FilesMoved(usize),
    /// This many tables have a new version.
    TableCommitted(usize),
    /// All tables have their new versions; the snapshot is not recorded.
    BeforeSnapshot,
    /// The snapshot is recorded; the staging folder is still there.
    AfterSnapshot,
}

/// A running transaction. Dropping it without [`Transaction::commit`] undoes it.
pub struct Transaction {
    layout: Arc<Layout>,
    command: String,
    label: String,
    staging: HeldFolder,
    staged: Arc<Mutex<Staged>>,
    limits: FileLimits,
    /// Number of the snapshot from which what is written was made.
    read_snapshot: u64,
    /// Whether nothing may have been committed since.
    is_exclusive: bool,
}

impl Transaction {
    pub(crate) async fn begin(layout: Arc<Layout>, command: &str, label: &str) -> Result<Self> {
        let lock = FileLock::acquire_async(layout.lock_file()).await?;
        let latest = layout.latest_record()?;
        recover(&layout, &latest.tables).await?;
        let staging = HeldFolder::create(&layout.staging())?;
        drop(lock);
        Ok(Self {
            layout,
            command: command.to_owned(),
            label: label.to_owned(),
            staging,
            staged: Arc::default(),
            limits: FileLimits::default(),
            read_snapshot: latest.snapshot,
            is_exclusive: false,
        })
    }

    /// Says from which snapshot the rows are made, where that is not the latest at the beginning. A
    /// table that is replaced by rows of a snapshot from which rows were removed since would bring
    /// them back; the commit then fails.
    pub fn reads(&mut self, snapshot: &Snapshot) {
        self.read_snapshot = self.read_snapshot.min(snapshot.number());
    }

    /// Says that rows of these files of the snapshot's table are not in the next snapshot; those that
    /// stay are written anew. Nothing else may be committed meanwhile.
    pub fn replace_files(
        &mut self,
        table: &'static Table,
        snapshot: &Snapshot,
        names: BTreeSet<String>,
    ) {
        self.reads(snapshot);
        self.is_exclusive = true;
        let mut staged = self.staged.lock().unwrap_or_else(PoisonError::into_inner);
        staged.removed_files.insert(table.name, names);
    }

    /// A writer that appends rows to a table. There may be several of one table; their rows
    /// are kept in the order of the writers.
    pub fn writer(&self, table: &'static Table) -> TableWriter {
        TableWriter::new(
            table,
            self.staging.path().to_owned(),
            self.staging.id(),
            self.staged.clone(),
            self.limits,
        )
    }

    /// Says that the table's rows of earlier snapshots are not in the next one; only what this
    /// transaction writes is. Rows that another transaction commits meanwhile go, too.
    pub fn replace(&mut self, table: &'static Table) {
        let mut staged = self.staged.lock().unwrap_or_else(PoisonError::into_inner);
        staged.replaced.insert(table.name);
    }

    /// Publishes everything as the next snapshot.
    ///
    /// Transactions that run at the same time commit one after the other, each on top of the
    /// other's rows. A snapshot is recorded also if nothing was written.
    ///
    /// # Errors
    ///
    /// [`StoreError::UnfinishedWriter`], [`StoreError::DiskFull`] and other errors of writing.
    /// After an error the workspace is at its former snapshot and the transaction is undone,
    /// at the latest when the next one begins.
    pub async fn commit(self) -> Result<Snapshot> {
        self.commit_with_hook(|_| {}).await
    }

    /// [`Transaction::commit`], calling `hook` at every step.
    #[doc(hidden)]
    pub async fn commit_with_hook(
        mut self,
        mut hook: impl FnMut(CommitStep) + Send,
    ) -> Result<Snapshot> {
        let staged = self.take_staged()?;
        hook(CommitStep::Staged);
        let _lock = FileLock::acquire_async(self.layout.lock_file()).await?;
        // From here on files leave the folder, and its name is needed to find them again.
        self.staging.keep();
        match self.publish(staged, &mut hook).await {
            Ok(record) => {
                hook(CommitStep::AfterSnapshot);
                // The rows are safe; a folder that cannot be removed is removed later.
                let _ = self.staging.remove();
                Ok(Snapshot::new(self.layout, record))
            }
            Err(error) => {
                drop(self.staging);
                // The first error is the one to tell; what stays undone now is undone when
                // the next transaction begins.
                if let Ok(latest) = self.layout.latest_record() {
                    let _ = recover(&self.layout, &latest.tables).await;
                }
                Err(error)
            }
        }
    }

    fn take_staged(&self) -> Result<Staged> {
        let mut staged = self.staged.lock().unwrap_or_else(PoisonError::into_inner);
        for (table, count) in &staged.unfinished {
            if *count > 0 {
                return Err(StoreError::UnfinishedWriter { table });
            }
        }
        let removed = staged.removed_files.keys();
        for name in staged.files.keys().chain(&staged.replaced).chain(removed) {
            if schema::table(name).is_none() {
                return Err(StoreError::NoSuchTable {
                    name: (*name).to_owned(),
                });
            }
        }
        Ok(std::mem::take(&mut staged))
    }

    async fn publish(
        &self,
        staged: Staged,
        hook: &mut (impl FnMut(CommitStep) + Send),
    ) -> Result<SnapshotRecord> {
        let latest = self.layout.latest_record()?;
        self.check_meanwhile(&latest, &staged)?;
        let heads = recover(&self.layout, &latest.tables).await?;
        let tables = self.commit_tables(staged, heads, hook).await?;
        hook(CommitStep::BeforeSnapshot);
        let record = SnapshotRecord {
            snapshot: latest.snapshot + 1,
            // The file keeps microseconds, and the record must equal what is read back.
            created_at: Utc::now().trunc_subsecs(6),
            command: self.command.clone(),
            label: self.label.clone(),
            transaction: self.staging.id().to_owned(),
            tables,
        };
        self.layout.write_record(&record)?;
        Ok(record)
    }

    /// Refuses what would bring back rows that were removed on request, or remove rows that came.
    fn check_meanwhile(&self, latest: &SnapshotRecord, staged: &Staged) -> Result<()> {
        if self.is_exclusive && latest.snapshot != self.read_snapshot {
            return Err(StoreError::ChangedMeanwhile);
        }
        if staged.replaced.is_empty() {
            return Ok(());
        }
        for number in self.read_snapshot + 1..=latest.snapshot {
            // A snapshot that is gone was removed with the rows of an earlier removal.
            if self
                .layout
                .record(number)
                .is_ok_and(|record| record.command == REMOVAL_COMMAND)
            {
                return Err(StoreError::RemovedMeanwhile);
            }
        }
        Ok(())
    }

    async fn commit_tables(
        &self,
        staged: Staged,
        heads: Versions,
        hook: &mut (impl FnMut(CommitStep) + Send),
    ) -> Result<Versions> {
        let mut versions = heads.clone();
        let mut files_of = staged.files;
        let removed_files = staged.removed_files;
        let mut committed_count = 0;
        for table in TABLES.iter().copied() {
            let files = files_of.remove(table.name).unwrap_or_default();
            let replaces = staged.replaced.contains(table.name);
            let removal = match removed_files.get(table.name) {
                _ if replaces => Removal::Everything,
                Some(names) => Removal::Files(names),
                None => Removal::Nothing,
            };
            if files.is_empty() && matches!(removal, Removal::Nothing) {
                continue;
            }
            // Recovery has created every table, so each has version 0 at least.
            let head = heads.get(table.name).copied().unwrap_or_default();
            let folder = DeltaFolder::open(&self.layout, table)?;
            let files = move_into(folder.path(), files)?;
            hook(CommitStep::FilesMoved(committed_count + 1));
            let version = folder.commit(head, &files, removal).await?;
            versions.insert(table.name.to_owned(), version);
            committed_count += 1;
            hook(CommitStep::TableCommitted(committed_count));
        }
        Ok(versions)
    }

    #[cfg(test)]
    pub(crate) fn limit_files(&mut self, limits: FileLimits) {
        self.limits = limits;
    }
}

fn move_into(folder: &Path, files: Vec<StagedFile>) -> Result<Vec<DataFile>> {
    let mut moved = Vec::with_capacity(files.len());
    for staged in files {
        let target = folder.join(&staged.file.name);
        if target.try_exists().attempt("look for", &target)? {
            return Err(StoreError::Damaged {
                path: target,
                reason: "the name belongs to a new file, and there is one already".to_owned(),
            });
        }
        fs::rename(&staged.path, &target).attempt("create", &target)?;
        moved.push(staged.file);
    }
    sync_folder(folder)?;
    Ok(moved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Workspace;
    use crate::test_support::{
        append, counts, parquet_files_named, parquet_files_present, query, rows, staging_folders,
        write,
    };
    use arrow::array::{ArrayRef, Int64Array, RecordBatch};
    use entangle_model::schema::{ACCOUNTS, LINKS, PERSONAS, POSTS};
    use expect_test::expect;

    async fn workspace() -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(folder.path()).await.unwrap();
        (folder, workspace)
    }

    #[tokio::test]
    async fn rows_become_visible_in_all_tables_at_once() {
        let (_folder, workspace) = workspace().await;
        let transaction = workspace.begin("import", "alpha").await.unwrap();
        write(&transaction, &ACCOUNTS, &[rows(&ACCOUNTS, "alpha", 0, 10)]);
        write(
            &transaction,
            &POSTS,
            &[rows(&POSTS, "alpha", 0, 5), rows(&POSTS, "alpha", 5, 20)],
        );
        let before = workspace.latest_snapshot().await.unwrap();
        let after = transaction.commit().await.unwrap();
        assert_eq!((before.number(), after.number()), (0, 1));
        assert_eq!(counts(&before).await, "");
        assert_eq!(counts(&after).await, "accounts 10, posts 20");
        let latest = workspace.latest_snapshot().await.unwrap();
        assert_eq!(latest.record(), after.record());
        assert_eq!(staging_folders(&workspace), Vec::<String>::new());
        let answer = query(
            &workspace,
            &after,
            "select p.source, count(*) as n, min(posted_at) as first, max(body) as last \
             from posts p join accounts a on a.native_id = p.native_id group by p.source",
        )
        .await;
        expect![[r#"
            +--------+----+-----------------------------+-------------+
            | source | n  | first                       | last        |
            +--------+----+-----------------------------+-------------+
            | alpha  | 10 | 1970-01-02T00:00:00.000001Z | body 000008 |
            +--------+----+-----------------------------+-------------+"#]]
        .assert_eq(&answer);
    }

    #[tokio::test]
    async fn a_snapshot_is_recorded_in_words() {
        let (_folder, workspace) = workspace().await;
        let snapshot = append(&workspace, &POSTS, "alpha", 0, 3).await;
        let mut record = snapshot.record().clone();
        assert!(
            Utc::now()
                .signed_duration_since(record.created_at)
                .num_days()
                == 0
        );
        record.created_at = "2024-05-06T07:08:09.000010Z".parse().unwrap();
        record.transaction = "20240506T070809000010-77-0".to_owned();
        record
            .tables
            .retain(|table, _| table == "accounts" || table == "posts");
        let json = serde_json::to_string_pretty(&record).unwrap();
        expect![[r#"
            {
              "snapshot": 1,
              "created_at": "2024-05-06T07:08:09.000010Z",
              "command": "import",
              "label": "alpha",
              "transaction": "20240506T070809000010-77-0",
              "tables": {
                "accounts": 0,
                "posts": 1
              }
            }"#]]
        .assert_eq(&json);
        assert_eq!(
            serde_json::from_str::<SnapshotRecord>(&json).unwrap(),
            record
        );
    }

    #[tokio::test]
    async fn replaced_tables_hold_only_new_rows_and_old_snapshots_the_old_ones() {
        let (_folder, workspace) = workspace().await;
        let first = append(&workspace, &LINKS, "alpha", 0, 4).await;
        append(&workspace, &PERSONAS, "alpha", 0, 4).await;
        let mut transaction = workspace.begin("link", "").await.unwrap();
        transaction.replace(&LINKS);
        transaction.replace(&PERSONAS);
        write(&transaction, &LINKS, &[rows(&LINKS, "alpha", 10, 12)]);
        let last = transaction.commit().await.unwrap();
        assert_eq!(counts(&first).await, "links 4");
        assert_eq!(counts(&last).await, "links 2");
        let sql = "select count(*) as n, min(account_left) as low from links";
        expect![[r#"
            +---+---------------------+
            | n | low                 |
            +---+---------------------+
            | 4 | account_left 000000 |
            +---+---------------------+"#]]
        .assert_eq(&query(&workspace, &first, sql).await);
        expect![[r#"
            +---+---------------------+
            | n | low                 |
            +---+---------------------+
            | 2 | account_left 000010 |
            +---+---------------------+"#]]
        .assert_eq(&query(&workspace, &last, sql).await);
        let sql = "select count(*) as n from personas where weakest_link_probability > 0";
        expect![[r#"
            +---+
            | n |
            +---+
            | 0 |
            +---+"#]]
        .assert_eq(&query(&workspace, &last, sql).await);
    }

    #[tokio::test]
    async fn transactions_at_the_same_time_both_land() {
        let (_folder, workspace) = workspace().await;
        let left = workspace.begin("import", "alpha").await.unwrap();
        let right = workspace.begin("import", "beta").await.unwrap();
        write(&right, &ACCOUNTS, &[rows(&ACCOUNTS, "beta", 0, 3)]);
        write(&left, &ACCOUNTS, &[rows(&ACCOUNTS, "alpha", 0, 2)]);
        let (left, right) = tokio::join!(left.commit(), right.commit());
        let mut numbers = [left.unwrap().number(), right.unwrap().number()];
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2]);
        let latest = workspace.latest_snapshot().await.unwrap();
        assert_eq!(counts(&latest).await, "accounts 5");
    }

    #[tokio::test]
    async fn a_dropped_transaction_leaves_nothing() {
        let (_folder, workspace) = workspace().await;
        let transaction = workspace.begin("import", "alpha").await.unwrap();
        write(&transaction, &POSTS, &[rows(&POSTS, "alpha", 0, 10)]);
        assert_eq!(staging_folders(&workspace).len(), 1);
        drop(transaction);
        assert_eq!(staging_folders(&workspace), Vec::<String>::new());
        assert!(parquet_files_present(&workspace).is_empty());
        assert_eq!(workspace.latest_snapshot().await.unwrap().number(), 0);
    }

    #[tokio::test]
    async fn a_writer_that_was_not_finished_stops_the_commit() {
        let (_folder, workspace) = workspace().await;
        let transaction = workspace.begin("import", "alpha").await.unwrap();
        let mut writer = transaction.writer(&POSTS);
        writer.write(&rows(&POSTS, "alpha", 0, 10)).unwrap();
        drop(writer);
        let error = transaction.commit().await.unwrap_err();
        assert!(matches!(
            error,
            StoreError::UnfinishedWriter { table: "posts" }
        ));
        assert_eq!(workspace.latest_snapshot().await.unwrap().number(), 0);
    }

    #[tokio::test]
    async fn rows_of_a_table_outside_the_model_are_not_lost_unnoticed() {
        static OTHER: Table = Table {
            name: "others",
            about: "not in the list of tables",
            columns: PERSONAS.columns,
        };
        let (_folder, workspace) = workspace().await;
        let transaction = workspace.begin("link", "").await.unwrap();
        write(&transaction, &OTHER, &[rows(&PERSONAS, "alpha", 0, 1)]);
        let error = transaction.commit().await.unwrap_err();
        assert!(matches!(error, StoreError::NoSuchTable { name } if name == "others"));
    }

    #[tokio::test]
    async fn rows_of_another_form_are_refused() {
        let (_folder, workspace) = workspace().await;
        let transaction = workspace.begin("link", "").await.unwrap();
        let mut writer = transaction.writer(&PERSONAS);
        let other = writer.write(&rows(&LINKS, "alpha", 0, 1)).unwrap_err();
        expect![[r#"
            rows do not fit table personas: the columns are account_left, account_right, source_left, source_right, name_level, name_surprisal_bits, has_shared_identifier, prior_bits, match_weight_bits, match_probability, match_probability_low, match_probability_high, not persona_id, account_id, source, weakest_link_probability
            hint: this is a fault of the program, please report it"#]].assert_eq(&other.to_string());
        let good = rows(&PERSONAS, "alpha", 0, 1);
        let mut columns = good.columns().to_vec();
        columns[3] = std::sync::Arc::new(Int64Array::from(vec![1])) as ArrayRef;
        let schema = arrow::datatypes::Schema::new(
            good.schema()
                .fields()
                .iter()
                .zip(&columns)
                .map(|(field, column)| {
                    field
                        .as_ref()
                        .clone()
                        .with_data_type(column.data_type().clone())
                })
                .collect::<Vec<_>>(),
        );
        let mistyped = RecordBatch::try_new(std::sync::Arc::new(schema), columns).unwrap();
        let mistyped = writer.write(&mistyped).unwrap_err();
        expect![[r#"
            rows do not fit table personas: Invalid argument error: column types must match schema types, expected Float64 but found Int64 at column index 3
            hint: this is a fault of the program, please report it"#]].assert_eq(&mistyped.to_string());
        assert!(writer.finish().is_err());
    }

    #[tokio::test]
    async fn long_tables_are_split_into_files_in_order() {
        let (_folder, workspace) = workspace().await;
        let mut transaction = workspace.begin("import", "alpha").await.unwrap();
        transaction.limit_files(FileLimits {
            rows: 1000,
            bytes: u64::MAX,
        });
        let batches: Vec<_> = (0..10)
            .map(|part| rows(&POSTS, "alpha", part * 400, part * 400 + 400))
            .collect();
        write(&transaction, &POSTS, &batches);
        let snapshot = transaction.commit().await.unwrap();
        let files = snapshot.files("posts").await.unwrap();
        let counts: Vec<_> = files.iter().map(|file| file.row_count).collect();
        assert_eq!(counts, [1200, 1200, 1200, 400]);
        let context = workspace.session_context(None).unwrap();
        let stream = snapshot
            .scan(&context, "posts", &["byte_start"], Some("alpha"))
            .await
            .unwrap();
        let batches: Vec<RecordBatch> = futures::TryStreamExt::try_collect(stream).await.unwrap();
        let mut numbers: Vec<i64> = batches
            .iter()
            .flat_map(|batch| {
                let column = batch.column(0).as_any().downcast_ref::<Int64Array>();
                column.unwrap().values().to_vec()
            })
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..4000).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn only_known_columns_and_sources_are_scanned() {
        let (_folder, workspace) = workspace().await;
        let snapshot = append(&workspace, &POSTS, "alpha", 0, 3).await;
        let context = workspace.session_context(None).unwrap();
        let none = snapshot
            .scan(&context, "posts", &["body"], Some("beta"))
            .await;
        let none: Vec<RecordBatch> = futures::TryStreamExt::try_collect(none.unwrap())
            .await
            .unwrap();
        assert_eq!(none.iter().map(RecordBatch::num_rows).sum::<usize>(), 0);
        let error = snapshot.scan(&context, "posts", &["text"], None).await;
        expect![[r#"
            table posts has no column text
            hint: see the reference of tables"#]]
        .assert_eq(&error.err().unwrap().to_string());
        let error = snapshot
            .scan(&context, "links", &["account_left"], Some("alpha"))
            .await;
        expect![[r#"
            table links has no column source
            hint: see the reference of tables"#]]
        .assert_eq(&error.err().unwrap().to_string());
    }

    #[tokio::test]
    async fn many_commits_are_read_back_across_checkpoints() {
        let (_folder, workspace) = workspace().await;
        let mut transaction_ids = std::collections::BTreeSet::new();
        for number in 0..24 {
            let snapshot = append(
                &workspace,
                &ACCOUNTS,
                "alpha",
                number * 10,
                number * 10 + 10,
            )
            .await;
            transaction_ids.insert(snapshot.record().transaction.clone());
        }
        assert_eq!(transaction_ids.len(), 24);
        let checkpoints = std::fs::read_dir(workspace.path().join("tables/accounts/_delta_log"))
            .unwrap()
            .filter(|entry| {
                let name = entry.as_ref().unwrap().file_name();
                name.to_string_lossy().ends_with(".checkpoint.parquet")
            })
            .count();
        assert!(checkpoints > 0);
        for (number, count) in [(3, 30), (12, 120), (24, 240)] {
            let snapshot = workspace.snapshot(number).await.unwrap();
            assert_eq!(counts(&snapshot).await, format!("accounts {count}"));
        }
        assert_eq!(
            parquet_files_named(&workspace).await,
            parquet_files_present(&workspace)
        );
    }
}
