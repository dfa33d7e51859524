//! Wallets whose addresses carry a checksum. An address with a wrong one is none.

use bs58::Alphabet;
use entangle_model::IdentifierKind;
use sha3::{Digest, Keccak256};

use super::key::is_hexadecimal;
use super::monero;

/// A public key hash or script hash.
const HASH_BYTES: usize = 20;

/// Version bytes before the hash in the base58check addresses of a chain.
const BASE58_VERSIONS: &[(IdentifierKind, &[&[u8]])] = &[
    (IdentifierKind::Bitcoin, &[&[0x00], &[0x05]]),
    (IdentifierKind::Litecoin, &[&[0x30], &[0x32]]),
    (IdentifierKind::Dogecoin, &[&[0x1e], &[0x16]]),
    (IdentifierKind::Dash, &[&[0x4c], &[0x10]]),
    (IdentifierKind::Zcash, &[&[0x1c, 0xb8], &[0x1c, 0xbd]]),
    (IdentifierKind::Tron, &[&[0x41]]),
];

/// Prefixes of segregated-witness addresses (BIP 173, BIP 350).
const WITNESS_PREFIXES: &[(IdentifierKind, &str)] = &[
    (IdentifierKind::Bitcoin, "bc"),
    (IdentifierKind::Litecoin, "ltc"),
];

const CASH_PREFIX: &str = "bitcoincash";
const CASH_PAYLOAD_LETTERS: usize = 42;

/// The address of a chain in its normal form; `None` for a wrong checksum and for kinds that are
/// no wallets.
pub(super) fn normalize_wallet(kind: IdentifierKind, value: &str) -> Option<String> {
    match kind {
        IdentifierKind::Ethereum => normalize_ethereum(value),
        IdentifierKind::Monero => monero::normalize_monero(value),
        IdentifierKind::BitcoinCash => normalize_cash(value),
        _ => normalize_witness(kind, value).or_else(|| normalize_base58(kind, value)),
    }
}

/// The wallet that a run of letters and digits is.
pub(super) fn wallet_of_token(token: &str) -> Option<(IdentifierKind, String)> {
    let kinds: &[IdentifierKind] = match (token.len(), token.as_bytes().first()?) {
        (95 | 106, b'4' | b'8') => &[IdentifierKind::Monero],
        (26..=35, b'1' | b'3') | (26..=90, b'b' | b'B') => &[IdentifierKind::Bitcoin],
        (26..=35, b'L' | b'M') | (26..=90, b'l') => &[IdentifierKind::Litecoin],
        (26..=35, b'D' | b'A' | b'9') => &[IdentifierKind::Dogecoin],
        (26..=35, b'X' | b'7') => &[IdentifierKind::Dash],
        (35, b't') => &[IdentifierKind::Zcash],
        (34, b'T') => &[IdentifierKind::Tron],
        (CASH_PAYLOAD_LETTERS, b'q' | b'p' | b'Q' | b'P') => &[IdentifierKind::BitcoinCash],
        _ => &[],
    };
    kinds
        .iter()
        .find_map(|kind| Some((*kind, normalize_wallet(*kind, token)?)))
}

fn normalize_witness(kind: IdentifierKind, value: &str) -> Option<String> {
    let (_, prefix) = WITNESS_PREFIXES.iter().find(|(of, _)| *of == kind)?;
    let (found_prefix, _) = value.split_once('1')?;
    let is_valid =
        found_prefix.eq_ignore_ascii_case(prefix) && bech32::segwit::decode(value).is_ok();
    is_valid.then(|| value.to_ascii_lowercase())
}

fn normalize_base58(kind: IdentifierKind, value: &str) -> Option<String> {
    let (_, versions) = BASE58_VERSIONS.iter().find(|(of, _)| *of == kind)?;
    if !(26..=35).contains(&value.len()) {
        return None;
    }
    let payload = bs58::decode(value)
        .with_alphabet(Alphabet::BITCOIN)
        .with_check(None)
        .into_vec()
        .ok()?;
    versions
        .iter()
        .any(|version| payload.len() == version.len() + HASH_BYTES && payload.starts_with(version))
        .then(|| value.to_string())
}

/// Ethereum address in lower case. Capital letters carry a checksum (EIP-55), which must hold;
/// one case alone carries none. An address of one repeated digit is a placeholder.
fn normalize_ethereum(value: &str) -> Option<String> {
    let digits = value
        .strip_prefix("0x")
        .or_else(|| value.strip_prefix("0X"))?;
    let is_repeated = digits
        .bytes()
        .all(|digit| digits.starts_with(char::from(digit)));
    if digits.len() != 40 || !is_hexadecimal(digits) || is_repeated {
        return None;
    }
    let is_mixed = digits.bytes().any(|digit| digit.is_ascii_lowercase())
        && digits.bytes().any(|digit| digit.is_ascii_uppercase());
    let lower = digits.to_ascii_lowercase();
    (!is_mixed || has_capital_checksum(digits, &lower)).then(|| format!("0x{lower}"))
}

/// A letter is a capital where the hash of the lower-case digits has a high half byte.
fn has_capital_checksum(digits: &str, lower: &str) -> bool {
    let hash = Keccak256::digest(lower.as_bytes());
    digits.bytes().enumerate().all(|(at, digit)| {
        let half_byte = if at % 2 == 0 {
            hash[at / 2] >> 4
        } else {
            hash[at / 2] & 0x0f
        };
        digit.is_ascii_digit() || digit.is_ascii_uppercase() == (half_byte >= 8)
    })
}

/// Bitcoin Cash address in lower case without its prefix.
fn normalize_cash(value: &str) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    let payload = match lower.split_once(':') {
        Some((prefix, payload)) if prefix == CASH_PREFIX => payload,
        Some(_) => return None,
        None => lower.as_str(),
    };
    let is_one_case = value
        .rsplit(':')
        .next()
        .is_some_and(|written| written == payload || written == payload.to_ascii_uppercase());
    (is_one_case && payload.len() == CASH_PAYLOAD_LETTERS && has_cash_checksum(payload))
        .then(|| payload.to_string())
}

/// The checksum of the Bitcoin Cash address format: a BCH code over the low bits of the prefix, a
/// zero, and the values of the letters.
fn has_cash_checksum(payload: &str) -> bool {
    const LETTERS: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let letter_value = |letter: u8| LETTERS.iter().position(|known| *known == letter);
    let Some(values) = payload
        .bytes()
        .map(letter_value)
        .collect::<Option<Vec<usize>>>()
    else {
        return false;
    };
    let prefix = CASH_PREFIX.bytes().map(|letter| u64::from(letter & 0x1f));
    let all = prefix
        .chain(std::iter::once(0))
        .chain(values.into_iter().map(|value| value as u64));
    all.fold(1, cash_step) == 1
}

fn cash_step(state: u64, value: u64) -> u64 {
    const GENERATORS: [u64; 5] = [
        0x98_f2bc_8e61,
        0x79_b76d_99e2,
        0xf3_3e5f_b3c4,
        0xae_2eab_e2a8,
        0x1e_4f43_e470,
    ];
    let high = state >> 35;
    let shifted = ((state & 0x07_ffff_ffff) << 5) ^ value;
    GENERATORS
        .iter()
        .enumerate()
        .filter(|(bit, _)| high >> bit & 1 == 1)
        .fold(shifted, |state, (_, generator)| state ^ generator)
}
