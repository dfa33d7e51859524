//! Whether an account is there, and what is counted of it.

use super::Reader;
use super::listing::{Condition, Page, Question};
use super::listings::ACCOUNTS;
use crate::EngineError;

impl Reader {
    /// The profile of an account by its id; `None` where there is none that may be seen.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn account(&self, account_id: &str) -> Result<Option<Page>, EngineError> {
        let question = Question::of(Condition::is("account_id", account_id));
        let page = self.page(&ACCOUNTS, &question).await?;
        Ok((page.rows.num_rows() > 0).then_some(page))
    }
}
