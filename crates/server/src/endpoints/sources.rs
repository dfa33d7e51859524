//! Sources, what they hold, and what became of what was asked of them.

use axum::response::Response;
use entangle_engine::reader::listing::{Condition, Question};
use entangle_engine::reader::listings::{COVERAGE, SNAPSHOTS, SOURCE_ACTIVITY, SOURCES};
use entangle_model::schema::TABLES;
use serde_json::json;

use super::{Conditions, PageQuery, SnapshotQuery, listing_query};
use crate::answer::{Ask, SHOWN_COUNT_MIN, first_value};
use crate::error::ApiError;
use crate::extract::{ApiPath, ApiQuery};

/// Sources with what they hold.
#[utoipa::path(
    get,
    path = "/api/v1/sources",
    tag = "sources",
    operation_id = "list_sources",
    params(PageQuery)
)]
pub async fn list(ask: Ask, ApiQuery(query): ApiQuery<PageQuery>) -> Result<Response, ApiError> {
    ask.listing(&SOURCES, query.page(), Vec::new(), None).await
}

/// One source with what it holds.
#[utoipa::path(get, path = "/api/v1/sources/{source}", tag = "sources", operation_id = "get_source", params(("source" = String, Path, description = "name of the source"), SnapshotQuery))]
pub async fn get(
    ask: Ask,
    ApiPath(source): ApiPath<String>,
    ApiQuery(query): ApiQuery<SnapshotQuery>,
) -> Result<Response, ApiError> {
    ask.caller.check_source(&source)?;
    let opened = ask.open(query.snapshot).await?;
    if let Some(response) = opened.not_modified() {
        return Ok(response);
    }
    let question = Question {
        counts_at_least: (!ask.caller.sees_small_counts()).then_some(SHOWN_COUNT_MIN),
        ..Question::of(Condition::is("source", source.clone()))
    };
    let page = opened.reader.page(&SOURCES, &question).await?;
    ask.one(&opened, first_value(&page, "source", &source)?)
}

/// Posts of a source by month.
#[utoipa::path(get, path = "/api/v1/sources/{source}/activity", tag = "sources", operation_id = "list_source_activity", params(("source" = String, Path, description = "name of the source"), PageQuery))]
pub async fn activity(
    ask: Ask,
    ApiPath(source): ApiPath<String>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Response, ApiError> {
    ask.caller.check_source(&source)?;
    ask.listing(&SOURCE_ACTIVITY, query.page(), Vec::new(), Some(&source))
        .await
}

listing_query! {
    /// Which rows of the ledger.
    CoverageQuery {
        /// Name of a source.
        source: Option<String>,
    }
}

/// What became of everything that was asked of sources.
#[utoipa::path(
    get,
    path = "/api/v1/coverage",
    tag = "sources",
    operation_id = "list_coverage",
    params(CoverageQuery)
)]
pub async fn coverage(
    ask: Ask,
    ApiQuery(query): ApiQuery<CoverageQuery>,
) -> Result<Response, ApiError> {
    if let Some(source) = &query.source {
        ask.caller.check_source(source)?;
    }
    let conditions = Conditions::default().is("source", query.source.as_ref());
    ask.listing(&COVERAGE, query.page(), conditions.0, None)
        .await
}

/// States that the workspace has had.
#[utoipa::path(
    get,
    path = "/api/v1/snapshots",
    tag = "sources",
    operation_id = "list_snapshots",
    params(PageQuery)
)]
pub async fn snapshots(
    ask: Ask,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Response, ApiError> {
    ask.listing(&SNAPSHOTS, query.page(), Vec::new(), None)
        .await
}

/// Every table with its columns, as SQL knows them.
#[utoipa::path(
    get,
    path = "/api/v1/tables",
    tag = "sql",
    operation_id = "list_tables",
    params(SnapshotQuery)
)]
pub async fn tables(
    ask: Ask,
    ApiQuery(query): ApiQuery<SnapshotQuery>,
) -> Result<Response, ApiError> {
    let opened = ask.open(query.snapshot).await?;
    if let Some(response) = opened.not_modified() {
        return Ok(response);
    }
    let tables: Vec<_> = TABLES
        .iter()
        .map(|table| {
            let columns: Vec<_> = table
                .columns
                .iter()
                .map(|column| {
                    json!({
                        "name": column.name,
                        "type": column.column_type.as_str(),
                        "null_means": column.null_means,
                        "about": column.about,
                    })
                })
                .collect();
            json!({ "name": table.name, "about": table.about.trim(), "columns": columns })
        })
        .collect();
    ask.one(&opened, json!(tables))
}
