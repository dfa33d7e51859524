//! `entangle status`.

use entangle_engine::EngineError;
use entangle_engine::overview::{Overview, overview};
use entangle_model::schema::TABLES;
use serde_json::{Value, json};

use super::open;
use crate::arguments::Global;
use crate::output::{Output, count, table};

pub async fn run(global: &Global, output: &Output, schema: bool) -> Result<(), EngineError> {
    if schema {
        output.show(schema_json, schema_text);
        return Ok(());
    }
    let workspace = open(global).await?;
    let overview = overview(&workspace, global.snapshot).await?;
    output.show(|| overview_json(&overview), || overview_text(&overview));
    Ok(())
}

fn overview_text(overview: &Overview) -> String {
    let mut text = format!(
        "snapshot {}, made by {}\n\n",
        overview.snapshot, overview.command
    );
    let rows: Vec<Vec<String>> = overview
        .row_counts
        .iter()
        .map(|(name, rows)| vec![(*name).to_owned(), count(*rows)])
        .collect();
    text += &table(&["table", "rows"], &rows);
    let rows: Vec<Vec<String>> = overview
        .ledger
        .iter()
        .map(|row| {
            vec![
                row.source.clone(),
                row.record.clone(),
                count(row.asked_count),
                count(row.received_count),
                count(row.mapped_count),
                count(row.rejected_count),
                count(row.duplicate_count),
                count(row.field_reject_count),
                count(row.missing_parent_count),
            ]
        })
        .collect();
    text.push('\n');
    text += &table(
        &[
            "source",
            "record",
            "asked",
            "received",
            "mapped",
            "rejected",
            "duplicate",
            "fields left out",
            "missing parents",
        ],
        &rows,
    );
    text
}

fn overview_json(overview: &Overview) -> Value {
    let tables: serde_json::Map<String, Value> = overview
        .row_counts
        .iter()
        .map(|(name, rows)| ((*name).to_owned(), json!(rows)))
        .collect();
    let sources: Vec<Value> = overview
        .sources
        .iter()
        .map(|source| json!({ "source": source.source, "kind": source.kind, "language": source.language }))
        .collect();
    let ledger: Vec<Value> = overview
        .ledger
        .iter()
        .map(|row| {
            json!({
                "source": row.source,
                "record": row.record,
                "asked": row.asked_count,
                "received": row.received_count,
                "mapped": row.mapped_count,
                "rejected": row.rejected_count,
                "duplicate": row.duplicate_count,
                "field_rejects": row.field_reject_count,
                "missing_parents": row.missing_parent_count,
            })
        })
        .collect();
    json!({
        "snapshot": overview.snapshot,
        "command": overview.command,
        "tables": tables,
        "sources": sources,
        "ledger": ledger,
    })
}

fn schema_text() -> String {
    let mut text = String::new();
    for described in TABLES {
        text += &format!("{}: {}\n", described.name, described.about.trim());
        let rows: Vec<Vec<String>> = described
            .columns
            .iter()
            .map(|column| {
                let null = column
                    .null_means
                    .map_or_else(String::new, |means| format!("; null: {means}"));
                vec![
                    format!("  {}", column.name),
                    column.column_type.as_str().to_owned(),
                    format!("{}{null}", column.about),
                ]
            })
            .collect();
        text += &table(&["  column", "type", "holds"], &rows);
        text.push('\n');
    }
    text
}

fn schema_json() -> Value {
    TABLES
        .iter()
        .map(|described| {
            let columns: Vec<Value> = described
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
            json!({ "table": described.name, "about": described.about.trim(), "columns": columns })
        })
        .collect()
}
