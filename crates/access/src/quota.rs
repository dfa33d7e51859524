//! How much a key may ask in a day, counted so that a restart does not start anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::durable::{FileLock, ensure_private_folder, replace_file};
use crate::error::{AccessError, Attempt, Result};
use crate::key_text::KeyId;

const QUOTA_FILE: &str = "quota.json";
const LOCK_FILE: &str = "quota.lock";
const FORMAT: u32 = 1;
const DAMAGE_HINT: &str =
    "put the file back from a backup, or remove it: all keys then begin the day anew";

/// A kill or power cut loses at most the counts of so many requests; after
/// [`QuotaLedger::flush`] none.
pub const UNSAVED_REQUEST_COUNT_MAX: u64 = 100;

/// How much a key may ask in a day (UTC). Null: as much as it wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DailyQuota {
    /// Requests, refused ones not counted.
    pub request_count: Option<u64>,
    /// Rows in answers.
    pub row_count: Option<u64>,
    /// Bytes of answers.
    pub byte_count: Option<u64>,
}

impl DailyQuota {
    /// No bound.
    pub const UNLIMITED: DailyQuota = DailyQuota {
        request_count: None,
        row_count: None,
        byte_count: None,
    };
}

/// What a key has asked on one day, or has left of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DailyUse {
    /// Requests that were let through.
    pub request_count: u64,
    /// Rows in answers.
    pub row_count: u64,
    /// Bytes of answers.
    pub byte_count: u64,
}

/// A key has used up its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "this key has used its daily quota of {limit} {counted}; it may ask again in {retry_after_seconds} seconds, when the next day (UTC) begins"
)]
pub struct QuotaSpent {
    /// What was counted: requests, rows or bytes.
    pub counted: &'static str,
    /// The quota.
    pub limit: u64,
    /// Seconds until the next day begins.
    pub retry_after_seconds: u64,
}

/// Counts what every key has used of its day. One process holds it at a time.
#[derive(Debug)]
pub struct QuotaLedger {
    path: PathBuf,
    state: Mutex<State>,
    _lock: FileLock,
}

#[derive(Debug)]
struct State {
    file: QuotaFile,
    unsaved_request_count: u64,
    has_changed: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuotaFile {
    format: u32,
    /// The day, UTC, as 2026-01-31.
    day: String,
    used: BTreeMap<KeyId, DailyUse>,
}

impl QuotaLedger {
    /// Opens the counts of a folder; where there are none, all are zero.
    ///
    /// # Errors
    /// Where another process holds them, or the file is damaged.
    pub fn open(folder: &Path, now: DateTime<Utc>) -> Result<Self> {
        ensure_private_folder(folder)?;
        let lock_path = folder.join(LOCK_FILE);
        let Some(lock) = FileLock::try_acquire(&lock_path)? else {
            return Err(AccessError::InUse { path: lock_path });
        };
        let path = folder.join(QUOTA_FILE);
        let file = read_file(&path)?.unwrap_or_else(|| QuotaFile::of_day(now.date_naive()));
        Ok(Self {
            path,
            state: Mutex::new(State {
                file,
                unsaved_request_count: 0,
                has_changed: false,
            }),
            _lock: lock,
        })
    }

    /// Counts a request, if the key has anything left today. What it had used before is returned.
    ///
    /// Rows and bytes are known only after the answer, so the last answer of a day may exceed
    /// them; see [`DailyQuota::remaining`] for a bound to its size.
    ///
    /// # Errors
    /// Where counts could not be saved. That the quota is spent is no error.
    pub fn count_request(
        &self,
        key_id: &KeyId,
        quota: DailyQuota,
        now: DateTime<Utc>,
    ) -> Result<std::result::Result<DailyUse, QuotaSpent>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.begin_day(now);
        let used = state.file.used.get(key_id).copied().unwrap_or_default();
        if let Some(spent) = quota.spent(used, now) {
            return Ok(Err(spent));
        }
        state.used_by(key_id).request_count += 1;
        state.unsaved_request_count += 1;
        if state.unsaved_request_count >= UNSAVED_REQUEST_COUNT_MAX {
            state.save(&self.path)?;
        }
        Ok(Ok(used))
    }

    /// Counts the rows and bytes of an answer.
    pub fn count_answer(
        &self,
        key_id: &KeyId,
        row_count: u64,
        byte_count: u64,
        now: DateTime<Utc>,
    ) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.begin_day(now);
        let used = state.used_by(key_id);
        used.row_count = used.row_count.saturating_add(row_count);
        used.byte_count = used.byte_count.saturating_add(byte_count);
    }

    /// What a key has used of today.
    pub fn used(&self, key_id: &KeyId, now: DateTime<Utc>) -> DailyUse {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.begin_day(now);
        state.file.used.get(key_id).copied().unwrap_or_default()
    }

    /// Saves the counts. To be called now and then, and before the process ends.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn flush(&self) -> Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.has_changed {
            state.save(&self.path)?;
        }
        Ok(())
    }
}

impl DailyQuota {
    /// What is left of the day after this use; `None` where there is no bound.
    pub fn remaining(self, used: DailyUse) -> DailyQuota {
        let left = |limit: Option<u64>, used: u64| limit.map(|limit| limit.saturating_sub(used));
        DailyQuota {
            request_count: left(self.request_count, used.request_count),
            row_count: left(self.row_count, used.row_count),
            byte_count: left(self.byte_count, used.byte_count),
        }
    }

    fn spent(self, used: DailyUse, now: DateTime<Utc>) -> Option<QuotaSpent> {
        let counts = [
            ("requests", self.request_count, used.request_count),
            ("rows", self.row_count, used.row_count),
            ("bytes", self.byte_count, used.byte_count),
        ];
        counts.into_iter().find_map(|(counted, limit, used)| {
            let limit = limit.filter(|&limit| used >= limit)?;
            Some(QuotaSpent {
                counted,
                limit,
                retry_after_seconds: seconds_to_next_day(now),
            })
        })
    }
}

impl State {
    /// Drops the counts of a day that is over. A clock that was set back does not.
    fn begin_day(&mut self, now: DateTime<Utc>) {
        let today = now.date_naive();
        if self.file.day().is_none_or(|day| day < today) {
            self.file = QuotaFile::of_day(today);
            self.has_changed = true;
        }
    }

    fn used_by(&mut self, key_id: &KeyId) -> &mut DailyUse {
        self.has_changed = true;
        self.file.used.entry(key_id.clone()).or_default()
    }

    fn save(&mut self, path: &Path) -> Result<()> {
        let bytes = serde_json::to_vec_pretty(&self.file)
            .map_err(std::io::Error::from)
            .attempt("write", path)?;
        replace_file(path, &bytes)?;
        self.unsaved_request_count = 0;
        self.has_changed = false;
        Ok(())
    }
}

impl QuotaFile {
    fn of_day(day: NaiveDate) -> Self {
        Self {
            format: FORMAT,
            day: day.to_string(),
            used: BTreeMap::new(),
        }
    }

    fn day(&self) -> Option<NaiveDate> {
        self.day.parse().ok()
    }
}

fn read_file(path: &Path) -> Result<Option<QuotaFile>> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        read => read.attempt("read", path)?,
    };
    let damaged = |reason| AccessError::Damaged {
        path: path.to_owned(),
        reason,
        hint: DAMAGE_HINT,
    };
    let file: QuotaFile =
        serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
    if file.format != FORMAT {
        return Err(damaged(format!(
            "it has format {}, and this version knows {FORMAT}",
            file.format
        )));
    }
    if file.day().is_none() {
        return Err(damaged("its day is no date such as 2026-01-31".to_owned()));
    }
    Ok(Some(file))
}

fn seconds_to_next_day(now: DateTime<Utc>) -> u64 {
    const SECONDS_PER_DAY: i64 = 86_400;
    (SECONDS_PER_DAY - now.timestamp().rem_euclid(SECONDS_PER_DAY)).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const QUOTA: DailyQuota = DailyQuota {
        request_count: Some(3),
        row_count: Some(100),
        byte_count: None,
    };

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn key() -> KeyId {
        KeyId::parse("00000000").unwrap()
    }

    #[test]
    fn a_spent_day_ends_at_midnight_utc() {
        let folder = tempfile::tempdir().unwrap();
        let noon = at("2026-01-31T12:00:00Z");
        let ledger = QuotaLedger::open(folder.path(), noon).unwrap();
        for _ in 0..3 {
            ledger.count_request(&key(), QUOTA, noon).unwrap().unwrap();
        }
        let spent = ledger
            .count_request(&key(), QUOTA, noon)
            .unwrap()
            .unwrap_err();
        assert_eq!(
            spent.to_string(),
            "this key has used its daily quota of 3 requests; it may ask again in 43200 seconds, when the next day (UTC) begins"
        );
        let other = KeyId::parse("11111111").unwrap();
        ledger.count_request(&other, QUOTA, noon).unwrap().unwrap();

        let before = at("2026-01-31T23:59:59.999Z");
        let spent = ledger
            .count_request(&key(), QUOTA, before)
            .unwrap()
            .unwrap_err();
        assert_eq!(spent.retry_after_seconds, 1);
        ledger
            .count_request(&key(), QUOTA, at("2026-02-01T00:00:00Z"))
            .unwrap()
            .unwrap();
    }

    #[test]
    fn rows_of_answers_count_and_what_is_left_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let now = at("2026-01-31T12:00:00Z");
        let ledger = QuotaLedger::open(folder.path(), now).unwrap();
        ledger.count_answer(&key(), 90, 5_000, now);
        let used = ledger.count_request(&key(), QUOTA, now).unwrap().unwrap();
        assert_eq!(QUOTA.remaining(used).row_count, Some(10));
        assert_eq!(QUOTA.remaining(used).byte_count, None);
        ledger.count_answer(&key(), 20, u64::MAX, now);
        let spent = ledger
            .count_request(&key(), QUOTA, now)
            .unwrap()
            .unwrap_err();
        assert_eq!((spent.counted, spent.limit), ("rows", 100));
    }

    #[test]
    fn a_clock_that_was_set_back_gives_no_new_day() {
        let folder = tempfile::tempdir().unwrap();
        let now = at("2026-01-31T00:00:01Z");
        let ledger = QuotaLedger::open(folder.path(), now).unwrap();
        ledger.count_answer(&key(), 100, 0, now);
        let yesterday = at("2026-01-30T23:59:59Z");
        ledger
            .count_request(&key(), QUOTA, yesterday)
            .unwrap()
            .unwrap_err();
    }

    #[test]
    fn one_process_counts_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let now = at("2026-01-31T12:00:00Z");
        let _held = QuotaLedger::open(folder.path(), now).unwrap();
        let error = QuotaLedger::open(folder.path(), now).unwrap_err();
        assert!(matches!(error, AccessError::InUse { .. }), "{error}");
    }

    #[test]
    fn a_damaged_file_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(QUOTA_FILE);
        let now = at("2026-01-31T12:00:00Z");
        for damaged in [
            "",
            "{",
            r#"{"format":2,"day":"2026-01-31","used":{}}"#,
            r#"{"format":1,"day":"today","used":{}}"#,
        ] {
            fs::write(&path, damaged).unwrap();
            let error = QuotaLedger::open(folder.path(), now).unwrap_err();
            assert!(matches!(error, AccessError::Damaged { .. }), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), damaged);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]

        /// A ledger that is dropped without `flush` is what a kill leaves.
        #[test]
        fn a_kill_loses_fewer_counts_than_stated(
            request_count in 0..350u64,
            is_flushed: bool,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let now = at("2026-01-31T12:00:00Z");
            let ledger = QuotaLedger::open(folder.path(), now).unwrap();
            for _ in 0..request_count {
                ledger.count_request(&key(), DailyQuota::UNLIMITED, now).unwrap().unwrap();
            }
            if is_flushed {
                ledger.flush().unwrap();
            }
            drop(ledger);
            let kept = QuotaLedger::open(folder.path(), now).unwrap().used(&key(), now).request_count;
            prop_assert!(kept <= request_count && request_count - kept < UNSAVED_REQUEST_COUNT_MAX);
            prop_assert!(!is_flushed || kept == request_count);
        }
    }
}
