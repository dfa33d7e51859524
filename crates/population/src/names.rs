//! Equal names, and how many of them chance alone would give.

use datafusion::error::DataFusionError;
use entangle_model::sql_text;

use crate::config::StudyConfig;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;

/// What is known about the names of the included accounts.
pub(crate) struct Names {
    /// Surprisal of each included account's folded name among the other accounts of the public
    /// source, bits, in the order of the accounts; infinite for a name that cannot occur again,
    /// `None` for an account without a name.
    pub(crate) surprisal_bits: Vec<Option<f64>>,
    /// Whether the surprisals come from a model of names; otherwise from bare counts, which
    /// take a name seen once for impossible.
    pub(crate) is_modelled: bool,
    /// Included accounts whose name, in lower case, a target account that posted carries.
    pub(crate) equal_count: u64,
    /// Included accounts whose name, in lower case, another account of the public source carries.
    pub(crate) repeated_in_source_count: u64,
}

/// Reads surprisals and counts of equal names.
pub(crate) async fn read_names(
    tables: &StudyTables,
    config: &StudyConfig,
) -> Result<Names, DataFusionError> {
    let counted = read_counts_in_source(tables, config).await?;
    let repeated_in_source_count = counted
        .iter()
        .flatten()
        .filter(|bits| bits.is_finite())
        .count() as u64;
    let modelled = read_modelled(tables).await?;
    Ok(Names {
        is_modelled: modelled.is_some(),
        surprisal_bits: modelled.unwrap_or(counted),
        equal_count: read_equal_count(tables).await?,
        repeated_in_source_count,
    })
}

/// Surprisals from the model of names, where the workspace has it.
async fn read_modelled(tables: &StudyTables) -> Result<Option<Vec<Option<f64>>>, DataFusionError> {
    if !tables.has_table("names") {
        return Ok(None);
    }
    let frame = tables
        .query(
            "SELECT n.folded_surprisal_bits FROM included i \
             LEFT JOIN names n ON i.account_id = n.account_id ORDER BY i.account_index",
        )
        .await?;
    let mut surprisals = Vec::new();
    for_each_row(frame, |row| surprisals.push(row.number(0))).await?;
    let is_filled = surprisals.iter().any(Option::is_some);
    Ok(is_filled.then_some(surprisals))
}

/// Surprisals from counts: a name carried by `c` of the `n` named accounts of the public source
/// is carried by each other account with probability `(c - 1) / (n - 1)`.
async fn read_counts_in_source(
    tables: &StudyTables,
    config: &StudyConfig,
) -> Result<Vec<Option<f64>>, DataFusionError> {
    let frame = tables
        .query(&format!(
            "SELECT i.name IS NOT NULL, c.account_count, c.named_count FROM included i LEFT JOIN ( \
               SELECT lower(name) AS folded, COUNT(*) AS account_count, \
               SUM(COUNT(*)) OVER () AS named_count \
               FROM accounts WHERE source = {} AND name IS NOT NULL GROUP BY lower(name)) c \
             ON lower(i.name) = c.folded ORDER BY i.account_index",
            sql_text(&config.public_source),
        ))
        .await?;
    let mut surprisals = Vec::new();
    for_each_row(frame, |row| {
        surprisals.push(
            row.flag(0)
                .then(|| leave_one_out_bits(row.count(1), row.count(2))),
        );
    })
    .await?;
    Ok(surprisals)
}

/// Surprisal in bits of a name carried by `account_count` of `named_count` accounts, without the
/// account in question; infinite where no other account carries it.
fn leave_one_out_bits(account_count: u64, named_count: u64) -> f64 {
    if account_count <= 1 {
        return f64::INFINITY;
    }
    ((named_count - 1) as f64 / (account_count - 1) as f64).log2()
}

async fn read_equal_count(tables: &StudyTables) -> Result<u64, DataFusionError> {
    let frame = tables
        .query(
            "SELECT COUNT(*) FROM included i WHERE lower(i.name) IN ( \
               SELECT lower(a.name) FROM accounts a JOIN taking_part t ON a.account_id = t.account_id \
               WHERE a.name IS NOT NULL)",
        )
        .await?;
    let mut count = 0;
    for_each_row(frame, |row| count = row.count(0)).await?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_carried_once_cannot_occur_again_by_count() {
        assert_eq!(leave_one_out_bits(1, 100), f64::INFINITY);
        assert_eq!(leave_one_out_bits(2, 5), 2.0);
        assert_eq!(leave_one_out_bits(3, 3), 0.0);
    }
}
