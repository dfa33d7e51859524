//! Chance agreements of names: as many as the model states, against as many as there are.
//!
//! The u-probability of a name is checked as a forecast: for every two accounts of two sources the
//! model states, from all other accounts, how probable it is that one carries the other's key. Over
//! pairs of different hands these probabilities must add up to the number of agreements.

use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};
use datafusion::prelude::SessionContext;
use entangle_model::{AccountId, NameLevel};

use crate::frames::{failed, fetch, integers, numbers};
use crate::key_table::{KEY_LEVELS, Rarity};
use crate::{LinkModel, LinkageError};

/// Bounds of the strata of surprisal, bits: names that chance gives often, now and then, hardly
/// ever in sources of some thousand accounts.
const STRATA_BITS: [(f64, f64); 3] = [(0.0, 12.0), (12.0, 18.0), (18.0, f64::INFINITY)];

/// Agreements of different hands on one form of the name, of one stratum of surprisal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChanceAgreements {
    /// The form; agreement on a stricter form is agreement on this one.
    pub level: NameLevel,
    /// Surprisal from which on a pair belongs to the stratum, bits.
    pub from_bits: f64,
    /// Surprisal below which it does; infinite for the last.
    pub to_bits: f64,
    /// Sum of the u-probabilities over all pairs, chance alone.
    pub by_chance: f64,
    /// The same with imitation, which the model adds to chance.
    pub expected: f64,
    /// Pairs that agree.
    pub actual: f64,
}

/// Counts the agreements of a run whose stages are in `context`, over all pairs of sources.
///
/// `one_hand` are the pairs of accounts that one hand holds; they are left out on both sides.
///
/// # Errors
/// [`LinkageError::Plan`] when a plan fails.
pub async fn chance_agreements(
    context: &SessionContext,
    model: &LinkModel,
    one_hand: &[(AccountId, AccountId)],
) -> Result<Vec<ChanceAgreements>, LinkageError> {
    register_pairs(context, one_hand)?;
    let rarity = model.rarity();
    let mut strata = Vec::new();
    for (position, level) in NameLevel::ALL
        .into_iter()
        .take(KEY_LEVELS.len())
        .enumerate()
    {
        // Who imitates a stricter form agrees on this one, too.
        let imitation: f64 = (0..=position).map(|level| model.imitation(level)).sum();
        let sql = agreements_sql(&rarity, position, imitation);
        for batch in fetch(context, "chance_agreements", &sql).await? {
            for row in 0..batch.num_rows() {
                let stratum = integers(&batch, "stratum").value(row) as usize;
                strata.push(ChanceAgreements {
                    level,
                    from_bits: STRATA_BITS[stratum].0,
                    to_bits: STRATA_BITS[stratum].1,
                    by_chance: numbers(&batch, "by_chance").value(row),
                    expected: numbers(&batch, "expected").value(row),
                    actual: numbers(&batch, "actual").value(row),
                });
            }
        }
    }
    Ok(strata)
}

/// Registers the pairs in both directions as `one_hand_pairs`.
fn register_pairs(
    context: &SessionContext,
    one_hand: &[(AccountId, AccountId)],
) -> Result<(), LinkageError> {
    let both = || one_hand.iter().flat_map(|&(a, b)| [(a, b), (b, a)]);
    let left = StringArray::from_iter_values(both().map(|pair| pair.0.to_string()));
    let right = StringArray::from_iter_values(both().map(|pair| pair.1.to_string()));
    let stage = "one_hand_pairs";
    let rows = RecordBatch::try_from_iter([
        ("account_a", Arc::new(left) as _),
        ("account_b", Arc::new(right) as _),
    ])
    .map_err(|source| failed(stage, source.into()))?;
    context
        .deregister_table(stage)
        .and_then(|_| context.register_batch(stage, rows))
        .map_err(|source| failed(stage, source))?;
    Ok(())
}

/// Expected and actual agreements by stratum.
///
/// Of a key that `a` accounts of the left source carry and `b` of the right, the `a * b` pairs that
/// agree were forecast from `a - 1` and `b - 1` other carriers; a pair in which only one carries it, from
/// one more of the other side. A pair is forecast from either side, and counts by halves.
fn agreements_sql(rarity: &Rarity, position: usize, imitation: f64) -> String {
    let level = &KEY_LEVELS[position];
    let (table, column) = (level.table, level.column);
    let forecast =
        |others: [&str; 2]| rarity.pair_probability_sql(position, others, "k.model_bits");
    let agreeing = forecast(["(k.a - 1)", "(k.b - 1)"]);
    let [of_left, of_right] = [
        forecast(["(k.a - 1)", "k.b"]),
        forecast(["k.a", "(k.b - 1)"]),
    ];
    let strata: Vec<String> = STRATA_BITS
        .iter()
        .enumerate()
        .map(|(number, (_, to))| match to.is_finite() {
            true => format!("WHEN -log2(u) < {to:e} THEN {number}"),
            false => format!("ELSE {number}"),
        })
        .collect();
    let stratum = format!("CAST(CASE {} END AS BIGINT)", strata.join(" "));
    format!(
        "WITH carried AS (
            SELECT p.pair, c.key, c.model_bits, c.account_count AS a, 0 AS b
            FROM source_pairs p JOIN {table} c ON c.source = p.source_left
            UNION ALL
            SELECT p.pair, c.key, c.model_bits, 0 AS a, c.account_count AS b
            FROM source_pairs p JOIN {table} c ON c.source = p.source_right
         ), keys AS (
            SELECT pair, key, max(model_bits) AS model_bits, sum(a) AS a, sum(b) AS b
            FROM carried GROUP BY pair, key
         ), sizes AS (
            SELECT pair, sum(a) AS all_a, sum(b) AS all_b FROM carried GROUP BY pair
         ), one_hand AS (
            SELECT p.pair, l.{column} AS key, count(*) AS pairs
            FROM one_hand_pairs h
            JOIN stage_names l ON l.account_id = h.account_a
            JOIN stage_names r ON r.account_id = h.account_b AND r.{column} = l.{column}
            JOIN source_pairs p ON p.source_left = l.source AND p.source_right = r.source
            GROUP BY p.pair, l.{column}
         ), forecast AS (
            SELECT k.pair, {agreeing} AS u, k.a * k.b - coalesce(h.pairs, 0) AS pairs,
                   k.a * k.b - coalesce(h.pairs, 0) AS actual
            FROM keys k JOIN source_pairs p ON p.pair = k.pair
            LEFT JOIN one_hand h ON h.pair = k.pair AND h.key = k.key
            WHERE k.a > 0 AND k.b > 0
            UNION ALL
            SELECT k.pair, {of_left} AS u, k.a * (s.all_b - k.b) / 2e0 AS pairs, 0 AS actual
            FROM keys k JOIN source_pairs p ON p.pair = k.pair JOIN sizes s ON s.pair = k.pair
            WHERE k.a > 0
            UNION ALL
            SELECT k.pair, {of_right} AS u, k.b * (s.all_a - k.a) / 2e0 AS pairs, 0 AS actual
            FROM keys k JOIN source_pairs p ON p.pair = k.pair JOIN sizes s ON s.pair = k.pair
            WHERE k.b > 0
         )
         SELECT {stratum} AS stratum, CAST(sum(u * pairs) AS DOUBLE) AS by_chance,
                CAST(sum((u + m.prior_probability * {imitation:e}) * pairs) AS DOUBLE) AS expected,
                CAST(sum(actual) AS DOUBLE) AS actual
         FROM forecast JOIN pair_parameters m ON m.pair = forecast.pair GROUP BY 1 ORDER BY 1"
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::frames::texts;
    use crate::world_tests::{context, run};

    /// Written names by source, with the surprisal of each under the language model.
    async fn written(context: &SessionContext) -> HashMap<String, Vec<(String, String, f64)>> {
        let sql = "SELECT n.source, n.account_id, n.written, k.model_bits FROM stage_names n
                   JOIN stage_keys_written k ON k.source = n.source AND k.key = n.written";
        let mut accounts: HashMap<String, Vec<(String, String, f64)>> = HashMap::new();
        for batch in fetch(context, "test", sql).await.unwrap() {
            for row in 0..batch.num_rows() {
                let text = |column| texts(&batch, column).value(row).to_owned();
                let bits = numbers(&batch, "model_bits").value(row);
                let of_source = accounts.entry(text("source")).or_default();
                of_source.push((text("account_id"), text("written"), bits));
            }
        }
        accounts
    }

    /// Every pair of accounts, one by one, with the rule of the backoff itself.
    #[tokio::test]
    async fn sums_over_keys_are_sums_over_all_pairs_of_accounts() {
        let accounts = [
            ("alpha", "a1", "john"),
            ("alpha", "a2", "john"),
            ("alpha", "a3", "veloursnebel"),
            ("beta-board", "b1", "john"),
            ("beta-board", "b2", "veloursnebel"),
            ("beta-board", "b3", "wispermint"),
        ];
        let context = context(&accounts, &[], 2);
        let linkage = run(&context).await;
        let found = chance_agreements(&context, &linkage.model, &[])
            .await
            .unwrap();
        let found = found.iter().filter(|one| one.level == NameLevel::Written);
        let (mut by_chance, mut actual) = (0.0, 0.0);
        for stratum in found {
            by_chance += stratum.by_chance;
            actual += stratum.actual;
        }
        let sources = written(&context).await;
        let (left, right) = (&sources["alpha"], &sources["beta-board"]);
        let rarity = linkage.model.rarity();
        let backoffs = ["alpha", "beta-board"].map(|source| rarity.backoff(0, source));
        let yielded: f64 = [left, right]
            .into_iter()
            .zip(backoffs)
            .map(|(side, backoff)| {
                let names: std::collections::HashSet<_> = side.iter().map(|one| &one.1).collect();
                backoff.discount * names.len() as f64
            })
            .sum();
        let (mut naive, mut agreeing) = (0.0, 0.0);
        for a in left {
            for b in right {
                let forecast = |name: &String, bits: f64| {
                    let carriers = [left, right].map(|side| {
                        let others = side.iter().filter(|one| one.0 != a.0 && one.0 != b.0);
                        others.filter(|one| one.1 == *name).count() as f64
                    });
                    let discount = match carriers.map(|count| count > 0.0) {
                        [true, true] => backoffs[0].discount.min(backoffs[1].discount),
                        [true, false] => backoffs[0].discount,
                        _ => backoffs[1].discount,
                    };
                    let seen = (carriers[0] + carriers[1] - discount).max(0.0);
                    let strength = backoffs[0].strength;
                    let unseen = strength + yielded;
                    let others = (left.len() + right.len() - 2) as f64;
                    (seen + unseen * backoffs[0].base.probability(bits)) / (others + strength)
                };
                naive += (forecast(&a.1, a.2) + forecast(&b.1, b.2)) / 2.0;
                agreeing += f64::from(u8::from(a.1 == b.1));
            }
        }
        assert_eq!((actual, agreeing), (3.0, 3.0));
        assert!(
            (by_chance - naive).abs() < 1e-6 * naive,
            "{by_chance} {naive}"
        );
    }

    #[tokio::test]
    async fn pairs_of_one_hand_are_no_agreement_by_chance() {
        let ids = ["00000000000000a1", "00000000000000b1"];
        let accounts = [
            ("alpha", ids[0], "veloursnebel"),
            ("beta-board", ids[1], "veloursnebel"),
        ];
        let context = context(&accounts, &[], 2);
        let linkage = run(&context).await;
        let ids = ids.map(|id| AccountId::parse(id).unwrap());
        let agreements = async |pairs: &[(AccountId, AccountId)]| -> f64 {
            let found = chance_agreements(&context, &linkage.model, pairs)
                .await
                .unwrap();
            found.iter().map(|one| one.actual).sum()
        };
        // Equal as written is equal on the three looser forms, too.
        assert_eq!(agreements(&[]).await, KEY_LEVELS.len() as f64);
        assert_eq!(agreements(&[(ids[1], ids[0])]).await, 0.0);
    }
}
