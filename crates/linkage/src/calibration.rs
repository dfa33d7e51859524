//! Calibration: a monotone correction of stated probabilities, learned on pairs of known truth.
//!
//! Beta calibration (Kull, Silva Filho and Flach 2017, equation 3): with `p` the probability that
//! prior and evidence state,
//!
//! ```text
//! ln odds = slope_true * ln p - slope_false * ln(1 - p) + shift
//! ```
//!
//! The slopes correct the two ends of the scale apart from each other, the shift its middle;
//! slopes of one and no shift change nothing. Each is drawn to that by a normal prior, so a small
//! truth changes little and says so: the covariance is that of the estimate under prior and data,
//! robust to pairs of one person, or of one pair of sources where the truth has three or more.

use entangle_statistics::interval::NORMAL_QUANTILE_975;
use serde::{Deserialize, Serialize};

/// Standard deviation of the prior of the slopes around one.
const SLOPE_PRIOR_SD: f64 = 0.5;
/// Standard deviation of the prior of the shift around zero, nats.
const SHIFT_PRIOR_SD_NATS: f64 = 1.0;
/// Error of an uncalibrated probability that is assumed where nothing was measured, bits.
const ASSUMED_SD_BITS: f64 = 0.5;
/// Pairs of sources from which on a truth can say how calibration differs between them.
const GROUP_COUNT_MIN: usize = 3;
/// Stated probabilities are taken to lie this far from 0 and 1.
const MARGIN: f64 = 1e-9;
const NEWTON_STEPS_MAX: u32 = 100;

type Vector = [f64; 3];
type Matrix = [[f64; 3]; 3];

/// A fitted calibration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Factor of `ln p`.
    pub slope_true: f64,
    /// Factor of `-ln(1 - p)`.
    pub slope_false: f64,
    /// Shift of the log odds, nats.
    pub shift_nats: f64,
    /// Covariance of the three, in this order.
    pub covariance: Matrix,
    /// What it was learned on, in words.
    pub learned_on: String,
    /// Pairs it was learned on.
    pub pair_count: u64,
    /// True pairs among them.
    pub true_count: u64,
}

/// A pair of known truth, as calibration sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationPair {
    /// The probability that prior and evidence state.
    pub stated_probability: f64,
    /// Whether one hand holds both accounts.
    pub is_true: bool,
    /// A person of the pair: pairs of one person are not independent.
    pub person: u32,
    /// Number of the pair of sources.
    pub source_pair: u32,
}

/// Why nothing can be learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalibrationError {
    /// All pairs are true, all are false, or there are none.
    #[error("a calibration needs true and false pairs; there are {true_count} of {pair_count}")]
    OneSided {
        /// Pairs.
        pair_count: u64,
        /// True pairs.
        true_count: u64,
    },
}

impl Calibration {
    /// Leaves probabilities as they are, with the uncertainty that is assumed of them.
    pub fn assumed() -> Self {
        let variance = (ASSUMED_SD_BITS * std::f64::consts::LN_2).powi(2);
        Self {
            slope_true: 1.0,
            slope_false: 1.0,
            shift_nats: 0.0,
            covariance: [[0.0; 3], [0.0; 3], [0.0, 0.0, variance]],
            learned_on: "nothing: assumed".to_owned(),
            pair_count: 0,
            true_count: 0,
        }
    }

    /// Learns a calibration. The result depends on the set of pairs alone, up to rounding.
    ///
    /// # Errors
    /// Without both true and false pairs.
    pub fn fit(pairs: &[CalibrationPair], learned_on: &str) -> Result<Self, CalibrationError> {
        let true_count = pairs.iter().filter(|pair| pair.is_true).count() as u64;
        let pair_count = pairs.len() as u64;
        if true_count == 0 || true_count == pair_count {
            return Err(CalibrationError::OneSided {
                pair_count,
                true_count,
            });
        }
        let mut at = PRIOR_MEAN;
        for _ in 0..NEWTON_STEPS_MAX {
            let (gradient, curvature) = slope_and_curvature(pairs, at);
            let step = times(inverse(curvature), gradient);
            at = descend(pairs, at, step);
            if step.iter().all(|part| part.abs() < 1e-10) {
                break;
            }
        }
        Ok(Self {
            slope_true: at[0],
            slope_false: at[1],
            shift_nats: at[2],
            covariance: robust_covariance(pairs, at),
            learned_on: learned_on.to_owned(),
            pair_count,
            true_count,
        })
    }

    /// Calibrated log odds of a stated probability, nats, with their standard deviation.
    pub fn log_odds(&self, stated_probability: f64) -> (f64, f64) {
        let features = features(stated_probability);
        let mean = dot(
            features,
            [self.slope_true, self.slope_false, self.shift_nats],
        );
        let variance = dot(features, times(self.covariance, features));
        (mean, variance.max(0.0).sqrt())
    }

    /// Calibrated probability with the ends of its 95 % interval.
    pub fn calibrate(&self, stated_probability: f64) -> (f64, f64, f64) {
        let (mean, deviation) = self.log_odds(stated_probability);
        let half_width = NORMAL_QUANTILE_975 * deviation;
        (
            logistic(mean),
            logistic(mean - half_width),
            logistic(mean + half_width),
        )
    }

    /// SQL for the calibrated log odds of a column of stated log odds, bits, and for their
    /// standard deviation, bits.
    pub(crate) fn sql(&self, stated_bits: &str) -> (String, String) {
        let ln_2 = std::f64::consts::LN_2;
        // ln p and -ln(1 - p) of the stated odds, each bounded as `features` bounds them.
        let bound = 1.0 / MARGIN;
        let log_true = format!("(-ln(least({bound:e}, 1e0 + power(2e0, -({stated_bits})))))");
        let log_false = format!("ln(least({bound:e}, 1e0 + power(2e0, {stated_bits})))");
        let mean = format!(
            "(({:e} * {log_true} + {:e} * {log_false} + {:e}) / {ln_2:e})",
            self.slope_true, self.slope_false, self.shift_nats
        );
        let c = &self.covariance;
        let variance = format!(
            "({:e} * {log_true} * {log_true} + {:e} * {log_false} * {log_false} + {:e} \
             + {:e} * {log_true} * {log_false} + {:e} * {log_true} + {:e} * {log_false})",
            c[0][0],
            c[1][1],
            c[2][2],
            2.0 * c[0][1],
            2.0 * c[0][2],
            2.0 * c[1][2]
        );
        (
            mean,
            format!("(sqrt(greatest(0e0, {variance})) / {ln_2:e})"),
        )
    }
}

const PRIOR_MEAN: Vector = [1.0, 1.0, 0.0];

fn prior_precision() -> Vector {
    let slope = 1.0 / (SLOPE_PRIOR_SD * SLOPE_PRIOR_SD);
    [
        slope,
        slope,
        1.0 / (SHIFT_PRIOR_SD_NATS * SHIFT_PRIOR_SD_NATS),
    ]
}

fn features(probability: f64) -> Vector {
    let bounded = probability.clamp(MARGIN, 1.0 - MARGIN);
    [bounded.ln(), -(1.0 - bounded).ln(), 1.0]
}

fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Gradient and curvature of the penalised negative log likelihood.
fn slope_and_curvature(pairs: &[CalibrationPair], at: Vector) -> (Vector, Matrix) {
    let precision = prior_precision();
    let mut gradient = [0.0; 3];
    let mut curvature = [[0.0; 3]; 3];
    for part in 0..3 {
        gradient[part] = precision[part] * (at[part] - PRIOR_MEAN[part]);
        curvature[part][part] = precision[part];
    }
    for pair in pairs {
        let x = features(pair.stated_probability);
        let fitted = logistic(dot(x, at));
        let error = fitted - f64::from(u8::from(pair.is_true));
        for row in 0..3 {
            gradient[row] += error * x[row];
            for column in 0..3 {
                curvature[row][column] += fitted * (1.0 - fitted) * x[row] * x[column];
            }
        }
    }
    (gradient, curvature)
}

fn loss(pairs: &[CalibrationPair], at: Vector) -> f64 {
    let precision = prior_precision();
    let penalty: f64 = (0..3)
        .map(|part| precision[part] * (at[part] - PRIOR_MEAN[part]).powi(2) / 2.0)
        .sum();
    let misfit = pairs.iter().map(|pair| {
        let log_odds = dot(features(pair.stated_probability), at);
        let towards_truth = if pair.is_true { log_odds } else { -log_odds };
        // ln(1 + e^-x), without overflow.
        (-towards_truth).max(0.0) + (-towards_truth.abs()).exp().ln_1p()
    });
    penalty + misfit.sum::<f64>()
}

/// Halves a Newton step until the loss falls; the loss is convex, so it does.
fn descend(pairs: &[CalibrationPair], at: Vector, step: Vector) -> Vector {
    let before = loss(pairs, at);
    let mut factor = 1.0;
    for _ in 0..30 {
        let moved = [0, 1, 2].map(|part| at[part] - factor * step[part]);
        if loss(pairs, moved) <= before {
            return moved;
        }
        factor /= 2.0;
    }
    at
}

/// Sandwich of the inverse curvature around the spread of the gradients of groups of pairs, with
/// the prior's share left as it is.
fn robust_covariance(pairs: &[CalibrationPair], at: Vector) -> Matrix {
    let (_, curvature) = slope_and_curvature(pairs, at);
    let bread = inverse(curvature);
    let mut filling = spread(pairs, at, |pair| pair.person);
    let mut sources: Vec<u32> = pairs.iter().map(|pair| pair.source_pair).collect();
    sources.sort_unstable();
    sources.dedup();
    if sources.len() >= GROUP_COUNT_MIN {
        let count = sources.len() as f64;
        let between = scaled(
            spread(pairs, at, |pair| pair.source_pair),
            count / (count - 1.0),
        );
        // The larger of the two counts: pairs of one source pair may only add doubt.
        if trace(times_matrix(times_matrix(bread, between), bread))
            > trace(times_matrix(times_matrix(bread, filling), bread))
        {
            filling = between;
        }
    }
    for (part, precision) in prior_precision().into_iter().enumerate() {
        filling[part][part] += precision;
    }
    times_matrix(times_matrix(bread, filling), bread)
}

/// Sum over groups of the outer product of the group's gradient.
fn spread(
    pairs: &[CalibrationPair],
    at: Vector,
    group_of: impl Fn(&CalibrationPair) -> u32,
) -> Matrix {
    let mut gradients: std::collections::BTreeMap<u32, Vector> = Default::default();
    for pair in pairs {
        let x = features(pair.stated_probability);
        let error = logistic(dot(x, at)) - f64::from(u8::from(pair.is_true));
        let gradient = gradients.entry(group_of(pair)).or_default();
        for part in 0..3 {
            gradient[part] += error * x[part];
        }
    }
    let mut spread = [[0.0; 3]; 3];
    for gradient in gradients.values() {
        for row in 0..3 {
            for column in 0..3 {
                spread[row][column] += gradient[row] * gradient[column];
            }
        }
    }
    spread
}

fn dot(left: Vector, right: Vector) -> f64 {
    (0..3).map(|part| left[part] * right[part]).sum()
}

fn times(matrix: Matrix, vector: Vector) -> Vector {
    matrix.map(|row| dot(row, vector))
}

fn times_matrix(left: Matrix, right: Matrix) -> Matrix {
    let column = |index: usize| [right[0][index], right[1][index], right[2][index]];
    left.map(|row| [0, 1, 2].map(|index| dot(row, column(index))))
}

fn scaled(matrix: Matrix, factor: f64) -> Matrix {
    matrix.map(|row| row.map(|value| factor * value))
}

fn trace(matrix: Matrix) -> f64 {
    matrix[0][0] + matrix[1][1] + matrix[2][2]
}

/// Inverse of a symmetric positive definite matrix; a prior on every part keeps it so.
fn inverse(m: Matrix) -> Matrix {
    let minor = |rows: [usize; 2], columns: [usize; 2]| {
        m[rows[0]][columns[0]] * m[rows[1]][columns[1]]
            - m[rows[0]][columns[1]] * m[rows[1]][columns[0]]
    };
    let others = [[1, 2], [0, 2], [0, 1]];
    let mut adjugate = [[0.0; 3]; 3];
    for row in 0..3 {
        for column in 0..3 {
            let sign = if (row + column) % 2 == 0 { 1.0 } else { -1.0 };
            adjugate[row][column] = sign * minor(others[column], others[row]);
        }
    }
    let determinant = dot(m[0], [adjugate[0][0], adjugate[1][0], adjugate[2][0]]);
    scaled(adjugate, 1.0 / determinant)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pairs whose true log odds are a given function of the stated ones.
    fn world(count: u32, truth: impl Fn(f64) -> f64) -> Vec<CalibrationPair> {
        (0..count)
            .map(|number| {
                let stated_probability = (f64::from(number % 97) + 0.5) / 97.0;
                // A van der Corput sequence in place of chance: evenly spread, the same always.
                let lot = f64::from((number / 97).reverse_bits()) / f64::from(u32::MAX);
                CalibrationPair {
                    stated_probability,
                    is_true: lot < logistic(truth(stated_probability)),
                    person: number,
                    source_pair: 0,
                }
            })
            .collect()
    }

    fn log_odds(probability: f64) -> f64 {
        (probability / (1.0 - probability)).ln()
    }

    #[test]
    fn a_calibrated_world_is_left_as_it_is() {
        let fitted = Calibration::fit(&world(97 * 256, log_odds), "a test").unwrap();
        for stated in [0.05, 0.5, 0.95] {
            let (probability, low, high) = fitted.calibrate(stated);
            assert!((probability - stated).abs() < 0.02, "{fitted:?}");
            assert!(low < stated && stated < high, "{stated}: {low} {high}");
        }
    }

    #[test]
    fn known_parameters_are_recovered() {
        let truth = |p: f64| 0.7 * p.ln() - 1.3 * (1.0 - p).ln() - 0.5;
        let fitted = Calibration::fit(&world(97 * 1024, truth), "a test").unwrap();
        assert!((fitted.slope_true - 0.7).abs() < 0.05, "{fitted:?}");
        assert!((fitted.slope_false - 1.3).abs() < 0.05, "{fitted:?}");
        assert!((fitted.shift_nats + 0.5).abs() < 0.05, "{fitted:?}");
    }

    #[test]
    fn a_small_truth_changes_little_and_is_uncertain() {
        let few = Calibration::fit(&world(97 * 2, |_| -2.0), "a test").unwrap();
        let many = Calibration::fit(&world(97 * 512, |_| -2.0), "a test").unwrap();
        assert!(few.log_odds(0.5).1 > 4.0 * many.log_odds(0.5).1);
    }

    #[test]
    fn one_sided_truth_teaches_nothing() {
        let pairs = world(10, |_| 99.0);
        let outcome = Calibration::fit(&pairs, "a test");
        assert!(matches!(outcome, Err(CalibrationError::OneSided { .. })));
    }

    #[test]
    fn the_inverse_times_the_matrix_is_one() {
        let matrix = [[4.0, 1.0, 0.5], [1.0, 3.0, -0.2], [0.5, -0.2, 2.0]];
        let one = times_matrix(inverse(matrix), matrix);
        for (row, values) in one.iter().enumerate() {
            for (column, value) in values.iter().enumerate() {
                let expected = f64::from(u8::from(row == column));
                assert!((value - expected).abs() < 1e-12);
            }
        }
    }
}
