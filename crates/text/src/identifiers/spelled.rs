//! Addresses whose signs are spelled out against harvesters: `bob [at] mail [dot] ru`,
//! `bob(собака)mail.ru`, `bob at mail dot ru`, `bob@mail[.]ru`.
//!
//! The caller has found a word that stands for the at sign or the dot; what is around it is read
//! within a bounded distance.

use super::address;
use super::scan::{Candidate, Shape};

const LOCAL_BYTES_MAX: usize = 64;
const HOST_LABEL_COUNT_MAX: usize = 5;
const HOST_LABEL_BYTES_MAX: usize = 63;

/// What may stand for a dot, the longer of two with the same start first.
const SPELLED_DOTS: &[&str] = &[
    " [dot] ",
    " (dot) ",
    " {dot} ",
    "[dot]",
    "(dot)",
    "{dot}",
    " dot ",
    "[.]",
    "(.)",
    " точка ",
    "[точка]",
    "(точка)",
];

/// The address around a sign that stands for "@" and lies in a range of the text. A bare word
/// ("at") is believed only if a dot is spelled out too and no phrase goes on behind the host
/// ("look at this dot com bubble").
pub(super) fn address_around(
    text: &str,
    sign_start: usize,
    sign_end: usize,
    needs_spelled_dot: bool,
) -> Option<Candidate> {
    let (start, local) = local_before(text, sign_start)?;
    let host = Host::read(text, sign_end)?;
    let is_phrase = || {
        text[host.end..]
            .strip_prefix(' ')
            .is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
    };
    let is_word = text[sign_start..].starts_with(' ');
    if needs_spelled_dot && (!host.has_spelled_dot || is_word && is_phrase()) {
        return None;
    }
    let value = address::normalize_email(&format!("{local}@{}", host.name))?;
    Some(Candidate {
        shape: Shape::Address(value),
        start,
        end: host.end,
    })
}

/// The address whose first dot is the word "dot" at a position, behind "name at host".
pub(super) fn address_before_dot(text: &str, dot_start: usize) -> Option<Candidate> {
    const AT: &str = " at ";
    let host_bytes = text.as_bytes()[..dot_start]
        .iter()
        .rev()
        .take(HOST_LABEL_BYTES_MAX)
        .take_while(|byte| is_host_byte(**byte))
        .count();
    let sign_end = dot_start - host_bytes;
    let sign_start = sign_end.checked_sub(AT.len())?;
    let is_at = text.get(sign_start..sign_end)?.eq_ignore_ascii_case(AT);
    is_at
        .then(|| address_around(text, sign_start, sign_end, true))
        .flatten()
}

/// Start and text of the local part that ends at a position, with spelled dots inside it.
fn local_before(text: &str, sign_start: usize) -> Option<(usize, String)> {
    let trimmed = text[..sign_start].trim_end_matches(' ');
    if sign_start - trimmed.len() > 1 {
        return None;
    }
    let mut start = trimmed.len();
    let mut local = String::new();
    loop {
        let count = text.as_bytes()[..start]
            .iter()
            .rev()
            .take(LOCAL_BYTES_MAX)
            .take_while(|byte| address::is_local_byte(**byte))
            .count();
        local.insert_str(0, &text[start - count..start]);
        start -= count;
        let dot = SPELLED_DOTS
            .iter()
            .find(|dot| !dot.starts_with(' ') && text[..start].ends_with(*dot));
        match dot {
            Some(dot) if count > 0 && local.len() < LOCAL_BYTES_MAX => {
                local.insert(0, '.');
                start -= dot.len();
            }
            _ => break,
        }
    }
    (!local.is_empty() && !text[..start].ends_with(['@', '/'])).then_some((start, local))
}

struct Host {
    name: String,
    end: usize,
    has_spelled_dot: bool,
}

impl Host {
    fn read(text: &str, sign_end: usize) -> Option<Self> {
        let mut at = sign_end;
        at += usize::from(text[at..].starts_with(' '));
        let mut host = Self {
            name: String::new(),
            end: at,
            has_spelled_dot: false,
        };
        for _ in 0..HOST_LABEL_COUNT_MAX {
            let count = text.as_bytes()[at..]
                .iter()
                .take(HOST_LABEL_BYTES_MAX)
                .take_while(|byte| is_host_byte(**byte))
                .count();
            if count == 0 {
                break;
            }
            if !host.name.is_empty() {
                host.name.push('.');
            }
            host.name.push_str(&text[at..at + count]);
            host.end = at + count;
            let rest = &text[host.end..];
            let Some((dot_bytes, is_spelled)) = dot_at_start(rest) else {
                break;
            };
            host.has_spelled_dot |= is_spelled;
            at = host.end + dot_bytes;
        }
        (!host.name.is_empty()).then_some(host)
    }
}

/// Length of the dot with which a text starts, and whether it is spelled out.
fn dot_at_start(rest: &str) -> Option<(usize, bool)> {
    if rest.starts_with('.') {
        return Some((1, false));
    }
    SPELLED_DOTS
        .iter()
        .find(|dot| {
            rest.get(..dot.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(dot))
        })
        .map(|dot| (dot.len(), true))
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}
