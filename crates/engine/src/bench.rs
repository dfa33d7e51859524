//! `bench`: how fast the program is on this machine, and how honest its intervals are.
//!
//! Timings are taken of the same functions that the commands call, over worlds on disk.

use std::path::Path;
use std::time::Instant;

use entangle_store::Workspace;

use crate::demo::import_world;
use crate::disclosure::Disclosure;
use crate::link::{LinkRequest, link};
use crate::study::{run_text, template};
use crate::world::{WorldOptions, simulate};
use crate::{EngineError, Progress, Silent};

/// What a timed stage took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Wall time, seconds.
    pub elapsed_seconds: f64,
    /// Processor time of all threads, seconds; absent where the system does not tell.
    pub processor_seconds: Option<f64>,
    /// Largest resident memory during the stage, bytes; absent where the system does not tell.
    pub peak_bytes: Option<u64>,
}

/// Cost of importing one source.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportCost {
    /// The source.
    pub source: String,
    /// Its format.
    pub format: String,
    /// Decompressed input, bytes.
    pub input_bytes: u64,
    /// Posts imported.
    pub post_count: u64,
    /// What it took.
    pub cost: Cost,
}

/// Imports every source of a world into a temporary workspace, one after the other.
///
/// # Errors
/// Those of the import.
pub async fn bench_import(
    world: &Path,
    progress: &mut dyn Progress,
) -> Result<Vec<ImportCost>, EngineError> {
    let folder = temporary_folder()?;
    let workspace = Workspace::create(folder.path().join("workspace")).await?;
    let mut costs = Vec::new();
    for source in crate::world::manifest(world)? {
        let format = source.format.clone();
        let request = crate::import::ImportRequest {
            path: source.path,
            source: source.name,
            kind: source.kind,
            format: Some(source.format),
            language: Some(source.language),
            encoding: None,
            line_pattern: None,
            mapping: None,
        };
        let clock = Clock::start();
        let summary = crate::import::import(&workspace, &request, progress).await?;
        let posts = summary
            .counts
            .get(&entangle_model::record::RecordKind::Post);
        costs.push(ImportCost {
            source: request.source,
            format,
            input_bytes: summary.input_bytes,
            post_count: posts.map_or(0, |counts| counts.mapped_count),
            cost: clock.stop(),
        });
    }
    Ok(costs)
}

/// Cost of linking a world.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkCost {
    /// Named accounts of every pair of sources that was compared, and its candidates.
    pub pairs: Vec<(String, String, u64, u64, u64)>,
    /// What it took.
    pub cost: Cost,
}

/// Links the accounts of a workspace; the result replaces that of an earlier run.
///
/// # Errors
/// Those of the linkage.
pub async fn bench_link(
    workspace: &Workspace,
    request: &LinkRequest,
    progress: &mut dyn Progress,
) -> Result<LinkCost, EngineError> {
    let clock = Clock::start();
    let summary = link(workspace, request, progress).await?;
    let cost = clock.stop();
    let pairs = summary.model.pairs.iter().map(|pair| {
        (
            pair.source_left.clone(),
            pair.source_right.clone(),
            pair.account_count_left,
            pair.account_count_right,
            pair.candidate_count,
        )
    });
    Ok(LinkCost {
        pairs: pairs.collect(),
        cost,
    })
}

/// One world of the coverage benchmark.
#[derive(Debug, Clone, PartialEq)]
pub struct CoveredWorld {
    /// Its seed.
    pub seed: u64,
    /// Probability with which everybody was planted as a crossover user.
    pub planted: f64,
    /// Share of this world's population that came of it.
    pub realised: f64,
    /// Value, low and high of the expected form with unseen links.
    pub expected: (Option<f64>, Option<f64>, Option<f64>),
    /// Value, low and high of the corrected form.
    pub corrected: (Option<f64>, Option<f64>, Option<f64>),
}

impl CoveredWorld {
    /// Whether an interval holds the planted prevalence: it states what the share of the
    /// population is from which the accounts are a sample.
    pub fn covers(&self, interval: (Option<f64>, Option<f64>, Option<f64>)) -> bool {
        matches!(interval, (_, Some(low), Some(high)) if (low..=high).contains(&self.planted))
    }
}

/// Simulates, imports, links and studies one world in a temporary folder.
///
/// # Errors
/// Those of the stages.
pub async fn cover_world(options: &WorldOptions) -> Result<CoveredWorld, EngineError> {
    let folder = temporary_folder()?;
    let world_folder = folder.path().join("world");
    let options = WorldOptions {
        is_crossover_drawn: true,
        ..options.clone()
    };
    let world = simulate(&world_folder, &options, &mut Silent)?;
    let workspace = Workspace::create(folder.path().join("workspace")).await?;
    import_world(&workspace, &world_folder, &mut Silent).await?;
    link(&workspace, &LinkRequest::default(), &mut Silent).await?;
    let text = template(&workspace).await?;
    let out = folder.path().join("report");
    let study = run_text(
        &workspace,
        None,
        &text,
        &out,
        &Disclosure::Pseudonyms,
        &mut Silent,
    )
    .await?;
    let interval =
        |estimate: &entangle_model::Estimate| (estimate.value, estimate.low, estimate.high);
    Ok(CoveredWorld {
        seed: options.seed,
        planted: options.crossover_share,
        realised: world.planted_prevalence,
        expected: interval(&study.result.prevalence.expected_with_unseen),
        corrected: interval(&study.result.prevalence.corrected),
    })
}

pub(crate) fn temporary_folder() -> Result<tempfile::TempDir, EngineError> {
    tempfile::tempdir().map_err(|source| EngineError::File {
        action: "create a folder in",
        path: std::env::temp_dir(),
        source,
    })
}

/// Measures from start to stop.
struct Clock {
    started: Instant,
    processor_seconds: Option<f64>,
}

impl Clock {
    fn start() -> Self {
        // Asks Linux to forget the peak so far; where that is not possible the peak is that of
        // the whole process, which is never too small.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        Self {
            started: Instant::now(),
            processor_seconds: processor_seconds(),
        }
    }

    fn stop(self) -> Cost {
        let processor = processor_seconds()
            .zip(self.processor_seconds)
            .map(|(now, then)| now - then);
        Cost {
            elapsed_seconds: self.started.elapsed().as_secs_f64(),
            processor_seconds: processor,
            peak_bytes: peak_bytes(),
        }
    }
}

/// Clock ticks per second of `/proc/self/stat`; fixed on Linux for all architectures in use.
const TICKS_PER_SECOND: f64 = 100.0;

fn processor_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Fields are counted after the process name, which may hold spaces.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(ticks as f64 / TICKS_PER_SECOND)
}

fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes << 10)
}
