//! Identifiers that are keys in hexadecimal: Tox, Session, OpenPGP.

const TOX_DIGIT_COUNT: usize = 76;
const SESSION_DIGIT_COUNT: usize = 66;
const FINGERPRINT_DIGIT_COUNT: usize = 40;

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

/// OpenPGP fingerprint (version 4) in upper case, without the spaces between its groups.
pub(super) fn normalize_pgp_fingerprint(value: &str) -> Option<String> {
    let value = value.strip_prefix("0x").unwrap_or(value);
    let digits: String = value.chars().filter(|letter| *letter != ' ').collect();
    let is_valid = digits.len() == FINGERPRINT_DIGIT_COUNT && is_hexadecimal(&digits);
    is_valid.then(|| digits.to_ascii_uppercase())
}

pub(super) fn is_hexadecimal(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_hexdigit())
}
