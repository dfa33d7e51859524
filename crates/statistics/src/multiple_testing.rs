//! Adjustment of p values for many tests at once.

/// p values after Benjamini and Hochberg (1995), in the order of the input; comparing them with
/// a level holds the expected share of false discoveries at that level.
///
/// Missing p values stay missing and do not count as tests.
pub fn benjamini_hochberg(p_values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut known: Vec<(usize, f64)> = p_values
        .iter()
        .enumerate()
        .filter_map(|(index, p)| p.map(|p| (index, p)))
        .collect();
    known.sort_by(|left, right| right.1.total_cmp(&left.1));
    let count = known.len() as f64;
    let mut adjusted = vec![None; p_values.len()];
    let mut smallest: f64 = 1.0;
    for (position, (index, p)) in known.into_iter().enumerate() {
        smallest = smallest.min(p * count / (count - position as f64));
        adjusted[index] = Some(smallest);
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_tests_do_not_count() {
        let adjusted = benjamini_hochberg(&[Some(0.01), None, Some(0.04)]);
        assert_eq!(adjusted, [Some(0.02), None, Some(0.04)]);
        assert!(benjamini_hochberg(&[]).is_empty());
    }
}
