//! Links with their evidence, and what the linkage learned of pairs of sources.

use axum::response::Response;
use entangle_engine::reader::listing::{Comparison, Operand};
use entangle_engine::reader::listings::{ALL_LINKS, SOURCE_PAIRS};
use serde_json::{Value, json};

use super::{Conditions, PageQuery, SnapshotQuery, listing_query};
use crate::answer::{Ask, first_value};
use crate::error::ApiError;
use crate::extract::{ApiPath, ApiQuery, probability};

listing_query! {
    /// Which links.
    LinksQuery {
        /// An account, on either side.
        account_id: Option<String>,
        /// A source, on either side.
        source: Option<String>,
        /// Stated probability at least.
        #[serde(default, deserialize_with = "probability")]
        #[param(value_type = Option<f64>, minimum = 0, maximum = 1)]
        probability_from: Option<f64>,
        /// Whether the two show an identifier in common.
        has_shared_identifier: Option<bool>,
    }
}

/// Possible links, the most probable first.
#[utoipa::path(
    get,
    path = "/api/v1/links",
    tag = "links",
    operation_id = "list_links",
    params(LinksQuery)
)]
pub async fn list(ask: Ask, ApiQuery(query): ApiQuery<LinksQuery>) -> Result<Response, ApiError> {
    if let Some(source) = &query.source {
        ask.caller.check_source(source)?;
    }
    let conditions = Conditions::default()
        .either(["account_left", "account_right"], query.account_id.as_ref())
        .either(["source_left", "source_right"], query.source.as_ref())
        .compares(
            "match_probability",
            Comparison::AtLeast,
            query.probability_from.map(Operand::Number),
        )
        .compares(
            "has_shared_identifier",
            Comparison::Equal,
            query.has_shared_identifier.map(Operand::Flag),
        );
    ask.listing(&ALL_LINKS, query.page(), conditions.0, None)
        .await
}

/// One pair of accounts with the evidence for and against one hand.
#[utoipa::path(get, path = "/api/v1/links/{account_left}/{account_right}", tag = "links", operation_id = "get_link", params(("account_left" = String, Path, description = "id of an account"), ("account_right" = String, Path, description = "id of the other, in either order"), SnapshotQuery))]
pub async fn get(
    ask: Ask,
    ApiPath((left, right)): ApiPath<(String, String)>,
    ApiQuery(query): ApiQuery<SnapshotQuery>,
) -> Result<Response, ApiError> {
    let opened = ask.open(query.snapshot).await?;
    if let Some(response) = opened.not_modified() {
        return Ok(response);
    }
    let pair = format!("{left} and {right}");
    let Some(detail) = opened.reader.link([&left, &right]).await? else {
        return Err(ApiError::not_found("link of", &pair).with_hint(
            "a pair without a link was not compared: names agree on no level and no identifier is shared",
        ));
    };
    let mut link = first_value(&detail.link, "link of", &pair)?;
    let evidence: Vec<Value> = detail
        .evidence
        .iter()
        .map(|line| {
            json!({
                "comparison": line.comparison,
                "level": line.level,
                "m_probability": line.m_probability,
                "u_probability": line.u_probability,
                "match_weight_bits": line.match_weight_bits,
                "is_counted": line.is_counted,
            })
        })
        .collect();
    if let Some(link) = link.as_object_mut() {
        link.insert("evidence".to_owned(), json!(evidence));
    }
    ask.one(&opened, link)
}

/// What the linkage learned of pairs of sources.
#[utoipa::path(
    get,
    path = "/api/v1/source-pairs",
    tag = "links",
    operation_id = "list_source_pairs",
    params(PageQuery)
)]
pub async fn source_pairs(
    ask: Ask,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Response, ApiError> {
    ask.listing(&SOURCE_PAIRS, query.page(), Vec::new(), None)
        .await
}
