//! How fast a key may ask: a token bucket per key.
//!
//! Buckets live in the memory of one process and are full when it starts.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::key_text::KeyId;

/// How fast a key may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Requests in a minute in the long run.
    pub requests_per_minute: NonZeroU32,
    /// Requests that may come at once after a pause.
    pub burst: NonZeroU32,
}

/// A bucket holds at most `burst` tokens and gains `requests_per_minute` in a minute; a request
/// takes one. In any span of time at most burst + rate × time requests pass.
///
/// Whole numbers throughout: a token has as many parts as a minute has nanoseconds, so that the
/// bucket gains `requests_per_minute` parts in a nanosecond and nothing is rounded.
#[derive(Debug, Clone)]
pub struct TokenBucket {
    limit: RateLimit,
    parts: u128,
    filled_at: Instant,
}

const PARTS_PER_TOKEN: u128 = 60_000_000_000;
const NANOSECONDS_PER_SECOND: u128 = 1_000_000_000;

impl TokenBucket {
    /// A full bucket.
    pub fn full(limit: RateLimit, now: Instant) -> Self {
        Self {
            limit,
            parts: capacity(limit),
            filled_at: now,
        }
    }

    /// Takes a token.
    ///
    /// # Errors
    /// Where there is none: the time until there is one.
    pub fn take(&mut self, now: Instant) -> Result<(), Duration> {
        self.fill(now);
        match self.parts.checked_sub(PARTS_PER_TOKEN) {
            Some(left) => {
                self.parts = left;
                Ok(())
            }
            None => {
                let missing = PARTS_PER_TOKEN - self.parts;
                let nanoseconds = missing.div_ceil(parts_per_nanosecond(self.limit));
                // At most a minute, so it fits.
                Err(Duration::from_nanos(nanoseconds as u64))
            }
        }
    }

    /// Whole tokens now.
    pub fn token_count(&mut self, now: Instant) -> u64 {
        self.fill(now);
        (self.parts / PARTS_PER_TOKEN) as u64
    }

    /// Goes on under another limit; tokens above its burst are lost, none are given.
    fn adopt(&mut self, limit: RateLimit, now: Instant) {
        if self.limit != limit {
            self.fill(now);
            self.limit = limit;
            self.parts = self.parts.min(capacity(limit));
        }
    }

    fn fill(&mut self, now: Instant) {
        // Requests may come in another order than their instants were taken; time does not go back.
        let elapsed = now.saturating_duration_since(self.filled_at);
        let gained = elapsed
            .as_nanos()
            .saturating_mul(parts_per_nanosecond(self.limit));
        self.parts = self.parts.saturating_add(gained).min(capacity(self.limit));
        self.filled_at = self.filled_at.max(now);
    }
}

fn capacity(limit: RateLimit) -> u128 {
    u128::from(limit.burst.get()) * PARTS_PER_TOKEN
}

fn parts_per_nanosecond(limit: RateLimit) -> u128 {
    u128::from(limit.requests_per_minute.get())
}

/// The buckets of all keys that have asked. Only known keys get one, so there are never more than
/// there are keys.
#[derive(Debug, Default)]
pub struct RateLimiter {
    buckets: Mutex<HashMap<KeyId, TokenBucket>>,
}

impl RateLimiter {
    /// Takes a token of a key's bucket.
    ///
    /// # Errors
    /// Where there is none: after how many whole seconds there is one, at least one.
    pub fn take(&self, key_id: &KeyId, limit: RateLimit, now: Instant) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets
            .entry(key_id.clone())
            .or_insert_with(|| TokenBucket::full(limit, now));
        bucket.adopt(limit, now);
        bucket.take(now).map_err(whole_seconds)
    }
}

fn whole_seconds(wait: Duration) -> u64 {
    wait.as_nanos().div_ceil(NANOSECONDS_PER_SECOND).max(1) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limit(requests_per_minute: u32, burst: u32) -> RateLimit {
        RateLimit {
            requests_per_minute: NonZeroU32::new(requests_per_minute).unwrap(),
            burst: NonZeroU32::new(burst).unwrap(),
        }
    }

    #[test]
    fn after_a_burst_a_key_waits_for_the_next_token() {
        let start = Instant::now();
        let limiter = RateLimiter::default();
        let key_id = KeyId::parse("00000000").unwrap();
        let take = |milliseconds| {
            limiter.take(
                &key_id,
                limit(20, 2),
                start + Duration::from_millis(milliseconds),
            )
        };
        assert_eq!(take(0), Ok(()));
        assert_eq!(take(0), Ok(()));
        assert_eq!(take(0), Err(3));
        assert_eq!(take(1_500), Err(2));
        assert_eq!(take(2_999), Err(1));
        assert_eq!(take(3_000), Ok(()));
        assert_eq!(take(1_000), Err(3), "an earlier instant gives no tokens");
    }

    #[test]
    fn another_limit_gives_no_tokens() {
        let now = Instant::now();
        let limiter = RateLimiter::default();
        let key_id = KeyId::parse("00000000").unwrap();
        assert_eq!(limiter.take(&key_id, limit(1, 2), now), Ok(()));
        assert_eq!(limiter.take(&key_id, limit(60, 1_000), now), Ok(()));
        assert_eq!(limiter.take(&key_id, limit(60, 1_000), now), Err(1));
    }

    #[test]
    fn the_largest_limits_and_times_do_not_overflow() {
        let now = Instant::now();
        let mut bucket = TokenBucket::full(limit(u32::MAX, u32::MAX), now);
        assert_eq!(bucket.token_count(now), u64::from(u32::MAX));
        let later = now + Duration::from_secs(1 << 40);
        bucket.take(later).unwrap();
        assert_eq!(bucket.token_count(later), u64::from(u32::MAX) - 1);
    }

    proptest! {
        /// Over every span between two requests, not only from the start.
        #[test]
        fn never_more_than_burst_and_rate_allow(
            requests_per_minute in 1..10_000u32,
            burst in 1..20u32,
            pauses_microseconds in proptest::collection::vec(0..3_000_000u64, 1..60),
        ) {
            let start = Instant::now();
            let mut bucket = TokenBucket::full(limit(requests_per_minute, burst), start);
            let (mut elapsed, mut passed) = (Duration::ZERO, Vec::new());
            for pause in pauses_microseconds {
                elapsed += Duration::from_micros(pause);
                prop_assert!(bucket.token_count(start + elapsed) <= u64::from(burst));
                match bucket.take(start + elapsed) {
                    Ok(()) => passed.push(elapsed),
                    Err(wait) => {
                        let mut later = bucket.clone();
                        prop_assert!(later.take(start + elapsed + wait).is_ok(), "waiting as told helps");
                        let early = elapsed + wait - Duration::from_nanos(1);
                        prop_assert!(bucket.clone().take(start + early).is_err(), "and no less does");
                    }
                }
            }
            for first in 0..passed.len() {
                for last in first..passed.len() {
                    let count = (last - first + 1) as u128;
                    let span = (passed[last] - passed[first]).as_nanos();
                    let allowed = u128::from(burst) * PARTS_PER_TOKEN + span * u128::from(requests_per_minute);
                    prop_assert!(count * PARTS_PER_TOKEN <= allowed);
                }
            }
        }
    }
}
