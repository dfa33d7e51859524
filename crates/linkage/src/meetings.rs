//! Names that stand in two sources, by their surprisal: what the language model of the strict levels is
//! measured on, because inside a source software keeps names unique.

use std::collections::BTreeMap;

use datafusion::prelude::SessionContext;
use entangle_rarity::{Backoff, Meetings};

use crate::LinkageError;
use crate::frames::{fetch, integers, numbers, texts};
use crate::key_table::KEY_LEVELS;
use crate::source_pairs::{SourcePairs, SourceSizes};

/// The meetings of all pairs of sources on a level. Only names that one account of the left source bears
/// and that the model expects less than once in the right one: for the others counts decide, and the
/// common are so many more that they would rule the fit.
pub(crate) async fn collect(
    context: &SessionContext,
    level: usize,
    backoff: &Backoff,
    sizes: &SourceSizes,
    pairs: &SourcePairs,
) -> Result<Vec<Meetings>, LinkageError> {
    let names = names_by_bits(context, level).await?;
    let met = met_by_bits(context, level).await?;
    let mut meetings = Vec::new();
    for (index, pair) in pairs.0.iter().enumerate() {
        let others = pair.account_count_right as f64;
        let distinct = sizes.0[&pair.right].distinct_counts[level] as f64;
        let unseen_share =
            (backoff.strength + backoff.discount * distinct) / (others + backoff.strength);
        let of_left = names.get(&pair.left).into_iter().flatten();
        let rare = of_left.filter(|(bits, _)| **bits as f64 >= others.log2());
        meetings.extend(rare.map(|(bits, name_count)| Meetings {
            pair: index,
            model_bits: *bits as f64,
            name_count: *name_count,
            met_count: met.get(&(index, *bits)).copied().unwrap_or(0.0),
            exposure: name_count * others * unseen_share,
        }));
    }
    Ok(meetings)
}

/// By source and whole bits, the names that one account bears.
async fn names_by_bits(
    context: &SessionContext,
    level: usize,
) -> Result<BTreeMap<String, BTreeMap<i64, f64>>, LinkageError> {
    let sql = format!(
        "SELECT source, round(model_bits) AS bits, count(*) AS names FROM {}
         WHERE account_count = 1 GROUP BY source, round(model_bits)",
        KEY_LEVELS[level].table
    );
    let mut names: BTreeMap<String, BTreeMap<i64, f64>> = BTreeMap::new();
    for batch in fetch(context, "rarity", &sql).await? {
        for row in 0..batch.num_rows() {
            let source = texts(&batch, "source").value(row).to_owned();
            let bits = numbers(&batch, "bits").value(row) as i64;
            let count = integers(&batch, "names").value(row) as f64;
            names.entry(source).or_default().insert(bits, count);
        }
    }
    Ok(names)
}

/// By pair and whole bits, those of them that the right source has too.
async fn met_by_bits(
    context: &SessionContext,
    level: usize,
) -> Result<BTreeMap<(usize, i64), f64>, LinkageError> {
    let table = KEY_LEVELS[level].table;
    let sql = format!(
        "SELECT p.pair, round(l.model_bits) AS bits, count(*) AS met
         FROM {table} l
         JOIN {table} r ON l.key = r.key
         JOIN source_pairs p ON p.source_left = l.source AND p.source_right = r.source
         WHERE l.account_count = 1 GROUP BY p.pair, round(l.model_bits)"
    );
    let mut met = BTreeMap::new();
    for batch in fetch(context, "rarity", &sql).await? {
        for row in 0..batch.num_rows() {
            let pair = integers(&batch, "pair").value(row) as usize;
            let bits = numbers(&batch, "bits").value(row) as i64;
            met.insert((pair, bits), integers(&batch, "met").value(row) as f64);
        }
    }
    Ok(met)
}
