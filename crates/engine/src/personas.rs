//! `personas`: sets of accounts inferred to have one operator.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::Array;
use chrono::{DateTime, Utc};
use datafusion::prelude::SessionContext;
use entangle_linkage::ScoredLink;
use entangle_store::Workspace;

use crate::disclosure::{Disclosure, Pseudonyms};
use crate::judgements::{Judgements, with_judgements};
use crate::query::{session, snapshot_of};
use crate::table_reader::{instants, numbers, texts};
use crate::{EngineError, persona_table};

/// A persona with its members.
#[derive(Debug, Clone, PartialEq)]
pub struct Persona {
    /// Its id.
    pub persona_id: String,
    /// Smallest probability among the links that hold it together.
    pub weakest_link_probability: f64,
    /// Its accounts, sorted by source.
    pub members: Vec<Member>,
}

/// An account of a persona, as it may be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its source.
    pub source: String,
    /// Pseudonym, or `native id (name)` where names are disclosed.
    pub shown_as: String,
}

/// Lists personas, those with the most members first, at most `limit`.
///
/// # Errors
/// Where a query fails or a disclosure cannot be recorded.
pub async fn personas(
    workspace: &Workspace,
    snapshot: Option<u64>,
    disclosure: &Disclosure,
    limit: usize,
) -> Result<Vec<Persona>, EngineError> {
    disclosure.record(workspace, "personas")?;
    let pseudonyms = Pseudonyms::of(workspace)?;
    let snapshot = snapshot_of(workspace, snapshot).await?;
    let context = session(workspace, &snapshot).await?;
    let sql = format!(
        "WITH chosen AS (
            SELECT persona_id, count(*) AS members FROM personas GROUP BY persona_id
            ORDER BY members DESC, persona_id LIMIT {limit}
         )
         SELECT p.persona_id, p.weakest_link_probability, p.source, p.account_id, a.native_id, a.name
         FROM chosen c JOIN personas p ON p.persona_id = c.persona_id
         JOIN accounts a ON a.account_id = p.account_id
         ORDER BY c.members DESC, p.persona_id, p.source, p.account_id"
    );
    let mut listed: Vec<Persona> = Vec::new();
    for batch in context.sql(&sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            let persona_id = texts(&batch, 0).value(row);
            if listed
                .last()
                .is_none_or(|last| last.persona_id != persona_id)
            {
                listed.push(Persona {
                    persona_id: persona_id.to_owned(),
                    weakest_link_probability: numbers(&batch, 1).value(row),
                    members: Vec::new(),
                });
            }
            let names = texts(&batch, 5);
            let name = names.is_valid(row).then(|| names.value(row));
            let (account_id, native_id) =
                (texts(&batch, 3).value(row), texts(&batch, 4).value(row));
            let shown_as = shown_as(disclosure, &pseudonyms, account_id, native_id, name);
            let source = texts(&batch, 2).value(row).to_owned();
            if let Some(persona) = listed.last_mut() {
                persona.members.push(Member { source, shown_as });
            }
        }
    }
    Ok(listed)
}

/// What holds a persona together, and what would become of it without its weakest link.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonaExplanation {
    /// Its id.
    pub persona_id: String,
    /// Its accounts, sorted by source.
    pub members: Vec<Member>,
    /// The links that hold it together, the weakest first; one fewer than accounts.
    pub holding: Vec<HoldingLink>,
    /// Sets of accounts that would be left if the weakest link were cut, largest first; one where
    /// other links would hold all accounts.
    pub parts_without_weakest: Vec<Vec<Member>>,
    /// Changes of its accounts over time, oldest first.
    pub history: Vec<PersonaEvent>,
}

/// A link that holds a persona together.
#[derive(Debug, Clone, PartialEq)]
pub struct HoldingLink {
    /// One account.
    pub left: Member,
    /// The other.
    pub right: Member,
    /// Probability that one hand holds both, as it counts: 1 where judged the same.
    pub match_probability: f64,
    /// Whether a person judged the pair.
    pub is_judged: bool,
}

/// An account that joined or left the persona.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonaEvent {
    /// The account.
    pub account: Member,
    /// joined or left.
    pub event: String,
    /// A link run or an operation of judgements.
    pub cause: String,
    /// When.
    pub happened_at: DateTime<Utc>,
}

/// Explains a persona.
///
/// # Errors
/// Where there is no such persona, a query fails, or a disclosure cannot be recorded.
pub async fn explain_persona(
    workspace: &Workspace,
    snapshot: Option<u64>,
    disclosure: &Disclosure,
    persona: &str,
) -> Result<PersonaExplanation, EngineError> {
    disclosure.record(workspace, "explain persona")?;
    let snapshot = snapshot_of(workspace, snapshot).await?;
    let context = session(workspace, &snapshot).await?;
    let accounts = persona_table::members(&context, persona).await?;
    let shown = shown_accounts(workspace, &context, disclosure, persona).await?;
    let member = |id: &str| {
        shown.get(id).cloned().unwrap_or_else(|| Member {
            source: "no longer in the workspace".to_owned(),
            shown_as: id.to_owned(),
        })
    };
    let (holding, parts) = holding(&context, &accounts).await?;
    Ok(PersonaExplanation {
        persona_id: persona.to_owned(),
        members: accounts.iter().map(|id| member(id)).collect(),
        holding: holding
            .iter()
            .map(|link| HoldingLink {
                left: member(&link.account_left),
                right: member(&link.account_right),
                match_probability: link.match_probability,
                is_judged: link.verdict.is_some(),
            })
            .collect(),
        parts_without_weakest: parts
            .iter()
            .map(|part| part.iter().map(|id| member(id)).collect())
            .collect(),
        history: history(&context, persona, &member).await?,
    })
}

/// The links that hold accounts together, the weakest first, and the sets that they would fall into
/// without the weakest.
pub(crate) async fn holding(
    context: &SessionContext,
    accounts: &BTreeSet<String>,
) -> Result<(Vec<ScoredLink>, Vec<Vec<String>>), EngineError> {
    let links = links_within(context, accounts).await?;
    let mut holding = entangle_linkage::cluster(links.clone()).holding;
    holding.sort_by(|left, right| left.match_probability.total_cmp(&right.match_probability));
    let parts = match holding.first() {
        None => Vec::new(),
        Some(weakest) => parts_without(accounts, &links, weakest),
    };
    Ok((holding, parts))
}

async fn links_within(
    context: &SessionContext,
    accounts: &BTreeSet<String>,
) -> Result<Vec<ScoredLink>, EngineError> {
    let standing = Judgements::read(context).await?.standing();
    let links = persona_table::links_at_threshold(context).await?;
    let within = |link: &ScoredLink| {
        accounts.contains(&link.account_left) && accounts.contains(&link.account_right)
    };
    let links = with_judgements(links, &standing);
    Ok(links.into_iter().filter(within).collect())
}

/// The sets that the accounts fall into when one link is taken away.
fn parts_without(
    accounts: &BTreeSet<String>,
    links: &[ScoredLink],
    cut: &ScoredLink,
) -> Vec<Vec<String>> {
    let left: Vec<ScoredLink> = links.iter().filter(|link| *link != cut).cloned().collect();
    let members = entangle_linkage::cluster(left).members;
    let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for account in accounts {
        let of = members.iter().find(|member| member.account == *account);
        let first = of.map_or_else(|| account.clone(), |member| member.first_account.clone());
        parts.entry(first).or_default().push(account.clone());
    }
    let mut parts: Vec<Vec<String>> = parts.into_values().collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts
}

async fn history(
    context: &SessionContext,
    persona: &str,
    member: &(dyn Fn(&str) -> Member + Sync),
) -> Result<Vec<PersonaEvent>, EngineError> {
    // `persona` was found in the table, so it is sixteen digits.
    let sql = format!(
        "SELECT account_id, event, cause, happened_at FROM persona_events
         WHERE persona_id = '{persona}' ORDER BY happened_at, account_id"
    );
    let mut events = Vec::new();
    for batch in context.sql(&sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            events.push(PersonaEvent {
                account: member(texts(&batch, 0).value(row)),
                event: texts(&batch, 1).value(row).to_owned(),
                cause: texts(&batch, 2).value(row).to_owned(),
                happened_at: instants(&batch, 3, row),
            });
        }
    }
    Ok(events)
}

/// Every account that ever was of the persona, as it may be shown, by id.
async fn shown_accounts(
    workspace: &Workspace,
    context: &SessionContext,
    disclosure: &Disclosure,
    persona: &str,
) -> Result<BTreeMap<String, Member>, EngineError> {
    let pseudonyms = Pseudonyms::of(workspace)?;
    let sql = format!(
        "SELECT account_id, source, native_id, name FROM accounts WHERE account_id IN (
            SELECT account_id FROM persona_events WHERE persona_id = '{persona}'
            UNION SELECT account_id FROM personas WHERE persona_id = '{persona}')"
    );
    let mut shown = BTreeMap::new();
    for batch in context.sql(&sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            let id = texts(&batch, 0).value(row);
            let name = texts(&batch, 3)
                .is_valid(row)
                .then(|| texts(&batch, 3).value(row));
            let member = Member {
                source: texts(&batch, 1).value(row).to_owned(),
                shown_as: shown_as(
                    disclosure,
                    &pseudonyms,
                    id,
                    texts(&batch, 2).value(row),
                    name,
                ),
            };
            shown.insert(id.to_owned(), member);
        }
    }
    Ok(shown)
}

/// How an account is shown: under its pseudonym, or as `native id (name)`.
pub(crate) fn shown_as(
    disclosure: &Disclosure,
    pseudonyms: &Pseudonyms,
    account_id: &str,
    native_id: &str,
    name: Option<&str>,
) -> String {
    match disclosure {
        Disclosure::Pseudonyms => pseudonyms.of_account(account_id),
        Disclosure::Names { .. } => format!("{native_id} ({})", name.unwrap_or("no name")),
    }
}
