//! Values that a sign gives away: addresses and handles by "@", telephone numbers by "+", hosts
//! and IP addresses by a dot between letters or digits.

use entangle_model::IdentifierKind;
use memchr::memchr3_iter;

use super::scan::{Candidate, Shape, continues};
use super::{address, handle, hosts, spelled, web};

const HOST_BYTES_MAX: usize = 253;
const LOCAL_BYTES_MAX: usize = 64;
const TELEPHONE_BYTES_MAX: usize = 30;

/// Finds e-mail and Jabber addresses, handles behind an at sign, telephone numbers, hosts without
/// scheme, and IP addresses.
pub(super) fn find_signs(text: &str, candidates: &mut Vec<Candidate>) {
    let bytes = text.as_bytes();
    for at in memchr3_iter(b'@', b'+', b'.', bytes) {
        let candidate = match bytes[at] {
            b'+' => telephone_at(text, at),
            b'.' => dotted_at(text, at),
            _ => address_at(text, at)
                .or_else(|| at_handle_at(text, at))
                .or_else(|| matrix_at(text, at))
                .or_else(|| guarded_address_at(text, at)),
        };
        candidates.extend(candidate);
    }
}

/// An IP address around its first dot, or a host around the dot before its last label.
fn dotted_at(text: &str, at: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let before = *bytes.get(at.checked_sub(1)?)?;
    let behind = *bytes.get(at + 1)?;
    if before.is_ascii_digit() && behind.is_ascii_digit() {
        return web::ip_at(text, at);
    }
    (before.is_ascii_alphanumeric() && behind.is_ascii_alphabetic())
        .then(|| web::host_at(text, at))
        .flatten()
}

fn address_at(text: &str, at: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let local_floor = at.saturating_sub(LOCAL_BYTES_MAX + 1);
    let local_length = bytes[local_floor..at]
        .iter()
        .rev()
        .take_while(|byte| address::is_local_byte(**byte))
        .count();
    let raw_start = at - local_length;
    let start = raw_start
        + bytes[raw_start..at]
            .iter()
            .take_while(|byte| matches!(byte, b'.' | b'-' | b'_' | b'%' | b'+'))
            .count();
    // Behind "://" stands a name for a log-in and no mail box; behind "@" neither.
    let is_refused =
        start == at || text[..raw_start].ends_with("//") || text[..raw_start].ends_with('@');
    if is_refused {
        return None;
    }
    let host = &text[at + 1..host_end(bytes, at + 1)];
    let host = without_next_sentence(host);
    let end = at + 1 + host.len();
    let value = address::normalize_email(&text[start..end])?;
    let is_cut = bytes.get(end) == Some(&b'@');
    let is_refused = is_cut || hosts::is_placeholder(&value) || is_log_in(text, start, end, &value);
    (!is_refused).then_some(Candidate {
        shape: Shape::Address(value),
        start,
        end,
    })
}

/// Whether an address names a log-in on a machine or a message rather than a mail box:
/// "ssh root@host.net", "git@host.com:path", "://name:password@host.net", "Message-ID: <a@b.net>".
fn is_log_in(text: &str, start: usize, end: usize, value: &str) -> bool {
    const BEFORE_BYTES_MAX: usize = 80;
    let mut floor = start.saturating_sub(BEFORE_BYTES_MAX);
    while !text.is_char_boundary(floor) {
        floor += 1;
    }
    let before = &text[floor..start];
    let behind = &text[end..];
    let is_password = before.ends_with(':')
        && before
            .rsplit(char::is_whitespace)
            .next()
            .is_some_and(|token| token.contains("//"));
    let is_path = behind.starts_with(":/") || value.starts_with("git@") && behind.starts_with(':');
    let last_word = before
        .trim_end_matches(|letter: char| !letter.is_ascii_alphabetic())
        .rsplit(|letter: char| !letter.is_ascii_alphabetic() && letter != '-')
        .next()
        .unwrap_or_default();
    let is_command = ["ssh", "scp", "sftp", "rsync", "message-id"]
        .iter()
        .any(|command| last_word.eq_ignore_ascii_case(command));
    is_password || is_path || is_command
}

/// An address whose at sign stands in brackets, or whose dot does: "bob [@] mail.ru",
/// "bob@mail[.]ru".
fn guarded_address_at(text: &str, at: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let is_bracketed = at > 0
        && matches!(
            (bytes[at - 1], bytes.get(at + 1)),
            (b'[', Some(b']')) | (b'(', Some(b')')) | (b'{', Some(b'}'))
        );
    if is_bracketed {
        return spelled::address_around(text, at - 1, at + 2, false);
    }
    let has_neighbours = at > 0
        && address::is_local_byte(bytes[at - 1])
        && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
    has_neighbours
        .then(|| spelled::address_around(text, at, at + 1, true))
        .flatten()
}

fn host_end(bytes: &[u8], start: usize) -> usize {
    let ceiling = bytes.len().min(start + HOST_BYTES_MAX);
    let length = bytes[start..ceiling]
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
        .count();
    start + length
}

/// Cuts off the punctuation behind a host, and a next sentence that follows without a space
/// ("write to a@b.com.Thanks").
fn without_next_sentence(host: &str) -> &str {
    let host = host.trim_end_matches(['.', '-']);
    match host.rsplit_once('.') {
        Some((before, last))
            if before.contains('.')
                && last.starts_with(|first: char| first.is_ascii_uppercase()) =>
        {
            let is_shouted = last.bytes().all(|byte| byte.is_ascii_uppercase());
            if is_shouted { host } else { before }
        }
        _ => host,
    }
}

fn at_handle_at(text: &str, at: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let is_glued = at > 0
        && (bytes[at - 1].is_ascii_alphanumeric()
            || matches!(bytes[at - 1], b'/' | b'@' | b'.' | b'_'));
    let length = bytes[at + 1..]
        .iter()
        .take(handle::HANDLE_BYTES_MAX)
        .take_while(|byte| handle::is_telegram_byte(**byte))
        .count();
    let end = at + 1 + length;
    if is_glued || continues(bytes, end) {
        return None;
    }
    let value = handle::normalize_telegram(&text[at..end])?;
    Some(Candidate {
        shape: Shape::AtHandle(value),
        start: at,
        end,
    })
}

/// A Matrix id: "@name:server.org", alone or in a link.
fn matrix_at(text: &str, at: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let is_glued = at > 0
        && (bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'@' | b'.' | b'_'));
    let is_in_path = text[..at].ends_with('/') && !text[..at].ends_with("matrix.to/#/");
    let name_bytes = bytes[at + 1..]
        .iter()
        .take(LOCAL_BYTES_MAX + 1)
        .take_while(|byte| address::is_matrix_byte(**byte))
        .count();
    let colon = at + 1 + name_bytes;
    if is_glued || is_in_path || bytes.get(colon) != Some(&b':') {
        return None;
    }
    let host_end = host_end(bytes, colon + 1);
    let host = without_next_sentence(&text[colon + 1..host_end]);
    let mut end = colon + 1 + host.len();
    let port = text[end..].strip_prefix(':').map_or(0, |behind| {
        behind
            .bytes()
            .take(6)
            .take_while(u8::is_ascii_digit)
            .count()
    });
    if port > 0 {
        end += 1 + port;
    }
    let value = address::normalize_matrix(&text[at..end])?;
    Some(Candidate {
        shape: Shape::Known(IdentifierKind::Matrix, value),
        start: at,
        end,
    })
}

fn telephone_at(text: &str, at: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let is_glued = at > 0
        && (bytes[at - 1].is_ascii_alphanumeric()
            || matches!(bytes[at - 1], b'+' | b'.' | b'/' | b'='));
    if is_glued || !bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let ceiling = bytes.len().min(at + 1 + TELEPHONE_BYTES_MAX);
    let is_part =
        |byte: &u8| byte.is_ascii_digit() || matches!(byte, b' ' | b'-' | b'(' | b')' | b'.');
    let length = bytes[at + 1..ceiling]
        .iter()
        .take_while(|byte| is_part(byte))
        .count();
    let written = text[at..at + 1 + length].trim_end_matches([' ', '-', '(', ')', '.']);
    let end = at + written.len();
    let value = handle::normalize_phone(written)?;
    // Digits in a row are a number; spaced digits may be a list, unless there are enough.
    let is_list = written.contains(' ') && value.len() <= 10;
    let goes_on = bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
    (!is_list && !goes_on).then_some(Candidate {
        shape: Shape::Known(IdentifierKind::Phone, value),
        start: at,
        end,
    })
}
