//! The engine of logs: lines to messages, one file at a time.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta};
use entangle_dump::{FileReader, Found, Lines, Row, Span};
use entangle_model::TimePrecision;
use entangle_model::ids::native_id_of_name;
use entangle_model::record::{PostKind, RecordKind};
use entangle_text::markup::html_to_plain;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

use super::dates::{date_in_name, room_of_file};
use super::pattern::{CompiledForms, LineFields, LineKind, LineTime, Meaning};
use super::{LogFormat, Nicks};
use crate::ImportError;
use crate::chat::message::{Author, ChatMessage, Room, record_author, record_message};
use crate::recorder::{BodyFormat, Recorder, hash_id};

/// Different messages of one instant that are told apart by their number among equal ones.
const SAME_INSTANT_COUNT_MAX: usize = 4096;

/// Reads one log.
pub(super) fn import_file(
    format: &LogFormat,
    forms: &CompiledForms,
    file: &mut FileReader<'_>,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    recorder.start_file(file);
    let mut log = LogReader::new(format, file, recorder);
    let mut lines = Lines::new(file);
    while let Some(found) = lines.next_line()? {
        match found {
            Found::Readable(row) => log.take_line(forms, &row)?,
            Found::Unreadable(unreadable) => {
                log.flush()?;
                log.recorder.unreadable(RecordKind::Post, unreadable);
            }
        }
        log.recorder.progress(lines.byte_position())?;
    }
    log.flush()?;
    log.recorder.progress(lines.byte_position())
}

/// The line as its author typed it: without HTML, or without IRC's codes for colours.
pub(super) fn plain_line<'l>(format: &LogFormat, line: &'l str) -> Cow<'l, str> {
    let line = line.trim_end_matches(['\r', '\n']);
    if format.is_html {
        return Cow::Owned(html_to_plain(line).text);
    }
    if format.nicks == Nicks::Irc {
        return without_colours(line);
    }
    Cow::Borrowed(line)
}

/// Removes IRC's codes for bold, italic and the like, and colours with their one or two numbers.
fn without_colours(line: &str) -> Cow<'_, str> {
    const COLOUR: char = '\u{3}';
    let is_code = |letter: char| {
        matches!(
            letter,
            '\u{2}' | '\u{3}' | '\u{4}' | '\u{f}' | '\u{11}' | '\u{16}' | '\u{1d}'..='\u{1f}'
        )
    };
    if !line.contains(is_code) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(is_code) {
        out.push_str(&rest[..at]);
        let is_colour = rest[at..].starts_with(COLOUR);
        rest = &rest[at + 1..];
        if !is_colour {
            continue;
        }
        let foreground = digit_count(rest);
        rest = &rest[foreground..];
        if foreground > 0
            && let Some(after) = rest.strip_prefix(',')
            && digit_count(after) > 0
        {
            rest = &after[digit_count(after)..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// An instant `YYYY-MM-DDTHH:MM:SS…` without what its line does not state, so that it is read as
/// no more exact than it is. A day with a zone keeps its hours, without which it has no zone.
fn as_exactly(mut text: String, precision: Option<TimePrecision>) -> String {
    const DAY: usize = "YYYY-MM-DD".len();
    const MINUTE: usize = "YYYY-MM-DDTHH:MM".len();
    const SECOND: usize = "YYYY-MM-DDTHH:MM:SS".len();
    match precision {
        Some(TimePrecision::Day) if text.len() == SECOND => text.truncate(DAY),
        Some(TimePrecision::Minute | TimePrecision::Day) if text.len() >= SECOND => {
            text.drain(MINUTE..SECOND);
        }
        _ => {}
    }
    text
}

/// How many of the first two bytes are digits.
fn digit_count(text: &str) -> usize {
    text.bytes().take(2).take_while(u8::is_ascii_digit).count()
}

/// A line of a known form that may go on.
#[derive(Debug)]
struct Pending {
    raw: Vec<u8>,
    span: Span,
    last_line: u64,
    is_lossy: bool,
    said: Said,
}

/// What a line tells.
#[derive(Debug)]
struct Said {
    meaning: Meaning,
    time: Option<LineTime>,
    nick: Option<String>,
    text: String,
}

impl Said {
    fn new(meaning: Meaning, fields: &LineFields<'_>, is_irc: bool) -> Self {
        Self {
            meaning,
            time: fields.time,
            nick: fields.nick.map(|nick| bare_nick(nick, is_irc).to_string()),
            text: fields.text.unwrap_or_default().to_string(),
        }
    }
}

/// A nick without the sign of its rank and without the address that some logs append to it.
fn bare_nick(nick: &str, is_irc: bool) -> &str {
    let nick = nick.trim();
    if !is_irc {
        return nick;
    }
    let bare = nick.trim_start_matches(['@', '+', '%', '&', '~']);
    let bare = bare.split_once('!').map_or(bare, |(bare, _)| bare);
    if bare.is_empty() { nick } else { bare }
}

struct LogReader<'s, 'a> {
    format: &'s LogFormat,
    recorder: &'s mut Recorder<'a>,
    file_name: String,
    message_bytes_max: usize,
    room: Room,
    day: Option<NaiveDate>,
    offset_seconds: Option<i32>,
    last_time: Option<NaiveTime>,
    has_noted_missing_day: bool,
    pending: Option<Pending>,
    last_instant: String,
    equal_counts: FxHashMap<String, u32>,
}

impl<'s, 'a> LogReader<'s, 'a> {
    fn new(format: &'s LogFormat, file: &FileReader<'_>, recorder: &'s mut Recorder<'a>) -> Self {
        let name = file.file().to_string();
        let base_name = name.rsplit(['/', '\\', '!']).next().unwrap_or(&name);
        let named_date = date_in_name(base_name);
        let after_date = named_date.as_ref().map(|date| &base_name[date.byte_end..]);
        let (last_time, offset_seconds) = after_date.map(time_and_zone).unwrap_or_default();
        Self {
            format,
            recorder,
            message_bytes_max: file.limits().row_bytes_max,
            room: room_of_title(&room_of_file(&name)),
            day: named_date.map(|named| named.date),
            offset_seconds,
            last_time,
            has_noted_missing_day: false,
            pending: None,
            last_instant: String::new(),
            equal_counts: FxHashMap::default(),
            file_name: name,
        }
    }

    fn take_line(&mut self, forms: &CompiledForms, row: &Row<'_>) -> Result<(), ImportError> {
        let line = plain_line(self.format, row.text);
        if line.trim().is_empty() {
            return Ok(());
        }
        match forms.read(&line, self.format.nicks == Nicks::Irc) {
            LineKind::Known(meaning, fields) => {
                self.flush()?;
                self.take_known(meaning, &fields, row)
            }
            LineKind::OnlyStamped if !self.format.has_continuations => {
                let context = self.recorder.row(RecordKind::Post, row)?;
                self.recorder
                    .reject_row(context, "what follows the time has no known form")
            }
            LineKind::OnlyStamped | LineKind::Other => self.take_other(&line, row),
        }
    }

    fn take_known(
        &mut self,
        meaning: Meaning,
        fields: &LineFields<'_>,
        row: &Row<'_>,
    ) -> Result<(), ImportError> {
        match meaning {
            Meaning::Nothing => Ok(()),
            Meaning::Day => {
                if let Some(time) = fields.time {
                    self.day = time.date;
                    self.last_time = time.time;
                }
                Ok(())
            }
            Meaning::Room => {
                if let Some(title) = fields.room.map(str::trim).filter(|room| !room.is_empty()) {
                    self.room = room_of_title(title);
                }
                Ok(())
            }
            Meaning::Message | Meaning::Event | Meaning::NickChange => {
                let said = Said::new(meaning, fields, self.format.nicks == Nicks::Irc);
                if !self.format.has_continuations {
                    return self.record(row, said);
                }
                self.pending = Some(Pending {
                    raw: row.raw.to_vec(),
                    span: row.span,
                    last_line: row.span.line,
                    is_lossy: row.is_lossy,
                    said,
                });
                Ok(())
            }
        }
    }

    /// A line of no known form: more of the message before it, or a reject.
    fn take_other(&mut self, line: &str, row: &Row<'_>) -> Result<(), ImportError> {
        if let Some(pending) = &mut self.pending
            && pending.raw.len() + row.raw.len() < self.message_bytes_max
        {
            let has_blank_lines = row.span.line > pending.last_line + 1;
            pending.last_line = row.span.line;
            pending.raw.push(b'\n');
            pending.raw.extend_from_slice(row.raw);
            pending.span.byte_end = row.span.byte_end;
            pending.is_lossy |= row.is_lossy;
            pending
                .said
                .text
                .push_str(if has_blank_lines { "\n\n" } else { "\n" });
            pending.said.text.push_str(line);
            return Ok(());
        }
        self.recorder
            .unreadable_row(RecordKind::Post, row, "the line has no known form");
        Ok(())
    }

    /// Records the message that was waiting for more lines.
    fn flush(&mut self) -> Result<(), ImportError> {
        let Some(pending) = self.pending.take() else {
            return Ok(());
        };
        let row = Row {
            text: "",
            raw: &pending.raw,
            span: pending.span,
            is_lossy: pending.is_lossy,
        };
        self.record(&row, pending.said)
    }

    fn record(&mut self, row: &Row<'_>, said: Said) -> Result<(), ImportError> {
        let context = self.recorder.row(RecordKind::Post, row)?;
        let posted_at = said.time.and_then(|time| self.instant_text(time));
        if posted_at.is_none() && !self.has_noted_missing_day {
            self.has_noted_missing_day = true;
            let note = "the day is not stated or not possible; from here on such instants of this file are left out";
            self.recorder.drop_field(&context, "posted_at", note)?;
        }
        let author = said.nick.as_deref().map(|nick| self.author(nick));
        if said.meaning == Meaning::NickChange
            && let Some(nick) = said.text.split_whitespace().next()
        {
            let renamed = self.author(bare_nick(nick, self.format.nicks == Nicks::Irc));
            record_author(&renamed, &context, self.recorder)?;
        }
        let native_id = self.native_id(posted_at.as_deref(), &said, row.span);
        let precision = said.time.and_then(|time| time.precision);
        let body = match said.meaning {
            Meaning::Message => said.text,
            Meaning::NickChange => format!("is now known as {}", said.text.trim()),
            // It may hold host names and addresses of the network.
            _ => String::new(),
        };
        let message = ChatMessage {
            native_id: Some(native_id),
            room: Some(self.room.clone()),
            author,
            kind: match said.meaning {
                Meaning::Message => PostKind::Message,
                _ => PostKind::Notice,
            },
            posted_at: posted_at.map(|text| as_exactly(text, precision)),
            text: BodyFormat::Plain.plain_text(body.trim()).into(),
            ..ChatMessage::default()
        };
        record_message(context, message, self.recorder)
    }

    /// An account by its nick; an address of Matrix is an id, whose first part is the name.
    fn author(&self, nick: &str) -> Author {
        let address = nick
            .strip_prefix('@')
            .filter(|_| self.format.nicks == Nicks::Matrix);
        match address.and_then(|address| address.split_once(':')) {
            Some((name, _)) => Author::new(nick, Some(name.to_string())),
            None => Author::new(native_id_of_name(nick), Some(nick.to_string())),
        }
    }

    /// The instant of a line in RFC 3339; `None` if its day is not known.
    fn instant_text(&mut self, time: LineTime) -> Option<String> {
        let time_of_day = time.time.unwrap_or_default();
        let date = match (time.date, time.month_and_day) {
            (Some(date), _) => Some(date),
            (None, Some((month, day))) => Some(self.day_of_year(month, day)?),
            (None, None) if self.format.rolls_over => self.rolled_over(time_of_day),
            (None, None) => self.day,
        };
        self.day = date;
        self.last_time = Some(time_of_day);
        let date = date?;
        let Some(offset) = time.offset_seconds.or(self.offset_seconds) else {
            return Some(format!("{date}T{time_of_day}"));
        };
        let local = date.and_time(time_of_day);
        let instant = local.checked_sub_signed(TimeDelta::seconds(i64::from(offset)))?;
        Some(format!("{}T{}Z", instant.date(), instant.time()))
    }

    /// The day in the year of the line before it, or in the next one where the months say that a
    /// year ended.
    fn day_of_year(&self, month: u32, day: u32) -> Option<NaiveDate> {
        let before = self.day?;
        let has_year_ended = month + 6 < before.month();
        NaiveDate::from_ymd_opt(before.year() + i32::from(has_year_ended), month, day)
    }

    /// The day, or the next one if the time of day went back.
    fn rolled_over(&self, time_of_day: NaiveTime) -> Option<NaiveDate> {
        let goes_back = self
            .last_time
            .is_some_and(|last| last - time_of_day > TimeDelta::hours(12));
        match self.day {
            Some(day) if goes_back => day.checked_add_days(Days::new(1)),
            day => day,
        }
    }

    /// An id from what was said. Equal messages of one instant are numbered; without an instant
    /// only the place tells messages apart.
    fn native_id(&mut self, posted_at: Option<&str>, said: &Said, span: Span) -> String {
        let Some(instant) = posted_at else {
            return hash_id(&[&self.file_name, &span.byte_start.to_string()]);
        };
        if self.last_instant != instant || self.equal_counts.len() >= SAME_INSTANT_COUNT_MAX {
            self.last_instant = instant.to_string();
            self.equal_counts.clear();
        }
        let nick = said.nick.as_deref().unwrap_or_default();
        let id = hash_id(&[&self.room.native_id, instant, nick, &said.text]);
        let count = self.equal_counts.entry(id.clone()).or_default();
        *count += 1;
        if *count == 1 {
            id
        } else {
            format!("{id}:{count}")
        }
    }
}

fn room_of_title(title: &str) -> Room {
    Room {
        native_id: format!("room:{title}"),
        title: Some(title.to_string()),
    }
}

/// The time of day and the offset in seconds that follow the date in the name of a log, as in
/// `.120000+0100CET`.
fn time_and_zone(text: &str) -> (Option<NaiveTime>, Option<i32>) {
    let number = |start: usize| text.get(start..start + 2)?.parse::<u32>().ok();
    let clock = || {
        let is_clock = text.starts_with('.');
        NaiveTime::from_hms_opt(number(1)?, number(3)?, number(5)?).filter(|_| is_clock)
    };
    let zone = || {
        let sign = match text.as_bytes().get(7)? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let (hours, minutes) = (number(8)?, number(10)?);
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        (hours < 24 && minutes < 60).then_some(sign * seconds)
    };
    let time = clock();
    (time, time.and_then(|_| zone()))
}
