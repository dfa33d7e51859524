//! Rows and views of workspaces for the tests of this crate.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use datafusion::arrow::util::pretty::pretty_format_batches;
use entangle_model::schema::{ColumnType, TABLES, Table};

use crate::durable::entry_names;
use crate::{Snapshot, Transaction, Workspace};

/// Rows numbered `from..to`; texts are the column's name and the number, except `source`,
/// which is given. Nullable columns are null in every third row.
pub fn rows(table: &Table, source: &str, from: i64, to: i64) -> RecordBatch {
    let columns = table
        .columns
        .iter()
        .map(|column| {
            let numbers =
                (from..to).map(|row| (column.null_means.is_none() || row % 3 != 0).then_some(row));
            let array: ArrayRef = match column.column_type {
                ColumnType::Text if column.name == "source" => {
                    Arc::new(StringArray::from_iter_values(numbers.map(|_| source)))
                }
                ColumnType::Text => Arc::new(StringArray::from_iter(
                    numbers.map(|row| row.map(|row| format!("{} {row:06}", column.name))),
                )),
                ColumnType::Integer => Arc::new(Int64Array::from_iter(numbers)),
                ColumnType::Number => Arc::new(Float64Array::from_iter(
                    numbers.map(|row| row.map(|row| row as f64 / 2.0)),
                )),
                ColumnType::Flag => Arc::new(BooleanArray::from_iter(
                    numbers.map(|row| row.map(|row| row % 2 == 0)),
                )),
                ColumnType::Instant => Arc::new(
                    TimestampMicrosecondArray::from_iter(
                        numbers.map(|row| row.map(|row| row * 86_400_000_001)),
                    )
                    .with_timezone("UTC"),
                ),
            };
            array
        })
        .collect();
    RecordBatch::try_new(table.arrow_schema(), columns).unwrap()
}

/// Writes rows through one writer.
pub fn write(transaction: &Transaction, table: &'static Table, batches: &[RecordBatch]) {
    let mut writer = transaction.writer(table);
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.finish().unwrap();
}

/// Commits rows of one table.
pub async fn append(
    workspace: &Workspace,
    table: &'static Table,
    source: &str,
    from: i64,
    to: i64,
) -> Snapshot {
    let transaction = workspace.begin("import", source).await.unwrap();
    write(&transaction, table, &[rows(table, source, from, to)]);
    transaction.commit().await.unwrap()
}

/// The answer to a query over a snapshot, as a text table.
pub async fn query(workspace: &Workspace, snapshot: &Snapshot, sql: &str) -> String {
    let context = workspace.session_context(None).unwrap();
    snapshot.register(&context).await.unwrap();
    let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
    pretty_format_batches(&batches).unwrap().to_string()
}

/// Rows per table that has any, `table count` separated by commas.
pub async fn counts(snapshot: &Snapshot) -> String {
    let mut words = Vec::new();
    for table in TABLES {
        let count = snapshot.row_count(table.name).await.unwrap();
        if count > 0 {
            words.push(format!("{} {count}", table.name));
        }
    }
    words.join(", ")
}

/// Parquet files in the tables' folders.
pub fn parquet_files_present(workspace: &Workspace) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for table in TABLES {
        for name in entry_names(&workspace.path().join("tables").join(table.name)).unwrap() {
            if name.ends_with(".parquet") {
                files.insert(format!("{}/{name}", table.name));
            }
        }
    }
    files
}

/// Parquet files that some snapshot names.
pub async fn parquet_files_named(workspace: &Workspace) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for record in workspace.snapshots().await.unwrap() {
        let snapshot = workspace.snapshot(record.snapshot).await.unwrap();
        for table in TABLES {
            for file in snapshot.files(table.name).await.unwrap() {
                let name = file.path.file_name().unwrap().to_str().unwrap();
                files.insert(format!("{}/{name}", table.name));
            }
        }
    }
    files
}

/// Transactions that have a staging folder.
pub fn staging_folders(workspace: &Workspace) -> Vec<String> {
    folders_in(&workspace.path().join("staging"))
}

/// Names of the folders in a folder.
pub fn folders_in(parent: &Path) -> Vec<String> {
    let mut names = entry_names(parent).unwrap();
    names.retain(|name| parent.join(name).is_dir());
    names
}
