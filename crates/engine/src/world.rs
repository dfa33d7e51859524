//! `simulate`: a planted world on disk.

use std::path::Path;

use entangle_simulate::write_world;
pub use entangle_simulate::{
    BehaviouralDifference, Freelancer, SimulatedSource, WorldKind, WorldOptions, WorldSummary,
    manifest,
};

use crate::{EngineError, Progress, ProgressUnit};

/// Writes a world: dumps in real formats, `truth.tsv`, `world.json`, `sources.tsv`.
///
/// # Errors
/// Options out of range, a folder that holds other files, a disk that fails.
pub fn simulate(
    out: &Path,
    options: &WorldOptions,
    progress: &mut dyn Progress,
) -> Result<WorldSummary, EngineError> {
    progress.stage("simulate", Some(options.post_count), ProgressUnit::Posts);
    let mut tell = |posts_written| progress.advance_to(posts_written);
    Ok(write_world(out, options, &mut tell)?)
}
