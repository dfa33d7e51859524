//! How numbers, shares and intervals look to a reader.
//!
//! A missing number is an en dash and never zero. Thousands are grouped by commas, a minus is a
//! minus and not a hyphen, and a percent sign stands behind a narrow no-break space.

use entangle_model::Estimate;
use serde::Serialize;

use crate::wording::{is_withheld, missing_in_words};

/// What stands where a number is missing.
pub const MISSING: &str = "–";

/// From this number of units a share is shown with two decimals.
const TWO_DECIMALS_FROM_N: u64 = 10_000;

/// What a number measures, which decides how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A share in [0, 1], shown as a percentage.
    Share,
    /// A number of things, possibly an expected number.
    Count,
    /// An amount in the unit that its name states.
    Amount,
    /// A coefficient with two decimals: Cliff's delta, Gini.
    Coefficient,
    /// An area under a curve, with three decimals.
    Area,
}

impl Unit {
    const ALL: [Unit; 5] = [
        Unit::Share,
        Unit::Count,
        Unit::Amount,
        Unit::Coefficient,
        Unit::Area,
    ];

    /// The name that stands in tables for machines.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Share => "share",
            Unit::Count => "count",
            Unit::Amount => "amount",
            Unit::Coefficient => "coefficient",
            Unit::Area => "area",
        }
    }

    /// The unit of a name; an amount where the name is none of ours.
    pub fn of_name(name: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|unit| unit.name() == name).unwrap_or(Unit::Amount)
    }
}

/// A count with thousands grouped.
pub fn count(count: u64) -> String {
    grouped(&count.to_string())
}

/// A value in its unit; `n` decides the decimals of a share.
pub fn value(unit: Unit, value: f64, n: u64) -> String {
    value_with_decimals(unit, value, decimals(unit, &[value], n))
}

/// A share as a percentage with one decimal, or two from ten thousand units.
pub fn percent(share: f64, n: u64) -> String {
    value(Unit::Share, share, n)
}

/// An estimate's value, or [`MISSING`].
pub fn estimate_value(unit: Unit, estimate: &Estimate) -> String {
    finite(estimate.value).map_or_else(
        || MISSING.to_owned(),
        |number| value_with_decimals(unit, number, estimate_decimals(unit, estimate)),
    )
}

/// An estimate's 95 % interval as `1.2 to 3.4`; `None` where it has none.
pub fn estimate_interval(unit: Unit, estimate: &Estimate) -> Option<String> {
    finite(estimate.value)?;
    let decimals = estimate_decimals(unit, estimate);
    let end = |number: f64| match unit {
        Unit::Share => fixed(number * 100.0, decimals),
        _ => fixed(number, decimals),
    };
    let sign = if unit == Unit::Share { "\u{202F}%" } else { "" };
    match (finite(estimate.low), finite(estimate.high)) {
        (Some(low), Some(high)) => Some(format!("{} to {}{sign}", end(low), end(high))),
        (Some(low), None) => Some(format!("from {}{sign}", end(low))),
        (None, Some(high)) => Some(format!("up to {}{sign}", end(high))),
        (None, None) => None,
    }
}

/// Value and interval in one short text for a figure; says so where there is none.
pub fn estimate_note(unit: Unit, estimate: &Estimate) -> String {
    if finite(estimate.value).is_none() {
        return missing_in_words(is_withheld(estimate)).to_owned();
    }
    let value = estimate_value(unit, estimate);
    match estimate_interval(unit, estimate) {
        Some(interval) => format!("{value} ({})", interval.replace("\u{202F}%", "")),
        None => value,
    }
}

/// A p-value with three decimals, `< 0.001` below that, or [`MISSING`].
pub fn p_value(p: Option<f64>) -> String {
    match finite(p) {
        None => MISSING.to_owned(),
        Some(p) if p < 0.001 => "<\u{202F}0.001".to_owned(),
        Some(p) => fixed(p, 3),
    }
}

/// A number with as many decimals as asked, thousands grouped.
pub fn fixed(number: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", number.abs());
    let is_zero = text.chars().all(|digit| matches!(digit, '0' | '.'));
    let sign = if number < 0.0 && !is_zero {
        "\u{2212}"
    } else {
        ""
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", grouped(whole))
}

/// The number where it is finite.
pub fn finite(number: Option<f64>) -> Option<f64> {
    number.filter(|number| number.is_finite())
}

/// Value and ends of an interval are shown with equally many decimals.
fn estimate_decimals(unit: Unit, estimate: &Estimate) -> usize {
    let numbers: Vec<f64> = [estimate.value, estimate.low, estimate.high]
        .into_iter()
        .filter_map(finite)
        .collect();
    decimals(unit, &numbers, estimate.n)
}

/// Decimals for numbers shown together; the first decides by its size.
fn decimals(unit: Unit, numbers: &[f64], n: u64) -> usize {
    let size = numbers.first().map_or(0.0, |number| number.abs());
    let are_whole = numbers.iter().all(|number| number.fract() == 0.0);
    match unit {
        Unit::Share if n >= TWO_DECIMALS_FROM_N => 2,
        Unit::Share => 1,
        Unit::Count | Unit::Amount if are_whole || size >= 100.0 => 0,
        Unit::Count => 1,
        Unit::Amount if size >= 10.0 => 1,
        Unit::Amount | Unit::Coefficient => 2,
        Unit::Area => 3,
    }
}

fn value_with_decimals(unit: Unit, value: f64, decimals: usize) -> String {
    match unit {
        Unit::Share => share(value, decimals),
        _ => fixed(value, decimals),
    }
}

/// A share that is not nothing is not shown as nothing, nor one short of all as all.
fn share(share: f64, decimals: usize) -> String {
    let text = fixed(share * 100.0, decimals);
    let step = 10f64.powi(-(decimals as i32));
    if share > 0.0 && text == fixed(0.0, decimals) {
        format!("<\u{202F}{}\u{202F}%", fixed(step, decimals))
    } else if share < 1.0 && text == fixed(100.0, decimals) {
        format!(">\u{202F}{}\u{202F}%", fixed(100.0 - step, decimals))
    } else {
        format!("{text}\u{202F}%")
    }
}

fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_decimals_by_their_n() {
        let shown = [
            percent(0.0716, 900),
            percent(0.0716, 10_000),
            percent(0.0, 900),
            percent(0.0001, 900),
            percent(0.9999, 900),
            percent(1.0, 900),
        ];
        let plain: Vec<String> = shown.map(|text| text.replace('\u{202F}', " ")).into();
        assert_eq!(
            plain,
            ["7.2 %", "7.16 %", "0.0 %", "< 0.1 %", "> 99.9 %", "100.0 %"]
        );
    }

    #[test]
    fn numbers_are_grouped_and_have_a_true_minus() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(12), "12");
        assert_eq!(fixed(-1234.5, 1), "\u{2212}1,234.5");
        assert_eq!(fixed(-0.001, 2), "0.00");
        assert_eq!(value(Unit::Count, 3.0, 9), "3");
        assert_eq!(value(Unit::Count, 3.25, 9), "3.2");
    }

    #[test]
    fn a_missing_estimate_is_a_dash_without_interval() {
        let missing = Estimate::missing(0, "empty population");
        assert_eq!(estimate_value(Unit::Share, &missing), "–");
        assert_eq!(estimate_interval(Unit::Share, &missing), None);
        let not_finite = Estimate {
            value: Some(f64::NAN),
            ..missing
        };
        assert_eq!(estimate_value(Unit::Count, &not_finite), "–");
    }

    #[test]
    fn intervals_share_the_decimals_of_their_value() {
        let estimate = Estimate::new(0.05, 0.04, 0.0612, 500, "bootstrap");
        assert_eq!(
            estimate_interval(Unit::Share, &estimate).unwrap(),
            "4.0 to 6.1\u{202F}%"
        );
        let fractional = Estimate::new(4.0, 3.52, 4.48, 500, "bootstrap");
        assert_eq!(
            estimate_note(Unit::Amount, &fractional),
            "4.00 (3.52 to 4.48)"
        );
        let counted = Estimate::counted(7.0, 500, "counted");
        assert_eq!(estimate_interval(Unit::Count, &counted), None);
    }

    #[test]
    fn p_values_are_never_zero() {
        assert_eq!(p_value(Some(0.0)), "<\u{202F}0.001");
        assert_eq!(p_value(Some(0.0421)), "0.042");
        assert_eq!(p_value(None), "–");
    }
}
