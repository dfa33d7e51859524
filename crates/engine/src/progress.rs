//! How long work tells that it goes on.

/// Receives the progress of long work. Calls are frequent and must be cheap.
pub trait Progress: Send {
    /// A stage begins; `total` is its size in `unit`, where it is known.
    fn stage(&mut self, name: &str, total: Option<u64>, unit: ProgressUnit);

    /// So much of the stage is done.
    fn advance_to(&mut self, done: u64);
}

/// What a progress counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressUnit {
    /// Bytes of input.
    Bytes,
    /// Posts.
    Posts,
    /// Pairs of accounts.
    Pairs,
    /// Nothing that could be counted.
    Uncounted,
}

/// Says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&mut self, _name: &str, _total: Option<u64>, _unit: ProgressUnit) {}
    fn advance_to(&mut self, _done: u64) {}
}
