//! Short texts that people write and that end up in files and logs.

use crate::error::{AccessError, Result};

pub(crate) const LABEL_LENGTH_MAX: usize = 200;
/// Characters of a purpose, of a key or a request.
pub(crate) const PURPOSE_LENGTH_MAX: usize = 500;

/// Refuses what is empty, too long, or holds control characters (which could forge lines where the
/// text is printed).
pub(crate) fn check(field: &'static str, text: &str, length_max: usize) -> Result<()> {
    let invalid = |reason| Err(AccessError::InvalidField { field, reason });
    let length = text.chars().count();
    if text.trim().is_empty() {
        return invalid("it is empty".to_owned());
    }
    if length > length_max {
        return invalid(format!(
            "it has {length} characters; at most {length_max} are kept"
        ));
    }
    if text.chars().any(char::is_control) {
        return invalid("it holds a line end or another control character".to_owned());
    }
    Ok(())
}
