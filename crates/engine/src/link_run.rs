//! The last run of the linkage, and its model.

use std::path::Path;

use datafusion::prelude::SessionContext;
use entangle_linkage::ModelFile;
pub use entangle_linkage::model_file::Difference;
use entangle_store::Workspace;

use crate::EngineError;
use crate::files::read_text;
use crate::query::{session, snapshot_of};
use crate::table_reader::{integers, numbers, texts};

/// A row of the table `link_runs`.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkRun {
    /// Its number, from 1.
    pub run: u64,
    /// The snapshot whose accounts and identifiers it compared.
    pub read_snapshot: u64,
    /// Probability from which a link joins accounts into a persona.
    pub persona_threshold_probability: f64,
    /// Every parameter it used.
    pub model: ModelFile,
}

/// The last run that the session's snapshot holds.
pub(crate) async fn last_run(context: &SessionContext) -> Result<Option<LinkRun>, EngineError> {
    let sql = "SELECT run, read_snapshot, persona_threshold_probability, model
               FROM link_runs ORDER BY run DESC LIMIT 1";
    let batches = context.sql(sql).await?.collect().await?;
    let Some(batch) = batches.iter().find(|batch| batch.num_rows() > 0) else {
        return Ok(None);
    };
    Ok(Some(LinkRun {
        run: integers(batch, 0).value(0) as u64,
        read_snapshot: integers(batch, 1).value(0) as u64,
        persona_threshold_probability: numbers(batch, 2).value(0),
        model: ModelFile::parse(texts(batch, 3).value(0))?,
    }))
}

/// The last run of a snapshot.
///
/// # Errors
/// Where nothing has been linked, or the snapshot cannot be read.
pub async fn link_run(
    workspace: &Workspace,
    snapshot: Option<u64>,
) -> Result<LinkRun, EngineError> {
    let snapshot = snapshot_of(workspace, snapshot).await?;
    let context = session(workspace, &snapshot).await?;
    last_run(&context).await?.ok_or_else(|| {
        EngineError::User(
            "nothing has been linked in this snapshot\nhint: run `entangle link` first".to_owned(),
        )
    })
}

/// Reads a model file.
///
/// # Errors
/// Where it cannot be read or is not a model.
pub fn read_model(path: &Path) -> Result<ModelFile, EngineError> {
    let text = read_text(path)?;
    ModelFile::parse(&text).map_err(|error| {
        EngineError::User(format!(
            "{} is not a model: {error}\nhint: `entangle model show` prints one",
            path.display()
        ))
    })
}
