//! Prevalence of crossover users in its forms, the nulls and the threshold curve
//! (methods 3).

use entangle_model::Estimate;
use entangle_model::bits::chance_collision_probability;
use entangle_model::study::{NullModel, Prevalence, ThresholdPoint};
use entangle_statistics::corrected_prevalence::{Proportion, corrected_prevalence};
use entangle_statistics::prevalence::{
    UNSEEN_SHARE_MAX, expected_share, expected_share_with_unseen, mean_with_binomial_interval,
};
use entangle_statistics::proportion::wilson_interval;

use crate::inputs::StudyInputs;
use crate::suppression::unless_small;
use crate::targets::chance_method;

/// Anchored pairs below which a sensitivity says nothing.
pub(crate) const ANCHORED_PAIRS_MIN: u64 = 5;

const CURVE_THRESHOLDS: [f64; 9] = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];

/// The forms and the nulls.
pub(crate) fn prevalence(inputs: &StudyInputs<'_>) -> Prevalence {
    Prevalence {
        strict: strict(inputs),
        expected: expected(inputs),
        expected_with_unseen: expected_with_unseen(inputs),
        corrected: corrected(inputs),
        name_equality: name_equality(inputs),
        name_equality_by_chance: name_equality_by_chance(inputs),
        nulls: nulls(inputs),
    }
}

/// Pairs between population and targets that share an identifier and are called links, and how
/// many of them the name alone would have found.
pub(crate) fn anchored_pairs(inputs: &StudyInputs<'_>) -> (u64, u64) {
    let threshold = inputs.config.link_threshold_probability;
    let anchored = || {
        inputs.candidates.all.iter().filter(|candidate| {
            candidate.has_shared_identifier && candidate.probability >= threshold
        })
    };
    let found = anchored().filter(|candidate| candidate.name_clears_margin);
    (anchored().count() as u64, found.count() as u64)
}

/// A share of the population with Wilson's interval, withheld where its count is small.
fn share_of_population(inputs: &StudyInputs<'_>, count: u64, method: String) -> Estimate {
    let n = inputs.account_count();
    match wilson_interval(count as f64, n as f64) {
        None => Estimate::missing(n, "the population is empty"),
        Some(share) => unless_small(
            count,
            inputs.config.suppress_below_count,
            share.into_estimate(n, method),
        ),
    }
}

fn strict(inputs: &StudyInputs<'_>) -> Estimate {
    let method = format!(
        "share of accounts with a link of probability {} or more whose name clears log2 of the \
         target's accounts by {} bits or that shares an identifier; Wilson interval, which carries \
         the sampling of accounts and not the error of links",
        inputs.config.link_threshold_probability, inputs.config.surprisal_margin_bits,
    );
    share_of_population(inputs, inputs.strict_count(), method)
}

fn expected(inputs: &StudyInputs<'_>) -> Estimate {
    let n = inputs.account_count();
    let links = inputs.candidates.as_links(None);
    match expected_share(&links, n, &inputs.candidates.parameter_draws_bits) {
        None => Estimate::missing(n, "the population is empty"),
        Some(expected) => expected.share.into_estimate(
            n,
            format!(
                "mean over accounts of the probability of at least one true link; the interval \
                 carries the sampling of accounts (standard error {:.2e}), which links are true \
                 ({:.2e}), and {} draws of each lambda and of a calibration error of {} bits ({:.2e})",
                expected.sampling_standard_error,
                expected.link_truth_standard_error,
                inputs.candidates.parameter_draws_bits.len(),
                inputs.config.calibration_sd_bits,
                expected.parameter_standard_error,
            ),
        ),
    }
}

fn expected_with_unseen(inputs: &StudyInputs<'_>) -> Estimate {
    let n = inputs.account_count();
    let Some(unseen) = &inputs.unseen else {
        return Estimate::missing(n, "the linkage learned no share of links without a trace");
    };
    let expected = expected_share_with_unseen(
        &inputs.candidates.as_links(None),
        n,
        &inputs.candidates.parameter_draws_bits,
        unseen.share,
        &unseen.draws,
    );
    match expected {
        None => Estimate::missing(n, "the population is empty"),
        Some(expected) => expected.share.into_estimate(
            n,
            format!(
                "the expected share, in which a link that is seen stands for {:.2}: a share of {:.2} of \
                 the links is taken to show no trace in names or contacts, by {:.1} pairs that a \
                 contact anchors, four assumed ones among them, and at most {UNSEEN_SHARE_MAX} is \
                 corrected for; the interval carries that share too (standard error with the other \
                 parameters {:.2e})",
                1.0 / (1.0 - unseen.share.min(UNSEEN_SHARE_MAX)),
                unseen.share,
                unseen.pair_count,
                expected.parameter_standard_error,
            ),
        ),
    }
}

/// The rule that calls an account a crossover user by its name, with its error rates.
pub(crate) struct NameRule {
    /// Pairs that share an identifier and are called links.
    pub(crate) anchored_count: u64,
    /// Those of them that the name alone would have found.
    pub(crate) found_count: u64,
    /// Share of accounts found though they have no true link, by the chance-match null.
    pub(crate) false_share: f64,
}

impl NameRule {
    pub(crate) fn sensitivity(&self) -> Proportion {
        Proportion {
            successes: self.found_count as f64,
            trials: self.anchored_count as f64,
        }
    }

    /// The false share as if it had been counted among the accounts of the population.
    pub(crate) fn false_positive(&self, account_count: u64) -> Proportion {
        let trials = account_count as f64;
        Proportion {
            successes: self.false_share * trials,
            trials,
        }
    }
}

/// The rule of names; `None` where too few pairs are anchored to know its sensitivity.
pub(crate) fn name_rule(inputs: &StudyInputs<'_>) -> Option<NameRule> {
    let (anchored_count, found_count) = anchored_pairs(inputs);
    (anchored_count >= ANCHORED_PAIRS_MIN).then(|| NameRule {
        anchored_count,
        found_count,
        false_share: strict_chance_share(inputs).unwrap_or_else(|| margin_bound(inputs)),
    })
}

/// Rogan-Gladen correction of the share that the name alone finds.
fn corrected(inputs: &StudyInputs<'_>) -> Estimate {
    let n = inputs.account_count();
    let Some(rule) = name_rule(inputs) else {
        return Estimate::missing(
            n,
            format!(
                "fewer than {ANCHORED_PAIRS_MIN} pairs are anchored by a shared \
                 identifier, so the sensitivity of names is not known"
            ),
        );
    };
    let threshold = inputs.config.link_threshold_probability;
    let by_name_count = inputs
        .candidates
        .by_account()
        .filter(|of_account| {
            of_account
                .iter()
                .any(|one| one.is_strict_by_name(threshold))
        })
        .count() as u64;
    let raw = Proportion {
        successes: by_name_count as f64,
        trials: n as f64,
    };
    let corrected = corrected_prevalence(raw, rule.sensitivity(), rule.false_positive(n));
    let Some(corrected) = corrected else {
        return Estimate::missing(
            n,
            "the name rule finds anchored pairs no more often than chance",
        );
    };
    let clipped = match (corrected.is_value_clipped, corrected.is_interval_clipped) {
        (true, _) => "; the value lay outside 0 to 1 and was moved to its end",
        (false, true) => "; an end of the interval lay outside 0 to 1 and was moved",
        (false, false) => "",
    };
    let estimate = corrected.prevalence.into_estimate(
        n,
        format!(
            "Rogan-Gladen correction of the share found by name, with a sensitivity of {:.2} from \
             {} anchored pairs and a false share of {:.2e} from the chance-match null; interval of \
             Lang and Reiczigel (2014){clipped}",
            rule.sensitivity().share(),
            rule.anchored_count,
            rule.false_share,
        ),
    );
    unless_small(by_name_count, inputs.config.suppress_below_count, estimate)
}

fn name_equality(inputs: &StudyInputs<'_>) -> Estimate {
    let method = "share of accounts whose name, in lower case, an account that posted on a target \
                  carries; Wilson interval, which does not carry chance matches";
    share_of_population(inputs, inputs.names.equal_count, method.to_owned())
}

fn name_equality_by_chance(inputs: &StudyInputs<'_>) -> Estimate {
    let n = inputs.account_count();
    let chances = chances_over_targets(inputs, |bits, target| {
        chance_collision_probability(bits, target.taking_part_count)
    });
    match mean_with_binomial_interval(&chances) {
        None => Estimate::missing(n, "the population is empty"),
        Some(share) => share.into_estimate(
            n,
            format!(
                "share over all targets; for each, {}",
                chance_method(inputs)
            ),
        ),
    }
}

/// Per account, the probability of a chance match on at least one target.
fn chances_over_targets(
    inputs: &StudyInputs<'_>,
    chance: impl Fn(f64, &crate::targets::TargetFacts) -> f64,
) -> Vec<f64> {
    let of_name = |bits: f64| {
        let none: f64 = inputs
            .targets
            .iter()
            .map(|target| 1.0 - chance(bits, target))
            .product();
        1.0 - none
    };
    inputs
        .names
        .surprisal_bits
        .iter()
        .map(|bits| bits.map_or(0.0, of_name))
        .collect()
}

/// Probability per account of a chance match that clears the margin; `None` without a model of
/// names.
fn strict_chances(inputs: &StudyInputs<'_>) -> Option<Vec<f64>> {
    inputs.names.is_modelled.then(|| {
        chances_over_targets(inputs, |bits, target| {
            let needed = (target.account_count as f64).log2() + inputs.config.surprisal_margin_bits;
            if bits >= needed {
                chance_collision_probability(bits, target.taking_part_count)
            } else {
                0.0
            }
        })
    })
}

fn strict_chance_share(inputs: &StudyInputs<'_>) -> Option<f64> {
    let chances = strict_chances(inputs)?;
    (!chances.is_empty()).then(|| chances.iter().sum::<f64>() / chances.len() as f64)
}

/// Largest share of chance matches that a name which clears the margin can have, over all
/// targets.
fn margin_bound(inputs: &StudyInputs<'_>) -> f64 {
    let per_target = (-inputs.config.surprisal_margin_bits).exp2();
    1.0 - (1.0 - per_target).powf(inputs.targets.len() as f64)
}

fn nulls(inputs: &StudyInputs<'_>) -> Vec<NullModel> {
    let n = inputs.account_count();
    let by_chance = match strict_chances(inputs) {
        None => Estimate::missing(n, "the workspace has no model of names"),
        Some(chances) => match mean_with_binomial_interval(&chances) {
            None => Estimate::missing(n, "the population is empty"),
            Some(share) => share.into_estimate(
                n,
                "mean over accounts of the chance that an unrelated account of a target carries \
                 the name, for names that clear the margin",
            ),
        },
    };
    let split = share_of_source(inputs);
    vec![
        NullModel {
            name: "names by chance".to_owned(),
            about: "Each account's name is looked for among accounts whose names are drawn at \
                    random from the model of names of the public source."
                .to_owned(),
            false_share: by_chance,
        },
        NullModel {
            name: "margin".to_owned(),
            about: "Every name is taken to clear the margin just so on every target.".to_owned(),
            false_share: Estimate::counted(
                margin_bound(inputs),
                n,
                "1 - (1 - 2^-margin)^targets, an upper bound by construction",
            ),
        },
        NullModel {
            name: "same source".to_owned(),
            about: "Each account's name, in lower case and however common, is looked for among \
                    the other accounts of the public source, which belong to other hands but for \
                    second accounts."
                .to_owned(),
            false_share: split,
        },
    ]
}

/// Share of accounts whose name occurs again in their own source.
fn share_of_source(inputs: &StudyInputs<'_>) -> Estimate {
    let n = inputs.account_count();
    match wilson_interval(inputs.names.repeated_in_source_count as f64, n as f64) {
        None => Estimate::missing(n, "the population is empty"),
        Some(share) => share.into_estimate(
            n,
            "share of accounts whose name another account of the same source carries; Wilson \
             interval; zero where the software keeps names unique, which then bounds nothing",
        ),
    }
}

/// How the share moves with the threshold.
pub(crate) fn threshold_curve(inputs: &StudyInputs<'_>) -> Vec<ThresholdPoint> {
    CURVE_THRESHOLDS
        .into_iter()
        .map(|threshold_probability| threshold_point(inputs, threshold_probability))
        .collect()
}

fn threshold_point(inputs: &StudyInputs<'_>, threshold_probability: f64) -> ThresholdPoint {
    let is_at = |probability: f64| probability >= threshold_probability;
    let account_count = inputs
        .candidates
        .by_account()
        .filter(|of_account| of_account.iter().any(|one| is_at(one.probability)))
        .count() as u64;
    let (mut pair_count, mut false_sum) = (0.0, 0.0);
    for candidate in inputs
        .candidates
        .all
        .iter()
        .filter(|one| is_at(one.probability))
    {
        pair_count += 1.0;
        false_sum += 1.0 - candidate.probability;
    }
    let share = share_of_population(
        inputs,
        account_count,
        "share of accounts with a pair at or above the threshold; Wilson interval".to_owned(),
    );
    let is_shown = share.value.is_some() && pair_count > 0.0;
    ThresholdPoint {
        threshold_probability,
        share,
        expected_false_share: is_shown.then(|| false_sum / pair_count),
    }
}
