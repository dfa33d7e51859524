//! Monero addresses: base58 in blocks, with a Keccak checksum.

use sha3::{Digest, Keccak256};

const LETTERS: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Letters and bytes of a whole block, and of the last block of an address.
const BLOCK: (usize, usize) = (11, 8);
const LAST_BLOCK: (usize, usize) = (7, 5);

const CHECKSUM_BYTES: usize = 4;

/// Network bytes of the main net with the letters of an address: standard, integrated (with a
/// payment id), subaddress.
const SHAPES: &[(u8, usize)] = &[(18, 95), (19, 106), (42, 95)];

/// Monero address of the main net as written, if its checksum holds.
pub(super) fn normalize_monero(value: &str) -> Option<String> {
    let has_length = SHAPES.iter().any(|(_, length)| *length == value.len());
    if !has_length || !value.is_ascii() {
        return None;
    }
    let bytes = decode(value.as_bytes())?;
    let (payload, checksum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM_BYTES)?)?;
    let network = *payload.first()?;
    let is_valid = SHAPES.contains(&(network, value.len()))
        && Keccak256::digest(payload).starts_with(checksum);
    is_valid.then(|| value.to_string())
}

fn decode(letters: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(letters.len());
    for block in letters.chunks(BLOCK.0) {
        let byte_count = match block.len() {
            length if length == BLOCK.0 => BLOCK.1,
            length if length == LAST_BLOCK.0 => LAST_BLOCK.1,
            _ => return None,
        };
        let mut number: u128 = 0;
        for letter in block {
            let value = LETTERS.iter().position(|known| known == letter)?;
            number = number * LETTERS.len() as u128 + value as u128;
        }
        if number >> (8 * byte_count) != 0 {
            return None;
        }
        bytes.extend_from_slice(&number.to_be_bytes()[16 - byte_count..]);
    }
    Some(bytes)
}
