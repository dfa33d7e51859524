#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod candidates;
mod contacts;
pub mod evaluation;
mod frames;
mod functions;
mod key_table;
mod names;
mod parameters;
mod personas;
mod source_pairs;
mod stages;
mod training;
mod waterfall;
mod weigh;
#[cfg(test)]
mod world_tests;

use datafusion::prelude::{DataFrame, SessionContext};

pub use functions::register_functions;
pub use parameters::{LinkModel, SourcePairModel};
pub use personas::{PersonaMember, ScoredLink, cluster};
pub use stages::{InMemoryStages, Stages};
pub use waterfall::{EvidenceLine, Waterfall};

use source_pairs::{SourcePairs, SourceSizes};

/// What may go wrong while linking.
#[derive(Debug, thiserror::Error)]
pub enum LinkageError {
    /// The engine could not run a plan: a resource ran out, a table is damaged, or a plan of
    /// ours is wrong.
    #[error("cannot run the linkage plan `{stage}`: {source}")]
    Plan {
        /// The stage whose plan failed.
        stage: &'static str,
        /// What the engine says.
        source: Box<datafusion::error::DataFusionError>,
    },
    /// There is nothing to link.
    #[error(
        "there are no two sources with named accounts to link\nhint: import at least two sources, or check --between and --and"
    )]
    NothingToLink,
}

/// Choices of a linkage run.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkOptions {
    /// Sources on one side; `None` for all.
    pub between: Option<Vec<String>>,
    /// Sources on the other side; `None` for all.
    pub and: Option<Vec<String>>,
    /// A key that would give more pairs than this between two sources is too common to compare;
    /// its pairs are counted, not compared.
    pub block_pair_limit: u64,
    /// Pairs below this probability are candidates, but their evidence is not written out.
    pub evidence_floor_probability: f64,
}

impl Default for LinkOptions {
    fn default() -> Self {
        Self {
            between: None,
            and: None,
            block_pair_limit: 2_500,
            evidence_floor_probability: 0.001,
        }
    }
}

/// The tables a linkage run produces, as plans over materialised stages, and the model.
pub struct Linkage {
    /// Rows of the table `names`.
    pub names: DataFrame,
    /// Rows of the table `links`.
    pub links: DataFrame,
    /// Rows of the table `evidence`.
    pub evidence: DataFrame,
    /// What was learned; its rows for the table `link_models` come from
    /// [`LinkModel::link_model_batch`].
    pub model: LinkModel,
}

/// Links the accounts of all pairs of sources.
///
/// Reads the tables `accounts` and `identifiers` of `context`. Memory is that of the engine's
/// pool plus the language models (bounded by their training sample) and one row per pattern of
/// evidence; intermediate tables go through `stages`.
///
/// `progress` is called with the name of each stage as it begins.
///
/// # Errors
/// [`LinkageError::NothingToLink`] without two named sources, [`LinkageError::Plan`] when the
/// engine fails.
pub async fn link(
    context: &SessionContext,
    stages: &dyn Stages,
    options: &LinkOptions,
    progress: &mut (dyn FnMut(&'static str) + Send),
) -> Result<Linkage, LinkageError> {
    register_functions(context);
    progress("names");
    names::materialize(context, stages).await?;
    let sizes = SourceSizes::collect(context).await?;
    let pairs = SourcePairs::choose(&sizes, options.between.as_deref(), options.and.as_deref());
    if pairs.is_empty() {
        return Err(LinkageError::NothingToLink);
    }
    source_pairs::register(context, &pairs)?;
    progress("rarity");
    let rarity = key_table::materialize(context, stages).await?;
    progress("candidates");
    let capped = candidates::materialize(context, stages, &rarity, &pairs, options).await?;
    progress("contacts");
    contacts::materialize(context, stages).await?;
    progress("training");
    let patterns = training::collect_patterns(context, stages).await?;
    let model = training::train(&patterns, &pairs, &rarity, &capped);
    progress("weighing");
    let weighed = weigh::materialize(context, stages, &model, options).await?;
    Ok(Linkage {
        names: names::name_table(context, &rarity).await?,
        links: weighed.links,
        evidence: weighed.evidence,
        model,
    })
}
