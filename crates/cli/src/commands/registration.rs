//! `entangle study freeze` and `entangle study check`.

use std::path::Path;

use entangle_engine::EngineError;
use entangle_engine::registration::{check as check_study, freeze as freeze_study};
use serde_json::json;

use super::open;
use crate::arguments::Global;
use crate::output::Output;

/// Freezes a study file; a workspace that is not there yet is as it should be.
pub async fn freeze(
    global: &Global,
    output: &Output,
    study: &Path,
    note: Option<String>,
    out: &Path,
) -> Result<(), EngineError> {
    let workspace = match global.workspace.exists() {
        true => Some(open(global).await?),
        false => None,
    };
    let registration = freeze_study(workspace.as_ref(), study, note, out).await?;
    output.show(
        || serde_json::to_value(&registration).unwrap_or_default(),
        || {
            let at_hand = match registration.sources_at_hand.as_slice() {
                [] => "none of the study's sources is in the workspace".to_owned(),
                sources => format!("in the workspace already: {}", sources.join(", ")),
            };
            format!(
                "froze {} in {}\nSHA-256 {}\n{at_hand}\ndeposit the hash where its date can be proved, then: entangle study check {} REPORT",
                study.display(),
                out.display(),
                registration.study_sha256,
                out.display(),
            )
        },
    );
    Ok(())
}

pub fn check(
    output: &Output,
    registration: &Path,
    study: &Path,
    out: Option<&Path>,
) -> Result<(), EngineError> {
    let check = check_study(registration, study)?;
    let markdown = check.markdown();
    if let Some(path) = out {
        std::fs::write(path, &markdown).map_err(|source| EngineError::File {
            action: "write",
            path: path.to_owned(),
            source,
        })?;
    }
    output.show(
        || json!({ "deviations": check.deviations, "registration": check.registration }),
        || markdown.trim_end().to_owned(),
    );
    Ok(())
}
