//! `evaluate`: the links of a snapshot against a file of known truth.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use arrow::array::RecordBatch;
pub use entangle_linkage::evaluation::{Evaluation, ReliabilityBin, ThresholdQuality};
use entangle_linkage::evaluation::{JudgedPair, evaluate as evaluate_pairs};
use entangle_model::AccountId;
use entangle_store::Workspace;
use futures::TryStreamExt;

use crate::EngineError;
use crate::query::{session, snapshot_of};
use crate::table_reader::{integers, numbers, texts};

/// The columns of a truth file.
const HEADER: [&str; 3] = ["site", "user_id", "account_id"];

/// The evaluation of one pair of sources.
#[derive(Debug, Clone, PartialEq)]
pub struct PairEvaluation {
    /// The source that sorts first.
    pub a: String,
    /// The source that sorts second.
    pub b: String,
    /// Its figures.
    pub evaluation: Evaluation,
    /// The same figures for bare equality of case-folded names, which states no probability:
    /// pairs, true pairs among them.
    pub name_equality: NameEquality,
}

/// What bare equality of case-folded names would link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NameEquality {
    /// Pairs with equal names.
    pub pair_count: u64,
    /// True pairs among them.
    pub true_count: u64,
}

impl NameEquality {
    /// Share of the equal names that are true; absent without equal names.
    pub fn precision(&self) -> Option<f64> {
        (self.pair_count > 0).then(|| self.true_count as f64 / self.pair_count as f64)
    }

    /// Share of the true links that have equal names; absent without true links.
    pub fn recall(&self, true_links: u64) -> Option<f64> {
        (true_links > 0).then(|| self.true_count as f64 / true_links as f64)
    }
}

/// The evaluation of a linkage.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkageEvaluation {
    /// Per pair of sources, sorted.
    pub pairs: Vec<PairEvaluation>,
    /// All pairs of sources together.
    pub all: Evaluation,
    /// Bare equality of names over all pairs of sources.
    pub all_name_equality: NameEquality,
    /// Accounts of the truth file that are in the workspace.
    pub known_account_count: u64,
    /// Accounts of the truth file that are not.
    pub unknown_account_count: u64,
    /// The snapshot evaluated.
    pub snapshot: u64,
}

/// Who is behind each account, by account id.
struct Truth {
    source_and_person: HashMap<AccountId, (usize, String)>,
    sources: Vec<String>,
    unknown_account_count: u64,
}

/// Evaluates the links of a snapshot. Pairs with an account outside the truth are left out.
///
/// # Errors
/// Where the truth file cannot be read, names no account of the workspace, or there are no links.
pub async fn evaluate(
    workspace: &Workspace,
    snapshot: Option<u64>,
    truth_file: &Path,
) -> Result<LinkageEvaluation, EngineError> {
    let snapshot = snapshot_of(workspace, snapshot).await?;
    let context = session(workspace, &snapshot).await?;
    let truth = known_accounts(&context, read_truth(truth_file)?, truth_file).await?;
    let linked = linked_pairs(&context, &truth).await?;
    if linked.is_empty() {
        return Err(EngineError::User(
            "no two sources of the truth file have been linked\nhint: run `entangle link` first"
                .to_owned(),
        ));
    }
    let true_links = true_link_counts(&truth);
    let mut judged = judged_pairs(&context, &truth).await?;
    let equal = name_equality(&context, &truth).await?;
    let mut pairs = Vec::new();
    let mut all = Vec::new();
    let mut all_name_equality = NameEquality::default();
    let mut all_true_links = 0;
    for key in linked {
        let candidates = judged.remove(&key).unwrap_or_default();
        all.extend(candidates.iter().copied());
        let true_count = true_links.get(&key).copied().unwrap_or(0);
        all_true_links += true_count;
        let name_equality = equal.get(&key).copied().unwrap_or_default();
        all_name_equality.pair_count += name_equality.pair_count;
        all_name_equality.true_count += name_equality.true_count;
        pairs.push(PairEvaluation {
            a: truth.sources[key.0].clone(),
            b: truth.sources[key.1].clone(),
            evaluation: evaluate_pairs(candidates, true_count),
            name_equality,
        });
    }
    Ok(LinkageEvaluation {
        pairs,
        all: evaluate_pairs(all, all_true_links),
        all_name_equality,
        known_account_count: truth.source_and_person.len() as u64,
        unknown_account_count: truth.unknown_account_count,
        snapshot: snapshot.number(),
    })
}

/// A row of the truth file: source, native id, person.
type TruthRow = (String, String, String);

fn read_truth(path: &Path) -> Result<Vec<TruthRow>, EngineError> {
    let failed = |source| EngineError::File {
        action: "read",
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    let mut rows = Vec::new();
    for (index, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(failed)?;
        let cells: Vec<&str> = line.trim_end_matches('\r').split('\t').collect();
        let wrong = |reason: String| EngineError::Row {
            path: path.to_owned(),
            line: index as u64 + 1,
            reason,
        };
        if index == 0 {
            if cells != HEADER {
                return Err(wrong(format!(
                    "the header must be {}, separated by tabs",
                    HEADER.join(", ")
                )));
            }
            continue;
        }
        match cells[..] {
            [source, native_id, person] => {
                rows.push((source.to_owned(), native_id.to_owned(), person.to_owned()))
            }
            [""] => {}
            _ => {
                return Err(wrong(format!(
                    "expected 3 cells separated by tabs, found {}",
                    cells.len()
                )));
            }
        }
    }
    Ok(rows)
}

/// Keeps the rows whose account is in the workspace and has a name or not.
async fn known_accounts(
    context: &datafusion::prelude::SessionContext,
    rows: Vec<TruthRow>,
    path: &Path,
) -> Result<Truth, EngineError> {
    let mut sources: Vec<String> = rows.iter().map(|row| row.0.clone()).collect();
    sources.sort();
    sources.dedup();
    let mut wanted: HashMap<AccountId, (usize, String)> = HashMap::with_capacity(rows.len());
    for (source, native_id, person) in rows {
        let position = sources.partition_point(|known| *known < source);
        wanted.insert(
            AccountId::derive(&[&source, &native_id]),
            (position, person),
        );
    }
    let mut known = HashMap::with_capacity(wanted.len());
    let mut batches = context
        .sql("SELECT account_id FROM accounts")
        .await?
        .execute_stream()
        .await?;
    while let Some(batch) = batches.try_next().await? {
        for id in texts(&batch, 0)
            .iter()
            .flatten()
            .filter_map(AccountId::parse)
        {
            if let Some(entry) = wanted.remove(&id) {
                known.insert(id, entry);
            }
        }
    }
    if known.is_empty() {
        return Err(EngineError::User(format!(
            "no account of {} is in the workspace\nhint: its column site must hold names of sources, its column user_id native ids",
            path.display()
        )));
    }
    Ok(Truth {
        source_and_person: known,
        sources,
        unknown_account_count: wanted.len() as u64,
    })
}

/// Positions of two sources, in order.
type PairKey = (usize, usize);

impl Truth {
    /// The positions of the two sources that the first two columns of a row name; `None` if the
    /// truth does not know both.
    fn pair_in(&self, batch: &RecordBatch, row: usize) -> Option<PairKey> {
        let position = |column| {
            let source = texts(batch, column).value(row);
            self.sources.iter().position(|known| known == source)
        };
        Some((position(0)?, position(1)?))
    }
}

async fn linked_pairs(
    context: &datafusion::prelude::SessionContext,
    truth: &Truth,
) -> Result<Vec<PairKey>, EngineError> {
    let sql = "SELECT source_left, source_right FROM link_models ORDER BY 1, 2";
    let mut pairs = Vec::new();
    for batch in context.sql(sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            if let Some((left, right)) = truth.pair_in(&batch, row) {
                pairs.push((left.min(right), left.max(right)));
            }
        }
    }
    Ok(pairs)
}

/// Pairs of accounts of one person, per pair of sources.
fn true_link_counts(truth: &Truth) -> BTreeMap<PairKey, u64> {
    let mut accounts_of_person: HashMap<&str, BTreeMap<usize, u64>> = HashMap::new();
    for (source, person) in truth.source_and_person.values() {
        *accounts_of_person
            .entry(person)
            .or_default()
            .entry(*source)
            .or_default() += 1;
    }
    let mut counts = BTreeMap::new();
    for accounts in accounts_of_person.values() {
        let per_source: Vec<_> = accounts.iter().collect();
        for (position, (left, left_count)) in per_source.iter().enumerate() {
            for (right, right_count) in &per_source[position + 1..] {
                *counts.entry((**left, **right)).or_default() += *left_count * *right_count;
            }
        }
    }
    counts
}

impl Truth {
    /// The pair of sources of two accounts and whether one person is behind both; `None` when
    /// either is outside the truth.
    fn judge(&self, left: &str, right: &str) -> Option<(PairKey, bool)> {
        let (left_source, left_person) = self.source_and_person.get(&AccountId::parse(left)?)?;
        let (right_source, right_person) = self.source_and_person.get(&AccountId::parse(right)?)?;
        let key = (
            *left_source.min(right_source),
            *left_source.max(right_source),
        );
        Some((key, left_person == right_person))
    }
}

async fn judged_pairs(
    context: &datafusion::prelude::SessionContext,
    truth: &Truth,
) -> Result<BTreeMap<PairKey, Vec<JudgedPair>>, EngineError> {
    let sql = "SELECT account_left, account_right, match_probability FROM links";
    let mut judged: BTreeMap<PairKey, Vec<JudgedPair>> = BTreeMap::new();
    let mut batches = context.sql(sql).await?.execute_stream().await?;
    while let Some(batch) = batches.try_next().await? {
        let (left, right, probability) = (texts(&batch, 0), texts(&batch, 1), numbers(&batch, 2));
        for row in 0..batch.num_rows() {
            if let Some((key, is_true)) = truth.judge(left.value(row), right.value(row)) {
                let pair = JudgedPair {
                    match_probability: probability.value(row),
                    is_true,
                };
                judged.entry(key).or_default().push(pair);
            }
        }
    }
    Ok(judged)
}

/// Counts pairs of equal folded names; names too common to list pair by pair are counted, too.
async fn name_equality(
    context: &datafusion::prelude::SessionContext,
    truth: &Truth,
) -> Result<BTreeMap<PairKey, NameEquality>, EngineError> {
    let sql = "
        SELECT l.source, r.source, CAST(sum(l.accounts * r.accounts) AS BIGINT) AS pairs
        FROM (SELECT source, folded, count(*) AS accounts FROM names GROUP BY source, folded) l
        JOIN (SELECT source, folded, count(*) AS accounts FROM names GROUP BY source, folded) r
          ON l.folded = r.folded AND l.source < r.source
        GROUP BY l.source, r.source";
    let mut equal: BTreeMap<PairKey, NameEquality> = BTreeMap::new();
    for batch in context.sql(sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            if let Some((left, right)) = truth.pair_in(&batch, row) {
                equal.entry((left, right)).or_default().pair_count =
                    integers(&batch, 2).value(row) as u64;
            }
        }
    }
    for (key, count) in equal_true_counts(context, truth).await? {
        equal.entry(key).or_default().true_count = count;
    }
    Ok(equal)
}

/// True pairs with equal folded names, person by person.
async fn equal_true_counts(
    context: &datafusion::prelude::SessionContext,
    truth: &Truth,
) -> Result<BTreeMap<PairKey, u64>, EngineError> {
    let mut names_of_person: HashMap<&str, Vec<(usize, String)>> = HashMap::new();
    let mut batches = context
        .sql("SELECT account_id, folded FROM names")
        .await?
        .execute_stream()
        .await?;
    while let Some(batch) = batches.try_next().await? {
        let (ids, folded) = (texts(&batch, 0), texts(&batch, 1));
        for row in 0..batch.num_rows() {
            let entry =
                AccountId::parse(ids.value(row)).and_then(|id| truth.source_and_person.get(&id));
            if let Some((source, person)) = entry {
                names_of_person
                    .entry(person)
                    .or_default()
                    .push((*source, folded.value(row).to_owned()));
            }
        }
    }
    let mut counts = BTreeMap::new();
    for names in names_of_person.values() {
        for (position, (left, left_name)) in names.iter().enumerate() {
            for (right, right_name) in &names[position + 1..] {
                if left != right && left_name == right_name {
                    *counts
                        .entry((*left.min(right), *left.max(right)))
                        .or_default() += 1;
                }
            }
        }
    }
    Ok(counts)
}
