//! `personas`: sets of accounts inferred to have one operator.

use arrow::array::Array;
use entangle_store::Workspace;

use crate::EngineError;
use crate::disclosure::{Disclosure, Pseudonyms};
use crate::query::{session, snapshot_of};
use crate::table_reader::{numbers, texts};

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
            let shown_as = match disclosure {
                Disclosure::Pseudonyms => pseudonyms.of_account(texts(&batch, 3).value(row)),
                Disclosure::Names { .. } => {
                    format!(
                        "{} ({})",
                        texts(&batch, 4).value(row),
                        name.unwrap_or("no name")
                    )
                }
            };
            let source = texts(&batch, 2).value(row).to_owned();
            if let Some(persona) = listed.last_mut() {
                persona.members.push(Member { source, shown_as });
            }
        }
    }
    Ok(listed)
}
