//! The models of names of a level, characters and words together.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::prelude::SessionContext;
use entangle_rarity::{
    LanguageModel, LanguageModelBuilder, WordModel, WordModelBuilder, mixed_bits, word_share,
};
use entangle_text::names::{self, whole_hash};
use futures::TryStreamExt;

use crate::LinkageError;
use crate::frames::{failed, plan, texts};

/// Order of the character models: contexts of five characters. Measured on four real sites,
/// order six has the best recall at precision .95 and order eight begins to lose (docs/benchmarks.md).
const MODEL_ORDER: usize = 6;
/// Distinct names on which a model is trained at most; more are sampled by hash.
const TRAINING_NAME_LIMIT: u64 = 400_000;

/// Names that are asked how much of them the word model explains.
const WORD_SHARE_SAMPLE: u64 = 5_000;

/// Models of characters and of words, trained on the same names; the words know which.
#[derive(Debug)]
pub(crate) struct NameModel {
    characters: LanguageModel,
    words: WordModel,
    /// Share of the words in the mixture of both.
    word_share: f64,
}

/// How surprising it is that a random name resembles a given one, when the model has forgotten
/// the names of the list.
pub(crate) type ResemblanceBits = fn(&LanguageModel, &str, &[&str]) -> f64;

impl NameModel {
    /// Trains a model on the distinct texts of column `key` of a plan of about `key_count` of them, which
    /// `form` makes of those of column `written`.
    pub(crate) async fn train(
        context: &SessionContext,
        keys_sql: &str,
        key_count: u64,
        form: fn(&str) -> String,
    ) -> Result<Self, LinkageError> {
        let modulus = key_count.div_ceil(TRAINING_NAME_LIMIT).max(1);
        let keys = plan(context, "rarity", keys_sql).await?;
        let stream = keys.execute_stream().await;
        let mut batches = stream.map_err(|source| failed("rarity", source))?;
        let mut characters = LanguageModelBuilder::new(MODEL_ORDER);
        let mut words = WordModelBuilder::default();
        let read = |source| failed("rarity", source);
        let asked_modulus = key_count.div_ceil(WORD_SHARE_SAMPLE).max(1);
        let mut asked = BTreeSet::new();
        while let Some(batch) = batches.try_next().await.map_err(read)? {
            let (keys, written) = (texts(&batch, "key"), texts(&batch, "written"));
            for (key, written) in keys.iter().zip(written).filter_map(|(a, b)| a.zip(b)) {
                let hash = whole_hash(key);
                // A sample by hash is the same whatever the order of the rows.
                if !hash.is_multiple_of(modulus) {
                    continue;
                }
                let row = words_of(key, written, form);
                let row: Vec<&str> = row.iter().map(String::as_str).collect();
                if words.add(hash, &row) {
                    characters.add(key);
                    if (hash / modulus).is_multiple_of(asked_modulus) {
                        asked.insert(key.to_owned());
                    }
                }
            }
        }
        let mut model = Self {
            characters: characters.build(),
            words: words.build(),
            word_share: 0.0,
        };
        let asked: Vec<_> = asked.iter().map(|key| model.both_bits(key)).collect();
        model.word_share = word_share(&asked);
        Ok(model)
    }

    /// Surprisal of a name in bits; one that the model was trained on is left out.
    pub(crate) fn surprisal_bits(&self, key: &str) -> f64 {
        let (character_bits, word_bits) = self.both_bits(key);
        mixed_bits(character_bits, word_bits, self.word_share)
    }

    /// Surprisal by characters and by words.
    fn both_bits(&self, key: &str) -> (f64, f64) {
        let hash = whole_hash(key);
        let character_bits = match self.words.knows(hash) {
            true => self.characters.surprisal_bits_leaving_out(key),
            false => self.characters.surprisal_bits(key),
        };
        (character_bits, self.words.surprisal_bits(key, hash))
    }

    /// Surprisal in bits of a resemblance to `key`. The model forgets `key` and `other` first: a
    /// name that it was trained on makes everything near it probable.
    pub(crate) fn resemblance_bits(&self, of: ResemblanceBits, key: &str, other: &str) -> f64 {
        let other = Some(other).filter(|other| *other != key);
        let known = |name: &&str| self.words.knows(whole_hash(name));
        let left_out: Vec<&str> = std::iter::once(key).chain(other).filter(known).collect();
        of(&self.characters, key, &left_out)
    }
}

/// The words of a key, as the name it was made of shows them: those of its words in a row whose forms put
/// together are the key, or the key as one word.
fn words_of(key: &str, written: &str, form: fn(&str) -> String) -> Vec<String> {
    let words = names::words(written).into_iter();
    let forms: Vec<String> = words.map(form).collect();
    for start in 0..forms.len() {
        for end in (start + 1..=forms.len()).rev() {
            if forms[start..end].concat() == key {
                let row = forms[start..end].iter();
                return row.filter(|word| !word.is_empty()).cloned().collect();
            }
        }
    }
    vec![key.to_owned()]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_key_are_those_of_the_name_as_written() {
        let row = |key: &str, written: &str| words_of(key, written, names::skeleton_of_word);
        assert_eq!(row("johnperry42", "John_Perry42"), ["john", "perry", "42"]);
        assert_eq!(row("wasja", "Вася"), ["wasja"]);
        // A stem leaves words away at either end, a skeleton what stands between them.
        assert_eq!(row("johnperry", "The John Perry 42"), ["john", "perry"]);
        // A digit that stands for a letter is no word.
        assert_eq!(row("phoenix", "ph0enix"), ["phoenix"]);
    }
}
