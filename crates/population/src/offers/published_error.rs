//! How often the rules were right where posts were coded by a reader (docs/concepts/offers.md).

use entangle_model::Estimate;
use entangle_model::study::LabelError;

/// Version of the rules that were measured.
#[cfg(test)]
const MEASURED_RULES: &str = "d2ec019ba8b70aec";

/// One class in one language: value, low and high of precision and of recall, and the coded posts
/// that each rests on; `None` where no post was labelled or coded so.
struct Measured {
    language: &'static str,
    class: &'static str,
    precision: Option<[f64; 3]>,
    labelled_count: u64,
    recall: Option<[f64; 3]>,
    coded_count: u64,
}

/// English mails and posts of two Russian Telegram channels, 200 each.
#[rustfmt::skip]
const MEASURED: [Measured; 10] = [
    measured("en", "sell", Some([0.697, 0.531, 0.862]), 33, Some([0.345, 0.198, 0.491]), 44),
    measured("en", "buy", Some([0.214, 0.000, 0.468]), 14, Some([1.000, 0.439, 1.000]), 3),
    measured("en", "hire", Some([0.810, 0.591, 1.000]), 21, Some([0.471, 0.000, 1.000]), 18),
    measured("en", "seek_work", None, 0, None, 0),
    measured("en", "none", Some([0.864, 0.802, 0.926]), 132, Some([0.962, 0.941, 0.983]), 135),
    measured("ru", "sell", Some([0.000, 0.000, 0.354]), 7, None, 0),
    measured("ru", "buy", Some([0.000, 0.000, 0.561]), 3, None, 0),
    measured("ru", "hire", Some([0.676, 0.511, 0.842]), 34, Some([1.000, 0.857, 1.000]), 23),
    measured("ru", "seek_work", None, 0, None, 0),
    measured("ru", "none", Some([1.000, 0.976, 1.000]), 156, Some([0.977, 0.968, 0.987]), 177),
];

const fn measured(
    language: &'static str,
    class: &'static str,
    precision: Option<[f64; 3]>,
    labelled_count: u64,
    recall: Option<[f64; 3]>,
    coded_count: u64,
) -> Measured {
    Measured {
        language,
        class,
        precision,
        labelled_count,
        recall,
        coded_count,
    }
}

const METHOD: &str = "posts drawn by label and coded by one reader (docs/concepts/offers.md); weighted by \
                      the inverse of the inclusion probability, Student's t over accounts, or Wilson's \
                      interval where all or none are right";

/// The published errors, in the order of languages and classes.
pub(crate) fn published_errors() -> Vec<LabelError> {
    let estimate = |measured: Option<[f64; 3]>, n, why: &str| match measured {
        None => Estimate::missing(0, why),
        Some([value, low, high]) => Estimate::new(value, low, high, n, METHOD),
    };
    MEASURED
        .iter()
        .map(|row| LabelError {
            language: row.language.to_owned(),
            class: row.class.to_owned(),
            precision: estimate(
                row.precision,
                row.labelled_count,
                "no coded post has the label",
            ),
            recall: estimate(row.recall, row.coded_count, "no post was coded so"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever changes the rules measures them again (docs/concepts/offers.md says how).
    #[test]
    fn the_rules_are_those_that_were_measured() {
        assert_eq!(entangle_text::offers::rules_version(), MEASURED_RULES);
    }

    #[test]
    fn published_intervals_hold_their_values() {
        for row in published_errors() {
            for estimate in [&row.precision, &row.recall] {
                let ends = estimate.low.zip(estimate.high);
                assert!(
                    ends.is_none_or(|(low, high)| (low..=high).contains(&estimate.value.unwrap()))
                );
                assert_eq!(estimate.value.is_none(), estimate.n == 0);
            }
        }
    }
}
