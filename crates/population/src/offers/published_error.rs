//! How often the rules were right where posts were coded by a reader (docs/concepts/offers.md).

use entangle_model::Estimate;
use entangle_model::study::LabelError;

/// Numbers of one class: value, low, high of precision and of recall, and the posts that each
/// rests on.
struct Measured {
    language: &'static str,
    class: &'static str,
    precision: [f64; 3],
    labelled_count: u64,
    recall: [f64; 3],
    coded_count: u64,
}

/// As measured for the rules of this version.
const MEASURED: [Measured; 0] = [];

const METHOD: &str = "posts drawn by label and coded by one reader (docs/concepts/offers.md); \
                      weighted by the inverse of the inclusion probability, Student's t over accounts";

/// The published errors, in the order of languages and classes.
pub(crate) fn published_errors() -> Vec<LabelError> {
    let estimate = |[value, low, high]: [f64; 3], n| Estimate::new(value, low, high, n, METHOD);
    MEASURED
        .iter()
        .map(|row| LabelError {
            language: row.language.to_owned(),
            class: row.class.to_owned(),
            precision: estimate(row.precision, row.labelled_count),
            recall: estimate(row.recall, row.coded_count),
        })
        .collect()
}
