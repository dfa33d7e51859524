//! When accounts post: a stream of events in time order that holds one day at a time.
//!
//! The posts of an account are spread over its span as order statistics of uniform positions,
//! denser at the beginning. Each account waits in the bucket of its next active day, so the
//! work per post does not grow with the number of accounts or posts.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::options::WorldOptions;
use crate::people::Person;
use crate::random::{Purpose, chance, index, stream};
use crate::roster::{Account, AccountIndex, Roster};
use crate::sources::{PUBLIC, WORLD_ENDS_ON};
use crate::timestamp::{DAY_SECONDS, weekday};

/// One post that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Event {
    pub(crate) second_of_day: u32,
    pub(crate) account: AccountIndex,
}

/// Where an account stands in its posts.
#[derive(Debug, Clone, Copy)]
struct Cursor {
    /// Share of the span that is over.
    progress: f64,
    posts_left: u32,
}

/// The exponent that maps progress to days: above 1, activity fades out.
const FADING: f64 = 1.4;
/// Standard deviation of the hour of a post around the person's peak.
const HOUR_DEVIATION: f64 = 3.2;
/// Days after the last one that posts moved off a weekend may need.
const SPARE_DAYS: usize = 3;

/// The days of one source, in order.
pub(crate) struct Schedule<'a> {
    roster: &'a Roster,
    people: &'a [Person],
    /// Probability with which posts of crossover users are moved to the night, where they are.
    night_probability: Option<f64>,
    rng: ChaCha8Rng,
    /// For each day from `opens_on`, the accounts whose next post is due on it.
    waiting: Vec<Vec<AccountIndex>>,
    cursors: Vec<Cursor>,
    opens_on: u32,
    next_position: usize,
}

impl<'a> Schedule<'a> {
    pub(crate) fn new(options: &WorldOptions, people: &'a [Person], roster: &'a Roster) -> Self {
        let opens_on = roster.spec().opens_on;
        let day_count = (WORLD_ENDS_ON - opens_on) as usize + SPARE_DAYS;
        let effect = options.behavioural_difference.effect();
        let mut schedule = Schedule {
            roster,
            people,
            night_probability: effect
                .filter(|_| roster.source == PUBLIC)
                .map(|effect| effect.night_probability),
            rng: stream(options.seed, Purpose::Schedule, roster.source),
            waiting: vec![Vec::new(); day_count],
            cursors: Vec::with_capacity(roster.accounts.len()),
            opens_on,
            next_position: 0,
        };
        for (position, account) in roster.accounts.iter().enumerate() {
            schedule.cursors.push(Cursor {
                progress: 0.0,
                posts_left: account.post_count,
            });
            if account.post_count > 0 {
                let bucket = (account.starts_on - opens_on) as usize;
                schedule.waiting[bucket].push(position as AccountIndex);
            }
        }
        schedule
    }

    /// Fills `events` with the posts of the next day in order of time and gives the day, counted
    /// from 1 January 1970; `None` after the last day.
    pub(crate) fn next_day(&mut self, events: &mut Vec<Event>) -> Option<u32> {
        events.clear();
        let position = self.next_position;
        let due = std::mem::take(self.waiting.get_mut(position)?);
        for account in due {
            self.post_on_day(position, account, events);
        }
        events.sort_unstable();
        self.next_position += 1;
        Some(self.opens_on + position as u32)
    }

    /// Adds every post that the account has due on the day and sends it to its next one.
    fn post_on_day(&mut self, today: usize, account: AccountIndex, events: &mut Vec<Event>) {
        let row = &self.roster.accounts[account as usize];
        let mut cursor = self.cursors[account as usize];
        while cursor.posts_left > 0 {
            events.push(Event {
                second_of_day: self.second_of_day(row),
                account,
            });
            cursor.posts_left -= 1;
            if cursor.posts_left == 0 {
                break;
            }
            let next = self.next_post_day(row, &mut cursor).max(today);
            if next > today {
                self.waiting[next].push(account);
                break;
            }
        }
        self.cursors[account as usize] = cursor;
    }

    /// The smallest of the positions that are left, which are uniform over the rest of the
    /// span, as a day. A post due on a weekend may wait until Monday.
    fn next_post_day(&mut self, row: &Account, cursor: &mut Cursor) -> usize {
        let draw: f64 = self.rng.random();
        let share = 1.0 - draw.powf(1.0 / f64::from(cursor.posts_left));
        cursor.progress += (1.0 - cursor.progress) * share;
        let days = f64::from(row.span_days) * cursor.progress.powf(FADING);
        let day = row.starts_on + (days as u32).min(row.span_days - 1);
        let person = &self.people[row.person as usize];
        let is_weekend = weekday(day) >= 5;
        let moves = is_weekend && index(&mut self.rng, 100) >= usize::from(person.weekend_percent);
        let day = if moves { day + 7 - weekday(day) } else { day };
        (day - self.opens_on) as usize
    }

    fn second_of_day(&mut self, row: &Account) -> u32 {
        let person = &self.people[row.person as usize];
        let is_night = match self.night_probability {
            Some(probability) if person.is_crossover => chance(&mut self.rng, probability),
            _ => false,
        };
        if is_night {
            return index(&mut self.rng, 6 * 3_600) as u32;
        }
        let deviation: f64 = StandardNormal.sample(&mut self.rng);
        let hour = f64::from(person.peak_hour) + 0.5 + deviation * HOUR_DEVIATION;
        let second = (hour * 3_600.0) as i64;
        second.rem_euclid(DAY_SECONDS) as u32
    }
}
