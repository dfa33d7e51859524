//! One pair of accounts: what was found and what it adds up to.

use entangle_linkage::EvidenceLine;
use entangle_model::sql_text;

use super::listing::{Comparison, Condition, Operand, Page, Question};
use super::listings::ALL_LINKS;
use super::{REQUEST_MEMORY_BYTES_DEFAULT, Reader};
use crate::EngineError;
use crate::explain::evidence_lines;

/// A pair of accounts that was compared.
#[derive(Debug, Clone)]
pub struct LinkDetail {
    /// Its row of the listing of links.
    pub link: Page,
    /// What was found, in the order name, contact, behaviour, rivals; empty for a pair stated below
    /// .001, of which no evidence is kept.
    pub evidence: Vec<EvidenceLine>,
}

impl Reader {
    /// The link of two accounts, in either order; `None` where no rule put the pair forward, or one
    /// of the two may not be seen.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn link(&self, accounts: [&str; 2]) -> Result<Option<LinkDetail>, EngineError> {
        let both = || Operand::AnyOf(accounts.map(str::to_owned).into());
        let conditions = ["account_left", "account_right"].map(|column| Condition {
            columns: vec![column],
            comparison: Comparison::Equal,
            operand: both(),
        });
        let question = Question {
            conditions: conditions.into(),
            limit: 1,
            ..Question::default()
        };
        let link = self.page(&ALL_LINKS, &question).await?;
        if link.rows.num_rows() == 0 || accounts[0] == accounts[1] {
            return Ok(None);
        }
        let [left, right] = accounts.map(sql_text);
        let pair =
            format!("account_left IN ({left}, {right}) AND account_right IN ({left}, {right})");
        let context = self.session(REQUEST_MEMORY_BYTES_DEFAULT)?;
        let evidence = evidence_lines(&context, &pair).await?;
        Ok(Some(LinkDetail { link, evidence }))
    }
}
