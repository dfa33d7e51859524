//! `entangle keys` and `entangle audit`.

use entangle_engine::EngineError;
use entangle_server::access::{DailyQuota, KeyId, KeyRecord, NewKey, Role, SourceFilter};
use entangle_server::keys::{create_key, expiry, key_json, list_keys, revoke_key, verify_audit};
use serde_json::{Value, json};

use super::open;
use crate::arguments::{AuditCommand, Global, KeyCreate, KeyRole, KeysCommand};
use crate::failure::Failure;
use crate::output::{self, Output};

pub async fn run(global: &Global, output: &Output, command: KeysCommand) -> Result<(), Failure> {
    let workspace = open(global).await?;
    match command {
        KeysCommand::Create(create) => {
            let (secret, record) = create_key(&workspace, new_key(create)?)?;
            output.show(
                || {
                    let mut key = key_json(&record);
                    key["key"] = json!(secret.reveal());
                    key
                },
                || {
                    format!(
                        "{}\nkey {} of role {}; it is shown this once, and only its hash is kept",
                        secret.reveal(),
                        record.key_id,
                        record.role
                    )
                },
            );
        }
        KeysCommand::List => {
            let keys = list_keys(&workspace)?;
            output.show(
                || keys.iter().map(key_json).collect::<Vec<Value>>().into(),
                || table(&keys),
            );
        }
        KeysCommand::Revoke { key_id } => {
            let record = revoke_key(&workspace, &parsed(&key_id)?)?;
            output.show(
                || key_json(&record),
                || format!("key {} is revoked", record.key_id),
            );
        }
    }
    Ok(())
}

fn parsed(key_id: &str) -> Result<KeyId, EngineError> {
    KeyId::parse(key_id).ok_or_else(|| {
        EngineError::User(format!(
            "{key_id:?} is not the id of a key\nhint: `entangle keys list` shows the ids"
        ))
    })
}

fn new_key(create: KeyCreate) -> Result<NewKey, EngineError> {
    let role = match create.role {
        KeyRole::Aggregate => Role::Aggregate,
        KeyRole::Pseudonymous => Role::Pseudonymous,
        KeyRole::Identified => Role::Identified,
        KeyRole::Admin => Role::Admin,
    };
    let mut new = NewKey::new(&create.label, role);
    new.purpose = create.purpose;
    if let Some(sources) = create.sources {
        new.sources = SourceFilter::Only(sources.into_iter().collect());
    }
    new.expires_at = create.days.map(expiry);
    if let Some(count) = create.requests_per_minute {
        new.rate_limit.requests_per_minute = count;
        new.rate_limit.burst = count;
    }
    new.daily_quota = DailyQuota {
        request_count: create.requests_per_day,
        row_count: create.rows_per_day,
        byte_count: None,
    };
    Ok(new)
}

fn table(keys: &[KeyRecord]) -> String {
    let rows: Vec<Vec<String>> = keys
        .iter()
        .map(|key| {
            let state = match (key.revoked_at, key.expires_at) {
                (Some(at), _) => format!("revoked {}", at.format("%Y-%m-%d")),
                (None, Some(at)) => format!("until {}", at.format("%Y-%m-%d")),
                (None, None) => "good".to_owned(),
            };
            let sources = key.sources.sources().map_or_else(
                || "all".to_owned(),
                |sources| sources.iter().cloned().collect::<Vec<_>>().join(" "),
            );
            vec![
                key.key_id.to_string(),
                key.role.to_string(),
                state,
                sources,
                key.label.clone(),
            ]
        })
        .collect();
    output::table(&["key", "role", "state", "sources", "label"], &rows)
}

pub async fn audit(global: &Global, output: &Output, command: AuditCommand) -> Result<(), Failure> {
    let workspace = open(global).await?;
    match command {
        AuditCommand::Verify => {
            let found = verify_audit(&workspace)?;
            output.show(
                || {
                    json!({
                        "entry_count": found.entry_count,
                        "last_hash": found.last_hash,
                        "is_intact": found.damage.is_none(),
                        "damage": found.damage.as_ref().map(ToString::to_string),
                    })
                },
                || {
                    format!(
                        "{} entries hold together; hash of the last: {}",
                        output::count(found.entry_count),
                        found.last_hash
                    )
                },
            );
            match found.damage {
                None => Ok(()),
                Some(damage) => Err(Failure::Audit(damage.to_string())),
            }
        }
    }
}
