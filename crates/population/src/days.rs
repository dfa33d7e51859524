//! Days as a study counts them: of 86,400 seconds each, in UTC.

pub(crate) const SECONDS_PER_DAY: i64 = 86_400;

/// A length of time in days.
pub(crate) fn days(duration_s: i64) -> f64 {
    duration_s as f64 / SECONDS_PER_DAY as f64
}

/// The day of an instant, counted from 1 January 1970.
pub(crate) fn day_of(instant_s: i64) -> i64 {
    instant_s.div_euclid(SECONDS_PER_DAY)
}
