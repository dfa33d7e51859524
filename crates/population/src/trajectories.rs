//! Courses of monthly activity on the public source (methods 5): groups of accounts that take a
//! like course, and whether crossover users stand among them as matched others do.

use datafusion::error::DataFusionError;
use entangle_model::Estimate;
use entangle_model::study::{Trajectories, TrajectoryGroup};
use entangle_statistics::trajectories::{
    Trajectory, TrajectoryModel, TrajectoryOptions, choose_group_count,
};
use entangle_statistics::weighted_sample::{Bootstrap, WeightedSample};

use crate::feature_comparison::ComparedGroups;
use crate::inputs::StudyInputs;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;
use crate::suppression::{suppressed_because, withheld_cells};

const MONTH_SECONDS: i64 = 30 * 86_400;
/// Months followed at most.
const MONTH_COUNT: usize = 36;
/// Whole months that an account must be followed, posts or not.
const MONTHS_MIN: usize = 6;
const GROUP_COUNT_MAX: usize = 5;
/// Matched sets followed; of more, every second, third and so on.
const SETS_MAX: usize = 1_000;
/// A month with more posts counts as so many, because a Poisson rate is ruled by the largest.
const MONTHLY_POSTS_MAX: u64 = 1_000;

/// A crossover user and its others that could be followed.
struct FollowedSet {
    case: Trajectory,
    others: Vec<Trajectory>,
}

/// Reads the months, fits the groups and compares.
pub(crate) async fn trajectories(
    tables: &StudyTables,
    inputs: &StudyInputs<'_>,
    groups: &ComparedGroups<'_>,
) -> Result<Trajectories, DataFusionError> {
    let sets = read_sets(tables, groups).await?;
    let case_count = sets.len();
    let other_count: usize = sets.iter().map(|set| set.others.len()).sum();
    let nothing = |why: String| Trajectories {
        design: why,
        month_count: MONTH_COUNT as u64,
        ..Trajectories::default()
    };
    if (case_count as u64) < groups.least {
        return Ok(nothing(suppressed_because(groups.least)));
    }
    let all: Vec<Trajectory> = sets
        .iter()
        .flat_map(|set| std::iter::once(&set.case).chain(&set.others))
        .cloned()
        .collect();
    let options = TrajectoryOptions {
        degree: 2,
        is_zero_inflated: true,
        start_count: 2,
        iterations_max: 3_000,
        tolerance: 1e-7,
        seed: inputs.config.seed,
    };
    let Some(choice) = choose_group_count(&all, MONTH_COUNT, GROUP_COUNT_MAX, &options) else {
        return Ok(nothing(
            "no course could be fitted to the months".to_owned(),
        ));
    };
    let model = &choice.models[choice.best];
    Ok(Trajectories {
        design: design_in_words(groups, model),
        month_count: MONTH_COUNT as u64,
        crossover_count: case_count as u64,
        other_count: other_count as u64,
        bic_by_group_count: choice.models.iter().map(|model| model.bic).collect(),
        groups: compared_groups(inputs, model, &sets),
    })
}

fn design_in_words(groups: &ComparedGroups<'_>, model: &TrajectoryModel) -> String {
    let converged = match model.is_converged {
        true => "",
        false => " The fit had not settled when it was stopped.",
    };
    format!(
        "{} Posts are counted by months of 30 days from the first post in the window, at most {MONTH_COUNT}, \
         until posts end; accounts with fewer than {MONTHS_MIN} whole months are left out with their others. \
         Zero-inflated Poisson mixture with curves of the second degree (Nagin 2005); of one to \
         {GROUP_COUNT_MAX} groups the number with the least BIC. Groups sum up a continuous variety and are no kinds of people.{converged}",
        groups.matched.design_in_words(groups.least)
    )
}

/// The sets whose crossover user can be followed, in the order of the matching.
async fn read_sets(
    tables: &StudyTables,
    groups: &ComparedGroups<'_>,
) -> Result<Vec<FollowedSet>, DataFusionError> {
    let step = groups.matched.sets.len().div_ceil(SETS_MAX).max(1);
    let kept: Vec<_> = groups.matched.sets.iter().step_by(step).collect();
    let accounts: Vec<usize> = kept
        .iter()
        .flat_map(|set| std::iter::once(set.case).chain(set.controls.iter().copied()))
        .collect();
    let mut followed = read_months(tables, &accounts).await?.into_iter();
    let mut sets = Vec::new();
    for set in kept {
        let case = followed.next().flatten();
        let others: Vec<Trajectory> = followed
            .by_ref()
            .take(set.controls.len())
            .flatten()
            .collect();
        if let Some(case) = case.filter(|_| !others.is_empty()) {
            sets.push(FollowedSet { case, others });
        }
    }
    Ok(sets)
}

/// The months of each account, in the order given; none of one that was not followed long enough.
async fn read_months(
    tables: &StudyTables,
    accounts: &[usize],
) -> Result<Vec<Option<Trajectory>>, DataFusionError> {
    tables.hold_integers(
        "followed_accounts",
        [
            ("place", (0..accounts.len() as i64).collect()),
            (
                "account_index",
                accounts.iter().map(|account| *account as i64).collect(),
            ),
        ],
    )?;
    let mut followed: Vec<Option<Trajectory>> = vec![None; accounts.len()];
    let months = format!(
        "SELECT f.place, ((SELECT MAX(posted_s) FROM public_posts) - i.first_post_s) / {MONTH_SECONDS} \
         FROM followed_accounts f JOIN included i ON i.account_index = f.account_index \
         WHERE i.first_post_s IS NOT NULL"
    );
    for_each_row(tables.query(&months).await?, |row| {
        let month_count = (row.count(1) as usize).min(MONTH_COUNT);
        if month_count >= MONTHS_MIN
            && let Some(place) = followed.get_mut(row.position(0))
        {
            *place = Some(Trajectory {
                weight: 1.0,
                first_month: 0,
                counts: vec![0; month_count],
            });
        }
    })
    .await?;
    let posts = format!(
        "SELECT f.place, (p.posted_s - i.first_post_s) / {MONTH_SECONDS} AS month, COUNT(*) \
         FROM public_posts p JOIN included i ON p.account_id = i.account_id \
         JOIN followed_accounts f ON f.account_index = i.account_index \
         WHERE p.posted_s < i.first_post_s + {MONTH_SECONDS} * {MONTH_COUNT} GROUP BY f.place, month"
    );
    for_each_row(tables.query(&posts).await?, |row| {
        let account = followed.get_mut(row.position(0)).and_then(Option::as_mut);
        if let Some(count) = account.and_then(|account| account.counts.get_mut(row.position(1))) {
            *count = row.count(2).min(MONTHLY_POSTS_MAX) as u32;
        }
    })
    .await?;
    Ok(followed)
}

/// Mean probabilities of each group of one matched set: of the crossover user, and of the others.
type SetShares = (Vec<f64>, Vec<f64>);

fn compared_groups(
    inputs: &StudyInputs<'_>,
    model: &TrajectoryModel,
    sets: &[FollowedSet],
) -> Vec<TrajectoryGroup> {
    let posterior = |account: &Trajectory| {
        model
            .posterior_probabilities(account)
            .unwrap_or_else(|| vec![0.0; model.groups.len()])
    };
    let shares: Vec<SetShares> = sets
        .iter()
        .map(|set| {
            let mut others = vec![0.0; model.groups.len()];
            for other in &set.others {
                for (sum, probability) in others.iter_mut().zip(posterior(other)) {
                    *sum += probability / set.others.len() as f64;
                }
            }
            (posterior(&set.case), others)
        })
        .collect();
    let other_count: usize = sets.iter().map(|set| set.others.len()).sum();
    let bootstrap = Bootstrap {
        replicate_count: inputs.config.bootstrap_count as usize,
        seed: inputs.config.seed,
    };
    let withheld = withheld_groups(inputs, model.groups.len(), &shares);
    let group = |group: usize| {
        let estimate = |of: &dyn Fn(&SetShares) -> f64, n: usize| {
            mean_over_sets(shares.iter().map(of), bootstrap, n as u64)
        };
        let of_crossover_users = |of: &dyn Fn(&SetShares) -> f64| match &withheld[group] {
            Some(why) => Estimate::missing(sets.len() as u64, why.clone()),
            None => estimate(of, sets.len()),
        };
        TrajectoryGroup {
            monthly_posts: (0..MONTH_COUNT)
                .filter_map(|month| model.expected_posts(group, month))
                .collect(),
            crossover_share: of_crossover_users(&|(case, _)| case[group]),
            other_share: estimate(&|(_, others)| others[group], other_count),
            difference: of_crossover_users(&|(case, others)| case[group] - others[group]),
            average_posterior_probability: model.groups[group].average_posterior_probability,
        }
    };
    (0..model.groups.len()).map(group).collect()
}

/// Why the crossover users of each group are withheld; `None` where they are shown.
fn withheld_groups(
    inputs: &StudyInputs<'_>,
    group_count: usize,
    shares: &[SetShares],
) -> Vec<Option<String>> {
    let count = |group: usize| {
        let sum: f64 = shares.iter().map(|(case, _)| case[group]).sum();
        sum.round() as u64
    };
    let counts: Vec<u64> = (0..group_count).map(count).collect();
    withheld_cells(&counts, inputs.config.suppress_below_count)
}

fn mean_over_sets(values: impl Iterator<Item = f64>, bootstrap: Bootstrap, n: u64) -> Estimate {
    let sample = WeightedSample::new(values.map(|value| (value, 1.0)));
    match sample.bootstrap(WeightedSample::mean, bootstrap) {
        None => Estimate::missing(n, "no set could be followed"),
        Some(mean) => mean.into_estimate(
            n,
            "mean probability of the group over matched sets, given the fitted groups; percentile \
             bootstrap over sets",
        ),
    }
}
