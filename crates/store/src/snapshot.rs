//! A frozen state of all tables, for reading.
//!
//! A snapshot holds no lock and keeps no file open. What it names is never changed, and removed only
//! with the whole snapshot where rows are removed on request; so it reads the same rows for as long
//! as it is there.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::context::SessionContext;
use datafusion::prelude::{Expr, ident, lit};
use entangle_model::schema::{self, TABLES, Table};

use crate::delta::DeltaFolder;
use crate::error::{Result, StoreError};
use crate::layout::Layout;
use crate::provider::parquet_provider;
use crate::record::SnapshotRecord;

/// One Parquet file of a table in a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFile {
    /// Address for query engines: `file:///`, percent-encoded.
    pub uri: String,
    /// The same as a path.
    pub path: PathBuf,
    /// Rows in the file.
    pub row_count: u64,
    /// Size of the file, bytes.
    pub size_bytes: u64,
}

/// A frozen state of all tables.
#[derive(Debug, Clone)]
pub struct Snapshot {
    layout: Arc<Layout>,
    record: Arc<SnapshotRecord>,
}

impl Snapshot {
    pub(crate) fn new(layout: Arc<Layout>, record: SnapshotRecord) -> Self {
        Self {
            layout,
            record: Arc::new(record),
        }
    }

    /// Number of the snapshot, from 0 (the empty workspace).
    pub fn number(&self) -> u64 {
        self.record.snapshot
    }

    /// When and by which command it was made, and all table versions.
    pub fn record(&self) -> &SnapshotRecord {
        &self.record
    }

    /// Version of the Delta table; absent where the table is younger than the snapshot.
    pub fn table_version(&self, table: &str) -> Option<u64> {
        self.record.tables.get(table).copied()
    }

    /// The files that hold the table's rows, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuchTable`], and errors of reading the table's log.
    pub async fn files(&self, table: &str) -> Result<Vec<TableFile>> {
        let table = known(table)?;
        let Some(version) = self.table_version(table.name) else {
            return Ok(Vec::new());
        };
        let folder = DeltaFolder::open(&self.layout, table)?;
        let files = folder.files(version).await?;
        Ok(files
            .into_iter()
            .map(|file| TableFile {
                uri: folder.file_url(&file.name),
                path: folder.path().join(&file.name),
                row_count: file.row_count,
                size_bytes: file.size_bytes,
            })
            .collect())
    }

    /// Rows of the table, from the log alone.
    ///
    /// # Errors
    ///
    /// Those of [`Snapshot::files`].
    pub async fn row_count(&self, table: &str) -> Result<u64> {
        let files = self.files(table).await?;
        Ok(files.iter().map(|file| file.row_count).sum())
    }

    /// A table that DataFusion can query: an explicit list of Parquet files, so that a plan
    /// can be sent to other processes without knowing Delta. Texts are `Utf8`.
    ///
    /// # Errors
    ///
    /// Those of [`Snapshot::files`].
    pub async fn provider(&self, table: &str) -> Result<Arc<dyn TableProvider>> {
        let table = known(table)?;
        let files = self.files(table.name).await?;
        let uris = files.iter().map(|file| file.uri.as_str());
        parquet_provider(table.arrow_schema(), uris)
    }

    /// One file of a table as a table of its own.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuchTable`] and [`StoreError::Query`].
    pub fn file_provider(&self, table: &str, file: &TableFile) -> Result<Arc<dyn TableProvider>> {
        let table = known(table)?;
        parquet_provider(table.arrow_schema(), [file.uri.as_str()])
    }

    /// Makes one table known to a session under its own name.
    ///
    /// # Errors
    ///
    /// Those of [`Snapshot::files`], and [`StoreError::Query`] if the name is taken.
    pub async fn register_table(&self, context: &SessionContext, table: &str) -> Result<()> {
        let provider = self.provider(table).await?;
        context
            .register_table(table, provider)
            .map_err(|error| StoreError::query("register a table", error))?;
        Ok(())
    }

    /// Makes every table known to a session under its own name.
    ///
    /// # Errors
    ///
    /// Those of [`Snapshot::register_table`].
    pub async fn register(&self, context: &SessionContext) -> Result<()> {
        for table in TABLES {
            self.register_table(context, table.name).await?;
        }
        Ok(())
    }

    /// Streams columns of a table, of one source or of all, in no particular order.
    ///
    /// # Errors
    ///
    /// Those of [`Snapshot::files`]; [`StoreError::NoSuchColumn`], also where a source is
    /// given and the table has no column `source`; [`StoreError::Query`].
    pub async fn scan(
        &self,
        context: &SessionContext,
        table: &str,
        columns: &[&str],
        source: Option<&str>,
    ) -> Result<SendableRecordBatchStream> {
        let failed = |error| StoreError::query("scan a table", error);
        let table = known(table)?;
        check_columns(
            table,
            columns.iter().copied().chain(source.map(|_| "source")),
        )?;
        let provider = self.provider(table.name).await?;
        let mut frame = context.read_table(provider).map_err(failed)?;
        if let Some(source) = source {
            let is_of_source = ident("source").eq(lit(source));
            frame = frame.filter(is_of_source).map_err(failed)?;
        }
        let wanted: Vec<Expr> = columns.iter().map(|column| ident(*column)).collect();
        let frame = frame.select(wanted).map_err(failed)?;
        frame.execute_stream().await.map_err(failed)
    }
}

fn known(name: &str) -> Result<&'static Table> {
    schema::table(name).ok_or_else(|| StoreError::NoSuchTable {
        name: name.to_owned(),
    })
}

fn check_columns<'a>(
    table: &'static Table,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<()> {
    for name in names {
        if !table.columns.iter().any(|column| column.name == name) {
            return Err(StoreError::NoSuchColumn {
                table: table.name,
                column: name.to_owned(),
            });
        }
    }
    Ok(())
}
