//! The stages `stage_keys_*`: how many accounts of each source carry each key, and how
//! surprising the key is to the language model.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, Float64Array};
use arrow::datatypes::DataType;
use datafusion::common::cast::as_string_array;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use datafusion::prelude::SessionContext;
use entangle_rarity::{Backoff, Base};
use entangle_text::names as name_forms;

use crate::frames::{fetch, integers, keep};
use crate::name_model::NameModel;
use crate::names;
use crate::rarity_fit;
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
    /// The form of a word of a name on this level. On stems words are those of skeletons: a stem is a
    /// skeleton of which some are left away.
    form: fn(&str) -> String,
    /// The level from which chance pairs of this one must differ inside a source; `None` where such pairs
    /// say nothing of chance, because software keeps names unique or the pairs are second
    /// registrations of one hand. Then names that meet between sources do.
    pub measured_against: Option<&'static str>,
}

/// The four levels of equality, strict to loose.
pub(crate) const KEY_LEVELS: [KeyLevel; 4] = [
    KeyLevel {
        column: "written",
        counts: "stage_counts_written",
        table: "stage_keys_written",
        form: str::to_owned,
        measured_against: None,
    },
    KeyLevel {
        column: "folded",
        counts: "stage_counts_folded",
        table: "stage_keys_folded",
        form: name_forms::fold,
        measured_against: None,
    },
    KeyLevel {
        column: "skeleton",
        counts: "stage_counts_skeleton",
        table: "stage_keys_skeleton",
        form: name_forms::skeleton_of_word,
        measured_against: None,
    },
    KeyLevel {
        column: "stem",
        counts: "stage_counts_stem",
        table: "stage_keys_stem",
        form: name_forms::skeleton_of_word,
        measured_against: Some("skeleton"),
    },
];

/// Position of the skeletons among the levels of equality.
pub(crate) const SKELETON: usize = 2;

/// What one other carrier of a key is worth in each source: the discount of its counts by level. A
/// source without has the discount of all, which stands in the backoff.
type Discounts = BTreeMap<String, [f64; 4]>;

/// What was learned about how common names are.
#[derive(Debug, Clone, Default)]
pub struct Rarity {
    /// Backoff per level: written, folded, skeleton, stem.
    pub backoffs: [Backoff; 4],
    /// Discounts of the sources on these levels.
    pub discounts: Discounts,
    /// The language model as measured on resemblances: one edit, beginning, ending.
    pub resemblances: [Base; RESEMBLANCE_COUNT],
}

impl Rarity {
    /// The backoff of a level with the discount of a source.
    pub(crate) fn backoff(&self, level: usize, source: &str) -> Backoff {
        let pooled = self.backoffs[level];
        let discount = self.discounts.get(source).map(|levels| levels[level]);
        Backoff {
            discount: discount.unwrap_or(pooled.discount),
            ..pooled
        }
    }

    /// SQL for the probability that an account of two sources, other than the two compared,
    /// carries a key: equation of [`Backoff::probability`] over how many others of the left and of the right
    /// source carry it and a row `p` of `source_pairs`. What the key has yielded to others not yet
    /// seen is the discount of the source that carries it, the smaller one where both do.
    pub(crate) fn pair_probability_sql(
        &self,
        level: usize,
        [left, right]: [&str; 2],
        model_bits: &str,
    ) -> String {
        let column = KEY_LEVELS[level].column;
        let [of_left, of_right] =
            ["left", "right"].map(|side| format!("p.discount_{side}_{column}"));
        let seen = format!(
            "({left} + {right} - CASE WHEN {left} > 0 AND {right} > 0 THEN least({of_left}, {of_right})
                                      WHEN {left} > 0 THEN {of_left} ELSE {of_right} END)"
        );
        self.probability_sql(level, &seen, "p", model_bits)
    }

    /// SQL for the surprisal of an account's name for another account of its own source, where
    /// `keys` is the alias of the level's keys and `s` that of `source_sizes`.
    pub(crate) fn own_source_surprisal_sql(&self, level: usize, keys: &str) -> String {
        let column = KEY_LEVELS[level].column;
        let seen = format!("({keys}.account_count - 1 - s.discount_{column})");
        let probability = self.probability_sql(level, &seen, "s", &format!("{keys}.model_bits"));
        format!("-log2({probability})")
    }

    fn probability_sql(&self, level: usize, seen: &str, sizes: &str, model_bits: &str) -> String {
        let Backoff {
            strength,
            base:
                Base {
                    factor,
                    exponent,
                    floor,
                },
            ..
        } = self.backoffs[level];
        let column = KEY_LEVELS[level].column;
        format!(
            "least(1e0, greatest(1e-300, (greatest({seen}, 0e0) \
             + ({strength:e} + {sizes}.yielded_{column}) * ({factor:e} * power(2e0, -{exponent:e} * {model_bits}) + {floor:e})) \
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

/// What [`materialize`] has learned from the names, or was given.
pub(crate) struct Learned {
    /// How common names are on the levels of equality; on those of resemblance it is not known yet.
    pub rarity: Rarity,
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
    given: Option<Rarity>,
) -> Result<Learned, LinkageError> {
    // One model at a time is in memory, and that of the skeletons.
    let skeleton_model = keep_keys(context, stages, SKELETON, sizes).await?;
    for position in (0..KEY_LEVELS.len()).filter(|position| *position != SKELETON) {
        keep_keys(context, stages, position, sizes).await?;
    }
    let rarity = match given {
        Some(given) => given,
        None => rarity_fit::fit(context, sizes, pairs).await?,
    };
    Ok(Learned {
        rarity,
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
    let KeyLevel { column, form, .. } = &KEY_LEVELS[position];
    let (names, key_count) = match names::has_own_language(context) {
        true => (names::BORNE, sizes.distinct_count(position)),
        false => {
            let names = names::LANGUAGE_NAMES;
            let sql = format!("SELECT count(DISTINCT {column}) AS keys FROM {names}");
            let batches = fetch(context, "rarity", &sql).await?;
            let counts = batches
                .iter()
                .map(|batch| integers(batch, "keys").value(0) as u64);
            (names, counts.sum())
        }
    };
    let sql = format!("SELECT {column} AS key, written FROM {names} GROUP BY {column}, written");
    NameModel::train(context, &sql, key_count, *form).await
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
