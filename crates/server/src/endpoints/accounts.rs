//! Accounts: profiles, names over time, activity, and the identifiers that they show.

use axum::response::Response;
use chrono::{DateTime, Utc};
use entangle_access::Role;
use entangle_engine::reader::listing::{Comparison, Operand};
use entangle_engine::reader::listings::{
    ACCOUNT_HOURS, ACCOUNT_MONTHS, ACCOUNT_NAMES, ACCOUNTS, ALL_LINKS, ALL_POSTS, CONTACTS,
    SHOWN_IDENTIFIERS,
};

use super::{Conditions, PageQuery, SnapshotQuery, listing_query};
use crate::answer::{Ask, first_value};
use crate::error::{ApiError, ErrorCode};
use crate::extract::{ApiPath, ApiQuery, instant};

listing_query! {
    /// Which accounts.
    AccountsQuery {
        /// Name of a source.
        source: Option<String>,
        /// Name of the account as written; for the role identified.
        name: Option<String>,
        /// The id that the source gives the account; for the role identified.
        native_id: Option<String>,
        /// Registered at this instant or later: RFC 3339, or a day.
        #[serde(default, deserialize_with = "instant")]
        #[param(value_type = Option<String>, format = DateTime, example = "2015-06-01T00:00:00Z")]
        registered_from: Option<DateTime<Utc>>,
        /// Registered before this instant.
        #[serde(default, deserialize_with = "instant")]
        #[param(value_type = Option<String>, format = DateTime, example = "2015-06-01T00:00:00Z")]
        registered_before: Option<DateTime<Utc>>,
    }
}

/// Who sees pseudonyms cannot ask by name: an answer would say whose pseudonym it is.
fn refuse_names(ask: &Ask, parameter: &str, is_given: bool) -> Result<(), ApiError> {
    match is_given && ask.caller.role() != Role::Identified {
        true => Err(ApiError::new(
            ErrorCode::RoleInsufficient,
            format!("the role {} may not ask by {parameter}", ask.caller.role()),
        )),
        false => Ok(()),
    }
}

/// Accounts.
#[utoipa::path(
    get,
    path = "/api/v1/accounts",
    tag = "accounts",
    operation_id = "list_accounts",
    params(AccountsQuery)
)]
pub async fn list(
    ask: Ask,
    ApiQuery(query): ApiQuery<AccountsQuery>,
) -> Result<Response, ApiError> {
    refuse_names(&ask, "name", query.name.is_some())?;
    refuse_names(&ask, "native_id", query.native_id.is_some())?;
    if let Some(source) = &query.source {
        ask.caller.check_source(source)?;
    }
    let conditions = Conditions::default()
        .is("source", query.source.as_ref())
        .is("name", query.name.as_ref())
        .is("native_id", query.native_id.as_ref())
        .compares(
            "registered_at",
            Comparison::AtLeast,
            query.registered_from.map(Operand::Instant),
        )
        .compares(
            "registered_at",
            Comparison::Below,
            query.registered_before.map(Operand::Instant),
        );
    ask.listing(&ACCOUNTS, query.page(), conditions.0, None)
        .await
}

/// The profile of an account.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}", tag = "accounts", operation_id = "get_account", params(("account_id" = String, Path, description = "id of the account; under pseudonyms its pseudonym"), SnapshotQuery))]
pub async fn get(
    ask: Ask,
    ApiPath(account_id): ApiPath<String>,
    ApiQuery(query): ApiQuery<SnapshotQuery>,
) -> Result<Response, ApiError> {
    let opened = ask.open(query.snapshot).await?;
    if let Some(response) = opened.not_modified() {
        return Ok(response);
    }
    match opened.reader.account(&account_id).await? {
        None => Err(ApiError::not_found("account", &account_id)),
        Some(page) => ask.one(&opened, first_value(&page, "account", &account_id)?),
    }
}

/// Names that an account bears and bore.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/names", tag = "accounts", operation_id = "list_account_names", params(("account_id" = String, Path, description = "id of the account"), PageQuery))]
pub async fn names(
    ask: Ask,
    ApiPath(account_id): ApiPath<String>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Response, ApiError> {
    ask.listing(&ACCOUNT_NAMES, query.page(), Vec::new(), Some(&account_id))
        .await
}

/// Posts of an account by month.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/months", tag = "accounts", operation_id = "list_account_months", params(("account_id" = String, Path, description = "id of the account"), PageQuery))]
pub async fn months(
    ask: Ask,
    ApiPath(account_id): ApiPath<String>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Response, ApiError> {
    ask.listing(&ACCOUNT_MONTHS, query.page(), Vec::new(), Some(&account_id))
        .await
}

/// Posts of an account by hour of the week, UTC.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/hours", tag = "accounts", operation_id = "list_account_hours", params(("account_id" = String, Path, description = "id of the account"), PageQuery))]
pub async fn hours(
    ask: Ask,
    ApiPath(account_id): ApiPath<String>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Response, ApiError> {
    ask.listing(&ACCOUNT_HOURS, query.page(), Vec::new(), Some(&account_id))
        .await
}

/// Identifiers that an account shows.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/identifiers", tag = "accounts", operation_id = "list_account_identifiers", params(("account_id" = String, Path, description = "id of the account"), PageQuery))]
pub async fn identifiers(
    ask: Ask,
    ApiPath(account_id): ApiPath<String>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Response, ApiError> {
    let conditions = Conditions::default().is("account_id", Some(&account_id));
    ask.listing(&SHOWN_IDENTIFIERS, query.page(), conditions.0, None)
        .await
}

/// Posts of an account, oldest first.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/posts", tag = "accounts", operation_id = "list_account_posts", params(("account_id" = String, Path, description = "id of the account"), PageQuery))]
pub async fn posts(
    ask: Ask,
    ApiPath(account_id): ApiPath<String>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Response, ApiError> {
    let conditions = Conditions::default().is("account_id", Some(&account_id));
    ask.listing(&ALL_POSTS, query.page(), conditions.0, None)
        .await
}

/// Links of an account, the most probable first.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/links", tag = "accounts", operation_id = "list_account_links", params(("account_id" = String, Path, description = "id of the account"), PageQuery))]
pub async fn links(
    ask: Ask,
    ApiPath(account_id): ApiPath<String>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Response, ApiError> {
    let conditions =
        Conditions::default().either(["account_left", "account_right"], Some(&account_id));
    ask.listing(&ALL_LINKS, query.page(), conditions.0, None)
        .await
}

listing_query! {
    /// Which identifiers.
    IdentifiersQuery {
        /// Kind of identifier, a word of docs/reference/identifiers.md.
        kind: Option<String>,
        /// Its normal form; under pseudonyms its pseudonym. Gives every account that shows it.
        value: Option<String>,
        /// Name of a source.
        source: Option<String>,
        /// profile, signature, introduced, mentioned or quoted.
        role: Option<String>,
    }
}

/// Who shows an identifier: the pivot from a value to accounts.
#[utoipa::path(
    get,
    path = "/api/v1/identifiers",
    tag = "identifiers",
    operation_id = "list_identifiers",
    params(IdentifiersQuery)
)]
pub async fn shown(
    ask: Ask,
    ApiQuery(query): ApiQuery<IdentifiersQuery>,
) -> Result<Response, ApiError> {
    if let Some(source) = &query.source {
        ask.caller.check_source(source)?;
    }
    let conditions = Conditions::default()
        .is("kind", query.kind.as_ref())
        .is("value", query.value.as_ref())
        .is("source", query.source.as_ref())
        .is("role", query.role.as_ref());
    ask.listing(&SHOWN_IDENTIFIERS, query.page(), conditions.0, None)
        .await
}

listing_query! {
    /// Which contacts.
    ContactsQuery {
        /// Kind of identifier.
        kind: Option<String>,
        /// Its normal form; under pseudonyms its pseudonym.
        value: Option<String>,
        /// Shown in at least so many sources.
        #[param(value_type = Option<i64>, minimum = 0, maximum = 4294967295_i64)]
        source_count_from: Option<u32>,
    }
}

/// Contacts and how many accounts show them, the most common first.
#[utoipa::path(
    get,
    path = "/api/v1/contacts",
    tag = "identifiers",
    operation_id = "list_contacts",
    params(ContactsQuery)
)]
pub async fn contacts(
    ask: Ask,
    ApiQuery(query): ApiQuery<ContactsQuery>,
) -> Result<Response, ApiError> {
    let least = query.source_count_from.map(f64::from).map(Operand::Number);
    let conditions = Conditions::default()
        .is("kind", query.kind.as_ref())
        .is("value", query.value.as_ref())
        .compares("source_count", Comparison::AtLeast, least);
    ask.listing(&CONTACTS, query.page(), conditions.0, None)
        .await
}
