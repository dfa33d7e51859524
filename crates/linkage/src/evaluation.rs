//! How good a linkage is against known truth.
//!
//! Pure functions of scored pairs and a number of true links; reading truth and links is the
//! caller's business.

pub mod chance;
pub mod recovery;

use entangle_model::NameLevel;

use crate::evaluation_figures::Figures;
use crate::evaluation_intervals::{EvaluationIntervals, intervals};

/// A candidate pair whose truth is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JudgedPair {
    /// The probability that one hand holds both accounts, as the links give it.
    pub match_probability: f64,
    /// The same before calibration.
    pub stated_probability: f64,
    /// Whether one hand does.
    pub is_true: bool,
    /// Numbers of the two people behind the accounts; equal where one hand holds both.
    pub people: (u32, u32),
    /// Strictest level on which the names agree.
    pub name_level: NameLevel,
    /// Surprisal of the shared name, bits; `None` where the names do not agree.
    pub name_bits: Option<f64>,
    /// Whether a claimed contact in common speaks for one hand.
    pub has_shared_identifier: bool,
}

impl JudgedPair {
    /// How often the pair counts when people were drawn that often.
    pub(crate) fn weight(&self, drawn: &[f64]) -> f64 {
        let of = |person: u32| drawn[person as usize];
        match self.people.0 == self.people.1 {
            true => of(self.people.0),
            false => of(self.people.0) * of(self.people.1),
        }
    }
}

/// Two accounts of one person in the two sources compared, found or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TruePair {
    /// Number of the person.
    pub person: u32,
}

/// Precision and recall from a threshold on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThresholdQuality {
    /// Pairs at or above this probability are called links.
    pub threshold_probability: f64,
    /// Pairs called links.
    pub link_count: u64,
    /// Share of them that are true; absent when there are none.
    pub precision: Option<f64>,
    /// Share of all true links that are among them; absent when there are no true links.
    pub recall: Option<f64>,
}

/// One row of the reliability table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReliabilityBin {
    /// Lower bound of the stated probability, included.
    pub from_probability: f64,
    /// Upper bound, excluded but for the last.
    pub to_probability: f64,
    /// Pairs in the bin.
    pub pair_count: u64,
    /// Mean stated probability.
    pub stated_mean: f64,
    /// Share of true pairs.
    pub observed_share: f64,
}

/// Candidates that have one kind of evidence in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Stratum {
    /// What they have in common.
    pub label: String,
    /// Pairs.
    pub pair_count: u64,
    /// Sum of the stated probabilities.
    pub expected_links: f64,
    /// True pairs.
    pub actual_links: u64,
    /// False pairs stated at .9 or more.
    pub false_link_count: u64,
    /// True pairs stated below .9.
    pub missed_link_count: u64,
}

/// The quality of a set of candidate pairs.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// True links between the sources, found or not.
    pub true_links: u64,
    /// Candidate pairs whose truth is known.
    pub candidate_pairs: u64,
    /// Share of the true links that are candidates.
    pub blocking_recall: Option<f64>,
    /// Largest recall at which the precision is at least .90; zero when it never is.
    pub recall_at_precision_90: Option<f64>,
    /// Largest recall at which the precision is at least .95; zero when it never is.
    pub recall_at_precision_95: Option<f64>,
    /// Mean squared error of the stated probability (Brier 1950).
    pub brier: Option<f64>,
    /// Expected calibration error over pairs stated at .05 or more: mean absolute difference
    /// of stated and observed over ten equal bins, weighted by pairs.
    pub ece: Option<f64>,
    /// Sum of the stated probabilities.
    pub expected_links: f64,
    /// True pairs among the candidates.
    pub actual_links: u64,
    /// Precision and recall at fixed thresholds.
    pub thresholds: Vec<ThresholdQuality>,
    /// Stated against observed.
    pub reliability: Vec<ReliabilityBin>,
    /// Errors by surprisal of the shared name.
    pub by_surprisal: Vec<Stratum>,
    /// Errors by name level and contact.
    pub by_evidence: Vec<Stratum>,
    /// 95 % intervals over people.
    pub intervals: EvaluationIntervals,
}

/// Thresholds at which precision and recall are listed.
const THRESHOLDS: [f64; 7] = [0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];
/// Pairs stated below this do not enter the calibration error: almost all candidates are near
/// zero and would hide every error above.
pub(crate) const CALIBRATION_FLOOR: f64 = 0.05;
/// Bins of the reliability table and of the calibration error.
pub(crate) const BIN_COUNT: usize = 10;

/// Probability from which a pair counts as called a link in the analysis of errors.
const CALLED_PROBABILITY: f64 = 0.9;
/// Upper bounds of the strata of surprisal, bits.
const SURPRISAL_BOUNDS_BITS: [f64; 8] = [15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 50.0, f64::INFINITY];
/// Seed of the intervals: the same candidates give the same bytes.
const SEED: u64 = 1;

/// Evaluates judged candidates against all true pairs of people numbered below `person_count`.
pub fn evaluate(
    mut pairs: Vec<JudgedPair>,
    true_pairs: &[TruePair],
    person_count: usize,
) -> Evaluation {
    // Ties are ordered by people, so that the order of rows changes no digit.
    pairs.sort_by(|left, right| {
        right
            .match_probability
            .total_cmp(&left.match_probability)
            .then_with(|| left.people.cmp(&right.people))
    });
    let true_links = true_pairs.len() as u64;
    let actual_links = pairs.iter().filter(|pair| pair.is_true).count() as u64;
    let share_of_truth = |count: u64| (true_links > 0).then(|| count as f64 / true_links as f64);
    let squared_error: f64 = pairs
        .iter()
        .map(|pair| (pair.match_probability - f64::from(u8::from(pair.is_true))).powi(2))
        .sum();
    let figures = Figures::of(&pairs, true_pairs, &vec![1.0; person_count]);
    Evaluation {
        true_links,
        candidate_pairs: pairs.len() as u64,
        blocking_recall: share_of_truth(actual_links),
        recall_at_precision_90: figures.recall_at_precision_90,
        recall_at_precision_95: figures.recall_at_precision_95,
        brier: (!pairs.is_empty()).then(|| squared_error / pairs.len() as f64),
        ece: figures.ece,
        expected_links: pairs.iter().map(|pair| pair.match_probability).sum(),
        actual_links,
        thresholds: THRESHOLDS
            .iter()
            .map(|&threshold| quality_from(&pairs, threshold, &share_of_truth))
            .collect(),
        reliability: reliability(&pairs),
        by_surprisal: by_surprisal(&pairs),
        by_evidence: by_evidence(&pairs),
        intervals: intervals(&pairs, true_pairs, person_count, SEED),
    }
}

fn by_surprisal(pairs: &[JudgedPair]) -> Vec<Stratum> {
    let mut low = 0.0;
    let mut strata = Vec::new();
    for high in SURPRISAL_BOUNDS_BITS {
        let label = match high.is_finite() {
            true => format!("{low:.0} to {high:.0} bits"),
            false => format!("{low:.0} bits and more"),
        };
        let within = |pair: &&JudgedPair| {
            pair.name_bits
                .is_some_and(|bits| low <= bits && bits < high)
        };
        strata.push(stratum(label, pairs.iter().filter(within)));
        low = high;
    }
    let unnamed = pairs.iter().filter(|pair| pair.name_bits.is_none());
    strata.push(stratum("no agreement of names".to_owned(), unnamed));
    strata.retain(|stratum| stratum.pair_count > 0);
    strata
}

fn by_evidence(pairs: &[JudgedPair]) -> Vec<Stratum> {
    let mut strata = Vec::new();
    for level in NameLevel::ALL {
        for has_contact in [false, true] {
            let contact = if has_contact { " and a contact" } else { "" };
            let alike = pairs.iter().filter(|pair| {
                pair.name_level == level && pair.has_shared_identifier == has_contact
            });
            strata.push(stratum(format!("{}{contact}", level.as_str()), alike));
        }
    }
    strata.retain(|stratum| stratum.pair_count > 0);
    strata
}

fn stratum<'pair>(label: String, pairs: impl Iterator<Item = &'pair JudgedPair>) -> Stratum {
    let mut stratum = Stratum {
        label,
        pair_count: 0,
        expected_links: 0.0,
        actual_links: 0,
        false_link_count: 0,
        missed_link_count: 0,
    };
    for pair in pairs {
        let is_called = pair.match_probability >= CALLED_PROBABILITY;
        stratum.pair_count += 1;
        stratum.expected_links += pair.match_probability;
        stratum.actual_links += u64::from(pair.is_true);
        stratum.false_link_count += u64::from(is_called && !pair.is_true);
        stratum.missed_link_count += u64::from(!is_called && pair.is_true);
    }
    stratum
}

fn quality_from(
    sorted: &[JudgedPair],
    threshold: f64,
    share_of_truth: &dyn Fn(u64) -> Option<f64>,
) -> ThresholdQuality {
    let called = &sorted[..sorted.partition_point(|pair| pair.match_probability >= threshold)];
    let found = called.iter().filter(|pair| pair.is_true).count() as u64;
    ThresholdQuality {
        threshold_probability: threshold,
        link_count: called.len() as u64,
        precision: (!called.is_empty()).then(|| found as f64 / called.len() as f64),
        recall: share_of_truth(found),
    }
}

pub(crate) fn bin_of(probability: f64) -> usize {
    ((probability * BIN_COUNT as f64) as usize).min(BIN_COUNT - 1)
}

fn reliability(pairs: &[JudgedPair]) -> Vec<ReliabilityBin> {
    let mut sums = [(0u64, 0.0, 0u64); BIN_COUNT];
    for pair in pairs {
        let (count, stated, found) = &mut sums[bin_of(pair.match_probability)];
        *count += 1;
        *stated += pair.match_probability;
        *found += u64::from(pair.is_true);
    }
    sums.iter()
        .enumerate()
        .filter(|(_, (count, _, _))| *count > 0)
        .map(|(bin, &(count, stated, found))| ReliabilityBin {
            from_probability: bin as f64 / BIN_COUNT as f64,
            to_probability: (bin + 1) as f64 / BIN_COUNT as f64,
            pair_count: count,
            stated_mean: stated / count as f64,
            observed_share: found as f64 / count as f64,
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn judged(match_probability: f64, is_true: bool, people: (u32, u32)) -> JudgedPair {
        JudgedPair {
            match_probability,
            stated_probability: match_probability,
            is_true,
            people,
            name_level: NameLevel::Written,
            name_bits: Some(20.0),
            has_shared_identifier: false,
        }
    }

    /// Judged pairs of people of their own, and as many true pairs as said.
    fn check(stated: &[(f64, bool)], true_count: u32) -> Evaluation {
        let pairs = stated
            .iter()
            .zip(0..)
            .map(|(&(probability, is_true), person)| {
                let other = if is_true { person } else { person + 100 };
                judged(probability, is_true, (person, other))
            });
        let truth: Vec<TruePair> = (0..true_count).map(|person| TruePair { person }).collect();
        evaluate(pairs.collect(), &truth, 200)
    }

    #[test]
    fn recall_at_precision_takes_ties_together() {
        let evaluation = check(&[(0.9, true), (0.9, false), (0.8, true)], 2);
        assert_eq!(evaluation.recall_at_precision_90, Some(0.0));
        let evaluation = check(&[(0.95, true), (0.9, false), (0.8, true)], 4);
        assert_eq!(evaluation.recall_at_precision_90, Some(0.25));
        assert_eq!(evaluation.blocking_recall, Some(0.5));
    }

    #[test]
    fn a_calibrated_set_has_no_calibration_error() {
        let mut stated = vec![(0.75, true); 3];
        stated.push((0.75, false));
        let evaluation = check(&stated, 3);
        assert_eq!(evaluation.ece, Some(0.0));
        assert!((evaluation.brier.unwrap() - 0.1875).abs() < 1e-12);
        assert_eq!(
            (evaluation.expected_links, evaluation.actual_links),
            (3.0, 3)
        );
    }

    #[test]
    fn nothing_to_judge_gives_absent_figures_and_no_zero() {
        let evaluation = evaluate(Vec::new(), &[], 1);
        assert_eq!(evaluation.brier, None);
        assert_eq!(evaluation.ece, None);
        assert_eq!(evaluation.blocking_recall, None);
        assert_eq!(evaluation.intervals, EvaluationIntervals::default());
    }

    #[test]
    fn strata_add_up_to_all_pairs() {
        let evaluation = check(&[(0.95, true), (0.95, false), (0.2, true), (0.1, false)], 2);
        let [only] = evaluation.by_evidence.as_slice() else {
            panic!("one stratum: {:?}", evaluation.by_evidence)
        };
        assert_eq!((only.pair_count, only.actual_links), (4, 2));
        assert_eq!((only.false_link_count, only.missed_link_count), (1, 1));
        assert_eq!(evaluation.by_surprisal[0].label, "20 to 25 bits");
    }
}
