//! One file per command: ask the engine, shape the answer.

pub mod bench;
pub mod coding;
pub mod demo;
pub mod evaluate;
pub mod explain;
pub mod export;
pub mod forget;
pub mod formats;
pub mod import;
pub mod judge;
pub mod keys;
pub mod link;
pub mod model;
pub mod personas;
pub mod rarity;
pub mod recovery;
pub mod registration;
pub mod review;
pub mod search;
pub mod serve;
pub mod simulate;
pub mod sql;
pub mod status;
pub mod study;
pub mod validation;

use clap::CommandFactory;
use entangle_engine::{EngineError, Workspace};

use crate::arguments::{Arguments, Global, ServiceCommand};
use crate::failure::Failure;
use crate::output::Output;

/// Opens the workspace, which must exist.
async fn open(global: &Global) -> Result<Workspace, EngineError> {
    Ok(Workspace::open(&global.workspace).await?)
}

/// Serves the workspace to others, or handles what that needs.
pub async fn service(
    global: &Global,
    output: &Output,
    service: ServiceCommand,
) -> Result<(), Failure> {
    match service {
        ServiceCommand::Serve(arguments) => serve::run(global, output, arguments).await,
        ServiceCommand::Keys(command) => keys::run(global, output, command).await,
        ServiceCommand::Audit(command) => keys::audit(global, output, command).await,
    }
}

/// Prints a completion script.
pub fn completions(shell: clap_complete::Shell) {
    let mut command = Arguments::command();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "entangle", &mut script);
    crate::output::line(&String::from_utf8_lossy(&script));
}
