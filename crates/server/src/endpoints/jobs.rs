//! Jobs: asking for long work, looking at it, cancelling it, fetching its results.

use axum::Json;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use entangle_access::Role;
use entangle_engine::reader::Sources;
use entangle_engine::study::sources_of;
use serde_json::{Value, json};

use crate::answer::{AnsweredRows, Ask};
use crate::caller::Caller;
use crate::error::{ApiError, ErrorCode};
use crate::extract::{ApiJson, ApiPath};
use crate::file_answer::file_answer;
use crate::gate::new_id;
use crate::jobs::{
    ExportJob, IndexJob, Job, JobRecord, JobRequest, PackageJob, QueryJob, StudyJob,
};
use crate::kept_answer::uncached;
use crate::state::ServerState;

/// Whether a caller may look at a job: one of its own, or any where it runs the server. In local mode
/// there is one key at a time, so every job is its own.
pub(super) fn may_see(state: &ServerState, caller: &Caller, job: &Job) -> bool {
    let is_own = job.record.key_id == caller.admission.key_id.as_str();
    is_own || state.is_local || caller.role() == Role::Admin
}

fn find(state: &ServerState, caller: &Caller, job_id: &str) -> Result<Job, ApiError> {
    let job = state.jobs.get(job_id);
    job.filter(|job| may_see(state, caller, job))
        .ok_or_else(|| ApiError::not_found("job", job_id))
}

/// A job as the API shows it. Who runs the server sees that it is there, and not what is asked for.
fn job_json(caller: &Caller, job: &Job) -> Value {
    let record = &job.record;
    let shows_request = caller.role() != Role::Admin;
    let files: Vec<Value> = record
        .files
        .iter()
        .map(|file| {
            json!({
                "name": file.name,
                "byte_count": file.byte_count,
                "href": format!("/api/v1/jobs/{}/files/{}", record.job_id, file.name.replace('/', "%2F")),
            })
        })
        .collect();
    json!({
        "job_id": record.job_id,
        "kind": record.request.kind(),
        "state": record.state,
        "key_id": record.key_id,
        "request": shows_request.then_some(&record.request),
        "created_at": record.created_at.to_rfc3339(),
        "started_at": record.started_at.map(|at| at.to_rfc3339()),
        "finished_at": record.finished_at.map(|at| at.to_rfc3339()),
        "progress": job.progress(),
        "error": record.error,
        "files": files,
    })
}

fn added(state: &ServerState, caller: &Caller, request: JobRequest) -> Result<Response, ApiError> {
    let job = state.jobs.add(JobRecord::new(new_id(), caller, request))?;
    let body = json!({ "data": job_json(caller, &job) });
    let mut response = (StatusCode::ACCEPTED, Json(body)).into_response();
    let location = format!("/api/v1/jobs/{}", job.record.job_id);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// The text of a study that a job names or brings, once the key may read what the study reads and
/// there is the snapshot.
async fn study_text(
    state: &ServerState,
    caller: &Caller,
    (study, name): (Option<&str>, Option<&str>),
    snapshot: Option<u64>,
) -> Result<String, ApiError> {
    let wrong = |message: &str| ApiError::new(ErrorCode::InvalidBody, message);
    let text = match (study, name) {
        (Some(text), None) => text.to_owned(),
        (None, Some(name)) => named_study(state, name)?,
        _ => {
            return Err(wrong("the job needs either study or name")
                .with_hint("study is the text of a study file, name that of one the server has"));
        }
    };
    let sources = sources_of(&text).map_err(|error| wrong(&error.to_string()))?;
    for source in &sources {
        caller.check_source(source)?;
    }
    known_snapshot(state, snapshot).await?;
    Ok(text)
}

fn named_study(state: &ServerState, name: &str) -> Result<String, ApiError> {
    let unknown = || ApiError::not_found("study file", name);
    let folder = state.studies_folder.as_deref().ok_or_else(unknown)?;
    match is_plain_name(name) {
        true => std::fs::read_to_string(folder.join(format!("{name}.toml"))).map_err(|_| unknown()),
        false => Err(unknown()),
    }
}

/// Whether a name is one of letters, digits, hyphens and underscores.
pub(super) fn is_plain_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(is_plain)
}

/// Runs a study. Its result is numbers about many accounts, small counts withheld.
///
/// For a key of the role aggregate counts below 10 are withheld even where the study file asks for
/// less.
#[utoipa::path(post, path = "/api/v1/jobs/study", tag = "jobs", operation_id = "start_study", request_body = StudyJob)]
pub async fn study(
    State(state): State<ServerState>,
    ask: Ask,
    ApiJson(mut job): ApiJson<StudyJob>,
) -> Result<Response, ApiError> {
    let given = (job.study.as_deref(), job.name.as_deref());
    job.study = Some(study_text(&state, &ask.caller, given, job.snapshot).await?);
    added(&state, &ask.caller, JobRequest::Study(job))
}

/// Writes accounts, posts, links and personas for another program, as the role of the key sees them.
#[utoipa::path(post, path = "/api/v1/jobs/export", tag = "jobs", operation_id = "start_export", request_body = ExportJob)]
pub async fn export(
    State(state): State<ServerState>,
    ask: Ask,
    ApiJson(job): ApiJson<ExportJob>,
) -> Result<Response, ApiError> {
    for source in job.sources.iter().flatten() {
        ask.caller.check_source(source)?;
    }
    let readable = match &ask.caller.scope().sources {
        Sources::All => None,
        Sources::Only(sources) => Some(sources.len()),
    };
    if job.sources.as_ref().map(Vec::len).or(readable) == Some(0) {
        return Err(ApiError::new(
            ErrorCode::InvalidBody,
            "the export would have no source",
        ));
    }
    if let Some(probability) = job.least_probability
        && !(0.0..=1.0).contains(&probability)
    {
        return Err(ApiError::new(
            ErrorCode::InvalidBody,
            "least_probability lies between 0 and 1",
        ));
    }
    known_snapshot(&state, job.snapshot).await?;
    added(&state, &ask.caller, JobRequest::Export(job))
}

/// Writes the rows of a query that reads, over the sources that the key may read.
#[utoipa::path(post, path = "/api/v1/jobs/query", tag = "jobs", operation_id = "start_query", request_body = QueryJob)]
pub async fn query(
    State(state): State<ServerState>,
    ask: Ask,
    ApiJson(job): ApiJson<QueryJob>,
) -> Result<Response, ApiError> {
    // What is wrong with a query is said at once.
    let reader = state
        .readers
        .reader(job.snapshot, ask.caller.scope())
        .await?;
    reader
        .sql_session(state.query_limits)?
        .prepare(&job.query)
        .await?;
    added(&state, &ask.caller, JobRequest::Query(job))
}

/// Writes a study as a frozen package: tables, figures, codebook, licence, citation, hashes.
#[utoipa::path(post, path = "/api/v1/jobs/package", tag = "jobs", operation_id = "start_package", request_body = PackageJob)]
pub async fn package(
    State(state): State<ServerState>,
    ask: Ask,
    ApiJson(mut job): ApiJson<PackageJob>,
) -> Result<Response, ApiError> {
    let given = (job.study.as_deref(), job.name.as_deref());
    job.study = Some(study_text(&state, &ask.caller, given, job.snapshot).await?);
    added(&state, &ask.caller, JobRequest::Package(job))
}

/// Brings the search index up to the latest snapshot.
#[utoipa::path(post, path = "/api/v1/jobs/index", tag = "jobs", operation_id = "start_index", request_body = IndexJob)]
pub async fn index(
    State(state): State<ServerState>,
    ask: Ask,
    ApiJson(job): ApiJson<IndexJob>,
) -> Result<Response, ApiError> {
    added(&state, &ask.caller, JobRequest::Index(job))
}

async fn known_snapshot(state: &ServerState, number: Option<u64>) -> Result<(), ApiError> {
    if let Some(number) = number {
        let found = state.readers.workspace().snapshot(number).await;
        found.map_err(entangle_engine::EngineError::from)?;
    }
    Ok(())
}

/// Jobs of the key, the newest first; all for the role admin.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", operation_id = "list_jobs")]
pub async fn list(State(state): State<ServerState>, ask: Ask) -> Response {
    let jobs = state.jobs.list();
    let jobs = jobs.iter().filter(|job| may_see(&state, &ask.caller, job));
    let jobs: Vec<Value> = jobs.map(|job| job_json(&ask.caller, job)).collect();
    let rows = AnsweredRows(jobs.len() as u64);
    let mut response = uncached(Json(json!({ "data": jobs })));
    response.extensions_mut().insert(rows);
    response
}

/// One job: how far it is, and its results.
#[utoipa::path(get, path = "/api/v1/jobs/{job_id}", tag = "jobs", operation_id = "get_job", params(("job_id" = String, Path, description = "id of the job")))]
pub async fn get(
    State(state): State<ServerState>,
    ask: Ask,
    ApiPath(job_id): ApiPath<String>,
) -> Result<Response, ApiError> {
    let job = find(&state, &ask.caller, &job_id)?;
    let body = json!({ "data": job_json(&ask.caller, &job) });
    Ok(uncached(Json(body)))
}

/// Cancels a job that waits or runs, and removes it with its results.
#[utoipa::path(delete, path = "/api/v1/jobs/{job_id}", tag = "jobs", operation_id = "delete_job", params(("job_id" = String, Path, description = "id of the job")))]
pub async fn delete(
    State(state): State<ServerState>,
    ask: Ask,
    ApiPath(job_id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    let job = find(&state, &ask.caller, &job_id)?;
    let jobs = std::sync::Arc::clone(&state.jobs);
    let removed = tokio::task::spawn_blocking(move || jobs.remove(&job.record.job_id)).await;
    removed.map_err(|_| ApiError::new(ErrorCode::Internal, ErrorCode::Internal.about()))??;
    Ok(StatusCode::NO_CONTENT)
}

/// A result of a job, as a file to be kept.
///
/// Slashes in its name are written %2F, as in `href` of the job.
#[utoipa::path(get, path = "/api/v1/jobs/{job_id}/files/{name}", tag = "jobs", operation_id = "get_job_file", params(("job_id" = String, Path, description = "id of the job"), ("name" = String, Path, description = "name of the file")))]
pub async fn file(
    State(state): State<ServerState>,
    ask: Ask,
    headers: HeaderMap,
    ApiPath((job_id, name)): ApiPath<(String, String)>,
) -> Result<Response, ApiError> {
    let job = find(&state, &ask.caller, &job_id)?;
    let found = state.jobs.file(&job, &name);
    let (path, _) = found.ok_or_else(|| ApiError::not_found("file", &name))?;
    file_answer(&headers, &path, &name).await
}
