//! `demo`: the whole path over a planted world, compared with what was planted.

use std::path::{Path, PathBuf};

use entangle_store::Workspace;

use crate::disclosure::Disclosure;
use crate::evaluate::{Calibrated, LinkageEvaluation, evaluate};
use crate::explain::{LinkExplanation, explain_link};
use crate::import::{ImportRequest, ImportSummary, import};
use crate::link::{LinkRequest, LinkSummary, link};
use crate::study::{StudyRun, run_text, template};
use crate::world::{Freelancer, WorldOptions, WorldSummary, manifest, simulate};
use crate::{EngineError, Progress};

/// Everything a demo did.
#[derive(Debug)]
pub struct Demo {
    /// What was planted.
    pub world: WorldSummary,
    /// What was imported, source by source.
    pub imports: Vec<ImportSummary>,
    /// What was linked.
    pub links: LinkSummary,
    /// The links against the planted truth.
    pub evaluation: LinkageEvaluation,
    /// What became of the freelancers whom the leaked chat names; none in a usual world.
    pub freelancers: Vec<FoundFreelancer>,
    /// The study.
    pub study: StudyRun,
    /// The workspace, for further questions.
    pub workspace: PathBuf,
}

/// A freelancer named in the leaked chat, and the link between the accounts there and in public.
#[derive(Debug)]
pub struct FoundFreelancer {
    /// Who.
    pub freelancer: Freelancer,
    /// Probability that one hand holds both; `None` where no blocking rule put the pair forward.
    pub match_probability: Option<f64>,
}

/// Simulates, imports, links, evaluates and studies in `out`, which gets `world/`, `workspace/`
/// and `report/`.
///
/// # Errors
/// Those of the stages; a folder left by an earlier demo is refused, not overwritten.
pub async fn demo(
    out: &Path,
    options: &WorldOptions,
    progress: &mut dyn Progress,
) -> Result<Demo, EngineError> {
    let world_folder = out.join("world");
    let workspace_folder = out.join("workspace");
    let world = simulate(&world_folder, options, progress)?;
    let workspace = Workspace::create(&workspace_folder).await?;
    let imports = import_world(&workspace, &world_folder, progress).await?;
    let links = link(&workspace, &LinkRequest::default(), progress).await?;
    let evaluation = evaluate(
        &workspace,
        None,
        &world_folder.join("truth.tsv"),
        Calibrated::AsLinked,
    )
    .await?;
    let study_text = template(&workspace).await?;
    let study = run_text(
        &workspace,
        None,
        &study_text,
        &out.join("report"),
        &Disclosure::Pseudonyms,
        progress,
    )
    .await?;
    let freelancers = find_freelancers(&workspace, &world).await?;
    Ok(Demo {
        freelancers,
        world,
        imports,
        links,
        evaluation,
        study,
        workspace: workspace_folder,
    })
}

/// Asks of each freelancer whether the accounts in the chat and in public are one hand's.
async fn find_freelancers(
    workspace: &Workspace,
    world: &WorldSummary,
) -> Result<Vec<FoundFreelancer>, EngineError> {
    let mut found = Vec::new();
    for freelancer in &world.freelancers {
        let public = format!("{}/{}", world.public_source, freelancer.public_native_id);
        let chat = format!("{}/{}", freelancer.chat_source, freelancer.chat_native_id);
        let explanation = explain_link(workspace, None, [&public, &chat], false).await?;
        found.push(FoundFreelancer {
            freelancer: freelancer.clone(),
            match_probability: match explanation {
                LinkExplanation::Compared(waterfall) => Some(waterfall.match_probability()),
                LinkExplanation::BelowFloor { match_probability } => Some(match_probability),
                LinkExplanation::NotACandidate => None,
            },
        });
    }
    Ok(found)
}

/// Imports every source of a simulated world.
///
/// # Errors
/// Those of [`import`], and a folder that is no simulated world.
pub async fn import_world(
    workspace: &Workspace,
    world: &Path,
    progress: &mut dyn Progress,
) -> Result<Vec<ImportSummary>, EngineError> {
    import_sources(workspace, world, |_| true, progress).await
}

/// [`import_world`] of the sources that are wanted by name.
pub(crate) async fn import_sources(
    workspace: &Workspace,
    world: &Path,
    is_wanted: impl Fn(&str) -> bool,
    progress: &mut dyn Progress,
) -> Result<Vec<ImportSummary>, EngineError> {
    let mut summaries = Vec::new();
    for source in manifest(world)? {
        if !is_wanted(&source.name) {
            continue;
        }
        let request = ImportRequest {
            path: source.path,
            source: source.name,
            kind: source.kind,
            format: Some(source.format),
            language: Some(source.language),
            encoding: None,
            line_pattern: None,
            mapping: None,
        };
        summaries.push(import(workspace, &request, progress).await?);
    }
    Ok(summaries)
}
