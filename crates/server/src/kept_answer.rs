//! What a caller may keep of an answer, and the answer to one who has it already.

use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// Whether a caller has the answer of an ETag already.
pub fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    headers.get_all(IF_NONE_MATCH).iter().any(|value| {
        let known = value.to_str().unwrap_or_default().split(',');
        known
            .map(str::trim)
            .any(|known| known == "*" || known.trim_start_matches("W/") == etag)
    })
}

/// Headers of what a caller keeps and asks for again.
pub fn add_etag(headers: &mut HeaderMap, etag: &str) {
    if let Ok(etag) = HeaderValue::from_str(etag) {
        headers.insert(ETAG, etag);
    }
    // Whoever keeps the answer has to ask whether the key still may see it.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(VARY, HeaderValue::from_static("accept, authorization"));
}

/// The answer to a caller who has it already.
pub fn not_modified(etag: &str) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    add_etag(response.headers_mut(), etag);
    response
}

/// An answer that nobody keeps, because it changes from one moment to the next.
pub fn uncached(answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
