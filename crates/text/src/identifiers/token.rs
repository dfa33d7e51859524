//! Values that are recognised by their own form: wallets and keys.
//!
//! Such values are long runs of letters and digits, which ordinary text hardly has. A run of
//! at least n bytes covers every n-th byte of the text, so only those bytes are looked at.

use entangle_model::IdentifierKind;
use memchr::memchr;

use super::scan::{Candidate, Shape};
use super::{key, money, wallet, web};

/// Length of the shortest value, a WebMoney purse.
const TOKEN_BYTES_MIN: usize = 13;

/// Length of the shortest run in which an IP address of version 6 is looked for.
const COLON_RUN_BYTES_MIN: usize = 13;

/// Ten groups of four digits with a space between neighbours.
const GROUPED_FINGERPRINT_BYTES: usize = 49;

const FINGERPRINT_GROUP_COUNT: usize = 10;

/// Finds wallets, purses, Tox and Session ids, keys, hashes, and IP addresses of version 6.
pub(super) fn find_tokens(text: &str, candidates: &mut Vec<Candidate>) {
    for (start, end) in token_runs(text.as_bytes()) {
        if let Some(shape) = shape_of_token(&text[start..end]) {
            candidates.push(Candidate { shape, start, end });
        }
    }
    let is_grouped_byte = |byte: u8| byte.is_ascii_hexdigit() || byte == b' ';
    for (start, end) in long_runs(text.as_bytes(), GROUPED_FINGERPRINT_BYTES, is_grouped_byte) {
        find_grouped_fingerprints(text, start, end, candidates);
    }
    if memchr(b':', text.as_bytes()).is_none() {
        return;
    }
    let is_colon_byte = |byte: u8| byte.is_ascii_hexdigit() || byte == b':';
    for (start, end) in long_runs(text.as_bytes(), COLON_RUN_BYTES_MIN, is_colon_byte) {
        candidates.extend(web::ip_of_run(text, start, end));
    }
}

/// Start and end of every maximal run of letters and digits that is long enough. A run of that
/// length has one of the windows looked at as a whole, wherever it begins.
fn token_runs(bytes: &[u8]) -> Vec<(usize, usize)> {
    const STEP_BYTES: usize = TOKEN_BYTES_MIN + 1 - size_of::<u64>();
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(window) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        if !is_alphanumeric_throughout(u64::from_le_bytes(*window)) {
            at += STEP_BYTES;
            continue;
        }
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric();
        let start = at - bytes[..at].iter().rev().take_while(is_part).count();
        let end = at + bytes[at..].iter().take_while(is_part).count();
        if end - start >= TOKEN_BYTES_MIN {
            runs.push((start, end));
        }
        at = end + 1;
    }
    runs
}

/// Whether eight bytes are all letters and digits of ASCII, asked of all at once: the high bit of
/// each byte of a sum says whether the byte is at least a bound.
fn is_alphanumeric_throughout(window: u64) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let at_least = |bytes: u64, bound: u8| bytes + u64::from(0x80 - bound) * EACH;
    let is_between =
        |bytes: u64, first: u8, last: u8| at_least(bytes, first) & !at_least(bytes, last + 1);
    let low = window & !HIGH;
    let is_letter = is_between(low | (0x20 * EACH), b'a', b'z');
    let is_digit = is_between(low, b'0', b'9');
    (is_letter | is_digit) & !window & HIGH == HIGH
}

/// Start and end of every maximal run of at least `length_min` bytes of a class.
fn long_runs(
    bytes: &[u8],
    length_min: usize,
    is_in_class: impl Fn(u8) -> bool,
) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut run_floor = 0;
    let mut probe = length_min - 1;
    while probe < bytes.len() {
        if !is_in_class(bytes[probe]) {
            run_floor = probe + 1;
            probe += length_min;
            continue;
        }
        let back = bytes[run_floor..probe]
            .iter()
            .rev()
            .take_while(|byte| is_in_class(**byte))
            .count();
        let start = probe - back;
        let forward = bytes[probe..]
            .iter()
            .take_while(|byte| is_in_class(**byte))
            .count();
        let end = probe + forward;
        if end - start >= length_min {
            runs.push((start, end));
        }
        run_floor = end;
        probe = end + length_min;
    }
    runs
}

fn shape_of_token(token: &str) -> Option<Shape> {
    let known = |kind, value: Option<String>| value.map(|value| Shape::Known(kind, value));
    match token.len() {
        13 => money::purse_of_token(token).map(Shape::Purse),
        16 | 18 => key_id_of_token(token),
        42 if token.starts_with("0x") => Some(Shape::PrefixedDigits {
            ethereum: wallet::normalize_wallet(IdentifierKind::Ethereum, token),
            fingerprint: key::normalize_pgp_fingerprint(token)?,
        }),
        32 | 40 | 64 if key::is_hexadecimal(token) => Some(Shape::Digest),
        66 if key::is_hexadecimal(token) => {
            known(IdentifierKind::Session, key::normalize_session(token))
        }
        76 => known(IdentifierKind::Tox, key::normalize_tox(token)),
        26..=106 => wallet::wallet_of_token(token).map(|(kind, value)| Shape::Known(kind, value)),
        _ => None,
    }
}

fn key_id_of_token(token: &str) -> Option<Shape> {
    let has_prefix = token.starts_with("0x");
    let has_letter = token.bytes().any(|byte| byte.is_ascii_alphabetic());
    (has_prefix == (token.len() == 18) && has_letter)
        .then(|| key::normalize_pgp_key_id(token).map(Shape::KeyId))
        .flatten()
}

/// Finds exactly ten neighbouring groups of four digits. Both letters and decimal digits must
/// occur, which neither card numbers nor words have.
fn find_grouped_fingerprints(
    text: &str,
    start: usize,
    end: usize,
    candidates: &mut Vec<Candidate>,
) {
    let mut groups: Vec<(usize, usize)> = Vec::new();
    let mut at = start;
    for part in text[start..end].split_inclusive(' ') {
        let group = part.trim_end_matches(' ');
        if group.len() == 4 {
            groups.push((at, at + 4));
        } else if !group.is_empty() {
            push_fingerprint(text, &groups, candidates);
            groups.clear();
        }
        at += part.len();
    }
    push_fingerprint(text, &groups, candidates);
}

fn push_fingerprint(text: &str, groups: &[(usize, usize)], candidates: &mut Vec<Candidate>) {
    let ([(start, _), .., (_, end)], FINGERPRINT_GROUP_COUNT) = (groups, groups.len()) else {
        return;
    };
    let written = &text[*start..*end];
    let has_letters = written.bytes().any(|byte| byte.is_ascii_alphabetic());
    let has_decimals = written.bytes().any(|byte| byte.is_ascii_digit());
    if has_letters
        && has_decimals
        && let Some(value) = key::normalize_pgp_fingerprint(written)
    {
        let shape = Shape::Known(IdentifierKind::PgpFingerprint, value);
        candidates.push(Candidate {
            shape,
            start: *start,
            end: *end,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn long_runs_are_those_a_full_scan_finds(text in "[ab ]{0,60}", length_min in 1usize..6) {
            let mut expected = Vec::new();
            let mut at = 0;
            for part in text.split_inclusive(' ') {
                let run = part.trim_end_matches(' ');
                if run.len() >= length_min {
                    expected.push((at, at + run.len()));
                }
                at += part.len();
            }
            prop_assert_eq!(long_runs(text.as_bytes(), length_min, |byte| byte != b' '), expected);
        }

        #[test]
        fn runs_of_letters_and_digits_are_those_of_any_class(
            text in "([a-z]{1,15}|[A-Z0-9]{1,15}|[@-`{/:]|жа| ){0,12}"
        ) {
            let bytes = text.as_bytes();
            let expected = long_runs(bytes, TOKEN_BYTES_MIN, |byte| byte.is_ascii_alphanumeric());
            prop_assert_eq!(token_runs(bytes), expected);
        }

        #[test]
        fn eight_bytes_are_asked_as_one_by_one(bytes: [u8; 8]) {
            let ascii = bytes.map(|byte| byte & 0x7f);
            for bytes in [bytes, ascii] {
                let expected = bytes.iter().all(u8::is_ascii_alphanumeric);
                prop_assert_eq!(is_alphanumeric_throughout(u64::from_le_bytes(bytes)), expected);
            }
        }
    }
}
