//! Full-text search over posts.

use axum::extract::State;
use axum::response::Response;
use entangle_engine::EngineError;
use entangle_engine::reader::listing::Page;
use entangle_engine::search::{
    CalendarUnit, FacetField, SearchAnswer, SearchRequest, SortOrder, parse,
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::answer::{Ask, values};
use crate::error::{ApiError, ErrorCode};
use crate::extract::ApiQuery;
use crate::kept_answer::uncached;
use crate::state::ServerState;

/// Characters of a query at most.
const QUERY_CHARACTERS_MAX: usize = 4096;

/// The order of hits.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Best score first.
    Relevance,
    /// Last posted first.
    Newest,
    /// First posted first.
    Oldest,
}

/// The length of the bars of a histogram.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Days, UTC.
    Day,
    /// Months, UTC.
    Month,
    /// Years, UTC.
    Year,
}

/// What is searched.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SearchQuery {
    /// The query, in the language of docs/reference/search.md.
    #[param(
        min_length = 1,
        max_length = 4096,
        example = "account sell* after:2020"
    )]
    pub q: String,
    /// The order of hits; relevance where it is absent.
    #[param(inline)]
    pub order: Option<Order>,
    /// Counts of matching posts per unit of time.
    #[param(inline)]
    pub histogram: Option<Unit>,
    /// Shows of posts with nearly the same text only the one that sorts first.
    pub collapse_copies: Option<bool>,
    /// Counts of matching posts by source, language and kind. Without them a query for common words is
    /// answered in a third of the time.
    #[param(default = true)]
    pub facets: Option<bool>,
    /// Hits of a page.
    #[param(minimum = 1, maximum = 1000, default = 10)]
    pub limit: Option<u32>,
    /// Where to go on: `next_cursor` of the page before.
    #[param(max_length = 4096)]
    pub cursor: Option<String>,
}

/// Posts that match a query, with counts by source, language and kind.
///
/// For the role identified: whether a post matches depends on words that masking hides. The answer is
/// of the snapshot that the index holds.
#[utoipa::path(
    get,
    path = "/api/v1/search",
    tag = "posts",
    operation_id = "search_posts",
    params(SearchQuery)
)]
pub async fn search(
    State(state): State<ServerState>,
    ask: Ask,
    ApiQuery(query): ApiQuery<SearchQuery>,
) -> Result<Response, ApiError> {
    let index = state
        .index
        .open(state.readers.workspace())?
        .ok_or_else(|| {
            let missing = ApiError::new(ErrorCode::IndexMissing, ErrorCode::IndexMissing.about());
            match state.index.is_building() {
                true => missing
                    .with_hint("it is being made; GET /api/v1/search/state says how far it is"),
                false => missing,
            }
        })?;
    let opened = ask.open(Some(index.snapshot())).await?;
    if let Some(response) = opened.not_modified() {
        return Ok(response);
    }
    let answer = index.search(opened.reader.scope(), request(query)?)?;
    ask.one(&opened, answer_json(answer)?)
}

/// How far the search index is: the snapshot that it holds, the latest one, and what is being written.
#[utoipa::path(
    get,
    path = "/api/v1/search/state",
    tag = "posts",
    operation_id = "get_search_state"
)]
pub async fn state(State(state): State<ServerState>, _ask: Ask) -> Result<Response, ApiError> {
    let workspace = state.readers.workspace();
    let latest = workspace
        .latest_snapshot()
        .await
        .map_err(EngineError::from)?;
    // An index that cannot be opened is told as none; the log says why.
    let held = state.index.open(workspace).ok().flatten();
    let body = json!({ "data": state.index.json(held.as_deref(), latest.number()) });
    Ok(uncached(axum::Json(body)))
}

fn request(query: SearchQuery) -> Result<SearchRequest, ApiError> {
    if query.q.chars().count() > QUERY_CHARACTERS_MAX {
        return Err(ApiError::new(
            ErrorCode::InvalidParameter,
            format!("the query has over {QUERY_CHARACTERS_MAX} characters"),
        ));
    }
    let parsed = parse(&query.q).map_err(|error| {
        ApiError::new(
            ErrorCode::InvalidParameter,
            format!("the query cannot be read: {error}"),
        )
    })?;
    let limit = query.limit.unwrap_or(10);
    if !(1..=1_000).contains(&limit) {
        return Err(ApiError::new(
            ErrorCode::InvalidParameter,
            format!("limit is {limit}, and may be from 1 to 1000"),
        ));
    }
    Ok(SearchRequest {
        sort: match query.order {
            None | Some(Order::Relevance) => SortOrder::Relevance,
            Some(Order::Newest) => SortOrder::Newest,
            Some(Order::Oldest) => SortOrder::Oldest,
        },
        limit: limit as usize,
        cursor: query.cursor,
        facets: match query.facets {
            Some(false) => Vec::new(),
            _ => vec![FacetField::Source, FacetField::Language, FacetField::Kind],
        },
        histogram: query.histogram.map(|unit| match unit {
            Unit::Day => CalendarUnit::Day,
            Unit::Month => CalendarUnit::Month,
            Unit::Year => CalendarUnit::Year,
        }),
        collapse_near_copies: query.collapse_copies.unwrap_or(false),
        ..SearchRequest::new(parsed)
    })
}

fn answer_json(answer: SearchAnswer) -> Result<Value, ApiError> {
    let page = Page {
        rows: answer.posts,
        next_cursor: None,
    };
    let hits: Vec<Value> = values(&page)?
        .into_iter()
        .zip(&answer.found)
        .map(|(post, found)| {
            json!({
                "post": post,
                "score": found.score,
                "copy_count": found.copy_count,
                "highlights": found.highlights.iter().map(|range| [range.start, range.end]).collect::<Vec<_>>(),
            })
        })
        .collect();
    let response = answer.response;
    Ok(json!({
        "post_count": response.post_count,
        "group_count": response.group_count,
        "hits": hits,
        "next_cursor": response.next_cursor,
        "facets": response.facets,
        "histogram": response.histogram,
        "undated_count": response.undated_count,
    }))
}
