//! One file per command: ask the engine, shape the answer.

pub mod bench;
pub mod demo;
pub mod evaluate;
pub mod explain;
pub mod formats;
pub mod import;
pub mod judge;
pub mod link;
pub mod model;
pub mod personas;
pub mod rarity;
pub mod recovery;
pub mod review;
pub mod simulate;
pub mod sql;
pub mod status;
pub mod study;
pub mod validation;

use clap::CommandFactory;
use entangle_engine::{EngineError, Workspace};

use crate::arguments::{Arguments, Global};

/// Opens the workspace, which must exist.
async fn open(global: &Global) -> Result<Workspace, EngineError> {
    Ok(Workspace::open(&global.workspace).await?)
}

/// Prints a completion script.
pub fn completions(shell: clap_complete::Shell) {
    let mut command = Arguments::command();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "entangle", &mut script);
    crate::output::line(&String::from_utf8_lossy(&script));
}
