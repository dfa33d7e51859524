//! The two-sample Kolmogorov-Smirnov test of whether two groups have one distribution.
//!
//! For continuous values; with many ties its p is too large, which errs on the safe side.

use statrs::function::gamma::ln_gamma;
use std::f64::consts::{FRAC_PI_2, PI};

/// From this value of `sqrt(n) d` the one-sided tail is more exact than the expansion.
const TAIL_START: f64 = 1.5;

/// Two-sided p of the two-sample Kolmogorov-Smirnov test.
///
/// The statistic is referred to the one-sample distribution with `m n / (m + n)` observations,
/// rounded, as SciPy's asymptotic mode does; that distribution is computed by the expansion of
/// Pelz and Good (1976), and in its tail as twice the one-sided one (Miller 1956). The error is
/// below .0001 from 20 effective observations and below .001 from 8. `None` where a group is
/// empty. Values must be finite.
pub fn kolmogorov_smirnov_p(first: &[f64], second: &[f64]) -> Option<f64> {
    if first.is_empty() || second.is_empty() {
        return None;
    }
    let (m, n) = (first.len() as f64, second.len() as f64);
    let effective_count = (m * n / (m + n)).round().max(1.0);
    Some(survival(largest_distance(first, second), effective_count))
}

/// Largest distance between the two empirical distribution functions.
fn largest_distance(first: &[f64], second: &[f64]) -> f64 {
    let sorted = |values: &[f64]| {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted
    };
    let (first, second) = (sorted(first), sorted(second));
    first
        .iter()
        .chain(&second)
        .map(|value| (share_up_to(&first, *value) - share_up_to(&second, *value)).abs())
        .fold(0.0, f64::max)
}

fn share_up_to(sorted: &[f64], value: f64) -> f64 {
    sorted.partition_point(|other| *other <= value) as f64 / sorted.len() as f64
}

/// Probability that the one-sample statistic of `n` observations is at least `distance`.
fn survival(distance: f64, n: f64) -> f64 {
    if distance >= 1.0 {
        return 0.0;
    }
    let scaled = n.sqrt() * distance;
    let p = if scaled < TAIL_START {
        1.0 - pelz_good_cumulative(scaled, n)
    } else {
        2.0 * one_sided_survival(distance, n)
    };
    p.clamp(0.0, 1.0)
}

/// Smirnov's sum for the one-sided statistic (Birnbaum and Tingey 1951, equation 3.0); every
/// term is positive.
fn one_sided_survival(distance: f64, n: f64) -> f64 {
    let last = (n * (1.0 - distance)).floor() as u64;
    let sum: f64 = (0..=last)
        .map(|index| {
            let j = index as f64;
            let below = 1.0 - distance - j / n;
            if below <= 0.0 {
                return 0.0;
            }
            let log_binomial = ln_gamma(n + 1.0) - ln_gamma(j + 1.0) - ln_gamma(n - j + 1.0);
            (log_binomial + (n - j) * below.ln() + (j - 1.0) * (distance + j / n).ln()).exp()
        })
        .sum();
    distance * sum
}

/// Distribution function at `z / sqrt(n)` by the expansion of Pelz and Good (1976), to the order
/// `n^(-3/2)`.
fn pelz_good_cumulative(z: f64, n: f64) -> f64 {
    /// Terms of each series; beyond them, for `z` below 1.5, nothing is left in double precision.
    const TERMS: u32 = 12;
    if z < 0.05 {
        return 0.0;
    }
    let (z2, pi2) = (z * z, PI * PI);
    let (z4, z6, z8) = (z2 * z2, z2 * z2 * z2, z2 * z2 * z2 * z2);
    let mut sums = [0.0; 4];
    for k in 0..TERMS {
        let half = (f64::from(k) + 0.5).powi(2);
        let e = 2.0 * (-pi2 * half / (2.0 * z2)).exp();
        let b = pi2 * half;
        sums[0] += e;
        sums[1] += (b - z2) * e;
        sums[2] += (6.0 * z6 + 2.0 * z4 + b * (2.0 * z4 - 5.0 * z2) + b * b * (1.0 - 2.0 * z2)) * e;
        sums[3] += (-30.0 * z6 - 90.0 * z8
            + b * (135.0 * z4 - 96.0 * z6)
            + b * b * (212.0 * z4 - 60.0 * z2)
            + b.powi(3) * (5.0 - 30.0 * z2))
            * e;
    }
    let (mut second, mut third) = (0.0, 0.0);
    for k in 1..TERMS {
        let b = pi2 * f64::from(k).powi(2);
        let e = 2.0 * (-b / (2.0 * z2)).exp();
        second += b * e;
        third += (3.0 * b * z2 - b * b) * e;
    }
    let root = FRAC_PI_2.sqrt();
    let terms = [
        root / z * sums[0],
        root / (6.0 * z4) * sums[1],
        root * (sums[2] / (72.0 * z6 * z) - second / (36.0 * z2 * z)),
        root * (sums[3] / (6480.0 * z8 * z2) + third / (216.0 * z6)),
    ];
    terms[0] + terms[1] / n.sqrt() + terms[2] / n + terms[3] / n.powf(1.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separate_groups_differ_and_equal_groups_do_not() {
        let low: Vec<f64> = (0..40).map(f64::from).collect();
        let high: Vec<f64> = (50..90).map(f64::from).collect();
        assert!(kolmogorov_smirnov_p(&low, &high).unwrap() < 1e-12);
        assert_eq!(kolmogorov_smirnov_p(&low, &low), Some(1.0));
        assert_eq!(kolmogorov_smirnov_p(&low, &[]), None);
    }

    #[test]
    fn body_and_tail_meet() {
        let n = 400.0;
        let distance = TAIL_START / 20.0;
        let body = 1.0 - pelz_good_cumulative(TAIL_START, n);
        assert!((body - 2.0 * one_sided_survival(distance, n)).abs() < 1e-6);
    }
}
