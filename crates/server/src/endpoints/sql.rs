//! SQL that reads.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use entangle_engine::EngineError;
use entangle_engine::reader::sql::SqlRows;
use futures::{Stream, StreamExt};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::answer::{AnsweredRows, Ask};
use crate::error::{ApiError, ErrorCode};
use crate::extract::ApiJson;
use crate::format::{self, Format};
use crate::state::ServerState;

/// Rows of an answer in one JSON document; more are to be had in the other formats.
const JSON_ROWS_MAX: usize = 10_000;
/// Rows of an answer as a Parquet file, which is made in memory.
const PARQUET_ROWS_MAX: usize = 200_000;

/// A query.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SqlRequest {
    /// One statement that reads: SELECT, EXPLAIN, SHOW or DESCRIBE.
    #[schema(
        min_length = 1,
        max_length = 65536,
        example = "SELECT source, count(*) AS post_count FROM posts GROUP BY source"
    )]
    pub query: String,
    /// The snapshot to read; the latest where it is absent.
    #[schema(minimum = 0)]
    pub snapshot: Option<u64>,
}

/// Runs a query that reads, over the sources that the key may read.
///
/// JSON holds at most 10,000 rows and Parquet 200,000; the other formats are streamed. An answer that
/// reaches a limit while it is streamed ends without its last chunk, so that it cannot be taken for
/// a complete one.
#[utoipa::path(post, path = "/api/v1/sql", tag = "sql", operation_id = "run_sql", request_body = SqlRequest)]
pub async fn run(
    State(state): State<ServerState>,
    ask: Ask,
    headers: HeaderMap,
    ApiJson(request): ApiJson<SqlRequest>,
) -> Result<Response, ApiError> {
    let format = Format::accepted(&headers)?;
    let permit = Arc::clone(&state.running_queries)
        .try_acquire_owned()
        .map_err(|_| {
            ApiError::new(ErrorCode::Unavailable, "too many queries are running")
                .with_retry_after(5)
        })?;
    let reader = state
        .readers
        .reader(request.snapshot, ask.caller.scope())
        .await?;
    let mut limits = state.query_limits;
    if let Some(rows) = ask.caller.admission.remaining.row_count {
        limits.row_count = limits
            .row_count
            .min(usize::try_from(rows).unwrap_or(usize::MAX));
    }
    limits.row_count = match format {
        Format::Json => limits.row_count.min(JSON_ROWS_MAX),
        Format::Parquet => limits.row_count.min(PARQUET_ROWS_MAX),
        _ => limits.row_count,
    };
    let session = reader.sql_session(limits)?;
    let query = session.prepare(&request.query).await?;
    let rows = session.run(&query, None).await?;
    let mut response = match format {
        Format::Json => whole_json(rows, reader.snapshot()).await?,
        Format::Parquet => whole_parquet(rows).await?,
        other => streamed(&state, rows, other, permit).await?,
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert("x-snapshot", HeaderValue::from(reader.snapshot()));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn whole_json(rows: SqlRows, snapshot: u64) -> Result<Response, ApiError> {
    let columns: Vec<_> = rows
        .schema()
        .fields()
        .iter()
        .map(|field| json!({ "name": field.name(), "type": field.data_type().to_string() }))
        .collect();
    let mut batches = rows.into_batches();
    let mut data = Vec::new();
    let mut row_count = 0;
    while let Some(batch) = batches.next().await {
        let batch = batch?;
        let objects = format::json_objects(&batch).map_err(EngineError::from)?;
        if !data.is_empty() && !objects.is_empty() {
            data.push(b',');
        }
        data.extend(objects);
        row_count += batch.num_rows() as u64;
    }
    let mut body = format!("{{\"columns\":{},\"data\":[", json!(columns)).into_bytes();
    body.extend(data);
    body.extend(format!("],\"snapshot\":{snapshot}}}").into_bytes());
    let mut response = body.into_response();
    response.extensions_mut().insert(AnsweredRows(row_count));
    Ok(response)
}

async fn whole_parquet(rows: SqlRows) -> Result<Response, ApiError> {
    let schema = rows.schema();
    let batches: Vec<_> = rows.into_batches().collect().await;
    let batches = batches
        .into_iter()
        .collect::<Result<Vec<_>, EngineError>>()?;
    let row_count: usize = batches.iter().map(|batch| batch.num_rows()).sum();
    let mut response = format::parquet(&schema, &batches)?.into_response();
    response
        .extensions_mut()
        .insert(AnsweredRows(row_count as u64));
    Ok(response)
}

/// What is sent of a streamed answer; an error ends it without a proper end.
type Chunk = Result<Bytes, std::io::Error>;

/// Rows as they come. The first ones are waited for, so that most errors are still told as such.
async fn streamed(
    state: &ServerState,
    rows: SqlRows,
    format: Format,
    permit: tokio::sync::OwnedSemaphorePermit,
) -> Result<Response, ApiError> {
    let mut encoder = format::Encoder::new(format, &rows.schema())?;
    let mut batches = rows.into_batches();
    let first = batches.next().await.transpose()?;
    let mut start = encoder.start()?;
    if let Some(first) = &first {
        start.extend(encoder.rows(first)?);
    }
    let counted = Arc::clone(&state.metrics);
    let first_rows = first.as_ref().map_or(0, |batch| batch.num_rows() as u64);
    let rest = futures::stream::unfold(Some((batches, encoder)), move |state| {
        let counted = Arc::clone(&counted);
        async move {
            let (mut batches, mut encoder) = state?;
            match batches.next().await {
                None => Some((encoder.end().map_err(cut_short), None)),
                Some(Ok(batch)) => {
                    counted.rows.inc_by(batch.num_rows() as u64);
                    let bytes = encoder.rows(&batch).map_err(cut_short);
                    Some((bytes, Some((batches, encoder))))
                }
                Some(Err(error)) => Some((Err(cut_short(ApiError::from(error))), None)),
            }
        }
    });
    let rest = rest.map(move |chunk| {
        // The query counts as running until its last row has been read.
        let _running = &permit;
        chunk.map(Bytes::from)
    });
    let all = futures::stream::once(async move { Chunk::Ok(Bytes::from(start)) }).chain(rest);
    let mut response = body_of(all);
    response.extensions_mut().insert(AnsweredRows(first_rows));
    Ok(response)
}

fn body_of(chunks: impl Stream<Item = Chunk> + Send + 'static) -> Response {
    Body::from_stream(chunks).into_response()
}

fn cut_short(error: ApiError) -> std::io::Error {
    tracing::warn!(code = error.code.as_str(), "an answer was cut short");
    std::io::Error::other(error.message)
}
