//! Results of studies: their numbers, tables and figures, from jobs of the key and from the folder of
//! reports that the server was started with.

use std::path::{Path, PathBuf};

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use entangle_engine::reader::read_parquet;
use serde_json::{Value, json};

use super::jobs::{is_plain_name, may_see};
use crate::answer::{AnsweredRows, Ask};
use crate::error::{ApiError, ErrorCode};
use crate::extract::ApiPath;
use crate::file_answer::{etag_of, file_answer};
use crate::format::{self, Format};
use crate::jobs::{JobRequest, JobState};
use crate::kept_answer::{add_etag, is_known, not_modified, uncached};
use crate::state::ServerState;

const RESULTS_FILE: &str = "results.json";
/// Reports of the folder that are listed at most.
const REPORTS_MAX: usize = 1_000;
/// A study of the folder of reports has this before its name.
const REPORT_PREFIX: &str = "report-";

/// A study with its result.
struct Study {
    study_id: String,
    folder: PathBuf,
    results: Value,
}

impl Study {
    fn about(&self, field: &str) -> &Value {
        &self.results["about"][field]
    }

    fn json(&self) -> Value {
        json!({
            "study_id": self.study_id,
            "title": self.about("title"),
            "public_source": self.about("public_source"),
            "target_sources": self.about("target_sources"),
            "snapshot": self.about("snapshot"),
            "tables": names_in(&self.folder.join("tables"), "parquet"),
            "figures": names_in(&self.folder.join("figures"), "svg"),
        })
    }
}

/// Plain names of the files of a folder with an end, sorted.
fn names_in(folder: &Path, end: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let stem = name.strip_suffix(end)?.strip_suffix('.')?;
            is_plain_name(stem).then(|| stem.to_owned())
        })
        .collect();
    names.sort_unstable();
    names
}

/// A study that the caller may see: all its sources are among those of the key.
fn open(ask: &Ask, study_id: String, folder: PathBuf) -> Option<Study> {
    let bytes = std::fs::read(folder.join(RESULTS_FILE)).ok()?;
    let results: Value = serde_json::from_slice(&bytes).ok()?;
    let study = Study {
        study_id,
        folder,
        results,
    };
    let targets = study.about("target_sources").as_array()?.iter();
    let mut sources = std::iter::once(study.about("public_source")).chain(targets);
    let is_seen = |source: &Value| {
        let name = source.as_str();
        name.is_some_and(|name| ask.caller.check_source(name).is_ok())
    };
    let is_shown = sources.all(is_seen);
    is_shown.then_some(study)
}

fn of_jobs(state: &ServerState, ask: &Ask) -> Vec<Study> {
    let jobs = state.jobs.list().into_iter().filter(|job| {
        let record = &job.record;
        record.state == JobState::Succeeded
            && matches!(record.request, JobRequest::Study(_))
            && may_see(state, &ask.caller, job)
    });
    jobs.filter_map(|job| {
        let folder = state.jobs.files_of(&job.record.job_id);
        open(ask, job.record.job_id, folder)
    })
    .collect()
}

fn of_folder(state: &ServerState, ask: &Ask) -> Vec<Study> {
    let Some(reports) = &state.reports_folder else {
        return Vec::new();
    };
    let entries = std::fs::read_dir(reports).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| is_plain_name(name))
        .collect();
    names.sort_unstable();
    names.truncate(REPORTS_MAX);
    names
        .into_iter()
        .filter_map(|name| open(ask, format!("{REPORT_PREFIX}{name}"), reports.join(name)))
        .collect()
}

fn find(state: &ServerState, ask: &Ask, study_id: &str) -> Result<Study, ApiError> {
    let of_report = || {
        let name = study_id.strip_prefix(REPORT_PREFIX)?;
        let folder = state.reports_folder.as_ref()?;
        is_plain_name(name).then(|| folder.join(name))
    };
    let of_job = || {
        let job = state.jobs.get(study_id)?;
        let is_study = matches!(job.record.request, JobRequest::Study(_));
        let is_shown = is_study && may_see(state, &ask.caller, &job);
        is_shown.then(|| state.jobs.files_of(study_id))
    };
    of_report()
        .or_else(of_job)
        .and_then(|folder| open(ask, study_id.to_owned(), folder))
        .ok_or_else(|| ApiError::not_found("study", study_id))
}

/// Studies that were run by jobs of the key, the newest first, then those of the folder of reports.
#[utoipa::path(
    get,
    path = "/api/v1/studies",
    tag = "studies",
    operation_id = "list_studies"
)]
pub async fn list(State(state): State<ServerState>, ask: Ask) -> Response {
    let mut studies = of_jobs(&state, &ask);
    studies.extend(of_folder(&state, &ask));
    let listed: Vec<Value> = studies.iter().map(Study::json).collect();
    let rows = AnsweredRows(listed.len() as u64);
    let mut response = uncached(axum::Json(json!({ "data": listed })));
    response.extensions_mut().insert(rows);
    response
}

/// The numbers of a study, with intervals and methods, as in its `results.json`.
#[utoipa::path(get, path = "/api/v1/studies/{study_id}", tag = "studies", operation_id = "get_study", params(("study_id" = String, Path, description = "id of the study")))]
pub async fn get(
    State(state): State<ServerState>,
    ask: Ask,
    headers: HeaderMap,
    ApiPath(study_id): ApiPath<String>,
) -> Result<Response, ApiError> {
    let study = find(&state, &ask, &study_id)?;
    let etag = etag_of(&study.folder.join(RESULTS_FILE), &study_id)?;
    if is_known(&headers, &etag) {
        return Ok(not_modified(&etag));
    }
    let mut data = study.json();
    data["results"] = study.results;
    let mut response = axum::Json(json!({ "data": data })).into_response();
    add_etag(response.headers_mut(), &etag);
    response.extensions_mut().insert(AnsweredRows(1));
    Ok(response)
}

/// A table of a study.
#[utoipa::path(get, path = "/api/v1/studies/{study_id}/tables/{name}", tag = "studies", operation_id = "get_study_table", params(("study_id" = String, Path, description = "id of the study"), ("name" = String, Path, description = "name of the table")))]
pub async fn table(
    State(state): State<ServerState>,
    ask: Ask,
    headers: HeaderMap,
    ApiPath((study_id, name)): ApiPath<(String, String)>,
) -> Result<Response, ApiError> {
    let format = Format::accepted(&headers)?;
    let study = find(&state, &ask, &study_id)?;
    if !is_plain_name(&name) {
        return Err(ApiError::not_found("table", &name));
    }
    let path = study.folder.join("tables").join(format!("{name}.parquet"));
    let etag = etag_of(&path, &name).map_err(|_| ApiError::not_found("table", &name))?;
    let etag = format!("{}-{format:?}\"", etag.trim_end_matches('"'));
    if is_known(&headers, &etag) {
        return Ok(not_modified(&etag));
    }
    let (schema, batches) = read_parquet(&path)?;
    let row_count: usize = batches.iter().map(|batch| batch.num_rows()).sum();
    let rows = arrow::compute::concat_batches(&schema, &batches)
        .map_err(entangle_engine::EngineError::from)?;
    let body = match format {
        Format::Json => {
            let rows = format::json_values(&rows).map_err(entangle_engine::EngineError::from)?;
            json!({ "data": rows }).to_string().into_bytes()
        }
        other => format::encoded(&rows, other)?,
    };
    let mut response = body.into_response();
    let answered = response.headers_mut();
    answered.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    add_etag(answered, &etag);
    response
        .extensions_mut()
        .insert(AnsweredRows(row_count as u64));
    Ok(response)
}

/// A figure of a study, SVG, as a file to be kept: no script of it runs in a browser.
#[utoipa::path(get, path = "/api/v1/studies/{study_id}/figures/{name}", tag = "studies", operation_id = "get_study_figure", params(("study_id" = String, Path, description = "id of the study"), ("name" = String, Path, description = "name of the figure")))]
pub async fn figure(
    State(state): State<ServerState>,
    ask: Ask,
    headers: HeaderMap,
    ApiPath((study_id, name)): ApiPath<(String, String)>,
) -> Result<Response, ApiError> {
    let study = find(&state, &ask, &study_id)?;
    if !is_plain_name(&name) {
        return Err(ApiError::not_found("figure", &name));
    }
    let file = format!("{name}.svg");
    let path = study.folder.join("figures").join(&file);
    match path.is_file() {
        true => file_answer(&headers, &path, &file).await,
        false => Err(ApiError::new(
            ErrorCode::NotFound,
            format!("there is no figure {name:?}"),
        )),
    }
}
