//! A study from its question to its result.
//!
//! ```text
//! StudyConfig ─┐
//!              ├─► StudyTables ──► StudyInputs ──► prevalence, targets, strength,
//! tables ──────┘   (plans)         (numbers)       order, behaviour, limits ──► StudyResult
//! ```

use datafusion::prelude::SessionContext;
use entangle_model::study::{StudyAbout, StudyResult};

use crate::account_features::read_account_counts;
use crate::behaviour::behaviour;
use crate::config::StudyConfig;
use crate::coverage::read_coverage;
use crate::crossing::{crossing, read_target_period};
use crate::crossing_activity::crossing_activity;
use crate::design_power::design_power;
use crate::error::{InPart, PopulationError};
use crate::feature_comparison::{ComparedGroups, least_of};
use crate::inputs::StudyInputs;
use crate::limits::{ComparedParts, limits, read_linkage_facts};
use crate::matched_groups::{MatchedGroups, stratum_weights};
use crate::migration::migration;
use crate::network::network;
use crate::offers::{offers, offers_limit};
use crate::overlap::target_overlaps;
use crate::participation::{
    crossover_users, order, read_first_public_posts, read_participants, strength,
};
use crate::prevalence::{prevalence, threshold_curve};
use crate::sensitivity::sensitivity;
use crate::study_tables::StudyTables;
use crate::subgroups::{read_account_traits, subgroups};
use crate::target_groups::target_groups;
use crate::targets::target_rows;
use crate::topics::topics;
use crate::trajectories::trajectories;
use crate::words::words;

/// Runs a study over the tables of a session, which must hold the tables of
/// [`entangle_model::schema`] under their names; `link_models` and `names` may be absent and are
/// then missed in the limits.
///
/// `snapshot` is the number of the workspace snapshot that the session reads. The session itself
/// is not changed. The same tables, configuration and seed give the same result. `on_part` is told
/// what is computed next, in two or three words.
///
/// # Errors
///
/// Where the study names a source that is not there, where a table is not registered, and where
/// a plan fails.
pub async fn run_study(
    session: &SessionContext,
    config: &StudyConfig,
    snapshot: u64,
    on_part: &mut (dyn FnMut(&'static str) + Send),
) -> Result<StudyResult, PopulationError> {
    on_part("population and links");
    let tables = StudyTables::open(session, config).await?;
    let inputs = StudyInputs::read(&tables, config).await?;
    on_part("participation");
    let participants = read_participants(&tables).await.in_part("participation")?;
    let first_public_posts = read_first_public_posts(&tables, config, inputs.accounts.len())
        .await
        .in_part("the order")?;
    let target_period = read_target_period(&tables).await.in_part("the crossing")?;
    on_part("measures of posting");
    let counts = read_account_counts(&tables, inputs.accounts.len())
        .await
        .in_part("the behaviour")?;
    let coverage = read_coverage(&tables, config)
        .await
        .in_part("the coverage")?;
    let traits = read_account_traits(&tables, inputs.accounts.len())
        .await
        .in_part("the subgroups")?;
    on_part("words");
    let words = words(&tables, &inputs).await.in_part("the words")?;
    let linkage = read_linkage_facts(&tables, &config.public_source)
        .await
        .in_part("the limits")?;

    on_part("activity at the crossing");
    let users = crossover_users(&inputs, &participants);
    let matched = MatchedGroups::form(&inputs);
    let groups = ComparedGroups {
        weights: &stratum_weights(&inputs, &matched),
        matched: &matched,
        least: least_of(config),
        equivalence_margin: config.equivalence_margin,
    };
    let activity = crossing_activity(
        &tables,
        &inputs,
        &groups,
        &users,
        &first_public_posts,
        target_period,
    );
    let crossing_activity = activity.await.in_part("the crossing")?;
    on_part("network");
    let network = network(&tables, &inputs, &groups).await?;
    on_part("trajectories");
    let trajectories = trajectories(&tables, &inputs, &groups)
        .await
        .in_part("the trajectories")?;
    on_part("topics");
    let topics = topics(&tables, &inputs, &groups).await?;
    on_part("migration");
    let migration = migration(&tables, &inputs).await.in_part("the migration")?;
    on_part("behaviour");
    let behaviour = behaviour(&inputs, &groups, &counts);
    let design_power = design_power(&inputs, &groups);
    on_part("offers and requests");
    let offers = offers(&tables, &inputs, &groups)
        .await
        .in_part("the offers")?;
    on_part("prevalence and strength");
    let mut limits = limits(
        &inputs,
        linkage.as_ref(),
        &ComparedParts {
            behaviour: &behaviour,
            design_power: &design_power,
            words: &words,
            topics: &topics,
            migration: &migration,
            network: &network,
            crossing_activity: &crossing_activity,
            coverage: &coverage,
        },
    );
    limits.extend(offers_limit(&offers));
    Ok(StudyResult {
        about: about(config, snapshot),
        prevalence: prevalence(&inputs),
        threshold_curve: threshold_curve(&inputs),
        subgroups: subgroups(&inputs, &traits),
        sensitivity: sensitivity(&inputs),
        targets: target_rows(&inputs, &participants),
        target_overlaps: target_overlaps(&inputs),
        target_groups: target_groups(&inputs),
        strength: strength(config, &users),
        order: order(config, &users, &first_public_posts),
        crossing: crossing(&inputs, &users, target_period),
        crossing_activity,
        migration,
        behaviour,
        trajectories,
        words,
        topics,
        offers,
        network,
        design_power,
        coverage,
        limits,
        population: inputs.population,
    })
}

fn about(config: &StudyConfig, snapshot: u64) -> StudyAbout {
    StudyAbout {
        title: config.title.clone(),
        public_source: config.public_source.clone(),
        target_sources: config.targets.clone(),
        snapshot,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: config.seed,
        configuration: config.configuration.clone(),
        link_threshold_probability: config.link_threshold_probability,
        surprisal_margin_bits: config.surprisal_margin_bits,
        suppress_below_count: config.suppress_below_count,
    }
}
