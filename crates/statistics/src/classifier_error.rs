//! How often a classifier of texts is right, class by class, from posts that humans coded too.
//!
//! For reporting a classifier's errors. A share corrected for them is [`crate::prediction_powered`];
//! whether two groups can be told apart is [`crate::classifier_test`].

use crate::interval::Bounded;
use crate::proportion::wilson_interval;

/// Counts of posts by human code and by the classifier's label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfusionTable {
    class_count: usize,
    /// Rows are codes, columns labels.
    counts: Vec<u64>,
}

/// Errors of one class; each interval is at 95 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassError {
    /// Posts that humans gave the class.
    pub coded_count: u64,
    /// Posts that the classifier gave the class.
    pub labelled_count: u64,
    /// Share of the labelled that humans coded so; `None` where none is labelled.
    pub precision: Option<Bounded>,
    /// Share of the coded that the classifier labelled so; `None` where none is coded.
    pub recall: Option<Bounded>,
    /// Harmonic mean of precision and recall; `None` where none is labelled or coded.
    pub f1: Option<Bounded>,
}

impl ConfusionTable {
    /// The table of pairs of code and label, each below `class_count`. `None` where one is not, and
    /// for a number of classes whose table does not fit into memory.
    pub fn of_pairs(
        class_count: usize,
        pairs: impl IntoIterator<Item = (usize, usize)>,
    ) -> Option<Self> {
        const CLASSES_MAX: usize = 4096;
        if class_count > CLASSES_MAX {
            return None;
        }
        let mut counts = vec![0; class_count * class_count];
        for (code, label) in pairs {
            if code >= class_count || label >= class_count {
                return None;
            }
            counts[code * class_count + label] += 1;
        }
        Some(Self {
            class_count,
            counts,
        })
    }

    /// Posts with this code and this label; zero for classes that there are not.
    pub fn count(&self, code: usize, label: usize) -> u64 {
        let is_inside = code < self.class_count && label < self.class_count;
        if is_inside {
            self.counts[code * self.class_count + label]
        } else {
            0
        }
    }

    /// Share of posts whose label is their code, with Wilson's interval; `None` without posts.
    pub fn accuracy(&self) -> Option<Bounded> {
        let right: u64 = (0..self.class_count)
            .map(|class| self.count(class, class))
            .sum();
        let all: u64 = self.counts.iter().sum();
        wilson_interval(right as f64, all as f64)
    }

    /// Precision, recall and F1 of every class, in the order of the classes.
    ///
    /// Intervals are Wilson's (1927). F1 is `2 J / (1 + J)` of the share `J` of posts with both
    /// among those with code or label, which is binomial given their number, so the ends of Wilson's
    /// interval for `J` are carried over. Posts are taken as independent draws from all posts; in a
    /// sample drawn by label, precision holds and recall and F1 do not.
    pub fn class_errors(&self) -> Vec<ClassError> {
        (0..self.class_count)
            .map(|class| self.class_error(class))
            .collect()
    }

    fn class_error(&self, class: usize) -> ClassError {
        let both = self.count(class, class);
        let coded_count = (0..self.class_count)
            .map(|label| self.count(class, label))
            .sum();
        let labelled_count = (0..self.class_count)
            .map(|code| self.count(code, class))
            .sum();
        let either = coded_count + labelled_count - both;
        let f1 = |jaccard: f64| 2.0 * jaccard / (1.0 + jaccard);
        ClassError {
            coded_count,
            labelled_count,
            precision: wilson_interval(both as f64, labelled_count as f64),
            recall: wilson_interval(both as f64, coded_count as f64),
            f1: wilson_interval(both as f64, either as f64).map(|jaccard| Bounded {
                value: f1(jaccard.value),
                low: f1(jaccard.low),
                high: f1(jaccard.high),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::generator;
    use rand::RngExt;

    #[test]
    fn class_that_is_never_labelled_has_no_precision_and_one_never_coded_no_recall() {
        let table = ConfusionTable::of_pairs(4, [(0, 0), (0, 0), (1, 0), (0, 2)]).unwrap();
        let errors = table.class_errors();
        assert_eq!(errors[0].precision.unwrap().value, 2.0 / 3.0);
        assert_eq!(
            (errors[1].precision, errors[1].recall.unwrap().value),
            (None, 0.0)
        );
        assert_eq!(
            (errors[2].recall, errors[2].precision.unwrap().value),
            (None, 0.0)
        );
        assert_eq!((errors[2].f1.unwrap().value, errors[3].f1), (0.0, None));
        assert_eq!(table.accuracy().unwrap().value, 0.5);
        assert_eq!((table.count(0, 2), table.count(9, 0)), (1, 0));
    }

    #[test]
    fn unknown_classes_and_empty_tables_are_refused() {
        assert!(ConfusionTable::of_pairs(2, [(0, 2)]).is_none());
        assert!(ConfusionTable::of_pairs(usize::MAX, []).is_none());
        assert!(
            ConfusionTable::of_pairs(2, [])
                .unwrap()
                .accuracy()
                .is_none()
        );
    }

    #[test]
    fn interval_covers_the_planted_f1() {
        const SAMPLES: usize = 1000;
        // A fifth is of the class, 0.8 of it is found, and 0.05 of the others are mistaken for it.
        let (found, missed, mistaken) = (0.16, 0.04, 0.04);
        let truth = 2.0 * found / (2.0 * found + missed + mistaken);
        let mut random = generator(4, "coverage of F1");
        let covered = (0..SAMPLES)
            .filter(|_| {
                let pairs = (0..400).map(|_| {
                    let is_of_class = random.random::<f64>() < 0.2;
                    let label = random.random::<f64>() < if is_of_class { 0.8 } else { 0.05 };
                    (usize::from(is_of_class), usize::from(label))
                });
                let f1 = ConfusionTable::of_pairs(2, pairs).unwrap().class_errors()[1]
                    .f1
                    .unwrap();
                (f1.low..=f1.high).contains(&truth)
            })
            .count() as f64
            / SAMPLES as f64;
        assert!((0.93..=0.97).contains(&covered), "{covered}");
    }
}
