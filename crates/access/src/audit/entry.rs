//! One entry: its fields, its line, its hash.

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};

use crate::error::{AccessError, Result};
use crate::instant;
use crate::key_text::KeyId;
use crate::roles::Role;
use crate::text_field;

/// Bytes of a line, its end included. What is longer is refused when written and damage when read.
pub(super) const LINE_BYTES_MAX: usize = 64 * 1024;
/// `previous_hash` of the first entry.
pub(super) const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

const HASH_FIELD: &str = ",\"hash\":\"";
const RESOURCE_LENGTH_MAX: usize = 200;
const PARAMETER_LENGTH_MAX: usize = 300;
const PARAMETER_COUNT_MAX: usize = 20;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Records or numbers were read.
    Read,
    /// Texts were searched.
    Search,
    /// SQL was run.
    Sql,
    /// A file was made.
    Export,
    /// A request was refused.
    Refused,
    /// A key was made.
    KeyCreated,
    /// A key was revoked.
    KeyRevoked,
    /// The audit log was read or verified.
    AuditRead,
    /// A server began to answer.
    ServerStarted,
    /// A server ended in order.
    ServerStopped,
    /// The log removed what a killed writer had left at its end.
    LogRecovered,
}

/// What a caller states of an access. It never holds bodies, texts or answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// When it was asked.
    pub at: DateTime<Utc>,
    /// The key; `None` where nobody's key was shown, or at the command line.
    pub key_id: Option<KeyId>,
    /// The key's role.
    pub role: Option<Role>,
    /// What was done.
    pub action: Action,
    /// The endpoint's template (`/v1/accounts/{account_id}`) or the command, without values: at
    /// most 200 characters.
    pub resource: String,
    /// Keyed digest of all parameters, from [`AuditLog::digest`](super::AuditLog::digest): shows
    /// later that a request was this one, and does not show which it was.
    pub parameters_digest: Option<String>,
    /// Parameters that say nothing about a person and help to read the log (source, page size): at
    /// most 20 of 300 characters.
    pub parameters: BTreeMap<String, String>,
    /// What it was for.
    pub purpose: Option<String>,
    /// The status of the answer; `None` outside HTTP.
    pub status: Option<u16>,
    /// Rows of the answer, where it has rows.
    pub row_count: Option<u64>,
}

impl AuditRecord {
    /// A record of an action on a resource, with nothing else stated.
    pub fn new(at: DateTime<Utc>, action: Action, resource: &str) -> Self {
        Self {
            at,
            key_id: None,
            role: None,
            action,
            resource: resource.to_owned(),
            parameters_digest: None,
            parameters: BTreeMap::new(),
            purpose: None,
            status: None,
            row_count: None,
        }
    }

    /// Refuses what would not fit a line of the log.
    pub(super) fn check(&self) -> Result<()> {
        text_field::check("resource", &self.resource, RESOURCE_LENGTH_MAX)?;
        if let Some(purpose) = &self.purpose {
            text_field::check("purpose", purpose, text_field::PURPOSE_LENGTH_MAX)?;
        }
        if let Some(digest) = &self.parameters_digest {
            text_field::check("parameters_digest", digest, NO_HASH.len())?;
        }
        if self.parameters.len() > PARAMETER_COUNT_MAX {
            return Err(AccessError::InvalidField {
                field: "parameters",
                reason: format!("at most {PARAMETER_COUNT_MAX} are kept"),
            });
        }
        for (name, value) in &self.parameters {
            text_field::check("parameters", name, PARAMETER_LENGTH_MAX / 10)?;
            if value.chars().count() > PARAMETER_LENGTH_MAX {
                return Err(AccessError::InvalidField {
                    field: "parameters",
                    reason: format!("{name} has over {PARAMETER_LENGTH_MAX} characters"),
                });
            }
        }
        Ok(())
    }
}

/// An entry of the log. Its fields are written in this order, without spaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEntry {
    /// Number of the entry, from 1, without gaps.
    pub sequence: u64,
    /// When it was asked.
    #[serde(with = "instant")]
    pub at: DateTime<Utc>,
    /// See [`AuditRecord`], as the fields that follow.
    pub key_id: Option<KeyId>,
    /// The key's role.
    pub role: Option<Role>,
    /// What was done.
    pub action: Action,
    /// The endpoint's template or the command.
    pub resource: String,
    /// Keyed digest of all parameters.
    pub parameters_digest: Option<String>,
    /// Parameters that say nothing about a person.
    pub parameters: BTreeMap<String, String>,
    /// What it was for.
    pub purpose: Option<String>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// Rows of the answer.
    pub row_count: Option<u64>,
    /// `hash` of the entry before, 64 hexadecimal digits; of the first one zeros.
    pub previous_hash: String,
    /// BLAKE3 of the line up to the comma before this field, 64 hexadecimal digits.
    pub hash: String,
}

/// Why a line is no entry of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LineFault {
    /// It cannot be read, or is not as we would have written it.
    Unreadable(String),
    /// Its hash is not that of its contents.
    WrongHash,
}

impl AuditEntry {
    /// The entry that follows another in the chain.
    pub(super) fn chained(record: AuditRecord, sequence: u64, previous_hash: &str) -> Self {
        let mut entry = Self {
            sequence,
            at: record.at.trunc_subsecs(6),
            key_id: record.key_id,
            role: record.role,
            action: record.action,
            resource: record.resource,
            parameters_digest: record.parameters_digest,
            parameters: record.parameters,
            purpose: record.purpose,
            status: record.status,
            row_count: record.row_count,
            previous_hash: previous_hash.to_owned(),
            hash: String::new(),
        };
        entry.hash = entry.computed_hash();
        entry
    }

    /// The entry's line, with its end.
    pub(super) fn to_line(&self) -> String {
        // A struct of texts and numbers always has a JSON form.
        let mut line = serde_json::to_string(self).unwrap_or_default();
        line.push('\n');
        line
    }

    /// Reads a line (with or without its end) and checks it against its own hash.
    pub(super) fn from_line(line: &[u8]) -> std::result::Result<Self, LineFault> {
        let entry: AuditEntry = serde_json::from_slice(line)
            .map_err(|error| LineFault::Unreadable(error.to_string()))?;
        // Bytes that the parsed fields do not show, such as spaces, are no part of our lines.
        if entry.to_line().trim_end().as_bytes() != line.trim_ascii_end() {
            return Err(LineFault::Unreadable(
                "it is not in the form in which entries are written".to_owned(),
            ));
        }
        if entry.computed_hash() == entry.hash {
            Ok(entry)
        } else {
            Err(LineFault::WrongHash)
        }
    }

    /// Fields are written in one order and one form, so the line itself is the canonical encoding:
    /// anybody can check it with a text tool and `b3sum`.
    fn computed_hash(&self) -> String {
        let line = self.to_line();
        let hashed = line.rfind(HASH_FIELD).map_or("", |end| &line[..end]);
        blake3::hash(hashed.as_bytes()).to_hex().to_string()
    }
}
