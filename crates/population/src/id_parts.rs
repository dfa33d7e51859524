//! Ids held as numbers, as many at a time as memory bears.
//!
//! Posts of all sources are too many to be held as texts, and sorting them twice to join them takes
//! minutes. Held as numbers in parts, they are looked up while the other side of the join passes by.

use datafusion::error::DataFusionError;
use std::ops::Range;

use crate::rows::for_each_row;
use crate::study_tables::StudyTables;

/// Into how many parts ids are dealt.
pub(crate) struct IdParts {
    count: u64,
}

impl IdParts {
    /// Parts of at most so many rows of `rows`, a table with its conditions, on the average.
    pub(crate) async fn of(
        tables: &StudyTables,
        rows: &str,
        held_max: u64,
    ) -> Result<Self, DataFusionError> {
        let mut row_count = 0;
        let counting = format!("SELECT COUNT(*) FROM {rows}");
        let frame = tables.query(&counting).await?;
        for_each_row(frame, |row| row_count = row.count(0)).await?;
        Ok(Self {
            count: row_count.div_ceil(held_max).max(1),
        })
    }

    /// The numbers of the parts.
    pub(crate) fn numbers(&self) -> Range<u64> {
        0..self.count
    }

    /// The condition that a hashed id belongs to a part.
    pub(crate) fn holds(&self, part: u64, hashed_id: &str) -> String {
        match self.count {
            1 => "TRUE".to_owned(),
            count => format!("abs({hashed_id} % {count}) = {part}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::prelude::SessionContext;

    #[tokio::test]
    async fn every_id_belongs_to_one_part() {
        let parts = IdParts { count: 3 };
        let session = SessionContext::new();
        let mut held: Vec<i64> = Vec::new();
        for part in parts.numbers() {
            let sql = format!(
                "SELECT id FROM (VALUES (-7), (-1), (0), (4), (9223372036854775807)) ids(id) WHERE {}",
                parts.holds(part, "id")
            );
            let frame = session.sql(&sql).await.unwrap();
            for_each_row(frame, |row| held.extend(row.integer(0)))
                .await
                .unwrap();
        }
        held.sort_unstable();
        assert_eq!(held, [-7, -1, 0, 4, i64::MAX]);
    }
}
