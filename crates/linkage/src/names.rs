//! The stage `names`: the forms of every account's name, and the table that shows how rare
//! each is.

use datafusion::prelude::{DataFrame, SessionContext};

use crate::frames::{keep, plan};
use crate::key_table::Rarity;
use crate::{LinkageError, Stages};

/// Keeps one row per named account with its name on every level, as `stage_names`.
///
/// The looser forms are functions of the stricter ones, so equality on a level implies equality
/// on every looser one.
pub(crate) async fn materialize(
    context: &SessionContext,
    stages: &dyn Stages,
) -> Result<(), LinkageError> {
    let sql = "
        WITH written AS (
            SELECT account_id, source, trim(name) AS written FROM accounts
            WHERE name IS NOT NULL AND trim(name) <> ''
        ), folded AS (
            SELECT account_id, source, written, name_folded(written) AS folded FROM written
        ), skeleton AS (
            SELECT account_id, source, written, folded, name_skeleton(folded) AS skeleton FROM folded
        )
        SELECT account_id, source, written, folded, skeleton, name_stem(skeleton) AS stem
        FROM skeleton";
    keep(context, stages, "stage_names", sql).await
}

/// Rows of the table `names`: every named account with the surprisal of its name for another
/// account of the same source.
///
/// # Errors
/// [`LinkageError::Plan`] when the plan cannot be made.
pub(crate) async fn name_table(
    context: &SessionContext,
    rarity: &Rarity,
) -> Result<DataFrame, LinkageError> {
    let written = rarity.own_source_surprisal_sql(0, "w");
    let folded = rarity.own_source_surprisal_sql(1, "f");
    let sql = format!(
        "SELECT n.account_id, n.source, n.written, n.folded, n.skeleton, n.stem,
                {written} AS surprisal_bits, {folded} AS folded_surprisal_bits
         FROM stage_names n
         JOIN stage_keys_written w ON w.source = n.source AND w.key = n.written
         JOIN stage_keys_folded f ON f.source = n.source AND f.key = n.folded
         JOIN source_sizes s ON s.source = n.source"
    );
    plan(context, "names", &sql).await
}
