//! Which rows of which table belong to an account, and the tables without them.
//!
//! Only files that hold such rows are written anew, in their own order but for the two tables whose rows
//! are found by a join.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use chrono::{SubsecRound, Utc};
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionContext;
use entangle_model::schema::{TABLES, Table};
use entangle_model::sql_text;
use entangle_store::{REMOVAL_COMMAND, Snapshot, TableFile, Transaction, Workspace};
use futures::StreamExt;

use crate::EngineError;
use crate::disclosure::Pseudonyms;
use crate::forgotten;
use crate::judgements::{Judgements, with_judgements};
use crate::persona_table;
use crate::query::session;
use crate::table_reader::{integers, texts};

/// Between the parts of a key in one text.
const BETWEEN: char = '\u{1f}';

/// What becomes of rows of a table.
enum Change {
    /// Rows that meet a condition go.
    Removed(String),
    /// Columns of rows that meet a condition become null; the rows stay.
    Emptied(String, &'static [&'static str]),
    /// The table is made anew, or never says anything of one account.
    Nothing,
}

/// What of a table is the account's.
fn change_of(table: &Table, account: &str) -> Change {
    let of_account = || Change::Removed(format!("account_id = {account}"));
    let of_pair = || {
        Change::Removed(format!(
            "account_left = {account} OR account_right = {account}"
        ))
    };
    match table.name {
        "accounts" | "posts" | "identifiers" | "former_names" | "names" | "persona_events" => {
            of_account()
        }
        "links" | "evidence" | "judgements" => of_pair(),
        // A thread holds posts of others; who started it, and its title, are the account's.
        "threads" => Change::Emptied(format!("account_id = {account}"), &["account_id", "title"]),
        "post_versions" => {
            Change::Removed("post_id IN (SELECT key FROM forgotten_posts)".to_owned())
        }
        "identifier_values" => Change::Removed(format!(
            "concat(kind, '{BETWEEN}', value) IN (SELECT key FROM forgotten_values)"
        )),
        _ => Change::Nothing,
    }
}

/// The account that stands under a hash; `None` where no table has it.
pub(super) async fn account_of_hash(
    context: &SessionContext,
    pseudonyms: &Pseudonyms,
    account_hash: &str,
) -> Result<Option<String>, EngineError> {
    let mut parts = Vec::new();
    for table in TABLES {
        for column in ["account_id", "account_left", "account_right"] {
            if table.columns.iter().any(|known| known.name == column) {
                parts.push(format!("SELECT {column} AS account FROM {}", table.name));
            }
        }
    }
    let sql = format!(
        "SELECT DISTINCT account FROM ({}) AS all_accounts WHERE account IS NOT NULL",
        parts.join(" UNION ALL ")
    );
    let mut rows = context.sql(&sql).await?.execute_stream().await?;
    while let Some(batch) = rows.next().await {
        for account in texts(&batch?, 0).iter().flatten() {
            if forgotten::hash_of(pseudonyms, account) == account_hash {
                return Ok(Some(account.to_owned()));
            }
        }
    }
    Ok(None)
}

/// Writes every table without the rows of an account. Answers how many rows that changes, by table.
pub(super) async fn write_without(
    transaction: &mut Transaction,
    workspace: &Workspace,
    snapshot: &Snapshot,
    account_id: &str,
) -> Result<BTreeMap<String, u64>, EngineError> {
    let context = session(workspace, snapshot).await?;
    // Rows keep the order of their file.
    context
        .sql("SET datafusion.execution.target_partitions = 1")
        .await?;
    let account = sql_text(account_id);
    register_keys(
        &context,
        "forgotten_posts",
        &format!("SELECT post_id FROM posts WHERE account_id = {account}"),
    )
    .await?;
    register_keys(
        &context,
        "forgotten_values",
        &format!(
            "SELECT concat(kind, '{BETWEEN}', value) FROM identifiers GROUP BY kind, value
             HAVING bool_and(account_id = {account})"
        ),
    )
    .await?;
    let mut row_counts = BTreeMap::new();
    for table in TABLES.iter().copied() {
        let mut touched = BTreeSet::new();
        let mut row_count = 0;
        let change = change_of(table, &account);
        for file in snapshot.files(table.name).await? {
            let found = rewrite(transaction, &context, snapshot, table, &file, &change).await?;
            row_count += found;
            if let (true, Some(name)) = (found > 0, file.path.file_name()) {
                touched.insert(name.to_string_lossy().into_owned());
            }
        }
        if row_count > 0 {
            transaction.replace_files(table, snapshot, touched);
            row_counts.insert(table.name.to_owned(), row_count);
        }
    }
    let left = write_personas(transaction, &context, account_id).await?;
    if left > 0 {
        row_counts.insert("personas".to_owned(), left);
    }
    Ok(row_counts)
}

/// Keeps the one column of a query as a table with the column `key`.
async fn register_keys(context: &SessionContext, name: &str, sql: &str) -> Result<(), EngineError> {
    let mut keys = Vec::new();
    for batch in context.sql(sql).await?.collect().await? {
        keys.extend(texts(&batch, 0).iter().flatten().map(str::to_owned));
    }
    keys.sort_unstable();
    let schema = Arc::new(Schema::new(vec![Field::new("key", DataType::Utf8, false)]));
    let column = Arc::new(StringArray::from(keys));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![column])?;
    let table = MemTable::try_new(schema, vec![vec![batch]])?;
    context.register_table(name, Arc::new(table))?;
    Ok(())
}

/// Writes a file anew where the change concerns rows of it. Answers how many.
async fn rewrite(
    transaction: &Transaction,
    context: &SessionContext,
    snapshot: &Snapshot,
    table: &'static Table,
    file: &TableFile,
    change: &Change,
) -> Result<u64, EngineError> {
    let (condition, emptied): (_, &[&str]) = match change {
        Change::Nothing => return Ok(0),
        Change::Removed(condition) => (condition, &[]),
        Change::Emptied(condition, columns) => (condition, columns),
    };
    let provider = snapshot.file_provider(table.name, file)?;
    context.register_table("file_rows", provider)?;
    let outcome = async {
        let sql = format!("SELECT count(*) FROM file_rows WHERE {condition}");
        let counted = context.sql(&sql).await?.collect().await?;
        let found = counted
            .first()
            .map_or(0, |batch| integers(batch, 0).value(0));
        if found > 0 {
            let sql = rest_sql(table, condition, emptied);
            let mut writer = transaction.writer(table);
            let mut rows = context.sql(&sql).await?.execute_stream().await?;
            while let Some(batch) = rows.next().await {
                writer.write(&batch?)?;
            }
            writer.finish()?;
        }
        Ok(found as u64)
    }
    .await;
    context.deregister_table("file_rows")?;
    outcome
}

/// The rows of a file that stay, as they stay.
fn rest_sql(table: &Table, condition: &str, emptied: &[&str]) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| match emptied.contains(&column.name) {
            true => format!(
                "CASE WHEN coalesce({condition}, false) THEN NULL ELSE {name} END AS {name}",
                name = column.name
            ),
            false => column.name.to_owned(),
        })
        .collect();
    let kept = match emptied.is_empty() {
        true => format!(" WHERE NOT coalesce({condition}, false)"),
        false => String::new(),
    };
    format!("SELECT {} FROM file_rows{kept}", columns.join(", "))
}

/// Forms the personas anew without the account. Answers how many rows that took out of them.
async fn write_personas(
    transaction: &mut Transaction,
    context: &SessionContext,
    account_id: &str,
) -> Result<u64, EngineError> {
    let sql = format!(
        "SELECT count(*) FROM personas WHERE account_id = {}",
        sql_text(account_id)
    );
    let counted = context.sql(&sql).await?.collect().await?;
    let count = counted
        .first()
        .map_or(0, |batch| integers(batch, 0).value(0));
    if count == 0 {
        return Ok(0);
    }
    let mut links = persona_table::links_at_threshold(context).await?;
    links.retain(|link| link.account_left != account_id && link.account_right != account_id);
    let mut standing = Judgements::read(context).await?.standing();
    standing.retain(|(left, right), _| left != account_id && right != account_id);
    let clustering = entangle_linkage::cluster(with_judgements(links, &standing));
    let now = Utc::now().trunc_subsecs(6);
    persona_table::write_without(
        transaction,
        context,
        &clustering,
        (REMOVAL_COMMAND, now),
        account_id,
    )
    .await?;
    Ok(count as u64)
}
