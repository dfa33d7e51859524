//! Files beside the workspace that somebody names.

use std::path::Path;

use crate::EngineError;

/// The text of a file.
///
/// # Errors
/// A file that is not there, may not be read or is no text; the message names it.
pub(crate) fn read_text(path: &Path) -> Result<String, EngineError> {
    std::fs::read_to_string(path).map_err(|source| EngineError::File {
        action: "read",
        path: path.to_owned(),
        source,
    })
}
