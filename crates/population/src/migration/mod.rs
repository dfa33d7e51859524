//! Where those who were active on a target source post after its last post.
//!
//! That a source fell silent is all that posts can tell: it may have closed, or been copied no
//! further. Where an account is not seen, its holder may post under a name that has no link.

mod activity;
mod linked_targets;

use chrono::{DateTime, SecondsFormat};
use datafusion::error::DataFusionError;
use entangle_model::Estimate;
use entangle_model::study::{Destination, Migration, SilentSource};
use entangle_statistics::proportion::wilson_interval;

use self::activity::{Activities, Activity, Silence, read_activities, read_silences};
use self::linked_targets::{LinkedTargets, read_linked_targets};
use crate::days::SECONDS_PER_DAY;
use crate::inputs::StudyInputs;
use crate::study_tables::StudyTables;
use crate::suppression::{is_small, suppressed_because, withheld_cells};

/// A source is silent whose last post is older by so many days than the last of all.
const SILENT_DAYS: i64 = 60;
/// Days before its last post in which somebody who posted was active on it.
const ACTIVE_DAYS: i64 = 90;
/// Days followed before and after, at most.
const WINDOW_DAYS: i64 = 180;

/// Follows strict crossover users, and accounts of targets that are linked with one another.
pub(crate) async fn migration(
    tables: &StudyTables,
    inputs: &StudyInputs<'_>,
) -> Result<Migration, DataFusionError> {
    let silences = read_silences(tables, inputs).await?;
    let linked = read_linked_targets(tables, inputs).await?;
    if silences.is_empty() {
        return Ok(Migration {
            design: format!(
                "No target source fell silent: the last dated post of each is less than \
                 {SILENT_DAYS} days older than the last of all sources of the study, or it has none."
            ),
            silent_sources: Vec::new(),
        });
    }
    let activities = read_activities(tables, inputs, &silences).await?;
    let mut silent_sources = Vec::new();
    for (number, silence) in silences.iter().enumerate() {
        let users = followed_crossover_users(inputs, &activities, (number, silence));
        silent_sources.push(silent_source(inputs, silence, "crossover_users", &users));
        if !linked.is_empty() {
            let accounts =
                followed_linked_accounts(inputs, &linked, &activities, (number, silence));
            silent_sources.push(silent_source(inputs, silence, "linked_accounts", &accounts));
        }
    }
    Ok(Migration {
        design: design_in_words(linked.is_empty()),
        silent_sources,
    })
}

fn design_in_words(has_no_links_of_targets: bool) -> String {
    let linked = match has_no_links_of_targets {
        true => {
            "The tables hold no strict link between two target sources, so that people are \
             followed by way of their account of the public source alone."
        }
        false => {
            "Beside them, and whether or not they have an account of the public source, accounts \
             of the source with a strict link to an account of another target source are followed \
             by these links."
        }
    };
    format!(
        "A target source fell silent where its last dated post is {SILENT_DAYS} days or more older \
         than the last of all sources of the study; a source that closed and a copy that ends early \
         look the same. Followed are strict crossover users whose linked account posted on it in \
         its last {ACTIVE_DAYS} days: where they, by their account of the public source or an \
         account strictly linked to it, post in the {WINDOW_DAYS} days after, or as long as the \
         sources go on, beside as many days before. {linked} One may post in several places."
    )
}

/// Where one who was active on the silent source posts: per destination, after and before.
type Followed = Vec<Activity>;

/// Strict crossover users that were active, with the other targets in the order of the study file
/// and then the public source.
fn followed_crossover_users(
    inputs: &StudyInputs<'_>,
    activities: &Activities,
    (number, silence): (usize, &Silence),
) -> Vec<Followed> {
    let threshold = inputs.config.link_threshold_probability;
    let of_accounts = inputs.candidates.by_account();
    of_accounts
        .filter_map(|of_account| {
            let on_target = |target: usize| {
                of_account
                    .iter()
                    .filter(|one| one.target == target && one.is_strict(threshold))
                    .map(|one| activities.of_participant(number, one.participant))
                    .fold(Activity::default(), Activity::or)
            };
            if !on_target(silence.target).is_active {
                return None;
            }
            let mut followed: Followed = others(inputs, silence).map(on_target).collect();
            followed.push(activities.of_included(number, of_account[0].account));
            Some(followed)
        })
        .collect()
}

/// Accounts of the silent source that were active and have a strict link to another target, with
/// the other targets in the order of the study file.
fn followed_linked_accounts(
    inputs: &StudyInputs<'_>,
    linked: &LinkedTargets,
    activities: &Activities,
    (number, silence): (usize, &Silence),
) -> Vec<Followed> {
    let accounts = linked.accounts_of(silence.target);
    accounts
        .filter(|account| activities.of_linked(number, *account).is_active)
        .map(|account| {
            let on_target = |target: usize| {
                linked
                    .partners_on(account, target)
                    .map(|partner| activities.of_linked(number, partner))
                    .fold(Activity::default(), Activity::or)
            };
            others(inputs, silence).map(on_target).collect()
        })
        .collect()
}

/// The targets but for the silent one, as positions in the study file.
fn others(inputs: &StudyInputs<'_>, silence: &Silence) -> impl Iterator<Item = usize> {
    let silent = silence.target;
    (0..inputs.targets.len()).filter(move |target| *target != silent)
}

fn silent_source(
    inputs: &StudyInputs<'_>,
    silence: &Silence,
    kind_of_followed: &str,
    followed: &[Followed],
) -> SilentSource {
    let below = inputs.config.suppress_below_count;
    let active_count = followed.len() as u64;
    let is_withheld = is_small(active_count, below);
    let last_post_at = DateTime::from_timestamp(silence.last_s, 0);
    SilentSource {
        source: inputs.targets[silence.target].source.clone(),
        followed: kind_of_followed.to_owned(),
        last_post_at: last_post_at.map_or_else(String::new, |at| {
            at.to_rfc3339_opts(SecondsFormat::Secs, true)
        }),
        window_days: (silence.window_s / SECONDS_PER_DAY).unsigned_abs(),
        active: match is_withheld {
            true => Estimate::missing(0, suppressed_because(below)),
            false => Estimate::counted(
                active_count as f64,
                active_count,
                format!("those with a post on the source in its last {ACTIVE_DAYS} days, counted"),
            ),
        },
        destinations: match is_withheld || active_count == 0 {
            true => Vec::new(),
            false => destinations(inputs, silence, kind_of_followed, followed),
        },
    }
}

fn destinations(
    inputs: &StudyInputs<'_>,
    silence: &Silence,
    kind_of_followed: &str,
    followed: &[Followed],
) -> Vec<Destination> {
    let target = |target: usize| (inputs.targets[target].source.clone(), "target");
    let mut places: Vec<(String, &str)> = others(inputs, silence).map(target).collect();
    if kind_of_followed == "crossover_users" {
        places.push((inputs.config.public_source.clone(), "public"));
    }
    places.push((String::new(), "nowhere"));
    let after = counts(places.len(), followed, |activity| activity.is_after);
    let before = counts(places.len(), followed, |activity| activity.is_before);
    let below = inputs.config.suppress_below_count;
    let withheld = [&after, &before].map(|counts| withheld_cells(counts, below));
    let n = followed.len() as u64;
    let cell = |counts: &[u64], withheld: &[Option<String>], place: usize| match &withheld[place] {
        Some(why) => (None, Estimate::missing(n, why.clone())),
        None => (Some(counts[place]), share(counts[place], n)),
    };
    let of_places = places.into_iter().enumerate();
    of_places
        .map(|(place, (source, kind))| {
            let (after_count, after_share) = cell(&after, &withheld[0], place);
            let (before_count, before_share) = cell(&before, &withheld[1], place);
            Destination {
                source,
                kind: kind.to_owned(),
                after_count,
                after_share,
                before_count,
                before_share,
            }
        })
        .collect()
}

/// How many post at each place; the last place is none of the others.
fn counts(
    place_count: usize,
    followed: &[Followed],
    posts: impl Fn(&Activity) -> bool,
) -> Vec<u64> {
    let mut counts = vec![0; place_count];
    for one in followed {
        let mut is_nowhere = true;
        for (count, activity) in counts.iter_mut().zip(one) {
            *count += u64::from(posts(activity));
            is_nowhere &= !posts(activity);
        }
        counts[place_count - 1] += u64::from(is_nowhere);
    }
    counts
}

fn share(count: u64, n: u64) -> Estimate {
    match wilson_interval(count as f64, n as f64) {
        None => Estimate::missing(n, "nobody was active"),
        Some(share) => share.into_estimate(
            n,
            "share of those active on the source in its last days; Wilson interval, which carries \
             their sampling and not the error of links",
        ),
    }
}
