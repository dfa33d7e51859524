//! `entangle study run`, `entangle study init` and `entangle study compare`.

use std::path::Path;

use entangle_engine::compare::compare_studies;
use entangle_engine::disclosure::Disclosure;
use entangle_engine::study::{StudyRun, run as run_study, template};
use entangle_engine::{EngineError, Progress};
use entangle_model::Estimate;
use serde_json::json;

use super::open;
use crate::arguments::{Global, StudyRun as StudyRunArguments};
use crate::output::{Output, table};

pub async fn run(
    global: &Global,
    output: &Output,
    arguments: StudyRunArguments,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    let disclosure =
        Disclosure::from_flags(arguments.reveal.reveal, arguments.reveal.reason.as_deref())?;
    let workspace = open(global).await?;
    let run = run_study(
        &workspace,
        global.snapshot,
        &arguments.study,
        &arguments.out,
        &disclosure,
        progress,
    )
    .await?;
    output.show(
        || {
            json!({
                "report": run.report.display().to_string(),
                "files": run.file_count,
                "prevalence": serde_json::to_value(&run.result.prevalence).unwrap_or_default(),
                "snapshot": run.result.about.snapshot,
            })
        },
        || text(&run),
    );
    Ok(())
}

/// Compares two results that were written before.
pub fn compare(
    output: &Output,
    first: &Path,
    second: &Path,
    out: &Path,
) -> Result<(), EngineError> {
    let page = compare_studies(first, second, out)?;
    output.show(
        || json!({ "comparison": page }),
        || format!("comparison: {}", page.display()),
    );
    Ok(())
}

pub async fn init(global: &Global, output: &Output, out: Option<&Path>) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    let text = template(&workspace).await?;
    let Some(path) = out else {
        crate::output::line(text.trim_end());
        return Ok(());
    };
    let mut options = std::fs::OpenOptions::new();
    let written = options.write(true).create_new(true).open(path);
    written
        .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
        .map_err(|source| EngineError::File {
            action: "create",
            path: path.to_owned(),
            source,
        })?;
    output.show(
        || json!({ "study": path.display().to_string() }),
        || {
            format!(
                "wrote {}; read it, change it, then: entangle study run {0} --out report",
                path.display()
            )
        },
    );
    Ok(())
}

/// The forms of prevalence and where the report lies.
pub fn text(run: &StudyRun) -> String {
    let prevalence = &run.result.prevalence;
    let rows = vec![
        prevalence_row("strict", &prevalence.strict),
        prevalence_row("expected", &prevalence.expected),
        prevalence_row("expected, with unseen", &prevalence.expected_with_unseen),
        prevalence_row("corrected", &prevalence.corrected),
        prevalence_row("by bare equality of names", &prevalence.name_equality),
        prevalence_row(
            "equal names by chance alone",
            &prevalence.name_equality_by_chance,
        ),
    ];
    format!(
        "prevalence of crossover users among {} accounts of {}\n{}report: {}\n",
        run.result.population.included_count,
        run.result.about.public_source,
        table(&["form", "%", "low", "high", "n"], &rows),
        run.report.display(),
    )
}

fn prevalence_row(form: &str, estimate: &Estimate) -> Vec<String> {
    let percent = |share: Option<f64>| {
        share.map_or_else(|| "–".to_owned(), |share| format!("{:.2}", 100.0 * share))
    };
    vec![
        form.to_owned(),
        percent(estimate.value),
        percent(estimate.low),
        percent(estimate.high),
        estimate.n.to_string(),
    ]
}
