//! The OpenAPI document: what `utoipa` reads from the endpoints, with what all of them have in common.
//!
//! Rows are described from the declarations of listings, so that the document, the tables and the
//! answers cannot disagree.

mod service;

use entangle_engine::reader::listing::Listing;
use entangle_engine::reader::listings::*;
use entangle_model::schema::{Column, ColumnType};
use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use crate::error::ErrorCode;
use crate::format::Format;
use crate::rules::{Rule, rule};

/// The listing of every operation that gives pages of rows.
const PAGED: &[(&str, &Listing)] = &[
    ("list_sources", &SOURCES),
    ("list_source_activity", &SOURCE_ACTIVITY),
    ("list_coverage", &COVERAGE),
    ("list_snapshots", &SNAPSHOTS),
    ("list_accounts", &ACCOUNTS),
    ("list_account_names", &ACCOUNT_NAMES),
    ("list_account_months", &ACCOUNT_MONTHS),
    ("list_account_hours", &ACCOUNT_HOURS),
    ("list_account_identifiers", &SHOWN_IDENTIFIERS),
    ("list_account_posts", &ALL_POSTS),
    ("list_account_links", &ALL_LINKS),
    ("list_threads", &ALL_THREADS),
    ("list_thread_posts", &ALL_POSTS),
    ("list_posts", &ALL_POSTS),
    ("list_post_versions", &VERSIONS),
    ("list_identifiers", &SHOWN_IDENTIFIERS),
    ("list_contacts", &CONTACTS),
    ("list_links", &ALL_LINKS),
    ("list_source_pairs", &SOURCE_PAIRS),
    ("list_personas", &PERSONAS),
    ("list_judgements", &ALL_JUDGEMENTS),
];

/// The listing whose row an operation gives, and what it adds to it.
const SINGLE: &[(&str, Option<&Listing>)] = &[
    ("get_source", Some(&SOURCES)),
    ("get_account", Some(&ACCOUNTS)),
    ("get_thread", Some(&ALL_THREADS)),
    ("get_post", Some(&ALL_POSTS)),
    ("get_link", Some(&ALL_LINKS)),
    ("get_persona", Some(&PERSONAS)),
    ("list_tables", None),
];

/// The document as JSON, in a fixed order.
pub fn document(api: &OpenApi) -> Value {
    let mut document = serde_json::to_value(api).unwrap_or_default();
    document["info"] = json!({
        "title": "Entangle",
        "version": "1",
        "description": "Accounts, posts, possible links and personas of a workspace. Links are possible links: a shared name is not a shared person.",
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    });
    document["servers"] = json!([{ "url": "/" }]);
    let mut schemas = document["components"]["schemas"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    schemas.insert("Error".to_owned(), error_schema());
    for listing in PAGED.iter().map(|(_, listing)| *listing) {
        schemas.insert(row_name(listing), row_schema(listing));
    }
    document["components"] = json!({
        "schemas": schemas,
        "securitySchemes": { "key": { "type": "http", "scheme": "bearer", "description": "A key that `entangle keys create` made." } },
    });
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, methods) in paths {
            for (method, operation) in methods.as_object_mut().into_iter().flatten() {
                complete(operation, rule(&method.to_ascii_uppercase(), path));
            }
        }
    }
    document
}

fn complete(operation: &mut Value, rule: Option<Rule>) {
    let id = operation["operationId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let mut responses = operation["responses"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let paged = PAGED.iter().find(|(known, _)| *known == id);
    let single = SINGLE.iter().find(|(known, _)| *known == id);
    let of_snapshot = match id.as_str() {
        "search_posts" => Some(search_response()),
        "list_similar_posts" => Some(similar_response()),
        "explain_score" => Some(score_response()),
        _ => paged
            .map(|(_, listing)| page_response(listing))
            .or_else(|| single.map(|(_, listing)| single_response(*listing))),
    };
    if let Some(response) = of_snapshot {
        responses.insert("200".to_owned(), response);
        responses.insert(
            "304".to_owned(),
            json!({ "description": "The caller has the answer already." }),
        );
    }
    if id == "run_sql" {
        responses.insert("200".to_owned(), sql_response());
    }
    responses.extend(service::responses(&id));
    for status in statuses(&id, rule) {
        responses.insert(status.to_string(), error_response(status));
    }
    operation["responses"] = Value::Object(responses);
    if let Some(rule) = rule {
        operation["x-roles"] = json!(rule.roles());
        operation["security"] = match rule {
            Rule::Public => json!([]),
            _ => json!([{ "key": [] }]),
        };
    }
    without_null(operation);
    name_headers(operation, rule);
}

/// A parameter that may be absent is not one that may be null: an address has no null.
fn without_null(operation: &mut Value) {
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    let parameters = parameters.into_iter().flatten();
    let schemas = parameters.filter_map(|parameter| parameter.get_mut("schema"));
    for schema in schemas {
        let real = |values: &Value| -> Vec<Value> {
            let values = values.as_array().cloned().unwrap_or_default();
            values
                .into_iter()
                .filter(|value| !value.is_null() && value != "null" && value["type"] != "null")
                .collect()
        };
        if let Some(values) = schema.get_mut("enum") {
            *values = json!(real(values));
        }
        if let [only] = schema.get("type").map(real).unwrap_or_default().as_slice() {
            schema["type"] = only.clone();
        }
        if let [only] = schema.get("oneOf").map(real).unwrap_or_default().as_slice() {
            *schema = only.clone();
        }
    }
}

/// The header in which an identified caller may say what a request is for.
fn name_headers(operation: &mut Value, rule: Option<Rule>) {
    let takes_purpose = rule.is_some_and(|rule| {
        rule.permission(entangle_access::Role::Identified)
            .is_identified()
    });
    if takes_purpose {
        let mut parameters = operation["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        parameters.push(json!({
            "name": "X-Purpose", "in": "header", "required": false,
            "description": "What the request is for, where it is not what the key was made for; kept in the audit log. For the role identified.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 500, "pattern": "^[^\\x00-\\x1f\\x7f]+$" },
        }));
        operation["parameters"] = Value::Array(parameters);
    }
}

fn statuses(id: &str, rule: Option<Rule>) -> Vec<u16> {
    let mut statuses = vec![500, 503];
    if !matches!(rule, None | Some(Rule::Public)) {
        statuses.extend([400, 401, 403, 404, 406, 408, 429]);
    }
    if id == "run_sql" || id.starts_with("start_") {
        statuses.extend([413, 415, 422]);
    }
    if id == "get_ready" || id == "get_health" {
        statuses = vec![503];
    }
    statuses.extend([405, 414]);
    statuses
}

fn error_response(status: u16) -> Value {
    let codes: Vec<&str> = ErrorCode::ALL
        .iter()
        .filter(|code| code.status().as_u16() == status)
        .map(|code| code.as_str())
        .collect();
    json!({
        "description": codes.join(", "),
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } },
    })
}

fn error_schema() -> Value {
    let codes: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    json!({
        "type": "object",
        "required": ["error"],
        "properties": { "error": {
            "type": "object",
            "required": ["code", "message", "hint"],
            "properties": {
                "code": { "type": "string", "enum": codes },
                "message": { "type": "string", "description": "what happened, where" },
                "hint": { "type": "string", "description": "what to do" },
            },
        }},
    })
}

/// `AccountsRow` for the listing `accounts`.
fn row_name(listing: &Listing) -> String {
    let words = listing.name.split('_').map(|word| {
        let (first, rest) = word.split_at(1.min(word.len()));
        first.to_ascii_uppercase() + rest
    });
    format!("{}Row", words.collect::<String>())
}

fn row_schema(listing: &Listing) -> Value {
    let mut properties = Map::new();
    for column in listing.columns {
        properties.insert(column.name.to_owned(), column_schema(column));
    }
    let names: Vec<&str> = listing.columns.iter().map(|column| column.name).collect();
    json!({
        "type": "object",
        "description": listing.about.trim(),
        "required": names,
        "properties": properties,
    })
}

fn column_schema(column: &Column) -> Value {
    let null_means = column
        .null_means
        .unwrap_or("hidden from the role of the key");
    let description = format!("{}; null: {null_means}", column.about);
    let mut schema = match column.column_type {
        ColumnType::Text => json!({ "type": ["string", "null"] }),
        ColumnType::Integer => json!({ "type": ["integer", "null"], "format": "int64" }),
        ColumnType::Number => json!({ "type": ["number", "null"], "format": "double" }),
        ColumnType::Flag => json!({ "type": ["boolean", "null"] }),
        ColumnType::Instant => json!({ "type": ["string", "null"], "format": "date-time" }),
    };
    schema["description"] = json!(description);
    schema
}

fn page_response(listing: &Listing) -> Value {
    let row = json!({ "$ref": format!("#/components/schemas/{}", row_name(listing)) });
    let page = json!({
        "type": "object",
        "required": ["data", "next_cursor", "snapshot"],
        "properties": {
            "data": { "type": "array", "items": row },
            "next_cursor": { "type": ["string", "null"], "description": "where the next page begins; null on the last" },
            "snapshot": { "type": "integer", "description": "the snapshot that was read" },
        },
    });
    json!({
        "description": format!("{} In formats other than JSON the next cursor is in the header x-next-cursor.", listing.about.trim()),
        "headers": {
            "x-snapshot": { "schema": { "type": "integer" }, "description": "the snapshot that was read" },
            "etag": { "schema": { "type": "string" }, "description": "names the answer; send it back as If-None-Match" },
        },
        "content": contents(page),
    })
}

/// One schema for JSON; the other formats hold the rows alone.
fn contents(json_schema: Value) -> Value {
    let mut content = Map::new();
    for format in Format::ALL {
        let schema = match format {
            Format::Json => json_schema.clone(),
            Format::JsonLines | Format::Csv => json!({ "type": "string" }),
            Format::Arrow | Format::Parquet => json!({ "type": "string", "format": "binary" }),
        };
        content.insert(format.media_type().to_owned(), json!({ "schema": schema }));
    }
    Value::Object(content)
}

fn single_response(listing: Option<&Listing>) -> Value {
    let data = match listing {
        Some(listing) => json!({ "$ref": format!("#/components/schemas/{}", row_name(listing)) }),
        None => json!({ "type": "array", "items": { "type": "object" } }),
    };
    let schema = json!({
        "type": "object",
        "required": ["data", "snapshot"],
        "properties": { "data": data, "snapshot": { "type": "integer", "description": "the snapshot that was read" } },
    });
    json!({ "description": "It.", "content": { "application/json": { "schema": schema } } })
}

fn sql_response() -> Value {
    let schema = json!({
        "type": "object",
        "required": ["columns", "data", "snapshot"],
        "properties": {
            "columns": { "type": "array", "items": { "type": "object", "required": ["name", "type"], "properties": { "name": { "type": "string" }, "type": { "type": "string" } } } },
            "data": { "type": "array", "items": { "type": "object" } },
            "snapshot": { "type": "integer" },
        },
    });
    json!({ "description": "The rows of the query.", "content": contents(schema) })
}

fn search_response() -> Value {
    let hit = json!({
        "type": "object",
        "required": ["post", "score", "copy_count", "highlights"],
        "properties": {
            "post": { "$ref": format!("#/components/schemas/{}", row_name(&ALL_POSTS)) },
            "score": { "type": ["number", "null"], "description": "BM25; null where hits are sorted by time" },
            "copy_count": { "type": ["integer", "null"], "description": "matching posts with nearly the same text; null where they are not collapsed" },
            "highlights": { "type": "array", "description": "what of the body matches, bytes from and to", "items": { "type": "array", "items": { "type": "integer" } } },
        },
    });
    let data = json!({
        "type": "object",
        "required": ["post_count", "group_count", "hits", "next_cursor", "facets", "histogram", "undated_count"],
        "properties": {
            "post_count": { "type": "integer", "description": "posts that match" },
            "group_count": { "type": ["integer", "null"], "description": "groups of near-copies among them; null where they are not collapsed" },
            "hits": { "type": "array", "items": hit },
            "next_cursor": { "type": ["string", "null"], "description": "where the next page begins; null on the last" },
            "facets": { "type": "array", "description": "counts by source, language and kind", "items": { "type": "object" } },
            "histogram": { "type": "array", "description": "counts by time", "items": { "type": "object" } },
            "undated_count": { "type": ["integer", "null"], "description": "matching posts without a time; null without a histogram" },
        },
    });
    of_index("What matches.", data)
}

fn similar_response() -> Value {
    let hit = json!({
        "type": "object",
        "required": ["post", "score"],
        "properties": {
            "post": { "$ref": format!("#/components/schemas/{}", row_name(&ALL_POSTS)) },
            "score": { "type": ["number", "null"], "description": "BM25 of the rare words in common; comparable within the answer" },
        },
    });
    let data = json!({
        "type": "object",
        "required": ["hits"],
        "properties": { "hits": { "type": "array", "items": hit } },
    });
    of_index("Posts like it.", data)
}

fn score_response() -> Value {
    let data = json!({
        "type": "object",
        "required": ["value", "description", "details", "context"],
        "properties": {
            "value": { "type": "number", "description": "the score" },
            "description": { "type": "string", "description": "what it is, in the words of the index" },
            "details": { "type": "array", "description": "its parts, each of the same form", "items": { "type": "object" } },
            "context": { "type": "array", "description": "which term it belongs to and the like", "items": { "type": "string" } },
        },
    });
    of_index("Where the score comes from.", data)
}

/// An answer of the search index.
fn of_index(description: &str, data: Value) -> Value {
    let schema = json!({
        "type": "object",
        "required": ["data", "snapshot"],
        "properties": { "data": data, "snapshot": { "type": "integer", "description": "the snapshot that the index holds" } },
    });
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}
