//! Beginnings of a run: which account is first taken to be of which group.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::panel::{Panel, Row};

/// Groups of about equal size in ascending order of the mean count.
pub(super) fn by_mean_count(panel: &Panel, group_count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..panel.rows.len()).collect();
    order.sort_by(|left, right| {
        panel.rows[*left]
            .mean_count()
            .total_cmp(&panel.rows[*right].mean_count())
            .then(left.cmp(right))
    });
    let mut assignment = vec![0; order.len()];
    for (place, row) in order.iter().enumerate() {
        assignment[*row] = place * group_count / order.len();
    }
    assignment
}

/// Each account goes to the nearest of some accounts drawn as seeds, each further one with a
/// probability proportional to the squared distance from those before it.
pub(super) fn around_seeds(
    panel: &Panel,
    group_count: usize,
    random: &mut ChaCha8Rng,
) -> Vec<usize> {
    let mut assignment = vec![0; panel.rows.len()];
    let mut nearest = vec![f64::INFINITY; panel.rows.len()];
    let mut seed = random.random_range(0..panel.rows.len());
    for group in 0..group_count {
        for (row, (nearest, assigned)) in panel
            .rows
            .iter()
            .zip(nearest.iter_mut().zip(&mut assignment))
        {
            let distance = squared_distance(row, &panel.rows[seed], panel.month_count);
            if distance < *nearest {
                (*nearest, *assigned) = (distance, group);
            }
        }
        seed = drawn_by(&nearest, random);
    }
    assignment
}

/// A place with a probability proportional to its number; any place where all are zero.
fn drawn_by(numbers: &[f64], random: &mut ChaCha8Rng) -> usize {
    let total: f64 = numbers.iter().sum();
    let mut left = random.random::<f64>() * total;
    if total <= 0.0 {
        return random.random_range(0..numbers.len());
    }
    for (place, number) in numbers.iter().enumerate() {
        left -= number;
        if left < 0.0 {
            return place;
        }
    }
    numbers.len() - 1
}

/// Mean squared difference of the roots of the counts, which vary by about as much at any rate, over
/// the months in which both were seen; of the roots of the mean counts where there are none.
fn squared_distance(row: &Row, other: &Row, month_count: usize) -> f64 {
    let months = row.first_month.max(other.first_month)..row.end_month.min(other.end_month);
    if months.is_empty() {
        return (row.mean_count().sqrt() - other.mean_count().sqrt()).powi(2);
    }
    let mut differences = vec![0.0; month_count];
    row.active
        .iter()
        .for_each(|(month, count)| differences[*month] += count.sqrt());
    other
        .active
        .iter()
        .for_each(|(month, count)| differences[*month] -= count.sqrt());
    let count = months.len() as f64;
    differences[months]
        .iter()
        .map(|difference| difference * difference)
        .sum::<f64>()
        / count
}
