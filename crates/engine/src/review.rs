//! `review`: a sample of links for people to judge, and the precision that their answers say.
//!
//! Links are drawn within strata of stated probability, so that every part of the scale is looked
//! at. The sample shows neither probability nor stratum: who knows the answer of the program sees
//! it everywhere. Scoring looks them up in the snapshot that the sample names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow::array::Array;
use datafusion::prelude::SessionContext;
use entangle_linkage::Verdict;
use entangle_model::{AccountId, Estimate, sql_list};
use entangle_report::csv_text_cell;
use entangle_statistics::Bounded;
use entangle_statistics::proportion::clopper_pearson_interval;
use entangle_store::Workspace;

use crate::EngineError;
use crate::disclosure::{Disclosure, Pseudonyms};
use crate::personas::shown_as;
use crate::query::{session, snapshot_of};
use crate::table_reader::{integers, numbers, texts};

/// Lower bounds of the strata of stated probability; the last ends at 1.
const STRATA: [f64; 7] = [0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];
/// The columns of a sample.
const HEADER: [&str; 9] = [
    "snapshot",
    "account_left",
    "account_right",
    "source_left",
    "source_right",
    "shown_left",
    "shown_right",
    "answer",
    "remark",
];

/// What a sample is to be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleRequest {
    /// Links per stratum at most.
    pub per_stratum_count: u64,
    /// The same seed draws the same links.
    pub seed: u64,
}

/// A sample as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenSample {
    /// The file.
    pub path: PathBuf,
    /// Links in it.
    pub pair_count: u64,
    /// The snapshot they are of.
    pub snapshot: u64,
}

/// Draws links and writes them as CSV, in an order that says nothing of their probability.
///
/// # Errors
/// Without links, and where a query, the record of a disclosure or the file fails.
pub async fn write_sample(
    workspace: &Workspace,
    snapshot: Option<u64>,
    request: &SampleRequest,
    disclosure: &Disclosure,
    out: &Path,
) -> Result<WrittenSample, EngineError> {
    disclosure.record(workspace, "review sample")?;
    let snapshot = snapshot_of(workspace, snapshot).await?;
    let context = session(workspace, &snapshot).await?;
    let rows = sample_rows(workspace, &context, snapshot.number(), request, disclosure).await?;
    if rows.is_empty() {
        return Err(EngineError::User(
            "there is no link stated at .05 or more to review\nhint: run `entangle link` first"
                .to_owned(),
        ));
    }
    let text = format!("{}\n{}\n", HEADER.join(","), rows.join("\n"));
    std::fs::write(out, text).map_err(|source| EngineError::File {
        action: "write",
        path: out.to_owned(),
        source,
    })?;
    Ok(WrittenSample {
        path: out.to_owned(),
        pair_count: rows.len() as u64,
        snapshot: snapshot.number(),
    })
}

fn stratum_sql() -> String {
    let arms: Vec<String> = STRATA
        .iter()
        .enumerate()
        .rev()
        .map(|(position, low)| format!("WHEN match_probability >= {low:e} THEN {position}"))
        .collect();
    format!("CAST(CASE {} END AS BIGINT)", arms.join(" "))
}

async fn sample_rows(
    workspace: &Workspace,
    context: &SessionContext,
    snapshot: u64,
    request: &SampleRequest,
    disclosure: &Disclosure,
) -> Result<Vec<String>, EngineError> {
    let pseudonyms = Pseudonyms::of(workspace)?;
    let sql = format!(
        "WITH drawn AS (
            SELECT *, text_hash(concat('{seed} ', account_left, ' ', account_right)) AS lot, {stratum} AS stratum
            FROM links WHERE match_probability >= {floor:e}
         ), ranked AS (
            SELECT *, row_number() OVER (PARTITION BY stratum ORDER BY lot, account_left, account_right) AS place FROM drawn
         )
         SELECT r.account_left, r.account_right, r.source_left, r.source_right,
                l.native_id, l.name, t.native_id, t.name
         FROM ranked r JOIN accounts l ON l.account_id = r.account_left
         JOIN accounts t ON t.account_id = r.account_right
         WHERE r.place <= {count} ORDER BY r.lot, r.account_left, r.account_right",
        seed = request.seed,
        stratum = stratum_sql(),
        floor = STRATA[0],
        count = request.per_stratum_count,
    );
    let mut rows = Vec::new();
    for batch in context.sql(&sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            let text = |column: usize| texts(&batch, column).value(row);
            let shown = |id: usize, native_id: usize| {
                let names = texts(&batch, native_id + 1);
                let name = names.is_valid(row).then(|| names.value(row));
                shown_as(disclosure, &pseudonyms, text(id), text(native_id), name)
            };
            let cells = [
                snapshot.to_string(),
                text(0).to_owned(),
                text(1).to_owned(),
                csv_text_cell(text(2)),
                csv_text_cell(text(3)),
                csv_text_cell(&shown(0, 4)),
                csv_text_cell(&shown(1, 6)),
            ];
            rows.push(format!("{},,", cells.join(",")));
        }
    }
    Ok(rows)
}

/// What people's answers say of one stratum.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewedStratum {
    /// Lower bound of the stated probability, included.
    pub from_probability: f64,
    /// Upper bound, excluded but for the last.
    pub to_probability: f64,
    /// Links of the stratum in the snapshot.
    pub link_count: u64,
    /// Mean stated probability of the links answered *same* or *different*; absent without one.
    pub stated_mean: Option<f64>,
    /// Answers *same*.
    pub same_count: u64,
    /// Answers *different*.
    pub different_count: u64,
    /// Answers *unsure*, which enter no precision.
    pub unsure_count: u64,
    /// Share of *same* among *same* and *different*, with its Clopper-Pearson interval.
    pub precision: Option<Estimate>,
}

/// What people's answers say of the links.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// Strata, low to high.
    pub strata: Vec<ReviewedStratum>,
    /// Precision of all links stated at .9 or more: the strata weighted by their links. Absent
    /// where a stratum with links has no answer.
    pub precision_from_90: Option<Estimate>,
    /// Rows without an answer.
    pub open_count: u64,
    /// The snapshot reviewed.
    pub snapshot: u64,
}

/// Scores a sample that people have answered.
///
/// # Errors
/// Where the file is not a sample, an answer is none of same, different and unsure, or a pair is
/// not linked in the snapshot.
pub async fn score(workspace: &Workspace, file: &Path) -> Result<Review, EngineError> {
    let sample = read_sample(file)?;
    let snapshot = snapshot_of(workspace, Some(sample.snapshot)).await?;
    let context = session(workspace, &snapshot).await?;
    let mut strata = empty_strata(&context).await?;
    let stated = stated_probabilities(&context, &sample.pairs).await?;
    let mut answered_probabilities = vec![Vec::new(); strata.len()];
    let mut open_count = 0;
    for answered in &sample.pairs {
        let Some(verdict) = answered.verdict else {
            open_count += 1;
            continue;
        };
        let probability = stated.get(&answered.accounts).copied();
        let probability = probability.ok_or_else(|| EngineError::Row {
            path: file.to_owned(),
            line: answered.line,
            reason: "the two accounts are not linked in the snapshot that the row names".to_owned(),
        })?;
        let position = STRATA.partition_point(|low| *low <= probability).max(1) - 1;
        let stratum = &mut strata[position];
        match verdict {
            Verdict::Same => stratum.same_count += 1,
            Verdict::Different => stratum.different_count += 1,
            Verdict::Unsure => stratum.unsure_count += 1,
        }
        if verdict != Verdict::Unsure {
            answered_probabilities[position].push(probability);
        }
    }
    for (stratum, stated) in strata.iter_mut().zip(answered_probabilities) {
        stratum.stated_mean =
            (!stated.is_empty()).then(|| stated.iter().sum::<f64>() / stated.len() as f64);
        stratum.precision = precision(stratum);
    }
    Ok(Review {
        precision_from_90: precision_from(&strata, 0.9),
        strata,
        open_count,
        snapshot: sample.snapshot,
    })
}

fn precision(stratum: &ReviewedStratum) -> Option<Estimate> {
    let answered = stratum.same_count + stratum.different_count;
    let bounded = clopper_pearson_interval(stratum.same_count as f64, answered as f64)?;
    Some(bounded.into_estimate(
        answered,
        "share of same among same and different; Clopper-Pearson",
    ))
}

/// Precision over strata by their sizes; the variance of each is that of the add-one estimate, so
/// that a stratum without an error is not taken for a perfect one.
fn precision_from(strata: &[ReviewedStratum], low: f64) -> Option<Estimate> {
    let counted: Vec<&ReviewedStratum> = strata
        .iter()
        .filter(|stratum| stratum.from_probability >= low && stratum.link_count > 0)
        .collect();
    let links: f64 = counted
        .iter()
        .map(|stratum| stratum.link_count as f64)
        .sum();
    let (mut value, mut variance, mut n) = (0.0, 0.0, 0);
    for stratum in &counted {
        let answered = stratum.same_count + stratum.different_count;
        if answered == 0 {
            return None;
        }
        let weight = stratum.link_count as f64 / links;
        let same = stratum.same_count as f64;
        let shrunk = (same + 1.0) / (answered as f64 + 2.0);
        value += weight * same / answered as f64;
        variance += weight * weight * shrunk * (1.0 - shrunk) / answered as f64;
        n += answered;
    }
    (!counted.is_empty()).then(|| {
        Bounded::normal(value, variance.sqrt())
            .clamped(0.0, 1.0)
            .into_estimate(n, "strata weighted by their links; normal interval")
    })
}

async fn empty_strata(context: &SessionContext) -> Result<Vec<ReviewedStratum>, EngineError> {
    let upper = STRATA[1..].iter().copied().chain([1.0]);
    let mut strata: Vec<ReviewedStratum> = STRATA
        .iter()
        .zip(upper)
        .map(|(&from_probability, to_probability)| ReviewedStratum {
            from_probability,
            to_probability,
            link_count: 0,
            stated_mean: None,
            same_count: 0,
            different_count: 0,
            unsure_count: 0,
            precision: None,
        })
        .collect();
    let sql = format!(
        "SELECT {} AS stratum, count(*) AS links FROM links WHERE match_probability >= {:e} GROUP BY 1",
        stratum_sql(),
        STRATA[0]
    );
    for batch in context.sql(&sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            strata[integers(&batch, 0).value(row) as usize].link_count =
                integers(&batch, 1).value(row) as u64;
        }
    }
    Ok(strata)
}

/// The stated probability of every link whose left account is in the sample, by its accounts.
async fn stated_probabilities(
    context: &SessionContext,
    pairs: &[Answered],
) -> Result<BTreeMap<[AccountId; 2], f64>, EngineError> {
    let left = pairs.iter().map(|pair| pair.accounts[0].to_string());
    let sql = format!(
        "SELECT account_left, account_right, match_probability FROM links WHERE account_left IN ({})",
        sql_list(left)
    );
    let mut stated = BTreeMap::new();
    for batch in context.sql(&sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            let id = |column: usize| AccountId::parse(texts(&batch, column).value(row));
            if let (Some(left), Some(right)) = (id(0), id(1)) {
                stated.insert([left, right], numbers(&batch, 2).value(row));
            }
        }
    }
    Ok(stated)
}

struct Answered {
    line: u64,
    accounts: [AccountId; 2],
    verdict: Option<Verdict>,
}

struct Sample {
    snapshot: u64,
    pairs: Vec<Answered>,
}

fn read_sample(file: &Path) -> Result<Sample, EngineError> {
    let wrong = |line: u64, reason: String| EngineError::Row {
        path: file.to_owned(),
        line,
        reason,
    };
    let mut reader = csv::Reader::from_path(file).map_err(|error| wrong(1, error.to_string()))?;
    let header = reader
        .headers()
        .map_err(|error| wrong(1, error.to_string()))?;
    let columns: BTreeMap<String, usize> = header.iter().map(str::to_owned).zip(0..).collect();
    let place = |name: &str| {
        columns.get(name).copied().ok_or_else(|| {
            wrong(
                1,
                format!(
                    "there is no column {name:?}; expected {}",
                    HEADER.join(", ")
                ),
            )
        })
    };
    let [snapshot, left, right, answer] = [
        place("snapshot")?,
        place("account_left")?,
        place("account_right")?,
        place("answer")?,
    ];
    let mut sample: Option<Sample> = None;
    for record in reader.records() {
        let record = record.map_err(|error| wrong(0, error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column: usize| record.get(column).unwrap_or_default().trim();
        let account = |column: usize| {
            AccountId::parse(cell(column))
                .ok_or_else(|| wrong(line, format!("{:?} is not an account id", cell(column))))
        };
        let number = cell(snapshot)
            .parse()
            .map_err(|_| wrong(line, format!("{:?} is not a snapshot", cell(snapshot))))?;
        let verdict = match cell(answer).to_lowercase().as_str() {
            "" => None,
            word => Some(Verdict::parse(word).ok_or_else(|| {
                wrong(
                    line,
                    format!("the answer {word:?} is none of same, different, unsure"),
                )
            })?),
        };
        let sample = sample.get_or_insert(Sample {
            snapshot: number,
            pairs: Vec::new(),
        });
        if sample.snapshot != number {
            return Err(wrong(line, "the rows are of several snapshots".to_owned()));
        }
        sample.pairs.push(Answered {
            line,
            accounts: [account(left)?, account(right)?],
            verdict,
        });
    }
    sample.ok_or_else(|| wrong(1, "there is no row below the header".to_owned()))
}
