#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod audit;
mod base32;
mod durable;
mod error;
mod gate;
mod instant;
mod key_record;
mod key_store;
mod key_text;
mod mask;
mod quota;
mod rate_limit;
mod roles;
mod source_filter;
mod text_field;

pub use audit::{
    Action, Anchor, AnchorError, AuditEntry, AuditLog, AuditOptions, AuditRecord, Damage,
    DamageKind, Receipt, Recovery, Verification, read_entries, verify,
};
pub use error::{AccessError, Responsible, Result};
pub use gate::{AccessRequest, Admission, Gate, Moment, Refusal};
pub use key_record::{KeyRecord, NewKey};
pub use key_store::{KEY_CHANGE_NOTICED_AFTER_MAX, KeyRefusal, KeyStore};
pub use key_text::{KEY_TEXT_LENGTH, KeyId, KeyTextError, PATTERN, SecretKey};
pub use mask::{FoundIdentifier, mask};
pub use quota::{DailyQuota, DailyUse, QuotaLedger, QuotaSpent, UNSAVED_REQUEST_COUNT_MAX};
pub use rate_limit::{RateLimit, RateLimiter, TokenBucket};
pub use roles::{Permission, Role, permission_matrix};
pub use source_filter::{SourceFilter, SourcesNotAllowed};
