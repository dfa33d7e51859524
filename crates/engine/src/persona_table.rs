//! The tables `personas` and `persona_events`: writing them, and reading what they are made from.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use datafusion::prelude::SessionContext;
use entangle_linkage::{Clustering, ScoredLink};
use entangle_model::PersonaId;
use entangle_model::schema::{PERSONA_EVENTS, PERSONAS};
use entangle_store::Transaction;

use crate::EngineError;
use crate::rows::{PersonaEventRows, PersonaRows};
use crate::table_reader::{flags, numbers, texts};

/// An account that joined or left a persona.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The persona.
    pub persona_id: String,
    /// The account.
    pub account_id: String,
    /// Its source.
    pub source: String,
    /// True where it joined, false where it left.
    pub has_joined: bool,
}

/// Replaces the personas and adds what changed against those of the session to their history.
/// Returns the changes, sorted.
pub(crate) async fn write(
    transaction: &mut Transaction,
    context: &SessionContext,
    clustering: &Clustering,
    cause: &str,
    happened_at: DateTime<Utc>,
) -> Result<Vec<Change>, EngineError> {
    let changes = replace(transaction, context, clustering).await?;
    write_events(transaction, &changes, cause, happened_at)?;
    Ok(changes)
}

/// The same where an account is deleted: its own leaving is in no history. The cause comes with its
/// instant.
pub(crate) async fn write_without(
    transaction: &mut Transaction,
    context: &SessionContext,
    clustering: &Clustering,
    (cause, happened_at): (&str, DateTime<Utc>),
    account_id: &str,
) -> Result<(), EngineError> {
    let mut changes = replace(transaction, context, clustering).await?;
    changes.retain(|change| change.account_id != account_id);
    write_events(transaction, &changes, cause, happened_at)
}

/// Replaces the personas. Returns what changed against those of the session, sorted.
async fn replace(
    transaction: &mut Transaction,
    context: &SessionContext,
    clustering: &Clustering,
) -> Result<Vec<Change>, EngineError> {
    let before = memberships(context).await?;
    let mut after = BTreeMap::new();
    let mut rows = PersonaRows::default();
    let members = &clustering.members;
    for same in members.chunk_by(|left, right| left.first_account == right.first_account) {
        for member in same {
            let persona_id = PersonaId::derive(&[&member.first_account]).to_string();
            rows.persona_id.push(Some(&persona_id));
            rows.account_id.push(Some(&member.account));
            rows.source.push(Some(&member.source));
            rows.weakest_link_probability
                .push(Some(member.weakest_link_probability));
            after.insert((persona_id, member.account.clone()), member.source.clone());
        }
    }
    transaction.replace(&PERSONAS);
    let mut writer = transaction.writer(&PERSONAS);
    writer.write(&rows.finish()?)?;
    writer.finish()?;
    Ok(changes(&before, &after))
}

/// Source of an account by persona and account.
type Memberships = BTreeMap<(String, String), String>;

async fn memberships(context: &SessionContext) -> Result<Memberships, EngineError> {
    let mut memberships = Memberships::new();
    let sql = "SELECT persona_id, account_id, source FROM personas";
    for batch in context.sql(sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            let [persona, account, source] =
                [0, 1, 2].map(|column| texts(&batch, column).value(row).to_owned());
            memberships.insert((persona, account), source);
        }
    }
    Ok(memberships)
}

fn changes(before: &Memberships, after: &Memberships) -> Vec<Change> {
    let of = |from: &Memberships, without: &Memberships, has_joined: bool| -> Vec<Change> {
        from.iter()
            .filter(|(membership, _)| !without.contains_key(*membership))
            .map(|((persona_id, account_id), source)| Change {
                persona_id: persona_id.clone(),
                account_id: account_id.clone(),
                source: source.clone(),
                has_joined,
            })
            .collect()
    };
    let mut changes = of(before, after, false);
    changes.extend(of(after, before, true));
    changes.sort();
    changes
}

fn write_events(
    transaction: &mut Transaction,
    changes: &[Change],
    cause: &str,
    happened_at: DateTime<Utc>,
) -> Result<(), EngineError> {
    let mut rows = PersonaEventRows::default();
    for change in changes {
        let event = if change.has_joined { "joined" } else { "left" };
        rows.persona_id.push(Some(&change.persona_id));
        rows.account_id.push(Some(&change.account_id));
        rows.source.push(Some(&change.source));
        rows.event.push(Some(event));
        rows.cause.push(Some(cause));
        rows.happened_at.push(Some(happened_at));
    }
    let mut writer = transaction.writer(&PERSONA_EVENTS);
    writer.write(&rows.finish()?)?;
    writer.finish()?;
    Ok(())
}

/// The accounts of a persona, sorted.
///
/// # Errors
/// Where there is no such persona.
pub(crate) async fn members(
    context: &SessionContext,
    persona: &str,
) -> Result<BTreeSet<String>, EngineError> {
    let unknown = || {
        EngineError::User(format!(
            "there is no persona {persona:?}\nhint: `entangle personas` lists them"
        ))
    };
    let id = PersonaId::parse(persona).ok_or_else(unknown)?;
    let sql = format!("SELECT account_id FROM personas WHERE persona_id = '{id}'");
    let mut members = BTreeSet::new();
    for batch in context.sql(&sql).await?.collect().await? {
        members.extend(texts(&batch, 0).iter().flatten().map(str::to_owned));
    }
    match members.is_empty() {
        true => Err(unknown()),
        false => Ok(members),
    }
}

/// The threshold of the last linkage run; `None` before the first.
pub(crate) async fn threshold(context: &SessionContext) -> Result<Option<f64>, EngineError> {
    let sql = "SELECT persona_threshold_probability FROM link_runs ORDER BY run DESC LIMIT 1";
    let batches = context.sql(sql).await?.collect().await?;
    let found = batches.iter().find(|batch| batch.num_rows() > 0);
    Ok(found.map(|batch| numbers(batch, 0).value(0)))
}

/// The links of the session's snapshot that reach the threshold of the last run.
pub(crate) async fn links_at_threshold(
    context: &SessionContext,
) -> Result<Vec<ScoredLink>, EngineError> {
    match threshold(context).await? {
        None => Ok(Vec::new()),
        Some(threshold) => {
            let rows = format!(
                "SELECT account_left, account_right, source_left, source_right, match_probability,
                        has_shared_identifier
                 FROM links WHERE match_probability >= {threshold:e}"
            );
            scored_links(context, &rows).await
        }
    }
}

/// Links from a plan with the columns account_left, account_right, source_left, source_right,
/// match_probability and has_shared_identifier; no judgement is in them yet.
pub(crate) async fn scored_links(
    context: &SessionContext,
    sql: &str,
) -> Result<Vec<ScoredLink>, EngineError> {
    let mut links = Vec::new();
    for batch in context.sql(sql).await?.collect().await? {
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
                verdict: None,
            });
        }
    }
    Ok(links)
}
