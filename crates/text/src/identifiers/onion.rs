//! Onion addresses of Tor.

use entangle_model::IdentifierKind;
use sha3::{Digest, Sha3_256};

use super::scan::{Candidate, Shape};

/// What onion addresses end with.
pub(super) const ENDING: &str = ".onion";

const SECOND_VERSION_LETTERS: usize = 16;
const THIRD_VERSION_LETTERS: usize = 56;
const PUBLIC_KEY_BYTES: usize = 32;

/// Onion address in lower case, without scheme, subdomains and path. Version 3 (56 letters) must
/// have its checksum; version 2 (16 letters), which Tor no longer serves, has none.
pub(super) fn normalize_onion(value: &str) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    let without_scheme = lower
        .split_once("://")
        .map_or(lower.as_str(), |(_, rest)| rest);
    let host = without_scheme.split(['/', '?', '#', ':']).next()?;
    let name = host.strip_suffix(ENDING)?.rsplit('.').next()?;
    is_onion_name(name).then(|| format!("{name}{ENDING}"))
}

/// The address whose ending stands at a byte of the text.
pub(super) fn onion_at(text: &str, ending_start: usize) -> Option<Candidate> {
    let end = ending_start + ENDING.len();
    let bytes = text.as_bytes();
    let goes_on = bytes
        .get(end)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    let length = bytes[..ending_start]
        .iter()
        .rev()
        .take(THIRD_VERSION_LETTERS + 1)
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let start = ending_start - length;
    let value = normalize_onion(&text[start..end])?;
    let is_mail_host = start > 0 && bytes[start - 1] == b'@';
    (!goes_on && !is_mail_host).then_some(Candidate {
        shape: Shape::Known(IdentifierKind::Onion, value),
        start,
        end,
    })
}

fn is_onion_name(name: &str) -> bool {
    match name.len() {
        SECOND_VERSION_LETTERS => decode(name).is_some(),
        THIRD_VERSION_LETTERS => decode(name).is_some_and(|bytes| has_checksum(&bytes)),
        _ => false,
    }
}

/// Tor's rend-spec-v3: public key, two bytes of checksum, version.
fn has_checksum(bytes: &[u8]) -> bool {
    let Some((public_key, [first, second, version])) = bytes.split_at_checked(PUBLIC_KEY_BYTES)
    else {
        return false;
    };
    let hash = Sha3_256::new()
        .chain_update(b".onion checksum")
        .chain_update(public_key)
        .chain_update([*version])
        .finalize();
    *version == 3 && hash.starts_with(&[*first, *second])
}

/// Base32 in lower case.
fn decode(name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(name.len() * 5 / 8);
    let (mut pending, mut pending_bits) = (0u32, 0);
    for letter in name.bytes() {
        let value = match letter {
            b'a'..=b'z' => letter - b'a',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        pending = pending << 5 | u32::from(value);
        pending_bits += 5;
        if pending_bits >= 8 {
            pending_bits -= 8;
            bytes.push((pending >> pending_bits) as u8);
            pending &= (1 << pending_bits) - 1;
        }
    }
    Some(bytes)
}
