//! Days and seconds since 1970 as ISO 8601 text.
//!
//! A world of a hundred million posts writes as many dates, so the date of a day is formatted
//! once and only the time of day is written for each post.

/// Seconds of a day.
pub(crate) const DAY_SECONDS: i64 = 86_400;

/// Writes instants as `2012-03-04T05:06:07`, remembering the last day.
#[derive(Default)]
pub(crate) struct TimestampWriter {
    day: i64,
    date: String,
}

impl TimestampWriter {
    /// Appends the instant, given in seconds since 1970, without a time zone.
    pub(crate) fn push(&mut self, out: &mut String, instant_s: i64) {
        let day = instant_s.div_euclid(DAY_SECONDS);
        if self.date.is_empty() || day != self.day {
            let (year, month, day_of_month) = civil_from_days(day);
            self.date = format!("{year:04}-{month:02}-{day_of_month:02}T");
            self.day = day;
        }
        let second = instant_s.rem_euclid(DAY_SECONDS);
        out.push_str(&self.date);
        push_two_digits(out, second / 3_600);
        out.push(':');
        push_two_digits(out, second / 60 % 60);
        out.push(':');
        push_two_digits(out, second % 60);
    }
}

/// Day of the week, Monday is 0; 1 January 1970 was a Thursday.
pub(crate) fn weekday(day: u32) -> u32 {
    (day + 3) % 7
}

fn push_two_digits(out: &mut String, number: i64) {
    out.push(char::from(b'0' + (number / 10 % 10) as u8));
    out.push(char::from(b'0' + (number % 10) as u8));
}

/// Year, month and day of the month in the Gregorian calendar, by counting days in eras of 400
/// years that begin on 1 March.
fn civil_from_days(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day_of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(instant_s: i64) -> String {
        let mut out = String::new();
        TimestampWriter::default().push(&mut out, instant_s);
        out
    }

    #[test]
    fn instants_are_written_as_dates() {
        let texts = [0, 951_782_399, 951_782_400, 1_330_837_567].map(text);
        expect_test::expect![[r#"
            [
                "1970-01-01T00:00:00",
                "2000-02-28T23:59:59",
                "2000-02-29T00:00:00",
                "2012-03-04T05:06:07",
            ]
        "#]]
        .assert_debug_eq(&texts);
    }

    #[test]
    fn first_of_january_1970_was_a_thursday() {
        assert_eq!(weekday(0), 3);
    }
}
