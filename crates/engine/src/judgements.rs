//! Judgements: what people said of pairs of accounts, kept for ever and replayed on new data.
//!
//! Rows are only added. An operation judges one pair or, when a persona is split, several; taking
//! an operation back adds a row that names it. Of a pair the last judgement stands whose operation
//! was not taken back. The probability that the model states of a judged pair stays in `links`;
//! personas and studies count the pair as judged: 1 for *same*, 0 for *different*.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, Float64Array, RecordBatch, StringArray};
use chrono::{DateTime, SubsecRound, Utc};
use datafusion::prelude::SessionContext;
pub use entangle_linkage::Verdict;
use entangle_linkage::{Clustering, ScoredLink};
use entangle_model::schema::JUDGEMENTS;
use entangle_model::sql_list;
use entangle_store::Workspace;

use crate::EngineError;
use crate::explain::find_account;
use crate::persona_table::{self, Change};
use crate::query::session;
use crate::rows::JudgementRows;
use crate::table_reader::{instants, integers, texts};

/// Two people judging at once take turns, and so does a linkage run that replays judgements; the
/// lock has a name that no source can have.
pub(crate) const LOCK: &str = "judgements of this workspace";

/// Who judges, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judge {
    /// The person.
    pub judged_by: String,
    /// Why, in the person's words.
    pub reason: String,
}

impl Judge {
    /// # Errors
    /// Without a name or a reason.
    pub fn new(judged_by: Option<&str>, reason: &str) -> Result<Self, EngineError> {
        let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let Some(judged_by) = judged_by.and_then(given) else {
            return Err(EngineError::User(
                "it is not known who judges\nhint: add --by NAME, or set ENTANGLE_ANALYST"
                    .to_owned(),
            ));
        };
        let Some(reason) = given(reason) else {
            return Err(EngineError::User(
                "a judgement needs a reason\nhint: add --reason \"what speaks for it\"".to_owned(),
            ));
        };
        Ok(Self { judged_by, reason })
    }
}

/// A pair of accounts, the one whose id sorts first on the left.
pub(crate) type AccountPair = (String, String);

/// One row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Number of the operation, from 1.
    pub operation: u64,
    /// What was done.
    pub act: Act,
    /// Who and why.
    pub judge: Judge,
    /// When.
    pub judged_at: DateTime<Utc>,
}

/// What an operation does to one pair, or to an earlier operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Judges a pair.
    Judged {
        /// Ids of the accounts, sorted.
        accounts: (String, String),
        /// Their sources.
        sources: (String, String),
        /// What was said.
        verdict: Verdict,
    },
    /// Takes an operation back.
    Undone {
        /// The operation taken back.
        operation: u64,
    },
}

/// Every judgement ever made, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judgements(pub Vec<Judgement>);

/// The judgement of a pair that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    pub sources: (String, String),
    pub verdict: Verdict,
}

impl Judgements {
    /// Reads the table of a snapshot. It is small: people wrote it.
    pub(crate) async fn read(context: &SessionContext) -> Result<Self, EngineError> {
        let sql = "
            SELECT operation, account_left, account_right, source_left, source_right, verdict,
                   undone_operation, reason, judged_by, judged_at
            FROM judgements ORDER BY operation, account_left, account_right";
        let mut judgements = Vec::new();
        for batch in context.sql(sql).await?.collect().await? {
            for row in 0..batch.num_rows() {
                judgements.push(judgement(&batch, row));
            }
        }
        Ok(Self(judgements))
    }

    fn undone(&self) -> BTreeSet<u64> {
        let undone = self.0.iter().filter_map(|judgement| match judgement.act {
            Act::Undone { operation } => Some(operation),
            Act::Judged { .. } => None,
        });
        undone.collect()
    }

    /// The judgement of each pair that stands.
    pub(crate) fn standing(&self) -> BTreeMap<AccountPair, Standing> {
        let undone = self.undone();
        let mut standing = BTreeMap::new();
        for judgement in &self.0 {
            if let Act::Judged {
                accounts,
                sources,
                verdict,
            } = &judgement.act
                && !undone.contains(&judgement.operation)
            {
                let judged = Standing {
                    sources: sources.clone(),
                    verdict: *verdict,
                };
                standing.insert(accounts.clone(), judged);
            }
        }
        standing
    }

    /// The last operation that judges and was not taken back.
    fn last_standing_operation(&self) -> Option<u64> {
        let undone = self.undone();
        let standing = self.0.iter().filter(|judgement| {
            matches!(judgement.act, Act::Judged { .. }) && !undone.contains(&judgement.operation)
        });
        standing.map(|judgement| judgement.operation).max()
    }

    fn next_operation(&self) -> u64 {
        let last = self.0.iter().map(|judgement| judgement.operation).max();
        last.unwrap_or(0) + 1
    }
}

fn judgement(batch: &RecordBatch, row: usize) -> Judgement {
    let text = |column: usize| texts(batch, column).value(row).to_owned();
    let number = |column: usize| integers(batch, column).value(row) as u64;
    let act = match Verdict::parse(texts(batch, 5).value(row)) {
        Some(verdict) if texts(batch, 5).is_valid(row) => Act::Judged {
            accounts: (text(1), text(2)),
            sources: (text(3), text(4)),
            verdict,
        },
        _ => Act::Undone {
            operation: number(6),
        },
    };
    Judgement {
        operation: number(0),
        act,
        judge: Judge {
            reason: text(7),
            judged_by: text(8),
        },
        judged_at: instants(batch, 9, row),
    }
}

/// Puts the standing judgements into links: those of judged pairs get their verdict, and judged
/// pairs without a link become one.
pub(crate) fn with_judgements(
    links: Vec<ScoredLink>,
    standing: &BTreeMap<AccountPair, Standing>,
) -> Vec<ScoredLink> {
    let mut judged = standing.clone();
    let mut all: Vec<ScoredLink> = links
        .into_iter()
        .map(|link| {
            let pair = (link.account_left.clone(), link.account_right.clone());
            match judged.remove(&pair) {
                Some(said) => ScoredLink {
                    match_probability: counted_as(said.verdict).unwrap_or(link.match_probability),
                    verdict: Some(said.verdict),
                    ..link
                },
                None => link,
            }
        })
        .collect();
    all.extend(judged.into_iter().map(|(pair, said)| ScoredLink {
        account_left: pair.0,
        account_right: pair.1,
        source_left: said.sources.0,
        source_right: said.sources.1,
        match_probability: counted_as(said.verdict).unwrap_or(0.0),
        has_shared_identifier: false,
        verdict: Some(said.verdict),
    }));
    all
}

/// The probability that a judged pair counts as; `None` leaves the model's.
fn counted_as(verdict: Verdict) -> Option<f64> {
    match verdict {
        Verdict::Same => Some(1.0),
        Verdict::Different => Some(0.0),
        Verdict::Unsure => None,
    }
}

/// What an operation changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Its number.
    pub operation: u64,
    /// The operation that it took back.
    pub undone_operation: Option<u64>,
    /// Accounts that joined or left a persona by it.
    pub changes: Vec<Change>,
    /// The snapshot that holds the result.
    pub snapshot: u64,
}

/// Records what a person says of two accounts and forms the personas anew.
///
/// # Errors
/// Where an account does not exist, and where *same* would join accounts that other judgements
/// keep apart; nothing is recorded then.
pub async fn judge(
    workspace: &Workspace,
    accounts: [&str; 2],
    verdict: Verdict,
    judge: Judge,
) -> Result<Judged, EngineError> {
    let _turn = workspace.lock_source(LOCK).await?;
    let desk = Desk::open(workspace).await?;
    let left = find_account(&desk.context, accounts[0]).await?;
    let right = find_account(&desk.context, accounts[1]).await?;
    if left == right {
        return Err(EngineError::User(format!(
            "{} and {} are one account\nhint: give two",
            accounts[0], accounts[1]
        )));
    }
    let pair = (left.to_string(), right.to_string());
    desk.record(vec![(pair, verdict)], judge).await
}

/// Says that the given accounts of a persona are of another hand than its other accounts.
///
/// # Errors
/// Where there is no such persona, or an account is not one of it, or all of them are given.
pub async fn split(
    workspace: &Workspace,
    persona: &str,
    accounts: &[String],
    judge: Judge,
) -> Result<Judged, EngineError> {
    let _turn = workspace.lock_source(LOCK).await?;
    let desk = Desk::open(workspace).await?;
    let members = persona_table::members(&desk.context, persona).await?;
    let mut leaving = BTreeSet::new();
    for account in accounts {
        let id = find_account(&desk.context, account).await?.to_string();
        if !members.contains(&id) {
            return Err(EngineError::User(format!(
                "{account:?} is not an account of persona {persona}\nhint: `entangle personas --json` lists members"
            )));
        }
        leaving.insert(id);
    }
    let staying: Vec<&String> = members.iter().filter(|id| !leaving.contains(*id)).collect();
    if staying.is_empty() {
        return Err(EngineError::User(
            "these are all accounts of the persona\nhint: give those that belong to another hand"
                .to_owned(),
        ));
    }
    let pairs = leaving.iter().flat_map(|leaver| {
        let apart = |stayer: &&String| ((leaver.clone(), (*stayer).clone()), Verdict::Different);
        staying.iter().map(apart).collect::<Vec<_>>()
    });
    desk.record(pairs.collect(), judge).await
}

/// Says that two personas are one hand.
///
/// # Errors
/// Where there is no such persona, or other judgements keep accounts of the two apart.
pub async fn merge(
    workspace: &Workspace,
    personas: [&str; 2],
    judge: Judge,
) -> Result<Judged, EngineError> {
    let _turn = workspace.lock_source(LOCK).await?;
    let desk = Desk::open(workspace).await?;
    let mut firsts = Vec::new();
    for persona in personas {
        firsts.extend(
            persona_table::members(&desk.context, persona)
                .await?
                .into_iter()
                .next(),
        );
    }
    match <[String; 2]>::try_from(firsts) {
        Ok([left, right]) if left != right => {
            desk.record(vec![((left, right), Verdict::Same)], judge)
                .await
        }
        _ => Err(EngineError::User("give two personas to merge".to_owned())),
    }
}

/// Takes an operation back: the one given, or the last that stands.
///
/// # Errors
/// Where there is nothing to take back, or the operation was taken back already.
pub async fn undo(
    workspace: &Workspace,
    operation: Option<u64>,
    judge: Judge,
) -> Result<Judged, EngineError> {
    let _turn = workspace.lock_source(LOCK).await?;
    let desk = Desk::open(workspace).await?;
    let undone = desk.judgements.undone();
    let Some(chosen) = operation.or_else(|| desk.judgements.last_standing_operation()) else {
        return Err(EngineError::User(
            "there is no judgement to take back".to_owned(),
        ));
    };
    let is_judgement = desk.judgements.0.iter().any(|judgement| {
        judgement.operation == chosen && matches!(judgement.act, Act::Judged { .. })
    });
    if !is_judgement || undone.contains(&chosen) {
        return Err(EngineError::User(format!(
            "operation {chosen} {}\nhint: `entangle judgements` lists them",
            if is_judgement {
                "was taken back already"
            } else {
                "judges nothing"
            }
        )));
    }
    desk.take_back(chosen, judge).await
}

/// Every judgement of a snapshot, in order.
///
/// # Errors
/// Where the snapshot does not exist or cannot be read.
pub async fn judgements(
    workspace: &Workspace,
    snapshot: Option<u64>,
) -> Result<Judgements, EngineError> {
    let snapshot = crate::query::snapshot_of(workspace, snapshot).await?;
    Judgements::read(&session(workspace, &snapshot).await?).await
}

/// The state on which an operation works.
struct Desk<'w> {
    workspace: &'w Workspace,
    context: SessionContext,
    judgements: Judgements,
}

impl<'w> Desk<'w> {
    async fn open(workspace: &'w Workspace) -> Result<Self, EngineError> {
        let snapshot = workspace.latest_snapshot().await?;
        let context = session(workspace, &snapshot).await?;
        let judgements = Judgements::read(&context).await?;
        Ok(Self {
            workspace,
            context,
            judgements,
        })
    }

    async fn record(
        self,
        pairs: Vec<(AccountPair, Verdict)>,
        judge: Judge,
    ) -> Result<Judged, EngineError> {
        let accounts = pairs.iter().flat_map(|((one, other), _)| [one, other]);
        let sources = sources_of(&self.context, accounts.collect()).await?;
        let acts = pairs.into_iter().map(|((one, other), verdict)| {
            let (left, right) = if one < other {
                (one, other)
            } else {
                (other, one)
            };
            let source = |account: &str| sources.get(account).cloned().unwrap_or_default();
            Act::Judged {
                sources: (source(&left), source(&right)),
                accounts: (left, right),
                verdict,
            }
        });
        self.perform(acts.collect(), judge).await
    }

    async fn take_back(self, operation: u64, judge: Judge) -> Result<Judged, EngineError> {
        self.perform(vec![Act::Undone { operation }], judge).await
    }

    async fn perform(mut self, acts: Vec<Act>, judge: Judge) -> Result<Judged, EngineError> {
        let operation = self.judgements.next_operation();
        let judged_at = Utc::now().trunc_subsecs(6);
        let new: Vec<Judgement> = acts
            .into_iter()
            .map(|act| Judgement {
                operation,
                act,
                judge: judge.clone(),
                judged_at,
            })
            .collect();
        self.judgements.0.extend(new.iter().cloned());
        let links = persona_table::links_at_threshold(&self.context).await?;
        let clustering =
            entangle_linkage::cluster(with_judgements(links, &self.judgements.standing()));
        refuse_contradiction(&clustering, &new)?;
        let label = format!("operation {operation}");
        let mut transaction = self.workspace.begin("judge", &label).await?;
        let mut writer = transaction.writer(&JUDGEMENTS);
        writer.write(&judgement_batch(&new)?)?;
        writer.finish()?;
        let changes = persona_table::write(
            &mut transaction,
            &self.context,
            &clustering,
            &label,
            judged_at,
        )
        .await?;
        let committed = transaction.commit().await?;
        let undone_operation = new.iter().find_map(|judgement| match judgement.act {
            Act::Undone { operation } => Some(operation),
            Act::Judged { .. } => None,
        });
        Ok(Judged {
            operation,
            undone_operation,
            changes,
            snapshot: committed.number(),
        })
    }
}

/// Only an operation that itself says *same* can be refused; an older contradiction stands.
fn refuse_contradiction(clustering: &Clustering, new: &[Judgement]) -> Result<(), EngineError> {
    let contradicts = new.iter().find_map(|judgement| match &judgement.act {
        Act::Judged { accounts, .. } if clustering.contradictions.contains(accounts) => {
            Some(accounts)
        }
        _ => None,
    });
    match contradicts {
        None => Ok(()),
        Some((left, right)) => Err(EngineError::User(format!(
            "{left} and {right} cannot be judged the same: they stand in sets of accounts of which others were judged different\nhint: `entangle judgements` lists who said so; take that back first with `entangle personas undo --operation N`"
        ))),
    }
}

/// The source of each account; all are known to exist.
async fn sources_of(
    context: &SessionContext,
    accounts: BTreeSet<&String>,
) -> Result<BTreeMap<String, String>, EngineError> {
    let sql = format!(
        "SELECT account_id, source FROM accounts WHERE account_id IN ({})",
        sql_list(accounts)
    );
    let mut sources = BTreeMap::new();
    for batch in context.sql(&sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            let [account, source] =
                [0, 1].map(|column| texts(&batch, column).value(row).to_owned());
            sources.insert(account, source);
        }
    }
    Ok(sources)
}

fn judgement_batch(judgements: &[Judgement]) -> Result<RecordBatch, EngineError> {
    let mut rows = JudgementRows::default();
    for judgement in judgements {
        let (accounts, sources, verdict, undone) = match &judgement.act {
            Act::Judged {
                accounts,
                sources,
                verdict,
            } => (Some(accounts), Some(sources), Some(verdict.as_str()), None),
            Act::Undone { operation } => (None, None, None, Some(*operation as i64)),
        };
        rows.operation.push(Some(judgement.operation as i64));
        rows.account_left.push(accounts.map(|pair| &pair.0));
        rows.account_right.push(accounts.map(|pair| &pair.1));
        rows.source_left.push(sources.map(|pair| &pair.0));
        rows.source_right.push(sources.map(|pair| &pair.1));
        rows.verdict.push(verdict);
        rows.undone_operation.push(undone);
        rows.reason.push(Some(&judgement.judge.reason));
        rows.judged_by.push(Some(&judgement.judge.judged_by));
        rows.judged_at.push(Some(judgement.judged_at));
    }
    Ok(rows.finish()?)
}

/// Registers the links as they count: those of judged pairs with the judged probability, and
/// pairs judged the same without a link added. Replaces `links` in the session.
///
/// # Errors
/// Where the judgements cannot be read.
pub(crate) async fn count_links_as_judged(context: &SessionContext) -> Result<(), EngineError> {
    let standing = Judgements::read(context).await?.standing();
    if standing.is_empty() {
        return Ok(());
    }
    context.register_batch("standing_judgements", standing_batch(&standing)?)?;
    let stated = context.table_provider("links").await?;
    context.deregister_table("links")?;
    context.register_table("stated_links", stated)?;
    let judged = context.sql(JUDGED_LINKS).await?;
    context.register_table("links", judged.into_view())?;
    Ok(())
}

const JUDGED_LINKS: &str = "
    SELECT l.account_left, l.account_right, l.source_left, l.source_right, l.name_level,
           l.name_surprisal_bits, l.has_shared_identifier, l.prior_bits, l.match_weight_bits,
           coalesce(j.probability, l.match_probability) AS match_probability,
           coalesce(j.probability, l.match_probability_low) AS match_probability_low,
           coalesce(j.probability, l.match_probability_high) AS match_probability_high
    FROM stated_links l LEFT JOIN standing_judgements j
      ON j.account_left = l.account_left AND j.account_right = l.account_right
    UNION ALL
    SELECT j.account_left, j.account_right, j.source_left, j.source_right, 'none' AS name_level,
           CAST(NULL AS DOUBLE) AS name_surprisal_bits, false AS has_shared_identifier,
           CAST(NULL AS DOUBLE) AS prior_bits, CAST(NULL AS DOUBLE) AS match_weight_bits,
           j.probability AS match_probability, j.probability AS match_probability_low,
           j.probability AS match_probability_high
    FROM standing_judgements j LEFT ANTI JOIN stated_links l
      ON j.account_left = l.account_left AND j.account_right = l.account_right
    WHERE j.probability = 1e0";

fn standing_batch(standing: &BTreeMap<AccountPair, Standing>) -> Result<RecordBatch, EngineError> {
    let column = |of: fn(&AccountPair, &Standing) -> String| {
        let values = standing.iter().map(|(pair, said)| of(pair, said));
        Arc::new(StringArray::from_iter_values(values)) as _
    };
    let probabilities: Float64Array = standing
        .values()
        .map(|said| counted_as(said.verdict))
        .collect();
    Ok(RecordBatch::try_from_iter([
        ("account_left", column(|pair, _| pair.0.clone())),
        ("account_right", column(|pair, _| pair.1.clone())),
        ("source_left", column(|_, said| said.sources.0.clone())),
        ("source_right", column(|_, said| said.sources.1.clone())),
        ("probability", Arc::new(probabilities) as _),
    ])?)
}
