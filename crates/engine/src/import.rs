//! The stage `import`: one input of one source to rows of tables, in one commit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use datafusion::prelude::SessionContext;
use entangle_dump::{Input, InputOptions, TextEncoding};
use entangle_import::mapping::{MappedTables, first_records, guess, preview};
pub use entangle_import::mapping::{Mapping, Preview};
use entangle_import::{
    ImportError, ImportOptions, Importer, ZoneBasis, ZoneCounts, detect, importer, importers,
};
use entangle_model::SourceKind;
use entangle_model::record::RecordKind;
use entangle_model::schema::{IMPORTS, SOURCES};
use entangle_store::{Snapshot, Transaction, Workspace};
use futures::TryStreamExt;

use crate::forgotten::Forgotten;
use crate::import_sink::{Finished, StoreSink, Stored};
use crate::rows::{ImportRows, SourceRows};
use crate::table_reader::texts;
use crate::{EngineError, Progress, ProgressUnit};

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
    /// Encoding of every file; `None` to recognise it file by file.
    pub encoding: Option<TextEncoding>,
    /// The form of the lines, for the format `chat_log` and for no other.
    pub line_pattern: Option<String>,
    /// What the columns of tables in a form of their own become; instead of a format.
    pub mapping: Option<Mapping>,
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
    /// The part of the rejected rows whose account was deleted on request.
    pub forgotten_count: u64,
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
    /// Texts of posts that were there with another text.
    pub version_count: u64,
    /// How many files were read in which encoding.
    pub encodings: BTreeMap<&'static str, u64>,
    /// What the zones of the instants rest on.
    pub zones: ZoneCounts,
    /// Decompressed bytes read.
    pub input_bytes: u64,
    /// The snapshot that holds the rows.
    pub snapshot: u64,
}

/// An input that was opened and recognised, before anything is written.
pub struct PreparedImport {
    request: ImportRequest,
    input: Input,
    importer: FoundImporter,
    detection: FoundFormat,
}

enum FoundImporter {
    Known(&'static dyn Importer),
    Mapped(Box<MappedTables>),
}

impl FoundImporter {
    fn get(&self) -> &dyn Importer {
        match self {
            Self::Known(importer) => *importer,
            Self::Mapped(tables) => tables.as_ref(),
        }
    }
}

impl PreparedImport {
    /// Opens the input and finds its format. Touches no workspace.
    ///
    /// # Errors
    /// Where the source cannot have that name, the input cannot be opened, or its format is in
    /// doubt.
    pub fn new(request: ImportRequest) -> Result<Self, EngineError> {
        check_source_name(&request.source)?;
        let input_options = InputOptions {
            encoding: request.encoding,
            ..InputOptions::default()
        };
        let input = Input::open(&request.path, input_options).map_err(ImportError::from)?;
        let (importer, detection) = choose_importer(&input, &request)?;
        Ok(Self {
            request,
            input,
            importer,
            detection,
        })
    }

    /// Imports the input. The workspace changes as a whole or not at all.
    ///
    /// Rows whose record is in the source already change nothing and are counted. Imports of one
    /// source wait for one another; imports of different sources run side by side.
    ///
    /// # Errors
    /// Where the input cannot be read to its end, not one row can be used, the source is known
    /// under another kind, or the store fails.
    pub async fn run(
        self,
        workspace: &Workspace,
        progress: &mut dyn Progress,
    ) -> Result<ImportSummary, EngineError> {
        let request = &self.request;
        let _serial = workspace.lock_source(&request.source).await?;
        let snapshot = workspace.latest_snapshot().await?;
        let context = workspace.session_context(Some(SCAN_MEMORY_LIMIT_BYTES))?;
        let is_new_source = check_kind(&context, &snapshot, request).await?;
        let transaction = workspace.begin("import", &request.source).await?;
        // Read after the transaction began, so that a deletion that is asked for later sees the rows.
        let forgotten = Forgotten::read(workspace)?;
        let started_at = Utc::now();
        progress.stage("import", size_bytes(&self.input), ProgressUnit::Bytes);
        let stored = Stored {
            context: &context,
            snapshot: &snapshot,
            forgotten: &forgotten,
        };
        let keeps_versions = self.importer.get().may_repeat_posts();
        let sink = StoreSink::open(
            &transaction,
            stored,
            request,
            keeps_versions,
            started_at,
            progress,
        )
        .await?;
        let mut finished = self.read_into(sink, started_at)?;
        finished.summary.format = self.format();
        finished.summary.detection = self.detection;
        finished.check_for_use(&request.path)?;
        write_ledger(&transaction, request, &finished, started_at, is_new_source)?;
        let committed = transaction.commit().await?;
        finished.summary.snapshot = committed.number();
        Ok(finished.summary)
    }

    /// The first records of the input as the import would map them, and for mapped tables the
    /// columns that are left out. Stores nothing.
    ///
    /// # Errors
    /// Where the input cannot be read so far.
    pub fn preview(&self, record_count: usize) -> Result<Preview, EngineError> {
        let options = self.options(Utc::now());
        Ok(match &self.request.mapping {
            Some(mapping) => preview(&self.input, mapping, &options, record_count)?,
            None => first_records(self.importer.get(), &self.input, &options, record_count)?,
        })
    }

    /// The name of the format that was found or asked for.
    pub fn format(&self) -> &'static str {
        self.importer.get().name()
    }

    fn options(&self, now: DateTime<Utc>) -> ImportOptions {
        ImportOptions {
            now,
            line_pattern: self.request.line_pattern.clone(),
        }
    }

    fn read_into(
        &self,
        mut sink: StoreSink<'_>,
        started_at: DateTime<Utc>,
    ) -> Result<Finished, EngineError> {
        let options = self.options(started_at);
        let outcome = tokio::task::block_in_place(|| {
            self.importer.get().import(&self.input, &options, &mut sink)
        });
        if let Some(error) = sink.failure.take() {
            return Err(error);
        }
        outcome?;
        sink.finish()
    }
}

/// Prepares and runs one import; see [`PreparedImport`].
///
/// # Errors
/// Those of preparing and of running it.
pub async fn import(
    workspace: &Workspace,
    request: &ImportRequest,
    progress: &mut dyn Progress,
) -> Result<ImportSummary, EngineError> {
    PreparedImport::new(request.clone())?
        .run(workspace, progress)
        .await
}

/// A first mapping of the tables of an input, as commented TOML to be edited.
///
/// # Errors
/// Where the input cannot be opened or read.
pub fn guess_mapping(path: &Path) -> Result<String, EngineError> {
    let input = Input::open(path, InputOptions::default()).map_err(ImportError::from)?;
    Ok(guess(&input)?.toml)
}

/// Name and one line of description of every format, in the order of their names.
pub fn formats() -> Vec<(&'static str, &'static str)> {
    let mut formats: Vec<_> = importers()
        .iter()
        .map(|importer| (importer.name(), importer.about()))
        .collect();
    formats.sort_unstable();
    formats
}

/// Compressed size of an input; `None` where a file does not tell.
fn size_bytes(input: &Input) -> Option<u64> {
    let sizes = input.files().iter().map(|file| file.size_bytes_hint);
    sizes.sum()
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
) -> Result<(FoundImporter, FoundFormat), EngineError> {
    if let Some(mapping) = &request.mapping {
        let tables = MappedTables::new(mapping.clone())?;
        return Ok((FoundImporter::Mapped(Box::new(tables)), None));
    }
    match request.format.as_deref() {
        Some(format) if format != "auto" => Ok((FoundImporter::Known(importer(format)?), None)),
        _ => {
            let found = detect(input)?;
            Ok((
                FoundImporter::Known(importer(found.format)?),
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

/// Instants by what their zone rests on, in the words of [`ZoneBasis`].
fn zones_read(zones: &ZoneCounts) -> BTreeMap<&'static str, u64> {
    ZoneBasis::ALL
        .into_iter()
        .map(|basis| (basis.as_str(), zones.count(basis)))
        .filter(|(_, count)| *count > 0)
        .collect()
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
        "encoding": request.encoding.map(TextEncoding::name),
        "encodings_read": finished.summary.encodings,
        "zones_read": zones_read(&finished.summary.zones),
    });
    for (kind, counts) in &finished.summary.counts {
        rows.import_id.push(Some(&finished.scope.import_digits));
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
        rows.import_id.push(Some(&finished.scope.import_digits));
        rows.declared_at.push(Some(started_at));
        let mut writer = transaction.writer(&SOURCES);
        writer.write(&rows.finish()?)?;
        writer.finish()?;
    }
    Ok(())
}
