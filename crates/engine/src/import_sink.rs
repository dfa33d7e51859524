//! Where an import's records end: each seen once, counted, and written to its table.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::Array;
use chrono::{DateTime, Utc};
use datafusion::prelude::SessionContext;
use entangle_import::{ImportError, Sink, ZoneCounts};
use entangle_model::record::{
    Account, FormerName, Identifier, Place, Post, RecordKind, Reject, Thread,
};
use entangle_model::schema::{
    ACCOUNTS, FORMER_NAMES, IDENTIFIERS, POST_VERSIONS, POSTS, REJECTS, THREADS,
};
use entangle_model::{ImportId, PostId};
use entangle_store::{Snapshot, TableWriter, Transaction};
use futures::TryStreamExt;

use crate::forgotten::Forgotten;
use crate::import::{ImportRequest, ImportSummary, RecordCounts};
use crate::record_rows::{
    RowScope, push_account, push_former_name, push_identifier, push_post, push_post_version,
    push_reject, push_thread,
};
use crate::rows::{
    AccountRows, FormerNameRows, IdentifierRows, PostRows, PostVersionRows, RejectRows, ThreadRows,
};
use crate::seen_ids::SeenIds;
use crate::table_reader::{instants, texts};
use crate::{EngineError, Progress};

/// Rows collected before they go to the table's writer.
const BATCH_ROWS: usize = 8192;
/// Bytes of text collected before they go to the table's writer, whatever the number of rows.
const BATCH_BYTES: usize = 8 << 20;

/// Why a record of a deleted account is a reject.
const FORGOTTEN_REASON: &str = "its account was deleted on request";

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
outlet!(PostVersionRows);
outlet!(IdentifierRows);
outlet!(FormerNameRows);
outlet!(RejectRows);

/// Takes records, drops those seen before, and writes the rest.
pub(crate) struct StoreSink<'import> {
    scope: RowScope,
    accounts: Outlet<AccountRows>,
    threads: Outlet<ThreadRows>,
    posts: Outlet<PostRows>,
    post_versions: Outlet<PostVersionRows>,
    identifiers: Outlet<IdentifierRows>,
    former_names: Outlet<FormerNameRows>,
    rejects: Outlet<RejectRows>,
    seen_accounts: SeenIds,
    seen_threads: SeenIds,
    seen_posts: SeenIds,
    /// Posts with their texts, for a format whose posts may come again with another text.
    seen_texts: Option<SeenIds>,
    seen_identifiers: SeenIds,
    seen_former_names: SeenIds,
    counts: BTreeMap<RecordKind, RecordCounts>,
    identifier_count: u64,
    /// Whether the input held an identifier, new or not.
    has_identifiers: bool,
    version_count: u64,
    encodings: BTreeMap<&'static str, u64>,
    zones: ZoneCounts,
    input_bytes: u64,
    first_reason: Option<String>,
    /// Accounts that were deleted on request; `None` where there are none of this source.
    forgotten: Option<&'import Forgotten>,
    /// An error of the store, kept whole while the importer is told only that there was one.
    pub failure: Option<EngineError>,
    pub progress: &'import mut dyn Progress,
}

/// A sink that has taken everything.
pub(crate) struct Finished {
    pub scope: RowScope,
    pub summary: ImportSummary,
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
    pub(crate) fn check_for_use(&self, path: &Path) -> Result<(), EngineError> {
        let used = |counts: &RecordCounts| {
            counts.mapped_count + counts.duplicate_count + counts.forgotten_count
        };
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
    pub(crate) async fn open(
        transaction: &Transaction,
        stored: Stored<'import>,
        request: &ImportRequest,
        keeps_versions: bool,
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
            scope: RowScope::new(source, import_id),
            accounts: Outlet::<AccountRows>::new(transaction.writer(&ACCOUNTS)),
            threads: Outlet::<ThreadRows>::new(transaction.writer(&THREADS)),
            posts: Outlet::<PostRows>::new(transaction.writer(&POSTS)),
            post_versions: Outlet::<PostVersionRows>::new(transaction.writer(&POST_VERSIONS)),
            identifiers: Outlet::<IdentifierRows>::new(transaction.writer(&IDENTIFIERS)),
            former_names: Outlet::<FormerNameRows>::new(transaction.writer(&FORMER_NAMES)),
            rejects: Outlet::<RejectRows>::new(transaction.writer(&REJECTS)),
            seen_accounts: stored.ids(source, "accounts", "account_id").await?,
            seen_threads: stored.ids(source, "threads", "thread_id").await?,
            seen_posts: stored.ids(source, "posts", "post_id").await?,
            seen_texts: match keeps_versions {
                true => Some(stored.texts(source).await?),
                false => None,
            },
            seen_identifiers: stored.identifiers(source).await?,
            seen_former_names: stored.former_names(source).await?,
            counts: BTreeMap::new(),
            identifier_count: 0,
            has_identifiers: false,
            version_count: 0,
            encodings: BTreeMap::new(),
            zones: ZoneCounts::default(),
            input_bytes: 0,
            first_reason: None,
            forgotten: Some(stored.forgotten).filter(|forgotten| forgotten.has_of(source)),
            failure: None,
            progress,
        })
    }

    pub(crate) fn finish(self) -> Result<Finished, EngineError> {
        self.accounts.close()?;
        self.threads.close()?;
        self.posts.close()?;
        self.post_versions.close()?;
        self.identifiers.close()?;
        self.former_names.close()?;
        self.rejects.close()?;
        Ok(Finished {
            summary: ImportSummary {
                source: self.scope.source.clone(),
                format: "",
                detection: None,
                counts: self.counts,
                identifier_count: self.identifier_count,
                version_count: self.version_count,
                encodings: self.encodings,
                zones: self.zones,
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

    /// Whether an account was deleted on request.
    fn is_forgotten(&self, native_id: &str) -> bool {
        let Some(forgotten) = self.forgotten else {
            return false;
        };
        let id = self.scope.account_id(native_id).to_string();
        forgotten.holds(&self.scope.source, &id)
    }

    /// A record of an account that was deleted on request does not come back.
    fn reject_forgotten(&mut self, record: RecordKind, place: &Place) -> Result<(), EngineError> {
        let counts = self.count(record);
        counts.rejected_count += 1;
        counts.forgotten_count += 1;
        self.store_reject(&Reject {
            record,
            field: None,
            reason: FORGOTTEN_REASON.into(),
            place: place.clone(),
        })
    }

    fn store_account(&mut self, account: &Account) -> Result<(), EngineError> {
        if self.is_forgotten(&account.native_id) {
            return self.reject_forgotten(RecordKind::Account, &account.place);
        }
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
        let starter = thread.account_native_id.as_deref();
        if starter.is_some_and(|starter| self.is_forgotten(starter)) {
            // Others post in the thread; who started it, and how it is called, stay away.
            let thread = Thread {
                account_native_id: None,
                title: None,
                ..thread.clone()
            };
            push_thread(&mut self.threads.rows, &self.scope, id, &thread);
            return self.threads.pushed(0);
        }
        push_thread(&mut self.threads.rows, &self.scope, id, thread);
        self.threads
            .pushed(thread.title.as_ref().map_or(0, String::len))
    }

    fn store_post(&mut self, post: &Post) -> Result<(), EngineError> {
        let author = post.account_native_id.as_deref();
        if author.is_some_and(|author| self.is_forgotten(author)) {
            return self.reject_forgotten(RecordKind::Post, &post.place);
        }
        let id = self.scope.post_id(&post.native_id);
        let is_new = self
            .seen_posts
            .insert(id.as_bytes())
            .map_err(temporary_file)?;
        let is_new_text = match &mut self.seen_texts {
            Some(seen) => seen
                .insert(&text_key(&id.to_string(), post.body.as_deref()))
                .map_err(temporary_file)?,
            None => false,
        };
        if !is_new {
            self.count(RecordKind::Post).duplicate_count += 1;
            return match is_new_text {
                true => self.store_version(id, post),
                false => Ok(()),
            };
        }
        self.count(RecordKind::Post).mapped_count += 1;
        push_post(&mut self.posts.rows, &self.scope, id, post);
        self.posts.pushed(post.body.as_ref().map_or(0, String::len))
    }

    /// A post that is there already, with a text that it did not have before.
    fn store_version(&mut self, id: PostId, post: &Post) -> Result<(), EngineError> {
        self.version_count += 1;
        push_post_version(&mut self.post_versions.rows, &self.scope, id, post);
        self.post_versions
            .pushed(post.body.as_ref().map_or(0, String::len))
    }

    fn store_identifier(&mut self, identifier: &Identifier) -> Result<(), EngineError> {
        self.has_identifiers = true;
        if self.is_forgotten(&identifier.account_native_id) {
            return Ok(());
        }
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

    fn store_former_name(&mut self, former: &FormerName) -> Result<(), EngineError> {
        if self.is_forgotten(&former.account_native_id) {
            return Ok(());
        }
        let account_id = self.scope.account_id(&former.account_native_id);
        let key = former_name_key(&account_id.to_string(), &former.name, former.used_until);
        if !self
            .seen_former_names
            .insert(&key)
            .map_err(temporary_file)?
        {
            return Ok(());
        }
        push_former_name(&mut self.former_names.rows, &self.scope, account_id, former);
        self.former_names.pushed(former.name.len())
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
    fn file_started(&mut self, encoding: &'static str) {
        *self.encodings.entry(encoding).or_default() += 1;
    }

    fn zones(&mut self, counts: &ZoneCounts) {
        self.zones = *counts;
    }

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

    fn former_name(&mut self, former_name: FormerName) -> Result<(), ImportError> {
        let outcome = self.store_former_name(&former_name);
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

/// A former name is one row per account, name and end of its use.
fn former_name_key(account_id: &str, name: &str, used_until: Option<DateTime<Utc>>) -> [u8; 10] {
    let until = used_until.map_or_else(String::new, |until| until.timestamp_micros().to_string());
    *PostId::derive(&["former name", account_id, name, &until]).as_bytes()
}

/// A post with one of its texts.
fn text_key(post_id: &str, body: Option<&str>) -> [u8; 10] {
    *PostId::derive(&["text", post_id, body.unwrap_or_default()]).as_bytes()
}

/// What the workspace holds of a source before the import.
#[derive(Clone, Copy)]
pub(crate) struct Stored<'import> {
    pub context: &'import SessionContext,
    pub snapshot: &'import Snapshot,
    pub forgotten: &'import Forgotten,
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

    /// The texts that the posts of a source have and had.
    async fn texts(self, source: &str) -> Result<SeenIds, EngineError> {
        let mut seen = SeenIds::new();
        for table in ["posts", "post_versions"] {
            let mut batches = self
                .snapshot
                .scan(self.context, table, &["post_id", "body"], Some(source))
                .await?;
            while let Some(batch) = batches.try_next().await? {
                let [post_ids, bodies] = [0, 1].map(|column| texts(&batch, column));
                for (post_id, body) in post_ids.iter().zip(bodies.iter()) {
                    let key = text_key(post_id.unwrap_or_default(), body);
                    seen.insert(&key).map_err(temporary_file)?;
                }
            }
        }
        Ok(seen)
    }

    async fn former_names(self, source: &str) -> Result<SeenIds, EngineError> {
        let mut seen = SeenIds::new();
        let columns = ["account_id", "name", "used_until"];
        let mut batches = self
            .snapshot
            .scan(self.context, "former_names", &columns, Some(source))
            .await?;
        while let Some(batch) = batches.try_next().await? {
            let [account_id, name] = [0, 1].map(|column| texts(&batch, column));
            for row in 0..batch.num_rows() {
                let until = batch
                    .column(2)
                    .is_valid(row)
                    .then(|| instants(&batch, 2, row));
                let key = former_name_key(account_id.value(row), name.value(row), until);
                seen.insert(&key).map_err(temporary_file)?;
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
