//! Linear scales and round ticks.

/// Numbers from this size on are not drawn: differences between them would not be exact.
const DRAWABLE_BELOW: f64 = 1e15;

/// Maps numbers of a domain to positions in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinearScale {
    domain_low: f64,
    domain_high: f64,
    start_px: f64,
    end_px: f64,
}

impl LinearScale {
    /// A scale from `low..=high` to `start_px..=end_px`; `low` must be below `high`.
    pub fn new((low, high): (f64, f64), (start_px, end_px): (f64, f64)) -> Self {
        debug_assert!(low < high, "domain {low} to {high} is empty");
        Self {
            domain_low: low,
            domain_high: high,
            start_px,
            end_px,
        }
    }

    /// Position of a value; values outside the domain lie on its nearer end.
    pub fn position_px(&self, value: f64) -> f64 {
        let share = (value - self.domain_low) / (self.domain_high - self.domain_low);
        self.start_px + share.clamp(0.0, 1.0) * (self.end_px - self.start_px)
    }
}

/// An axis: a domain that ends on ticks, the ticks, and the decimals that tell them apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticks {
    /// Domain from the first tick to the last.
    pub domain: (f64, f64),
    /// The ticks in rising order.
    pub values: Vec<f64>,
    /// Distance between two ticks.
    pub step: f64,
}

impl Ticks {
    /// Round ticks that cover all values, about `wanted_count` of them.
    ///
    /// Steps are 1, 2 or 5 times a power of ten. Without drawable values the domain is 0 to 1.
    pub fn covering(values: impl Iterator<Item = f64>, wanted_count: usize) -> Self {
        let (low, high) = extent(values);
        let step = round_step((high - low) / wanted_count.max(1) as f64);
        let first = (low / step + 1e-9).floor();
        let last = (high / step - 1e-9).ceil().max(first + 1.0);
        let count = (last - first) as usize + 1;
        let values: Vec<f64> = (0..count)
            .map(|index| (first + index as f64) * step)
            .collect();
        Self {
            domain: (first * step, last * step),
            values,
            step,
        }
    }

    /// Decimals by which neighbouring ticks differ when they are shown times `factor`.
    pub fn decimals(&self, factor: f64) -> usize {
        let exponent = (self.step * factor).log10() + 1e-9;
        (-exponent.floor()).clamp(0.0, 6.0) as usize
    }
}

/// Least and greatest drawable value, widened where they are one.
fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .filter(|value| value.abs() < DRAWABLE_BELOW)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
    if low > high {
        (0.0, 1.0)
    } else if high - low <= low.abs().max(high.abs()) * 1e-9 {
        let margin = if low == 0.0 { 1.0 } else { low.abs() * 0.5 };
        (low - if low == 0.0 { 0.0 } else { margin }, high + margin)
    } else {
        (low, high)
    }
}

/// The least of 1, 2 and 5 times a power of ten that is not below `step`.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|factor| factor * power >= step * (1.0 - 1e-9))
        .unwrap_or(10.0);
    factor * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(values: &[f64]) -> String {
        let ticks = Ticks::covering(values.iter().copied(), 5);
        let decimals = ticks.decimals(1.0);
        let shown: Vec<String> = ticks
            .values
            .iter()
            .map(|tick| format!("{tick:.decimals$}"))
            .collect();
        shown.join(" ")
    }

    #[test]
    fn ticks_are_round_and_cover_the_values() {
        assert_eq!(ticks(&[0.0, 0.1187]), "0.00 0.05 0.10 0.15");
        assert_eq!(ticks(&[-1302.0, 2204.0]), "-2000 -1000 0 1000 2000 3000");
        assert_eq!(ticks(&[0.0, 851.4]), "0 200 400 600 800 1000");
        assert_eq!(ticks(&[0.0, 1.0]), "0.0 0.2 0.4 0.6 0.8 1.0");
    }

    #[test]
    fn ticks_exist_for_no_value_one_value_and_values_that_are_not_finite() {
        assert_eq!(ticks(&[]), "0.0 0.2 0.4 0.6 0.8 1.0");
        assert_eq!(ticks(&[f64::NAN, f64::INFINITY, -1e300]), ticks(&[]));
        assert_eq!(ticks(&[0.0]), "0.0 0.2 0.4 0.6 0.8 1.0");
        assert_eq!(ticks(&[10.0]), "4 6 8 10 12 14 16");
    }

    #[test]
    fn values_outside_the_domain_lie_on_its_end() {
        let scale = LinearScale::new((0.0, 10.0), (100.0, 200.0));
        assert_eq!(scale.position_px(5.0), 150.0);
        assert_eq!(scale.position_px(-5.0), 100.0);
        assert_eq!(scale.position_px(50.0), 200.0);
    }
}
