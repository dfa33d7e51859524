//! Blocking: which pairs of accounts are compared by name.
//!
//! One plan per level: accounts whose names are equal on it and on no stricter one; names one edit
//! apart; names of which one is the beginning or the end of the other. The levels are disjoint by
//! construction, so no pair appears twice. A key that would give more pairs than the limit is too
//! common to compare and is counted instead.

use datafusion::prelude::SessionContext;
use entangle_model::NameLevel;

use crate::frames::{fetch, integers, keep};
use crate::key_table::{KEY_LEVELS, Rarity};
use crate::{LinkOptions, LinkageError, SourcePairs, Stages};

/// A skeleton shorter than this has too many neighbours for one edit to mean anything.
const EDIT_LENGTH_MIN: usize = 6;
/// Bits by which a skeleton must be rarer than its source is large before names that resemble it
/// are looked for. The model still knows the other name then, which makes this one less rare than
/// it is; so it is a first sieve only.
const SIEVE_MARGIN_BITS: f64 = 2.0;
/// Bits by which a resemblance must be rarer than the larger source is large, with both names out
/// of the model: below, chance gives more of them than hands do.
const RESEMBLANCE_MARGIN_BITS: f64 = 4.0;

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
    keep(context, stages, "stage_resemblances", &resemblances_sql()).await?;
    let mut branches: Vec<String> = (0..KEY_LEVELS.len())
        .map(|position| equality_sql(position, limit))
        .collect();
    branches.push(resembling_sql(limit));
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

/// Pairs of skeletons that resemble each other, on the strictest level on which they do: one edit
/// apart, beginning, end. Their surprisal is that of the resemblance.
fn resemblances_sql() -> String {
    let sieve = format!(
        "FROM stage_keys_skeleton k JOIN source_sizes s ON s.source = k.source
         WHERE k.model_bits >= log2(s.others + 1e0) + {SIEVE_MARGIN_BITS:e}"
    );
    let [one_edit, beginning, ending] =
        [NameLevel::OneEdit, NameLevel::Beginning, NameLevel::Ending].map(NameLevel::index);
    format!(
        "WITH rare AS (SELECT k.source, k.key, text_hash(k.key) AS hash {sieve}),
         deletions AS (
            SELECT k.source, k.key, unnest(name_deletion_hashes(k.key)) AS hash {sieve}
              AND character_length(k.key) >= {EDIT_LENGTH_MIN}
         ),
         beginnings AS (
            SELECT source, key, unnest(name_beginning_hashes(key)) AS hash FROM stage_keys_skeleton
         ),
         endings AS (
            SELECT source, key, unnest(name_ending_hashes(key)) AS hash FROM stage_keys_skeleton
         ),
         apart AS (
            SELECT DISTINCT p.pair, p.larger_count, p.source_left, p.source_right,
                   l.key AS key_left, r.key AS key_right
            FROM deletions l
            JOIN deletions r ON l.hash = r.hash
            JOIN source_pairs p ON p.source_left = l.source AND p.source_right = r.source
            WHERE l.key <> r.key AND name_one_edit_apart(l.key, r.key)
         ),
         found AS (
            SELECT pair, larger_count, source_left, source_right, key_left, key_right,
                   CAST({one_edit} AS BIGINT) AS level,
                   least(one_edit_bits(key_left, key_right), one_edit_bits(key_right, key_left)) AS name_bits
            FROM apart
            UNION ALL {beginning_left} UNION ALL {beginning_right}
            UNION ALL {ending_left} UNION ALL {ending_right}
         )
         SELECT pair, source_left, source_right, key_left, key_right, level, name_bits
         FROM found WHERE name_bits >= log2(larger_count) + {RESEMBLANCE_MARGIN_BITS:e}",
        beginning_left = part_sql("beginnings", "beginning_bits", beginning, Side::Left),
        beginning_right = part_sql("beginnings", "beginning_bits", beginning, Side::Right),
        ending_left = part_sql("endings", "ending_bits", ending, Side::Left),
        ending_right = part_sql("endings", "ending_bits", ending, Side::Right),
    )
}

/// The side whose name is a part of the other's.
#[derive(Debug, Clone, Copy)]
enum Side {
    Left,
    Right,
}

/// Pairs of which the name of one side is a part of the other's, and which are not one edit apart
/// or, for an end, a beginning, too.
fn part_sql(parts: &str, bits: &str, level: usize, side: Side) -> String {
    let (of_part, of_whole) = match side {
        Side::Left => ("left", "right"),
        Side::Right => ("right", "left"),
    };
    let (key_left, key_right) = match side {
        Side::Left => ("part.key", "whole.key"),
        Side::Right => ("whole.key", "part.key"),
    };
    let is_part = match parts {
        "endings" => "ends_with(whole.key, part.key) AND NOT starts_with(whole.key, part.key)",
        _ => "starts_with(whole.key, part.key)",
    };
    format!(
        "SELECT p.pair, p.larger_count, p.source_left, p.source_right,
                {key_left} AS key_left, {key_right} AS key_right, CAST({level} AS BIGINT) AS level,
                {bits}(part.key, whole.key) AS name_bits
         FROM {parts} whole
         JOIN rare part ON part.hash = whole.hash
         JOIN source_pairs p ON p.source_{of_part} = part.source AND p.source_{of_whole} = whole.source
         WHERE {is_part} AND NOT name_one_edit_apart(part.key, whole.key)"
    )
}

fn resembling_sql(limit: u64) -> String {
    format!(
        "SELECT a.account_id AS account_a, b.account_id AS account_b, k.pair, k.level, k.name_bits
         FROM stage_resemblances k
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
