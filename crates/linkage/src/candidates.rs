//! Blocking: which pairs of accounts are compared by name.
//!
//! One plan per level: accounts whose names are equal on it and on no stricter one; names one edit
//! apart; names of which one is the beginning or the end of the other. The levels are disjoint by
//! construction, so no pair appears twice. A key that would give more pairs than the limit is too
//! common to compare and is counted instead.
//!
//! A name borne before is compared like a present one. Of two accounts the strictest agreement
//! of any two of their names is kept, and because so many pairs of names had their chance, the
//! surprisal is less by the logarithm of their number.

use datafusion::prelude::SessionContext;

use crate::frames::{fetch, integers, keep};
use crate::key_table::{KEY_LEVELS, Rarity};
use crate::{LinkOptions, LinkageError, SourcePairs, Stages};

/// Keeps the pairs found by name as `stage_name_candidates` (account_a of the left source,
/// account_b of the right one, pair, level, name_bits, is_former) and returns for each pair of sources how
/// many pairs of accounts share a stem too common to compare.
pub(crate) async fn materialize(
    context: &SessionContext,
    stages: &dyn Stages,
    rarity: &Rarity,
    pairs: &SourcePairs,
    options: &LinkOptions,
    has_former_names: bool,
) -> Result<Vec<u64>, LinkageError> {
    let limit = options.block_pair_limit;
    for (position, name) in BLOCK_STAGES.iter().enumerate() {
        keep(context, stages, name, &blocks_sql(rarity, position)).await?;
    }
    let mut branches: Vec<String> = (0..KEY_LEVELS.len())
        .map(|position| equality_sql(position, limit))
        .collect();
    branches.push(resembling_sql(limit));
    let mut sql = branches.join(" UNION ALL ");
    if has_former_names {
        sql = strictest_sql(&sql);
    }
    keep(context, stages, "stage_name_candidates", &sql).await?;
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
        ["(l.account_count - 1)", "(r.account_count - 1)"],
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

/// Surprisal of an agreement of two of the names of `a` and `b`, and whether one is a former name.
/// The logarithm of one is zero, which changes no digit.
const BITS_OF_NAMES: &str =
    "k.name_bits - log2(CAST(a.borne_count * b.borne_count AS DOUBLE)) AS name_bits,
                a.is_former OR b.is_former AS is_former";

/// Of each pair of accounts the strictest agreement, and of several as strict the most surprising.
fn strictest_sql(candidates: &str) -> String {
    format!(
        "SELECT account_a, account_b, pair, level, name_bits, is_former FROM (
            SELECT *, row_number() OVER (
                PARTITION BY account_a, account_b ORDER BY level, name_bits DESC, is_former
            ) AS choice
            FROM ({candidates})
         ) WHERE choice = 1"
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
                CAST({position} AS BIGINT) AS level, {BITS_OF_NAMES}
         FROM {blocks} k
         JOIN stage_borne_names a ON a.source = k.source_left AND a.{column} = k.key
         JOIN stage_borne_names b ON b.source = k.source_right AND b.{column} = k.key
         WHERE k.block_pairs <= {limit}{not_stricter}"
    )
}

fn resembling_sql(limit: u64) -> String {
    format!(
        "SELECT a.account_id AS account_a, b.account_id AS account_b, k.pair, k.level, {BITS_OF_NAMES}
         FROM stage_resemblances k
         JOIN stage_keys_skeleton l ON l.source = k.source_left AND l.key = k.key_left
         JOIN stage_keys_skeleton r ON r.source = k.source_right AND r.key = k.key_right
         JOIN stage_borne_names a ON a.source = k.source_left AND a.skeleton = k.key_left
         JOIN stage_borne_names b ON b.source = k.source_right AND b.skeleton = k.key_right
         WHERE l.account_count * r.account_count <= {limit}"
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
