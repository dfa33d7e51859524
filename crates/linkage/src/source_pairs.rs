//! Which sources are compared with which, and how large they are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use datafusion::prelude::SessionContext;

use crate::LinkageError;
use crate::frames::{failed, fetch, integers, texts};
use crate::key_table::{KEY_LEVELS, KeyLevel, Rarity};

/// Named accounts and distinct names per level of one source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct SourceSize {
    /// Accounts that have a name.
    pub account_count: u64,
    /// Distinct names: written, folded, skeleton, stem.
    pub distinct_counts: [u64; 4],
}

/// The sizes of all sources, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct SourceSizes(pub BTreeMap<String, SourceSize>);

impl SourceSizes {
    /// Counts the accounts, and the keys of each level.
    pub(crate) async fn collect(context: &SessionContext) -> Result<Self, LinkageError> {
        let mut sizes: BTreeMap<String, SourceSize> = BTreeMap::new();
        let sql = "SELECT source, count(*) AS accounts FROM stage_names GROUP BY source";
        for batch in fetch(context, "source_sizes", sql).await? {
            for (row, source) in texts(&batch, "source").iter().enumerate() {
                let size = sizes
                    .entry(source.unwrap_or_default().to_owned())
                    .or_default();
                size.account_count = integers(&batch, "accounts").value(row) as u64;
            }
        }
        for (position, level) in KEY_LEVELS.iter().enumerate() {
            let sql = format!(
                "SELECT source, count(*) AS keys FROM {} GROUP BY source",
                level.counts
            );
            for batch in fetch(context, "source_sizes", &sql).await? {
                for (row, source) in texts(&batch, "source").iter().enumerate() {
                    // A source whose accounts have former names only has none to compare.
                    if let Some(size) = source.and_then(|source| sizes.get_mut(source)) {
                        size.distinct_counts[position] = integers(&batch, "keys").value(row) as u64;
                    }
                }
            }
        }
        let sizes = Self(sizes);
        replace_table(context, "source_sizes", size_columns(&sizes))?;
        Ok(sizes)
    }

    /// Distinct keys of all sources together on a level, each counted once per source.
    pub(crate) fn distinct_count(&self, level: usize) -> u64 {
        self.0
            .values()
            .map(|size| size.distinct_counts[level])
            .sum()
    }
}

/// One pair of sources that are compared; `left` sorts before `right`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SourcePair {
    /// The source that sorts first.
    pub left: String,
    /// The source that sorts second.
    pub right: String,
    /// Named accounts of the left source.
    pub account_count_left: u64,
    /// Named accounts of the right source.
    pub account_count_right: u64,
}

impl SourcePair {
    /// The larger of the two account counts.
    pub fn larger_count(&self) -> f64 {
        self.account_count_left.max(self.account_count_right) as f64
    }

    /// The smaller of the two account counts: the most links there can be when an account has
    /// at most one on the other side.
    pub fn smaller_count(&self) -> f64 {
        self.account_count_left.min(self.account_count_right) as f64
    }
}

/// The pairs of sources that are compared, in order; the position is the pair's index.
#[derive(Debug, Clone, Default)]
pub(crate) struct SourcePairs(pub Vec<SourcePair>);

impl SourcePairs {
    /// Every pair with one source on each side; no source is compared with itself.
    pub(crate) fn choose(
        sizes: &SourceSizes,
        between: Option<&[String]>,
        and: Option<&[String]>,
    ) -> Self {
        let within =
            |side: Option<&[String]>, name: &String| side.is_none_or(|side| side.contains(name));
        let sources: Vec<_> = sizes.0.iter().collect();
        let mut pairs = Vec::new();
        for (position, (left, left_size)) in sources.iter().enumerate() {
            for (right, right_size) in &sources[position + 1..] {
                let wanted = within(between, left) && within(and, right)
                    || within(between, right) && within(and, left);
                if !wanted {
                    continue;
                }
                pairs.push(SourcePair {
                    left: (*left).clone(),
                    right: (*right).clone(),
                    account_count_left: left_size.account_count,
                    account_count_right: right_size.account_count,
                });
            }
        }
        Self(pairs)
    }

    /// Keeps the pairs with at least one of the sources.
    pub(crate) fn keep_with(&mut self, sources: &BTreeSet<String>) {
        self.0
            .retain(|pair| sources.contains(&pair.left) || sources.contains(&pair.right));
    }

    /// The index of each pair by the positions of its left and its right source among all sources.
    pub(crate) fn by_numbers(&self, sizes: &SourceSizes) -> BTreeMap<(u32, u32), usize> {
        let numbers: BTreeMap<&String, u32> = sizes.0.keys().zip(0..).collect();
        let pairs = self.0.iter().enumerate();
        pairs
            .map(|(index, pair)| ((numbers[&pair.left], numbers[&pair.right]), index))
            .collect()
    }

    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Registers the pairs as table `source_pairs`: pair, source_left, source_right, others (the
/// accounts of both without the two compared) and larger_count (accounts of the larger source).
pub(crate) fn register(context: &SessionContext, pairs: &SourcePairs) -> Result<(), LinkageError> {
    replace_table(context, "source_pairs", pair_columns(pairs))
}

fn pair_columns(pairs: &SourcePairs) -> Vec<Named> {
    let left = StringArray::from_iter_values(pairs.0.iter().map(|pair| &pair.left));
    let right = StringArray::from_iter_values(pairs.0.iter().map(|pair| &pair.right));
    let index = Int64Array::from_iter_values(0..pairs.0.len() as i64);
    let others = |pair: &SourcePair| {
        (pair.account_count_left + pair.account_count_right).saturating_sub(2) as f64
    };
    let column = |name: &str, of: &dyn Fn(&SourcePair) -> f64| {
        let numbers = Float64Array::from_iter_values(pairs.0.iter().map(of));
        (name.to_owned(), Arc::new(numbers) as _)
    };
    vec![
        ("pair".to_owned(), Arc::new(index) as _),
        ("source_left".to_owned(), Arc::new(left) as _),
        ("source_right".to_owned(), Arc::new(right) as _),
        column("others", &others),
        column("larger_count", &SourcePair::larger_count),
    ]
}

/// Registers `source_pairs` and `source_sizes` anew with what is known of rarity. Per level both have what the
/// distinct keys have yielded to keys not yet seen (`yielded_*`: each its source's discount), and
/// the discounts: `discount_left_*` and `discount_right_*` of a pair, `discount_*` of a source.
pub(crate) fn register_rarity(
    context: &SessionContext,
    sizes: &SourceSizes,
    pairs: &SourcePairs,
    rarity: &Rarity,
) -> Result<(), LinkageError> {
    let yielded = |level: usize, source: &String| {
        let distinct = sizes.0[source].distinct_counts[level] as f64;
        rarity.backoff(level, source).discount * distinct
    };
    let (mut of_pairs, mut of_sources) = (pair_columns(pairs), size_columns(sizes));
    for (level, KeyLevel { column, .. }) in KEY_LEVELS.iter().enumerate() {
        let discount = |source: &String| rarity.backoff(level, source).discount;
        let mut pair_column = |name: &str, of: &dyn Fn(&SourcePair) -> f64| {
            let numbers = Float64Array::from_iter_values(pairs.0.iter().map(of));
            of_pairs.push((format!("{name}_{column}"), Arc::new(numbers)));
        };
        pair_column("yielded", &|pair| {
            yielded(level, &pair.left) + yielded(level, &pair.right)
        });
        pair_column("discount_left", &|pair| discount(&pair.left));
        pair_column("discount_right", &|pair| discount(&pair.right));
        let mut source_column = |name: &str, of: &dyn Fn(&String) -> f64| {
            let numbers = Float64Array::from_iter_values(sizes.0.keys().map(of));
            of_sources.push((format!("{name}_{column}"), Arc::new(numbers)));
        };
        source_column("yielded", &|source| yielded(level, source));
        source_column("discount", &discount);
    }
    replace_table(context, "source_pairs", of_pairs)?;
    replace_table(context, "source_sizes", of_sources)
}

/// A column with its name.
type Named = (String, ArrayRef);

/// The columns of table `source_sizes`: source, others (its named accounts without one) and elsewhere (those
/// of all other sources).
fn size_columns(sizes: &SourceSizes) -> Vec<Named> {
    let column = |name: &str, of: &dyn Fn(&SourceSize) -> u64| -> Named {
        let numbers = sizes.0.values().map(|size| of(size) as f64);
        let numbers = Float64Array::from_iter_values(numbers);
        (name.to_owned(), Arc::new(numbers))
    };
    let source = StringArray::from_iter_values(sizes.0.keys());
    let total: u64 = sizes.0.values().map(|size| size.account_count).sum();
    vec![
        ("source".to_owned(), Arc::new(source)),
        column("others", &|size| size.account_count.saturating_sub(1)),
        column("elsewhere", &|size| total - size.account_count),
    ]
}

fn replace_table(
    context: &SessionContext,
    name: &'static str,
    columns: Vec<Named>,
) -> Result<(), LinkageError> {
    let rows = RecordBatch::try_from_iter(columns);
    let rows = rows.map_err(|source| failed(name, source.into()))?;
    context
        .deregister_table(name)
        .map_err(|source| failed(name, source))?;
    context
        .register_batch(name, rows)
        .map_err(|source| failed(name, source))?;
    Ok(())
}
