//! One table as a Delta table. The only module that names Delta.
//!
//! Callers hold the workspace lock when they write, so every commit expects to be the next
//! version and fails otherwise. Nothing here knows snapshots of the workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use arrow::datatypes::Schema;
use deltalake::checkpoints::create_checkpoint_from_table_url_and_cleanup;
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties, TableReference};
use deltalake::kernel::{Action, Add, DataType, EagerSnapshot, MetadataValue, Remove, StructField};
use deltalake::logstore::LogStoreRef;
use deltalake::operations::create::CreateBuilder;
use deltalake::protocol::{DeltaOperation, SaveMode};
use deltalake::{DeltaTableBuilder, ensure_table_uri};
use entangle_model::schema::{ColumnType, Table};

use crate::durable::{ensure_folder, entry_names, sync_file_and_name, sync_folder};
use crate::error::{Attempt, Result, StoreError};
use crate::layout::Layout;

/// How long other programs must keep files that only older snapshots need: for ever, as far
/// as the property can say it.
const RETENTION: &str = "interval 36500 days";

/// Properties of every table. A checkpoint every ten versions keeps opening a table fast. Old snapshots stay readable only while no program removes old
/// log entries or old files.
const PROPERTIES: &[(&str, &str)] = &[
    ("delta.checkpointInterval", "10"),
    ("delta.enableExpiredLogCleanup", "false"),
    ("delta.logRetentionDuration", RETENTION),
    ("delta.deletedFileRetentionDuration", RETENTION),
];

/// One Parquet file of a table, as the log describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataFile {
    /// Name within the table's folder.
    pub name: String,
    pub size_bytes: u64,
    /// Time of writing, milliseconds since 1970.
    pub modified_at_ms: i64,
    /// Statistics, JSON.
    pub statistics: String,
    /// Rows in the file.
    pub row_count: u64,
}

impl DataFile {
    fn add(&self) -> Action {
        Action::Add(Add {
            path: self.name.clone(),
            size: i64::try_from(self.size_bytes).unwrap_or(i64::MAX),
            modification_time: self.modified_at_ms,
            data_change: true,
            stats: Some(self.statistics.clone()),
            ..Add::default()
        })
    }

    fn remove(&self) -> Action {
        Action::Remove(Remove {
            path: self.name.clone(),
            data_change: true,
            deletion_timestamp: Some(chrono::Utc::now().timestamp_millis()),
            extended_file_metadata: Some(true),
            partition_values: Some(Default::default()),
            size: i64::try_from(self.size_bytes).ok(),
            ..Remove::default()
        })
    }
}

/// What a commit takes out of a table beside what it adds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Removal<'files> {
    /// Nothing.
    Nothing,
    /// Every file.
    Everything,
    /// The files of these names.
    Files(&'files BTreeSet<String>),
}

/// The folder of one table.
pub(crate) struct DeltaFolder {
    table: &'static Table,
    path: PathBuf,
    log_store: LogStoreRef,
}

impl DeltaFolder {
    /// Points at the table's folder, which must exist.
    pub fn open(layout: &Layout, table: &'static Table) -> Result<Self> {
        let path = layout.table(table.name);
        if !path.is_dir() {
            return Err(StoreError::Damaged {
                path,
                reason: "the folder of the table is missing".to_owned(),
            });
        }
        let text = path
            .to_str()
            .ok_or_else(|| StoreError::PathNotUtf8 { path: path.clone() })?;
        let url = ensure_table_uri(text).attempt("open", &path)?;
        let log_store = DeltaTableBuilder::from_url(url)
            .and_then(|builder| builder.build_storage())
            .attempt("open", &path)?;
        Ok(Self {
            table,
            path,
            log_store,
        })
    }

    /// Like [`DeltaFolder::open`], making the folder where it is missing.
    pub fn open_or_make(layout: &Layout, table: &'static Table) -> Result<Self> {
        ensure_folder(&layout.table(table.name))?;
        Self::open(layout, table)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The address of a file of the table, percent-encoded.
    pub fn file_url(&self, name: &str) -> String {
        let mut url = self.log_store.root_url().clone();
        url.set_path(&format!("{}/{name}", url.path().trim_end_matches('/')));
        url.to_string()
    }

    /// The newest version, looked for from a version that is known to exist; absent where no
    /// table has been created.
    pub fn head_version(&self, known: Option<u64>) -> Result<Option<u64>> {
        let mut head = known;
        loop {
            let next = head.map_or(0, |version| version + 1);
            let entry = self.log_entry(next);
            if !entry.try_exists().attempt("look for", &entry)? {
                return Ok(head);
            }
            head = Some(next);
        }
    }

    /// Creates the table, version 0.
    pub async fn create(&self) -> Result<u64> {
        CreateBuilder::new()
            .with_log_store(self.log_store.clone())
            .with_table_name(self.table.name)
            .with_comment(self.table.about.trim())
            .with_columns(delta_columns(self.table))
            .with_configuration(PROPERTIES.iter().map(|(key, value)| (*key, Some(*value))))
            .with_save_mode(SaveMode::ErrorIfExists)
            .with_commit_properties(commit_properties())
            .await
            .attempt("create", &self.path)?;
        sync_file_and_name(&self.log_entry(0))?;
        Ok(0)
    }

    /// The files of a version, by name, which is by age.
    pub async fn files(&self, version: u64) -> Result<Vec<DataFile>> {
        let state = self.state(version).await?;
        self.files_of(&state)
    }

    /// Adds files to the table and removes others. Answers the new version, or the old one if there
    /// is nothing to do.
    pub async fn commit(&self, head: u64, added: &[DataFile], removal: Removal<'_>) -> Result<u64> {
        let state = self.state(head).await?;
        let present = match removal {
            Removal::Nothing => Vec::new(),
            _ => self.files_of(&state)?,
        };
        let is_removed = |file: &&DataFile| match removal {
            Removal::Nothing => false,
            Removal::Everything => true,
            Removal::Files(names) => names.contains(&file.name),
        };
        let mut actions: Vec<Action> = present
            .iter()
            .filter(is_removed)
            .map(DataFile::remove)
            .collect();
        actions.extend(added.iter().map(DataFile::add));
        let operation = match removal {
            Removal::Files(_) => DeltaOperation::Delete { predicate: None },
            Removal::Nothing => written(SaveMode::Append),
            Removal::Everything => written(SaveMode::Overwrite),
        };
        self.apply(&state, actions, operation).await
    }

    /// Removes what only versions before this one need: their log entries, and files that no row
    /// of this version is in. Answers how many files with rows that were. A second call finds
    /// nothing more to do.
    pub async fn forget_before(&self, version: u64) -> Result<u64> {
        let log = self.path.join("_delta_log");
        let needed: BTreeSet<String> = self
            .files(version)
            .await?
            .into_iter()
            .map(|file| file.name)
            .collect();
        let checkpoint = log.join(format!("{version:020}.checkpoint.parquet"));
        if version > 0 && !checkpoint.try_exists().attempt("look for", &checkpoint)? {
            let url = self.log_store.root_url().clone();
            create_checkpoint_from_table_url_and_cleanup(url, version, Some(false), None)
                .await
                .attempt("write the log of", &self.path)?;
            sync_file_and_name(&checkpoint)?;
        }
        for name in entry_names(&log)? {
            if version_of(&name).is_some_and(|number| number < version) {
                remove_file(&log.join(name))?;
            }
        }
        sync_folder(&log)?;
        let mut removed_count = 0;
        for name in entry_names(&self.path)? {
            if name.ends_with(".parquet") && !needed.contains(&name) {
                remove_file(&self.path.join(name))?;
                removed_count += 1;
            }
        }
        sync_folder(&self.path)?;
        Ok(removed_count)
    }

    /// Makes the newest version hold the files of an earlier one, or none. Answers the new
    /// version, or the head if it holds just these.
    pub async fn restore(&self, recorded: Option<u64>, head: u64) -> Result<u64> {
        let state = self.state(head).await?;
        let present = by_name(self.files_of(&state)?);
        let wanted = match recorded {
            Some(version) => by_name(self.files(version).await?),
            None => BTreeMap::new(),
        };
        let mut actions = Vec::new();
        for (name, file) in &present {
            if !wanted.contains_key(name) {
                actions.push(file.remove());
            }
        }
        for (name, file) in &wanted {
            if !present.contains_key(name) {
                self.check_exists(name)?;
                actions.push(file.add());
            }
        }
        let operation = DeltaOperation::Restore {
            version: recorded,
            datetime: None,
        };
        self.apply(&state, actions, operation).await
    }

    async fn apply(
        &self,
        state: &EagerSnapshot,
        actions: Vec<Action>,
        operation: DeltaOperation,
    ) -> Result<u64> {
        if actions.is_empty() {
            return Ok(state.version());
        }
        let version = CommitBuilder::from(commit_properties())
            .with_actions(actions)
            .build(
                Some(state as &dyn TableReference),
                self.log_store.clone(),
                operation,
            )
            .await
            .attempt("write the log of", &self.path)?
            .version();
        sync_file_and_name(&self.log_entry(version))?;
        Ok(version)
    }

    async fn state(&self, version: u64) -> Result<EagerSnapshot> {
        let state = EagerSnapshot::try_new(self.log_store.as_ref(), Some(version))
            .await
            .attempt("read the log of", &self.path)?;
        let found = columns_in_words(&state.arrow_schema());
        let expected = columns_in_words(&self.table.arrow_schema());
        if found != expected {
            return Err(StoreError::OtherColumns {
                table: self.table.name,
                found,
                expected,
            });
        }
        Ok(state)
    }

    fn files_of(&self, state: &EagerSnapshot) -> Result<Vec<DataFile>> {
        let log = state
            .try_log_data()
            .attempt("read the log of", &self.path)?;
        let mut files = Vec::with_capacity(log.num_files());
        for view in log.iter() {
            let name = view.path().into_owned();
            let (Some(row_count), Some(statistics)) = (view.num_records(), view.stats()) else {
                return Err(StoreError::Damaged {
                    path: self.path.join(name),
                    reason: "the log of the table does not say how many rows it has".to_owned(),
                });
            };
            files.push(DataFile {
                name,
                size_bytes: u64::try_from(view.size()).unwrap_or(0),
                modified_at_ms: view.modification_time(),
                statistics,
                row_count: row_count as u64,
            });
        }
        files.sort_unstable_by(|left, right| left.name.cmp(&right.name));
        Ok(files)
    }

    fn check_exists(&self, name: &str) -> Result<()> {
        let path = self.path.join(name);
        if path.try_exists().attempt("look for", &path)? {
            return Ok(());
        }
        Err(StoreError::Damaged {
            path,
            reason: "another program has removed the file from the table".to_owned(),
        })
    }

    fn log_entry(&self, version: u64) -> PathBuf {
        self.path
            .join("_delta_log")
            .join(format!("{version:020}.json"))
    }
}

/// The version that an entry of a log is about; absent where it is about none.
fn version_of(name: &str) -> Option<u64> {
    let digits = name.get(..20)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

fn remove_file(path: &Path) -> Result<()> {
    std::fs::remove_file(path).attempt("remove", path)
}

fn written(mode: SaveMode) -> DeltaOperation {
    DeltaOperation::Write {
        mode,
        partition_by: None,
        predicate: None,
    }
}

fn by_name(files: Vec<DataFile>) -> BTreeMap<String, DataFile> {
    files
        .into_iter()
        .map(|file| (file.name.clone(), file))
        .collect()
}

/// No retries: under the workspace lock nobody else commits. No removal of old log entries.
fn commit_properties() -> CommitProperties {
    CommitProperties::default()
        .with_max_retries(0)
        .with_cleanup_expired_logs(Some(false))
}

fn delta_columns(table: &Table) -> Vec<StructField> {
    table
        .columns
        .iter()
        .map(|column| {
            let data_type = match column.column_type {
                ColumnType::Text => DataType::STRING,
                ColumnType::Integer => DataType::LONG,
                ColumnType::Number => DataType::DOUBLE,
                ColumnType::Flag => DataType::BOOLEAN,
                ColumnType::Instant => DataType::TIMESTAMP,
            };
            let comment = match column.null_means {
                Some(meaning) => format!("{}; null: {meaning}", column.about),
                None => column.about.to_owned(),
            };
            StructField::new(column.name, data_type, column.null_means.is_some())
                .with_metadata([("comment", MetadataValue::String(comment))])
        })
        .collect()
}

fn columns_in_words(schema: &Schema) -> String {
    let words: Vec<String> = schema
        .fields()
        .iter()
        .map(|field| {
            let null = if field.is_nullable() { "?" } else { "" };
            format!("{} {}{null}", field.name(), field.data_type())
        })
        .collect();
    words.join(", ")
}
