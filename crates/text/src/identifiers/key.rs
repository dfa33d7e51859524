//! Identifiers that are keys in hexadecimal: Tox, Session, OpenPGP.

use entangle_model::IdentifierKind;

use super::scan::{Candidate, Shape, continues};

const TOX_DIGIT_COUNT: usize = 76;
const SESSION_DIGIT_COUNT: usize = 66;
/// Of versions 4 and 6.
const FINGERPRINT_DIGIT_COUNTS: [usize; 2] = [40, 64];
const KEY_ID_DIGIT_COUNTS: [usize; 2] = [8, 16];

/// Tox id in upper case, if its checksum holds: the last two bytes are the exclusive or of
/// the two-byte words before them (Tox specification, "Tox ID").
pub(super) fn normalize_tox(value: &str) -> Option<String> {
    if value.len() != TOX_DIGIT_COUNT || !is_hexadecimal(value) {
        return None;
    }
    let upper = value.to_ascii_uppercase();
    let checksum = (0..TOX_DIGIT_COUNT)
        .step_by(4)
        .filter_map(|at| u16::from_str_radix(&upper[at..at + 4], 16).ok())
        .fold(0, |sum, word| sum ^ word);
    (checksum == 0).then_some(upper)
}

/// Session id in lower case.
pub(super) fn normalize_session(value: &str) -> Option<String> {
    let is_valid =
        value.len() == SESSION_DIGIT_COUNT && value.starts_with("05") && is_hexadecimal(value);
    is_valid.then(|| value.to_ascii_lowercase())
}

/// OpenPGP fingerprint (version 4 or 6) in upper case, without the spaces between its groups.
pub(super) fn normalize_pgp_fingerprint(value: &str) -> Option<String> {
    let value = value.strip_prefix("0x").unwrap_or(value);
    let digits: String = value.chars().filter(|letter| *letter != ' ').collect();
    let is_valid = FINGERPRINT_DIGIT_COUNTS.contains(&digits.len()) && is_hexadecimal(&digits);
    is_valid.then(|| digits.to_ascii_uppercase())
}

/// OpenPGP key id, long or short, in upper case without 0x.
pub(super) fn normalize_pgp_key_id(value: &str) -> Option<String> {
    let digits = value
        .strip_prefix("0x")
        .or_else(|| value.strip_prefix("0X"))
        .unwrap_or(value);
    let is_valid = KEY_ID_DIGIT_COUNTS.contains(&digits.len())
        && is_hexadecimal(digits)
        && digits.bytes().any(|digit| digit.is_ascii_digit());
    is_valid.then(|| digits.to_ascii_uppercase())
}

/// The key id that begins at a byte of the text, with or without 0x. Without it, a letter must
/// occur, which dates and counts do not have.
pub(super) fn key_id_at(text: &str, start: usize) -> Option<Candidate> {
    let rest = &text[start..];
    let prefix_bytes = if rest.starts_with("0x") || rest.starts_with("0X") {
        2
    } else {
        0
    };
    let digits = rest.as_bytes()[prefix_bytes..]
        .iter()
        .take(KEY_ID_DIGIT_COUNTS[1] + 1)
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count();
    let end = start + prefix_bytes + digits;
    let written = &text[start..end];
    let has_sign = prefix_bytes > 0 || written.bytes().any(|byte| byte.is_ascii_alphabetic());
    let value = normalize_pgp_key_id(written)?;
    (has_sign && !continues(text.as_bytes(), end)).then_some(Candidate {
        shape: Shape::Known(IdentifierKind::PgpKeyId, value),
        start,
        end,
    })
}

pub(super) fn is_hexadecimal(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_hexdigit())
}
