//! A number with its interval, count and method: the only form in which a statistic is shown.

use serde::{Deserialize, Serialize};

/// A statistic that a reader may quote.
///
/// `value`, `low` and `high` are absent where the data do not determine them (for instance a
/// share of an empty population); they are never replaced by zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The point estimate, in the unit that the field's name states.
    pub value: Option<f64>,
    /// Lower end of the 95 % interval.
    pub low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub high: Option<f64>,
    /// Number of units (accounts, posts, pairs) the estimate rests on.
    pub n: u64,
    /// How value and interval were computed, in words a methods section can use.
    pub method: String,
}

impl Estimate {
    /// An estimate with an interval.
    pub fn new(value: f64, low: f64, high: f64, n: u64, method: impl Into<String>) -> Self {
        Self {
            value: finite(value),
            low: finite(low),
            high: finite(high),
            n,
            method: method.into(),
        }
    }

    /// A value that is counted, not inferred: it has no interval.
    pub fn counted(value: f64, n: u64, method: impl Into<String>) -> Self {
        Self {
            value: finite(value),
            low: None,
            high: None,
            n,
            method: method.into(),
        }
    }

    /// A value that the data do not determine.
    pub fn missing(n: u64, why: impl Into<String>) -> Self {
        Self {
            value: None,
            low: None,
            high: None,
            n,
            method: why.into(),
        }
    }

    /// What stands for an estimate in a result of a version that did not make it yet.
    pub fn of_an_older_version() -> Self {
        Self::missing(0, "an older version of the program did not estimate it")
    }
}

fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}
