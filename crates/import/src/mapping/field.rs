//! One mapped row: our fields, each taken from a column, a constant or a conversion.

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use std::borrow::Cow;

use super::{ConvertedColumn, FieldSource, SIGNATURE, TableMapping};
use crate::canonical::Fields;

/// What stands for a time that is not written as the mapping says, so that it is rejected rather
/// than read in another way.
const UNREADABLE_TIME: &str = "not as the mapping says";

/// A row of a table as a row of the canonical schema.
pub(super) struct MappedFields<'a> {
    pub(super) mapping: &'a TableMapping,
    pub(super) row: &'a dyn Fields,
}

impl Fields for MappedFields<'_> {
    fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.mapping.fields.get(name)? {
            FieldSource::Column(column) => self.row.text(column),
            FieldSource::Constant { constant } => Some(Cow::Borrowed(constant)),
            FieldSource::Converted(converted) => {
                let value = self.row.text(&converted.column)?;
                converted.convert(value)
            }
        }
    }

    fn names(&self) -> Vec<&str> {
        self.mapping
            .fields
            .keys()
            .map(String::as_str)
            .filter(|name| *name != SIGNATURE)
            .collect()
    }
}

impl FieldSource {
    /// The column that is read; `None` for a constant.
    pub fn column(&self) -> Option<&str> {
        match self {
            FieldSource::Column(column) => Some(column),
            FieldSource::Constant { .. } => None,
            FieldSource::Converted(converted) => Some(&converted.column),
        }
    }

    /// The pattern of the times, if strftime does not know it.
    pub(super) fn unusable_pattern(&self) -> Option<&str> {
        let FieldSource::Converted(ConvertedColumn {
            time: Some(time), ..
        }) = self
        else {
            return None;
        };
        let is_usable = matches!(time.as_str(), "unix" | "unix_milliseconds")
            || StrftimeItems::new(time).all(|item| !matches!(item, Item::Error));
        (!is_usable).then_some(time)
    }
}

impl ConvertedColumn {
    fn convert<'a>(&'a self, value: Cow<'a, str>) -> Option<Cow<'a, str>> {
        if let Some(mapped) = self.values.get(value.trim()) {
            return (!mapped.is_empty()).then_some(Cow::Borrowed(mapped.as_str()));
        }
        let Some(pattern) = &self.time else {
            return Some(value);
        };
        // Forum software writes 0 for "never".
        if matches!(value.trim(), "" | "0") {
            return None;
        }
        Some(read_time(&value, pattern).map_or(Cow::Borrowed(UNREADABLE_TIME), Cow::Owned))
    }
}

/// The time in RFC 3339, with a zone if the pattern has one; `None` if the pattern does not fit.
pub(super) fn read_time(text: &str, pattern: &str) -> Option<String> {
    let text = text.trim();
    let shown = |instant: DateTime<Utc>| instant.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    match pattern {
        "unix" => return unix_milliseconds(text, 1000).map(shown),
        "unix_milliseconds" => return unix_milliseconds(text, 1).map(shown),
        _ => {}
    }
    if let Ok(zoned) = DateTime::parse_from_str(text, pattern) {
        return Some(shown(zoned.to_utc()));
    }
    let local = NaiveDateTime::parse_from_str(text, pattern)
        .ok()
        .or_else(|| {
            NaiveDate::parse_from_str(text, pattern)
                .ok()?
                .and_hms_opt(0, 0, 0)
        })?;
    Some(local.format("%Y-%m-%dT%H:%M:%S%.f").to_string())
}

/// An instant from a whole number or one with a fraction, which is kept to milliseconds.
fn unix_milliseconds(text: &str, milliseconds_per_unit: i64) -> Option<DateTime<Utc>> {
    let milliseconds = match text.parse::<i64>() {
        Ok(count) => count.checked_mul(milliseconds_per_unit)?,
        Err(_) => {
            let count: f64 = text.parse().ok()?;
            (count.is_finite() && count.abs() < 1e15)
                .then_some((count * milliseconds_per_unit as f64).round() as i64)?
        }
    };
    DateTime::from_timestamp_millis(milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_the_pattern_says() {
        let table: String = [
            ("1282769550", "unix"),
            ("1282769550.25", "unix"),
            ("1282769550900", "unix_milliseconds"),
            ("25.08.2010 20:52", "%d.%m.%Y %H:%M"),
            ("25.08.2010", "%d.%m.%Y"),
            ("25/Aug/2010:20:52:30 +0300", "%d/%b/%Y:%H:%M:%S %z"),
            ("yesterday", "%d.%m.%Y"),
            ("NaN", "unix"),
            ("9223372036854775807", "unix"),
        ]
        .iter()
        .map(|(text, pattern)| format!("{text} -> {:?}\n", read_time(text, pattern)))
        .collect();
        expect_test::expect![[r#"
            1282769550 -> Some("2010-08-25T20:52:30Z")
            1282769550.25 -> Some("2010-08-25T20:52:30.250Z")
            1282769550900 -> Some("2010-08-25T20:52:30.900Z")
            25.08.2010 20:52 -> Some("2010-08-25T20:52:00")
            25.08.2010 -> Some("2010-08-25T00:00:00")
            25/Aug/2010:20:52:30 +0300 -> Some("2010-08-25T17:52:30Z")
            yesterday -> None
            NaN -> None
            9223372036854775807 -> None
        "#]]
        .assert_eq(&table);
    }
}
