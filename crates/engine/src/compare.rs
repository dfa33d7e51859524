//! `study compare`: two results side by side.

use std::path::{Path, PathBuf};

use entangle_model::study::StudyResult;
use entangle_report::{compare, write_comparison};

use crate::EngineError;
use crate::files::read_text;

/// Compares two results, each given as the folder of a report or as its `results.json`, and returns
/// the page for people.
///
/// # Errors
/// A file that is not there or holds no result, a folder that cannot be written.
pub fn compare_studies(first: &Path, second: &Path, out: &Path) -> Result<PathBuf, EngineError> {
    let [first, second] = [read_result(first)?, read_result(second)?];
    let written = write_comparison(out, &compare(&first, &second))?;
    Ok(written.folder.join("comparison.html"))
}

/// The result of a study, given as the folder of a report or as its `results.json`.
pub(crate) fn read_result(given: &Path) -> Result<StudyResult, EngineError> {
    let path = match given.is_dir() {
        true => given.join("results.json"),
        false => given.to_owned(),
    };
    let text = read_text(&path)?;
    serde_json::from_str(&text).map_err(|error| EngineError::Row {
        line: error.line() as u64,
        reason: format!(
            "{error}\nhint: give the folder that `entangle study run` wrote, of this version of the program"
        ),
        path,
    })
}
