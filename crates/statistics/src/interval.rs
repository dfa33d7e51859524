//! A value between two bounds, and the constants of a 95 % interval.
//!
//! Not for estimating anything: the other modules do that and return [`Bounded`].

use entangle_model::Estimate;

/// The 97.5 % quantile of the standard normal distribution: half-width of a 95 % interval in
/// standard errors.
pub const NORMAL_QUANTILE_975: f64 = 1.959_963_984_540_054;

/// Probability below each end of a 95 % interval, lower end first.
pub const INTERVAL_LEVELS: [f64; 2] = [0.025, 0.975];

/// A point estimate between the ends of its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounded {
    /// The point estimate.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Bounded {
    /// Value plus and minus 1.96 standard errors.
    pub fn normal(value: f64, standard_error: f64) -> Self {
        let half_width = NORMAL_QUANTILE_975 * standard_error;
        Self {
            value,
            low: value - half_width,
            high: value + half_width,
        }
    }

    /// Value and ends moved into `[least, most]` where they lie outside.
    pub fn clamped(self, least: f64, most: f64) -> Self {
        Self {
            value: self.value.clamp(least, most),
            low: self.low.clamp(least, most),
            high: self.high.clamp(least, most),
        }
    }

    /// Value and ends multiplied by a positive factor, for instance from a share to a count.
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            value: self.value * factor,
            low: self.low * factor,
            high: self.high * factor,
        }
    }

    /// The form in which a statistic is shown, with the number of units it rests on and the
    /// method in words.
    pub fn into_estimate(self, n: u64, method: impl Into<String>) -> Estimate {
        Estimate::new(self.value, self.low, self.high, n, method)
    }

    /// [`Self::into_estimate`], without an interval where both ends are one: that all replicates
    /// agree because all accounts do is no certainty.
    pub fn into_estimate_with_spread(self, n: u64, method: impl Into<String>) -> Estimate {
        if self.low == self.high {
            Estimate::counted(self.value, n, method)
        } else {
            self.into_estimate(n, method)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_interval_is_clamped_to_its_range() {
        let share = Bounded::normal(0.01, 0.02).clamped(0.0, 1.0);
        assert_eq!(share.low, 0.0);
        assert!((share.high - 0.0492).abs() < 1e-4);
    }

    #[test]
    fn estimate_keeps_value_and_ends() {
        let estimate = Bounded::normal(0.5, 0.1).scaled(10.0).into_estimate(7, "m");
        assert_eq!(estimate.value, Some(5.0));
        assert_eq!(estimate.n, 7);
        assert!((estimate.low.unwrap() - 3.04).abs() < 0.001);
        let alike = Bounded::normal(1.0, 0.0).into_estimate_with_spread(7, "m");
        assert_eq!((alike.value, alike.low), (Some(1.0), None));
    }
}
