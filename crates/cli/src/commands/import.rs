//! `entangle import`.

use std::path::{Path, PathBuf};

use entangle_engine::import::{
    ImportRequest, ImportSummary, Mapping, PreparedImport, Preview, guess_mapping,
};
use entangle_engine::{EngineError, ImportError, Progress, TextEncoding, Workspace};
use entangle_model::SourceKind;
use serde_json::{Value, json};

use crate::arguments::{Global, Import};
use crate::output::{Output, count, table};

/// Records that `--dry-run` shows of each input.
const DRY_RUN_RECORD_COUNT: usize = 20;

pub async fn run(
    global: &Global,
    output: &Output,
    arguments: Import,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    for path in &arguments.paths {
        check_exists(path)?;
    }
    if arguments.guess {
        return show_guess(output, &arguments.paths);
    }
    // Every input is recognised before the first one makes the workspace.
    let mut prepared = Vec::new();
    for request in requests(&arguments)? {
        prepared.push(PreparedImport::new(request)?);
    }
    if arguments.dry_run {
        return show_previews(output, &prepared);
    }
    let workspace = Workspace::open_or_create(&global.workspace).await?;
    for import in prepared {
        let summary = import.run(&workspace, progress).await?;
        output.show(|| summary_json(&summary), || summary_text(&summary));
    }
    Ok(())
}

fn check_exists(path: &Path) -> Result<(), EngineError> {
    if path.exists() {
        return Ok(());
    }
    Err(EngineError::User(format!(
        "there is no file or folder {}\nhint: check the path",
        path.display()
    )))
}

/// One request per path. A preview needs neither source nor kind.
fn requests(arguments: &Import) -> Result<Vec<ImportRequest>, EngineError> {
    let encoding = arguments
        .encoding
        .as_deref()
        .map(TextEncoding::from_label)
        .transpose()
        .map_err(ImportError::from)?;
    let mapping = arguments.mapping.as_deref().map(read_mapping).transpose()?;
    let requests = arguments.paths.iter().map(|path| ImportRequest {
        path: path.clone(),
        source: arguments.source.clone().unwrap_or("preview".to_owned()),
        kind: arguments.kind.map_or(SourceKind::Public, Into::into),
        format: Some(arguments.format.clone()),
        language: arguments.language.clone(),
        encoding,
        line_pattern: arguments.line_pattern.clone(),
        mapping: mapping.clone(),
    });
    Ok(requests.collect())
}

fn read_mapping(path: &Path) -> Result<Mapping, EngineError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        EngineError::User(format!(
            "cannot read the mapping file {}: {error}",
            path.display()
        ))
    })?;
    Ok(Mapping::parse(&text)?)
}

fn show_guess(output: &Output, paths: &[PathBuf]) -> Result<(), EngineError> {
    for path in paths {
        let toml = guess_mapping(path)?;
        output.show(|| json!({ "mapping": toml }), || toml.clone());
    }
    Ok(())
}

fn show_previews(output: &Output, prepared: &[PreparedImport]) -> Result<(), EngineError> {
    for import in prepared {
        let preview = import.preview(DRY_RUN_RECORD_COUNT)?;
        let format = import.format();
        output.show(
            || preview_json(format, &preview),
            || format!("read as {format}; nothing is imported\n{preview}"),
        );
    }
    Ok(())
}

fn preview_json(format: &str, preview: &Preview) -> Value {
    let unmapped = preview.unmapped.iter().map(|column| {
        json!({
            "table": column.table,
            "column": column.column,
            "example": column.example,
            "is_secret": column.is_secret,
        })
    });
    json!({
        "format": format,
        "records": preview.records,
        "rejects": preview.rejects,
        "unmapped": unmapped.collect::<Vec<Value>>(),
    })
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
                "forgotten": counts.forgotten_count,
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
        Some((confidence, None)) => format!(" (recognised with confidence {confidence:.2})"),
        None => String::new(),
    };
    let forgotten: u64 = summary
        .counts
        .values()
        .map(|counts| counts.forgotten_count)
        .sum();
    let forgotten = match forgotten {
        0 => String::new(),
        number => format!(
            "{} of the rejected records are of accounts that were deleted on request\n",
            count(number)
        ),
    };
    format!(
        "{}: read as {}{how}; snapshot {}\n{}{} new identifiers\n{forgotten}",
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
