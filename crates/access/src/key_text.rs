//! The text form of a key: `ent_<key id>_<secret>_<checksum>`.
//!
//! The prefix lets secret scanners find keys in repositories and mails (`PATTERN`). The checksum
//! tells a mistyped or cut key from an unknown one without asking anybody.

use std::fmt;

use rand::TryRng;
use rand::rngs::SysRng;
use serde::{Deserialize, Serialize};

use crate::base32;
use crate::error::{AccessError, Result};

const PREFIX: &str = "ent";
const KEY_ID_BYTES: usize = 5;
const SECRET_BYTES: usize = 32;
const CHECKSUM_BYTES: usize = 5;
/// Characters of a key.
pub const KEY_TEXT_LENGTH: usize = PREFIX.len()
    + 3
    + base32::letter_count(KEY_ID_BYTES)
    + base32::letter_count(SECRET_BYTES)
    + base32::letter_count(CHECKSUM_BYTES);

/// A regular expression that finds keys in texts, for secret scanners.
pub const PATTERN: &str =
    r"\bent_[0-9a-hjkmnp-tv-z]{8}_[0-9a-hjkmnp-tv-z]{52}_[0-9a-hjkmnp-tv-z]{8}\b";

const CHECKSUM_CONTEXT: &str = "entangle 2026 checksum of a key's text";
const SECRET_CONTEXT: &str = "entangle 2026 stored hash of a key's secret";

/// The public name of a key: 40 random bits as eight letters. It may be logged and shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId(String);

impl KeyId {
    /// The id that a text states, or nothing if it is none.
    pub fn parse(text: &str) -> Option<KeyId> {
        let has_length = text.len() == base32::letter_count(KEY_ID_BYTES);
        (has_length && base32::is_alphabet(text)).then(|| KeyId(text.to_owned()))
    }

    /// The id's eight letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for KeyId {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        KeyId::parse(&text).ok_or_else(|| "a key id has eight letters or digits".to_owned())
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> String {
        id.0
    }
}

/// A key with its secret. Its `Debug` shows the id only; the whole is shown by
/// [`SecretKey::reveal`], once, to whom it is for.
///
/// The memory it was in is not wiped: who can read the memory of the process can read every answer
/// as well.
#[derive(Clone)]
pub struct SecretKey {
    key_id: KeyId,
    secret: [u8; SECRET_BYTES],
}

impl SecretKey {
    /// A new key of 256 bits from the system's generator.
    ///
    /// # Errors
    /// Where the system gives no random numbers.
    pub(crate) fn generate() -> Result<Self> {
        Ok(Self {
            key_id: KeyId(base32::encode(&random_bytes::<KEY_ID_BYTES>()?)),
            secret: random_bytes()?,
        })
    }

    /// Reads the text form of a key. Whether such a key exists is another question.
    ///
    /// # Errors
    /// What is wrong with the text, without any of it.
    pub fn parse(text: &str) -> std::result::Result<Self, KeyTextError> {
        let mut parts = text.split('_');
        if parts.next() != Some(PREFIX) {
            return Err(KeyTextError::NotAKey);
        }
        let length = text.chars().count();
        if length != KEY_TEXT_LENGTH {
            return Err(KeyTextError::WrongLength(length));
        }
        let (Some(key_id), Some(secret), Some(checksum), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(KeyTextError::Mistyped);
        };
        let key = match (KeyId::parse(key_id), base32::decode(secret)) {
            (Some(key_id), Some(secret)) => Self { key_id, secret },
            _ => return Err(KeyTextError::Mistyped),
        };
        // The checksum keeps nothing secret, so its comparison need not be in constant time.
        if key.checksum() != checksum {
            return Err(KeyTextError::Mistyped);
        }
        Ok(key)
    }

    /// The public name of the key.
    pub fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// The whole key as text. It is stored nowhere; who loses it needs a new one.
    pub fn reveal(&self) -> String {
        format!("{}_{}", self.without_checksum(), self.checksum())
    }

    /// What is stored of the key: BLAKE3 over id and secret, under a context of its own.
    ///
    /// A slow hash protects secrets that people choose, because there are few of them. This one
    /// is one of 2²⁵⁶ with equal chance; trying them all is beyond any hardware, with a fast hash
    /// as with a slow one, and a fast one gives nobody a way to keep the server busy.
    pub(crate) fn stored_hash(&self) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_derive_key(SECRET_CONTEXT);
        hasher.update(self.key_id.0.as_bytes());
        hasher.update(&self.secret);
        hasher.finalize()
    }

    fn without_checksum(&self) -> String {
        format!("{PREFIX}_{}_{}", self.key_id, base32::encode(&self.secret))
    }

    /// The same secret under another id, as somebody would send who guesses.
    #[cfg(test)]
    pub(crate) fn with_id_of(&self, key_id: &KeyId) -> Self {
        Self {
            key_id: key_id.clone(),
            secret: self.secret,
        }
    }

    fn checksum(&self) -> String {
        let hash = blake3::derive_key(CHECKSUM_CONTEXT, self.without_checksum().as_bytes());
        base32::encode(&hash[..CHECKSUM_BYTES])
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SecretKey({})", self.key_id)
    }
}

/// What is wrong with the text of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyTextError {
    /// It does not begin as keys do.
    #[error("this is no key: keys begin with ent_")]
    NotAKey,
    /// It was cut or something was added; the number of characters it has.
    #[error(
        "this key was cut or something was added: it has {0} characters and should have {KEY_TEXT_LENGTH}"
    )]
    WrongLength(usize),
    /// A character is wrong.
    #[error("this key was mistyped: its checksum does not fit")]
    Mistyped,
}

/// Bytes from the system's generator.
pub(crate) fn random_bytes<const BYTE_COUNT: usize>() -> Result<[u8; BYTE_COUNT]> {
    let mut bytes = [0; BYTE_COUNT];
    SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|error| AccessError::NoRandomness {
            reason: error.to_string(),
        })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use proptest::prelude::*;

    fn key_of(byte: u8) -> SecretKey {
        SecretKey {
            key_id: KeyId(base32::encode(&[byte; KEY_ID_BYTES])),
            secret: [byte; SECRET_BYTES],
        }
    }

    #[test]
    fn the_text_form_and_the_stored_hash_never_change() {
        let key = key_of(7);
        let shown = format!("{}\n{}\n{key:?}\n", key.reveal(), key.stored_hash());
        expect![[r#"
            ent_0w3ge1r7_0w3ge1r70w3ge1r70w3ge1r70w3ge1r70w3ge1r70w3ge1r70w3g_06x5wxpm
            bf8d06b6243cd18ffd5f58eba4ec47c5ab862d8c4d3b3085aeaccc7863ef5f08
            SecretKey(0w3ge1r7)
        "#]]
        .assert_eq(&shown);
        assert_eq!(key.reveal().len(), KEY_TEXT_LENGTH);
    }

    #[test]
    fn each_mistake_is_told_apart_and_nothing_of_the_key_is_repeated() {
        let text = key_of(7).reveal();
        let mistyped = text.replacen('e', "f", 2).replacen('f', "e", 1);
        let cases = [
            ("empty", String::new()),
            ("a key of another system", "ghp_0123456789".to_owned()),
            ("cut", text[..40].to_owned()),
            ("last letter missing", text[..text.len() - 1].to_owned()),
            ("a line end at its end", format!("{text}\n")),
            ("upper case", text.to_uppercase()),
            ("one letter wrong", mistyped),
            ("letters that are not ours", text.replace('0', "o")),
            ("another alphabet", text.replace('0', "о")),
        ];
        let mut shown = String::new();
        for (case, text) in cases {
            let error = SecretKey::parse(&text).unwrap_err();
            shown += &format!("{case}: {error}\n");
        }
        expect![[r#"
            empty: this is no key: keys begin with ent_
            a key of another system: this is no key: keys begin with ent_
            cut: this key was cut or something was added: it has 40 characters and should have 74
            last letter missing: this key was cut or something was added: it has 73 characters and should have 74
            a line end at its end: this key was cut or something was added: it has 75 characters and should have 74
            upper case: this is no key: keys begin with ent_
            one letter wrong: this key was mistyped: its checksum does not fit
            letters that are not ours: this key was mistyped: its checksum does not fit
            another alphabet: this key was mistyped: its checksum does not fit
        "#]].assert_eq(&shown);
    }

    #[test]
    fn new_keys_differ_in_every_part() {
        let (left, right) = (
            SecretKey::generate().unwrap(),
            SecretKey::generate().unwrap(),
        );
        assert_ne!(left.key_id, right.key_id);
        assert_ne!(left.secret, right.secret);
        assert_ne!(left.stored_hash(), right.stored_hash());
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(id: [u8; KEY_ID_BYTES], secret: [u8; SECRET_BYTES]) {
            let key = SecretKey { key_id: KeyId(base32::encode(&id)), secret };
            let read = SecretKey::parse(&key.reveal()).unwrap();
            prop_assert_eq!(&read.key_id, &key.key_id);
            prop_assert_eq!(read.secret, key.secret);
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = SecretKey::parse(&text);
            let _ = SecretKey::parse(&format!("ent_{text}"));
        }

        #[test]
        fn a_key_with_one_character_changed_is_no_key(
            secret: [u8; SECRET_BYTES],
            place in 0..KEY_TEXT_LENGTH,
            letter in proptest::char::range('0', 'z'),
        ) {
            let text = SecretKey { key_id: KeyId("00000000".to_owned()), secret }.reveal();
            let mut changed: Vec<char> = text.chars().collect();
            prop_assume!(changed[place] != letter);
            changed[place] = letter;
            prop_assert!(SecretKey::parse(&changed.iter().collect::<String>()).is_err());
        }
    }
}
