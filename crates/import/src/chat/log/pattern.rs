//! The language of line patterns, and the forms that the lines of a log have.
//!
//! A pattern is text with placeholders: `[{time}] {nick}: {text}`. `{time}` is an instant in a
//! usual form, `{time:%d.%m.%Y %H:%M}` one in the form of strftime, `{nick}` who speaks, `{text}`
//! what is said, `{room}` the room, `{skip}` anything; each reaches to the text that follows it
//! in the pattern, the last one to the end of the line. A pattern is read from left to right
//! without going back, so that a line costs time linear in its length.

use chrono::format::{Item, Parsed, StrftimeItems, parse_and_remainder};
use chrono::{NaiveDate, NaiveTime};
use entangle_model::TimePrecision;

use crate::ImportError;
use crate::instant::read_instant;

/// Placeholders of one pattern; more are a mistake.
const PLACEHOLDER_COUNT_MAX: usize = 16;

/// A pattern that works, for messages about one that does not.
const EXAMPLE: &str = "[{time:%Y-%m-%d %H:%M:%S}] {nick}: {text}";

/// When a line was said, as far as it says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LineTime {
    /// Day; `None` if the line does not state it whole.
    pub date: Option<NaiveDate>,
    /// Month and day of a line that does not state the year.
    pub month_and_day: Option<(u32, u32)>,
    /// Time of day.
    pub time: Option<NaiveTime>,
    /// How exactly the line states its time; `None` without one.
    pub precision: Option<TimePrecision>,
    /// Offset from UTC in seconds; `None` if it is not stated.
    pub offset_seconds: Option<i32>,
}

/// What a pattern found in a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LineFields<'l> {
    pub time: Option<LineTime>,
    pub nick: Option<&'l str>,
    pub text: Option<&'l str>,
    pub room: Option<&'l str>,
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Literal(String),
    UsualTime,
    Time(Vec<Item<'static>>),
    Nick,
    Text,
    Room,
    Skip,
}

impl Pattern {
    /// Compiles a pattern; an error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once('{') {
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.to_string()));
            }
            let (name, after) = after
                .split_once('}')
                .ok_or("a brace is opened and not closed")?;
            parts.push(placeholder(name)?);
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_string()));
        }
        let is_free = |part: &Part| !matches!(part, Part::Literal(_) | Part::Time(_));
        if parts
            .windows(2)
            .any(|pair| is_free(&pair[0]) && !matches!(pair[1], Part::Literal(_)))
        {
            return Err("a placeholder needs text after it that ends it");
        }
        if parts.len() > 2 * PLACEHOLDER_COUNT_MAX {
            return Err("it has too many placeholders");
        }
        Ok(Self { parts })
    }

    /// Reads a whole line; `None` if it is not of this form.
    pub fn read<'l>(&self, line: &'l str) -> Option<LineFields<'l>> {
        let (fields, rest) = self.read_start(line)?;
        rest.trim().is_empty().then_some(fields)
    }

    /// Reads the start of a line and gives what follows.
    pub fn read_start<'l>(&self, line: &'l str) -> Option<(LineFields<'l>, &'l str)> {
        let mut fields = LineFields::default();
        let mut rest = line;
        for (at, part) in self.parts.iter().enumerate() {
            rest = match part {
                Part::Literal(literal) => match rest.strip_prefix(literal.as_str()) {
                    Some(rest) => rest,
                    // Editors and clients cut the space before an empty text.
                    None if at + 2 == self.parts.len() && rest == literal.trim_end() => "",
                    None => return None,
                },
                Part::Time(items) => {
                    let (time, rest) = read_time(items, rest)?;
                    fields.time = Some(time);
                    rest
                }
                free => {
                    let length = match self.parts.get(at + 1) {
                        Some(Part::Literal(literal)) => {
                            rest.find(literal.as_str()).or_else(|| {
                                let is_before_text = at + 3 == self.parts.len();
                                let bare = literal.trim_end();
                                (is_before_text && !bare.is_empty() && rest.ends_with(bare))
                                    .then(|| rest.len() - bare.len())
                            })?
                        }
                        _ => rest.len(),
                    };
                    let (value, after) = rest.split_at(length);
                    match free {
                        Part::Nick => fields.nick = Some(value),
                        Part::Text => fields.text = Some(value),
                        Part::Room => fields.room = Some(value),
                        Part::UsualTime => fields.time = Some(usual_time(value)?),
                        Part::Literal(_) | Part::Time(_) | Part::Skip => {}
                    }
                    after
                }
            };
        }
        Some((fields, rest))
    }

    fn has_nick_and_text(&self) -> bool {
        let has = |wanted: fn(&Part) -> bool| self.parts.iter().any(wanted);
        has(|part| matches!(part, Part::Nick)) && has(|part| matches!(part, Part::Text))
    }
}

fn placeholder(name: &str) -> Result<Part, &'static str> {
    Ok(match name {
        "time" => Part::UsualTime,
        "nick" => Part::Nick,
        "text" => Part::Text,
        "room" => Part::Room,
        "skip" => Part::Skip,
        other => {
            let format = other
                .strip_prefix("time:")
                .ok_or("a placeholder is none of time, nick, text, room and skip")?;
            let items = StrftimeItems::new(format)
                .parse_to_owned()
                .map_err(|_| "a form of time is not one of strftime")?;
            Part::Time(items)
        }
    })
}

fn read_time<'l>(items: &[Item<'static>], text: &'l str) -> Option<(LineTime, &'l str)> {
    let mut parsed = Parsed::new();
    let rest = parse_and_remainder(&mut parsed, text, items.iter()).ok()?;
    if let Ok(instant) = parsed.to_naive_datetime_with_offset(0)
        && parsed.timestamp().is_some()
    {
        let time = LineTime {
            date: Some(instant.date()),
            time: Some(instant.time()),
            precision: Some(TimePrecision::Second),
            offset_seconds: Some(0),
            month_and_day: None,
        };
        return Some((time, rest));
    }
    let time = LineTime {
        date: parsed.to_naive_date().ok(),
        month_and_day: parsed.month().zip(parsed.day()),
        time: parsed.to_naive_time().ok(),
        precision: Some(match (parsed.second(), parsed.minute()) {
            (Some(_), _) => TimePrecision::Second,
            (None, Some(_)) => TimePrecision::Minute,
            (None, None) => TimePrecision::Day,
        }),
        offset_seconds: parsed.offset(),
    };
    (time.date.is_some() || time.time.is_some()).then_some((time, rest))
}

/// An instant as [`read_instant`] reads it, or a time of day.
fn usual_time(text: &str) -> Option<LineTime> {
    if let Some(read) = read_instant(text) {
        let utc = read.instant.naive_utc();
        return Some(LineTime {
            date: Some(utc.date()),
            time: Some(utc.time()),
            precision: Some(read.precision),
            offset_seconds: (!read.is_zone_assumed).then_some(0),
            month_and_day: None,
        });
    }
    let (time, precision) = [
        ("%H:%M:%S%.f", TimePrecision::Second),
        ("%H:%M", TimePrecision::Minute),
    ]
    .into_iter()
    .find_map(|(format, precision)| {
        let time = NaiveTime::parse_from_str(text.trim(), format).ok()?;
        Some((time, precision))
    })?;
    Some(LineTime {
        time: Some(time),
        precision: Some(precision),
        ..LineTime::default()
    })
}

/// What a form of line means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Somebody says something.
    Message,
    /// Somebody joins, leaves, changes something: an event, not a text.
    Event,
    /// Somebody takes another nick, which is the text of the line.
    NickChange,
    /// The log itself tells the day of the lines that follow.
    Day,
    /// The log itself tells the room of the lines that follow.
    Room,
    /// The log tells something that is no record.
    Nothing,
}

/// The forms that lines have. The first that fits counts.
pub(super) struct LineForms {
    /// How the time stands at the start of a line.
    pub stamps: &'static [&'static str],
    /// What follows the time.
    pub stamped: &'static [(&'static str, Meaning)],
    /// Lines without a time.
    pub bare: &'static [(&'static str, Meaning)],
    /// Whether the person who imports may declare the form of a message instead.
    pub is_declarable: bool,
    /// Confidence that a file whose lines fit is of this format, in [0, 1].
    pub confidence: f64,
}

/// Forms ready to read lines.
#[derive(Debug, Clone)]
pub(super) struct CompiledForms {
    stamps: Vec<Pattern>,
    stamped: Vec<(Pattern, Meaning)>,
    bare: Vec<(Pattern, Meaning)>,
}

/// What a line is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LineKind<'l> {
    /// A line of a known form.
    Known(Meaning, LineFields<'l>),
    /// A line with a time whose rest has no known form.
    OnlyStamped,
    /// Any other line.
    Other,
}

impl LineForms {
    /// Compiles the forms, with a declared pattern instead of those of messages.
    ///
    /// # Errors
    ///
    /// [`ImportError::LinePattern`].
    pub fn compile(&self, declared: Option<&str>) -> Result<CompiledForms, ImportError> {
        if let Some(text) = declared {
            let pattern = Pattern::parse(text).map_err(|problem| mistake(text, problem))?;
            if !pattern.has_nick_and_text() {
                return Err(mistake(text, "it needs both {nick} and {text}"));
            }
            return Ok(CompiledForms {
                stamps: Vec::new(),
                stamped: Vec::new(),
                bare: vec![(pattern, Meaning::Message)],
            });
        }
        let compile = |text: &&str| Pattern::parse(text).map_err(|problem| mistake(text, problem));
        let compile_forms = |forms: &[(&'static str, Meaning)]| {
            forms
                .iter()
                .map(|(text, meaning)| Ok((compile(text)?, *meaning)))
                .collect::<Result<Vec<_>, ImportError>>()
        };
        Ok(CompiledForms {
            stamps: self.stamps.iter().map(compile).collect::<Result<_, _>>()?,
            stamped: compile_forms(self.stamped)?,
            bare: compile_forms(self.bare)?,
        })
    }
}

fn mistake(pattern: &str, problem: &'static str) -> ImportError {
    ImportError::LinePattern {
        pattern: pattern.to_string(),
        problem,
        example: EXAMPLE,
    }
}

impl CompiledForms {
    /// Reads a line.
    pub fn read<'l>(&self, line: &'l str, is_irc: bool) -> LineKind<'l> {
        let fitting = |forms: &[(Pattern, Meaning)], text: &'l str| {
            forms.iter().find_map(|(pattern, meaning)| {
                let fields = pattern.read(text)?;
                let is_nick = fields
                    .nick
                    .is_none_or(|nick| is_possible_nick(nick, is_irc));
                is_nick.then_some((*meaning, fields))
            })
        };
        if let Some((meaning, fields)) = fitting(&self.bare, line) {
            return LineKind::Known(meaning, fields);
        }
        let mut is_stamped = false;
        for stamp in &self.stamps {
            let Some((stamp_fields, rest)) = stamp.read_start(line) else {
                continue;
            };
            is_stamped = true;
            if let Some((meaning, fields)) = fitting(&self.stamped, rest) {
                let fields = LineFields {
                    time: stamp_fields.time,
                    ..fields
                };
                return LineKind::Known(meaning, fields);
            }
        }
        if is_stamped {
            LineKind::OnlyStamped
        } else {
            LineKind::Other
        }
    }

    /// Whether a line is of a known form.
    pub fn fits(&self, line: &str, is_irc: bool) -> bool {
        matches!(self.read(line, is_irc), LineKind::Known(..))
    }
}

/// Longest nick, in bytes: display names of other systems are longer than those of IRC.
const NICK_BYTES_MAX: usize = 256;

fn is_possible_nick(nick: &str, is_irc: bool) -> bool {
    let bare = nick.trim();
    !bare.is_empty()
        && bare.len() <= NICK_BYTES_MAX
        && (!is_irc || !bare.contains(char::is_whitespace))
}
