//! The server itself: is it there, what may I, what is measured, who has keys.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use entangle_access::{read_entries, verify};
use serde_json::{Value, json};

use crate::answer::{AnsweredRows, Ask};
use crate::error::{ApiError, ErrorCode};
use crate::extract::ApiQuery;
use crate::state::ServerState;

/// Whether the server runs.
#[utoipa::path(get, path = "/health", tag = "operations", operation_id = "get_health", responses((status = 200, description = "It runs.", content_type = "application/json", body = Value)))]
pub async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Whether the server can answer: the workspace can be read.
///
/// The search index is told beside; a server whose index is behind answers everything else.
#[utoipa::path(get, path = "/ready", tag = "operations", operation_id = "get_ready", responses((status = 200, description = "It can answer.", content_type = "application/json", body = Value)))]
pub async fn ready(State(state): State<ServerState>) -> Result<Json<Value>, ApiError> {
    match state.readers.workspace().latest_snapshot().await {
        Ok(_) => Ok(Json(json!({
            "status": "ready",
            "is_index_building": state.index.is_building(),
        }))),
        Err(error) => {
            tracing::error!(error = %error, "the workspace cannot be read");
            Err(ApiError::new(
                ErrorCode::Unavailable,
                "the workspace cannot be read",
            ))
        }
    }
}

/// What the server measures of itself, as OpenMetrics text for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operations", operation_id = "get_metrics", responses((status = 200, description = "Measurements.", content_type = "application/openmetrics-text", body = String)))]
pub async fn metrics(State(state): State<ServerState>) -> Result<Response, ApiError> {
    let text = state.metrics.text();
    let text = text.map_err(|_| ApiError::new(ErrorCode::Internal, "measurements have no text"))?;
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let mut response = text.into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    Ok(response)
}

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "operations", operation_id = "get_openapi", responses((status = 200, description = "The OpenAPI document.", content_type = "application/json", body = Value)))]
pub async fn document(State(state): State<ServerState>) -> Response {
    let mut response = state.document.to_string().into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// What the key of this request may do, and what is left of its day.
#[utoipa::path(get, path = "/api/v1/me", tag = "operations", operation_id = "get_me", responses((status = 200, description = "The key.", content_type = "application/json", body = Value)))]
pub async fn me(ask: Ask) -> Json<Value> {
    let admission = &ask.caller.admission;
    Json(json!({
        "key_id": admission.key_id.as_str(),
        "role": admission.role.as_str(),
        "sources": admission.sources.sources(),
        "remaining_today": admission.remaining,
    }))
}

/// Every key, without its secret.
#[utoipa::path(get, path = "/api/v1/keys", tag = "operations", operation_id = "list_keys", responses((status = 200, description = "Keys.", content_type = "application/json", body = Value)))]
pub async fn keys(State(state): State<ServerState>) -> Result<Response, ApiError> {
    let listed = state.gate.keys().list();
    let listed = listed.map_err(|error| {
        tracing::error!(error = %error, "keys cannot be listed");
        ApiError::new(ErrorCode::Unavailable, "keys cannot be listed")
    })?;
    let keys: Vec<Value> = listed.iter().map(crate::keys::key_json).collect();
    let mut response = Json(json!({ "data": keys })).into_response();
    response
        .extensions_mut()
        .insert(AnsweredRows(keys.len() as u64));
    Ok(response)
}

/// Which entries of the audit log.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// Number of the first entry.
    #[param(minimum = 1)]
    pub from: Option<u64>,
    /// Entries at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<u32>,
}

/// Entries of the audit log, and whether its chain holds.
#[utoipa::path(get, path = "/api/v1/audit", tag = "operations", operation_id = "list_audit", params(AuditQuery), responses((status = 200, description = "Entries.", content_type = "application/json", body = Value)))]
pub async fn audit(
    State(state): State<ServerState>,
    ApiQuery(query): ApiQuery<AuditQuery>,
) -> Result<Response, ApiError> {
    let limit = query.limit.unwrap_or(100);
    let from = query.from.unwrap_or(1);
    if !(1..=1_000).contains(&limit) || i64::try_from(from).is_err() || from == 0 {
        return Err(ApiError::new(
            ErrorCode::InvalidParameter,
            "from begins with 1, and limit lies between 1 and 1000",
        ));
    }
    let log = std::sync::Arc::clone(&state.audit);
    let folder = std::sync::Arc::clone(&state.audit_folder);
    let read = tokio::task::spawn_blocking(move || {
        log.flush()?;
        let entries = read_entries(&folder, from, limit as usize)?;
        Ok::<_, entangle_access::AccessError>((entries, verify(&folder, &[])?))
    });
    let unreadable = |error: &dyn std::fmt::Display| {
        tracing::error!(error = %error, "the audit log cannot be read");
        ApiError::new(ErrorCode::Unavailable, "the audit log cannot be read")
    };
    let (entries, verification) = match read.await {
        Ok(Ok(read)) => read,
        Ok(Err(error)) => return Err(unreadable(&error)),
        Err(error) => return Err(unreadable(&error)),
    };
    let body = json!({ "data": entries, "is_intact": verification.damage.is_none() });
    let mut response = (StatusCode::OK, Json(body)).into_response();
    response
        .extensions_mut()
        .insert(AnsweredRows(entries.len() as u64));
    Ok(response)
}
