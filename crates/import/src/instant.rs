//! Instants as dumps write them: their precision, what their zone rests on, and whether they can
//! be believed.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entangle_model::TimePrecision;

/// An instant that could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadInstant {
    /// The instant.
    pub instant: DateTime<Utc>,
    /// Whether the text states no time zone, so that UTC was assumed.
    pub is_zone_assumed: bool,
    /// How exactly the text states it.
    pub precision: TimePrecision,
    /// What its zone rests on.
    pub zone: ZoneBasis,
}

/// What the zone of an instant rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ZoneBasis {
    /// Stated as UTC, or counted from an instant in UTC, as Unix time is.
    Utc,
    /// Stated as an offset from UTC, beside the instant or for the whole page.
    Offset,
    /// Not stated; taken as UTC.
    Assumed,
}

impl ZoneBasis {
    /// All.
    pub const ALL: [Self; 3] = [Self::Utc, Self::Offset, Self::Assumed];

    /// The word for it in the account of an import.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utc => "stated_utc",
            Self::Offset => "stated_offset",
            Self::Assumed => "assumed_utc",
        }
    }
}

/// How many instants of an import rest on each basis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ZoneCounts([u64; ZoneBasis::ALL.len()]);

impl ZoneCounts {
    /// One more instant.
    pub(crate) fn add(&mut self, basis: ZoneBasis) {
        self.0[basis as usize] += 1;
    }

    /// The instants whose zone rests on a basis.
    pub fn count(&self, basis: ZoneBasis) -> u64 {
        self.0[basis as usize]
    }
}

/// Reads RFC 3339 and its usual relaxations (a space for the T, no seconds, no zone, a date
/// alone) and Unix time in seconds or, from 12 digits on, milliseconds. `None` for anything else.
pub fn read_instant(text: &str) -> Option<ReadInstant> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return read_unix(text, digits.len());
    }
    let bytes = text.as_bytes();
    let date = NaiveDate::from_ymd_opt(
        i32::try_from(number(bytes, 0, 4)?).ok()?,
        number(after(bytes, 4, b'-')?, 0, 2)?,
        number(after(bytes, 7, b'-')?, 0, 2)?,
    )?;
    let Some((separator, time)) = bytes.get(10..).unwrap_or_default().split_first() else {
        return Some(ReadInstant {
            instant: date.and_hms_opt(0, 0, 0)?.and_utc(),
            is_zone_assumed: true,
            precision: TimePrecision::Day,
            zone: ZoneBasis::Assumed,
        });
    };
    if !matches!(separator, b'T' | b't' | b' ') {
        return None;
    }
    let (hour, minute) = (number(time, 0, 2)?, number(after(time, 2, b':')?, 0, 2)?);
    let (second, nanosecond, zone) = read_second(time.get(5..)?)?;
    let local = date.and_hms_nano_opt(hour, minute, second, nanosecond)?;
    let offset = read_zone(zone)?;
    Some(ReadInstant {
        instant: local
            .checked_sub_signed(offset.unwrap_or_default())?
            .and_utc(),
        is_zone_assumed: offset.is_none(),
        precision: match time.get(5) {
            Some(b':') => TimePrecision::Second,
            _ => TimePrecision::Minute,
        },
        zone: match offset {
            None => ZoneBasis::Assumed,
            Some(offset) if offset.is_zero() => ZoneBasis::Utc,
            Some(_) => ZoneBasis::Offset,
        },
    })
}

/// Why an instant is not believable, `None` if it is: dumps hold zeros, placeholders and clock
/// faults, and none of the software they come from is older than 1990.
pub fn disbelief(instant: DateTime<Utc>, now: DateTime<Utc>) -> Option<&'static str> {
    const YEAR_1990_UNIX: i64 = 631_152_000;
    if instant.timestamp() < YEAR_1990_UNIX {
        Some("the instant lies before 1990")
    } else if instant > now + TimeDelta::days(1) {
        Some("the instant lies in the future")
    } else {
        None
    }
}

fn read_unix(text: &str, digit_count: usize) -> Option<ReadInstant> {
    let count: i64 = text.parse().ok()?;
    let instant = if digit_count >= 12 {
        DateTime::from_timestamp_millis(count)?
    } else {
        DateTime::from_timestamp(count, 0)?
    };
    Some(ReadInstant {
        instant,
        is_zone_assumed: false,
        precision: TimePrecision::Second,
        zone: ZoneBasis::Utc,
    })
}

/// The decimal number in a range of bytes.
fn number(bytes: &[u8], start: usize, count: usize) -> Option<u32> {
    bytes
        .get(start..start + count)?
        .iter()
        .try_fold(0, |sum, byte| {
            byte.is_ascii_digit()
                .then(|| sum * 10 + u32::from(byte - b'0'))
        })
}

/// What follows a byte that has to be at a position.
fn after(bytes: &[u8], position: usize, expected: u8) -> Option<&[u8]> {
    bytes.get(position..)?.strip_prefix(&[expected])
}

/// Reads `:SS.fraction`, either part of which may be missing, and gives what follows.
fn read_second(text: &[u8]) -> Option<(u32, u32, &[u8])> {
    let Some(text) = text.strip_prefix(b":") else {
        return Some((0, 0, text));
    };
    // A leap second is read as the second before it; chrono would count it apart.
    let second = number(text, 0, 2)?.min(59);
    let Some(text) = text[2..]
        .strip_prefix(b".")
        .or_else(|| text[2..].strip_prefix(b","))
    else {
        return Some((second, 0, &text[2..]));
    };
    let digit_count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let used_count = digit_count.min(9);
    let fraction = number(text, 0, used_count).filter(|_| used_count > 0)?;
    let nanosecond = fraction * 10u32.pow(9 - used_count as u32);
    Some((second, nanosecond, &text[digit_count..]))
}

/// The offset from UTC; the inner `None` if none is stated.
fn read_zone(text: &[u8]) -> Option<Option<TimeDelta>> {
    let text = text.trim_ascii();
    let sign = match text {
        b"" => return Some(None),
        b"Z" | b"z" | b"UTC" => return Some(Some(TimeDelta::zero())),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    let hours = number(text, 1, 2)?;
    let minutes = match text.get(3..)? {
        b"" => 0,
        [b':', rest @ ..] | rest => (rest.len() == 2).then(|| number(rest, 0, 2))??,
    };
    (hours < 24 && minutes < 60)
        .then(|| Some(TimeDelta::minutes(sign * i64::from(hours * 60 + minutes))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match read_instant(text) {
            Some(read) => format!(
                "{} {}{}",
                read.instant
                    .to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
                read.precision.as_str(),
                if read.is_zone_assumed { " assumed" } else { "" }
            ),
            None => "none".to_string(),
        }
    }

    #[test]
    fn usual_forms_are_read() {
        let forms = [
            "2010-08-25T20:52:30.900",
            "2010-08-25 20:52",
            "2010-08-25T20:52:30Z",
            "2010-08-25T20:52:30+03:00",
            "2010-08-25T20:52:30-0330",
            "2010-08-25T20:52:30.1234567890+01",
            "2016-12-31T23:59:60Z",
            "2010-08-25",
            "1282769550",
            "1282769550900",
        ];
        let table: String = forms
            .iter()
            .map(|form| format!("{form} -> {}\n", read(form)))
            .collect();
        expect_test::expect![[r#"
            2010-08-25T20:52:30.900 -> 2010-08-25T20:52:30.900Z second assumed
            2010-08-25 20:52 -> 2010-08-25T20:52:00Z minute assumed
            2010-08-25T20:52:30Z -> 2010-08-25T20:52:30Z second
            2010-08-25T20:52:30+03:00 -> 2010-08-25T17:52:30Z second
            2010-08-25T20:52:30-0330 -> 2010-08-26T00:22:30Z second
            2010-08-25T20:52:30.1234567890+01 -> 2010-08-25T19:52:30.123456789Z second
            2016-12-31T23:59:60Z -> 2016-12-31T23:59:59Z second
            2010-08-25 -> 2010-08-25T00:00:00Z day assumed
            1282769550 -> 2010-08-25T20:52:30Z second
            1282769550900 -> 2010-08-25T20:52:30.900Z second
        "#]]
        .assert_eq(&table);
    }

    #[test]
    fn other_texts_are_not_read() {
        for text in [
            "",
            "-",
            "yesterday",
            "2010-13-01",
            "2010-02-30",
            "2010-08-25T25:00:00",
            "2010-08-25X20:52:30",
            "2010-08-25T20:52:30+99:00",
            "2010-08-25T20:52:30 Moscow",
            "99999999999999999999",
            "20100825T2052",
            "2010-08-2é",
            "2010-08-25T20:52:",
            "2010-08-25T20:52:30.",
            "2010-08-25T20:52:30+03:0",
        ] {
            assert_eq!(read(text), "none", "{text}");
        }
    }

    #[test]
    fn instants_before_1990_and_after_tomorrow_are_not_believed() {
        let now = read_instant("2026-01-01T00:00:00Z").unwrap().instant;
        let doubt = |text: &str| disbelief(read_instant(text).unwrap().instant, now);
        assert_eq!(doubt("0"), Some("the instant lies before 1990"));
        assert_eq!(doubt("1990-01-01"), None);
        assert_eq!(doubt("2026-01-02T00:00:00Z"), None);
        assert_eq!(
            doubt("2026-01-02T00:00:01Z"),
            Some("the instant lies in the future")
        );
    }
}
