//! A file of the disk as an answer: streamed, named by an ETag, and never executed.
//!
//! Reports and figures hold words from dumps. They are escaped where they are made; here a browser is
//! told besides that the file is to be kept and not shown, that no script of it runs, and that it
//! reaches nothing.

use std::path::Path;

use axum::body::{Body, Bytes};
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use tokio::io::AsyncReadExt;

use crate::error::{ApiError, ErrorCode};
use crate::kept_answer::{add_etag, is_known, not_modified};

/// Bytes read at a time.
const CHUNK_BYTES: usize = 64 << 10;
/// Nothing runs, nothing is fetched; a figure or page may have its own styles.
const NOTHING_RUNS: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'";

/// Media types by the end of a file's name; the first is that of an unknown end.
const MEDIA_TYPES: [(&str, &str); 12] = [
    ("", "application/octet-stream"),
    ("json", "application/json"),
    ("jsonl", "application/x-ndjson"),
    ("ndjson", "application/x-ndjson"),
    ("csv", "text/csv; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("html", "text/html; charset=utf-8"),
    ("md", "text/markdown; charset=utf-8"),
    ("tex", "text/plain; charset=utf-8"),
    ("toml", "text/plain; charset=utf-8"),
    ("parquet", "application/vnd.apache.parquet"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
];

fn media_type(name: &str) -> &'static str {
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    let found = MEDIA_TYPES.iter().find(|(known, _)| *known == end);
    found.map_or(MEDIA_TYPES[0].1, |(_, media_type)| media_type)
}

/// The ETag of a file: its length and when it was written.
///
/// # Errors
/// Where it is not there any more.
pub fn etag_of(path: &Path, name: &str) -> Result<String, ApiError> {
    let metadata = std::fs::metadata(path).map_err(|_| ApiError::not_found("file", name))?;
    let written_at = metadata
        .modified()
        .ok()
        .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok())
        .unwrap_or_default();
    Ok(format!(
        "\"{:x}-{:x}\"",
        metadata.len(),
        written_at.as_nanos()
    ))
}

/// A file, or that the caller has it already.
///
/// # Errors
/// Where it is not there any more or cannot be read.
pub async fn file_answer(
    headers: &HeaderMap,
    path: &Path,
    name: &str,
) -> Result<Response, ApiError> {
    let etag = etag_of(path, name)?;
    if is_known(headers, &etag) {
        return Ok(not_modified(&etag));
    }
    let gone = |_| ApiError::not_found("file", name);
    let file = tokio::fs::File::open(path).await.map_err(gone)?;
    let byte_count = file.metadata().await.map_err(gone)?.len();
    let chunks = futures::stream::try_unfold(file, |mut file| async move {
        let mut chunk = vec![0; CHUNK_BYTES];
        let count = file.read(&mut chunk).await?;
        chunk.truncate(count);
        let next = (count > 0).then(|| (Bytes::from(chunk), file));
        Ok::<_, std::io::Error>(next)
    });
    let mut response = Body::from_stream(chunks).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(byte_count));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    add_etag(headers, &etag);
    guard(headers, name)?;
    Ok(response)
}

/// Tells a browser to keep a file and to run nothing of it.
///
/// # Errors
/// Never for names of our files.
fn guard(headers: &mut HeaderMap, name: &str) -> Result<(), ApiError> {
    let plain: String = name
        .chars()
        .map(|letter| match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' => letter,
            _ => '_',
        })
        .collect();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{plain}\""))
        .map_err(|_| ApiError::new(ErrorCode::Internal, "the file has no name"))?;
    headers.insert(CONTENT_DISPOSITION, disposition);
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(NOTHING_RUNS),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_leaves_its_header() {
        let mut headers = HeaderMap::new();
        guard(&mut headers, "tables/a\"\r\nSet-Cookie: x=1; й.svg").unwrap();
        assert_eq!(
            headers[CONTENT_DISPOSITION],
            "attachment; filename=\"tables_a___Set-Cookie__x_1___.svg\""
        );
        assert_eq!(media_type("tables/a.svg"), "image/svg+xml");
        assert_eq!(media_type("SHA256SUMS"), "application/octet-stream");
    }
}
