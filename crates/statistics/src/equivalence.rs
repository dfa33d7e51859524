//! Tests of sameness within a margin, which a large p of a difference does not show.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use crate::cliffs_delta::CliffsDelta;

/// p of two one-sided tests (Schuirmann 1987) of whether the absolute value of Cliff's delta is
/// below `margin`: the larger of the two.
///
/// A small p speaks for sameness within the margin. `None` where the margin is not positive.
pub fn equivalence_p(delta: &CliffsDelta, margin: f64) -> Option<f64> {
    if margin <= 0.0 || delta.standard_error.is_nan() {
        return None;
    }
    let distance = margin - delta.delta.value.abs();
    if delta.standard_error == 0.0 {
        return Some(if distance > 0.0 { 0.0 } else { 1.0 });
    }
    let statistic = distance / delta.standard_error;
    let p = match StudentsT::new(0.0, 1.0, delta.degrees_of_freedom) {
        Ok(t) if delta.degrees_of_freedom.is_finite() => t.sf(statistic),
        _ => Normal::standard().sf(statistic),
    };
    Some(p)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cliffs_delta::cliffs_delta;
    use crate::random::generator;
    use rand::RngExt;

    const MARGIN: f64 = 0.147;

    fn p_of_shift(shift: f64, count: usize, seed: u64) -> f64 {
        let mut random = generator(seed, "equivalence test");
        let first: Vec<f64> = (0..count).map(|_| random.random()).collect();
        let second: Vec<f64> = (0..count).map(|_| shift + random.random::<f64>()).collect();
        equivalence_p(&cliffs_delta(&first, &second).unwrap(), MARGIN).unwrap()
    }

    #[test]
    fn sameness_is_shown_by_large_equal_groups_only() {
        assert!(p_of_shift(0.0, 2000, 1) < 0.001);
        assert!(p_of_shift(0.0, 20, 1) > 0.05);
        assert!(p_of_shift(0.2, 2000, 1) > 0.999);
    }

    #[test]
    fn margin_must_be_positive() {
        let delta = cliffs_delta(&[1.0, 2.0], &[1.0, 2.0]).unwrap();
        assert_eq!(equivalence_p(&delta, 0.0), None);
    }

    /// At a true delta on the margin the test claims sameness in at most about 5 of 100 samples.
    #[test]
    fn false_claims_of_sameness_are_held_at_the_level() {
        // Uniforms shifted by s have delta (1 - s)^2 - 1, so s = 1 - sqrt(1 - margin).
        let shift = 1.0 - (1.0 - MARGIN).sqrt();
        let claims = (0..1000)
            .filter(|seed| p_of_shift(shift, 150, *seed) < 0.05)
            .count();
        assert!((20..=70).contains(&claims), "{claims}");
    }
}
