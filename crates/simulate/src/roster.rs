//! The accounts of one source: names, native ids, numbers of posts and what their profiles say.

use entangle_model::NameLevel;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp1};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::contacts::{ContactKind, ContactRole, handle, jabber_address};
use crate::name_change::{address_part, change_name, with_digits};
use crate::names::NameGenerator;
use crate::options::WorldOptions;
use crate::people::{Person, PersonIndex};
use crate::plan::{Membership, post_budget};
use crate::random::{Purpose, chance, index, stream, weighted_index};
use crate::sources::{PUBLIC, SourceFormat, SourceSpec, WORLD_ENDS_ON};

/// Position of an account in its source's [`Roster`].
pub(crate) type AccountIndex = u32;

/// One account. Held for everybody at once, so kept small.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) person: PersonIndex,
    /// Number from which the native id is written.
    pub(crate) native_number: u32,
    pub(crate) name: Box<str>,
    /// How `name` relates to the name the person prefers.
    pub(crate) name_level: NameLevel,
    pub(crate) post_count: u32,
    /// First day of activity; registration is on the day before.
    pub(crate) starts_on: u32,
    /// Days over which the posts are spread, at least 1.
    pub(crate) span_days: u32,
    /// Kinds of contact shown, as bits.
    pub(crate) contact_kinds: u8,
    pub(crate) contact_role: ContactRole,
    /// Whether the escrow service (on the public source the help desk) stands in the profile.
    pub(crate) shows_service: bool,
    /// Deleted: forums drop the row and the author of the posts, Telegram drops the name.
    pub(crate) is_deleted: bool,
    pub(crate) is_nameless: bool,
    pub(crate) is_staff: bool,
    pub(crate) is_bot: bool,
    pub(crate) is_banned: bool,
}

/// Every account of one source, in order of registration.
#[derive(Debug)]
pub(crate) struct Roster {
    /// Position among the sources of the world.
    pub(crate) source: usize,
    spec: &'static SourceSpec,
    pub(crate) accounts: Vec<Account>,
}

impl Roster {
    pub(crate) fn spec(&self) -> &'static SourceSpec {
        self.spec
    }

    /// Whether the account has a row, or any other trace under its own id, in the source.
    pub(crate) fn is_visible(&self, account: &Account) -> bool {
        !account.is_deleted || self.spec().format.is_chat()
    }

    /// The id that the source gives the account.
    pub(crate) fn native_id(&self, account: &Account) -> String {
        match self.spec().format {
            SourceFormat::TelegramDesktop => format!("user{}", account.native_number),
            SourceFormat::JabberJson => jabber_address(&account.name, account.person),
            _ => account.native_number.to_string(),
        }
    }

    /// The name that the source shows; `None` where it shows none.
    pub(crate) fn shown_name<'a>(&self, account: &'a Account) -> Option<&'a str> {
        (!account.is_deleted && !account.is_nameless).then_some(&account.name)
    }
}

/// Share of the canonical forums' accounts whose name is not stated.
const NAMELESS_SHARE: f64 = 0.004;
/// Share of the chat log's people with a Jabber contact who use that very address there.
const KNOWN_ADDRESS_SHARE: f64 = 0.6;
const BANNED_SHARE: f64 = 0.03;
const STAFF_SHARE: f64 = 0.002;
/// Share of accounts that show the contact of a service as if it were theirs.
const SERVICE_SHARE_TARGET: f64 = 0.04;
const SERVICE_SHARE_PUBLIC: f64 = 0.01;

/// Makes the accounts of one source from its memberships.
pub(crate) fn roster(
    options: &WorldOptions,
    names: &NameGenerator,
    people: &[Person],
    source: usize,
    mut memberships: Vec<Membership>,
) -> Roster {
    memberships.sort_by_key(|membership| membership.starts_on);
    let spec = &options.kind.sources()[source];
    let mut maker = AccountMaker {
        options,
        names,
        source,
        spec,
        name_rng: stream(options.seed, Purpose::Names, source),
        profile_rng: stream(options.seed, Purpose::Profile, source),
        taken_names: HashSet::new(),
        last_number: 1,
    };
    let post_counts = post_counts(options, source, &memberships);
    let accounts = memberships
        .iter()
        .zip(post_counts)
        .map(|(membership, post_count)| {
            let person = &people[membership.person as usize];
            maker.account(membership, person, post_count)
        })
        .collect();
    Roster {
        source,
        spec,
        accounts,
    }
}

/// Shares the budget out by activity: one post for everybody who posts, and the rest by
/// randomised rounding, so that the sum is the budget but for chance.
fn post_counts(options: &WorldOptions, source: usize, memberships: &[Membership]) -> Vec<u32> {
    let mut rng = stream(options.seed, Purpose::Activity, source);
    let activities = || memberships.iter().map(|one| f64::from(one.activity));
    let posting_count = activities().filter(|activity| *activity > 0.0).count() as f64;
    let sum: f64 = activities().sum();
    let left = (post_budget(options, source) as f64 - posting_count).max(0.0);
    activities()
        .map(|activity| {
            if activity > 0.0 {
                1 + (left * activity / sum + rng.random::<f64>()) as u32
            } else {
                0
            }
        })
        .collect()
}

struct AccountMaker<'a> {
    options: &'a WorldOptions,
    names: &'a NameGenerator,
    source: usize,
    spec: &'static SourceSpec,
    name_rng: ChaCha8Rng,
    profile_rng: ChaCha8Rng,
    /// Hashes of the folded names given out, on sources where names are unique.
    taken_names: HashSet<u64>,
    last_number: u32,
}

impl AccountMaker<'_> {
    fn account(&mut self, membership: &Membership, person: &Person, post_count: u32) -> Account {
        let native_number = self.native_number();
        let (name, name_level) = self.name(membership.person, person, native_number);
        let is_public = self.source == PUBLIC;
        let rng = &mut self.profile_rng;
        let is_bot = !is_public && self.last_number % 1_021 == 7;
        let contact_kinds = shown_contacts(self.options, is_public, person, rng);
        let service_share = if is_public {
            SERVICE_SHARE_PUBLIC
        } else {
            SERVICE_SHARE_TARGET
        };
        let account = Account {
            person: membership.person,
            native_number,
            name: name.into_boxed_str(),
            name_level,
            post_count,
            starts_on: membership.starts_on,
            span_days: span_days(rng, membership),
            contact_kinds,
            contact_role: contact_role(self.spec.format, rng),
            shows_service: chance(rng, service_share),
            is_deleted: chance(rng, self.options.deleted_account_share),
            is_nameless: !is_public && !self.spec.format.is_chat() && chance(rng, NAMELESS_SHARE),
            is_staff: chance(rng, STAFF_SHARE),
            is_bot,
            is_banned: chance(rng, BANNED_SHARE),
        };
        if person.is_freelancer {
            return self.freelancer(account, person);
        }
        account
    }

    /// Somebody who looks for work is there under the preferred name, with contacts in the public
    /// profile.
    fn freelancer(&self, account: Account, person: &Person) -> Account {
        let account = Account {
            is_deleted: false,
            is_banned: false,
            ..account
        };
        let preferred = &person.preferred_name;
        if self.source == PUBLIC {
            return Account {
                name: preferred.clone(),
                name_level: NameLevel::Written,
                contact_kinds: person.contact_kinds,
                contact_role: ContactRole::Profile,
                ..account
            };
        }
        if self.spec.format == SourceFormat::JabberJson {
            let part = address_part(preferred);
            return Account {
                name_level: address_level(preferred, &part),
                name: part.into_boxed_str(),
                ..account
            };
        }
        account
    }

    /// Numbers grow with registration and have gaps; Telegram's look random but are unique,
    /// because the factor is odd and the numbers wrap at a power of two.
    fn native_number(&mut self) -> u32 {
        self.last_number += 1 + index(&mut self.profile_rng, 3) as u32;
        match self.spec.format {
            SourceFormat::TelegramDesktop => {
                100_000_000 + (self.last_number.wrapping_mul(0x9E37_79B1) & 0x3FFF_FFFF)
            }
            _ => self.last_number,
        }
    }

    fn name(
        &mut self,
        person_index: PersonIndex,
        person: &Person,
        native_number: u32,
    ) -> (String, NameLevel) {
        let rng = &mut self.name_rng;
        if self.source == PUBLIC {
            return if chance(rng, self.options.default_name_share) {
                (format!("user{native_number}"), NameLevel::None)
            } else {
                (person.preferred_name.to_string(), NameLevel::Written)
            };
        }
        let wanted = weighted_index(rng, &self.options.name_reuse.probabilities());
        let (name, level) = change_name(
            &person.preferred_name,
            NameLevel::ALL[wanted],
            person.is_russian,
            self.names,
            rng,
        );
        let spec = self.spec;
        let (name, level) = if spec.format == SourceFormat::JabberJson {
            self.chat_name(person_index, person, name, level)
        } else {
            (name, level)
        };
        if spec.has_unique_names {
            self.free_name(name, level)
        } else {
            (name, level)
        }
    }

    /// The local part of an address in the chat log: often that of the Jabber contact which the
    /// person shows elsewhere, otherwise one made of the name.
    fn chat_name(
        &mut self,
        person_index: PersonIndex,
        person: &Person,
        name: String,
        level: NameLevel,
    ) -> (String, NameLevel) {
        let has_jabber = person.contact_kinds & ContactKind::Jabber.bit() != 0;
        if has_jabber && chance(&mut self.name_rng, KNOWN_ADDRESS_SHARE) {
            return (handle(person_index, person), NameLevel::Stem);
        }
        let part = address_part(&name);
        let level = level.max(address_level(&name, &part));
        (part, level)
    }

    /// The name itself, or with digits behind it while it is taken.
    fn free_name(&mut self, name: String, level: NameLevel) -> (String, NameLevel) {
        if self.taken_names.insert(folded_hash(&name)) {
            return (name, level);
        }
        loop {
            let longer = with_digits(&name, &mut self.name_rng);
            if self.taken_names.insert(folded_hash(&longer)) {
                return (longer, level.max(NameLevel::Stem));
            }
        }
    }
}

fn folded_hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.to_lowercase().hash(&mut hasher);
    hasher.finish()
}

/// How the local part of an address relates to the name it was made of.
fn address_level(name: &str, part: &str) -> NameLevel {
    if name == part {
        NameLevel::Written
    } else if name.to_lowercase() == part {
        NameLevel::Folded
    } else {
        NameLevel::Skeleton
    }
}

fn shown_contacts(
    options: &WorldOptions,
    is_public: bool,
    person: &Person,
    rng: &mut ChaCha8Rng,
) -> u8 {
    let probability = if is_public {
        options.contact_public_probability
    } else {
        options.contact_target_probability
    };
    let subset = person.contact_kinds & (index(rng, 256) as u8 | index(rng, 256) as u8);
    match (chance(rng, probability), subset) {
        (false, _) => 0,
        (true, 0) => person.contact_kinds,
        (true, subset) => subset,
    }
}

fn contact_role(format: SourceFormat, rng: &mut ChaCha8Rng) -> ContactRole {
    let weights = match format {
        SourceFormat::StackExchange => [0.8, 0.0, 0.2],
        SourceFormat::TelegramDesktop | SourceFormat::JabberJson => [0.0, 0.0, 1.0],
        _ => [0.45, 0.35, 0.2],
    };
    [
        ContactRole::Profile,
        ContactRole::Signature,
        ContactRole::Introduced,
    ][weighted_index(rng, &weights)]
}

/// Active people stay longer; a year and a half for the median account.
fn span_days(rng: &mut ChaCha8Rng, membership: &Membership) -> u32 {
    let wait: f64 = Exp1.sample(rng);
    let mean_days = 550.0 * f64::from(membership.activity).max(0.01).powf(0.3);
    let days_left = WORLD_ENDS_ON - membership.starts_on;
    ((wait * mean_days) as u32).clamp(1, days_left)
}
