//! Bytes as letters that survive being copied by hand: Crockford's base 32 in lower case, without
//! i, l, o and u.
//!
//! Decoding is strict, so that every value has exactly one text.

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const BITS_PER_LETTER: u32 = 5;

/// Letters that stand for so many bytes.
pub(crate) const fn letter_count(byte_count: usize) -> usize {
    (byte_count * 8).div_ceil(BITS_PER_LETTER as usize)
}

/// The text of some bytes; unused bits of the last letter are zero.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(letter_count(bytes.len()));
    let (mut waiting, mut bit_count) = (0u32, 0);
    for &byte in bytes {
        waiting = waiting << 8 | u32::from(byte);
        bit_count += 8;
        while bit_count >= BITS_PER_LETTER {
            bit_count -= BITS_PER_LETTER;
            text.push(letter(waiting >> bit_count));
        }
    }
    if bit_count > 0 {
        text.push(letter(waiting << (BITS_PER_LETTER - bit_count)));
    }
    text
}

/// The bytes of a text, or nothing if it is not what [`encode`] writes for so many bytes.
pub(crate) fn decode<const BYTE_COUNT: usize>(text: &str) -> Option<[u8; BYTE_COUNT]> {
    if text.len() != letter_count(BYTE_COUNT) {
        return None;
    }
    let mut bytes = [0; BYTE_COUNT];
    let mut places = bytes.iter_mut();
    let (mut waiting, mut bit_count) = (0u32, 0);
    for letter in text.bytes() {
        let value = ALPHABET.iter().position(|&known| known == letter)?;
        waiting = waiting << BITS_PER_LETTER | value as u32;
        bit_count += BITS_PER_LETTER;
        if bit_count >= 8 {
            bit_count -= 8;
            *places.next()? = (waiting >> bit_count & 0xff) as u8;
        }
    }
    let unused = waiting & ((1 << bit_count) - 1);
    (unused == 0).then_some(bytes)
}

/// Whether a text consists of letters of the alphabet only.
pub(crate) fn is_alphabet(text: &str) -> bool {
    text.bytes().all(|letter| ALPHABET.contains(&letter))
}

fn letter(value: u32) -> char {
    char::from(ALPHABET[(value & 31) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_values() {
        assert_eq!(encode(&[0; 5]), "00000000");
        assert_eq!(encode(&[0xff; 5]), "zzzzzzzz");
        assert_eq!(encode(&[0xff]), "zw");
        assert_eq!(decode::<1>("zw"), Some([0xff]));
        assert_eq!(decode::<1>("zz"), None, "unused bits must be zero");
        assert_eq!(decode::<1>("ZW"), None);
        assert_eq!(decode::<1>("z\u{e9}"), None);
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(bytes: [u8; 32]) {
            prop_assert_eq!(decode::<32>(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn a_text_that_decodes_is_the_only_one_of_its_bytes(text in "[0-9a-z]{8}") {
            if let Some(bytes) = decode::<5>(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
