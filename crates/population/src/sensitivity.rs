//! How the expected share moves with what was assumed: the prior, the calibration, the population.

use entangle_model::Estimate;
use entangle_model::bits::{bits_to_probability, probability_to_bits};
use entangle_model::study::SensitivityPoint;
use entangle_statistics::prevalence::{CandidateLink, expected_share};

use crate::inputs::StudyInputs;
use crate::suppression::unless_small;

/// Factors on lambda, with the word for each.
const PRIOR_FACTORS: [(f64, &str); 4] = [
    (0.25, "a quarter of lambda"),
    (0.5, "half of lambda"),
    (2.0, "twice lambda"),
    (4.0, "four times lambda"),
];
/// Exponents on the odds: less than one draws probabilities to one half.
const CALIBRATION_SLOPES: [(f64, &str); 4] = [
    (0.8, "log odds times .8"),
    (0.9, "log odds times .9"),
    (1.1, "log odds times 1.1"),
    (1.25, "log odds times 1.25"),
];
/// Least posts of an account of the population.
const LEAST_POSTS: [u64; 4] = [2, 5, 10, 20];
/// Candidates below are left out.
const LEAST_PROBABILITIES: [f64; 3] = [0.1, 0.5, 0.9];

/// One row per assumption and choice; the first is the study's own.
pub(crate) fn sensitivity(inputs: &StudyInputs<'_>) -> Vec<SensitivityPoint> {
    let as_stated = |links: &CandidateLink| Some(links.probability);
    let mut points = vec![point(
        inputs,
        "as studied",
        "the study file's own choices",
        1,
        as_stated,
    )];
    for (factor, choice) in PRIOR_FACTORS {
        let shift = move |link: &CandidateLink| {
            Some(bits_to_probability(
                probability_to_bits(link.probability) + f64::log2(factor),
            ))
        };
        points.push(point(inputs, "prior", choice, 1, shift));
    }
    for (slope, choice) in CALIBRATION_SLOPES {
        let bend = move |link: &CandidateLink| {
            Some(bits_to_probability(
                slope * probability_to_bits(link.probability),
            ))
        };
        points.push(point(inputs, "calibration", choice, 1, bend));
    }
    for least in LEAST_POSTS
        .into_iter()
        .filter(|least| *least > inputs.config.minimum_post_count)
    {
        let choice = format!("accounts with {least} posts or more");
        points.push(point(inputs, "population", &choice, least, as_stated));
    }
    for least in LEAST_PROBABILITIES {
        let choice = format!("only candidates of {least} or more");
        let kept =
            move |link: &CandidateLink| (link.probability >= least).then_some(link.probability);
        points.push(point(inputs, "candidates", &choice, 1, kept));
    }
    points
}

/// The expected share of the accounts with so many posts, with other probabilities; a candidate
/// without one is left out.
fn point(
    inputs: &StudyInputs<'_>,
    assumption: &str,
    choice: &str,
    least_posts: u64,
    probability: impl Fn(&CandidateLink) -> Option<f64>,
) -> SensitivityPoint {
    let is_counted = |account: usize| inputs.accounts[account].post_count >= least_posts;
    let links: Vec<CandidateLink> = inputs
        .candidates
        .as_links(None)
        .iter()
        .filter(|link| is_counted(link.account))
        .filter_map(|link| {
            let probability = probability(link)?;
            Some(CandidateLink {
                probability,
                ..*link
            })
        })
        .collect();
    let counted = || (0..inputs.accounts.len()).filter(|account| is_counted(*account));
    let n = counted().count() as u64;
    let strict_count = counted()
        .filter(|account| inputs.is_strict[*account])
        .count() as u64;
    let share = match expected_share(&links, n, &inputs.candidates.parameter_draws_bits) {
        None => Estimate::missing(n, "no account is left"),
        Some(expected) => expected.share.into_estimate(
            n,
            "expected share under another assumption; interval as for the expected share",
        ),
    };
    SensitivityPoint {
        assumption: assumption.to_owned(),
        choice: choice.to_owned(),
        expected: unless_small(strict_count, inputs.config.suppress_below_count, share),
    }
}
