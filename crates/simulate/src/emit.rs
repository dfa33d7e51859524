//! Writes one source from beginning to end and counts what became visible.

use std::path::Path;

use crate::SimulateError;
use crate::contacts::ContactRole;
use crate::conversation::{Conversation, Post};
use crate::options::WorldOptions;
use crate::people::Person;
use crate::prose::{profile_website, push_contact_lines};
use crate::random::mix;
use crate::roster::{Account, Roster};
use crate::schedule::Schedule;
use crate::sources::PUBLIC;
use crate::timestamp::DAY_SECONDS;
use crate::writers::{AccountRow, PostRow, open_writer};

/// What a source shows of one account's posts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AccountActivity {
    /// Posts that name the account as their author.
    pub(crate) post_count: u32,
    /// Earliest dated one of them, in seconds since 1970.
    pub(crate) first_post_at_s: Option<u32>,
}

impl AccountActivity {
    /// Counts a post of the account if the source says that it is the account's.
    fn note(&mut self, post: &Post) {
        if !post.has_author {
            return;
        }
        self.post_count += 1;
        if self.first_post_at_s.is_none() {
            self.first_post_at_s = post.posted_at_s.map(|instant_s| instant_s as u32);
        }
    }
}

/// What was written of one source.
#[derive(Debug)]
pub(crate) struct SourceActivity {
    pub(crate) post_count: u64,
    /// In the order of the roster.
    pub(crate) accounts: Vec<AccountActivity>,
}

/// Progress is reported once for this many posts.
const PROGRESS_POST_COUNT: u64 = 10_000;

/// Writes the files of a source; `report` is given numbers of posts that add up.
pub(crate) fn write_source(
    out: &Path,
    options: &WorldOptions,
    people: &[Person],
    roster: &Roster,
    report: &mut dyn FnMut(u64),
) -> Result<SourceActivity, SimulateError> {
    let path = out.join(roster.spec().path);
    let mut writer = open_writer(out, roster).map_err(SimulateError::at(&path))?;
    for account in &roster.accounts {
        if roster.is_visible(account) {
            let person = &people[account.person as usize];
            let row = account_row(options.seed, roster, account, person);
            writer
                .write_account(&row)
                .map_err(SimulateError::at(&path))?;
        }
    }
    let mut activity = SourceActivity {
        post_count: 0,
        accounts: vec![AccountActivity::default(); roster.accounts.len()],
    };
    let mut schedule = Schedule::new(options, people, roster);
    let mut conversation = Conversation::new(options, people, roster);
    let mut events = Vec::new();
    while let Some(day) = schedule.next_day(&mut events) {
        for event in &events {
            let instant_s = i64::from(day) * DAY_SECONDS + i64::from(event.second_of_day);
            let seen = &mut activity.accounts[event.account as usize];
            let post = conversation.next_post(event.account, instant_s, seen.post_count == 0);
            let row = PostRow { roster, post };
            writer.write_post(row).map_err(SimulateError::at(&path))?;
            seen.note(post);
            activity.post_count += 1;
            if activity.post_count.is_multiple_of(PROGRESS_POST_COUNT) {
                report(PROGRESS_POST_COUNT);
            }
        }
    }
    writer.finish().map_err(SimulateError::at(&path))?;
    report(activity.post_count % PROGRESS_POST_COUNT);
    Ok(activity)
}

fn account_row<'a>(
    seed: u64,
    roster: &Roster,
    account: &'a Account,
    person: &Person,
) -> AccountRow<'a> {
    let is_public = roster.source == PUBLIC;
    let mut about = about_sentence(account, is_public);
    if account.contact_role == ContactRole::Profile {
        push_contact_lines(&mut about, seed, is_public, person, account);
    }
    // Registration is on the day before the first activity, so that it precedes every post.
    let source_seed = mix(seed, roster.source as u64);
    let noise = mix(source_seed, u64::from(account.native_number));
    let registered_at_s = i64::from(account.starts_on) * DAY_SECONDS - 1 - (noise % 80_000) as i64;
    let last_day = account.starts_on + account.span_days;
    AccountRow {
        native_id: roster.native_id(account),
        name: roster.shown_name(account),
        registered_at_s,
        last_seen_at_s: i64::from(last_day) * DAY_SECONDS + (noise % 80_000) as i64,
        about,
        website: profile_website(seed, person, account),
        location: location(person, mix(seed, u64::from(account.person)), noise),
        reputation: 1 + u64::from(account.post_count) * (3 + noise % 9),
        is_staff: account.is_staff,
        is_bot: account.is_bot,
        is_banned: account.is_banned,
    }
}

/// A line about oneself on a fifth of the public profiles.
fn about_sentence(account: &Account, is_public: bool) -> String {
    const SENTENCES: [&str; 6] = [
        "I build small web sites.",
        "Freelance designer and part-time writer.",
        "Learning every day.",
        "Web master since 2005.",
        "I like coffee and fast pages.",
        "Ask me about hosting.",
    ];
    let choice = account.native_number as usize % 31;
    match SENTENCES.get(choice) {
        Some(sentence) if is_public => (*sentence).to_owned(),
        _ => String::new(),
    }
}

/// A place on a fifth of the profiles, the same wherever a person states one.
fn location(person: &Person, person_noise: u64, account_noise: u64) -> Option<&'static str> {
    const ENGLISH: [&str; 8] = [
        "London",
        "Berlin, Germany",
        "USA",
        "India",
        "Toronto, Canada",
        "Warsaw",
        "Madrid",
        "on the road",
    ];
    const RUSSIAN: [&str; 4] = ["Москва", "Moscow", "Санкт-Петербург", "Russia"];
    let is_stated = (account_noise >> 32).is_multiple_of(5);
    let choice = person_noise as usize;
    is_stated.then(|| {
        if person.is_russian {
            RUSSIAN[choice % RUSSIAN.len()]
        } else {
            ENGLISH[choice % ENGLISH.len()]
        }
    })
}
