//! Days to the bars of a histogram.

use chrono::{DateTime, Datelike};

use super::request::CalendarUnit;

const DAY_US: i64 = 86_400_000_000;

/// The day of an instant, counted from 1970.
pub(crate) fn day_of(instant_us: i64) -> i64 {
    instant_us.div_euclid(DAY_US)
}

/// The name of the bar that holds a day.
pub(crate) fn bar_of(day: i64, unit: CalendarUnit) -> String {
    let Some(date) = DateTime::from_timestamp_micros(day.saturating_mul(DAY_US)) else {
        return String::new();
    };
    match unit {
        CalendarUnit::Day => format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day()),
        CalendarUnit::Month => format!("{:04}-{:02}", date.year(), date.month()),
        CalendarUnit::Year => format!("{:04}", date.year()),
    }
}
