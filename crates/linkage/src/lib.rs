#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod behaviour;
#[cfg(test)]
mod behaviour_tests;
pub mod calibration;
mod candidates;
mod contacts;
pub mod evaluation;
mod evaluation_figures;
pub mod evaluation_intervals;
mod frames;
mod functions;
mod key_table;
mod meetings;
pub mod model_file;
mod name_model;
mod names;
mod neighbours;
mod parameters;
mod personas;
mod profile;
#[cfg(test)]
mod profile_tests;
mod rarity_fit;
mod resemblance;
mod source_pairs;
mod stages;
mod training;
mod waterfall;
mod weigh;
#[cfg(test)]
mod world_tests;

use std::collections::BTreeSet;

use datafusion::prelude::{DataFrame, SessionContext};

pub use behaviour::{
    Behaviour, BehaviourCounts, BehaviourParameters, HOURS_LEVEL, LANGUAGE_LEVEL,
    SIMULTANEOUS_LEVEL,
};
pub use calibration::Calibration;
pub use functions::register_functions;
pub use model_file::ModelFile;
pub use names::fingerprint_of_accounts;
pub use parameters::{LinkModel, SourcePairModel, UnseenPairs};
pub use personas::{Clustering, PersonaMember, ScoredLink, Verdict, cluster};
pub use profile::{ProfileField, ProfileParameters};
pub use stages::{InMemoryStages, Stages};
pub use waterfall::{EvidenceLine, Waterfall};

use candidates::Blocking;
use key_table::Rarity;
use source_pairs::{SourcePairs, SourceSizes};
use weigh::Counted;

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
    /// its pairs are counted, not compared. `None` takes that of the model, and where none is given, what
    /// keeps candidates at a number that memory bears.
    pub block_pair_limit: Option<u64>,
    /// Pairs below this probability are candidates, but their evidence is not written out.
    pub evidence_floor_probability: f64,
    /// The parameters to use; `None` learns them.
    pub model: Option<ModelFile>,
    /// The calibration to use instead of the model's; `None` takes the model's, or none.
    pub calibration: Option<Calibration>,
    /// How behaviour is counted where the given model does not say so; `None` counts none.
    pub behaviour: Option<BehaviourParameters>,
    /// Compare only pairs of sources with one of these; `None` compares all.
    pub changed_sources: Option<BTreeSet<String>>,
    /// Number of the snapshot that is read, for the record in the model file.
    pub snapshot: u64,
}

impl Default for LinkOptions {
    fn default() -> Self {
        Self {
            between: None,
            and: None,
            block_pair_limit: None,
            evidence_floor_probability: 0.001,
            model: None,
            calibration: None,
            behaviour: None,
            changed_sources: None,
            snapshot: 0,
        }
    }
}

/// The tables a linkage run produces, as plans over materialised stages, and the model.
pub struct Linkage {
    /// Rows of the table `names`.
    pub names: DataFrame,
    /// Rows of the table `identifier_values`.
    pub identifier_values: DataFrame,
    /// Rows of the table `links`.
    pub links: DataFrame,
    /// Rows of the table `evidence`.
    pub evidence: DataFrame,
    /// What was learned or given; its rows for the table `link_models` come from
    /// [`LinkModel::link_model_batch`].
    pub model: LinkModel,
    /// The same as a file: with it, the same accounts give the same links again.
    pub model_file: ModelFile,
    /// Of how many candidates behaviour was asked; `None` where it was not counted.
    pub behaviour_counts: Option<BehaviourCounts>,
}

/// Links the accounts of all pairs of sources.
///
/// Reads the tables `accounts`, whose columns of the profile may be missing, and `identifiers` of `context`, `former_names` where it exists, and `language_accounts` where it
/// exists: the accounts whose names the character model is trained on, else all. Memory is that of the engine's
/// pool plus the language models (bounded by their training sample) and one row per pattern of
/// evidence; intermediate tables go through `stages`.
///
/// `behaviour` is asked where the model or the options say that behaviour counts. `progress` is
/// called with the name of each stage as it begins.
///
/// # Errors
/// [`LinkageError::NothingToLink`] without two named sources, [`LinkageError::Plan`] when the
/// engine fails.
pub async fn link(
    context: &SessionContext,
    stages: &dyn Stages,
    options: &LinkOptions,
    behaviour: &dyn Behaviour,
    progress: &mut (dyn FnMut(&'static str) + Send),
) -> Result<Linkage, LinkageError> {
    register_functions(context);
    progress("names");
    let has_former_names = names::materialize(context, stages).await?;
    key_table::count_keys(context, stages, has_former_names).await?;
    let sizes = SourceSizes::collect(context).await?;
    let mut pairs = SourcePairs::choose(&sizes, options.between.as_deref(), options.and.as_deref());
    if let Some(changed) = &options.changed_sources {
        pairs.keep_with(changed);
    }
    if pairs.is_empty() {
        return Err(LinkageError::NothingToLink);
    }
    source_pairs::register(context, &pairs)?;
    progress("rarity");
    let given = options.model.as_ref();
    let given_rarity = given.map(ModelFile::rarity);
    let resemblances = given_rarity.as_ref().map(|rarity| rarity.resemblances);
    let learned = key_table::materialize(context, stages, &sizes, &pairs, given_rarity).await?;
    source_pairs::register_rarity(context, &sizes, &pairs, &learned.rarity)?;
    progress("resemblance");
    let model = &learned.skeleton_model;
    let resembling =
        resemblance::materialize(context, stages, model, &sizes, &pairs, resemblances).await?;
    let rarity = Rarity {
        resemblances: resembling.bases,
        ..learned.rarity
    };
    progress("contacts");
    contacts::materialize(context, stages).await?;
    progress("candidates");
    let mut blocking =
        candidates::materialize(context, stages, &rarity, &pairs, options, has_former_names)
            .await?;
    for (capped, skipped) in blocking
        .capped_pair_counts
        .iter_mut()
        .zip(resembling.skipped_counts)
    {
        *capped += skipped;
    }
    contacts::join_names(context, stages).await?;
    progress("training");
    let (model, mut model_file) = fit(context, stages, options, &pairs, &rarity, &blocking).await?;
    weigh::register_parameters(context, &model)?;
    let (mut counted, mut behaviour_counts) = (Counted::default(), None);
    if options.model.is_none() || model_file.profile.is_some() {
        progress("profiles");
        let given = model_file.profile.as_ref();
        if let Some(learned) = profile::materialize(context, stages, &model, given).await? {
            (counted.profiles, model_file.profile) = (true, Some(learned));
        }
    }
    if let Some(parameters) = &model_file.behaviour {
        progress("behaviour");
        let counts =
            behaviour::materialize(context, stages, &model, behaviour, parameters, counted).await?;
        (counted.behaviour, behaviour_counts) = (true, Some(counts));
    }
    progress("weighing");
    let floor = options.evidence_floor_probability;
    let weighed = weigh::materialize(context, stages, &model, counted, floor).await?;
    Ok(Linkage {
        names: names::name_table(context, &rarity).await?,
        identifier_values: contacts::value_table(context, &model).await?,
        links: weighed.links,
        evidence: weighed.evidence,
        model_file,
        model,
        behaviour_counts,
    })
}

/// Learns the model from the kept candidates, or takes the one that is given.
async fn fit(
    context: &SessionContext,
    stages: &dyn Stages,
    options: &LinkOptions,
    pairs: &SourcePairs,
    rarity: &Rarity,
    blocking: &Blocking,
) -> Result<(LinkModel, ModelFile), LinkageError> {
    let patterns = training::collect_patterns(context, stages).await?;
    let mut model = match &options.model {
        Some(file) => training::take(file, &patterns, pairs, blocking),
        None => training::train(&patterns, pairs, rarity, blocking),
    };
    if let Some(calibration) = &options.calibration {
        model.calibration = calibration.clone();
    }
    let file = match &options.model {
        Some(file) => file
            .clone()
            .calibrated_by(options.calibration.as_ref())
            .blocking_at(blocking.pair_limit),
        None => {
            let origin = names::language_model_origin(context, options.snapshot).await?;
            ModelFile::of(&model, origin, blocking.pair_limit)
        }
    };
    Ok((model, file.counting(options.behaviour.as_ref())))
}
