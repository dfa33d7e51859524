//! `evaluate`: the links of a snapshot against a file of known truth.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use arrow::array::Array;
pub use entangle_linkage::evaluation::{Evaluation, ReliabilityBin, Stratum, ThresholdQuality};
use entangle_linkage::evaluation::{JudgedPair, evaluate as evaluate_pairs};
pub use entangle_linkage::evaluation_intervals::EvaluationIntervals;
use entangle_model::bits::bits_to_probability;
use entangle_model::{AccountId, NameLevel};
use entangle_store::Workspace;
use futures::TryStreamExt;

use crate::EngineError;
use crate::calibrate::leaving_both_sources_out;
use crate::query::{session, snapshot_of};
use crate::table_reader::{flags, integers, numbers, texts};
use crate::truth::{PairKey, Truth, known_accounts, read_truth, true_pairs};

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

/// What is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calibrated {
    /// The probabilities of the links.
    AsLinked,
    /// Those that prior and evidence state, calibrated for each pair of sources on the truth of
    /// pairs with neither of the two: what a calibration is worth where there is no truth.
    LeavingBothSourcesOut,
}

/// Evaluates the links of a snapshot. Pairs with an account outside the truth are left out.
///
/// # Errors
/// Where the truth file cannot be read, names no account of the workspace, or there are no links.
pub async fn evaluate(
    workspace: &Workspace,
    snapshot: Option<u64>,
    truth_file: &Path,
    calibrated: Calibrated,
) -> Result<LinkageEvaluation, EngineError> {
    let mut candidates = judged_candidates(workspace, snapshot, truth_file).await?;
    if calibrated == Calibrated::LeavingBothSourcesOut {
        calibrate_from_others(&mut candidates);
    }
    let JudgedCandidates {
        by_source_pair,
        truth,
        equal_names,
        snapshot,
    } = candidates;
    let mut true_pairs = true_pairs(&truth);
    let mut pairs = Vec::new();
    let mut all = Vec::new();
    let mut all_name_equality = NameEquality::default();
    let mut all_true_pairs = Vec::new();
    for (key, candidates) in by_source_pair {
        all.extend(candidates.iter().copied());
        let of_pair = true_pairs.remove(&key).unwrap_or_default();
        all_true_pairs.extend_from_slice(&of_pair);
        let name_equality = equal_names.get(&key).copied().unwrap_or_default();
        all_name_equality.pair_count += name_equality.pair_count;
        all_name_equality.true_count += name_equality.true_count;
        pairs.push(PairEvaluation {
            a: truth.sources[key.0].clone(),
            b: truth.sources[key.1].clone(),
            evaluation: evaluate_pairs(candidates, &of_pair, truth.person_count),
            name_equality,
        });
    }
    Ok(LinkageEvaluation {
        pairs,
        all: evaluate_pairs(all, &all_true_pairs, truth.person_count),
        all_name_equality,
        known_account_count: truth.source_and_person.len() as u64,
        unknown_account_count: truth.unknown_account_count,
        snapshot,
    })
}

fn calibrate_from_others(candidates: &mut JudgedCandidates) {
    let calibrations = leaving_both_sources_out(candidates);
    for (key, pairs) in &mut candidates.by_source_pair {
        let calibration = calibrations.get(key).and_then(Option::as_ref);
        for pair in pairs {
            pair.match_probability = match calibration {
                Some(calibration) => calibration.calibrate(pair.stated_probability).0,
                None => pair.stated_probability,
            };
        }
    }
}

/// Candidates whose truth is known.
pub(crate) struct JudgedCandidates {
    /// By the positions of their sources; every linked pair of sources of the truth has an entry.
    pub by_source_pair: BTreeMap<PairKey, Vec<JudgedPair>>,
    truth: Truth,
    equal_names: BTreeMap<PairKey, NameEquality>,
    snapshot: u64,
}

/// Reads the candidates of a snapshot whose truth is known.
///
/// # Errors
/// Those of [`evaluate`].
pub(crate) async fn judged_candidates(
    workspace: &Workspace,
    snapshot: Option<u64>,
    truth_file: &Path,
) -> Result<JudgedCandidates, EngineError> {
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
    let mut judged = judged_pairs(&context, &truth).await?;
    let by_source_pair = linked
        .into_iter()
        .map(|key| (key, judged.remove(&key).unwrap_or_default()))
        .collect();
    let equal_names = name_equality(&context, &truth).await?;
    Ok(JudgedCandidates {
        by_source_pair,
        truth,
        equal_names,
        snapshot: snapshot.number(),
    })
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

/// The candidates of the table `links` whose accounts are both in the truth.
pub(crate) async fn judged_pairs(
    context: &datafusion::prelude::SessionContext,
    truth: &Truth,
) -> Result<BTreeMap<PairKey, Vec<JudgedPair>>, EngineError> {
    let sql = "SELECT account_left, account_right, match_probability, name_level,
                      name_surprisal_bits, has_shared_identifier, prior_bits + match_weight_bits
               FROM links";
    let mut judged: BTreeMap<PairKey, Vec<JudgedPair>> = BTreeMap::new();
    let mut batches = context.sql(sql).await?.execute_stream().await?;
    while let Some(batch) = batches.try_next().await? {
        let (left, right, probability) = (texts(&batch, 0), texts(&batch, 1), numbers(&batch, 2));
        for row in 0..batch.num_rows() {
            if let Some((key, people)) = truth.judge(left.value(row), right.value(row)) {
                let bits = numbers(&batch, 4);
                let pair = JudgedPair {
                    match_probability: probability.value(row),
                    stated_probability: bits_to_probability(numbers(&batch, 6).value(row)),
                    is_true: people.0 == people.1,
                    people,
                    name_level: NameLevel::parse(texts(&batch, 3).value(row))
                        .unwrap_or(NameLevel::None),
                    name_bits: bits.is_valid(row).then(|| bits.value(row)),
                    has_shared_identifier: flags(&batch, 5).value(row),
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
    let mut names_of_person: HashMap<u32, Vec<(usize, String)>> = HashMap::new();
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
                    .entry(*person)
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
