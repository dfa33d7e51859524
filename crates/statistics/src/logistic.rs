//! Ridge logistic regression, for scoring rows by two classes.
//!
//! A means to an end (the classifier test); the coefficients are not meant to be read.

use crate::cholesky::solve_symmetric;

/// Rows of features, all of one width.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureMatrix {
    column_count: usize,
    values: Vec<f64>,
}

impl FeatureMatrix {
    /// A matrix of rows laid end to end. `None` where the number of values is not a multiple of
    /// the number of columns, where there is no column, or where a value is not finite.
    pub fn new(column_count: usize, values: Vec<f64>) -> Option<Self> {
        let is_rectangle = column_count > 0 && values.len().is_multiple_of(column_count);
        (is_rectangle && values.iter().all(|value| value.is_finite())).then_some(Self {
            column_count,
            values,
        })
    }

    /// Number of rows.
    pub fn row_count(&self) -> usize {
        self.values.len() / self.column_count
    }

    /// One row.
    pub fn row(&self, index: usize) -> &[f64] {
        &self.values[index * self.column_count..(index + 1) * self.column_count]
    }

    /// The same with every column at mean zero and standard deviation one; constant columns
    /// become zeros.
    pub fn standardised(mut self) -> Self {
        let row_count = self.row_count().max(1) as f64;
        for column in 0..self.column_count {
            let cells = || (column..self.values.len()).step_by(self.column_count);
            let mean = cells().map(|cell| self.values[cell]).sum::<f64>() / row_count;
            let squares: f64 = cells().map(|cell| (self.values[cell] - mean).powi(2)).sum();
            let deviation = (squares / row_count).sqrt();
            let factor = if deviation > 1e-12 {
                1.0 / deviation
            } else {
                0.0
            };
            for cell in (column..self.values.len()).step_by(self.column_count) {
                self.values[cell] = (self.values[cell] - mean) * factor;
            }
        }
        self
    }
}

/// A fitted model: intercept first, then one coefficient per column.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticModel {
    /// Intercept and coefficients, natural log odds.
    pub coefficients: Vec<f64>,
}

impl LogisticModel {
    /// Log odds of the positive class for a row.
    pub fn score(&self, row: &[f64]) -> f64 {
        let products = row.iter().zip(&self.coefficients[1..]).map(|(x, b)| x * b);
        self.coefficients[0] + products.sum::<f64>()
    }
}

/// Fits the rows named by `rows` by Newton's method (iteratively reweighted least squares),
/// minimising the negative log likelihood plus `ridge / 2` times the sum of the squared
/// coefficients without the intercept.
///
/// `None` where a class has no row or where `ridge` is not positive.
pub fn fit_logistic(
    features: &FeatureMatrix,
    is_positive: &[bool],
    rows: &[usize],
    ridge: f64,
) -> Option<LogisticModel> {
    const STEPS_MAX: usize = 50;
    let positive_count = rows.iter().filter(|row| is_positive[**row]).count();
    if positive_count == 0 || positive_count == rows.len() || ridge <= 0.0 {
        return None;
    }
    let mut model = LogisticModel {
        coefficients: vec![0.0; features.column_count + 1],
    };
    let mut loss = penalised_loss(&model, features, is_positive, rows, ridge);
    for _ in 0..STEPS_MAX {
        let step = newton_step(&model, features, is_positive, rows, ridge)?;
        let (next, next_loss) = descend(&model, &step, loss, |candidate| {
            penalised_loss(candidate, features, is_positive, rows, ridge)
        });
        let is_done = loss - next_loss <= 1e-10 * (1.0 + loss.abs());
        (model, loss) = (next, next_loss);
        if is_done {
            break;
        }
    }
    Some(model)
}

/// Halves the step until the loss falls; keeps the model where it never does.
fn descend(
    model: &LogisticModel,
    step: &[f64],
    loss: f64,
    loss_of: impl Fn(&LogisticModel) -> f64,
) -> (LogisticModel, f64) {
    let mut factor = 1.0;
    for _ in 0..20 {
        let moved = model
            .coefficients
            .iter()
            .zip(step)
            .map(|(b, s)| b - factor * s);
        let candidate = LogisticModel {
            coefficients: moved.collect(),
        };
        let candidate_loss = loss_of(&candidate);
        if candidate_loss <= loss {
            return (candidate, candidate_loss);
        }
        factor *= 0.5;
    }
    (model.clone(), loss)
}

fn penalised_loss(
    model: &LogisticModel,
    features: &FeatureMatrix,
    is_positive: &[bool],
    rows: &[usize],
    ridge: f64,
) -> f64 {
    let squares: f64 = model.coefficients[1..].iter().map(|b| b * b).sum();
    let data: f64 = rows
        .iter()
        .map(|row| {
            let score = model.score(features.row(*row));
            let against = if is_positive[*row] { -score } else { score };
            // ln(1 + e^against) without overflow.
            against.max(0.0) + (-against.abs()).exp().ln_1p()
        })
        .sum();
    data + 0.5 * ridge * squares
}

/// Inverse Hessian times gradient.
fn newton_step(
    model: &LogisticModel,
    features: &FeatureMatrix,
    is_positive: &[bool],
    rows: &[usize],
    ridge: f64,
) -> Option<Vec<f64>> {
    let width = model.coefficients.len();
    let mut gradient = vec![0.0; width];
    let mut hessian = vec![0.0; width * width];
    let mut extended = vec![1.0; width];
    for row in rows {
        extended[1..].copy_from_slice(features.row(*row));
        let probability = 1.0 / (1.0 + (-model.score(&extended[1..])).exp());
        let residual = probability - f64::from(u8::from(is_positive[*row]));
        let weight = (probability * (1.0 - probability)).max(1e-12);
        for (i, x) in extended.iter().enumerate() {
            gradient[i] += residual * x;
            let weighted = weight * x;
            for (sum, y) in hessian[i * width..=i * width + i].iter_mut().zip(&extended) {
                *sum += weighted * y;
            }
        }
    }
    for index in 1..width {
        gradient[index] += ridge * model.coefficients[index];
        hessian[index * width + index] += ridge;
    }
    solve_symmetric(&mut hessian, gradient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ragged_and_infinite_rows_are_refused() {
        assert!(FeatureMatrix::new(2, vec![1.0, 2.0, 3.0]).is_none());
        assert!(FeatureMatrix::new(1, vec![f64::NAN]).is_none());
        assert!(FeatureMatrix::new(0, vec![]).is_none());
    }

    #[test]
    fn one_class_cannot_be_fitted() {
        let features = FeatureMatrix::new(1, vec![1.0, 2.0]).unwrap();
        assert!(fit_logistic(&features, &[true, true], &[0, 1], 1.0).is_none());
    }

    #[test]
    fn separable_classes_stay_finite() {
        let features = FeatureMatrix::new(1, vec![-3.0, -2.0, 2.0, 3.0]).unwrap();
        let labels = [false, false, true, true];
        let model = fit_logistic(&features, &labels, &[0, 1, 2, 3], 0.01).unwrap();
        assert!(model.score(&[2.0]) > 2.0 && model.score(&[2.0]).is_finite());
        assert!(model.coefficients[0].abs() < 1e-6);
    }

    #[test]
    fn standardised_columns_have_mean_zero_and_deviation_one() {
        let features = FeatureMatrix::new(2, vec![1.0, 7.0, 3.0, 7.0])
            .unwrap()
            .standardised();
        assert_eq!(features.row(0), [-1.0, 0.0]);
        assert_eq!(features.row(1), [1.0, 0.0]);
    }
}
