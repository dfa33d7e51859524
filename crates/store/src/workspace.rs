//! A workspace folder: creating, opening, listing snapshots, starting transactions.

use std::path::Path;
use std::sync::Arc;

use chrono::Utc;
use datafusion::execution::context::SessionContext;
use entangle_model::schema::TABLES;
use serde::{Deserialize, Serialize};

use crate::delta::DeltaFolder;
use crate::durable::{ensure_folder, entry_names, read_json, write_new_file};
use crate::error::{Attempt, Result, StoreError};
use crate::layout::{ENTRIES, Layout};
use crate::lock::FileLock;
use crate::record::SnapshotRecord;
use crate::recovery::{Versions, recover};
use crate::session::{self, FileCaches};
use crate::snapshot::Snapshot;
use crate::transaction::Transaction;

/// Version of the folder's layout and of the tables' columns that this program writes.
/// Version 2 (2026-11) added `post_versions` and two columns to `posts`; version 3 (2026-11) added
/// `judgements`, `persona_events`, `link_runs` and `former_names`, and columns to `posts` and
/// `identifiers`.
pub const FORMAT_VERSION: u64 = 4;

const FORMAT_NAME: &str = "entangle workspace";

/// Contents of `format.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Format {
    format: String,
    version: u64,
}

/// A folder with tables in snapshots. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Workspace {
    layout: Arc<Layout>,
    caches: Arc<FileCaches>,
}

/// What was removed with the snapshots before the latest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    /// Snapshots that can no longer be read.
    pub snapshot_count: u64,
    /// Files with rows that only they had.
    pub file_count: u64,
}

/// The right to import one source, given up on drop or with the process.
#[derive(Debug)]
pub struct SourceLock {
    _lock: FileLock,
}

impl Workspace {
    /// Opens the workspace in a folder. Reading is enough of a right.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotAWorkspace`], [`StoreError::NewerFormat`], [`StoreError::OlderFormat`],
    /// [`StoreError::PermissionDenied`].
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let format_file = path.join("format.json");
        if !format_file.try_exists().attempt("look for", &format_file)? {
            return Err(StoreError::NotAWorkspace {
                path: path.to_owned(),
            });
        }
        let format: Format = read_json(&format_file)?;
        if format.format != FORMAT_NAME {
            return Err(StoreError::NotAWorkspace {
                path: path.to_owned(),
            });
        }
        if format.version > FORMAT_VERSION {
            return Err(StoreError::NewerFormat {
                path: path.to_owned(),
                found: format.version,
                supported: FORMAT_VERSION,
            });
        }
        if format.version < FORMAT_VERSION {
            return Err(StoreError::OlderFormat {
                path: path.to_owned(),
                found: format.version,
                supported: FORMAT_VERSION,
            });
        }
        Ok(Self::of(layout_of(path)?))
    }

    fn of(layout: Arc<Layout>) -> Self {
        Self {
            layout,
            caches: Arc::default(),
        }
    }

    /// Creates a workspace with every table empty, snapshot 0, in a new or empty folder.
    ///
    /// # Errors
    ///
    /// [`StoreError::AlreadyAWorkspace`], [`StoreError::FolderNotEmpty`],
    /// [`StoreError::PermissionDenied`], [`StoreError::DiskFull`].
    pub async fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        ensure_folder(path)?;
        // What an interrupted creation left is completed, anything else is in the way.
        for entry in entry_names(path)? {
            if !ENTRIES.contains(&entry.as_str()) {
                return Err(StoreError::FolderNotEmpty {
                    path: path.to_owned(),
                    entry,
                });
            }
        }
        let layout = layout_of(path)?;
        let _lock = FileLock::acquire_async(layout.lock_file()).await?;
        let format_file = layout.format_file();
        if format_file.try_exists().attempt("look for", &format_file)? {
            return Err(StoreError::AlreadyAWorkspace {
                path: path.to_owned(),
            });
        }
        create_contents(&layout).await?;
        let format = serde_json::to_vec(&Format {
            format: FORMAT_NAME.to_owned(),
            version: FORMAT_VERSION,
        });
        write_new_file(&format_file, &format.attempt("write", &format_file)?)?;
        Ok(Self::of(layout))
    }

    /// Opens the workspace in a folder, creating it where there is none.
    ///
    /// # Errors
    ///
    /// Those of [`Workspace::open`] and [`Workspace::create`].
    pub async fn open_or_create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        match Self::open(path).await {
            Err(StoreError::NotAWorkspace { .. }) => match Self::create(path).await {
                // Somebody else was faster.
                Err(StoreError::AlreadyAWorkspace { .. }) => Self::open(path).await,
                created => created,
            },
            opened => opened,
        }
    }

    /// The folder, absolute.
    pub fn path(&self) -> &Path {
        self.layout.root()
    }

    /// The newest snapshot.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] and errors of reading.
    pub async fn latest_snapshot(&self) -> Result<Snapshot> {
        let record = self.layout.latest_record()?;
        Ok(Snapshot::new(self.layout.clone(), record))
    }

    /// The snapshot of that number.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuchSnapshot`], [`StoreError::Damaged`] and errors of reading.
    pub async fn snapshot(&self, number: u64) -> Result<Snapshot> {
        let record = self.layout.record(number)?;
        Ok(Snapshot::new(self.layout.clone(), record))
    }

    /// What is recorded of every snapshot, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] and errors of reading.
    pub async fn snapshots(&self) -> Result<Vec<SnapshotRecord>> {
        self.layout.records()
    }

    /// Begins a transaction. `command` and `label` are kept with the snapshot it makes.
    ///
    /// Before that, whatever a killed transaction left is undone. Waits while another
    /// transaction commits.
    ///
    /// # Errors
    ///
    /// [`StoreError::PermissionDenied`], [`StoreError::DiskFull`], [`StoreError::Damaged`],
    /// [`StoreError::OtherColumns`] and other errors of reading and writing.
    pub async fn begin(&self, command: &str, label: &str) -> Result<Transaction> {
        Transaction::begin(self.layout.clone(), command, label).await
    }

    /// Removes every snapshot but the latest, for good: their records, the files that only they
    /// need, and the entries of the tables' logs, which hold smallest and largest values of columns.
    /// What reads an older snapshot at the time fails. Killed in the middle, it is done again.
    ///
    /// # Errors
    ///
    /// [`StoreError::PermissionDenied`] and other errors of reading and writing.
    pub async fn expire_older_snapshots(&self) -> Result<Expired> {
        let _lock = FileLock::acquire_async(self.layout.lock_file()).await?;
        let latest = self.layout.latest_record()?;
        recover(&self.layout, &latest.tables).await?;
        let snapshot_count = self.layout.remove_records_before(latest.snapshot)?;
        let mut file_count = 0;
        for table in TABLES.iter().copied() {
            if let Some(version) = latest.tables.get(table.name) {
                let folder = DeltaFolder::open(&self.layout, table)?;
                file_count += folder.forget_before(*version).await?;
            }
        }
        Ok(Expired {
            snapshot_count,
            file_count,
        })
    }

    /// Waits until nobody else imports the source and keeps others away until the guard is
    /// dropped. Taking the lock of a source twice in one task waits for ever.
    ///
    /// # Errors
    ///
    /// [`StoreError::PermissionDenied`] and other errors of opening the lock file.
    pub async fn lock_source(&self, source: &str) -> Result<SourceLock> {
        ensure_folder(&self.layout.locks())?;
        let lock = FileLock::acquire_async(self.layout.source_lock(source)).await?;
        Ok(SourceLock { _lock: lock })
    }

    /// A DataFusion session whose temporary files lie in the workspace and go with it. It
    /// knows no table yet; see [`Snapshot::register`].
    ///
    /// With a limit, operators share that many bytes, spill what does not fit, and joins sort
    /// and merge, because hash joins cannot spill. Rows that merely pass through are not
    /// counted: allow about 300 MB more for the process.
    ///
    /// # Errors
    ///
    /// [`StoreError::DiskFull`] and other errors of making the folder for temporary files.
    pub fn session_context(&self, memory_limit_bytes: Option<usize>) -> Result<SessionContext> {
        session::session_context(&self.layout, &self.caches, memory_limit_bytes, None)
    }

    /// The same for somebody who as a rule looks up few rows: what is not needed of rows that do not
    /// match is not decoded, and what the session may spill to the disk is limited, bytes; a query
    /// beyond it fails.
    ///
    /// # Errors
    ///
    /// As [`Workspace::session_context`].
    pub fn limited_session_context(
        &self,
        memory_limit_bytes: usize,
        spill_limit_bytes: u64,
    ) -> Result<SessionContext> {
        let (memory, spill) = (Some(memory_limit_bytes), Some(spill_limit_bytes));
        let context = session::session_context(&self.layout, &self.caches, memory, spill)?;
        let state = context.state_ref();
        let mut state = state.write();
        let options = state.config_mut().options_mut();
        options.execution.parquet.pushdown_filters = true;
        drop(state);
        Ok(context)
    }
}

fn layout_of(path: &Path) -> Result<Arc<Layout>> {
    let root = std::fs::canonicalize(path).attempt("open", path)?;
    if root.to_str().is_none() {
        return Err(StoreError::PathNotUtf8 { path: root });
    }
    Ok(Arc::new(Layout::new(root)))
}

async fn create_contents(layout: &Layout) -> Result<()> {
    ensure_folder(&layout.tables())?;
    ensure_folder(&layout.snapshots())?;
    ensure_folder(&layout.locks())?;
    let tables = recover(layout, &Versions::new()).await?;
    if layout.snapshot_numbers()?.is_empty() {
        layout.write_record(&SnapshotRecord {
            snapshot: 0,
            created_at: Utc::now(),
            command: "create".to_owned(),
            label: String::new(),
            transaction: String::new(),
            tables,
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{append, counts, query};
    use entangle_model::schema::ACCOUNTS;
    use expect_test::{Expect, expect};
    use std::fs;
    use tempfile::TempDir;

    /// The message with the folder's path replaced.
    fn check_error(folder: &TempDir, error: Result<Workspace>, expected: Expect) {
        let path = folder.path().display().to_string();
        expected.assert_eq(&error.unwrap_err().to_string().replace(&path, "FOLDER"));
    }

    #[tokio::test]
    async fn a_folder_without_a_workspace_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        check_error(
            &folder,
            Workspace::open(folder.path()).await,
            expect![[r#"
            FOLDER is not a workspace: it has no format.json
            hint: give the folder of a workspace, or create one there first"#]],
        );
        assert_eq!(entry_names(folder.path()).unwrap().len(), 0);
    }

    #[tokio::test]
    async fn a_workspace_is_created_only_where_nothing_is_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        Workspace::create(folder.path()).await.unwrap();
        check_error(
            &folder,
            Workspace::create(folder.path()).await,
            expect![[r#"
            FOLDER is a workspace already
            hint: open it, or choose another folder"#]],
        );
        fs::remove_file(folder.path().join("format.json")).unwrap();
        fs::write(folder.path().join("thesis.doc"), "").unwrap();
        check_error(
            &folder,
            Workspace::create(folder.path()).await,
            expect![[r#"
            cannot create a workspace in FOLDER: the folder holds thesis.doc, which is not part of a workspace
            hint: choose a new or an empty folder"#]],
        );
    }

    #[tokio::test]
    async fn an_older_format_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let format = r#"{"format":"entangle workspace","version":1}"#;
        fs::write(folder.path().join("format.json"), format).unwrap();
        check_error(
            &folder,
            Workspace::open(folder.path()).await,
            expect![[r#"
                FOLDER has workspace format 1, and this program reads format 4
                hint: import its sources again into a new workspace, or use the program that wrote it"#]],
        );
    }

    #[tokio::test]
    async fn a_newer_format_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let format = r#"{"format":"entangle workspace","version":99,"more":[]}"#;
        fs::write(folder.path().join("format.json"), format).unwrap();
        check_error(
            &folder,
            Workspace::open(folder.path()).await,
            expect![[r#"
                FOLDER has workspace format 99, and this program reads up to format 4
                hint: use the newer program that wrote it"#]],
        );
    }

    #[tokio::test]
    async fn a_damaged_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(folder.path()).await.unwrap();
        let record = folder.path().join("snapshots/00000000000000000000.json");
        fs::write(record, "{\"snapshot\":").unwrap();
        let error = workspace.latest_snapshot().await.unwrap_err().to_string();
        let path = folder.path().display().to_string();
        expect![[r#"
            FOLDER/snapshots/00000000000000000000.json is damaged: EOF while parsing a value at line 1 column 12
            hint: restore it from a backup"#]].assert_eq(&error.replace(&path, "FOLDER"));
    }

    #[tokio::test]
    async fn a_new_workspace_has_every_table_and_no_row() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::open_or_create(folder.path().join("deep/er"))
            .await
            .unwrap();
        let snapshot = workspace.latest_snapshot().await.unwrap();
        assert_eq!(snapshot.number(), 0);
        assert_eq!(counts(&snapshot).await, "");
        for table in TABLES {
            assert_eq!(snapshot.table_version(table.name), Some(0));
            let provider = snapshot.provider(table.name).await.unwrap();
            assert_eq!(provider.schema(), table.arrow_schema());
        }
    }

    #[tokio::test]
    async fn an_interrupted_creation_is_completed() {
        let folder = tempfile::tempdir().unwrap();
        Workspace::create(folder.path()).await.unwrap();
        fs::remove_file(folder.path().join("format.json")).unwrap();
        fs::remove_file(folder.path().join("snapshots/00000000000000000000.json")).unwrap();
        fs::remove_dir_all(folder.path().join("tables/posts")).unwrap();
        let workspace = Workspace::open_or_create(folder.path()).await.unwrap();
        let snapshot = append(&workspace, &ACCOUNTS, "alpha", 0, 3).await;
        assert_eq!(counts(&snapshot).await, "accounts 3");
    }

    #[tokio::test]
    async fn a_table_younger_than_the_workspace_is_added_by_the_next_transaction() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(folder.path()).await.unwrap();
        let path = folder.path().join("snapshots/00000000000000000000.json");
        let mut record: SnapshotRecord = read_json(&path).unwrap();
        record.tables.remove("posts");
        fs::write(&path, serde_json::to_vec(&record).unwrap()).unwrap();
        fs::remove_dir_all(folder.path().join("tables/posts")).unwrap();

        let before = workspace.latest_snapshot().await.unwrap();
        assert_eq!(before.table_version("posts"), None);
        assert_eq!(before.row_count("posts").await.unwrap(), 0);
        let after = append(&workspace, &ACCOUNTS, "alpha", 0, 3).await;
        assert_eq!(after.table_version("posts"), Some(0));
    }

    #[tokio::test]
    async fn a_table_with_other_columns_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(folder.path()).await.unwrap();
        let log = folder
            .path()
            .join("tables/personas/_delta_log/00000000000000000000.json");
        let changed = fs::read_to_string(&log)
            .unwrap()
            .replace("persona_id", "person");
        fs::write(&log, changed).unwrap();
        let snapshot = workspace.latest_snapshot().await.unwrap();
        let error = snapshot.files("personas").await.unwrap_err();
        expect![[r#"
            table personas has the columns person Utf8, account_id Utf8, source Utf8, weakest_link_probability Float64, and this program expects persona_id Utf8, account_id Utf8, source Utf8, weakest_link_probability Float64
            hint: use the version of the program that made the workspace, or import into a new one"#]]
        .assert_eq(&error.to_string());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn creating_twice_at_once_gives_one_workspace() {
        let folder = tempfile::tempdir().unwrap();
        let (left, right) = tokio::join!(
            Workspace::open_or_create(folder.path()),
            Workspace::open_or_create(folder.path())
        );
        assert_eq!(left.unwrap().snapshots().await.unwrap().len(), 1);
        assert_eq!(right.unwrap().snapshots().await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn any_utf8_path_can_be_queried_and_moved() {
        let folder = tempfile::tempdir().unwrap();
        let first = folder.path().join("a b#1 100% [я]*?");
        let second = folder.path().join("moved");
        let workspace = Workspace::create(&first).await.unwrap();
        append(&workspace, &ACCOUNTS, "alpha", 0, 3).await;
        check_three_accounts(&first).await;
        fs::rename(&first, &second).unwrap();
        check_three_accounts(&second).await;
    }

    async fn check_three_accounts(path: &Path) {
        let workspace = Workspace::open(path).await.unwrap();
        let snapshot = workspace.latest_snapshot().await.unwrap();
        let answer = query(&workspace, &snapshot, "select count(*) from accounts").await;
        assert!(answer.contains("| 3 "), "{answer}");
    }

    #[tokio::test]
    async fn an_unknown_snapshot_is_answered_with_the_latest() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(folder.path()).await.unwrap();
        let error = workspace.snapshot(7).await.unwrap_err();
        expect![[r#"
            there is no snapshot 7; the latest is 0
            hint: list the snapshots and choose one of them"#]]
        .assert_eq(&error.to_string());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_lock_of_a_source_keeps_others_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(folder.path()).await.unwrap();
        let held = workspace.lock_source("alpha").await.unwrap();
        let other = workspace.lock_source("beta").await.unwrap();
        let waiting = tokio::spawn({
            let workspace = workspace.clone();
            async move { workspace.lock_source("alpha").await.map(drop) }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop((held, other));
        waiting.await.unwrap().unwrap();
    }
}
