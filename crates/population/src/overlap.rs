//! What the target sources have in common: crossover users that take part in two of them.

use entangle_model::Estimate;
use entangle_model::study::TargetOverlap;
use entangle_statistics::overlap::expected_overlap;

use crate::inputs::StudyInputs;
use crate::suppression::withheld_cells;

/// One row per pair of targets, in the order of the study file.
pub(crate) fn target_overlaps(inputs: &StudyInputs<'_>) -> Vec<TargetOverlap> {
    let pairs: Vec<[usize; 2]> = (0..inputs.targets.len())
        .flat_map(|first| (first + 1..inputs.targets.len()).map(move |second| [first, second]))
        .collect();
    let strict_counts: Vec<u64> = pairs
        .iter()
        .map(|pair| strict_count_of_both(inputs, *pair))
        .collect();
    let withheld = withheld_cells(&strict_counts, inputs.config.suppress_below_count);
    pairs
        .into_iter()
        .zip(strict_counts)
        .zip(withheld)
        .map(|((pair, strict_count), why)| target_overlap(inputs, pair, strict_count, why))
        .collect()
}

fn target_overlap(
    inputs: &StudyInputs<'_>,
    pair: [usize; 2],
    strict_count: u64,
    withheld_because: Option<String>,
) -> TargetOverlap {
    let n = inputs.account_count();
    let [first, second] = pair.map(|target| inputs.targets[target].source.clone());
    let (crossover_strict, crossover_expected) = match withheld_because {
        Some(why) => (Estimate::missing(n, why.clone()), Estimate::missing(n, why)),
        None => (
            Estimate::counted(
                strict_count as f64,
                n,
                "accounts of the population with a strict link to both sources, counted",
            ),
            expected_count_of_both(inputs, pair),
        ),
    };
    TargetOverlap {
        first_source: first,
        second_source: second,
        crossover_strict,
        crossover_expected,
    }
}

fn strict_count_of_both(inputs: &StudyInputs<'_>, pair: [usize; 2]) -> u64 {
    let threshold = inputs.config.link_threshold_probability;
    inputs
        .candidates
        .by_account()
        .filter(|of_account| {
            pair.iter().all(|target| {
                of_account
                    .iter()
                    .any(|one| one.target == *target && one.is_strict(threshold))
            })
        })
        .count() as u64
}

fn expected_count_of_both(inputs: &StudyInputs<'_>, pair: [usize; 2]) -> Estimate {
    let n = inputs.account_count();
    let nobody_posted = pair
        .iter()
        .any(|target| inputs.targets[*target].taking_part_count == 0);
    if nobody_posted {
        return Estimate::missing(n, "no account of one of the sources has a post");
    }
    let links = inputs.candidates.as_links(None);
    match expected_overlap(&links, pair, n, &inputs.candidates.parameter_draws_bits) {
        None => Estimate::missing(n, "the population is empty"),
        Some(expected) => expected.share.scaled(n as f64).into_estimate(
            n,
            "sum over accounts of the product of the probabilities of a true link to either \
             source, links taken as independent given the evidence; interval as for the expected \
             share",
        ),
    }
}
