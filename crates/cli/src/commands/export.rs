//! `entangle export`.

use entangle_engine::disclosure::Disclosure;
use entangle_engine::export::package::{PackageRequest, author, export_package, today};
use entangle_engine::export::{
    ExportCounts, ExportRequest, RecordFormat, TableFormat, export_query, export_records,
};
use entangle_engine::{EngineError, Progress, Workspace};
use serde_json::json;

use super::open;
use crate::arguments::{Export, ExportFormat, Global};
use crate::output::{Output, count};

pub async fn run(
    global: &Global,
    output: &Output,
    arguments: Export,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    let records = |format| (Some(format), None);
    let table = |format| (None, Some(format));
    let (record_format, table_format) = match arguments.format {
        ExportFormat::Stix => records(RecordFormat::Stix),
        ExportFormat::Misp => records(RecordFormat::Misp),
        ExportFormat::Gexf => records(RecordFormat::Gexf),
        ExportFormat::Graphml => records(RecordFormat::Graphml),
        ExportFormat::GephiCsv => records(RecordFormat::GephiCsv),
        ExportFormat::Convokit => records(RecordFormat::Convokit),
        ExportFormat::Csv => table(TableFormat::Csv),
        ExportFormat::Ndjson => table(TableFormat::Ndjson),
        ExportFormat::Xlsx => table(TableFormat::Xlsx),
        ExportFormat::Package => {
            return run_package(&workspace, global, output, arguments, progress).await;
        }
    };
    match (record_format, table_format, &arguments.query) {
        (Some(format), _, None) => {
            run_records(&workspace, global, output, arguments, format, progress).await
        }
        (_, Some(format), Some(query)) => {
            let out = &arguments.out;
            let rows = export_query(&workspace, global.snapshot, query, format, out).await?;
            output.show(
                || json!({ "out": out, "rows": rows }),
                || format!("{} rows in {}", count(rows), out.display()),
            );
            Ok(())
        }
        (Some(_), _, Some(_)) => Err(EngineError::User(
            "a query gives rows, and this format holds accounts and links\nhint: leave out --query, or export csv, ndjson or xlsx".to_owned(),
        )),
        (None, ..) => Err(EngineError::User(
            "this format holds the rows of a query\nhint: add --query, such as --query \"SELECT * FROM links\"".to_owned(),
        )),
    }
}

async fn run_package(
    workspace: &Workspace,
    global: &Global,
    output: &Output,
    arguments: Export,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    if arguments.query.is_some() || arguments.reveal.reveal {
        return Err(EngineError::User(
            "a package holds a study under pseudonyms\nhint: leave out --query and --reveal"
                .to_owned(),
        ));
    }
    let given = arguments.package;
    let missing = |option: &str| {
        EngineError::User(format!(
            "a package cannot be used or cited without {option}\nhint: give --study, --licence, --author and --summary"
        ))
    };
    let study = given.study.ok_or_else(|| missing("--study"))?;
    let licence = given.licence.ok_or_else(|| missing("--licence"))?;
    let request = PackageRequest {
        out: arguments.out,
        study_text: read_text(&study)?,
        licence_text: read_text(&licence)?,
        licence_identifier: given.licence_identifier,
        title: given.title,
        summary: given.summary.ok_or_else(|| missing("--summary"))?,
        version: given.data_version,
        released_on: given.released_on.unwrap_or_else(today),
        authors: given.author.iter().map(|text| author(text)).collect(),
        doi: given.doi,
    };
    let written = export_package(workspace, global.snapshot, &request, progress).await?;
    output.show(
        || {
            json!({
                "out": request.out,
                "package_id": written.package_id,
                "files": written.file_count,
                "bytes": written.byte_count,
            })
        },
        || {
            format!(
                "{} files in {}\npackage id {}: publish it, since it stands for every byte",
                count(written.file_count),
                request.out.display(),
                written.package_id
            )
        },
    );
    Ok(())
}

fn read_text(path: &std::path::Path) -> Result<String, EngineError> {
    std::fs::read_to_string(path).map_err(|source| EngineError::File {
        action: "read",
        path: path.to_owned(),
        source,
    })
}

async fn run_records(
    workspace: &Workspace,
    global: &Global,
    output: &Output,
    arguments: Export,
    format: RecordFormat,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    let reason = arguments.reveal.reason.as_deref();
    let request = ExportRequest {
        format,
        out: arguments.out,
        sources: arguments.source,
        least_link_probability: arguments.least_probability,
        has_posts: !arguments.without_posts,
        tlp: arguments.tlp,
        disclosure: Disclosure::from_flags(arguments.reveal.reveal, reason)?,
    };
    let counts = export_records(workspace, global.snapshot, &request, progress).await?;
    output.show(
        || json!({ "out": request.out, "written": counts.written, "left_out": counts.left_out }),
        || text(&counts, &request),
    );
    Ok(())
}

fn text(counts: &ExportCounts, request: &ExportRequest) -> String {
    let listed = |entries: &std::collections::BTreeMap<&'static str, u64>| -> String {
        let entries: Vec<String> = entries
            .iter()
            .map(|(word, number)| format!("{} {word}", count(*number)))
            .collect();
        entries.join(", ")
    };
    let mut text = format!("{} in {}", listed(&counts.written), request.out.display());
    if !counts.left_out.is_empty() {
        text += &format!("\nleft out: {}", listed(&counts.left_out));
    }
    if request.disclosure == Disclosure::Pseudonyms {
        text += "\naccounts stand under pseudonyms; contacts and texts of posts are not exported (--reveal exports them)";
    }
    text
}
