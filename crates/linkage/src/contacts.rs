//! Contacts: which pairs of accounts show the same identifier, and all candidates together.
//!
//! A contact that many accounts of one source show (a shop, an escrow, an administrator) is
//! counted among the *others* who show it, which is what its weight is divided by; beyond a
//! block limit its pairs are not even formed.

use datafusion::prelude::{DataFrame, SessionContext};
use entangle_model::{IdentifierKind, IdentifierRole};

use crate::frames::{keep, plan};
use crate::key_table::KEY_LEVELS;
use crate::parameters::{LinkModel, NO_LEVEL};
use crate::{LinkageError, Stages};

/// Accounts of one source that show a value, multiplied over two sources, beyond which the
/// value names no one.
const VALUE_PAIR_LIMIT: u64 = 400;

/// Keeps `stage_contacts` and `stage_shared_contacts`.
pub(crate) async fn materialize(
    context: &SessionContext,
    stages: &dyn Stages,
) -> Result<(), LinkageError> {
    keep(context, stages, "stage_contacts", &contacts_sql()).await?;
    keep(context, stages, "stage_shared_contacts", &shared_sql()).await
}

/// Joins pairs that share a contact with those found by their names, as `stage_candidates`.
pub(crate) async fn join_names(
    context: &SessionContext,
    stages: &dyn Stages,
) -> Result<(), LinkageError> {
    keep(context, stages, "stage_conflicts", CONFLICTS).await?;
    keep(context, stages, "stage_candidates", &candidates_sql()).await
}

/// Rows of the table `identifier_values`: every contact with how common it is among the accounts
/// that have a name. The stray accounts are those of the strongest way in which anybody shows it.
///
/// # Errors
/// [`LinkageError::Plan`] when the plan cannot be made.
pub(crate) async fn value_table(
    context: &SessionContext,
    model: &LinkModel,
) -> Result<DataFrame, LinkageError> {
    let [claimed, mentioned, quoted] = model.contact_stray;
    let sql = format!(
        "WITH shown AS (
            SELECT kind, value, count(*) AS account_count, count(DISTINCT source) AS source_count,
                   min(strength) AS strength
            FROM stage_contacts GROUP BY kind, value
         ), population AS (SELECT sum(others + 1e0) AS accounts FROM source_sizes)
         SELECT kind, value, account_count, source_count,
                -log2(least(1e0, (account_count - 1
                    + CASE strength WHEN 1 THEN {claimed:e} WHEN 2 THEN {mentioned:e} ELSE {quoted:e} END)
                    / accounts)) AS surprisal_bits
         FROM shown CROSS JOIN population"
    );
    plan(context, "identifier_values", &sql).await
}

/// What accounts show under which they can be reached, paid or recognised. Strength 1: claimed in
/// profile, signature or text; 2: mentioned; 3: quoted.
fn contacts_sql() -> String {
    let of_roles: Vec<String> = IdentifierRole::ALL
        .iter()
        .map(|&role| {
            let kinds: Vec<String> = IdentifierKind::ALL
                .iter()
                .filter(|kind| kind.is_contact(role))
                .map(|kind| format!("'{}'", kind.as_str()))
                .collect();
            format!(
                "role = '{}' AND kind IN ({})",
                role.as_str(),
                kinds.join(", ")
            )
        })
        .collect();
    format!(
        "SELECT account_id, source, kind, value,
                min(CASE role WHEN 'mentioned' THEN 2 WHEN 'quoted' THEN 3 ELSE 1 END) AS strength
         FROM identifiers WHERE {} GROUP BY account_id, source, kind, value",
        of_roles.join(" OR ")
    )
}

/// One row per pair of accounts and shared value; `contact_rank` 1 is the strongest.
fn shared_sql() -> String {
    format!(
        "WITH holders AS (
            SELECT source, kind, value, count(*) AS holders FROM stage_contacts GROUP BY source, kind, value
         ), shared AS (
            SELECT l.account_id AS account_a, r.account_id AS account_b, p.pair, l.kind, l.value,
                   greatest(l.strength, r.strength) AS strength, hl.holders + hr.holders - 2 AS others
            FROM holders hl
            JOIN holders hr ON hl.kind = hr.kind AND hl.value = hr.value
            JOIN source_pairs p ON p.source_left = hl.source AND p.source_right = hr.source
            JOIN stage_contacts l ON l.source = hl.source AND l.kind = hl.kind AND l.value = hl.value
            JOIN stage_contacts r ON r.source = hr.source AND r.kind = hr.kind AND r.value = hr.value
            WHERE hl.holders * hr.holders <= {VALUE_PAIR_LIMIT}
         )
         SELECT shared.*,
                coalesce(name_skeleton(split_part(shared.value, '@', 1)) IN (a.skeleton, a.stem, b.skeleton), false)
                    AS is_name_group,
                row_number() OVER (
                    PARTITION BY account_a, account_b ORDER BY strength, others, kind, value
                ) AS contact_rank
         FROM shared LEFT JOIN stage_names a ON a.account_id = shared.account_a
         LEFT JOIN stage_names b ON b.account_id = shared.account_b"
    )
}

/// Pairs found by name whose accounts both claim an identifier of one kind and no value in
/// common; a value too common to form pairs of is still one in common.
const CONFLICTS: &str = "
    WITH claimed AS (SELECT DISTINCT account_id, kind FROM stage_contacts WHERE strength = 1)
    SELECT c.account_a, c.account_b
    FROM stage_name_candidates c
    JOIN claimed l ON l.account_id = c.account_a
    JOIN claimed r ON r.account_id = c.account_b AND r.kind = l.kind
    EXCEPT
    SELECT c.account_a, c.account_b
    FROM stage_name_candidates c
    JOIN stage_contacts l ON l.account_id = c.account_a
    JOIN stage_contacts r ON r.account_id = c.account_b AND r.kind = l.kind AND r.value = l.value";

/// Every candidate pair with what was found: no level where it was found by a contact only,
/// strength 0 where no contact is shared, a conflict where both claim a kind and share nothing.
fn candidates_sql() -> String {
    format!(
        "
    WITH best AS (SELECT * FROM stage_shared_contacts WHERE contact_rank = 1),
    together AS (
        SELECT coalesce(n.account_a, s.account_a) AS account_a,
               coalesce(n.account_b, s.account_b) AS account_b,
               coalesce(n.pair, s.pair) AS pair,
               coalesce(n.level, {NO_LEVEL}) AS level,
               n.name_bits,
               coalesce(n.is_former, false) AS is_former,
               coalesce(n.is_common, false) AS is_common,
               coalesce(s.strength, 0) AS strength,
               coalesce(s.others, 0) AS others,
               s.kind,
               coalesce(s.is_name_group AND n.level < {equality_count}, false) AS is_name_group
        FROM stage_name_candidates n
        FULL OUTER JOIN best s ON s.account_a = n.account_a AND s.account_b = n.account_b
    )
    SELECT together.*, conflict.account_a IS NOT NULL AND strength = 0 AS has_conflict
    FROM together
    LEFT JOIN stage_conflicts conflict
      ON conflict.account_a = together.account_a AND conflict.account_b = together.account_b",
        equality_count = KEY_LEVELS.len()
    )
}
