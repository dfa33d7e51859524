//! Streams rows of one table into Parquet files in a staging folder.
//!
//! Memory is bounded by one row group per writer, whatever the number of rows. Nothing here
//! makes rows visible; that is the transaction's part.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use entangle_model::schema::Table;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::delta::DataFile;
use crate::error::{Attempt, Result, StoreError};
use crate::statistics::delta_statistics;

/// Rows of a row group at most.
const ROW_GROUP_ROWS: usize = 128 * 1024;
/// Encoded size from which a row group is closed, bytes.
const ROW_GROUP_BYTES: usize = 64 * 1024 * 1024;

/// When a file is closed and the next one begun.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileLimits {
    pub rows: u64,
    pub bytes: u64,
}

impl Default for FileLimits {
    fn default() -> Self {
        Self {
            rows: 4_000_000,
            bytes: 256 * 1024 * 1024,
        }
    }
}

/// A complete file in a staging folder.
#[derive(Debug)]
pub(crate) struct StagedFile {
    pub path: PathBuf,
    /// How the table will describe it, with its name there.
    pub file: DataFile,
}

/// What a transaction has gathered so far; shared with its writers.
#[derive(Debug, Default)]
pub(crate) struct Staged {
    pub files: BTreeMap<&'static str, Vec<StagedFile>>,
    pub replaced: BTreeSet<&'static str>,
    /// Names of files that are not in the next snapshot, by table.
    pub removed_files: BTreeMap<&'static str, BTreeSet<String>>,
    /// Tables of writers that are not finished, with their number.
    pub unfinished: BTreeMap<&'static str, u32>,
    pub writer_count: u32,
}

/// Writes rows of one table; they become visible with the transaction's commit.
///
/// Writers of one transaction may be used on several threads at once. A writer must be
/// finished: dropping it otherwise makes the commit fail, so that no row is lost unnoticed.
pub struct TableWriter {
    table: &'static Table,
    schema: SchemaRef,
    properties: WriterProperties,
    limits: FileLimits,
    folder: PathBuf,
    /// Transaction and writer: the beginning of all its file names.
    stem: String,
    staged: Arc<Mutex<Staged>>,
    open: Option<OpenFile>,
    files: Vec<StagedFile>,
    row_count: u64,
    has_failed: bool,
}

struct OpenFile {
    path: PathBuf,
    name: String,
    writer: ArrowWriter<File>,
    row_count: u64,
}

impl TableWriter {
    pub(crate) fn new(
        table: &'static Table,
        folder: PathBuf,
        transaction_id: &str,
        staged: Arc<Mutex<Staged>>,
        limits: FileLimits,
    ) -> Self {
        let writer_number = {
            let mut staged = staged.lock().unwrap_or_else(PoisonError::into_inner);
            *staged.unfinished.entry(table.name).or_default() += 1;
            staged.writer_count += 1;
            staged.writer_count
        };
        Self {
            table,
            schema: table.arrow_schema(),
            properties: properties(),
            limits,
            folder,
            stem: format!("{transaction_id}-{writer_number:03}"),
            staged,
            open: None,
            files: Vec::new(),
            row_count: 0,
            has_failed: false,
        }
    }

    /// Appends rows, in order.
    ///
    /// Blocks while a full row group is compressed and written. Columns must have the names,
    /// order and types of the table.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongRows`] if the rows do not fit the table; [`StoreError::DiskFull`]
    /// and other errors of writing. After an error the transaction cannot be committed.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let outcome = self.write_rows(batch);
        self.has_failed |= outcome.is_err();
        outcome
    }

    /// Rows written so far.
    pub fn row_count(&self) -> u64 {
        self.row_count
    }

    /// Completes the last file and hands all files to the transaction. Answers the number of
    /// rows written.
    ///
    /// # Errors
    ///
    /// Those of writing, and [`StoreError::UnfinishedWriter`] if an earlier write failed.
    pub fn finish(mut self) -> Result<u64> {
        if self.has_failed {
            return Err(StoreError::UnfinishedWriter {
                table: self.table.name,
            });
        }
        self.close_file()?;
        let mut staged = self.staged.lock().unwrap_or_else(PoisonError::into_inner);
        staged
            .files
            .entry(self.table.name)
            .or_default()
            .append(&mut self.files);
        if let Some(count) = staged.unfinished.get_mut(self.table.name) {
            *count -= 1;
        }
        Ok(self.row_count)
    }

    fn write_rows(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let batch = self.fitted(batch)?;
        let mut open = match self.open.take() {
            Some(open) => open,
            None => self.open_file()?,
        };
        open.writer.write(&batch).attempt("write", &open.path)?;
        open.row_count += batch.num_rows() as u64;
        self.row_count += batch.num_rows() as u64;
        let size_bytes = open.writer.bytes_written() + open.writer.in_progress_size();
        let is_full = open.row_count >= self.limits.rows || size_bytes as u64 >= self.limits.bytes;
        self.open = Some(open);
        if is_full { self.close_file() } else { Ok(()) }
    }

    /// The rows under the table's own schema.
    fn fitted(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let wrong = |reason: String| StoreError::WrongRows {
            table: self.table.name,
            reason,
        };
        let given = batch.schema();
        if names(&given) != names(&self.schema) {
            return Err(wrong(format!(
                "the columns are {}, not {}",
                names(&given).join(", "),
                names(&self.schema).join(", ")
            )));
        }
        RecordBatch::try_new(self.schema.clone(), batch.columns().to_vec())
            .map_err(|error| wrong(error.to_string()))
    }

    fn open_file(&self) -> Result<OpenFile> {
        let name = format!("{}-{:05}.parquet", self.stem, self.files.len());
        let path = self.folder.join(format!("{}-{name}", self.table.name));
        let file = File::create_new(&path).attempt("create", &path)?;
        let writer = ArrowWriter::try_new(file, self.schema.clone(), Some(self.properties.clone()))
            .attempt("write", &path)?;
        Ok(OpenFile {
            path,
            name,
            writer,
            row_count: 0,
        })
    }

    fn close_file(&mut self) -> Result<()> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        self.files.push(open.close(self.table)?);
        Ok(())
    }
}

impl OpenFile {
    fn close(mut self, table: &Table) -> Result<StagedFile> {
        let metadata = self.writer.finish().attempt("write", &self.path)?;
        let size_bytes = self.synced_size_bytes()?;
        Ok(StagedFile {
            path: self.path,
            file: DataFile {
                name: self.name,
                size_bytes,
                modified_at_ms: chrono::Utc::now().timestamp_millis(),
                statistics: delta_statistics(table, &metadata),
                row_count: row_count(&metadata),
            },
        })
    }

    fn synced_size_bytes(&self) -> Result<u64> {
        let file = self.writer.inner();
        file.sync_all().attempt("write", &self.path)?;
        let metadata = file.metadata().attempt("read", &self.path)?;
        Ok(metadata.len())
    }
}

fn row_count(metadata: &ParquetMetaData) -> u64 {
    u64::try_from(metadata.file_metadata().num_rows()).unwrap_or(0)
}

fn names(schema: &Schema) -> Vec<&str> {
    schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect()
}

/// Columns whose values hardly repeat: a dictionary of them would be filled, searched and thrown
/// away in every row group.
const UNREPEATED_COLUMNS: [&str; 7] = [
    "body",
    "byte_end",
    "byte_start",
    "content_hash",
    "native_id",
    "post_id",
    "posted_at",
];

/// Columns whose smallest and largest value help no query to skip rows.
const UNORDERED_COLUMNS: [&str; 3] = ["about", "body", "content_hash"];

/// Ids and values by which single rows are looked up. They stand in no order, so the least and the largest of
/// a row group say nothing; a Bloom filter says of nearly every row group that a value is not in it.
const LOOKED_UP_COLUMNS: [&str; 6] = [
    "account_id",
    "account_left",
    "account_right",
    "post_id",
    "thread_id",
    "value",
];
/// How often a filter says of a value that it may be there although it is not.
const FALSE_POSITIVE_SHARE: f64 = 0.01;

/// Level 1 of zstd: text shrinks nearly as far as with level 3, and an import waits less.
fn properties() -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_max_row_group_bytes(Some(ROW_GROUP_BYTES));
    for column in UNREPEATED_COLUMNS {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(column), false);
    }
    for column in LOOKED_UP_COLUMNS.map(ColumnPath::from) {
        properties = properties
            .set_column_bloom_filter_fpp(column.clone(), FALSE_POSITIVE_SHARE)
            .set_column_bloom_filter_max_ndv(column, ROW_GROUP_ROWS as u64);
    }
    for column in UNORDERED_COLUMNS {
        properties = properties
            .set_column_statistics_enabled(ColumnPath::from(column), EnabledStatistics::None);
    }
    properties.build()
}
