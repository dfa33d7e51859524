//! Personas, what holds them together, and what people judged.

use axum::response::Response;
use entangle_engine::reader::listing::{Comparison, Operand};
use entangle_engine::reader::listings::{ALL_JUDGEMENTS, PERSONAS};
use serde_json::{Value, json};

use super::{Conditions, SnapshotQuery, listing_query};
use crate::answer::{Ask, first_value, values};
use crate::error::ApiError;
use crate::extract::{ApiPath, ApiQuery};

listing_query! {
    /// Which personas.
    PersonasQuery {
        /// Accounts at least.
        #[param(value_type = Option<i64>, minimum = 0, maximum = 4294967295_i64)]
        account_count_from: Option<u32>,
        /// Sources at least.
        #[param(value_type = Option<i64>, minimum = 0, maximum = 4294967295_i64)]
        source_count_from: Option<u32>,
    }
}

/// Personas, those with the most accounts first.
#[utoipa::path(
    get,
    path = "/api/v1/personas",
    tag = "personas",
    operation_id = "list_personas",
    params(PersonasQuery)
)]
pub async fn list(
    ask: Ask,
    ApiQuery(query): ApiQuery<PersonasQuery>,
) -> Result<Response, ApiError> {
    let number = |count: Option<u32>| count.map(f64::from).map(Operand::Number);
    let conditions = Conditions::default()
        .compares(
            "account_count",
            Comparison::AtLeast,
            number(query.account_count_from),
        )
        .compares(
            "source_count",
            Comparison::AtLeast,
            number(query.source_count_from),
        );
    ask.listing(&PERSONAS, query.page(), conditions.0, None)
        .await
}

/// One persona: its accounts, the links that hold it together, its history.
#[utoipa::path(get, path = "/api/v1/personas/{persona_id}", tag = "personas", operation_id = "get_persona", params(("persona_id" = String, Path, description = "id of the persona; under pseudonyms its pseudonym"), SnapshotQuery))]
pub async fn get(
    ask: Ask,
    ApiPath(persona_id): ApiPath<String>,
    ApiQuery(query): ApiQuery<SnapshotQuery>,
) -> Result<Response, ApiError> {
    let opened = ask.open(query.snapshot).await?;
    if let Some(response) = opened.not_modified() {
        return Ok(response);
    }
    let Some(detail) = opened.reader.persona(&persona_id).await? else {
        return Err(ApiError::not_found("persona", &persona_id));
    };
    let mut persona = first_value(&detail.persona, "persona", &persona_id)?;
    let holding: Vec<Value> = detail
        .holding
        .iter()
        .map(|link| {
            json!({
                "account_left": link.account_left,
                "account_right": link.account_right,
                "match_probability": link.match_probability,
                "is_judged": link.verdict.is_some(),
            })
        })
        .collect();
    if let Some(persona) = persona.as_object_mut() {
        persona.insert("accounts".to_owned(), json!(values(&detail.accounts)?));
        persona.insert("holding_links".to_owned(), json!(holding));
        let parts = json!(detail.parts_without_weakest);
        persona.insert("parts_without_weakest".to_owned(), parts);
        persona.insert("history".to_owned(), json!(values(&detail.history)?));
    }
    ask.one(&opened, persona)
}

listing_query! {
    /// Which judgements.
    JudgementsQuery {
        /// An account, on either side.
        account_id: Option<String>,
        /// same, different or unsure.
        verdict: Option<String>,
    }
}

/// What people judged of pairs of accounts, in order; a judgement that was taken back stays.
#[utoipa::path(
    get,
    path = "/api/v1/judgements",
    tag = "personas",
    operation_id = "list_judgements",
    params(JudgementsQuery)
)]
pub async fn judgements(
    ask: Ask,
    ApiQuery(query): ApiQuery<JudgementsQuery>,
) -> Result<Response, ApiError> {
    let conditions = Conditions::default()
        .either(["account_left", "account_right"], query.account_id.as_ref())
        .is("verdict", query.verdict.as_ref());
    ask.listing(&ALL_JUDGEMENTS, query.page(), conditions.0, None)
        .await
}
