//! Wallets: Bitcoin, Ethereum, Monero.

use super::key::is_hexadecimal;

const BITCOIN_PUBLIC_KEY_HASH_VERSION: u8 = 0x00;
const BITCOIN_SCRIPT_HASH_VERSION: u8 = 0x05;
const BITCOIN_PAYLOAD_BYTES: usize = 21;

/// Bitcoin address with a valid checksum: base58check as written, or segregated witness
/// (BIP 173, BIP 350) in lower case.
pub(super) fn normalize_bitcoin(value: &str) -> Option<String> {
    let is_witness = value
        .get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("bc1"));
    if is_witness {
        return bech32::segwit::decode(value)
            .is_ok()
            .then(|| value.to_ascii_lowercase());
    }
    if !(26..=35).contains(&value.len()) {
        return None;
    }
    let payload = bs58::decode(value).with_check(None).into_vec().ok()?;
    let is_known_version = matches!(
        payload.first(),
        Some(&BITCOIN_PUBLIC_KEY_HASH_VERSION | &BITCOIN_SCRIPT_HASH_VERSION)
    );
    (payload.len() == BITCOIN_PAYLOAD_BYTES && is_known_version).then(|| value.to_string())
}

/// Ethereum address in lower case. The checksum that capital letters may carry is not checked,
/// because many programs write addresses without it; an address of one repeated digit is a
/// placeholder.
pub(super) fn normalize_ethereum(value: &str) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    let digits = lower.strip_prefix("0x")?;
    let is_repeated = digits
        .bytes()
        .all(|digit| digits.starts_with(char::from(digit)));
    (digits.len() == 40 && is_hexadecimal(digits) && !is_repeated).then(|| lower.clone())
}

/// Monero address as written: main net, standard (4), subaddress (8) or integrated (4, 106
/// characters). The shape is checked, not the checksum.
pub(super) fn normalize_monero(value: &str) -> Option<String> {
    let bytes = value.as_bytes();
    let has_shape = matches!(
        (bytes.len(), bytes.first()),
        (95, Some(b'4' | b'8')) | (106, Some(b'4'))
    );
    let has_second = matches!(bytes.get(1), Some(b'1'..=b'9' | b'A'..=b'C'));
    (has_shape && has_second && bytes[1..].iter().all(|byte| is_base58(*byte)))
        .then(|| value.to_string())
}

/// Digits and letters without 0, O, I and l.
fn is_base58(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() && !matches!(byte, b'0' | b'O' | b'I' | b'l')
}
