//! Intervals of an evaluation: a bootstrap over people.
//!
//! Pairs are not independent: a person with a common name spoils many at once. So people are drawn
//! with replacement, and a pair counts as often as both of its people were drawn: a true pair `w`
//! times, a false one `w * v` times, with `w` and `v` the draws of its two people (the pigeonhole
//! bootstrap of Owen 2007).

use rand::RngExt;

use crate::evaluation::{JudgedPair, TruePair};
use crate::evaluation_figures::Figures;

/// Replicates of the bootstrap.
const REPLICATE_COUNT: usize = 400;

/// 95 % percentile intervals; `None` where a figure is absent in a replicate.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct EvaluationIntervals {
    /// Largest recall at a precision of at least .90.
    pub recall_at_precision_90: Option<(f64, f64)>,
    /// Largest recall at a precision of at least .95.
    pub recall_at_precision_95: Option<(f64, f64)>,
    /// Calibration error of pairs stated at .05 or more.
    pub ece: Option<(f64, f64)>,
    /// Expected links over actual ones.
    pub expected_over_actual: Option<(f64, f64)>,
}

/// Draws people and evaluates each draw.
///
/// `pairs` must be sorted by probability, from high to low. People are numbered below
/// `person_count`. Cost: replicates times pairs.
pub fn intervals(
    pairs: &[JudgedPair],
    true_pairs: &[TruePair],
    person_count: usize,
    seed: u64,
) -> EvaluationIntervals {
    debug_assert!(pairs.is_sorted_by(|a, b| a.match_probability >= b.match_probability));
    let mut random = entangle_statistics::random::generator(seed, "evaluation over people");
    let mut draws: [Vec<Option<f64>>; 4] = Default::default();
    for _ in 0..REPLICATE_COUNT {
        let mut drawn = vec![0.0; person_count];
        for _ in 0..person_count {
            drawn[random.random_range(0..person_count)] += 1.0;
        }
        let figures = Figures::of(pairs, true_pairs, &drawn);
        let of_draw = [
            figures.recall_at_precision_90,
            figures.recall_at_precision_95,
            figures.ece,
            figures.expected_over_actual,
        ];
        for (values, figure) in draws.iter_mut().zip(of_draw) {
            values.push(figure);
        }
    }
    let [at_90, at_95, ece, ratio] = draws.map(percentiles);
    EvaluationIntervals {
        recall_at_precision_90: at_90,
        recall_at_precision_95: at_95,
        ece,
        expected_over_actual: ratio,
    }
}

fn percentiles(values: Vec<Option<f64>>) -> Option<(f64, f64)> {
    let mut values: Vec<f64> = values.into_iter().collect::<Option<_>>()?;
    values.sort_by(f64::total_cmp);
    let quantile = |level| entangle_statistics::weighted_sample::sorted_quantile(&values, level);
    Some((quantile(0.025)?, quantile(0.975)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::tests::judged;

    #[test]
    fn an_interval_holds_the_figure_and_narrows_with_people() {
        let width = |people: u32| {
            let mut pairs: Vec<JudgedPair> = (0..people)
                .map(|person| judged(0.9, person % 10 != 0, (person, (person + 1) % people)))
                .collect();
            for pair in pairs.iter_mut().filter(|pair| pair.is_true) {
                pair.people.1 = pair.people.0;
            }
            let truth: Vec<TruePair> = (0..people).map(|person| TruePair { person }).collect();
            let found = intervals(&pairs, &truth, people as usize, 1);
            let (low, high) = found.expected_over_actual.unwrap();
            assert!(low <= 1.0 && 1.0 <= high, "{low} {high}");
            high - low
        };
        assert!(width(1000) < 0.5 * width(100));
    }

    #[test]
    fn the_same_seed_gives_the_same_interval() {
        let pairs = [judged(0.9, true, (0, 0)), judged(0.4, false, (1, 2))];
        let truth = [TruePair { person: 0 }, TruePair { person: 1 }];
        let once = intervals(&pairs, &truth, 3, 7);
        assert_eq!(once, intervals(&pairs, &truth, 3, 7));
    }
}
