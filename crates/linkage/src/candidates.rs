//! Blocking: which pairs of accounts are compared by name.
//!
//! One plan per level: accounts whose names are equal on it and on no stricter one, and names
//! one edit apart. The levels are disjoint by construction, so no pair appears twice. A key that
//! would give more pairs than the limit is too common to compare and is counted instead.

use datafusion::prelude::SessionContext;

use crate::frames::{fetch, integers, keep};
use crate::key_table::{KEY_LEVELS, Rarity};
use crate::{LinkOptions, LinkageError, SourcePairs, Stages};

/// A skeleton shorter than this has too many neighbours for one edit to mean anything.
const EDIT_LENGTH_MIN: usize = 6;
/// Bits by which a skeleton must be rarer than its source is large before names one edit away
/// are looked for: the neighbourhood of a name is some six bits more probable than the name,
/// and a link at that level is some four bits rarer than one at equality.
const EDIT_MARGIN_BITS: f64 = 10.0;

/// Keeps the pairs found by name as `stage_name_candidates` (account_a of the left source,
/// account_b of the right one, pair, level, name_bits) and returns for each pair of sources how
/// many pairs of accounts share a stem too common to compare.
pub(crate) async fn materialize(
    context: &SessionContext,
    stages: &dyn Stages,
    rarity: &Rarity,
    pairs: &SourcePairs,
    options: &LinkOptions,
) -> Result<Vec<u64>, LinkageError> {
    let limit = options.block_pair_limit;
    for (position, name) in BLOCK_STAGES.iter().enumerate() {
        keep(context, stages, name, &blocks_sql(rarity, position)).await?;
    }
    keep(context, stages, "stage_edit_blocks", &edit_blocks_sql()).await?;
    let mut branches: Vec<String> = (0..KEY_LEVELS.len())
        .map(|position| equality_sql(position, limit))
        .collect();
    branches.push(one_edit_sql(limit));
    keep(
        context,
        stages,
        "stage_name_candidates",
        &branches.join(" UNION ALL "),
    )
    .await?;
    capped_counts(context, pairs, limit).await
}

const BLOCK_STAGES: [&str; 4] = [
    "stage_blocks_written",
    "stage_blocks_folded",
    "stage_blocks_skeleton",
    "stage_blocks_stem",
];

/// Keys that two sources have in common, with the pairs they give and their surprisal.
fn blocks_sql(rarity: &Rarity, position: usize) -> String {
    let table = KEY_LEVELS[position].table;
    let probability = rarity.pair_probability_sql(
        position,
        "(l.account_count + r.account_count - 2)",
        "l.model_bits",
    );
    format!(
        "SELECT p.pair, p.source_left, p.source_right, l.key,
                l.account_count * r.account_count AS block_pairs, -log2({probability}) AS name_bits
         FROM {table} l
         JOIN {table} r ON l.key = r.key
         JOIN source_pairs p ON p.source_left = l.source AND p.source_right = r.source"
    )
}

fn equality_sql(position: usize, limit: u64) -> String {
    let column = KEY_LEVELS[position].column;
    let blocks = BLOCK_STAGES[position];
    let not_stricter = match position {
        0 => String::new(),
        _ => format!(
            " AND a.{stricter} <> b.{stricter}",
            stricter = KEY_LEVELS[position - 1].column
        ),
    };
    format!(
        "SELECT a.account_id AS account_a, b.account_id AS account_b, k.pair,
                CAST({position} AS BIGINT) AS level, k.name_bits
         FROM {blocks} k
         JOIN stage_names a ON a.source = k.source_left AND a.{column} = k.key
         JOIN stage_names b ON b.source = k.source_right AND b.{column} = k.key
         WHERE k.block_pairs <= {limit}{not_stricter}"
    )
}

/// Pairs of skeletons one edit apart: both share a text got by deleting one character.
fn edit_blocks_sql() -> String {
    format!(
        "WITH deletions AS (
            SELECT k.source, k.key, unnest(name_deletion_hashes(k.key)) AS variant
            FROM stage_keys_skeleton k JOIN source_sizes s ON s.source = k.source
            WHERE character_length(k.key) >= {EDIT_LENGTH_MIN}
              AND k.model_bits >= log2(s.others + 1e0) + {EDIT_MARGIN_BITS:e}
         ), apart AS (
            SELECT DISTINCT p.pair, p.source_left, p.source_right, l.key AS key_left, r.key AS key_right
            FROM deletions l
            JOIN deletions r ON l.variant = r.variant
            JOIN source_pairs p ON p.source_left = l.source AND p.source_right = r.source
            WHERE l.key <> r.key AND name_one_edit_apart(l.key, r.key)
         )
         SELECT apart.*, least(neighbourhood_bits(key_left), neighbourhood_bits(key_right)) AS name_bits
         FROM apart"
    )
}

fn one_edit_sql(limit: u64) -> String {
    format!(
        "SELECT a.account_id AS account_a, b.account_id AS account_b, k.pair,
                CAST(4 AS BIGINT) AS level, k.name_bits
         FROM stage_edit_blocks k
         JOIN stage_keys_skeleton l ON l.source = k.source_left AND l.key = k.key_left
         JOIN stage_keys_skeleton r ON r.source = k.source_right AND r.key = k.key_right
         JOIN stage_names a ON a.source = k.source_left AND a.skeleton = k.key_left
         JOIN stage_names b ON b.source = k.source_right AND b.skeleton = k.key_right
         WHERE a.stem <> b.stem AND l.account_count * r.account_count <= {limit}"
    )
}

async fn capped_counts(
    context: &SessionContext,
    pairs: &SourcePairs,
    limit: u64,
) -> Result<Vec<u64>, LinkageError> {
    let sql = format!(
        "SELECT pair, CAST(sum(block_pairs) AS BIGINT) AS pairs FROM stage_blocks_stem
         WHERE block_pairs > {limit} GROUP BY pair"
    );
    let mut counts = vec![0; pairs.0.len()];
    for batch in fetch(context, "candidates", &sql).await? {
        for row in 0..batch.num_rows() {
            counts[integers(&batch, "pair").value(row) as usize] =
                integers(&batch, "pairs").value(row) as u64;
        }
    }
    Ok(counts)
}
