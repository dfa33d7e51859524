//! A character n-gram language model of names.
//!
//! It is trained on the *distinct* names at hand, so that it learns how names are formed and
//! leaves how often each one is used to the counts ([`crate::Backoff`]). It is not a model of
//! running text.
//!
//! Interpolated absolute discounting (Ney, Essen and Kneser 1994): with `c` the count of
//! character `x` after context `h`, `T` the total and `D` the number of distinct characters
//! after `h`, and `h'` the context without its first character,
//! `P(x | h) = max(c - d, 0) / T + d D / T P(x | h')`, `d = n1 / (n1 + 2 n2)` per order.

use crate::gram_table::{Gram, GramTable, Grams, ROOT, bounded};
use rustc_hash::FxHashSet;

/// Characters that were never seen share one part in this many of the lowest order.
const UNSEEN_CHARACTER_COUNT: f64 = 200.0;

/// N-grams for which a builder has room before its table grows.
const BUILDER_CAPACITY: usize = 1024;

/// Counts what follows each context, over distinct names.
#[derive(Debug)]
pub struct LanguageModelBuilder {
    order: usize,
    characters: FxHashSet<char>,
    table: GramTable,
    /// Per context length, how many n-grams occur once and how many twice.
    rare_grams: Vec<[u64; 2]>,
}

/// A trained model: the probability of a text as the name of an account.
#[derive(Debug)]
pub struct LanguageModel {
    order: usize,
    character_count: f64,
    table: GramTable,
    discounts: Vec<f64>,
}

impl LanguageModelBuilder {
    /// A builder for contexts of up to `order - 1` characters.
    ///
    /// # Panics
    /// If `order` is zero.
    pub fn new(order: usize) -> Self {
        assert!(order > 0, "a language model needs an order of at least one");
        Self {
            order,
            characters: FxHashSet::default(),
            table: GramTable::with_capacity(BUILDER_CAPACITY),
            rare_grams: vec![[0; 2]; order],
        }
    }

    /// Adds one distinct name. Adding the same name twice counts it twice.
    pub fn add(&mut self, name: &str) {
        let characters = bounded(name);
        self.characters.extend(&characters[1..]);
        let grams = Grams::of(&characters, self.order);
        for position in 1..characters.len() {
            self.table.entry(ROOT).count += 1;
            for (context_length, (context, gram)) in grams.at(position).enumerate() {
                self.count(context_length, context, gram);
            }
        }
    }

    fn count(&mut self, context_length: usize, context: u64, gram: u64) {
        let gram = self.table.entry(gram);
        gram.count += 1;
        let [once, twice] = &mut self.rare_grams[context_length];
        match gram.count {
            1 => {
                *once += 1;
                self.table.entry(context).distinct += 1;
            }
            2 => (*once, *twice) = (*once - 1, *twice + 1),
            3 => *twice -= 1,
            _ => {}
        }
    }

    /// The model of the names added so far.
    pub fn build(self) -> LanguageModel {
        let discount = |&[once, twice]: &[u64; 2]| match once {
            0 => 0.5,
            _ => once as f64 / (once + 2 * twice) as f64,
        };
        LanguageModel {
            order: self.order,
            character_count: self.characters.len() as f64 + UNSEEN_CHARACTER_COUNT,
            discounts: self.rare_grams.iter().map(discount).collect(),
            table: self.table,
        }
    }
}

impl LanguageModel {
    /// Surprisal in bits of a name that was not among those the model was trained on.
    ///
    /// Cost: name length times order look-ups.
    pub fn surprisal_bits(&self, name: &str) -> f64 {
        self.whole_bits(name, &Forgotten::nothing())
    }

    /// Surprisal in bits of a name that was among those the model was trained on, with the
    /// name's own contribution taken out again (leave-one-out).
    pub fn surprisal_bits_leaving_out(&self, name: &str) -> f64 {
        self.whole_bits(name, &self.forget(&[name]))
    }

    fn whole_bits(&self, name: &str, forgotten: &Forgotten) -> f64 {
        let characters = bounded(name);
        let known = self.known(&characters, forgotten);
        (1..characters.len())
            .map(|position| known.step_bits(position, self.order))
            .sum()
    }

    /// What the model knows of a text when it has forgotten some names.
    pub(crate) fn known<'a>(
        &'a self,
        characters: &[char],
        forgotten: &'a Forgotten,
    ) -> KnownText<'a> {
        let grams = Grams::of(characters, self.order);
        KnownText {
            counts: grams.look_up(&self.table),
            root: self.table.get(ROOT),
            grams,
            model: self,
            forgotten,
        }
    }

    /// Makes the model forget names that were all among those it was trained on, each once.
    pub(crate) fn forget(&self, names: &[&str]) -> Forgotten {
        let names: Vec<Vec<char>> = names.iter().map(|name| bounded(name)).collect();
        let length: usize = names.iter().map(Vec::len).sum();
        let mut own = GramTable::with_capacity(length * self.order + 1);
        let mut seen = Vec::with_capacity(length * self.order);
        for characters in &names {
            let grams = Grams::of(characters, self.order);
            for position in 1..characters.len() {
                own.entry(ROOT).count += 1;
                for (context, gram) in grams.at(position) {
                    let own_gram = own.entry(gram);
                    own_gram.count += 1;
                    if own_gram.count == 1 {
                        seen.push((context, gram));
                    }
                }
            }
        }
        for (context, gram) in seen {
            if self.table.get(gram).count <= own.get(gram).count {
                own.entry(context).distinct += 1;
            }
        }
        Forgotten(Some(own))
    }

    pub(crate) fn order(&self) -> usize {
        self.order
    }
}

/// What is to be taken out of the counts while a text is scored: how often each n-gram occurs in
/// the names left out, and how many of the characters that follow it followed in no other name.
pub(crate) struct Forgotten(Option<GramTable>);

impl Forgotten {
    pub(crate) fn nothing() -> Self {
        Self(None)
    }

    fn get(&self, hash: u64) -> Gram {
        self.0.as_ref().map_or(Gram::default(), |own| own.get(hash))
    }
}

/// The counts of all n-grams of one text.
pub(crate) struct KnownText<'a> {
    model: &'a LanguageModel,
    forgotten: &'a Forgotten,
    grams: Grams,
    counts: Vec<Gram>,
    root: Gram,
}

impl KnownText<'_> {
    /// Surprisal of the character at `position` given at most `order_limit - 1` before it.
    pub(crate) fn step_bits(&self, position: usize, order_limit: usize) -> f64 {
        let order = self.model.order;
        let mut context_counts = self.root;
        let mut probability = 1.0 / self.model.character_count;
        let steps = self.grams.at(position).take(order_limit).enumerate();
        for (context_length, (context, gram)) in steps {
            let own_context = self.forgotten.get(context);
            let total = context_counts.count.saturating_sub(own_context.count);
            if total == 0 {
                break;
            }
            let count = self.counts[position * order + context_length].count;
            let left = f64::from(count.saturating_sub(self.forgotten.get(gram).count));
            let distinct = context_counts.distinct.saturating_sub(own_context.distinct);
            let discount = self.model.discounts[context_length];
            probability = (left - discount).max(0.0) / f64::from(total)
                + discount * f64::from(distinct) / f64::from(total) * probability;
            context_counts = self.counts[(position - 1) * order + context_length];
        }
        -probability.max(f64::MIN_POSITIVE).log2()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(names: &[&str]) -> LanguageModel {
        let mut builder = LanguageModelBuilder::new(4);
        names.iter().for_each(|name| builder.add(name));
        builder.build()
    }

    #[test]
    fn leaving_a_name_out_equals_never_having_seen_it() {
        let others = ["mike", "mikey", "spike", "ananas", "banana", "aaa"];
        for left_out in ["micky", "anana", "aaaa", "б"] {
            let mut with = others.to_vec();
            with.push(left_out);
            let mut without = model(&others);
            // The alphabet and the discounts are properties of the whole training set.
            let trained = model(&with);
            without.character_count = trained.character_count;
            without.discounts.clone_from(&trained.discounts);
            let expected = without.surprisal_bits(left_out);
            let actual = trained.surprisal_bits_leaving_out(left_out);
            assert!(
                (expected - actual).abs() < 1e-9,
                "{left_out}: {expected} {actual}"
            );
        }
    }

    #[test]
    fn next_character_probabilities_sum_to_at_most_one() {
        let model = model(&["mike", "mikey", "spike", "ananas", "banana"]);
        for context in ["", "m", "mi", "an", "zz"] {
            let mut characters = bounded(context);
            let position = characters.len() - 1;
            let sum: f64 = "abeikmnpsyz\u{2}"
                .chars()
                .map(|next| {
                    characters[position] = next;
                    let nothing = Forgotten::nothing();
                    (-model.known(&characters, &nothing).step_bits(position, 4)).exp2()
                })
                .sum();
            assert!(sum <= 1.0 + 1e-9 && sum > 0.7, "{context}: {sum}");
        }
    }
}
