//! The tables of some sources only.
//!
//! What is said of two sources at once is left out where one of them may not be read.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::prelude::SessionContext;
use entangle_model::sql_list;

use super::register;
use crate::EngineError;

/// The same tables with the rows of these sources.
pub(super) async fn only(
    context: &SessionContext,
    tables: Vec<(&'static str, Arc<dyn TableProvider>)>,
    sources: &BTreeSet<String>,
) -> Result<Vec<(&'static str, Arc<dyn TableProvider>)>, EngineError> {
    register(context, &tables)?;
    let mut kept = Vec::new();
    for (name, _) in tables {
        let view = context.sql(&rows_of(name, sources)).await?.into_view();
        kept.push((name, view));
    }
    Ok(kept)
}

/// The rows of a table that concern the sources alone.
fn rows_of(table: &str, sources: &BTreeSet<String>) -> String {
    let list = match sources.is_empty() {
        // No source has an empty name.
        true => "''".to_owned(),
        false => sql_list(sources),
    };
    let both = format!("source_left IN ({list}) AND source_right IN ({list})");
    match table {
        "links" | "link_models" => format!("SELECT * FROM {table} WHERE {both}"),
        "evidence" => format!(
            "SELECT e.* FROM evidence e LEFT SEMI JOIN (SELECT * FROM links WHERE {both}) l
             ON e.account_left = l.account_left AND e.account_right = l.account_right"
        ),
        "judgements" => format!(
            "SELECT * FROM judgements WHERE ({both}) OR undone_operation IN
                 (SELECT operation FROM judgements WHERE {both})"
        ),
        // A persona of which one account is left is none.
        "personas" => format!(
            "SELECT p.* FROM personas p LEFT SEMI JOIN (
                 SELECT persona_id FROM personas WHERE source IN ({list})
                 GROUP BY persona_id HAVING count(*) > 1
             ) several ON several.persona_id = p.persona_id WHERE p.source IN ({list})"
        ),
        // How common a contact is elsewhere is not said, nor is a surprisal that follows from it.
        "identifier_values" => format!(
            "SELECT kind, value, count(DISTINCT account_id) AS account_count,
                    count(DISTINCT source) AS source_count, CAST(NULL AS DOUBLE) AS surprisal_bits
             FROM identifiers WHERE source IN ({list}) GROUP BY kind, value"
        ),
        // The model names every source that was linked.
        "link_runs" => "SELECT run, read_snapshot, model_id, CAST(NULL AS VARCHAR) AS model,
                               is_model_given, persona_threshold_probability, linked_at
                        FROM link_runs"
            .to_owned(),
        _ => format!("SELECT * FROM {table} WHERE source IN ({list})"),
    }
}
