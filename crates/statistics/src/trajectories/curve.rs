//! The rate of a group over time, and its best fit to counts.

use super::{DEGREE_MAX, GroupCurve};
use crate::cholesky::solve_symmetric;

/// Weight of the squared coefficients, which keeps the logarithm of a rate of zero finite.
const PENALTY: f64 = 1e-6;

/// Highest logarithm of a rate, above that of the largest count. A curve may leave all bounds in
/// months in which nobody of its group was seen, and sums over months must stay exact beside it.
const LOG_RATE_MAX: f64 = 23.0;

const NEWTON_STEPS_MAX: usize = 50;

impl GroupCurve {
    /// Natural logarithm of the rate in a month that is not idle.
    pub(super) fn log_rate(&self, month: usize, month_count: usize) -> f64 {
        let time = scaled_time(month, month_count);
        let log_rate = self
            .coefficients
            .iter()
            .rev()
            .fold(0.0, |sum, coefficient| sum * time + coefficient);
        log_rate.min(LOG_RATE_MAX)
    }

    pub(super) fn expected_posts(&self, month: usize, month_count: usize) -> f64 {
        (1.0 - self.idle_probability) * self.log_rate(month, month_count).exp()
    }
}

/// Time from -1 in the first month to 1 in the last, so that its powers are of one size.
fn scaled_time(month: usize, month_count: usize) -> f64 {
    let last = month_count.saturating_sub(1);
    if last == 0 {
        0.0
    } else {
        2.0 * month as f64 / last as f64 - 1.0
    }
}

/// Powers of time in a month, from zero upwards.
pub(super) fn powers_of_time(month: usize, month_count: usize) -> [f64; DEGREE_MAX + 1] {
    let time = scaled_time(month, month_count);
    let mut power = 1.0;
    std::array::from_fn(|_| {
        let this = power;
        power *= time;
        this
    })
}

/// Coefficients for which Poisson counts of the given sums are likeliest, from a beginning, by
/// Newton's method: `exposures` holds for each month how many accounts could post, `counts` their
/// posts.
pub(super) fn fit_rate(beginning: &[f64], exposures: &[f64], counts: &[f64]) -> Vec<f64> {
    let months: Vec<[f64; DEGREE_MAX + 1]> = (0..counts.len())
        .map(|month| powers_of_time(month, counts.len()))
        .collect();
    let log_rate = |coefficients: &[f64], month: usize| -> f64 {
        coefficients
            .iter()
            .zip(&months[month])
            .map(|(coefficient, power)| coefficient * power)
            .sum()
    };
    let loss = |coefficients: &[f64]| -> f64 {
        let data: f64 = (0..counts.len())
            .filter(|month| exposures[*month] > 0.0)
            .map(|month| {
                let log_rate = log_rate(coefficients, month);
                exposures[month] * log_rate.exp() - counts[month] * log_rate
            })
            .sum();
        data + 0.5
            * PENALTY
            * coefficients
                .iter()
                .map(|coefficient| coefficient * coefficient)
                .sum::<f64>()
    };
    let mut coefficients = beginning.to_vec();
    let mut loss_now = loss(&coefficients);
    for _ in 0..NEWTON_STEPS_MAX {
        let rates =
            (0..counts.len()).map(|month| exposures[month] * log_rate(&coefficients, month).exp());
        let Some(step) = newton_step(&coefficients, &rates.collect::<Vec<f64>>(), counts, &months)
        else {
            break;
        };
        let halved = (0..30)
            .map(|halvings| 0.5_f64.powi(halvings))
            .find_map(|factor| {
                let moved: Vec<f64> = coefficients
                    .iter()
                    .zip(&step)
                    .map(|(old, step)| old - factor * step)
                    .collect();
                let loss_there = loss(&moved);
                (loss_there < loss_now).then_some((moved, loss_there))
            });
        let Some((moved, loss_there)) = halved else {
            break;
        };
        let is_done = loss_now - loss_there <= 1e-13 * (1.0 + loss_now.abs());
        (coefficients, loss_now) = (moved, loss_there);
        if is_done {
            break;
        }
    }
    coefficients
}

/// Inverse Hessian times gradient of the loss.
fn newton_step(
    coefficients: &[f64],
    rates: &[f64],
    counts: &[f64],
    months: &[[f64; DEGREE_MAX + 1]],
) -> Option<Vec<f64>> {
    let width = coefficients.len();
    let mut gradient: Vec<f64> = coefficients
        .iter()
        .map(|coefficient| PENALTY * coefficient)
        .collect();
    let mut hessian = vec![0.0; width * width];
    for ((rate, count), powers) in rates.iter().zip(counts).zip(months) {
        for i in 0..width {
            gradient[i] += (rate - count) * powers[i];
            for j in 0..=i {
                hessian[i * width + j] += rate * powers[i] * powers[j];
            }
        }
    }
    (0..width).for_each(|i| hessian[i * width + i] += PENALTY);
    solve_symmetric(&mut hessian, gradient)
}
