//! From a question to an answer: which snapshot, which format, and whether the caller has it already.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{CONTENT_TYPE, LINK};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use entangle_engine::reader::Reader;
use entangle_engine::reader::listing::{Condition, Listing, Page, Question, snapshot_of_cursor};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::error::{ApiError, ErrorCode};
use crate::format::{self, Format};
use crate::kept_answer::{add_etag, is_known};
use crate::state::ServerState;

/// Rows of a page where the caller does not say.
pub const PAGE_ROWS_DEFAULT: usize = 100;
/// Rows of a page at most.
pub const PAGE_ROWS_MAX: usize = 1_000;
/// Counts below this are withheld from who sees no records.
pub const SHOWN_COUNT_MIN: i64 = 10;

/// Rows in an answer, noted for quota and audit.
#[derive(Debug, Clone, Copy)]
pub struct AnsweredRows(pub u64);

/// Which page of which snapshot.
#[derive(Debug, Clone, Default)]
pub struct PageOf {
    /// Rows at most.
    pub limit: Option<u32>,
    /// Where to go on.
    pub cursor: Option<String>,
    /// The snapshot; the latest where it is absent.
    pub snapshot: Option<u64>,
}

/// A request by somebody who may ask it.
pub struct Ask {
    state: ServerState,
    /// Who asks.
    pub caller: Caller,
    headers: HeaderMap,
    uri: Uri,
}

impl FromRequestParts<ServerState> for Ask {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ServerState) -> Result<Self, ApiError> {
        let caller = parts.extensions.get::<Caller>().cloned();
        // The gate lets nobody through whom it has not noted.
        let caller = caller
            .ok_or_else(|| ApiError::new(ErrorCode::Internal, "the request passed no gate"))?;
        Ok(Self {
            state: state.clone(),
            caller,
            headers: parts.headers.clone(),
            uri: parts.uri.clone(),
        })
    }
}

/// A snapshot that was opened for a request.
pub struct Opened {
    /// The snapshot as the caller sees it.
    pub reader: Arc<Reader>,
    etag: String,
    is_known: bool,
}

impl Opened {
    /// The answer to a caller who has it already.
    pub fn not_modified(&self) -> Option<Response> {
        self.is_known.then(|| {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            self.add_headers(response.headers_mut());
            response
        })
    }

    fn add_headers(&self, headers: &mut HeaderMap) {
        add_etag(headers, &self.etag);
        headers.insert("x-snapshot", HeaderValue::from(self.reader.snapshot()));
    }
}

impl Ask {
    /// Opens the snapshot that is asked for, the latest where none is.
    ///
    /// # Errors
    /// Where there is none of that number.
    pub async fn open(&self, snapshot: Option<u64>) -> Result<Opened, ApiError> {
        let readers = &self.state.readers;
        let reader = readers.reader(snapshot, self.caller.scope()).await?;
        let format = Format::accepted(&self.headers).map_or("", Format::media_type);
        let question = format!("{} {} {format}", self.caller.role(), self.uri);
        let etag = format!("\"{}\"", reader.fingerprint(&question));
        let is_known = is_known(&self.headers, &etag);
        Ok(Opened {
            reader,
            etag,
            is_known,
        })
    }

    /// A page of a listing as an answer.
    ///
    /// # Errors
    /// Parameters out of range, a foreign cursor, a format that is not to be had.
    pub async fn listing(
        &self,
        listing: &'static Listing,
        page: PageOf,
        conditions: Vec<Condition>,
        restriction: Option<&str>,
    ) -> Result<Response, ApiError> {
        let format = Format::accepted(&self.headers)?;
        let limit = checked_limit(page.limit, PAGE_ROWS_DEFAULT)?;
        let opened = self.open(snapshot_to_read(&page)?).await?;
        if let Some(response) = opened.not_modified() {
            return Ok(response);
        }
        let question = Question {
            conditions,
            restriction: restriction.map(str::to_owned),
            limit,
            cursor: page.cursor,
            counts_at_least: (!self.caller.sees_small_counts()).then_some(SHOWN_COUNT_MIN),
        };
        let found = opened.reader.page(listing, &question).await?;
        self.rows(&opened, &found, format)
    }

    /// One thing as an answer, JSON.
    ///
    /// # Errors
    /// Where JSON is not accepted.
    pub fn one(&self, opened: &Opened, value: Value) -> Result<Response, ApiError> {
        if Format::accepted(&self.headers)? != Format::Json {
            return Err(ApiError::new(
                ErrorCode::NotAcceptable,
                "this endpoint answers in JSON alone",
            ));
        }
        let body = json!({ "data": value, "snapshot": opened.reader.snapshot() });
        let mut response = body.to_string().into_response();
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static(Format::Json.media_type()),
        );
        opened.add_headers(response.headers_mut());
        response.extensions_mut().insert(AnsweredRows(1));
        Ok(response)
    }

    fn rows(&self, opened: &Opened, page: &Page, format: Format) -> Result<Response, ApiError> {
        let snapshot = opened.reader.snapshot();
        let body = match format {
            Format::Json => json_page(page, snapshot)?,
            other => format::encoded(&page.rows, other)?,
        };
        let mut response = body.into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
        opened.add_headers(headers);
        if let Some(cursor) = &page.next_cursor {
            self.add_next(headers, cursor);
        }
        let rows = AnsweredRows(page.rows.num_rows() as u64);
        response.extensions_mut().insert(rows);
        Ok(response)
    }

    /// Where the next page is, for formats that have no room for it.
    fn add_next(&self, headers: &mut HeaderMap, cursor: &str) {
        let kept = self
            .uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|part| !part.is_empty() && !part.starts_with("cursor="));
        let query: Vec<&str> = kept.collect();
        let separator = if query.is_empty() { "" } else { "&" };
        let link = format!(
            "<{}?{}{separator}cursor={cursor}>; rel=\"next\"",
            self.uri.path(),
            query.join("&")
        );
        if let (Ok(link), Ok(cursor)) =
            (HeaderValue::from_str(&link), HeaderValue::from_str(cursor))
        {
            headers.insert(LINK, link);
            headers.insert("x-next-cursor", cursor);
        }
    }
}

/// Rows or hits of a page: as many as are asked for, or so many where nothing is.
///
/// # Errors
/// None, and more than [`PAGE_ROWS_MAX`].
pub fn checked_limit(limit: Option<u32>, unless_asked: usize) -> Result<usize, ApiError> {
    match limit {
        None => Ok(unless_asked),
        Some(limit) if (1..=PAGE_ROWS_MAX).contains(&(limit as usize)) => Ok(limit as usize),
        Some(limit) => Err(ApiError::new(
            ErrorCode::InvalidParameter,
            format!("limit is {limit}, and may be from 1 to {PAGE_ROWS_MAX}"),
        )),
    }
}

/// A cursor goes on in the snapshot it was made for.
fn snapshot_to_read(page: &PageOf) -> Result<Option<u64>, ApiError> {
    let Some(cursor) = &page.cursor else {
        return Ok(page.snapshot);
    };
    let of_cursor = snapshot_of_cursor(cursor);
    if of_cursor.is_none() || (page.snapshot.is_some() && page.snapshot != of_cursor) {
        return Err(entangle_engine::EngineError::InvalidCursor.into());
    }
    Ok(of_cursor)
}

fn json_page(page: &Page, snapshot: u64) -> Result<Vec<u8>, ApiError> {
    let mut body = b"{\"data\":[".to_vec();
    body.extend(format::json_objects(&page.rows).map_err(entangle_engine::EngineError::from)?);
    let cursor = json!(page.next_cursor);
    body.extend(format!("],\"next_cursor\":{cursor},\"snapshot\":{snapshot}}}").into_bytes());
    Ok(body)
}

/// The rows of a page as JSON values, for answers that hold more than rows.
///
/// # Errors
/// Never for the types of our tables.
pub fn values(page: &Page) -> Result<Vec<Value>, ApiError> {
    Ok(format::json_values(&page.rows).map_err(entangle_engine::EngineError::from)?)
}

/// The first row of a page as JSON.
///
/// # Errors
/// Where there is none.
pub fn first_value(page: &Page, noun: &str, id: &str) -> Result<Value, ApiError> {
    values(page)?
        .into_iter()
        .next()
        .ok_or_else(|| ApiError::not_found(noun, id))
}
