//! Names that stand in two sources, by their surprisal: what the language model of the strict levels is
//! measured on, because inside a source software keeps names unique.

use std::collections::BTreeMap;

use datafusion::prelude::SessionContext;
use entangle_rarity::{KeyFrequency, Meetings};

use crate::LinkageError;
use crate::frames::{fetch, integers, numbers};
use crate::key_table::{KEY_LEVELS, Rarity};
use crate::source_pairs::{SourcePairs, SourceSizes};

/// The meetings of all pairs of sources on a level, looked for in either direction; `names` are those of
/// each source on that level, by how many bear them and by whole bits. Only names that one
/// account of the source bears and that the model expects less than once in the other: where more bear
/// them counts decide, and the common are so many more that they would rule the fit.
pub(crate) async fn collect(
    context: &SessionContext,
    level: usize,
    names: &BTreeMap<&str, &[KeyFrequency]>,
    rarity: &Rarity,
    sizes: &SourceSizes,
    pairs: &SourcePairs,
) -> Result<Vec<Meetings>, LinkageError> {
    let met = met_by_bits(context, level).await?;
    let directions = pairs
        .0
        .iter()
        .flat_map(|pair| [(&pair.left, &pair.right), (&pair.right, &pair.left)]);
    let mut meetings = Vec::new();
    for (number, (from, to)) in directions.enumerate() {
        let backoff = rarity.backoff(level, to);
        let to = &sizes.0[to];
        let accounts = to.account_count as f64;
        let unseen_share = backoff.unseen_share(to.account_count, to.distinct_counts[level]);
        let of_one = |key: &&KeyFrequency| key.account_count == 1;
        let of_source = names
            .get(from.as_str())
            .copied()
            .unwrap_or_default()
            .iter()
            .filter(of_one);
        let rare = of_source.filter(|key| key.model_bits >= accounts.log2());
        meetings.extend(rare.map(|key| {
            let name_count = key.key_count as f64;
            let met_count = met.get(&(number, key.model_bits as i64)).copied();
            Meetings {
                pair: number,
                model_bits: key.model_bits,
                name_count,
                met_count: met_count.unwrap_or(0.0),
                exposure: name_count * accounts * unseen_share,
            }
        }));
    }
    Ok(meetings)
}

/// By direction and whole bits, those of them that the other source has, too: from the left source
/// of pair `p` direction `2 p`, from its right one the next.
async fn met_by_bits(
    context: &SessionContext,
    level: usize,
) -> Result<BTreeMap<(usize, i64), f64>, LinkageError> {
    let table = KEY_LEVELS[level].table;
    let sql = format!(
        "WITH directions AS (
            SELECT 2 * pair AS direction, source_left AS source_from, source_right AS source_to FROM source_pairs
            UNION ALL
            SELECT 2 * pair + 1, source_right, source_left FROM source_pairs
         )
         SELECT d.direction, round(f.model_bits) AS bits, count(*) AS met
         FROM {table} f
         JOIN {table} t ON f.key = t.key
         JOIN directions d ON d.source_from = f.source AND d.source_to = t.source
         WHERE f.account_count = 1 GROUP BY d.direction, round(f.model_bits)"
    );
    let mut met = BTreeMap::new();
    for batch in fetch(context, "rarity", &sql).await? {
        for row in 0..batch.num_rows() {
            let direction = integers(&batch, "direction").value(row) as usize;
            let bits = numbers(&batch, "bits").value(row) as i64;
            met.insert((direction, bits), integers(&batch, "met").value(row) as f64);
        }
    }
    Ok(met)
}
