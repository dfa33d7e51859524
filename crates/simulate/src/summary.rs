//! What is true of a written world, counted from what was written.

use entangle_model::NameLevel;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::emit::{AccountActivity, SourceActivity};
use crate::freelancers::{Freelancer, freelancers};
use crate::options::{PlantedEffect, WorldOptions};
use crate::people::Person;
use crate::roster::Roster;
use crate::sources::{PUBLIC, SOURCE_COUNT_MAX, SourceSpec};

/// The options of a world and everything that is true of it; the content of `world.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorldSummary {
    /// The options.
    pub options: WorldOptions,
    /// The source whose accounts are the population.
    pub public_source: String,
    /// Every other source.
    pub target_sources: Vec<String>,
    /// Sizes, source by source.
    pub sources: Vec<SourceCounts>,
    /// People, with and without visible accounts.
    pub person_count: u64,
    /// Posts of all sources.
    pub post_count: u64,
    /// Public accounts with at least one post that names them: the denominator.
    pub population_count: u64,
    /// Those of them whose person has an account with such a post on a target source.
    pub crossover_count: u64,
    /// `crossover_count / population_count`, exactly; 0 for an empty population.
    pub planted_prevalence: f64,
    /// Crossover users on each target source, in the order of `target_sources`.
    pub crossover_count_by_target: Vec<TargetCount>,
    /// Crossover users by the exact set of target sources they posted on, so that the truth for
    /// a study of fewer targets can be added up.
    pub crossover_count_by_target_set: Vec<TargetSetCount>,
    /// Share of crossover users whose first dated post was on the public source, among those
    /// with dated posts on both sides; `None` without any.
    pub public_first_share: Option<f64>,
    /// True links for each pair of sources.
    pub pairs: Vec<PairTruth>,
    /// The effect of the world's behavioural difference; [`PlantedEffect::LARGE`] where it has none.
    pub planted_effect: PlantedEffect,
    /// The people whom the leaked chat names; none in a usual world.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub freelancers: Vec<Freelancer>,
}

/// Sizes of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCounts {
    /// The source.
    pub source: String,
    /// Accounts with a row or a trace under their own id.
    pub account_count: u64,
    /// Those of them with a post that names them.
    pub posting_account_count: u64,
    /// Posts, with and without author.
    pub post_count: u64,
}

/// Crossover users of one target source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetCount {
    /// The target source.
    pub target: String,
    /// Crossover users with a post there.
    pub crossover_count: u64,
}

/// Crossover users of one set of target sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetSetCount {
    /// The target sources.
    pub targets: Vec<String>,
    /// Crossover users with posts on these and on no other target source.
    pub crossover_count: u64,
}

/// The truth about one pair of sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairTruth {
    /// One source.
    pub source_left: String,
    /// The other.
    pub source_right: String,
    /// Pairs of visible accounts of one person: the number of links a perfect linkage finds.
    pub link_count: u64,
    /// Those of them in which both accounts posted.
    pub posting_link_count: u64,
    /// Planted m: for each name level, the share of `named_link_count` on it. `None` without
    /// such links.
    pub name_level_m: Option<BTreeMap<String, f64>>,
    /// Links with a name on both sides, of which at least one is the preferred name itself, so
    /// that the level of the pair is the planted level of the other.
    pub named_link_count: u64,
    /// Links in which both names were changed, so that the level follows from two changes.
    pub twice_changed_link_count: u64,
}

/// What is visible of one person, source by source.
#[derive(Debug, Clone, Copy, Default)]
struct Trace {
    /// Bit per source with a visible account.
    visible: u8,
    /// Bit per source with a post that names the account.
    posted: u8,
    /// Name level of the account; `None` where the source shows no name.
    name_levels: [Option<NameLevel>; SOURCE_COUNT_MAX],
    first_public_s: Option<u32>,
    first_target_s: Option<u32>,
}

impl Trace {
    fn has(set: u8, source: usize) -> bool {
        set >> source & 1 == 1
    }

    fn is_population(&self) -> bool {
        Self::has(self.posted, PUBLIC)
    }

    /// Bits of the target sources posted on.
    fn targets(&self) -> u8 {
        self.posted & !(1 << PUBLIC)
    }

    fn is_crossover(&self) -> bool {
        self.is_population() && self.targets() != 0
    }
}

/// Counts the truth of a world.
pub(crate) fn summarise(
    options: &WorldOptions,
    people: &[Person],
    rosters: &[Roster],
    activities: &[SourceActivity],
) -> WorldSummary {
    let sources = options.kind.sources();
    let traces = traces(people.len(), rosters, activities);
    let population_count = count(&traces, Trace::is_population);
    let crossover_count = count(&traces, Trace::is_crossover);
    let planted_prevalence = if population_count == 0 {
        0.0
    } else {
        crossover_count as f64 / population_count as f64
    };
    WorldSummary {
        options: options.clone(),
        public_source: sources[PUBLIC].name.to_owned(),
        target_sources: target_names(sources, u8::MAX),
        sources: source_counts(rosters, activities),
        person_count: people.len() as u64,
        post_count: activities.iter().map(|one| one.post_count).sum(),
        population_count,
        crossover_count,
        planted_prevalence,
        crossover_count_by_target: by_target(sources, &traces),
        crossover_count_by_target_set: by_target_set(sources, &traces),
        public_first_share: public_first_share(&traces),
        pairs: pair_truths(sources, &traces),
        planted_effect: options
            .behavioural_difference
            .effect()
            .unwrap_or(PlantedEffect::LARGE),
        freelancers: freelancers(people, rosters),
    }
}

fn count(traces: &[Trace], is_counted: impl Fn(&Trace) -> bool) -> u64 {
    traces.iter().filter(|trace| is_counted(trace)).count() as u64
}

fn traces(person_count: usize, rosters: &[Roster], activities: &[SourceActivity]) -> Vec<Trace> {
    let mut traces = vec![Trace::default(); person_count];
    for (roster, activity) in rosters.iter().zip(activities) {
        for (account, seen) in roster.accounts.iter().zip(&activity.accounts) {
            let trace = &mut traces[account.person as usize];
            if roster.is_visible(account) {
                trace.visible |= 1 << roster.source;
                let is_named = roster.shown_name(account).is_some();
                trace.name_levels[roster.source] = is_named.then_some(account.name_level);
            }
            if seen.post_count > 0 {
                trace.posted |= 1 << roster.source;
                note_first_post(trace, roster.source, seen);
            }
        }
    }
    traces
}

fn note_first_post(trace: &mut Trace, source: usize, seen: &AccountActivity) {
    let first = if source == PUBLIC {
        &mut trace.first_public_s
    } else {
        &mut trace.first_target_s
    };
    *first = match (*first, seen.first_post_at_s) {
        (Some(before), Some(now)) => Some(before.min(now)),
        (before, now) => before.or(now),
    };
}

fn source_counts(rosters: &[Roster], activities: &[SourceActivity]) -> Vec<SourceCounts> {
    rosters
        .iter()
        .zip(activities)
        .map(|(roster, activity)| {
            let visible = roster.accounts.iter().filter(|one| roster.is_visible(one));
            let posting = activity.accounts.iter().filter(|one| one.post_count > 0);
            SourceCounts {
                source: roster.spec().name.to_owned(),
                account_count: visible.count() as u64,
                posting_account_count: posting.count() as u64,
                post_count: activity.post_count,
            }
        })
        .collect()
}

/// Names of the target sources in a set of bits.
fn target_names(sources: &[SourceSpec], set: u8) -> Vec<String> {
    (PUBLIC + 1..sources.len())
        .filter(|source| Trace::has(set, *source))
        .map(|source| sources[source].name.to_owned())
        .collect()
}

fn by_target(sources: &[SourceSpec], traces: &[Trace]) -> Vec<TargetCount> {
    (PUBLIC + 1..sources.len())
        .map(|source| TargetCount {
            target: sources[source].name.to_owned(),
            crossover_count: count(traces, |trace| {
                trace.is_crossover() && Trace::has(trace.posted, source)
            }),
        })
        .collect()
}

fn by_target_set(sources: &[SourceSpec], traces: &[Trace]) -> Vec<TargetSetCount> {
    let mut counts: BTreeMap<u8, u64> = BTreeMap::new();
    for trace in traces.iter().filter(|trace| trace.is_crossover()) {
        *counts.entry(trace.targets()).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|(set, crossover_count)| TargetSetCount {
            targets: target_names(sources, set),
            crossover_count,
        })
        .collect()
}

fn public_first_share(traces: &[Trace]) -> Option<f64> {
    let mut dated_count = 0u64;
    let mut public_first_count = 0u64;
    for trace in traces.iter().filter(|trace| trace.is_crossover()) {
        if let (Some(public_s), Some(target_s)) = (trace.first_public_s, trace.first_target_s) {
            dated_count += 1;
            public_first_count += u64::from(public_s < target_s);
        }
    }
    (dated_count > 0).then(|| public_first_count as f64 / dated_count as f64)
}

fn pair_truths(sources: &[SourceSpec], traces: &[Trace]) -> Vec<PairTruth> {
    let mut pairs = Vec::new();
    for left in 0..sources.len() {
        for right in left + 1..sources.len() {
            pairs.push(pair_truth(sources, traces, left, right));
        }
    }
    pairs
}

fn pair_truth(sources: &[SourceSpec], traces: &[Trace], left: usize, right: usize) -> PairTruth {
    let both = |set: u8| Trace::has(set, left) && Trace::has(set, right);
    let mut level_counts = [0u64; NameLevel::ALL.len()];
    let mut twice_changed_link_count = 0;
    for trace in traces.iter().filter(|trace| both(trace.visible)) {
        match (trace.name_levels[left], trace.name_levels[right]) {
            (Some(NameLevel::Written), Some(level)) | (Some(level), Some(NameLevel::Written)) => {
                level_counts[level.index()] += 1;
            }
            (Some(_), Some(_)) => twice_changed_link_count += 1,
            _ => {}
        }
    }
    let named_link_count: u64 = level_counts.iter().sum();
    let share = |level: NameLevel| {
        let level_share = level_counts[level.index()] as f64 / named_link_count as f64;
        (level.as_str().to_owned(), level_share)
    };
    PairTruth {
        source_left: sources[left].name.to_owned(),
        source_right: sources[right].name.to_owned(),
        link_count: count(traces, |trace| both(trace.visible)),
        posting_link_count: count(traces, |trace| both(trace.posted)),
        name_level_m: (named_link_count > 0).then(|| NameLevel::ALL.map(share).into()),
        named_link_count,
        twice_changed_link_count,
    }
}
