//! `explain link`: why two accounts are, or are not, thought to be one hand.

use datafusion::prelude::SessionContext;
use entangle_linkage::EvidenceLine;
pub use entangle_linkage::Waterfall;
use entangle_model::AccountId;
use entangle_report::{WaterfallStep, waterfall_svg};
use entangle_store::Workspace;

use crate::EngineError;
use crate::behaviour::{PARAMETERS_DEFAULT, behaviour_lines};
use crate::link_run::last_run;
use crate::query::{session, snapshot_of};
use crate::table_reader::{flags, numbers, texts};
use arrow::array::Array;

/// What can be said of a pair.
#[derive(Debug, Clone, PartialEq)]
pub enum LinkExplanation {
    /// The pair was compared; its evidence adds up to its probability.
    Compared(Waterfall),
    /// The pair was compared and came out below the floor under which evidence is not kept.
    BelowFloor {
        /// Probability that one hand holds both.
        match_probability: f64,
    },
    /// No blocking rule put the pair forward: names agree on no level, or share only a key too
    /// common to compare, and no identifier is shared.
    NotACandidate,
}

/// Explains a pair of accounts, each given as an id or as `source/native-id`. With behaviour, what
/// writing and hours say is shown beside where the run has not counted it, which reads posts of both
/// sources.
///
/// # Errors
/// Where an account does not exist or a query fails.
pub async fn explain_link(
    workspace: &Workspace,
    snapshot: Option<u64>,
    accounts: [&str; 2],
    with_behaviour: bool,
) -> Result<LinkExplanation, EngineError> {
    let snapshot = snapshot_of(workspace, snapshot).await?;
    let context = session(workspace, &snapshot).await?;
    let mut ids = [
        find_account(&context, accounts[0]).await?,
        find_account(&context, accounts[1]).await?,
    ];
    ids.sort();
    explain_pair(&context, ids, with_behaviour).await
}

/// Explains a pair of accounts, the lesser id first, from the tables of a session.
///
/// # Errors
/// Where a query fails.
pub(crate) async fn explain_pair(
    context: &SessionContext,
    [left, right]: [AccountId; 2],
    with_behaviour: bool,
) -> Result<LinkExplanation, EngineError> {
    let pair = format!("account_left = '{left}' AND account_right = '{right}'");
    let found = context
        .sql(&format!("SELECT prior_bits, match_probability, source_left, source_right FROM links WHERE {pair}"))
        .await?
        .collect()
        .await?;
    let Some(batch) = found.iter().find(|batch| batch.num_rows() > 0) else {
        return Ok(LinkExplanation::NotACandidate);
    };
    let mut lines = evidence_lines(context, &pair).await?;
    if lines.is_empty() {
        return Ok(LinkExplanation::BelowFloor {
            match_probability: numbers(batch, 1).value(0),
        });
    }
    if with_behaviour {
        let sources = [2, 3].map(|column| texts(batch, column).value(0));
        let shown = uncounted_behaviour(context, [left, right], sources, &lines).await?;
        lines.extend(shown);
    }
    Ok(LinkExplanation::Compared(Waterfall {
        title: format!(
            "{} of {} and {} of {}",
            left,
            texts(batch, 2).value(0),
            right,
            texts(batch, 3).value(0)
        ),
        prior_bits: numbers(batch, 0).value(0),
        lines,
    }))
}

/// What behaviour says, as far as it is not among the evidence already.
async fn uncounted_behaviour(
    context: &SessionContext,
    accounts: [AccountId; 2],
    sources: [&str; 2],
    counted: &[EvidenceLine],
) -> Result<Vec<EvidenceLine>, EngineError> {
    let run = last_run(context).await?;
    let parameters = run.and_then(|run| run.model.behaviour);
    let parameters = parameters.unwrap_or(PARAMETERS_DEFAULT);
    let mut lines = behaviour_lines(context, accounts, sources, &parameters).await?;
    lines.retain(|line| counted.iter().all(|one| one.comparison != line.comparison));
    Ok(lines)
}

/// The figure of a waterfall, SVG.
pub fn waterfall_figure(waterfall: &Waterfall) -> String {
    let prior = WaterfallStep {
        label: "prior: a random pair of these two sources".to_owned(),
        bits: waterfall.prior_bits,
        is_counted: true,
    };
    let lines = waterfall.lines.iter().map(|line| WaterfallStep {
        label: format!("{}: {}", line.comparison, line.level),
        bits: line.match_weight_bits,
        is_counted: line.is_counted,
    });
    let steps: Vec<WaterfallStep> = std::iter::once(prior).chain(lines).collect();
    waterfall_svg(&waterfall.title, &steps, waterfall.match_probability())
}

/// The id of an account given as id or as `source/native-id`.
pub(crate) async fn find_account(
    context: &SessionContext,
    asked: &str,
) -> Result<AccountId, EngineError> {
    let by_native_id = asked
        .split_once('/')
        .map(|(source, native_id)| AccountId::derive(&[source, native_id]));
    let Some(id) = by_native_id.or_else(|| AccountId::parse(asked)) else {
        return Err(EngineError::User(format!(
            "{asked:?} is not an account\nhint: give source/native-id, or the sixteen digits of an account_id"
        )));
    };
    let count = context
        .sql(&format!(
            "SELECT 1 FROM accounts WHERE account_id = '{id}' LIMIT 1"
        ))
        .await?
        .count()
        .await?;
    if count == 0 {
        return Err(EngineError::User(format!(
            "there is no account {asked:?}\nhint: `entangle sql \"SELECT account_id, source, native_id FROM accounts LIMIT 10\"` lists some"
        )));
    }
    Ok(id)
}

pub(crate) async fn evidence_lines(
    context: &SessionContext,
    pair: &str,
) -> Result<Vec<EvidenceLine>, EngineError> {
    let sql = format!(
        "SELECT comparison, level, m_probability, u_probability, match_weight_bits, is_counted
         FROM evidence WHERE {pair}
         ORDER BY CASE comparison WHEN 'name' THEN 0 WHEN 'contact' THEN 1 WHEN 'profile' THEN 2
                                  WHEN 'style' THEN 3 WHEN 'hours' THEN 4 WHEN 'simultaneous' THEN 5
                                  WHEN 'language' THEN 6 WHEN 'rivals' THEN 7 ELSE 8 END, level"
    );
    let mut lines = Vec::new();
    for batch in context.sql(&sql).await?.collect().await? {
        let ratio = |column: usize, row: usize| {
            let probabilities = numbers(&batch, column);
            probabilities
                .is_valid(row)
                .then(|| probabilities.value(row))
        };
        for row in 0..batch.num_rows() {
            lines.push(EvidenceLine {
                comparison: texts(&batch, 0).value(row).to_owned(),
                level: texts(&batch, 1).value(row).to_owned(),
                m_probability: ratio(2, row),
                u_probability: ratio(3, row),
                match_weight_bits: numbers(&batch, 4).value(row),
                is_counted: flags(&batch, 5).value(row),
            });
        }
    }
    Ok(lines)
}
