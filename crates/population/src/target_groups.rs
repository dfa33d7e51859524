//! Target sources that the study file puts together under a name: crossover users on any of them.
//!
//! An account is counted once, whatever number of the group's sources it is on. Groups may share
//! sources.

use entangle_model::Estimate;
use entangle_model::study::TargetGroup;
use entangle_statistics::Bounded;
use entangle_statistics::prevalence::{CandidateLink, expected_share};
use entangle_statistics::proportion::wilson_interval;

use crate::inputs::StudyInputs;
use crate::suppression::{is_small, withheld_cells};

/// A group with its targets as positions in the study file, ascending.
struct Group<'study> {
    name: &'study str,
    targets: Vec<usize>,
    strict_count: u64,
}

/// One row per group, in the order of the names.
pub(crate) fn target_groups(inputs: &StudyInputs<'_>) -> Vec<TargetGroup> {
    let groups: Vec<Group<'_>> = inputs
        .config
        .target_groups
        .iter()
        .map(|(name, sources)| {
            let is_in = |target: &usize| sources.contains(&inputs.targets[*target].source);
            let targets: Vec<usize> = (0..inputs.targets.len()).filter(is_in).collect();
            Group {
                name,
                strict_count: strict_count_of_any(inputs, &targets),
                targets,
            }
        })
        .collect();
    let withheld = withheld_groups(inputs, &groups);
    let rows = groups.iter().zip(withheld);
    rows.map(|(group, why)| target_group(inputs, group, why))
        .collect()
}

/// Accounts of the population with a strict link to any of the targets.
fn strict_count_of_any(inputs: &StudyInputs<'_>, targets: &[usize]) -> u64 {
    let threshold = inputs.config.link_threshold_probability;
    let of_accounts = inputs.candidates.by_account();
    of_accounts
        .filter(|of_account| {
            of_account
                .iter()
                .any(|one| targets.contains(&one.target) && one.is_strict(threshold))
        })
        .count() as u64
}

/// Why each group is withheld; `None` where it is shown.
///
/// A group is a sum over people, so that its number less a shown one of its own sources, of a
/// smaller group within it, or taken from the number of all crossover users, counts people too. It
/// is withheld where that would be few.
fn withheld_groups(inputs: &StudyInputs<'_>, groups: &[Group<'_>]) -> Vec<Option<String>> {
    let below = inputs.config.suppress_below_count;
    let counts: Vec<u64> = groups.iter().map(|group| group.strict_count).collect();
    let mut withheld = withheld_cells(&counts, below);
    // What is shown so far: the sources one by one, then the groups from the smallest.
    let mut shown: Vec<(Vec<usize>, u64)> = (0..inputs.targets.len())
        .map(|target| (vec![target], strict_count_of_any(inputs, &[target])))
        .filter(|(_, count)| !is_small(*count, below))
        .collect();
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|group| (groups[*group].targets.len(), *group));
    for place in order {
        let group = &groups[place];
        let is_part = |targets: &[usize]| targets.iter().all(|one| group.targets.contains(one));
        let holds_few = group
            .targets
            .iter()
            .any(|target| is_small(strict_count_of_any(inputs, &[*target]), below));
        // That a source with few adds nobody says of each of the few that it is on another.
        let is_told = |rest: u64| is_small(rest, below) || rest == 0 && holds_few;
        let tells_few = shown
            .iter()
            .filter(|(targets, _)| is_part(targets))
            .any(|(_, count)| is_told(group.strict_count.abs_diff(*count)));
        let leaves_few = is_small(inputs.strict_count().abs_diff(group.strict_count), below);
        if tells_few || leaves_few {
            withheld[place].get_or_insert_with(|| {
                "suppressed: beside other numbers it would tell a smaller one".to_owned()
            });
        }
        if withheld[place].is_none() {
            shown.push((group.targets.clone(), group.strict_count));
        }
    }
    withheld
}

fn target_group(
    inputs: &StudyInputs<'_>,
    group: &Group<'_>,
    withheld_because: Option<String>,
) -> TargetGroup {
    let n = inputs.account_count();
    let facts = || group.targets.iter().map(|target| &inputs.targets[*target]);
    let (crossover_strict, crossover_expected) = match withheld_because {
        Some(why) => (Estimate::missing(n, why.clone()), Estimate::missing(n, why)),
        None => (strict(group.strict_count, n), expected(inputs, group)),
    };
    TargetGroup {
        name: group.name.to_owned(),
        sources: facts().map(|target| target.source.clone()).collect(),
        account_count: facts().map(|target| target.account_count).sum(),
        post_count: facts().map(|target| target.post_count).sum(),
        crossover_strict,
        crossover_expected,
    }
}

fn strict(count: u64, n: u64) -> Estimate {
    number_of_accounts(
        wilson_interval(count as f64, n as f64),
        n,
        "accounts of the population with a strict link to any source of the group, each counted \
         once; Wilson interval of the share, which carries the sampling of accounts",
    )
}

fn expected(inputs: &StudyInputs<'_>, group: &Group<'_>) -> Estimate {
    let n = inputs.account_count();
    let taking_part = |target: &usize| inputs.targets[*target].taking_part_count;
    if group.targets.iter().map(taking_part).sum::<u64>() == 0 {
        return Estimate::missing(n, "no account of the sources has a post");
    }
    let mut links: Vec<CandidateLink> = inputs.candidates.as_links(None);
    links.retain(|link| group.targets.contains(&link.target));
    let share = expected_share(&links, n, &inputs.candidates.parameter_draws_bits);
    number_of_accounts(
        share.map(|expected| expected.share),
        n,
        "sum over accounts of the probability of at least one true link to a source of the group; \
         interval as for the expected share",
    )
}

fn number_of_accounts(share: Option<Bounded>, n: u64, method: &str) -> Estimate {
    match share {
        None => Estimate::missing(n, "the population is empty"),
        Some(share) => share.scaled(n as f64).into_estimate(n, method),
    }
}
