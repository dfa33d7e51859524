//! A simulated world, imported and linked in a temporary folder, with its truth beside it.
//!
//! Unlike the command `link` it keeps the stages of the linkage in reach, for benchmarks and
//! figures that look at how a weight came about.

use std::sync::Mutex;

use datafusion::prelude::SessionContext;
use entangle_linkage::{LinkModel, LinkOptions};
use entangle_store::Workspace;
use tempfile::TempDir;

use crate::behaviour::CountedBehaviour;
use crate::demo::import_world;
use crate::scratch::Scratch;
use crate::truth::{Truth, known_accounts, read_truth};
use crate::world::{WorldOptions, simulate};
use crate::{EngineError, Progress, Silent};

/// A linked world; its files go when it is dropped.
pub(crate) struct LinkedWorld {
    /// Knows the tables of the world, the tables of its links, and every stage between.
    pub context: SessionContext,
    /// What was learned.
    pub model: LinkModel,
    /// Who is behind each account.
    pub truth: Truth,
    // Dropped in this order: what is in use before the folder that holds it.
    _scratch: Scratch,
    _workspace: Workspace,
    _folder: TempDir,
}

impl LinkedWorld {
    /// Simulates, imports and links.
    ///
    /// # Errors
    /// Those of the stages.
    pub async fn make(options: &WorldOptions) -> Result<Self, EngineError> {
        let folder = crate::bench::temporary_folder()?;
        let world = folder.path().join("world");
        simulate(&world, options, &mut Silent)?;
        let workspace = Workspace::create(folder.path().join("workspace")).await?;
        import_world(&workspace, &world, &mut Silent).await?;
        let context = workspace.session_context(Some(crate::MEMORY_LIMIT_BYTES_DEFAULT))?;
        let snapshot = workspace.latest_snapshot().await?;
        snapshot.register(&context).await?;
        let scratch = Scratch::create(workspace.path())?;
        let options = LinkOptions::default();
        let mut silent = Silent;
        let progress = Mutex::new(&mut silent as &mut dyn Progress);
        let behaviour = CountedBehaviour::new(&progress);
        let linkage =
            entangle_linkage::link(&context, &scratch, &options, &behaviour, &mut |_| ()).await?;
        for (table, rows) in [("links", linkage.links), ("evidence", linkage.evidence)] {
            context.deregister_table(table)?;
            context.register_table(table, rows.into_view())?;
        }
        let truth_file = world.join("truth.tsv");
        let truth = known_accounts(&context, read_truth(&truth_file)?, &truth_file).await?;
        Ok(Self {
            context,
            model: linkage.model,
            truth,
            _scratch: scratch,
            _workspace: workspace,
            _folder: folder,
        })
    }
}
