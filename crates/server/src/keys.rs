//! Keys and the audit log, as the command line handles them.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Days, Utc};
use entangle_access::{
    Action, AuditLog, AuditOptions, AuditRecord, KeyId, KeyRecord, KeyStore, NewKey, Result,
    SecretKey, Verification, verify,
};
use entangle_engine::Workspace;
use serde_json::{Value, json};

const FOLDER: &str = "access";
const AUDIT_FOLDER: &str = "audit";

/// Where keys, quotas and the audit log of a workspace lie.
pub fn access_folder(workspace: &Workspace) -> PathBuf {
    workspace.path().join(FOLDER)
}

/// Where its audit log lies.
pub fn audit_folder(workspace: &Workspace) -> PathBuf {
    access_folder(workspace).join(AUDIT_FOLDER)
}

/// Whether a key was ever made.
pub fn has_keys(workspace: &Workspace) -> bool {
    KeyStore::open(&access_folder(workspace)).is_ok()
}

/// Makes a key, and the key file with the first one. The secret is in what is returned and nowhere
/// else.
///
/// # Errors
/// A field that cannot be used, or a file that cannot be read or written.
pub fn create_key(workspace: &Workspace, new: NewKey) -> Result<(SecretKey, KeyRecord)> {
    let folder = access_folder(workspace);
    let keys = match KeyStore::open(&folder) {
        Err(entangle_access::AccessError::NotSetUp { .. }) => KeyStore::initialise(&folder)?,
        opened => opened?,
    };
    let (secret, record) = keys.create(new, Utc::now())?;
    note(workspace, Action::KeyCreated, &record)?;
    Ok((secret, record))
}

/// Revokes a key for good; a running server refuses it from its next request on.
///
/// # Errors
/// Where there is no such key, or a file cannot be read or written.
pub fn revoke_key(workspace: &Workspace, key_id: &KeyId) -> Result<KeyRecord> {
    let record = KeyStore::open(&access_folder(workspace))?.revoke(key_id, Utc::now())?;
    note(workspace, Action::KeyRevoked, &record)?;
    Ok(record)
}

/// When a key that is made now is refused by time.
pub fn expiry(days: u32) -> DateTime<Utc> {
    let now = Utc::now();
    now.checked_add_days(Days::new(u64::from(days)))
        .unwrap_or(now)
}

fn note(workspace: &Workspace, action: Action, key: &KeyRecord) -> Result<()> {
    let log = AuditLog::open(&audit_folder(workspace), AuditOptions::default())?;
    let mut record = AuditRecord::new(Utc::now(), action, "entangle keys");
    record.key_id = Some(key.key_id.clone());
    record.role = Some(key.role);
    log.append_durable(record).map(|_| ())
}

/// Every key that was made, revoked ones too.
///
/// # Errors
/// Where there are none, or the file cannot be read.
pub fn list_keys(workspace: &Workspace) -> Result<Vec<KeyRecord>> {
    KeyStore::open(&access_folder(workspace))?.list()
}

/// Reads the whole audit log and says whether its chain holds.
///
/// # Errors
/// Where a file cannot be read. Damage is in the result.
pub fn verify_audit(workspace: &Workspace) -> Result<Verification> {
    verify_folder(&audit_folder(workspace))
}

fn verify_folder(folder: &Path) -> Result<Verification> {
    verify(folder, &[])
}

/// A key as JSON, without its secret.
pub fn key_json(key: &KeyRecord) -> Value {
    json!({
        "key_id": key.key_id.as_str(),
        "label": key.label,
        "role": key.role.as_str(),
        "created_at": key.created_at.to_rfc3339(),
        "expires_at": key.expires_at.map(|instant| instant.to_rfc3339()),
        "revoked_at": key.revoked_at.map(|instant| instant.to_rfc3339()),
        "sources": key.sources.sources(),
        "requests_per_minute": key.rate_limit.requests_per_minute,
        "burst": key.rate_limit.burst,
        "daily_quota": key.daily_quota,
        "purpose": key.purpose,
    })
}
