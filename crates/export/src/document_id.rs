//! Ids inside documents: keys of any text as ids that every format takes, and as UUIDs.

use std::collections::HashSet;

use uuid::Uuid;

/// Name space of all UUIDs that Entangle derives and no standard defines: UUIDv5 of
/// `entangle.export` in the name space of DNS names.
const NAMESPACE: Uuid = Uuid::from_u128(0x19c6_1a2d_b142_5397_86d4_1d1c_a092_d289);

const ID_LENGTH_MAX: usize = 100;
const HASHED_ID_PREFIX: &str = "x-";

/// The UUID of a thing, from the word for its kind and the texts that make it that thing.
///
/// Every part is preceded by its length, so parts cannot run together.
pub(crate) fn derived_uuid(kind: &str, parts: &[&str]) -> Uuid {
    let mut name = kind.to_owned();
    for part in parts {
        name += &format!("\n{}:", part.len());
        name += part;
    }
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

/// A key as an id that is an NMTOKEN of XML and needs no quoting anywhere.
///
/// A key of letters, digits, `.`, `_` and `-` is its own id. Any other becomes `x-` and the
/// digits of a UUID; so does a key that begins with `x-`, so that no two keys share an id.
pub(crate) fn document_id(key: &str) -> String {
    let is_plain = !key.is_empty()
        && key.len() <= ID_LENGTH_MAX
        && !key.starts_with(HASHED_ID_PREFIX)
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        // A formula to a spreadsheet otherwise.
        && !key.starts_with('-');
    if is_plain {
        key.to_owned()
    } else {
        format!("{HASHED_ID_PREFIX}{}", derived_uuid("id", &[key]).simple())
    }
}

/// The keys that a document has declared, 16 bytes each, so that nothing refers to one that it
/// has not.
#[derive(Debug, Default)]
pub(crate) struct DeclaredKeys {
    hashes: HashSet<u128>,
}

impl DeclaredKeys {
    /// Adds a key; false where it was there before.
    pub(crate) fn declare(&mut self, key: &str) -> bool {
        self.hashes.insert(derived_uuid("id", &[key]).as_u128())
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.hashes.contains(&derived_uuid("id", &[key]).as_u128())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_name_space_is_the_documented_one() {
        let derived = Uuid::new_v5(&Uuid::NAMESPACE_DNS, b"entangle.export");
        assert_eq!(derived, NAMESPACE, "{derived}");
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(
            derived_uuid("link", &["ab", "c"]),
            derived_uuid("link", &["a", "bc"])
        );
    }

    #[test]
    fn only_odd_keys_are_hashed() {
        assert_eq!(document_id("0123456789abcdef"), "0123456789abcdef");
        for odd in ["", "a b", "-1", "x-1", "=1", "é", "a\0b", &"a".repeat(101)] {
            assert!(document_id(odd).starts_with("x-"), "{odd:?}");
        }
    }

    proptest! {
        #[test]
        fn different_keys_have_different_ids(left in any::<String>(), right in any::<String>()) {
            prop_assert_eq!(left == right, document_id(&left) == document_id(&right));
            // The id of a key cannot be forged by another key.
            let taken = document_id(&left);
            prop_assert!(taken == left || document_id(&taken) != taken);
        }
    }
}
