//! Conversions between probabilities, odds and bits (log odds in base 2).
//!
//! Weights of evidence add up in bits, so every stage of linkage works in bits and converts
//! to a probability once, at the end.

/// Prior or posterior probability to log odds in bits: `log2(p / (1 - p))`.
///
/// `0` gives negative infinity and `1` positive infinity.
pub fn probability_to_bits(probability: f64) -> f64 {
    (probability / (1.0 - probability)).log2()
}

/// Log odds in bits to a probability: `1 / (1 + 2^-bits)`.
pub fn bits_to_probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}

/// Surprisal of an event in bits: `-log2(probability)`.
pub fn surprisal_bits(probability: f64) -> f64 {
    -probability.log2()
}

/// Probability that a population of `account_count` unrelated accounts holds at least one that
/// carries a value of the given surprisal: `1 - (1 - q)^N`.
///
/// Computed through `expm1` and `ln_1p`, so that it keeps its precision for rare values.
pub fn chance_collision_probability(surprisal_bits: f64, account_count: u64) -> f64 {
    let q = (-surprisal_bits).exp2().min(1.0);
    if q >= 1.0 {
        return if account_count == 0 { 0.0 } else { 1.0 };
    }
    -(account_count as f64 * (-q).ln_1p()).exp_m1()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probability_and_bits_are_inverse() {
        for probability in [1e-9, 0.01, 0.5, 0.99, 1.0 - 1e-9] {
            let there_and_back = bits_to_probability(probability_to_bits(probability));
            assert!((there_and_back - probability).abs() < 1e-12 + probability * 1e-7);
        }
    }

    #[test]
    fn ten_bits_of_margin_leave_one_chance_collision_in_a_thousand() {
        let account_count = 1u64 << 20;
        let chance = chance_collision_probability(30.0, account_count);
        assert!((chance - 1.0 / 1024.0).abs() < 1e-5, "{chance}");
    }

    #[test]
    fn a_certain_value_collides_in_any_population_but_an_empty_one() {
        assert_eq!(chance_collision_probability(0.0, 0), 0.0);
        assert_eq!(chance_collision_probability(0.0, 3), 1.0);
    }
}
