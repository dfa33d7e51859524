//! One question for every request: may this key do this now?

use std::path::Path;
use std::time::Instant;

use chrono::{DateTime, Utc};

use crate::error::{AccessError, Result};
use crate::key_record::KeyRecord;
use crate::key_store::{KeyRefusal, KeyStore};
use crate::key_text::{KeyId, KeyTextError, SecretKey};
use crate::quota::{DailyQuota, QuotaLedger, QuotaSpent};
use crate::rate_limit::RateLimiter;
use crate::roles::{Permission, Role};
use crate::source_filter::SourceFilter;
use crate::text_field;

/// An instant on both clocks: the calendar's, for expiry and days, and one that never goes back,
/// for rates.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// Calendar time.
    pub at: DateTime<Utc>,
    /// Time that only passes.
    pub monotonic: Instant,
}

impl Moment {
    /// Now.
    pub fn now() -> Self {
        Self {
            at: Utc::now(),
            monotonic: Instant::now(),
        }
    }
}

/// What a request brings along.
#[derive(Clone, Copy)]
pub struct AccessRequest<'a> {
    /// The text of its key.
    pub key_text: &'a str,
    /// What its endpoint needs.
    pub permission: Permission,
    /// What this request is for, if it says so; otherwise the purpose of its key counts.
    pub purpose: Option<&'a str>,
}

/// A request that may go on, and within which bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The key.
    pub key_id: KeyId,
    /// Its role.
    pub role: Role,
    /// The sources whose rows may be read.
    pub sources: SourceFilter,
    /// What the request is for; always there where the permission is identified.
    pub purpose: Option<String>,
    /// What was left of the key's day, this request taken off. An answer should hold no more rows.
    pub remaining: DailyQuota,
    /// Whether the audit entry must be durable before anything is shown.
    pub is_identified: bool,
}

/// Why a request may not go on.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The text is no key.
    #[error(transparent)]
    KeyText(#[from] KeyTextError),
    /// The key is not good.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// The key has asked too fast.
    #[error("this key asks too fast; it may ask again in {retry_after_seconds} seconds")]
    TooFast {
        /// The key.
        key_id: KeyId,
        /// Seconds until a request passes.
        retry_after_seconds: u64,
    },
    /// The key has used up its day.
    #[error("{spent}")]
    QuotaSpent {
        /// The key.
        key_id: KeyId,
        /// What is spent, and until when.
        spent: QuotaSpent,
    },
    /// The role may not do this.
    #[error("a key of role {role} may not {permission}")]
    NotPermitted {
        /// The key.
        key_id: KeyId,
        /// Its role.
        role: Role,
        /// What was asked.
        permission: Permission,
    },
    /// The purpose that the request states cannot be used.
    #[error("{reason}")]
    Purpose {
        /// The key.
        key_id: KeyId,
        /// What is wrong with it.
        reason: AccessError,
    },
    /// It cannot be decided, so it is refused; the operator must act.
    #[error(transparent)]
    Undecided(#[from] AccessError),
}

impl Refusal {
    /// The key whose secret was shown, where there was one; for the audit log.
    pub fn key_id(&self) -> Option<&KeyId> {
        match self {
            Refusal::TooFast { key_id, .. }
            | Refusal::QuotaSpent { key_id, .. }
            | Refusal::NotPermitted { key_id, .. }
            | Refusal::Purpose { key_id, .. } => Some(key_id),
            Refusal::KeyText(_) | Refusal::Key(_) | Refusal::Undecided(_) => None,
        }
    }

    /// Seconds after which the same request may pass, where waiting helps.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Refusal::TooFast {
                retry_after_seconds,
                ..
            } => Some(*retry_after_seconds),
            Refusal::QuotaSpent { spent, .. } => Some(spent.retry_after_seconds),
            _ => None,
        }
    }
}

/// Keys, rates and quotas of a workspace. One process holds it at a time; others may change keys
/// through [`KeyStore`].
#[derive(Debug)]
pub struct Gate {
    keys: KeyStore,
    rates: RateLimiter,
    quotas: QuotaLedger,
}

impl Gate {
    /// Opens the gate of a folder.
    ///
    /// # Errors
    /// Where there are no keys, a file is damaged, or another process holds the gate.
    pub fn open(folder: &Path, now: Moment) -> Result<Self> {
        Ok(Self {
            keys: KeyStore::open(folder)?,
            rates: RateLimiter::default(),
            quotas: QuotaLedger::open(folder, now.at)?,
        })
    }

    /// The keys behind the gate.
    pub fn keys(&self) -> &KeyStore {
        &self.keys
    }

    /// Whether a request may go on: key, rate, role, purpose, quota, in this order. Requests that
    /// are refused for their role or purpose take from the rate, and not from the day.
    ///
    /// # Errors
    /// Why it may not.
    pub fn admit(
        &self,
        request: AccessRequest<'_>,
        now: Moment,
    ) -> std::result::Result<Admission, Refusal> {
        let key = SecretKey::parse(request.key_text)?;
        let record = self.keys.authenticate(&key, now.at, now.monotonic)??;
        let key_id = || record.key_id.clone();
        self.rates
            .take(&record.key_id, record.rate_limit, now.monotonic)
            .map_err(|retry_after_seconds| Refusal::TooFast {
                key_id: key_id(),
                retry_after_seconds,
            })?;
        if !record.role.may(request.permission) {
            return Err(Refusal::NotPermitted {
                key_id: key_id(),
                role: record.role,
                permission: request.permission,
            });
        }
        let purpose = purpose_of(&record, request)?;
        let used_before = self
            .quotas
            .count_request(&record.key_id, record.daily_quota, now.at)?
            .map_err(|spent| Refusal::QuotaSpent {
                key_id: key_id(),
                spent,
            })?;
        let mut used = used_before;
        used.request_count += 1;
        Ok(Admission {
            remaining: record.daily_quota.remaining(used),
            key_id: record.key_id,
            role: record.role,
            sources: record.sources,
            purpose,
            is_identified: request.permission.is_identified(),
        })
    }

    /// Counts an answer against the day of its key.
    pub fn count_answer(&self, key_id: &KeyId, row_count: u64, byte_count: u64, now: Moment) {
        self.quotas
            .count_answer(key_id, row_count, byte_count, now.at);
    }

    /// Saves the counts of the day. To be called every few seconds and before the process ends.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn flush(&self) -> Result<()> {
        self.quotas.flush()
    }
}

/// Only identified access has a purpose: the request's own, or else that of its key.
fn purpose_of(
    record: &KeyRecord,
    request: AccessRequest<'_>,
) -> std::result::Result<Option<String>, Refusal> {
    if !request.permission.is_identified() {
        return Ok(None);
    }
    let purpose = request.purpose.or(record.purpose.as_deref()).unwrap_or("");
    text_field::check("purpose", purpose, text_field::PURPOSE_LENGTH_MAX).map_err(|reason| {
        Refusal::Purpose {
            key_id: record.key_id.clone(),
            reason,
        }
    })?;
    Ok(Some(purpose.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_record::NewKey;
    use expect_test::expect;
    use std::num::NonZeroU32;
    use std::time::Duration;

    struct World {
        _folder: tempfile::TempDir,
        gate: Gate,
        start: Moment,
    }

    fn world() -> World {
        let folder = tempfile::tempdir().unwrap();
        let start = Moment {
            at: "2026-01-31T12:00:00Z".parse().unwrap(),
            monotonic: Instant::now(),
        };
        KeyStore::initialise(folder.path()).unwrap();
        let gate = Gate::open(folder.path(), start).unwrap();
        World {
            _folder: folder,
            gate,
            start,
        }
    }

    impl World {
        fn key(&self, role: Role, change: impl FnOnce(&mut NewKey)) -> String {
            let mut new = NewKey::new("Ada", role);
            if role.needs_purpose() {
                new.purpose = Some("the key's purpose".to_owned());
            }
            change(&mut new);
            self.gate
                .keys
                .create(new, self.start.at)
                .unwrap()
                .0
                .reveal()
        }

        fn ask(
            &self,
            key_text: &str,
            permission: Permission,
            purpose: Option<&str>,
            seconds: u64,
        ) -> std::result::Result<Admission, Refusal> {
            let request = AccessRequest {
                key_text,
                permission,
                purpose,
            };
            let now = Moment {
                at: self.start.at + Duration::from_secs(seconds),
                monotonic: self.start.monotonic + Duration::from_secs(seconds),
            };
            self.gate.admit(request, now)
        }
    }

    #[test]
    fn what_is_admitted_is_exactly_what_the_table_of_roles_says() {
        let world = world();
        for role in Role::ALL {
            let key = world.key(role, |new| {
                new.rate_limit.burst = NonZeroU32::new(100).unwrap()
            });
            for permission in Permission::ALL {
                let admitted = world.ask(&key, permission, None, 0);
                assert_eq!(
                    admitted.is_ok(),
                    role.may(permission),
                    "{role} {permission}"
                );
                if let Ok(admission) = admitted {
                    assert_eq!(admission.purpose.is_some(), permission.is_identified());
                }
            }
        }
    }

    #[test]
    fn each_refusal_says_why_and_when_to_come_back() {
        let world = world();
        let slow = world.key(Role::Aggregate, |new| {
            new.rate_limit.burst = NonZeroU32::MIN;
            new.rate_limit.requests_per_minute = NonZeroU32::new(6).unwrap();
        });
        let short = world.key(Role::Pseudonymous, |new| {
            new.daily_quota.request_count = Some(1)
        });
        let identified = world.key(Role::Identified, |_| {});
        let aggregates = Permission::ReadAggregates;
        world.ask(&slow, aggregates, None, 0).unwrap();
        world
            .ask(&short, Permission::ReadIdentifiedRecords, None, 0)
            .unwrap_err();
        world.ask(&short, aggregates, None, 0).unwrap();

        let mut shown = String::new();
        for (key, permission, purpose) in [
            ("secret", aggregates, None),
            (&slow, aggregates, None),
            (&short, aggregates, None),
            (&short, Permission::RunSql, None),
            (&identified, Permission::ManageKeys, None),
            (&identified, Permission::RunSql, Some(" ")),
        ] {
            let refusal = world.ask(key, permission, purpose, 0).unwrap_err();
            shown += &format!("{refusal} ({:?})\n", refusal.retry_after_seconds());
        }
        expect![[r#"
            this is no key: keys begin with ent_ (None)
            this key asks too fast; it may ask again in 10 seconds (Some(10))
            this key has used its daily quota of 1 requests; it may ask again in 43200 seconds, when the next day (UTC) begins (Some(43200))
            a key of role pseudonymous may not run SQL (None)
            a key of role identified may not manage keys (None)
            purpose cannot be used: it is empty (None)
        "#]].assert_eq(&shown);
        world.ask(&slow, aggregates, None, 10).unwrap();
    }

    #[test]
    fn an_admission_carries_the_bounds_of_its_key() {
        let world = world();
        let key = world.key(Role::Identified, |new| {
            new.sources = SourceFilter::Only(["webmasters".to_owned()].into());
            new.daily_quota.row_count = Some(100);
            new.daily_quota.request_count = Some(10);
        });
        let permission = Permission::ReadIdentifiedRecords;
        let admission = world.ask(&key, permission, None, 0).unwrap();
        world
            .gate
            .count_answer(&admission.key_id, 30, 1_000, world.start);
        let mut admission = world.ask(&key, permission, Some("case 12"), 0).unwrap();
        admission.key_id = KeyId::parse("00000000").unwrap();
        expect![[r#"
            Admission {
                key_id: KeyId(
                    "00000000",
                ),
                role: Identified,
                sources: Only(
                    {
                        "webmasters",
                    },
                ),
                purpose: Some(
                    "case 12",
                ),
                remaining: DailyQuota {
                    request_count: Some(
                        8,
                    ),
                    row_count: Some(
                        70,
                    ),
                    byte_count: None,
                },
                is_identified: true,
            }
        "#]]
        .assert_debug_eq(&admission);
    }
}
