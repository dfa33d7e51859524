//! The stages `stage_keys_*`: how many accounts of each source carry each key, and how
//! surprising the key is to the language model.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, Float64Array};
use arrow::datatypes::DataType;
use datafusion::common::cast::as_string_array;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use datafusion::prelude::SessionContext;
use entangle_rarity::{Backoff, Base, KeyFrequency, LanguageModel, LanguageModelBuilder};
use futures::TryStreamExt;
use rustc_hash::FxHashSet;

use crate::frames::{failed, fetch, integers, keep, numbers, plan, texts};
use crate::functions::stable_hash;
use crate::resemblance::{self, RESEMBLANCE_COUNT};
use crate::{LinkageError, Stages};

/// Order of the character models: contexts of five characters. Measured on four real sites,
/// order six has the best recall at precision .95 and order eight begins to lose (docs/benchmarks.md).
const MODEL_ORDER: usize = 6;
/// Distinct names on which a model is trained at most; more are sampled by hash.
const TRAINING_NAME_LIMIT: u64 = 400_000;

/// A level on which names are equal or not, with the stage table of its keys.
pub(crate) struct KeyLevel {
    /// Column of `stage_names`, and suffix of everything that belongs to the level.
    pub column: &'static str,
    /// Stage table of the keys.
    pub table: &'static str,
    /// Function that gives a key's surprisal.
    function: &'static str,
    /// The level from which chance pairs of this one must differ; `None` where pairs within a
    /// source say nothing of chance, because software keeps names unique or the pairs are second
    /// registrations of one hand.
    measured_against: Option<&'static str>,
}

/// The four levels of equality, strict to loose.
pub(crate) const KEY_LEVELS: [KeyLevel; 4] = [
    KeyLevel {
        column: "written",
        table: "stage_keys_written",
        function: "written_model_bits",
        measured_against: None,
    },
    KeyLevel {
        column: "folded",
        table: "stage_keys_folded",
        function: "folded_model_bits",
        measured_against: None,
    },
    KeyLevel {
        column: "skeleton",
        table: "stage_keys_skeleton",
        function: "skeleton_model_bits",
        measured_against: None,
    },
    KeyLevel {
        column: "stem",
        table: "stage_keys_stem",
        function: "stem_model_bits",
        measured_against: Some("skeleton"),
    },
];

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
            base: Base { factor, exponent },
        } = self.backoffs[level];
        let distinct = KEY_LEVELS[level].column;
        format!(
            "least(1e0, greatest(1e-300, (greatest({count} - {discount:e}, 0e0) \
             + ({strength:e} + {discount:e} * {sizes}.distinct_{distinct}) * {factor:e} * power(2e0, -{exponent:e} * {model_bits})) \
             / ({sizes}.others + {strength:e})))"
        )
    }
}

/// Trains a model per level, keeps the keys with their counts and surprisal, and fits the backoff
/// unless it is given.
pub(crate) async fn materialize(
    context: &SessionContext,
    stages: &dyn Stages,
    given: Option<Rarity>,
) -> Result<Rarity, LinkageError> {
    let mut backoffs = Vec::with_capacity(KEY_LEVELS.len());
    for (position, level) in KEY_LEVELS.iter().enumerate() {
        let model = train(context, level).await?;
        if level.column == "skeleton" {
            register_pair_functions(context, &model);
        }
        context.register_udf(model_bits(level.function, model));
        let sql = format!(
            "SELECT source, key, account_count, {function}(key) AS model_bits
             FROM (SELECT source, {column} AS key, count(*) AS account_count
                   FROM stage_names GROUP BY source, {column})",
            function = level.function,
            column = level.column,
        );
        keep(context, stages, level.table, &sql).await?;
        backoffs.push(match &given {
            Some(given) => given.backoffs[position],
            None => fit_backoff(context, level).await?,
        });
    }
    let backoffs = [backoffs[0], backoffs[1], backoffs[2], backoffs[3]];
    let given = given.map(|given| given.resemblances);
    let resemblances = resemblance::measure(context, stages, given).await?;
    Ok(Rarity {
        backoffs,
        resemblances,
    })
}

/// A model with the names it was trained on, as hashes.
struct SampledModel {
    model: LanguageModel,
    trained_on: FxHashSet<i64>,
}

impl SampledModel {
    fn surprisal_bits(&self, key: &str) -> f64 {
        if self.trained_on.contains(&stable_hash(key)) {
            self.model.surprisal_bits_leaving_out(key)
        } else {
            self.model.surprisal_bits(key)
        }
    }
}

async fn train(
    context: &SessionContext,
    level: &KeyLevel,
) -> Result<Arc<SampledModel>, LinkageError> {
    let column = level.column;
    let counted = fetch(
        context,
        "rarity",
        &format!("SELECT count(DISTINCT {column}) AS names FROM language_names"),
    )
    .await?;
    let name_count: u64 = counted
        .iter()
        .map(|batch| integers(batch, "names").value(0) as u64)
        .sum();
    let modulus = name_count.div_ceil(TRAINING_NAME_LIMIT).max(1);
    let names = plan(
        context,
        "rarity",
        &format!("SELECT DISTINCT {column} AS key FROM language_names"),
    )
    .await?;
    let mut batches = names
        .execute_stream()
        .await
        .map_err(|source| failed("rarity", source))?;
    let mut builder = LanguageModelBuilder::new(MODEL_ORDER);
    let mut trained_on = FxHashSet::default();
    while let Some(batch) = batches
        .try_next()
        .await
        .map_err(|source| failed("rarity", source))?
    {
        for key in texts(&batch, "key").iter().flatten() {
            let hash = stable_hash(key);
            // A sample by hash is the same whatever the order of the rows.
            if (hash as u64).is_multiple_of(modulus) {
                builder.add(key);
                trained_on.insert(hash);
            }
        }
    }
    Ok(Arc::new(SampledModel {
        model: builder.build(),
        trained_on,
    }))
}

fn model_bits(name: &str, model: Arc<SampledModel>) -> ScalarUDF {
    bits_function(name, move |key| model.surprisal_bits(key))
}

/// Registers the surprisals of skeletons that resemble each other: `one_edit_bits(key, other)`,
/// `beginning_bits(part, whole)` and `ending_bits(part, whole)`. The model forgets both names: one
/// that it was trained on makes everything near it probable.
fn register_pair_functions(context: &SessionContext, model: &Arc<SampledModel>) {
    type OfPair = fn(&LanguageModel, &str, &[&str]) -> f64;
    let functions: [(&str, OfPair); 3] = [
        ("one_edit_bits", LanguageModel::neighbourhood_surprisal_bits),
        ("beginning_bits", LanguageModel::beginning_surprisal_bits),
        ("ending_bits", LanguageModel::ending_surprisal_bits),
    ];
    for (name, of_pair) in functions {
        let model = Arc::clone(model);
        context.register_udf(pair_function(name, move |key, other| {
            let known = |name: &&str| model.trained_on.contains(&stable_hash(name));
            let other = Some(other).filter(|other| *other != key);
            let names = std::iter::once(key).chain(other);
            let left_out: Vec<&str> = names.filter(known).collect();
            of_pair(&model.model, key, &left_out)
        }));
    }
}

fn pair_function(
    name: &str,
    bits: impl Fn(&str, &str) -> f64 + Send + Sync + 'static,
) -> ScalarUDF {
    create_udf(
        name,
        vec![DataType::Utf8, DataType::Utf8],
        DataType::Float64,
        Volatility::Immutable,
        Arc::new(move |arguments: &[ColumnarValue]| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let (keys, others) = (as_string_array(&arrays[0])?, as_string_array(&arrays[1])?);
            let surprisals: Float64Array = keys
                .iter()
                .zip(others)
                .map(|(key, other)| Some(bits(key?, other?)))
                .collect();
            Ok(ColumnarValue::Array(Arc::new(surprisals)))
        }),
    )
}

fn bits_function(name: &str, bits: impl Fn(&str) -> f64 + Send + Sync + 'static) -> ScalarUDF {
    create_udf(
        name,
        vec![DataType::Utf8],
        DataType::Float64,
        Volatility::Immutable,
        Arc::new(move |arguments: &[ColumnarValue]| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let keys = as_string_array(&arrays[0])?;
            let surprisals: Float64Array = keys.iter().map(|key| key.map(&bits)).collect();
            debug_assert_eq!(surprisals.len(), keys.len());
            Ok(ColumnarValue::Array(Arc::new(surprisals)))
        }),
    )
}

async fn fit_backoff(context: &SessionContext, level: &KeyLevel) -> Result<Backoff, LinkageError> {
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
    let populations: Vec<_> = populations.into_values().collect();
    let backoff = Backoff::fit(&populations);
    match level.measured_against {
        Some(stricter) => {
            let pairs = chance_pairs(context, level, stricter).await?;
            Ok(backoff.with_chance_pairs(&populations, &pairs))
        }
        None => Ok(backoff),
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
