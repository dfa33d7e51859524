//! The stage `import`: one input of one source to rows of tables, in one commit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use datafusion::prelude::SessionContext;
use entangle_dump::{Input, InputOptions};
use entangle_import::{ImportError, ImportOptions, Importer, Sink, detect, importer};
use entangle_model::record::{Account, Identifier, Post, RecordKind, Reject, Thread};
use entangle_model::schema::{ACCOUNTS, IDENTIFIERS, IMPORTS, POSTS, REJECTS, SOURCES, THREADS};
use entangle_model::{ImportId, PostId, SourceKind};
use entangle_store::{Snapshot, TableWriter, Transaction, Workspace};
use futures::TryStreamExt;

use crate::record_rows::{
    RowScope, push_account, push_identifier, push_post, push_reject, push_thread,
};
use crate::rows::{
    AccountRows, IdentifierRows, ImportRows, PostRows, RejectRows, SourceRows, ThreadRows,
};
use crate::seen_ids::SeenIds;
use crate::table_reader::texts;
use crate::{EngineError, Progress, ProgressUnit};

/// Rows collected before they go to the table's writer.
const BATCH_ROWS: usize = 8192;
/// Bytes of text collected before they go to the table's writer, whatever the number of rows.
const BATCH_BYTES: usize = 8 << 20;
/// Memory for reading the ids that a source holds already.
const SCAN_MEMORY_LIMIT_BYTES: usize = 256 << 20;

/// What is to be imported.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportRequest {
    /// A file, a folder or an archive.
    pub path: PathBuf,
    /// Name of the source.
    pub source: String,
    /// Kind of the source.
    pub kind: SourceKind,
    /// Name of an importer; `None` to recognise the format.
    pub format: Option<String>,
    /// Main language of the source, ISO 639-1.
    pub language: Option<String>,
}

/// What came of the rows of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecordCounts {
    /// Rows found in the input.
    pub asked_count: u64,
    /// Rows that became new records.
    pub mapped_count: u64,
    /// Rows that could not be read or not be mapped.
    pub rejected_count: u64,
    /// The part of them that could not even be read.
    pub unreadable_count: u64,
    /// Rows whose record was there before.
    pub duplicate_count: u64,
    /// Fields left out of records that were kept.
    pub field_reject_count: u64,
}

impl RecordCounts {
    /// Rows that could be read.
    pub fn received_count(&self) -> u64 {
        self.asked_count - self.unreadable_count
    }
}

/// What an import did.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportSummary {
    /// The source.
    pub source: String,
    /// The format that was read.
    pub format: &'static str,
    /// How the format was found, where it was not given: its confidence and the runner-up.
    pub detection: Option<(f64, Option<(&'static str, f64)>)>,
    /// Counts per kind of record: account, thread, post, unknown.
    pub counts: BTreeMap<RecordKind, RecordCounts>,
    /// Identifiers that are new in the workspace.
    pub identifier_count: u64,
    /// Decompressed bytes read.
    pub input_bytes: u64,
    /// The snapshot that holds the rows.
    pub snapshot: u64,
}

/// Imports one input. The workspace changes as a whole or not at all.
///
/// Rows whose record is in the source already change nothing and are counted. Imports of one
/// source wait for one another; imports of different sources run side by side.
///
/// # Errors
/// Where the format is in doubt, the input cannot be read to its end, not one row can be used,
/// the source is known under another kind, or the store fails.
pub async fn import(
    workspace: &Workspace,
    request: &ImportRequest,
    progress: &mut dyn Progress,
) -> Result<ImportSummary, EngineError> {
    check_source_name(&request.source)?;
    let input = Input::open(&request.path, InputOptions::default()).map_err(ImportError::from)?;
    let (importer, detection) = choose_importer(&input, request)?;
    let _serial = workspace.lock_source(&request.source).await?;
    let snapshot = workspace.latest_snapshot().await?;
    let context = workspace.session_context(Some(SCAN_MEMORY_LIMIT_BYTES))?;
    let is_new_source = check_kind(&context, &snapshot, request).await?;
    let transaction = workspace.begin("import", &request.source).await?;
    let started_at = Utc::now();
    let mut sink = StoreSink::open(
        &transaction,
        Stored {
            context: &context,
            snapshot: &snapshot,
        },
        request,
        started_at,
        progress,
    )
    .await?;
    progress_of(&mut sink, &input);
    let options = ImportOptions { now: started_at };
    let outcome = tokio::task::block_in_place(|| importer.import(&input, &options, &mut sink));
    if let Some(error) = sink.failure.take() {
        return Err(error);
    }
    outcome?;
    let mut finished = sink.finish()?;
    finished.summary.format = importer.name();
    finished.summary.detection = detection;
    finished.check_for_use(&request.path)?;
    write_ledger(&transaction, request, &finished, started_at, is_new_source)?;
    let committed = transaction.commit().await?;
    finished.summary.snapshot = committed.number();
    Ok(finished.summary)
}

fn progress_of(sink: &mut StoreSink<'_>, input: &Input) {
    let size = input
        .files()
        .iter()
        .map(|file| file.size_bytes_hint)
        .sum::<Option<u64>>();
    sink.progress.stage("import", size, ProgressUnit::Bytes);
}

/// Source names appear in SQL, in file names of reports and in truth files.
fn check_source_name(name: &str) -> Result<(), EngineError> {
    let is_plain = |letter: char| letter.is_alphanumeric() || "._-".contains(letter);
    if !name.is_empty()
        && name.len() <= 64
        && name.chars().all(is_plain)
        && !name.starts_with(['.', '-'])
    {
        return Ok(());
    }
    Err(EngineError::User(format!(
        "{name:?} cannot name a source\nhint: use up to 64 letters, digits, dots, dashes and underscores"
    )))
}

type FoundFormat = Option<(f64, Option<(&'static str, f64)>)>;

fn choose_importer(
    input: &Input,
    request: &ImportRequest,
) -> Result<(&'static dyn Importer, FoundFormat), EngineError> {
    match request.format.as_deref() {
        Some(format) if format != "auto" => Ok((importer(format)?, None)),
        _ => {
            let found = detect(input)?;
            Ok((
                importer(found.format)?,
                Some((found.confidence, found.runner_up)),
            ))
        }
    }
}

/// Whether the source is new; an error if it is known under another kind.
async fn check_kind(
    context: &SessionContext,
    snapshot: &Snapshot,
    request: &ImportRequest,
) -> Result<bool, EngineError> {
    let mut known = snapshot
        .scan(context, "sources", &["kind"], Some(&request.source))
        .await?;
    while let Some(batch) = known.try_next().await? {
        for kind in texts(&batch, 0).iter().flatten() {
            if kind != request.kind.as_str() {
                return Err(EngineError::User(format!(
                    "source {} is in the workspace as {kind}, not as {}\nhint: pass --kind {kind}, or choose another --source",
                    request.source,
                    request.kind.as_str()
                )));
            }
            return Ok(false);
        }
    }
    Ok(true)
}

/// One table's rows on their way to its writer.
struct Outlet<R> {
    rows: R,
    row_count: usize,
    byte_count: usize,
    writer: TableWriter,
}

macro_rules! outlet {
    ($rows:ty) => {
        impl Outlet<$rows> {
            fn new(writer: TableWriter) -> Self {
                Self {
                    rows: <$rows>::default(),
                    row_count: 0,
                    byte_count: 0,
                    writer,
                }
            }

            /// Counts a row that was pushed; hands the batch on when it is full.
            fn pushed(&mut self, bytes: usize) -> Result<(), EngineError> {
                self.row_count += 1;
                self.byte_count += bytes;
                if self.row_count >= BATCH_ROWS || self.byte_count >= BATCH_BYTES {
                    self.flush()?;
                }
                Ok(())
            }

            fn flush(&mut self) -> Result<(), EngineError> {
                if self.row_count > 0 {
                    self.writer.write(&self.rows.finish()?)?;
                    (self.row_count, self.byte_count) = (0, 0);
                }
                Ok(())
            }

            fn close(mut self) -> Result<(), EngineError> {
                self.flush()?;
                self.writer.finish()?;
                Ok(())
            }
        }
    };
}

outlet!(AccountRows);
outlet!(ThreadRows);
outlet!(PostRows);
outlet!(IdentifierRows);
outlet!(RejectRows);

/// Takes records, drops those seen before, and writes the rest.
struct StoreSink<'import> {
    scope: RowScope,
    accounts: Outlet<AccountRows>,
    threads: Outlet<ThreadRows>,
    posts: Outlet<PostRows>,
    identifiers: Outlet<IdentifierRows>,
    rejects: Outlet<RejectRows>,
    seen_accounts: SeenIds,
    seen_threads: SeenIds,
    seen_posts: SeenIds,
    seen_identifiers: SeenIds,
    counts: BTreeMap<RecordKind, RecordCounts>,
    identifier_count: u64,
    /// Whether the input held an identifier, new or not.
    has_identifiers: bool,
    input_bytes: u64,
    first_reason: Option<String>,
    /// An error of the store, kept whole while the importer is told only that there was one.
    failure: Option<EngineError>,
    progress: &'import mut dyn Progress,
}

/// A sink that has taken everything.
struct Finished {
    scope: RowScope,
    summary: ImportSummary,
    first_reason: Option<String>,
    has_identifiers: bool,
}

impl Finished {
    fn asked_count(&self) -> u64 {
        self.summary
            .counts
            .values()
            .map(|counts| counts.asked_count)
            .sum()
    }

    /// An input without a single record or identifier is a mistake, not an import.
    fn check_for_use(&self, path: &Path) -> Result<(), EngineError> {
        let used = |counts: &RecordCounts| counts.mapped_count + counts.duplicate_count;
        if self.has_identifiers || self.summary.counts.values().map(used).sum::<u64>() > 0 {
            return Ok(());
        }
        let (path, format) = (path.to_owned(), self.summary.format);
        match &self.first_reason {
            None => Err(EngineError::NothingFound { path, format }),
            Some(first_reason) => Err(EngineError::NothingUsable {
                path,
                format,
                asked_count: self.asked_count(),
                first_reason: first_reason.clone(),
            }),
        }
    }
}

impl<'import> StoreSink<'import> {
    async fn open(
        transaction: &Transaction,
        stored: Stored<'_>,
        request: &ImportRequest,
        started_at: DateTime<Utc>,
        progress: &'import mut dyn Progress,
    ) -> Result<Self, EngineError> {
        let import_id = ImportId::derive(&[
            &request.source,
            &request.path.to_string_lossy(),
            &started_at
                .timestamp_nanos_opt()
                .unwrap_or_default()
                .to_string(),
        ]);
        let source = &request.source;
        Ok(Self {
            scope: RowScope {
                source: source.clone(),
                import_id,
            },
            accounts: Outlet::<AccountRows>::new(transaction.writer(&ACCOUNTS)),
            threads: Outlet::<ThreadRows>::new(transaction.writer(&THREADS)),
            posts: Outlet::<PostRows>::new(transaction.writer(&POSTS)),
            identifiers: Outlet::<IdentifierRows>::new(transaction.writer(&IDENTIFIERS)),
            rejects: Outlet::<RejectRows>::new(transaction.writer(&REJECTS)),
            seen_accounts: stored.ids(source, "accounts", "account_id").await?,
            seen_threads: stored.ids(source, "threads", "thread_id").await?,
            seen_posts: stored.ids(source, "posts", "post_id").await?,
            seen_identifiers: stored.identifiers(source).await?,
            counts: BTreeMap::new(),
            identifier_count: 0,
            has_identifiers: false,
            input_bytes: 0,
            first_reason: None,
            failure: None,
            progress,
        })
    }

    fn finish(self) -> Result<Finished, EngineError> {
        self.accounts.close()?;
        self.threads.close()?;
        self.posts.close()?;
        self.identifiers.close()?;
        self.rejects.close()?;
        Ok(Finished {
            summary: ImportSummary {
                source: self.scope.source.clone(),
                format: "",
                detection: None,
                counts: self.counts,
                identifier_count: self.identifier_count,
                input_bytes: self.input_bytes,
                snapshot: 0,
            },
            scope: self.scope,
            first_reason: self.first_reason,
            has_identifiers: self.has_identifiers,
        })
    }

    fn count(&mut self, kind: RecordKind) -> &mut RecordCounts {
        self.counts.entry(kind).or_default()
    }

    /// Keeps an error of the store and gives the importer a word of it.
    fn stored(&mut self, outcome: Result<(), EngineError>) -> Result<(), ImportError> {
        outcome.map_err(|error| {
            let word = ImportError::Sink(error.to_string().into());
            self.failure = Some(error);
            word
        })
    }

    fn store_account(&mut self, account: &Account) -> Result<(), EngineError> {
        let id = self.scope.account_id(&account.native_id);
        if !self
            .seen_accounts
            .insert(id.as_bytes())
            .map_err(temporary_file)?
        {
            self.count(RecordKind::Account).duplicate_count += 1;
            return Ok(());
        }
        self.count(RecordKind::Account).mapped_count += 1;
        push_account(&mut self.accounts.rows, &self.scope, id, account);
        self.accounts
            .pushed(account.about.as_ref().map_or(0, String::len))
    }

    fn store_thread(&mut self, thread: &Thread) -> Result<(), EngineError> {
        let id = self.scope.thread_id(&thread.native_id);
        if !self
            .seen_threads
            .insert(id.as_bytes())
            .map_err(temporary_file)?
        {
            self.count(RecordKind::Thread).duplicate_count += 1;
            return Ok(());
        }
        self.count(RecordKind::Thread).mapped_count += 1;
        push_thread(&mut self.threads.rows, &self.scope, id, thread);
        self.threads
            .pushed(thread.title.as_ref().map_or(0, String::len))
    }

    fn store_post(&mut self, post: &Post) -> Result<(), EngineError> {
        let id = self.scope.post_id(&post.native_id);
        if !self
            .seen_posts
            .insert(id.as_bytes())
            .map_err(temporary_file)?
        {
            self.count(RecordKind::Post).duplicate_count += 1;
            return Ok(());
        }
        self.count(RecordKind::Post).mapped_count += 1;
        push_post(&mut self.posts.rows, &self.scope, id, post);
        self.posts.pushed(post.body.as_ref().map_or(0, String::len))
    }

    fn store_identifier(&mut self, identifier: &Identifier) -> Result<(), EngineError> {
        self.has_identifiers = true;
        let account_id = self.scope.account_id(&identifier.account_native_id);
        let key = identifier_key(
            &account_id.to_string(),
            identifier.kind.as_str(),
            &identifier.value,
            identifier.role.as_str(),
        );
        if !self.seen_identifiers.insert(&key).map_err(temporary_file)? {
            return Ok(());
        }
        self.identifier_count += 1;
        push_identifier(
            &mut self.identifiers.rows,
            &self.scope,
            account_id,
            identifier,
        );
        self.identifiers.pushed(identifier.value.len())
    }

    fn store_reject(&mut self, reject: &Reject) -> Result<(), EngineError> {
        self.first_reason.get_or_insert_with(|| {
            format!(
                "{} ({}, byte {})",
                reject.reason, reject.place.file, reject.place.byte_start
            )
        });
        push_reject(&mut self.rejects.rows, &self.scope, reject);
        self.rejects.pushed(reject.reason.len())
    }
}

impl Sink for StoreSink<'_> {
    fn asked(&mut self, kind: RecordKind) {
        self.count(kind).asked_count += 1;
    }

    fn unreadable(&mut self, reject: Reject) {
        let counts = self.count(reject.record);
        counts.unreadable_count += 1;
        counts.rejected_count += 1;
        let outcome = self.store_reject(&reject);
        // The importer hears of it at its next call, which fails.
        if let Err(error) = outcome {
            self.failure.get_or_insert(error);
        }
    }

    fn account(&mut self, account: Account) -> Result<(), ImportError> {
        let outcome = self.store_account(&account);
        self.stored(outcome)
    }

    fn thread(&mut self, thread: Thread) -> Result<(), ImportError> {
        let outcome = self.store_thread(&thread);
        self.stored(outcome)
    }

    fn post(&mut self, post: Post) -> Result<(), ImportError> {
        let outcome = self.store_post(&post);
        self.stored(outcome)
    }

    fn identifier(&mut self, identifier: Identifier) -> Result<(), ImportError> {
        let outcome = self.store_identifier(&identifier);
        self.stored(outcome)
    }

    fn reject(&mut self, reject: Reject) -> Result<(), ImportError> {
        let counts = self.count(reject.record);
        match reject.field {
            Some(_) => counts.field_reject_count += 1,
            None => counts.rejected_count += 1,
        }
        let outcome = self.store_reject(&reject);
        self.stored(outcome)
    }

    fn progress(&mut self, bytes_read: u64) -> Result<(), ImportError> {
        self.input_bytes = bytes_read;
        self.progress.advance_to(bytes_read);
        match &self.failure {
            None => Ok(()),
            Some(error) => Err(ImportError::Sink(error.to_string().into())),
        }
    }
}

fn temporary_file(source: std::io::Error) -> EngineError {
    EngineError::File {
        action: "use a temporary file in",
        path: std::env::temp_dir(),
        source,
    }
}

/// An identifier is one row per account, kind, value and role.
fn identifier_key(account_id: &str, kind: &str, value: &str, role: &str) -> [u8; 10] {
    *PostId::derive(&["identifier", account_id, kind, value, role]).as_bytes()
}

/// What the workspace holds of a source before the import.
#[derive(Clone, Copy)]
struct Stored<'import> {
    context: &'import SessionContext,
    snapshot: &'import Snapshot,
}

impl Stored<'_> {
    /// The ids of a source's rows in a table.
    async fn ids(self, source: &str, table: &str, column: &str) -> Result<SeenIds, EngineError> {
        let mut seen = SeenIds::new();
        let mut batches = self
            .snapshot
            .scan(self.context, table, &[column], Some(source))
            .await?;
        while let Some(batch) = batches.try_next().await? {
            for id in texts(&batch, 0).iter().flatten().filter_map(parse_id) {
                seen.insert(&id).map_err(temporary_file)?;
            }
        }
        Ok(seen)
    }

    async fn identifiers(self, source: &str) -> Result<SeenIds, EngineError> {
        let mut seen = SeenIds::new();
        let columns = ["account_id", "kind", "value", "role"];
        let mut batches = self
            .snapshot
            .scan(self.context, "identifiers", &columns, Some(source))
            .await?;
        while let Some(batch) = batches.try_next().await? {
            let [account_id, kind, value, role] = [0, 1, 2, 3].map(|column| texts(&batch, column));
            for row in 0..batch.num_rows() {
                let key = identifier_key(
                    account_id.value(row),
                    kind.value(row),
                    value.value(row),
                    role.value(row),
                );
                seen.insert(&key).map_err(temporary_file)?;
            }
        }
        Ok(seen)
    }
}

/// The bits of an id; all kinds of ids are written alike.
fn parse_id(text: &str) -> Option<[u8; 10]> {
    PostId::parse(text).map(|id| *id.as_bytes())
}

/// Writes the rows of `imports`, and of `sources` for a new source.
fn write_ledger(
    transaction: &Transaction,
    request: &ImportRequest,
    finished: &Finished,
    started_at: DateTime<Utc>,
    is_new_source: bool,
) -> Result<(), EngineError> {
    let mut rows = ImportRows::default();
    let options = serde_json::json!({
        "kind": request.kind.as_str(),
        "format": request.format,
        "language": request.language,
    });
    for (kind, counts) in &finished.summary.counts {
        rows.import_id.push_display(&finished.scope.import_id);
        rows.source.push(Some(&request.source));
        rows.format.push(Some(finished.summary.format));
        rows.record.push(Some(kind.as_str()));
        rows.asked_count.push(Some(counts.asked_count as i64));
        rows.received_count
            .push(Some(counts.received_count() as i64));
        rows.mapped_count.push(Some(counts.mapped_count as i64));
        rows.rejected_count.push(Some(counts.rejected_count as i64));
        rows.duplicate_count
            .push(Some(counts.duplicate_count as i64));
        rows.field_reject_count
            .push(Some(counts.field_reject_count as i64));
        rows.input_bytes
            .push(Some(finished.summary.input_bytes as i64));
        rows.started_at.push(Some(started_at));
        rows.finished_at.push(Some(Utc::now()));
        rows.options.push(Some(options.to_string()));
    }
    let mut writer = transaction.writer(&IMPORTS);
    writer.write(&rows.finish()?)?;
    writer.finish()?;
    if is_new_source {
        let mut rows = SourceRows::default();
        rows.source.push(Some(&request.source));
        rows.kind.push(Some(request.kind.as_str()));
        rows.language.push(request.language.as_ref());
        rows.import_id.push_display(&finished.scope.import_id);
        rows.declared_at.push(Some(started_at));
        let mut writer = transaction.writer(&SOURCES);
        writer.write(&rows.finish()?)?;
        writer.finish()?;
    }
    Ok(())
}
