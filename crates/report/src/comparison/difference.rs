//! The difference of two independent estimates from their intervals.
//!
//! The method of variance estimates recovery (Zou and Donner 2008, *Construction of confidence
//! intervals about the difference between two estimates*, Statistics in Medicine 27:1693-1702;
//! for shares with Wilson's interval it is Newcombe's 1998 method 10). With estimates `a`, `b`
//! and their intervals `[la, ua]`, `[lb, ub]`, the interval of `b - a` is
//!
//! ```text
//! low  = (b - a) - sqrt((b - lb)^2 + (ua - a)^2)
//! high = (b - a) + sqrt((ub - b)^2 + (a - la)^2)
//! ```
//!
//! It keeps the asymmetry of the two intervals and needs nothing but them.

use entangle_model::Estimate;

use crate::number::finite;

const METHOD: &str = "second less first; interval recovered from the two 95 % intervals (Zou and \
                      Donner 2008), the two taken as independent";

/// Second less first; missing, with the reason, where a value or an end of an interval is.
pub fn difference(first: &Estimate, second: &Estimate) -> Estimate {
    let n = first.n.saturating_add(second.n);
    let Some([a, la, ua]) = complete(first) else {
        return Estimate::missing(n, without("first", first));
    };
    let Some([b, lb, ub]) = complete(second) else {
        return Estimate::missing(n, without("second", second));
    };
    let value = b - a;
    let low = value - (b - lb).hypot(ua - a);
    let high = value + (ub - b).hypot(a - la);
    Estimate::new(value, low, high, n, METHOD)
}

/// Value and ends; `None` where one is missing or the value lies outside.
fn complete(estimate: &Estimate) -> Option<[f64; 3]> {
    let value = finite(estimate.value)?;
    let (low, high) = (finite(estimate.low)?, finite(estimate.high)?);
    (low <= value && value <= high).then_some([value, low, high])
}

fn without(which: &str, estimate: &Estimate) -> String {
    match finite(estimate.value) {
        None => format!("the {which} study has no value"),
        Some(_) => format!("the {which} study has no interval around its value"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe 1998, Statistics in Medicine 17:873-890, table II, example (a): 56/70 less 48/80,
    /// method 10 gives 0.0524 to 0.3339.
    #[test]
    fn the_difference_of_two_shares_is_newcombes() {
        let first = Estimate::new(48.0 / 80.0, 0.490_4, 0.700_4, 80, "Wilson");
        let second = Estimate::new(56.0 / 70.0, 0.691_8, 0.876_9, 70, "Wilson");
        let found = difference(&first, &second);
        let close = |found: Option<f64>, known: f64| (found.unwrap() - known).abs() < 0.000_5;
        assert!(close(found.value, 0.2), "{found:?}");
        assert!(close(found.low, 0.0524), "{found:?}");
        assert!(close(found.high, 0.3339), "{found:?}");
    }

    #[test]
    fn without_an_interval_there_is_no_difference() {
        let counted = Estimate::counted(0.4, 10, "counted");
        let estimated = Estimate::new(0.5, 0.4, 0.6, 20, "Wilson");
        let found = difference(&counted, &estimated);
        assert_eq!(found.value, None);
        assert_eq!(
            found.method,
            "the first study has no interval around its value"
        );
        let missing = Estimate::missing(0, "empty");
        assert_eq!(
            difference(&estimated, &missing).method,
            "the second study has no value"
        );
    }
}
