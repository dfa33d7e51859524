//! How many posts are drawn from each stratum.

/// Shares a number among strata in proportion to their weights, none more than it has; what one
/// cannot take goes to the others. Every stratum with posts gets two if they can be had, because one
/// says nothing of its spread.
pub(super) fn allocate(count: u64, sizes: &[u64], weights: &[f64]) -> Vec<u64> {
    let mut allocated: Vec<u64> = vec![0; sizes.len()];
    let mut left = count;
    for (taken, size) in allocated.iter_mut().zip(sizes) {
        *taken = (*size).min(2).min(left);
        left -= *taken;
    }
    // One after another to the stratum that is furthest behind its share.
    while left > 0 {
        let behind = |stratum: &usize| (allocated[*stratum] + 1) as f64 / weights[*stratum];
        let next = (0..sizes.len())
            .filter(|stratum| allocated[*stratum] < sizes[*stratum])
            .min_by(|first, second| behind(first).total_cmp(&behind(second)));
        let Some(next) = next else { break };
        allocated[next] += 1;
        left -= 1;
    }
    allocated
}

#[cfg(test)]
mod tests {
    use super::allocate;

    #[test]
    fn small_strata_give_all_they_have_and_the_rest_is_shared_by_weight() {
        assert_eq!(allocate(40, &[1000, 1000, 3], &[4.0, 1.0, 1.0]), [30, 7, 3]);
        assert_eq!(allocate(100, &[5, 0, 7], &[4.0, 1.0, 1.0]), [5, 0, 7]);
        assert_eq!(allocate(3, &[9, 9], &[1.0, 1.0]), [2, 1]);
        assert!(allocate(3, &[], &[]).is_empty());
    }
}
