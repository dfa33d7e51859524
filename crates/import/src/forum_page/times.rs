//! Times as forums show them to readers: absolute in many forms, relative, with names of months.
//!
//! A text is first read for what it states, then resolved with what is known about the page (its
//! time zone, when it was saved) and about the source (the order of day and month).

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use entangle_model::TimePrecision;

use super::words::{AGO, DAYS_BEFORE, UNITS, month_of};
use crate::instant::{ReadInstant, ZoneBasis, read_instant};

/// Letters of a text that are looked at.
const LETTERS_MAX: usize = 200;

/// What a text states, and how exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StatedTime {
    pub(super) stated: Stated,
    pub(super) precision: TimePrecision,
}

/// What a text states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stated {
    /// An instant with its zone.
    Instant(DateTime<Utc>, ZoneBasis),
    /// Date and time of day in the zone of the page.
    Local(Day, NaiveTime),
    /// So long before the page was saved.
    Ago(TimeDelta),
}

/// A day as it is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    Known(NaiveDate),
    /// Two numbers, each of which could be the month.
    InDoubt {
        first: u32,
        second: u32,
        year: i32,
    },
    /// So many days before the day on which the page was saved.
    Before(i64),
}

/// Which of two numbers is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateOrder {
    DayFirst,
    MonthFirst,
    InDoubt,
}

/// Dates of a source that could be read in one order only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct OrderEvidence {
    pub(super) day_first_count: u64,
    pub(super) month_first_count: u64,
}

/// Where both orders occur, one has to be this many times as frequent to be believed.
const CONTRADICTION_RATIO_MIN: u64 = 50;

impl OrderEvidence {
    /// Counts a text if it decides the order.
    pub(super) fn add(&mut self, text: &str) {
        match numeric_order(text) {
            Some(DateOrder::DayFirst) => self.day_first_count += 1,
            Some(DateOrder::MonthFirst) => self.month_first_count += 1,
            _ => {}
        }
    }

    /// The order of the source.
    pub(super) fn order(self) -> DateOrder {
        let outweighs = |more: u64, less: u64| more > 0 && more >= less * CONTRADICTION_RATIO_MIN;
        if outweighs(self.day_first_count, self.month_first_count) {
            DateOrder::DayFirst
        } else if outweighs(self.month_first_count, self.day_first_count) {
            DateOrder::MonthFirst
        } else {
            DateOrder::InDoubt
        }
    }
}

/// What is known about the times of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PageClock {
    /// Offset of the page's times from UTC; `None` where it is not stated.
    pub(super) zone: Option<TimeDelta>,
    /// When the page was saved, in the page's own zone; `None` if not known.
    pub(super) saved_local: Option<NaiveDateTime>,
}

/// The instant that a text states.
///
/// The error is the reason why there is none, in words for a reject.
pub(super) fn resolve(
    time: StatedTime,
    clock: PageClock,
    order: DateOrder,
) -> Result<ReadInstant, &'static str> {
    let read = |instant, zone| ReadInstant {
        instant,
        is_zone_assumed: zone == ZoneBasis::Assumed,
        precision: time.precision,
        zone,
    };
    let saved = clock
        .saved_local
        .ok_or("the time is relative to that of saving, which is not known");
    let local = match time.stated {
        Stated::Instant(instant, zone) => return Ok(read(instant, zone)),
        Stated::Ago(length) => saved? - length,
        Stated::Local(Day::Known(day), time) => day.and_time(time),
        Stated::Local(Day::Before(days), time) => {
            (saved?.date() - TimeDelta::days(days)).and_time(time)
        }
        Stated::Local(
            Day::InDoubt {
                first,
                second,
                year,
            },
            time,
        ) => {
            let (day, month) = match order {
                DateOrder::DayFirst => (first, second),
                DateOrder::MonthFirst => (second, first),
                DateOrder::InDoubt => {
                    return Err("day and month cannot be told apart in this source");
                }
            };
            NaiveDate::from_ymd_opt(year, month, day)
                .ok_or("the instant cannot be read")?
                .and_time(time)
        }
    };
    let zone = match clock.zone {
        None => ZoneBasis::Assumed,
        Some(offset) if offset.is_zero() => ZoneBasis::Utc,
        Some(_) => ZoneBasis::Offset,
    };
    Ok(read(
        (local - clock.zone.unwrap_or_default()).and_utc(),
        zone,
    ))
}

/// What a text states; the first date in it counts.
pub(super) fn read_time(text: &str) -> Option<StatedTime> {
    let text = text.trim();
    if let Some(read) = read_instant(text)
        && !read.is_zone_assumed
    {
        return Some(StatedTime {
            stated: Stated::Instant(read.instant, read.zone),
            precision: read.precision,
        });
    }
    let tokens = tokens(text);
    if let Some((length, precision)) = time_ago(&tokens) {
        let stated = Stated::Ago(length);
        return Some(StatedTime { stated, precision });
    }
    let (day, _) = first_day(&tokens)?;
    let (time, precision) = time_of_day(&tokens).unwrap_or((NaiveTime::MIN, TimePrecision::Day));
    Some(StatedTime {
        stated: Stated::Local(day, time),
        precision,
    })
}

/// As [`read_time`], for a field that holds nothing else, so that a month or a year alone can be
/// believed: "Mar 2011", "03-2011", "2011".
pub(super) fn read_date_or_month(text: &str) -> Option<StatedTime> {
    let tokens = tokens(text);
    // Four digits alone would also be Unix time of the first hours of 1970.
    if let [Token::Number(_, digits)] = tokens.as_slice()
        && *digits != 4
    {
        return read_time(text);
    }
    let (year, month, precision) = match tokens.as_slice() {
        [Token::Number(year, 4)] => (*year, 1, TimePrecision::Year),
        [
            Token::Number(month, 1..=2),
            Token::Sign('-' | '/' | '.'),
            Token::Number(year, 4),
        ] => (*year, *month, TimePrecision::Month),
        [Token::Word(_), ..] => {
            let Some((month, [Token::Number(year, 4)])) =
                month_then(&tokens).map(|(month, rest)| (month, skip_small(rest)))
            else {
                return read_time(text);
            };
            (*year, month, TimePrecision::Month)
        }
        _ => return read_time(text),
    };
    let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1)?;
    Some(StatedTime {
        stated: Stated::Local(Day::Known(day), NaiveTime::MIN),
        precision,
    })
}

/// The order that a numeric date shows by a number above 12; `None` if it shows none.
fn numeric_order(text: &str) -> Option<DateOrder> {
    let tokens = tokens(text);
    let (_, shown) = first_day(&tokens)?;
    shown
}

/// An offset from UTC such as `UTC + 1 hour [ DST ]`, `GMT -5`, `UTC+03:00` at the start of a
/// text; `None` if there is none.
pub(super) fn read_zone(text: &str) -> Option<TimeDelta> {
    let text: String = text.chars().take(40).collect();
    let rest = text
        .strip_prefix("UTC")
        .or_else(|| text.strip_prefix("GMT"))?;
    let tokens = tokens(rest);
    let is_summer = rest.contains("DST") || rest.contains("Summer");
    let minutes = match tokens.as_slice() {
        [
            Token::Sign(sign @ ('+' | '-' | '−')),
            Token::Number(hours, _),
            rest @ ..,
        ] => {
            let minutes = match rest {
                [Token::Sign(':'), Token::Number(minutes, 2), ..] => *minutes,
                [Token::Sign('.'), Token::Number(5, 1), ..] => 30,
                _ => 0,
            };
            let offset = i64::from(hours * 60 + minutes);
            if *sign == '+' { offset } else { -offset }
        }
        _ => 0,
    };
    (minutes.abs() <= 14 * 60).then(|| TimeDelta::minutes(minutes + i64::from(is_summer) * 60))
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// Value and number of digits.
    Number(u32, usize),
    /// In lower case.
    Word(String),
    Sign(char),
}

/// Cuts a text into numbers, words and signs; white space only separates.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut letters = text.chars().take(LETTERS_MAX).peekable();
    while let Some(letter) = letters.next() {
        if letter.is_ascii_digit() {
            let (mut value, mut count) = (letter.to_digit(10).unwrap_or(0), 1);
            while let Some(digit) = letters.peek().and_then(|next| next.to_digit(10)) {
                value = value.saturating_mul(10).saturating_add(digit);
                count += 1;
                letters.next();
            }
            tokens.push(Token::Number(value, count));
        } else if letter.is_alphabetic() {
            let mut word: String = letter.to_lowercase().collect();
            while let Some(next) = letters.next_if(|next| next.is_alphabetic()) {
                word.extend(next.to_lowercase());
            }
            tokens.push(Token::Word(word));
        } else if !letter.is_whitespace() && !is_invisible(letter) {
            tokens.push(Token::Sign(letter));
        }
    }
    tokens
}

/// Marks of direction and other letters without a shape, which pages set around dates.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// The first day in the tokens, and the order that it shows if it is numeric.
fn first_day(tokens: &[Token]) -> Option<(Day, Option<DateOrder>)> {
    (0..tokens.len()).find_map(|at| day_at(&tokens[at..]))
}

fn day_at(tokens: &[Token]) -> Option<(Day, Option<DateOrder>)> {
    match tokens {
        [
            Token::Number(first, first_digits),
            Token::Sign(sign @ ('-' | '/' | '.')),
            Token::Number(second, 1..=2),
            Token::Sign(other),
            Token::Number(third, third_digits),
            ..,
        ] if sign == other => numeric_day(
            (*first, *first_digits),
            *second,
            (*third, *third_digits),
            *sign,
        ),
        [Token::Number(day, 1..=2), rest @ ..] => {
            let (month, rest) = month_then(skip_small(rest))?;
            let year = year_then(skip_small(rest))?;
            Some((
                Day::Known(NaiveDate::from_ymd_opt(year, month, *day)?),
                None,
            ))
        }
        [Token::Word(_), ..] => {
            if let Some(days) = days_before(tokens) {
                return Some((Day::Before(days), None));
            }
            let (month, rest) = month_then(tokens)?;
            let [Token::Number(day, 1..=2), rest @ ..] = skip_small(rest) else {
                return None;
            };
            let year = year_then(skip_small(rest))?;
            Some((
                Day::Known(NaiveDate::from_ymd_opt(year, month, *day)?),
                None,
            ))
        }
        _ => None,
    }
}

fn numeric_day(
    (first, first_digits): (u32, usize),
    second: u32,
    (third, third_digits): (u32, usize),
    sign: char,
) -> Option<(Day, Option<DateOrder>)> {
    if first_digits == 4 {
        let day = NaiveDate::from_ymd_opt(i32::try_from(first).ok()?, second, third)?;
        return Some((Day::Known(day), None));
    }
    if first_digits > 2 {
        return None;
    }
    let year = full_year(third, third_digits)?;
    let known = |month, day| NaiveDate::from_ymd_opt(year, month, day).map(Day::Known);
    match (first > 12, second > 12) {
        (true, _) => Some((known(second, first)?, Some(DateOrder::DayFirst))),
        (false, true) => Some((known(first, second)?, Some(DateOrder::MonthFirst))),
        // Dots are written between day, month and year, in this order, wherever they are used.
        _ if sign == '.' || first == second => Some((known(second, first)?, None)),
        _ => Some((
            Day::InDoubt {
                first,
                second,
                year,
            },
            None,
        )),
    }
}

/// Two digits are a year of this century up to 69, as POSIX has it.
fn full_year(number: u32, digits: usize) -> Option<i32> {
    let number = i32::try_from(number).ok()?;
    match digits {
        4 => Some(number),
        2 if number < 69 => Some(2000 + number),
        2 => Some(1900 + number),
        _ => None,
    }
}

/// Passes over what stands between the parts of a date: endings of ordinals, "de", signs.
fn skip_small(mut tokens: &[Token]) -> &[Token] {
    while let Some((first, rest)) = tokens.split_first() {
        let is_small = match first {
            Token::Sign(sign) => matches!(sign, '.' | ',' | '\'' | '’' | '-' | '/' | 'º' | '°'),
            Token::Word(word) => {
                matches!(
                    word.as_str(),
                    "st" | "nd" | "rd" | "th" | "de" | "er" | "of" | "го" | "º"
                )
            }
            _ => false,
        };
        if !is_small {
            break;
        }
        tokens = rest;
    }
    tokens
}

fn month_then(tokens: &[Token]) -> Option<(u32, &[Token])> {
    match tokens {
        [Token::Word(word), rest @ ..] => Some((month_of(word)?, rest)),
        _ => None,
    }
}

/// A year of four digits, or of two that no colon follows as it does an hour.
fn year_then(tokens: &[Token]) -> Option<i32> {
    match tokens {
        [Token::Number(year, 4), ..] => full_year(*year, 4),
        [Token::Number(_, 2), Token::Sign(':'), ..] => None,
        [Token::Number(year, 2), ..] => full_year(*year, 2),
        _ => None,
    }
}

fn days_before(tokens: &[Token]) -> Option<i64> {
    let Some(Token::Word(word)) = tokens.first() else {
        return None;
    };
    DAYS_BEFORE
        .iter()
        .find(|(_, words)| words.contains(&word.as_str()))
        .map(|(days, _)| *days)
}

/// The first time of day.
///
/// An hour alone ("6 p.m.", "noon") is one of minute zero: software that writes hours so, as
/// Django does, leaves the minutes out only then.
fn time_of_day(tokens: &[Token]) -> Option<(NaiveTime, TimePrecision)> {
    (0..tokens.len()).find_map(|at| match &tokens[at..] {
        [Token::Word(word), ..] if word == "noon" || word == "midnight" => {
            let hour = if word == "noon" { 12 } else { 0 };
            Some((NaiveTime::from_hms_opt(hour, 0, 0)?, TimePrecision::Minute))
        }
        [Token::Number(hour @ 1..=12, 1..=2), Token::Word(word), ..] => {
            let hour = hour % 12 + u32::from(is_afternoon(word)?) * 12;
            Some((NaiveTime::from_hms_opt(hour, 0, 0)?, TimePrecision::Minute))
        }
        [
            Token::Number(hour, 1..=2),
            Token::Sign(':'),
            Token::Number(minute, 2),
            rest @ ..,
        ] => {
            let (second, precision, rest) = match rest {
                [Token::Sign(':'), Token::Number(second, 2), rest @ ..] => {
                    (*second, TimePrecision::Second, rest)
                }
                _ => (0, TimePrecision::Minute, rest),
            };
            let half = match rest {
                [Token::Word(word), ..] => is_afternoon(word),
                _ => None,
            };
            let hour = half.map_or(*hour, |is_afternoon| {
                hour % 12 + u32::from(is_afternoon) * 12
            });
            let time = NaiveTime::from_hms_opt(hour, *minute, second.min(59))?;
            Some((time, precision))
        }
        _ => None,
    })
}

/// Whether the word behind an hour puts it in the afternoon; `None` for other words. Of "p.m."
/// the first letter is the word.
fn is_afternoon(word: &str) -> Option<bool> {
    match word {
        "am" | "a" => Some(false),
        "pm" | "p" => Some(true),
        _ => None,
    }
}

/// A length such as "2 hours ago", "vor 5 Minuten", "hace un minuto".
fn time_ago(tokens: &[Token]) -> Option<(TimeDelta, TimePrecision)> {
    let has_ago = tokens
        .iter()
        .any(|token| matches!(token, Token::Word(word) if AGO.contains(&word.as_str())));
    if !has_ago {
        return None;
    }
    let (seconds, precision) = tokens.iter().enumerate().find_map(|(at, token)| {
        let Token::Word(word) = token else {
            return None;
        };
        let (seconds, precision, _) = UNITS
            .iter()
            .find(|(_, _, starts)| starts.iter().any(|start| word.starts_with(start)))?;
        let count = match at.checked_sub(1).map(|before| &tokens[before]) {
            Some(Token::Number(count, 1..=3)) => i64::from(*count),
            Some(Token::Number(..)) => return None,
            // "an hour ago", "vor einer Stunde", "минуту назад"
            _ => 1,
        };
        Some((seconds * count, *precision))
    })?;
    Some((TimeDelta::seconds(seconds), precision))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn clock() -> PageClock {
        PageClock {
            zone: Some(TimeDelta::hours(1)),
            saved_local: "2016-02-01T13:30:00".parse().ok(),
        }
    }

    #[test]
    fn times_of_many_forums_are_read() {
        let texts = [
            "2015-12-07T00:15:31+00:00",
            "1449447331",
            "2014-03-05 10:11",
            "04-25-2015, 09:47 PM",
            "25/04/2015 21:47",
            "25.4.15, 9:05",
            "5.4.2015",
            "04-05-2015, 12:47 AM",
            "March 9, 2019, 6 p.m.",
            "Sept. 9, 2019, 11:05 a.m.",
            "March 9, 2019, noon",
            "March 9, 2019, midnight",
            "07 December 2015 - 12:15 AM",
            "Oct 29, 2014 at 6:28 PM",
            "Mon Feb 01, 2016 1:30 pm",
            "July 26th, 2012, 7:33 pm",
            "« Reply #3 on: September 07, 2013, 11:20:31 AM »",
            "5. Januar 2015 um 20:15 Uhr",
            "05 янв 2015, 20:15",
            "Пн янв 05, 2015 8:15 pm",
            "5 de enero de 2015 a las 20:15",
            "le 5 févr. 2015, 20:15",
            "5 października 2015",
            "\u{200E}25 Apr '15\u{200E}",
            "Yesterday, 10:16 PM",
            "Сегодня, 08:05",
            "Heute um 12:01",
            "2 hours ago",
            "vor 5 Minuten",
            "минуту назад",
            "il y a 3 jours",
            "hace 2 semanas",
            "10 godzin temu",
            "Posts: 75",
            "31-31-2015",
            "30 Feb 2015",
            "Jan 2010",
            "",
        ];
        let table: String = texts
            .iter()
            .map(|text| {
                let read = match read_time(text)
                    .map(|stated| resolve(stated, clock(), DateOrder::InDoubt))
                {
                    None => "nothing".to_string(),
                    Some(Ok(read)) => {
                        let precision = read.precision.as_str();
                        format!("{} {precision}", read.instant.to_rfc3339())
                    }
                    Some(Err(reason)) => reason.to_string(),
                };
                format!("{text} -> {read}\n")
            })
            .collect();
        expect![[r#"
            2015-12-07T00:15:31+00:00 -> 2015-12-07T00:15:31+00:00 second
            1449447331 -> 2015-12-07T00:15:31+00:00 second
            2014-03-05 10:11 -> 2014-03-05T09:11:00+00:00 minute
            04-25-2015, 09:47 PM -> 2015-04-25T20:47:00+00:00 minute
            25/04/2015 21:47 -> 2015-04-25T20:47:00+00:00 minute
            25.4.15, 9:05 -> 2015-04-25T08:05:00+00:00 minute
            5.4.2015 -> 2015-04-04T23:00:00+00:00 day
            04-05-2015, 12:47 AM -> day and month cannot be told apart in this source
            March 9, 2019, 6 p.m. -> 2019-03-09T17:00:00+00:00 minute
            Sept. 9, 2019, 11:05 a.m. -> 2019-09-09T10:05:00+00:00 minute
            March 9, 2019, noon -> 2019-03-09T11:00:00+00:00 minute
            March 9, 2019, midnight -> 2019-03-08T23:00:00+00:00 minute
            07 December 2015 - 12:15 AM -> 2015-12-06T23:15:00+00:00 minute
            Oct 29, 2014 at 6:28 PM -> 2014-10-29T17:28:00+00:00 minute
            Mon Feb 01, 2016 1:30 pm -> 2016-02-01T12:30:00+00:00 minute
            July 26th, 2012, 7:33 pm -> 2012-07-26T18:33:00+00:00 minute
            « Reply #3 on: September 07, 2013, 11:20:31 AM » -> 2013-09-07T10:20:31+00:00 second
            5. Januar 2015 um 20:15 Uhr -> 2015-01-05T19:15:00+00:00 minute
            05 янв 2015, 20:15 -> 2015-01-05T19:15:00+00:00 minute
            Пн янв 05, 2015 8:15 pm -> 2015-01-05T19:15:00+00:00 minute
            5 de enero de 2015 a las 20:15 -> 2015-01-05T19:15:00+00:00 minute
            le 5 févr. 2015, 20:15 -> 2015-02-05T19:15:00+00:00 minute
            5 października 2015 -> 2015-10-04T23:00:00+00:00 day
            ‎25 Apr '15‎ -> 2015-04-24T23:00:00+00:00 day
            Yesterday, 10:16 PM -> 2016-01-31T21:16:00+00:00 minute
            Сегодня, 08:05 -> 2016-02-01T07:05:00+00:00 minute
            Heute um 12:01 -> 2016-02-01T11:01:00+00:00 minute
            2 hours ago -> 2016-02-01T10:30:00+00:00 hour
            vor 5 Minuten -> 2016-02-01T12:25:00+00:00 minute
            минуту назад -> 2016-02-01T12:29:00+00:00 minute
            il y a 3 jours -> 2016-01-29T12:30:00+00:00 day
            hace 2 semanas -> 2016-01-18T12:30:00+00:00 month
            10 godzin temu -> 2016-02-01T02:30:00+00:00 hour
            Posts: 75 -> nothing
            31-31-2015 -> nothing
            30 Feb 2015 -> nothing
            Jan 2010 -> nothing
             -> nothing
        "#]]
        .assert_eq(&table);
    }

    #[test]
    fn order_is_decided_by_dates_that_allow_but_one() {
        let order = |texts: &[&str]| {
            let mut evidence = OrderEvidence::default();
            for text in texts {
                evidence.add(text);
            }
            evidence.order()
        };
        assert_eq!(order(&["04-05-2015", "Jan 25, 2015"]), DateOrder::InDoubt);
        assert_eq!(order(&["04-05-2015", "04-25-2015"]), DateOrder::MonthFirst);
        assert_eq!(order(&["25/04/15 10:00"]), DateOrder::DayFirst);
        assert_eq!(order(&["25-04-2015", "04-25-2015"]), DateOrder::InDoubt);
        let doubtful = read_time("04-05-2015, 10:00").unwrap();
        let day = |order| {
            let read = resolve(doubtful, clock(), order).unwrap();
            read.instant.to_rfc3339()
        };
        assert_eq!(day(DateOrder::DayFirst), "2015-05-04T09:00:00+00:00");
        assert_eq!(day(DateOrder::MonthFirst), "2015-04-05T09:00:00+00:00");
    }

    #[test]
    fn months_and_years_alone_are_read_where_nothing_else_can_stand() {
        let read = |text| {
            let read = resolve(
                read_date_or_month(text)?,
                PageClock::default(),
                DateOrder::InDoubt,
            );
            let read = read.unwrap();
            Some(format!(
                "{} {}",
                read.instant.date_naive(),
                read.precision.as_str()
            ))
        };
        for (text, expected) in [
            ("Mar 2011", Some("2011-03-01 month")),
            ("Март 2011", Some("2011-03-01 month")),
            ("03-2011", Some("2011-03-01 month")),
            ("2011", Some("2011-01-01 year")),
            ("5 Mar 2011", Some("2011-03-05 day")),
            ("Mar 2011 or so", None),
            ("Posts 2011", None),
            ("13/2011", None),
            ("", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn relative_times_need_the_time_of_saving() {
        let stated = read_time("Yesterday, 10:16 PM").unwrap();
        assert!(resolve(stated, PageClock::default(), DateOrder::InDoubt).is_err());
    }

    #[test]
    fn zones_are_read_with_summer_time() {
        let minutes = |text| read_zone(text).map(|zone| zone.num_minutes());
        assert_eq!(minutes("UTC + 1 hour "), Some(60));
        assert_eq!(minutes("UTC + 1 hour [ DST ]"), Some(120));
        assert_eq!(minutes("GMT -5. The time now is 08:54 PM."), Some(-300));
        assert_eq!(minutes("UTC+05:30"), Some(330));
        assert_eq!(minutes("UTC"), Some(0));
        assert_eq!(minutes("local"), None);
        assert_eq!(minutes("UTC+99"), None);
    }

    #[test]
    fn any_text_is_read_without_panic() {
        for text in [
            "99999999999-99-99",
            "1:99 pm",
            "0/0/0000",
            "vor",
            "\u{0}\u{202E}12",
            "9999-12-31 99:99 ago day",
        ] {
            let _ = read_time(text).map(|stated| resolve(stated, clock(), DateOrder::DayFirst));
        }
        let deep = "1-".repeat(1 << 20);
        assert_eq!(read_time(&deep), None);
    }
}
