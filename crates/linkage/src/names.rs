//! The stage `names`: the forms of every account's name, and the table that shows how rare
//! each is.

use datafusion::prelude::{DataFrame, SessionContext};

use crate::frames::{failed, fetch, integers, keep, plan};
use crate::key_table::{KEY_LEVELS, KeyLevel, Rarity};
use crate::model_file::LanguageModelOrigin;
use crate::{LinkageError, Stages};

/// Keeps one row per named account with its name on every level, as `stage_names`; the same with the
/// names it bore before, as `stage_borne_names`; and where the character model is trained on others,
/// those of `language_accounts` as `language_names`. Returns whether any account bore another name.
///
/// The looser forms are functions of the stricter ones, so equality on a level implies equality
/// on every looser one.
pub(crate) async fn materialize(
    context: &SessionContext,
    stages: &dyn Stages,
) -> Result<bool, LinkageError> {
    keep(context, stages, "stage_names", &forms_sql("accounts")).await?;
    if !has_own_language(context) {
        let sql = forms_sql(LANGUAGE_ACCOUNTS);
        keep(context, stages, LANGUAGE_NAMES, &sql).await?;
    }
    let has_former_names = has_former_names(context).await?;
    if has_former_names {
        let sql = borne_sql();
        keep(context, stages, BORNE, &sql).await?;
    } else {
        let sql = "SELECT *, false AS is_former, CAST(1 AS BIGINT) AS borne_count FROM stage_names";
        let current = plan(context, BORNE, sql).await?;
        let replaced = context.deregister_table(BORNE);
        replaced.map_err(|source| failed(BORNE, source))?;
        let registered = context.register_table(BORNE, current.into_view());
        registered.map_err(|source| failed(BORNE, source))?;
    }
    Ok(has_former_names)
}

/// The stage of the names that the model of names is trained on, where they are not those that are linked.
pub(crate) const LANGUAGE_NAMES: &str = "language_names";

/// The stage of all names that accounts bear or bore.
pub(crate) const BORNE: &str = "stage_borne_names";

/// Whether the table `former_names` is there and has a row.
async fn has_former_names(context: &SessionContext) -> Result<bool, LinkageError> {
    if !context.table_exist("former_names").unwrap_or(false) {
        return Ok(false);
    }
    let rows = fetch(context, BORNE, "SELECT 1 FROM former_names LIMIT 1").await?;
    Ok(rows.iter().any(|batch| batch.num_rows() > 0))
}

/// Every name of every account once, with how many it has borne.
fn borne_sql() -> String {
    format!(
        "WITH former AS (
            SELECT * FROM ({forms})
            EXCEPT SELECT account_id, source, written, folded, skeleton, stem FROM stage_names
         ), borne AS (
            SELECT account_id, source, written, folded, skeleton, stem, false AS is_former FROM stage_names
            UNION ALL
            SELECT account_id, source, written, folded, skeleton, stem, true AS is_former FROM former
         )
         SELECT *, count(*) OVER (PARTITION BY account_id) AS borne_count FROM borne",
        forms = forms_sql("former_names")
    )
}

/// Whether the character model is trained on the names that are linked.
pub(crate) fn has_own_language(context: &SessionContext) -> bool {
    !context.table_exist(LANGUAGE_ACCOUNTS).unwrap_or(false)
}

/// The accounts whose names the character model is trained on, where they are not all.
const LANGUAGE_ACCOUNTS: &str = "language_accounts";

fn forms_sql(accounts: &str) -> String {
    format!("
        WITH written AS (
            SELECT account_id, source, trim(name) AS written FROM {accounts}
            WHERE name IS NOT NULL AND trim(name) <> ''
        ), folded AS (
            SELECT account_id, source, written, name_folded(written) AS folded FROM written
        ), skeleton AS (
            SELECT account_id, source, written, folded, name_skeleton(folded) AS skeleton FROM folded
        )
        SELECT account_id, source, written, folded, skeleton, name_stem(skeleton) AS stem
        FROM skeleton")
}

/// What the character model of this run is trained on.
pub(crate) async fn language_model_origin(
    context: &SessionContext,
    snapshot: u64,
) -> Result<LanguageModelOrigin, LinkageError> {
    Ok(LanguageModelOrigin {
        snapshot,
        names_fingerprint: fingerprint_of_accounts(context).await?,
    })
}

/// Fingerprint of the distinct names of the table `accounts` of a session, independent of their
/// order, as a model file records it.
///
/// # Errors
/// [`LinkageError::Plan`] when the plan fails.
pub async fn fingerprint_of_accounts(context: &SessionContext) -> Result<String, LinkageError> {
    let sql = "SELECT coalesce(bit_xor(text_hash(written)), 0) AS fingerprint
               FROM (SELECT DISTINCT trim(name) AS written FROM accounts
                     WHERE name IS NOT NULL AND trim(name) <> '')";
    let mut fingerprint = 0;
    for batch in fetch(context, "language_names", sql).await? {
        fingerprint ^= integers(&batch, "fingerprint").value(0);
    }
    Ok(format!("{:016x}", fingerprint as u64))
}

/// Rows of the table `names`: every named account with the surprisal of its name on every level for
/// another account of the same source, and how many accounts of all other sources chance would give
/// the folded name if they were named like those of this source.
///
/// # Errors
/// [`LinkageError::Plan`] when the plan cannot be made.
pub(crate) async fn name_table(
    context: &SessionContext,
    rarity: &Rarity,
) -> Result<DataFrame, LinkageError> {
    let surprisals: Vec<String> = KEY_LEVELS
        .iter()
        .enumerate()
        .map(|(position, level)| {
            let bits = rarity.own_source_surprisal_sql(position, level.column);
            format!("{bits} AS {}_bits", level.column)
        })
        .collect();
    let joins: Vec<String> = KEY_LEVELS
        .iter()
        .map(|KeyLevel { table, column, .. }| {
            format!(
                "JOIN {table} {column} ON {column}.source = n.source AND {column}.key = n.{column}"
            )
        })
        .collect();
    let sql = format!(
        "WITH surprising AS (
            SELECT n.*, s.elsewhere, {surprisals}
            FROM stage_names n JOIN source_sizes s ON s.source = n.source {joins}
         )
         SELECT account_id, source, written, folded, skeleton, stem,
                written_bits AS surprisal_bits, folded_bits AS folded_surprisal_bits,
                skeleton_bits AS skeleton_surprisal_bits, stem_bits AS stem_surprisal_bits,
                elsewhere * power(2e0, -folded_bits) AS chance_account_count
         FROM surprising",
        surprisals = surprisals.join(", "),
        joins = joins.join(" "),
    );
    plan(context, "names", &sql).await
}
