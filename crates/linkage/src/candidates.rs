//! Blocking: which pairs of accounts are compared by name.
//!
//! One plan per level: accounts whose names are equal on it and on no stricter one; names one edit
//! apart; names of which one is the beginning or the end of the other. The levels are disjoint by
//! construction, so no pair appears twice. A key that would give more pairs than the limit is too
//! common to search by: its pairs are counted instead, and compared only where a contact puts them forward.
//! Whoever bears such a name cannot be found by it, so training is told how many do.
//!
//! A name borne before is compared like a present one. Of two accounts the strictest agreement
//! of any two of their names is kept, and because so many pairs of names had their chance, the
//! surprisal is less by the logarithm of their number.

use datafusion::prelude::SessionContext;

use crate::frames::{fetch, integers, keep};
use crate::key_table::{KEY_LEVELS, Rarity};
use crate::parameters::LEVEL_COUNT;
use crate::source_pairs::SourcePair;
use crate::{LinkOptions, LinkageError, SourcePairs, Stages};

/// Keeps the pairs found by name, and those of `stage_shared_contacts` whose names agree, as
/// `stage_name_candidates` (account_a of the left source, account_b of the right one, pair, level, name_bits,
/// is_former, is_common: whether the name is too common to search by).
pub(crate) async fn materialize(
    context: &SessionContext,
    stages: &dyn Stages,
    rarity: &Rarity,
    pairs: &SourcePairs,
    options: &LinkOptions,
    has_former_names: bool,
) -> Result<Blocking, LinkageError> {
    for (position, name) in BLOCK_STAGES.iter().enumerate() {
        keep(context, stages, name, &blocks_sql(rarity, position)).await?;
    }
    let of_model = options.model.as_ref().map(|model| model.block_pair_limit);
    let limit = match options.block_pair_limit.or(of_model) {
        Some(limit) => limit,
        None => bearable_limit(&block_sizes(context).await?, CANDIDATES_MAX),
    };
    let mut branches: Vec<String> = (0..KEY_LEVELS.len())
        .map(|position| equality_sql(position, limit))
        .collect();
    branches.push(resembling_sql(limit));
    branches.extend((0..KEY_LEVELS.len()).map(|position| common_sql(position, limit)));
    let mut sql = branches.join(" UNION ALL ");
    if has_former_names {
        sql = strictest_sql(&sql);
    }
    keep(context, stages, "stage_name_candidates", &sql).await?;
    Ok(Blocking {
        pair_limit: limit,
        capped_pair_counts: capped_counts(context, pairs, limit).await?,
        searchable_shares: searchable_shares(context, pairs, limit).await?,
    })
}

/// Which keys were too common to search by.
pub(crate) struct Blocking {
    /// Pairs that a key may give between two sources.
    pub(crate) pair_limit: u64,
    /// Per pair of sources, how many pairs of accounts share a stem that gives more.
    pub(crate) capped_pair_counts: Vec<u64>,
    /// Per pair of sources and level, the share of the smaller source's accounts whose name on the level is not
    /// too common to be found by.
    pub(crate) searchable_shares: Vec<SearchableShares>,
}

/// A share for each level of names; 1 where nothing is too common.
pub(crate) type SearchableShares = [f64; LEVEL_COUNT];

/// Below this share the few that can be found say nothing of the others.
const SEARCHABLE_SHARE_MIN: f64 = 0.02;

/// Pairs that a key may give where memory does not ask for fewer.
pub(crate) const BLOCK_PAIR_LIMIT_DEFAULT: u64 = 2_500;

/// Pairs that names put forward, unless a limit is given. Ten million take some six gigabytes.
const CANDIDATES_MAX: u64 = 10_000_000;

/// How many pairs a key gives, or two that resemble each other, up to the usual limit, ascending, with the
/// pairs that all of a size give. Names that are equal on a stricter form have equal stems, so stems
/// stand for all equal names.
async fn block_sizes(context: &SessionContext) -> Result<Vec<(u64, u64)>, LinkageError> {
    let sql = format!(
        "SELECT CAST(size AS BIGINT) AS size, CAST(sum(size) AS BIGINT) AS pairs FROM (
            SELECT block_pairs AS size FROM stage_blocks_stem
            UNION ALL
            SELECT l.account_count * r.account_count AS size FROM stage_resemblances k
            JOIN stage_keys_skeleton l ON l.source = k.source_left AND l.key = k.key_left
            JOIN stage_keys_skeleton r ON r.source = k.source_right AND r.key = k.key_right) sizes
         WHERE size <= {BLOCK_PAIR_LIMIT_DEFAULT} GROUP BY size ORDER BY size"
    );
    let mut sizes = Vec::new();
    for batch in fetch(context, "candidates", &sql).await? {
        let [size, pairs] = ["size", "pairs"].map(|name| integers(&batch, name));
        sizes.extend(
            (0..batch.num_rows()).map(|row| (size.value(row) as u64, pairs.value(row) as u64)),
        );
    }
    Ok(sizes)
}

/// The most pairs that a key may give, so that all keys together give no more than `pairs_max`; names that
/// nobody else bears are compared however many there are.
fn bearable_limit(sizes: &[(u64, u64)], pairs_max: u64) -> u64 {
    let mut pair_sum = 0;
    let too_many = sizes.iter().find(|(_, pairs)| {
        pair_sum += pairs;
        pair_sum > pairs_max
    });
    too_many.map_or(BLOCK_PAIR_LIMIT_DEFAULT, |(size, _)| (size - 1).max(1))
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
                l.account_count AS accounts_left, r.account_count AS accounts_right,
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
        "SELECT account_a, account_b, pair, level, name_bits, is_former, is_common FROM (
            SELECT *, row_number() OVER (
                PARTITION BY account_a, account_b ORDER BY level, name_bits DESC, is_former, is_common
            ) AS choice
            FROM ({candidates})
         ) WHERE choice = 1"
    )
}

/// Pairs whose names are equal on a level, found by a key that is not too common to search by.
fn equality_sql(position: usize, limit: u64) -> String {
    let column = KEY_LEVELS[position].column;
    let blocks = BLOCK_STAGES[position];
    let found = format!(
        "{blocks} k
         JOIN stage_borne_names a ON a.source = k.source_left AND a.{column} = k.key
         JOIN stage_borne_names b ON b.source = k.source_right AND b.{column} = k.key
         WHERE k.block_pairs <= {limit}"
    );
    equal_pairs_sql(position, &found, false)
}

/// Pairs that a contact puts forward, whose names are equal and too common to search by.
fn common_sql(position: usize, limit: u64) -> String {
    let column = KEY_LEVELS[position].column;
    let blocks = BLOCK_STAGES[position];
    let found = format!(
        "stage_shared_contacts s
         JOIN stage_borne_names a ON a.account_id = s.account_a
         JOIN stage_borne_names b ON b.account_id = s.account_b AND b.{column} = a.{column}
         JOIN {blocks} k ON k.pair = s.pair AND k.key = a.{column}
         WHERE s.contact_rank = 1 AND k.block_pairs > {limit}"
    );
    equal_pairs_sql(position, &found, true)
}

/// Rows of pairs of names `a` and `b` that are equal on a level and on no stricter one, from blocks `k`.
fn equal_pairs_sql(position: usize, found: &str, is_common: bool) -> String {
    let not_stricter = match position {
        0 => String::new(),
        _ => format!(
            " AND a.{stricter} <> b.{stricter}",
            stricter = KEY_LEVELS[position - 1].column
        ),
    };
    format!(
        "SELECT a.account_id AS account_a, b.account_id AS account_b, k.pair,
                CAST({position} AS BIGINT) AS level, {BITS_OF_NAMES}, {is_common} AS is_common
         FROM {found}{not_stricter}"
    )
}

fn resembling_sql(limit: u64) -> String {
    format!(
        "SELECT a.account_id AS account_a, b.account_id AS account_b, k.pair, k.level, {BITS_OF_NAMES},
                false AS is_common
         FROM stage_resemblances k
         JOIN stage_keys_skeleton l ON l.source = k.source_left AND l.key = k.key_left
         JOIN stage_keys_skeleton r ON r.source = k.source_right AND r.key = k.key_right
         JOIN stage_borne_names a ON a.source = k.source_left AND a.skeleton = k.key_left
         JOIN stage_borne_names b ON b.source = k.source_right AND b.skeleton = k.key_right
         WHERE l.account_count * r.account_count <= {limit}"
    )
}

async fn searchable_shares(
    context: &SessionContext,
    pairs: &SourcePairs,
    limit: u64,
) -> Result<Vec<SearchableShares>, LinkageError> {
    let mut shares = vec![[1.0; LEVEL_COUNT]; pairs.0.len()];
    for (level, blocks) in BLOCK_STAGES.iter().enumerate() {
        let sql = format!(
            "SELECT pair, CAST(sum(accounts_left) AS BIGINT) AS common_left,
                    CAST(sum(accounts_right) AS BIGINT) AS common_right
             FROM {blocks} WHERE block_pairs > {limit} GROUP BY pair"
        );
        for batch in fetch(context, "candidates", &sql).await? {
            for row in 0..batch.num_rows() {
                let pair = integers(&batch, "pair").value(row) as usize;
                let common = ["common_left", "common_right"]
                    .map(|side| integers(&batch, side).value(row) as f64);
                shares[pair][level] = searchable_share(&pairs.0[pair], common);
            }
        }
    }
    Ok(shares)
}

/// Of the smaller source of a pair, the share of accounts that are not among those with a common name.
fn searchable_share(pair: &SourcePair, [common_left, common_right]: [f64; 2]) -> f64 {
    let common = match pair.account_count_left <= pair.account_count_right {
        true => common_left,
        false => common_right,
    };
    (1.0 - common / pair.smaller_count()).max(SEARCHABLE_SHARE_MIN)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_common_keys_are_left_out_where_pairs_are_too_many() {
        let sizes = [(1, 50), (2, 30), (9, 18), (40, 80)];
        assert_eq!(bearable_limit(&sizes, 178), BLOCK_PAIR_LIMIT_DEFAULT);
        assert_eq!(bearable_limit(&sizes, 177), 39);
        assert_eq!(bearable_limit(&sizes, 80), 8);
        assert_eq!(bearable_limit(&sizes, 1), 1);
    }
}
