//! Threads and posts.

use axum::response::Response;
use chrono::{DateTime, Utc};
use entangle_engine::reader::listing::{Comparison, Condition, Operand, Question};
use entangle_engine::reader::listings::{ALL_POSTS, ALL_THREADS, VERSIONS};

use super::{Conditions, PageQuery, SnapshotQuery, listing_query};
use crate::answer::{Ask, first_value};
use crate::error::ApiError;
use crate::extract::{ApiPath, ApiQuery, instant};

listing_query! {
    /// Which threads.
    ThreadsQuery {
        /// Name of a source.
        source: Option<String>,
        /// Board, section or chat, as written.
        board: Option<String>,
        /// The account that started it.
        account_id: Option<String>,
        /// Started at this instant or later: RFC 3339, or a day.
        #[serde(default, deserialize_with = "instant")]
        #[param(value_type = Option<String>, format = DateTime, example = "2015-06-01T00:00:00Z")]
        started_from: Option<DateTime<Utc>>,
        /// Started before this instant.
        #[serde(default, deserialize_with = "instant")]
        #[param(value_type = Option<String>, format = DateTime, example = "2015-06-01T00:00:00Z")]
        started_before: Option<DateTime<Utc>>,
    }
}

/// Threads, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/threads",
    tag = "posts",
    operation_id = "list_threads",
    params(ThreadsQuery)
)]
pub async fn threads(
    ask: Ask,
    ApiQuery(query): ApiQuery<ThreadsQuery>,
) -> Result<Response, ApiError> {
    if let Some(source) = &query.source {
        ask.caller.check_source(source)?;
    }
    let conditions = Conditions::default()
        .is("source", query.source.as_ref())
        .is("board", query.board.as_ref())
        .is("account_id", query.account_id.as_ref())
        .compares(
            "started_at",
            Comparison::AtLeast,
            query.started_from.map(Operand::Instant),
        )
        .compares(
            "started_at",
            Comparison::Below,
            query.started_before.map(Operand::Instant),
        );
    ask.listing(&ALL_THREADS, query.page(), conditions.0, None)
        .await
}

/// One thread.
#[utoipa::path(get, path = "/api/v1/threads/{thread_id}", tag = "posts", operation_id = "get_thread", params(("thread_id" = String, Path, description = "id of the thread; under pseudonyms its pseudonym"), SnapshotQuery))]
pub async fn thread(
    ask: Ask,
    ApiPath(thread_id): ApiPath<String>,
    ApiQuery(query): ApiQuery<SnapshotQuery>,
) -> Result<Response, ApiError> {
    let opened = ask.open(query.snapshot).await?;
    if let Some(response) = opened.not_modified() {
        return Ok(response);
    }
    let question = Question::of(Condition::is("thread_id", thread_id.clone()));
    let page = opened.reader.page(&ALL_THREADS, &question).await?;
    ask.one(&opened, first_value(&page, "thread", &thread_id)?)
}

/// Posts of a thread, oldest first.
#[utoipa::path(get, path = "/api/v1/threads/{thread_id}/posts", tag = "posts", operation_id = "list_thread_posts", params(("thread_id" = String, Path, description = "id of the thread"), PageQuery))]
pub async fn thread_posts(
    ask: Ask,
    ApiPath(thread_id): ApiPath<String>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Response, ApiError> {
    let conditions = Conditions::default().is("thread_id", Some(&thread_id));
    ask.listing(&ALL_POSTS, query.page(), conditions.0, None)
        .await
}

listing_query! {
    /// Which posts.
    PostsQuery {
        /// Name of a source.
        source: Option<String>,
        /// The author.
        account_id: Option<String>,
        /// The thread.
        thread_id: Option<String>,
        /// opening, reply, comment, message or notice.
        kind: Option<String>,
        /// Language of the text, ISO 639-1.
        language: Option<String>,
        /// Posted at this instant or later: RFC 3339, or a day.
        #[serde(default, deserialize_with = "instant")]
        #[param(value_type = Option<String>, format = DateTime, example = "2015-06-01T00:00:00Z")]
        posted_from: Option<DateTime<Utc>>,
        /// Posted before this instant.
        #[serde(default, deserialize_with = "instant")]
        #[param(value_type = Option<String>, format = DateTime, example = "2015-06-01T00:00:00Z")]
        posted_before: Option<DateTime<Utc>>,
    }
}

/// Posts, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/posts",
    tag = "posts",
    operation_id = "list_posts",
    params(PostsQuery)
)]
pub async fn list(ask: Ask, ApiQuery(query): ApiQuery<PostsQuery>) -> Result<Response, ApiError> {
    if let Some(source) = &query.source {
        ask.caller.check_source(source)?;
    }
    let conditions = Conditions::default()
        .is("source", query.source.as_ref())
        .is("account_id", query.account_id.as_ref())
        .is("thread_id", query.thread_id.as_ref())
        .is("kind", query.kind.as_ref())
        .is("language", query.language.as_ref())
        .compares(
            "posted_at",
            Comparison::AtLeast,
            query.posted_from.map(Operand::Instant),
        )
        .compares(
            "posted_at",
            Comparison::Below,
            query.posted_before.map(Operand::Instant),
        );
    ask.listing(&ALL_POSTS, query.page(), conditions.0, None)
        .await
}

/// One post.
#[utoipa::path(get, path = "/api/v1/posts/{post_id}", tag = "posts", operation_id = "get_post", params(("post_id" = String, Path, description = "id of the post; under pseudonyms its pseudonym"), SnapshotQuery))]
pub async fn get(
    ask: Ask,
    ApiPath(post_id): ApiPath<String>,
    ApiQuery(query): ApiQuery<SnapshotQuery>,
) -> Result<Response, ApiError> {
    let opened = ask.open(query.snapshot).await?;
    if let Some(response) = opened.not_modified() {
        return Ok(response);
    }
    let question = Question::of(Condition::is("post_id", post_id.clone()));
    let page = opened.reader.page(&ALL_POSTS, &question).await?;
    ask.one(&opened, first_value(&page, "post", &post_id)?)
}

/// Later texts of a post, oldest first; its first text is in the post.
#[utoipa::path(get, path = "/api/v1/posts/{post_id}/versions", tag = "posts", operation_id = "list_post_versions", params(("post_id" = String, Path, description = "id of the post"), PageQuery))]
pub async fn versions(
    ask: Ask,
    ApiPath(post_id): ApiPath<String>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Response, ApiError> {
    ask.listing(&VERSIONS, query.page(), Vec::new(), Some(&post_id))
        .await
}
