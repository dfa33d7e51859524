//! The stage `link`: accounts and identifiers of a snapshot to links, evidence and personas.

use std::collections::BTreeMap;

use datafusion::prelude::{DataFrame, SessionContext};
pub use entangle_linkage::LinkOptions;
use entangle_linkage::{LinkModel, ScoredLink, cluster};
use entangle_model::PersonaId;
use entangle_model::schema::{EVIDENCE, LINK_MODELS, LINKS, NAMES, PERSONAS, Table};
use entangle_store::{Snapshot, Transaction, Workspace};
use futures::TryStreamExt;

use crate::rows::PersonaRows;
use crate::scratch::Scratch;
use crate::table_reader::{flags, numbers, texts};
use crate::{EngineError, Progress, ProgressUnit};

/// What is to be linked and how.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkRequest {
    /// Choices of the linkage.
    pub options: LinkOptions,
    /// Probability from which a link joins accounts into a persona.
    pub persona_threshold_probability: f64,
    /// Memory that the operators of a plan share, bytes.
    pub memory_limit_bytes: usize,
}

impl Default for LinkRequest {
    fn default() -> Self {
        Self {
            options: LinkOptions::default(),
            persona_threshold_probability: 0.9,
            memory_limit_bytes: crate::MEMORY_LIMIT_BYTES_DEFAULT,
        }
    }
}

/// What a linkage run found.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkSummary {
    /// What was learned.
    pub model: LinkModel,
    /// Sum of the final match probabilities per pair of sources, in the order of the model.
    pub expected_link_counts: Vec<f64>,
    /// Candidate pairs at or above the persona threshold.
    pub link_count: u64,
    /// Personas of two accounts or more.
    pub persona_count: u64,
    /// The snapshot that holds the result.
    pub snapshot: u64,
}

/// Links the accounts of the latest snapshot; the tables of an earlier run are replaced.
///
/// # Errors
/// Without two sources to compare, and where a plan or the store fails; the workspace is then
/// unchanged.
pub async fn link(
    workspace: &Workspace,
    request: &LinkRequest,
    progress: &mut dyn Progress,
) -> Result<LinkSummary, EngineError> {
    let snapshot = workspace.latest_snapshot().await?;
    check_sources(workspace, &snapshot, &request.options).await?;
    let context = workspace.session_context(Some(request.memory_limit_bytes))?;
    snapshot.register(&context).await?;
    let scratch = Scratch::create(workspace.path())?;
    let mut transaction = workspace.begin("link", "all sources").await?;
    let linkage = {
        let mut tell = |stage: &'static str| progress.stage(stage, None, ProgressUnit::Uncounted);
        entangle_linkage::link(&context, &scratch, &request.options, &mut tell).await?
    };
    progress.stage("writing", None, ProgressUnit::Uncounted);
    write_table(&mut transaction, &NAMES, linkage.names).await?;
    write_table(&mut transaction, &LINKS, linkage.links).await?;
    write_table(&mut transaction, &EVIDENCE, linkage.evidence).await?;
    let expected_link_counts = expected_links(&context, &linkage.model).await?;
    write_models(&mut transaction, &linkage.model, &expected_link_counts)?;
    progress.stage("personas", None, ProgressUnit::Uncounted);
    let links = links_from(&context, request.persona_threshold_probability).await?;
    let link_count = links.len() as u64;
    let persona_count = write_personas(&mut transaction, links)?;
    let committed = transaction.commit().await?;
    Ok(LinkSummary {
        model: linkage.model,
        expected_link_counts,
        link_count,
        persona_count,
        snapshot: committed.number(),
    })
}

/// A source that does not exist is a typing mistake, not an empty side.
async fn check_sources(
    workspace: &Workspace,
    snapshot: &Snapshot,
    options: &LinkOptions,
) -> Result<(), EngineError> {
    let asked: Vec<&String> = [&options.between, &options.and]
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    if asked.is_empty() {
        return Ok(());
    }
    let context = workspace.session_context(Some(crate::MEMORY_LIMIT_BYTES_DEFAULT))?;
    let mut known = Vec::new();
    let mut batches = snapshot
        .scan(&context, "sources", &["source"], None)
        .await?;
    while let Some(batch) = batches.try_next().await? {
        known.extend(texts(&batch, 0).iter().flatten().map(str::to_owned));
    }
    known.sort();
    match asked.into_iter().find(|name| !known.contains(name)) {
        None => Ok(()),
        Some(name) => Err(EngineError::User(format!(
            "there is no source {name:?}\nhint: the workspace has {}",
            known.join(", ")
        ))),
    }
}

/// Streams a plan's rows into a table that they replace.
async fn write_table(
    transaction: &mut Transaction,
    table: &'static Table,
    rows: DataFrame,
) -> Result<(), EngineError> {
    transaction.replace(table);
    let mut writer = transaction.writer(table);
    let mut batches = rows.execute_stream().await?;
    while let Some(batch) = batches.try_next().await? {
        // A plan cannot promise that a column has no nulls; the table's schema does.
        let batch =
            arrow::array::RecordBatch::try_new(table.arrow_schema(), batch.columns().to_vec())?;
        writer.write(&batch)?;
    }
    writer.finish()?;
    Ok(())
}

async fn expected_links(
    context: &SessionContext,
    model: &LinkModel,
) -> Result<Vec<f64>, EngineError> {
    // Rounded, because the engine adds in no stated order and the last digits are noise.
    let sql = "
        SELECT least(source_left, source_right) AS a, greatest(source_left, source_right) AS b,
               round(sum(match_probability), 6) AS expected
        FROM stage_weighed GROUP BY 1, 2";
    let mut sums = BTreeMap::new();
    for batch in context.sql(sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            let pair = (
                texts(&batch, 0).value(row).to_owned(),
                texts(&batch, 1).value(row).to_owned(),
            );
            sums.insert(pair, numbers(&batch, 2).value(row));
        }
    }
    let of_pair = |pair: &entangle_linkage::SourcePairModel| {
        sums.get(&(pair.source_left.clone(), pair.source_right.clone()))
            .copied()
            .unwrap_or(0.0)
    };
    Ok(model.pairs.iter().map(of_pair).collect())
}

fn write_models(
    transaction: &mut Transaction,
    model: &LinkModel,
    expected: &[f64],
) -> Result<(), EngineError> {
    let parameters = serde_json::to_string(&LinkModel {
        pairs: Vec::new(),
        ..model.clone()
    })
    .map_err(|error| EngineError::User(format!("the model cannot be written as JSON: {error}")))?;
    transaction.replace(&LINK_MODELS);
    let mut writer = transaction.writer(&LINK_MODELS);
    writer.write(&model.link_model_batch(expected, &parameters)?)?;
    writer.finish()?;
    Ok(())
}

async fn links_from(
    context: &SessionContext,
    threshold: f64,
) -> Result<Vec<ScoredLink>, EngineError> {
    let sql = format!(
        "SELECT account_left, account_right, source_left, source_right, match_probability,
                strength = 1 AND contact_weight > 0 AS has_shared_identifier
         FROM stage_weighed WHERE match_probability >= {threshold:e}"
    );
    let mut links = Vec::new();
    for batch in context.sql(&sql).await?.collect().await? {
        let [left, right, source_left, source_right] =
            [0, 1, 2, 3].map(|column| texts(&batch, column));
        for row in 0..batch.num_rows() {
            links.push(ScoredLink {
                account_left: left.value(row).to_owned(),
                account_right: right.value(row).to_owned(),
                source_left: source_left.value(row).to_owned(),
                source_right: source_right.value(row).to_owned(),
                match_probability: numbers(&batch, 4).value(row),
                has_shared_identifier: flags(&batch, 5).value(row),
            });
        }
    }
    Ok(links)
}

fn write_personas(
    transaction: &mut Transaction,
    links: Vec<ScoredLink>,
) -> Result<u64, EngineError> {
    let members = cluster(links);
    let mut rows = PersonaRows::default();
    let mut persona_count = 0;
    for same in members.chunk_by(|left, right| left.first_account == right.first_account) {
        persona_count += 1;
        for member in same {
            rows.persona_id
                .push_display(&PersonaId::derive(&[&member.first_account]));
            rows.account_id.push(Some(&member.account));
            rows.source.push(Some(&member.source));
            rows.weakest_link_probability
                .push(Some(member.weakest_link_probability));
        }
    }
    transaction.replace(&PERSONAS);
    let mut writer = transaction.writer(&PERSONAS);
    writer.write(&rows.finish()?)?;
    writer.finish()?;
    Ok(persona_count)
}
