//! One persona: its accounts, what holds them together, its history.

use std::collections::BTreeSet;

use entangle_linkage::ScoredLink;

use super::listing::{Condition, Page, Question};
use super::listings::{PERSONA_ACCOUNTS, PERSONA_HISTORY, PERSONAS};
use super::{REQUEST_MEMORY_BYTES_DEFAULT, Reader};
use crate::EngineError;
use crate::personas::holding;
use crate::table_reader::texts;

/// Accounts of one persona that are read at most; more cannot be looked at by a person.
const MEMBERS_MAX: usize = 10_000;

/// A persona and why it is one.
#[derive(Debug, Clone)]
pub struct PersonaDetail {
    /// Its row of the listing of personas.
    pub persona: Page,
    /// Its accounts.
    pub accounts: Page,
    /// The links that hold it together, the weakest first.
    pub holding: Vec<ScoredLink>,
    /// Sets of account ids that would be left without the weakest link, the largest first; one where
    /// other links would hold all accounts.
    pub parts_without_weakest: Vec<Vec<String>>,
    /// Changes of its accounts, oldest first.
    pub history: Page,
}

impl Reader {
    /// A persona by its id; `None` where there is none that may be seen.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn persona(&self, persona_id: &str) -> Result<Option<PersonaDetail>, EngineError> {
        let is_it = || Condition::is("persona_id", persona_id);
        let persona = self.page(&PERSONAS, &Question::of(is_it())).await?;
        if persona.rows.num_rows() == 0 {
            return Ok(None);
        }
        let all = Question {
            conditions: vec![is_it()],
            limit: MEMBERS_MAX,
            ..Question::default()
        };
        let accounts = self.page(&PERSONA_ACCOUNTS, &all).await?;
        let ids: BTreeSet<String> = texts(&accounts.rows, 1)
            .iter()
            .flatten()
            .map(str::to_owned)
            .collect();
        let context = self.session(REQUEST_MEMORY_BYTES_DEFAULT)?;
        let (holding, parts_without_weakest) = holding(&context, &ids).await?;
        let history = Question {
            restriction: Some(persona_id.to_owned()),
            limit: MEMBERS_MAX,
            ..Question::default()
        };
        Ok(Some(PersonaDetail {
            persona,
            accounts,
            holding,
            parts_without_weakest,
            history: self.page(&PERSONA_HISTORY, &history).await?,
        }))
    }
}
