//! The stages `stage_keys_*`: how many accounts of each source carry each key, and how
//! surprising the key is to the language model.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, Float64Array};
use arrow::datatypes::DataType;
use datafusion::common::cast::as_string_array;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use datafusion::prelude::SessionContext;
use entangle_rarity::{Backoff, Base, KeyFrequency};

use crate::frames::{fetch, integers, keep, numbers, texts};
use crate::meetings;
use crate::name_model::NameModel;
use crate::names;
use crate::resemblance::RESEMBLANCE_COUNT;
use crate::source_pairs::{SourcePairs, SourceSizes};
use crate::{LinkageError, Stages};

/// A level on which names are equal or not, with the stage table of its keys.
pub(crate) struct KeyLevel {
    /// Column of `stage_names`, and suffix of everything that belongs to the level.
    pub column: &'static str,
    /// Stage table of the keys with how many accounts of each source carry them.
    pub counts: &'static str,
    /// The same with the surprisal of each key.
    pub table: &'static str,
    /// The level from which chance pairs of this one must differ inside a source; `None` where such pairs
    /// say nothing of chance, because software keeps names unique or the pairs are second
    /// registrations of one hand. Then names that meet between sources do.
    measured_against: Option<&'static str>,
}

/// The four levels of equality, strict to loose.
pub(crate) const KEY_LEVELS: [KeyLevel; 4] = [
    KeyLevel {
        column: "written",
        counts: "stage_counts_written",
        table: "stage_keys_written",
        measured_against: None,
    },
    KeyLevel {
        column: "folded",
        counts: "stage_counts_folded",
        table: "stage_keys_folded",
        measured_against: None,
    },
    KeyLevel {
        column: "skeleton",
        counts: "stage_counts_skeleton",
        table: "stage_keys_skeleton",
        measured_against: None,
    },
    KeyLevel {
        column: "stem",
        counts: "stage_counts_stem",
        table: "stage_keys_stem",
        measured_against: Some("skeleton"),
    },
];

/// Position of the skeletons among the levels of equality.
pub(crate) const SKELETON: usize = 2;

/// What was learned about how common names are.
#[derive(Debug, Clone)]
pub struct Rarity {
    /// Backoff per level: written, folded, skeleton, stem.
    pub backoffs: [Backoff; 4],
    /// The language model as measured on resemblances: one edit, beginning, ending.
    pub resemblances: [Base; RESEMBLANCE_COUNT],
}

impl Rarity {
    /// SQL for the probability that an account of two sources, other than the two compared,
    /// carries a key: equation of [`Backoff::probability`] over columns `count`, `model_bits`
    /// and the pair's `others` and distinct names.
    pub(crate) fn pair_probability_sql(
        &self,
        level: usize,
        count: &str,
        model_bits: &str,
    ) -> String {
        self.probability_sql(level, count, "p", model_bits)
    }

    /// SQL for the surprisal of an account's name for another account of its own source, where
    /// `keys` is the alias of the level's keys and `s` that of `source_sizes`.
    pub(crate) fn own_source_surprisal_sql(&self, level: usize, keys: &str) -> String {
        let count = format!("({keys}.account_count - 1)");
        let probability = self.probability_sql(level, &count, "s", &format!("{keys}.model_bits"));
        format!("-log2({probability})")
    }

    fn probability_sql(&self, level: usize, count: &str, sizes: &str, model_bits: &str) -> String {
        let Backoff {
            discount,
            strength,
            base:
                Base {
                    factor,
                    exponent,
                    floor,
                },
        } = self.backoffs[level];
        let distinct = KEY_LEVELS[level].column;
        format!(
            "least(1e0, greatest(1e-300, (greatest({count} - {discount:e}, 0e0) \
             + ({strength:e} + {discount:e} * {sizes}.distinct_{distinct}) * ({factor:e} * power(2e0, -{exponent:e} * {model_bits}) + {floor:e})) \
             / ({sizes}.others + {strength:e})))"
        )
    }
}

/// Keeps, for each level, how many accounts of each source carry each key or carried it.
pub(crate) async fn count_keys(
    context: &SessionContext,
    stages: &dyn Stages,
    has_former_names: bool,
) -> Result<(), LinkageError> {
    // Two names of one account may be one key; counting apart is dear, so only where it may be.
    let accounts = match has_former_names {
        true => "count(DISTINCT account_id)",
        false => "count(*)",
    };
    for KeyLevel { column, counts, .. } in &KEY_LEVELS {
        let sql = format!(
            "SELECT source, {column} AS key, {accounts} AS account_count
             FROM stage_borne_names GROUP BY source, {column}"
        );
        keep(context, stages, counts, &sql).await?;
    }
    Ok(())
}

/// What [`materialize`] has learned from the names.
pub(crate) struct Learned {
    /// Backoff per level: written, folded, skeleton, stem.
    pub backoffs: [Backoff; 4],
    /// The model of skeletons, which is asked again for those that resemble each other.
    pub skeleton_model: Arc<NameModel>,
}

/// Trains a model per level, keeps the keys with their counts and surprisal, and fits the backoff
/// unless it is given.
pub(crate) async fn materialize(
    context: &SessionContext,
    stages: &dyn Stages,
    sizes: &SourceSizes,
    pairs: &SourcePairs,
    given: Option<[Backoff; 4]>,
) -> Result<Learned, LinkageError> {
    // One model at a time is in memory, and that of the skeletons.
    let skeleton_model = keep_keys(context, stages, SKELETON, sizes).await?;
    for position in (0..KEY_LEVELS.len()).filter(|position| *position != SKELETON) {
        keep_keys(context, stages, position, sizes).await?;
    }
    let backoffs = match given {
        Some(given) => given,
        None => {
            let mut fitted = Vec::with_capacity(KEY_LEVELS.len());
            for level in 0..KEY_LEVELS.len() {
                fitted.push(fit_backoff(context, level, sizes, pairs).await?);
            }
            [fitted[0], fitted[1], fitted[2], fitted[3]]
        }
    };
    Ok(Learned {
        backoffs,
        skeleton_model,
    })
}

/// Trains the model of a level and keeps its keys with their surprisal.
async fn keep_keys(
    context: &SessionContext,
    stages: &dyn Stages,
    position: usize,
    sizes: &SourceSizes,
) -> Result<Arc<NameModel>, LinkageError> {
    let level = &KEY_LEVELS[position];
    let model = Arc::new(train(context, position, sizes).await?);
    let sql = format!(
        "SELECT source, key, account_count, {MODEL_BITS}(key) AS model_bits FROM {}",
        level.counts
    );
    context.register_udf(model_bits(Arc::clone(&model)));
    keep(context, stages, level.table, &sql).await?;
    context.deregister_udf(MODEL_BITS);
    Ok(model)
}

/// Name of the function that gives a key's surprisal on the level at hand.
const MODEL_BITS: &str = "model_bits_of_level";

async fn train(
    context: &SessionContext,
    position: usize,
    sizes: &SourceSizes,
) -> Result<NameModel, LinkageError> {
    let level = &KEY_LEVELS[position];
    if names::has_own_language(context) {
        let sql = format!("SELECT key FROM {}", level.counts);
        return NameModel::train(context, &sql, sizes.distinct_count(position)).await;
    }
    let column = level.column;
    let sql = format!("SELECT {column} AS key FROM language_names GROUP BY source, {column}");
    let counted = format!("SELECT count(*) AS keys FROM ({sql})");
    let batches = fetch(context, "rarity", &counted).await?;
    let counts = batches
        .iter()
        .map(|batch| integers(batch, "keys").value(0) as u64);
    NameModel::train(context, &sql, counts.sum()).await
}

fn model_bits(model: Arc<NameModel>) -> ScalarUDF {
    create_udf(
        MODEL_BITS,
        vec![DataType::Utf8],
        DataType::Float64,
        Volatility::Immutable,
        Arc::new(move |arguments: &[ColumnarValue]| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let keys = as_string_array(&arrays[0])?;
            let bits = |key| model.surprisal_bits(key);
            let surprisals: Float64Array = keys.iter().map(|key| key.map(bits)).collect();
            debug_assert_eq!(surprisals.len(), keys.len());
            Ok(ColumnarValue::Array(Arc::new(surprisals)))
        }),
    )
}

async fn fit_backoff(
    context: &SessionContext,
    position: usize,
    sizes: &SourceSizes,
    pairs: &SourcePairs,
) -> Result<Backoff, LinkageError> {
    let level = &KEY_LEVELS[position];
    let sql = format!(
        "SELECT source, account_count, round(model_bits) AS bits, count(*) AS keys
         FROM {} GROUP BY source, account_count, round(model_bits)
         ORDER BY source, account_count, bits",
        level.table
    );
    let mut populations: BTreeMap<String, Vec<KeyFrequency>> = BTreeMap::new();
    for batch in fetch(context, "rarity", &sql).await? {
        for row in 0..batch.num_rows() {
            populations
                .entry(texts(&batch, "source").value(row).to_owned())
                .or_default()
                .push(KeyFrequency {
                    account_count: integers(&batch, "account_count").value(row) as u64,
                    model_bits: numbers(&batch, "bits").value(row),
                    key_count: integers(&batch, "keys").value(row) as u64,
                });
        }
    }
    let of_sources: Vec<_> = populations.values().cloned().collect();
    let backoff = Backoff::fit(&of_sources);
    match level.measured_against {
        Some(stricter) => {
            let chance_pairs = chance_pairs(context, level, stricter).await?;
            Ok(backoff.with_chance_pairs(&of_sources, &chance_pairs))
        }
        None => {
            let meetings =
                meetings::collect(context, position, &populations, &backoff, sizes, pairs);
            let base = Base::beside_hands(&meetings.await?);
            Ok(Backoff { base, ..backoff })
        }
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
