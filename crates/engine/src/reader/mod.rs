//! Reading a snapshot on behalf of somebody who may not see all of it.
//!
//! A [`Reader`] is a snapshot as one kind of caller sees it: only the sources that the caller may
//! read, and names, contacts and ids as the caller may see them. Both are in the tables themselves,
//! which are views, so that a listing and a query in SQL cannot see more than one another. Whoever
//! asks is not known here: the program above decides which [`ReadScope`] a caller has.

pub mod account;
mod catalogue;
mod cursor;
mod free_space;
pub mod link;
pub mod listing;
pub mod listings;
mod names_in_text;
mod parquet;
pub mod persona;
mod pseudonymous;
mod scope;
pub mod sql;

pub(crate) use names_in_text::{NamesInText, masked};
pub use parquet::{parquet_bytes, read_parquet};

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use chrono::{DateTime, Utc};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::prelude::SessionContext;
use entangle_model::schema::TABLES;
use entangle_store::{Snapshot, SnapshotRecord, Workspace};

use crate::EngineError;
use crate::disclosure::Pseudonyms;
use crate::query::{POST_LANGUAGES, snapshot_of};

/// Memory that the operators of one request share unless the caller says otherwise, bytes.
pub const REQUEST_MEMORY_BYTES_DEFAULT: usize = 512 << 20;

/// The sources that may be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sources {
    /// Every source, also those that are imported later.
    All,
    /// These, by name; none where it is empty.
    Only(BTreeSet<String>),
}

/// How accounts are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// As imported: names, contacts, texts, ids.
    Identified,
    /// Under keyed pseudonyms; names and provenance are null, contacts in texts are masked.
    Pseudonymous,
}

/// What of a snapshot may be seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadScope {
    /// Which sources.
    pub sources: Sources,
    /// How their accounts are seen.
    pub sight: Sight,
}

/// A snapshot as one kind of caller sees it. Cheap to use again for another request.
pub struct Reader {
    workspace: Workspace,
    snapshot: Snapshot,
    scope: ReadScope,
    pseudonyms: Pseudonyms,
    tables: Vec<(&'static str, Arc<dyn TableProvider>)>,
}

impl Reader {
    /// Opens a snapshot, the latest where no number is given.
    ///
    /// # Errors
    /// Where there is no such snapshot, or its tables or the pseudonym key cannot be read.
    pub async fn open(
        workspace: &Workspace,
        snapshot: Option<u64>,
        scope: ReadScope,
    ) -> Result<Self, EngineError> {
        let snapshot = snapshot_of(workspace, snapshot).await?;
        let pseudonyms = Pseudonyms::of(workspace)?;
        let mut tables = stored_tables(&snapshot).await?;
        let context = || workspace.session_context(Some(REQUEST_MEMORY_BYTES_DEFAULT));
        if let Sources::Only(sources) = &scope.sources {
            tables = scope::only(&context()?, tables, sources).await?;
        }
        if scope.sight == Sight::Pseudonymous {
            tables = pseudonymous::tables(&context()?, tables, &pseudonyms).await?;
        }
        tables.push(("snapshots", snapshots(workspace, &snapshot, &scope).await?));
        let languages = context()?;
        register(&languages, &tables)?;
        let languages = languages.sql(POST_LANGUAGES).await?.into_view();
        tables.push(("post_languages", languages));
        Ok(Self {
            workspace: workspace.clone(),
            snapshot,
            scope,
            pseudonyms,
            tables,
        })
    }

    /// Number of the snapshot.
    pub fn snapshot(&self) -> u64 {
        self.snapshot.number()
    }

    /// When the snapshot was made, to the second.
    pub(crate) fn made_at(&self) -> DateTime<Utc> {
        crate::export::instant_of(self.snapshot.record().created_at)
    }

    /// What may be seen.
    pub fn scope(&self) -> &ReadScope {
        &self.scope
    }

    /// A short text that is the same for the same question about the same snapshot in the same
    /// scope, and by this version of the program, and else another one.
    pub fn fingerprint(&self, question: &str) -> String {
        let scope = format!("{:?}", self.scope);
        let version = env!("CARGO_PKG_VERSION");
        let snapshot = self.snapshot().to_string();
        let transaction = self.snapshot.record().transaction.as_str();
        let parts = [version, &snapshot, transaction, &scope, question];
        self.pseudonyms.seal("answer", &parts)
    }

    /// A session of its own that knows the tables, and nothing else; at most this much memory.
    pub(crate) fn session(&self, memory_bytes: usize) -> Result<SessionContext, EngineError> {
        self.spilling_session(memory_bytes, self.spill_limit_bytes(u64::MAX))
    }

    /// What a session may spill: as stated, and at most a quarter of what is free, bytes.
    fn spill_limit_bytes(&self, stated_bytes: u64) -> u64 {
        free_space::spill_limit_bytes(self.workspace.path(), stated_bytes)
    }

    fn spilling_session(
        &self,
        memory_bytes: usize,
        spill_bytes: u64,
    ) -> Result<SessionContext, EngineError> {
        let context = self
            .workspace
            .limited_session_context(memory_bytes, spill_bytes)?;
        register(&context, &self.tables)?;
        Ok(context)
    }
}

/// The tables as stored.
async fn stored_tables(
    snapshot: &Snapshot,
) -> Result<Vec<(&'static str, Arc<dyn TableProvider>)>, EngineError> {
    let mut tables = Vec::new();
    for table in TABLES {
        tables.push((table.name, snapshot.provider(table.name).await?));
    }
    Ok(tables)
}

/// The snapshots up to the one that is read. What a command was about is shown to who may see it: a
/// label may name a source, an account or a file.
async fn snapshots(
    workspace: &Workspace,
    read: &Snapshot,
    scope: &ReadScope,
) -> Result<Arc<dyn TableProvider>, EngineError> {
    let mut records = workspace.snapshots().await?;
    records.retain(|record| record.snapshot <= read.number());
    let label = |record: &SnapshotRecord| match (&scope.sources, scope.sight) {
        (Sources::All, Sight::Identified) => Some(record.label.clone()),
        (Sources::Only(sources), Sight::Identified) => sources.get(record.label.as_str()).cloned(),
        (_, Sight::Pseudonymous) => None,
    };
    let created = records
        .iter()
        .map(|record| record.created_at.timestamp_micros());
    let columns: Vec<ArrayRef> = vec![
        Arc::new(
            records
                .iter()
                .map(|record| record.snapshot as i64)
                .collect::<Int64Array>(),
        ),
        Arc::new(TimestampMicrosecondArray::from_iter_values(created).with_timezone("UTC")),
        Arc::new(StringArray::from_iter_values(
            records.iter().map(|record| &record.command),
        )),
        Arc::new(records.iter().map(label).collect::<StringArray>()),
    ];
    let schema = listings::SNAPSHOTS.schema();
    let rows = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    Ok(Arc::new(MemTable::try_new(schema, vec![vec![rows]])?))
}

/// Makes tables known to a session under their names.
fn register(
    context: &SessionContext,
    tables: &[(&'static str, Arc<dyn TableProvider>)],
) -> Result<(), EngineError> {
    for (name, table) in tables {
        context.register_table(*name, Arc::clone(table))?;
    }
    Ok(())
}
