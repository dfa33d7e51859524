//! Names that resemble each other without being equal on any level: one edit apart, or one the
//! beginning or the end of the other.
//!
//! How probable such a resemblance is by chance, the character model says, with both names left
//! out; and as it knows syllables and not words (`david` begins more names than it believes), it is
//! measured inside sources, where different accounts are different hands but for second
//! registrations: the pairs that there are, against those that it expects, give it a factor and an
//! exponent on each of the three levels.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Float64Array, Int64Array, RecordBatch, StringArray};
use datafusion::prelude::SessionContext;
use entangle_model::NameLevel;
use entangle_rarity::{Base, LanguageModel};
use entangle_statistics::processors;
use entangle_text::names::whole_hash;
use futures::TryStreamExt;

use crate::frames::{failed, numbers, plan, texts};
use crate::key_table::SKELETON;
use crate::name_model::{NameModel, ResemblanceBits, by_whole_bits};
use crate::neighbours::{self, Marks, Resembling, Skeletons, is_long_enough};
use crate::source_pairs::{SourcePairs, SourceSizes};
use crate::{LinkageError, Stages};

/// Bits by which a skeleton must be rarer than its source is large before names that resemble it
/// are looked for. The model still knows the other name then, which makes this one less rare than
/// it is; so it is a first sieve only.
const SIEVE_MARGIN_BITS: f64 = 2.0;
/// Bits by which a resemblance must be rarer than the larger source is large: below, chance gives
/// more of them than hands do.
const RESEMBLANCE_MARGIN_BITS: f64 = 2.0;
/// Skeletons for which those that resemble them are counted at most; more are sampled by hash.
const PAIR_SAMPLE_LIMIT: u64 = 50_000;
/// Skeletons for which the model is asked how many it expects. Fewer, because every one has an
/// expectation and few have a pair.
const EXPOSURE_SAMPLE_LIMIT: u64 = 5_000;
/// Rows of a batch of `stage_resemblances`.
const BATCH_ROW_COUNT: usize = 8192;

/// Levels of resemblance.
pub(crate) const RESEMBLANCE_COUNT: usize = 3;

/// One level of resemblance, and how surprising it is to resemble a skeleton on it.
const LEVELS: [(NameLevel, ResemblanceBits); RESEMBLANCE_COUNT] = [
    (
        NameLevel::OneEdit,
        LanguageModel::neighbourhood_surprisal_bits,
    ),
    (
        NameLevel::Beginning,
        LanguageModel::beginning_surprisal_bits,
    ),
    (NameLevel::Ending, LanguageModel::ending_surprisal_bits),
];

/// What was found of names that resemble each other.
pub(crate) struct Resemblances {
    /// The language model as measured on each level.
    pub bases: [Base; RESEMBLANCE_COUNT],
    /// Pairs of skeletons by pair of sources that stood in a crowd too large to compare.
    pub skipped_counts: Vec<u64>,
}

/// Keeps `stage_resemblances`: pairs of skeletons of the two sides of a pair of sources that
/// resemble each other: pair, source_left, source_right, key_left, key_right, level, and the
/// surprisal of the resemblance (name_bits) as measured. Measures chance on each level unless it
/// is given.
pub(crate) async fn materialize(
    context: &SessionContext,
    stages: &dyn Stages,
    model: &NameModel,
    sizes: &SourceSizes,
    pairs: &SourcePairs,
    given: Option<[Base; RESEMBLANCE_COUNT]>,
) -> Result<Resemblances, LinkageError> {
    let skeletons = skeletons(context, sizes).await?;
    let mut search = Search {
        skeletons,
        model,
        account_counts: sizes.0.values().map(|size| size.account_count).collect(),
        pairs: pairs.by_numbers(sizes),
        largest: pairs.0.iter().map(|pair| pair.larger_count()).collect(),
        skipped_counts: vec![0; pairs.0.len()],
    };
    let mut bases = given.unwrap_or_default();
    let mut rows = Vec::new();
    for (base, (level, bits)) in bases.iter_mut().zip(LEVELS) {
        let resembling = search.find(level, given.is_none());
        let of_level = search.weigh(level, bits, resembling, given.is_none(), base);
        rows.extend(of_level);
    }
    let batches = search.batches(&rows, pairs);
    let found = batches.and_then(|batches| context.read_batches(batches));
    let found = found.map_err(|source| failed("resemblance", source))?;
    let kept = stages.materialize(context, "stage_resemblances", found);
    kept.await.map_err(|source| failed("resemblance", source))?;
    Ok(Resemblances {
        bases,
        skipped_counts: search.skipped_counts,
    })
}

/// The distinct skeletons of all sources.
async fn skeletons(
    context: &SessionContext,
    sizes: &SourceSizes,
) -> Result<Skeletons, LinkageError> {
    let read = |source| failed("resemblance", source);
    let numbers_of: BTreeMap<&str, u32> = sizes.0.keys().map(String::as_str).zip(0..).collect();
    let counts: Vec<u64> = sizes.0.values().map(|size| size.account_count).collect();
    let sql = "SELECT source, key, model_bits FROM stage_keys_skeleton";
    let keys = plan(context, "resemblance", sql).await?;
    let mut batches = keys.execute_stream().await.map_err(read)?;
    let modulus = sizes
        .distinct_count(SKELETON)
        .div_ceil(PAIR_SAMPLE_LIMIT)
        .max(1);
    let mut skeletons = Skeletons::default();
    while let Some(batch) = batches.try_next().await.map_err(read)? {
        let (sources, keys) = (texts(&batch, "source"), texts(&batch, "key"));
        let bits = numbers(&batch, "model_bits");
        for row in 0..batch.num_rows() {
            let source = numbers_of[sources.value(row)];
            let floor = (counts[source as usize] as f64).log2() + SIEVE_MARGIN_BITS;
            let is_rare = bits.value(row) >= floor;
            let marks = Marks {
                source,
                is_rare,
                is_sampled: is_rare && whole_hash(keys.value(row)).is_multiple_of(modulus),
            };
            skeletons.push(keys.value(row), marks);
        }
    }
    Ok(skeletons)
}

/// A pair of skeletons of two sources with the surprisal of their resemblance.
struct Found {
    pair: usize,
    level: NameLevel,
    /// Skeletons of the left and of the right source, by number.
    keys: [u32; 2],
    name_bits: f64,
}

struct Search<'a> {
    skeletons: Skeletons,
    model: &'a NameModel,
    /// Named accounts by source number.
    account_counts: Vec<u64>,
    /// Index of a pair of sources by the numbers of its left and its right source.
    pairs: BTreeMap<(u32, u32), usize>,
    /// Accounts of the larger source by pair.
    largest: Vec<f64>,
    skipped_counts: Vec<u64>,
}

impl Search<'_> {
    fn find(&mut self, level: NameLevel, has_chance: bool) -> Resembling {
        let pairs = &self.pairs;
        let is_symmetric = level == NameLevel::OneEdit;
        let resembling = neighbours::find(&self.skeletons, level, |part: Marks, whole: Marks| {
            if part.source == whole.source {
                return has_chance && part.is_sampled;
            }
            let sources = in_order(part.source, whole.source);
            pairs.contains_key(&sources) && (!is_symmetric || part.source == sources.0)
        });
        for (&(part, whole), count) in &resembling.skipped {
            self.skipped_counts[self.pairs[&in_order(part, whole)]] += count;
        }
        resembling
    }

    /// Measures chance on the pairs inside sources, unless it is given, and keeps of the others
    /// those that chance does not make too often.
    fn weigh(
        &self,
        level: NameLevel,
        bits: ResemblanceBits,
        resembling: Resembling,
        has_chance: bool,
        base: &mut Base,
    ) -> Vec<Found> {
        let source = |number| self.skeletons.marks(number).source;
        let (inside, between): (Vec<_>, Vec<_>) = resembling
            .pairs
            .into_iter()
            .partition(|&(part, whole)| source(part) == source(whole));
        let asked = |pairs: &[(u32, u32)]| {
            processors::map(pairs, |&(part, whole)| self.bits(bits, part, whole))
        };
        if has_chance {
            let chance = inside.iter().zip(asked(&inside));
            let chance = chance.map(|(&(part, _), bits)| (part, bits.round(), 1.0));
            let chance = self.expected_less_than_once(chance);
            *base = Base::of_chance_pairs(&self.exposures(level, bits), &chance);
        }
        let measured = |bits: f64| -base.probability(bits).log2();
        let floor = |pair: usize| self.largest[pair].log2() + RESEMBLANCE_MARGIN_BITS;
        let rows = processors::map(&between, |&(part, whole)| {
            let sources = in_order(source(part), source(whole));
            let pair = self.pairs[&sources];
            let mut name_bits = measured(self.bits(bits, part, whole));
            // Of two names one edit apart neither is the other's part; the less rare one decides.
            if level == NameLevel::OneEdit && name_bits >= floor(pair) {
                name_bits = name_bits.min(measured(self.bits(bits, whole, part)));
            }
            let is_part_left = source(part) == sources.0;
            (name_bits >= floor(pair)).then(|| Found {
                pair,
                level,
                keys: if is_part_left {
                    [part, whole]
                } else {
                    [whole, part]
                },
                name_bits,
            })
        });
        rows.into_iter().flatten().collect()
    }

    fn bits(&self, bits: ResemblanceBits, part: u32, whole: u32) -> f64 {
        let text = |number| self.skeletons.text(number);
        self.model.resemblance_bits(bits, text(part), text(whole))
    }

    /// By surprisal, the accounts that could resemble a sampled skeleton of their source.
    fn exposures(&self, level: NameLevel, bits: ResemblanceBits) -> Vec<(f64, f64)> {
        let is_sampled = |&number: &u32| self.skeletons.marks(number).is_sampled;
        let sampled: Vec<u32> = self.skeletons.numbers().filter(is_sampled).collect();
        // The pairs are counted of all sampled, the expectation is asked of a part of them.
        let step = sampled
            .len()
            .div_ceil(EXPOSURE_SAMPLE_LIMIT as usize)
            .max(1);
        let is_asked = |&number: &u32| {
            let text = self.skeletons.text(number);
            (whole_hash(text) >> 32).is_multiple_of(step as u64) && is_long_enough(level, text)
        };
        let asked: Vec<u32> = sampled.into_iter().filter(is_asked).collect();
        let expected = processors::map(&asked, |&number| self.bits(bits, number, number));
        let exposed = asked.iter().zip(expected).map(|(&number, bits)| {
            let source = self.skeletons.marks(number).source as usize;
            let others = self.account_counts[source].saturating_sub(1) as f64;
            (number, bits.round(), step as f64 * others)
        });
        self.expected_less_than_once(exposed)
    }

    /// Amounts by surprisal, of the skeletons that the model expects less than one other account
    /// of their source to resemble: what is common says nothing of what is rare, and is so much
    /// more that it would rule the fit.
    fn expected_less_than_once(
        &self,
        amounts: impl Iterator<Item = (u32, f64, f64)>,
    ) -> Vec<(f64, f64)> {
        by_whole_bits(amounts.filter_map(|(number, bits, amount)| {
            let source = self.skeletons.marks(number).source as usize;
            let least_bits = (self.account_counts[source] as f64).log2();
            (bits >= least_bits).then_some((bits, amount))
        }))
    }

    /// The rows of `stage_resemblances`.
    fn batches<'s>(
        &'s self,
        rows: &[Found],
        pairs: &'s SourcePairs,
    ) -> datafusion::error::Result<Vec<RecordBatch>> {
        // Without a row there is still a schema.
        let whole = [rows];
        let chunks: Vec<&[Found]> = match rows.is_empty() {
            true => whole.to_vec(),
            false => rows.chunks(BATCH_ROW_COUNT).collect(),
        };
        let batches = chunks.into_iter().map(|rows| {
            let text = |of: &dyn Fn(&Found) -> &'s str| -> Arc<dyn arrow::array::Array> {
                let texts: Vec<&str> = rows.iter().map(|row| of(row)).collect();
                Arc::new(StringArray::from(texts))
            };
            let integer = |of: fn(&Found) -> i64| -> Arc<dyn arrow::array::Array> {
                Arc::new(Int64Array::from_iter_values(rows.iter().map(of)))
            };
            let bits = Float64Array::from_iter_values(rows.iter().map(|row| row.name_bits));
            Ok(RecordBatch::try_from_iter([
                ("pair", integer(|row| row.pair as i64)),
                ("source_left", text(&|row| &pairs.0[row.pair].left)),
                ("source_right", text(&|row| &pairs.0[row.pair].right)),
                ("key_left", text(&|row| self.skeletons.text(row.keys[0]))),
                ("key_right", text(&|row| self.skeletons.text(row.keys[1]))),
                ("level", integer(|row| row.level.index() as i64)),
                ("name_bits", Arc::new(bits)),
            ])?)
        });
        batches.collect()
    }
}

fn in_order(one: u32, other: u32) -> (u32, u32) {
    (one.min(other), one.max(other))
}
