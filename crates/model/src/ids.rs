//! Stable ids: functions of a source and a native id, never of an import.
//!
//! An id is 80 bits of a BLAKE3 hash, written as sixteen lower-case base-32 digits. Importing
//! the same record again gives the same id. Among a thousand million records the chance that
//! any two collide is below one in a million (birthday bound, `n^2 / 2^81`).

use serde::{Deserialize, Serialize};
use std::fmt;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const ID_BYTES: usize = 10;
const ID_DIGITS: usize = 16;

/// Hashes labelled parts; each part is preceded by its length, so parts cannot run together.
fn derive(kind: &str, parts: &[&str]) -> [u8; ID_BYTES] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(kind.as_bytes());
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let mut bytes = [0; ID_BYTES];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..ID_BYTES]);
    bytes
}

fn digits(bytes: &[u8; ID_BYTES]) -> [u8; ID_DIGITS] {
    let mut out = [0; ID_DIGITS];
    for half in 0..2 {
        let chunk = &bytes[half * 5..half * 5 + 5];
        let number = chunk
            .iter()
            .fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
        for digit in 0..8 {
            out[half * 8 + digit] = ALPHABET[(number >> (35 - 5 * digit) & 31) as usize];
        }
    }
    out
}

fn parse(text: &str) -> Option<[u8; ID_BYTES]> {
    if text.len() != ID_DIGITS {
        return None;
    }
    let mut number = 0u128;
    for digit in text.bytes() {
        let value = ALPHABET.iter().position(|&known| known == digit)?;
        number = number << 5 | value as u128;
    }
    let mut bytes = [0; ID_BYTES];
    bytes.copy_from_slice(&number.to_be_bytes()[16 - ID_BYTES..]);
    Some(bytes)
}

macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $label:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name([u8; ID_BYTES]);

        impl $name {
            /// Derives the id from its parts, in order.
            pub fn derive(parts: &[&str]) -> Self {
                Self(derive($label, parts))
            }

            /// The id's 80 bits, for sets of ids.
            pub fn as_bytes(&self) -> &[u8; ID_BYTES] {
                &self.0
            }

            /// Reads sixteen digits; `None` for any other text.
            pub fn parse(text: &str) -> Option<Self> {
                parse(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(std::str::from_utf8(&digits(&self.0)).unwrap_or_default())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, formatter)
            }
        }
    };
}

id!(
    /// One registration in one source; derived from source and native id.
    AccountId,
    "account"
);
id!(
    /// One thread of one source; derived from source and native id.
    ThreadId,
    "thread"
);
id!(
    /// One post of one source; derived from source and native id.
    PostId,
    "post"
);
id!(
    /// One run of the import command; derived from its inputs and its time.
    ImportId,
    "import"
);
id!(
    /// A set of accounts inferred to have one operator; derived from its first member.
    PersonaId,
    "persona"
);

/// The native id under which an importer files the author of a record that has a name only.
///
/// Chat logs and tables without member numbers identify an author by name; the prefix keeps
/// such ids apart from numbers.
pub fn native_id_of_name(name: &str) -> String {
    format!("name:{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_stable() {
        expect_test::expect!["svhht3v8zsfgpfmg"]
            .assert_eq(&AccountId::derive(&["alpha", "1"]).to_string());
    }

    #[test]
    fn an_id_is_read_back_from_its_digits() {
        let id = AccountId::derive(&["alpha", "1"]);
        assert_eq!(AccountId::parse(&id.to_string()), Some(id));
        assert_eq!(AccountId::parse("alpha/1"), None);
        assert_eq!(AccountId::parse("iiiiiiiiiiiiiiii"), None);
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(PostId::derive(&["ab", "c"]), PostId::derive(&["a", "bc"]));
        assert_ne!(
            AccountId::derive(&["a", "1"]).to_string(),
            PostId::derive(&["a", "1"]).to_string()
        );
    }

    #[test]
    fn order_of_ids_is_order_of_their_text() {
        let mut ids: Vec<_> = (0..200)
            .map(|n| AccountId::derive(&["s", &n.to_string()]))
            .collect();
        ids.sort();
        let texts: Vec<_> = ids.iter().map(ToString::to_string).collect();
        assert!(texts.is_sorted());
    }
}
