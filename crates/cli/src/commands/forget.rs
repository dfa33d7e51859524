//! `entangle forget`.

use entangle_engine::forget::{Deletion, ForgetRequest, finish_forgetting, forget};
use entangle_engine::{EngineError, Progress};
use serde_json::{Value, json};

use super::open;
use crate::arguments::{Forget, Global};
use crate::output::{Output, count};

pub async fn run(
    global: &Global,
    output: &Output,
    arguments: Forget,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    let deletions = match arguments.account {
        None => finish_forgetting(&workspace, progress).await?,
        Some(account) => {
            let request = ForgetRequest {
                account,
                by: arguments.by.unwrap_or_default(),
                reason: arguments.reason.unwrap_or_default(),
            };
            forget(&workspace, &request, progress).await?
        }
    };
    output.show(
        || deletions.iter().map(deletion_json).collect(),
        || match deletions.is_empty() {
            true => "no deletion was interrupted".to_owned(),
            false => deletions.iter().map(deletion_text).collect(),
        },
    );
    Ok(())
}

fn deletion_json(deletion: &Deletion) -> Value {
    json!({
        "account_hash": deletion.account_hash,
        "source": deletion.source,
        "row_counts": deletion.row_counts,
        "snapshot": deletion.snapshot,
        "expired_snapshot_count": deletion.expired_snapshot_count,
        "removed_file_count": deletion.removed_file_count,
    })
}

fn deletion_text(deletion: &Deletion) -> String {
    let rows: Vec<String> = deletion
        .row_counts
        .iter()
        .map(|(table, number)| format!("{table} {}", count(*number)))
        .collect();
    format!(
        "an account of {} is deleted and stands in forgotten.jsonl as {}\nrows: {}\nsnapshot {} is the only one left; {} earlier ones and {} files are removed; the next search makes its index anew\n",
        deletion.source,
        deletion.account_hash,
        rows.join(", "),
        deletion.snapshot,
        count(deletion.expired_snapshot_count),
        count(deletion.removed_file_count),
    )
}
