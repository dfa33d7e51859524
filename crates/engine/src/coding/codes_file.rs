//! The file that comes back from a coder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use entangle_population::coding::CODES;

use super::key::Key;
use crate::EngineError;

/// Codes by the pseudonym of their post, as places in [`CODES`].
pub(super) type Codes = BTreeMap<String, usize>;

/// Reads the columns `post` and `code`, wherever they stand; rows without a code are left out. Other
/// columns may be there, changed or not.
pub(super) fn read_codes(file: &Path, key: &Key) -> Result<Codes, EngineError> {
    let wrong = |line: u64, reason: String| EngineError::Row {
        path: file.to_owned(),
        line,
        reason,
    };
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(file)
        .map_err(|error| failed_to_read(file, error))?;
    let header = reader
        .headers()
        .map_err(|error| failed_to_read(file, error))?
        .clone();
    let place = |name: &str| {
        let is_it = |cell: &str| cell.trim_start_matches('\u{feff}').trim() == name;
        header.iter().position(is_it).ok_or_else(|| {
            wrong(
                1,
                format!(
                    "there is no column {name:?}; a sample has post and code, separated by commas"
                ),
            )
        })
    };
    let (post_column, code_column) = (place("post")?, place("code")?);
    let known: BTreeSet<&str> = key.posts.iter().map(|post| post.post.as_str()).collect();
    let (mut codes, mut seen) = (Codes::new(), BTreeSet::new());
    for record in reader.records() {
        let record = record.map_err(|error| failed_to_read(file, error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column: usize| record.get(column).unwrap_or_default().trim();
        let post = cell(post_column);
        if !known.contains(post) {
            return Err(wrong(
                line,
                format!("column post: {post:?} is not a post of the key"),
            ));
        }
        if !seen.insert(post.to_owned()) {
            return Err(wrong(line, format!("column post: {post} stands twice")));
        }
        let code = cell(code_column).to_lowercase();
        if code.is_empty() {
            continue;
        }
        let place = CODES.iter().position(|known| *known == code);
        let place = place.ok_or_else(|| {
            wrong(
                line,
                format!(
                    "column code: {code:?} is none of {}; leave it empty where nothing can be said",
                    CODES.join(", ")
                ),
            )
        })?;
        codes.insert(post.to_owned(), place);
    }
    Ok(codes)
}

fn failed_to_read(file: &Path, error: csv::Error) -> EngineError {
    let line = error.position().map_or(1, csv::Position::line);
    let reason = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(source) => EngineError::File {
            action: "read",
            path: file.to_owned(),
            source,
        },
        _ => EngineError::Row {
            path: file.to_owned(),
            line,
            reason,
        },
    }
}
