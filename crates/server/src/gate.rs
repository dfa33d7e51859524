//! The gate that every request passes: who asks, may they, how often, and what is kept of it.
//!
//! Nothing of an answer leaves before the audit log holds its entry on the disk, where names can be
//! in it. Where the log cannot be written, nothing is answered.

use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use entangle_access::{
    AccessRequest, Action, AuditRecord, KeyId, Moment, Permission, Refusal, SecretKey,
};
use futures::StreamExt;
use std::sync::Arc;

use crate::answer::AnsweredRows;
use crate::caller::{Caller, shown_key, stated_purpose};
use crate::error::{ApiError, ErrorCode};
use crate::metrics::{Answered, Endpoint};
use crate::rules::{Rule, rule};
use crate::state::ServerState;

/// Name of the header that names a request in the log.
pub const REQUEST_ID: &str = "x-request-id";

/// Measures a request, gives it an id and logs how it ended. Neither path nor query nor body is
/// logged: they may name somebody.
pub async fn observe(State(state): State<ServerState>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().as_str().to_owned();
    let endpoint = template(&request).unwrap_or_else(|| "none".to_owned());
    let request_id = new_id();
    state.metrics.in_flight.inc();
    let mut response = next.run(request).await;
    state.metrics.in_flight.dec();
    let code = response
        .extensions()
        .get::<ErrorCode>()
        .map(|code| code.as_str());
    tracing::info!(
        request_id = %request_id,
        method = %method,
        endpoint = %endpoint,
        status = response.status().as_u16(),
        code = code,
        duration_ms = started.elapsed().as_millis() as u64,
        "request"
    );
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let headers = response.headers_mut();
    headers.insert(
        "x-content-type-options",
        HeaderValue::from_static("nosniff"),
    );
    state
        .metrics
        .requests
        .get_or_create(&Answered {
            method: known_method(&method),
            endpoint: endpoint.clone(),
            status: response.status().as_u16(),
        })
        .inc();
    let durations = state
        .metrics
        .durations
        .get_or_create(&Endpoint { endpoint });
    durations.observe(started.elapsed().as_secs_f64());
    response
}

/// A method may be any word; labels may not.
fn known_method(method: &str) -> String {
    match method {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => method.to_owned(),
        _ => "other".to_owned(),
    }
}

/// An id that nothing else has.
pub fn new_id() -> String {
    use tower_http::request_id::{MakeRequestId, MakeRequestUuid};
    let id = MakeRequestUuid.make_request_id(&Request::new(Body::empty()));
    let id = id.and_then(|id| id.into_header_value().to_str().ok().map(str::to_owned));
    id.unwrap_or_default()
}

fn template(request: &Request) -> Option<String> {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map(|path| path.as_str().to_owned())
}

/// Lets a request through whose caller may ask it, and keeps in the audit log what came of it.
pub async fn guard(State(state): State<ServerState>, mut request: Request, next: Next) -> Response {
    let Some(endpoint) = template(&request) else {
        return next.run(request).await;
    };
    let rule = match rule(request.method().as_str(), &endpoint) {
        Some(Rule::Public) => return next.run(request).await,
        Some(rule) => rule,
        // The router answers a method that it does not know; an endpoint without a rule is a bug,
        // and shut.
        None => return method_or_bug(next.run(request).await),
    };
    let parameters = Parameters::of(&request);
    let caller = match admitted(&state, &request, rule) {
        Ok(caller) => caller,
        Err((error, key_id)) => return refused(&state, error, key_id, &endpoint, &parameters),
    };
    request.extensions_mut().insert(caller.clone());
    let response = next.run(request).await;
    audited(&state, &caller, rule, &endpoint, parameters, response).await
}

fn method_or_bug(response: Response) -> Response {
    match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => response,
        _ => ApiError::new(ErrorCode::Internal, "this endpoint has no rule").into_response(),
    }
}

/// What of a request's parameters may be kept: a digest that shows later that it was this request.
struct Parameters {
    text: String,
}

impl Parameters {
    fn of(request: &Request) -> Self {
        Self {
            text: request.uri().to_string(),
        }
    }

    fn digest(&self, state: &ServerState) -> String {
        state.audit.digest(&[("request", &self.text)])
    }
}

/// A refusal, with the key where its secret was shown.
type Refused = (ApiError, Option<KeyId>);

fn admitted(state: &ServerState, request: &Request, rule: Rule) -> Result<Caller, Refused> {
    let headers = request.headers();
    let anonymous = |error: ApiError| (error, None);
    let key_text = shown_key(headers).map_err(anonymous)?;
    let purpose = stated_purpose(headers).map_err(anonymous)?;
    admit(state, key_text, purpose, rule)
}

/// Lets a caller through who shows a key and may do what a rule needs.
///
/// # Errors
/// A key that is not good, a role that may not, a key that asks too fast or has used up its day, a
/// purpose that cannot be used.
pub fn admit(
    state: &ServerState,
    key_text: &str,
    purpose: Option<&str>,
    rule: Rule,
) -> Result<Caller, Refused> {
    let now = Moment::now();
    let refused = |refusal: Refusal| (error_of(&refusal), refusal.key_id().cloned());
    // What a rule needs of records depends on the role, so the role is looked up first.
    let key = SecretKey::parse(key_text).map_err(|error| refused(error.into()))?;
    let record = state.gate.keys().authenticate(&key, now.at, now.monotonic);
    let record = record.map_err(|error| refused(error.into()))?;
    let role = record.map_err(|error| refused(error.into()))?.role;
    let request = AccessRequest {
        key_text,
        permission: rule.permission(role),
        purpose,
    };
    let admission = state.gate.admit(request, now).map_err(refused)?;
    Ok(Caller { admission })
}

fn error_of(refusal: &Refusal) -> ApiError {
    let code = match refusal {
        Refusal::KeyText(_) | Refusal::Key(_) => ErrorCode::KeyRefused,
        Refusal::TooFast { .. } | Refusal::QuotaSpent { .. } => ErrorCode::TooManyRequests,
        Refusal::NotPermitted { .. } => ErrorCode::RoleInsufficient,
        Refusal::Purpose { .. } => ErrorCode::InvalidParameter,
        Refusal::Undecided(error) => {
            tracing::error!(error = %error, "keys or quotas cannot be used");
            return ApiError::new(ErrorCode::Unavailable, ErrorCode::Unavailable.about());
        }
    };
    let error = ApiError::new(code, refusal.to_string());
    match refusal.retry_after_seconds() {
        Some(seconds) => error.with_retry_after(seconds),
        None => error,
    }
}

fn refused(
    state: &ServerState,
    error: ApiError,
    key_id: Option<KeyId>,
    endpoint: &str,
    parameters: &Parameters,
) -> Response {
    let mut record = AuditRecord::new(Utc::now(), Action::Refused, endpoint);
    record.status = Some(error.code.status().as_u16());
    record.key_id = key_id;
    record.parameters_digest = Some(parameters.digest(state));
    match state.audit.append(record) {
        Ok(()) => error.into_response(),
        Err(failed) => unrecorded(&failed),
    }
}

fn unrecorded(error: &entangle_access::AccessError) -> Response {
    tracing::error!(error = %error, "the audit log cannot be written");
    ApiError::new(
        ErrorCode::AuditUnavailable,
        ErrorCode::AuditUnavailable.about(),
    )
    .into_response()
}

/// The answer, once the log holds that it was given.
async fn audited(
    state: &ServerState,
    caller: &Caller,
    rule: Rule,
    endpoint: &str,
    parameters: Parameters,
    response: Response,
) -> Response {
    let permission = rule.permission(caller.role());
    let mut record = caller.record(action(permission), endpoint);
    record.status = Some(response.status().as_u16());
    let rows = response
        .extensions()
        .get::<AnsweredRows>()
        .map(|rows| rows.0);
    record.row_count = rows;
    record.parameters_digest = Some(parameters.digest(state));
    let outcome = match caller.admission.is_identified {
        true => append_durable(state, record).await,
        false => state.audit.append(record),
    };
    if let Err(error) = outcome {
        return unrecorded(&error);
    }
    counted(state, caller, rows.unwrap_or(0), response)
}

/// Adds an entry and waits until the disk has it, without holding up other requests.
///
/// # Errors
/// Where it cannot be written.
pub async fn append_durable(
    state: &ServerState,
    record: AuditRecord,
) -> Result<(), entangle_access::AccessError> {
    let audit = Arc::clone(&state.audit);
    let written = tokio::task::spawn_blocking(move || audit.append_durable(record)).await;
    match written {
        Ok(outcome) => outcome.map(|_| ()),
        Err(error) => Err(entangle_access::AccessError::NotRecorded {
            reason: error.to_string(),
        }),
    }
}

fn action(permission: Permission) -> Action {
    match permission {
        Permission::RunSql => Action::Sql,
        Permission::SearchMaskedTexts | Permission::SearchUnmaskedTexts => Action::Search,
        Permission::ExportPseudonymousRecords | Permission::ExportIdentifiedRecords => {
            Action::Export
        }
        Permission::ReadAuditLog => Action::AuditRead,
        _ => Action::Read,
    }
}

/// Counts the rows and bytes of an answer for the key's day.
fn counted(state: &ServerState, caller: &Caller, rows: u64, response: Response) -> Response {
    state.metrics.rows.inc_by(rows);
    let key_id = caller.admission.key_id.clone();
    let bytes = axum::body::HttpBody::size_hint(response.body()).exact();
    state
        .gate
        .count_answer(&key_id, rows, bytes.unwrap_or(0), Moment::now());
    if bytes.is_some() {
        return response;
    }
    let gate = Arc::clone(&state.gate);
    let (parts, body) = response.into_parts();
    let counted = body.into_data_stream().inspect(move |chunk| {
        if let Ok(chunk) = chunk {
            gate.count_answer(&key_id, 0, chunk.len() as u64, Moment::now());
        }
    });
    Response::from_parts(parts, Body::from_stream(counted))
}

/// Answers that come from below our own code in the one shape of errors.
pub async fn one_shape(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_ours = response.extensions().get::<ErrorCode>().is_some();
    if is_ours || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let code = match status {
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::BodyTooLarge,
        StatusCode::REQUEST_TIMEOUT => ErrorCode::RequestTimeout,
        StatusCode::NOT_FOUND => ErrorCode::NoSuchEndpoint,
        StatusCode::SERVICE_UNAVAILABLE => ErrorCode::Unavailable,
        status if status.is_client_error() => ErrorCode::InvalidParameter,
        _ => ErrorCode::Internal,
    };
    let allow = response.headers().get(axum::http::header::ALLOW).cloned();
    let mut shaped = ApiError::new(code, code.about()).into_response();
    if let Some(allow) = allow {
        shaped
            .headers_mut()
            .insert(axum::http::header::ALLOW, allow);
    }
    shaped
}
