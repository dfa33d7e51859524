//! What the design could have found: the least differences and the least prevalence that groups of
//! the study's own sizes would show.
//!
//! Sizes are those of the comparison, so nothing here looks at what was found. That a test found
//! nothing says little where it would only have found much.

use entangle_model::Estimate;
use entangle_model::study::{DesignPower, LeastFound};
use entangle_statistics::design_power::{
    USUAL_POWER, least_cliffs_delta, least_equivalence_margin, least_prevalence,
    least_share_difference,
};

use crate::feature_comparison::ComparedGroups;
use crate::inputs::StudyInputs;
use crate::prevalence::{ANCHORED_PAIRS_MIN, name_rule};
use crate::suppression::{is_small, suppressed_because};

/// Shares that the others are taken to have: something rare, and what varies most.
const OTHER_SHARES: [f64; 2] = [0.1, 0.5];
const NO_SIZE_WOULD_DO: &str = "no difference is large enough for groups of these sizes";

/// Two groups and how they count.
struct Sizes {
    form: &'static str,
    crossover: f64,
    others: f64,
    /// How the sizes came about, for the place of a method.
    about: &'static str,
}

/// The least amounts, test by test.
pub(crate) fn design_power(inputs: &StudyInputs<'_>, groups: &ComparedGroups<'_>) -> DesignPower {
    let strict = Sizes {
        form: "strict",
        crossover: groups.matched.sets.len() as f64,
        others: groups.matched.controls().len() as f64,
        about: "strict crossover users and matched others",
    };
    let expected = Sizes {
        form: "expected",
        crossover: effective_size(groups.weights.iter().map(|(weight, _)| *weight)),
        others: effective_size(groups.weights.iter().map(|(_, weight)| *weight)),
        about: "effective sizes sum(w)^2 / sum(w^2) of accounts weighted by their probability of \
                being a crossover user and of others weighted to them",
    };
    let is_compared = groups.matched.sets.len() as u64 >= groups.least;
    let mut rows = Vec::new();
    for sizes in [&strict, &expected] {
        let row = |quantity: &str, least: Option<f64>, test: &str| {
            compared_row(sizes, is_compared.then_some(least), groups, quantity, test)
        };
        let (m, n) = (sizes.crossover, sizes.others);
        let delta = least_cliffs_delta(m, n, USUAL_POWER);
        rows.push(row("least_cliffs_delta", delta, DELTA_TEST));
        if sizes.form == "strict" {
            let margin = least_equivalence_margin(m, n, USUAL_POWER);
            rows.push(LeastFound {
                margin: Some(groups.equivalence_margin),
                ..row("least_equivalence_margin", margin, MARGIN_TEST)
            });
        }
        for other_share in OTHER_SHARES {
            let difference = least_share_difference(m, n, other_share, USUAL_POWER);
            rows.push(LeastFound {
                other_share: Some(other_share),
                ..row("least_share_difference", difference, SHARE_TEST)
            });
        }
    }
    rows.push(prevalence_row(inputs));
    DesignPower {
        power: USUAL_POWER,
        rows,
    }
}

const DELTA_TEST: &str = "two-sided test of Mann and Whitney at 5 %, values without ties";
const MARGIN_TEST: &str = "two one-sided tests (Schuirmann 1987) at 5 % of groups that do not differ, values without ties";
const SHARE_TEST: &str = "two-sided test of two proportions at 5 % (Fleiss, Levin and Paik 2003)";

/// `sum(w)^2 / sum(w^2)`; zero where nothing weighs anything.
fn effective_size(weights: impl Iterator<Item = f64>) -> f64 {
    let (sum, squares) = weights.fold((0.0, 0.0), |(sum, squares), weight| {
        (sum + weight, squares + weight * weight)
    });
    if squares > 0.0 {
        sum * sum / squares
    } else {
        0.0
    }
}

/// A row of two groups; `least` is absent where nothing is compared.
fn compared_row(
    sizes: &Sizes,
    least: Option<Option<f64>>,
    groups: &ComparedGroups<'_>,
    quantity: &str,
    test: &str,
) -> LeastFound {
    let n = (sizes.crossover + sizes.others).round() as u64;
    let estimate = match least {
        None => Estimate::missing(
            0,
            format!(
                "fewer than {} strict crossover users could be matched",
                groups.least
            ),
        ),
        Some(None) => Estimate::missing(n, NO_SIZE_WOULD_DO),
        Some(Some(least)) => Estimate::counted(least, n, format!("{test}; {}", sizes.about)),
    };
    LeastFound {
        quantity: quantity.to_owned(),
        form: sizes.form.to_owned(),
        crossover_count: least.map(|_| sizes.crossover),
        other_count: least.map(|_| sizes.others),
        other_share: None,
        margin: None,
        least: estimate,
    }
}

/// The least corrected prevalence, with the error rates by which the share was corrected.
fn prevalence_row(inputs: &StudyInputs<'_>) -> LeastFound {
    LeastFound {
        quantity: "least_prevalence".to_owned(),
        form: "strict".to_owned(),
        crossover_count: None,
        other_count: None,
        other_share: None,
        margin: None,
        least: least_prevalence_found(inputs),
    }
}

fn least_prevalence_found(inputs: &StudyInputs<'_>) -> Estimate {
    let n = inputs.account_count();
    let below = inputs.config.suppress_below_count;
    let Some(rule) = name_rule(inputs) else {
        return Estimate::missing(
            n,
            format!(
                "fewer than {ANCHORED_PAIRS_MIN} pairs are anchored by a shared identifier, so \
                 the sensitivity of names is not known"
            ),
        );
    };
    // The sensitivity can be worked out from the answer, and with it the pairs behind it.
    if is_small(rule.anchored_count, below) || is_small(rule.found_count, below) {
        return Estimate::missing(n, suppressed_because(below));
    }
    match least_prevalence(n, rule.sensitivity(), rule.false_positive(n), USUAL_POWER) {
        None => Estimate::missing(
            n,
            "no prevalence is high enough for the rule's errors, or there is nobody to be found",
        ),
        Some(least) => Estimate::counted(
            least,
            n,
            format!(
                "least prevalence at which the interval of the corrected share (Lang and \
                 Reiczigel 2014) lies above zero, for names with a sensitivity of {:.2} and a \
                 false share of {:.2e}",
                rule.sensitivity().share(),
                rule.false_share
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_weights_are_as_many_accounts_and_one_weight_is_one() {
        assert_eq!(effective_size([0.4; 50].into_iter()).round(), 50.0);
        assert_eq!(effective_size([0.0, 0.7, 0.0].into_iter()).round(), 1.0);
        assert_eq!(effective_size([0.0; 3].into_iter()), 0.0);
    }
}
