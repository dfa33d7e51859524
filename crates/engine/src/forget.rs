//! `forget`: an account deleted on request, so that its bytes are gone.
//!
//! ```text
//!  register: asked ─▶ a snapshot without the rows ─▶ older snapshots, their files and log entries
//!  removed ─▶ search index and results of jobs removed ─▶ register: done
//! ```
//!
//! Killed at any step, the next run begins again with what is *asked* and not *done*; each step may
//! be done twice. What others wrote stays, also where they name the account. Reports and exports that
//! were written to other folders are out of reach.

mod rows;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{SubsecRound, Utc};
use entangle_model::sql_text;
use entangle_store::{REMOVAL_COMMAND, Snapshot, StoreError, Workspace};

use crate::disclosure::Pseudonyms;
use crate::explain::find_account;
use crate::forgotten::{self, Forgotten, ForgottenEvent};
use crate::query::session;
use crate::scratch::Scratch;
use crate::table_reader::texts;
use crate::{EngineError, Progress, ProgressUnit, judgements, search};

/// Folder of a workspace in which a server keeps what belongs to it.
pub const SERVER_FOLDER: &str = "server";
/// Below it: the results of jobs, one folder each.
pub const JOBS_FOLDER: &str = "jobs";

/// Times that the removal is begun anew because other sources were imported meanwhile.
const ATTEMPTS_MAX: usize = 20;
/// How long another process may go on writing the search index.
const INDEX_WAIT_MAX: Duration = Duration::from_secs(600);

/// Who deletes which account, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgetRequest {
    /// The account: source/native-id, or the digits of its account_id.
    pub account: String,
    /// Who deletes.
    pub by: String,
    /// Why; recorded, so it must not name the account.
    pub reason: String,
}

/// A deletion that is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// Keyed hash under which it is recorded.
    pub account_hash: String,
    /// Its source.
    pub source: String,
    /// Rows removed or made anonymous, by table.
    pub row_counts: BTreeMap<String, u64>,
    /// The snapshot from which on the account is gone; the only one that is left.
    pub snapshot: u64,
    /// Snapshots that were removed.
    pub expired_snapshot_count: u64,
    /// Files with rows that were removed.
    pub removed_file_count: u64,
}

/// Deletes an account on request, after completing deletions that were interrupted.
///
/// # Errors
/// Where there is no such account, nobody or no reason is named, the reason names the account, or
/// the disk fails. What was begun is completed by the next call.
pub async fn forget(
    workspace: &Workspace,
    request: &ForgetRequest,
    progress: &mut dyn Progress,
) -> Result<Vec<Deletion>, EngineError> {
    let given = |text: &str, what: &str| match text.trim().is_empty() {
        true => Err(EngineError::User(format!(
            "a deletion is recorded, and {what} is missing\nhint: add --by NAME and --reason \"why\""
        ))),
        false => Ok(text.trim().to_owned()),
    };
    let (by, reason) = (
        given(&request.by, "who deletes")?,
        given(&request.reason, "its reason")?,
    );
    let mut deletions = finish_forgetting(workspace, progress).await?;
    let snapshot = workspace.latest_snapshot().await?;
    let context = session(workspace, &snapshot).await?;
    let account_id = find_account(&context, &request.account).await?.to_string();
    let (source, name) = source_and_name(&context, &account_id).await?;
    refuse_name(&reason, name.as_deref())?;
    let pseudonyms = Pseudonyms::of(workspace)?;
    let account_hash = forgotten::hash_of(&pseudonyms, &account_id);
    let asked = ForgottenEvent::Asked {
        at: Utc::now().trunc_subsecs(6),
        account_hash: account_hash.clone(),
        source: source.clone(),
        by,
        reason,
        key_check: forgotten::key_check_of(&pseudonyms),
    };
    // Read first, so that a register of another key is not continued.
    Forgotten::read(workspace)?;
    forgotten::append(workspace, &asked)?;
    deletions.push(complete(workspace, &pseudonyms, &account_hash, &source, progress).await?);
    Ok(deletions)
}

/// Completes deletions that were interrupted.
///
/// # Errors
/// Where the disk fails.
pub async fn finish_forgetting(
    workspace: &Workspace,
    progress: &mut dyn Progress,
) -> Result<Vec<Deletion>, EngineError> {
    let mut deletions = Vec::new();
    for (account_hash, source) in Forgotten::read(workspace)?.unfinished() {
        let pseudonyms = Pseudonyms::of(workspace)?;
        deletions.push(complete(workspace, &pseudonyms, &account_hash, &source, progress).await?);
    }
    Ok(deletions)
}

/// A reason stays where the account does not.
fn refuse_name(reason: &str, name: Option<&str>) -> Result<(), EngineError> {
    let name = name.unwrap_or_default().to_lowercase();
    match name.chars().count() >= 3 && reason.to_lowercase().contains(&name) {
        true => Err(EngineError::User(
            "the reason names the account, and it is kept\nhint: name the request instead, such as \"request 7 of 2026\""
                .to_owned(),
        )),
        false => Ok(()),
    }
}

async fn source_and_name(
    context: &datafusion::prelude::SessionContext,
    account_id: &str,
) -> Result<(String, Option<String>), EngineError> {
    let sql = format!(
        "SELECT source, name FROM accounts WHERE account_id = {} LIMIT 1",
        sql_text(account_id)
    );
    for batch in context.sql(&sql).await?.collect().await? {
        let mut rows = texts(&batch, 0).iter().zip(texts(&batch, 1).iter());
        if let Some((source, name)) = rows.next() {
            return Ok((
                source.unwrap_or_default().to_owned(),
                name.map(str::to_owned),
            ));
        }
    }
    Ok((String::new(), None))
}

async fn complete(
    workspace: &Workspace,
    pseudonyms: &Pseudonyms,
    account_hash: &str,
    source: &str,
    progress: &mut dyn Progress,
) -> Result<Deletion, EngineError> {
    progress.stage("removing rows", None, ProgressUnit::Uncounted);
    let (snapshot, row_counts) = remove_rows(workspace, pseudonyms, account_hash, source).await?;
    progress.stage("removing old snapshots", None, ProgressUnit::Uncounted);
    let expired = workspace.expire_older_snapshots().await?;
    // Stages of a killed linkage hold names; what nobody holds any more goes with a new folder.
    drop(Scratch::create(workspace.path())?);
    progress.stage("removing the search index", None, ProgressUnit::Uncounted);
    search::remove_index(workspace, INDEX_WAIT_MAX).await?;
    remove_job_results(workspace)?;
    let done = ForgottenEvent::Done {
        at: Utc::now().trunc_subsecs(6),
        account_hash: account_hash.to_owned(),
        snapshot: snapshot.number(),
        row_counts: row_counts.clone(),
        expired_snapshot_count: expired.snapshot_count,
        removed_file_count: expired.file_count,
    };
    forgotten::append(workspace, &done)?;
    Ok(Deletion {
        account_hash: account_hash.to_owned(),
        source: source.to_owned(),
        row_counts,
        snapshot: snapshot.number(),
        expired_snapshot_count: expired.snapshot_count,
        removed_file_count: expired.file_count,
    })
}

/// Makes a snapshot without the rows of the account. Imports of its source wait meanwhile, as does
/// whoever judges; imports of other sources go on, and are gone along with.
async fn remove_rows(
    workspace: &Workspace,
    pseudonyms: &Pseudonyms,
    account_hash: &str,
    source: &str,
) -> Result<(Snapshot, BTreeMap<String, u64>), EngineError> {
    let _source = workspace.lock_source(source).await?;
    let _judging = workspace.lock_source(judgements::LOCK).await?;
    for attempt in 1.. {
        let snapshot = workspace.latest_snapshot().await?;
        let context = session(workspace, &snapshot).await?;
        let Some(account_id) = rows::account_of_hash(&context, pseudonyms, account_hash).await?
        else {
            // A run that was killed afterwards has removed them.
            return Ok((snapshot, BTreeMap::new()));
        };
        let mut transaction = workspace.begin(REMOVAL_COMMAND, "").await?;
        let row_counts =
            rows::write_without(&mut transaction, workspace, &snapshot, &account_id).await?;
        match transaction.commit().await {
            Ok(snapshot) => return Ok((snapshot, row_counts)),
            Err(StoreError::ChangedMeanwhile) if attempt < ATTEMPTS_MAX => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::ChangedMeanwhile.into())
}

/// Results of jobs of a server may hold the account, so all of them go; the jobs say so.
fn remove_job_results(workspace: &Workspace) -> Result<(), EngineError> {
    let jobs = workspace.path().join(SERVER_FOLDER).join(JOBS_FOLDER);
    let entries = match std::fs::read_dir(&jobs) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(source) => {
            return Err(EngineError::File {
                action: "list",
                path: jobs,
                source,
            });
        }
    };
    for entry in entries.flatten() {
        for name in ["files", "work"] {
            let path = entry.path().join(name);
            match std::fs::remove_dir_all(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                removed => removed.map_err(|source| EngineError::File {
                    action: "remove",
                    path,
                    source,
                })?,
            }
        }
    }
    Ok(())
}
