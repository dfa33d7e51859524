//! The stage `link`: accounts and identifiers of a snapshot to links, evidence and personas.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use chrono::{SubsecRound, Utc};
use datafusion::prelude::{DataFrame, SessionContext};
pub use entangle_linkage::{BehaviourCounts, Calibration, LinkOptions, ModelFile};
use entangle_linkage::{LinkModel, cluster};
use entangle_model::schema::{
    EVIDENCE, IDENTIFIER_VALUES, LINK_MODELS, LINK_RUNS, LINKS, NAMES, Table,
};
use entangle_model::sql_list;
use entangle_store::{Snapshot, StoreError, Transaction, Workspace};
use futures::TryStreamExt;

use crate::behaviour::{CountedBehaviour, PARAMETERS_DEFAULT};
use crate::judgements::{self, Judgements, with_judgements};
use crate::link_run::{LinkRun, last_run};
use crate::query::session;
use crate::rows::LinkRunRows;
use crate::scratch::Scratch;
use crate::table_reader::{numbers, texts};
use crate::{EngineError, Progress, ProgressUnit, persona_table};

/// Where the parameters of a run come from.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Parameters {
    /// Learned from the accounts at hand.
    #[default]
    Learned,
    /// Given as a model file.
    Given(Box<ModelFile>),
    /// Those of the last run. Only pairs of sources of which one has imported since are compared;
    /// the links of the others stay. The result equals that of a whole run with the same model.
    OfLastRun,
}

/// What is to be linked and how.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkRequest {
    /// Sources on one side; `None` for all.
    pub between: Option<Vec<String>>,
    /// Sources on the other side; `None` for all.
    pub and: Option<Vec<String>>,
    /// Where the parameters come from.
    pub parameters: Parameters,
    /// The calibration to use; `None` takes that of the model file, or none.
    pub calibration: Option<Calibration>,
    /// Pairs that a key may give between two sources; a more common key is not compared. `None` takes
    /// that of a given model, and otherwise what keeps candidates at a number that memory bears.
    pub block_pair_limit: Option<u64>,
    /// Whether writing style, hours and languages count. They do, too, where a given model says so.
    pub is_behaviour_counted: bool,
    /// Probability from which a link joins accounts into a persona; `None` takes that of the last
    /// run where its parameters are used, and .9 otherwise.
    pub persona_threshold_probability: Option<f64>,
    /// Memory that the operators of a plan share, bytes.
    pub memory_limit_bytes: usize,
}

impl Default for LinkRequest {
    fn default() -> Self {
        Self {
            between: None,
            and: None,
            parameters: Parameters::Learned,
            calibration: None,
            block_pair_limit: None,
            is_behaviour_counted: false,
            persona_threshold_probability: None,
            memory_limit_bytes: crate::MEMORY_LIMIT_BYTES_DEFAULT,
        }
    }
}

/// The persona threshold where none is given.
const PERSONA_THRESHOLD_DEFAULT: f64 = 0.9;

/// What a linkage run found.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkSummary {
    /// What was learned, or given.
    pub model: LinkModel,
    /// Hash of the model file.
    pub model_id: String,
    /// Sum of the final match probabilities per pair of sources, in the order of the model.
    pub expected_link_counts: Vec<f64>,
    /// Sources that imported since the last run, where only these were compared.
    pub changed_sources: Option<BTreeSet<String>>,
    /// Whether the character model was trained on the names at hand, because the model file's
    /// snapshot is not of this workspace.
    pub has_own_language_model: bool,
    /// Of how many candidates behaviour was asked; `None` where it was not counted.
    pub behaviour_counts: Option<BehaviourCounts>,
    /// Candidate pairs at or above the persona threshold, as judged.
    pub link_count: u64,
    /// Personas of two accounts or more.
    pub persona_count: u64,
    /// Pairs judged the same that other judgements keep apart.
    pub contradiction_count: u64,
    /// The snapshot that holds the result.
    pub snapshot: u64,
}

/// Links the accounts of the latest snapshot; the tables of an earlier run are replaced, and every
/// standing judgement is replayed.
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
    check_sources(workspace, &snapshot, request).await?;
    let context = workspace.session_context(Some(request.memory_limit_bytes))?;
    snapshot.register(&context).await?;
    entangle_linkage::register_functions(&context);
    choose_joins(&context, &snapshot, request.memory_limit_bytes).await?;
    let plan = Plan::make(workspace, &snapshot, &context, request).await?;
    let scratch = Scratch::create(workspace.path())?;
    let mut transaction = workspace.begin("link", "all sources").await?;
    transaction.reads(&snapshot);
    let progress = Mutex::new(progress);
    let mut tell = |stage: &'static str| {
        let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.stage(stage, None, ProgressUnit::Uncounted);
    };
    let behaviour = CountedBehaviour::new(&progress);
    let linkage =
        entangle_linkage::link(&context, &scratch, &plan.options, &behaviour, &mut tell).await;
    let linkage = match (linkage, &plan.options.changed_sources) {
        (Err(entangle_linkage::LinkageError::NothingToLink), Some(_)) => {
            return Err(EngineError::User(
                "no source has imported anything since the last run\nhint: its links stand; leave out --update to learn anew".to_owned(),
            ));
        }
        (linkage, _) => linkage?,
    };
    tell("writing");
    let kept = Kept::of(&context, &plan.options).await?;
    write_table(&mut transaction, &NAMES, linkage.names).await?;
    write_table(
        &mut transaction,
        &IDENTIFIER_VALUES,
        linkage.identifier_values,
    )
    .await?;
    write_table(
        &mut transaction,
        &LINKS,
        kept.and(linkage.links, kept.links()).await?,
    )
    .await?;
    write_table(
        &mut transaction,
        &EVIDENCE,
        kept.and(linkage.evidence, kept.evidence()).await?,
    )
    .await?;
    let expected_link_counts = expected_links(&context, &linkage.model).await?;
    write_models(
        &mut transaction,
        &kept,
        &linkage.model,
        &expected_link_counts,
    )
    .await?;
    tell("personas");
    // What was judged while the accounts were compared counts, and nobody judges until it does.
    let _turn = workspace.lock_source(judgements::LOCK).await?;
    let newest = session(workspace, &workspace.latest_snapshot().await?).await?;
    let judgements = Judgements::read(&newest).await?;
    let links =
        persona_table::scored_links(&context, &kept.strong_links_sql(plan.threshold)).await?;
    let links = with_judgements(links, &judgements.standing());
    let link_count = links
        .iter()
        .filter(|link| link.match_probability >= plan.threshold)
        .count() as u64;
    let clustering = cluster(links);
    let linked_at = Utc::now().trunc_subsecs(6);
    let run = LinkRun {
        run: plan.run,
        read_snapshot: snapshot.number(),
        persona_threshold_probability: plan.threshold,
        model: linkage.model_file,
    };
    write_run(
        &mut transaction,
        &run,
        plan.options.model.is_some(),
        linked_at,
    )?;
    let cause = format!("link run {}", run.run);
    persona_table::write(&mut transaction, &newest, &clustering, &cause, linked_at).await?;
    let committed = transaction.commit().await?;
    Ok(LinkSummary {
        model: linkage.model,
        model_id: run.model.id(),
        expected_link_counts,
        changed_sources: plan.options.changed_sources,
        has_own_language_model: plan.has_own_language_model,
        behaviour_counts: linkage.behaviour_counts,
        link_count,
        persona_count: clustering.persona_count(),
        contradiction_count: clustering.contradictions.len() as u64,
        snapshot: committed.number(),
    })
}

/// Bytes that the hash joins of a linkage hold per account and identifier: 1.3 KiB were measured with
/// two million accounts, and half as much is room.
const JOINED_BYTES_PER_ROW: u64 = 2 << 10;

/// Joins by hash where what they hold fits into memory, which takes half the time of joins by
/// sorting; those spill, and serve beyond.
async fn choose_joins(
    context: &SessionContext,
    snapshot: &Snapshot,
    memory_limit_bytes: usize,
) -> Result<(), EngineError> {
    let mut row_count = 0;
    for table in ["accounts", "identifiers"] {
        row_count += snapshot.row_count(table).await?;
    }
    if row_count * JOINED_BYTES_PER_ROW <= memory_limit_bytes as u64 {
        let set = "SET datafusion.optimizer.prefer_hash_join = true";
        context.sql(set).await?.collect().await?;
    }
    Ok(())
}

/// What a request comes down to in this workspace.
struct Plan {
    options: LinkOptions,
    run: u64,
    threshold: f64,
    has_own_language_model: bool,
}

impl Plan {
    async fn make(
        workspace: &Workspace,
        snapshot: &Snapshot,
        context: &SessionContext,
        request: &LinkRequest,
    ) -> Result<Self, EngineError> {
        let last = last_run(context).await?;
        let model = match (&request.parameters, &last) {
            (Parameters::Learned, _) => None,
            (Parameters::Given(model), _) => Some((**model).clone()),
            (Parameters::OfLastRun, Some(last)) => Some(last.model.clone()),
            (Parameters::OfLastRun, None) => return Err(EngineError::User(
                "nothing has been linked yet, so there is nothing to add to\nhint: run `entangle link` without --update".to_owned(),
            )),
        };
        let is_update = request.parameters == Parameters::OfLastRun;
        let changed_sources = match &last {
            Some(last) if is_update => {
                Some(changed_sources(workspace, last.read_snapshot, context).await?)
            }
            _ => None,
        };
        let has_own_language_model = match &model {
            None => false,
            Some(model) => !take_language_accounts(workspace, context, model).await?,
        };
        let last_threshold = last
            .as_ref()
            .filter(|_| is_update)
            .map(|last| last.persona_threshold_probability);
        Ok(Self {
            options: LinkOptions {
                between: request.between.clone(),
                and: request.and.clone(),
                model,
                calibration: request.calibration.clone(),
                block_pair_limit: request.block_pair_limit,
                behaviour: request.is_behaviour_counted.then_some(PARAMETERS_DEFAULT),
                changed_sources,
                snapshot: snapshot.number(),
                ..LinkOptions::default()
            },
            run: last.map_or(1, |last| last.run + 1),
            threshold: request
                .persona_threshold_probability
                .or(last_threshold)
                .unwrap_or(PERSONA_THRESHOLD_DEFAULT),
            has_own_language_model,
        })
    }
}

/// Sources with an import that an earlier snapshot does not have.
async fn changed_sources(
    workspace: &Workspace,
    earlier: u64,
    context: &SessionContext,
) -> Result<BTreeSet<String>, EngineError> {
    let earlier = match workspace.snapshot(earlier).await {
        Err(StoreError::NoSuchSnapshot { .. }) => {
            return Err(EngineError::User(
                "the snapshot that the last run compared was removed with a deletion on request\nhint: leave out --update once".to_owned(),
            ));
        }
        earlier => earlier?,
    };
    let then = workspace.session_context(Some(crate::MEMORY_LIMIT_BYTES_DEFAULT))?;
    earlier.register(&then).await?;
    context.register_table("earlier_imports", then.table_provider("imports").await?)?;
    let sql = "SELECT DISTINCT source FROM imports
               WHERE import_id NOT IN (SELECT import_id FROM earlier_imports)";
    let mut changed = BTreeSet::new();
    for batch in context.sql(sql).await?.collect().await? {
        changed.extend(texts(&batch, 0).iter().flatten().map(str::to_owned));
    }
    Ok(changed)
}

/// Registers the accounts on whose names the model's character model was trained; false where they
/// are not of this workspace.
async fn take_language_accounts(
    workspace: &Workspace,
    context: &SessionContext,
    model: &ModelFile,
) -> Result<bool, EngineError> {
    let origin = &model.language_model;
    let Ok(snapshot) = workspace.snapshot(origin.snapshot).await else {
        return Ok(false);
    };
    let then = workspace.session_context(Some(crate::MEMORY_LIMIT_BYTES_DEFAULT))?;
    snapshot.register(&then).await?;
    entangle_linkage::register_functions(&then);
    if entangle_linkage::fingerprint_of_accounts(&then).await? != origin.names_fingerprint {
        return Ok(false);
    }
    context.register_table("language_accounts", then.table_provider("accounts").await?)?;
    Ok(true)
}

/// The rows of the last run that stay, because neither source has changed.
struct Kept {
    context: SessionContext,
    /// Condition on source_left and source_right; `None` where everything is compared anew.
    unchanged: Option<String>,
}

impl Kept {
    async fn of(context: &SessionContext, options: &LinkOptions) -> Result<Self, EngineError> {
        let unchanged = options.changed_sources.as_ref().map(|changed| {
            let list = sql_list(changed);
            format!("source_left NOT IN ({list}) AND source_right NOT IN ({list})")
        });
        if let Some(unchanged) = &unchanged {
            let sql = format!("SELECT * FROM links WHERE {unchanged}");
            let kept = context.sql(&sql).await?.into_view();
            context.register_table("kept_links", kept)?;
        }
        Ok(Self {
            context: context.clone(),
            unchanged,
        })
    }

    fn links(&self) -> &'static str {
        "SELECT * FROM kept_links"
    }

    fn evidence(&self) -> &'static str {
        "SELECT e.* FROM evidence e LEFT SEMI JOIN kept_links l
         ON l.account_left = e.account_left AND l.account_right = e.account_right"
    }

    /// New rows and, where there are any, those that stay.
    async fn and(&self, new: DataFrame, kept_sql: &str) -> Result<DataFrame, EngineError> {
        match self.unchanged {
            None => Ok(new),
            Some(_) => Ok(new.union(self.context.sql(kept_sql).await?)?),
        }
    }

    fn strong_links_sql(&self, threshold: f64) -> String {
        let new = format!(
            "SELECT account_left, account_right, source_left, source_right, match_probability,
                    strength = 1 AND contact_weight > 0 AS has_shared_identifier
             FROM stage_weighed WHERE match_probability >= {threshold:e}"
        );
        match self.unchanged {
            None => new,
            Some(_) => format!(
                "{new} UNION ALL
                 SELECT account_left, account_right, source_left, source_right, match_probability,
                        has_shared_identifier
                 FROM kept_links WHERE match_probability >= {threshold:e}"
            ),
        }
    }

    /// Rows of `link_models` that stay.
    async fn models(&self) -> Result<Vec<arrow::array::RecordBatch>, EngineError> {
        let Some(unchanged) = &self.unchanged else {
            return Ok(Vec::new());
        };
        let sql = format!("SELECT * FROM link_models WHERE {unchanged}");
        Ok(self.context.sql(&sql).await?.collect().await?)
    }
}

/// A source that does not exist is a typing mistake, not an empty side.
async fn check_sources(
    workspace: &Workspace,
    snapshot: &Snapshot,
    request: &LinkRequest,
) -> Result<(), EngineError> {
    let asked: Vec<&String> = [&request.between, &request.and]
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

async fn write_models(
    transaction: &mut Transaction,
    kept: &Kept,
    model: &LinkModel,
    expected: &[f64],
) -> Result<(), EngineError> {
    transaction.replace(&LINK_MODELS);
    let mut writer = transaction.writer(&LINK_MODELS);
    for batch in kept.models().await? {
        let columns = batch.columns().to_vec();
        writer.write(&arrow::array::RecordBatch::try_new(
            LINK_MODELS.arrow_schema(),
            columns,
        )?)?;
    }
    writer.write(&model.link_model_batch(expected)?)?;
    writer.finish()?;
    Ok(())
}

fn write_run(
    transaction: &mut Transaction,
    run: &LinkRun,
    is_model_given: bool,
    linked_at: chrono::DateTime<Utc>,
) -> Result<(), EngineError> {
    let mut rows = LinkRunRows::default();
    rows.run.push(Some(run.run as i64));
    rows.read_snapshot.push(Some(run.read_snapshot as i64));
    rows.model_id.push(Some(run.model.id()));
    rows.model.push(Some(run.model.to_toml()));
    rows.is_model_given.push(Some(is_model_given));
    rows.persona_threshold_probability
        .push(Some(run.persona_threshold_probability));
    rows.linked_at.push(Some(linked_at));
    let mut writer = transaction.writer(&LINK_RUNS);
    writer.write(&rows.finish()?)?;
    writer.finish()?;
    Ok(())
}
