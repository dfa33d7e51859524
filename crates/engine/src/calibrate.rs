//! `calibrate`: learning from known truth how stated probabilities are to be corrected.

use std::collections::BTreeMap;
use std::path::Path;

use entangle_linkage::calibration::{Calibration, CalibrationPair};
use entangle_store::Workspace;

use crate::EngineError;
use crate::evaluate::{JudgedCandidates, judged_candidates};
use crate::files::read_text;

const HEADING: &str = "\
# A calibration of entangle: how probabilities stated by a linkage are corrected.
# ln odds = slope_true ln p - slope_false ln(1 - p) + shift_nats. Give the file to
# `entangle link --calibration`. docs/concepts/calibration.md says when that is right.

";

/// Learns a calibration on the candidates of a snapshot whose truth is known.
///
/// # Errors
/// Those of [`crate::evaluate::evaluate`], and a truth without true or without false candidates.
pub async fn calibrate(
    workspace: &Workspace,
    snapshot: Option<u64>,
    truth_file: &Path,
    learned_on: &str,
) -> Result<Calibration, EngineError> {
    let candidates = judged_candidates(workspace, snapshot, truth_file).await?;
    let pairs = calibration_pairs(&candidates, |_| true);
    Calibration::fit(&pairs, learned_on).map_err(|error| EngineError::User(error.to_string()))
}

/// The candidates of the pairs of sources that are wanted.
pub(crate) fn calibration_pairs(
    candidates: &JudgedCandidates,
    is_wanted: impl Fn((usize, usize)) -> bool,
) -> Vec<CalibrationPair> {
    let numbered = candidates.by_source_pair.iter().zip(0..);
    numbered
        .filter(|((key, _), _)| is_wanted(**key))
        .flat_map(|((_, pairs), source_pair)| {
            pairs.iter().map(move |pair| CalibrationPair {
                stated_probability: pair.stated_probability,
                is_true: pair.is_true,
                person: pair.people.0,
                source_pair,
            })
        })
        .collect()
}

/// The calibration of each pair of sources, learned without either source; `None` where what is
/// left cannot teach one.
pub(crate) fn leaving_both_sources_out(
    candidates: &JudgedCandidates,
) -> BTreeMap<(usize, usize), Option<Calibration>> {
    let without = |(left, right): (usize, usize)| {
        let apart = |(a, b): (usize, usize)| ![left, right].iter().any(|x| *x == a || *x == b);
        Calibration::fit(&calibration_pairs(candidates, apart), "other sources").ok()
    };
    let keys = candidates.by_source_pair.keys();
    keys.map(|key| (*key, without(*key))).collect()
}

/// A calibration as a file.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_calibration(calibration: &Calibration, path: &Path) -> Result<(), EngineError> {
    // Numbers and texts, which TOML can hold.
    let body = toml::to_string(calibration).unwrap_or_default();
    std::fs::write(path, format!("{HEADING}{body}")).map_err(|source| EngineError::File {
        action: "write",
        path: path.to_owned(),
        source,
    })
}

/// Reads a calibration file.
///
/// # Errors
/// Where it cannot be read or is not a calibration.
pub fn read_calibration(path: &Path) -> Result<Calibration, EngineError> {
    let text = read_text(path)?;
    toml::from_str(&text).map_err(|error| {
        EngineError::User(format!(
            "{} is not a calibration: {error}\nhint: `entangle calibrate` writes one",
            path.display()
        ))
    })
}
