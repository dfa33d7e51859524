//! Which sources are compared with which, and how large they are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Float64Array, Int64Array, RecordBatch, StringArray};
use datafusion::prelude::SessionContext;

use crate::LinkageError;
use crate::frames::{failed, fetch, integers, texts};
use crate::key_table::KEY_LEVELS;

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
        register_sizes(context, &sizes)?;
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
    /// Distinct names per level, both sources added.
    pub(crate) distinct_counts: [u64; 4],
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
                let mut distinct_counts = left_size.distinct_counts;
                for (sum, more) in distinct_counts.iter_mut().zip(right_size.distinct_counts) {
                    *sum += more;
                }
                pairs.push(SourcePair {
                    left: (*left).clone(),
                    right: (*right).clone(),
                    account_count_left: left_size.account_count,
                    account_count_right: right_size.account_count,
                    distinct_counts,
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
/// accounts of both without the two compared), larger_count (accounts of the larger source) and
/// distinct names per level.
pub(crate) fn register(context: &SessionContext, pairs: &SourcePairs) -> Result<(), LinkageError> {
    let column = |of: &dyn Fn(&SourcePair) -> f64| -> Arc<dyn arrow::array::Array> {
        Arc::new(Float64Array::from_iter_values(pairs.0.iter().map(of)))
    };
    let left = StringArray::from_iter_values(pairs.0.iter().map(|pair| &pair.left));
    let right = StringArray::from_iter_values(pairs.0.iter().map(|pair| &pair.right));
    let index = Int64Array::from_iter_values(0..pairs.0.len() as i64);
    let others = |pair: &SourcePair| {
        (pair.account_count_left + pair.account_count_right).saturating_sub(2) as f64
    };
    replace_table(
        context,
        "source_pairs",
        RecordBatch::try_from_iter([
            ("pair", Arc::new(index) as _),
            ("source_left", Arc::new(left) as _),
            ("source_right", Arc::new(right) as _),
            ("others", column(&others)),
            ("larger_count", column(&SourcePair::larger_count)),
            (
                "distinct_written",
                column(&|pair| pair.distinct_counts[0] as f64),
            ),
            (
                "distinct_folded",
                column(&|pair| pair.distinct_counts[1] as f64),
            ),
            (
                "distinct_skeleton",
                column(&|pair| pair.distinct_counts[2] as f64),
            ),
            (
                "distinct_stem",
                column(&|pair| pair.distinct_counts[3] as f64),
            ),
        ])
        .map_err(|source| failed("source_pairs", source.into()))?,
    )
}

/// Registers the sizes as table `source_sizes`: source, others (its named accounts without one),
/// elsewhere (those of all other sources) and distinct names per level.
fn register_sizes(context: &SessionContext, sizes: &SourceSizes) -> Result<(), LinkageError> {
    let column = |of: &dyn Fn(&SourceSize) -> u64| -> Arc<dyn arrow::array::Array> {
        let numbers = sizes.0.values().map(|size| of(size) as f64);
        Arc::new(Float64Array::from_iter_values(numbers))
    };
    let source = StringArray::from_iter_values(sizes.0.keys());
    let total: u64 = sizes.0.values().map(|size| size.account_count).sum();
    let mut columns: Vec<(String, Arc<dyn arrow::array::Array>)> = vec![
        ("source".to_owned(), Arc::new(source)),
        (
            "others".to_owned(),
            column(&|size| size.account_count.saturating_sub(1)),
        ),
        (
            "elsewhere".to_owned(),
            column(&|size| total - size.account_count),
        ),
    ];
    for (position, level) in KEY_LEVELS.iter().enumerate() {
        let distinct = column(&|size| size.distinct_counts[position]);
        columns.push((format!("distinct_{}", level.column), distinct));
    }
    let rows = RecordBatch::try_from_iter(columns);
    let rows = rows.map_err(|source| failed("source_sizes", source.into()))?;
    replace_table(context, "source_sizes", rows)
}

fn replace_table(
    context: &SessionContext,
    name: &'static str,
    rows: RecordBatch,
) -> Result<(), LinkageError> {
    context
        .deregister_table(name)
        .map_err(|source| failed(name, source))?;
    context
        .register_batch(name, rows)
        .map_err(|source| failed(name, source))?;
    Ok(())
}
