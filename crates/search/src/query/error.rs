//! Why a query cannot be read.

/// A query that cannot be read: where, what was expected, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot read the query at byte {position}: expected {expected}\nhint: {hint}")]
pub struct QueryError {
    /// Offset in the query's text, bytes; its length where something is missing at the end.
    pub position: usize,
    /// What should stand there.
    pub expected: String,
    /// What to do.
    pub hint: String,
}

impl QueryError {
    pub(crate) fn new(
        position: usize,
        expected: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        QueryError {
            position,
            expected: expected.into(),
            hint: hint.into(),
        }
    }
}
