//! What a job does, with the rights of the key that asked for it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use entangle_access::Role;
use entangle_engine::disclosure::Disclosure;
use entangle_engine::export::package::{PackageRequest, author, export_package, today};
use entangle_engine::export::{
    ExportRequest, RecordFormat, TableFormat, Tlp, export_reader_query, export_records,
};
use entangle_engine::reader::sql::QueryLimits;
use entangle_engine::reader::{ReadScope, Sight, Sources};
use entangle_engine::{EngineError, Progress, Responsible, study};

use super::record::JobRecord;
use super::request::{
    ExportJob, JobRequest, Marking, PackageJob, QueryJob, RecordsFormat, RowsFormat, StudyJob,
};
use crate::answer::SHOWN_COUNT_MIN;
use crate::error::{ApiError, ErrorCode};
use crate::indexing::{IndexState, bring_up};
use crate::readers::Readers;

/// A query that is a job may take longer than one that somebody waits for.
const QUERY_DURATION: Duration = Duration::from_secs(3_600);
/// And give more rows.
const QUERY_ROWS: usize = 50_000_000;

/// What every job may use.
#[derive(Clone)]
pub struct Tools {
    /// The workspace.
    pub readers: Arc<Readers>,
    /// Limits of a query, but for time and rows.
    pub query_limits: QueryLimits,
    /// How far the search index is.
    pub index: IndexState,
}

/// Does what a job asks for and writes its results into a folder.
///
/// # Errors
/// In the words of the API; what only whoever runs the server can mend is in the log.
pub async fn perform(
    tools: &Tools,
    job: &JobRecord,
    folder: &Path,
    progress: &mut dyn Progress,
) -> Result<(), ApiError> {
    let done = match &job.request {
        JobRequest::Study(request) => run_study(tools, job, request, folder, progress).await,
        JobRequest::Export(request) => export(tools, job, request, folder, progress).await,
        JobRequest::Query(request) => query(tools, job, request, folder).await,
        JobRequest::Package(request) => package(tools, request, folder, progress).await,
        JobRequest::Index(_) => bring_up(tools.readers.workspace(), &tools.index).await,
    };
    done.map_err(|error| told(tools, job, error))
}

/// An error for the one who asked: without places on this machine.
fn told(tools: &Tools, job: &JobRecord, error: EngineError) -> ApiError {
    let code = crate::error::code_of(&error);
    let code = match (code, error.responsible()) {
        (ErrorCode::Internal, Responsible::User) => ErrorCode::InvalidBody,
        (code, _) => code,
    };
    if matches!(code, ErrorCode::Internal | ErrorCode::Unavailable) {
        tracing::error!(code = code.as_str(), error = %error, "a job failed");
        return ApiError::new(code, code.about());
    }
    // The message would name the sources that there are.
    if job.sources.is_some() && matches!(error, EngineError::User(_) | EngineError::Population(_)) {
        return ApiError::new(
            ErrorCode::InvalidBody,
            "what was asked for cannot be done with the sources of the key",
        )
        .with_hint("GET /api/v1/sources lists the sources that the key may read");
    }
    let root = tools.readers.workspace().path().display().to_string();
    ApiError::told(code, &error.to_string().replace(&root, ""))
}

async fn run_study(
    tools: &Tools,
    job: &JobRecord,
    request: &StudyJob,
    folder: &Path,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    let text = request.study.as_deref().unwrap_or_default();
    // Who sees no records sees no small counts either, whatever the study file says.
    let suppressed = match job.role {
        Role::Pseudonymous | Role::Identified => 0,
        Role::Aggregate | Role::Admin => SHOWN_COUNT_MIN.unsigned_abs(),
    };
    let workspace = tools.readers.workspace();
    study::run_aggregates(
        workspace,
        request.snapshot,
        text,
        suppressed,
        folder,
        progress,
    )
    .await?;
    Ok(())
}

async fn export(
    tools: &Tools,
    job: &JobRecord,
    request: &ExportJob,
    folder: &Path,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    let (format, name) = match request.format {
        RecordsFormat::Stix => (RecordFormat::Stix, "bundle.json"),
        RecordsFormat::Misp => (RecordFormat::Misp, "event.json"),
        RecordsFormat::Gexf => (RecordFormat::Gexf, "accounts.gexf"),
        RecordsFormat::Graphml => (RecordFormat::Graphml, "accounts.graphml"),
        RecordsFormat::GephiCsv => (RecordFormat::GephiCsv, "gephi"),
        RecordsFormat::Convokit => (RecordFormat::Convokit, "corpus"),
    };
    let is_named = job.role == Role::Identified && !request.pseudonyms;
    let disclosure = match is_named {
        false => Disclosure::Pseudonyms,
        true => Disclosure::Names {
            reason: format!(
                "{} (key {}, over the API)",
                job.purpose.as_deref().unwrap_or_default(),
                job.key_id
            ),
        },
    };
    let snapshot = request.snapshot;
    let request = ExportRequest {
        format,
        out: folder.join(name),
        sources: request.sources.clone().or_else(|| job.sources.clone()),
        least_link_probability: request.least_probability.unwrap_or(0.5),
        has_posts: !request.without_posts,
        tlp: match request.tlp {
            Marking::Clear => Tlp::Clear,
            Marking::Green => Tlp::Green,
            Marking::Amber => Tlp::Amber,
            Marking::AmberStrict => Tlp::AmberStrict,
            Marking::Red => Tlp::Red,
        },
        disclosure,
    };
    export_records(tools.readers.workspace(), snapshot, &request, progress).await?;
    Ok(())
}

async fn query(
    tools: &Tools,
    job: &JobRecord,
    request: &QueryJob,
    folder: &Path,
) -> Result<(), EngineError> {
    let sources = match &job.sources {
        None => Sources::All,
        Some(sources) => Sources::Only(sources.iter().cloned().collect::<BTreeSet<_>>()),
    };
    let scope = ReadScope {
        sources,
        sight: Sight::Identified,
    };
    let reader = tools.readers.reader(request.snapshot, scope).await?;
    let limits = QueryLimits {
        duration: QUERY_DURATION,
        row_count: QUERY_ROWS,
        ..tools.query_limits
    };
    let (format, name) = match request.format {
        RowsFormat::Csv => (TableFormat::Csv, "rows.csv"),
        RowsFormat::Ndjson => (TableFormat::Ndjson, "rows.ndjson"),
        RowsFormat::Xlsx => (TableFormat::Xlsx, "rows.xlsx"),
    };
    export_reader_query(&reader, limits, &request.query, format, &folder.join(name)).await?;
    Ok(())
}

async fn package(
    tools: &Tools,
    request: &PackageJob,
    folder: &Path,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    let package = PackageRequest {
        out: folder.join("package"),
        study_text: request.study.clone().unwrap_or_default(),
        licence_text: request.licence.clone(),
        licence_identifier: request.licence_identifier.clone(),
        title: request.title.clone(),
        summary: request.summary.clone(),
        version: request.version.clone().unwrap_or_else(|| "1".to_owned()),
        released_on: today(),
        authors: request.authors.iter().map(|text| author(text)).collect(),
        doi: request.doi.clone(),
    };
    let workspace = tools.readers.workspace();
    export_package(workspace, request.snapshot, &package, progress).await?;
    Ok(())
}
