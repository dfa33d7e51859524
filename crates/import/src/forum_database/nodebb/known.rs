//! What must be known before objects can be mapped, from a first reading.

use entangle_dump::Row;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Visitor;
use super::entry::{Entry, Subject, account_of_name_set, word};
use crate::ImportError;

/// Names of categories that are kept, and numbers of staff.
const KEPT_COUNT_MAX: usize = 200_000;

/// Bytes of a name that are kept.
const NAME_BYTES_MAX: usize = 1000;

/// Numbers of first posts, and changes of names, that are kept: 64 MiB each.
const NUMBER_COUNT_MAX: usize = 8 << 20;
const NAMING_COUNT_MAX: usize = 4 << 20;

/// Sets whose members are the accounts that moderate or administer everything.
const STAFF_SETS: [&str; 2] = [
    "group:administrators:members",
    "group:Global Moderators:members",
];

/// What the first reading found.
#[derive(Debug, Default)]
pub(super) struct Known {
    categories: FxHashMap<String, String>,
    first_posts: Vec<u64>,
    staff: FxHashSet<String>,
    /// Account and time in milliseconds of every name that was taken.
    namings: Vec<(u64, u64)>,
    has_records: bool,
}

impl Visitor for Known {
    fn entry(&mut self, entry: &Entry<'_>, _: &Row<'_>) -> Result<(), ImportError> {
        match entry {
            Entry::Object { key, fields } => match Subject::of_key(key) {
                Some(Subject::Category(id)) => self.add_category(id, word(fields, "name")),
                Some(Subject::Topic(_)) => {
                    let number = word(fields, "mainPid");
                    let number: Option<u64> = number.and_then(|word| word.parse().ok());
                    if self.first_posts.len() < NUMBER_COUNT_MAX {
                        self.first_posts.extend(number);
                    }
                }
                Some(Subject::Account(_) | Subject::Post(_) | Subject::Message(_)) => {
                    self.has_records = true;
                }
                Some(Subject::Room(_)) | None => {}
            },
            Entry::Member { key, value, score } => self.add_member(key, value, *score),
        }
        Ok(())
    }
}

impl Known {
    fn add_category(&mut self, id: &str, name: Option<impl AsRef<str>>) {
        if let Some(name) = name
            && self.categories.len() < KEPT_COUNT_MAX
            && id.len() + name.as_ref().len() <= NAME_BYTES_MAX
        {
            self.categories
                .insert(id.to_string(), name.as_ref().to_string());
        }
    }

    fn add_member(&mut self, key: &str, value: &str, score: f64) {
        if let Some(account) = account_of_name_set(key).and_then(|account| account.parse().ok()) {
            if self.namings.len() < NAMING_COUNT_MAX {
                self.namings.push((account, score as u64));
            }
        } else if STAFF_SETS.contains(&key)
            && self.staff.len() < KEPT_COUNT_MAX
            && value.len() <= NAME_BYTES_MAX
        {
            self.staff.insert(value.to_string());
        }
    }

    /// Ends the first reading. Says whether there is anything to read again.
    pub(super) fn finish(&mut self) -> bool {
        self.first_posts.sort_unstable();
        self.namings.sort_unstable();
        self.has_records
    }

    pub(super) fn category(&self, id: &str) -> Option<&str> {
        self.categories.get(id).map(String::as_str)
    }

    pub(super) fn is_first_post(&self, post: &str) -> bool {
        post.parse()
            .is_ok_and(|number| self.first_posts.binary_search(&number).is_ok())
    }

    pub(super) fn is_staff(&self, account: &str) -> bool {
        self.staff.contains(account)
    }

    /// When an account took the name after the one that it took at that time; `None` if that is
    /// the name it has. Milliseconds.
    pub(super) fn next_naming_ms(&self, account: &str, score: f64) -> Option<u64> {
        let account: u64 = account.parse().ok()?;
        let naming = (account, score as u64);
        let after = self.namings.partition_point(|known| *known <= naming);
        let (next_account, time_ms) = *self.namings.get(after)?;
        (next_account == account).then_some(time_ms)
    }
}
