//! Dates in queries: a year, a month, a day or an instant, and the time they span.

use std::fmt::{self, Display, Formatter};

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, SecondsFormat, Utc};

/// A date as exact as it is written. All in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryDate {
    /// A year, by its first day.
    Year(NaiveDate),
    /// A month, by its first day.
    Month(NaiveDate),
    /// A day.
    Day(NaiveDate),
    /// An instant; it spans one second.
    Instant(DateTime<Utc>),
}

impl QueryDate {
    /// Reads `2020`, `2020-05`, `2020-05-17` or an instant of RFC 3339; `None` for anything else
    /// and for years outside 1 to 9999.
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains(['T', 't']) {
            let instant = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
            let micros = DateTime::from_timestamp_micros(instant.timestamp_micros())?;
            return (1..=9999)
                .contains(&micros.year())
                .then_some(QueryDate::Instant(micros));
        }
        let mut parts = text.split('-');
        let year = number(parts.next()?, 4)?;
        let month = parts.next().map(|part| number(part, 2));
        let day = parts.next().map(|part| number(part, 2));
        if parts.next().is_some() || year == 0 {
            return None;
        }
        let year = i32::try_from(year).ok()?;
        match (month, day) {
            (None, None) => NaiveDate::from_ymd_opt(year, 1, 1).map(QueryDate::Year),
            (Some(month), None) => NaiveDate::from_ymd_opt(year, month?, 1).map(QueryDate::Month),
            (month, Some(day)) => NaiveDate::from_ymd_opt(year, month??, day?).map(QueryDate::Day),
        }
    }

    /// First instant of the date, microseconds since 1970.
    pub fn start_us(self) -> i64 {
        match self {
            QueryDate::Year(day) | QueryDate::Month(day) | QueryDate::Day(day) => midnight_us(day),
            QueryDate::Instant(instant) => instant.timestamp_micros(),
        }
    }

    /// First instant after the date, microseconds since 1970.
    pub fn end_us(self) -> i64 {
        let next = match self {
            QueryDate::Year(day) => day.checked_add_months(Months::new(12)),
            QueryDate::Month(day) => day.checked_add_months(Months::new(1)),
            QueryDate::Day(day) => day.checked_add_days(Days::new(1)),
            QueryDate::Instant(instant) => return instant.timestamp_micros() + 1_000_000,
        };
        // Years end at 9999 here and far later in the calendar.
        next.map_or(i64::MAX, midnight_us)
    }
}

fn number(digits: &str, length: usize) -> Option<u32> {
    let is_number = digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

fn midnight_us(day: NaiveDate) -> i64 {
    day.and_time(chrono::NaiveTime::MIN)
        .and_utc()
        .timestamp_micros()
}

impl Display for QueryDate {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            QueryDate::Year(day) => write!(out, "{:04}", day.year()),
            QueryDate::Month(day) => write!(out, "{:04}-{:02}", day.year(), day.month()),
            QueryDate::Day(day) => write!(out, "{day}"),
            QueryDate::Instant(instant) => {
                out.write_str(&instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))
            }
        }
    }
}
