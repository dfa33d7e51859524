//! What the endpoints of jobs, studies and the search index answer.

use serde_json::{Value, json};

use super::contents;

/// Responses of an operation beside its errors.
pub(super) fn responses(id: &str) -> Vec<(String, Value)> {
    let known = || {
        (
            "304".to_owned(),
            json!({ "description": "The caller has the answer already." }),
        )
    };
    let one = |status: &str, description: &str, data: Value| {
        (status.to_owned(), in_json(description, data))
    };
    match id {
        "start_study" | "start_export" | "start_query" | "start_package" | "start_index" => {
            let mut accepted = in_json("It is in the queue.", job());
            accepted["headers"] = json!({ "location": { "schema": { "type": "string" }, "description": "address of the job" } });
            vec![("202".to_owned(), accepted)]
        }
        "list_jobs" => vec![one(
            "200",
            "Jobs.",
            json!({ "type": "array", "items": job() }),
        )],
        "get_job" => vec![one("200", "The job.", job())],
        "delete_job" => vec![(
            "204".to_owned(),
            json!({ "description": "It is cancelled and removed." }),
        )],
        "get_job_file" => vec![("200".to_owned(), file("The file.", "*/*")), known()],
        "list_studies" => vec![one(
            "200",
            "Studies.",
            json!({ "type": "array", "items": study(&[]) }),
        )],
        "get_study" => {
            let results = (
                "results",
                json!({ "type": "object", "description": "the file results.json of the study" }),
            );
            vec![one("200", "The study.", study(&[results])), known()]
        }
        "get_study_table" => {
            let page = json!({
                "type": "object",
                "required": ["data"],
                "properties": { "data": { "type": "array", "items": { "type": "object" } } },
            });
            let table =
                json!({ "description": "The rows of the table.", "content": contents(page) });
            vec![("200".to_owned(), table), known()]
        }
        "get_study_figure" => vec![
            ("200".to_owned(), file("The figure.", "image/svg+xml")),
            known(),
        ],
        "get_search_state" => vec![one("200", "The index.", index_state())],
        _ => Vec::new(),
    }
}

fn in_json(description: &str, data: Value) -> Value {
    let schema = json!({ "type": "object", "required": ["data"], "properties": { "data": data } });
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}

fn file(description: &str, media_type: &str) -> Value {
    json!({
        "description": description,
        "headers": {
            "content-disposition": { "schema": { "type": "string" }, "description": "attachment: to be kept and not shown" },
            "content-security-policy": { "schema": { "type": "string" }, "description": "nothing of it is run" },
        },
        // A result may be JSON, which is no string to who reads it as JSON.
        "content": { media_type: { "schema": {} } },
    })
}

fn instant(description: &str) -> Value {
    json!({ "type": ["string", "null"], "format": "date-time", "description": description })
}

fn count(description: &str) -> Value {
    json!({ "type": ["integer", "null"], "description": description })
}

fn job() -> Value {
    let file = json!({
        "type": "object",
        "required": ["name", "byte_count", "href"],
        "properties": {
            "name": { "type": "string" },
            "byte_count": { "type": "integer" },
            "href": { "type": "string", "description": "address of the file" },
        },
    });
    let progress = json!({
        "type": ["object", "null"],
        "description": "null where it does not run",
        "required": ["stage", "unit", "done_count", "total_count"],
        "properties": {
            "stage": { "type": "string" },
            "unit": { "type": "string" },
            "done_count": { "type": "integer" },
            "total_count": count("null where it is not known"),
        },
    });
    json!({
        "type": "object",
        "required": ["job_id", "kind", "state", "key_id", "request", "created_at", "started_at", "finished_at", "progress", "error", "files"],
        "properties": {
            "job_id": { "type": "string" },
            "kind": { "type": "string", "enum": ["study", "export", "query", "package", "index"] },
            "state": { "type": "string", "enum": ["queued", "running", "succeeded", "failed", "interrupted"], "description": "interrupted: the server ended meanwhile" },
            "key_id": { "type": "string", "description": "the key that asked for it" },
            "request": { "type": ["object", "null"], "description": "what was asked for; null for the role admin" },
            "created_at": { "type": "string", "format": "date-time" },
            "started_at": instant("null before it runs"),
            "finished_at": instant("null before it has ended"),
            "progress": progress,
            "error": { "type": ["object", "null"], "description": "why it failed, as in every error; null where it did not" },
            "files": { "type": "array", "description": "its results", "items": file },
        },
    })
}

fn study(more: &[(&str, Value)]) -> Value {
    let names = |description: &str| json!({ "type": "array", "items": { "type": "string" }, "description": description });
    let mut study = json!({
        "type": "object",
        "required": ["study_id", "title", "public_source", "target_sources", "snapshot", "tables", "figures"],
        "properties": {
            "study_id": { "type": "string", "description": "id of its job, or report- and the name of its folder" },
            "title": { "type": "string" },
            "public_source": { "type": "string" },
            "target_sources": names("sources in which participation was looked for"),
            "snapshot": { "type": "integer", "description": "the snapshot that was read" },
            "tables": names("names of its tables"),
            "figures": names("names of its figures"),
        },
    });
    for (name, schema) in more {
        study["properties"][*name] = schema.clone();
    }
    study
}

fn index_state() -> Value {
    json!({
        "type": "object",
        "required": ["snapshot", "latest_snapshot", "is_current", "is_followed", "is_building"],
        "properties": {
            "snapshot": count("the snapshot that the index holds; null where there is no index"),
            "latest_snapshot": { "type": "integer" },
            "is_current": { "type": "boolean", "description": "whether the two are the same" },
            "is_followed": { "type": "boolean", "description": "whether this server keeps the index up" },
            "is_building": { "type": "boolean", "description": "whether it is being written now" },
            "written_count": count("posts written so far; null where nothing is being written"),
            "total_count": count("posts to be written; null where that is not known"),
            "post_count": count("posts in the index; null where that is not known"),
            "last_failure_at": instant("when bringing it up failed last; null where it never did"),
        },
    })
}
