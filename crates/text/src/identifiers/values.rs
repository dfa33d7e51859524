//! Which stretch of text behind a label is its value, and whether it may be one.
//!
//! Labels are words of ordinary language ("skype", "сайт", "icq"), so each kind says here what
//! of the text behind one is too common to be a value: years, counts, adjectives.

use entangle_model::IdentifierKind;

use super::scan::{Candidate, Shape, continues};
use super::{claim, handle};

/// Names that follow the first behind one label ("or", "/").
const FURTHER_VALUE_COUNT_MAX: usize = 4;

/// Words that stand where a name would and say that there is none, or something about it.
const NO_NAMES: &[&str] = &[
    "available",
    "banned",
    "based",
    "blocked",
    "broken",
    "business",
    "channel",
    "contact",
    "deleted",
    "desktop",
    "disabled",
    "frozen",
    "group",
    "groups",
    "hacked",
    "hidden",
    "later",
    "messenger",
    "needed",
    "never",
    "none",
    "nothing",
    "offline",
    "online",
    "please",
    "premium",
    "private",
    "removed",
    "request",
    "required",
    "secret",
    "settings",
    "support",
    "unavailable",
    "unknown",
    "username",
    "working",
];

/// Words behind a number that make it a count.
const COUNTED_THINGS: &[&str] = &[
    "users",
    "people",
    "members",
    "accounts",
    "messages",
    "contacts",
    "usd",
    "rub",
    "руб",
    "рублей",
    "р",
    "человек",
    "номеров",
    "уинов",
    "аккаунтов",
    "шт",
    "год",
    "раз",
    "сообщений",
];

/// An ICQ number, in one piece, with dashes, or in groups of digits.
pub(super) fn icq_at(text: &str, start: usize, has_mark: bool) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let length = bytes[start..]
        .iter()
        .take(handle::HANDLE_BYTES_MAX)
        .take_while(|byte| byte.is_ascii_digit() || **byte == b'-')
        .count();
    let first = text[start..start + length].trim_end_matches('-');
    let written = grouped_digits(&text[start..], first, has_mark);
    let end = start + written.len();
    let goes_on = continues(bytes, end) || text[end..].starts_with(char::is_alphabetic);
    let is_count = !has_mark && COUNTED_THINGS.contains(&next_word(&text[end..]));
    let value = handle::normalize_icq(written).filter(|_| {
        !goes_on
            && !is_count
            && !is_date_or_years(written)
            && written.starts_with(|first: char| first.is_ascii_digit())
    })?;
    Some(Candidate {
        shape: Shape::Known(IdentifierKind::Icq, value),
        start,
        end,
    })
}

/// Digits with single spaces between groups of three, of which there must be three or, behind a
/// mark, two: "612 455 098". Otherwise the first piece alone.
fn grouped_digits<'text>(rest: &'text str, first: &'text str, has_mark: bool) -> &'text str {
    let is_group =
        |group: &str| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    let mut end = first.len();
    let mut group_count = usize::from(is_group(first));
    if group_count == 0 {
        return first;
    }
    while group_count < 3
        && let Some(group) = rest[end..].strip_prefix(' ').and_then(|rest| rest.get(..3))
        && is_group(group)
    {
        end += 4;
        group_count += 1;
    }
    let group_count_min = if has_mark { 2 } else { 3 };
    if group_count >= group_count_min {
        &rest[..end]
    } else {
        first
    }
}

/// "2003-2007", "12-05-2010", "2010-05-12".
fn is_date_or_years(written: &str) -> bool {
    let is_year =
        |part: &str| part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
    let parts: Vec<&str> = written.split('-').collect();
    match parts.as_slice() {
        [first, last] => is_year(first) && is_year(last),
        [first, middle, last] => {
            middle.len() == 2
                && (is_year(first) && last.len() == 2 || is_year(last) && first.len() <= 2)
        }
        _ => false,
    }
}

/// A Telegram handle or Skype name. `is_assigned` says that the label assigns it; otherwise only
/// a name that is no word of a language is taken.
pub(super) fn name_at(
    text: &str,
    kind: IdentifierKind,
    start: usize,
    is_assigned: bool,
    is_introduced: bool,
) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let end = name_end(bytes, kind, start);
    if continues(bytes, end) {
        return None;
    }
    let written = &text[start..end];
    let is_word = written.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_taken = match (is_assigned, is_word) {
        (true, true) => stands_alone(text, end) && !is_no_name(written),
        (true, false) => true,
        (false, true) => false,
        (false, false) => {
            let has_sign = written.contains(['_', '.']);
            has_sign || is_introduced
        }
    };
    if !is_taken {
        return None;
    }
    let value = super::normalize(kind, written)?;
    Some(Candidate {
        shape: Shape::Known(kind, value),
        start,
        end,
    })
}

fn is_no_name(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    NO_NAMES.contains(&lower.as_str())
}

fn name_end(bytes: &[u8], kind: IdentifierKind, start: usize) -> usize {
    match kind {
        IdentifierKind::Skype | IdentifierKind::Wickr => return skype_name_end(bytes, start),
        _ => {}
    }
    let length = bytes[start..]
        .iter()
        .take(handle::HANDLE_BYTES_MAX)
        .take_while(|byte| handle::is_telegram_byte(**byte))
        .count();
    start + length
}

/// A Discord name with its digits, a name that the label assigns, or the number of an account.
pub(super) fn discord_at(
    text: &str,
    start: usize,
    is_assigned: bool,
    is_introduced: bool,
) -> Option<Candidate> {
    let rest = &text[start..];
    let name_bytes = bytes_of(rest, handle::is_old_discord_letter);
    let digits = rest[name_bytes..]
        .strip_prefix('#')
        .map(|behind| bytes_of(behind, |letter| letter.is_ascii_digit()));
    let is_assigned_name = |written: &str| {
        let is_number = written.bytes().all(|byte| byte.is_ascii_digit());
        let is_word = written.bytes().all(|byte| byte.is_ascii_alphabetic());
        let end = start + written.len();
        is_number
            || is_assigned && (!is_word || stands_alone(text, end) && !is_no_name(written))
            || !is_word && (is_introduced || written.contains(['_', '.']))
    };
    let (written, is_taken) = match digits {
        Some(4) => (&rest[..name_bytes + 5], true),
        _ => {
            let written = rest[..name_bytes].trim_end_matches(['.', '-', '!', '$']);
            (written, is_assigned_name(written))
        }
    };
    let end = start + written.len();
    if !is_taken || continues(text.as_bytes(), end) {
        return None;
    }
    let value = handle::normalize_discord(written)?;
    Some(Candidate {
        shape: Shape::Known(IdentifierKind::Discord, value),
        start,
        end,
    })
}

/// Bytes of the letters of a class with which a text begins.
fn bytes_of(text: &str, is_in_class: impl Fn(char) -> bool) -> usize {
    text.chars()
        .take(handle::HANDLE_BYTES_MAX)
        .take_while(|letter| is_in_class(*letter))
        .map(char::len_utf8)
        .sum()
}

/// The number of a Telegram account behind its label, which must speak of an id.
pub(super) fn telegram_id_at(text: &str, start: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let length = bytes[start..]
        .iter()
        .take(handle::HANDLE_BYTES_MAX)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let end = start + length;
    let is_negative = text[..start].ends_with('-');
    let value = handle::normalize_telegram_id(&text[start..end])?;
    (!is_negative && !continues(bytes, end)).then_some(Candidate {
        shape: Shape::Known(IdentifierKind::TelegramId, value),
        start,
        end,
    })
}

/// Where a Skype name that starts at a position ends.
pub(super) fn skype_name_end(bytes: &[u8], start: usize) -> usize {
    let name = bytes[start..]
        .iter()
        .take(handle::HANDLE_BYTES_MAX)
        .take_while(|byte| handle::is_skype_byte(**byte))
        .count();
    let trailing = bytes[start..start + name]
        .iter()
        .rev()
        .take_while(|byte| !byte.is_ascii_alphanumeric())
        .count();
    start + name - trailing
}

/// Values that follow one that was found: "442211 or 442212", "bob_a / bob_b".
pub(super) fn further_values(text: &str, first: &Candidate, candidates: &mut Vec<Candidate>) {
    let Shape::Known(kind, _) = first.shape else {
        return;
    };
    let mut end = first.end;
    for _ in 0..FURTHER_VALUE_COUNT_MAX {
        let joint = [" / ", "/", " or ", " и ", " или ", " and ", ", "]
            .iter()
            .find(|joint| text[end..].starts_with(**joint));
        let Some(start) = joint.map(|joint| end + joint.len()) else {
            return;
        };
        let further = match kind {
            IdentifierKind::Icq => icq_at(text, start, false),
            IdentifierKind::Telegram => name_at(text, kind, start, false, false),
            _ => None,
        };
        let Some(further) = further else { return };
        end = further.end;
        candidates.push(further);
    }
}

/// The host of an own web site, with or without scheme.
pub(super) fn site_at(text: &str, start: usize) -> Option<Candidate> {
    let rest = &text[start..];
    let scheme_bytes = ["https://", "http://"]
        .iter()
        .find(|scheme| {
            rest.get(..scheme.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
        })
        .map_or(0, |scheme| scheme.len());
    let host_start = start + scheme_bytes;
    let length = text.as_bytes()[host_start..]
        .iter()
        .take(handle::HANDLE_BYTES_MAX)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
        .count();
    let host = text[host_start..host_start + length].trim_end_matches(['.', '-']);
    let end = host_start + host.len();
    if !host.contains('.') || text[end..].starts_with('@') {
        return None;
    }
    let value = super::normalize(IdentifierKind::Domain, host)?;
    Some(Candidate {
        shape: Shape::Known(IdentifierKind::Domain, value),
        start: host_start,
        end,
    })
}

/// A telephone number written with 00 for the plus sign, or alone in the path of a link.
pub(super) fn phone_at(text: &str, start: usize, is_link: bool) -> Option<Candidate> {
    let is_part = |byte: &u8| {
        byte.is_ascii_digit() || !is_link && matches!(byte, b' ' | b'-' | b'(' | b')' | b'.')
    };
    let length = text.as_bytes()[start..]
        .iter()
        .take(30)
        .take_while(|byte| is_part(byte))
        .count();
    let written = text[start..start + length].trim_end_matches([' ', '-', '(', ')', '.']);
    let end = start + written.len();
    let value = if is_link {
        handle::normalize_phone(&format!("+{written}"))?
    } else {
        handle::normalize_phone(written)?
    };
    (!continues(text.as_bytes(), end) || is_link).then_some(Candidate {
        shape: Shape::Known(IdentifierKind::Phone, value),
        start,
        end,
    })
}

/// Whether no phrase goes on behind a word: no further word follows, or one that joins values.
fn stands_alone(text: &str, end: usize) -> bool {
    let next = next_word(&text[end..]);
    next.is_empty() || claim::label_of(next).is_some() || matches!(next, "or" | "and" | "или" | "и")
}

/// The word behind spaces; empty if something else is there.
fn next_word(behind: &str) -> &str {
    let behind = behind.trim_start_matches([' ', '\t']);
    let word_end = behind
        .find(|letter: char| !letter.is_alphanumeric())
        .unwrap_or(behind.len());
    &behind[..word_end]
}
