//! Full-text search over posts.

use std::sync::Arc;

use arrow::array::RecordBatch;
use axum::extract::State;
use axum::response::Response;
use entangle_engine::EngineError;
use entangle_engine::reader::ReadScope;
use entangle_engine::reader::listing::Page;
use entangle_engine::search::{
    CalendarUnit, FacetField, FoundPosts, PostIndex, Query, SearchAnswer, SearchRequest, SortOrder,
    parse,
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::answer::{Ask, checked_limit, values};
use crate::error::{ApiError, ErrorCode};
use crate::extract::{ApiPath, ApiQuery};
use crate::kept_answer::uncached;
use crate::state::ServerState;

/// Characters of a query at most.
const QUERY_CHARACTERS_MAX: usize = 4096;
/// Hits of a page where the caller does not say.
const HIT_COUNT_DEFAULT: usize = 10;

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
    answered(&state, ask, |index, scope| {
        answer_json(index.search(scope, request(query)?)?)
    })
    .await
}

/// What is asked of the index as the server holds it, of its snapshot and within what the caller may see.
async fn answered(
    state: &ServerState,
    ask: Ask,
    answer: impl FnOnce(&PostIndex, &ReadScope) -> Result<Value, ApiError>,
) -> Result<Response, ApiError> {
    let index = held_index(state)?;
    let opened = ask.open(Some(index.snapshot())).await?;
    if let Some(response) = opened.not_modified() {
        return Ok(response);
    }
    ask.one(&opened, answer(&index, opened.reader.scope())?)
}

/// The index as the server holds it.
fn held_index(state: &ServerState) -> Result<Arc<PostIndex>, ApiError> {
    let index = state.index.open(state.readers.workspace())?;
    index.ok_or_else(|| {
        let missing = ApiError::new(ErrorCode::IndexMissing, ErrorCode::IndexMissing.about());
        match state.index.is_building() {
            true => {
                missing.with_hint("it is being made; GET /api/v1/search/state says how far it is")
            }
            false => missing,
        }
    })
}

/// How many similar posts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SimilarQuery {
    /// Posts at most.
    #[param(minimum = 1, maximum = 1000, default = 10)]
    pub limit: Option<u32>,
}

/// Posts that share rare words with a post, most alike first.
///
/// For the role identified, of the snapshot that the index holds. None where no word of the post is rare
/// enough to say anything.
#[utoipa::path(
    get,
    path = "/api/v1/posts/{post_id}/similar",
    tag = "posts",
    operation_id = "list_similar_posts",
    params(("post_id" = String, Path, description = "id of the post"), SimilarQuery)
)]
pub async fn similar(
    State(state): State<ServerState>,
    ask: Ask,
    ApiPath(post_id): ApiPath<String>,
    ApiQuery(query): ApiQuery<SimilarQuery>,
) -> Result<Response, ApiError> {
    let limit = checked_limit(query.limit, HIT_COUNT_DEFAULT)?;
    answered(&state, ask, |index, scope| {
        let similar = index.similar(scope, &post_id, limit)?;
        let FoundPosts { found, posts } =
            similar.ok_or_else(|| ApiError::not_found("post", &post_id))?;
        let hits = rows(posts)?.into_iter().zip(found);
        let hits: Vec<Value> = hits
            .map(|(post, found)| json!({ "post": post, "score": found.score }))
            .collect();
        Ok(json!({ "hits": hits }))
    })
    .await
}

/// Which post under which query.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExplainQuery {
    /// The query, as it was searched.
    #[param(min_length = 1, max_length = 4096, example = "account sell*")]
    pub q: String,
}

/// Where the score of a post under a query comes from: the parts that it is made of, down to frequencies of terms.
///
/// For the role identified. Not found where the query does not find the post.
#[utoipa::path(
    get,
    path = "/api/v1/posts/{post_id}/score",
    tag = "posts",
    operation_id = "explain_score",
    params(("post_id" = String, Path, description = "id of the post"), ExplainQuery)
)]
pub async fn explain(
    State(state): State<ServerState>,
    ask: Ask,
    ApiPath(post_id): ApiPath<String>,
    ApiQuery(query): ApiQuery<ExplainQuery>,
) -> Result<Response, ApiError> {
    let parsed = parsed(&query.q)?;
    answered(&state, ask, |index, scope| {
        let explained = index.explain(scope, &parsed, &post_id)?;
        let missing = || ApiError::not_found("post that the query finds", &post_id);
        Ok(json!(explained.ok_or_else(missing)?))
    })
    .await
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

/// The query of a text.
fn parsed(text: &str) -> Result<Query, ApiError> {
    let refused = |message| ApiError::new(ErrorCode::InvalidParameter, message);
    if text.chars().count() > QUERY_CHARACTERS_MAX {
        return Err(refused(format!(
            "the query has over {QUERY_CHARACTERS_MAX} characters"
        )));
    }
    parse(text).map_err(|error| refused(format!("the query cannot be read: {error}")))
}

fn request(query: SearchQuery) -> Result<SearchRequest, ApiError> {
    let parsed = parsed(&query.q)?;
    Ok(SearchRequest {
        sort: match query.order {
            None | Some(Order::Relevance) => SortOrder::Relevance,
            Some(Order::Newest) => SortOrder::Newest,
            Some(Order::Oldest) => SortOrder::Oldest,
        },
        limit: checked_limit(query.limit, HIT_COUNT_DEFAULT)?,
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
    let SearchAnswer { response, page } = answer;
    let hits = rows(page.posts)?.into_iter().zip(page.found);
    let hits: Vec<Value> = hits
        .map(|(post, found)| {
            let highlights = found
                .highlights
                .iter()
                .map(|range| [range.start, range.end]);
            json!({
                "post": post,
                "score": found.score,
                "copy_count": found.copy_count,
                "highlights": highlights.collect::<Vec<_>>(),
            })
        })
        .collect();
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

/// The posts as the listing of posts gives them.
fn rows(posts: RecordBatch) -> Result<Vec<Value>, ApiError> {
    values(&Page {
        rows: posts,
        next_cursor: None,
    })
}
