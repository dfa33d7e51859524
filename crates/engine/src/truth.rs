//! Known truth: which person is behind each account, from a file.
//!
//! Not for comparing anything with it; that is [`crate::evaluate`] and [`crate::recovery`].

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use entangle_linkage::evaluation::TruePair;
use entangle_model::AccountId;
use futures::TryStreamExt;

use crate::EngineError;
use crate::table_reader::texts;

/// The columns of a truth file.
const HEADER: [&str; 3] = ["site", "user_id", "account_id"];

/// Who is behind each account, by account id.
pub(crate) struct Truth {
    /// Position of the source and number of the person.
    pub source_and_person: HashMap<AccountId, (usize, u32)>,
    /// People of the file, those without a known account among them; their numbers lie below.
    pub person_count: usize,
    /// Sources of the file, sorted.
    pub sources: Vec<String>,
    /// Accounts of the file that are not in the workspace.
    pub unknown_account_count: u64,
}

/// A row of the truth file: source, native id, person.
pub(crate) type TruthRow = (String, String, String);

/// Positions of two sources, in order.
pub(crate) type PairKey = (usize, usize);

/// Reads a truth file.
///
/// # Errors
/// Where it cannot be read or is not such a file.
pub(crate) fn read_truth(path: &Path) -> Result<Vec<TruthRow>, EngineError> {
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

/// Keeps the rows whose account is in the workspace, whether it has a name or not.
///
/// # Errors
/// Where there is none.
pub(crate) async fn known_accounts(
    context: &SessionContext,
    rows: Vec<TruthRow>,
    path: &Path,
) -> Result<Truth, EngineError> {
    let mut sources: Vec<String> = rows.iter().map(|row| row.0.clone()).collect();
    sources.sort();
    sources.dedup();
    let mut people: Vec<String> = rows.iter().map(|row| row.2.clone()).collect();
    people.sort();
    people.dedup();
    let mut wanted: HashMap<AccountId, (usize, u32)> = HashMap::with_capacity(rows.len());
    for (source, native_id, person) in rows {
        let position = sources.partition_point(|known| *known < source);
        let number = people.partition_point(|known| *known < person) as u32;
        wanted.insert(
            AccountId::derive(&[&source, &native_id]),
            (position, number),
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
        person_count: people.len(),
        sources,
        unknown_account_count: wanted.len() as u64,
    })
}

/// Pairs of accounts of one person, per pair of sources.
pub(crate) fn true_pairs(truth: &Truth) -> BTreeMap<PairKey, Vec<TruePair>> {
    let mut accounts_of_person: BTreeMap<u32, BTreeMap<usize, usize>> = BTreeMap::new();
    for (source, person) in truth.source_and_person.values() {
        *accounts_of_person
            .entry(*person)
            .or_default()
            .entry(*source)
            .or_default() += 1;
    }
    let mut pairs: BTreeMap<PairKey, Vec<TruePair>> = BTreeMap::new();
    for (person, accounts) in accounts_of_person {
        let per_source: Vec<_> = accounts.iter().collect();
        for (position, (left, left_count)) in per_source.iter().enumerate() {
            for (right, right_count) in &per_source[position + 1..] {
                let count = *left_count * *right_count;
                let of_pair = pairs.entry((**left, **right)).or_default();
                of_pair.extend(std::iter::repeat_n(TruePair { person }, count));
            }
        }
    }
    pairs
}

impl Truth {
    /// The positions of the two sources that the first two columns of a row name; `None` if the
    /// truth does not know both.
    pub fn pair_in(&self, batch: &RecordBatch, row: usize) -> Option<PairKey> {
        let position = |column| {
            let source = texts(batch, column).value(row);
            self.sources.iter().position(|known| known == source)
        };
        Some((position(0)?, position(1)?))
    }

    /// The pair of sources of two accounts and the people behind them; `None` when either is
    /// outside the truth.
    pub fn judge(&self, left: &str, right: &str) -> Option<(PairKey, (u32, u32))> {
        let (left_source, left_person) = self.source_and_person.get(&AccountId::parse(left)?)?;
        let (right_source, right_person) = self.source_and_person.get(&AccountId::parse(right)?)?;
        let key = (
            *left_source.min(right_source),
            *left_source.max(right_source),
        );
        Some((key, (*left_person, *right_person)))
    }
}
