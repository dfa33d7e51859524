//! Who has an account where: the plan of a world before any post is written.
//!
//! Public accounts come first, one per person. Crossover users are chosen among them by their
//! activity alone, never by their name. The other sources are then filled with people who are
//! not on the public source.

use std::collections::HashSet;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Binomial, Distribution, Exp1, LogNormal};

use crate::contacts::ContactKind;
use crate::freelancers::FREELANCER_COUNT;
use crate::names::NameGenerator;
use crate::options::{WorldKind, WorldOptions};
use crate::people::{Person, PersonGenerator, PersonIndex};
use crate::random::{Purpose, chance, index, stream, weighted_index};
use crate::sources::{PUBLIC, SourceSpec, WORLD_ENDS_ON};

/// A membership that was decided on and has no name or number yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Membership {
    pub(crate) person: PersonIndex,
    /// Day of the first activity, counted from 1 January 1970.
    pub(crate) starts_on: u32,
    /// Relative number of posts; 0 for an account that never posts.
    pub(crate) activity: f32,
}

/// Everybody and their memberships.
pub(crate) struct Plan {
    pub(crate) people: Vec<Person>,
    /// Memberships of each source, in no particular order.
    pub(crate) memberships: Vec<Vec<Membership>>,
}

/// Accounts of a non-public source are at least this many times its crossover users.
const TARGET_SIZE_FACTOR_MIN: f64 = 1.25;
/// No account begins later than this many days before the end of the world.
const LAST_START_DAYS: u32 = 20;

/// Plans a world.
pub(crate) fn plan(options: &WorldOptions, names: &NameGenerator) -> Plan {
    let sources = options.kind.sources();
    let mut planner = Planner {
        options,
        sources,
        generator: PersonGenerator { options, names },
        rng: stream(options.seed, Purpose::People, 0),
        activity: ActivityLaw::new(),
        plan: Plan {
            people: Vec::new(),
            memberships: vec![Vec::new(); sources.len()],
        },
    };
    planner.add_public_people();
    planner.choose_crossover_users();
    if options.kind == WorldKind::SeedOfField {
        planner.choose_freelancers();
    }
    planner.fill_targets();
    planner.plan
}

/// Posts budgeted for a source.
pub(crate) fn post_budget(options: &WorldOptions, source: usize) -> u64 {
    (options.post_count as f64 * options.kind.sources()[source].post_share).round() as u64
}

/// Heavy-tailed activity: log-normal, with a ratio of mean to median of about 3.
struct ActivityLaw(Option<LogNormal<f64>>);

impl ActivityLaw {
    fn new() -> Self {
        ActivityLaw(LogNormal::new(0.0, 1.5).ok())
    }

    fn draw(&self, rng: &mut ChaCha8Rng) -> f32 {
        self.0.map_or(1.0, |law| law.sample(rng)) as f32
    }
}

struct Planner<'a> {
    options: &'a WorldOptions,
    sources: &'static [SourceSpec],
    generator: PersonGenerator<'a>,
    rng: ChaCha8Rng,
    activity: ActivityLaw,
    plan: Plan,
}

impl Planner<'_> {
    fn posting_account_count(&self, source: usize) -> u64 {
        let budget = post_budget(self.options, source) as f64;
        (budget / self.options.posts_per_account_mean).ceil() as u64
    }

    fn silent_account_share(&self, source: usize) -> f64 {
        if self.sources[source].format.is_chat() {
            0.0
        } else {
            self.options.silent_account_share
        }
    }

    fn add_person(&mut self, is_russian: bool) -> PersonIndex {
        let person = self.generator.draw(&mut self.rng, is_russian);
        self.plan.people.push(person);
        (self.plan.people.len() - 1) as PersonIndex
    }

    fn add_public_people(&mut self) {
        let posting_count = self.posting_account_count(PUBLIC);
        let silent_share = self.silent_account_share(PUBLIC);
        let silent_count = posting_count as f64 * silent_share / (1.0 - silent_share);
        for position in 0..posting_count + silent_count.round() as u64 {
            let is_russian = chance(&mut self.rng, self.options.russian_share);
            let person = self.add_person(is_russian);
            let activity = if position < posting_count {
                self.activity.draw(&mut self.rng)
            } else {
                0.0
            };
            let starts_on = self.any_start(PUBLIC);
            self.plan.memberships[PUBLIC].push(Membership {
                person,
                starts_on,
                activity,
            });
        }
    }

    /// A start at which a source that grows slowly takes people in.
    fn any_start(&mut self, source: usize) -> u32 {
        let opens_on = self.sources[source].opens_on;
        let days = f64::from(WORLD_ENDS_ON - LAST_START_DAYS - opens_on);
        opens_on + (days * self.rng.random::<f64>().powf(0.8)) as u32
    }

    /// Chooses the planted share among those who post, and the same share among the silent.
    fn choose_crossover_users(&mut self) {
        let public = std::mem::take(&mut self.plan.memberships[PUBLIC]);
        let (posting, silent): (Vec<_>, Vec<_>) =
            public.iter().copied().partition(|one| one.activity > 0.0);
        let mut rng = stream(self.options.seed, Purpose::Crossover, 0);
        for membership in self.sample_by_activity(&posting, &mut rng) {
            self.add_crossover_user(membership, true, &mut rng);
        }
        for membership in self.sample_by_activity(&silent, &mut rng) {
            self.add_crossover_user(membership, false, &mut rng);
        }
        self.plan.memberships[PUBLIC] = public;
    }

    fn crossover_count(&self, pool_size: usize, rng: &mut ChaCha8Rng) -> usize {
        let share = self.options.crossover_share;
        match Binomial::new(pool_size as u64, share) {
            Ok(draws) if self.options.is_crossover_drawn => draws.sample(rng) as usize,
            _ => (pool_size as f64 * share).round() as usize,
        }
    }

    /// A sample without replacement with weights that grow with activity: the smallest of
    /// exponential variates divided by their weights (Efraimidis and Spirakis 2006).
    fn sample_by_activity(&self, pool: &[Membership], rng: &mut ChaCha8Rng) -> Vec<Membership> {
        let sample_count = self.crossover_count(pool.len(), rng);
        let exponent = self.options.crossover_activity_exponent;
        let mut keyed: Vec<(f64, u32)> = pool
            .iter()
            .enumerate()
            .map(|(position, membership)| {
                let wait: f64 = Exp1.sample(rng);
                let activity = f64::from(membership.activity).max(1e-6);
                (wait / activity.powf(exponent), position as u32)
            })
            .collect();
        keyed.sort_unstable_by(|left, right| left.0.total_cmp(&right.0));
        keyed.truncate(sample_count);
        keyed
            .into_iter()
            .map(|(_, position)| pool[position as usize])
            .collect()
    }

    /// Gives a public person one to three more accounts, at least one of which posts if
    /// `must_post`.
    fn add_crossover_user(&mut self, public: Membership, must_post: bool, rng: &mut ChaCha8Rng) {
        let person = &mut self.plan.people[public.person as usize];
        person.is_crossover = true;
        let is_russian = person.is_russian;
        let membership_count = [1, 1, 1, 1, 2, 2, 3][index(rng, 7)];
        let mut joined = vec![false; self.sources.len()];
        let is_public_first = chance(rng, self.options.public_first_share);
        for ordinal in 0..membership_count {
            let Some(target) = choose_target(rng, self.sources, is_russian, &joined) else {
                return;
            };
            joined[target] = true;
            let opens_on = self.sources[target].opens_on;
            let is_silent =
                !(ordinal == 0 && must_post) && chance(rng, self.silent_account_share(target));
            let factor = self.options.crossover_target_activity_factor as f32;
            let activity = self.activity.draw(rng) * factor;
            self.plan.memberships[target].push(Membership {
                person: public.person,
                starts_on: crossover_start(rng, opens_on, public.starts_on, is_public_first),
                activity: if is_silent { 0.0 } else { activity },
            });
        }
    }

    /// Makes crossover users freelancers: people whom the leaked chat, the last source, names and
    /// who wrote in it.
    fn choose_freelancers(&mut self) {
        let chat = self.sources.len() - 1;
        let members = self.plan.memberships[chat].iter();
        let in_chat: HashSet<PersonIndex> = members.map(|member| member.person).collect();
        let public = self.plan.memberships[PUBLIC].iter();
        let posting = public.filter(|one| one.activity > 0.0);
        let mut pool: Vec<PersonIndex> = posting
            .map(|one| one.person)
            .filter(|one| self.plan.people[*one as usize].is_crossover && !in_chat.contains(one))
            .collect();
        let mut rng = stream(self.options.seed, Purpose::Freelancers, 0);
        for _ in 0..FREELANCER_COUNT.min(pool.len()) {
            let chosen = pool.swap_remove(index(&mut rng, pool.len()));
            let person = &mut self.plan.people[chosen as usize];
            person.is_freelancer = true;
            person.contact_kinds |= ContactKind::Telegram.bit();
            self.plan.memberships[chat].push(Membership {
                person: chosen,
                starts_on: self.sources[chat].opens_on + index(&mut rng, 200) as u32,
                activity: self.activity.draw(&mut rng).max(0.5),
            });
        }
    }

    /// Fills every other source with people who are not on the public one.
    fn fill_targets(&mut self) {
        self.rng = stream(self.options.seed, Purpose::Membership, 0);
        let sizes: Vec<usize> = (0..self.sources.len())
            .map(|source| self.source_size(source))
            .collect();
        for target in PUBLIC + 1..self.sources.len() {
            while self.plan.memberships[target].len() < sizes[target] {
                self.add_target_person(target, &sizes);
            }
        }
    }

    /// Accounts that a source is to have, given the crossover users it has already.
    fn source_size(&self, source: usize) -> usize {
        let silent_share = self.silent_account_share(source);
        let wanted = self.posting_account_count(source) as f64 / (1.0 - silent_share);
        let least = self.plan.memberships[source].len() as f64 * TARGET_SIZE_FACTOR_MIN;
        wanted.max(least).ceil() as usize
    }

    /// A new person on a target; some join a second one that has room left.
    fn add_target_person(&mut self, target: usize, sizes: &[usize]) {
        let is_russian = self.sources[target].language == "ru"
            || chance(&mut self.rng, self.options.russian_share);
        let person = self.add_person(is_russian);
        self.join(person, target);
        if !chance(&mut self.rng, self.options.several_targets_share) {
            return;
        }
        let mut closed = vec![false; self.sources.len()];
        closed[target] = true;
        for (other, is_closed) in closed.iter_mut().enumerate().skip(PUBLIC + 1) {
            *is_closed |= self.plan.memberships[other].len() >= sizes[other];
        }
        if let Some(other) = choose_target(&mut self.rng, self.sources, is_russian, &closed) {
            self.join(person, other);
        }
    }

    fn join(&mut self, person: PersonIndex, target: usize) {
        let silent_share = self.silent_account_share(target);
        let activity = if chance(&mut self.rng, silent_share) {
            0.0
        } else {
            self.activity.draw(&mut self.rng)
        };
        let starts_on = self.any_start(target);
        self.plan.memberships[target].push(Membership {
            person,
            starts_on,
            activity,
        });
    }
}

/// A source other than the public one that is not closed, by its appeal.
fn choose_target(
    rng: &mut ChaCha8Rng,
    sources: &[SourceSpec],
    is_russian: bool,
    closed: &[bool],
) -> Option<usize> {
    let mut weights = vec![0.0; sources.len()];
    for (source, spec) in sources.iter().enumerate() {
        if !closed[source] {
            weights[source] = if is_russian {
                spec.appeal_russian
            } else {
                spec.appeal_english
            };
        }
    }
    let is_possible = weights.iter().any(|weight| *weight > 0.0);
    is_possible.then(|| weighted_index(rng, &weights))
}

/// When a crossover user begins on a target: some months before or after the public source, or
/// any time on the wanted side of it if the target did not exist then.
fn crossover_start(
    rng: &mut ChaCha8Rng,
    opens_on: u32,
    public_starts_on: u32,
    is_public_first: bool,
) -> u32 {
    let lag_days = LogNormal::new(5.7, 1.0).map_or(300.0, |law| law.sample(rng)) as u32;
    let last = WORLD_ENDS_ON - LAST_START_DAYS;
    let (wanted, allowed) = if is_public_first {
        let wanted = public_starts_on.saturating_add(lag_days);
        (wanted, public_starts_on.max(opens_on)..=last)
    } else if opens_on < public_starts_on {
        let wanted = public_starts_on.saturating_sub(lag_days);
        (wanted, opens_on..=public_starts_on)
    } else {
        (0, opens_on..=last)
    };
    if allowed.contains(&wanted) {
        return wanted;
    }
    let day_count = (allowed.end() + 1).saturating_sub(*allowed.start()).max(1);
    allowed.start() + index(rng, day_count as usize) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn plan_of(options: &WorldOptions) -> Plan {
        plan(options, &NameGenerator::new())
    }

    #[test]
    fn the_planted_share_of_public_accounts_is_chosen_exactly() {
        let options = WorldOptions {
            crossover_share: 0.1,
            ..WorldOptions::new(1, 40_000)
        };
        let plan = plan_of(&options);
        let posting = plan.memberships[PUBLIC]
            .iter()
            .filter(|one| one.activity > 0.0);
        let (chosen, others): (Vec<&Membership>, Vec<&Membership>) =
            posting.partition(|one| plan.people[one.person as usize].is_crossover);
        let posting_count = (chosen.len() + others.len()) as f64;
        assert_eq!(chosen.len(), (posting_count * 0.1).round() as usize);
    }

    #[test]
    fn every_crossover_user_who_posts_in_public_posts_on_a_target() {
        let plan = plan_of(&WorldOptions::new(2, 40_000));
        let mut target_activity: BTreeMap<PersonIndex, f32> = BTreeMap::new();
        for membership in plan.memberships.iter().skip(PUBLIC + 1).flatten() {
            *target_activity.entry(membership.person).or_default() += membership.activity;
        }
        for membership in &plan.memberships[PUBLIC] {
            let is_crossover = plan.people[membership.person as usize].is_crossover;
            let activity = target_activity.get(&membership.person);
            assert_eq!(activity.is_some(), is_crossover);
            if is_crossover && membership.activity > 0.0 {
                assert!(activity.is_some_and(|activity| *activity > 0.0));
            }
        }
    }

    #[test]
    fn nobody_has_two_accounts_on_one_source() {
        let plan = plan_of(&WorldOptions::new(3, 40_000));
        for memberships in &plan.memberships {
            let mut people: Vec<_> = memberships.iter().map(|one| one.person).collect();
            people.sort_unstable();
            let member_count = people.len();
            people.dedup();
            assert_eq!(people.len(), member_count);
        }
    }

    #[test]
    fn starts_lie_within_the_life_of_the_source() {
        let mut rng = stream(1, Purpose::Crossover, 0);
        let sources = WorldKind::Usual.sources().iter();
        for spec in sources.chain(WorldKind::SeedOfField.sources()) {
            for round in 0..2_000u32 {
                let public_starts_on = 14_245 + round * 2;
                let is_public_first = round % 2 == 0;
                let start =
                    crossover_start(&mut rng, spec.opens_on, public_starts_on, is_public_first);
                assert!(start >= spec.opens_on);
                assert!(start <= WORLD_ENDS_ON - LAST_START_DAYS);
                assert!(!is_public_first || start >= public_starts_on);
            }
        }
    }
}
