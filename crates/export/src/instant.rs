//! Instants as text.

use chrono::{DateTime, Datelike, SecondsFormat, Utc};

/// RFC 3339 in UTC with as many digits as the instant has; `None` outside the years 1 to 9999,
/// which the formats cannot write.
pub(crate) fn instant_text(instant: DateTime<Utc>) -> Option<String> {
    is_writable(instant).then(|| instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

/// RFC 3339 in UTC with exactly three digits after the second, cut, not rounded.
pub(crate) fn instant_text_ms(instant: DateTime<Utc>) -> Option<String> {
    is_writable(instant).then(|| instant.to_rfc3339_opts(SecondsFormat::Millis, true))
}

fn is_writable(instant: DateTime<Utc>) -> bool {
    (1..=9999).contains(&instant.year())
}
