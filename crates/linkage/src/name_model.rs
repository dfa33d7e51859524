//! A character model with the memory of which names it was trained on.

use std::collections::BTreeMap;

use datafusion::prelude::SessionContext;
use entangle_rarity::{LanguageModel, LanguageModelBuilder};
use entangle_text::names::whole_hash;
use futures::TryStreamExt;
use rustc_hash::FxHashSet;

use crate::LinkageError;
use crate::frames::{failed, plan, texts};

/// Order of the character models: contexts of five characters. Measured on four real sites,
/// order six has the best recall at precision .95 and order eight begins to lose (docs/benchmarks.md).
const MODEL_ORDER: usize = 6;
/// Distinct names on which a model is trained at most; more are sampled by hash.
const TRAINING_NAME_LIMIT: u64 = 400_000;

/// A model with the names it was trained on, as hashes.
#[derive(Debug)]
pub(crate) struct NameModel {
    model: LanguageModel,
    trained_on: FxHashSet<u64>,
}

/// How surprising it is that a random name resembles a given one, when the model has forgotten
/// the names of the list.
pub(crate) type ResemblanceBits = fn(&LanguageModel, &str, &[&str]) -> f64;

impl NameModel {
    /// Trains a model on the distinct texts of column `key` of a plan of `row_count` rows.
    pub(crate) async fn train(
        context: &SessionContext,
        keys_sql: &str,
        row_count: u64,
    ) -> Result<Self, LinkageError> {
        let modulus = row_count.div_ceil(TRAINING_NAME_LIMIT).max(1);
        let keys = plan(context, "rarity", keys_sql).await?;
        let stream = keys.execute_stream().await;
        let mut batches = stream.map_err(|source| failed("rarity", source))?;
        let mut builder = LanguageModelBuilder::new(MODEL_ORDER);
        let mut trained_on = FxHashSet::default();
        let read = |source| failed("rarity", source);
        while let Some(batch) = batches.try_next().await.map_err(read)? {
            for key in texts(&batch, "key").iter().flatten() {
                let hash = whole_hash(key);
                // A sample by hash is the same whatever the order of the rows.
                if hash.is_multiple_of(modulus) && trained_on.insert(hash) {
                    builder.add(key);
                }
            }
        }
        Ok(Self {
            model: builder.build(),
            trained_on,
        })
    }

    /// Surprisal of a name in bits; one that the model was trained on is left out.
    pub(crate) fn surprisal_bits(&self, key: &str) -> f64 {
        if self.trained_on.contains(&whole_hash(key)) {
            self.model.surprisal_bits_leaving_out(key)
        } else {
            self.model.surprisal_bits(key)
        }
    }

    /// Surprisal in bits of a resemblance to `key`. The model forgets `key` and `other` first: a
    /// name that it was trained on makes everything near it probable.
    pub(crate) fn resemblance_bits(&self, of: ResemblanceBits, key: &str, other: &str) -> f64 {
        let other = Some(other).filter(|other| *other != key);
        let known = |name: &&str| self.trained_on.contains(&whole_hash(name));
        let left_out: Vec<&str> = std::iter::once(key).chain(other).filter(known).collect();
        of(&self.model, key, &left_out)
    }
}

/// Amounts by surprisal, rounded to whole bits, in their order.
pub(crate) fn by_whole_bits(amounts: impl IntoIterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut sums: BTreeMap<i64, f64> = BTreeMap::new();
    for (bits, amount) in amounts {
        *sums.entry(bits.round() as i64).or_default() += amount;
    }
    sums.into_iter()
        .map(|(bits, amount)| (bits as f64, amount))
        .collect()
}
