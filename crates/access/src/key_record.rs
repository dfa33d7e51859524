//! What is kept of a key, and the file that keeps all of them.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};

use crate::error::{AccessError, Result};
use crate::key_text::{KeyId, SecretKey};
use crate::quota::DailyQuota;
use crate::rate_limit::RateLimit;
use crate::roles::Role;
use crate::source_filter::SourceFilter;
use crate::{instant, text_field};

/// Format of the key file; another one is refused.
const FORMAT: u32 = 1;

/// A key as it is stored: everything but its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRecord {
    /// The key's public name.
    pub key_id: KeyId,
    /// BLAKE3 of the secret. Its comparison takes the same time for every input.
    #[serde(with = "hash_as_hex")]
    pub(crate) secret_hash: blake3::Hash,
    /// Whose key it is, for people.
    pub label: String,
    /// What it may do.
    pub role: Role,
    /// When it was made.
    #[serde(with = "instant")]
    pub created_at: DateTime<Utc>,
    /// From when it is refused; null: never by time.
    #[serde(with = "instant::optional")]
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked; it is refused whatever the clock says. Null: it was not.
    #[serde(with = "instant::optional")]
    pub revoked_at: Option<DateTime<Utc>>,
    /// Which sources it may read; null: all.
    pub sources: SourceFilter,
    /// How fast it may ask.
    pub rate_limit: RateLimit,
    /// How much it may ask in a day.
    pub daily_quota: DailyQuota,
    /// What an identified key is for. Null for other roles.
    pub purpose: Option<String>,
}

/// What a new key is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// Whose key it is, for people: one line of at most 200 characters.
    pub label: String,
    /// What it may do.
    pub role: Role,
    /// From when it is refused; `None`: never by time.
    pub expires_at: Option<DateTime<Utc>>,
    /// Which sources it may read.
    pub sources: SourceFilter,
    /// How fast it may ask.
    pub rate_limit: RateLimit,
    /// How much it may ask in a day.
    pub daily_quota: DailyQuota,
    /// What an identified key is for: one line of at most 500 characters. `None` for other roles.
    pub purpose: Option<String>,
}

impl NewKey {
    /// A key for all sources that does not expire, 60 requests a minute with bursts of 30, without
    /// daily quotas and without a purpose.
    pub fn new(label: &str, role: Role) -> Self {
        Self {
            label: label.to_owned(),
            role,
            expires_at: None,
            sources: SourceFilter::All,
            rate_limit: RateLimit {
                requests_per_minute: NonZeroU32::MIN.saturating_add(59),
                burst: NonZeroU32::MIN.saturating_add(29),
            },
            daily_quota: DailyQuota::UNLIMITED,
            purpose: None,
        }
    }

    fn check(&self, now: DateTime<Utc>) -> Result<()> {
        let invalid = |field, reason: &str| {
            Err(AccessError::InvalidField {
                field,
                reason: reason.to_owned(),
            })
        };
        text_field::check("label", &self.label, text_field::LABEL_LENGTH_MAX)?;
        match &self.purpose {
            Some(purpose) => text_field::check("purpose", purpose, text_field::PURPOSE_LENGTH_MAX)?,
            None if self.role.needs_purpose() => {
                return invalid("purpose", "an identified key must state what it is for");
            }
            None => {}
        }
        if self.purpose.is_some() && !self.role.needs_purpose() {
            return invalid("purpose", "only identified keys have one");
        }
        if self.expires_at.is_some_and(|expires_at| expires_at <= now) {
            return invalid("expires_at", "the key would have expired already");
        }
        if self
            .sources
            .sources()
            .is_some_and(|sources| sources.is_empty())
        {
            return invalid(
                "sources",
                "a key without sources could read nothing; leave the list out to allow all",
            );
        }
        Ok(())
    }

    /// The record of this key.
    ///
    /// # Errors
    /// Where a field cannot be used.
    pub(crate) fn into_record(self, secret: &SecretKey, now: DateTime<Utc>) -> Result<KeyRecord> {
        self.check(now)?;
        Ok(KeyRecord {
            key_id: secret.key_id().clone(),
            secret_hash: secret.stored_hash(),
            label: self.label,
            role: self.role,
            created_at: now.trunc_subsecs(6),
            expires_at: self.expires_at.map(|instant| instant.trunc_subsecs(6)),
            revoked_at: None,
            sources: self.sources,
            rate_limit: self.rate_limit,
            daily_quota: self.daily_quota,
            purpose: self.purpose,
        })
    }
}

/// All keys, by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KeyTable {
    pub keys: BTreeMap<KeyId, KeyRecord>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    format: u32,
    keys: Vec<KeyRecord>,
}

impl KeyTable {
    /// The bytes of the key file, keys in the order of their ids.
    pub fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        let file = KeyFile {
            format: FORMAT,
            keys: self.keys.values().cloned().collect(),
        };
        let mut bytes = serde_json::to_vec_pretty(&file)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads the bytes of a key file.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn from_bytes(bytes: &[u8]) -> std::result::Result<Self, String> {
        let file: KeyFile = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if file.format != FORMAT {
            return Err(format!(
                "it has format {}, and this version knows {FORMAT}",
                file.format
            ));
        }
        let mut keys = BTreeMap::new();
        for record in file.keys {
            let key_id = record.key_id.clone();
            if record.role.needs_purpose() && record.purpose.is_none() {
                return Err(format!("the identified key {key_id} states no purpose"));
            }
            if keys.insert(key_id.clone(), record).is_some() {
                return Err(format!("it holds the key {key_id} twice"));
            }
        }
        Ok(Self { keys })
    }
}

mod hash_as_hex {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        hash: &blake3::Hash,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(hash.to_hex().as_str())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<blake3::Hash, D::Error> {
        let text = String::deserialize(deserializer)?;
        blake3::Hash::from_hex(text.as_bytes())
            .map_err(|_| D::Error::custom("expected 64 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_key_file_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = KeyTable::from_bytes(&bytes);
        }

        #[test]
        fn a_key_file_with_one_byte_changed_is_read_or_refused_and_never_panics(
            place in 0..400usize,
            byte: u8,
        ) {
            let secret = SecretKey::generate().unwrap();
            let record = NewKey::new("a", Role::Pseudonymous).into_record(&secret, Utc::now()).unwrap();
            let table = KeyTable { keys: [(record.key_id.clone(), record)].into() };
            let mut bytes = table.to_bytes().unwrap();
            prop_assert_eq!(&KeyTable::from_bytes(&bytes), &Ok(table));
            let place = place % bytes.len();
            bytes[place] = byte;
            let _ = KeyTable::from_bytes(&bytes);
            prop_assert!(KeyTable::from_bytes(&bytes[..place]).is_err(), "a cut file is refused");
        }
    }
}
