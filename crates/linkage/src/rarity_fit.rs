//! How common names are, fitted to the keys of every level.

use std::collections::BTreeMap;

use datafusion::prelude::SessionContext;
use entangle_rarity::{Backoff, Base, KeyFrequency};

use crate::LinkageError;
use crate::frames::{fetch, integers, numbers, texts};
use crate::key_table::{KEY_LEVELS, KeyLevel, Rarity, SKELETON};
use crate::meetings;
use crate::source_pairs::{SourcePairs, SourceSizes};

/// Position of the stems among the levels of equality.
const STEM: usize = SKELETON + 1;
/// Agreements on skeletons that are assumed to be seen before any were, and the shares of them that agree as
/// written and as folded: roughly those of the simulated worlds.
const AGREEMENTS_ASSUMED: f64 = 20.0;
const STRICTER_ASSUMED: [f64; SKELETON] = [0.35, 0.75];

/// Fits the backoff of every level.
pub(crate) async fn fit(
    context: &SessionContext,
    sizes: &SourceSizes,
    pairs: &SourcePairs,
) -> Result<Rarity, LinkageError> {
    let mut rarity = Rarity::default();
    let mut names_of_levels = Vec::with_capacity(KEY_LEVELS.len());
    for (position, level) in KEY_LEVELS.iter().enumerate() {
        let names = NamesOfLevel::collect(context, level).await?;
        rarity.backoffs[position] = Backoff::fit(&names.of_sources);
        for (source, &discount) in names.sources.iter().zip(&names.discounts) {
            let of_source = rarity.discounts.entry(source.clone()).or_default();
            of_source[position] = discount;
        }
        let base = match level.measured_against {
            Some(stricter) => {
                let backoff = &rarity.backoffs[position];
                names.chance_base(context, level, stricter, backoff).await?
            }
            None => {
                let by_source = names.by_source();
                let meetings =
                    meetings::collect(context, position, &by_source, &rarity, sizes, pairs);
                Base::beside_hands(&meetings.await?)
            }
        };
        rarity.backoffs[position].base = base;
        names_of_levels.push(names);
    }
    lend_floors(context, &names_of_levels[SKELETON], &mut rarity).await?;
    Ok(rarity)
}

/// Gives the levels that are measured between sources a floor, which cannot be told from hands there.
///
/// Inside sources it shows in names of equal skeleton that differ as folded; of all agreements on skeletons
/// those are the share that does not agree as folded. Where hardly any do that says little, and the
/// floor of the stems bounds it: names that agree on a stricter level agree on stems.
async fn lend_floors(
    context: &SessionContext,
    skeletons: &NamesOfLevel,
    rarity: &mut Rarity,
) -> Result<(), LinkageError> {
    let (level, backoff) = (&KEY_LEVELS[SKELETON], &rarity.backoffs[SKELETON]);
    let differing = skeletons
        .chance_base(context, level, "folded", backoff)
        .await?;
    let [written, folded] = stricter_shares(context).await?;
    let bound = rarity.backoffs[STEM].base.floor;
    let skeleton = differing.floor / (1.0 - folded);
    for (backoff, share) in rarity.backoffs.iter_mut().zip([written, folded, 1.0]) {
        backoff.base.floor = (skeleton * share).min(bound);
    }
    Ok(())
}

/// Of the pairs of accounts of two sources whose skeletons agree and are common, so that hardly one of them is one
/// hand, the shares that agree as written and as folded. Common are those that several accounts bear in both
/// sources.
async fn stricter_shares(context: &SessionContext) -> Result<[f64; SKELETON], LinkageError> {
    let sql = "
        WITH common AS (
            SELECT p.source_left, p.source_right, l.key
            FROM stage_keys_skeleton l
            JOIN stage_keys_skeleton r ON l.key = r.key
            JOIN source_pairs p ON p.source_left = l.source AND p.source_right = r.source
            WHERE l.account_count > 1 AND r.account_count > 1
        ), borne AS (
            SELECT source, skeleton, folded, written, count(*) AS accounts
            FROM stage_borne_names GROUP BY source, skeleton, folded, written
        ), agreeing AS (
            SELECT CAST(l.accounts * r.accounts AS DOUBLE) AS pairs, l.written = r.written AS is_written,
                   l.folded = r.folded AS is_folded
            FROM common c
            JOIN borne l ON l.source = c.source_left AND l.skeleton = c.key
            JOIN borne r ON r.source = c.source_right AND r.skeleton = c.key
         )
         SELECT coalesce(sum(pairs), 0e0) AS skeleton,
                coalesce(sum(CASE WHEN is_written THEN pairs ELSE 0e0 END), 0e0) AS written,
                coalesce(sum(CASE WHEN is_folded THEN pairs ELSE 0e0 END), 0e0) AS folded
         FROM agreeing";
    let mut counts = [0.0; 3];
    for batch in fetch(context, "rarity", sql).await? {
        for (count, column) in counts.iter_mut().zip(["skeleton", "written", "folded"]) {
            *count += (0..batch.num_rows())
                .map(|row| numbers(&batch, column).value(row))
                .sum::<f64>();
        }
    }
    let [skeleton, stricter @ ..] = counts;
    let share = |place: usize| {
        (stricter[place] + AGREEMENTS_ASSUMED * STRICTER_ASSUMED[place])
            / (skeleton + AGREEMENTS_ASSUMED)
    };
    Ok([share(0), share(1)])
}

/// The names of every source on a level, by how many bear them and by whole bits.
struct NamesOfLevel {
    sources: Vec<String>,
    of_sources: Vec<Vec<KeyFrequency>>,
    discounts: Vec<f64>,
}

impl NamesOfLevel {
    async fn collect(context: &SessionContext, level: &KeyLevel) -> Result<Self, LinkageError> {
        let sql = format!(
            "SELECT source, account_count, round(model_bits) AS bits, count(*) AS keys
             FROM {} GROUP BY source, account_count, round(model_bits)
             ORDER BY source, account_count, bits",
            level.table
        );
        let mut names: BTreeMap<String, Vec<KeyFrequency>> = BTreeMap::new();
        for batch in fetch(context, "rarity", &sql).await? {
            for row in 0..batch.num_rows() {
                names
                    .entry(texts(&batch, "source").value(row).to_owned())
                    .or_default()
                    .push(KeyFrequency {
                        account_count: integers(&batch, "account_count").value(row) as u64,
                        model_bits: numbers(&batch, "bits").value(row),
                        key_count: integers(&batch, "keys").value(row) as u64,
                    });
            }
        }
        let (sources, of_sources): (Vec<_>, Vec<_>) = names.into_iter().unzip();
        Ok(Self {
            discounts: Backoff::discounts(&of_sources),
            sources,
            of_sources,
        })
    }

    fn by_source(&self) -> BTreeMap<&str, &[KeyFrequency]> {
        let sources = self.sources.iter().map(String::as_str);
        let names = self.of_sources.iter().map(Vec::as_slice);
        sources.zip(names).collect()
    }

    /// The base as chance pairs inside sources show it, of keys that agree here and differ on the stricter
    /// level.
    async fn chance_base(
        &self,
        context: &SessionContext,
        level: &KeyLevel,
        stricter: &str,
        backoff: &Backoff,
    ) -> Result<Base, LinkageError> {
        let chance_pairs = chance_pairs(context, level, stricter).await?;
        let measured = backoff.with_chance_pairs(&self.of_sources, &self.discounts, &chance_pairs);
        Ok(measured.base)
    }
}

/// Pairs of accounts of one source that alone share a key and differ on the stricter level: their
/// number by the key's surprisal under the language model, bits. Only keys that the model expects
/// less than once in the source, as [`Backoff::with_chance_pairs`] wants them.
async fn chance_pairs(
    context: &SessionContext,
    level: &KeyLevel,
    stricter: &str,
) -> Result<Vec<(f64, u64)>, LinkageError> {
    let (table, column) = (level.table, level.column);
    let sql = format!(
        "SELECT round(k.model_bits) AS bits, count(*) AS pairs
         FROM {table} k JOIN (
            SELECT source, {column} AS key FROM stage_names GROUP BY source, {column}
            HAVING count(*) = 2 AND min({stricter}) <> max({stricter})
         ) pair ON pair.source = k.source AND pair.key = k.key
         JOIN source_sizes s ON s.source = k.source
         WHERE round(k.model_bits) >= log2(s.others + 1e0)
         GROUP BY round(k.model_bits) ORDER BY bits"
    );
    let mut pairs = Vec::new();
    for batch in fetch(context, "rarity", &sql).await? {
        for row in 0..batch.num_rows() {
            pairs.push((
                numbers(&batch, "bits").value(row),
                integers(&batch, "pairs").value(row) as u64,
            ));
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world_tests::{context, run};

    #[tokio::test]
    async fn shares_of_common_names_are_those_of_all_pairs_of_accounts() {
        let accounts = [
            ("alpha", "a1", "John Doe"),
            ("alpha", "a2", "john doe"),
            ("beta-board", "b1", "John Doe"),
            ("beta-board", "b2", "john.doe"),
        ];
        let context = context(&accounts, &[], 2);
        run(&context).await;
        // Of four pairs one is written alike, and two are alike when folded.
        let [written, folded] = stricter_shares(&context).await.unwrap();
        assert_eq!(written, (1.0 + 20.0 * 0.35) / 24.0);
        assert_eq!(folded, (2.0 + 20.0 * 0.75) / 24.0);
    }

    #[tokio::test]
    async fn a_stricter_level_has_no_higher_floor() {
        let accounts = [
            ("alpha", "a1", "velours nebel"),
            ("alpha", "a2", "veloursnebel"),
            ("beta-board", "b1", "wisper_mint"),
            ("beta-board", "b2", "wispermint"),
        ];
        let context = context(&accounts, &[], 2);
        let floors = run(&context)
            .await
            .model
            .backoffs
            .map(|backoff| backoff.base.floor);
        assert!(floors.is_sorted(), "{floors:?}");
        assert!(floors[0] > 0.0, "{floors:?}");
    }
}
