//! One shape for every error, and every code in one list.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use entangle_engine::reader::sql::is_out_of_memory;
use entangle_engine::search::SearchError;
use entangle_engine::{EngineError, Responsible, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

macro_rules! codes {
    ($($(#[doc = $about:literal])+ $variant:ident = $word:literal, $status:ident, $hint:literal;)+) => {
        /// Every code that an error may have.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ErrorCode { $($(#[doc = $about])+ $variant),+ }

        impl ErrorCode {
            /// Every code, in the order of the page `docs/reference/api-errors.md`.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant),+];

            /// The word in an answer.
            pub fn as_str(self) -> &'static str {
                match self { $(ErrorCode::$variant => $word),+ }
            }

            /// The HTTP status it comes with.
            pub fn status(self) -> StatusCode {
                match self { $(ErrorCode::$variant => StatusCode::$status),+ }
            }

            /// What it means.
            pub fn about(self) -> &'static str {
                match self { $(ErrorCode::$variant => concat!($($about),+).trim_ascii()),+ }
            }

            /// What to do about it.
            pub fn hint(self) -> &'static str {
                match self { $(ErrorCode::$variant => $hint),+ }
            }
        }
    };
}

codes! {
    /// A parameter is not of the stated form, or is not known.
    InvalidParameter = "invalid_parameter", BAD_REQUEST, "compare the request with the OpenAPI document, /api/v1/openapi.json";
    /// The body of the request is not of the stated form.
    InvalidBody = "invalid_body", BAD_REQUEST, "send JSON as the OpenAPI document states it, with Content-Type: application/json";
    /// The cursor is damaged, or was made for another question or snapshot.
    InvalidCursor = "invalid_cursor", BAD_REQUEST, "send a cursor with the very question that returned it, or begin without one";
    /// The query is wrong: its text, a name, or a type.
    InvalidQuery = "invalid_query", BAD_REQUEST, "GET /api/v1/tables lists tables and columns";
    /// The query does more than read, or calls a function that is not offered.
    QueryNotReading = "query_not_reading", BAD_REQUEST, "use SELECT, EXPLAIN, SHOW or DESCRIBE";
    /// The query failed over the data: a division by zero, a text that is no number.
    QueryFailed = "query_failed", BAD_REQUEST, "guard the expression, with try_cast or nullif for instance";
    /// The request has no key, or not in the stated form.
    KeyMissing = "key_missing", UNAUTHORIZED, "send Authorization: Bearer <key>; `entangle keys create` makes one";
    /// The key is not known, was revoked, or has expired.
    KeyRefused = "key_refused", UNAUTHORIZED, "ask whoever runs this server for a key";
    /// The role of the key may not ask this.
    RoleInsufficient = "role_insufficient", FORBIDDEN, "docs/reference/access.md says which role may ask what";
    /// The key may not read this source, or there is none of that name.
    SourceNotAllowed = "source_not_allowed", FORBIDDEN, "GET /api/v1/sources lists the sources that the key may read";
    /// There is nothing of this id that the key may see.
    NotFound = "not_found", NOT_FOUND, "check the id; under the role pseudonymous ids are pseudonyms";
    /// There is no endpoint of this path.
    NoSuchEndpoint = "no_such_endpoint", NOT_FOUND, "GET /api/v1/openapi.json lists the endpoints";
    /// The endpoint does not know this method.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "the header Allow lists the methods";
    /// None of the accepted formats can be given.
    NotAcceptable = "not_acceptable", NOT_ACCEPTABLE, "accept application/json, application/x-ndjson, text/csv, application/vnd.apache.arrow.stream or application/vnd.apache.parquet";
    /// The request was not sent in time.
    RequestTimeout = "request_timeout", REQUEST_TIMEOUT, "send the whole request at once";
    /// The body of the request is too large.
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "a request may have 256 KiB";
    /// The path or query of the request is too long.
    AddressTooLong = "address_too_long", URI_TOO_LONG, "a path with its query may have 16 KiB";
    /// The body of the request is not JSON by its content type.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "send Content-Type: application/json";
    /// The query reached its limit of time, rows or length.
    QueryLimit = "query_limit", UNPROCESSABLE_ENTITY, "ask for less: fewer columns, a narrower WHERE, or a LIMIT";
    /// The key asks too fast, or has used up its day.
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS, "wait for as many seconds as the header Retry-After says";
    /// The header of the request is too large.
    HeadersTooLarge = "headers_too_large", REQUEST_HEADER_FIELDS_TOO_LARGE, "a request may have 100 headers and 64 KiB of them";
    /// A bug of the server.
    Internal = "internal", INTERNAL_SERVER_ERROR, "report it with the request id; the server's log has the details";
    /// The machine cannot answer now: memory, disk, or too many requests at once.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "try again later; whoever runs the server finds the reason in its log";
    /// The audit log cannot be written, so nothing is shown.
    AuditUnavailable = "audit_unavailable", SERVICE_UNAVAILABLE, "whoever runs the server finds the reason in its log";
    /// The workspace holds no search index.
    IndexMissing = "index_missing", SERVICE_UNAVAILABLE, "whoever runs the server makes it with `entangle search`";
}

/// An error on its way to the caller.
#[derive(Debug, Clone)]
pub struct ApiError {
    /// Which.
    pub code: ErrorCode,
    /// What happened, where.
    pub message: String,
    /// What to do, where more can be said than the code says.
    pub hint: Option<String>,
    /// After how many seconds the request may be sent again.
    pub retry_after_seconds: Option<u64>,
}

/// The body of every error.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// What an error says.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorDetail {
    /// One of the codes of docs/reference/api-errors.md.
    #[schema(example = "invalid_parameter")]
    pub code: &'static str,
    /// What happened and where.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl ApiError {
    /// An error of that code.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: None,
            retry_after_seconds: None,
        }
    }

    /// The same with a hint of its own.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same, to be tried again after so many seconds.
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// An error in words of the engine, which end in its hint where they have one.
    pub fn told(code: ErrorCode, text: &str) -> Self {
        match text.split_once("\nhint: ") {
            Some((message, hint)) => Self::new(code, message).with_hint(hint),
            None => Self::new(code, text),
        }
    }

    /// Nothing of that kind and id that may be seen.
    pub fn not_found(noun: &str, id: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("there is no {noun} {id:?}"))
    }

    /// The body.
    pub fn body(&self) -> ErrorBody {
        ErrorBody {
            error: ErrorDetail {
                code: self.code.as_str(),
                message: self.message.clone(),
                hint: self
                    .hint
                    .clone()
                    .unwrap_or_else(|| self.code.hint().to_owned()),
            },
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.body()).unwrap_or_default();
        let mut response = (self.code.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.code.status() == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self.code);
        response
    }
}

impl From<EngineError> for ApiError {
    /// What the caller can mend is told in full; anything else is told to the log, because its text
    /// may name files of the server.
    fn from(error: EngineError) -> Self {
        let code = code_of(&error);
        match code {
            ErrorCode::Internal | ErrorCode::Unavailable => {
                tracing::error!(code = code.as_str(), error = %error, "a request failed");
                Self::new(code, code.about())
            }
            _ => Self::told(code, &error.to_string()),
        }
    }
}

/// The code for an error of the engine.
pub fn code_of(error: &EngineError) -> ErrorCode {
    if is_out_of_memory(error) {
        return ErrorCode::QueryLimit;
    }
    match (error, error.responsible()) {
        (EngineError::InvalidCursor, _) | (EngineError::Search(SearchError::Cursor { .. }), _) => {
            ErrorCode::InvalidCursor
        }
        (EngineError::NotReading(_), _) => ErrorCode::QueryNotReading,
        (EngineError::QueryLimit { .. }, _) => ErrorCode::QueryLimit,
        (EngineError::Store(StoreError::NoSuchSnapshot { .. }), _) => ErrorCode::NotFound,
        (EngineError::Query(_), Responsible::User) => ErrorCode::InvalidQuery,
        (EngineError::Query(_), Responsible::Data) => ErrorCode::QueryFailed,
        (EngineError::User(_), _) | (EngineError::Search(_), Responsible::User) => {
            ErrorCode::InvalidParameter
        }
        (_, Responsible::Operator) => ErrorCode::Unavailable,
        _ => ErrorCode::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_errors_is_current() {
        let mut page = String::from(
            "# Errors of the API\n\n\
             Every error has one shape:\n\n\
             ```json\n\
             {\"error\": {\"code\": \"not_found\", \"message\": \"there is no account \\\"x\\\"\", \"hint\": \"check the id\"}}\n\
             ```\n\n\
             `code` is one of the words below and does not change within `/api/v1`; `message` says what happened and may\n\
             change; `hint` says what to do. The header `x-request-id` names the request in the server's log. The page is made\n\
             from `crates/server/src/error.rs`.\n\n\
             | Code | Status | Means | What to do |\n|---|--:|---|---|\n",
        );
        for code in ErrorCode::ALL {
            page += &format!(
                "| `{}` | {} | {} | {} |\n",
                code.as_str(),
                code.status().as_u16(),
                code.about(),
                code.hint().replace('|', "\\|")
            );
        }
        expect_test::expect_file!["../../../docs/reference/api-errors.md"].assert_eq(&page);
    }

    #[test]
    fn codes_are_told_apart() {
        let mut words: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), ErrorCode::ALL.len());
    }
}
