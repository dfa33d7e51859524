//! `study run` and `study init`.

use std::path::{Path, PathBuf};

use datafusion::prelude::SessionContext;
use entangle_model::sql_text;
use entangle_model::study::StudyResult;
use entangle_population::{StudyConfig, commented_template, run_study};
use entangle_report::{csv_text_cell, write_study};
use entangle_store::{Snapshot, Workspace};

use crate::disclosure::{Disclosure, Pseudonyms};
use crate::files::read_text;
use crate::judgements::count_links_as_judged;
use crate::overview::overview;
use crate::query::{session, snapshot_of};
use crate::table_reader::{numbers, texts};
use crate::{EngineError, Progress, ProgressUnit};

/// What a study run left behind.
#[derive(Debug, Clone)]
pub struct StudyRun {
    /// The result, as written to `results.json`.
    pub result: StudyResult,
    /// The page for people.
    pub report: PathBuf,
    /// Files written.
    pub file_count: usize,
}

/// Runs a study file over a snapshot and writes the report.
///
/// # Errors
/// A study file that is wrong, a source that is not there, a plan or a disk that fails.
pub async fn run(
    workspace: &Workspace,
    snapshot: Option<u64>,
    study_file: &Path,
    out: &Path,
    disclosure: &Disclosure,
    progress: &mut dyn Progress,
) -> Result<StudyRun, EngineError> {
    let text = read_text(study_file)?;
    run_text(workspace, snapshot, &text, out, disclosure, progress).await
}

/// [`run`] for the text of a study file.
///
/// # Errors
/// As [`run`].
pub async fn run_text(
    workspace: &Workspace,
    snapshot: Option<u64>,
    text: &str,
    out: &Path,
    disclosure: &Disclosure,
    progress: &mut dyn Progress,
) -> Result<StudyRun, EngineError> {
    let config = StudyConfig::parse(text)?;
    let snapshot = snapshot_of(workspace, snapshot).await?;
    let (context, run) = run_on(workspace, &snapshot, &config, out, progress).await?;
    write_account_list(workspace, &context, &config, out, disclosure).await?;
    Ok(StudyRun {
        file_count: run.file_count + 1,
        ..run
    })
}

/// The sources that a study reads, the public one first.
///
/// # Errors
/// A study file that is wrong.
pub fn sources_of(text: &str) -> Result<Vec<String>, EngineError> {
    let config = StudyConfig::parse(text)?;
    let mut sources = vec![config.public_source];
    sources.extend(config.targets);
    Ok(sources)
}

/// [`run_text`] without the list of accounts: numbers about many. Counts of crossover users below
/// `suppress_below_count` are withheld even where the study file asks for fewer to be.
///
/// # Errors
/// As [`run`].
pub async fn run_aggregates(
    workspace: &Workspace,
    snapshot: Option<u64>,
    text: &str,
    suppress_below_count: u64,
    out: &Path,
    progress: &mut dyn Progress,
) -> Result<StudyRun, EngineError> {
    let mut config = StudyConfig::parse(text)?;
    config.suppress_below_count = config.suppress_below_count.max(suppress_below_count);
    let snapshot = snapshot_of(workspace, snapshot).await?;
    let (_, run) = run_on(workspace, &snapshot, &config, out, progress).await?;
    Ok(run)
}

async fn run_on(
    workspace: &Workspace,
    snapshot: &Snapshot,
    config: &StudyConfig,
    out: &Path,
    progress: &mut dyn Progress,
) -> Result<(SessionContext, StudyRun), EngineError> {
    let context = session(workspace, snapshot).await?;
    count_links_as_judged(&context).await?;
    let mut on_part = |part: &str| progress.stage(part, None, ProgressUnit::Uncounted);
    let result = run_study(&context, config, snapshot.number(), &mut on_part).await?;
    progress.stage("report", None, ProgressUnit::Uncounted);
    let written = write_study(out, &result)?;
    let run = StudyRun {
        report: written.report(),
        file_count: written.files.len(),
        result,
    };
    Ok((context, run))
}

/// Writes `tables/crossover_accounts.csv`: the population's accounts with a link at or above the
/// threshold, each under its pseudonym, or by name where a reason is on record.
async fn write_account_list(
    workspace: &Workspace,
    context: &SessionContext,
    config: &StudyConfig,
    out: &Path,
    disclosure: &Disclosure,
) -> Result<(), EngineError> {
    disclosure.record(workspace, "study run")?;
    let pseudonyms = Pseudonyms::of(workspace)?;
    let sql = format!(
        "WITH linked AS (
            SELECT account_left AS account_id, source_left AS source, source_right AS target, match_probability FROM links
            UNION ALL
            SELECT account_right, source_right, source_left, match_probability FROM links
         )
         SELECT l.account_id, l.target, max(l.match_probability) AS probability, a.native_id, a.name
         FROM linked l JOIN accounts a ON a.account_id = l.account_id
         WHERE l.source = {} AND l.match_probability >= {:e}
         GROUP BY l.account_id, l.target, a.native_id, a.name",
        sql_text(&config.public_source),
        config.link_threshold_probability,
    );
    let mut lines = Vec::new();
    for batch in context.sql(&sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            let target = texts(&batch, 1).value(row);
            if !config.targets.iter().any(|wanted| wanted == target) {
                continue;
            }
            let shown_as = match disclosure {
                Disclosure::Pseudonyms => pseudonyms.of_account(texts(&batch, 0).value(row)),
                Disclosure::Names { .. } => format!(
                    "{}: {}",
                    texts(&batch, 3).value(row),
                    texts(&batch, 4)
                        .iter()
                        .nth(row)
                        .flatten()
                        .unwrap_or("no name")
                ),
            };
            let probability = numbers(&batch, 2).value(row);
            lines.push(format!(
                "{},{},{probability:.6}",
                csv_text_cell(&shown_as),
                csv_text_cell(target)
            ));
        }
    }
    lines.sort();
    let path = out.join("tables").join("crossover_accounts.csv");
    let text = format!(
        "account,target_source,match_probability\n{}\n",
        lines.join("\n")
    );
    std::fs::write(&path, text).map_err(|source| EngineError::File {
        action: "write",
        path,
        source,
    })
}

/// A commented study file for a workspace: the first public source against all others.
///
/// # Errors
/// Where the workspace has no public source or nothing beside it.
pub async fn template(workspace: &Workspace) -> Result<String, EngineError> {
    let overview = overview(workspace, None).await?;
    let public = overview
        .sources
        .iter()
        .find(|source| source.kind == "public");
    let Some(public) = public else {
        return Err(EngineError::User(
            "the workspace has no source of kind public\nhint: import one with --kind public"
                .to_owned(),
        ));
    };
    let targets: Vec<String> = overview
        .sources
        .iter()
        .filter(|source| source.source != public.source)
        .map(|source| source.source.clone())
        .collect();
    if targets.is_empty() {
        return Err(EngineError::User(format!(
            "the workspace has only {}\nhint: import the sources in which participation is looked for",
            public.source
        )));
    }
    let title = format!("Crossover users of {}", public.source);
    Ok(commented_template(&title, &public.source, &targets))
}
