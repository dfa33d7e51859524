//! `entangle import`.

use entangle_engine::import::{ImportRequest, ImportSummary, PreparedImport};
use entangle_engine::{EngineError, ImportError, Progress, TextEncoding, Workspace};
use serde_json::{Value, json};

use crate::arguments::{Global, Import};
use crate::output::{Output, count, table};

pub async fn run(
    global: &Global,
    output: &Output,
    arguments: Import,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    let encoding = arguments
        .encoding
        .as_deref()
        .map(TextEncoding::from_label)
        .transpose()
        .map_err(ImportError::from)?;
    // Every input is recognised before the first one makes the workspace.
    let mut prepared = Vec::new();
    for path in arguments.paths {
        if !path.exists() {
            return Err(EngineError::User(format!(
                "there is no file or folder {}\nhint: check the path",
                path.display()
            )));
        }
        prepared.push(PreparedImport::new(ImportRequest {
            path,
            source: arguments.source.clone(),
            kind: arguments.kind.into(),
            format: Some(arguments.format.clone()),
            language: arguments.language.clone(),
            encoding,
            line_pattern: arguments.line_pattern.clone(),
        })?);
    }
    let workspace = Workspace::open_or_create(&global.workspace).await?;
    for import in prepared {
        let summary = import.run(&workspace, progress).await?;
        output.show(|| summary_json(&summary), || summary_text(&summary));
    }
    Ok(())
}

/// The summary as `--json` prints it.
pub fn summary_json(summary: &ImportSummary) -> Value {
    let counts: serde_json::Map<String, Value> = summary
        .counts
        .iter()
        .map(|(record, counts)| {
            let counts = json!({
                "asked": counts.asked_count,
                "received": counts.received_count(),
                "mapped": counts.mapped_count,
                "rejected": counts.rejected_count,
                "duplicate": counts.duplicate_count,
                "field_rejects": counts.field_reject_count,
            });
            (record.as_str().to_owned(), counts)
        })
        .collect();
    json!({
        "source": summary.source,
        "format": summary.format,
        "records": counts,
        "identifiers": summary.identifier_count,
        "post_versions": summary.version_count,
        "encodings": summary.encodings,
        "input_bytes": summary.input_bytes,
        "snapshot": summary.snapshot,
    })
}

/// The summary as a person reads it.
pub fn summary_text(summary: &ImportSummary) -> String {
    let rows: Vec<Vec<String>> = summary
        .counts
        .iter()
        .map(|(record, counts)| {
            vec![
                record.as_str().to_owned(),
                count(counts.asked_count),
                count(counts.received_count()),
                count(counts.mapped_count),
                count(counts.rejected_count),
                count(counts.duplicate_count),
                count(counts.field_reject_count),
            ]
        })
        .collect();
    let how = match summary.detection {
        Some((confidence, Some((runner_up, second)))) => {
            format!(
                " (recognised with confidence {confidence:.2}; next {runner_up} with {second:.2})"
            )
        }
        _ => String::new(),
    };
    format!(
        "{}: read as {}{how}; snapshot {}\n{}{} new identifiers\n",
        summary.source,
        summary.format,
        summary.snapshot,
        table(
            &[
                "record",
                "asked",
                "received",
                "mapped",
                "rejected",
                "duplicate",
                "fields left out"
            ],
            &rows
        ),
        count(summary.identifier_count),
    )
}
